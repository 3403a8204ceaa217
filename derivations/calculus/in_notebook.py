"""What a notebook shows of an expression or a statement: its formula, in LaTeX that needs no macros of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from derivations.calculus.notation import Printable


class ShownAsFormula:
    """Gives a class of trees its look in a notebook."""

    def _repr_latex_(self) -> str:
        from derivations.calculus.notation import portable_display  # which imports the trees itself

        return f"$\\displaystyle {portable_display(cast('Printable', self))}$"
