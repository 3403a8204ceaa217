"""What a generated function does, before it is text: its arguments, its array operations, its result."""

from __future__ import annotations

from dataclasses import dataclass

from derivations.calculus.expressions import AssignmentSum, At, Expr, Gradient, Size, Symbol
from derivations.proof.steps import Definition, Update
from numeric.generator import chains, entries
from numeric.generator.arrays import Labelled
from numeric.generator.operations import Program
from numeric.generator.planner import Planner, Rules, reading_order

REFUSED: dict[type[Expr], str] = {
    AssignmentSum: "a sum over all K^N assignments has no array form; generate from what it collapses to",
    At: "a value put in after differentiating; generate from what it was computed to be",
    Gradient: "derivatives are taken in the derivation; generate from the result",
}

RULES = Rules({**entries.LOWERING, **chains.LOWERING}, chains.GATHERING, REFUSED)


@dataclass(frozen=True)
class Plan:
    """The operations of one function."""

    update: Update
    arguments: tuple[Symbol, ...]  # in the order in which one reads them
    program: Program
    result: int
    shape: tuple[Size, ...]
    definitions: dict[Symbol, Definition]
    bases: dict[Symbol, Labelled]  # the arrays of the definitions that the formula used
    divisors: tuple[tuple[Expr, Labelled], ...]  # what is divided by


def plan(update: Update) -> Plan:
    """The operations of an update. Raises GeneratorError for a formula that would not make good code."""
    planner = Planner(update, RULES)
    family, (row, column) = planner.target()
    labels = (*family, *(label for label in (row, column) if label is not None))
    result = planner.whole(planner.lower(update.formula, row, column), labels)
    return Plan(
        update,
        reading_order(update),
        planner.arrays.program,
        result,
        tuple(label.size for label in labels),
        planner.definitions,
        planner.bases,
        tuple(planner.divisors),
    )
