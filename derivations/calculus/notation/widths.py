"""How wide a LaTeX formula will be, in ems of a display: an estimate, for deciding where to break it."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.")
SCRIPT = 0.72  # size of a script, as a part of the size of its base
DEFAULT = 0.62  # a letter

WIDTH = {
    **dict.fromkeys("=<>", 1.4),
    **dict.fromkeys((r"\le", r"\ge", r"\in", r"\succ", r"\succeq"), 1.4),
    **dict.fromkeys("+-", 1.3),
    **dict.fromkeys("()[]", 0.42),
    **dict.fromkeys("0123456789", 0.52),
    **dict.fromkeys(",;", 0.48),
    **dict.fromkeys((r"\log", r"\exp", r"\det", r"\max", r"\min", r"\lim"), 2.0),
    **dict.fromkeys((r"\bigl", r"\bigr"), 0.1),
    **dict.fromkeys((r"\Bigl", r"\Bigr"), 0.25),
    **dict.fromkeys((r"\biggl", r"\biggr"), 0.4),
    **dict.fromkeys((r"\vct", r"\mat", r"\mathbf", r"\mathcal", r"\mathrm", r"\text", r"\bar", r"\hat"), 0.0),
    r"\logdet": 3.6,
    r"\firstargmin": 6.0,
    r"\tr": 1.0,
    r"\T": 0.75,
    r"\sum": 1.7,
    r"\prod": 1.5,
    r"\iff": 2.4,
    r"\cdot": 0.8,
    r"\circlepi": 0.6,
    r"\dots": 1.2,
    r"\quad": 1.0,
    r"\qquad": 2.0,
    r"\,": 0.17,
    "'": 0.3,
    "{": 0.0,
    "}": 0.0,
    "&": 0.0,
}
LIMITS = (
    r"\sum",
    r"\prod",
    r"\max",
    r"\min",
    r"\lim",
    r"\firstargmin",
)  # their scripts stand below and above them


def width(latex: str) -> float:
    """The estimated width, in ems, of a formula in display style."""
    tokens = [token for token in TOKEN.findall(latex) if not token.isspace()]
    return _row(tokens, 0, len(tokens))


def _row(tokens: list[str], start: int, end: int) -> float:
    """The width of the tokens between two places, set side by side."""
    total, place = 0.0, start
    while place < end:
        wide, place = _unit(tokens, place, end)
        total += wide
    return total


def _unit(tokens: list[str], place: int, end: int) -> tuple[float, int]:
    """The width of one symbol with its scripts, and the place after it."""
    head = tokens[place]
    if head == r"\frac":
        above, place = _argument(tokens, place + 1, end)
        below, place = _argument(tokens, place, end)
        wide = max(above, below) + 0.3
    elif head == "{":
        wide, place = _argument(tokens, place, end)
    else:
        wide, place = WIDTH.get(head, DEFAULT), place + 1
    scripts = 0.0
    while place < end and tokens[place] in "_^":
        script, place = _argument(tokens, place + 1, end)
        scripts = max(scripts, script * SCRIPT)
    return (max(wide, scripts) if head in LIMITS else wide + scripts), place


def _argument(tokens: list[str], place: int, end: int) -> tuple[float, int]:
    """The width of a group in braces, or of a single token, and the place after it."""
    if place >= end:
        return 0.0, end
    if tokens[place] != "{":
        return WIDTH.get(tokens[place], DEFAULT), place + 1
    depth, stop = 0, place
    while stop < end:
        depth += {"{": 1, "}": -1}.get(tokens[stop], 0)
        stop += 1
        if depth == 0:
            break
    return _row(tokens, place + 1, stop - 1), stop
