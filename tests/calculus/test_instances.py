"""The independent judge: its numbers, its evaluator against NumPy, its draws, and what it refutes.

Every kind of claim is tried with true examples, which must be CHECKED, and with planted errors, which must be
REFUTED: a judge that lets errors pass is worth nothing.
"""

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

from derivations.calculus import expressions as ex
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    DOMAINS,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    OPEN_SIMPLEX,
    POSITIVE,
    REAL,
    SEMIDEFINITE,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
    Domain,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    CirclePi,
    Delta,
    Det,
    Div,
    Exp,
    Expr,
    Gradient,
    Identity,
    Inverse,
    Log,
    LogDet,
    LogSumExp,
    Member,
    Product,
    Size,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    as_expr,
    inv,
    matrix,
    quadratic,
    scalar,
    sum_over,
    vector,
)
from derivations.calculus.instances import (
    STYLES,
    Instance,
    Undecided,
    Undefined,
    arrays,
    check,
    draws,
    evaluate,
    instance_table,
    necessity,
    numbers,
    schedule,
)
from derivations.calculus.instances.draws import FULL, numbers_of
from derivations.calculus.instances.evaluate import RULES
from derivations.calculus.instances.membership import family_lies_in, lies_in
from derivations.calculus.instances.numbers import Order, compare
from derivations.calculus.instances.setting import Dropped, Setting
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    InRange,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)

N, K, D, E = ex.sizes("N K D E")
i, n = N.indices("i n")
k, j = K.indices("k j")
d, e = D.indices("d e")
x = ex.vectors("x", "x", (N,), D)
mu = ex.vectors("mu", "mu", (K,), D)
Sigma = ex.matrices("Sigma", "Sigma", (K,), D, DEFINITE)
gamma = ex.scalars("gamma", "gamma", (N, K), SIMPLEX)
pi = ex.scalars("pi", "pi", (K,), SIMPLEX)
a = ex.scalars("a", "a", (N, K))
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
N_ = ex.scalars("N_", "N", (K,))
u, v = vector("u", "u", D), vector("v", "v", D)
A, B, C = (matrix(name, name, D) for name in "ABC")
R = matrix("R", "R", D, E)
X = matrix("X", "X", D, domain=INVERTIBLE)
S = matrix("S", "S", D, domain=DEFINITE)
s, t = scalar("s", "s"), scalar("t", "t")
p, q = scalar("p", "p", POSITIVE), scalar("q", "q", POSITIVE)
w = scalar("w", "w", NONNEGATIVE)
ZERO, HALF = as_expr(0), as_expr(Fraction(1, 2))
COUNTS = [(N_[k], Sum(i, gamma[i, k]))]
POSITIVE_COUNTS = Hypothesis(LessEqual(ZERO, N_[k], strict=True))


def verdict(statement: Statement, **more: Any) -> Verdict:
    return check(statement, **more).verdict


def instance_of(*symbols: Symbol | Member, style: str = "generic", seed: int = 1, **sizes: int) -> Instance:
    """A drawn instance of these symbols at these sizes."""
    plan = [({Size(name): number for name, number in sizes.items()}, style)]
    owned = [symbol.symbol if isinstance(symbol, Member) else symbol for symbol in symbols]
    return next(draws(owned, plan, seed))


# ------------------------------------------------------------------------------ numbers


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


# ------------------------------------------------------------------------------- arrays


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


# ---------------------------------------------------------------------------- evaluator


def test_every_node_has_a_rule() -> None:
    def below(kind: type[Expr]) -> set[type[Expr]]:
        return {kind}.union(*(below(child) for child in kind.__subclasses__()))

    abstract = {Expr, ex.Binder, ex.SquareFunction, ex.ScalarFunction}
    assert below(Expr) - abstract == set(RULES)


def as_float(value: object) -> Any:
    if isinstance(value, list):
        return np.array([[as_float(entry) for entry in row] for row in value])
    if isinstance(value, fmpq):
        return int(value.p) / int(value.q)
    assert isinstance(value, arb)
    return float(value.mid())


def numpy_of(instance: Instance, symbol: Symbol | Member) -> Any:
    """All members of a symbol in one NumPy array, columns as vectors."""
    symbol = symbol.symbol if isinstance(symbol, Member) else symbol
    members = instance.values[symbol]
    shape = [instance.sizes[size] for size in symbol.family]
    entries = np.array([as_float(members[at]) for at in members])
    whole = entries.reshape((*shape, *entries.shape[1:]))
    return whole[..., 0] if symbol.shape[1] == 1 and symbol.shape[0] != 1 else whole


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


