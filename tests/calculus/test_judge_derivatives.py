"""The judge's derivatives, which know no rule, against closed forms, right and wrong."""

from __future__ import annotations

import pytest
from judge_symbols import (
    BILINEAR,
    HALF,
    A,
    B,
    N,
    S,
    Sigma,
    X,
    a,
    d,
    e,
    gamma,
    i,
    j,
    k,
    mu,
    n,
    p,
    pi,
    q,
    s,
    u,
    v,
    verdict,
    w,
    x,
)

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    CirclePi,
    Det,
    Div,
    Exp,
    Expr,
    Gradient,
    Log,
    LogDet,
    LogSumExp,
    Sum,
    Trace,
    WeightedLog,
    as_expr,
    inv,
    quadratic,
    scalar,
    sum_over,
)
from derivations.calculus.instances import check
from derivations.calculus.statements import Equal

DERIVATIVES: list[tuple[Expr, Expr, list[Expr]]] = [
    (Gradient(s**3, s), 3 * s**2, [s**2, -3 * s**2]),
    (Gradient(Log(p) * Exp(s), p), Exp(s) / p, [Exp(s) * p, Exp(s) * Log(p)]),
    (Gradient(WeightedLog(w, p), p), w / p, [-w / p, as_expr(1) / p]),
    (Gradient(WeightedLog(w, p), w), Log(p), [w * Log(p)]),
    (Gradient(p**q, p), q * p ** (q - 1), [p ** (q - 1)]),
    (Gradient(p**q, q), Log(p) * p**q, [p**q]),
    (Gradient(u.T @ v, u), v, [u, 2 * v]),
    (Gradient(BILINEAR, u), (A + A.T) @ u, [2 * A @ u, 2 * A.T @ u, A @ u]),
    (Gradient(u.T @ A @ v, A), u @ v.T, [v @ u.T, 2 * u @ v.T]),
    (Gradient(Trace(A @ B), A), B.T, [B, A.T]),
    (Gradient(u.T @ inv(X) @ v, X), -(inv(X).T @ u @ v.T @ inv(X).T),
     [inv(X).T @ u @ v.T @ inv(X).T, -(inv(X) @ u @ v.T @ inv(X)), -(inv(X).T @ v @ u.T @ inv(X).T)]),
    (Gradient(LogDet(X), X), inv(X).T, [inv(X), -inv(X).T]),
    (Gradient(Det(X), X), Det(X) * inv(X).T, [inv(X).T, Det(X) * inv(X)]),
    (Gradient(LogSumExp(k, a[i, k]), a[i, j]), Exp(a[i, j] - LogSumExp(k, a[i, k])), [Exp(a[i, j])]),
    (Gradient(Sum(k, pi[k] ** 2), pi[j]), 2 * pi[j], [Sum(k, 2 * pi[k]), pi[j]]),
    (Gradient(sum_over(i, k, gamma[i, k] * Log(p)), gamma[n, j]), Log(p), [N * Log(p)]),
    (Gradient(LogDet(S), S), inv(S), [2 * inv(S)]),
    (Gradient(u.T @ S @ v, S), HALF * (u @ v.T + v @ u.T), [u @ v.T, u @ v.T + v @ u.T]),
    (Gradient(Sum(k, quadratic(u - mu[k], inv(Sigma[k]))), Sigma[j]),
     -(inv(Sigma[j]) @ (u - mu[j]) @ (u - mu[j]).T @ inv(Sigma[j])),
     [inv(Sigma[j]) @ (u - mu[j]) @ (u - mu[j]).T @ inv(Sigma[j])]),
]  # fmt: skip


@pytest.mark.parametrize(("found", "right", "wrong"), DERIVATIVES)
def test_derivatives_against_closed_forms(found: Expr, right: Expr, wrong: list[Expr]) -> None:
    assert verdict(Equal(found, right)) is Verdict.CHECKED
    for formula in wrong:
        assert verdict(Equal(found, formula)) is Verdict.REFUTED


def test_second_derivatives() -> None:
    """The Hessian of a quadratic form by entries and by rows, mixed ones, and one by a symmetric matrix."""
    hessian = Gradient(Gradient(BILINEAR, u)[d,], u)
    assert verdict(Equal(hessian[e,], (A + A.T)[d, e])) is Verdict.CHECKED
    assert verdict(Equal(hessian[e,], (2 * A)[d, e])) is Verdict.REFUTED
    mixed = Gradient(Gradient(p**2 * Log(q), p), q)
    assert verdict(Equal(mixed, 2 * p / q)) is Verdict.CHECKED
    assert verdict(Equal(Gradient(Gradient(Log(p), p), p), Div(as_expr(-1), p**2))) is Verdict.CHECKED
    curvature = Gradient(Trace(Gradient(LogDet(S), S)), S)
    assert verdict(Equal(curvature, -(inv(S) @ inv(S)))) is Verdict.CHECKED


def test_a_derivative_sees_definitions() -> None:
    total = scalar("T", "T")
    definitions = [(total, Sum(k, mu[k].T @ mu[k]))]
    slope = Gradient(total**2, mu[j])
    assert verdict(Equal(slope, 4 * total * mu[j]), definitions=definitions) is Verdict.CHECKED
    assert verdict(Equal(slope, 2 * total * mu[j]), definitions=definitions) is Verdict.REFUTED


def test_a_rational_derivative_beside_logs_is_exact() -> None:
    gaussian = sum_over(
        i, k, gamma[i, k] * (quadratic(x[i] - mu[k], inv(Sigma[k])) + LogDet(Sigma[k]) + Log(CirclePi()))
    )
    slope = -2 * Sum(i, gamma[i, j] * (inv(Sigma[j]) @ (x[i] - mu[j])))
    evidence = check(Equal(Gradient(gaussian, mu[j]), slope))
    assert (evidence.verdict, evidence.method) == (Verdict.CHECKED, "exact")
    assert evidence.scope == "N=5, K=4, D=3"
