"""The judge's values: its numbers and arrays, and its evaluator against NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from judge_symbols import (
    COUNTS,
    HALF,
    N_,
    ZERO,
    A,
    B,
    D,
    E,
    K,
    N,
    R,
    S,
    Sigma,
    a,
    as_float,
    d,
    e,
    gamma,
    i,
    instance_of,
    j,
    k,
    mu,
    n,
    numpy_of,
    p,
    pi,
    s,
    t,
    u,
    v,
    x,
    z,
)

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import (
    AssignmentSum,
    CirclePi,
    Delta,
    Det,
    Exp,
    Expr,
    Gradient,
    Identity,
    Log,
    LogDet,
    LogSumExp,
    Member,
    Product,
    Sum,
    Trace,
    WeightedLog,
    Zero,
    as_expr,
    inv,
    quadratic,
    sum_over,
)
from derivations.calculus.instances import Instance, Undecided, Undefined, arrays, check, evaluate, numbers
from derivations.calculus.instances.evaluate import RULES
from derivations.calculus.instances.numbers import Order, compare
from derivations.calculus.statements import Equal


def test_exact_numbers_stay_exact_where_they_can() -> None:
    assert numbers.log(fmpq(1)) == 0
    assert numbers.exp(fmpq(0)) == 1
    assert numbers.power(fmpq(2, 3), fmpq(-3)) == fmpq(27, 8)
    assert numbers.power(fmpq(0), fmpq(0)) == 1
    assert isinstance(numbers.log(fmpq(2)), arb)
    with ctx.workprec(200):
        assert compare(numbers.power(fmpq(4), fmpq(1, 2)), fmpq(2)) is Order.TOUCHING


@pytest.mark.parametrize(
    "compute",
    [
        lambda: numbers.divide(fmpq(1), fmpq(0)),
        lambda: numbers.log(fmpq(0)),
        lambda: numbers.log(fmpq(-1)),
        lambda: numbers.power(fmpq(0), fmpq(-1)),
        lambda: numbers.power(fmpq(-2), fmpq(1, 2)),
        lambda: numbers.weighted_log(fmpq(-1), fmpq(0)),
        lambda: compare(arb("inf") - arb("inf"), fmpq(0)),
        lambda: numbers.is_finite(arb("inf") - arb("inf")),
        lambda: arrays.inverse([[fmpq(1), fmpq(2)], [fmpq(2), fmpq(4)]]),
    ],
)
def test_what_has_no_value_is_undefined(compute: Callable[[], object]) -> None:
    with pytest.raises(Undefined):
        compute()


def test_wide_balls_decide_nothing() -> None:
    wide = arb(0, 1)
    for compute in (
        lambda: numbers.sign(wide),
        lambda: numbers.divide(fmpq(1), wide),
        lambda: compare(wide, fmpq(0)),
    ):
        with pytest.raises(Undecided):
            compute()


def test_infinities_compare() -> None:
    low = numbers.weighted_log(fmpq(1), fmpq(0))
    assert compare(low, fmpq(-(10**9))) is Order.LESS
    assert compare(fmpq(0), low) is Order.GREATER
    assert compare(low, low) is Order.EQUAL
    assert numbers.weighted_log(fmpq(0), fmpq(0)) == 0
    assert numbers.text(low) == "-inf"


@given(st.fractions(-3, 3, max_denominator=9), st.fractions(-3, 3, max_denominator=9))
def test_duals_differentiate_a_rational_function(at: Fraction, other: Fraction) -> None:
    """f = (x^3 + c x) / (x^2 + 1); its first and second derivative by nested duals and by hand."""
    value, c = (fmpq(number.numerator, number.denominator) for number in (at, other))
    inner = numbers.Dual(value, (fmpq(1),), 1)
    point = numbers.Dual(inner, (fmpq(1),), 2)
    f = numbers.divide(numbers.power(point, fmpq(3)) + c * point, point * point + fmpq(1))
    (first,) = numbers.slopes(f, 2, 1)
    (second,) = numbers.slopes(first, 1, 1)
    square = value * value + 1
    assert numbers.real(first) == 1 + (c - 1) * (1 - value * value) / square**2
    assert numbers.real(second) == (c - 1) * (2 * value**3 - 6 * value) / square**3


def test_different_levels_do_not_mix() -> None:
    """d/dx (x * d/dy (x + y)) is 1, not 2: the classical confusion of perturbations."""
    outer = numbers.Dual(fmpq(3), (fmpq(1),), 1)
    inner = numbers.Dual(fmpq(5), (fmpq(1),), 2)
    (slope,) = numbers.slopes(outer + inner, 2, 1)
    assert numbers.slopes(outer * slope, 1, 1) == (fmpq(1),)


@given(st.integers(1, 4), st.integers(0, 10**6))
def test_inverse_and_determinant_against_flint(size: int, seed: int) -> None:
    """An independent implementation: the library's own exact matrices."""
    from flint import fmpq_mat

    rows = instance_of(A, D=size, seed=seed).values[A.symbol][()]
    assert isinstance(rows, list)
    library = fmpq_mat(cast("list[list[fmpq]]", rows))
    assert arrays.determinant(rows) == library.det()
    assert arrays.inverse(rows) == library.inv().tolist()


