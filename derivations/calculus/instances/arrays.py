"""Vectors and matrices of the judge: lists of rows over any numbers, and their determinant and inverse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, cast

from flint import fmpq, fmpq_mat

from derivations.calculus.instances.numbers import ONE, ZERO, Number, Undefined, divide, sign, text, total

Rows: TypeAlias = list[list[Number]]
Value: TypeAlias = "Number | Rows"


def rows_of(value: Value) -> Rows:
    """The value as rows; a scalar becomes one row with one entry."""
    return value if isinstance(value, list) else [[value]]


def add(left: Value, right: Value) -> Value:
    if isinstance(left, list) and isinstance(right, list):
        return [[a + b for a, b in zip(r, s, strict=True)] for r, s in zip(left, right, strict=True)]
    return cast(Number, left) + cast(Number, right)


def scale(factor: Number, value: Value) -> Value:
    if isinstance(value, list):
        return [[factor * entry for entry in row] for row in value]
    return factor * value


def multiply(left: Rows, right: Rows) -> Rows:
    columns = transpose(right)
    return [[total([a * b for a, b in zip(row, c, strict=True)]) for c in columns] for row in left]


def transpose(rows: Rows) -> Rows:
    return [list(column) for column in zip(*rows, strict=True)]


def identity(size: int) -> Rows:
    return [[ONE if a == b else ZERO for b in range(size)] for a in range(size)]


def trace(rows: Rows) -> Number:
    return total([row[a] for a, row in enumerate(rows)])


def determinant_and_adjugate(rows: Rows) -> tuple[Number, Rows]:
    """Both by Faddeev and LeVerrier: no pivots, so that derivatives at singular matrices come out right."""
    *_, (coefficient, power) = _faddeev_leverrier(rows)
    return (coefficient, rows_of(scale(-ONE, power))) if len(rows) % 2 == 0 else (-coefficient, power)


def sums_of_minors(rows: Rows) -> list[Number]:
    """The sums of all principal minors of size 1, 2, ...: of a symmetric matrix, those of products of eigenvalues."""
    exact = _exact(rows)
    if exact is None:
        coefficients = [coefficient for coefficient, _ in _faddeev_leverrier(rows)]
    else:
        coefficients = [*reversed(exact.charpoly().coeffs()[:-1])]
    return [-one if size % 2 else one for size, one in enumerate(coefficients, 1)]


def _faddeev_leverrier(rows: Rows) -> Iterator[tuple[Number, Rows]]:
    """The coefficients of the characteristic polynomial from the second on, each with the matrix that it came from."""
    size, power, coefficient = len(rows), identity(len(rows)), -trace(rows)
    yield coefficient, power
    for step in range(2, size + 1):
        product = multiply(rows, power) if step > 2 else rows
        power = rows_of(add(product, scale(coefficient, identity(size))))
        coefficient = -_trace_of_product(rows, power) * fmpq(1, step)
        yield coefficient, power


def _trace_of_product(left: Rows, right: Rows) -> Number:
    return total([a * right[c][r] for r, row in enumerate(left) for c, a in enumerate(row)])


def determinant(rows: Rows) -> Number:
    exact = _exact(rows)
    return determinant_and_adjugate(rows)[0] if exact is None else exact.det()


def inverse(rows: Rows) -> Rows:
    exact = _exact(rows)
    factor, adjugate = determinant_and_adjugate(rows) if exact is None else (exact.det(), [])
    if sign(factor) == 0:
        raise Undefined("inverse of a singular matrix")
    if exact is not None:
        return cast(Rows, exact.inv().tolist())
    return [[divide(entry, factor) for entry in row] for row in adjugate]


def _exact(rows: Rows) -> fmpq_mat | None:
    """The library's own matrix, which is faster, where all entries are rational."""
    try:
        return fmpq_mat(cast("list[list[fmpq]]", rows))
    except TypeError:
        return None


def value_text(value: Value) -> str:
    """A scalar, or rows in brackets; a column is written as one list."""
    if not isinstance(value, list):
        return text(value)
    if all(len(row) == 1 for row in value):
        return "[" + ", ".join(text(row[0]) for row in value) + "]"
    return "[" + ", ".join("[" + ", ".join(map(text, row)) + "]" for row in value) + "]"
