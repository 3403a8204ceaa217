"""What a notebook shows of a step, an update and a derivation, in whatever form it takes.

As with the trees, what only displays them is looked up when something is shown.
"""

from __future__ import annotations

from collections.abc import Container
from importlib import import_module

PRINTER = "derivations.proof.showing"


class ShownInBlocks:
    """Gives a class of records its look in a notebook."""

    def _repr_html_(self) -> str:
        return self._repr_mimebundle_()["text/html"]

    def _repr_mimebundle_(
        self, include: Container[str] | None = None, exclude: Container[str] | None = None
    ) -> dict[str, str]:
        """All forms; the notebook itself leaves out those that it was not asked for."""
        found: dict[str, str] = import_module(PRINTER).forms(self)
        return found