def test_the_derivative_of_a_determinant_exists_at_a_singular_matrix() -> None:
    instance = Instance({D: 2}, {A.symbol: {(): [[fmpq(1), fmpq(2)], [fmpq(2), fmpq(4)]]}})
    assert evaluate(Gradient(Det(A), A), instance) == [[fmpq(4), fmpq(-2)], [fmpq(-2), fmpq(1)]]


def test_every_node_has_a_rule() -> None:
    def below(kind: type[Expr]) -> set[type[Expr]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    abstract = {Expr, ex.Binder, ex.SquareFunction, ex.ScalarFunction}
    ours = {kind for kind in below(Expr) if kind.__module__.startswith(Expr.__module__.rpartition(".")[0])}
    assert ours - abstract == set(RULES)


Numpy = dict[str, Any]
BY_HAND: list[tuple[Expr, Callable[[Numpy], Any]]] = [
    (3 * s - t / 2, lambda m: 3 * m["s"] - m["t"] / 2),
    (s**3 + p**HALF, lambda m: m["s"] ** 3 + math.sqrt(m["p"])),
    (Log(p) + Exp(s) + 2 * CirclePi(), lambda m: math.log(m["p"]) + math.exp(m["s"]) + 2 * math.pi),
    (N + D * as_expr(2), lambda m: 5 + 2 * 3),
    (s * u - v, lambda m: (m["s"] * m["u"] - m["v"])[:, None]),
    (A @ B @ u, lambda m: (m["A"] @ m["B"] @ m["u"])[:, None]),
    (u.T @ A @ v, lambda m: m["u"] @ m["A"] @ m["v"]),
    (u @ v.T + A.T - Identity(D), lambda m: np.outer(m["u"], m["v"]) + m["A"].T - np.eye(3)),
    (R @ R.T, lambda m: m["R"] @ m["R"].T),
    (inv(S) @ A, lambda m: np.linalg.inv(m["S"]) @ m["A"]),
    (Trace(A @ B), lambda m: np.trace(m["A"] @ m["B"])),
    (Det(A), lambda m: np.linalg.det(m["A"])),
    (LogDet(A), lambda m: np.linalg.slogdet(m["A"])[1]),
    (A / s, lambda m: m["A"] / m["s"]),
    (-(A * s * t), lambda m: -m["A"] * m["s"] * m["t"]),
    (Sum(i, x[i]), lambda m: m["x"].sum(0)[:, None]),
    (sum_over(i, k, gamma[i, k] * (x[i].T @ mu[k])), lambda m: np.einsum("ik,id,kd", m["gamma"], m["x"], m["mu"])),
    (Sum(i, Sum(i, gamma[i, k]) * ZERO + s), lambda m: 5 * m["s"]),
    (Product(k, Sum(i, gamma[i, k])), lambda m: m["gamma"].sum(0).prod()),
    (LogSumExp(k, pi[k] * s), lambda m: np.log(np.exp(m["pi"] * m["s"]).sum())),
    (sum_over(k, j, Delta(k, j) * pi[k] * pi[j]), lambda m: (m["pi"] ** 2).sum()),
    (sum_over(d, e, A[d, e] * u[d] * v[e]), lambda m: m["u"] @ m["A"] @ m["v"]),
    (sum_over(d, k, (mu[k])[d]), lambda m: m["mu"].sum()),
    (Sum(k, WeightedLog(pi[k], p)), lambda m: math.log(m["p"])),
    (Zero((D, E)), lambda m: np.zeros((3, 4))),
    (
        Sum(k, quadratic(x[i] - mu[k], inv(Sigma[k]))),
        lambda m: sum((m["x"][1] - m["mu"][c]) @ np.linalg.inv(m["Sigma"][c]) @ (m["x"][1] - m["mu"][c]) for c in range(4)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "by_hand"), BY_HAND)
@pytest.mark.parametrize("style", ["generic", "ties", "extreme"])
def test_values_agree_with_numpy(expr: Expr, by_hand: Callable[[Numpy], Any], style: str) -> None:
    symbols = (s, t, p, u, v, A, B, S, R, x, mu, Sigma, gamma, pi)
    drawn = instance_of(*symbols, style=style, N=5, K=4, D=3, E=4)
    instance = Instance(drawn.sizes, drawn.values, {i: 2, k: 1})
    names = [symbol.symbol if isinstance(symbol, Member) else symbol for symbol in symbols]
    expected = by_hand({symbol.name: numpy_of(drawn, symbol).squeeze() for symbol in names})
    free = ex.free_indices(expr)
    assert free <= {i, k}
    found = as_float(evaluate(expr, instance))
    assert found == pytest.approx(np.asarray(expected, float), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (ex.Abs(s), 3.5),
        (ex.Abs(t), 2),
        (ex.Bracket(s, "<", t), 1),
        (ex.Bracket(t, "<=", t), 1),
        (ex.Bracket(t, "<", t), 0),
        (ex.Bracket(s, "=", t), 0),
        (ex.Minimum(d, u[d,] ** 2), 1),
        (ex.Median(d, u[d,], as_expr(1)), 1),
        (ex.Median(d, u[d,], u[d,] ** 2), 4),
        (ex.Median(d, u[d,], ex.Ordered(e, d)), 1),
        (ex.Median(d, u[d,], 0 * s), 0),
        (ex.Sum(d, ex.First(d, u[d,] ** 2, d) * u[d,]), -1),
        (ex.Sum(d, ex.First(e, u[e,] ** 2, d) * Sum(e, ex.Ordered(e, d))), 2),
        (sum_over(d, e, ex.Ordered(d, e) * u[d,]), 3 * 4 - 2 + 1),
        (ex.At(t**2 + s, t, as_expr(7)), 45.5),
        (ex.At(Gradient(t**3, t), t, as_expr(2) * s), 147),
        (Gradient(ex.At(t**3 + s * t, t, s**2), s), 6 * (-3.5) ** 5 + 3 * 3.5**2),
        (Gradient(ex.At(t**3, t, t + s), t), 3 * 1.5**2),
        (ex.At(Gradient(ex.Sum(d, u[d,] * v[d,]), v)[e,], v, u) * s, -3.5),
        (ex.At(Gradient(Gradient(Exp(t * s), t), t), t, as_expr(0)), 12.25),
        (ex.At(ex.At(t + s, t, s * 2), s, t), 6),
    ],
)  # fmt: skip
def test_values_of_small_nodes(expr: Expr, expected: float) -> None:
    """At s = -7/2, t = 2, u = (4, -1, 1), v = 0."""
    column = [[fmpq(4)], [fmpq(-1)], [fmpq(1)]]
    values = {s: fmpq(-7, 2), t: fmpq(2), u: column, v: [[fmpq(0)]] * 3}
    instance = Instance({D: 3}, {m.symbol: {(): cast(Any, value)} for m, value in values.items()}, {e: 3})
    assert as_float(evaluate(expr, instance)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "expr", [Gradient(ex.Abs(s), s), Gradient(ex.Minimum(k, s * 2), s), Gradient(ex.Bracket(s, "<", ZERO), s)]
)
def test_corners_have_no_derivative(expr: Expr) -> None:
    with pytest.raises(Undefined, match="derivative"):
        evaluate(expr, Instance({K: 2}, {s.symbol: {(): fmpq(0)}}))


def test_a_sum_over_assignments_runs_over_all_maps() -> None:
    drawn = instance_of(a, N=3, K=2)
    m = numpy_of(drawn, a)
    maps = [(b, c, f) for b in range(2) for c in range(2) for f in range(2)]
    expr = AssignmentSum(z, Product(i, a[i, z[i]]) * Sum(n, z[n]))
    expected = sum(m[0, b] * m[1, c] * m[2, f] * (b + c + f + 3) for b, c, f in maps)
    assert as_float(evaluate(expr, drawn)) == pytest.approx(expected)


def test_drawn_labels_stand_as_indices() -> None:
    drawn = instance_of(z, mu, N=4, K=3, D=2)
    labels = [int(as_float(drawn.values[z][at,])) for at in range(1, 5)]
    expected = sum(numpy_of(drawn, mu)[label - 1] for label in labels)
    assert as_float(evaluate(Sum(i, mu[z[i]]), drawn))[:, 0] == pytest.approx(expected)


def test_definitions_are_seen_through() -> None:
    mean = ex.vectors("mean", "m", (K,), D)
    definitions = [*COUNTS, (mean[j], Sum(i, gamma[i, j] * x[i]) / N_[j])]
    drawn = instance_of(gamma, x, N=4, K=2, D=3)
    expected = (numpy_of(drawn, gamma).T @ numpy_of(drawn, x)) / numpy_of(drawn, gamma).sum(0)[:, None]
    found = as_float(evaluate(Sum(k, mean[k]), drawn, definitions))[:, 0]
    assert found == pytest.approx(expected.sum(0))


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        ([(N_[k], N_[k])], "N_ is defined by itself"),
        ([(N_[k], gamma[i, k])], "leaves the index i free"),
        ([(mu[k], pi[k])], r"mu has the shape \(D, 1\)"),
        ([(ex.scalars("m", "m", (K, K))[k, k], pi[k])], "different indices"),
    ],
)
def test_definitions_that_make_no_sense(definitions: list[tuple[Member, Expr]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check(
            Equal(Sum(k, definitions[0][0]), ZERO)
            if definitions[0][0].is_scalar
            else Equal(definitions[0][0], mu[k]),
            definitions=definitions,
        )


def test_one_derives_by_drawn_symbols_only() -> None:
    with pytest.raises(ValueError, match="cannot differentiate by N_"):
        check(Equal(Gradient(N_[k], N_[k]), as_expr(1)), definitions=COUNTS)
