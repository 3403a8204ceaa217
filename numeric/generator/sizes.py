"""What sizes are like in practice: by this the cost rule chooses, and by this points are told from the rest.

The numbers are nominal. They decide the order of operations, never a result.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from derivations.calculus.expressions import Index, Size

NOMINAL = {
    "N": 100_000,
    "K": 8,
    "D": 8,
    "P": 45,
}  # by the first letter: points, components, dimensions, features
OTHERWISE = 8
LONG = 10_000

PAIRS = "{0} * ({0} + 1) // 2"

NOUNS = {"N": ("point", "points"), "K": ("component", "components"), "D": ("dimension", "dimensions")}


def nominal(size: Size) -> int:
    known = NOMINAL.get(size.name[0], OTHERWISE)
    return known if size.name.isidentifier() else known * (known + 1) // 2


def is_long(size: Size) -> bool:
    """Whether there are so many that arrays with this axis and another are computed in blocks."""
    return nominal(size) >= LONG


def elements(labels: Iterable[Index]) -> int:
    """The nominal number of elements of an array with these axes."""
    return math.prod(nominal(label.size) for label in labels)


def pairs(size: Size) -> Size:
    """How many pairs d <= e there are, as a size."""
    return Size(PAIRS.format(size.name))


def noun(size: Size) -> tuple[str, str]:
    """What one and what several of them are called in messages."""
    return NOUNS.get(size.name[0], ("entry", "entries"))
