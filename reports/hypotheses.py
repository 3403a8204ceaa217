"""Which hypotheses a reader is told: the strongest of each quantity once, and none that goes without saying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Index, Member, Symbol, symbols_of
from derivations.calculus.statements import Belongs, Equal, InRange, Statement, expressions_of
from derivations.proof.steps import Derivation

FLAGS = tuple(field.name for field in fields(Domain) if field.type == "bool")


def strongest(statements: Iterable[Statement], defined: frozenset[Symbol]) -> list[Statement]:
    """Hypotheses for reading: the strongest of each quantity once.

    That indices lie in their ranges is plain, and the domain of a defined quantity was shown with its definition.
    """
    found = [
        s
        for s in dict.fromkeys(statements)
        if not isinstance(s, InRange) and not (declared(s) and about(s) & defined)
    ]
    return [
        one
        for place, one in enumerate(found)
        if not any(
            implies(other, one) and not (implies(one, other) and place < n)
            for n, other in enumerate(found)
            if n != place
        )
    ]


def implies(stronger: Statement, weaker: Statement) -> bool:
    """Whether one membership says at least as much as another of the same quantity, whatever its indices are called."""
    match stronger, weaker:
        case Belongs(Member(one, here), strong), Belongs(Member(other, there), weak) if one == other:
            general = all(isinstance(index, Index) for index in (*here, *there))
            return general and all(getattr(strong, flag) for flag in FLAGS if getattr(weak, flag))
    return stronger == weaker


def declared(statement: Statement) -> bool:
    """Whether a hypothesis only repeats the domain that a quantity was declared with."""
    match statement:
        case Belongs(Member(symbol, _), domain):
            return symbol.domain == domain
    return False


def about(statement: Statement) -> set[Symbol]:
    return {symbol for expr in expressions_of(statement) for symbol in symbols_of(expr)}


def abbreviations(derivation: Derivation) -> frozenset[Symbol]:
    """The symbols that are abbreviations."""
    return frozenset(
        step.statement.left.symbol
        for step in derivation.steps
        if step.kind == "definition"
        and isinstance(step.statement, Equal)
        and isinstance(step.statement.left, Member)
    )
