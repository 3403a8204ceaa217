"""How long the derivations take. They are for all N, K and D at once: no size enters, and none makes them longer."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from derivations.proof.steps import Derivation
from numeric import sources

SIZE = re.compile(r"\b[NKD]=(\d+)")


@dataclass(frozen=True)
class Proof:
    """A derivation: its verdict, its claims, the seconds, and the largest size at which a judge tried a claim."""

    name: str
    verdict: str
    claims: int
    seconds: float
    largest_size: int

    @property
    def as_json(self) -> dict[str, Any]:
        return {**self.__dict__, "for": "all sizes"}


def proofs(names: Iterable[str] | None) -> Iterator[Proof]:
    """The derivations of these names, or all of ours, derived and timed. Raises UsageError."""
    found = sources.load(names)
    while True:
        start = time.perf_counter()
        derivation = next(found, None)  # derived here
        if derivation is None:
            return
        yield timed(derivation, time.perf_counter() - start)


def timed(derivation: Derivation, seconds: float) -> Proof:
    """What is shown of a derivation that took so long."""
    scopes = (evidence.scope for step in derivation.claims for evidence in step.evidence)
    sizes = [int(size) for scope in scopes for size in SIZE.findall(scope)]
    return Proof(
        derivation.name, derivation.verdict.name, len(derivation.claims), seconds, max(sizes, default=0)
    )
