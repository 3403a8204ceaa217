"""Phrases that every page says alike, whatever it is written in."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Sized

from derivations.calculus.evidence import Verdict
from derivations.proof.printed import PrintedVerdict
from reports.generated_code import Crosscheck

LONGEST_VALUE = 300  # characters of a value in a counterexample


def count(things: Sized, what: str) -> str:
    """How many there are, in words of ours: `1 claim`, `no cited facts`."""
    number_of = len(things)
    return f"{number_of or 'no'} {what}{'' if number_of == 1 else 's'}"


def capitalised(text: str) -> str:
    """The same with a capital letter first; names further on keep theirs."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str]) -> str:
    """`a, b and c`"""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def word(verdict: Verdict | str) -> str:
    """A verdict, which names a colour as well: one of a closed list."""
    if verdict not in (*Verdict, *PrintedVerdict, "CITED", "AGREES", "DISAGREES"):
        raise ValueError(f"{verdict!r} is no verdict")
    return str(verdict)


def shortened(value: str) -> str:
    """A value of a counterexample, cut if it would fill the page."""
    return value if len(value) <= LONGEST_VALUE else value[:LONGEST_VALUE] + " ..."


def one_digit(value: float) -> tuple[int, int]:
    """A positive bound, rounded up to one digit: the digit, and the power of ten that it stands for."""
    exponent = math.floor(math.log10(value))
    digit = math.ceil(value / 10.0**exponent - 1e-9)
    return (1, exponent + 1) if digit == 10 else (digit, exponent)


def compared(checked: Crosscheck, bound: Callable[[float], str]) -> str:
    """What a function was compared with, in how many cases, and what would not have been let through."""
    written = "code written by hand and with " if "handwritten" in checked.against else ""
    limit = f"a scaled error above {bound(checked.bound)}" if checked.has_tolerance else "any difference"
    cases = f"{int(checked.cases)} case{'' if checked.cases == 1 else 's'}"
    return f"Compared with {written}50-digit arithmetic in {cases}; {limit} would be a disagreement."
