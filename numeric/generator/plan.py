"""Lowers the formula of an update to array operations: one row of a table for each kind of node.

Every sub-expression becomes an array whose axes are labelled by its free indices and, for a vector or a
matrix, by a row and a column index. Matrix notation is gone after this: a transpose exchanges two labels,
a product sums over one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import combinations
from typing import Any

from derivations.calculus.expressions import (
    Add,
    AssignmentSum,
    CirclePi,
    Component,
    Delta,
    Det,
    Dim,
    Div,
    Exp,
    Expr,
    Gradient,
    Identity,
    Index,
    IndexLike,
    Inverse,
    Log,
    LogDet,
    LogSumExp,
    MatMul,
    Member,
    Mul,
    Neg,
    Number,
    Pow,
    Size,
    Sum,
    Symbol,
    Trace,
    Transpose,
    WeightedLog,
    Zero,
    at,
    symbols_of,
)
from derivations.calculus.expressions import Product as ProductSign
from derivations.calculus.notation import text
from derivations.proof.steps import Definition, Update
from numeric.generator.arrays import Arrays, Labelled
from numeric.generator.errors import GeneratorError
from numeric.generator.facts import is_definite, is_positive
from numeric.generator.products import Product, multiplied_out, splits
from numeric.generator.sizes import elements

Axis = Index | None


@dataclass(frozen=True)
class Plan:
    """What a generated function does: its arguments in order, its operations, the one that is the result."""

    update: Update
    arguments: tuple[Symbol, ...]
    arrays: Arrays
    result: int
    shape: tuple[Size, ...]
    definitions: dict[Symbol, Definition]
    bases: dict[Symbol, Labelled]  # the arrays of the definitions that the formula used
    divisors: tuple[tuple[Expr, Labelled], ...]  # what is divided by


def plan(update: Update) -> Plan:
    """The operations of one update. Raises GeneratorError for a formula that cannot be turned into good code."""
    planner = Planner(update)
    target = planner.target()
    result = planner.lower(update.formula, *target[1])
    labels = target[0] + tuple(label for label in target[1] if label is not None)
    number = planner.whole(result, labels)
    return Plan(
        update,
        tuple(planner.arguments),
        planner.arrays,
        number,
        tuple(label.size for label in labels),
        planner.definitions,
        planner.bases,
        tuple(planner.divisors),
    )


@dataclass
class Planner:
    """The state of one lowering: the program, the arguments met so far, the definitions in use."""

    update: Update
    arguments: dict[Symbol, Labelled] = field(default_factory=dict)
    bases: dict[Symbol, Labelled] = field(default_factory=dict)
    divisors: list[tuple[Expr, Labelled]] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.definitions: dict[Symbol, Definition] = {}
        for definition in self.update.definitions:
            assert isinstance(definition.symbol, Member)
            self.definitions[definition.symbol.symbol] = definition
        expressions = (self.update.formula, *(d.body for d in self.update.definitions))
        shapes = {dim for expr in expressions for symbol in symbols_of(expr) for dim in symbol.shape}
        self.arrays = Arrays({dim for dim in shapes if isinstance(dim, Size)})

    def fresh(self, size: Size, name: str = "axis") -> Index:
        self.count += 1
        return Index(f"{name}.{self.count}", size)

    def axis(self, dim: Dim) -> Axis:
        """A new index along a row or a column; none where there is just one."""
        return self.fresh(dim) if isinstance(dim, Size) else None

    def target(self) -> tuple[tuple[Index, ...], tuple[Axis, Axis]]:
        """The indices of the target's family, and those of its rows and columns."""
        member = self.update.target
        family = tuple(index for index in member.indices if isinstance(index, Index))
        if len(set(family)) < len(member.indices):
            raise self.refusal(member, "the target needs an index of its own for each of its families")
        rows, columns = member.shape
        return family, (self.axis(rows), self.axis(columns))

    def whole(self, operand: Labelled, labels: tuple[Index, ...]) -> int:
        """The operand with exactly these axes: repeated along those on which it does not depend."""
        if unbound := [label.name for label in operand.labels if label not in labels]:
            raise self.refusal(self.update.target, f"the formula has indices {unbound} that it has not")
        if set(operand.labels) == set(labels):
            return self.arrays.view(operand, labels, broadcast=False)
        return self.arrays.repeated(operand, labels).number

    def refusal(self, expr: Expr, why: str) -> GeneratorError:
        return GeneratorError(f"{self.update.name}: {type(expr).__name__} {text(expr, ascii=True)}: {why}")

    # ------------------------------------------------------------------------------- the walk

    def lower(self, expr: Expr, row: Axis = None, column: Axis = None) -> Labelled:
        """The array of an expression; `row` and `column` label its axes if it is a vector or a matrix."""
        if type(expr) in GATHERING:
            product = Product()
            self.gather(expr, row, column, product)
            return multiplied_out(self.arrays, product)
        if type(expr) not in LOWERING:
            why = REFUSED.get(type(expr), "there is no array operation for it")
            raise self.refusal(expr, why)
        return LOWERING[type(expr)](self, expr, row, column)

    def gather(self, expr: Expr, row: Axis, column: Axis, into: Product) -> None:
        """Add the factors of an expression to a product."""
        if type(expr) in GATHERING:
            GATHERING[type(expr)](self, expr, row, column, into)
        else:
            into.factors.append(self.lower(expr, row, column))

    # ------------------------------------------------------------------------ families, indices

    def base(self, symbol: Symbol) -> tuple[Labelled, tuple[Index, ...], tuple[Axis, Axis]]:
        """The array of a whole family, with the labels of its indices, its row and its column.

        For a definition it is computed, once, and keeps the name it has on the page.
        """
        family = tuple(self.fresh(size) for size in symbol.family)
        row, column = self.axis(symbol.shape[0]), self.axis(symbol.shape[1])
        if symbol not in self.definitions:
            labels = (*family, *(label for label in (row, column) if label is not None))
            kind = "argument" if symbol.labels is None else "labels"
            found = self.arrays.leaf(kind, labels, symbol)
            self.arguments.setdefault(symbol, found)
            return found, family, (row, column)
        definition = self.definitions[symbol]
        assert isinstance(definition.symbol, Member)
        body = at(definition.body, dict(zip(definition.symbol.indices, family, strict=True)))
        found = self.lower(body, row, column)
        if self.arrays.program[found.number].operands:
            self.arrays.program.names.setdefault(found.number, symbol.name)
        self.bases[symbol] = found
        return found, family, (row, column)

    def selected(self, operand: Labelled, labels: Sequence[Index], indices: Sequence[IndexLike]) -> Labelled:
        """The operand with its labels replaced by the indices that stand in a formula.

        A label z_i in an index's place takes entries; an index that stands twice takes a diagonal.
        """
        taken: set[IndexLike] = set()
        for label, index in zip(labels, indices, strict=True):
            if label not in operand.labels:
                continue  # the family does not depend on this index
            if isinstance(index, Member):
                operand = self.arrays.taken(operand, label, self.lower(index))
            elif index in taken:
                twin = self.fresh(index.size)
                operand = operand.relabelled({label: twin})
                operand = self.arrays.diagonal(operand, index, twin)
            else:
                operand = operand.relabelled({label: index})
                taken.add(index)
        return operand

    def member(self, expr: Member, row: Axis, column: Axis) -> Labelled:
        found, family, axes = self.base(expr.symbol)
        pairs = [(own, wanted) for own, wanted in zip(axes, (row, column), strict=True) if own is not None]
        wanted = [label for _, label in pairs if label is not None]
        return self.selected(found, (*family, *(own for own, _ in pairs)), (*expr.indices, *wanted))

    def component(self, expr: Component, row: Axis, column: Axis) -> Labelled:
        axes = [self.axis(dim) for dim in expr.base.shape]
        base = self.lower(expr.base, axes[0], axes[1])
        return self.selected(base, [axis for axis in axes if axis is not None], expr.indices)

    def delta(self, expr: Delta, row: Axis, column: Axis) -> Labelled:
        match expr.left, expr.right:
            case Index() as left, Index() as right if left == right:
                return self.arrays.number(Fraction(1))
            case Index() as left, Index() as right if left.size == right.size:
                return self.arrays.leaf("identity", (left, right), left.size)
            case (Member() as label, Index() as index) | (Index() as index, Member() as label):
                return self.arrays.one_hot(self.lower(label), index)
            case Member() as left, Member() as right:
                return self.arrays.elementwise("equal", self.lower(left), self.lower(right))
            case _:
                raise self.refusal(expr, "its indices run over different ranges")

    # -------------------------------------------------------------------------------- algebra

    def add(self, expr: Add, row: Axis, column: Axis) -> Labelled:
        """Small terms are added before large ones, so that few passes are made over large arrays."""
        groups: dict[frozenset[Index], list[tuple[int, Labelled]]] = {}
        for term in expr.terms:
            product = Product()
            self.gather(term, row, column, product)
            sign = product.split_sign()
            found = multiplied_out(self.arrays, product)
            groups.setdefault(frozenset(found.labels), []).append((sign, found))
        sums = [reduce(self.signed_sum, group) for group in groups.values()]
        while len(sums) > 1:
            left, right = min(combinations(sums, 2), key=_cost_of_adding)
            sums = [item for item in sums if item not in (left, right)]
            sums.append(self.signed_sum(left, right))
        sign, result = sums[0]
        return result if sign > 0 else self.arrays.elementwise("negative", result)

    def signed_sum(self, left: tuple[int, Labelled], right: tuple[int, Labelled]) -> tuple[int, Labelled]:
        """Two terms with their signs, as one: a difference is taken as such."""
        if left[0] == right[0]:
            return left[0], self.arrays.elementwise("add", left[1], right[1])
        plus, minus = (left, right) if left[0] > 0 else (right, left)
        return 1, self.arrays.elementwise("subtract", plus[1], minus[1])

    def power(self, expr: Pow, row: Axis, column: Axis) -> Labelled:
        base, exponent = self.lower(expr.base), self.lower(expr.exponent)
        if expr.exponent == Number(Fraction(1, 2)):
            return self.arrays.elementwise("sqrt", base)
        if expr.exponent == Number(Fraction(-1)):
            return self.arrays.elementwise("divide", self.arrays.number(Fraction(1)), base)
        return self.arrays.elementwise("power", base, exponent)

    def log(self, expr: Log, row: Axis, column: Axis) -> Labelled:
        kind = "log" if is_positive(expr.body) else "safe_log"
        return self.arrays.elementwise(kind, self.lower(expr.body))

    def exp(self, expr: Exp, row: Axis, column: Axis) -> Labelled:
        return self.arrays.elementwise("exp", self.lower(expr.body))

    def weighted_log(self, expr: WeightedLog, row: Axis, column: Axis) -> Labelled:
        if is_positive(expr.body):
            return self.lower(Mul((expr.weight, Log(expr.body))))
        return self.arrays.elementwise("weighted_log", self.lower(expr.weight), self.lower(expr.body))

    def binder(self, expr: LogSumExp | ProductSign, row: Axis, column: Axis) -> Labelled:
        label = self.fresh(expr.index.size, expr.index.name)
        body = self.lower(at(expr.body, {expr.index: label}))
        if label not in body.labels:
            raise self.refusal(
                expr, f"the body does not depend on {expr.index.name}; write the power instead"
            )
        kind = "log_sum_exp" if isinstance(expr, LogSumExp) else "product"
        return self.arrays.reduced(kind, body, [label])

    # ----------------------------------------------------------------------- matrix functions

    def square(self, expr: Expr) -> tuple[Labelled, Index, Index]:
        """A square matrix with new labels for its rows and columns, of which it has both."""
        row, column = self.axis(expr.shape[0]), self.axis(expr.shape[1])
        if row is None or column is None:
            raise self.refusal(expr, "a matrix function of a single number; write it without")
        found = self.lower(expr, row, column)
        if row not in found.labels or column not in found.labels:
            raise self.refusal(expr, "a matrix function of a matrix of equal entries")
        return found, row, column

    def factor(self, expr: Expr) -> tuple[Labelled, Index, Index]:
        """The Cholesky factor of a positive definite matrix."""
        found, row, column = self.square(expr)
        name = expr.symbol.name if isinstance(expr, Member) else text(expr, ascii=True)
        return self.arrays.matrix_function("cholesky", found, row, column, name), row, column

    def whitening(self, expr: Expr) -> tuple[Labelled, Index, Index]:
        """W, lower triangular, with expr^-1 = W' W, and the labels of its rows and columns."""
        factor, row, column = self.factor(expr)
        return self.arrays.matrix_function("inverse_factor", factor, row, column), row, column

    def log_det(self, expr: LogDet, row: Axis, column: Axis) -> Labelled:
        if is_definite(expr.body):
            return self.arrays.matrix_number("log_det_from", *self.factor(expr.body))
        return self.arrays.matrix_number("log_abs_det", *self.square(expr.body))

    def det(self, expr: Det, row: Axis, column: Axis) -> Labelled:
        return self.arrays.matrix_number("det", *self.square(expr.body))

    def inverse(self, expr: Inverse, row: Axis, column: Axis, into: Product) -> None:
        """W' W for a positive definite matrix: two factors, so that W can be applied to vectors first."""
        if is_definite(expr.body):
            found, own_row, own_column = self.whitening(expr.body)
            inner = self.fresh(own_row.size)
            for label in (row, column):
                into.factors.append(self.selected(found, (own_row, own_column), (inner, _given(label))))
            into.summed.append(inner)
        else:
            found, own_row, own_column = self.square(expr.body)
            found = self.arrays.matrix_function("inverse", found, own_row, own_column)
            into.factors.append(self.selected(found, (own_row, own_column), (_given(row), _given(column))))

    # --------------------------------------------------------------------- sums of products

    def gather_number(self, expr: Number, row: Axis, column: Axis, into: Product) -> None:
        into.coefficient *= expr.value

    def gather_neg(self, expr: Neg, row: Axis, column: Axis, into: Product) -> None:
        into.coefficient = -into.coefficient
        self.gather(expr.body, row, column, into)

    def gather_mul(self, expr: Mul, row: Axis, column: Axis, into: Product) -> None:
        for factor in expr.factors:
            self.gather(factor, *((None, None) if factor.is_scalar else (row, column)), into)

    def gather_div(self, expr: Div, row: Axis, column: Axis, into: Product) -> None:
        self.gather(expr.numerator, row, column, into)
        if isinstance(expr.denominator, Number):
            into.coefficient /= expr.denominator.value
            return
        divisor = self.lower(expr.denominator)
        self.divisors.append((expr.denominator, divisor))
        into.divisors.append(divisor)

    def gather_transpose(self, expr: Transpose, row: Axis, column: Axis, into: Product) -> None:
        self.gather(expr.body, column, row, into)

    def gather_trace(self, expr: Trace, row: Axis, column: Axis, into: Product) -> None:
        along = self.axis(expr.body.shape[0])
        self.gather(expr.body, along, along, into)
        if along is not None:
            into.summed.append(along)

    def gather_sum(self, expr: Sum, row: Axis, column: Axis, into: Product) -> None:
        if splits(expr.index, expr.body):
            terms = tuple(Sum(expr.index, term) for term in expr.body.children)
            into.factors.append(self.lower(Add(terms), row, column))
            return
        label = self.fresh(expr.index.size, expr.index.name)
        self.gather(at(expr.body, {expr.index: label}), row, column, into)
        into.summed.append(label)

    def gather_matmul(self, expr: MatMul, row: Axis, column: Axis, into: Product) -> None:
        """A chain: neighbours share a label that is summed over."""
        waiting, left = list(expr.factors), row
        while waiting:
            first, *others = waiting
            used = 3 if _is_quadratic_form(first, others) else 1
            right = column if used == len(waiting) else self.axis(waiting[used - 1].shape[1])
            if used == 3:
                self.gather_quadratic(others[0], others[1], left, right, into)
            else:
                self.gather(first, left, right, into)
            waiting, left = waiting[used:], right
            if waiting and right is not None:
                into.summed.append(right)

    def gather_quadratic(self, middle: Expr, vector: Expr, left: Axis, right: Axis, into: Product) -> None:
        """v' S^-1 v for a positive definite S, as (W v)' (W v): one product with points instead of two."""
        assert isinstance(middle, Inverse)
        found, row, column = self.whitening(middle.body)
        for end in (left, right):
            product = Product(summed=[column])
            self.gather(vector, column, end, product)
            product.factors.append(found)
            into.factors.append(multiplied_out(self.arrays, product))
        into.summed.append(row)


