"""Equations by normal form, and equivalences of equations by an invertible factor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from derivations.calculus import order
from derivations.calculus.expressions import Expr, Member
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.solving import solve_affine
from derivations.calculus.statements import Equal, Iff
from derivations.proof.methods.arithmetic import difference, multiplied
from derivations.proof.methods.goal import Goal, Method, expected


@dataclass(frozen=True)
class NormalForm(Method):
    """Both sides of an equation have the same normal form."""

    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "normal form"

    def argue(self, goal: Goal) -> None:
        statement = expected(goal, Equal)
        goal.equal(statement.left, statement.right)


@dataclass(frozen=True)
class Factor(Method):
    """a - b = F (c - d) G with F and G invertible, so a = b if and only if c = d."""

    left: Expr
    right: Expr | None = None
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "an invertible factor, by normal form"

    def argue(self, goal: Goal) -> None:
        statement = expected(goal, Iff)
        first, second = statement.left, statement.right
        if not (isinstance(first, Equal) and isinstance(second, Equal)):
            raise UndecidedError("an equivalence of equations was expected")
        for factor in (self.left, self.right):
            if factor is not None:
                require_invertible(goal, factor)
        product = multiplied(difference(second.left, second.right), self.left, self.right)
        goal.equal(difference(first.left, first.right), product)


@dataclass(frozen=True)
class Solved(Method):
    """`unknown` solves an equation that becomes affine in it when multiplied by invertible factors.

    The solver's answer is compared with the one shown, and then substituted back: the equation holds if and
    only if the unknown has that value.
    """

    unknown: Member
    left: Expr
    right: Expr | None = None
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "affine solution, substituted back"

    def argue(self, goal: Goal) -> None:
        statement = expected(goal, Iff)
        first, second = statement.left, statement.right
        if not (isinstance(first, Equal) and isinstance(second, Equal) and second.left == self.unknown):
            raise UndecidedError("expected: equation if and only if unknown = value")
        slope = multiplied(difference(first.left, first.right), self.left, self.right)
        theory = goal.theory()
        found = solve_affine(slope, self.unknown, second.right, theory)
        goal.learn(theory)
        # slope = factor * (value - unknown); the factor differs from zero, the multipliers are invertible
        for multiplier in (self.left, self.right):
            if multiplier is not None:
                require_invertible(goal, multiplier)
        if not found:
            raise UndecidedError("the solution differs from the value shown")


def require_invertible(goal: Goal, factor: Expr) -> None:
    goal.signed(order.invertible, factor, "different from zero" if factor.is_scalar else "invertible")
