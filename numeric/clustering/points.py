"""Points wherever they are: in memory, mapped into it from a file, or in pieces on other machines.

The algorithms only ever add up over points. So they are written once, over this protocol; numeric.scale keeps it
for points in pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Generic, Protocol, TypeVar

import numpy as np

from numeric import threads
from numeric.blocks import shared_rows
from numeric.checks import Array, Integers
from numeric.threads import Share, Sums

Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)

# of the points and the scores of a block together: 6.5 megabytes, what a core has of the last cache
ELEMENTS = 13 * 2**16
# fewer: threads wait for each other between calls; more: nothing is gained
FEWEST_ROWS, MOST_ROWS = 2**10, 2**16


class Points(Protocol):
    """N points of D coordinates, in one piece or in several. What is done to a piece may be done elsewhere."""

    @property
    def shape(self) -> tuple[int, int]:
        """N and D."""

    def each(self, part: Callable[[Array], Result]) -> list[Result]:
        """What `part` gives for each piece (n, D), in the order of the pieces. It must be pure."""

    def stacked(self, part: Callable[[Array], Integers]) -> Integers:
        """An entry (N,) for each point: `part` gives those of a piece."""


@dataclass(frozen=True)
class InMemory:
    """An array (N, D) of this process: one piece."""

    x: Array

    @property
    def shape(self) -> tuple[int, int]:
        count, dimensions = self.x.shape
        return count, dimensions

    def each(self, part: Callable[[Array], Result]) -> list[Result]:
        return [part(self.x)]

    def stacked(self, part: Callable[[Array], Integers]) -> Integers:
        return part(self.x)


@dataclass(frozen=True)
class InBlocks(Generic[Result_co]):
    """A function of a few points, applied to many in blocks that fit into the cache: the results, in order.

    `width` is how many numbers it handles for each point. The blocks are in double precision.
    """

    part: Callable[[Array], Result_co]
    width: int

    def __call__(self, x: Array) -> list[Result_co]:
        return threads.in_order(lambda block: self.part(in_double(x[block])), cuts(len(x), self.width))


def cuts(count: int, width: int) -> list[slice]:
    """The blocks of so many points, of each of which `width` numbers are handled."""
    most = min(max(ELEMENTS // width, FEWEST_ROWS), MOST_ROWS)
    return threads.cut(count, shared_rows(count, width, most, np.dtype(np.float64).itemsize))


def in_double(x: Array) -> Array:
    """Points in double precision."""
    return np.asarray(x, np.float64)


@dataclass(frozen=True)
class TotalOfBlocks:
    """The sums over all blocks, entry by entry."""

    part: Callable[[Array], Share]
    width: int

    def __call__(self, x: Array) -> Sums:
        return threads.added(InBlocks(self.part, self.width)(x))


@dataclass(frozen=True)
class StackOfBlocks:
    """The entries of all blocks, one after the other."""

    part: Callable[[Array], Integers]
    width: int

    def __call__(self, x: Array) -> Integers:
        return np.concatenate(InBlocks(self.part, self.width)(x), dtype=np.intp)


def total(points: Points, part: Callable[[Array], Share], width: int) -> Sums:
    """The sums over all points of what `part` gives for a block of them, added up in their order."""
    return threads.added(points.each(TotalOfBlocks(part, width)))


def collected(points: Points, part: Callable[[Array], Result], width: int) -> list[Result]:
    """What `part` gives for each block of points, in their order."""
    return list(chain.from_iterable(points.each(InBlocks(part, width))))


def stacked(points: Points, part: Callable[[Array], Integers], width: int) -> Integers:
    """An entry (N,) for each point: `part` gives those of a block."""
    return points.stacked(StackOfBlocks(part, width))