def _given(label: Axis) -> Index:
    assert label is not None
    return label


def _cost_of_adding(pair: tuple[tuple[int, Labelled], tuple[int, Labelled]]) -> tuple[bool, int]:
    """Best is a term that is put into one that has its axes already; then, a small result."""
    left, right = (set(labelled.labels) for _, labelled in pair)
    return not (left <= right or right <= left), elements(left | right)


def _is_quadratic_form(first: Expr, others: Sequence[Expr]) -> bool:
    """Whether a chain begins with v' S^-1 v, with S positive definite."""
    if len(others) < 2:
        return False
    middle, last = others[0], others[1]
    is_mirrored = Transpose(last) == first or last == Transpose(first)
    return is_mirrored and isinstance(middle, Inverse) and is_definite(middle.body)


def _constant(kind: str) -> Callable[[Planner, Any, Axis, Axis], Labelled]:
    return lambda planner, expr, row, column: planner.arrays.leaf(kind)


def _zero(planner: Planner, expr: Zero, row: Axis, column: Axis) -> Labelled:
    return planner.arrays.number(Fraction(0))


def _size(planner: Planner, expr: Size, row: Axis, column: Axis) -> Labelled:
    return planner.arrays.leaf("size", (), expr)


def _identity(planner: Planner, expr: Identity, row: Axis, column: Axis) -> Labelled:
    if row == column:
        return planner.arrays.number(Fraction(1))
    return planner.arrays.leaf("identity", (_given(row), _given(column)), expr.size)


