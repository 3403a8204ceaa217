"""The derivative of an absolute value: what the kernel makes of it agrees with the judge, and needs it to be positive."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.calculus import instances
from derivations.calculus.domains import NONNEGATIVE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    Expr,
    Gradient,
    Sum,
    as_expr,
    scalar,
    scalars,
    sizes,
)
from derivations.calculus.statements import Equal, Hypothesis, LessEqual
from derivations.proof.methods import Goal, NormalForm, argue

(N,) = sizes("N")
(i,) = N.indices("i")
a, b, m = scalar("a", "a"), scalar("b", "b"), scalar("m", "m")
y, w = scalars("y", "y", (N,)), scalars("w", "w", (N,), NONNEGATIVE)
zero = as_expr(0)


def not_zero(expr: Expr) -> Hypothesis:
    return Hypothesis(LessEqual(zero, Abs(expr), strict=True))


def sign(expr: Expr) -> Expr:
    return Bracket(zero, "<", expr) - Bracket(expr, "<", zero)


def argued(left: Expr, right: Expr, *hypotheses: Hypothesis) -> Verdict:
    return argue(NormalForm(), Goal(Equal(left, right), hypotheses=hypotheses)).verdict


small = st.integers(-3, 3).map(as_expr)
linear = st.builds(lambda f, g, h, c: f * m + g * a + h * b + c, small, small, small, small)
others = st.sampled_from([m, m**2, a * m, b])


@settings(deadline=None, max_examples=40)
@given(linear, others)
def test_the_rule_agrees_with_the_judge(inside: Expr, factor: Expr) -> None:
    left, hypothesis = Gradient(factor * Abs(inside), m), not_zero(inside)
    right = Gradient(factor, m) * Abs(inside) + factor * sign(inside) * Gradient(inside, m)
    judged = instances.check(Equal(left, right), hypotheses=[hypothesis]).verdict
    assert judged is not Verdict.REFUTED
    if argued(left, right, hypothesis) is Verdict.PROVED:
        wrong = Equal(left, right + factor * sign(inside))
        assert argued(wrong.left, wrong.right, hypothesis) is not Verdict.PROVED


def test_of_a_sum_of_distances() -> None:
    spread = Gradient(Sum(i, w[i] * Abs(y[i] - m)), m)
    left, right = Sum(i, w[i] * Bracket(y[i], "<", m)), Sum(i, w[i] * Bracket(m, "<", y[i]))
    given_ = not_zero(y[i] - m)
    assert argued(spread, left - right, given_) is Verdict.PROVED
    assert argued(spread, right - left, given_) is Verdict.UNKNOWN
    assert argued(spread, left, given_) is Verdict.UNKNOWN


@pytest.mark.parametrize("hypotheses", [[], [not_zero(a - b)], [Hypothesis(LessEqual(zero, Abs(a - m)))]])
def test_where_it_may_be_zero_nothing_is_known(hypotheses: list[Hypothesis]) -> None:
    assert argued(Gradient(Abs(a - m), m), -sign(a - m), *hypotheses) is Verdict.UNKNOWN


def test_a_sign_that_is_known_needs_no_bars() -> None:
    left = Hypothesis(LessEqual(a, m, strict=True))
    assert argued(Gradient(Abs(a - m), m), as_expr(1), left) is Verdict.PROVED
    assert argued(Gradient(Abs(a - m), m), as_expr(-1), left) is Verdict.UNKNOWN


def test_there_is_no_second_derivative() -> None:
    """The kernel has no rule for a step, though it is flat on either side."""
    twice = Gradient(Gradient(Abs(a - m), m), m)
    assert argued(twice, zero, not_zero(a - m)) is Verdict.UNKNOWN
