"""What an expression is worth at an instance, by the definition of each node.

The author's tree is walked as it stands: a sum adds its terms up, an inverse is computed, a derivative
moves each entry of its variable by an infinitesimal. No rule of calculus beyond that of a dual number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from typing import Any, TypeAlias, cast

from flint import fmpq

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Dim, Expr, Index, IndexLike, Member, Size, Symbol
from derivations.calculus.instances import arrays, formal, numbers
from derivations.calculus.instances.arrays import Rows, Value, rows_of
from derivations.calculus.instances.numbers import HALF, ONE, ZERO, Number, TooLong, Undefined
from derivations.calculus.instances.scope import Scope

Position: TypeAlias = "tuple[int, ...]"
Env: TypeAlias = "dict[int, Any]"  # slot -> value of an index, labels, or the entries being moved
LEVEL = -1  # the slot of the number of derivatives around a node
PUT_IN = "put in"
LARGEST_WORK = 400_000
LARGEST_FAMILY = 100_000
LIGHTER = 4  # factors of a product that are together as much work as a node


@dataclass(frozen=True)
class Instance:
    """Sizes, a value for each member of each symbol, and values of free indices; positions count from 1."""

    sizes: dict[Size, int]
    values: dict[Symbol, dict[Position, Value]]
    indices: dict[Index, int] = field(default_factory=dict)
    style: str = ""

    def with_values(self, symbol: Symbol, members: dict[Position, Value]) -> Instance:
        """The instance with some members of a symbol replaced."""
        return replace(self, values={**self.values, symbol: {**self.values[symbol], **members}})


def positions(ranges: Sequence[Size], sizes: dict[Size, int]) -> list[Position]:
    """All positions in a family, the last index fastest. Raises TooLong if there are very many."""
    if prod(sizes[size] for size in ranges) > LARGEST_FAMILY:
        raise TooLong("a family of too many members at these sizes")
    return list(product(*(range(1, sizes[size] + 1) for size in ranges)))


class Evaluator:
    """Values of expressions at one instance; each node is computed once for the indices it depends on."""

    def __init__(self, instance: Instance, scope: Scope) -> None:
        self.instance, self.scope = instance, scope
        self.values = {scope.slot(symbol): members for symbol, members in instance.values.items()}
        self.env: Env = {scope.slot(index): at for index, at in instance.indices.items()}
        self.work = 0
        self.put_in: dict[tuple[Any, ...], Value] = {}
        self._nodes = scope.nodes
        self._memo: dict[tuple[Any, ...], Value] = {}

    def value(self, expr: Expr, env: Env | None = None) -> Value:
        """The value: a number for a scalar, else rows. Raises Undefined, Undecided or TooMuch."""
        env = self.env if env is None else env
        node = self._nodes.get(id(expr)) or self.scope.node(expr)
        if node.slots and node.slots[0] not in env:  # the drawn value at once, in the usual case
            members = self.values.get(node.slots[0])
            place = tuple([env.get(slot) for slot in node.slots[1:]])
            if members is not None and None not in place:
                return members[cast(Position, place)]
        if isinstance(expr, Member):
            return _member(self, expr, env)
        key = _key(expr, node.needs, env)
        value = self._memo.get(key)
        if value is None:
            self.spend(1)
            value = self._memo[key] = RULES[type(expr)](self, expr, env)
        return value

    def key(self, expr: Expr, env: Env) -> tuple[Any, ...]:
        """The node and all that its value depends on."""
        return _key(expr, self.scope.node(expr).needs, env)

    def is_scalar(self, expr: Expr) -> bool:
        return self.scope.node(expr).scalar

    def number(self, expr: Expr, env: Env) -> Number:
        value = self.value(expr, env)
        assert not isinstance(value, list)
        return value

    def rows(self, expr: Expr, env: Env) -> Rows:
        return rows_of(self.value(expr, env))

    def spend(self, amount: int) -> None:
        self.work += amount
        if self.work > LARGEST_WORK:
            raise TooLong("the sums are too long at these sizes")

    def size(self, dim: Dim) -> int:
        return dim if isinstance(dim, int) else self.instance.sizes[dim]

    def position(self, index: IndexLike, env: Env) -> int:
        if isinstance(index, Member):
            return self._label(index, env)
        slot = self.scope.slot(index)
        if slot not in env:
            raise ValueError(f"the index {index.name} has no value")
        return cast(int, env[slot])

    def _label(self, index: Member, env: Env) -> int:
        """The place that a label names. Raises Undefined for a value that names none."""
        value, range_ = self.number(index, env), ex.index_range(index)
        if not (isinstance(value, fmpq) and value.q == 1 and 1 <= value <= self.instance.sizes[range_]):
            raise Undefined(f"{index.symbol.name} is no number of a place")
        return int(value.p)

    def each(self, node: ex.Binder, env: Env) -> list[Any]:
        """The body at every value of the bound index."""
        slot, size = self.scope.slot(node.index), self.instance.sizes[node.index.size]
        return [self.value(node.body, {**env, slot: at}) for at in range(1, size + 1)]


def _key(expr: Expr, needs: frozenset[int], env: Env) -> tuple[Any, ...]:
    return (id(expr), *[item for item in env.items() if item[0] in needs])


def evaluate(expr: Expr, instance: Instance, definitions: Sequence[tuple[Member, Expr]] = ()) -> Value:
    """The value of an expression at an instance, with defined symbols evaluated by their definitions."""
    return Evaluator(instance, Scope(definitions)).value(expr)


# ---------------------------------------------------------------------- one rule for a node


def _member(at: Evaluator, node: Member, env: Env) -> Value:
    slot = at.scope.slot(node.symbol)
    place = tuple([at.position(index, env) for index in node.indices])
    if slot in at.scope.definitions:
        indices, body = at.scope.definitions[slot]
        return at.value(body, {**env, **dict(zip(indices, place, strict=True))})
    bound = env.get(slot, ())
    if node.symbol.labels is not None and bound:
        return fmpq(bound[place[0] - 1])
    if slot not in at.values and not bound:
        raise ValueError(f"{node.symbol.name} has no value")
    put_in, *moves = bound if bound and bound[0][0] == PUT_IN else (None, *bound)
    value = at.put_in[put_in] if put_in else at.values[slot][place]
    for moved, level in moves:
        if moved == place:
            value = _moved(value, level, node.symbol.domain.symmetric)
    return value


def _at(at: Evaluator, node: ex.At, env: Env) -> Value:
    """The variable is bound in the body to the value; derivatives around the node reach it through the value."""
    slot = at.scope.slot(node.member.symbol)
    if slot in at.scope.definitions:
        raise ValueError(f"{node.member.symbol.name} is defined and cannot be given a value")
    key = (PUT_IN, at.key(node.value, env))
    at.put_in[key] = at.value(node.value, env)
    return at.value(node.body, {**env, slot: (key,)})


def _directions(rows: int, columns: int, symmetric: bool) -> list[Position]:
    """The entries that move on their own: all, or those on and above the diagonal."""
    return [(a, b) for a in range(rows) for b in range(a if symmetric else 0, columns)]


def _moved(value: Value, level: int, symmetric: bool) -> Value:
    """The value with an infinitesimal for each direction; a symmetric one moves on both sides of the diagonal."""
    rows = rows_of(value)
    directions = _directions(len(rows), len(rows[0]), symmetric)

    def entry(a: int, b: int) -> Number:
        own = (min(a, b), max(a, b)) if symmetric else (a, b)
        return numbers.Dual(rows[a][b], tuple([ONE if own == other else ZERO for other in directions]), level)

    moved: Rows = [[entry(a, b) for b in range(len(rows[0]))] for a in range(len(rows))]
    return moved if isinstance(value, list) else moved[0][0]


def _gradient(at: Evaluator, node: ex.Gradient, env: Env) -> Value:
    """All entries at once. A symmetric variable moves by dS_ab = dS_ba, and tr(G dS) is then 2 G_ab."""
    symbol, slot, level = node.member.symbol, at.scope.slot(node.member.symbol), env.get(LEVEL, 0) + 1
    if slot in at.scope.definitions or symbol.labels is not None:
        raise ValueError(f"cannot differentiate by {symbol.name}, which is defined or a label")
    place = tuple(at.position(index, env) for index in node.member.indices)
    value = at.number(node.body, {**env, slot: (*env.get(slot, ()), (place, level)), LEVEL: level})
    if not numbers.is_finite(value):
        raise Undefined("derivative where the value is infinite")
    rows, columns = (at.size(dim) for dim in node.shape)
    symmetric = symbol.domain.symmetric
    directions = _directions(rows, columns, symmetric)
    slopes = dict(zip(directions, numbers.slopes(value, level, len(directions)), strict=True))

    def entry(a: int, b: int) -> Number:
        halved = symmetric and a != b
        return HALF * slopes[min(a, b), max(a, b)] if halved else slopes[a, b]

    return entry(0, 0) if at.is_scalar(node) else [[entry(a, b) for b in range(columns)] for a in range(rows)]


def _component(at: Evaluator, node: ex.Component, env: Env) -> Value:
    row, *column = (at.position(index, env) for index in node.indices)
    return at.rows(node.base, env)[row - 1][column[0] - 1 if column else 0]


def _first(at: Evaluator, node: ex.First, env: Env) -> Value:
    chosen = at.position(node.chosen, env)
    return fmpq(chosen == 1 + numbers.first_smallest(at.each(node, env)))


def _median(at: Evaluator, node: ex.Median, env: Env) -> Value:
    slot, size = at.scope.slot(node.index), at.instance.sizes[node.index.size]
    inside = [{**env, slot: place} for place in range(1, size + 1)]
    weighted = [(at.number(node.body, one), at.number(node.weight, one)) for one in inside]
    present = [pair for pair in weighted if numbers.sign(pair[1])]
    balanced = [value for value, _ in present if _is_balanced(value, present)]
    return numbers.smallest(balanced) if balanced else ZERO


def _is_balanced(value: Number, weighted: list[tuple[Number, Number]]) -> bool:
    """Whether at most half of the weight lies strictly on either side of the value."""
    total = below = above = cast(Number, ZERO)
    for other, weight in weighted:
        side = numbers.sign(other - value)
        total = total + weight
        below, above = (below + weight if side < 0 else below), (above + weight if side > 0 else above)
    return all(numbers.sign(total - part - part) >= 0 for part in (below, above))


def _mul(at: Evaluator, node: ex.Mul, env: Env) -> Value:
    at.spend(len(node.factors) // LIGHTER)
    array: Value = ONE
    factor: Number = ONE
    for part in node.factors:
        value = at.value(part, env)
        if isinstance(value, list):
            array = value
        else:
            factor = factor * value
    return arrays.scale(factor, array)


def _div(at: Evaluator, node: ex.Div, env: Env) -> Value:
    top, bottom = at.value(node.numerator, env), at.number(node.denominator, env)
    if isinstance(top, list):
        return [[numbers.divide(entry, bottom) for entry in row] for row in top]
    return numbers.divide(top, bottom)


def _matmul(at: Evaluator, node: ex.MatMul, env: Env) -> Value:
    first, *others = (at.rows(factor, env) for factor in node.factors)
    for other in others:
        at.spend(len(first) * len(other) * len(other[0]) // 8)
        first = arrays.multiply(first, other)
    return first[0][0] if at.is_scalar(node) else first


def _square(change: Callable[[Rows], Value]) -> Rule:
    def rule(at: Evaluator, node: ex.SquareFunction, env: Env) -> Value:
        rows = at.rows(node.body, env)
        at.spend(len(rows) ** 4 // 8)
        value = change(rows)
        return rows_of(value)[0][0] if at.is_scalar(node) else value

    return rule


def _logdet(rows: Rows) -> Number:
    value = arrays.determinant(rows)
    if numbers.sign(value) == 0:
        raise Undefined("log det of a singular matrix")
    return numbers.log(numbers.absolute(value))


def _folded(join: Callable[[Any, Any], Value]) -> Callable[[list[Value]], Value]:
    def fold(values: list[Value]) -> Value:
        first, *others = values
        for other in others:
            first = join(first, other)
        return first

    return fold


_sum, _times = _folded(arrays.add), _folded(lambda left, right: left * right)


def _assignments(at: Evaluator, node: ex.AssignmentSum, env: Env) -> Value:
    points, components = at.size(node.labels.family[0]), at.size(cast(Size, node.labels.labels))
    at.spend(components**points)
    slot, maps = at.scope.slot(node.labels), product(range(1, components + 1), repeat=points)
    return _sum([at.value(node.body, {**env, slot: labels}) for labels in maps])


def _zero(at: Evaluator, node: ex.Zero, env: Env) -> Value:
    rows, columns = (at.size(dim) for dim in node.dims)
    return ZERO if at.is_scalar(node) else [[ZERO] * columns for _ in range(rows)]


Rule: TypeAlias = Callable[[Evaluator, Any, Env], Value]
RULES: dict[type[Expr], Rule] = {
    Size: lambda at, node, env: fmpq(at.size(node)),
    Member: _member,
    ex.Number: lambda at, node, env: fmpq(node.value.numerator, node.value.denominator),
    ex.CirclePi: lambda at, node, env: formal.circle_pi(),
    ex.Delta: lambda at, node, env: fmpq(at.position(node.left, env) == at.position(node.right, env)),
    ex.Ordered: lambda at, node, env: fmpq(at.position(node.left, env) <= at.position(node.right, env)),
    ex.Component: _component,
    ex.Add: lambda at, node, env: _sum([at.value(term, env) for term in node.terms]),
    ex.Neg: lambda at, node, env: arrays.scale(-ONE, at.value(node.body, env)),
    ex.Mul: _mul,
    ex.Div: _div,
    ex.Pow: lambda at, node, env: numbers.power(at.number(node.base, env), at.number(node.exponent, env)),
    ex.MatMul: _matmul,
    ex.Transpose: lambda at, node, env: (
        arrays.transpose(at.rows(node.body, env)) if not at.is_scalar(node) else at.value(node.body, env)
    ),
    ex.Inverse: _square(arrays.inverse),
    ex.Trace: _square(arrays.trace),
    ex.Det: _square(arrays.determinant),
    ex.LogDet: _square(_logdet),
    ex.Identity: lambda at, node, env: arrays.identity(at.size(node.size)),
    ex.Zero: _zero,
    ex.Log: lambda at, node, env: numbers.log(at.number(node.body, env)),
    ex.Exp: lambda at, node, env: numbers.exp(at.number(node.body, env)),
    ex.WeightedLog: lambda at, node, env: numbers.weighted_log(
        at.number(node.weight, env), at.number(node.body, env)
    ),
    ex.Sum: lambda at, node, env: _sum(at.each(node, env)),
    ex.Product: lambda at, node, env: _times(at.each(node, env)),
    ex.LogSumExp: lambda at, node, env: numbers.log(
        numbers.total(numbers.exp(value) for value in at.each(node, env))
    ),
    ex.Minimum: lambda at, node, env: numbers.smallest(at.each(node, env)),
    ex.First: _first,
    ex.Median: _median,
    ex.Abs: lambda at, node, env: numbers.absolute(at.number(node.body, env)),
    ex.Bracket: lambda at, node, env: numbers.bracket(
        at.number(node.left, env), node.relation, at.number(node.right, env)
    ),
    ex.At: _at,
    ex.AssignmentSum: _assignments,
    ex.Gradient: _gradient,
}
