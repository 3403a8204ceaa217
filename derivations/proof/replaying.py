"""A derivation replayed in plain SymPy on explicit matrices: two points, two components, two dimensions.

What it cannot follow (inequalities, optima, limits, medians) it leaves alone; a refutation counts like any other.
"""

from __future__ import annotations

from dataclasses import replace

from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Member
from derivations.calculus.statements import Equal
from derivations.proof.steps import Derivation, Step
from derivations.proof.verdicts import judge, weakest


def replayed(derivation: Derivation) -> Derivation:
    """The derivation with what SymPy finds, and verdicts to match."""
    steps: dict[str, Step] = {}
    for step in derivation.steps:
        evidence = (*step.evidence, *(_replay(step, derivation) if step.kind == "claim" else ()))
        own = judge(evidence) if step.kind == "claim" else step.own
        verdict = weakest((own, *(steps[name].verdict for name in step.uses)))
        steps[step.id] = replace(step, evidence=evidence, own=own, verdict=verdict)
    return replace(derivation, steps=tuple(steps.values()))


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
