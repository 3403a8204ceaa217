"""What a way of writing formulas consists of: how each thing is spelled.

There are three, which are tables: LaTeX, and Unicode and ASCII for a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from derivations.calculus.expressions import Symbol


@dataclass(frozen=True)
class Style:
    """How each thing is spelled. Callables take printed parts and give the printed whole."""

    minus: str
    pi: str
    times: str
    dot: str
    fraction: Callable[[str, str], str]
    glyphs: dict[str, str]  # fractions with a character of their own
    bar: bool  # a fraction has a bar, which holds its parts together
    slash: bool  # a fraction is written a / b
    long_fraction: Callable[[str, str, int], str]  # above, below, height: where a bar would be too long
    power: Callable[[str], str]
    inverse: str
    transpose: str
    inverse_transpose: str
    brackets: tuple[tuple[str, str], ...]  # by height
    inline_brackets: tuple[tuple[str, str], ...]  # the same inside a fraction or a script
    functions: dict[str, str]
    member: Callable[[Symbol, Sequence[str], Sequence[str]], str]
    scripted: Callable[[Symbol], bool]  # whether the letter carries a superscript of its own
    entry: Callable[[Sequence[str]], str]
    size: Callable[[str], str]
    index: Callable[[str], str]
    identity: Callable[[str], str]
    zero: Callable[[bool], str]
    delta: Callable[[str, str], str]
    ranged: Callable[[str, str, str, bool], str]  # operator, index, size, whether the range can be left out
    assignments: Callable[[str, str, str], str]  # labels, number of components, number of points
    derivative: Callable[[str, Sequence[str]], str]  # body (or nothing), variables
    absolute_logdet: Callable[[str], str]
    absolute: Callable[[str, int], str]  # body, height
    bracket: Callable[[str, str, str, int], str]  # Iverson's: left side, relation, right side, height
    smallest: Callable[[str, str, bool], str]  # index, size, whether the range can be left out
    first: Callable[[str, str], str]  # index, body
    median: Callable[[str], str]  # index
    at: Callable[[str, str, str, int], str]  # body, variable, value, height
    limit: Callable[[str, str], str]  # variable, where it tends
    maximum: Callable[[str], str]
    relations: dict[str, str]
    width: Callable[[str], float]  # in ems, about
    words: Callable[[str], str]
    after_words: str  # a space between words and a formula
    gap: str  # between the rows of a statement that is put on one line
