"""Problem 7: every claim is proved and confirmed, planted errors are refuted, and the code draws and adds rightly."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from derived import derivation_of
from planted import Planted, argued, judged, small, unconfirmed

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Delta,
    Exp,
    Expr,
    Identity,
    Log,
    LogDet,
    LogSumExp,
    Ordered,
    Sum,
    Trace,
    Zero,
    inv,
    matrix,
    quadratic,
    sum_over,
)
from derivations.calculus.statements import Equal, Iff, LessEqual
from derivations.gmm_convolution import (
    Kx,
    Ky,
    S,
    Sigma_x,
    Sigma_y,
    Sigma_z,
    covariance_of,
    density_given,
    density_pair,
    density_x,
    density_y,
    density_z,
    j,
    k,
    l,
    log_sum,
    mean_x,
    mean_y,
    middle,
    moment_function,
    mu_x,
    mu_y,
    mu_z,
    of_x,
    of_y,
    of_z,
    one,
    pi_x,
    pi_y,
    pi_z,
    points,
    precision,
    scatter,
    x,
    y,
    z,
    zero,
)
from derivations.lemmas.gaussian import log_normal
from derivations.lemmas.gaussian_moments import center, point, spread, t
from derivations.lemmas.mixture import D, half, i
from numeric.handwritten import gmm_convolution as handwritten

derived = partial(derivation_of, "gmm_convolution")


def test_every_claim_is_proved() -> None:
    assert derived().verdict is Verdict.PROVED
    assert unconfirmed(derived().claims) == []
    assert small(derived().claims) == []


def test_what_is_cited_is_named() -> None:
    cited = {axiom.name for axiom in derived().axioms if axiom.status == "CITED"}
    assert cited == {
        "product rule of independent variables",
        "uniqueness of the moment generating function",
        "convolution",
        "Fubini's theorem",
        "Gaussian integral",
    }


def test_only_the_logarithms_ask_for_positive_weights() -> None:
    asking = [step.id for step in derived().claims if step.assumed]
    assert asking == ["log.density", "distinct.alike"]


# ------------------------------------------------------------------------------------ planted errors

C, identity = matrix("C", "C", D), Identity(D)
tilted = t.T @ point - half * quadratic(point - center, inv(spread))
exponent = t.T @ center + half * quadratic(t, spread)
shifted = point - center - spread @ t
squares = quadratic(x - mu_x[k], inv(Sigma_x[k])) + quadratic(y - mu_y[l], inv(Sigma_y[l]))
densities = density_x[k] * density_y[l]
weighted = pi_x[k] * pi_x[j] * density_pair[k, j]


def term(covariance: Expr) -> Expr:
    return Log(pi_x[k]) + Log(pi_y[l]) + log_normal(points[i], mu_z[k, l], covariance)


PLANTED: dict[str, Planted] = {
    "weights that add": Planted("pairs.total", Equal(sum_over(k, l, pi_x[k] + pi_y[l]), one)),
    "one sum only": Planted("pairs.total", Equal(Sum(k, pi_z[k, l]), one)),
    "the wrong marginal": Planted("pairs.marginal.x", Equal(Sum(l, pi_z[k, l]), pi_x[j])),
    "weights without the other factor": Planted("pairs.marginal.y", Equal(pi_z[k, l], pi_y[l])),
    "a square without its cross term": Planted(
        "gaussian.shift",
        Equal(tilted, exponent - half * quadratic(point - center, inv(spread))),
    ),
    "a square moved the other way": Planted(
        "gaussian.shift",
        Equal(tilted, exponent - half * quadratic(point - center + spread @ t, inv(spread))),
    ),
    "an exponent without the half": Planted(
        "gaussian.shift",
        Equal(tilted, exponent + half * quadratic(t, spread) - half * quadratic(shifted, inv(spread))),
    ),
    "functions that add": Planted(
        "mgf.sum", Equal(moment_function(of_x) + moment_function(of_y), moment_function(of_z))
    ),
    "covariances of x only": Planted(
        "mgf.sum",
        Equal(
            moment_function(of_x) * moment_function(of_y),
            moment_function(replace(of_z, covariance=Sigma_x[k])),
        ),
    ),
    "a difference of means": Planted(
        "mgf.sum",
        Equal(
            moment_function(of_x) * moment_function(of_y),
            moment_function(replace(of_z, mean=mu_x[k] - mu_y[l])),
        ),
    ),
    "a rule on the wrong side": Planted(
        "given.rule.x", Equal(Sigma_y[l] @ inv(Sigma_x[k]), inv(Sigma_x[k]) @ Sigma_z[k, l] - identity)
    ),
    "a rule without the identity": Planted(
        "given.rule.y", Equal(inv(Sigma_y[l]) @ Sigma_x[k], inv(Sigma_y[l]) @ Sigma_z[k, l])
    ),
    "the square about the mean of x": Planted(
        "given.square",
        Equal(
            squares,
            quadratic(x - mu_x[k], precision[k, l]) + quadratic(z - mu_z[k, l], inv(Sigma_z[k, l])),
        ),
    ),
    "the square without the part in z": Planted(
        "given.square", Equal(squares, quadratic(x - middle[k, l], precision[k, l]))
    ),
    "the square with a covariance for a precision": Planted(
        "given.square",
        Equal(
            squares,
            quadratic(x - middle[k, l], inv(precision[k, l])) + quadratic(z - mu_z[k, l], inv(Sigma_z[k, l])),
        ),
    ),
    "inverses that add": Planted("given.product", Equal(inv(Sigma_z[k, l]), precision[k, l])),
    "the factors in another order": Planted(
        "given.product", Equal(Sigma_z[k, l], precision[k, l] @ Sigma_x[k] @ Sigma_y[l])
    ),
    "a determinant left out": Planted(
        "given.determinant", Equal(LogDet(Sigma_z[k, l]), LogDet(Sigma_x[k]) + LogDet(Sigma_y[l]))
    ),
    "a determinant with the wrong sign": Planted(
        "given.determinant",
        Equal(LogDet(Sigma_z[k, l]), LogDet(Sigma_x[k]) - LogDet(precision[k, l]) + LogDet(Sigma_y[l])),
    ),
    "a density with a covariance for a precision": Planted(
        "density.factor",
        Equal(densities, Exp(log_normal(x, middle[k, l], precision[k, l])) * density_z[k, l]),
    ),
    "densities of x and of z": Planted("density.factor", Equal(densities, density_x[k] * density_z[k, l])),
    "a density of y at z": Planted(
        "density.factor",
        Equal(density_x[k] * Exp(log_normal(z, mu_y[l], Sigma_y[l])), density_given[k, l] * density_z[k, l]),
    ),
    "an integrand without the density of x": Planted(
        "convolution",
        Equal(of_x.average(density_x[k]) * of_y.average(density_y[l]), of_z.average(density_z[k, l])),
    ),
    "an integrand without weights": Planted(
        "convolution",
        Equal(
            of_x.average(density_x[k]) * of_y.average(density_y[l]),
            sum_over(k, l, density_given[k, l] * density_z[k, l]),
        ),
    ),
    "a log density without a weight": Planted(
        "log.density",
        Equal(
            Log(of_z.density(points[i])),
            LogSumExp(k, LogSumExp(l, Log(pi_x[k]) + log_normal(points[i], mu_z[k, l], Sigma_z[k, l]))),
        ),
    ),
    "a log density with the covariance of x": Planted(
        "log.density",
        Equal(Log(of_z.density(points[i])), LogSumExp(k, LogSumExp(l, term(Sigma_x[k])))),
    ),
    "logarithms that add up": Planted(
        "log.density",
        Equal(Log(of_z.density(points[i])), Sum(k, LogSumExp(l, term(Sigma_z[k, l])))),
    ),
    "weights that may be zero": Planted(
        "log.density", Equal(Log(of_z.density(points[i])), log_sum()), given=()
    ),
    "a mean without the other's": Planted("mean", Equal(of_z.average(of_z.mean), of_x.average(of_x.mean))),
    "a covariance without the scatter of the means": Planted(
        "covariance",
        Equal(covariance_of(of_z), of_x.average(Sigma_x[k]) + of_y.average(Sigma_y[l])),
    ),
    "covariances that subtract": Planted(
        "covariance", Equal(covariance_of(of_z), covariance_of(of_x) - covariance_of(of_y))
    ),
    "scatter about the mean of x": Planted(
        "covariance.between",
        Equal(
            of_z.average(scatter(of_z, mean_x)),
            of_x.average(scatter(of_x, mean_x)) + of_y.average(scatter(of_y, mean_y)),
        ),
    ),
    "the average covariance of x": Planted(
        "covariance.within", Equal(of_z.average(of_z.covariance), of_x.average(of_x.covariance))
    ),
    "dependent vectors, added as if they were not": Planted(
        "dependent.linear", Equal((identity + C) @ S @ (identity + C).T, S + C @ S @ C.T)
    ),
    "cross-covariances with opposite signs": Planted(
        "dependent.linear",
        Iff(
            Equal((identity + C) @ S @ (identity + C).T, S + C @ S @ C.T),
            Equal(S @ C.T - C @ S, Zero((D, D))),
        ),
    ),
    "twice the vector, not its negative": Planted(
        "dependent.opposite", Equal((identity + identity) @ S @ (identity + identity).T, Zero((D, D)))
    ),
    "a difference that vanishes": Planted("dependent.formula", LessEqual(Trace(S + S), zero)),
    "pairs that add": Planted("distinct.count", Equal(sum_over(k, l, one), Kx + Ky)),
    "components of y that are not alike": Planted(
        "distinct.alike",
        Equal(of_z.average(density_z[k, l]), of_x.density(z)),
    ),
    "swapped pairs counted once": Planted(
        "distinct.swapped",
        Equal(sum_over(k, j, weighted), sum_over(k, j, Ordered(k, j) * weighted)),
    ),
    "the diagonal counted twice": Planted(
        "distinct.swapped",
        Equal(sum_over(k, j, weighted), sum_over(k, j, 2 * Ordered(k, j) * weighted)),
    ),
    "a sum with the negative that spreads": Planted("dependent.same", Equal(-identity @ S @ identity.T, S)),
    "only different pairs": Planted(
        "distinct.swapped.count",
        Equal(sum_over(k, j, Ordered(k, j) * (1 - Delta(k, j))), half * Kx * (Kx + 1)),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_and_never_shown(name: str) -> None:
    assert judged(derived(), PLANTED[name]) is Verdict.REFUTED
    assert argued(derived(), PLANTED[name]) is not Verdict.PROVED


# ------------------------------------------------------------------------------------ the textbook code


def parameters(seed: int, components: int) -> tuple[Any, Any, Any]:
    random = np.random.RandomState(seed)
    pi = random.random_sample(components)
    factors = random.standard_normal((components, 2, 2))
    return (
        pi / pi.sum(),
        random.standard_normal((components, 2)) * 3,
        factors @ factors.swapaxes(1, 2) + np.eye(2),
    )


def named(first: tuple[Any, Any, Any], second: tuple[Any, Any, Any]) -> dict[str, Any]:
    names = ("pi_x", "mu_x", "Sigma_x", "pi_y", "mu_y", "Sigma_y")
    return dict(zip(names, (*first, *second), strict=True))


def test_the_density_of_the_sum_is_the_convolution_of_the_densities() -> None:
    """In one dimension, where the integral can be computed by adding up a fine grid."""
    first = (np.array([0.3, 0.7]), np.array([[-1.0], [2.0]]), np.array([[[0.5]], [[2.0]]]))
    second = (np.array([0.6, 0.4]), np.array([[0.0], [3.0]]), np.array([[[1.0]], [[0.3]]]))
    grid = np.linspace(-20, 20, 4001)

    def density(of: tuple[Any, Any, Any], at: Any) -> Any:
        parts = [
            p * np.exp(-((at - m[0]) ** 2) / (2 * c[0, 0])) / np.sqrt(2 * np.pi * c[0, 0])
            for p, m, c in zip(*of, strict=True)
        ]
        return np.sum(parts, axis=0)

    places = np.array([-3.0, 0.0, 1.5, 6.0])
    expected = [(density(first, grid) * density(second, place - grid)).sum() * 0.01 for place in places]
    found = handwritten.log_density(points=places[:, np.newaxis], **named(first, second))
    np.testing.assert_allclose(np.exp(found), expected, rtol=1e-9)


def test_samples_have_the_mean_and_the_covariance_of_the_pairs() -> None:
    first, second = parameters(1, 2), parameters(2, 3)
    drawn = handwritten.sample(np.random.default_rng(5), 200_000, first, second)
    pi = handwritten.pi_z(first[0], second[0]).ravel()
    mu = handwritten.mu_z(first[1], second[1]).reshape(-1, 2)
    sigma = handwritten.Sigma_z(first[2], second[2]).reshape(-1, 2, 2)
    center = pi @ mu
    spread = np.einsum("k,kde->de", pi, sigma) + (mu - center).T @ (pi[:, np.newaxis] * (mu - center))
    np.testing.assert_allclose(drawn.mean(axis=0), center, atol=0.05)
    np.testing.assert_allclose(np.cov(drawn.T), spread, rtol=0.02, atol=0.1)


def test_samples_of_one_component_each_spread_as_the_sum_of_the_covariances() -> None:
    """Drawn with the same dice, x and y would be dependent, and the covariances would not add."""
    first, second = parameters(3, 1), parameters(4, 1)
    drawn = handwritten.sample(np.random.default_rng(6), 100_000, first, second)
    np.testing.assert_allclose(np.cov(drawn.T), first[2][0] + second[2][0], rtol=0.05, atol=0.05)


def test_pairs_of_weight_zero_are_left_out() -> None:
    first, second = parameters(1, 3), parameters(2, 2)
    empty = (np.array([0.25, 0, 0.75]), *first[1:])
    kept = tuple(values[[0, 2]] for values in empty)
    places = np.array([[0.0, 1.0], [1e5, -1e5]])
    found = handwritten.log_density(points=places, **named(empty, second))
    assert np.isfinite(found).all()
    np.testing.assert_allclose(found, handwritten.log_density(points=places, **named(kept, second)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("pi_y", [0.5, 0.75], "pi_y: expected weights that sum to one, got a sum of 1.25"),
        ("mu_y", np.zeros((2, 3)), "Sigma_y: expected shape"),
        ("Sigma_x", -np.ones((3, 2, 2)), "Sigma_x: expected positive definite matrices"),
        ("points", np.zeros((4, 1)), "points: expected 2 columns, as many as mu_x has, got 1"),
        ("points", [[0.0, np.inf]], "points: expected finite numbers, got inf"),
    ],
)
def test_wrong_arguments_are_named(name: str, value: Any, message: str) -> None:
    given = {"points": np.zeros((1, 2)), **named(parameters(1, 3), parameters(2, 2)), name: value}
    with pytest.raises(ValueError, match=message):
        handwritten.log_density(**given)
