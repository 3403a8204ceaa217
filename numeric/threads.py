"""One pass over many points: blocks on a few threads, and what the blocks give added up in the order of the blocks.

Which thread takes which block is left to chance, the sums are not: they do not depend on the number of threads.
Products of matrices inside a block use one thread, because theirs would only wait for ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from functools import cache
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from threadpoolctl import LibController, ThreadpoolController

from numeric.checks import Array

Block = TypeVar("Block")
Result = TypeVar("Result")
Number = np.floating[Any]
Share = tuple[Array | Number | float, ...]  # what a block gives, to be added up entry by entry
Sums = tuple[Array, ...]

MOST_THREADS = 8  # beyond that they wait for each other between the calls of NumPy

_threads: ContextVar[int | None] = ContextVar("threads of a pass", default=None)


@contextmanager
def threads_of_a_pass(number: int) -> Iterator[None]:
    """Exactly so many threads: one where others already share the machine, any number for tests."""
    token = _threads.set(number)
    try:
        yield
    finally:
        _threads.reset(token)


def threads() -> int:
    """How many threads a pass uses."""
    return _threads.get() or min(_cores(), MOST_THREADS)


def _cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _OneBlasThread:
    """A limit for the whole process: the first of those inside sets it, and the last one out takes it back."""

    def __init__(self) -> None:
        self._lock, self._inside = Lock(), 0
        self._before: list[int] = []  # the threads of each library

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._before = [library.get_num_threads() for library in _libraries()]
                _set(1 for _ in self._before)
        try:
            yield
        finally:
            with self._lock:
                self._inside -= 1
                if not self._inside:
                    _set(self._before)


# products of matrices on one thread: ours are long and narrow, so several wait more than they work
one_blas_thread = _OneBlasThread()


@cache
def _libraries() -> list[LibController]:
    found: list[LibController] = ThreadpoolController().select(user_api="blas").lib_controllers
    return found


def _set(numbers: Iterable[int]) -> None:
    for library, number in zip(_libraries(), numbers, strict=True):
        library.set_num_threads(number)


def cut(length: int, rows: int, begin: int = 0) -> list[slice]:
    """The rows from `begin` up to `length` cut into blocks of `rows`, the last one shorter."""
    return [slice(start, min(start + rows, length)) for start in range(begin, length, rows)]


def in_order(part: Callable[[Block], Result], blocks: Sequence[Block]) -> list[Result]:
    """`part` of every block, in the order of the blocks, computed on several threads."""
    with one_blas_thread():
        helpers = min(threads(), len(blocks)) - 1
        if helpers < 1:
            return [part(rows) for rows in blocks]
        found: dict[int, Result] = {}
        left = iter(range(len(blocks)))  # taking the next one is a single step: no two threads take the same

        def work() -> None:
            try:
                for number in left:
                    found[number] = part(blocks[number])
            finally:
                for _ in left:  # after an error nobody need go on
                    pass

        others = _begun(work, helpers)
        try:
            work()
        finally:
            for other in others:
                if not other.cancel():  # one that has not begun is not waited for, so passes may be nested
                    other.result()
        return [found[number] for number in range(len(blocks))]


def _begun(work: Callable[[], None], helpers: int) -> list[Future[None]]:
    """The work, begun on so many threads; on none where the interpreter is on its way out, which begins no more."""
    begun: list[Future[None]] = []
    with suppress(RuntimeError):
        for _ in range(helpers):
            begun.append(_pool(helpers).submit(copy_context().run, work))
    return begun


@cache
def _pool(helpers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(helpers, thread_name_prefix="block")


if hasattr(os, "register_at_fork"):  # a child has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)


def added(shares: Iterable[Share]) -> Sums:
    """The sums of what the blocks gave, entry by entry, from the first block to the last, in float64."""
    waiting = iter(shares)
    totals = tuple(np.array(entry, np.float64) for entry in next(waiting))
    for share in waiting:
        for total, entry in zip(totals, share, strict=True):
            total += entry
    return totals


def total(part: Callable[[slice], Share], length: int, rows: int) -> Sums:
    """The sums over all blocks of what `part` gives for each."""
    return added(in_order(part, cut(length, rows)))
