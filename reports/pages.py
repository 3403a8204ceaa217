r"""A page with its figures, written as TeX or typeset as a PDF.

The source names a figure by \wbfolder and its plain name. In the folder where a PDF is made both lie side by
side; a .tex file that is kept has its figures in a folder of its own beside it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reports import tex_engine
from reports.command import UsageError, progress, write_bytes, write_text
from reports.files import STDOUT, UnwritableError, write_whole


@dataclass(frozen=True)
class Page:
    """The LaTeX of a document or of a part of one, and the files of its figures by name."""

    source: str
    figures: Mapping[str, bytes] = field(default_factory=dict)


def write_tex(target: str, page: Page) -> None:
    """The source; beside a file, its figures. On standard output a figure is only named."""
    if target == STDOUT or not page.figures:
        write_text(target, page.source)
        return
    folder = _folder_of(Path(target))
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UnwritableError(f"cannot write the figures to {folder}: {error.strerror or error}") from None
    for name, content in page.figures.items():
        write_whole(folder / Path(name).name, content)
    write_text(target, rf"\newcommand{{\wbfolder}}{{{folder.name}/}}" + "\n" + page.source)


def _folder_of(path: Path) -> Path:
    """Where the figures of a .tex file lie: its name, without what TeX would not take as it is."""
    return path.with_name(re.sub(r"[^A-Za-z0-9.-]", "-", path.stem) + "-figures")


def write_pdf(target: str, page: Page, engine: str | None) -> None:
    """The PDF; where TeX fails, its source, so that it can be made elsewhere."""
    try:
        with progress("typesetting"):
            made = tex_engine.typeset(page.source, tex_engine.engine(engine), page.figures)
    except tex_engine.TexError as error:
        if target == STDOUT:
            raise UsageError(str(error)) from None
        raise UsageError(f"{error}; {_saved(Path(target).with_suffix('.tex'), page)}") from None
    write_bytes(target, made.pdf)


def _saved(beside: Path, page: Page) -> str:
    """The source is kept beside the PDF that could not be made, unless a file of somebody's is there."""
    if beside.exists():
        return f"{beside} is there already and was left as it is, --tex FILE writes the page elsewhere"
    write_tex(str(beside), page)
    return f"the page was written as {beside}"
