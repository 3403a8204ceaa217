"""A pass in blocks: what does not depend on threads, and what an error in a block does."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from numeric import threads
from numeric.blocks import LITTLE, rows_of_a_block
from numeric.checks import Array
from numeric.clustering.points import TotalOfBlocks
from numeric.one_pass import (
    Room,
    Shares,
    sum_in_blocks_read_twice,
    sum_in_large_blocks,
    sum_in_small_blocks,
)
from numeric.threads import Sums

X = np.random.default_rng(0).normal(scale=1e3, size=(10_000, 3))


def sums(rows: slice) -> Sums:
    return np.asarray(np.sum(X[rows], axis=0)), np.asarray(np.sum(X[rows] ** 2))


def total_with(number: int, rows: int) -> tuple[Array, ...]:
    with threads.threads_of_a_pass(number):
        return threads.total(sums, len(X), rows)


def test_the_limit_of_blas_is_taken_back_when_the_last_one_leaves() -> None:
    first, second = threads.one_blas_thread(), threads.one_blas_thread()
    before = blas_threads()
    first.__enter__()
    second.__enter__()
    assert set(blas_threads()) == {1}
    first.__exit__(None, None, None)
    assert set(blas_threads()) == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == before


def blas_threads() -> list[int]:
    return [found["num_threads"] for found in threadpool_info() if found["user_api"] == "blas"]


@pytest.mark.parametrize("number", [1, 2, 3, 8])
def test_sums_do_not_depend_on_the_number_of_threads(number: int) -> None:
    for found, wanted in zip(total_with(number, 37), total_with(1, 37), strict=True):
        assert np.array_equal(found, wanted)


def test_sums_are_the_sums() -> None:
    column, square = total_with(2, 999)
    assert np.allclose(column, X.sum(axis=0))
    assert np.allclose(square, (X**2).sum())


def test_blocks_cover_every_row_once() -> None:
    for length, rows in ((1, 5), (10, 5), (11, 5), (4, 1)):
        covered = [place for block in threads.cut(length, rows) for place in range(length)[block]]
        assert covered == list(range(length))


def test_sums_of_short_numbers_are_long() -> None:
    [found] = threads.added([(np.array([1], np.float32),), (np.array([2**-30], np.float32),)])
    assert found.dtype == np.float64
    assert found[0] == 1 + 2**-30


def test_several_threads_are_at_work() -> None:
    both = threading.Barrier(2, timeout=20)

    def part(rows: slice) -> int:
        both.wait()
        return int(rows.start)

    with threads.threads_of_a_pass(2):
        assert threads.in_order(part, threads.cut(4, 2)) == [0, 2]


def fails_at(place: int, seen: list[int]) -> Callable[[slice], int]:
    def part(rows: slice) -> int:
        seen.append(rows.start)
        time.sleep(1e-4)  # so that the other threads have their turn
        if rows.start == place:
            raise ValueError(f"row {place}")
        return 0

    return part


@pytest.mark.parametrize("number", [1, 2, 4])
@pytest.mark.parametrize("place", [0, 50])
def test_an_error_in_a_block_is_the_error_of_the_pass(number: int, place: int) -> None:
    seen: list[int] = []
    with threads.threads_of_a_pass(number), pytest.raises(ValueError, match=f"row {place}"):
        threads.in_order(fails_at(place, seen), threads.cut(1000, 1))
    assert len(seen) < 1000


def test_passes_may_be_nested() -> None:
    def part(rows: slice) -> int:
        return len(threads.in_order(lambda inner: inner.start, threads.cut(20, 1)))

    with threads.threads_of_a_pass(2):
        assert threads.in_order(part, threads.cut(20, 1)) == [20] * 20


def test_a_pass_runs_when_no_thread_begins_any_more() -> None:
    """In a thread that outlives the main one, the interpreter begins no others."""
    script = (
        "import threading, time\n"
        "import numpy as np\n"
        "from numeric import threads\n"
        "def work():\n"
        "    time.sleep(0.3)\n"
        "    with threads.threads_of_a_pass(2):\n"
        "        print(threads.in_order(lambda rows: rows.start, threads.cut(4, 2)))\n"
        "threading.Thread(target=work).start()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[0, 2]\n", "")


# ---------------------------------------------------------------------------------- little work

WIDTH = 8


def threads_of_points(count: int) -> int:
    """How many threads have had a part in a sum over so many points of WIDTH coordinates."""
    seen: set[int] = set()

    def part(x: Array) -> tuple[Array]:
        seen.add(threading.get_ident())
        time.sleep(0.02)
        return (np.sum(x, axis=0),)

    TotalOfBlocks(part, WIDTH)(np.ones((count, WIDTH)))
    return len(seen)


def threads_of_rows(count: int, summed: Callable[..., Sums]) -> int:
    """The same for a sum in one pass."""
    seen: set[int] = set()

    def share(rows: slice, room: Room) -> Shares:
        seen.add(threading.get_ident())
        time.sleep(0.02)
        return (float(rows.stop - rows.start),)

    [found] = summed("x", share, count, WIDTH, np.float64)
    assert found == count
    return len(seen)


@pytest.mark.parametrize("summed", [sum_in_large_blocks, sum_in_blocks_read_twice, sum_in_small_blocks])
def test_little_work_is_not_shared(summed: Callable[..., Sums]) -> None:
    little, much = LITTLE // WIDTH - 1, LITTLE // WIDTH
    with threads.threads_of_a_pass(2):
        assert (threads_of_rows(little, summed), threads_of_rows(much, summed)) == (1, 2)
        assert (threads_of_points(little), threads_of_points(much)) == (1, 2)
        with rows_of_a_block(100):  # a test that asks for blocks gets them shared
            assert threads_of_rows(300, summed) == 2
