"""A notebook file, read and validated, with nothing taken over that an earlier run left in it."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

from reports.notebook.errors import NotebookError

LARGEST = 50_000_000  # bytes of a file
VERSION = 4


def read(path: Path) -> NotebookNode:
    """The notebook without outputs. Raises NotebookError if the file is none."""
    try:
        if path.stat().st_size > LARGEST:
            raise NotebookError(f"{path} is larger than {LARGEST // 1_000_000} MB; clear its outputs")
        text = path.read_text("utf-8")
    except OSError as error:
        raise NotebookError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise NotebookError(f"{path} is no notebook: it is not text in UTF-8") from None
    return parsed(text, str(path))


def parsed(text: str, name: str) -> NotebookNode:
    """The notebook in a text. Raises NotebookError."""
    try:
        notebook: NotebookNode = nbformat.reads(text, as_version=VERSION)
        nbformat.validate(notebook)
    except (
        nbformat.ValidationError,
        ValueError,
        KeyError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        reason = str(error).strip().split("\n")[0][:120]
        raise NotebookError(f"{name} is no notebook (a file .ipynb of version 4): {reason}") from None
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return notebook
