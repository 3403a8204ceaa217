"""Ways to argue about limits: a bound that vanishes, and limits of what sums, products and quotients make."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from derivations.calculus import order
from derivations.calculus.expressions import (
    Abs,
    Add,
    Binder,
    Bracket,
    Component,
    Div,
    Exp,
    Expr,
    Member,
    Mul,
    Neg,
    Number,
    Size,
    Sum,
    Symbol,
    free_indices,
    walk,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.matching import instances
from derivations.calculus.statements import LessEqual, Limit
from derivations.proof.methods import Goal, Method
from derivations.proof.steps import Step

VANISHING = "exponentials vanish"
ALGEBRA = "algebra of limits"
ZERO = Number(Fraction(0))


@dataclass(frozen=True)
class Squeezed(Method):
    """|body - value| <= c exp(-a / (n v)) with a > 0, and c, a and n free of v: the body tends to the value."""

    bound: Step
    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "squeezed by a bound that vanishes"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.bound,)

    def argue(self, goal: Goal) -> None:
        limit, known = goal.statement, self.bound.statement
        if not (isinstance(limit, Limit) and isinstance(known, LessEqual) and limit.toward == "zero"):
            raise UndecidedError("expected: a limit for a variable that tends to zero, and a bound")
        variable = limit.variable.symbol
        if known.left != Abs(Add((limit.body, Neg(limit.value)))) or variable in goal.reach(limit.value):
            raise UndecidedError("the bound is not one for the distance from the limit")
        self._vanishes(goal, known.right, variable)
        goal.inherit(self.bound)
        goal.axioms[VANISHING] = None

    @staticmethod
    def _vanishes(goal: Goal, bound: Expr, variable: Symbol) -> None:
        """The right side is a product whose last factor is exp(-(a / (n v)))."""
        factors = bound.factors if isinstance(bound, Mul) else (bound,)
        match factors[-1]:
            case Exp(Neg(Div(rate, Mul((number, Member(tending, ())))))):
                constants = (*factors[:-1], rate, number)
                if tending != variable or variable in goal.reach(*constants):
                    raise UndecidedError(f"the factors of the bound depend on {variable.name}")
                goal.signed(order.positive, rate, "positive")
                goal.signed(order.positive, number, "positive")
            case _:
                raise UndecidedError("not known to vanish")


@dataclass(frozen=True)
class Decays(Method):
    """exp(-(a / (n v))), where n > 0 and a >= 0 are free of v, tends to [a = 0]: to 0 where a > 0."""

    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "an exponential that vanishes, or stays one"

    def argue(self, goal: Goal) -> None:
        match goal.statement:
            case Limit(
                Exp(Neg(Div(rate, Mul((number, Member(tending, ())))))), Member(variable, ()), "zero", value
            ) if tending == variable:
                if variable in goal.reach(rate, number):
                    raise UndecidedError(f"the exponent depends on {variable.name} in another way, too")
                vanishes = value == ZERO
                if not vanishes and value != Bracket(rate, "=", ZERO):
                    raise UndecidedError("the value is neither zero nor 1 exactly where the rate is zero")
                goal.signed(order.positive if vanishes else order.nonnegative, rate, "of the sign needed")
                goal.signed(order.positive, number, "positive")
                goal.axioms[VANISHING] = None
            case _:
                raise UndecidedError("expected: the limit of exp(-(a / (n v))) as v tends to zero")


@dataclass(frozen=True)
class Composed(Method):
    """The body is made of parts with known limits by sums, products and quotients; so is the value, of the limits.

    `form` is the body in the way in which it is made of the parts. That it is the body, and that the limit found is
    the value, is shown by normal form, unless the two are the same as they stand. `facts` say that limits of
    denominators are positive, where signs do not tell.
    """

    parts: tuple[Step, ...] = ()
    form: Expr | None = None
    facts: tuple[Step, ...] = ()
    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "limits of sums, products and quotients"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (*self.parts, *self.facts)

    def argue(self, goal: Goal) -> None:
        limit = goal.statement
        if not isinstance(limit, Limit) or limit.variable.indices:
            raise UndecidedError("expected: a limit for a variable that is no member of a family")
        form = limit.body if self.form is None else self.form
        known = self._known(goal, limit, form)
        found = self._limit(goal, form, limit.variable.symbol, known)
        for one, other in ((limit.body, form), (found, limit.value)):
            if one != other:
                goal.equal(one, other)
        goal.axioms[ALGEBRA] = None

    def _known(self, goal: Goal, limit: Limit, form: Expr) -> dict[Expr, Expr]:
        """The limits of the parts, at all indices that the form has, free or bound."""
        bound = {node.index for node in walk(form) if isinstance(node, Binder)}
        known: dict[Expr, Expr] = {limit.variable: ZERO} if limit.toward == "zero" else {}
        for step in self.parts:
            goal.inherit(step)
            for part in instances(step.statement, free_indices(form) | bound):
                match part:
                    case Limit(body, limit.variable, limit.toward, value):
                        known[body] = value
                    case _:
                        raise UndecidedError(f"{step.id} is no limit for the same variable")
        return known

    def _limit(self, goal: Goal, expr: Expr, variable: Symbol, known: dict[Expr, Expr]) -> Expr:
        """The expression with each part replaced by its limit, all of them finite."""
        if expr in known:
            return known[expr]
        if variable not in goal.reach(expr):
            goal.signed(order.defined, expr, "defined")
            return expr
        if not isinstance(expr, Add | Neg | Mul | Div | Sum | Component | Number | Size):
            raise UndecidedError(f"no limit is known for {type(expr).__name__}")
        result = expr.rebuilt(lambda child: self._limit(goal, child, variable, known))
        if isinstance(result, Div):
            self._require_positive(goal, result.denominator)
        if isinstance(result, Mul | Div) and result.is_scalar and ZERO in result.children:
            return ZERO  # a denominator is positive
        return result

    def _require_positive(self, goal: Goal, denominator: Expr) -> None:
        stated = LessEqual(ZERO, denominator, strict=True)
        fact = next((step for step in self.facts if step.statement == stated), None)
        if fact is None:
            goal.signed(order.positive, denominator, "positive in the limit")
        else:
            goal.inherit(fact)
