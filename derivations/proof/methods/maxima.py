"""A maximum: a bound that admissible values attain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from derivations.calculus.domains import REAL
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import Choice, Maximum, varied_below
from derivations.proof.methods.goal import Goal, Method, expected, inequality
from derivations.proof.methods.membership import in_domain

if TYPE_CHECKING:
    from derivations.proof.steps import Step


@dataclass(frozen=True)
class Bound(Method):
    """The objective is at most its value at the choices, and the choices are admissible."""

    bound: Step
    members: tuple[Step, ...] = ()
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "the bound is attained by admissible values"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.bound, *self.members)

    def argue(self, goal: Goal) -> None:
        statement, known = expected(goal, Maximum), inequality(self.bound)
        goal.at_most(statement.objective, statement.value)
        goal.equal(statement.objective, known.left, extended=True)
        goal.equal(known.right, statement.value)
        for choice in statement.choices:
            if choice.variable.symbol in goal.reach(statement.value):
                name = choice.variable.symbol.name
                raise UndecidedError(f"the value at the choice still depends on {name}")
        for step in self.steps:
            goal.inherit(step)
        for choice in statement.choices:
            if varied_below(statement.objective) & goal.reach(choice.value):
                raise UndecidedError("a choice depends on what the objective varies")
            goal.finite(choice.value)
            self._require_admissible(goal, choice)

    def _require_admissible(self, goal: Goal, choice: Choice) -> None:
        """The choice lies in the domain of its variable: shown by a step, or given."""
        symbol = choice.variable.symbol
        if symbol.labels is not None:
            raise UndecidedError(
                f"{symbol.name} is a label: that a number is one of a component is not shown"
            )
        stated = in_domain(choice.variable, choice.value)
        if stated in {h.statement for h in goal.hypotheses}:
            goal.needed[stated] = None
        elif stated.domain != REAL and stated not in {step.statement for step in self.members}:
            name = choice.variable.symbol.name
            raise UndecidedError(f"the value chosen for {name} is not known to be admissible")
