"""Work on many points in blocks that fit into the cache, so that no array of points times anything is held.

A generated function gives the formula for a block of points; here it is run over all of them. This is
the one place where code loops over points, a few thousand at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np

from numeric.checks import Array

ELEMENTS = 2**16  # of the largest intermediate array of a block: half a megabyte, so that a few fit into L2
FEWEST_ROWS = 256  # below that the calls cost more than the arithmetic

LINE = 64  # bytes in a line of the cache: rows of an array that are an odd number of lines apart do not share places
SHARED = 2  # blocks, or a multiple: so that threads have something to share, and as much each
LITTLE = 2**18  # elements: with fewer, one thread is done before others have woken and waited for each other

_rows: ContextVar[int | None] = ContextVar("rows of a block", default=None)


@contextmanager
def rows_of_a_block(rows: int) -> Iterator[None]:
    """Blocks of exactly so many rows, whatever their width: for tests at small sizes."""
    token = _rows.set(rows)
    try:
        yield
    finally:
        _rows.reset(token)


def exact_rows() -> int | None:
    """The number of rows that blocks were told to have, if they were."""
    return _rows.get()


def is_little(count: int, width: int) -> bool:
    """Whether `count` rows of `width` elements are too little work to be shared by threads."""
    return exact_rows() is None and count * width < LITTLE


def shared_rows(count: int, width: int, most: int, item: int) -> int:
    """About `most` rows, in blocks as long as each other, to the next odd number of lines of items of that size."""
    blocks_needed = -(-count // most)
    multiple = 1 if is_little(count, width) else SHARED
    number = -(-blocks_needed // multiple) * multiple
    lines = -(-count * item // (number * LINE)) | 1
    return lines * LINE // item


def blocks(count: int, width: int) -> Iterator[slice]:
    """`count` rows cut into slices; `width` is the number of elements of a row in the largest intermediate array."""
    rows = _rows.get() or max(FEWEST_ROWS, ELEMENTS // width)
    for start in range(0, count, rows):
        yield slice(start, min(start + rows, count))


def sum_over_blocks(part: Callable[[slice], Array], count: int, width: int) -> Array:
    """The sum over all rows of something that is a sum over rows: `part` gives it for a block."""
    first, *others = blocks(count, width)
    total = np.array(part(first))
    for rows in others:
        total += part(rows)
    return total


def stack_blocks(part: Callable[[slice], Array], count: int, width: int) -> Array:
    """An array with a row for each of `count` rows: `part` gives those of a block."""
    first, *others = blocks(count, width)
    top = part(first)
    result = np.empty((count, *top.shape[1:]), top.dtype)
    result[first] = top
    for rows in others:
        result[rows] = part(rows)
    return result
