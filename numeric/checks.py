"""What generated code asks of its arguments: shapes that fit each other, finite numbers, declared domains.

Every complaint is a ValueError of one line: the argument, what was expected, what it got. Positions count
from zero, as in the array itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from numeric.remembered import Remembered, cholesky_factors

Array = np.ndarray[tuple[int, ...], np.dtype[np.floating[Any]]]
Integers = npt.NDArray[np.integer[Any]]
Sizes = dict[str, tuple[int, str]]  # N -> its value and the argument that fixed it

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def array(name: str, value: npt.ArrayLike, axes: str, sizes: Sizes) -> Array:
    """The argument as finite floating-point numbers whose axes have the sizes named in `axes` ("N K").

    Sizes that are met for the first time are entered in `sizes`. float32 and float64 stay what they are;
    whole numbers and other kinds of real numbers become float64. Raises ValueError.
    """
    found = _numbers(name, value, axes, "biuf", "real numbers")
    fit(name, found.shape, axes, sizes)
    result: Array = found if found.dtype in FLOATS else found.astype(np.float64)
    if not np.isfinite(result).all():
        raise ValueError(f"{name}: expected finite numbers, got {_first(result, ~np.isfinite(result))}")
    return result


def rows(name: str, value: npt.ArrayLike, axes: str, sizes: Sizes) -> Array:
    """The argument as real numbers of any kind, as they are: they are converted, and looked at, block by block.

    Raises ValueError.
    """
    found: Array = _numbers(name, value, axes, "biuf", "real numbers")
    fit(name, found.shape, axes, sizes)
    return found


def labels(name: str, value: npt.ArrayLike, axes: str, sizes: Sizes, count: str) -> Integers:
    """The argument as labels 0, ..., count - 1 of components; how many there are, another argument may say."""
    found: Integers = _numbers(name, value, axes, "iu", "whole numbers")
    fit(name, found.shape, axes, sizes)
    highest = sizes[count][0] - 1 if count in sizes else found.max()
    bad = (found < 0) | (found > highest)
    if bad.any():
        wanted = f"from 0 to {highest}" if count in sizes else "from 0 on"
        raise ValueError(f"{name}: expected labels {wanted}, got {_first(found, bad)}")
    return found


def _numbers(name: str, value: npt.ArrayLike, axes: str, kinds: str, what: str) -> npt.NDArray[Any]:
    try:
        found = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name}: expected {_shape(axes)}, got rows of unequal length") from None
    if found.dtype.kind not in kinds:
        raise ValueError(f"{name}: expected {what}, got {found.dtype}")
    return found


def fit(name: str, shape: tuple[int, ...], axes: str, sizes: Sizes) -> None:
    """Compare a shape with the names of its axes; enter sizes that are new."""
    wanted = axes.split()
    if len(shape) != len(wanted):
        raise ValueError(f"{name}: expected {_shape(axes)}, got {shape}")
    for size, found in zip(wanted, shape, strict=True):
        known, source = sizes.setdefault(size, (found, name))
        if found != known:
            place = "" if source == name else f" as in {source}"
            raise ValueError(f"{name}: expected {_shape(axes)} with {size} = {known}{place}, got {shape}")
        if found == 0:
            raise ValueError(f"{name}: expected {_shape(axes)} with {size} at least 1, got {shape}")


def _shape(axes: str) -> str:
    names = axes.split()
    return f"shape ({', '.join(names)}{',' if len(names) == 1 else ''})"


def _first(values: npt.NDArray[Any], bad: npt.NDArray[np.bool_]) -> str:
    """The first value that is bad, and where it stands."""
    if not values.shape:
        return str(values[()])
    place = tuple(int(axis) for axis in np.argwhere(bad)[0])
    return f"{values[place]} at {list(place)}"


# ------------------------------------------------------------------------------ domains


def tolerance(values: Array) -> float:
    """How far rounding in the caller's own arithmetic may take a value out of its domain."""
    return float(np.sqrt(np.finfo(values.dtype).eps))


def nonnegative(name: str, values: Array) -> None:
    if not (values >= 0).all():
        raise ValueError(f"{name}: expected no negative number, got {_first(values, values < 0)}")


def positive(name: str, values: Array) -> None:
    if not (values > 0).all():
        raise ValueError(f"{name}: expected positive numbers, got {_first(values, ~(values > 0))}")


def below_one(name: str, values: Array) -> None:
    if not (values < 1).all():
        raise ValueError(f"{name}: expected numbers below one, got {_first(values, ~(values < 1))}")


def at_most_one(name: str, values: Array) -> None:
    if not (values <= 1).all():
        raise ValueError(f"{name}: expected numbers up to one, got {_first(values, ~(values <= 1))}")


