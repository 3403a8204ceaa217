"""Derivations as text for a terminal: readable without colour, in ASCII, and in a pipe."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from derivations.calculus.evidence import Verdict
from reports.prose import Vocabulary
from reports.view import DerivationView, EvidenceView, StepView, UpdateView

COLOURS = {
    "PROVED": "bold green",
    "AGREES": "bold green",
    "CHECKED": "bold yellow",
    "UNKNOWN": "bold magenta",
    "REFUTED": "bold red",
    "DISAGREES": "bold red",
    "HOLDS": "bold green",
    "FAILS": "bold red",
}
TO_ASCII = str.maketrans(
    {
        "–": "-",
        "—": "-",
        "−": "-",
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "…": "...",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "×": "x",
    }
)
INDENT = 5
FORMULA = 9  # columns before a formula


@dataclass(frozen=True)
class Screen:
    """What the text is for: so many columns, with or without colour, Unicode or ASCII only."""

    width: int = 80
    ascii: bool = False
    colour: bool = False

    def plain(self, text: str) -> str:
        """The text with nothing in it that the screen cannot show."""
        shown = "".join(" " if unicodedata.category(c) == "Cc" and c != "\n" else c for c in text)
        return shown.translate(TO_ASCII).encode("ascii", "replace").decode() if self.ascii else shown


class Writer:
    """Collects lines; nothing in a string is ever taken for markup."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self._file = io.StringIO()
        self._console = Console(
            file=self._file,
            width=screen.width,
            force_terminal=screen.colour,
            no_color=not screen.colour,
            color_system="standard" if screen.colour else None,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
        )

    def line(self, text: str = "", style: str = "") -> None:
        """One line as it is, however long: a formula is not wrapped in the middle."""
        self._console.print(
            Text(self.screen.plain(text), style=style), soft_wrap=True, no_wrap=True, overflow="ignore"
        )

    def wrapped(self, text: str, indent: int, style: str = "") -> None:
        """A paragraph, wrapped at blanks."""
        shown = Text(self.screen.plain(text), style=style)
        for line in shown.wrap(self._console, max(20, self.screen.width - indent)):
            line.rstrip()
            self._console.print(Text(" " * indent) + line, soft_wrap=True, overflow="ignore")

    def tagged(self, left: str, word: str, right: str = "", style: str = "") -> None:
        """A line with a verdict in it, coloured."""
        self._console.print(
            Text(self.screen.plain(left), style=style)
            + Text(word, style=COLOURS.get(word, "dim"))
            + Text(self.screen.plain(right)),
            soft_wrap=True,
            no_wrap=True,
            overflow="ignore",
        )

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._file.getvalue().splitlines()) + "\n"


# ------------------------------------------------------------------------------ one derivation


def derivation(view: DerivationView, screen: Screen) -> str:
    """The whole derivation: claim, steps, axioms, updates, verdict."""
    out = Writer(screen)
    _head(out, view)
    for title, steps in view.sections:
        if title:
            out.line()
            out.line(title, "bold")
        for item in steps:
            out.line()
            _step(out, view, item)
    _axioms(out, view)
    _updates(out, view)
    out.line()
    facts = f"  claims: {len(view.claims)}, cited facts: {len(view.axioms)}, {view.seconds:.1f} s"
    out.tagged(f"{view.name}: ", view.verdict.value, facts, "bold")
    return out.text


def _head(out: Writer, view: DerivationView) -> None:
    title = f"Problem {view.problem}: {view.title}"
    out.line(title, "bold")
    out.line(("-" if out.screen.ascii else "─") * cell_len(title))
    out.wrapped(sentence(view.vocabulary, view.theorem, out.screen), 0)
    if view.setting:
        out.wrapped(sentence(view.vocabulary, view.setting, out.screen), 0)
    ascii = out.screen.ascii
    if view.quantities:
        out.wrapped("Where " + ", ".join(f.text(ascii) for f in view.quantities) + ".", 0)
    if view.assumptions:
        out.wrapped("Assuming " + ", ".join(f.text(ascii) for f in view.assumptions) + ".", 0)


def sentence(words: Vocabulary, sentence: str, screen: Screen) -> str:
    """A sentence with Greek letters for their names, where the screen has them."""
    return sentence if screen.ascii else "".join(part.plain for part in words.parts(sentence))


def _step(out: Writer, view: DerivationView, item: StepView) -> None:
    out.tagged(f"{item.number:3}  ", item.badge, f"  {item.id}")
    out.wrapped(sentence(item.words, item.reason, out.screen), INDENT)
    for line in item.formula.lines(out.screen.width - FORMULA, out.screen.ascii):
        out.line(" " * FORMULA + line, "cyan")
    said = _support(view, item, out.screen)
    if said:
        out.wrapped(said, INDENT, "dim")
    for found in item.evidence:
        _counterexample(out, found)


