"""Problem 2: every claim is proved and confirmed, planted errors are refuted, and the code does what it should."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from derived import derivation_of
from planted import Planted, argued, judged, small, unconfirmed

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    Delta,
    Exp,
    Expr,
    Log,
    LogSumExp,
    Number,
    Ordered,
    Product,
    Sum,
    WeightedLog,
    sum_over,
)
from derivations.calculus.statements import Choice, Equal, Iff, LessEqual, Maximum
from derivations.lemmas.divergence import a, b
from derivations.lemmas.mixture import d, e, gamma, half, i, j, k, n, pi, x, z
from derivations.lemmas.natural_parameters import center, constant, linear, packed
from derivations.lemmas.posterior import (
    density,
    distance,
    evidence,
    exponent,
    free_energy,
    joint,
    log_evidence,
    log_joint,
    of_assignment,
    other,
    q,
    quarter,
    s,
    shift,
    softmax,
    zero,
)
from numeric.handwritten import gmm_estep as handwritten

one = Number(half.value * 2)


derived = partial(derivation_of, "gmm_estep")


def test_every_claim_is_proved() -> None:
    assert derived().verdict is Verdict.PROVED
    assert unconfirmed(derived().claims) == []
    assert small(derived().claims) == []


def test_the_independence_of_the_points_is_named() -> None:
    assert "product rule of independent variables" in [axiom.name for axiom in derived().axioms]


def test_no_weight_needs_to_be_positive_for_the_posterior_and_the_maximum() -> None:
    """Where no logarithm of a weight is taken, the hypotheses do not ask for positive ones."""
    for name in ("posterior", "posterior.marginal", "gamma.zero", "bound.gap", "bound.maximum"):
        assert derived().step(name).assumed == ()


def features(before: Expr) -> Expr:
    return sum_over(d, e, before * (packed[k, d, e] * ((x[i] - center)[d] * (x[i] - center)[e])))


natural = constant[k] + linear[k].T @ (x[i] - center)

PLANTED: dict[str, Planted] = {
    "a sum over the points": Planted(
        "likelihood", Equal(AssignmentSum(z, of_assignment(z)), Sum(i, evidence[i]))
    ),
    "densities without weights": Planted(
        "likelihood", Equal(AssignmentSum(z, Product(i, density[i, z[i]])), Product(i, evidence[i]))
    ),
    "not divided": Planted("posterior", Equal(of_assignment(z), Product(i, gamma[i, z[i]]))),
    "divided by another assignment's density": Planted(
        "posterior", Equal(of_assignment(z) / of_assignment(other), Product(i, gamma[i, z[i]]))
    ),
    "the sum over one point's components": Planted(
        "posterior", Equal(of_assignment(z) / evidence[i], Product(i, gamma[i, z[i]]))
    ),
    "all points in the same component": Planted(
        "posterior.total", Equal(AssignmentSum(z, Product(i, gamma[i, z[n]])), one)
    ),
    "the marginal of another point": Planted(
        "posterior.marginal",
        Equal(AssignmentSum(z, Product(n, gamma[n, z[n]]) * Delta(z[i], k)), gamma[n, k]),
    ),
    "the marginal of another component": Planted(
        "posterior.marginal",
        Equal(AssignmentSum(z, Product(n, gamma[n, z[n]]) * Delta(z[i], k)), gamma[i, j]),
    ),
    "columns that sum to one": Planted("gamma.rows", Equal(Sum(i, joint / evidence[i]), one)),
    "the zero of another weight": Planted("gamma.zero", Iff(Equal(gamma[i, k], zero), Equal(pi[j], zero))),
    "a logarithm without the weight": Planted("log.joint", Equal(Exp(log_joint[i, k]), density[i, k])),
    "weights that may be zero": Planted("log.joint", Equal(Exp(log_joint[i, k]), joint), ()),
    "a shift taken out with the wrong sign": Planted(
        "log.shift", Equal(LogSumExp(k, exponent[k]), LogSumExp(k, exponent[k] - s) - s)
    ),
    "a shift that is not given back": Planted(
        "log.shift", Equal(LogSumExp(k, exponent[k]), LogSumExp(k, exponent[k] - s))
    ),
    "the exponents' sum": Planted("log.evidence", Equal(Log(evidence[i]), Sum(k, log_joint[i, k]))),
    "normalised over the points": Planted(
        "log.gamma", Equal(gamma[i, k], Exp(log_joint[i, k] - LogSumExp(n, log_joint[n, k])))
    ),
    "another sign in the exponent": Planted(
        "log.gamma", Equal(gamma[i, k], Exp(LogSumExp(j, log_joint[i, j]) - log_joint[i, k]))
    ),
    "shifted by another point's shift": Planted(
        "log.gamma.shift",
        Equal(gamma[i, k], softmax(log_joint[i, k] - shift[i], log_joint[i, j] - shift[n])),
    ),
    "shifted above only": Planted(
        "log.gamma.shift", Equal(gamma[i, k], softmax(log_joint[i, k] - shift[i], log_joint[i, j]))
    ),
    "the log of a sum over the points": Planted(
        "log.likelihood",
        Equal(Log(AssignmentSum(z, of_assignment(z))), LogSumExp(i, LogSumExp(k, log_joint[i, k]))),
    ),
    "the divergence with its arguments exchanged": Planted(
        "bound.divergence",
        Equal(
            log_evidence - free_energy(),
            sum_over(i, k, gamma[i, k] * Log(gamma[i, k]) - WeightedLog(gamma[i, k], q[i, k])),
        ),
    ),
    "a lower bound without the entropy": Planted(
        "bound.divergence",
        Equal(
            log_evidence - sum_over(i, k, WeightedLog(q[i, k], joint)),
            sum_over(i, k, WeightedLog(q[i, k], q[i, k]) - WeightedLog(q[i, k], gamma[i, k])),
        ),
    ),
    "too good a constant": Planted(
        "divergence.bound",
        LessEqual(WeightedLog(a, b), WeightedLog(a, a) + b - a - (a - b) ** 2),
    ),
    "a bound without its linear terms": Planted(
        "divergence.bound", LessEqual(WeightedLog(a, b), WeightedLog(a, a) - (a - b) ** 2 / 4)
    ),
    "an upper bound": Planted("bound.gap", LessEqual(log_evidence, free_energy())),
    "a gap of three times the distance": Planted(
        "bound.gap", LessEqual(free_energy(), log_evidence - 12 * quarter * distance)
    ),
    "equality everywhere": Planted("bound.unique", Equal(free_energy(), log_evidence)),
    "the weights as the maximum": Planted("bound.maximum", Maximum(free_energy(), (Choice(q[i, k], pi[k]),))),
    "the joint density as the maximum": Planted(
        "bound.maximum", Maximum(free_energy(), (Choice(q[i, k], joint),))
    ),
    "features that count products once": Planted(
        "natural.features", Equal(log_joint[i, k], natural + half * features(Ordered(d, e)))
    ),
    "features over all pairs": Planted("natural.features", Equal(log_joint[i, k], natural + features(one))),
    "no linear features": Planted(
        "natural.features", Equal(log_joint[i, k], constant[k] + features(Ordered(d, e)))
    ),
    "points that are not centred": Planted(
        "natural.features",
        Equal(log_joint[i, k], constant[k] + linear[k].T @ x[i] + features(Ordered(d, e))),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_and_never_shown(name: str) -> None:
    assert judged(derived(), PLANTED[name]) is Verdict.REFUTED
    assert argued(derived(), PLANTED[name]) is not Verdict.PROVED


# ------------------------------------------------------------------------------------ the textbook code


def sample() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
    random = np.random.RandomState(7)
    factor = random.standard_normal((3, 2, 2))
    return {
        "x": random.standard_normal((6, 2)) * 3,
        "pi": np.array([0.2, 0.5, 0.3]),
        "mu": random.standard_normal((3, 2)),
        "Sigma": factor @ factor.swapaxes(1, 2) + np.eye(2),
    }


def test_responsibilities_are_priors_times_densities_over_their_sum() -> None:
    given = sample()
    densities = np.empty((6, 3))
    for component in range(3):
        residuals = given["x"] - given["mu"][component]
        precision = np.linalg.inv(given["Sigma"][component])
        exponents = np.array([r @ precision @ r for r in residuals])
        size = np.sqrt(np.linalg.det(2 * np.pi * given["Sigma"][component]))
        densities[:, component] = given["pi"][component] * np.exp(-exponents / 2) / size
    np.testing.assert_allclose(np.exp(handwritten.log_joint(**given)), densities, rtol=1e-12)
    expected = densities / densities.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(handwritten.gamma(**given), expected, rtol=1e-12)
    assert np.isclose(handwritten.log_likelihood(**given), np.log(densities.sum(axis=1)).sum(), rtol=1e-12)


def test_far_away_points_have_responsibilities_all_the_same() -> None:
    given = sample()
    given["x"] = given["x"] + 1e6
    found = handwritten.gamma(**given)
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert np.isfinite(handwritten.log_likelihood(**given))


def test_a_component_of_weight_zero_is_left_out() -> None:
    given = sample()
    given["pi"] = np.array([0.4, 0, 0.6])
    kept = {name: values if name == "x" else values[[0, 2]] for name, values in given.items()}
    found = handwritten.gamma(**given)
    assert (found[:, 1] == 0).all()
    np.testing.assert_allclose(found[:, [0, 2]], handwritten.gamma(**kept))
    assert np.isclose(handwritten.log_likelihood(**given), handwritten.log_likelihood(**kept))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pi", [0.5, 0.5, 0.5], "pi: expected weights that sum to one, got a sum of 1.5"),
        ("pi", [-0.5, 0.5, 1.0], "pi: expected no negative weight, got -0.5"),
        ("mu", np.zeros((2, 2)), r"mu: expected 3 rows \(see pi\), got 2"),
        ("Sigma", np.zeros((3, 2, 2)), "Sigma: expected positive definite matrices"),
        ("Sigma", np.full((3, 2, 2), np.nan), "Sigma: expected finite numbers, got nan"),
        ("Sigma", np.array([[[1.0, 0.5], [0, 1]]] * 3), "Sigma: expected symmetric matrices"),
        ("x", np.zeros((4, 3)), "x: expected 2 columns, as many as mu has, got 3"),
        ("x", "points", "x: expected real numbers"),
    ],
)
def test_wrong_arguments_are_named(name: str, value: Any, message: str) -> None:
    given: dict[str, Any] = {**sample(), name: value}
    for function in (handwritten.log_joint, handwritten.gamma, handwritten.log_likelihood):
        with pytest.raises(ValueError, match=message):
            function(**given)
