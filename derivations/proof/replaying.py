"""A finished derivation, gone through once more by two programs that share nothing with those that made it.

The equations are replayed in plain SymPy on explicit matrices: two points, two components, two dimensions. What it
cannot follow (inequalities, optima, limits, medians) it leaves alone; a refutation counts like any other. And every
step that is PROVED is shown to the small checker, which knows nothing but what is written down: what it accepts is
listed with the other evidence, and so is what it does not follow.
"""

from __future__ import annotations

import time
from dataclasses import replace

from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.expressions import Member
from derivations.calculus.statements import Equal
from derivations.checker.ledger import Ledger
from derivations.proof.recording import complaint, new_ledger
from derivations.proof.steps import Derivation, Step
from derivations.proof.verdicts import judge, weakest

CHECKER, ACCEPTED = "checker", "accepted by the small checker"


def replayed(derivation: Derivation) -> Derivation:
    """The derivation with what SymPy and the small checker find, and verdicts to match."""
    steps: dict[str, Step] = {}
    ledger = new_ledger()
    for step in derivation.steps:
        checked = _checked(step, ledger)
        added = (*_replay(step, derivation), *checked) if step.kind == "claim" else ()
        evidence = (*step.evidence, *added)
        own = judge(evidence) if step.kind == "claim" else step.own
        verdict = weakest((own, *(steps[name].verdict for name in step.uses)))
        steps[step.id] = replace(step, evidence=evidence, own=own, verdict=verdict)
    return replace(derivation, steps=tuple(steps.values()))


def _checked(step: Step, ledger: Ledger) -> tuple[Evidence, ...]:
    """What the small checker says of a step; a claim that is not PROVED has no proof to follow."""
    if step.kind == "claim" and step.own is not Verdict.PROVED:
        return ()
    start = time.perf_counter()
    detail = complaint(ledger, step)
    verdict = Verdict.UNKNOWN if detail else Verdict.PROVED
    return (Evidence(CHECKER, ACCEPTED, ALL_SIZES, verdict, time.perf_counter() - start, detail=detail),)


def _replay(step: Step, derivation: Derivation) -> tuple[Evidence, ...]:
    from derivations.calculus.sympy_bridge import replay  # SymPy is slow to import, and this is asked for

    if not isinstance(step.statement, Equal):
        return ()
    definitions = [
        (other.statement.left, other.statement.right)
        for other in derivation.steps
        if other.kind == "definition"
        and isinstance(other.statement, Equal)
        and isinstance(other.statement.left, Member)
    ]
    found = replay(step.statement, definitions=definitions, hypotheses=step.assumed)
    return () if found.verdict is Verdict.UNKNOWN else (found,)
