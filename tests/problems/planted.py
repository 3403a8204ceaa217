"""Planted errors: statements of a derivation with something wrong in them, tried on the judge and on the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivations.calculus import instances
from derivations.calculus.evidence import ALL_SIZES, Verdict
from derivations.calculus.expressions import Expr, Member
from derivations.calculus.statements import Equal, Hypothesis, Statement
from derivations.proof.arguing import Context
from derivations.proof.methods import Goal, argue, default_method
from derivations.proof.steps import Derivation, Step


@dataclass(frozen=True)
class Planted:
    """A wrong statement in the place of a step's, under the step's hypotheses unless others are given."""

    step: str
    statement: Statement
    given: tuple[Hypothesis, ...] | None = None


def definitions(derivation: Derivation) -> list[tuple[Member, Expr]]:
    """The definitions of a derivation, as the engines take them."""
    found = []
    for step in derivation.steps:
        if step.kind == "definition":
            assert isinstance(step.statement, Equal)
            assert isinstance(step.statement.left, Member)
            found.append((step.statement.left, step.statement.right))
    return found


def judged(derivation: Derivation, planted: Planted) -> Verdict:
    """What the judge finds about a planted error."""
    step = derivation.step(planted.step)
    given = step.assumed if planted.given is None else planted.given
    return instances.check(planted.statement, definitions=definitions(derivation), hypotheses=given).verdict


def argued(derivation: Derivation, planted: Planted) -> Verdict:
    """The best that the rules make of a planted error.

    It is argued without a hint, with every definition unfolded; and as the step itself was, unless the step's
    hypotheses are what the error leaves out.
    """
    step = derivation.step(planted.step)
    given = step.assumed if planted.given is None else planted.given
    goal = Goal(planted.statement, tuple(definitions(derivation)), tuple(given))
    found = [argue(default_method(planted.statement), goal).verdict]
    if planted.given is None and step.argument is not None:
        context = Context(derivation.steps[: derivation.steps.index(step)])
        found.append(context.argued(planted.statement, step.argument).verdict)
    return max(found, key=lambda verdict: verdict.rank)


def unconfirmed(steps: Sequence[Step]) -> list[str]:
    """Claims without evidence for all sizes, or without that of another engine."""
    lacking = []
    for step in steps:
        everywhere = {e.engine for e in step.evidence if e.scope == ALL_SIZES and e.verdict is Verdict.PROVED}
        elsewhere = {e.engine for e in step.evidence if e.verdict is Verdict.CHECKED}
        if not everywhere or not elsewhere - everywhere:
            lacking.append(step.id)
    return lacking


def small(steps: Sequence[Step], size: str = "D", least: int = 3) -> list[str]:
    """Claims that the judge tried at a size that is too small to see a transpose."""
    found = []
    for step in steps:
        for evidence in step.evidence:
            sizes = dict(part.split("=") for part in evidence.scope.split(", ") if "=" in part)
            if int(sizes.get(size, least)) < least:
                found.append(step.id)
    return found
