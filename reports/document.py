"""Pages: the templates filled with the records of derivations. The templates only format.

Every value a template prints goes through a filter. Text is escaped; LaTeX comes from our own notation only,
which the filter `display` and `inline` check by taking nothing but formulas.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from textwrap import wrap
from typing import TYPE_CHECKING, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from derivations.calculus.evidence import MEANING, Verdict
from derivations.proof.printed import Fault
from derivations.proof.trusted import NOT_PROVED
from reports import figures, sheet, wording
from reports.errata import MEANING as PRINTED_MEANING
from reports.errata import ProblemErrata, counts
from reports.escaping import code_lines, tex
from reports.formula import Formula, PrintedLatex, own
from reports.generated_code import Crosscheck
from reports.graph import layout
from reports.prose import Vocabulary
from reports.repeats import Repeat, repeats
from reports.trust import trust
from reports.view import AxiomView, DerivationView, StepView

if TYPE_CHECKING:
    from reports.notebook.typesetting import Part

CODE_COLUMNS = 96  # of a line of code in our type area
TEXT_WIDTH, WIDEST_COLUMN = 153.0, 8.5  # millimetres
LONG_NUMBER = re.compile(r"\d{24,}")  # may be broken, so that it fits on a line


@dataclass(frozen=True)
class Manner:
    """How a document is written.

    Not `full`: without evidence, code and graphs. `illustrated`: the files of `drawn` lie beside it. `macros`:
    LaTeX that defines macros of the notation otherwise than we do.
    """

    full: bool = True
    illustrated: bool = False
    macros: str = ""

    @property
    def notation(self) -> str:
        """All macros of the notation; ours leave alone what is defined already."""
        return self.macros + "\n" * bool(self.macros) + template_file("notation.tex")


PLAINLY = Manner()


def page(
    views: Sequence[DerivationView], title: str, manner: Manner = PLAINLY, notebook: Part | None = None
) -> str:
    """A whole document, perhaps with a notebook behind its problems."""
    printed_meanings = PRINTED_MEANING if any(view.as_printed for view in views) else {}
    return filled(
        "document.tex.j2",
        manner,
        "page.tex",
        views=views,
        title=title,
        meanings=MEANING,
        printed_meanings=printed_meanings,
        repeats=repeats(views),
        axioms=_axioms(views),
        notebook=notebook,
        trust=trust(views),
        not_proved=NOT_PROVED,
        part=False,
    )


def fragment(views: Sequence[DerivationView], manner: Manner = PLAINLY) -> str:
    r"""The same without a preamble, to be \input into a document that has amsmath and bm."""
    return filled("fragment.tex.j2", manner, "plain.tex", views=views, repeats=repeats(views), part=True)


def errata_page(problems: Sequence[ProblemErrata], title: str, manner: Manner = PLAINLY) -> str:
    """The printed sheet alone. In brief, only what there is something to say against."""
    return filled(
        "errata_document.tex.j2",
        manner,
        "page.tex",
        problems=problems,
        title=title,
        meanings=PRINTED_MEANING,
    )


def exercises(
    views: Sequence[DerivationView], title: str, manner: Manner = PLAINLY, notebook: Part | None = None
) -> str:
    """The problems as a class gets them. Raises LookupError for a derivation that has no exercise."""
    for view in views:
        if view.exercise is None:
            raise LookupError(f"{view.name} has no exercise: it says nothing in proof.exercise(...)")
    brief = replace(manner, full=False)
    return filled("exercises.tex.j2", brief, "page.tex", views=views, title=title, notebook=notebook)


def _axioms(views: Sequence[DerivationView]) -> dict[str, tuple[int, AxiomView]]:
    """Every fact that is cited, by its name, in order of first use and with its number in that order."""
    found = dict.fromkeys(axiom.name for view in views for axiom in view.axioms)
    of_name = {axiom.name: axiom for view in views for axiom in view.axioms}
    return {name: (number, of_name[name]) for number, name in enumerate(found, 1)}


def drawn(views: Sequence[DerivationView]) -> dict[str, bytes]:
    """The figures of a page by the names of their files; nothing where they cannot be drawn."""
    if not figures.available():
        return {}
    drawings = [drawing for view in views for drawing in figures.of(view.name)]
    return {f"{drawing.file}.pdf": drawing.rendered() for drawing in drawings}


def template_file(name: str) -> str:
    """The text of a file beside the templates."""
    return resources.files("reports").joinpath("templates", name).read_text("utf-8")


def filled(name: str, manner: Manner, look: str, **values: object) -> str:
    """A template with its values; `look` names the file that defines its macros."""
    files = {"look": template_file(look)}
    return environment().get_template(name).render(manner=manner, files=files, **values) + "\n"


@cache
def environment() -> Environment:
    """Templates with delimiters that TeX does not use; a name that is not there is an error."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        undefined=StrictUndefined,
        block_start_string="((*",
        block_end_string="*))",
        variable_start_string="(((",
        variable_end_string=")))",
        comment_start_string="((=",
        comment_end_string="=))",
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # that is for HTML; what is printed unfiltered is found by a test
    )
    made.filters.update(FILTERS)
    return made


# ------------------------------------------------------------------------------------- filters


def display(formula: Formula, mark: Literal["", ",", "."] = "") -> str:
    """The inside of a display; a punctuation mark goes behind its last line."""
    found = own(formula).display
    end = r"\end{aligned}"
    return found.removesuffix(end).rstrip() + f"{mark}\n{end}" if found.endswith(end) else found + mark


