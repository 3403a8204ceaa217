"""A statement in every form in which it can be shown, and a printed line as it stands on the sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derivations.calculus import notation
from derivations.calculus.expressions import Symbol, symbols_of
from derivations.calculus.statements import InRange, Statement, expressions_of


@dataclass(frozen=True)
class Formula:
    """A statement in every form in which it can be shown."""

    statement: Statement

    @property
    def latex(self) -> str:
        return notation.latex(self.statement)

    @property
    def portable(self) -> str:
        """LaTeX without our macros, for other programs."""
        return notation.latex(self.statement, macros=False)

    @property
    def display(self) -> str:
        """For a display on our page: aligned and broken where it is long."""
        return notation.latex_display(self.statement)

    def folded(self, wide: float) -> str:
        """The same broken into lines of about `wide` ems."""
        return notation.latex_display(self.statement, wide)

    def text(self, ascii: bool) -> str:
        return notation.text(self.statement, ascii)

    def lines(self, width: int, ascii: bool) -> list[str]:
        return notation.text_lines(self.statement, width, ascii)


@dataclass(frozen=True)
class PrintedLatex:
    """A line of the sheet in LaTeX, as our files of printed lines have it."""

    source: str


def own(formula: Formula) -> Formula:
    """The same. Raises TypeError for anything else: on a page only what we typeset goes in as it is."""
    if not isinstance(formula, Formula):
        raise TypeError(f"only formulas are typeset as mathematics, got {type(formula).__name__}")
    return formula


def formulas(statements: Iterable[Statement]) -> tuple[Formula, ...]:
    """Hypotheses for reading: that an index lies in its range goes without saying."""
    return tuple(Formula(s) for s in statements if not isinstance(s, InRange))


def symbols_in(statements: Iterable[Statement]) -> set[Symbol]:
    """Every symbol that a sentence about these statements may name."""
    return {
        symbol
        for statement in statements
        for expr in expressions_of(statement)
        for symbol in symbols_of(expr)
    }
