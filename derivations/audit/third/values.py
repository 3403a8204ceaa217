"""What each node is worth at a point, written down once more from the definitions in the expressions' docstrings.

Derivatives are difference quotients with a tiny step in 300-digit arithmetic: they know no rule at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from derivations.audit.third import grids
from derivations.audit.third.grids import Grid, scalar
from derivations.audit.third.numbers import (
    ONE,
    ZERO,
    NoValueError,
    Number,
    context,
    exp,
    is_infinite,
    less,
    log,
    over,
    plus,
    power,
    real,
    same,
    times,
    weighted_log,
)
from derivations.calculus import expressions as ex
from derivations.calculus.expressions import (
    Dim,
    Expr,
    Index,
    IndexLike,
    Member,
    Size,
    Symbol,
    symbols_of,
    walk,
)

Place: TypeAlias = "tuple[int, ...]"
Env: TypeAlias = (
    "dict[Index | Symbol, Any]"  # positions of indices, from 0; labels of all points for a label symbol
)
Definitions: TypeAlias = "Mapping[Symbol, tuple[Member, Expr]]"

STEP = context.mpf(10) ** -80  # of a difference quotient
WIDE_STEP = context.mpf(10) ** -40  # of one whose function holds a difference quotient itself
HALF = Fraction(1, 2)


@dataclass
class Shared:
    """What is the same at all points: definitions, what each node depends on.

    `kept` counts the values that are remembered; `work` the nodes that were evaluated or would have been, had nothing
    been remembered: it does not depend on what was asked before.
    """

    definitions: Definitions = field(default_factory=dict)
    needs: dict[int, Needs] = field(default_factory=dict)
    work: int = 0
    kept: int = 0

    def needed(self, expr: Expr) -> Needs:
        """What a value depends on; the expression is kept, so that its identity stays its own."""
        if id(expr) not in self.needs:
            self.needs[id(expr)] = Needs(expr, tuple(ex.free_indices(expr)), self._behind(symbols_of(expr)))
        return self.needs[id(expr)]

    def _behind(self, symbols: frozenset[Symbol]) -> frozenset[Symbol]:
        """The symbols, and those that their definitions speak of."""
        bodies = [self.definitions[symbol][1] for symbol in symbols if symbol in self.definitions]
        return symbols.union(*(self.needed(body).symbols for body in bodies))


class Needs(NamedTuple):
    """A node, its free indices, and its symbols, seen through definitions."""

    expr: Expr
    free: tuple[Index, ...]
    symbols: frozenset[Symbol]


@dataclass
class Point:
    """Sizes, a value for each member of each symbol, and what was already computed from them.

    A point that was moved from another one, in one symbol, has the other's value of all that does not depend on it.
    """

    sizes: dict[Size, int]
    values: dict[Symbol, dict[Place, Grid]]
    shared: Shared = field(default_factory=Shared)
    start: Point | None = None
    moved: Symbol | None = None
    known: dict[tuple[Any, ...], tuple[Grid, int]] = field(default_factory=dict)
    near: dict[object, Point] = field(default_factory=dict)

    def with_member(self, symbol: Symbol, members: Mapping[Place, Grid]) -> Point:
        """The point with some members of a symbol replaced."""
        values = {**self.values, symbol: {**self.values.get(symbol, {}), **members}}
        return Point(self.sizes, values, self.shared, self, symbol)

    def inexact(self) -> Point:
        """The point with all numbers in floating point: faster than fractions once a step has made them long."""
        values = {
            symbol: {place: [[real(x) for x in row] for row in grid] for place, grid in members.items()}
            if symbol.labels is None
            else members
            for symbol, members in self.values.items()
        }
        return Point(self.sizes, values, self.shared)

    def stepped(self, symbol: Symbol, place: Place, entries: frozenset[Place], step: Any) -> Point:
        """The point with a step in some entries of one member."""
        moved = [
            [x + step if (a, b) in entries else x for b, x in enumerate(line)]
            for a, line in enumerate(self.values[symbol][place])
        ]
        return self.with_member(symbol, {place: moved})

    def nearby(self, key: object, make: Callable[[], Point]) -> Point:
        """A point that is made of this one, and kept for the next that asks for it."""
        if key not in self.near:
            self.near[key] = make()
        return self.near[key]

    def size(self, dim: Dim) -> int:
        return dim if isinstance(dim, int) else self.sizes[dim]


def places(family: tuple[Size, ...], sizes: Mapping[Size, int]) -> list[Place]:
    return list(product(*(range(sizes[size]) for size in family)))


def value(expr: Expr, at: Point, env: Env) -> Grid:
    """The value as rows. Raises NoValueError where there is none."""
    needs = at.shared.needed(expr)
    while at.start is not None and at.moved not in needs.symbols:
        at = at.start
    labels = [env[key] for key in env if isinstance(key, Symbol)]
    key = (id(expr), *[env[index] for index in needs.free], *labels)
    if key not in at.known:
        before, at.shared.kept = at.shared.work, at.shared.kept + 1
        found = RULES[type(expr)](expr, at, env)
        at.known[key] = (found, 1 + at.shared.work - before)
        at.shared.work = before
    grid, work = at.known[key]
    at.shared.work += work
    return grid


def number(expr: Expr, at: Point, env: Env) -> Number:
    ((found,),) = value(expr, at, env)
    return found


def position(index: IndexLike, at: Point, env: Env) -> int:
    if isinstance(index, Index):
        return int(env[index])
    return int(number(index, at, env)) - 1


def each(node: ex.Binder, body: Expr, at: Point, env: Env) -> list[Grid]:
    return [value(body, at, {**env, node.index: place}) for place in range(at.sizes[node.index.size])]


def numbers(node: ex.Binder, body: Expr, at: Point, env: Env) -> list[Number]:
    return [grid[0][0] for grid in each(node, body, at, env)]


# ------------------------------------------------------------------------------- one rule a node


def _member(node: Member, at: Point, env: Env) -> Grid:
    here = tuple(position(index, at, env) for index in node.indices)
    if node.symbol in at.shared.definitions:
        pattern, body = at.shared.definitions[node.symbol]
        inner: Env = {key: labels for key, labels in env.items() if isinstance(key, Symbol)}
        for index, place in zip(pattern.indices, here, strict=True):
            assert isinstance(index, Index)
            inner[index] = place
        return value(body, at, inner)
    if node.symbol in env:
        return scalar(Fraction(env[node.symbol][here[0]] + 1))
    return at.values[node.symbol][here]


def _component(node: ex.Component, at: Point, env: Env) -> Grid:
    row, *column = (position(index, at, env) for index in node.indices)
    return scalar(value(node.base, at, env)[row][column[0] if column else 0])


def _sum(parts: list[Grid]) -> Grid:
    result, *others = parts
    for other in others:
        result = grids.added(result, other)
    return result


def _mul(node: ex.Mul, at: Point, env: Env) -> Grid:
    factor: Number = ONE
    grid = scalar(ONE)
    for part in node.factors:
        found = value(part, at, env)
        if part.is_scalar:
            factor = times(factor, found[0][0])
        else:
            grid = found
    return grids.scaled(factor, grid)


def _div(node: ex.Div, at: Point, env: Env) -> Grid:
    below = number(node.denominator, at, env)
    return [[over(entry, below) for entry in row] for row in value(node.numerator, at, env)]


def _matmul(node: ex.MatMul, at: Point, env: Env) -> Grid:
    result, *others = (value(factor, at, env) for factor in node.factors)
    for other in others:
        result = grids.product(result, other)
    return result


def _logdet(node: ex.LogDet, at: Point, env: Env) -> Grid:
    found = grids.determinant(value(node.body, at, env))
    return scalar(log(-found if less(found, ZERO) else found))


def _bracket(node: ex.Bracket, at: Point, env: Env) -> Grid:
    left, right = number(node.left, at, env), number(node.right, at, env)
    holds = {"=": same(left, right), "<": less(left, right), "<=": not less(right, left)}[node.relation]
    return scalar(Fraction(holds))


def _product(node: ex.Product, at: Point, env: Env) -> Grid:
    result: Number = ONE
    for factor in numbers(node, node.body, at, env):
        result = times(result, factor)
    return scalar(result)


def _smallest(found: list[Number]) -> int:
    """The first place of the smallest number."""
    best = 0
    for place, candidate in enumerate(found):
        if less(candidate, found[best]):
            best = place
    return best


def _minimum(node: ex.Minimum, at: Point, env: Env) -> Grid:
    found = numbers(node, node.body, at, env)
    return scalar(found[_smallest(found)])


def _first(node: ex.First, at: Point, env: Env) -> Grid:
    found = numbers(node, node.body, at, env)
    return scalar(Fraction(_smallest(found) == position(node.chosen, at, env)))


def _median(node: ex.Median, at: Point, env: Env) -> Grid:
    found = list(zip(numbers(node, node.body, at, env), numbers(node, node.weight, at, env), strict=True))
    if any(less(weight, ZERO) for _, weight in found):
        raise NoValueError("a median with a negative weight")
    half = times(HALF, grids.total([weight for _, weight in found]))
    fitting: list[Number] = []
    for candidate, own in found:
        below = grids.total([weight for other, weight in found if less(other, candidate)])
        above = grids.total([weight for other, weight in found if less(candidate, other)])
        if less(ZERO, own) and not less(half, below) and not less(half, above):
            fitting.append(candidate)
    return scalar(fitting[_smallest(fitting)] if fitting else ZERO)


def _assignments(node: ex.AssignmentSum, at: Point, env: Env) -> Grid:
    assert node.labels.labels is not None
    points, components = at.size(node.labels.family[0]), at.size(node.labels.labels)
    maps = product(range(components), repeat=points)
    return _sum([value(node.body, at, {**env, node.labels: labels}) for labels in maps])


def _at(node: ex.At, at: Point, env: Env) -> Grid:
    return value(node.body, at.with_member(node.member.symbol, {(): value(node.value, at, env)}), env)


def _gradient(node: ex.Gradient, at: Point, env: Env) -> Grid:
    """Central differences. A symmetric matrix moves in two entries at once, and the slope is shared by them."""
    symbol = node.member.symbol
    if symbol in at.shared.definitions or symbol.labels is not None:
        raise NoValueError(f"a derivative by {symbol.name}")
    place = tuple(position(index, at, env) for index in node.member.indices)
    step = WIDE_STEP if any(isinstance(inner, ex.Gradient) for inner in walk(node.body)) else STEP
    start = at.nearby("inexact", at.inexact)
    here = start.values[symbol][place]

    def slope(row: int, column: int) -> Number:
        entries = frozenset({(row, column), (column, row)} if symbol.domain.symmetric else {(row, column)})
        moves = [(symbol, place, entries, sign * step) for sign in (1, -1)]
        ends = [number(node.body, start.nearby(move, partial(start.stepped, *move)), env) for move in moves]
        if any(map(is_infinite, ends)):
            raise NoValueError("a derivative where the value is infinite")
        change = plus(ends[0], times(Fraction(-1), ends[1]))
        return real(change) / (2 * len(entries) * step)

    return [[slope(row, column) for column in range(len(here[0]))] for row in range(len(here))]


Rule: TypeAlias = "Callable[[Any, Point, Env], Grid]"
RULES: dict[type[Expr], Rule] = {
    Size: lambda node, at, env: scalar(Fraction(at.sizes[node])),
    Member: _member,
    ex.Number: lambda node, at, env: scalar(node.value),
    ex.CirclePi: lambda node, at, env: scalar(+context.pi),
    ex.Delta: lambda node, at, env: scalar(
        Fraction(position(node.left, at, env) == position(node.right, at, env))
    ),
    ex.Ordered: lambda node, at, env: scalar(
        Fraction(position(node.left, at, env) <= position(node.right, at, env))
    ),
    ex.Component: _component,
    ex.Add: lambda node, at, env: _sum([value(term, at, env) for term in node.terms]),
    ex.Neg: lambda node, at, env: grids.scaled(Fraction(-1), value(node.body, at, env)),
    ex.Mul: _mul,
    ex.Div: _div,
    ex.Pow: lambda node, at, env: scalar(power(number(node.base, at, env), number(node.exponent, at, env))),
    ex.MatMul: _matmul,
    ex.Transpose: lambda node, at, env: grids.turned(value(node.body, at, env)),
    ex.Inverse: lambda node, at, env: grids.inverse(value(node.body, at, env)),
    ex.Trace: lambda node, at, env: scalar(
        grids.total([row[a] for a, row in enumerate(value(node.body, at, env))])
    ),
    ex.Det: lambda node, at, env: scalar(grids.determinant(value(node.body, at, env))),
    ex.LogDet: _logdet,
    ex.Identity: lambda node, at, env: grids.unit(at.sizes[node.size]),
    ex.Zero: lambda node, at, env: [[ZERO] * at.size(node.dims[1]) for _ in range(at.size(node.dims[0]))],
    ex.Log: lambda node, at, env: scalar(log(number(node.body, at, env))),
    ex.Exp: lambda node, at, env: scalar(exp(number(node.body, at, env))),
    ex.Abs: lambda node, at, env: scalar(abs(number(node.body, at, env))),
    ex.Bracket: _bracket,
    ex.WeightedLog: lambda node, at, env: scalar(
        weighted_log(number(node.weight, at, env), number(node.body, at, env))
    ),
    ex.Sum: lambda node, at, env: _sum(each(node, node.body, at, env)),
    ex.Product: _product,
    ex.LogSumExp: lambda node, at, env: scalar(
        log(grids.total([exp(found) for found in numbers(node, node.body, at, env)]))
    ),
    ex.Minimum: _minimum,
    ex.First: _first,
    ex.Median: _median,
    ex.AssignmentSum: _assignments,
    ex.Gradient: _gradient,
    ex.At: _at,
}