def inline(formula: Formula) -> str:
    """A formula within a sentence; a line may end at a comma of it."""
    return f"${own(formula).latex}$".replace(r",\quad ", "$, $")


def bare(formula: Formula) -> str:
    """A formula on one line, for a place that is in mathematics mode already."""
    return own(formula).latex


def printed(line: PrintedLatex) -> str:
    """A line of the sheet, in mathematics mode; its LaTeX is one of our files', never a reader's."""
    if not isinstance(line, PrintedLatex):
        raise TypeError(f"only printed lines are typeset as they are, got {type(line).__name__}")
    return line.source


def fault(found: Fault) -> str:
    """In which way a line is amiss, after the place where it stands."""
    return f": {tex(Fault(found).value)}" if found else ""


def tally(problem: ProblemErrata) -> str:
    """How many printed lines have each verdict."""
    return ", ".join(rf"{number} \wbbadge{{{verdict}}}" for verdict, number in counts(problem.lines).items())


def number(value: int) -> str:
    """A whole number."""
    return str(int(value))


def prose(sentence: str, words: Vocabulary) -> str:
    """A sentence in which the names of quantities are typeset as such, and all else is escaped."""
    return "".join(
        f"${part.latex}$" if part.is_formula else tex(part.plain) for part in words.parts(sentence)
    )


def shortened(value: str) -> str:
    """A value of a counterexample: escaped, breakable at its commas and in long numbers, and cut if it fills the page."""
    kept = tex(wording.shortened(value))
    broken = LONG_NUMBER.sub(lambda digits: r"\allowbreak{}".join(wrap(digits[0], 12)), kept)
    return broken.replace(",", r",\allowbreak{}").replace("/", r"/\allowbreak{}")


def dotted(name: str) -> str:
    """The name of a function with its module, which may be broken where its parts meet."""
    return re.sub(r"(\.|:|\\_)", r"\1\\allowbreak{}", tex(name))


def bound(value: float) -> str:
    """A stated bound, rounded up to one digit."""
    if value <= 0:
        return "$0$"
    digit, exponent = wording.one_digit(value)
    factor = "" if digit == 1 else rf"{digit} \cdot "
    return f"${factor}10^{{{exponent}}}$"


def compared(checked: Crosscheck) -> str:
    """The sentence on a comparison of code, with its bound as mathematics."""
    return wording.compared(checked, bound)


def numbered(ids: Sequence[str], place: int, numbers: dict[str, int]) -> str:
    """Steps by their numbers, each a link, runs of three or more drawn together."""
    runs: list[list[int]] = []
    for value in sorted(numbers[name] for name in ids):
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    links = [link for run in runs for link in _links(run, place)]
    return wording.listed(links)


def _links(run: list[int], place: int) -> list[str]:
    links = [rf"\eqref{{step:{int(place)}:{value}}}" for value in run]
    return [f"{links[0]} to {links[-1]}"] if len(links) > 2 else links


def step_label(number: int, place: int, again: Mapping[str, Repeat]) -> str:
    """Where a reference to a step leads; to the place where it was shown first, if it is not shown again."""
    for repeat in again.values():
        if repeat.own_first <= number <= repeat.own_last:
            return f"step:{repeat.place}:{repeat.origin(number)}"
    return f"step:{int(place)}:{int(number)}"


def column(width: float) -> str:
    """The width of a column, in millimetres, of a graph that has so many."""
    return f"{min(WIDEST_COLUMN, TEXT_WIDTH / (width + 1)):.2f}"


def point(place: tuple[float, float]) -> str:
    """A place in a picture."""
    return f"({place[0]:g},{place[1]:g})"


def path(points: Sequence[tuple[float, float]]) -> str:
    """A line through places of a picture."""
    return " -- ".join(map(point, points))


def evidence(step: StepView, place: int, numbers: dict[str, int]) -> str:
    """One discreet line: what the step rests on, and who found what. `place` is the derivation's in the document."""
    said: list[str] = []
    if step.kind == "axiom":
        said.append(f"Cited: {tex(step.rule)}")
    elif step.kind == "claim" and step.uses:
        said.append(f"From {numbered(step.uses, place, numbers)}")
    cited = dict.fromkeys(axiom for found in step.evidence for axiom in found.axioms)
    if cited and step.kind == "claim":
        said.append(f"cited: {', '.join(map(tex, cited))}")
    if step.assumptions and step.kind != "definition":
        said.append("where " + ", ".join(map(inline, step.assumptions)))
    if step.kind != "definition" or step.verdict is not Verdict.PROVED:
        said += [prose(found.phrase, step.words) for found in step.told]
    return wording.capitalised("; ".join(said)) + ("." if said else "")


FILTERS = {
    "tex": tex,
    "display": display,
    "inline": inline,
    "bare": bare,
    "printed": printed,
    "fault": fault,
    "tally": tally,
    "number": number,
    "prose": prose,
    "shortened": shortened,
    "word": wording.word,
    "bound": bound,
    "dotted": dotted,
    "count": wording.count,
    "compared": compared,
    "evidence": evidence,
    "ours": lambda made: made,  # LaTeX that another filter or a file of ours made
    "capitalised": wording.capitalised,
    "drawings": figures.of,
    "parts": sheet.parts,
    "graph": lambda view: layout({step.id: step.uses for step in view.steps}),
    "numbered": numbered,
    "step_label": step_label,
    "column": column,
    "point": point,
    "path": path,
    "code": lambda source: code_lines(source, CODE_COLUMNS),
}
