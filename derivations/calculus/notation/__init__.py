r"""How formulas look: LaTeX for a page, Unicode or ASCII for a terminal.

The LaTeX uses macros (\vct, \mat, \T, \tr, \logdet, \circlepi) that a page must define; ours are in the
file notation.tex of the page templates.
"""

from __future__ import annotations

from derivations.calculus.expressions import Expr, Index, Member
from derivations.calculus.notation.claims import flat, rows
from derivations.calculus.notation.display import latex_display, latex_lines, text_display
from derivations.calculus.notation.latex_style import LATEX, without_macros
from derivations.calculus.notation.pieces import solid
from derivations.calculus.notation.printer import NotationError, Printer
from derivations.calculus.notation.styles import Style
from derivations.calculus.notation.text_styles import ASCII, UNICODE
from derivations.calculus.statements import Statement

__all__ = [
    "NotationError",
    "latex",
    "latex_display",
    "latex_lines",
    "latex_parts",
    "portable_display",
    "text",
    "text_lines",
]

Printable = Expr | Statement | Index | Member


def latex(item: Printable, macros: bool = True) -> str:
    """An expression, a statement or an index as one line of LaTeX for mathematics mode.

    Without `macros` it holds only commands that every LaTeX with amsmath knows.
    """
    line = _line(item, LATEX)
    return line if macros else without_macros(line)


def portable_display(item: Printable) -> str:
    """For a display of another program: a statement aligned and broken where it is long, and no macros of ours."""
    if isinstance(item, Expr | Index):
        return latex(item, macros=False)
    return without_macros(latex_display(item))


def text(item: Printable, ascii: bool = False) -> str:
    """An expression, a statement or an index as one line of plain text."""
    return _line(item, ASCII if ascii else UNICODE)


def latex_parts(statement: Statement) -> list[tuple[str, str, str]]:
    """The rows of a statement: (left side, relation, right side), for templates that align at relations."""
    found = rows(Printer(LATEX), statement)
    return [(solid(row.left), solid(row.relation), solid(row.right)) for row in found]


def text_lines(statement: Statement, width: int, ascii: bool = False) -> list[str]:
    """A statement as lines of plain text of about the given width."""
    return text_display(Printer(ASCII if ascii else UNICODE), statement, width)


def _line(item: Printable, style: Style) -> str:
    printer = Printer(style)
    if isinstance(item, Index):
        return printer.index(item)
    if isinstance(item, Expr):
        return solid(printer.whole(item))
    return solid(flat(printer, item))
