"""A notebook as a part of a document: run or left as it is, converted, and tried alone before it is let in.

A document is worth more than the notebook at its end. So what TeX refuses although it passed our lists is found
out alone; then formulas and pictures of that notebook are shown as they were written, and nothing else is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode

from reports import document, tex_engine
from reports.notebook.cells import Cell, Style, converted, titled
from reports.notebook.errors import NotebookError
from reports.notebook.execution import SECONDS, execute
from reports.notebook.pictures import Pictures
from reports.tex_engine import Engine, TexError

LABEL = "Problem 8"
PREFIX = "notebook"  # of the names of its pictures
TRIAL = 60.0  # seconds for a notebook alone


@dataclass(frozen=True)
class Part:
    """LaTeX for a document, with its pictures; which cell failed, and what TeX did not take, in words."""

    label: str
    title: str
    cells: tuple[Cell, ...]
    figures: Mapping[str, bytes] = field(default_factory=dict)
    failure: str = ""
    complaint: str = ""

    @property
    def body(self) -> str:
        """What goes between the begin and the end of a document."""
        return document.filled("notebook.tex.j2", document.PLAINLY, "notebook.tex", notebook=self)

    @property
    def alone(self) -> str:
        """A document that holds nothing else."""
        manner = document.PLAINLY
        return document.filled(
            "notebook_document.tex.j2", manner, "page.tex", notebook=self, title=self.title
        )


def as_it_is(notebook: NotebookNode, name: str) -> Part:
    """A notebook that is not run: the form with blanks."""
    return _part(notebook, name, was_run=False)


def run(notebook: NotebookNode, name: str, folder: Path | None = None, seconds: float = SECONDS) -> Part:
    """A notebook, run in a folder. Raises NotebookError if there is no kernel for it."""
    done = execute(notebook, folder, seconds)
    return _part(done.notebook, name, was_run=True, failure=done.failure)


def tried(notebook: NotebookNode, name: str, part: Part, using: Engine) -> Part:
    """The part if TeX takes it, else its formulas and pictures as text. Raises NotebookError if that fails too."""
    try:
        tex_engine.typeset(part.alone, using, part.figures, TRIAL)
        return part
    except TexError as error:
        complaint = f"formulas and pictures of {name} are shown as text, because TeX refuses one: {error}"
    plain = _part(notebook, name, was_run=True, failure=part.failure, complaint=complaint, as_written=True)
    try:
        tex_engine.typeset(plain.alone, using, plain.figures, TRIAL)
    except TexError as error:
        raise NotebookError(f"{name} cannot be typeset: {error}") from None
    return plain


def _part(
    notebook: NotebookNode,
    name: str,
    was_run: bool,
    failure: str = "",
    complaint: str = "",
    as_written: bool = False,
) -> Part:
    pictures = Pictures(PREFIX)
    title, cells = titled(notebook, name)
    found = converted(cells, Style(pictures, as_written), was_run)
    return Part(LABEL, title, found, pictures.files, failure, complaint)
