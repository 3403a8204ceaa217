"""A printed part of a formula, and what must be known of it to print what surrounds it.

It knows how tightly a part holds together, so that parentheses never change a meaning, and where a long
formula may be broken. It knows neither a node nor a style.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import IntEnum


class Level(IntEnum):
    """How tightly a printed part holds together, from loosest to tightest."""

    SUM = 1  # a + b
    PRODUCT = 2  # a b; a sum sign with its body; log a
    CALL = 3  # f(a); a fraction with a bar
    POWER = 4  # anything that already carries a superscript
    ATOM = 5


@dataclass(frozen=True)
class Piece:
    """A printed part. Its sign is kept apart, so that a sum can print a subtraction.

    `open`: whatever follows on the right would be read as belonging to it (a sum sign, log a).
    `number`: begins with a number, so that a dot is needed after another factor.
    `height`: 0 for a line of text, 1 with a fraction, 2 with a sum sign; it decides the size of parentheses.
    """

    text: str
    level: Level = Level.ATOM
    negative: bool = False
    open: bool = False
    number: bool = False
    height: int = 0

    @property
    def opposite(self) -> Piece:
        return replace(self, negative=not self.negative)

    def fits(self, level: Level, last: bool) -> bool:
        """Whether the piece can stand without parentheses where `level` is needed."""
        return self.level >= level and not self.negative and (last or not self.open)


# A place where a line may be broken is one character of the private use area; its code tells how deep the
# place lies: inside parentheses it is deeper than outside, and between factors deeper than between terms.
_FIRST, _LAST = 0xE000, 0xE0FF
BREAKS = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
TERM_BREAK = chr(_FIRST)
FACTOR_BREAK = chr(_FIRST + 5)


def deeper(text: str, by: int = 2) -> str:
    """The text with its breaks one pair of parentheses further in."""
    return BREAKS.sub(lambda found: chr(min(ord(found[0]) + by, _LAST)), text)


def rarely(text: str) -> str:
    """The text with its breaks so deep that those between factors outside come first."""
    return deeper(text, 8)


def solid(text: str) -> str:
    """The text without places to break it."""
    return BREAKS.sub("", text)


def fold(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text as lines that fit the width, broken at the outermost places that suffice."""
    if measure(solid(text)) <= width:
        return [solid(text)]
    places = BREAKS.findall(text)
    if not places:
        return [text]
    filled: list[str] = []
    for part in text.split(min(places)):
        if filled and measure(solid(filled[-1] + part)) <= width:
            filled[-1] += part
        else:
            filled.append(part)
    return [line for part in filled for line in fold(part, width, measure)]