# --------------------------------------------------------------------------- derivatives

BILINEAR = u.T @ A @ u
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


# -------------------------------------------------------------------------------- draws

ALL_DOMAINS = sorted(DOMAINS.values(), key=lambda domain: domain.name)


def symbol_of(domain: Domain) -> Symbol:
    if domain.symmetric or domain == INVERTIBLE:
        return ex.matrices("m", "m", (K,), D, domain)
    if domain.unit:
        return ex.vectors("m", "m", (K,), D, domain)
    return Symbol("m", "m", (N, K), domain=domain, labels=K if domain.label else None)


@pytest.mark.parametrize("domain", ALL_DOMAINS, ids=lambda domain: domain.name)
def test_draws_lie_in_their_domain(domain: Domain) -> None:
    symbol = symbol_of(domain)
    styles = set()
    for seed in range(4):
        for drawn in draws([symbol], schedule({N, K, D}), seed):
            styles.add(drawn.style)
            assert family_lies_in(drawn.values[symbol], domain), (drawn.style, drawn.values)
    assert styles == {*STYLES, "mixed"}


def test_sizes_of_the_schedule() -> None:
    sizes = [{size.name: number for size, number in row.items()} for row, _ in schedule({N, K, D})]
    assert {"N": 5, "K": 4, "D": 3} in sizes
    for name in "NKD":
        assert any(row[name] == 1 for row in sizes)
    assert any(row["N"] < row["D"] for row in sizes)
    assert {row["N"] % 2 for row in sizes} == {0, 1}
    assert sizes == sorted(sizes, key=lambda row: math.prod(row.values()))
    numbered = numbers_of({Size("Kx"), Size("Ky"), D}, FULL)
    assert numbered[Size("Kx")] != numbered[Size("Ky")]
    assert all(row[K] ** row[N] <= 27 for row, _ in schedule({N, K}, assignments=True))


def entries(drawn: Instance, symbol: Symbol) -> list[Any]:
    return [as_float(value) for value in drawn.values[symbol].values()]


DIRECTED: list[tuple[str, Symbol, Callable[[Any, list[Any]], bool]]] = [
    ("duplicate points", x, lambda m, all_: any((m[b] == m[c]).all() for b in range(5) for c in range(b))),
    ("a zero coordinate", x, lambda m, all_: bool((m == 0).any())),
    ("an empty component", gamma, lambda m, all_: bool((m.sum(0) == 0).any() and (m.sum(0) > 0).sum() > 1)),
    ("one-hot rows", gamma, lambda m, all_: bool((m.max(1) == 1).all())),
    ("uniform rows", gamma, lambda m, all_: bool((m == 0.25).all())),
    ("all points zero", x, lambda m, all_: not m.any()),
    ("a narrow cloud", x, lambda m, all_: bool(0 < abs(m).max() < 0.15)),
    ("a vertex", pi, lambda m, all_: bool(m.max() == 1)),
    ("a zero weight", pi, lambda m, all_: bool((m == 0).sum() == 1)),
    ("generic weights", pi, lambda m, all_: len(set(m)) == 4 and bool((m > 0).all())),
    ("the identity", Sigma, lambda m, all_: bool((m == np.eye(3)).all())),
    ("a diagonal matrix", Sigma, lambda m, all_: bool((m[0] == np.diag(np.diag(m[0]))).all() and m[0].max() > 1)),
    ("ill-conditioned", Sigma, lambda m, all_: bool(np.linalg.cond(m[0]) > 1e5)),
    ("an asymmetric matrix", A.symbol, lambda m, all_: bool((m != m.T).any())),
    ("a singular matrix", A.symbol, lambda m, all_: bool(abs(np.linalg.det(m)) < 1e-12)),
    ("a singular semidefinite matrix", Symbol("P", "P", (), (D, D), SEMIDEFINITE),
     lambda m, all_: bool(0 < np.linalg.matrix_rank(m) < 3)),
    ("an indefinite symmetric matrix", Symbol("P", "P", (), (D, D), SYMMETRIC),
     lambda m, all_: bool(np.linalg.eigvalsh(m).prod() != 0 and np.ptp(np.sign(np.linalg.eigvalsh(m))) == 2)),
    ("a basis vector", Symbol("b", "b", (), (D, 1), UNIT), lambda m, all_: bool(abs(m).max() == 1)),
    ("a generic unit vector", Symbol("b", "b", (), (D, 1), UNIT), lambda m, all_: bool((m != 0).all())),
    ("near one", Symbol("f", "f", (), domain=FRACTION), lambda m, all_: bool(m > 0.99)),
    ("all in one component", z, lambda m, all_: len(set(m)) == 1),
    ("both bits", Symbol("b", "b", (N,), domain=BINARY), lambda m, all_: set(m) == {0, 1}),
    ("a one-hot family", Symbol("h", "h", (N, K), domain=ONE_HOT),
     lambda m, all_: bool((m.max(1) == 1).all())),
]  # fmt: skip


