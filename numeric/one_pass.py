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

from numeric.blocks import exact_rows
from numeric.checks import Array
from numeric.threads import Sums, added, cut, in_order

LARGE = 2**20  # elements of the largest array of a block that is used again: 8 megabytes in double precision
SMALL = 2**16  # of one that is made anew for each block
FEWEST, MOST = 256, 8192  # rows: with fewer the calls cost more than the arithmetic, more are not faster
EVEN = 64  # rows: a multiple, so that the rows of an array begin where the processor reads fastest
BLOCKS = 8  # are made of few rows too, so that threads have something to share
RUNS = 64  # of blocks that are added up by one thread: so few sums are held at once


class Room:
    """The arrays of one thread, by name, each with a column for every row of a block."""

    def __init__(self, columns: int, dtype: npt.DTypeLike) -> None:
        self.columns, self.dtype = columns, dtype
        self._arrays: dict[str, Array] = {}

    def __call__(self, name: str, rows: int) -> Array:
        """The array (rows, columns) of that name, with whatever was left in it."""
        if name not in self._arrays:
            self._arrays[name] = np.empty((rows, self.columns), self.dtype)
        return self._arrays[name]


Shares = tuple[Any, ...]  # of a block in each of the sums: arrays and numbers
Share = Callable[[slice, Room], Shares]


def sum_in_large_blocks(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """Sums over `count` rows, of each of which a block holds `width` elements in arrays that are used again.

    Raises ValueError, in the name of an argument, where a sum is not finite.
    """
    return _summed(name, share, count, _rows(count, width, LARGE), dtype)


def sum_in_small_blocks(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """The same where a block makes arrays of `width` elements a row anew."""
    return _summed(name, share, count, _rows(count, width, SMALL), dtype)


def _rows(count: int, width: int, elements: int) -> int:
    few = max(FEWEST, -(-count // BLOCKS))
    rows = min(MOST, max(FEWEST, elements // width), few)
    return exact_rows() or rows // EVEN * EVEN


def _summed(name: str, share: Share, count: int, rows: int, dtype: npt.DTypeLike) -> Sums:
    rooms = local()

    def of_block(block: slice) -> Shares:
        columns = block.stop - block.start
        room: Room | None = getattr(rooms, "room", None)
        if room is None or room.columns != columns:
            room = rooms.room = Room(columns, dtype)
        return share(block, room)

    def of_run(run: slice) -> Sums:
        with np.errstate(all="ignore"):  # what comes of it is looked at in the end
            return added(map(of_block, cut(run.stop, rows, run.start)))

    blocks_of_a_run = -(-count // (rows * RUNS))
    totals = added(in_order(of_run, cut(count, rows * blocks_of_a_run)))
    if not all(np.isfinite(total).all() for total in totals):
        raise ValueError(f"{name}: expected finite numbers whose squares are finite, got some that are not")
    return totals
