"""Formulas as plain text for a terminal: in Unicode, and in ASCII, which differs by a few rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from derivations.calculus.notation.letters import unicode_letter
from derivations.calculus.notation.styles import Style

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
