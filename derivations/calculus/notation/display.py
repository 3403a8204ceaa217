"""How a statement is laid out on a page or in a terminal: aligned at its relation, folded where it is long."""

from __future__ import annotations

from collections.abc import Callable

from derivations.calculus.expressions import Expr
from derivations.calculus.notation.claims import Row, flat, rows
from derivations.calculus.notation.latex_style import LATEX
from derivations.calculus.notation.pieces import fold, solid
from derivations.calculus.notation.printer import Printer
from derivations.calculus.notation.widths import width
from derivations.calculus.statements import Iff, Statement

PAGE = 36.0  # ems of a line on our page
INDENT = 1.2
OPERATORS = ("+", "-", r"\cdot")
NARROW = 0.42  # the part of a line that a left side may take, with the right side beside it


def latex_lines(expr: Expr, wide: float = PAGE) -> list[str]:
    """A long sum, or a sum sign with a long sum in its body, as lines of at most about `wide` ems."""
    return fold(Printer(LATEX).whole(expr), wide, width)


def latex_display(statement: Statement, wide: float = PAGE) -> str:
    r"""The inside of a display: one line if it fits, else an `aligned` environment.

    A short left side stands before the relation; a long one gets lines of its own.
    """
    printer = Printer(LATEX)
    parts = rows(printer, statement)
    if len(parts) == 1 or isinstance(statement, Iff):
        line = solid(flat(printer, statement))
        if width(line) <= wide:
            return line
    lines = [line for row in parts for line in _row_lines(row, wide)]
    lines = [line.replace("  ", " ").replace("& -", "& {-}") for line in lines]  # a sign, no operator
    body = " \\\\\n  ".join(lines)
    return f"\\begin{{aligned}}\n  {body}\n\\end{{aligned}}"


def _row_lines(row: Row, wide: float) -> list[str]:
    """The lines of one row, each with its alignment mark."""
    if not row.relation:
        first, *rest = fold(" ".join(filter(None, (row.left, row.right))), wide - INDENT, width)
        return [f"& {first}", *(rf"& \qquad {_continued(line)}" for line in rest)]
    left = solid(row.left)
    if width(left) <= NARROW * wide:
        first, *rest = fold(row.right, wide - width(left) - INDENT, width)
        return [
            f"{left} & {row.relation} {first}",
            *(rf"& \quad {_continued(line)}" for line in rest),
        ]
    first, *rest = fold(row.left, wide - INDENT, width)
    relation, *after = fold(f"{row.relation} {row.right}", wide - 2 * INDENT, width)
    return [
        f"& {first}",
        *(rf"& \quad {_continued(line)}" for line in rest),
        rf"& \qquad {relation}",
        *(rf"& \qquad \quad {_continued(line)}" for line in after),
    ]


def _continued(line: str) -> str:
    """A line that begins with an operator, spaced as an operator between two terms."""
    line = line.strip()
    return "{} " + line if line.startswith(OPERATORS) else line


def text_display(
    printer: Printer, statement: Statement, wide: int, measure: Callable[[str], int] = len
) -> list[str]:
    """The statement as lines of a terminal."""
    line = solid(flat(printer, statement))
    if measure(line) <= wide:
        return [line]
    result: list[str] = []
    for row in rows(printer, statement):
        if not row.relation:
            head = f"{row.left} " if row.left else ""
            result += _hanging(head + row.right, wide, measure, 0)
        else:
            result += _hanging(row.left, wide, measure, 0)
            result += _hanging(f"{row.relation} {row.right}", wide, measure, 2)
    return result


def _hanging(text: str, wide: int, measure: Callable[[str], int], indent: int) -> list[str]:
    first, *rest = fold(text, wide - indent - 4, measure)
    return [" " * indent + first.strip(), *(" " * (indent + 4) + line.strip() for line in rest)]
