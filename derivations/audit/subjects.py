"""What is audited: every claim of every derivation, with its argument, and every axiom that can be evaluated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivations.calculus.expressions import Expr, Member
from derivations.calculus.statements import Belongs, Hypothesis, Statement
from derivations.proof.arguing import Argument, Context
from derivations.proof.axioms import AXIOMS
from derivations.proof.steps import Derivation, Step

AXIOM_TABLE = "axioms"


@dataclass(frozen=True)
class Subject:
    """A true statement at its place: how it was argued (an axiom is not), and what is known there."""

    derivation: str
    name: str
    statement: Statement
    assumed: tuple[Hypothesis, ...]
    context: Context
    argument: Argument | None = None

    @property
    def definitions(self) -> tuple[tuple[Member, Expr], ...]:
        return self.context.definitions


def claims(derivation: Derivation) -> Iterator[Subject]:
    """The claims of a derivation, each in the context of the steps before it."""
    earlier: list[Step] = []
    for step in derivation.steps:
        if step.kind == "claim":
            context = Context(earlier)
            yield Subject(derivation.name, step.id, step.statement, step.assumed, context, step.argument)
        earlier.append(step)


def axioms() -> Iterator[Subject]:
    """The axioms of the table that say something in our language, with the witnesses they are drawn by."""
    for axiom in AXIOMS.values():
        if axiom.statement is not None:
            drawn = [Hypothesis(Belongs(v, v.symbol.domain), axiom.witness) for v in axiom.variables]
            assumed = tuple(drawn) if axiom.witness else ()
            yield Subject(AXIOM_TABLE, axiom.name, axiom.statement, assumed, Context())
