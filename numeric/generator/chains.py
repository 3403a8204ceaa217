"""The rules for sums of products, and for functions of matrices.

Products of all kinds, quotients, traces and sum signs only hand their factors up, so that the order of
multiplication is chosen for all of them at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivations.calculus.expressions import (
    Add,
    Det,
    Div,
    Expr,
    Index,
    Inverse,
    LogDet,
    MatMul,
    Member,
    Mul,
    Neg,
    Number,
    Sum,
    Trace,
    Transpose,
    WeightedLog,
    at,
)
from derivations.calculus.notation import text
from numeric.generator.arrays import Labelled
from numeric.generator.contraction import contract
from numeric.generator.facts import is_definite, is_nonnegative, is_positive
from numeric.generator.planner import Axis, Gather, Lower, Planner, given
from numeric.generator.products import Product, couples, multiplied_out, splits

# ---------------------------------------------------------------------------- sums of products


def number(planner: Planner, expr: Number, row: Axis, column: Axis, into: Product) -> None:
    into.coefficient *= expr.value


def neg(planner: Planner, expr: Neg, row: Axis, column: Axis, into: Product) -> None:
    into.coefficient = -into.coefficient
    planner.gather(expr.body, row, column, into)


def mul(planner: Planner, expr: Mul, row: Axis, column: Axis, into: Product) -> None:
    for factor in expr.factors:
        axes = (None, None) if factor.is_scalar else (row, column)
        planner.gather(factor, *axes, into)


def div(planner: Planner, expr: Div, row: Axis, column: Axis, into: Product) -> None:
    planner.gather(expr.numerator, row, column, into)
    if isinstance(expr.denominator, Number):
        into.coefficient /= expr.denominator.value
        return
    divisor = planner.lower(expr.denominator)
    planner.divisors.append((expr.denominator, divisor))
    into.divisors.append(divisor)


def transpose(planner: Planner, expr: Transpose, row: Axis, column: Axis, into: Product) -> None:
    planner.gather(expr.body, column, row, into)


def trace(planner: Planner, expr: Trace, row: Axis, column: Axis, into: Product) -> None:
    along = planner.axis(expr.body.shape[0])
    planner.gather(expr.body, along, along, into)
    if along is not None:
        into.summed.append(along)


def sum_sign(planner: Planner, expr: Sum, row: Axis, column: Axis, into: Product) -> None:
    if splits(expr.index, expr.body):
        terms = tuple(Sum(expr.index, term) for term in expr.body.children)
        into.factors.append(planner.lower(Add(terms), row, column))
        return
    label = planner.fresh(expr.index.size, expr.index.name)
    body = at(expr.body, {expr.index: label})
    if isinstance(body, WeightedLog) and couples(label, body) and is_nonnegative(body.weight):
        into.factors.append(summed_logs(planner, body, label))
        return
    planner.gather(body, row, column, into)
    into.summed.append(label)


def summed_logs(planner: Planner, expr: WeightedLog, over: Index) -> Labelled:
    """A sum of weighted logarithms by matrix products, also where the logarithm is minus infinity.

    What is finite is summed with 0 in the place of log 0; how much weight met a log 0 is summed apart, and
    where there is some, the sum is minus infinity.
    """
    arrays = planner.arrays
    weight, body = planner.lower(expr.weight), planner.lower(expr.body)
    keep = {*weight.labels, *body.labels} - {over}
    if is_positive(expr.body):
        return contract(arrays, [weight, arrays.elementwise("log", body)], keep)
    finite = contract(arrays, [weight, arrays.elementwise("log_or_zero", body)], keep)
    impossible = contract(arrays, [weight, arrays.elementwise("is_zero", body)], keep)
    return arrays.elementwise("unless_positive", finite, impossible)


def matrix_product(planner: Planner, expr: MatMul, row: Axis, column: Axis, into: Product) -> None:
    """A chain: neighbours share a label that is summed over."""
    waiting, left = list(expr.factors), row
    while waiting:
        first, *others = waiting
        used = 3 if is_quadratic_form(first, others) else 1
        right = column if used == len(waiting) else planner.axis(waiting[used - 1].shape[1])
        if used == 3:
            quadratic_form(planner, others[0], others[1], left, right, into)
        else:
            planner.gather(first, left, right, into)
        waiting, left = waiting[used:], right
        if waiting and right is not None:
            into.summed.append(right)


def is_quadratic_form(first: Expr, others: Sequence[Expr]) -> bool:
    """Whether a chain begins with v' S^-1 v, with S positive definite."""
    if len(others) < 2:
        return False
    middle, last = others[0], others[1]
    is_mirrored = Transpose(last) == first or last == Transpose(first)
    return is_mirrored and isinstance(middle, Inverse) and is_definite(middle.body)


