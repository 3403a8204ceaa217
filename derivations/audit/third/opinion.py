"""The verdict of the third evaluator: is a statement true at twenty points and more, the directed ones included?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from derivations.audit.third.ground import Ground, ground
from derivations.audit.third.numbers import NoValueError
from derivations.audit.third.truth import CloseCallError, chosen, everywhere, holds, in_domain
from derivations.audit.third.values import Env, Point
from derivations.calculus.expressions import Expr, Index, Member, Size, Transpose
from derivations.calculus.statements import Choice, Equal, Hypothesis, Iff, Statement

ENOUGH = 20
PLENTY, WORK = 100, 60_000  # points that are tried, and nodes evaluated, as long as that is cheap
PLACES = 2  # values of the free indices that are tried at one point


@dataclass(frozen=True)
class Opinion:
    """`true` if the statement held at enough points; else why not: a point where it fails, or too few points."""

    true: bool
    points: int
    detail: str = ""


def opinion(
    statement: Statement,
    definitions: Sequence[tuple[Member, Expr]] = (),
    hypotheses: Sequence[Hypothesis] = (),
    seed: int = 0,
) -> Opinion:
    """Tries the statement under its hypotheses. Raises nothing: what cannot be evaluated is not true."""
    case = _Case(statement, ground(statement, tuple(definitions), tuple(hypotheses)))
    count, large, sides, enough = 0, False, set[bool](), False
    start = case.ground.shared.work
    for number, (sizes, style) in enumerate(case.ground.plan()):
        at = case.ground.point(seed, number, sizes, style)
        weary = case.ground.shared.work - start > WORK
        if at is None:
            if enough and weary:
                break
            continue
        rng = Random(f"{seed}/{number}/places")
        for point in case.around(at):
            count += 1
            large = large or sizes == case.ground.large
            try:
                sides |= case.tried(point, rng)
            except _FailsError as failure:
                return Opinion(False, count, f"{_named(sizes)}, {style}: {failure}")
        enough = count >= ENOUGH and number >= len(case.ground.directed) and large and case.seen(sides)
        if enough and (count >= PLENTY or weary or isinstance(statement, Equal)):
            break
    if enough:
        return Opinion(True, count)
    return Opinion(False, count, "too few points, or none at which both sides of an equivalence hold or fail")


class _FailsError(Exception):
    """The statement is false, or has no value, at a point that satisfies the hypotheses."""


@dataclass(frozen=True)
class _Case:
    """A statement on its ground."""

    statement: Statement
    ground: Ground

    def around(self, at: Point) -> Iterator[Point]:
        """The point, and for an equivalence with a side `member = value` the point at which that side holds."""
        yield at
        if not isinstance(self.statement, Iff):
            return
        for side in (self.statement.left, self.statement.right):
            for member, value in _assignments(side):
                if member.symbol not in self.ground.definitions:
                    for env in list(everywhere(side, at))[:1]:
                        yield from self._with(at, member, value, {**env})

    def _with(self, at: Point, member: Member, body: Expr, env: Env) -> Iterator[Point]:
        indices = [index for index in member.indices if isinstance(index, Index)]
        if len(set(indices)) < len(member.indices):
            return
        try:
            moved = chosen(at, [Choice(member, body)], env)
        except NoValueError:
            return
        good = in_domain(moved.values[member.symbol], member.symbol.domain)
        prepared = self.ground.prepared(moved) if good else None
        if prepared is not None:
            yield prepared

    def tried(self, at: Point, rng: Random) -> set[bool]:
        """Tries the statement at some values of its free indices; which truth values an equivalence's side had."""
        envs, sides = list(everywhere(self.statement, at)), set()
        for env in envs if len(envs) <= PLACES else rng.sample(envs, PLACES):
            try:
                if not holds(self.statement, at, env, rng):
                    raise _FailsError("false")
                if isinstance(self.statement, Iff):
                    sides.add(holds(self.statement.left, at, env, rng))
            except CloseCallError:
                continue
            except NoValueError as reason:
                raise _FailsError(str(reason)) from None
        return sides

    def seen(self, sides: set[bool]) -> bool:
        return not isinstance(self.statement, Iff) or sides == {True, False}


def _assignments(side: Statement) -> Iterator[tuple[Member, Expr]]:
    """What a member is, if a side of an equivalence says so of it or of its transpose."""
    match side:
        case Equal(Member() as member, value):
            yield member, value
        case Equal(Transpose(Member() as member), value):
            yield member, Transpose(value)


def _named(sizes: dict[Size, int]) -> str:
    return ", ".join(
        f"{size.name}={number}" for size, number in sorted(sizes.items(), key=lambda x: x[0].name)
    )
