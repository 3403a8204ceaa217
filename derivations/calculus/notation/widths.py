"""How wide a LaTeX formula will be, in ems of a display: an estimate, for deciding where to break it."""

from __future__ import annotations

import re

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.")
SCRIPT = 0.72  # size of a script, as a part of the size of its base
DEFAULT = 0.6  # a letter

WIDTH = {
    **dict.fromkeys("ABCDEFGHKLMNOPQRSTUVWXYZ", 0.88),
    **dict.fromkeys("=<>", 1.35),
    **dict.fromkeys((r"\le", r"\ge", r"\in", r"\succ", r"\succeq", r"\to"), 1.35),
    **dict.fromkeys("+-", 1.25),
    **dict.fromkeys("()[]", 0.4),
    "/": 0.5,
    **dict.fromkeys("0123456789", 0.51),
    **dict.fromkeys(",;", 0.45),
    **dict.fromkeys((r"\log", r"\exp", r"\det"), 1.6),
    **dict.fromkeys((r"\max", r"\min", r"\lim"), 2.0),
    **dict.fromkeys((r"\bigl", r"\bigr"), 0.07),
    **dict.fromkeys((r"\Bigl", r"\Bigr"), 0.2),
    **dict.fromkeys((r"\biggl", r"\biggr"), 0.33),
    **dict.fromkeys((r"\big", r"\Big", r"\bigg"), 0.0),
    **dict.fromkeys((r"\vct", r"\mat"), 0.08),
    **dict.fromkeys((r"\mathbf", r"\mathcal", r"\mathrm", r"\text"), 0.0),
    **dict.fromkeys((r"\bar", r"\hat", r"\tilde"), 0.0),
    **dict.fromkeys((r"\Sigma", r"\Gamma", r"\Theta", r"\Lambda", r"\Phi", r"\Psi", r"\Omega"), 0.78),
    **dict.fromkeys((r"\lvert", r"\rvert", "|"), 0.3),
    r"\firstargmin": 6.0,
    r"\median": 3.6,
    r"\logdet": 3.1,
    r"\tr": 0.95,
    r"\T": 0.8,
    r"\sum": 1.6,
    r"\prod": 1.5,
    r"\iff": 3.0,
    r"\cdot": 0.75,
    r"\dots": 1.2,
    r"\quad": 1.0,
    r"\qquad": 2.0,
    r"\,": 0.17,
    r"\;": 0.28,
    "'": 0.3,
    "{": 0.0,
    "}": 0.0,
    "&": 0.0,
}
UNARY = 0.8  # a sign that nothing stands before
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
        wide = max(above, below) + 0.24
    elif head == "{":
        wide, place = _argument(tokens, place, end)
    elif head in "+-" and (place == 0 or tokens[place - 1] in ("(", "{", "=")):
        wide, place = UNARY, place + 1
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