@pytest.mark.parametrize(("symbol", "seen"), [row[1:] for row in DIRECTED], ids=[row[0] for row in DIRECTED])
def test_directed_draws_occur(symbol: Symbol, seen: Callable[[Any, list[Any]], bool]) -> None:
    full = [(row, style) for row, style in schedule({N, K, D}) if row == {N: 5, K: 4, D: 3}]
    arrays_ = [
        numpy_of(drawn, symbol).squeeze() for seed in range(3) for drawn in draws([symbol], full, seed)
    ]
    assert any(seen(array, arrays_) for array in arrays_)


def test_the_seed_decides_the_draws() -> None:
    plan = schedule({N, K, D})
    first, again, other = (list(draws([x, Sigma, gamma], plan, seed)) for seed in (3, 3, 4))
    assert first == again
    assert first != other
    claim = Equal(Gradient(BILINEAR, u), 2 * A @ u)
    assert check(claim, seed=5) == check(claim, seed=5)


# ------------------------------------------------------------------------------ domains

MEMBERS: list[tuple[Domain, object, bool]] = [
    (POSITIVE, fmpq(0), False),
    (POSITIVE, fmpq(1, 9), True),
    (NONNEGATIVE, fmpq(0), True),
    (NONNEGATIVE, fmpq(-1, 9), False),
    (FRACTION, fmpq(1), False),
    (BINARY, fmpq(1, 2), False),
    (LABEL, fmpq(3), True),
    (LABEL, fmpq(1, 2), False),
    (SYMMETRIC, [[fmpq(1), fmpq(2)], [fmpq(3), fmpq(1)]], False),
    (DEFINITE, [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], False),
    (SEMIDEFINITE, [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], True),
    (SEMIDEFINITE, [[fmpq(0), fmpq(0)], [fmpq(0), fmpq(-1)]], False),
    (DEFINITE, [[fmpq(2), fmpq(1)], [fmpq(1), fmpq(1)]], True),
    (DEFINITE, [[fmpq(2), fmpq(1)], [fmpq(0), fmpq(1)]], False),
    (UNIT, [[fmpq(3, 5)], [fmpq(4, 5)]], True),
    (UNIT, [[fmpq(3, 5)], [fmpq(3, 5)]], False),
    (INVERTIBLE, [[fmpq(1), fmpq(1)], [fmpq(1), fmpq(1)]], False),
]


@pytest.mark.parametrize(("domain", "value", "inside"), MEMBERS)
def test_membership(domain: Domain, value: Any, inside: bool) -> None:
    assert lies_in(value, domain) is inside


def test_a_row_of_a_simplex_sums_over_the_last_index() -> None:
    rows: dict[tuple[int, ...], Any] = {
        (1, 1): fmpq(1, 2),
        (1, 2): fmpq(1, 2),
        (2, 1): fmpq(1),
        (2, 2): fmpq(0),
    }
    assert family_lies_in(rows, SIMPLEX)
    assert not family_lies_in(rows, OPEN_SIMPLEX)
    assert not family_lies_in({**rows, (2, 2): fmpq(1, 9)}, SIMPLEX)


# ---------------------------------------------------------------------- kinds of claims


def commutator(left: Expr, right: Expr) -> Expr:
    return left @ right - right @ left


HALL = commutator(commutator(A, B) @ commutator(A, B), C)
MEAN = Sum(i, gamma[i, j] * x[i]) / N_[j]
QUADRATIC = -sum_over(i, k, gamma[i, k] * quadratic(x[i] - mu[k], inv(Sigma[k])))
LIKELIHOOD = Sum(k, WeightedLog(N_[k], pi[k]))
SLOPE = Gradient(QUADRATIC, mu[j])
VECTOR_ZERO = Zero((D, 1))
SCATTER = Sum(i, gamma[i, k] * (x[i] - u) @ (x[i] - u).T)

