"""What a TeX log says: the first error with its line and a hint, and the warnings that matter on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

ERROR = re.compile(r"^(?:(?P<file>[^:\n]+\.\w+):(?P<line>\d+): (?P<told>.*)|! ?(?P<bare>.*))$", re.MULTILINE)
CONTEXT = re.compile(r"^l\.(?P<line>\d+) ?(?P<read>.*)\n(?P<rest>.*)$", re.MULTILINE)

HINTS = (
    (r"File [`'](.+?)' not found", "this TeX has no {0}; another engine may (--engine)"),
    (r"Undefined control sequence", "a macro is used that neither the page nor the notation defines"),
    (r"Unicode character (.+?) ", "the fonts have no {0}; write it in words"),
    (r"TeX capacity exceeded", "a macro calls itself, or the input is far too large"),
    (r"Extra \}|Missing \}|Missing \{|Extra , or forgotten|Runaway argument", "braces do not match"),
    (r"Missing \$ inserted|allowed only in math mode", "mathematics outside of mathematics mode"),
)

WARNINGS = {
    "overfull": re.compile(r"^Overfull \\[hv]box .*$", re.MULTILINE),
    "reference": re.compile(
        r"^LaTeX Warning: (?:Hyper reference|Reference|Citation) .* undefined.*$", re.MULTILINE
    ),
    "character": re.compile(r"^Missing character: .*$", re.MULTILINE),
    "label": re.compile(r"^LaTeX Warning: Label .* multiply defined.*$", re.MULTILINE),
    "font": re.compile(r"^LaTeX Font Warning: Font shape .* undefined.*$", re.MULTILINE),
}


@dataclass(frozen=True)
class Problem:
    """An error of TeX: what it says, where, what stood there, and what may help."""

    message: str
    line: int | None = None
    context: str = ""
    hint: str = ""

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        context = f" at “{self.context}”" if self.context else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{self.message}{context}{hint}"


def first_error(log: str) -> Problem | None:
    """The first error in a log or in TeX's output; the summary lines that follow it are no errors."""
    for found in ERROR.finditer(log):
        message = (found["told"] or found["bare"] or "").strip()
        if message and not message.startswith("==>"):
            return _problem(message, found, log)
    return None


def _problem(message: str, found: re.Match[str], log: str) -> Problem:
    context = CONTEXT.search(log, found.end(), found.end() + 4000)
    line = found["line"] or (context["line"] if context else None)
    read = f"{context['read'].strip()} ⟨here⟩ {context['rest'].strip()}".strip() if context else ""
    return Problem(message, int(line) if line else None, read[-160:], _hint(message))


def _hint(message: str) -> str:
    for pattern, hint in HINTS:
        found = re.search(pattern, message)
        if found:
            return hint.format(*found.groups())
    return ""


def warnings_in(log: str) -> tuple[str, ...]:
    """Everything in the log that a reader of the page would see: overfull boxes, missing characters, ..."""
    return tuple(found[0].strip() for pattern in WARNINGS.values() for found in pattern.finditer(log))
