"""What a caller may ask of the clustering functions: points, counts, options, each checked by name.

Every complaint is a ValueError of one line: the argument, what was expected, what it got.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array, Sizes

Seed = int | np.random.Generator
Progress = bool | Callable[[int, float], None]
Start = str | npt.ArrayLike

PLUS_PLUS = "k-means++"
ROWS_TO_LOOK_AT = 2**12  # at first, in the search for distinct points
LARGEST = 1e140  # the squares of larger coordinates, added up, may overflow
SMALLEST = 1e-140  # where no coordinate is larger, squares of differences are lost or lose digits


def points(value: npt.ArrayLike, sizes: Sizes | None = None) -> Array:
    """X as float64 (N, D), whatever kind of real numbers it held: integers are converted before any arithmetic.

    float64 is taken as it is, in any memory order, read-only or mapped from a file; nothing writes to it.
    """
    found = numbers("X", value, "N D", {} if sizes is None else sizes)
    not_too_large("X", size_of(found))
    return found


def size_of(values: Array) -> float:
    """The largest size of an entry."""
    return max(-float(values.min()), float(values.max()))


def not_too_large(name: str, largest: float) -> None:
    """Raise ValueError for numbers whose squares may overflow."""
    if largest > LARGEST:
        raise ValueError(
            f"{name}: expected numbers of size up to {LARGEST}, whose squares are finite, got {largest}"
        )


def table(value: npt.ArrayLike) -> Array:
    """X (N, D) as it is, of any kind of real numbers: for code that converts it block by block, without a copy."""
    if np.ma.isMaskedArray(value):
        raise ValueError("X: expected an array without a mask, got a masked array")
    found = checks.rows("X", value, "N D", {})
    found = found.astype(np.uint8) if found.dtype == np.bool_ else found
    smallest, largest = float(found.min()), float(found.max())  # both are no number if some entry is none
    if not np.isfinite(smallest) or not np.isfinite(largest):
        checks.array("X", found, "N D", {})
    size = max(-smallest, largest)
    not_too_large("X", size)
    if 0 < size < SMALLEST:
        raise ValueError(
            f"X: expected numbers of size {SMALLEST} or more, whose squares are not lost, got at most {size}; "
            "multiply them by a power of two"
        )
    return found


def numbers(name: str, value: npt.ArrayLike, axes: str, sizes: Sizes) -> Array:
    """Finite real numbers of a shape, as float64. Masked entries are refused: they would be taken as they are."""
    if np.ma.isMaskedArray(value):
        raise ValueError(f"{name}: expected an array without a mask, got a masked array")
    return checks.array(name, value, axes, sizes).astype(np.float64, copy=False)


def weights(name: str, value: npt.ArrayLike, size: str, sizes: Sizes) -> Array:
    """Numbers that are not negative and sum to one, as float64. The caller's own rounding is taken out."""
    found = checks.array(name, value, size, sizes)
    checks.nonnegative(name, found)
    checks.sums_to_one(name, found)
    exact = found.astype(np.float64)
    return exact if found.dtype == exact.dtype else exact / exact.sum()


def covariances(name: str, value: npt.ArrayLike, axes: str, sizes: Sizes, *, singular: bool = False) -> Array:
    """Symmetric positive definite, or semidefinite, matrices, as float64. Rounding of float32 is taken out."""
    found = checks.array(name, value, axes, sizes)
    (checks.semidefinite if singular else checks.definite)(name, found)
    exact = found.astype(np.float64)
    return exact if found.dtype == exact.dtype else (exact + np.swapaxes(exact, 1, 2)) / 2


def clusters(k: int, x: Array) -> int:
    """k as a whole number, at least 1 and at most the number of distinct points."""
    count = whole("k", k, least=1)
    if count > len(x):
        raise ValueError(f"k: expected at most the number of points of X, {len(x)}, got {count}")
    distinct = distinct_up_to(x, count)
    if distinct < count:
        raise ValueError(f"k: expected at most the number of distinct points of X, {distinct}, got {count}")
    return count


def distinct_up_to(x: Array, enough: int) -> int:
    """How many distinct rows there are; a search that stops when it has found enough of them."""
    seen, start = np.asarray(x[:0], np.float64), 0  # numbers that differ may be one in double precision
    while start < len(x) and len(seen) < enough:
        end = start + max(ROWS_TO_LOOK_AT, len(seen))
        rows = np.asarray(x[start:end], np.float64)
        seen, start = np.unique(np.concatenate([seen, rows]), axis=0), end
    return len(seen)


def whole(name: str, value: int, least: int) -> int:
    """A whole number from `least` on; True and False are none."""
    try:
        found = operator.index(value)
    except TypeError:
        found = least - 1
    if found < least or isinstance(value, bool | np.bool_):
        raise ValueError(f"{name}: expected a whole number of at least {least}, got {value!r}")
    return found


def amount(name: str, value: float) -> float:
    """A finite number that is not negative."""
    is_number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < 0:
        raise ValueError(f"{name}: expected a finite number, not negative, got {value!r}")
    return float(value)


def generator(seed: Seed) -> np.random.Generator:
    """The source of random numbers: from a whole number always the same one, or the one that is given."""
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(whole("seed", seed, least=0))


def is_text(init: Any) -> TypeGuard[str]:
    """Whether a start is named rather than given. Raises ValueError at a name that stands for nothing."""
    if not isinstance(init, str):
        return False
    if init != PLUS_PLUS:
        raise ValueError(f"init: expected {PLUS_PLUS!r} or a given start, got {init!r}")
    return True