TRUE: dict[str, tuple[Statement, dict[str, Any]]] = {
    "rows sum to N": (Equal(Sum(k, N_[k]), N), {"definitions": COUNTS}),
    "product of sums": (Equal(Sum(i, p) * Sum(k, q), N * K * p * q), {}),
    "trace is cyclic": (Equal(Trace(A @ B @ C), Trace(C @ A @ B)), {}),
    "logs": (Equal(Log(p * q), Log(p) + Log(q)), {}),
    "shift": (Equal(LogSumExp(k, a[i, k]), s + LogSumExp(k, a[i, k] - s)), {}),
    "collapse": (Equal(AssignmentSum(z, Product(i, gamma[i, z[i]]) * Sum(n, a[n, z[n]])), sum_over(i, k, gamma[i, k] * a[i, k])), {}),
    "square": (LessEqual(2 * s * t, s**2 + t**2), {}),
    "log below line": (LessEqual(Log(p), p - 1), {}),
    "strict": (LessEqual(Log(p), p, strict=True), {}),
    "Gibbs": (LessEqual(LIKELIHOOD, Sum(k, WeightedLog(N_[k], N_[k] / N))), {"definitions": COUNTS}),
    "scatter": (Belongs(SCATTER, SEMIDEFINITE), {}),
    "ratio": (Belongs(p / (p + q), FRACTION), {}),
    "posterior": (Belongs(gamma[i, k] * (p / p), SIMPLEX, over=k), {}),
    "vector on the simplex": (Belongs(inv(S) @ S @ u / (u.T @ u) ** HALF, UNIT), {"hypotheses": [Hypothesis(LessEqual(ZERO, u.T @ u, strict=True))]}),
    "sum of definites": (Belongs(S + Sigma[k], DEFINITE), {}),
    "root": (Iff(Equal(SLOPE, VECTOR_ZERO), Equal(mu[j], MEAN)), {"definitions": COUNTS, "hypotheses": [POSITIVE_COUNTS]}),
    "order": (Iff(LessEqual(s, t), LessEqual(s - t, ZERO)), {}),
    "weights of all": (Iff(Equal(pi[k], as_expr(1) / K), Equal(K * pi[k], as_expr(1))), {}),
    "mean is best": (Maximum(QUADRATIC, (Choice(mu[j], MEAN),)), {"definitions": COUNTS, "hypotheses": [POSITIVE_COUNTS]}),
    "weights are best": (Maximum(LIKELIHOOD, (Choice(pi[k], N_[k] / N),)), {"definitions": COUNTS}),
    "range": (InRange(k), {}),
}  # fmt: skip

FALSE: dict[str, tuple[Statement, dict[str, Any]]] = {
    "rows sum to K": (Equal(Sum(k, N_[k]), K), {"definitions": COUNTS}),
    "columns sum to one": (Equal(N_[k], as_expr(1)), {"definitions": COUNTS}),
    "min(N, K)": (Equal(Sum(i, p) * q, N * K * p * q), {}),
    "true for D <= 2": (Equal(HALL, Zero((D, D))), {}),
    "true for D = 1": (Equal(A + B, A.T + B.T), {}),
    "trace is not": (Equal(Trace(A @ B @ C), Trace(A @ C @ B)), {}),
    "log of a sum": (Equal(Log(p + q), Log(p) + Log(q)), {}),
    "almost equal": (Equal(p + Fraction(1, 10**30), p), {}),
    "a tiny exponential": (Equal(Exp(-p * 100), ZERO), {}),
    "square, factor": (LessEqual(3 * s * t, s**2 + t**2), {}),
    "tangent": (LessEqual(Log(p), p - 1, strict=True), {}),
    "strict Gibbs": (LessEqual(LIKELIHOOD, Sum(k, WeightedLog(N_[k], N_[k] / N)), strict=True), {"definitions": COUNTS}),
    "definite scatter": (Belongs(SCATTER, DEFINITE), {}),
    "weights on the open simplex": (Belongs(pi[k], OPEN_SIMPLEX, over=k), {}),
    "sum over points": (Belongs(gamma[i, k], SIMPLEX, over=i), {}),
    "asymmetric": (Belongs(A, SYMMETRIC), {}),
    "singular": (Belongs(A, INVERTIBLE), {}),
    "not binary": (Belongs(gamma[i, k], BINARY), {}),
    "not a label": (Belongs(s, LABEL), {}),
    "root, factor": (Iff(Equal(SLOPE, VECTOR_ZERO), Equal(mu[j], 2 * MEAN)), {"definitions": COUNTS, "hypotheses": [POSITIVE_COUNTS]}),
    "root, one way": (Iff(Equal(s * (s - t), ZERO), Equal(s, t)), {}),
    "root, other way": (Iff(Equal(s, t), Equal(s**2, t**2)), {}),
    "order, turned": (Iff(LessEqual(s, t), LessEqual(t - s, ZERO)), {}),
    "order, strict": (Iff(LessEqual(s, t), LessEqual(s, t, strict=True)), {}),
    "mean, shifted": (Maximum(QUADRATIC, (Choice(mu[j], MEAN + u / 100),)), {"definitions": COUNTS, "hypotheses": [POSITIVE_COUNTS]}),
    "a minimum": (Maximum(-QUADRATIC, (Choice(mu[j], MEAN),)), {"definitions": COUNTS, "hypotheses": [POSITIVE_COUNTS]}),
    "uniform weights": (Maximum(LIKELIHOOD, (Choice(pi[k], as_expr(1) / K),)), {"definitions": COUNTS}),
    "outside": (Maximum(LIKELIHOOD, (Choice(pi[k], N_[k]),)), {"definitions": COUNTS}),
}  # fmt: skip


