"""Notebooks from one source: a file of Markdown, in which every block of Python is a cell of code.

A line `<!-- for students -->` or `<!-- for solutions -->` says who reads what follows, up to the next such line;
`<!-- for all -->` is everybody again. So the form with blanks and the complete one cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Literal

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from reports.notebook.errors import NotebookError

Reader = Literal["students", "solutions"]
SWITCH = re.compile(r"<!-- for (all|students|solutions) -->")
FENCE, END = "```python", "```"


@dataclass(frozen=True)
class Made:
    """A notebook file and what it is made from."""

    file: str
    source: str
    reader: Reader


CLUSTERING = Made("clustering.ipynb", "clustering.md", "solutions")
EXERCISE = Made("clustering_exercise.ipynb", "clustering.md", "students")
M_STEP = Made("m_step.ipynb", "m_step.md", "solutions")
ALL = (CLUSTERING, EXERCISE, M_STEP)


def notebook(made: Made) -> NotebookNode:
    """One of our notebooks, made from its source. Raises NotebookError if the source is not well formed."""
    return from_text(folder().joinpath(made.source).read_text("utf-8"), made.reader)


def folder() -> resources.abc.Traversable:
    """Where the sources and the notebooks lie."""
    return resources.files("reports").joinpath("notebooks")


def written(made: NotebookNode) -> str:
    """A notebook as the text of its file."""
    return str(nbformat.writes(made)) + "\n"


def from_text(text: str, reader: Reader) -> NotebookNode:
    """The notebook that a reader gets. Raises NotebookError."""
    cells = [_cell(*found, f"cell-{number}") for number, found in enumerate(_cells(text, reader), 1)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    found: NotebookNode = new_notebook(
        cells=cells, metadata={"kernelspec": kernel, "language_info": {"name": "python"}}
    )
    return found


def _cell(is_code: bool, content: str, name: str) -> NotebookNode:
    """A cell whose id depends on its place alone."""
    found: NotebookNode = new_code_cell(content, id=name) if is_code else new_markdown_cell(content, id=name)
    return found


def _cells(text: str, reader: Reader) -> Iterator[tuple[bool, str]]:
    """Cells for a reader: whether each is code, and what it holds."""
    audience, is_code, lines = "all", False, list[str]()
    for line in [*text.splitlines(), "<!-- for all -->"]:
        switch = None if is_code else SWITCH.fullmatch(line)
        if switch or line == (END if is_code else FENCE):
            content = "\n".join(lines).strip("\n")
            if content and audience in ("all", reader):
                yield is_code, content
            is_code, lines = not switch and not is_code, []
            audience = switch[1] if switch else audience
        else:
            lines.append(line)
    if is_code:
        raise NotebookError("the source ends within a block of code")
