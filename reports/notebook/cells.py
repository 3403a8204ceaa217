"""The cells of a notebook as a template wants them: text as LaTeX, code and outputs as lines.

Of the forms in which an output comes, the first of a short list is shown that we can typeset.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from nbformat import NotebookNode

from reports.notebook.markdown import COLUMNS, NARROWER, code_block, markdown, sentence
from reports.notebook.pictures import KNOWN, PictureError, Pictures
from reports.notebook.plain import printable, printed, shortened

Kind = Literal["stream", "complaint", "result", "error", "typeset"]
TITLE = re.compile(r"\A\s*#[ \t]+(?P<title>[^\n]+?)[ \t]*#*[ \t]*(?:\n|\Z)")
MARKS = re.compile(r"[*`$\\]|\b_|_\b")  # of emphasis, code and formulas: a heading in the outline has none
FORMULA = re.compile(r"\A\s*(?:\$.+\$|\\begin\{.+\})\s*\Z", re.DOTALL)
MOST_OUTPUTS = 30  # of one cell
NOT_RUN = "not run, because an earlier cell failed"


@dataclass(frozen=True)
class Output:
    """What a cell gave: LaTeX of ours, and a note on what was left out of it."""

    kind: Kind
    latex: str
    note: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of text has LaTeX and nothing else; one of code has its lines, perhaps a number, and outputs."""

    latex: str
    is_code: bool = False
    number: int | None = None
    outputs: tuple[Output, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Style:
    """How cells are converted. `as_written`: formulas and pictures are left as text, for TeX that refuses them."""

    pictures: Pictures
    as_written: bool = False
    attached: Mapping[str, str] = field(default_factory=dict)

    def typeset(self, text: str) -> str:
        """Markdown as LaTeX."""
        return markdown(text, not self.as_written, self.attached)


def titled(notebook: NotebookNode, otherwise: str) -> tuple[str, list[NotebookNode]]:
    """The heading with which a notebook begins, or another title, and its cells without that heading."""
    cells = [cell for cell in notebook.cells if cell.source.strip()]
    heading = TITLE.match(cells[0].source) if cells and cells[0].cell_type == "markdown" else None
    if heading is None:
        return otherwise, cells
    first = NotebookNode(cells[0], source=cells[0].source[heading.end() :])
    return MARKS.sub("", heading["title"]), [first, *cells[1:]]


def converted(cells: list[NotebookNode], style: Style, was_run: bool) -> tuple[Cell, ...]:
    """The cells, in order."""
    return tuple(_cell(cell, style, was_run) for cell in cells)


def _cell(cell: NotebookNode, style: Style, was_run: bool) -> Cell:
    if cell.cell_type == "markdown":
        return Cell(replace(style, attached=_attached(cell, style)).typeset(cell.source))
    lines = code_block(printable(cell.source))
    if cell.cell_type != "code":
        return Cell(lines)
    note = NOT_RUN if was_run and cell.execution_count is None and not cell.outputs else ""
    given = _joined(cell.outputs)
    outputs = tuple(_output(output, style) for output in given[:MOST_OUTPUTS])
    more = len(given) - MOST_OUTPUTS
    note = f"{more} more outputs are left out" if more > 0 else note
    return Cell(lines, True, cell.execution_count, outputs, note)


def _attached(cell: NotebookNode, style: Style) -> dict[str, str]:
    """The pictures that a cell of text brings along, as LaTeX by name."""
    found = {}
    for name, forms in cell.get("attachments", {}).items():
        picture = _picture(forms, style)
        if picture:
            found[name] = picture.latex
    return found


# ------------------------------------------------------------------------------------- outputs


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """All that a cell prints as one output, and all that it complains of; these come in pieces of any size."""
    streams: dict[str, list[str]] = {}
    found = []
    for output in outputs:
        if output.output_type == "stream" and output.name in streams:
            streams[output.name].append(output.text)
        else:
            found.append(output)
            if output.output_type == "stream":
                streams[output.name] = [output.text]
    for output in found:
        if output.output_type == "stream":
            output.text = "".join(streams[output.name])
    places = [place for place, output in enumerate(found) if output.output_type == "stream"]
    ordered = sorted((found[place] for place in places), key=lambda output: output.name == "stderr")
    for place, output in zip(places, ordered, strict=True):
        found[place] = output  # which of the two came first is chance
    return found


def _output(output: NotebookNode, style: Style) -> Output:
    if output.output_type == "stream":
        return _text(output.text, "complaint" if output.name == "stderr" else "stream")
    if output.output_type == "error":
        return _text("\n".join(output.traceback) or f"{output.ename}: {output.evalue}", "error")
    return _rich(output.data, style)


def _text(text: object, kind: Kind) -> Output:
    """What was printed; of an error, the end counts."""
    short = shortened(printed(str(text)), from_end=kind == "error")
    return Output(kind, code_block(short.text, COLUMNS - NARROWER), short.note)


def _rich(forms: Mapping[str, object], style: Style) -> Output:
    """A result in the first of its forms that a page can show."""
    picture = _picture(forms, style)
    if picture is not None:
        return picture
    formula = str(forms.get("text/latex", ""))
    if FORMULA.match(formula):
        return Output("typeset", style.typeset(_displayed(formula)))
    if "text/markdown" in forms:
        return Output("typeset", style.typeset(str(forms["text/markdown"])))
    if "text/plain" in forms:
        return _text(forms["text/plain"], "result")
    return Output("typeset", rf"\wbaside{{({sentence(', '.join(map(str, forms)) or 'nothing')})}}")


def _displayed(formula: str) -> str:
    """A formula that is a result stands on a line of its own."""
    found = formula.replace(r"\displaystyle", "").strip()
    return found if found.startswith("\\") else f"$$\n{found.strip('$')}\n$$"


def _picture(forms: Mapping[str, object], style: Style) -> Output | None:
    content = next((str(forms[form]) for form in KNOWN if form in forms), None)
    if content is None or style.as_written:
        return None
    try:
        return Output("typeset", style.pictures.add(content))
    except PictureError as error:
        return Output("typeset", rf"\wbaside{{(a picture that is not shown: {sentence(str(error))})}}")
