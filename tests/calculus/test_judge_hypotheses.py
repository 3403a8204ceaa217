"""Hypotheses before the judge: draws that satisfy them, witnesses, and draws that violate one alone."""

from __future__ import annotations

import pytest
from judge_symbols import (
    COUNTS,
    MEAN,
    N_,
    POSITIVE_COUNTS,
    VECTOR_ZERO,
    ZERO,
    A,
    D,
    N,
    S,
    gamma,
    i,
    k,
    mu,
    numpy_of,
    p,
    q,
    s,
    t,
    u,
    v,
    verdict,
    x,
)

from derivations.calculus.domains import NONNEGATIVE, REAL, SEMIDEFINITE, SYMMETRIC, Domain
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Gradient,
    Identity,
    Log,
    Product,
    Sum,
    Symbol,
    as_expr,
    matrix,
    quadratic,
)
from derivations.calculus.instances import check, draws, necessity, schedule
from derivations.calculus.instances.setting import Dropped, Setting
from derivations.calculus.statements import Choice, Equal, Hypothesis, LessEqual, Maximum, Statement

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
