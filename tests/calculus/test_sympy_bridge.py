"""The bridge to SymPy: what is carried over means the same there, the rest is refused by name, and the replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import flint
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from sample_symbols import (
    A,
    B,
    D,
    K,
    M,
    N,
    S,
    Sigma,
    a,
    b,
    count,
    d,
    e,
    gamma,
    i,
    j,
    k,
    mu,
    pi,
    point,
    theta,
    x,
    y,
)

from derivations.calculus import exact
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    FRACTION,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    POSITIVE,
    PROBABILITY,
    SEMIDEFINITE,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
    Domain,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    AssignmentSum,
    At,
    Bracket,
    CirclePi,
    Component,
    Delta,
    Det,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Index,
    Log,
    LogDet,
    LogSumExp,
    Minimum,
    Neg,
    Ordered,
    Pow,
    Product,
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
    scalars,
    sizes,
    sum_over,
    vector,
)
from derivations.calculus.instances.judge import check
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Statement
from derivations.calculus.sympy_bridge import BridgeError, from_sympy, replay, to_sympy
from derivations.calculus.sympy_bridge.inward import Name

hot = scalars("hot", "z", (N, K), ONE_HOT)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
u, v = vector("u", "u", D), vector("v", "v", D, UNIT)
R = matrix("R", "R", N, D)

zero, one, two, half = (as_expr(Fraction(n)) for n in ("0", "1", "2", "1/2"))

# ----------------------------------------------------------------------------------- inward

sym_x, sym_y = sp.symbols("x y")
sym_b = sp.Symbol("b", positive=True)
size_n, size_k, size_d = sp.symbols("N K D", integer=True, positive=True)
sym_i, sym_k = sp.symbols("i k", integer=True)
base_gamma, base_pi = sp.IndexedBase("gamma"), sp.IndexedBase("pi")
mat_a, mat_b, mat_s = (sp.MatrixSymbol(name, size_d, size_d) for name in "ABS")
vec_u = sp.MatrixSymbol("u", size_d, 1)

NAMES: dict[str, Name] = {
    "x": x, "y": y, "b": b, "N": N, "K": K, "D": D, "i": i, "k": k, "gamma": gamma, "pi": pi[k],
    "A": A, "B": B, "S": S, "u": u, "t": x + y, "point": point,
}  # fmt: skip

INWARD: list[tuple[Any, Expr]] = [
    (sp.Rational(2, 3), as_expr(Fraction(2, 3))),
    (sp.pi, CirclePi()),
    (sym_x + sym_y, x + y),
    (sym_x - sym_y, x - y),
    (-sym_x, -x),
    (2 * sym_x, 2 * x),
    (-2 * sym_x / sym_y, -(2 * x / y)),
    (sym_x / 2, half * x),
    (1 / sym_x, 1 / x),
    (sym_x**2 / sym_y**3, x**2 / y**3),
    (sp.sqrt(sym_b), Pow(b, half)),
    (sym_x**sym_y, Pow(x, y)),
    (sp.exp(-sym_x), Exp(-x)),
    (sp.E, Exp(one)),
    (sp.log(sym_b), Log(b)),
    (sp.Abs(sym_x), Abs(x)),
    (size_n * sym_x, N * x),
    (base_pi[sym_k], pi[k]),
    (sp.Sum(base_gamma[sym_i, sym_k], (sym_i, 1, size_n)), Sum(i, gamma[i, k])),
    (sp.Sum(base_gamma[sym_i, sym_k], (sym_i, 1, size_n), (sym_k, 1, size_k)), Sum(k, Sum(i, gamma[i, k]))),
    (sp.Product(base_pi[sym_k], (sym_k, 1, size_k)), Product(k, pi[k])),
    (sp.Symbol("t"), x + y),
    (mat_a * mat_b, A @ B),
    (2 * mat_a * mat_b, 2 * (A @ B)),
    (-mat_a, -A),
    (mat_a.T * mat_s.I, A.T @ inv(S)),
    (mat_a + sp.Identity(size_d), A + Identity(D)),
    (sp.ZeroMatrix(size_d, 1), Zero((D, 1))),
    (sp.Trace(mat_a), Trace(A)),
    (sp.Determinant(mat_a), Det(A)),
    (sp.log(sp.Determinant(mat_s)), LogDet(S)),
    (sp.log(sp.Determinant(mat_a)), Log(Det(A))),
    (vec_u.T * mat_s * vec_u, quadratic(u, S)),
]


@pytest.mark.parametrize(("theirs", "ours"), INWARD, ids=str)
def test_from_sympy(theirs: Any, ours: Expr) -> None:
    found = from_sympy(theirs, NAMES)
    if isinstance(found, type(ours)) and found != ours:  # SymPy has an order of terms of its own
        assert sorted(map(repr, found.children)) == sorted(map(repr, ours.children))
    else:
        assert found == ours


REFUSED: list[tuple[Any, str]] = [
    (sp.Symbol("unheard"), "unheard is not among the names given"),
    (sp.Float("0.5"), "Float in 0.5"),
    (sp.I, "ImaginaryUnit"),
    (sp.sin(sym_x), "sin in sin"),
    (sp.Piecewise((sym_x, sym_x > 0), (0, True)), "Piecewise"),
    (sp.Derivative(sp.Function("f")(sym_x), sym_x), "Derivative"),
    (sp.Function("f")(sym_x), "f in f"),
    (sp.oo, "Infinity"),
    (sp.MatrixSymbol("A", size_d, size_d) ** 3, "MatPow"),
    (sp.HadamardProduct(mat_a, mat_b), "HadamardProduct"),
    (sp.Symbol("x", positive=True), "x is assumed positive in SymPy, but here it is real"),
    (sp.Symbol("b", integer=True), "b is assumed integer"),
    (sp.Symbol("t", nonnegative=True), "t is assumed nonnegative"),
    (sp.IndexedBase("pi", positive=True)[sym_k], "assumed positive"),
    (sp.Symbol("gamma"), "a family, which needs indices"),
    (sp.Symbol("k"), "an index and no number"),
    (sp.Sum(sym_k * base_pi[sym_k], (sym_k, 1, size_k)), "an index and no number"),
    (base_pi[sym_k + 1], "k \\+ 1 is not among the names"),
    (base_pi[sym_x], "x is no index"),
    (base_pi[sym_i], "family over \\(K\\), but was given indices over \\(N\\)"),
    (base_gamma[sym_i], "family with 1 indices"),
    (sp.Sum(base_pi[sym_k], (sym_k, 0, size_k)), "expected 1 to a size"),
    (sp.Sum(base_pi[sym_k], (sym_k, 1, sym_x)), "expected 1 to a size"),
    (sp.Sum(base_pi[sym_k], (sym_k, 1, size_n)), "family over \\(K\\), but was given indices over \\(N\\)"),
    (sp.MatrixSymbol("A", size_d, 1), "A has the shape \\(D, 1\\) in SymPy, but \\(D, D\\) here"),
    (sp.MatrixSymbol("gamma", size_d, 1), "no single matrix"),
    (mat_a[0, 1], "MatrixElement"),
]


@pytest.mark.parametrize(("theirs", "message"), REFUSED, ids=str)
def test_from_sympy_refuses_by_name(theirs: Any, message: str) -> None:
    with pytest.raises(BridgeError, match=message):
        from_sympy(theirs, NAMES)


# ----------------------------------------------------------------------------------- outward

AT: dict[Index, int] = {i: 1, k: 2, d: 1, e: 2}
SMALL = {"N": 2, "K": 2, "D": 2}

OUTWARD: list[tuple[Expr, str]] = [
    (x / 2 + N, "x/2 + 2"),
    (gamma[i, k], "gamma_1_2"),
    (Sum(k, gamma[i, k]), "gamma_1_1 + gamma_1_2"),
    (Product(k, pi[k]), "pi_1*pi_2"),
    (point[i], "Matrix([[point_1_1], [point_1_2]])"),
    (point[i].T, "Matrix([[point_1_1, point_1_2]])"),
    (point[i][e], "point_1_2"),
    (M, "Matrix([[M_1_1, M_1_2], [M_1_2, M_2_2]])"),
    (Component(M.T, (e, d)), "M_1_2"),
    (R, "Matrix([[R_1_1, R_1_2], [R_2_1, R_2_2]])"),
    (Trace(A), "A_1_1 + A_2_2"),
    (Det(A), "A_1_1*A_2_2 - A_1_2*A_2_1"),
    (u.T @ u, "u_1**2 + u_2**2"),
    (Delta(k, j), "0"),
    (Ordered(j, k), "1"),
    (Log(theta), "log(theta)"),
    (LogSumExp(k, count[k]), "log(exp(count_1) + exp(count_2))"),
    (WeightedLog(a, b), "a*log(b)"),
    (WeightedLog(zero, a), "0"),
    (WeightedLog(a, count[k]), "Piecewise((0, Eq(a, 0)), (a*log(count_2), True))"),
    (Bracket(x, "<=", y), "Piecewise((1, x <= y), (0, True))"),
    (First(k, count[k], k), "Piecewise((1, count_1 > count_2), (0, True))"),
    (Minimum(k, count[k]), "Min(count_1, count_2)"),
    (AssignmentSum(z, count[z[i]]), "2*count_1 + 2*count_2"),
    (Gradient(x**2 * y, x), "2*x*y"),
    (Gradient(u.T @ A @ u, A), "Matrix([[u_1**2, u_1*u_2], [u_1*u_2, u_2**2]])"),
    (Gradient(u.T @ M @ u, M), "Matrix([[u_1**2, u_1*u_2], [u_1*u_2, u_2**2]])"),
    (At(Gradient(x**3, x), x, y + 1), "3*(y + 1)**2"),
    (Identity(D) + Zero((D, D)), "Matrix([[1, 0], [0, 1]])"),
]


@pytest.mark.parametrize(("ours", "theirs"), OUTWARD, ids=lambda row: row if isinstance(row, str) else "")
def test_to_sympy(ours: Expr, theirs: str) -> None:
    assert str(to_sympy(ours, SMALL, {**AT, j: 1})) == theirs


ASSUMED: list[tuple[Expr, str, bool | None]] = [
    (x, "is_real", True),
    (x, "is_nonnegative", None),
    (a, "is_nonnegative", True),
    (a, "is_positive", None),
    (b, "is_positive", True),
    (theta, "is_positive", True),
    (S[d, d], "is_positive", True),
    (S[d, e], "is_positive", None),
]


@pytest.mark.parametrize(("ours", "assumption", "expected"), ASSUMED)
def test_domains_become_assumptions(ours: Expr, assumption: str, expected: bool | None) -> None:
    assert getattr(to_sympy(ours, SMALL, AT), assumption) is expected


def test_definitions_are_put_in() -> None:
    member = count[k]
    assert (
        str(to_sympy(member / 2, SMALL, AT, [(member, Sum(i, gamma[i, k]))])) == "gamma_1_2/2 + gamma_2_2/2"
    )


UNABLE: list[tuple[Expr, str]] = [
    (Sum(Index("s", sizes("S")[0]), x), "the size S has no number; sizes given: N, K, D"),
    (count[j], "the index j has no value"),
    (count[z[i]], "the index z has no value"),
    (scalar("a_1", "a") + scalars("a", "a", (N,))[i], "a_1 would stand for two different things"),
    (
        AssignmentSum(Symbol("w", "w", (sizes("T")[0],), domain=LABEL, labels=K), x),
        "the size T has no number",
    ),
]


@pytest.mark.parametrize(("ours", "message"), UNABLE)
def test_to_sympy_refuses_by_name(ours: Expr, message: str) -> None:
    with pytest.raises(BridgeError, match=message):
        to_sympy(ours, SMALL, AT)


def test_too_many_assignments_are_refused() -> None:
    with pytest.raises(BridgeError, match=r"2\^20 assignments are too many"):
        to_sympy(AssignmentSum(z, x), {"N": 20, "K": 2})


ROUND = [
    sym_x + sym_y * sym_b,
    sym_x / sym_b - 2,
    sp.exp(sym_x) / (1 + sp.exp(sym_x)),
    sp.log(sym_b) * sym_x**3,
    -sym_x / (3 * sym_b),
    sym_b ** (sym_x / 2),
]


@pytest.mark.parametrize("theirs", ROUND, ids=str)
def test_there_and_back(theirs: Any) -> None:
    real = theirs.xreplace({sym_x: sp.Symbol("x", real=True), sym_y: sp.Symbol("y", real=True)})
    assert to_sympy(from_sympy(real, NAMES), {}) == real


def trees() -> st.SearchStrategy[Expr]:
    unary: list[Callable[[Expr], Expr]] = [
        Neg,
        Abs,
        Exp,
        lambda f: f**2,
        lambda f: 1 / (f * f + b),
        lambda f: f / 3,
    ]
    binary: list[Callable[[Expr, Expr], Expr]] = [lambda f, g: f + g, lambda f, g: f * g, lambda f, g: f - g]
    return st.recursive(
        st.sampled_from([x, b, theta, two, CirclePi(), Log(b + 1)]),
        lambda inner: st.one_of(
            st.builds(lambda f, g: f(g), st.sampled_from(unary), inner),
            st.builds(lambda f, g, h: f(g, h), st.sampled_from(binary), inner, inner),
        ),
        max_leaves=5,
    )


VALUES: Mapping[Expr, Fraction] = {x: Fraction(-2, 7), b: Fraction(3, 2), theta: Fraction(2, 5)}


@given(trees())
def test_fuzz_values_agree(expr: Expr) -> None:
    """What SymPy makes of a tree has the value of the tree, up to 25 digits."""
    names = {to_sympy(member, {}): sp.Rational(n.numerator, n.denominator) for member, n in VALUES.items()}
    theirs = to_sympy(expr, {}).xreplace(names).evalf(40)
    with flint.ctx.workprec(exact.BITS):
        ours = exact.value(expr, exact.rationals(VALUES))
    digits = (
        sp.Rational(int(ours.p), int(ours.q))
        if isinstance(ours, flint.fmpq)
        else sp.Float(ours.str(30, radius=False), 30)
    )
    assert abs(theirs - digits) <= sp.Float("1e-25", 30) * (1 + abs(theirs))


# ----------------------------------------------------------------------------------- replay

COUNTS = [(count[k], Sum(i, gamma[i, k]))]
residual = point[i] - mu[k]
log_density = -half * (quadratic(residual, inv(Sigma[k])) + LogDet(Sigma[k]) + D * Log(2 * CirclePi()))
positive_count = Hypothesis(LessEqual(zero, count[k], strict=True))
mean = Sum(i, gamma[i, k] * point[i]) / count[k]

Replayed = tuple[str, Statement, Sequence[tuple[Any, Expr]], Sequence[Hypothesis]]

AGREED: list[Replayed] = [
    ("square", Equal((x + y) ** 2, x**2 + 2 * x * y + y**2), [], []),
    ("constraint", Equal(Sum(k, gamma[i, k]), one), [], []),
    ("definition", Equal(Sum(k, count[k]), N), COUNTS, []),
    ("one-hot", Equal(Sum(k, hot[i, k] ** 2), one), [], []),
    ("unit vector", Equal(v.T @ v, one), [], []),
    ("trace", Equal(Trace(A @ B), Trace(B @ A)), [], []),
    ("inverse", Equal(A @ inv(A), Identity(D)), [], [Hypothesis(Belongs(Det(A), POSITIVE))]),
    ("log", Equal(Log(a / b), Log(a) - Log(b)), [], [Hypothesis(LessEqual(zero, a, strict=True))]),
    ("log of a negative factor", Equal(Log((x - 9) * (-1 - b)), Log(9 - x) + Log(1 + b)), [],
        [Hypothesis(LessEqual(x, as_expr(8)))]),
    ("powers", Equal(Log(Pow(theta, x) * Pow(1 - theta, y)), x * Log(theta) + y * Log(1 - theta)), [], []),
    ("normaliser", Equal(Log(1 / Pow(2 * CirclePi() * b, half)), -half * Log(2 * CirclePi() * b)), [], []),
    ("gradient of log det", Equal(Gradient(LogDet(S), S), inv(S)), [], []),
    ("gradient of log |det|", Equal(Gradient(LogDet(A), A), inv(A).T), [], [Hypothesis(Belongs(-Det(A), POSITIVE))]),
    ("gradient", Equal(Gradient(log_density, mu[k]), inv(Sigma[k]) @ residual), [], []),
    ("mean", Equal(Sum(i, gamma[i, k] * (point[i] - mean)), Zero((D, 1))), COUNTS, [positive_count]),
    ("solved", Equal(x * x, y**2 + 2 * y + 1), [], [Hypothesis(Equal(x, y + 1))]),
    ("witness", Equal(quadratic(u, M), zero), [],
        [Hypothesis(Equal(quadratic(u, M), zero), (Choice(M, Zero((D, D))),))]),
    ("absolute value", Equal(Abs(x) ** 2, x**2), [], []),
    ("minimum", Equal(Minimum(k, count[k] + x), Minimum(k, count[k]) + x), [], []),
    ("labels", Equal(Product(i, pi[z[i]]) * x, x * Product(i, pi[z[i]])), [], []),
    ("assignments", Equal(AssignmentSum(z, Product(i, gamma[i, z[i]])), one), [], []),
    ("weighted log", Equal(WeightedLog(a, b) / 2, half * WeightedLog(a, b)), [], []),
]  # fmt: skip

PLANTED: list[Replayed] = [
    ("factor", Equal((x + y) ** 2, x**2 + x * y + y**2), [], []),
    ("constraint", Equal(Sum(i, gamma[i, k]), one), [], []),
    ("definition", Equal(Sum(k, count[k]), K * x), COUNTS, []),
    ("transpose", Equal(Trace(A @ B), Trace(A.T @ B)), [], []),
    ("order", Equal(A @ B, B @ A), [], []),
    ("log", Equal(Log(b + theta), Log(b) + Log(theta)), [], []),
    ("sign", Equal(Gradient(log_density, mu[k]), -(inv(Sigma[k]) @ residual)), [], []),
    ("symmetric gradient", Equal(Gradient(LogDet(S), S), 2 * inv(S)), [], []),
    ("index", Equal(Gradient(log_density, mu[k]), inv(Sigma[k]) @ (point[i] - mu[j])), [], []),
    ("case", Equal(Abs(x), x), [], []),
    ("witness", Equal(quadratic(u, M), one), [],
        [Hypothesis(Equal(quadratic(u, M), zero), (Choice(M, Zero((D, D))),))]),
]  # fmt: skip

UNSETTLED: list[Replayed] = [
    ("an inequality", LessEqual(zero, b), [], []),
    ("a label as a number", Equal(z[i], z[i]), [], []),
    ("undefined", Equal(Log(x), Log(x)), [], []),
    ("minus infinity", Equal(WeightedLog(b, a), WeightedLog(b, a)), [], []),
    ("a hypothesis that no point satisfies", Equal(x, y), [], [Hypothesis(Equal(x**2, two))]),
    ("a hypothesis that is not evaluated", Equal(x, y), [], [Hypothesis(Belongs(u, UNIT))]),
    ("a defined variable", Equal(Gradient(count[k], count[k]), one), COUNTS, []),
    ("false outside the hypotheses only", Equal(Abs(x), x), [], [Hypothesis(Belongs(x, SIMPLEX))]),
]


def name_of(row: Any) -> str | None:
    return row if isinstance(row, str) else None


@pytest.mark.parametrize(("name", "statement", "definitions", "hypotheses"), AGREED, ids=name_of)
def test_sympy_agrees(name: str, statement: Statement, definitions: Any, hypotheses: Any) -> None:
    evidence = replay(statement, definitions=definitions, hypotheses=hypotheses)
    assert (evidence.engine, evidence.verdict) == ("sympy", Verdict.CHECKED), evidence.detail
    assert check(statement, definitions=definitions, hypotheses=hypotheses).verdict is not Verdict.REFUTED


@pytest.mark.parametrize(("name", "statement", "definitions", "hypotheses"), PLANTED, ids=name_of)
def test_sympy_sees_a_planted_error(
    name: str, statement: Statement, definitions: Any, hypotheses: Any
) -> None:
    evidence = replay(statement, definitions=definitions, hypotheses=hypotheses)
    assert evidence.verdict is Verdict.REFUTED, evidence.detail
    assert evidence.counterexample is not None
    assert evidence.counterexample.left != evidence.counterexample.right
    assert check(statement, definitions=definitions, hypotheses=hypotheses).verdict is Verdict.REFUTED


@pytest.mark.parametrize(("name", "statement", "definitions", "hypotheses"), UNSETTLED, ids=name_of)
def test_sympy_settles_nothing(name: str, statement: Statement, definitions: Any, hypotheses: Any) -> None:
    evidence = replay(statement, definitions=definitions, hypotheses=hypotheses)
    assert evidence.verdict is Verdict.UNKNOWN
    assert evidence.detail


def test_the_scope_names_the_sizes_that_occur() -> None:
    assert replay(Equal(Sum(i, x), N * x), sizes={"N": 3}).scope == "N=3"
    assert replay(Equal(x, x)).scope == "values"


@pytest.mark.parametrize(
    "domain", [NONNEGATIVE, POSITIVE, FRACTION, PROBABILITY, BINARY, SIMPLEX, ONE_HOT, SYMMETRIC, SEMIDEFINITE, DEFINITE, UNIT],
    ids=lambda domain: domain.name,
)  # fmt: skip
def test_points_lie_in_their_domains(domain: Domain) -> None:
    """A false statement is refuted at a point that the independent judge accepts as one of the domain."""
    shape = (D, D) if domain.symmetric else (D, 1) if domain.unit else (1, 1)
    member = Symbol("q", "q", (K,), shape, domain)[k]
    over: tuple[Index, ...] = (d, e) if domain.symmetric else (d,) if domain.unit else ()
    total = sum_over(k, *over, member[over] if over else member)
    evidence = replay(Equal(total, as_expr(Fraction(17, 13))))
    assert evidence.verdict is Verdict.REFUTED
    assert evidence.counterexample is not None
    values = {name: Fraction(text) for name, text in evidence.counterexample.values.items()}
    assert all(admitted(domain, values, row) for row in ("q_1", "q_2"))


def admitted(domain: Domain, values: Mapping[str, Fraction], row: str) -> bool:
    """Whether the drawn member is what its domain's phrase says, written out once more."""
    entries = [value for name, value in values.items() if name.startswith(row)]
    if domain.sums_to_one:  # over the whole family
        return sum(values.values()) == 1 and min(values.values()) >= 0
    if domain.unit:
        return sum(entry**2 for entry in entries) == 1
    if domain.semidefinite:
        first, mixed, last = (values[f"{row}_{place}"] for place in ("1_1", "1_2", "2_2"))
        least = first * last - mixed**2
        return min(first, last, least) > 0 if domain.definite else min(first, last, least) >= 0
    allowed = {"binary": {0, 1}}.get(domain.name)
    low = all(entry > 0 if domain.positive else entry >= 0 or not domain.nonnegative for entry in entries)
    high = all(entry < 1 if domain.below_one else entry <= 1 or not domain.at_most_one for entry in entries)
    return low and high and (allowed is None or set(entries) <= allowed)
