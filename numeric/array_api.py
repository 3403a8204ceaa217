"""What generated functions of the Array API standard call: of any library, pure, and safe at the edges.

`xp` is the library, with the names of the standard. No value is looked at, only shapes and kinds are: so all of this
can be traced, and left to be computed later. The same in NumPy, with checks of values, is in `numeric.stable`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from numeric import checks
from numeric.stable import split as split

try:
    from array_api_compat import array_namespace as array_namespace
    from array_api_compat import device
except ModuleNotFoundError:
    raise ModuleNotFoundError(
        "numeric.generated.array_api needs array-api-compat; "
        "install it with: pip install 'derivation-workbook[arrays]'"
    ) from None

Array = Any  # of whatever library; the standard has no type that all of them have

# ----------------------------------------------------------------------------------- arguments


def float_type(xp: Any, *arrays: Array) -> Any:
    """The precision that the arrays of floating-point numbers have together; that of the library if there are none."""
    floats = [array.dtype for array in arrays if xp.isdtype(array.dtype, "real floating")]
    if floats:
        return xp.result_type(*floats)
    return xp.__array_namespace_info__().default_dtypes()["real floating"]


def numbers(xp: Any, name: str, value: Array, axes: str, sizes: checks.Sizes, dtype: Any) -> Array:
    """The argument in this precision. Raises ValueError where its shape or its kind is another than expected."""
    if xp.isdtype(value.dtype, "complex floating"):
        raise ValueError(f"{name}: expected real numbers, got {value.dtype}")
    checks.fit(name, tuple(value.shape), axes, sizes)
    return xp.astype(value, dtype, copy=False)


def labels(xp: Any, name: str, value: Array, axes: str, sizes: checks.Sizes) -> Array:
    """The argument as labels. Raises ValueError where its shape or its kind is another than expected."""
    if not xp.isdtype(value.dtype, "integral"):
        raise ValueError(f"{name}: expected whole numbers, got {value.dtype}")
    checks.fit(name, tuple(value.shape), axes, sizes)
    return value


# ---------------------------------------------------------------------- logarithms and shares


def safe_log(xp: Any, values: Array) -> Array:
    """log on the closed domain: minus infinity at 0."""
    return xp.where(values == 0, xp.full_like(values, -math.inf), log_or_zero(xp, values))


def log_or_zero(xp: Any, values: Array) -> Array:
    """log(values), and 0 where the value is 0: what is left of a sum when log 0 is counted apart."""
    return xp.log(xp.where(values == 0, xp.ones_like(values), values))


def is_zero(xp: Any, values: Array) -> Array:
    """1 where the value is 0, else 0."""
    return xp.astype(values == 0, values.dtype)


def unless_positive(xp: Any, values: Array, impossible: Array) -> Array:
    """The values, but minus infinity where `impossible` is positive."""
    return xp.where(impossible > 0, xp.full_like(values, -math.inf), values)


def weighted_log(xp: Any, weight: Array, values: Array) -> Array:
    """weight * log(values), which is 0 where the weight is 0, even at log 0."""
    return weight * safe_log(xp, xp.where(weight == 0, xp.ones_like(values), values))


def log_sum_exp(xp: Any, values: Array, axis: int) -> Array:
    """log sum exp along an axis, without overflow; minus infinity where every entry is."""
    largest = xp.max(values, axis=axis, keepdims=True)
    shift = xp.where(xp.isfinite(largest), largest, xp.zeros_like(largest))
    total = safe_log(xp, xp.sum(xp.exp(values - shift), axis=axis))
    return total + xp.squeeze(shift, axis=axis)


def softmax(xp: Any, values: Array, axis: int) -> Array:
    """exp(values) divided by its sum along an axis, without overflow; no number where every entry is minus infinity."""
    exponentials = xp.exp(values - xp.max(values, axis=axis, keepdims=True))
    return exponentials / xp.sum(exponentials, axis=axis, keepdims=True)


def shares_and_log_total(xp: Any, values: Array) -> tuple[Array, Array]:
    """softmax and log sum exp along the first axis, of one exponential."""
    largest = xp.max(values, axis=0)
    exponentials = xp.exp(values - largest)
    totals = xp.sum(exponentials, axis=0)
    return exponentials / totals, xp.log(totals) + largest


# ------------------------------------------------------------------------------------ matrices


def inverse_factor(xp: Any, factors: Array) -> Array:
    """The inverses W of lower triangular L, themselves lower triangular: (L L')^-1 = W' W."""
    return xp.tril(xp.linalg.inv(factors))


def log_det_from(xp: Any, factors: Array) -> Array:
    """log det (L L') from the lower triangular L."""
    return 2 * xp.sum(xp.log(xp.linalg.diagonal(factors)), axis=-1)


def log_abs_det(xp: Any, matrices: Array) -> Array:
    """log |det A|."""
    return xp.linalg.slogdet(matrices).logabsdet


# --------------------------------------------------------------------------------- by indices


def identity(xp: Any, count: int, like: Array) -> Array:
    """1 where the two indices are equal, else 0; as precise as an array, and where that is."""
    return xp.eye(count, dtype=like.dtype, device=device(like))


def ordered(xp: Any, count: int, like: Array) -> Array:
    """1 where the first index is at most the second, else 0."""
    return xp.triu(xp.ones((count, count), dtype=like.dtype, device=device(like)))


def one_hot(xp: Any, positions: Array, count: int, dtype: Any) -> Array:
    """1 where an array of labels has the value 0, ..., count - 1 that the first axis names, else 0."""
    values = xp.arange(count, dtype=positions.dtype, device=device(positions))
    return xp.astype(positions == xp.reshape(values, (count, *(1 for _ in positions.shape))), dtype)


def taken(xp: Any, values: Array, positions: Array) -> Array:
    """The entries along the first axis that an array of labels names."""
    found = xp.take(values, xp.reshape(positions, (-1,)), axis=0)
    return xp.reshape(found, (*positions.shape, *values.shape[1:]))


# -------------------------------------------------------------- pairs d <= e, each held once


def pair_products(xp: Any, values: Array) -> Array:
    """The products of every two rows d <= e, pair by pair: (D, N) -> (D * (D + 1) / 2, N)."""
    pairs = _pairs(values.shape[0])
    left, right = ([pair[side] for pair in pairs] for side in (0, 1))
    return _at(xp, values, left, axis=0) * _at(xp, values, right, axis=0)


def upper_triangle(xp: Any, matrices: Array) -> Array:
    """The entries d <= e of square matrices, row by row: (..., D, D) -> (..., D * (D + 1) / 2)."""
    *batch, size, _ = matrices.shape
    places = [row * size + column for row, column in _pairs(size)]
    return _at(xp, xp.reshape(matrices, (*batch, size * size)), places, axis=-1)


def symmetric_from(xp: Any, triangles: Array) -> Array:
    """The symmetric matrices with these entries d <= e: (..., D * (D + 1) / 2) -> (..., D, D)."""
    *batch, count = triangles.shape
    size = math.isqrt(2 * count)
    place = {pair: number for number, pair in enumerate(_pairs(size))}
    places = [place[min(d, e), max(d, e)] for d in range(size) for e in range(size)]
    return xp.reshape(_at(xp, triangles, places, axis=-1), (*batch, size, size))


def _pairs(size: int) -> list[tuple[int, int]]:
    return [(row, column) for row in range(size) for column in range(row, size)]


def _at(xp: Any, values: Array, places: Sequence[int], axis: int) -> Array:
    return xp.take(values, xp.asarray(places, device=device(values)), axis=axis)