def _support(view: DerivationView, item: StepView, screen: Screen) -> str:
    """What the step rests on, and who found what, in a line."""
    said: list[str] = []
    if item.kind == "axiom":
        said.append(f"cited: {item.rule}")
    if item.kind == "claim" and item.uses:
        said.append("from " + ", ".join(str(view.numbers[name]) for name in item.uses))
    if item.kind != "definition" or item.verdict is not Verdict.PROVED:
        if item.assumptions:
            said.append("where " + ", ".join(f.text(screen.ascii) for f in item.assumptions))
        said += [found.phrase for found in item.evidence]
    return "; ".join(said)


def _counterexample(out: Writer, found: EvidenceView) -> None:
    example = found.counterexample
    if example is None:
        return
    sizes = ", ".join(f"{name} = {value}" for name, value in example.sizes.items())
    out.wrapped(f"counterexample{' at ' + sizes if sizes else ''}:", INDENT, "red")
    for name, value in example.values.items():
        out.wrapped(f"{name} = {value}", FORMULA)
    out.wrapped(f"left side {example.left}, right side {example.right}", FORMULA)


def _axioms(out: Writer, view: DerivationView) -> None:
    if not view.axioms:
        return
    out.line()
    out.line("What is cited, not derived", "bold")
    for axiom in view.axioms:
        out.line()
        out.tagged("     ", axiom.status, f"  {axiom.name}")
        out.wrapped(sentence(axiom.words, axiom.text, out.screen), INDENT)
        if axiom.formula is not None:
            for line in axiom.formula.lines(out.screen.width - FORMULA, out.screen.ascii):
                out.line(" " * FORMULA + line, "cyan")
        out.wrapped(axiom.citation, INDENT, "dim")


def _updates(out: Writer, view: DerivationView) -> None:
    if not view.updates:
        return
    out.line()
    out.line("The updates", "bold")
    for update in view.updates:
        out.line()
        for line in update.formula.lines(out.screen.width - INDENT, out.screen.ascii):
            out.line(" " * INDENT + line, "cyan")
        out.wrapped(f"from step {view.numbers[update.step]}" + _code(update), INDENT, "dim")
        checked = update.crosscheck
        if checked is not None:
            limit = f"bound {checked.bound:.0e}" if checked.has_tolerance else "none allowed"
            error = f"largest scaled error {checked.max_error:.0e}, {limit}"
            out.tagged(" " * INDENT, checked.verdict, f"  cross-check of {checked.cases} cases; {error}")
            for failure in checked.failures:
                out.wrapped(failure, FORMULA, "red")


def _code(update: UpdateView) -> str:
    return f"; code: {update.code.generated}" if update.code is not None else ""


# ------------------------------------------------------------------------------------ one step


def step(view: DerivationView, item: StepView, screen: Screen) -> str:
    """One step with all its evidence."""
    out = Writer(screen)
    _step(out, view, item)
    out.line()
    for name, values in (
        ("rule", [item.rule]),
        ("uses", list(item.uses)),
        ("axioms", list(item.axioms)),
        ("hypotheses", [f.text(screen.ascii) for f in item.hypotheses]),
    ):
        if values:
            out.wrapped(f"{name}: {'; '.join(values)}", INDENT)
    for found in item.evidence:
        out.line()
        out.tagged(" " * INDENT, found.verdict.value, f"  {found.engine}: {found.method}")
        drawn = f", {found.draws} instances" if found.draws is not None else ""
        out.wrapped(f"scope: {found.scope}{drawn}, {found.seconds:.3f} s", FORMULA)
        if found.detail:
            out.wrapped(found.detail, FORMULA)
    return out.text


# ----------------------------------------------------------------------------------- all of them


def problems(views: Sequence[DerivationView], seconds: float, verdict: Verdict, screen: Screen) -> str:
    """A line for each derivation."""
    out = Writer(screen)
    name = max([len(view.name) for view in views], default=4)
    out.line(f"problem  {'name':{name}}  verdict    steps  claims  axioms  seconds  title", "bold")
    for view in views:
        word = view.verdict.value
        numbers = f"{len(view.steps):5}{len(view.claims):8}{len(view.axioms):8}{view.seconds:9.1f}"
        gap = " " * (max(map(len, COLOURS)) - len(word))
        out.tagged(f"{view.problem:7}  {view.name:{name}}  ", word, f"{gap}{numbers}  {view.title}")
    out.line()
    out.tagged("", verdict.value, f"  {len(views)} derivations in {seconds:.1f} s")
    return out.text
