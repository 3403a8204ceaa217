"""Ways to argue about the smallest value over a range, and about one term of a sum."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from derivations.calculus import order
from derivations.calculus.domains import ONE_HOT
from derivations.calculus.expressions import (
    Add,
    Bracket,
    Expr,
    First,
    Index,
    IndexLike,
    Median,
    Minimum,
    Mul,
    Number,
    Ordered,
    Sum,
    at,
    free_indices,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import Belongs, Equal, LessEqual, expressions_of
from derivations.proof.methods import Goal, Method


@dataclass(frozen=True)
class OfMinimum(Method):
    """What the definitions of the smallest value and of its first index say, and nothing more.

    min_l f(l) <= f(k); sum_k [k is first] f(k) = min_l f(l); the indicator of the first index is one-hot in it;
    if j is first and f(j) = f(k), then j <= k.
    """

    engine: ClassVar[str] = "definition"
    label: ClassVar[str] = "the definition of the smallest value and of its first index"

    def argue(self, goal: Goal) -> None:
        _require_defined(goal)
        match goal.statement:
            case LessEqual(Minimum(index, body), right, False) if _is_value(right, index, body):
                return
            case Equal(Sum(k, Mul((First(index, body, chosen), value))), Minimum(other, smallest)) if (
                chosen == k
                and k not in free_indices(body)
                and value == _value(index, body, k)
                and _same((index, body), (other, smallest))
            ):
                return
            case Belongs(First(_, body, chosen), domain, over) if (
                chosen == over and over not in free_indices(body) and domain == ONE_HOT
            ):
                return
            case LessEqual(
                Mul((First(index, body, j), Bracket(one, "=", two))), Ordered(low, high), False
            ) if low == j and one == _value(index, body, j) and two == _value(index, body, high):
                return
        raise UndecidedError("the definition of the smallest value does not say this")


def _require_defined(goal: Goal) -> None:
    """A definition says nothing of values that do not exist."""
    for expr in expressions_of(goal.statement):
        goal.signed(order.defined, expr, "defined")


def _value(index: Index, body: Expr, chosen: IndexLike) -> Expr:
    """f(k) for the function f(l) of a minimum."""
    return at(body, {index: chosen})


def _is_value(expr: Expr, index: Index, body: Expr) -> bool:
    """Whether an expression is the body at some index."""
    candidates = (found for found in free_indices(expr) if found.size == index.size)
    return any(expr == _value(index, body, found) for found in candidates)


def _same(left: tuple[Index, Expr], right: tuple[Index, Expr]) -> bool:
    """Whether two bodies differ in the name of the bound index only."""
    (index, body), (other, renamed) = left, right
    return _may_take(index, other, renamed) and at(renamed, {other: index}) == body


def _may_take(index: Index, other: Index, body: Expr) -> bool:
    """Whether a bound index may take the name of another one: not if that one is free in the body."""
    return index.size == other.size and (index == other or index not in free_indices(body))


@dataclass(frozen=True)
class Shifted(Method):
    """Values that differ by the same amount have the same first minimum, and smallest values that differ by it.

    [k is first for f] = [k is first for g] and min_l f(l) = a + min_l g(l) where f(l) = a + g(l) for every l;
    `amount` is a, in which l must not occur.
    """

    amount: Expr
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "a shift that all values share, by normal form"

    def argue(self, goal: Goal) -> None:
        match goal.statement:
            case Equal(First(index, body, chosen), First(other, lower, same)) if chosen == same:
                pass
            case Equal(Minimum(index, body), Add((amount, Minimum(other, lower)))) if amount == self.amount:
                pass
            case _:
                raise UndecidedError(
                    "expected: the same first minimum, or smallest values that differ by the amount"
                )
        if not _may_take(index, other, lower) or index in free_indices(self.amount):
            raise UndecidedError("the values do not differ by the same amount over one range")
        goal.equal(body, Add((self.amount, _value(other, lower, index))))


@dataclass(frozen=True)
class TermOfSum(Method):
    """One term of a sum of terms that are not negative is at most the sum: f(k) <= sum_l f(l)."""

    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "one term of a sum of non-negative terms"

    def argue(self, goal: Goal) -> None:
        match goal.statement:
            case LessEqual(term, Sum(index, body), False) if _is_value(term, index, body):
                goal.signed(order.nonnegative, body, "non-negative")
            case _:
                raise UndecidedError("expected: a term of a sum is at most the sum")


@dataclass(frozen=True)
class OfMedian(Method):
    """What the definition of a weighted median says: at most half of the weight lies strictly on either side.

    That there is such a value among the points follows by passing them in order until half of the weight is
    reached; weights must not be negative.
    """

    engine: ClassVar[str] = "definition"
    label: ClassVar[str] = "the definition of the weighted median"

    def argue(self, goal: Goal) -> None:
        _require_defined(goal)
        match goal.statement:
            case LessEqual(
                Mul((Number(two), Sum(index, Mul((weight, Bracket(low, "<", high)))))),
                Sum(other, mass),
                False,
            ) if two == 2 and _same((index, weight), (other, mass)):
                for value, median in ((low, high), (high, low)):
                    if isinstance(median, Median) and index not in free_indices(median):
                        if not _is_median(median, index, value, weight):
                            continue
                        goal.signed(order.nonnegative, weight, "non-negative")
                        return
        raise UndecidedError("the definition of the median does not say this")


def _is_median(median: Median, index: Index, value: Expr, weight: Expr) -> bool:
    """Whether a median is that of these values with these weights."""
    return _same((index, value), (median.index, median.body)) and _same(
        (index, weight), (median.index, median.weight)
    )
