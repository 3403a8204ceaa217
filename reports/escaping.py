"""Text as TeX: whatever a string holds, it is typeset as those characters and does nothing else."""

from __future__ import annotations

import re
import unicodedata

from derivations.calculus.notation.letters import GREEK

SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "\N{NO-BREAK SPACE}": "~",
    "\N{SOFT HYPHEN}": r"\-",
}

# characters that a sentence about mathematics may hold; all of them are in the fonts of every engine
MATHEMATICAL = {
    **{character: (name if name == "omicron" else f"\\{name}") for name, character in GREEK.items()},
    "ο": "o",
    "−": "-",
    "±": r"\pm",
    "×": r"\times",
    "·": r"\cdot",
    "≤": r"\le",
    "≥": r"\ge",
    "≠": r"\ne",
    "≈": r"\approx",
    "≡": r"\equiv",
    "∈": r"\in",
    "∞": r"\infty",
    "∑": r"\sum",
    "∏": r"\prod",
    "∂": r"\partial",
    "∇": r"\nabla",
    "√": r"\surd",
    "→": r"\to",
    "↦": r"\mapsto",
    "⇒": r"\Rightarrow",
    "⇔": r"\Leftrightarrow",
    "≻": r"\succ",
    "⪰": r"\succeq",
    "∀": r"\forall",
    "∃": r"\exists",
    "‖": r"\Vert",
    "…": r"\dots",
    "⋆": r"\star",
    "ᵀ": r"^{\T}",
    **{character: f"^{digit}" for digit, character in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{character: f"_{digit}" for digit, character in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    "½": r"\tfrac12",
}
PUNCTUATION = {
    "–": "--",
    "—": "---",
    "‘": "`",
    "’": "'",
    "“": "``",
    "”": "''",
    "\N{RIGHT-POINTING DOUBLE ANGLE QUOTATION MARK}": r"\guillemetright{}",
    "\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}": r"\guillemetleft{}",
}
LIGATURE = re.compile(r"(-(?=-)|'(?=')|`(?=`)|,(?=,)|[?!](?=`))")


def tex(text: object) -> str:
    """Any text, escaped for TeX. Characters that no font here has are named by their code."""
    composed = unicodedata.normalize("NFC", str(text))
    return "".join(
        _escaped(part) if part else ""
        for part in re.split(r"([^\x00-\x7f])", LIGATURE.sub("\\1\0", composed))
    )


def _escaped(part: str) -> str:
    if part.isascii():
        return "".join(_ascii(character) for character in part)
    if part in PUNCTUATION:
        return PUNCTUATION[part]
    if part in SPECIAL:
        return SPECIAL[part]
    if part in MATHEMATICAL:
        return rf"\ensuremath{{{MATHEMATICAL[part]}}}"
    if unicodedata.category(part) in ("Lu", "Ll") and ord(part) < 0x180:
        return part  # the letters of European languages
    return rf"\texttt{{U+{ord(part):04X}}}"


def _ascii(character: str) -> str:
    if character == "\0":
        return "{}"  # keeps two characters from becoming one
    if character in "\n\t":
        return " "
    if character < " " or character == "\x7f":
        return rf"\texttt{{U+{ord(character):04X}}}"
    return SPECIAL.get(character, character)


def code_lines(text: str, width: int) -> list[tuple[str, bool]]:
    """Source code as escaped lines that keep their spaces; True marks the rest of a line that was too long.

    A comment goes to the next line as a whole, and remains one.
    """
    found: list[tuple[str, bool]] = []
    for line in text.rstrip("\n").expandtabs(4).split("\n"):
        rest, continued = line.rstrip("\r"), False
        while len(rest) > width:
            indent = len(rest) - len(rest.lstrip())
            cut = rest.rfind(" ", indent + 1, width)
            cut = cut if cut > width // 2 else width
            comment = rest.find("# ", 0, cut)
            cut = comment if comment > indent else cut
            found.append((_code(rest[:cut].rstrip()), continued))
            mark = "# " if comment == indent else ""
            rest, continued = " " * min(indent + 4, width // 4) + mark + rest[cut:].lstrip(), True
        found.append((_code(rest), continued))
    return found


CODE = {" ": r"\ ", "-": "{-}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}"}


def _code(line: str) -> str:
    return "".join(CODE.get(character) or tex(character) for character in line)
