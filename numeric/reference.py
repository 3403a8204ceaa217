"""The value of a formula to 50 digits, and how far off double precision may honestly be.

Walks the tree that an author wrote, definition by definition, one entry at a time: no arrays, no
reordering, nothing shared with the generator. Beside each value runs a bound of the rounding error that an
evaluation in floating point makes, in units of the rounding unit and to first order: a sum of n terms may
lose n - 1 times the sum of their sizes, an inverse loses by the condition of the matrix. So the bound is
tight where nothing cancels (a residual of two exact inputs is rounded once, however far from zero they
are) and knows the condition number where something does.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, TypeAlias

import mpmath
import numpy as np
import numpy.typing as npt

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr, Index, IndexLike, Member, Size, Symbol
from derivations.proof.steps import Definition, Update

DIGITS = 50
mp = mpmath.MPContext()
mp.dps = DIGITS
ZERO, HUGE = mp.mpf(0), mp.mpf(10) ** 300

Real: TypeAlias = Any  # an mpf; mpmath has no types
Arguments = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Rounded:
    """A number to 50 digits, and a bound of its error in floating point as a multiple of the rounding unit."""

    value: Real
    error: Real = ZERO

    def __add__(self, other: Rounded) -> Rounded:
        value = self.value + other.value
        return rounded(value, self.error + other.error + abs(value))

    def __neg__(self) -> Rounded:
        return Rounded(-self.value, self.error)

    def __mul__(self, other: Rounded) -> Rounded:
        value = self.value * other.value
        return rounded(value, abs(self.value) * other.error + abs(other.value) * self.error + abs(value))

    def __truediv__(self, other: Rounded) -> Rounded:
        """Raises UndefinedError where the divisor is zero."""
        if not other.value:
            raise UndefinedError("division by zero")
        value = self.value / other.value
        size = abs(other.value)
        return Rounded(value, self.error / size + abs(value) * other.error / size + abs(value))


Table: TypeAlias = "list[list[Rounded]]"  # a matrix; a vector has one column
Found: TypeAlias = "Rounded | Table"


def rounded(value: Real, error: Real) -> Rounded:
    """A result; an infinite one is exact. Raises UndefinedError where it is no number (infinity minus infinity)."""
    if mp.isnan(value):
        raise UndefinedError("infinity minus infinity")
    return Rounded(value, ZERO if mp.isinf(value) else error)


class UndefinedError(ArithmeticError):
    """The formula has no value at these arguments."""


@dataclass(frozen=True)
class Reference:
    """The value of an update: 50-digit numbers, and bounds of the error as multiples of the rounding unit."""

    values: npt.NDArray[Any]
    bounds: npt.NDArray[np.float64]


def evaluate(update: Update, arguments: Arguments) -> Reference:
    """The update at these arguments, of which floating-point numbers are taken as exact.

    Raises UndefinedError where the formula divides by zero or takes a logarithm of a negative number.
    """
    [found] = evaluate_all([update], arguments)
    return found


def evaluate_all(updates: Sequence[Update], arguments: Arguments) -> list[Reference]:
    """Several updates with the same definitions, what they have in common evaluated once. Raises UndefinedError."""
    evaluator = Evaluator(updates, arguments)
    return [_whole(evaluator, update) for update in updates]


def _whole(evaluator: Evaluator, update: Update) -> Reference:
    family = [index for index in update.target.indices if isinstance(index, Index)]
    shape = [evaluator.size(dim) for dim in update.target.shape if isinstance(dim, Size)]
    counts = [evaluator.size(index.size) for index in family]
    values = np.empty((*counts, *shape), object)
    bounds = np.empty(values.shape)
    for place in product(*map(range, counts)):
        found = evaluator.at(update.formula, dict(zip(family, place, strict=True)))
        for inner, entry in _entries(found, len(shape)):
            values[(*place, *inner)] = entry.value
            bounds[(*place, *inner)] = float(min(entry.error, HUGE))
    return Reference(values, bounds)


def _entries(found: Found, axes: int) -> Iterator[tuple[tuple[int, ...], Rounded]]:
    if isinstance(found, Rounded):
        yield (), found
        return
    for row, entries in enumerate(found):
        for column, entry in enumerate(entries):
            yield (row, column)[:axes], entry


def exact(value: Any) -> Rounded:
    """An argument, which is what it is."""
    return Rounded(mp.mpf(float(value)))


def total(terms: Sequence[Rounded]) -> Rounded:
    """The sum in any order: two terms are rounded once, more at most once for each partial sum."""
    if len(terms) == 2:
        return terms[0] + terms[1]
    value = sum((term.value for term in terms), ZERO)
    sizes = sum((abs(term.value) for term in terms), ZERO)
    return rounded(value, sum((term.error for term in terms), ZERO) + (len(terms) - 1) * sizes)


class Evaluator:
    """Evaluates the expressions of updates with the same definitions; indices count from zero."""

    def __init__(self, updates: Sequence[Update], arguments: Arguments) -> None:
        self.arguments = arguments
        definitions = updates[0].definitions
        self.definitions: dict[Symbol, Definition] = {d.symbol.symbol: d for d in definitions}
        self.sizes: dict[str, int] = {}
        for expr in (*(update.formula for update in updates), *(d.body for d in definitions)):
            for symbol in ex.symbols_of(expr):
                if symbol.name in arguments:
                    axes = (*symbol.family, *(dim for dim in symbol.shape if isinstance(dim, Size)))
                    counts = arguments[symbol.name].shape
                    self.sizes.update({s.name: n for s, n in zip(axes, counts, strict=True)})
        self._seen: dict[tuple[int, tuple[int, ...]], Found] = {}
        self._free: dict[int, tuple[Index, ...]] = {}
        self._shortened: dict[int, Expr] = {}

    def size(self, size: Size) -> int:
        return self.sizes[size.name]

    def at(self, expr: Expr, where: dict[Index, int]) -> Found:
        """The value of an expression with its free indices given; what was computed before is looked up."""
        if id(expr) not in self._free:
            self._free[id(expr)] = tuple(ex.free_indices(expr))
        key = (id(expr), tuple(where[index] for index in self._free[id(expr)]))
        if key not in self._seen:
            if type(expr) not in RULES:
                raise TypeError(f"no rule evaluates {type(expr).__name__}")
            found = RULES[type(expr)](self, expr, where)
            if expr.is_scalar and isinstance(found, list):
                ((found,),) = found
            self._seen[key] = found
        return self._seen[key]

    def without_last_term(self, expr: ex.Add) -> Expr:
        """A sum up to its last term; kept, because expressions are told apart by their place in memory."""
        if id(expr) not in self._shortened:
            *terms, _ = expr.terms
            self._shortened[id(expr)] = terms[0] if len(terms) == 1 else ex.Add(tuple(terms))
        return self._shortened[id(expr)]

    def number(self, expr: Expr, where: dict[Index, int]) -> Rounded:
        found = self.at(expr, where)
        assert isinstance(found, Rounded)
        return found

    def table(self, expr: Expr, where: dict[Index, int]) -> Table:
        found = self.at(expr, where)
        return [[found]] if isinstance(found, Rounded) else found

    def place(self, index: IndexLike, where: dict[Index, int]) -> int:
        if isinstance(index, Index):
            return where[index]
        places = tuple(self.place(inner, where) for inner in index.indices)
        return int(self.arguments[index.symbol.name][places])

    def over(self, index: Index, where: dict[Index, int]) -> Iterator[dict[Index, int]]:
        """The values of the indices for each term of a sum."""
        for value in range(self.size(index.size)):
            yield {**where, index: value}


# ---------------------------------------------------------------------- one rule for each kind of node

Where = dict[Index, int]


def _entrywise(combine: Callable[[Sequence[Rounded]], Rounded], parts: Sequence[Found]) -> Found:
    """Combine numbers, or the entries at each place of tables of one shape."""
    numbers = [part for part in parts if isinstance(part, Rounded)]
    tables = [part for part in parts if not isinstance(part, Rounded)]
    assert not (numbers and tables)
    if numbers:
        return combine(numbers)
    rows, columns = len(tables[0]), len(tables[0][0])
    return [[combine([t[r][c] for t in tables]) for c in range(columns)] for r in range(rows)]


def _member(e: Evaluator, expr: Member, where: Where) -> Found:
    places = tuple(e.place(index, where) for index in expr.indices)
    if expr.symbol in e.definitions:
        definition = e.definitions[expr.symbol]
        own = [index for index in definition.symbol.indices if isinstance(index, Index)]
        return e.at(definition.body, dict(zip(own, places, strict=True)))
    value = np.asarray(e.arguments[expr.symbol.name][places])
    if value.ndim == 0:
        return exact(value[()])
    if value.ndim == 1:
        return [[exact(entry)] for entry in value]
    return [[exact(entry) for entry in row] for row in value]


def _number(e: Evaluator, expr: ex.Number, where: Where) -> Found:
    value = mp.mpf(expr.value.numerator) / expr.value.denominator
    is_exact = expr.value.denominator & (expr.value.denominator - 1) == 0
    return Rounded(value, ZERO if is_exact else abs(value))


def _delta(e: Evaluator, expr: ex.Delta, where: Where) -> Found:
    return exact(e.place(expr.left, where) == e.place(expr.right, where))


def _component(e: Evaluator, expr: ex.Component, where: Where) -> Found:
    row, *column = (e.place(index, where) for index in expr.indices)
    return e.table(expr.base, where)[row][column[0] if column else 0]


def _ordered(e: Evaluator, expr: ex.Ordered, where: Where) -> Found:
    return exact(e.place(expr.left, where) <= e.place(expr.right, where))


HOLDS: dict[str, Callable[[Real, Real], bool]] = {"<": operator.lt, "<=": operator.le, "=": operator.eq}


def _bracket(e: Evaluator, expr: ex.Bracket, where: Where) -> Found:
    left, right = e.number(expr.left, where).value, e.number(expr.right, where).value
    return exact(HOLDS[expr.relation](left, right))


def _minimum(e: Evaluator, expr: ex.Minimum, where: Where) -> Found:
    terms = [e.number(expr.body, inner) for inner in e.over(expr.index, where)]
    return Rounded(min(term.value for term in terms), max(term.error for term in terms))


def _first(e: Evaluator, expr: ex.First, where: Where) -> Found:
    values = [e.number(expr.body, inner).value for inner in e.over(expr.index, where)]
    return exact(values.index(min(values)) == e.place(expr.chosen, where))


def _median(e: Evaluator, expr: ex.Median, where: Where) -> Found:
    """Tries every value: at most half of the weight may lie strictly to either side of it."""
    terms = list(e.over(expr.index, where))
    values = [e.number(expr.body, inner) for inner in terms]
    weights = [e.number(expr.weight, inner).value for inner in terms]
    pairs = list(zip(values, weights, strict=True))
    half = sum(weights, ZERO) / 2
    for value in sorted((v for v, w in pairs if w > 0), key=lambda number: number.value):
        left = sum((w for v, w in pairs if v.value < value.value), ZERO)
        right = sum((w for v, w in pairs if v.value > value.value), ZERO)
        if left <= half and right <= half:
            return value
    return exact(0)


def _abs(e: Evaluator, expr: ex.Abs, where: Where) -> Found:
    body = e.number(expr.body, where)
    return Rounded(abs(body.value), body.error)


def _identity(e: Evaluator, expr: ex.Identity, where: Where) -> Found:
    size = range(e.size(expr.size))
    return [[exact(row == column) for column in size] for row in size]


def _zero(e: Evaluator, expr: ex.Zero, where: Where) -> Found:
    rows, columns = (e.size(dim) if isinstance(dim, Size) else 1 for dim in expr.dims)
    return [[exact(0)] * columns for _ in range(rows)]


def _add(e: Evaluator, expr: ex.Add, where: Where) -> Found:
    return _entrywise(total, [e.at(term, where) for term in expr.terms])


def _neg(e: Evaluator, expr: ex.Neg, where: Where) -> Found:
    return _entrywise(lambda parts: -parts[0], [e.at(expr.body, where)])


def _times(numbers: Sequence[Rounded]) -> Rounded:
    result = numbers[0]
    for number in numbers[1:]:
        result = result * number
    return result


def _mul(e: Evaluator, expr: ex.Mul, where: Where) -> Found:
    scale = [e.number(factor, where) for factor in expr.factors if factor.is_scalar]
    arrays = [e.at(factor, where) for factor in expr.factors if not factor.is_scalar]
    if not arrays:
        return _times(scale)
    return _entrywise(lambda parts: _times([*scale, parts[0]]), arrays)


def _div(e: Evaluator, expr: ex.Div, where: Where) -> Found:
    divisor = e.number(expr.denominator, where)
    return _entrywise(lambda parts: parts[0] / divisor, [e.at(expr.numerator, where)])


def _pow(e: Evaluator, expr: ex.Pow, where: Where) -> Found:
    base, exponent = e.number(expr.base, where), e.number(expr.exponent, where)
    if not base.value and exponent.value < 0:
        raise UndefinedError("zero to a negative power")
    value = mp.power(base.value, exponent.value)
    if not isinstance(value, mp.mpf):
        raise UndefinedError("a root of a negative number")
    slope = abs(exponent.value * value / base.value) if base.value else ZERO
    growth = abs(value * mp.log(abs(base.value))) if base.value else ZERO
    return Rounded(value, slope * base.error + growth * exponent.error + 2 * abs(value))


def _matmul(e: Evaluator, expr: ex.MatMul, where: Where) -> Found:
    result = e.table(expr.factors[0], where)
    for factor in expr.factors[1:]:
        right = list(zip(*e.table(factor, where), strict=True))
        result = [
            [total([a * b for a, b in zip(row, column, strict=True)]) for column in right] for row in result
        ]
    return result


def _transpose(e: Evaluator, expr: ex.Transpose, where: Where) -> Found:
    return [list(column) for column in zip(*e.table(expr.body, where), strict=True)]


def _trace(e: Evaluator, expr: ex.Trace, where: Where) -> Found:
    return total([row[i] for i, row in enumerate(e.table(expr.body, where))])


def _inverse_parts(table: Table) -> tuple[Any, Any, Any]:
    """The matrix, its inverse, and a bound of what a factorisation takes the matrix for instead of itself."""
    size = len(table)
    matrix = mp.matrix([[entry.value for entry in row] for row in table])
    try:
        inverse = matrix**-1
    except ZeroDivisionError:
        raise UndefinedError("the inverse of a singular matrix") from None
    largest = max(abs(entry.value) for row in table for entry in row)
    is_symmetric = all(table[i][j].value == table[j][i].value for i in range(size) for j in range(i))
    backward = mp.matrix(size, size)
    for i, j in product(range(size), repeat=2):
        diagonal = mp.sqrt(abs(matrix[i, i] * matrix[j, j]))
        scale = max(diagonal, abs(matrix[i, j])) if is_symmetric else largest
        backward[i, j] = table[i][j].error + 4 * size * scale
    return matrix, inverse, backward


def _absolute(matrix: Any) -> Any:
    return matrix.apply(abs)


def _inverse(e: Evaluator, expr: ex.Inverse, where: Where) -> Found:
    table = e.table(expr.body, where)
    _, inverse, backward = _inverse_parts(table)
    error = _absolute(inverse) * backward * _absolute(inverse)
    size = range(len(table))
    return [[Rounded(inverse[i, j], error[i, j] + abs(inverse[i, j])) for j in size] for i in size]


def _determinant(table: Table) -> tuple[Real, Real]:
    """The determinant and the relative error of it."""
    matrix, inverse, backward = _inverse_parts(table)
    relative = _absolute(inverse) * backward
    return mp.det(matrix), sum(relative[i, i] for i in range(len(table))) + len(table)


def _det(e: Evaluator, expr: ex.Det, where: Where) -> Found:
    value, relative = _determinant(e.table(expr.body, where))
    return Rounded(value, abs(value) * relative)


def _log_det(e: Evaluator, expr: ex.LogDet, where: Where) -> Found:
    table = e.table(expr.body, where)
    value, relative = _determinant(table)
    result = mp.log(abs(value))
    return Rounded(result, relative + (len(table) + 2) * abs(result))


def _logarithm(number: Rounded) -> Rounded:
    if number.value < 0:
        raise UndefinedError("the logarithm of a negative number")
    value = mp.log(number.value)
    if not number.value:
        return Rounded(value)
    return Rounded(value, number.error / number.value + 2 * abs(value))


def _log(e: Evaluator, expr: ex.Log, where: Where) -> Found:
    return _logarithm(e.number(expr.body, where))


def _exp(e: Evaluator, expr: ex.Exp, where: Where) -> Found:
    match expr.body:
        case ex.Add((*_, ex.Neg(ex.LogSumExp() as whole))):
            numerator = e.without_last_term(expr.body)
            if _is_term(numerator, whole):
                return _share(e, numerator, whole, where)
    body = e.number(expr.body, where)
    value = mp.exp(body.value)
    if not value:  # exp of minus infinity, which is exact
        return Rounded(value)
    return Rounded(value, value * (body.error + 2))


def _is_term(numerator: Expr, whole: ex.LogSumExp) -> bool:
    """Whether the numerator is a term of the log-sum-exp, under the name of one of its own indices."""
    own = [index for index in ex.free_indices(numerator) if index.size == whole.index.size]
    return any(ex.at(whole.body, {whole.index: index}) == numerator for index in own)


def _share(e: Evaluator, numerator: Expr, whole: ex.LogSumExp, where: Where) -> Rounded:
    """exp(a) / sum exp(a_j), one term of which is exp(a) itself and off by as much.

    Only what the other terms are off by counts, each in proportion to its share.
    """
    top = e.number(numerator, where)
    others = [e.number(whole.body, inner) for inner in e.over(whole.index, where)]
    largest = max(term.value for term in others)
    if mp.isinf(largest):
        raise UndefinedError("all shares are zero")
    weights = [mp.exp(term.value - largest) for term in others]
    value = mp.exp(top.value - largest) / sum(weights)
    if not value:
        return Rounded(value)
    off = sum(
        w * (term.error + top.error + abs(term.value - top.value))
        for w, term in zip(weights, others, strict=True)
        if w and term.value != top.value
    ) / sum(weights)
    return Rounded(value, value * (off + abs(top.value - largest) + len(others) + 4))


def _weighted_log(e: Evaluator, expr: ex.WeightedLog, where: Where) -> Found:
    weight = e.number(expr.weight, where)
    return weight if not weight.value else weight * _logarithm(e.number(expr.body, where))


def _sum(e: Evaluator, expr: ex.Sum, where: Where) -> Found:
    return _entrywise(total, [e.at(expr.body, inner) for inner in e.over(expr.index, where)])


def _product(e: Evaluator, expr: ex.Product, where: Where) -> Found:
    return _times([e.number(expr.body, inner) for inner in e.over(expr.index, where)])


def _log_sum_exp(e: Evaluator, expr: ex.LogSumExp, where: Where) -> Found:
    """Every weight exp(v - m) is off by the error of v and by what the subtraction and the exponential add."""
    terms = [e.number(expr.body, inner) for inner in e.over(expr.index, where)]
    largest = max(term.value for term in terms)
    if largest == -mp.inf:
        return Rounded(largest)
    weights = [mp.exp(term.value - largest) for term in terms]
    weight = sum(weights, ZERO)
    value = largest + mp.log(weight)
    inside = sum(
        (w * (t.error + abs(t.value - largest) + 2) for w, t in zip(weights, terms, strict=True) if w), ZERO
    )
    return Rounded(value, inside / weight + len(terms) + 2 * mp.log(weight) + abs(value))


RULES: dict[type[Expr], Callable[[Evaluator, Any, Where], Found]] = {
    Size: lambda e, expr, where: exact(e.size(expr)),
    Member: _member,
    ex.Number: _number,
    ex.CirclePi: lambda e, expr, where: Rounded(+mp.pi, +mp.pi),
    ex.Delta: _delta,
    ex.Ordered: _ordered,
    ex.Bracket: _bracket,
    ex.Minimum: _minimum,
    ex.First: _first,
    ex.Median: _median,
    ex.Abs: _abs,
    ex.Component: _component,
    ex.Identity: _identity,
    ex.Zero: _zero,
    ex.Add: _add,
    ex.Neg: _neg,
    ex.Mul: _mul,
    ex.Div: _div,
    ex.Pow: _pow,
    ex.MatMul: _matmul,
    ex.Transpose: _transpose,
    ex.Trace: _trace,
    ex.Inverse: _inverse,
    ex.Det: _det,
    ex.LogDet: _log_det,
    ex.Log: _log,
    ex.Exp: _exp,
    ex.WeightedLog: _weighted_log,
    ex.Sum: _sum,
    ex.Product: _product,
    ex.LogSumExp: _log_sum_exp,
}
