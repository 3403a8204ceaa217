"""What is audited: every claim of every derivation with its argument, every printed line that holds, every axiom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivations.calculus.expressions import Expr, Member
from derivations.calculus.statements import Equal, Hypothesis, Statement
from derivations.discovery import derive_named
from derivations.printed import printed_lines
from derivations.proof.arguing import Argument, Context
from derivations.proof.axioms import AXIOMS
from derivations.proof.printed import PrintedVerdict
from derivations.proof.steps import Derivation, Step

AXIOM_TABLE = "axioms"
PRINTED = ".printed"  # after the name of a derivation: the printed lines that it answers


@dataclass(frozen=True)
class Subject:
    """A true statement at its place: how it was argued (an axiom is not), and what is known there.

    `before` are the steps of the derivation that come before it.
    """

    derivation: str
    name: str
    statement: Statement
    assumed: tuple[Hypothesis, ...]
    context: Context
    argument: Argument | None = None
    before: tuple[Step, ...] = ()

    @property
    def definitions(self) -> tuple[tuple[Member, Expr], ...]:
        return self.context.definitions


def claims(derivation: Derivation) -> Iterator[Subject]:
    """The claims of a derivation, each in the context of the steps before it."""
    earlier: list[Step] = []
    for step in derivation.steps:
        if step.kind == "claim":
            context = Context(earlier)
            before = tuple(earlier)
            yield Subject(
                derivation.name, step.id, step.statement, step.assumed, context, step.argument, before
            )
        earlier.append(step)


def lines(name: str) -> Iterator[Subject]:
    """The printed lines that hold, each with what it needs, in the order of the sheet."""
    before = derive_named(name).steps
    for number, line in enumerate(printed_lines(name), 1):
        if line.verdict is PrintedVerdict.HOLDS and line.step is not None and line.context is not None:
            subject = f"{number} ({line.where})".replace(":", ",")
            step = line.step
            yield Subject(
                name + PRINTED, subject, step.statement, step.assumed, line.context, step.argument, before
            )


def axioms() -> Iterator[Subject]:
    """The axioms of the table that say something in our language, with the witnesses they are drawn by."""
    for axiom in AXIOMS.values():
        if axiom.statement is not None:
            assumed = tuple(Hypothesis(Equal(made.variable, made.value)) for made in axiom.witness)
            yield Subject(AXIOM_TABLE, axiom.name, axiom.statement, assumed, Context())
