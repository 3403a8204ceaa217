"""The closed table of axioms: what is cited, not derived.

Each row states a fact about generic symbols. A derivation uses an instance of it. Facts that can be
evaluated at exact instances are CHECKED by the judge whenever they are used; the others say CITED.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from derivations.calculus.statements import Statement


@dataclass(frozen=True)
class Axiom:
    """A cited fact. `statement` is None for a fact that is not an equation or an inequality of ours."""

    name: str
    text: str
    citation: str
    statement: Statement | None = None
    status: Literal["CHECKED", "CITED"] = "CITED"
