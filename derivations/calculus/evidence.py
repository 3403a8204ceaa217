"""What an engine found out about one claim. Only engines make these objects."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from derivations.calculus.statements import Statement

ALL_SIZES = "all sizes"


class Verdict(StrEnum):
    """What is known of a claim; the order is from worst to best."""

    REFUTED = "REFUTED"
    UNKNOWN = "UNKNOWN"
    CHECKED = "CHECKED"
    PROVED = "PROVED"

    @property
    def rank(self) -> int:
        return list(Verdict).index(self)


MEANING = {
    Verdict.PROVED: "shown for all sizes and all values the hypotheses allow, by a rule-based engine, confirmed by "
    "another engine that could have refuted it, and accepted by the small checker",
    Verdict.CHECKED: "true wherever it was tried, at fixed sizes; there is no argument for all sizes, or none that "
    "the small checker follows",
    Verdict.REFUTED: "a concrete counterexample is attached: sizes, values and both sides",
    Verdict.UNKNOWN: "could not be decided",
}


@dataclass(frozen=True)
class Counterexample:
    """The sizes and values at which a claim fails, and both sides there, as exact text."""

    sizes: dict[str, int]
    values: dict[str, str]
    left: str
    right: str


@dataclass(frozen=True)
class Evidence:
    """What one engine found about one claim.

    `scope` is ALL_SIZES or the concrete sizes ("N=5, K=3, D=3"); `hypotheses` are those the engine needed.
    """

    engine: str
    method: str
    scope: str
    verdict: Verdict
    seconds: float = field(compare=False, default=0.0)
    draws: int | None = None
    detail: str = ""
    hypotheses: tuple[Statement, ...] = ()
    axioms: tuple[str, ...] = ()
    counterexample: Counterexample | None = None
