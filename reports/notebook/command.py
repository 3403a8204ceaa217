"""The last problem of the sheet, for the command line: our notebook or the user's, and what is missing for it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reports import tex_engine
from reports.command import UsageError, progress
from reports.notebook.errors import NotebookError

if TYPE_CHECKING:
    from reports.notebook.typesetting import Part

TO_TYPESET = ("nbformat", "markdown_it", "mdit_py_plugins", "PIL")
TO_RUN = ("nbclient", "jupyter_client", "ipykernel")
FOR_OURS = ("sklearn", "matplotlib")
MISSING = (
    "problem 8 is a notebook, and {} is not installed: pip install 'derivation-workbook[notebook]' brings all it "
    "takes; or name the problems that you want"
)


def problem_8(file: str | None, engine: str | None) -> Part:
    """The user's notebook, run, or ours. Raises UsageError."""
    _require(*TO_TYPESET, *TO_RUN, *(() if file else FOR_OURS))
    from reports.notebook import reading, source, typesetting

    try:
        if file is None:
            with progress("running the notebook of problem 8"):
                return typesetting.run(source.notebook(source.CLUSTERING), source.CLUSTERING.file)
        path = Path(file)
        notebook = reading.read(path)
        with progress(f"running {path.name}"):
            part = typesetting.run(notebook, path.name, path.resolve().parent)
        with progress(f"trying {path.name} in TeX"):
            return typesetting.tried(notebook, path.name, part, tex_engine.engine(engine))
    except NotebookError as error:
        raise UsageError(str(error)) from None
    except tex_engine.NoEngineError:
        return part  # nothing can refuse it here


def blank_problem_8() -> Part:
    """Our notebook in the form with blanks, not run. Raises UsageError."""
    _require(*TO_TYPESET)
    from reports.notebook import source, typesetting

    return typesetting.as_it_is(source.notebook(source.EXERCISE), source.EXERCISE.file)


def told(part: Part) -> bool:
    """Say on standard error what is amiss with a notebook that was typeset; whether a cell failed."""
    for sentence in filter(None, (part.failure, part.complaint)):
        print(f"reports: {' '.join(sentence.split())[:400]}", file=sys.stderr)
    return bool(part.failure)


def _require(*modules: str) -> None:
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(MISSING.format(", ".join(missing)))
