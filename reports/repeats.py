"""Sections that stand in an earlier derivation of the same document, word for word: they are referred to, not repeated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivations.calculus.evidence import Verdict
from reports.view import DerivationView, StepView

FEWEST = 3  # steps; a shorter section is quicker read than looked up


@dataclass(frozen=True)
class Repeat:
    """Where a section was shown first, the numbers of its steps there and here, and which of them are needed or answer a question here."""

    place: int  # of the derivation in the document, from 1
    problem: int
    first: int
    last: int
    own_first: int
    own_last: int
    needed: tuple[StepView, ...]

    def origin(self, number: int) -> int:
        """The number, there, of a step that has this number here."""
        return number - self.own_first + self.first


def repeats(views: Sequence[DerivationView]) -> list[dict[str, Repeat]]:
    """For each derivation its repeated sections, by the id of their first step. What is not PROVED is shown again."""
    shown: dict[tuple[object, ...], tuple[int, DerivationView, StepView]] = {}
    found: list[dict[str, Repeat]] = []
    for place, view in enumerate(views, 1):
        own: dict[str, Repeat] = {}
        for steps in _long_sections(view):
            said = tuple(map(_said, steps))
            if said in shown:
                own[steps[0].id] = _repeat(view, steps, *shown[said])
            else:
                shown[said] = (place, view, steps[0])
        found.append(own)
    return found


def _long_sections(view: DerivationView) -> Iterator[list[StepView]]:
    long = (steps for _, steps in view.sections if len(steps) >= FEWEST)
    return (steps for steps in long if all(step.verdict is Verdict.PROVED for step in steps))


def _said(step: StepView) -> tuple[object, ...]:
    """All that a reader sees of a step, save its number."""
    judged = tuple((e.engine, e.method, e.scope, e.verdict) for e in step.evidence)
    return (step.id, step.kind, step.formula.portable, step.reason, step.verdict, step.axioms, judged)


def _repeat(
    view: DerivationView, steps: list[StepView], place: int, other: DerivationView, first: StepView
) -> Repeat:
    inside = {step.id for step in steps}
    outside = {used for step in view.steps if step.id not in inside for used in step.uses}
    outside |= {update.step for update in view.updates}
    outside |= {step for _, steps in (view.exercise.answers if view.exercise else ()) for step in steps}
    return Repeat(
        place=place,
        problem=other.problem,
        first=first.number,
        last=first.number + len(steps) - 1,
        own_first=steps[0].number,
        own_last=steps[-1].number,
        needed=tuple(step for step in steps if step.id in outside),
    )
