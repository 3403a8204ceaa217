"""Values put in for the symbols of a statement that was shown before."""

from __future__ import annotations

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
from derivations.proof.methods.goal import Goal, Method
from derivations.proof.methods.membership import Membership, in_domain

if TYPE_CHECKING:
    from derivations.proof.steps import Step


@dataclass(frozen=True)
class Instance(Method):
    """A statement about symbols, with values of theirs: each value lies in the domain of its symbol.

    Without a lemma the statement is an axiom's. What the lemma assumes beyond domains must be among the
    hypotheses or the facts (steps already shown), with the values put in.
    """

    values: tuple[tuple[Member, Expr], ...]
    lemma: Step | None = None
    facts: tuple[Step, ...] = ()
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "instance of a statement shown before"

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.facts

    @property
    def discharged(self) -> tuple[Step, ...]:
        return () if self.lemma is None else (self.lemma,)

    def argue(self, goal: Goal) -> None:
        for symbol, value in self.values:
            self._require_domain(goal, symbol, value)
        stated = [] if self.lemma is None else [hypothesis.statement for hypothesis in self.lemma.assumed]
        varied = frozenset[Symbol]().union(*map(varied_in, (goal.statement, *stated)))
        if varied & goal.reach(*(value for _, value in self.values)):
            raise UndecidedError("a value depends on what the statement varies")
        if self.lemma is None:
            return
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

    def _require_domain(self, goal: Goal, symbol: Member, value: Expr) -> None:
        """Show that a value lies in the domain of its symbol, if that is neither given nor a fact."""
        stated = in_domain(symbol, value)
        if stated in {h.statement for h in goal.hypotheses}:
            goal.needed[stated] = None
        elif stated not in {step.statement for step in self.facts}:
            Membership().argue(replace(goal, statement=stated))