HAT = ex.vectors("hat", "m", (K,), D)
NAMED = {"definitions": [*COUNTS, (HAT[j], MEAN)], "hypotheses": [POSITIVE_COUNTS]}
AT_HAT = -sum_over(i, k, gamma[i, k] * quadratic(x[i] - HAT[k], inv(Sigma[k])))
TIGHT: list[tuple[Statement, dict[str, Any], Verdict]] = [
    (LessEqual(QUADRATIC, AT_HAT), NAMED, Verdict.CHECKED),
    (LessEqual(QUADRATIC, AT_HAT, strict=True), NAMED, Verdict.REFUTED),
    (LessEqual(QUADRATIC, AT_HAT * Fraction(1001, 1000)), NAMED, Verdict.REFUTED),
    (LessEqual(QUADRATIC, AT_HAT - sum_over(i, k, gamma[i, k] * u.T @ u)), NAMED, Verdict.REFUTED),
    (LessEqual(ZERO, (s - t) ** 2 - p**2 / 100), {}, Verdict.REFUTED),
    (LessEqual(as_expr(Fraction(1, 20)), (s - Fraction(7, 3)) ** 2), {}, Verdict.REFUTED),
    (LessEqual(Log(p), p - Fraction(101, 100)), {}, Verdict.REFUTED),
]


@pytest.mark.parametrize(("statement", "more", "expected"), TIGHT)
@pytest.mark.parametrize("seed", range(3))
def test_inequalities_are_tried_where_they_are_tight(
    statement: Statement, more: dict[str, Any], expected: Verdict, seed: int
) -> None:
    assert check(statement, seed=seed, **more).verdict is expected


@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_checked(name: str) -> None:
    statement, more = TRUE[name]
    evidence = check(statement, **more)
    assert evidence.verdict is Verdict.CHECKED, evidence
    assert evidence.engine == "instances"
    assert evidence.counterexample is None
    assert isinstance(statement, InRange) or (evidence.draws or 0) >= 3


@pytest.mark.parametrize("name", FALSE)
def test_false_claims_are_refuted(name: str) -> None:
    statement, more = FALSE[name]
    evidence = check(statement, **more)
    assert evidence.verdict is Verdict.REFUTED, evidence
    shown = evidence.counterexample
    assert shown is not None
    assert shown.values
    assert shown.left != ""


def test_no_statement_of_these_is_true_for_another_seed() -> None:
    for seed in range(1, 4):
        for name, (statement, more) in FALSE.items():
            assert check(statement, seed=seed, **more).verdict is Verdict.REFUTED, (name, seed)


LIMITS: list[tuple[Expr, Any, Expr, Verdict]] = [
    ((s + p) / (1 + p), "zero", s, Verdict.CHECKED),
    ((s + p) / (1 + p), "infinity", as_expr(1), Verdict.CHECKED),
    (Exp(-q / (2 * p)), "zero", ZERO, Verdict.CHECKED),
    (Exp(-q / (2 * p)), "infinity", as_expr(1), Verdict.CHECKED),
    (1 / (Exp(-q / p) + 1 + Exp(-2 * q / p)), "zero", as_expr(1), Verdict.CHECKED),
    (p * Log(p), "zero", ZERO, Verdict.CHECKED),
    ((s + p) / (1 + p), "zero", -s, Verdict.REFUTED),
    (Exp(-q / (2 * p)), "zero", as_expr(1), Verdict.REFUTED),
    (Exp(q / p), "zero", ZERO, Verdict.REFUTED),
    (s * p, "infinity", s, Verdict.REFUTED),
    (p / (p - p), "zero", ZERO, Verdict.REFUTED),
    (1 / Log(1 + 1 / p), "zero", ZERO, Verdict.UNKNOWN),
]


