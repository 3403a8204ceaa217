"""Where the smallest entry of each column stands, for many columns at a time, in arrays that are used again."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric.checks import Array, Integers
from numeric.one_pass import Room

BITS = np.dtype(np.bool_)


def room_for_places(count: int, kinds: int) -> Integers:
    """An array (count,) for numbers 0, ..., kinds - 1, of few bytes each."""
    return np.empty(count, np.min_scalar_type(kinds))


def first_smallest(values: Array, room: Room, out: Integers | None = None) -> Integers:
    """The first row, 0, ..., K - 1, that has the smallest entry of the column: (K, B) -> (B,), of few bytes each."""
    count = len(values)
    out = room_for_places(values.shape[1], count) if out is None else out
    [least] = room("least", 1)
    np.minimum.reduce(values, axis=0, out=least)
    is_least: npt.NDArray[np.bool_] = np.equal(values, least, out=room("is_least", count, BITS))
    # the first of these rows: the largest of numbers that fall from row to row
    falling = np.arange(count, 0, -1).astype(out.dtype)[:, np.newaxis]
    numbered = np.multiply(is_least.view(np.uint8), falling, out=room("numbered", count, falling.dtype))
    np.maximum.reduce(numbered, axis=0, out=out)
    np.subtract(falling[0], out, out=out)
    return out


def put_ones(places: Integers, out: Array) -> Array:
    """1 in the row (of K) that is the place of the column (of B), else 0."""
    np.copyto(out, _is_place(places, len(out)))
    return out


def ones_and_counts(places: Integers, out: Array) -> tuple[Array, Integers]:
    """The same, and how many ones there are in each row (K,)."""
    is_place = _is_place(places, len(out))
    np.copyto(out, is_place)
    return out, np.array([np.count_nonzero(row) for row in is_place])


def _is_place(places: Integers, kinds: int) -> npt.NDArray[np.bool_]:
    is_place: npt.NDArray[np.bool_] = places == np.arange(kinds).astype(places.dtype)[:, np.newaxis]
    return is_place
