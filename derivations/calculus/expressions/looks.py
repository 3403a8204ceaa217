"""What a notebook shows of an expression or a statement: its formula, in LaTeX that needs no macros of ours.

The printer is looked up when something is shown: what only displays trees is nothing that they, or a verdict, rest on.
"""

from __future__ import annotations

from importlib import import_module

PRINTER = "derivations.calculus.notation"


class ShownAsFormula:
    """Gives a class of trees its look in a notebook."""

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {import_module(PRINTER).portable_display(self)}$"