@pytest.mark.parametrize(("body", "toward", "value", "expected"), LIMITS)
def test_limits(body: Expr, toward: Any, value: Expr, expected: Verdict) -> None:
    assert verdict(Limit(body, p, toward, value)) is expected


def test_a_search_leaves_labels_in_their_range() -> None:
    label = Symbol("label", "c", (), domain=LABEL, labels=K)[()]
    nearest = Hypothesis(LessEqual((s - N_[label]) ** 2, (s - N_[k]) ** 2))
    inequality = LessEqual(-((s - N_[k]) ** 2), -((s - N_[label]) ** 2))
    for seed in range(3):
        assert check(inequality, hypotheses=[nearest], seed=seed).verdict is Verdict.CHECKED
        assert check(inequality, seed=seed).verdict is Verdict.REFUTED


def test_a_limit_is_no_hypothesis() -> None:
    with pytest.raises(ValueError, match="cannot be a hypothesis"):
        check(Equal(s, t), hypotheses=[Hypothesis(Limit(p, p, "zero", ZERO))])


ILL_DEFINED: list[Statement] = [
    Equal(s / s, as_expr(1)),
    Equal(Log(w), Log(w)),
    Equal(Inverse(A) @ A, Identity(D)),
    Equal(LogDet(A), LogDet(A.T)),
    Equal(Sum(k, gamma[i, k] * x[i]) * 0 + x[i] / N_[k], x[i] / N_[k]),
    Equal(WeightedLog(p, w), WeightedLog(p, w)),
    LessEqual(WeightedLog(p, w) - WeightedLog(p, w), s**2),
    Equal(Gradient(WeightedLog(p, w), w), p / w),
    Belongs(s / s, POSITIVE),
    Iff(Equal(t / s, ZERO), Equal(t, ZERO)),
    Maximum(-(mu[k].T @ mu[k]), (Choice(mu[j], ZERO * x[i] / N_[j]),)),
    Maximum(Sum(k, Log(pi[k])), (Choice(pi[k], as_expr(1) / K),)),
]


@pytest.mark.parametrize("statement", ILL_DEFINED)
def test_undefined_at_an_admissible_point_is_refuted(statement: Statement) -> None:
    evidence = check(statement, definitions=COUNTS)
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.detail.startswith("ill-defined")
    assert evidence.counterexample is not None


def test_the_undefined_side_is_shown() -> None:
    shown = check(Equal(s / s, as_expr(1))).counterexample
    assert shown is not None
    assert (shown.left, shown.right) == ("undefined (division by zero)", "1")
    assert shown.values == {"s": "0"}


def test_minus_infinity_is_a_side_of_an_inequality() -> None:
    assert verdict(LessEqual(WeightedLog(p, w), p * w)) is Verdict.CHECKED
    assert verdict(LessEqual(p * w, WeightedLog(p, w))) is Verdict.REFUTED


def test_the_smallest_counterexample_is_shown() -> None:
    shown = check(Equal(HALL, Zero((D, D)))).counterexample
    assert shown is not None
    assert shown.sizes == {"D": 3}
    shown = check(Equal(Sum(i, x[i]), x[n] * 2)).counterexample
    assert shown is not None
    assert shown.sizes == {"N": 1, "D": 1}
    assert shown.values["n"] == "1"


def test_statements_about_numbers_have_a_single_instance() -> None:
    assert verdict(Equal(as_expr(2) * 3, as_expr(6))) is Verdict.CHECKED
    assert verdict(LessEqual(as_expr(3), CirclePi(), strict=True)) is Verdict.CHECKED
    assert verdict(Iff(Equal(ZERO, ZERO), Equal(Exp(ZERO), as_expr(1)))) is Verdict.CHECKED
    assert verdict(LessEqual(CirclePi(), as_expr(3))) is Verdict.REFUTED


def test_a_statement_without_sizes_speaks_of_values() -> None:
    assert check(Equal(s + t, t + s)).scope == "values"
    assert check(Equal(Log(p**2), 2 * Log(p))).method == "balls"


def test_an_equivalence_that_was_never_true_is_not_checked() -> None:
    evidence = check(Iff(Equal(s**2 + 1, ZERO), Equal(Exp(s), ZERO)))
    assert evidence.verdict is Verdict.UNKNOWN
    assert "true" in evidence.detail


