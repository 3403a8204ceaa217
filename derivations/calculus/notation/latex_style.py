r"""Formulas in LaTeX, in the field's notation.

It uses macros (\vct, \mat, \T, \tr, ...) that are defined with the page templates, so that a reader can
bring her own; what they stand for elsewhere is a table here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivations.calculus.expressions import Symbol
from derivations.calculus.notation.letters import size_letter, taken_apart
from derivations.calculus.notation.styles import Style
from derivations.calculus.notation.widths import width


def run_together(indices: Sequence[str]) -> str:
    """`ik` for single letters; with commas where an index is more than a letter."""
    simple = all(len(index.rstrip("'")) == 1 for index in indices)
    return ("" if simple else ",").join(indices)


def _latex_member(symbol: Symbol, family: Sequence[str], entries: Sequence[str]) -> str:
    letter = taken_apart(symbol.latex)
    bold = symbol.shape != (1, 1) and not entries
    macro = r"\vct" if symbol.shape[1] == 1 else r"\mat"
    base = f"{macro}{{{letter.base}}}" if bold else letter.base
    matrix_entry = len(entries) == 2 and len(family) > 0
    groups = [family, entries] if matrix_entry else [[*family, *entries]]
    below = ",".join(part for part in (letter.below, *(run_together(g) for g in groups)) if part)
    above = f"^{{{letter.above}}}" if letter.above else ""
    return base + (f"_{{{below}}}" if below else "") + above


def _latex_derivative(body: str, variables: Sequence[str]) -> str:
    order = f"^{{{len(variables)}}}" if len(variables) > 1 else ""
    if len(variables) > 1 and len(set(variables)) == 1:
        below = rf"\partial {_raised(variables[0], len(variables))}"
    else:
        below = r"\,".join(rf"\partial {variable}" for variable in variables)
    return rf"\frac{{\partial{order}{' ' if body else ''}{body}}}{{{below}}}"


SIZES = ("", "", r"\Big", r"\bigg")  # of delimiters, by height


def _latex_absolute(body: str, height: int) -> str:
    size = SIZES[height]
    return rf"{size}l\lvert {body} {size}r\rvert" if size else rf"\lvert {body} \rvert"


def _latex_bracket(left: str, relation: str, right: str, height: int) -> str:
    size = SIZES[height]
    before, after = (f"{size}l", f"{size}r") if size else ("", "")
    return rf"\mathbf{{1}}{before}[{left} {relation} {right}{after}]"


def _latex_at(body: str, variable: str, value: str, height: int) -> str:
    bar = (r"\big", r"\big", r"\Big", r"\bigg")[height]
    return rf"{body}{bar}|_{{{variable} = {value}}}"


def _raised(variable: str, exponent: int) -> str:
    return f"{variable}^{{{exponent}}}" if "^" not in variable else f"({variable})^{{{exponent}}}"


LATEX = Style(
    minus="-",
    pi=r"\circlepi",
    times=" ",
    dot=r" \cdot ",
    fraction=lambda above, below: rf"\frac{{{above}}}{{{below}}}",
    glyphs={},
    bar=True,
    slash=False,
    long_fraction=lambda above, below, height: rf"{above} {SIZES[height]}/ {below}",
    power=lambda exponent: f"^{{{exponent}}}",
    inverse="^{-1}",
    transpose=r"^{\T}",
    inverse_transpose=r"^{-\T}",
    brackets=(("(", ")"), (r"\bigl(", r"\bigr)"), (r"\Bigl(", r"\Bigr)"), (r"\biggl(", r"\biggr)")),
    inline_brackets=(("(", ")"), (r"\bigl(", r"\bigr)")),
    functions={
        "sum": r"\sum",
        "product": r"\prod",
        "log": r"\log",
        "exp": r"\exp",
        "trace": r"\tr",
        "det": r"\det",
        "logdet": r"\logdet",
    },
    member=_latex_member,
    scripted=lambda symbol: bool(taken_apart(symbol.latex).above),
    entry=lambda entries: f"_{{{run_together(entries)}}}",
    size=size_letter,
    index=lambda name: name,
    identity=lambda size: rf"\mat{{I}}_{{{size}}}",
    zero=lambda matrix: rf"\{'mat' if matrix else 'vct'}{{0}}",
    delta=lambda left, right: rf"\delta_{{{run_together([left, right])}}}",
    ranged=lambda sign, index, size, implied: f"{sign}_{{{index}=1}}^{{{size}}} ",
    assignments=lambda labels, components, points: (
        rf"\sum_{{{labels} \in \{{1,\dots,{components}\}}^{{{points}}}}} "
    ),
    derivative=_latex_derivative,
    absolute_logdet=lambda body: rf"\log\,\lvert\det {body}\rvert",
    absolute=_latex_absolute,
    bracket=_latex_bracket,
    smallest=lambda index, size, implied: rf"\min_{{1 \le {index} \le {size}}} ",
    first=lambda index, body: rf"\firstargmin_{{{index}}} {body}",
    median=lambda index: rf"\median_{{{index}}}",
    at=_latex_at,
    limit=lambda variable, place: rf"\lim_{{{variable} \to {place}}} ",
    maximum=lambda variables: rf"\max_{{{variables}}}",
    relations={
        "=": "=",
        "<=": r"\le",
        "<": "<",
        "iff": r"\iff",
        ">": ">",
        ">=": r"\ge",
        "in": r"\in",
        "semidefinite": r"\succeq",
        "definite": r"\succ",
        "dots": r"\dots",
        "above zero": "0^{+}",
        "infinity": r"\infty",
        "and": r",\quad ",
        "comma": r",\, ",
        "open set": r"\{",
        "close set": r"\}",
        "length": r"\lVert %s \rVert",
        "real": r"\mathbf{R}",
        "space": "%s^{%s}",
        "by": r"\times ",
    },
    width=width,
    words=lambda phrase: rf"\text{{ {phrase}}}",
    after_words=r"\ ",
    gap=r" \; ",
)

# What the macros stand for where nobody has defined them.
MACROS = {
    "vct": r"\boldsymbol",
    "mat": r"\boldsymbol",
    "T": r"\top",
    "tr": r"\operatorname{tr}",
    "logdet": r"\log\det",
    "circlepi": r"\pi",
    "firstargmin": r"\operatorname*{first\,arg\,min}",
    "median": r"\operatorname*{median}",
}
_MACRO = re.compile(rf"\\({'|'.join(MACROS)})(?![A-Za-z])")


def without_macros(latex: str) -> str:
    """The LaTeX with our macros replaced by what they stand for."""
    return _MACRO.sub(lambda found: MACROS[found[1]], latex)
