"""What a program prints, as characters that a page has, no more than a reader wants.

Colours and cursor movements are taken out, characters without a glyph are named by their code, and what is
long is cut with a note that says how much is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.escaping import tex

LINES = 60  # of one output
COLUMNS = 400  # of one line
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
TEMPORARY = re.compile(
    r"(?:[A-Z]:|/)[^\s:]{0,200}[/\\]ipykernel_\d+[/\\]\d+\.py"
)  # the file that a kernel makes up for a cell
NAMED = re.compile(r"\\texttt\{U\+([0-9A-F]{4,6})\}")


@dataclass(frozen=True)
class Shortened:
    """Text for a page, and how much of it was left out, in words; nothing if all is there."""

    text: str
    note: str = ""


def printable(text: str) -> str:
    """The text with every character that no font has, tabs and line breaks apart, named by its code."""
    return "".join(character if character in "\n\t" else _named(character) for character in text)


def _named(character: str) -> str:
    if " " <= character < "\x7f":
        return character
    found = NAMED.fullmatch(tex(character)) if character != "\0" else None
    return f"<U+{found[1]}>" if found else character.replace("\0", "<U+0000>")


def printed(text: str) -> str:
    """What a terminal would show in the end: no escape sequences, only the last state of a line."""
    return "\n".join(map(_last_state, text.split("\n")))


def _last_state(line: str) -> str:
    seen = line.rstrip("\r").rpartition("\r")[2][: 4 * COLUMNS]
    return TEMPORARY.sub("<cell>", ESCAPES.sub("", seen))


def shortened(text: str, from_end: bool = False) -> Shortened:
    """The first lines of a text (or the last), none of them endless."""
    lines = text.rstrip("\n").split("\n")
    kept = lines[-LINES:] if from_end else lines[:LINES]
    cut = [line if len(line) <= COLUMNS else line[:COLUMNS] + " ..." for line in kept]
    said = []
    if len(lines) > len(kept):
        said.append(f"{len(lines) - len(kept)} {'earlier' if from_end else 'more'} lines are left out")
    if cut != kept:
        said.append(f"lines are cut after {COLUMNS} characters")
    return Shortened(printable("\n".join(cut)), ", ".join(said))
