"""The third evaluator, written for the audit alone: against computations by hand, true and false statements, planted faults."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from audit_symbols import (
    A,
    D,
    K,
    N,
    P,
    S,
    a,
    b,
    d,
    e,
    gamma,
    half,
    i,
    j,
    k,
    n,
    one,
    pi,
    s,
    t,
    two,
    u,
    v,
    w,
    x,
    z,
    zero,
)

from derivations.audit.runner import subjects
from derivations.audit.third import opinion, values
from derivations.audit.third.grids import Grid
from derivations.audit.third.ground import forget
from derivations.audit.third.numbers import MINUS_INFINITY, NoValueError, context, log, plus, real, same
from derivations.audit.third.values import Point, value
from derivations.calculus import domains
from derivations.calculus import expressions as ex
from derivations.calculus.expressions import (
    Abs,
    Add,
    AssignmentSum,
    At,
    Bracket,
    Component,
    Delta,
    Det,
    Div,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Log,
    LogDet,
    LogSumExp,
    Median,
    Member,
    Minimum,
    Mul,
    Neg,
    Number,
    Ordered,
    Pow,
    Product,
    Sum,
    Trace,
    WeightedLog,
    Zero,
    inv,
    quadratic,
    sum_over,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)


def fractions(rows: list[list[Any]]) -> Grid:
    return [[Fraction(entry) for entry in row] for row in rows]


def column(*entries: int) -> Grid:
    return fractions([[entry] for entry in entries])


POINT = Point(
    {N: 2, K: 3, D: 2},
    {
        a.symbol: {(): fractions([[3]])},
        b.symbol: {(): fractions([[-2]])},
        s.symbol: {(): fractions([[0]])},
        t.symbol: {(): fractions([[4]])},
        u: {(0,): fractions([[2]]), (1,): fractions([[-1]]), (2,): fractions([[-1]])},
        w: {(0,): fractions([[1]]), (1,): fractions([[0]]), (2,): fractions([[1]])},
        v.symbol: {(): column(1, 2)},
        x: {(0,): column(1, 0), (1,): column(3, 5)},
        A.symbol: {(): fractions([[1, 2], [3, 5]])},
        S.symbol: {(): fractions([[2, 1], [1, 3]])},
        z: {(0,): fractions([[2]]), (1,): fractions([[1]])},
    },
)
HERE: values.Env = {k: 1, j: 1, i: 0, n: 1, d: 0, e: 1}
BY_HAND: tuple[tuple[Expr, Any], ...] = (
    (N + K, 5),
    (Add((a, b)), 1),
    (Neg(a), -3),
    (Mul((a, b, b)), 12),
    (Div(a, t), Fraction(3, 4)),
    (Pow(b, Number(Fraction(-3))), Fraction(-1, 8)),
    (Pow(t, half), 2),
    (Delta(k, j), 1),
    (Delta(d, e), 0),
    (Ordered(d, e), 1),
    (Ordered(e, d), 0),
    (Component(A, (d, e)), 2),
    (Component(A.T, (d, e)), 3),
    (v.T @ A @ v, 1 + 4 + 6 + 20),
    (Trace(A @ S), 4 + 18),
    (Det(A), -1),
    (Component(inv(A), (d, e)), 2),
    (Component(Identity(D) + A, (d, d)), 2),
    (Component(Zero((D, D)), (d, d)), 0),
    (Abs(b), 2),
    (Bracket(b, "<", a), 1),
    (Bracket(a, "=", b), 0),
    (Bracket(a, "<=", a), 1),
    (Sum(k, u[k]), 0),
    (Product(k, u[k]), 2),
    (Minimum(k, u[k]), -1),
    (First(k, u[k], j), 1),
    (Sum(j, First(k, u[k], j)), 1),
    (Median(k, u[k], w[k]), -1),
    (Median(k, u[k], 0 * w[k]), 0),
    (u[z[i]], -1),
    (Sum(i, u[z[i]]), 1),
    (AssignmentSum(z, Product(i, u[z[i]] + 1)), (2 - 1 - 1 + 3) ** 2),
    (WeightedLog(s, s), 0),
    (WeightedLog(t, s), MINUS_INFINITY),
    (WeightedLog(two, one), 0),
    (At(a * b, b, a + 1), 12),
    (Gradient(a**3, a), 27),
    (Gradient(Gradient(a**3, a), a), 18),
    (Component(Gradient(quadratic(v, A), v), (d,)), 2 * 1 + 5 * 2),
    (Component(Gradient(Trace(A @ S), S), (d, e)), Fraction(5, 2)),
    (Component(Gradient(Trace(A @ S), A), (d, e)), 1),
    (Exp(Log(t)), 4),
    (Log(Exp(a)), 3),
    (LogSumExp(k, Log(w[k] + 1)), None),
    (LogDet(A), 0),
    (ex.CirclePi() - ex.CirclePi(), 0),
)


@pytest.mark.parametrize(("expr", "expected"), BY_HAND)
def test_the_third_evaluator_agrees_with_a_computation_by_hand(expr: Expr, expected: Any) -> None:
    ((found,),) = value(expr, POINT, {**HERE})
    expected = (
        log(Fraction(5))
        if expected is None
        else Fraction(expected)
        if isinstance(expected, int)
        else expected
    )
    assert same(found, expected, 1)


def test_the_third_evaluator_knows_every_node() -> None:
    def kinds(kind: type[Expr]) -> set[type[Expr]]:
        return {kind}.union(*(kinds(sub) for sub in kind.__subclasses__()))

    abstract = {Expr, ex.Binder, ex.SquareFunction, ex.ScalarFunction}
    ours = {kind for kind in kinds(Expr) if kind.__module__.startswith(ex.__name__)}
    assert set(values.RULES) == ours - abstract
    assert {type(node) for expr, _ in BY_HAND for node in ex.walk(expr)} >= set(values.RULES) - {Member}


UNDEFINED: tuple[Expr, ...] = (
    Div(a, s),
    Log(s),
    Log(b),
    Component(inv(v @ v.T), (d, e)),
    LogDet(v @ v.T),
    WeightedLog(b, t * 0),
    Pow(s, Number(Fraction(-1))),
    Pow(b, half),
    WeightedLog(t, s) - WeightedLog(t, s),
    Gradient(WeightedLog(t, s), t),
)


@pytest.mark.parametrize("expr", UNDEFINED)
def test_what_has_no_value_is_no_number(expr: Expr) -> None:
    with pytest.raises(NoValueError):
        value(expr, POINT, {**HERE})


def test_what_cancels_is_zero() -> None:
    third = real(Fraction(1, 3))
    assert plus(plus(third, third), plus(third, Fraction(-1))) == 0
    assert plus(context.mpf(10) ** -400, Fraction(0)) > 0


gap = LessEqual(Log(t), t - 1)
TRUE: tuple[Statement, ...] = (
    Equal((a + b) ** 2, a**2 + 2 * a * b + b**2),
    Equal(Sum(k, gamma[i, k]), one),
    Equal(Gradient(LogDet(P), P), inv(P)),
    gap,
    Iff(Equal(2 * a, b), Equal(a, b / 2)),
    Belongs(gamma[i, k], domains.SIMPLEX, k),
    Belongs(inv(P), domains.DEFINITE),
    Maximum(-((a - b) ** 2), (Choice(a, b),)),
    Maximum(Sum(k, WeightedLog(pi[k], pi[k])), (Choice(pi[k], Delta(k, j)),)),
    LessEqual(Gradient(Gradient(a + b, a), b), zero),
    Limit(Exp(-1 / t), t, "zero", zero),
    Limit(a / t, t, "infinity", zero),
)
FALSE: tuple[Statement, ...] = (
    Equal((a + b) ** 2, a**2 + b**2),
    Equal(A, A.T),
    Equal(Sum(k, w[k]), one),
    Equal(a / a, one),
    LessEqual(Log(t), t - 1, strict=True),
    LessEqual(Gradient(Gradient(a + b, a), b), zero, strict=True),
    LessEqual(zero, a),
    Iff(Equal(a * b, zero), Equal(a, zero)),
    Belongs(A, domains.SYMMETRIC),
    Belongs(S, domains.SEMIDEFINITE),
    Belongs(gamma[i, k], domains.SIMPLEX, i),
    Belongs(A, domains.INVERTIBLE),
    Maximum(-((a - b) ** 2), (Choice(a, 2 * b),)),
    Maximum(-((t + 1) ** 2), (Choice(t, -one),)),
    Limit(Exp(1 / t), t, "zero", zero),
    Limit(t, t, "infinity", zero),
)


@pytest.mark.parametrize("statement", TRUE)
def test_the_third_evaluator_finds_what_is_true(statement: Statement) -> None:
    found = opinion(statement)
    assert found.true, found
    assert found.points >= 20


@pytest.mark.parametrize("statement", FALSE)
def test_the_third_evaluator_finds_what_is_false(statement: Statement) -> None:
    assert not opinion(statement).true


def test_the_third_evaluator_heeds_hypotheses_definitions_and_witnesses() -> None:
    positive = Hypothesis(Belongs(a, domains.POSITIVE))
    assert opinion(Equal(a / a, one), hypotheses=[positive]).true
    assert isinstance(b, Member)
    assert opinion(Equal(b, a**2), definitions=[(b, a**2)]).true
    flat = Hypothesis(Equal(S @ v, Zero((D, 1))), (Choice(v, 0 * v),))
    assert opinion(Equal(quadratic(v, S), zero), hypotheses=[flat]).true
    impossible = Hypothesis(LessEqual(a**2, -one))
    found = opinion(Equal(a, b), hypotheses=[impossible])
    assert not found.true
    assert "too few" in found.detail


PLANTED: tuple[tuple[type[Expr], Callable[..., Any], Statement], ...] = (
    (
        ex.Transpose,
        lambda node, at, env: value(node.body, at, env),
        Equal(Trace(A.T @ A), sum_over(d, e, A[d, e] ** 2)),
    ),
    (Neg, lambda node, at, env: value(node.body, at, env), Equal(Add((a, Neg(a))), zero)),
    (Gradient, lambda node, at, env: [[Fraction(1)]], Equal(Gradient(a**2, a), 2 * a)),
    (Sum, lambda node, at, env: value(node.body, at, {**env, node.index: 0}), Equal(Sum(k, one), K)),
)


@pytest.mark.parametrize(("kind", "rule", "true"), PLANTED)
def test_a_fault_planted_in_the_third_evaluator_is_seen(
    kind: type[Expr], rule: Callable[..., Any], true: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert opinion(true).true
    monkeypatch.setitem(values.RULES, kind, rule)
    forget()
    assert not opinion(true).true
    forget()


def test_the_third_evaluator_confirms_every_claim() -> None:
    """Three evaluators, written apart: what is proved and checked is true for the third one too."""
    for subject in subjects("gmm_mstep"):
        found = opinion(subject.statement, subject.definitions, subject.assumed)
        assert found.true, (subject.name, found)
