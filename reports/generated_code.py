"""The generated code of a derivation and how it compared, read from `numeric` as far as these are there.

What is missing (no generated file yet, no comparison) is absent, never made up.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.proof.steps import Derivation


@dataclass(frozen=True)
class Code:
    """The source of one generated function, and where it lives."""

    generated: str
    handwritten: str | None
    source: str


@dataclass(frozen=True)
class Crosscheck:
    """How a generated function compared with the hand-written one and with 50 digits."""

    cases: int
    max_error: float
    bound: float
    agrees: bool

    @property
    def verdict(self) -> str:
        return "AGREES" if self.agrees else "DISAGREES"


def code_of(derivation: Derivation) -> dict[str, Code]:
    """The generated functions, by the name of their update."""
    return {}


def crosschecks_of(derivation: Derivation) -> dict[str, Crosscheck]:
    """A comparison on a few cases of each update's code, by the name of the update."""
    return {}
