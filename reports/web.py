"""Web pages: the templates filled with the records of derivations. One file, which makes no request.

Templates escape whatever they print. Only what is made here goes in as it is: formulas, which `mathml`
checks, and links to anchors of ours.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from derivations.calculus.evidence import MEANING, Verdict
from derivations.calculus.notation.widths import width
from reports import figures, web_font, wording
from reports.at_numbers import Numbers
from reports.command import UsageError, progress, write_text
from reports.errata import MEANING as PRINTED_MEANING
from reports.errata import ProblemErrata, counts
from reports.formula import Formula, PrintedLatex, own
from reports.mathml import FormulaError, mathml
from reports.prose import Vocabulary
from reports.view import DerivationView, StepView
from reports.web_figures import drawn
from reports.web_graph import BOX, Picture, picture

NARROW = 18.5  # ems of a line on a telephone
HALF = 26.0  # and of one of two columns
SENTENCE = re.compile(r"\\text\{(?P<words>[^{}$]*(?:\$[^$]*\$[^{}$]*)*)\}")
ENDING = re.compile(r"(?P<formula>.*\S)\s*\\text\{ (?P<words>[^{}$\\]+)\}")
MATH = re.compile(r"<math .*?</math>", re.DOTALL)
PLAIN_ID = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Chapter:
    """A derivation on a page: its records, its anchor, and what stands beside its steps at concrete numbers.

    `beside` has for each step its values, or a sentence that says why there are none.
    """

    view: DerivationView
    anchor: str
    beside: Mapping[str, Numbers] = field(default_factory=dict)

    @cached_property
    def anchors(self) -> dict[str, str]:
        """The anchor of each step, by its id: a name that stays when steps are added, where it makes one."""
        return {
            step.id: f"{self.anchor}.{step.id}"
            if PLAIN_ID.fullmatch(step.id)
            else f"{self.anchor}:{step.number}"
            for step in self.view.steps
        }

    @cached_property
    def used_by(self) -> dict[str, tuple[str, ...]]:
        return self.view.used_by

    @cached_property
    def drawings(self) -> list[tuple[str, str, Markup]]:
        """The figures, where they can be drawn: anchor, caption, picture."""
        if not figures.available():
            return []
        anchors = ((f"{self.anchor}-{drawing.name}", drawing) for drawing in figures.of(self.view.name))
        return [(a, d.caption, Markup(drawn(d, a, f"{a}-caption"))) for a, d in anchors]

    @cached_property
    def picture(self) -> Picture | None:
        return picture(self.view)

    def number(self, name: str) -> str:
        """`3.12`, by the id of the step."""
        return f"{self.view.problem}.{self.view.numbers[name]}"


def page(
    views: Sequence[DerivationView],
    title: str,
    full: bool = True,
    beside: Mapping[str, Numbers] | None = None,
) -> str:
    """A whole document. Without `full`, no evidence and no code. `beside` goes with a single derivation.

    Raises FormulaError for a formula that cannot be shown.
    """
    chapters = [
        Chapter(view, anchor, beside or {}) for view, anchor in zip(views, _anchors(views), strict=True)
    ]
    body = _fill("document.html.jinja", chapters=chapters, title=title, meanings=MEANING, full=full)
    return _whole(body, title, "instances" if beside else "plain")


def errata_page(problems: Sequence[ProblemErrata], title: str, full: bool = True) -> str:
    """The printed sheet alone. Without `full`, only what there is something to say against."""
    values = {"problems": problems, "title": title, "meanings": PRINTED_MEANING, "full": full}
    return _whole(_fill("errata_document.html.jinja", **values), title, "plain")


def write(target: str, make: Callable[[], str]) -> None:
    """A page, made and written. Raises UsageError if a package or a formula does not allow it."""
    try:
        with progress("making the page"):
            made = make()
    except ModuleNotFoundError as error:
        raise UsageError(
            f"a web page needs the package {error.name}: pip install 'derivation-workbook[html]'"
        ) from None
    except FormulaError as error:
        raise UsageError(str(error)) from None
    write_text(target, made)


def _anchors(views: Sequence[DerivationView]) -> list[str]:
    """A name for each derivation; where two share one, with its place."""
    names = [view.name for view in views]
    return [
        name if names.count(name) == 1 and PLAIN_ID.fullmatch(name) else f"derivation-{place}"
        for place, name in enumerate(names, 1)
    ]


def _whole(body: Markup, title: str, kind: str) -> str:
    """The file: its head with a policy that allows our style and our font, and nothing else."""
    font = web_font.embedded(MATH.findall(body))
    style = _file("page.css").replace("FONT", font, 1)
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    values = {"body": body, "title": title, "style": Markup(style), "policy": Markup(policy), "kind": kind}
    return str(_fill("page.html.jinja", **values)) + "\n"


def _file(name: str) -> str:
    return resources.files("reports").joinpath("templates", name).read_text("utf-8")


def _fill(name: str, **values: object) -> Markup:
    return Markup(environment().get_template(name).render(**values))


@cache
def environment() -> Environment:
    """Templates that escape what they print; a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )
    made.filters.update(FILTERS)
    made.globals["box"] = BOX
    return made


# ------------------------------------------------------------------------------------ formulas


