"""Inequalities: by signs, from inequalities shown before, by a case split over the reals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from derivations.calculus import order
from derivations.calculus.expressions import Add, Expr, Index, Mul, Neg
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import Equal, LessEqual, expressions_of
from derivations.proof.methods.arithmetic import difference, summed
from derivations.proof.methods.goal import Goal, Method, expected, inequality

if TYPE_CHECKING:
    from derivations.proof.steps import Step


@dataclass(frozen=True)
class Signs(Method):
    """The right side minus the left one is a sum of terms that cannot be negative."""

    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "signs"

    def argue(self, goal: Goal) -> None:
        statement = expected(goal, LessEqual)
        gap = difference(statement.right, statement.left)
        if statement.strict:
            goal.signed(order.positive, gap, "positive")
        else:
            goal.signed(order.nonnegative, gap, "non-negative")


@dataclass(frozen=True)
class Gap(Method):
    """right - left equals `gap`, which cannot be negative, plus multiples of inequalities already shown.

    `plus` pairs a non-negative factor with an inequality, and the indices it is summed over.
    """

    gap: Expr
    plus: tuple[tuple[Expr, Step, tuple[Index, ...]], ...] = ()
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "gap by normal form, its sign term by term"

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for _, step, _ in self.plus)

    def argue(self, goal: Goal) -> None:
        statement = expected(goal, LessEqual)
        total = [self.gap]
        for factor, step, over in self.plus:
            known = inequality(step)
            goal.signed(order.nonnegative, factor, "non-negative")
            goal.inherit(step)
            term = Mul((factor, difference(known.right, known.left)))
            total.append(summed(term, over))
        strict = statement.strict
        goal.signed(order.positive if strict else order.nonnegative, self.gap, "of the sign claimed")
        goal.at_most(statement.left, statement.right)
        goal.equal(Add((statement.right, Neg(statement.left))), Add(tuple(total)), extended=True)


@dataclass(frozen=True)
class Summed(Method):
    """An inequality that holds for every value of its indices, summed over them."""

    step: Step
    over: tuple[Index, ...]
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "sum of inequalities, both sides by normal form"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.step,)

    def argue(self, goal: Goal) -> None:
        statement, known = expected(goal, LessEqual), inequality(self.step)
        if statement.strict and not known.strict:
            raise UndecidedError("a strict inequality does not follow from weak ones")
        goal.inherit(self.step)
        goal.at_most(statement.left, statement.right)
        goal.equal(statement.left, summed(known.left, self.over), extended=True)
        goal.equal(summed(known.right, self.over), statement.right)


@dataclass(frozen=True)
class Rewritten(Method):
    """An inequality whose two sides are replaced by what equations already shown make of them."""

    inequality: Step
    left: Step
    right: Step
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "equals put in the place of equals"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.inequality, self.left, self.right)

    def argue(self, goal: Goal) -> None:
        statement, known = expected(goal, LessEqual), inequality(self.inequality)
        if statement.strict and not known.strict:
            raise UndecidedError("a strict inequality does not follow from a weak one")
        for step, side, value in (
            (self.left, statement.left, known.left),
            (self.right, statement.right, known.right),
        ):
            if step.statement not in (Equal(side, value), Equal(value, side)):
                raise UndecidedError(f"{step.id} does not equate the sides")
        for step in self.steps:
            goal.inherit(step)


@dataclass(frozen=True)
class Cases(Method):
    """Decided over the reals, case by case, from facts already shown about the logarithms that occur."""

    facts: tuple[Step, ...] = ()
    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "case split over the reals (z3)"

    @property
    def discharged(self) -> tuple[Step, ...]:
        return self.facts

    def argue(self, goal: Goal) -> None:
        if not isinstance(goal.statement, Equal | LessEqual):
            raise UndecidedError("only equations and inequalities are decided over the reals")
        lemmas = []
        for step in self.facts:
            if not isinstance(step.statement, Equal | LessEqual):
                raise UndecidedError(f"{step.id} is no fact about reals")
            lemmas.append(order.Lemma(step.statement, step.assumed))
        found = order.decide(goal.statement, goal.hypotheses, lemmas)
        stated = (goal.statement, *(hypothesis.statement for hypothesis in goal.hypotheses))
        reached = goal.reach(*(expr for one in stated for expr in expressions_of(one)))
        if found.counterexample is not None and reached & goal.depends.keys():
            raise UndecidedError("an abbreviation was taken for a quantity that varies freely")
        goal.take(found, "not decided over the reals")
        for step in self.facts:
            goal.inherit_declared(step)
