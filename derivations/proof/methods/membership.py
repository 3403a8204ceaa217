"""That a value lies in a domain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from derivations.calculus import order
from derivations.calculus.domains import INVERTIBLE
from derivations.calculus.expressions import Expr, Index, Member, Number, Sum
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import Belongs
from derivations.proof.methods.goal import Goal, Method, expected


@dataclass(frozen=True)
class Membership(Method):
    """The value lies in the domain: its signs by the order engine, its sums and symmetry by normal form.

    Signs are read from `form`, which equals the value, and from `complement`, which equals one minus the value,
    where they are given: both equalities by normal form.
    """

    form: Expr | None = None
    complement: Expr | None = None
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "signs, sums and symmetry"

    def argue(self, goal: Goal) -> None:
        statement = expected(goal, Belongs)
        domain = statement.domain
        body = known_as(goal, statement.body, self.form)
        for test, engine in ((domain.positive, order.positive), (domain.nonnegative, order.nonnegative)):
            if test:
                goal.signed(engine, body, domain.phrase)
                break
        if domain.below_one or domain.at_most_one:
            engine = order.positive if domain.below_one else order.nonnegative
            goal.signed(engine, known_as(goal, 1 - statement.body, self.complement), domain.phrase)
        if domain.sums_to_one:
            if statement.over is None:
                raise UndecidedError("over which index it sums to one is not said")
            goal.equal(Sum(statement.over, body), Number(Fraction(1)))
        if domain.definite or domain.semidefinite:
            goal.signed(order.definite if domain.definite else order.semidefinite, body, domain.phrase)
        elif domain.symmetric:
            goal.equal(body, body.T)
        if domain == INVERTIBLE:
            goal.signed(order.invertible, body, domain.phrase)
        if not domain.properties or domain == INVERTIBLE:
            goal.finite(body)
        if domain.binary or domain.unit or domain.label:
            raise UndecidedError(f"membership is not argued for the domain '{domain.name}'")


def known_as(goal: Goal, value: Expr, form: Expr | None) -> Expr:
    """The form in which a value is written, shown to be equal to it; without one, the value as it is."""
    if form is None:
        return value
    goal.equal(value, form)
    return form


def in_domain(symbol: Member, value: Expr) -> Belongs:
    """That a value lies in the declared domain of the symbol it stands for, an expression in the symbol's indices."""
    domain = symbol.symbol.domain
    over = symbol.indices[-1] if symbol.indices and domain.sums_to_one else None
    return Belongs(value, domain, over if isinstance(over, Index) else None)
