"""Scalar identities: what is proved, what is refuted by a certain point, and what must stay open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import flint
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sample_symbols import K, N, S, a, count, d, e, i, j, k, pi, point, theta, v, x, y

from derivations.calculus import exact, scalars
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    INVERTIBLE,
    POSITIVE,
    Domain,
)
from derivations.calculus.evidence import ALL_SIZES, Counterexample, Verdict
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    CirclePi,
    Delta,
    Exp,
    Expr,
    Gradient,
    Log,
    LogDet,
    Pow,
    Product,
    Sum,
    WeightedLog,
    as_expr,
    quadratic,
    scalar,
)
from derivations.calculus.instances.judge import check
from derivations.calculus.instances.membership import lies_in
from derivations.calculus.order.signs import Signs
from derivations.calculus.scalars.kernels import Kernels
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement
from derivations.proof.proof import Proof

p, q, r = (scalar(name, name, POSITIVE) for name in "pqr")
bit = scalar("bit", "b", BINARY)

zero, one, half = as_expr(0), as_expr(1), as_expr(Fraction(1, 2))
TWO_PI = 2 * CirclePi()


def above(expr: Expr, bound: Expr = zero) -> Hypothesis:
    return Hypothesis(LessEqual(bound, expr, strict=True))


Row = tuple[str, Expr, Expr, Sequence[Hypothesis]]

EQUAL: list[Row] = [
    ("square", (x + y) ** 2, x**2 + 2 * x * y + y**2, ()),
    ("quotient", (p * p - q * q) / (p + q), p - q, ()),
    ("nested quotients", 1 / (1 / p + 1 / q), p * q / (p + q), ()),
    ("score", x / theta - (1 - x) / (1 - theta), (x - theta) / (theta * (1 - theta)), ()),
    ("under a hypothesis", x / count[k] * count[k], x, (above(count[j]),)),
    ("non-zero", x / y * y, x, (Hypothesis(Belongs(y, INVERTIBLE)),)),
    ("log of a product", Log(p * q / r), Log(p) + Log(q) - Log(r), ()),
    ("log of a factored sum", Log(p * q + p * r), Log(p) + Log(q + r), ()),
    ("log of 1 - theta", Log(theta * (1 - theta)), Log(theta) + Log(1 - theta), ()),
    ("log of a power", Log(Pow(p, x)), x * Log(p), ()),
    ("log of an even power", Log((p - q) ** 2 * r), Log((p - q) ** 2) + Log(r), (above((p - q) ** 2),)),
    (
        "log of a number",
        Log(as_expr(Fraction(12, 5))),
        2 * Log(as_expr(2)) + Log(as_expr(3)) - Log(as_expr(5)),
        (),
    ),
    ("log of one", Log(p / p), zero, ()),
    ("log of exp", Log(Exp(x) * p), x + Log(p), ()),
    ("logistic in the log", Log(1 + Exp(x)), x + Log(1 + Exp(-x)), ()),
    ("exp of a sum", Exp(x + y), Exp(x) * Exp(y), ()),
    ("exp of halves", Exp(x / 2) * Exp(x / 2), Exp(x), ()),
    ("exp of thirds and halves", Exp(x / 2) * Exp(x / 3), Exp(5 * x / 6), ()),
    ("exp in exp", Exp(Exp(x / 2) / 2 + Exp(x)), Exp(Exp(x)) * Exp(Exp(x / 2) / 4) ** 2, ()),
    ("exp of log", Exp(Log(p) + x), p * Exp(x), ()),
    ("exp of a multiple of log", Exp(-half * Log(p)) ** 2, 1 / p, ()),
    ("exp of a quotient", Exp(x + x / (x**2 + p)), Exp(x) * Exp(x / (x**2 + p)), ()),
    ("exp of nothing", Exp(1 / (1 - theta)) * Exp(-(theta / (1 - theta))), Exp(one), ()),
    ("exp of a fraction not in lowest terms", Exp(x / (2 * p + 1)), Exp(3 * x / (6 * p + 3)), ()),
    ("logistic", 1 / (1 + Exp(-x)), Exp(x) / (1 + Exp(x)), ()),
    ("powers", Pow(p, x + 1), p * Pow(p, x), ()),
    ("power of a product", Pow(p * q, x), Pow(p, x) * Pow(q, x), ()),
    ("roots", Pow(p + q, half) * Pow(p + q, half), p + q, ()),
    ("roots of numbers", Pow(as_expr(8), half), 2 * Pow(as_expr(2), half), ()),
    ("nested roots", Pow(1 + Pow(p, half), half) ** 4, 1 + 2 * Pow(p, half) + p, ()),
    ("Bernoulli", Log(Pow(theta, x) * Pow(1 - theta, 1 - x)), x * Log(theta) + (1 - x) * Log(1 - theta), ()),
    ("normaliser", Log(1 / Pow(TWO_PI * p, half)), -(Log(TWO_PI) + Log(p)) / 2, ()),
    ("weighted log", WeightedLog(a, p * q), a * Log(p) + a * Log(q), ()),
    ("entries", (point[i][d] - x) ** 2, point[i][d] ** 2 - 2 * x * point[i][d] + x**2, ()),
    ("sizes", (N + 1) ** 2 - N**2, 2 * N + 1, ()),
    (
        "opaque",
        2 * quadratic(v, S) + Sum(k, count[k]),
        Sum(k, count[k]) + quadratic(v, S) + quadratic(v, S),
        (),
    ),
    ("opaque log det", (LogDet(S) + x) / 2, LogDet(S) / 2 + x / 2, ()),
    ("opaque absolute value", Abs(x) * 2, Abs(x) + Abs(x), ()),
]

UNEQUAL: list[Row] = [
    ("planted factor", (x + y) ** 2, x**2 + x * y + y**2, ()),
    ("planted sign", (p * p - q * q) / (p + q), p + q, ()),
    ("log of a sum", Log(p + q), Log(p) + Log(q), ()),
    ("exp of a sum", Exp(x + y), Exp(x) + Exp(y), ()),
    ("planted power", Pow(p, x + 1), Pow(p, x), ()),
    ("root of a square", Pow(x**2, half), x, ()),
    ("planted denominator in exp", Exp(x / p), Exp(x), ()),
    ("planted denominator in log", Log(x / y), Log(x), (above(x), above(y), above(x / y))),
    ("planted coefficient in log", Log(p + 2 * q), Log(p + q), ()),
    ("planted coefficient in a root", Pow(p + 3 * q, half), Pow(p + q, half), ()),
    ("planted pi", Log(TWO_PI), Log(CirclePi()), ()),
    ("members differ", count[k] + count[j], 2 * count[k], ()),
    ("under a hypothesis", x, x**2, (above(x),)),
    ("sizes", N * x, x, ()),
    ("absolute value", Abs(x), x, ()),
    ("bracket", Bracket(x, "<", y), one, ()),
    ("binary", bit, one, ()),
]

OPEN: list[Row] = [
    ("undefined at 0", x / x, one, ()),
    ("undefined and the same", 1 / y, 1 / y, ()),
    ("log of what may be 0", Log(a), Log(a), ()),
    ("log of a square", Log(x**2), 2 * Log(x), ()),
    ("log of two negative factors", Log(x * y), Log(x) + Log(y), (above(x * y),)),
    ("log of a negative", Log(-p), Log(-p), ()),
    ("power of a base of any sign", Pow(x, y), Pow(x, y), ()),
    ("power of what may be 0", Pow(a, half) * Pow(a, -half), one, ()),
    ("weighted log of what may be 0", WeightedLog(p, a), WeightedLog(p, a), ()),
    ("undefined factor", zero * Log(a), zero, ()),
    ("undefined in a difference", Exp(x / y) - Exp(x / y), zero, ()),
    ("zero below", x / (y - y), x / (y - y), ()),
    ("true by a hypothesis", x, y, (Hypothesis(Equal(x, y)),)),
    ("tied members", pi[k], one, ()),
    ("tied entries", S[d, e], S[e, d], ()),
    ("delta", Delta(j, k), zero, ()),
    ("matrices in a hypothesis", x, y, (Hypothesis(Belongs(S, DEFINITE)),)),
    ("products", Product(k, x), x, ()),
    ("derivatives", Gradient(x**2, x), 2 * x, ()),
    ("a huge power", x**1000, x**1000, ()),
    ("two forms of one exponential", Exp(1 / p + 1 / (p + 1)), Exp(1 / p) * Exp(1 / (p + 1)), ()),
]


def label(row: Any) -> str | None:
    return row if isinstance(row, str) else None


@pytest.mark.parametrize(("name", "left", "right", "hypotheses"), EQUAL, ids=label)
def test_proved(name: str, left: Expr, right: Expr, hypotheses: Sequence[Hypothesis]) -> None:
    evidence = scalars.decide(Equal(left, right), hypotheses)
    assert (evidence.engine, evidence.verdict, evidence.scope) == ("scalars", Verdict.PROVED, ALL_SIZES)
    assert check(Equal(left, right), hypotheses=hypotheses).verdict is not Verdict.REFUTED


@pytest.mark.parametrize(("name", "left", "right", "hypotheses"), EQUAL, ids=label)
def test_a_planted_error_is_not_proved(
    name: str, left: Expr, right: Expr, hypotheses: Sequence[Hypothesis]
) -> None:
    for wrong in (right + 1, -right - 3, as_expr(Fraction(3, 2)) * right + 1):
        assert scalars.decide(Equal(left, wrong), hypotheses).verdict is not Verdict.PROVED


@pytest.mark.parametrize(("name", "left", "right", "hypotheses"), UNEQUAL, ids=label)
def test_refuted(name: str, left: Expr, right: Expr, hypotheses: Sequence[Hypothesis]) -> None:
    evidence = scalars.decide(Equal(left, right), hypotheses)
    assert (evidence.verdict, evidence.method) == (Verdict.REFUTED, "point")
    assert evidence.counterexample is not None
    assert evidence.counterexample.left != evidence.counterexample.right
    assert check(Equal(left, right), hypotheses=hypotheses).verdict is Verdict.REFUTED


@pytest.mark.parametrize(("name", "left", "right", "hypotheses"), OPEN, ids=label)
def test_open(name: str, left: Expr, right: Expr, hypotheses: Sequence[Hypothesis]) -> None:
    evidence = scalars.decide(Equal(left, right), hypotheses)
    assert evidence.verdict is Verdict.UNKNOWN
    assert evidence.detail


def test_an_equality_of_matrices_is_not_for_this_engine() -> None:
    assert scalars.decide(Equal(S, S)).detail == "the sides are not scalars"


def test_the_hypotheses_are_those_that_definedness_and_splitting_needed() -> None:
    evidence = scalars.decide(Equal(Log(p * x) / q, (Log(p) + Log(x)) / q), [above(x), above(y)])
    assert set(evidence.hypotheses) == {
        Belongs(p, POSITIVE),
        Belongs(q, POSITIVE),
        LessEqual(zero, x, True),
    }


def test_a_counterexample_names_sizes_and_values() -> None:
    seen = scalars.decide(Equal(count[k] + count[j] * point[i][d], zero)).counterexample
    assert seen is not None
    assert seen.sizes == {"D": 1, "K": 2, "N": 1}
    assert set(seen.values) == {"count[k]", "count[j]", "point[i][d]"}


def test_a_counterexample_shows_what_was_seen() -> None:
    at = {x: Fraction(3, 2), N: Fraction(4)}
    seen = exact.refutation([[LessEqual(N * x, one)]], [], at)
    assert seen == Counterexample({"N": 4}, {"x": "3/2"}, "6", "1")


# ------------------------------------------------------------------------------- points and balls

CERTAIN: list[tuple[str, Statement, bool | None]] = [
    ("a small gap", LessEqual(x, y), True),
    ("in a domain", Belongs(x, POSITIVE), True),
    ("not in a domain", Belongs(x - y, POSITIVE), None),
    ("in a domain that has no points", Belongs(x, DEFINITE), None),
    ("exact equality", Equal(x * 3, y), True),
    ("exact inequality", LessEqual(y, x), False),
    ("strict at equality", LessEqual(x * 3, y, strict=True), False),
    ("an equality of balls is never sure", Equal(Log(p), Log(p)), None),
    ("nor an inequality at equality", LessEqual(Exp(p), Exp(p)), None),
    ("balls apart", LessEqual(Exp(x), Exp(y), strict=True), True),
    ("undefined", Equal(x / (y - 1), x), None),
    ("log of zero", LessEqual(Log(y - 1), zero), None),
    ("minus infinity", LessEqual(WeightedLog(p, y - 1), zero), None),
    ("no weight", Equal(WeightedLog(y - 1, y - 1), zero), True),
    ("a power too large to be exact", LessEqual(x**100_000, p**100_000), True),
    ("root of a negative", Equal(Pow(-y, half), one), None),
    ("a root", LessEqual(Pow(p, half), as_expr(Fraction(7, 5))), False),
    ("a reciprocal root of zero", LessEqual(Pow(y - 1, -half), zero), None),
    ("zero to the zero", Equal((y - 1) ** 0, one), True),
    ("not a scalar", Equal(Sum(k, x), x), None),
    *(
        (f"a bracket: {left} {relation} 1", Equal(Bracket(as_expr(left), relation, y), as_expr(truth)), True)  # type: ignore[arg-type]
        for relation, truths in {"<": (1, 0, 0), "<=": (1, 1, 0), "=": (0, 1, 0)}.items()
        for left, truth in enumerate(truths)
    ),
]


@pytest.mark.parametrize(("name", "statement", "expected"), CERTAIN, ids=label)
def test_what_is_sure_at_a_point(name: str, statement: Statement, expected: bool | None) -> None:
    at: dict[Expr, flint.fmpq] = {x: flint.fmpq(1, 3), y: flint.fmpq(1), p: flint.fmpq(2)}
    assert exact.truth(statement, at) is expected


@pytest.mark.parametrize("domain", exact.FREE, ids=lambda domain: domain.name)
def test_a_point_lies_in_a_domain_where_the_judge_says_so(domain: Domain) -> None:
    for number in (flint.fmpq(halves, 2) for halves in range(-3, 6)):
        assert exact.contains(domain, number) is lies_in(number, domain)


REFUSED: list[tuple[str, Equal | LessEqual, list[Equal | LessEqual], dict[Expr, Fraction]]] = [
    ("it holds", LessEqual(x, p), [], {x: Fraction(1), p: Fraction(2)}),
    ("outside the domain", LessEqual(zero, p), [], {p: Fraction(-1)}),
    ("a hypothesis fails", LessEqual(x, zero), [LessEqual(x, zero)], {x: Fraction(1)}),
    ("a hypothesis is not sure", LessEqual(x, zero), [Equal(Exp(x), Exp(x))], {x: Fraction(1)}),
    ("a value is missing", LessEqual(x, y), [], {x: Fraction(1)}),
    ("members are tied", LessEqual(pi[k], zero), [], {pi[k]: Fraction(1, 2)}),
    ("a size below the number of indices", LessEqual(K * count[k] * count[j], zero), [], {
        K: Fraction(1), count[k]: Fraction(1), count[j]: Fraction(1)}),
    ("a size that is no integer", LessEqual(N, one), [], {N: Fraction(3, 2)}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "goal", "hypotheses", "at"), REFUSED, ids=label)
def test_what_is_no_counterexample(
    name: str, goal: Equal | LessEqual, hypotheses: list[Equal | LessEqual], at: dict[Expr, Fraction]
) -> None:
    assert exact.refutation([[goal]], hypotheses, at) is None


# ------------------------------------------------------------------------------- random identities


def trees(division: bool) -> st.SearchStrategy[Expr]:
    leaves: list[Expr] = [x, p, q, theta, p + q, 1 - theta, as_expr(2), half, CirclePi()]
    unary: list[Callable[[Expr], Expr]] = [lambda e: -e, Log, Exp, lambda e: e**2, lambda e: e / 2]
    unary += [lambda e: Pow(e, half), lambda e: Pow(p, e)]
    binary: list[Callable[[Expr, Expr], Expr]] = [lambda e, f: e + f, lambda e, f: e * f, lambda e, f: e - f]
    if division:
        unary += [lambda e: e**-1]
        binary += [lambda e, f: e / f]
    return st.recursive(
        st.sampled_from(leaves),
        lambda inner: st.one_of(
            st.builds(lambda f, e: f(e), st.sampled_from(unary), inner),
            st.builds(lambda f, e, g: f(e, g), st.sampled_from(binary), inner, inner),
        ),
        max_leaves=6,
    )


AT: dict[Expr, Fraction] = {x: Fraction(2, 7), p: Fraction(3, 2), q: Fraction(5, 3), theta: Fraction(2, 5)}


WRITTEN = [
    2 * p + q,
    p - 2 * q,
    3 - x,
    x * p / 2 - 2,
    (x + 1) / (2 * p + 3 * q),
    2 / (p - 2 * x) ** 2,
    half * p,
]


@pytest.mark.parametrize("expr", WRITTEN)
def test_a_normal_form_written_out_has_the_same_value(expr: Expr) -> None:
    kernels, point_ = Kernels(Signs([]), {}), exact.rationals(AT)
    assert exact.value(kernels.field.tree(kernels.normal(expr)), point_) == exact.value(expr, point_)


@given(trees(division=True), trees(division=True))
def test_fuzz_nothing_false_is_proved(left: Expr, right: Expr) -> None:
    if scalars.decide(Equal(left, right)).verdict is Verdict.PROVED:
        assert exact.refutation([[Equal(left, right)]], [], AT) is None


LAWS: list[Callable[[Expr, Expr], tuple[Expr, Expr]]] = [
    lambda e, f: (e * (f + p), e * f + p * e),
    lambda e, f: (Exp(e + f), Exp(e) * Exp(f)),
    lambda e, f: (Exp(e / 2) ** 2 * f, f * Exp(e)),
    lambda e, f: (Log(Exp(e) * q) + f, e + Log(q) + f),
    lambda e, f: (Pow(q, e) * Pow(q, f), Pow(q, e + f)),
    lambda e, f: ((e + f) / q - f / q, e / q),
    lambda e, f: ((e - f) * (e + f), e**2 - f**2),
]


@given(trees(division=False), trees(division=False), st.sampled_from(LAWS))
def test_fuzz_laws_are_proved(
    left: Expr, right: Expr, law: Callable[[Expr, Expr], tuple[Expr, Expr]]
) -> None:
    """A law holds for whatever is put in: PROVED wherever that is known to be defined.

    Without divisions: exponentials of sums of fractions with different denominators have several forms.
    """
    sides = law(left, right)
    assume(all(Signs([]).defined(side) is not None for side in sides))
    evidence = scalars.decide(Equal(*sides))
    given_up = ("too large", "not known to be positive")  # squares have roots, but perhaps that of zero
    assert evidence.verdict is Verdict.PROVED or any(reason in evidence.detail for reason in given_up)


# ------------------------------------------------------------------------------ in a derivation


def test_a_scalar_equation_is_shown_twice_for_all_values() -> None:
    step = Proof("test", 0, "", "", "", "").claim("split", Equal(Log(p / q), Log(p) - Log(q)), "")
    everywhere = [evidence.engine for evidence in step.evidence if evidence.scope == ALL_SIZES]
    assert everywhere == ["indices", "scalars"]


def test_what_is_defined_or_summed_is_left_to_the_kernel() -> None:
    proof = Proof("test", 0, "", "", "", "")
    definition = proof.define("a", a, p + q, "")
    step = proof.claim("unfolded", Equal(a - q, p), "", uses=[definition])
    assert step.own is Verdict.PROVED
    assert "scalars" not in {evidence.engine for evidence in step.evidence}