LOWERING: dict[type[Expr], Callable[[Planner, Any, Axis, Axis], Labelled]] = {
    Member: Planner.member,
    Component: Planner.component,
    Size: _size,
    CirclePi: _constant("circle_pi"),
    Zero: _zero,
    Identity: _identity,
    Delta: Planner.delta,
    Add: Planner.add,
    Pow: Planner.power,
    Log: Planner.log,
    Exp: Planner.exp,
    WeightedLog: Planner.weighted_log,
    LogSumExp: Planner.binder,
    ProductSign: Planner.binder,
    LogDet: Planner.log_det,
    Det: Planner.det,
}

GATHERING: dict[type[Expr], Callable[[Planner, Any, Axis, Axis, Product], None]] = {
    Number: Planner.gather_number,
    Neg: Planner.gather_neg,
    Mul: Planner.gather_mul,
    Div: Planner.gather_div,
    Transpose: Planner.gather_transpose,
    Trace: Planner.gather_trace,
    Sum: Planner.gather_sum,
    MatMul: Planner.gather_matmul,
    Inverse: Planner.inverse,
}

REFUSED: dict[type[Expr], str] = {
    AssignmentSum: "a sum over all K^N assignments has no array form; generate from what it was collapsed to",
    Gradient: "derivatives are taken in the derivation; generate from the result",
}
