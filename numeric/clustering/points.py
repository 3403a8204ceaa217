"""Points wherever they are, and one pass over them: what an algorithm needs that only ever adds up over points.

The algorithms are written once, over this protocol. Here it is kept for an array in memory, or mapped into it
from a file; numeric.scale keeps it for arrays in many pieces on many machines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers
from numeric.threads import Share, Sums

Result = TypeVar("Result")

ELEMENTS = 2**18  # of all arrays of a block together: two megabytes, which stay in the cache of a core
FEWEST_ROWS, MOST_ROWS = (
    2**10,
    2**13,
)  # fewer: the calls cost more than the arithmetic; more: nothing is gained


def rows_of_a_block(width: int) -> int:
    """How many points go into a block, if a point takes `width` numbers in all."""
    return min(max(ELEMENTS // width, FEWEST_ROWS), MOST_ROWS)


class Points(Protocol):
    """N points of D coordinates, in blocks of rows. What is done to a block may be done elsewhere, so it is pure."""

    @property
    def shape(self) -> tuple[int, int]:
        """N and D."""

    def total(self, part: Callable[[Array], Share], width: int) -> Sums:
        """The sums over all blocks of what `part` gives for the points (B, D) of one, added in a fixed order.

        `width` is how many numbers `part` handles for each point.
        """

    def collected(self, part: Callable[[Array], Result], width: int) -> list[Result]:
        """What `part` gives for each block, in the order of the blocks."""

    def stacked(self, part: Callable[[Array], Integers], width: int) -> Integers:
        """An entry (N,) for each point: `part` gives those of a block."""


@dataclass(frozen=True)
class InMemory:
    """An array (N, D) of this process."""

    x: Array

    @property
    def shape(self) -> tuple[int, int]:
        count, dimensions = self.x.shape
        return count, dimensions

    def total(self, part: Callable[[Array], Share], width: int) -> Sums:
        return threads.added(self.collected(part, width))

    def collected(self, part: Callable[[Array], Result], width: int) -> list[Result]:
        blocks = threads.cut(len(self.x), rows_of_a_block(width))
        return threads.in_order(lambda rows: part(self.x[rows]), blocks)

    def stacked(self, part: Callable[[Array], Integers], width: int) -> Integers:
        return np.concatenate(self.collected(part, width))
