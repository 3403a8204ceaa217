"""Inequalities: the rules of signs, z3, and that neither proves what is false.

Each row of a table is a question; what is PROVED is put to the independent judge too, which could refute it. The
rows that must stay UNKNOWN are the traps: one for each condition that a rule needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_symbols import A, D, K, M, N, Sigma, a, b, count, d, gamma, i, j, k, mu, pi, point, theta, v, x, y

from derivations.calculus import exact, order
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    DOMAINS,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    POSITIVE,
    PROBABILITY,
    SEMIDEFINITE,
    SIMPLEX,
    SYMMETRIC,
    Domain,
)
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.expressions import (
    Abs,
    AssignmentSum,
    Bracket,
    CirclePi,
    Delta,
    Det,
    Exp,
    Expr,
    First,
    Identity,
    Log,
    LogDet,
    Minimum,
    Mul,
    Neg,
    Pow,
    Product,
    ShapeError,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    as_expr,
    inv,
    matrix,
    quadratic,
    scalar,
    scalars,
    symbols_of,
)
from derivations.calculus.instances.judge import check
from derivations.calculus.order import Lemma
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, LessEqual, Statement

p = scalar("p", "p", NONNEGATIVE)
share = scalar("share", "s", PROBABILITY)
bit_symbol = Symbol("bit", "b", domain=BINARY)
bit = bit_symbol[()]
shares = scalars("shares", "s", (K,), PROBABILITY)
density = scalars("density", "f", (N, K), POSITIVE)
square = scalars("square", "q", (K, K), SIMPLEX)
S = matrix("S", "S", D, domain=SEMIDEFINITE)
V = matrix("V", "V", D, domain=INVERTIBLE)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
residual = point[i] - mu[k]

zero, one, half = as_expr(0), as_expr(1), as_expr(Fraction(1, 2))


def above(expr: Expr, bound: Expr = zero) -> Hypothesis:
    return Hypothesis(LessEqual(bound, expr, strict=True))


def belongs(expr: Expr, domain: Domain) -> Hypothesis:
    return Hypothesis(Belongs(expr, domain))


WORDS: dict[str, tuple[Callable[..., Evidence], Domain]] = {
    "nonnegative": (order.nonnegative, NONNEGATIVE),
    "positive": (order.positive, POSITIVE),
    "semidefinite": (order.semidefinite, SEMIDEFINITE),
    "definite": (order.definite, DEFINITE),
    "invertible": (order.invertible, INVERTIBLE),
}

ALWAYS: list[tuple[str, Expr]] = [
    ("positive", N),
    ("positive", CirclePi() * 2),
    ("nonnegative", Delta(j, k)),
    ("nonnegative", 1 - Delta(j, k)),
    ("positive", theta),
    ("positive", 1 - theta),
    ("positive", 2 - theta - theta * theta),
    ("nonnegative", 1 - bit),
    ("nonnegative", share),
    ("nonnegative", 1 - share),
    ("nonnegative", share**bit * (1 - share) ** (1 - bit)),
    ("nonnegative", Product(k, shares[k] ** bit)),
    ("positive", Product(k, theta**bit)),
    ("nonnegative", Det(S)),
    ("nonnegative", 1 - gamma[i, k]),
    ("nonnegative", a + p),
    ("positive", a + b),
    ("nonnegative", Neg(-a)),
    ("positive", (-b) * (-b) * b),
    ("nonnegative", x * x),
    ("nonnegative", (x - y) ** 2),
    ("nonnegative", Mul((x, a, y, x, y))),
    ("nonnegative", a / b),
    ("positive", b**-1),
    ("positive", Pow(b, x)),
    ("nonnegative", Pow(a, half)),
    ("nonnegative", (-b) * (-a) ** 3),
    ("positive", Exp(x) + 1),
    ("positive", 1 - theta * theta),
    ("nonnegative", Abs(x)),
    ("positive", Abs(b) + a),
    ("nonnegative", Bracket(x, "<", y) * a),
    ("nonnegative", 1 - Bracket(x, "<", y)),
    ("nonnegative", First(k, count[k], j)),
    ("positive", Minimum(k, count[k] + 1)),
    ("nonnegative", Sum(i, gamma[i, k])),
    ("positive", Sum(k, pi[k])),
    ("positive", Sum(k, pi[k] * density[i, k])),
    ("positive", Product(i, density[i, k])),
    ("nonnegative", AssignmentSum(z, Sum(i, count[z[i]]))),
    ("nonnegative", v.T @ v),
    ("nonnegative", residual.T @ residual),
    ("nonnegative", quadratic(residual, inv(Sigma[k]))),
    ("nonnegative", quadratic(v, S)),
    ("nonnegative", v.T @ inv(Sigma[k]) @ S @ inv(Sigma[k]) @ v),
    ("nonnegative", (A @ v).T @ S @ (A @ v)),
    ("nonnegative", Trace(S)),
    ("positive", Trace(inv(Sigma[k]))),
    ("nonnegative", Trace(inv(Sigma[k]) @ S)),
    ("nonnegative", Trace(A @ S @ A.T @ Sigma[k])),
    ("positive", Trace(Sigma[k] @ Sigma[j])),
    ("nonnegative", Det(S)),
    ("positive", Det(Sigma[k] + S)),
    ("nonnegative", S[d, d]),
    ("semidefinite", S),
    ("semidefinite", A.T @ A),
    ("semidefinite", A @ A.T),
    ("semidefinite", v @ v.T),
    ("semidefinite", A.T @ S @ A),
    ("semidefinite", M @ M),
    ("semidefinite", Sum(i, gamma[i, k] * (residual @ residual.T))),
    ("semidefinite", a * S),
    ("semidefinite", S / b),
    ("semidefinite", S.T),
    ("definite", Sigma[k]),
    ("definite", inv(Sigma[k])),
    ("definite", Sigma[k] + S),
    ("definite", b * Sigma[k]),
    ("definite", Identity(D) + v @ v.T),
    ("definite", Sum(k, pi[k] * Sigma[k])),
    ("definite", V.T @ V),
    ("definite", V @ Sigma[k] @ V.T),
    ("invertible", V),
    ("invertible", V @ Sigma[k] @ V),
    ("invertible", -Sigma[k]),
    ("invertible", inv(V).T),
    ("invertible", -b),
    ("invertible", Det(V)),
]

UNDER: list[tuple[str, Expr, Sequence[Hypothesis]]] = [
    ("positive", count[k], [above(count[j])]),
    ("positive", Sum(k, count[k]), [above(count[j])]),
    ("positive", count[k] ** 2, [above(count[k])]),
    ("nonnegative", a / count[k], [above(count[k])]),
    ("positive", Sum(i, gamma[i, j]), [above(Sum(i, gamma[i, k]))]),
    ("positive", x, [Hypothesis(LessEqual(one, x))]),
    ("nonnegative", -x, [Hypothesis(LessEqual(x, zero))]),
    ("positive", y - x, [Hypothesis(LessEqual(x, y, strict=True))]),
    ("positive", x - y, [Hypothesis(LessEqual(y, x, strict=True))]),
    ("positive", x, [Hypothesis(Equal(x, one))]),
    ("nonnegative", 1 - x, [Hypothesis(LessEqual(x, half))]),
    ("positive", 1 - a * theta, [Hypothesis(LessEqual(a, one))]),
    ("positive", 1 - share, [belongs(share, FRACTION)]),
    ("positive", share**bit, [belongs(share, FRACTION)]),
    ("definite", A, [belongs(A, DEFINITE)]),
    ("semidefinite", A @ S, [Hypothesis(Belongs(A @ S, SEMIDEFINITE), (Choice(A, b * Identity(D)),))]),
    ("invertible", x, [belongs(x, INVERTIBLE)]),
    ("positive", x * x, [belongs(x, INVERTIBLE)]),
]

# What must not be shown: it is false, or nothing that is declared says that it is defined.
TRAPS: list[tuple[str, Expr, Sequence[Hypothesis]]] = [
    ("positive", a, []),
    ("positive", a + p, []),
    ("nonnegative", x, []),
    ("nonnegative", x * y, []),
    ("positive", x * x, []),
    ("nonnegative", x**3, []),
    ("nonnegative", a - p, []),
    ("positive", 1 - gamma[i, k], []),
    ("positive", 1 - bit, []),
    ("positive", share, []),
    ("positive", 1 - share, []),
    ("positive", share**bit, []),
    ("nonnegative", x**bit, []),
    ("nonnegative", (x / y) ** (2 * bit), []),
    ("nonnegative", share**x, []),
    ("positive", Product(k, shares[k]), []),
    ("nonnegative", 1 - theta - theta, []),
    ("nonnegative", 1 - a * theta, []),
    ("nonnegative", 1 - x * theta, [Hypothesis(LessEqual(x, one))]),
    ("nonnegative", a / p, []),
    ("nonnegative", (x / y) ** 2, []),
    ("nonnegative", (x / y) * (x / y), []),
    ("positive", Exp(x / y), []),
    ("positive", Exp(Log(a)), []),
    ("nonnegative", Pow(a, x), []),
    ("nonnegative", Pow(x, half), []),
    ("positive", Delta(j, k), []),
    ("nonnegative", Delta(j, k) - 1, []),
    ("positive", Bracket(x, "<", y), []),
    ("nonnegative", 1 - Bracket(x / y, "<", y), []),
    ("positive", Abs(x), []),
    ("nonnegative", Minimum(k, x * count[k]), []),
    ("positive", Sum(k, square[k, k]), []),
    ("positive", Sum(k, pi[k] * count[k]), []),
    ("positive", Sum(i, gamma[i, k]), []),
    ("nonnegative", Log(b), []),
    ("positive", v.T @ v, []),
    ("positive", quadratic(v, Sigma[k]), []),
    ("nonnegative", quadratic(v, A), []),
    ("nonnegative", quadratic(v, M), []),
    ("nonnegative", v.T @ S @ mu[k], []),
    ("nonnegative", Trace(A), []),
    ("nonnegative", Trace(A @ A), []),
    ("nonnegative", Trace(S @ M), []),
    ("nonnegative", Trace(S @ Sigma[k] @ inv(Sigma[j])), []),
    ("nonnegative", quadratic(v, inv(S)), []),
    ("positive", Det(S), []),
    ("nonnegative", Det(A), []),
    ("nonnegative", LogDet(Sigma[k]), []),
    ("semidefinite", A, []),
    ("semidefinite", A @ A, []),
    ("semidefinite", S @ Sigma[k], []),
    ("semidefinite", x * S, []),
    ("semidefinite", S - Sigma[k], []),
    ("definite", A.T @ A, []),
    ("definite", v @ v.T, []),
    ("definite", a * Sigma[k], []),
    ("definite", S + S, []),
    ("definite", inv(S), []),
    ("invertible", S, []),
    ("invertible", A, []),
    ("invertible", V + V, []),
    ("invertible", a, []),
    ("invertible", x * b, []),
    ("positive", x, [above(y)]),
    ("positive", count[k], [Hypothesis(LessEqual(zero, count[k]))]),
    ("nonnegative", x - y, [Hypothesis(LessEqual(x, y))]),
    ("positive", Sum(i, gamma[i, k]), [above(Sum(k, gamma[i, k]))]),
    ("nonnegative", -WeightedLog(a, p), [Hypothesis(LessEqual(WeightedLog(a, p), zero))]),
    ("positive", AssignmentSum(z, count[z[i]]), [above(count[z[i]])]),
    ("positive", A[d, d], [belongs(S, DEFINITE)]),
]


def asked(word: str, expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    return WORDS[word][0](expr, hypotheses)


def label(row: Any) -> str | None:
    return row if isinstance(row, str) else None


@pytest.mark.parametrize(
    ("word", "expr", "hypotheses"), [*((w, e, ()) for w, e in ALWAYS), *UNDER], ids=label
)
def test_what_is_shown_is_confirmed_by_the_judge(
    word: str, expr: Expr, hypotheses: Sequence[Hypothesis]
) -> None:
    evidence = asked(word, expr, hypotheses)
    assert (evidence.verdict, evidence.scope) == (Verdict.PROVED, ALL_SIZES)
    assert (evidence.engine, evidence.method) == ("order", "signs")
    judged = check(Belongs(expr, WORDS[word][1]), hypotheses=hypotheses).verdict
    few = symbols_of(expr) <= {bit_symbol}  # too few different draws for the judge to speak up
    assert judged is Verdict.CHECKED or (few and judged is Verdict.UNKNOWN)


@pytest.mark.parametrize(("word", "expr", "hypotheses"), TRAPS, ids=label)
def test_what_must_not_be_shown(word: str, expr: Expr, hypotheses: Sequence[Hypothesis]) -> None:
    evidence = asked(word, expr, hypotheses)
    assert (evidence.verdict, evidence.hypotheses) == (Verdict.UNKNOWN, ())


@pytest.mark.parametrize(("word", "expr", "hypotheses"), UNDER, ids=label)
def test_a_hypothesis_is_used_and_needed(word: str, expr: Expr, hypotheses: Sequence[Hypothesis]) -> None:
    assert hypotheses[0].statement in asked(word, expr, hypotheses).hypotheses
    assert asked(word, expr).verdict is Verdict.UNKNOWN


USED: list[tuple[str, Expr, list[Statement]]] = [
    ("nonnegative", quadratic(v, inv(Sigma[k])), [Belongs(Sigma[k], DEFINITE)]),
    ("positive", theta * b, [Belongs(theta, FRACTION), Belongs(b, POSITIVE)]),
    ("nonnegative", gamma[i, k] * x**2, [Belongs(gamma[i, k], SIMPLEX, k)]),
    ("positive", Exp(x) + N, []),
    ("nonnegative", x * x, []),
    ("semidefinite", M @ M, [Belongs(M, SYMMETRIC)]),
]


@pytest.mark.parametrize(("word", "expr", "expected"), USED, ids=label)
def test_the_hypotheses_are_those_really_used(word: str, expr: Expr, expected: list[Statement]) -> None:
    unrelated = [above(y), belongs(A, DEFINITE)]
    assert set(asked(word, expr, unrelated).hypotheses) == set(expected)


@pytest.mark.parametrize("word", WORDS)
def test_a_wrong_shape_is_named(word: str) -> None:
    with pytest.raises(ShapeError, match=r"\(D, 1\) array cannot be"):
        asked(word, v)


def test_arrays_too_are_defined_or_not_known_to_be() -> None:
    for expr in (v, point[i], residual / b, inv(V) @ v, v @ v.T):
        assert order.defined(expr).verdict is Verdict.PROVED
    for expr in (v / a, inv(A) @ v, v * Log(x)):
        assert order.defined(expr).verdict is Verdict.UNKNOWN
    assert order.defined(v / x, [above(x)]).hypotheses == (above(x).statement,)


# -------------------------------------------------------------------- the rules against exact values

POOL = (a, b, x, theta, bit, count[k], count[j])


def trees(leaves: Sequence[Expr]) -> st.SearchStrategy[Expr]:
    numbers = st.builds(Fraction, st.integers(-3, 3), st.integers(1, 3)).map(as_expr)
    unary: list[Callable[[Expr], Expr]] = [lambda e: -e, Abs, Log, lambda e: e**2, lambda e: e**-1]
    unary += [lambda e: 1 - e, lambda e: e * e, lambda e: Pow(e, half), lambda e: e**3]
    binary: list[Callable[[Expr, Expr], Expr]] = [lambda e, f: e + f, lambda e, f: e * f, lambda e, f: e / f]
    binary += [lambda e, f: e - f, WeightedLog, lambda e, f: Bracket(e, "<=", f)]
    return st.recursive(
        st.sampled_from(leaves) | numbers,
        lambda inner: st.one_of(
            st.builds(lambda f, e: f(e), st.sampled_from(unary), inner),
            st.builds(lambda f, e, g: f(e, g), st.sampled_from(binary), inner, inner),
        ),
        max_leaves=6,
    )


def values_of(expr: Expr) -> st.SearchStrategy[dict[Expr, Fraction]]:
    small = st.builds(Fraction, st.integers(0, 4), st.integers(1, 3))
    by_domain = {
        "real": st.builds(Fraction, st.integers(-4, 4), st.integers(1, 3)),
        "nonnegative": small,
        "positive": small.filter(bool),
        "fraction": st.builds(Fraction, st.integers(1, 4), st.just(5)),
        "probability": st.builds(Fraction, st.integers(0, 5), st.just(5)),
        "binary": st.sampled_from([Fraction(0), Fraction(1)]),
    }
    members = [(atom, exact.member_of(atom)) for atom in exact.atoms([expr])]
    return st.fixed_dictionaries({atom: by_domain[m.symbol.domain.name] for atom, m in members if m})


@given(trees(POOL), st.data())
def test_fuzz_no_rule_gives_a_wrong_sign(expr: Expr, data: st.DataObject) -> None:
    """Whatever is shown to be (non-)negative, positive or non-zero is so, and is defined, at points of the domains."""
    shown: dict[Statement, Evidence] = {
        LessEqual(zero, expr): order.nonnegative(expr),
        LessEqual(zero, expr, strict=True): order.positive(expr),
        LessEqual(expr, zero): order.nonnegative(-expr),
        LessEqual(zero, expr**2, strict=True): order.invertible(expr),
        Equal(expr, expr): order.defined(expr),
    }
    claims = [claim for claim, evidence in shown.items() if evidence.verdict is Verdict.PROVED]
    if claims:
        at = data.draw(values_of(expr))
        for claim in claims:
            exact.value(expr, exact.rationals(at))  # raises where it is undefined
            assert exact.refutation([[claim]], [], at) is None


def square_trees() -> st.SearchStrategy[Expr]:
    leaves = [S, Sigma[k], Sigma[j], M, A, V, v @ v.T, residual @ residual.T, Identity(D)]
    scales = [b, a, x, theta, -b, gamma[i, k]]
    unary: list[Callable[[Expr], Expr]] = [
        lambda e: -e,
        lambda e: e.T,
        inv,
        lambda e: e.T @ e,
        lambda e: e @ e,
    ]
    unary += [lambda e: Sum(k, e), lambda e: Sum(k, pi[k] * e), lambda e: A.T @ e @ A, lambda e: V @ e @ V.T]
    binary: list[Callable[[Expr, Expr], Expr]] = [lambda e, f: e + f, lambda e, f: e - f, lambda e, f: e @ f]
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.builds(lambda f, e: f(e), st.sampled_from(unary), inner),
            st.builds(lambda f, e, g: f(e, g), st.sampled_from(binary), inner, inner),
            st.builds(lambda c, e: c * e, st.sampled_from(scales), inner),
        ),
        max_leaves=4,
    )


@given(square_trees())
def test_fuzz_no_rule_makes_a_wrong_matrix_definite(expr: Expr) -> None:
    """The judge finds nothing against what is shown of matrices, and of their traces and determinants."""
    scalar_claims = [(w, f(expr)) for w in ("nonnegative", "positive") for f in (Trace, Det)]
    for word, body in [("semidefinite", expr), ("definite", expr), ("invertible", expr), *scalar_claims]:
        if asked(word, body).verdict is Verdict.PROVED:
            assert check(Belongs(body, WORDS[word][1])).verdict is not Verdict.REFUTED


# ------------------------------------------------------------------------------------------ z3

TANGENT = Lemma(LessEqual(Log(p * b / a), p * b / a - 1), (above(p * b / a),))
SPLIT = Lemma(Equal(Log(p), Log(a / b) + Log(p * b / a)), (above(a), above(p), above(b)))
BOUND = LessEqual(WeightedLog(a, p), WeightedLog(a, a / b) + b * p - a)

DECIDED: list[tuple[str, Equal | LessEqual, Sequence[Hypothesis], Sequence[Lemma], Verdict]] = [
    ("weighted log", BOUND, [], [TANGENT, SPLIT], Verdict.PROVED),
    ("without the tangent", BOUND, [], [SPLIT], Verdict.UNKNOWN),
    ("without the split", BOUND, [], [TANGENT], Verdict.UNKNOWN),
    ("bound too strong", LessEqual(BOUND.left, BOUND.right - a), [], [TANGENT, SPLIT], Verdict.REFUTED),
    ("strict at equality", LessEqual(BOUND.left, BOUND.right, True), [], [TANGENT, SPLIT], Verdict.REFUTED),
    (
        "infinite on the right",
        LessEqual(zero, WeightedLog(a, p) - WeightedLog(a, p)),
        [],
        [],
        Verdict.UNKNOWN,
    ),
    ("infinite on the left", LessEqual(WeightedLog(b, a), WeightedLog(b, a)), [], [], Verdict.UNKNOWN),
    ("finite", LessEqual(WeightedLog(a, b), a * Log(b)), [], [], Verdict.PROVED),
    ("equal where finite", Equal(WeightedLog(a, b), a * Log(b)), [], [], Verdict.PROVED),
    ("equal, perhaps infinite", Equal(WeightedLog(a, p), WeightedLog(a, p)), [], [], Verdict.UNKNOWN),
    ("minus an infinite", LessEqual(-WeightedLog(a, p), -WeightedLog(a, p)), [], [], Verdict.UNKNOWN),
    ("negative weight", LessEqual(WeightedLog(-a, p), as_expr(5)), [], [], Verdict.UNKNOWN),
    ("no weight", Equal(WeightedLog(a, p), zero), [Hypothesis(Equal(a, zero))], [], Verdict.PROVED),
    ("squares", LessEqual(zero, x**2), [], [], Verdict.PROVED),
    ("means", LessEqual(2 * x * y, x * x + y * y), [], [], Verdict.PROVED),
    ("means, as powers", LessEqual(2 * x * y, x**2 + y**2), [], [], Verdict.PROVED),
    ("a power of a root", LessEqual(Pow(b, 3 * half), b), [], [], Verdict.UNKNOWN),
    ("a negative power", LessEqual(b**-2, b**2), [], [], Verdict.REFUTED),
    ("half of a logarithm", LessEqual(WeightedLog(a, b) / 2, 2 * a * Log(b)), [], [], Verdict.UNKNOWN),
    (
        "half of a logarithm, halved",
        LessEqual(WeightedLog(a, b) / 2, a * Log(b) * half),
        [],
        [],
        Verdict.PROVED,
    ),
    ("means, planted", LessEqual(2 * x * y, x * x + y * y - 1), [], [], Verdict.REFUTED),
    ("convexity", LessEqual(x, x * x), [], [], Verdict.REFUTED),
    ("convexity on binaries", Equal(bit, bit * bit), [], [], Verdict.PROVED),
    ("absolute value", LessEqual(Abs(x + y), Abs(x) + Abs(y)), [], [], Verdict.PROVED),
    ("absolute value, planted", LessEqual(Abs(x) + Abs(y), Abs(x + y)), [], [], Verdict.REFUTED),
    ("bracket", Equal(Bracket(x, "<", y) + Bracket(y, "<=", x), one), [], [], Verdict.PROVED),
    ("fraction", LessEqual(theta * (1 - theta), as_expr(Fraction(1, 4))), [], [], Verdict.PROVED),
    ("quotient", Equal(x / b * b, x), [], [], Verdict.PROVED),
    ("denominator", Equal(x / y * y, x), [], [], Verdict.UNKNOWN),
    ("denominator shown", Equal(x / y * y, x), [above(y * y)], [], Verdict.PROVED),
    ("undefined log", Equal(Log(a), Log(a)), [], [], Verdict.UNKNOWN),
    ("undefined exponential", LessEqual(zero, Exp(x / y)), [], [], Verdict.UNKNOWN),
    ("exponential", LessEqual(zero, Exp(x), True), [], [], Verdict.PROVED),
    ("opaque log", LessEqual(Log(b), b), [], [], Verdict.UNKNOWN),
    ("pi", LessEqual(as_expr(3), CirclePi(), True), [], [], Verdict.PROVED),
    ("sizes", LessEqual(one, N * K), [], [], Verdict.PROVED),
    ("a single one", LessEqual(as_expr(2), N), [], [], Verdict.REFUTED),
    ("opaque sum", LessEqual(zero, a + Sum(i, gamma[i, k])), [], [], Verdict.PROVED),
    ("opaque quadratic", LessEqual(x, x + quadratic(v, S) * b), [], [], Verdict.PROVED),
    ("opaque, unsigned", LessEqual(zero, quadratic(v, A)), [], [], Verdict.UNKNOWN),
    ("opaque, undefined", Equal(Sum(k, x / count[k]), Sum(k, x / count[k])), [], [], Verdict.UNKNOWN),
    ("every index", LessEqual(zero, count[k], True), [above(count[j])], [], Verdict.PROVED),
    ("members differ", Equal(count[k], count[j]), [], [], Verdict.REFUTED),
    ("members tied", LessEqual(pi[k] + pi[j], one), [], [], Verdict.UNKNOWN),
    ("not a third", Equal(x * 3, one), [], [], Verdict.REFUTED),
    ("an irrational", Equal(x * x, as_expr(2)), [above(x)], [], Verdict.REFUTED),
    ("matrices", Equal(A, A), [], [], Verdict.UNKNOWN),
    ("infinite hypothesis", LessEqual(zero, p, True), [Hypothesis(BOUND), above(a)], [], Verdict.UNKNOWN),
    (
        "hypothesis on the left",
        LessEqual(zero, p, True),
        [Hypothesis(LessEqual(WeightedLog(a, p), zero)), above(a)],
        [],
        Verdict.UNKNOWN,
    ),
]


@pytest.mark.parametrize(("name", "goal", "hypotheses", "lemmas", "expected"), DECIDED, ids=label)
def test_comparisons_by_z3(
    name: str,
    goal: Equal | LessEqual,
    hypotheses: Sequence[Hypothesis],
    lemmas: Sequence[Lemma],
    expected: Verdict,
) -> None:
    evidence = order.decide(goal, hypotheses, lemmas)
    assert evidence.verdict is expected
    assert (evidence.engine, evidence.method, evidence.scope) == ("order", "z3", ALL_SIZES)
    assert (evidence.counterexample is not None) is (expected is Verdict.REFUTED)
    judged = check(goal, hypotheses=hypotheses).verdict
    assert judged is not {Verdict.PROVED: Verdict.REFUTED, Verdict.REFUTED: Verdict.CHECKED}.get(expected)


def test_only_the_premises_that_were_needed_are_listed() -> None:
    evidence = order.decide(LessEqual(zero, b * theta, True), [above(x), above(y)])
    assert set(evidence.hypotheses) == {Belongs(b, POSITIVE), Belongs(theta, FRACTION)}


def test_a_lemma_on_all_values_of_an_index_is_not_tested_at_one() -> None:
    """count[k] > 0 for all k gives a positive sum; count[k] > 0 for one k does not."""
    lemma = Lemma(LessEqual(one, Sum(j, count[j])), (above(count[k]),))
    goal = LessEqual(Bracket(zero, "<", count[k]), Sum(j, count[j]))
    assert order.decide(goal, [], [lemma]).verdict is Verdict.UNKNOWN
    assert order.decide(goal, [above(count[k])], [lemma]).verdict is Verdict.PROVED


def test_a_lemma_may_assume_what_is_declared_and_no_more() -> None:
    for domain, expected in ((PROBABILITY, Verdict.PROVED), (FRACTION, Verdict.REFUTED)):
        lemma = Lemma(LessEqual(x, y), (belongs(shares[k], domain),))
        assert order.decide(LessEqual(x, y), [], [lemma]).verdict is expected


COVERS: list[tuple[str, list[list[Statement]], list[Hypothesis], Verdict]] = [
    ("two halves", [[LessEqual(zero, x)], [LessEqual(x, zero)]], [], Verdict.PROVED),
    ("zero is left out", [[LessEqual(zero, x, True)], [LessEqual(x, zero, True)]], [], Verdict.REFUTED),
    ("zero or positive", [[LessEqual(zero, a, True)], [Equal(a, zero)]], [], Verdict.PROVED),
    ("domains", [[Belongs(x, POSITIVE)], [Belongs(-x, NONNEGATIVE)]], [], Verdict.PROVED),
    ("not of this domain", [[Belongs(x, POSITIVE)]], [], Verdict.UNKNOWN),
    ("at its edge", [[Belongs(a, POSITIVE)]], [], Verdict.UNKNOWN),
    ("beyond one", [[Belongs(a, PROBABILITY)]], [], Verdict.UNKNOWN),
    ("conjunction", [[LessEqual(zero, x), LessEqual(zero, y)], [LessEqual(x, zero)]], [], Verdict.REFUTED),
    ("under a hypothesis", [[LessEqual(zero, x)]], [above(x, one)], Verdict.PROVED),
    ("undefined", [[LessEqual(zero, x / y)], [LessEqual(x / y, zero)]], [], Verdict.UNKNOWN),
    (
        "every index at once",
        [[Equal(count[k], zero)], [LessEqual(zero, count[k], True)]],
        [],
        Verdict.UNKNOWN,
    ),
    ("no case", [], [], Verdict.REFUTED),
]


@pytest.mark.parametrize(("name", "cases", "hypotheses", "expected"), COVERS, ids=label)
def test_cases_cover(
    name: str, cases: list[list[Statement]], hypotheses: list[Hypothesis], expected: Verdict
) -> None:
    assert order.cover(cases, hypotheses).verdict is expected


@given(trees((a, b, x, y, bit)), trees((a, b, x, y, bit)), st.data())
def test_fuzz_z3_proves_nothing_false(left: Expr, right: Expr, data: st.DataObject) -> None:
    goal = LessEqual(left, right)
    evidence = order.decide(goal)
    if evidence.verdict is Verdict.PROVED:
        at = data.draw(values_of(left + right))
        assert exact.refutation([[goal]], [], at) is None
    if evidence.verdict is Verdict.REFUTED:
        assert check(goal).verdict is not Verdict.CHECKED


@pytest.mark.parametrize("name", ["real", "nonnegative", "positive", "fraction", "probability", "binary"])
def test_the_table_of_free_domains_is_complete(name: str) -> None:
    """A new field of a domain must be thought of where points are said to lie in it."""
    domain = DOMAINS[name]
    assert domain in exact.FREE
    known = {"name", "phrase", "positive", "nonnegative", "below_one", "at_most_one", "binary"}
    assert all(not value for field, value in vars(domain).items() if field not in known)
