"""What the judge refutes: every kind of claim with true examples, which must be CHECKED, and planted errors.

A planted error must be REFUTED: a judge that lets errors pass is worth nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import ctx
from judge_symbols import (
    COUNTS,
    HALF,
    MEAN,
    N_,
    POSITIVE_COUNTS,
    VECTOR_ZERO,
    ZERO,
    A,
    B,
    C,
    D,
    K,
    N,
    S,
    Sigma,
    a,
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
    t,
    u,
    verdict,
    w,
    x,
    z,
)

from derivations.calculus import expressions as ex
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    FRACTION,
    INVERTIBLE,
    LABEL,
    OPEN_SIMPLEX,
    POSITIVE,
    SEMIDEFINITE,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    CirclePi,
    Exp,
    Expr,
    Gradient,
    Identity,
    Inverse,
    Log,
    LogDet,
    LogSumExp,
    Product,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    as_expr,
    inv,
    quadratic,
    scalar,
    sum_over,
)
from derivations.calculus.instances import check, instance_table
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


def commutator(left: Expr, right: Expr) -> Expr:
    return left @ right - right @ left


HALL = commutator(commutator(A, B) @ commutator(A, B), C)
QUADRATIC = -sum_over(i, k, gamma[i, k] * quadratic(x[i] - mu[k], inv(Sigma[k])))
LIKELIHOOD = Sum(k, WeightedLog(N_[k], pi[k]))
SLOPE = Gradient(QUADRATIC, mu[j])
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
