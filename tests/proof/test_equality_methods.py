"""Tight bounds, replacing equals by equals, and sums over ordered pairs: true cases, and planted errors."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.calculus import instances
from derivations.calculus.domains import DEFINITE, NONNEGATIVE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Delta,
    Expr,
    Gradient,
    LogDet,
    Number,
    Ordered,
    Sum,
    inv,
    matrices,
    matrix,
    quadratic,
    scalar,
    scalars,
    sizes,
    sum_over,
    vectors,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.lowering import prove_equal, theory
from derivations.calculus.statements import Equal, Iff, LessEqual
from derivations.proof.methods import Gap, Goal, argue
from derivations.proof.methods.equality import Replaced, Tight
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

N, D = sizes("N D")
i, j = N.indices("i j")
d, e = D.indices("d e")
q = scalars("q", "q", (N,))
r = scalars("r", "r", (N,))
weight = scalars("weight", "w", (N,), NONNEGATIVE)
x = vectors("x", "x", (N,), D)
W = scalars("W", "W", (D, D))
P = matrices("P", "P", (N,), D, DEFINITE)
A = matrix("A", "A", D, domain=DEFINITE)
B = matrix("B", "B", D, domain=DEFINITE)
M = matrix("M", "M", D, domain=DEFINITE)
t = scalar("t", "t")
zero, half = Number(Fraction(0)), Number(Fraction(1, 2))


def proof() -> Proof:
    return Proof("test", 0, "", "", "", "")


# ------------------------------------------------------------------------------------- tight bounds

value = 2 * Sum(i, q[i] * r[i]) - Sum(i, q[i] * q[i])
best = Sum(i, r[i] * r[i])
squares = Sum(i, (q[i] - r[i]) ** 2)


def bound(right: Expr, gap: Expr) -> Step:
    return proof().claim("bound", LessEqual(value, right), "", by=Gap(gap))


def test_a_bound_that_misses_by_squares_is_attained_only_where_they_vanish() -> None:
    step = bound(best - half * squares, half * squares)
    assert step.verdict is Verdict.PROVED
    statement = Iff(Equal(value, best), Equal(squares, zero))
    assert argue(Tight(step, Fraction(1, 2)), Goal(statement)).verdict is Verdict.PROVED
    assert instances.check(statement).verdict is Verdict.CHECKED


PLANTED = {
    "another best value": (Iff(Equal(value, best + 1), Equal(squares, zero)), Fraction(1, 2)),
    "another value": (Iff(Equal(value + t, best), Equal(squares, zero)), Fraction(1, 2)),
    "another factor": (Iff(Equal(value, best), Equal(squares, zero)), Fraction(1, 3)),
    "a negative factor": (Iff(Equal(value, best), Equal(squares, zero)), Fraction(-1, 2)),
    "one square alone": (Iff(Equal(value, best), Equal((q[i] - r[i]) ** 2, zero)), Fraction(1, 2)),
    "sums, not squares": (Iff(Equal(value, best), Equal(Sum(i, q[i] - r[i]), zero)), Fraction(1, 2)),
    "weighted squares": (
        Iff(Equal(value, best), Equal(Sum(i, weight[i] * (q[i] - r[i]) ** 2), zero)),
        Fraction(1, 2),
    ),
    "not zero": (Iff(Equal(value, best), Equal(squares, half)), Fraction(1, 2)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_tight_bound_is_claimed_of_nothing_else(name: str) -> None:
    statement, factor = PLANTED[name]
    step = bound(best - half * squares, half * squares)
    assert argue(Tight(step, factor), Goal(statement)).verdict is Verdict.UNKNOWN


def test_a_bound_without_squares_says_nothing_about_equality() -> None:
    step = bound(best, squares)
    statement = Iff(Equal(value, best), Equal(squares, zero))
    assert argue(Tight(step, Fraction(1, 2)), Goal(statement)).verdict is Verdict.UNKNOWN


# ------------------------------------------------------------------------- equals in the place of equals


def product_of_sums() -> tuple[Proof, Step]:
    found = proof()
    total = found.define("sum", M, A + B, "")
    step = found.claim("product", Equal(M, A @ (inv(A) + inv(B)) @ B), "", uses=[total])
    return found, step


def test_equals_are_put_in_the_place_of_equals() -> None:
    found, step = product_of_sums()
    claim = found.claim(
        "determinant",
        Equal(LogDet(M), LogDet(A) + LogDet(inv(A) + inv(B)) + LogDet(B)),
        "",
        by=Replaced(step),
    )
    assert claim.verdict is Verdict.PROVED
    assert claim.axioms == ("multiplicativity of the determinant",)


def test_a_wrong_replacement_is_refuted() -> None:
    found, step = product_of_sums()
    wrong = Equal(LogDet(M), LogDet(A) - LogDet(inv(A) + inv(B)) + LogDet(B))
    claim = found.claim("determinant", wrong, "", by=Replaced(step))
    assert claim.evidence[0].verdict is Verdict.UNKNOWN
    assert claim.verdict is Verdict.REFUTED


def test_nothing_is_replaced_under_a_derivative() -> None:
    """An equation may hold because of what a symbol is; its sides need not have the same derivative."""
    found = proof()
    step = found.claim("one", Equal(t, t + 0 * t), "")
    claim = found.claim("slope", Equal(Gradient(t * t, t), 2 * t), "", by=Replaced(step))
    assert claim.evidence[0].verdict is Verdict.UNKNOWN


# ---------------------------------------------------------------------------------- sums over d <= e

ORDERED_TRUE: dict[str, tuple[Expr, Expr]] = {
    "a symmetric summand": (
        sum_over(d, e, Ordered(d, e) * (x[i][d] * x[i][e])),
        half * sum_over(d, e, x[i][d] * x[i][e]) + half * Sum(d, x[i][d] * x[i][d]),
    ),
    "both orders of an asymmetric one": (
        sum_over(d, e, Ordered(d, e) * (x[i][d] * x[j][e] + x[i][e] * x[j][d])),
        sum_over(d, e, x[i][d] * x[j][e]) + Sum(d, x[i][d] * x[j][d]),
    ),
    "the other triangle": (
        sum_over(d, e, Ordered(d, e) * W[d, e]) + sum_over(d, e, Ordered(e, d) * W[d, e]),
        sum_over(d, e, W[d, e]) + Sum(d, W[d, d]),
    ),
    "how many pairs there are": (sum_over(d, e, Ordered(d, e)), half * D * (D + 1)),
    "packed features": (
        quadratic(x[j] - x[i], P[i]),
        sum_over(
            d, e, Ordered(d, e) * ((2 - Delta(d, e)) * P[i][d, e] * (x[j] - x[i])[d] * (x[j] - x[i])[e])
        ),
    ),
}
ORDERED_FALSE: dict[str, tuple[Expr, Expr]] = {
    "an asymmetric summand is not half of the whole": (
        sum_over(d, e, Ordered(d, e) * (x[i][d] * x[j][e])),
        half * sum_over(d, e, x[i][d] * x[j][e]) + half * Sum(d, x[i][d] * x[j][d]),
    ),
    "nor is it the other triangle": (
        sum_over(d, e, Ordered(d, e) * (x[i][d] * x[j][e])),
        sum_over(d, e, Ordered(d, e) * (x[i][e] * x[j][d])),
    ),
    "the diagonal counts": (
        sum_over(d, e, Ordered(d, e) * W[d, e]) + sum_over(d, e, Ordered(e, d) * W[d, e]),
        sum_over(d, e, W[d, e]),
    ),
    "it is not doubled": (
        quadratic(x[j], P[i]),
        sum_over(d, e, Ordered(d, e) * (2 * P[i][d, e] * x[j][d] * x[j][e])),
    ),
}


def shown(left: Expr, right: Expr) -> bool:
    try:
        return prove_equal(Equal(left, right), theory((), ())).is_zero
    except UndecidedError:
        return False


@pytest.mark.parametrize("name", ORDERED_TRUE)
def test_true_sums_over_ordered_pairs(name: str) -> None:
    left, right = ORDERED_TRUE[name]
    assert shown(left, right)
    assert instances.check(Equal(left, right)).verdict is Verdict.CHECKED


@pytest.mark.parametrize("name", ORDERED_FALSE)
def test_false_sums_over_ordered_pairs(name: str) -> None:
    left, right = ORDERED_FALSE[name]
    assert not shown(left, right)
    assert instances.check(Equal(left, right)).verdict is Verdict.REFUTED
