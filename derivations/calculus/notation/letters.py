"""How a symbol's LaTeX letter is taken apart, and which character stands for it in a terminal."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivations.calculus.expressions import Symbol

_GREEK_NAMES = """
alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon
phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
"""
GREEK = dict(zip(_GREEK_NAMES.split(), "αβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ", strict=True))
MARKS = {
    "bar": "\N{COMBINING MACRON}",
    "hat": "\N{COMBINING CIRCUMFLEX ACCENT}",
    "tilde": "\N{COMBINING TILDE}",
}
ABOVE = {"": "", r"\star": "⋆", r"\ast": "*", r"\prime": "′"}


@dataclass(frozen=True)
class Letter:
    """A LaTeX letter taken apart: what is set bold, what stands above and below it."""

    base: str
    above: str = ""
    below: str = ""


def taken_apart(latex: str) -> Letter:
    r"""The parts of a letter such as `\bar{\mu}`, `\Sigma^{\star}`, `\mathcal{L}_{x}`."""
    depth = 0
    for place, character in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character in "^_" and depth == 0 and place > 0:
            scripts = {mark: _unbraced(body) for mark, body in _scripts(latex[place:])}
            return Letter(latex[:place], scripts.get("^", ""), scripts.get("_", ""))
    return Letter(latex)


def _scripts(text: str) -> list[tuple[str, str]]:
    """The scripts `^{..}_{..}` of a letter, each with its mark."""
    return re.findall(r"([\^_])(\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+|.)", text)


def _unbraced(body: str) -> str:
    return body[1:-1] if body.startswith("{") else body


ACCENT = re.compile(r"\\(bar|hat|tilde)(?: *\{([^{}]+)\}| *(\\[A-Za-z]+)| +([A-Za-z]))")


def unicode_letter(symbol: Symbol) -> str:
    """The letter of the page, where it has characters for it; else the symbol's name."""
    letter = taken_apart(symbol.latex)
    accent = ACCENT.fullmatch(letter.base)
    base = _plain(accent[2] or accent[3] or accent[4]) if accent else _plain(letter.base)
    above = ABOVE.get(letter.above)
    if base is None or above is None or letter.below or (accent and len(base) > 1):
        return symbol.name
    return base + (MARKS[accent[1]] if accent else "") + above


def _plain(latex: str) -> str | None:
    """Greek and Latin letters as characters; None for anything else."""
    if latex.startswith("\\"):
        return GREEK.get(latex[1:])
    return latex if latex.isalpha() else None


def size_letter(name: str) -> str:
    """`N` as it is; `Kx` and `K_x` with a subscript."""
    head, tail = name[0], name[1:].lstrip("_")
    return f"{head}_{{{tail}}}" if tail else head
