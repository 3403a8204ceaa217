"""Several sums over many points in one pass: blocks of rows, arrays that are used again, and a few threads.

A generated function gives the shares of one block. The blocks depend on the number of rows and their width alone, and
their shares are added up in the order of the rows, in double precision: so the sums do not depend on the threads.
What is held besides the data is what a block needs, once for each thread.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

from numeric.blocks import exact_rows, is_little, shared_rows
from numeric.checks import Array
from numeric.threads import Sums, added, cut, in_order

LARGE = 7 * 2**20  # bytes of the arrays of a block that are used again
TWICE = 13 * 2**18  # of rows that two products read where they lie: the second finds them in the cache
SMALL = 2**19  # of one that is made anew for each block
FEWEST, MOST = 256, 2**16  # rows: with fewer the calls cost more than the arithmetic, more are not faster
RUNS = 64  # of blocks that are added up by one thread: so few sums are held at once


class Room:
    """The arrays of one thread, by name, each with a column for every row of a block; as long as was ever asked for."""

    def __init__(self, columns: int) -> None:
        self.used = columns
        self.dtype: np.dtype[Any] = np.dtype(np.float64)
        self._arrays: dict[tuple[str, np.dtype[Any]], Array] = {}

    def __call__(self, name: str, rows: int, dtype: np.dtype[Any] | None = None) -> Array:
        """The array (rows, columns in use) of that name, with whatever was left in it."""
        key = name, dtype or self.dtype
        size = rows * self.used
        found = self._arrays.get(key)
        if found is None or len(found) < size:
            found = self._arrays[key] = np.empty(size, key[1])
        return found[:size].reshape(rows, self.used)


class Rooms:
    """The room of each thread, kept from pass to pass: memory that is new costs as much as a small pass does.

    That is a few megabytes. A thread that is in its room has none to take, so passes may be nested.
    """

    def __init__(self) -> None:
        self._of_thread = local()

    def take(self, columns: int, dtype: npt.DTypeLike = np.float64) -> Room:
        """A room with so many columns in use, of this thread alone; to be kept when the work is done."""
        kept: Room | None = self._of_thread.__dict__.pop("room", None)
        room = kept or Room(columns)
        room.used, room.dtype = columns, np.dtype(dtype)
        return room

    def keep(self, room: Room) -> None:
        self._of_thread.room = room

    def forget(self) -> None:
        """Keep none, of any thread."""
        self._of_thread = local()


rooms = Rooms()


Shares = tuple[Any, ...]  # of a block in each of the sums: arrays and numbers
Share = Callable[[slice, Room], Shares]


def sum_in_large_blocks(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """Sums over `count` rows, of each of which a block holds `width` elements, in arrays that are used again.

    Raises ValueError, in the name of an argument, where a sum is not finite.
    """
    return _summed(name, share, count, width, LARGE, dtype)


def sum_in_blocks_read_twice(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """The same where a block makes nothing as large as what it reads, `width` elements a row."""
    return _summed(name, share, count, width, TWICE, dtype)


def sum_in_small_blocks(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """The same where a block makes arrays of `width` elements a row anew."""
    return _summed(name, share, count, width, SMALL, dtype)


def _rows(count: int, width: int, size: int, dtype: npt.DTypeLike) -> int:
    item = np.dtype(dtype).itemsize
    most = min(MOST, max(FEWEST, size // (width * item)))
    return exact_rows() or max(FEWEST, shared_rows(count, width, most, item))


def _summed(name: str, share: Share, count: int, width: int, size: int, dtype: npt.DTypeLike) -> Sums:
    rows = _rows(count, width, size, dtype)

    def of_run(run: slice) -> Sums:
        room = rooms.take(rows, dtype)
        with np.errstate(all="ignore"):  # what comes of it is looked at in the end
            found = added(_of_block(share, block, room) for block in cut(run.stop, rows, run.start))
        rooms.keep(room)
        return found

    blocks_of_a_run = -(-count // (rows * (1 if is_little(count, width) else RUNS)))
    totals = added(in_order(of_run, cut(count, rows * blocks_of_a_run)))
    if not all(np.isfinite(total).all() for total in totals):
        raise ValueError(f"{name}: expected finite numbers whose squares are finite, got some that are not")
    return totals


def _of_block(share: Share, block: slice, room: Room) -> Shares:
    room.used = block.stop - block.start
    return share(block, room)