def test_later_choices_stand_in_earlier_ones() -> None:
    """The scatter is written around mu and is chosen together with it, in either order."""
    scatter = Sum(i, (x[i] - u) @ (x[i] - u).T) / N
    mean = Sum(i, x[i]) / N
    objective = -HALF * N * LogDet(S) - HALF * Sum(i, quadratic(x[i] - u, inv(S)))
    definite = Hypothesis(Belongs(Sum(i, (x[i] - mean) @ (x[i] - mean).T), DEFINITE))
    chosen = (Choice(S, scatter), Choice(u, mean))
    assert verdict(Maximum(objective, chosen), hypotheses=[definite]) is Verdict.CHECKED
    assert verdict(Maximum(objective, chosen[::-1]), hypotheses=[definite]) is Verdict.REFUTED
    assert verdict(Maximum(objective, chosen)) is Verdict.REFUTED


# --------------------------------------------------------------------------- hypotheses

PROJECTION = Identity(D) - v @ v.T / (v.T @ v)
NOT_ZERO = Hypothesis(LessEqual(ZERO, v.T @ v, strict=True))


def test_a_hypothesis_filters_the_draws() -> None:
    claim = Equal(s / s, as_expr(1))
    nonzero = Hypothesis(LessEqual(ZERO, s**2, strict=True))
    assert verdict(claim) is Verdict.REFUTED
    evidence = check(claim, hypotheses=[nonzero])
    assert evidence.verdict is Verdict.CHECKED
    assert evidence.hypotheses == (nonzero.statement,)


def test_a_hypothesis_holds_for_all_values_of_its_indices() -> None:
    claim = LessEqual(ZERO, Product(k, N_[k]), strict=True)
    assert verdict(claim, definitions=COUNTS, hypotheses=[POSITIVE_COUNTS]) is Verdict.CHECKED
    assert verdict(claim, definitions=COUNTS) is Verdict.REFUTED


def test_hypotheses_that_hardly_hold_leave_the_claim_unknown() -> None:
    impossible = Hypothesis(LessEqual(s**2, as_expr(-1)))
    rare = Hypothesis(Equal(s**3 + s**2 * t, as_expr(2)))  # by chance at s = t = 1 alone
    for hypothesis in (impossible, rare):
        evidence = check(Equal(s, t), hypotheses=[hypothesis])
        assert evidence.verdict is Verdict.UNKNOWN
        assert "hypothesis 1 does not hold" in evidence.detail
        assert evidence.counterexample is None


def test_a_witness_makes_a_hypothesis_true() -> None:
    """v'Bv = 0 for a semidefinite B implies Bv = 0; random values would never satisfy it."""
    semidefinite = matrix("P", "P", D, domain=SEMIDEFINITE)
    claim = Equal(semidefinite @ v, VECTOR_ZERO)
    hypothesis = Equal(v.T @ semidefinite @ v, ZERO)
    form = Choice(semidefinite, PROJECTION @ A.T @ A @ PROJECTION)
    evidence = check(claim, hypotheses=[NOT_ZERO, Hypothesis(hypothesis, (form,))])
    assert evidence.verdict is Verdict.CHECKED
    assert (evidence.draws or 0) >= 8
    wrong = check(
        Equal(semidefinite @ u, VECTOR_ZERO), hypotheses=[NOT_ZERO, Hypothesis(hypothesis, (form,))]
    )
    assert wrong.verdict is Verdict.REFUTED


def test_a_witness_that_does_not_satisfy_its_hypothesis_counts_for_nothing() -> None:
    hypothesis = Hypothesis(Equal(s**2 + 1, t), (Choice(t, s),))
    assert verdict(Equal(t, s), hypotheses=[hypothesis]) is Verdict.UNKNOWN


def test_defined_symbols_are_not_chosen() -> None:
    hypothesis = Hypothesis(Equal(N_[k], s), (Choice(N_[k], s),))
    for claim, assumed in ((Equal(s, s), [hypothesis]), (Maximum(s, (Choice(N_[k], s),)), [])):
        with pytest.raises(ValueError, match="N_ is defined"):
            check(claim, definitions=COUNTS, hypotheses=assumed)


def test_a_witness_outside_the_domain_is_dropped() -> None:
    hypothesis = Hypothesis(Equal(p, -q))
    assert verdict(Equal(p, q), hypotheses=[hypothesis]) is Verdict.UNKNOWN


