"""The verdict of the third evaluator: is a statement true at twenty points and more, the directed ones included?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from random import Random

from derivations.audit.third.draws import LARGE, LARGE_WITH_MAPS, MORE, SMALL, STYLES, drawn, numbered
from derivations.audit.third.numbers import NoValueError
from derivations.audit.third.truth import chosen, everywhere, holds, in_domain
from derivations.audit.third.values import Point
from derivations.calculus.domains import Domain
from derivations.calculus.expressions import AssignmentSum, Expr, Index, Member, Size, Symbol
from derivations.calculus.statements import Choice, Equal, Hypothesis, Iff, Statement

ENOUGH = 20
PLENTY, WORK = 300, 12_000  # points that are tried, and nodes evaluated, as long as that is cheap
MOST = 600  # draws that are tried to find enough that satisfy the hypotheses
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
    case = _Case(statement, definitions, hypotheses)
    count, large, sides, enough = 0, False, set[bool](), False
    for number, (sizes, style) in enumerate(case.plan()):
        rng = Random(f"{seed}/{number}")
        at = case.prepared(drawn(case.symbols, sizes, style, rng))
        if at is None:
            if enough and case.work[0] > WORK:
                break
            continue
        for point in case.around(at):
            count += 1
            large = large or sizes == case.large
            try:
                sides |= case.tried(point, rng)
            except _FailsError as failure:
                return Opinion(False, count, f"{_named(sizes)}, {style}: {failure}")
        enough = count >= ENOUGH and number >= len(case.directed) and large and case.seen(sides)
        if enough and (count >= PLENTY or case.work[0] > WORK or isinstance(statement, Equal)):
            break
    if enough:
        return Opinion(True, count)
    return Opinion(False, count, "too few points, or none at which both sides of an equivalence hold or fail")


class _FailsError(Exception):
    """The statement is false, or has no value, at a point that satisfies the hypotheses."""


class _Case:
    """A statement with its symbols, sizes and hypotheses."""

    def __init__(
        self,
        statement: Statement,
        definitions: Sequence[tuple[Member, Expr]],
        hypotheses: Sequence[Hypothesis],
    ) -> None:
        self.statement, self.hypotheses, self.work = statement, tuple(hypotheses), [0]
        self.definitions: Mapping[Symbol, tuple[Member, Expr]] = {p.symbol: (p, b) for p, b in definitions}
        self.witness = [choice for hypothesis in hypotheses for choice in self._witness(hypothesis)]
        found = set(_parts((statement, self.hypotheses, tuple(self.witness)), (Symbol, Size, AssignmentSum)))
        waiting = [part for part in found if isinstance(part, Symbol)]
        while waiting:
            symbol = waiting.pop()
            body = self.definitions[symbol][1] if symbol in self.definitions else symbol.family
            new = set(
                _parts((body, symbol.shape, symbol.family, symbol.labels), (Symbol, Size, AssignmentSum))
            )
            waiting.extend(part for part in new - found if isinstance(part, Symbol))
            found |= new
        self.symbols = [s for s in found if isinstance(s, Symbol) and s not in self.definitions]
        self.sizes = [part for part in found if isinstance(part, Size)]
        maps = any(isinstance(part, AssignmentSum) for part in found)
        self.large = numbered(self.sizes, LARGE_WITH_MAPS if maps else LARGE)
        self.directed = [(self.large, style) for style in STYLES]
        self.directed += [
            (numbered(self.sizes, row), style) for row in SMALL for style in ("generic", "mixed")
        ]

    def _witness(self, hypothesis: Hypothesis) -> tuple[Choice, ...]:
        """How values that satisfy a hypothesis are made: as it says, or by its being an equation for a symbol."""
        match hypothesis:
            case Hypothesis(Equal(Member() as member, body), ()):
                own = {index for index in member.indices if isinstance(index, Index)}
                symbols = set(_parts(body, (Symbol,)))
                if len(own) == len(member.indices) and member.symbol not in {*symbols, *self.definitions}:
                    return (Choice(member, body),)
        return hypothesis.witness

    def plan(self) -> Iterator[tuple[dict[Size, int], str]]:
        """Sizes and style of each draw: directed ones, then more of all kinds."""
        yield from self.directed
        rows = [self.large, *(numbered(self.sizes, row) for row in MORE)]
        for number in range(MOST - len(self.directed)):
            yield rows[number % len(rows)], ("generic", "mixed", *STYLES)[number % 7]

    def prepared(self, at: Point) -> Point | None:
        """The point with witnesses put in, if it satisfies the hypotheses."""
        at.definitions, at.work = self.definitions, self.work
        rng = Random(0)
        try:
            at = chosen(at, self.witness, {})
            changed = [choice.variable.symbol for choice in self.witness]
            admissible = all(in_domain(at.values[symbol], symbol.domain) for symbol in changed) and all(
                holds(h.statement, at, env, rng)
                for h in self.hypotheses
                for env in everywhere(h.statement, at)
            )
        except NoValueError:
            return None
        return at if admissible else None

    def around(self, at: Point) -> Iterator[Point]:
        """The point, and for an equivalence with a side `member = value` the point at which that side holds."""
        yield at
        if not isinstance(self.statement, Iff):
            return
        for side in (self.statement.left, self.statement.right):
            match side:
                case Equal(Member() as member, body) if member.symbol not in self.definitions:
                    for env in list(everywhere(side, at))[:1]:
                        yield from self._with(at, member, body, {**env})

    def _with(self, at: Point, member: Member, body: Expr, env: dict[Index | Symbol, int]) -> Iterator[Point]:
        indices = [index for index in member.indices if isinstance(index, Index)]
        if len(set(indices)) < len(member.indices):
            return
        try:
            moved = chosen(at, [Choice(member, body)], env)
        except NoValueError:
            return
        good = in_domain(moved.values[member.symbol], member.symbol.domain)
        prepared = self.prepared(moved) if good else None
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
            except NoValueError as reason:
                raise _FailsError(str(reason)) from None
        return sides

    def seen(self, sides: set[bool]) -> bool:
        return not isinstance(self.statement, Iff) or sides == {True, False}


def _parts(item: object, kinds: tuple[type, ...]) -> Iterator[object]:
    """Everything of these kinds in a statement or an expression."""
    if isinstance(item, kinds):
        yield item
    if isinstance(item, tuple | list):
        for part in item:
            yield from _parts(part, kinds)
    elif is_dataclass(item) and not isinstance(item, Domain | Size):
        for field in fields(item):
            yield from _parts(getattr(item, field.name), kinds)


def _named(sizes: dict[Size, int]) -> str:
    return ", ".join(
        f"{size.name}={number}" for size, number in sorted(sizes.items(), key=lambda x: x[0].name)
    )
