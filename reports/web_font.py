"""The font of the formulas on a web page: STIX Two Math, cut down to the characters of that page.

A telephone has no font for mathematics, and a page that makes no request cannot fetch one. The font comes
with the package ziamath (licence: SIL Open Font License) and is cut when the page is made.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable
from html import unescape
from importlib import resources

UNSEEN = frozenset("\N{VARIATION SELECTOR-1}")  # asks for a form of the letter before it
ALWAYS = "0123456789()[]{}|‖√∑∏=+−/,.⏞⏟"
SHOWN = re.compile(r"<annotation.*?</annotation>|<[^>]*>", re.DOTALL)
SINGLE_LETTER = re.compile(r"<mi>(.)</mi>")
ITALIC = {  # where the slanted letters of mathematics begin, for those that a browser slants itself
    "A": 0x1D434,
    "a": 0x1D44E,
    "Α": 0x1D6E2,
    "α": 0x1D6FC,
}
OTHERWISE = {  # and those that stand elsewhere
    "h": "ℎ",
    "∂": "𝜕",
    "∇": "𝛻",
    "ϵ": "𝜖",
    "ϑ": "𝜗",
    "ϰ": "𝜘",
    "ϕ": "𝜙",
    "ϱ": "𝜚",
    "ϖ": "𝜛",
}
SPANS = (("A", "Z"), ("a", "z"), ("Α", "Ω"), ("α", "ω"))


def characters(formulas: Iterable[str]) -> set[str]:
    """Every character that a browser draws for these `math` elements, slanted letters of its own making included."""
    text = "\n".join(formulas)
    drawn = set(unescape(SHOWN.sub("", text)))
    slanted = {slant(letter) for letter in SINGLE_LETTER.findall(text)}
    return (drawn | slanted) - set("\n")


def slant(letter: str) -> str:
    """The slanted letter that a browser draws for an `mi` element with a single letter in it."""
    if letter in OTHERWISE:
        return OTHERWISE[letter]
    for first, last in SPANS:
        if first <= letter <= last:
            return chr(ITALIC[first] + ord(letter) - ord(first))
    return letter


def embedded(formulas: Iterable[str]) -> str:
    """The font as a `data:` address, with the glyphs that these formulas need, and their larger forms."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(
        flavor="woff", layout_features=["*"], hinting=False, notdef_outline=True, glyph_names=False
    )
    options.recalc_timestamp = False  # the same bytes in every run
    with TTFont(io.BytesIO(whole()), recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text="".join(sorted(characters(formulas) | set(ALWAYS))))
        cutter.subset(font)
        file = io.BytesIO()
        subset.save_font(font, file, options)
    return "data:font/woff;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def whole() -> bytes:
    """The font as it comes."""
    return resources.files("ziamath").joinpath("fonts", "STIXTwoMath-Regular.ttf").read_bytes()