def quadratic_form(
    planner: Planner, middle: Expr, vector: Expr, left: Axis, right: Axis, into: Product
) -> None:
    """v' S^-1 v for a positive definite S, as (W v)' (W v): one product with points instead of two."""
    assert isinstance(middle, Inverse)
    found, row, column = whitening(planner, middle.body)
    for end in (left, right):
        product = Product(summed=[column])
        planner.gather(vector, column, end, product)
        product.factors.append(found)
        into.factors.append(multiplied_out(planner.arrays, product))
    into.summed.append(row)


# --------------------------------------------------------------------------- matrix functions

Square = tuple[Labelled, Index, Index]  # a matrix and the labels of its rows and columns


def square(planner: Planner, expr: Expr) -> Square:
    """A square matrix with new labels for its rows and columns, of which it has both."""
    row, column = planner.axis(expr.shape[0]), planner.axis(expr.shape[1])
    if row is None or column is None:
        raise planner.refusal(expr, "a matrix function of a single number; write it without")
    found = planner.lower(expr, row, column)
    if row not in found.labels or column not in found.labels:
        raise planner.refusal(expr, "a matrix function of a matrix of equal entries")
    return found, row, column


def factor(planner: Planner, expr: Expr) -> Square:
    """The Cholesky factor of a positive definite matrix."""
    found, row, column = square(planner, expr)
    name = expr.symbol.name if isinstance(expr, Member) else text(expr, ascii=True)
    return planner.arrays.matrix_function("cholesky", found, row, column, name), row, column


def whitening(planner: Planner, expr: Expr) -> Square:
    """W, lower triangular, with expr^-1 = W' W."""
    found, row, column = factor(planner, expr)
    return planner.arrays.matrix_function("inverse_factor", found, row, column), row, column


def log_det(planner: Planner, expr: LogDet, row: Axis, column: Axis) -> Labelled:
    if is_definite(expr.body):
        return planner.arrays.matrix_number("log_det_from", *factor(planner, expr.body))
    return planner.arrays.matrix_number("log_abs_det", *square(planner, expr.body))


def det(planner: Planner, expr: Det, row: Axis, column: Axis) -> Labelled:
    return planner.arrays.matrix_number("det", *square(planner, expr.body))


def inverse(planner: Planner, expr: Inverse, row: Axis, column: Axis, into: Product) -> None:
    """W' W for a positive definite matrix: two factors, so that W can be applied to vectors first."""
    if is_definite(expr.body):
        found, own_row, own_column = whitening(planner, expr.body)
        inner = planner.fresh(own_row.size)
        for label in (row, column):
            into.factors.append(planner.selected(found, (own_row, own_column), (inner, given(label))))
        into.summed.append(inner)
    else:
        found, own_row, own_column = square(planner, expr.body)
        found = planner.arrays.matrix_function("inverse", found, own_row, own_column)
        into.factors.append(planner.selected(found, (own_row, own_column), (given(row), given(column))))


GATHERING: Mapping[type[Expr], Gather] = {
    Number: number,
    Neg: neg,
    Mul: mul,
    Div: div,
    Transpose: transpose,
    Trace: trace,
    Sum: sum_sign,
    MatMul: matrix_product,
    Inverse: inverse,
}

LOWERING: Mapping[type[Expr], Lower] = {LogDet: log_det, Det: det}
