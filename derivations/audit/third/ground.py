"""The points at which statements about the same quantities, under the same hypotheses, are tried.

They are kept, with all that was evaluated there: mutants of one statement share most of their trees.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from random import Random

from derivations.audit.third.draws import LARGE, LARGE_WITH_MAPS, MORE, SMALL, STYLES, drawn, numbered
from derivations.audit.third.numbers import NoValueError
from derivations.audit.third.truth import chosen, everywhere, holds, in_domain
from derivations.audit.third.values import Point, Shared
from derivations.calculus.domains import Domain
from derivations.calculus.expressions import AssignmentSum, Expr, Index, Member, Size, Symbol
from derivations.calculus.statements import Choice, Equal, Hypothesis, Statement

MOST = 600  # draws that are tried to find enough that satisfy the hypotheses
KEPT = 2  # grounds that are kept: one statement's mutants have few
MIXED = ("generic", "mixed", *STYLES)
FULL = 300_000  # values that are kept with one
KINDS = (Symbol, Size, AssignmentSum)

Definitions = tuple[tuple[Member, Expr], ...]


@dataclass(frozen=True)
class Quantities:
    """What a statement under hypotheses is about: the symbols to be drawn, the sizes, whether there are maps."""

    symbols: frozenset[Symbol]
    sizes: frozenset[Size]
    maps: bool


def ground(statement: Statement, definitions: Definitions, hypotheses: tuple[Hypothesis, ...]) -> Ground:
    """The ground on which a statement is tried: the one of the last statement like it, if that is kept."""
    kept = _ground(quantities(statement, definitions, hypotheses), definitions, hypotheses)
    if kept.shared.kept > FULL:
        forget()
    return kept


def forget() -> None:
    """Keep nothing of what was evaluated."""
    _ground.cache_clear()


@lru_cache(maxsize=KEPT)
def _ground(about: Quantities, definitions: Definitions, hypotheses: tuple[Hypothesis, ...]) -> Ground:
    return Ground(about, definitions, hypotheses)


def quantities(
    statement: Statement, definitions: Definitions, hypotheses: tuple[Hypothesis, ...]
) -> Quantities:
    """All that a statement speaks of, through definitions and hypotheses too."""
    bodies = {pattern.symbol: body for pattern, body in definitions}
    found = set(_parts((statement, hypotheses), KINDS))
    waiting = [part for part in found if isinstance(part, Symbol)]
    while waiting:
        symbol = waiting.pop()
        more = (bodies.get(symbol), symbol.shape, symbol.family, symbol.labels)
        new = set(_parts(more, KINDS)) - found
        waiting.extend(part for part in new if isinstance(part, Symbol))
        found |= new
    return Quantities(
        frozenset(part for part in found if isinstance(part, Symbol) and part not in bodies),
        frozenset(part for part in found if isinstance(part, Size)),
        any(isinstance(part, AssignmentSum) for part in found),
    )


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


class Ground:
    """A plan of draws, and the points that came of them."""

    def __init__(
        self, about: Quantities, definitions: Definitions, hypotheses: tuple[Hypothesis, ...]
    ) -> None:
        self.hypotheses = hypotheses
        self.definitions: Mapping[Symbol, tuple[Member, Expr]] = {p.symbol: (p, b) for p, b in definitions}
        self.shared = Shared(self.definitions)
        self.symbols, self.sizes = list(about.symbols), list(about.sizes)
        self.witnesses = [(h.statement, found) for h in hypotheses if (found := self._witness(h))]
        self.large = numbered(self.sizes, LARGE_WITH_MAPS if about.maps else LARGE)
        self.directed = [(self.large, style) for style in STYLES]
        self.directed += [
            (numbered(self.sizes, row), style) for row in SMALL for style in ("generic", "mixed", "units")
        ]
        self._points: dict[tuple[int, int], Point | None] = {}

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
            yield rows[number % len(rows)], MIXED[number % len(MIXED)]

    def point(self, seed: int, number: int, sizes: dict[Size, int], style: str) -> Point | None:
        """The point of a row of the plan; None if the draw does not satisfy the hypotheses."""
        if (seed, number) not in self._points:
            before = self.shared.work  # what a point costs is not what a statement costs
            rng = Random(f"{seed}/{number}")
            at = drawn(self.symbols, sizes, style, rng)
            self._points[seed, number] = self.prepared(Point(sizes, at, self.shared))
            self.shared.work = before
        return self._points[seed, number]

    def prepared(self, at: Point) -> Point | None:
        """The point, if it satisfies the hypotheses; where one does not hold, its witness is put in first."""
        for statement, witness in self.witnesses:
            if not _holds_everywhere(statement, at):
                try:
                    at = chosen(at, witness, {})
                except NoValueError:
                    return None
                symbols = [choice.variable.symbol for choice in witness]
                if not all(in_domain(at.values[symbol], symbol.domain) for symbol in symbols):
                    return None
        return at if all(_holds_everywhere(h.statement, at) for h in self.hypotheses) else None


def _holds_everywhere(statement: Statement, at: Point) -> bool:
    """Whether a hypothesis holds at all its indices; one without a value does not."""
    rng = Random(0)
    try:
        return all(holds(statement, at, env, rng) for env in everywhere(statement, at))
    except NoValueError:
        return False
