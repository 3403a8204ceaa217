r"""Three ways to write the same formula: LaTeX, Unicode for a terminal, and ASCII. Tables only.

The LaTeX style uses the field's notation through macros (\vct, \mat, \T, \tr, ...) that are defined with
the page templates, so that a reader can bring her own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from derivations.calculus.expressions import Dim, Symbol
from derivations.calculus.notation.letters import size_letter, taken_apart, unicode_letter
from derivations.calculus.notation.widths import width


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


# ------------------------------------------------------------------------------------------ LaTeX


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


# ----------------------------------------------------------------------------- Unicode and ASCII

_SUPERSCRIPTS = str.maketrans("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def _bracketed(name: str, family: Sequence[str], entries: Sequence[str]) -> str:
    return name + "".join(f"[{','.join(part)}]" for part in (family, entries) if part)


def _unicode_power(exponent: str) -> str:
    digits = exponent.lstrip("−").isdigit()
    return exponent.translate(_SUPERSCRIPTS) if digits else f"^({exponent})"


def _ranged(sign: str, index: str, size: str, implied: bool) -> str:
    return f"{sign}_{index} " if implied else f"{sign}_{{{index}=1..{size}}} "


def _typed_derivative(sign: str, squared: str) -> Callable[[str, Sequence[str]], str]:
    def derivative(body: str, variables: Sequence[str]) -> str:
        if len(variables) == 1:
            return f"{sign}/{sign}{variables[0]} {body}"
        if len(variables) == 2 and variables[0] == variables[1]:
            return f"{sign}{squared}/{sign}{variables[0]}{squared} {body}"
        order = squared if len(variables) == 2 else f"^{len(variables)}"
        return f"{sign}{order}/({' '.join(sign + variable for variable in variables)}) {body}"

    return derivative


def _between_bars(body: str) -> str:
    return f"log |det{'' if body.startswith('(') else ' '}{body}|"


UNICODE = Style(
    minus="−",
    pi="π",
    times=" ",
    dot=" · ",
    fraction=lambda above, below: f"{above} / {below}",
    glyphs={"1/2": "½", "1/3": "⅓", "1/4": "¼", "2/3": "⅔", "3/4": "¾"},
    bar=False,
    slash=True,
    long_fraction=lambda above, below, height: f"{above} / {below}",
    power=_unicode_power,
    inverse="⁻¹",
    transpose="ᵀ",
    inverse_transpose="⁻ᵀ",
    brackets=(("(", ")"),),
    inline_brackets=(("(", ")"),),
    functions={
        "sum": "∑",
        "product": "∏",
        "log": "log",
        "exp": "exp",
        "trace": "tr",
        "det": "det",
        "logdet": "log det",
    },
    member=lambda symbol, family, entries: _bracketed(unicode_letter(symbol), family, entries),
    scripted=lambda symbol: False,
    entry=lambda entries: f"[{','.join(entries)}]",
    size=lambda name: name,
    index=lambda name: name.replace("'", "′"),
    identity=lambda size: f"I_{size}",
    zero=lambda matrix: "0",
    delta=lambda left, right: f"δ[{left},{right}]",
    ranged=_ranged,
    assignments=lambda labels, components, points: f"∑_{{{labels} ∈ {{1..{components}}}^{points}}} ",
    derivative=_typed_derivative("∂", "²"),
    absolute_logdet=_between_bars,
    absolute=lambda body, height: f"abs({body})" if "|" in body else f"|{body}|",
    bracket=lambda left, relation, right, height: f"1[{left} {relation} {right}]",
    smallest=lambda index, size, implied: _ranged("min", index, size, implied),
    first=lambda index, body: f"first argmin_{index} {body}",
    median=lambda index: f"median_{index}",
    at=lambda body, variable, value, height: f"{body}|_{{{variable} = {value}}}",
    limit=lambda variable, place: f"lim_{{{variable} → {place}}} ",
    maximum=lambda variables: f"max over {variables} of",
    relations={
        "=": "=",
        "<=": "≤",
        "<": "<",
        "iff": "⇔",
        ">": ">",
        ">=": "≥",
        "in": "∈",
        "dots": "…",
        "above zero": "0+",
        "infinity": "∞",
        "and": ", ",
        "comma": ", ",
        "open set": "{",
        "close set": "}",
        "length": "‖%s‖",
        "real": "ℝ",
        "space": "%s^(%s)",
        "by": "×",
    },
    width=lambda text: len(text) / 2,
    words=lambda phrase: phrase,
    after_words="",
    gap=" ",
)

ASCII = replace(
    UNICODE,
    minus="-",
    pi="pi",
    dot=" * ",
    glyphs={},
    power=lambda exponent: f"^{exponent}" if exponent.isdigit() else f"^({exponent})",
    inverse="^-1",
    transpose="^T",
    inverse_transpose="^-T",
    functions=UNICODE.functions | {"sum": "sum", "product": "prod"},
    member=lambda symbol, family, entries: _bracketed(symbol.name, family, entries),
    index=lambda name: name,
    delta=lambda left, right: f"delta[{left},{right}]",
    limit=lambda variable, place: f"lim_{{{variable} -> {place}}} ",
    assignments=lambda labels, components, points: f"sum_{{{labels} in {{1..{components}}}^{points}}} ",
    derivative=_typed_derivative("d", "^2"),
    relations=UNICODE.relations
    | {
        "<=": "<=",
        "iff": "<=>",
        ">=": ">=",
        "in": "in",
        "dots": "...",
        "infinity": "infinity",
        "length": "|%s|",
        "real": "R",
        "by": "x",
    },
)


def dimension(size: Dim, style: Style) -> str:
    """A size as it is printed where a shape is named."""
    return str(size) if isinstance(size, int) else style.size(size.name)