def test_an_equation_for_a_symbol_is_its_own_witness() -> None:
    hypothesis = Hypothesis(Equal(mu[k], Sum(i, gamma[i, k] * x[i])))
    claim = Equal(Sum(k, mu[k]), Sum(i, x[i]))
    assert verdict(claim, hypotheses=[hypothesis]) is Verdict.CHECKED
    assert verdict(claim) is Verdict.REFUTED


def test_prepared_draws_satisfy_everything() -> None:
    setting = Setting(Equal(MEAN, MEAN), COUNTS, [POSITIVE_COUNTS])
    kept = 0
    for drawn in draws(setting.symbols, schedule(setting.sizes)):
        try:
            instance = setting.prepared(drawn)
        except Dropped:
            assert (numpy_of(drawn, gamma).reshape(drawn.sizes[N], -1).sum(0) == 0).any()
        else:
            kept += 1
            assert (numpy_of(instance, gamma).reshape(drawn.sizes[N], -1).sum(0) > 0).all()
    assert kept > 5


def test_a_needed_hypothesis_is_seen_to_be_needed() -> None:
    claim = Equal(N_[k] / N_[k], as_expr(1))
    needed = necessity(claim, POSITIVE_COUNTS, definitions=COUNTS, hypotheses=[POSITIVE_COUNTS])
    assert needed.verdict is Verdict.REFUTED
    idle = Hypothesis(LessEqual(ZERO, s))
    unneeded = necessity(claim, idle, definitions=COUNTS, hypotheses=[POSITIVE_COUNTS, idle])
    assert unneeded.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("claim", "symbol", "weaker"),
    [
        (Equal(Gradient(u.T @ S @ u, u), 2 * S @ u), S.symbol, REAL),
        (Equal(Sum(k, N_[k]), N), gamma, NONNEGATIVE),
        (LessEqual(ZERO, quadratic(u, S)), S.symbol, SYMMETRIC),
        (Equal(Log(p**2), 2 * Log(p)), p.symbol, REAL),
    ],
)
def test_a_needed_domain_is_seen_to_be_needed(claim: Statement, symbol: Symbol, weaker: Domain) -> None:
    assert verdict(claim, definitions=COUNTS) is Verdict.CHECKED
    evidence = necessity(claim, weakened={symbol: weaker}, definitions=COUNTS)
    assert evidence.verdict is Verdict.REFUTED


def test_necessity_needs_something_to_violate() -> None:
    with pytest.raises(ValueError, match="name a hypothesis"):
        necessity(Equal(s, s))


# ------------------------------------------------------------------------------- limits


def test_work_is_bounded() -> None:
    labels = [Symbol(f"z{number}", "z", (N,), domain=LABEL, labels=K) for number in range(4)]
    body: Expr = s
    for label in labels:
        body = AssignmentSum(label, body * a[n, label[n]])
    evidence = check(Equal(Sum(n, body), s))
    assert evidence.seconds < 20
    assert evidence.verdict in (Verdict.REFUTED, Verdict.UNKNOWN)
    assert verdict(Equal(as_expr(2) ** (as_expr(1000) ** as_expr(3)), s)) is Verdict.UNKNOWN


def test_precision_is_restored() -> None:
    before = ctx.prec
    check(LessEqual(Exp(-1000 * p), Exp(-p), strict=True))
    assert ctx.prec == before


def test_two_symbols_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="2 different symbols are called s"):
        check(Equal(s, scalar("s", "s", POSITIVE)))


def test_a_snapshot_at_given_sizes() -> None:
    snapshot = instance_table(Equal(SLOPE, VECTOR_ZERO), {"N": 2, "K": 3, "D": 2, "M": 7})
    assert snapshot.sizes == {"N": 2, "K": 3, "D": 2}
    assert snapshot.right == "[0, 0]"
    assert snapshot.left.startswith("[")
    maximum = instance_table(TRUE["mean is best"][0], {"N": 3, "D": 2}, **TRUE["mean is best"][1])
    assert maximum.sizes == {"N": 3, "K": 4, "D": 2}
    left, right = (Fraction(side) for side in (maximum.left, maximum.right))
    assert left < right
    for bad in ({"N": 0}, {"D": 1000}):
        with pytest.raises(ValueError, match="between 1 and"):
            instance_table(Equal(SLOPE, VECTOR_ZERO), bad)
    with pytest.raises(ValueError, match="found no values"):
        instance_table(Equal(s, s), {}, hypotheses=[Hypothesis(LessEqual(s**2, as_expr(-1)))])
