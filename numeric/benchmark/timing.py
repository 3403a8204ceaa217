"""Contenders in turn, round after round: seconds, ratios within a round, and the memory that each needs.

What is timed is a call in the midst of others of the same contender, as in a fit: those of a short while before it are
not counted, because threads of the last one look for more work before they rest, and the system takes time to spread
new ones over the processors. A contest of what a fit does only once, at its beginning, is timed after a rest instead:
then the threads of both have to wake. Every second round runs backwards. Of the ratios the median is shown, and the spread: half
of what lies between the quartiles.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
import tracemalloc
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from numeric import threads
from numeric.benchmark.targets import MEMORY, Target
from numeric.one_pass import rooms
from numeric.threads import threads as thread_count

Action = Callable[[], object]
Times = dict[str, list[float]]

LIMIT = "limit"  # the name of what no contender can beat
FLOPS, EXPONENTIALS = "matrix product", "exponentials"  # the probes that it is computed from

WHILE = 0.05  # seconds; threads of OpenBLAS come to rest after half of that
REST = 0.12  # seconds; all threads are at rest after it
EDGE = 768  # of the square matrices of the first probe
VALUES = 2**18  # of the second


@dataclass(frozen=True)
class Comparison:
    """The time of one contender over that of another, and what it should be."""

    name: str
    over: str
    target: Target | None = None


@dataclass(frozen=True)
class Contest:
    """Contenders that do the same work. `make` prepares them when it is their turn, because data are large.

    `work` are the flops and the exponentials of the work, from which its limit follows.
    """

    group: str
    sizes: Mapping[str, int]
    make: Callable[[], dict[str, Action]]
    comparisons: tuple[Comparison, ...]
    work: tuple[float, float] | None = None
    lean: tuple[str, ...] = ()  # contenders whose memory has a bound
    rested: bool = False  # each call after a rest, not in the midst of others


@dataclass(frozen=True)
class Ratio:
    """A comparison as measured."""

    comparison: Comparison
    median: float
    spread: float

    @property
    def status(self) -> str:
        return self.comparison.target.status(self.median) if self.comparison.target else ""


@dataclass
class Outcome:
    """The times of a contest, and what follows from them."""

    contest: Contest
    times: Times
    memory: dict[str, int] = field(default_factory=dict)

    @cached_property
    def ratios(self) -> list[Ratio]:
        """The comparisons whose contenders were both there."""
        there = [c for c in self.contest.comparisons if {c.name, c.over} <= self.times.keys()]
        return [Ratio(c, *middle(map(_divide, self.times[c.name], self.times[c.over]))) for c in there]

    def memory_status(self, name: str) -> str:
        return MEMORY.status(self.memory[name]) if name in self.contest.lean else ""


def middle(values: Iterable[float]) -> tuple[float, float]:
    """The median, and half of what lies between the quartiles."""
    found = list(values)
    if len(found) < 2:
        return found[0], 0.0
    low, median, high = statistics.quantiles(found, n=4, method="inclusive")
    return median, (high - low) / 2


def _divide(time_of_one: float, time_of_other: float) -> float:
    return time_of_one / time_of_other


def held(contest: Contest, rounds: int) -> Outcome:
    """The contest: first the memory of each contender, then the rounds."""
    contenders = contest.make()
    memory = {name: settled_peak(action) for name, action in contenders.items()}
    if contest.work is not None:
        contenders |= probes()
    times = interleaved(contenders, rounds, rested=contest.rested)
    if contest.work is not None:
        times[LIMIT] = _limits(contest.work, times.pop(FLOPS), times.pop(EXPONENTIALS))
    return Outcome(contest, times, memory)


def interleaved(contenders: Mapping[str, Action], rounds: int, *, rested: bool = False) -> Times:
    """Seconds of each contender in each round: in the midst of other calls, or each after a rest."""
    times: Times = {name: [] for name in contenders}
    for number in range(rounds):
        for name in list(contenders)[:: -1 if number % 2 else 1]:
            time.sleep(REST) if rested else _warm_up(contenders[name])
            start = time.perf_counter()
            contenders[name]()
            times[name].append(time.perf_counter() - start)
    return times


def _warm_up(action: Action) -> None:
    """One call, or as many as fit into a short while."""
    end = time.perf_counter() + WHILE
    action()
    while time.perf_counter() < end:
        action()


def settled_peak(action: Action) -> int:
    """The memory of a second call: the first may import. What is kept from pass to pass counts."""
    action()
    rooms.forget()
    return peak(action)


def peak(action: Action) -> int:
    """The most bytes that it held at once, besides what was there before. NumPy tells the interpreter of its arrays."""
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def probes() -> dict[str, Action]:
    """A large product of matrices, with all threads that BLAS takes; exponentials in the cache, on our threads."""
    random = np.random.default_rng(0)
    square, values = random.normal(size=(EDGE, EDGE)), random.normal(size=VALUES)
    product, room = np.empty_like(square), np.empty_like(values)
    blocks = threads.cut(VALUES, 2**14)
    return {
        FLOPS: lambda: np.matmul(square, square, out=product),
        EXPONENTIALS: lambda: threads.in_order(lambda part: np.exp(values[part], out=room[part]), blocks),
    }


def _limits(work: tuple[float, float], products: list[float], exponentials: list[float]) -> list[float]:
    flops, exps = work
    return [
        flops / (2 * EDGE**3) * product + exps / VALUES * exponential
        for product, exponential in zip(products, exponentials, strict=True)
    ]


def machine() -> dict[str, object]:
    """What a reader has to know about the machine."""
    return {"processors": thread_count(), "numpy": np.__version__, **_system()}


def _system() -> dict[str, object]:
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {"python": platform.python_version(), "machine": platform.machine(), "load": load}
