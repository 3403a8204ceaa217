"""Several sums over many points in one pass: blocks of rows, a few threads, arrays that are used again.

A generated function gives the shares of one block. The blocks depend on the number of rows and their width alone, and
their shares are added up in the order of the rows, in double precision: so the sums do not depend on the threads.
What is held besides the data is what a block needs, once for each thread.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import local

import numpy as np
import numpy.typing as npt
from threadpoolctl import ThreadpoolController

from numeric.blocks import exact_rows
from numeric.checks import Array

LARGE = 2**20  # elements of the largest array of a block that is used again: 8 megabytes in double precision
SMALL = 2**16  # of one that is made anew for each block
FEWEST, MOST = 256, 8192  # rows: with fewer the calls cost more than the arithmetic, more are not faster
BLOCKS = 8  # are made of few rows too, so that threads have something to share
AHEAD = 2  # blocks for each thread that may wait to be added up

_threads: ContextVar[int | None] = ContextVar("threads", default=None)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Use so many threads; without this, as many as there are processors for this process."""
    token = _threads.set(count)
    try:
        yield
    finally:
        _threads.reset(token)


class Room:
    """The arrays of one thread, by name; of each as many columns are in use as the block has rows."""

    def __init__(self, columns: int, dtype: npt.DTypeLike) -> None:
        self.columns, self.dtype = columns, dtype
        self._arrays: dict[str, Array] = {}

    def __call__(self, name: str, rows: int) -> Array:
        """The array (rows, columns) of that name, with whatever was left in it."""
        found = self._arrays.get(name)
        if found is None or found.shape != (rows, self.columns):
            found = self._arrays[name] = np.empty((rows, self.columns), self.dtype)
        return found


Shares = tuple[npt.ArrayLike, ...]  # of a block in each of the sums
Share = Callable[[slice, Room], Shares]


def sum_in_large_blocks(
    name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike
) -> tuple[Array, ...]:
    """Sums over `count` rows, of each of which a block holds `width` elements in arrays that are used again.

    Raises ValueError, in the name of an argument, where a sum is not finite.
    """
    return _summed(name, share, list(_cut(count, width, LARGE)), dtype)


def sum_in_small_blocks(
    name: str, share: Share, count: int, width: int, dtype: npt.DTypeLike
) -> tuple[Array, ...]:
    """The same where a block makes arrays of `width` elements a row anew."""
    return _summed(name, share, list(_cut(count, width, SMALL)), dtype)


def _cut(count: int, width: int, elements: int) -> Iterator[slice]:
    few = max(FEWEST, -(-count // BLOCKS))
    rows = exact_rows() or min(MOST, max(FEWEST, elements // width), few)
    for start in range(0, count, rows):
        yield slice(start, min(start + rows, count))


def _summed(name: str, share: Share, blocks: Sequence[slice], dtype: npt.DTypeLike) -> tuple[Array, ...]:
    rooms = local()

    def shares(rows: slice) -> Shares:
        columns = rows.stop - rows.start
        room: Room | None = getattr(rooms, "room", None)
        if room is None or room.columns != columns:
            room = rooms.room = Room(columns, dtype)
        with np.errstate(all="ignore"):  # what comes of it is looked at in the end
            return share(rows, room)

    count = min(_threads.get() or _processors(), len(blocks))
    with _blas().limit(limits=1, user_api="blas"):
        totals = _added(map(shares, blocks) if count == 1 else _in_order(shares, blocks, count))
    if not all(np.isfinite(total).all() for total in totals):
        raise ValueError(f"{name}: expected finite numbers whose squares are finite, got some that are not")
    return totals


def _added(found: Iterable[Shares]) -> tuple[Array, ...]:
    waiting = iter(found)
    totals = [np.array(part, np.float64) for part in next(waiting)]
    for parts in waiting:
        for total, part in zip(totals, parts, strict=True):
            total += np.asarray(part)
    return tuple(totals)


def _in_order(shares: Callable[[slice], Shares], blocks: Sequence[slice], count: int) -> Iterator[Shares]:
    """The shares of the blocks in their order, computed by several threads, few of them waiting."""
    with ThreadPoolExecutor(count) as pool:
        waiting: deque[Future[Shares]] = deque()
        try:
            for rows in blocks:
                waiting.append(pool.submit(shares, rows))
                if len(waiting) > AHEAD * count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _blas() -> ThreadpoolController:
    """Matrix products of blocks are small: their own threads would wait more than they work."""
    return ThreadpoolController()