def binary(name: str, values: Array) -> None:
    bad = (values != 0) & (values != 1)
    if bad.any():
        raise ValueError(f"{name}: expected zeros and ones, got {_first(values, bad)}")


def nonzero(name: str, values: Array) -> None:
    if not np.all(values):
        raise ValueError(f"{name}: expected numbers that are not zero, got {_first(values, values == 0)}")


def sums_to_one(name: str, values: Array) -> None:
    """Along the last axis, up to the square root of the rounding unit."""
    totals: Array = np.matmul(values, np.ones(values.shape[-1], values.dtype))
    bad = np.abs(totals - 1) > tolerance(values)
    if bad.any():
        raise ValueError(f"{name}: expected a sum of one over the last axis, got {_first(totals, bad)}")


def unit(name: str, values: Array) -> None:
    lengths: Array = np.sqrt(np.sum(values**2, axis=-1))
    bad = np.abs(lengths - 1) > tolerance(values)
    if bad.any():
        raise ValueError(f"{name}: expected vectors of length one, got the length {_first(lengths, bad)}")


def symmetric(name: str, values: Array) -> None:
    bad = _asymmetric(values)
    if bad.any():
        raise ValueError(
            f"{name}: expected symmetric matrices, got {_first(values, bad)} and another opposite"
        )


def _asymmetric(values: Array) -> npt.NDArray[np.bool_]:
    """Where matrices differ from their transposes, by more than rounding."""
    size = np.max(np.abs(values), axis=(-2, -1), keepdims=True)
    found: npt.NDArray[np.bool_] = np.abs(values - np.swapaxes(values, -2, -1)) > tolerance(values) * size
    return found


def definite(name: str, values: Array) -> None:
    """Whatever the units of the coordinates are."""
    if not _clearly_definite(values):
        symmetric(name, values)
        _spectrum(name, _in_even_units(values), lambda lowest, highest: ~(lowest > 0), "positive definite")


@Remembered
def _clearly_definite(values: Array) -> bool:
    """Whether the matrices are symmetric, Cholesky factors exist, and no coordinate is nearly a combination of others."""
    is_symmetric = np.array_equal(values, np.swapaxes(values, -2, -1)) or not _asymmetric(values).any()
    if not is_symmetric:
        return False
    try:
        pivots = np.diagonal(cholesky_factors(values), axis1=-2, axis2=-1)
    except np.linalg.LinAlgError:
        return False
    least = 16 * values.shape[-1] * np.finfo(values.dtype).eps
    return bool((pivots**2 > least * np.diagonal(values, axis1=-2, axis2=-1)).all())


def _in_even_units(values: Array) -> Array:
    """The matrices with every coordinate multiplied by a power of two, so that the diagonal is near one."""
    diagonal = np.abs(np.diagonal(values, axis1=-2, axis2=-1))
    exponents = np.frexp(np.where(diagonal > 0, diagonal, 1))[1] // 2
    with np.errstate(over="ignore"):
        scaled: Array = np.ldexp(values, -(exponents[..., :, np.newaxis] + exponents[..., np.newaxis, :]))
    return scaled if np.isfinite(scaled).all() else values


def semidefinite(name: str, values: Array) -> None:
    if _clearly_definite(values):
        return
    symmetric(name, values)
    slack = tolerance(values)
    _spectrum(name, values, lambda lowest, highest: lowest < -slack * abs(highest), "positive semidefinite")


def _spectrum(
    name: str, values: Array, bad_when: Callable[[Array, Array], npt.NDArray[np.bool_]], wanted: str
) -> None:
    spectrum: Array = np.linalg.eigvalsh(values)
    lowest = spectrum[..., 0]
    bad = np.asarray(bad_when(lowest, spectrum[..., -1]))
    if bad.any():
        raise ValueError(f"{name}: expected {wanted} matrices, got the eigenvalue {_first(lowest, bad)}")


def invertible(name: str, values: Array) -> None:
    signs, _ = np.linalg.slogdet(values)
    if not np.all(signs):
        raise ValueError(
            f"{name}: expected invertible matrices, got a singular one at {_first(signs, signs == 0)}"
        )


# --------------------------------------------------------------- hypotheses on what is computed


def positive_totals(name: str, totals: Array, group: str, members: str) -> None:
    """Every group (a component) has members (points): the column of the argument has a positive sum."""
    bad = ~(totals > 0)
    if bad.any():
        place = ", ".join(str(int(axis)) for axis in np.argwhere(bad)[0])
        total = totals[tuple(np.argwhere(bad)[0])]
        raise ValueError(
            f"{name}: {group} {place} has no {members}; expected a positive sum of column {place}, got {total}"
        )
