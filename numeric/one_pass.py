"""Several sums over many points in one pass: blocks of rows, arrays that are used again, and a few threads.

A generated function gives the shares of one block. The blocks depend on the number of rows and their width alone, and
their shares are added up in the order of the rows, in double precision: so the sums do not depend on the threads.
What is held besides the data is what a block needs, once for each thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

from numeric.blocks import exact_rows
from numeric.checks import Array
from numeric.threads import Sums, added, cut, in_order

LARGE = 3 * 2**21  # bytes of the largest array of a block that is used again
SMALL = 2**19  # of one that is made anew for each block
FEWEST, MOST = 256, 2**15  # rows: with fewer the calls cost more than the arithmetic, more are not faster
LINE = 64  # bytes in a line of the cache: rows of an array that are an odd number of lines apart do not share places
SHARED = 4  # blocks, or a multiple: so that threads have something to share, and as much each
RUNS = 64  # of blocks that are added up by one thread: so few sums are held at once


class Room:
    """The arrays of one thread, by name, each with a column for every row of a block: `columns`, or fewer in the last."""

    def __init__(self, columns: int, dtype: npt.DTypeLike) -> None:
        self.columns, self.dtype, self.used = columns, np.dtype(dtype), columns
        self._arrays: dict[str, Array] = {}

    def __call__(self, name: str, rows: int) -> Array:
        """The array (rows, columns in use) of that name, with whatever was left in it."""
        size = rows * self.columns
        found = self._arrays.get(name)
        if found is None or len(found) != size:
            found = self._arrays[name] = np.empty(size, self.dtype)
        return found[: rows * self.used].reshape(rows, self.used)


class Rooms:
    """The room of each thread and precision, kept from pass to pass: new memory costs as much as a small pass does.

    That is a few megabytes. A thread that is in its room has none to give, so passes may be nested.
    """

    def __init__(self) -> None:
        self._of_thread = local()

    @contextmanager
    def room(self, columns: int, dtype: npt.DTypeLike) -> Iterator[Room]:
        """A room with so many columns, of this thread alone."""
        key = np.dtype(dtype).name
        kept: Room | None = self._of_thread.__dict__.pop(key, None)
        room = kept if kept is not None and kept.columns == columns else Room(columns, dtype)
        yield room
        self._of_thread.__dict__[key] = room

    def forget(self) -> None:
        """Keep none, of any thread."""
        self._of_thread = local()


rooms = Rooms()


Shares = tuple[Any, ...]  # of a block in each of the sums: arrays and numbers
Share = Callable[[slice, Room], Shares]


def sum_in_large_blocks(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """Sums over `count` rows, of each of which a block holds `width` elements in arrays that are used again.

    Raises ValueError, in the name of an argument, where a sum is not finite.
    """
    return _summed(name, share, count, _rows(count, width, LARGE, dtype), dtype)


def sum_in_small_blocks(name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike) -> Sums:
    """The same where a block makes arrays of `width` elements a row anew."""
    return _summed(name, share, count, _rows(count, width, SMALL, dtype), dtype)


def _rows(count: int, width: int, size: int, dtype: npt.DTypeLike) -> int:
    """As many rows as fit, in blocks that are as long as each other, to the next odd number of lines."""
    item = np.dtype(dtype).itemsize
    most = min(MOST, max(FEWEST, size // (width * item)))
    blocks = up_to(SHARED, -(-count // most))
    lines = -(-count * item // (blocks * LINE)) | 1
    return exact_rows() or max(FEWEST, lines * LINE // item)


def up_to(step: int, number: int) -> int:
    """The next multiple of the step."""
    return -(-number // step) * step


def _summed(name: str, share: Share, count: int, rows: int, dtype: npt.DTypeLike) -> Sums:
    def of_run(run: slice) -> Sums:
        # what comes of a number that is not finite is looked at in the end
        with rooms.room(rows, dtype) as room, np.errstate(all="ignore"):
            return added(_of_block(share, block, room) for block in cut(run.stop, rows, run.start))

    blocks_of_a_run = -(-count // (rows * RUNS))
    totals = added(in_order(of_run, cut(count, rows * blocks_of_a_run)))
    if not all(np.isfinite(total).all() for total in totals):
        raise ValueError(f"{name}: expected finite numbers whose squares are finite, got some that are not")
    return totals


def _of_block(share: Share, block: slice, room: Room) -> Shares:
    room.used = block.stop - block.start
    return share(block, room)