def display(formula: Formula, label: str = "A formula") -> Markup:
    """A formula on lines of its own."""
    return _in_two_widths(own(formula).display, formula, label)


def halved(formula: Formula, label: str = "A formula") -> Markup:
    """A formula on lines of half a page."""
    return _in_two_widths(own(formula).folded(HALF), formula, label)


def _in_two_widths(wide: str, formula: Formula, label: str) -> Markup:
    """The formula in these lines, and in shorter ones where a telephone needs them; the style chooses."""
    narrow = formula.folded(NARROW)
    if wide == narrow:
        return _scrolled(_block(wide, formula), narrow, label)
    folded = _scrolled(_block(narrow, formula), narrow, label, "narrow")
    return _scrolled(_block(wide, formula), wide, label, "wide") + folded


def inline(formula: Formula) -> Markup:
    """A formula within a sentence; a line may end at a comma of it."""
    return Markup(", ").join(map(_within, own(formula).latex.split(r",\quad ")))


def printed(line: PrintedLatex, label: str = "The printed line") -> Markup:
    """A line of the sheet as it stands there; a sentence of it is text with formulas in it."""
    if not isinstance(line, PrintedLatex):
        raise TypeError(f"only printed lines are typeset as they are, got {type(line).__name__}")
    sentence = SENTENCE.fullmatch(line.source)
    if sentence is None:
        return _scrolled(Markup(mathml(line.source, True)), line.source, label)
    parts = enumerate(sentence["words"].split("$"))
    said = (_within(part) if place % 2 else escape(part) for place, part in parts)
    return Markup('<p class="sentence">“{}”</p>').format(Markup("").join(said))


def _within(latex: str) -> Markup:
    """A formula within a sentence; the words that it ends with are words of the sentence."""
    in_words = ENDING.fullmatch(latex)
    if in_words:
        return Markup("{} {}").format(_within(in_words["formula"]), in_words["words"])
    shown = Markup(mathml(latex, False))
    return (
        Markup('<span class="long" tabindex="0">{}</span>').format(shown) if width(latex) > NARROW else shown
    )


def _scrolled(shown: Markup, latex: str, label: str, when: str = "") -> Markup:
    """A formula in a box of its own, which can be scrolled, by keys too, where it may be wider than the page."""
    classes = f"formula {when}".strip()
    if _widest(latex) <= NARROW and when != "wide":
        return Markup('<div class="{}">{}</div>').format(classes, shown)
    return Markup('<div class="{}" tabindex="0" role="group" aria-label="{}">{}</div>').format(
        classes, label, shown
    )


def _widest(latex: str) -> float:
    return max(width(line) for line in latex.split(r"\\"))


def _block(latex: str, formula: Formula) -> Markup:
    """A formula on its own, in the lines of `latex`; what stays with it is the LaTeX of one line."""
    return Markup(mathml(latex, True, formula.portable))


# ------------------------------------------------------------------------------------- sentences


def prose(sentence: str, words: Vocabulary) -> Markup:
    """A sentence in which the names of quantities are typeset as such."""
    return Markup("").join(
        Markup(mathml(part.latex, False)) if part.is_formula else escape(part.plain)
        for part in words.parts(sentence)
    )


def named(name: str, words: Vocabulary) -> Markup:
    """A quantity by its letter where it has one, else by its name."""
    letter = words.letter(name)
    return Markup(mathml(letter, False)) if letter else escape(name)


def links(ids: Sequence[str], chapter: Chapter) -> Markup:
    """Steps by their numbers, each a link."""
    ordered = sorted(ids, key=lambda name: chapter.view.numbers[name])
    made = [
        Markup('<a href="#{}" title="{}">{}</a>').format(chapter.anchors[name], name, chapter.number(name))
        for name in ordered
    ]
    return Markup(wording.listed(made))


def findings(step: StepView) -> str:
    """Who found what, in a line."""
    return wording.capitalised("; ".join(found.phrase for found in step.told))


def shows_findings(step: StepView) -> bool:
    """A definition claims nothing, so nothing needs to be said of it unless it is ill-formed."""
    return bool(step.evidence) and (step.kind != "definition" or step.verdict is not Verdict.PROVED)


def entries(value: str) -> list[str]:
    """A value as it is shown: that of a family, `{1: 2/3; 2: 1/4}`, member by member."""
    shown = wording.shortened(value)
    return shown.strip("{}").split("; ") if shown.startswith("{") else [shown]


def bound(value: float) -> str:
    """A stated bound, rounded up to one digit."""
    if value <= 0:
        return "0"
    digit, exponent = wording.one_digit(value)
    return ("" if digit == 1 else f"{digit} · ") + "10" + str(exponent).translate(SUPERSCRIPTS)


def tally(problem: ProblemErrata) -> str:
    """How many printed lines have each verdict."""
    return ", ".join(f"{number} {verdict}" for verdict, number in counts(problem.lines).items())


FILTERS = {
    "display": display,
    "halved": halved,
    "inline": inline,
    "printed": printed,
    "prose": prose,
    "links": links,
    "named": named,
    "findings": findings,
    "shows_findings": shows_findings,
    "compared": lambda checked: wording.compared(checked, bound),
    "tally": tally,
    "entries": entries,
    "shortened": wording.shortened,
    "word": wording.word,
    "count": wording.count,
    "capitalised": wording.capitalised,
}
