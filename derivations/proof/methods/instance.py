"""Values put in for the symbols of a statement that was shown before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from derivations.calculus.expressions import (
    Expr,
    IndexLike,
    Member,
    Symbol,
    free_indices,
    fresh_index,
    symbols_of,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.matching import indices_in
from derivations.calculus.statements import Statement, expressions_of, instantiated, renamed, varied_in
from derivations.proof.axioms import AXIOMS, Axiom
from derivations.proof.methods.goal import Goal, Method
from derivations.proof.methods.membership import Membership, in_domain

if TYPE_CHECKING:
    from derivations.proof.steps import Step


@dataclass(frozen=True)
class Instance(Method):
    """A statement about symbols, with values of theirs: each value lies in the domain of its symbol.

    What it assumes beyond domains must be among the hypotheses or the facts (steps already shown), with the values
    put in.
    """

    values: tuple[tuple[Member, Expr], ...]
    lemma: Step
    facts: tuple[Step, ...] = ()
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "instance of a statement shown before"

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.facts

    @property
    def discharged(self) -> tuple[Step, ...]:
        return (self.lemma,)

    def argue(self, goal: Goal) -> None:
        require_values(
            goal, self.values, self.facts, *(hypothesis.statement for hypothesis in self.lemma.assumed)
        )
        if instantiated(self.lemma.statement, self.values) != goal.statement:
            raise UndecidedError(f"not an instance of {self.lemma.id}")
        self._require_independent(goal, self.lemma)
        given = {h.statement for h in goal.hypotheses}
        shown = {step.statement for step in self.facts}
        for hypothesis in self.lemma.assumed:
            needed = instantiated(self._apart(hypothesis.statement), self.values)
            if needed in given:
                goal.needed[needed] = None
            elif needed not in shown:
                raise UndecidedError(f"a hypothesis of {self.lemma.id} is not given")
        goal.inherit_declared(self.lemma, {symbol.symbol for symbol, _ in self.values})

    def _require_independent(self, goal: Goal, lemma: Step) -> None:
        """Values are put in for symbols that vary freely: no definition says what they are, or rests on them."""
        varied = {symbol.symbol for symbol, _ in self.values}
        stated = [lemma.statement, *(hypothesis.statement for hypothesis in lemma.assumed)]
        for symbol in {s for one in stated for expr in expressions_of(one) for s in symbols_of(expr)}:
            if symbol in goal.depends and varied & {symbol, *goal.depends[symbol]}:
                raise UndecidedError(f"{symbol.name} is defined in terms of what values are put in for")

    def _apart(self, hypothesis: Statement) -> Statement:
        """A hypothesis speaks of all values of its free indices; a value's free indices are others."""
        foreign = {i for pattern, value in self.values for i in free_indices(value) - set(pattern.indices)}
        own = sorted(indices_in([hypothesis]) & foreign, key=lambda index: index.name)
        taken = frozenset(foreign | indices_in([hypothesis]))
        mapping: dict[IndexLike, IndexLike] = {}
        for index in own:
            mapping[index] = fresh_index(index, taken)
            taken |= {fresh_index(index, taken)}
        return renamed(hypothesis, mapping)


@dataclass(frozen=True)
class InstanceOfAxiom(Method):
    """A cited statement about generic symbols, with values of theirs."""

    axiom: Axiom
    values: tuple[tuple[Member, Expr], ...]
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "instance of a cited fact"

    def argue(self, goal: Goal) -> None:
        cited, given = self.axiom.statement, {symbol for symbol, _ in self.values}
        if AXIOMS.get(self.axiom.name) != self.axiom or cited is None or self.axiom.chosen:
            raise UndecidedError(f"{self.axiom.name} is no cited fact of which there are instances")
        if given != set(self.axiom.variables) or instantiated(cited, self.values) != goal.statement:
            raise UndecidedError(f"not an instance of {self.axiom.name}")
        require_values(goal, self.values, ())
        goal.axioms[self.axiom.name] = None


def require_values(
    goal: Goal, values: Sequence[tuple[Member, Expr]], facts: Sequence[Step], *assumed: Statement
) -> None:
    """Show that values lie in the domains of their symbols, and depend on nothing that is varied there."""
    for symbol, value in values:
        _require_domain(goal, symbol, value, facts)
    varied = frozenset[Symbol]().union(*map(varied_in, (goal.statement, *assumed)))
    if varied & goal.reach(*(value for _, value in values)):
        raise UndecidedError("a value depends on what the statement varies")


def _require_domain(goal: Goal, symbol: Member, value: Expr, facts: Sequence[Step]) -> None:
    """Show that a value lies in the domain of its symbol, if that is neither given nor a fact."""
    stated = in_domain(symbol, value)
    if stated in {h.statement for h in goal.hypotheses}:
        goal.needed[stated] = None
    elif stated not in {step.statement for step in facts}:
        Membership().argue(replace(goal, statement=stated))
