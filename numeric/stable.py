"""The few functions that a formula needs and NumPy does not have in a form that is safe at the edges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from numeric.checks import Array, Integers
from numeric.remembered import Remembered, cholesky_factors, read_only

# the logarithm of a share that counts as 0 in single precision: the smallest numbers there are slow the processor
FAINT = np.float32(-60)
FAINTEST = np.exp(np.full(64, FAINT))[0]  # as a long array has it: a number alone might be rounded otherwise


def log_sum_exp(values: Array, axis: int) -> Array:
    """log sum exp along an axis, without overflow; minus infinity where every entry is.

    The largest entry is taken out first: log sum exp(v) = m + log sum exp(v - m).
    """
    largest: Array = np.max(values, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, 0)
    with np.errstate(divide="ignore"):
        result: Array = np.log(np.sum(np.exp(values - shift), axis=axis)) + np.squeeze(shift, axis=axis)
    return result


def softmax(name: str, values: Array, axis: int) -> Array:
    """exp(values) divided by its sum along an axis, without overflow: the largest entry is taken out first.

    Raises ValueError, in the name of an argument, where every entry is minus infinity.
    """
    largest: Array = np.max(values, axis=axis, keepdims=True)
    if not np.isfinite(largest).all():
        raise ValueError(f"{name}: expected a positive probability under some component, got 0 under all")
    exponentials = np.exp(values - largest)
    exponentials /= np.sum(exponentials, axis=axis, keepdims=True)
    return exponentials


def shares_and_log_total(name: str, values: Array) -> tuple[Array, Array]:
    """softmax and log sum exp along the first axis; the shares are written over the values.

    Raises ValueError, in the name of an argument, where every entry is minus infinity.
    """
    largest: Array = np.max(values, axis=0)
    # as the sum is, so are its terms; few calls, because between them threads wait for each other
    if not math.isfinite(np.sum(largest)):
        raise ValueError(
            f"{name}: expected finite numbers with a positive probability under some component, got others"
        )
    values -= largest
    if values.dtype == np.float32:
        _exponentials_that_are_not_faint(values)
    else:
        np.exp(values, out=values)
    totals: Array = np.sum(values, axis=0)
    values /= totals
    np.log(totals, out=totals)
    totals += largest
    return values, totals


def _exponentials_that_are_not_faint(values: Array) -> None:
    """exp in place, and 0 where that is exp(FAINT) or less: the floor is put in, and its exponential taken out again.

    A mask would do the same at twice the time. What is taken from the others is below their last digit, or they are
    too faint to count.
    """
    floor = np.full(values.shape[1:], FAINT)  # one a column: NumPy is slower with a number that stands alone
    np.maximum(values, floor, out=values)
    np.exp(values, out=values)
    values -= FAINTEST


def split(values: Any, borders: Sequence[int], axis: int) -> list[Any]:
    """The array, of any library, in parts along an axis, of which all but the first begin at the borders."""
    before = (slice(None),) * axis
    ends = zip((0, *borders), (*borders, values.shape[axis]), strict=True)
    return [values[(*before, slice(start, stop), ...)] for start, stop in ends]


def pair_products(values: Array, out: Array) -> None:
    """The products of every two rows d <= e, pair by pair: (D, B) -> (D * (D + 1) / 2, B)."""
    start = 0
    for row in range(len(values)):
        stop = start + len(values) - row
        np.multiply(values[row:], values[row], out=out[start:stop])
        start = stop


def upper_triangle(matrices: Array) -> Array:
    """The entries d <= e of square matrices, row by row: (..., D, D) -> (..., D * (D + 1) / 2)."""
    rows, columns = _triangle(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


@cache
def _triangle(size: int) -> tuple[Integers, Integers]:
    """Rows and columns of the entries d <= e: finding them takes longer than taking them."""
    return np.triu_indices(size)


def symmetric_from(triangles: Array) -> Array:
    """The symmetric matrices with these entries d <= e: (..., D * (D + 1) / 2) -> (..., D, D)."""
    size = math.isqrt(2 * triangles.shape[-1])
    rows, columns = _triangle(size)
    result = np.empty((*triangles.shape[:-1], size, size), triangles.dtype)
    result[..., rows, columns] = triangles
    result[..., columns, rows] = triangles
    return result


def weighted_log(weight: Array, values: Array) -> Array:
    """weight * log(values), which is 0 where the weight is 0, even at log 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(weight == 0, 0, weight * np.log(values))


def log_or_zero(values: Array) -> Array:
    """log(values), and 0 where the value is 0: what is left of a sum when log 0 is counted apart."""
    return np.log(np.where(values == 0, 1, values))


def is_zero(values: Array) -> Array:
    """1 where the value is 0, else 0."""
    return np.asarray(values == 0, values.dtype)


def unless_positive(values: Array, impossible: Array) -> Array:
    """The values, but minus infinity where `impossible` is positive."""
    return np.where(impossible > 0, -np.inf, values).astype(values.dtype, copy=False)


def safe_log(values: Array) -> Array:
    """log on the closed domain: minus infinity at 0, without a warning."""
    with np.errstate(divide="ignore"):
        result: Array = np.log(values)
    return result


def cholesky(name: str, matrices: Array) -> Array:
    """The lower Cholesky factors L of matrices L L', to be read only. Raises ValueError if one is not positive definite."""
    try:
        return cholesky_factors(matrices)
    except np.linalg.LinAlgError:
        raise ValueError(
            f"{name}: expected positive definite matrices, but a Cholesky factor does not exist"
        ) from None


@Remembered
def inverse_factor(factors: Array) -> Array:
    """The inverses W of lower triangular L, themselves lower triangular, to be read only: (L L')^-1 = W' W."""
    return read_only(np.tril(np.linalg.inv(factors)))


def log_det_from(factors: Array) -> Array:
    """log det (L L') from the lower triangular L."""
    result: Array = 2 * np.sum(np.log(np.diagonal(factors, axis1=-2, axis2=-1)), axis=-1)
    return result


def log_abs_det(matrices: Array) -> Array:
    """log |det A|."""
    result: Array = np.linalg.slogdet(matrices)[1]
    return result


def one_hot(positions: Integers, count: int, dtype: npt.DTypeLike) -> Array:
    """1 where an array of labels has the value 0, ..., count - 1 that the first axis names, else 0."""
    kind = np.result_type(positions, np.min_scalar_type(count))
    values = np.arange(count).astype(kind).reshape(count, *(1 for _ in np.shape(positions)))
    return np.asarray(positions == values, dtype)


def identity(count: int, dtype: npt.DTypeLike) -> Array:
    """1 where the two indices are equal, else 0."""
    return np.eye(count, dtype=dtype)


def ordered(count: int, dtype: npt.DTypeLike) -> Array:
    """1 where the first index is at most the second, else 0."""
    return np.triu(np.ones((count, count), dtype))


def equal(left: npt.ArrayLike, right: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    """1 where two arrays agree, else 0."""
    return np.asarray(np.equal(left, right), dtype)


def less(left: npt.ArrayLike, right: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    """1 where the left array is below the right one, else 0."""
    return np.asarray(np.less(left, right), dtype)


def at_most(left: npt.ArrayLike, right: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
    """1 where the left array is at most the right one, else 0."""
    return np.asarray(np.less_equal(left, right), dtype)
