"""Problem 5: every claim is proved and confirmed, planted errors are refuted, and the code does what it should."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from derived import derivation_of
from planted import Planted, argued, judged, small, unconfirmed

from derivations.calculus.domains import DEFINITE, SEMIDEFINITE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    At,
    Expr,
    Gradient,
    Identity,
    Log,
    Number,
    Sum,
    Trace,
    Zero,
    inv,
    quadratic,
    sum_over,
)
from derivations.calculus.statements import Belongs, Equal
from derivations.lemmas.gaussian_moments import center, generating, half, point, spread, t
from derivations.lemmas.mixture import D, d, e, j, k, pi
from derivations.mixture_moments import (
    Sigma,
    between,
    centred,
    expected,
    f,
    mean,
    moment_function,
    mu,
    one,
    probability,
    r,
    s,
    second_moment,
    square,
    variance,
    weight,
    within,
    within_component,
    x,
)
from numeric.handwritten import mixture_moments as handwritten

derived = partial(derivation_of, "mixture_moments")


def test_every_claim_is_proved() -> None:
    assert derived().verdict is Verdict.PROVED
    assert unconfirmed(derived().claims) == []
    assert small(derived().claims) == []


def test_what_integrals_need_is_cited() -> None:
    assert {axiom.name for axiom in derived().axioms} == {
        "law of iterated expectations",
        "Gaussian integral",
        "moments from the moment generating function",
    }


def test_the_two_ways_do_not_rest_on_each_other() -> None:
    """Neither the outcomes of the experiment nor the law of iterated expectations is unfolded for the other way."""
    for name in ("mgf.mean", "mgf.second", "mgf.covariance"):
        derivatives = {"mgf.gradient", "mgf.hessian", "mgf.logarithm"}
        assert set(derived().step(name).uses) <= {"mgf", "mean", *derivatives}
    assert all(set(derived().step(name).uses) == {"mgf"} for name in derivatives)


# ----------------------------------------------------------------------------------- planted errors

two = Number(half.value * 4)
total = second_moment - square(mean)
average = Sum(r, probability[r] * x[r])
balance = Sum(j, weight[j] * mu[j])
origin = Zero((D, 1))
slope = Gradient(moment_function, t)
second, second_of_logarithm = Gradient(slope[d], t)[e], Gradient(Gradient(Log(moment_function), t)[d], t)[e]
component, direction = generating(t, mu[k], Sigma[k]), mu[k] + Sigma[k] @ t
spherical = Sum(k, pi[k] * (variance[k] * Identity(D) + square(mu[k]))) - square(mean)
inner = variance[k] * Identity(D)
shifted = center + spread @ t


def exponent(sign: Expr, moved: Expr) -> Expr:
    precision = inv(spread)
    return t.T @ center + sign * half * quadratic(t, spread) - half * quadratic(point - moved, precision)


def hessian(value: Expr) -> Expr:
    return At(Gradient(Gradient(value, t)[d], t), t, origin)[e]


PLANTED: dict[str, Planted] = {
    "an expectation without the weights": Planted(
        "iterated", Equal(expected(f[s]), Sum(k, within_component(f[s])))
    ),
    "the square taken outside": Planted(
        "iterated", Equal(expected(f[s] ** 2), Sum(k, pi[k] * within_component(f[s]) ** 2))
    ),
    "the square of the mean added": Planted(
        "identity", Equal(expected(square(x[s] - average)), expected(square(x[s])) + square(average))
    ),
    "the square of the mean twice": Planted(
        "identity", Equal(expected(square(x[s] - average)), expected(square(x[s])) - 2 * square(average))
    ),
    "the second moment for the covariance": Planted(
        "identity", Equal(expected(square(x[s] - average)), expected(square(x[s])))
    ),
    "the mean of another component": Planted(
        "component", Equal(within_component(square(x[s])), Sigma[k] + square(mu[j]))
    ),
    "a mixed square": Planted(
        "component", Equal(within_component(square(x[s])), Sigma[k] + mu[k] @ mean.T)
    ),
    "the mean of the means": Planted("mean.mixture", Equal(expected(x[s]), Sum(k, mu[k]))),
    "the mean of one component": Planted("mean.mixture", Equal(expected(x[s]), mu[k])),
    "covariances alone": Planted("second.mixture", Equal(expected(square(x[s])), within)),
    "means alone": Planted("second.mixture", Equal(expected(square(x[s])), Sum(k, pi[k] * square(mu[k])))),
    "squared weights": Planted(
        "second.mixture", Equal(expected(square(x[s])), Sum(k, pi[k] ** 2 * (Sigma[k] + square(mu[k]))))
    ),
    "the average covariance": Planted("covariance.mixture", Equal(expected(square(x[s] - mean)), within)),
    "the mean squared added": Planted(
        "covariance.mixture", Equal(expected(square(x[s] - mean)), second_moment + square(mean))
    ),
    "the square of the mean from one sum": Planted(
        "covariance.double", Equal(square(mean), Sum(k, pi[k] ** 2 * square(mu[k])))
    ),
    "a sum over one index": Planted("covariance.double", Equal(square(mean), Sum(k, pi[k] * square(mu[k])))),
    "an outer product turned into an inner one": Planted(
        "covariance.double",
        Equal(square(mean), sum_over(k, j, pi[k] * pi[j] * (mu[k].T @ mu[j])) * Identity(D)),
    ),
    "between without within": Planted("between", Equal(total, between)),
    "between with the other sign": Planted("between", Equal(total, within - between)),
    "distances without weights": Planted("between", Equal(total, within + Sum(k, square(mu[k] - mean)))),
    "centred at a component": Planted("between", Equal(total, within + Sum(k, pi[k] * square(mu[k] - mu[j])))),
    "not centred": Planted(
        "covariance.centred", Equal(expected(square(x[s] - mean)), Sum(k, pi[k] * (Sigma[k] + square(mu[k]))))
    ),
    "centred around the components": Planted(
        "covariance.centred", Equal(Sum(k, pi[k] * within_component(square(x[s] - mu[k]))), centred)
    ),
    "weights that need not sum to one": Planted(
        "between.defect",
        Equal(
            Sum(k, weight[k] * (Sigma[k] + square(mu[k]))) - square(balance),
            Sum(k, weight[k] * Sigma[k]) + Sum(k, weight[k] * square(mu[k] - balance)),
        ),
    ),
    "a defect with the other sign": Planted(
        "between.defect",
        Equal(
            Sum(k, weight[k] * (Sigma[k] + square(mu[k]))) - square(balance),
            Sum(k, weight[k] * Sigma[k])
            + Sum(k, weight[k] * square(mu[k] - balance))
            + (Sum(k, weight[k]) - 1) * square(balance),
        ),
    ),
    "twice the mean is subtracted": Planted(
        "covariance.semidefinite", Belongs(second_moment - 2 * square(mean), SEMIDEFINITE)
    ),
    "a singular component": Planted("covariance.definite", Belongs(total, DEFINITE), ()),
    "the means alone are definite": Planted("covariance.definite", Belongs(between, DEFINITE)),
    "isotropic as a whole": Planted("isotropic", Equal(spherical, Sum(k, pi[k] * inner))),
    "the variance of one component": Planted("isotropic", Equal(spherical, inner + between)),
    "a trace without the dimensions": Planted(
        "isotropic.trace",
        Equal(
            Trace(spherical),
            Sum(k, pi[k] * variance[k]) + Sum(k, pi[k] * ((mu[k] - mean).T @ (mu[k] - mean))),
        ),
    ),
    "a trace of the average alone": Planted(
        "isotropic.trace", Equal(Trace(spherical), D * Sum(k, pi[k] * variance[k]))
    ),
    "the exponent with the other sign": Planted(
        "gaussian.shift",
        Equal(
            t.T @ point - half * quadratic(point - center, inv(spread)),
            exponent(-one, shifted),
        ),
    ),
    "a shift by t": Planted(
        "gaussian.shift",
        Equal(t.T @ point - half * quadratic(point - center, inv(spread)), exponent(one, center + t)),
    ),
    "a gradient without its exponential": Planted("mgf.gradient", Equal(slope, Sum(k, pi[k] * direction))),
    "a gradient at zero": Planted("mgf.gradient", Equal(slope, Sum(k, pi[k] * component * mu[k]))),
    "second derivatives without the first": Planted(
        "mgf.hessian", Equal(second, Sum(k, pi[k] * component * Sigma[k][d, e]))
    ),
    "the square of a first derivative": Planted(
        "mgf.hessian",
        Equal(second, Sum(k, pi[k] * component * (Sigma[k][d, e] + direction[d] * direction[d]))),
    ),
    "a quotient without the second term": Planted(
        "mgf.logarithm", Equal(second_of_logarithm, second / moment_function)
    ),
    "a quotient with the other sign": Planted(
        "mgf.logarithm",
        Equal(second_of_logarithm, second / moment_function + slope[d] * slope[e] / moment_function**2),
    ),
    "zero at zero": Planted("mgf.total", Equal(At(moment_function, t, origin), one - one)),
    "the number of components": Planted("mgf.total", Equal(At(moment_function, t, origin), Sum(k, one))),
    "the mean with the other sign": Planted("mgf.mean", Equal(At(slope, t, origin), -mean)),
    "the slope anywhere": Planted("mgf.mean", Equal(slope, mean)),
    "the covariances alone": Planted("mgf.second", Equal(hessian(moment_function), within[d, e])),
    "half the covariances": Planted(
        "mgf.second",
        Equal(hessian(moment_function), Sum(k, pi[k] * (half * Sigma[k] + square(mu[k])))[d, e]),
    ),
    "the second moment of the logarithm": Planted(
        "mgf.covariance", Equal(hessian(Log(moment_function)), second_moment[d, e])
    ),
    "the covariance of the function itself": Planted(
        "mgf.covariance", Equal(hessian(moment_function), total[d, e])
    ),
    "entries of the diagonal": Planted("mgf.covariance", Equal(hessian(Log(moment_function)), total[d, d])),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_and_never_shown(name: str) -> None:
    assert judged(derived(), PLANTED[name]) is Verdict.REFUTED
    assert argued(derived(), PLANTED[name]) is not Verdict.PROVED


def test_every_claim_has_a_planted_error() -> None:
    assert {step.id for step in derived().claims} == {planted.step for planted in PLANTED.values()}


# ------------------------------------------------------------------------------------ the textbook code


def sample(components: int = 3, dimensions: int = 4, rank: int = 4) -> dict[str, Any]:
    random = np.random.RandomState(2)
    factor = random.standard_normal((components, dimensions, rank))
    weights = random.random_sample(components) + 0.1
    return {
        "pi": weights / weights.sum(),
        "mu": random.standard_normal((components, dimensions)),
        "Sigma": factor @ factor.swapaxes(1, 2),
    }


def test_the_moments_are_those_of_many_draws() -> None:
    given = sample()
    random = np.random.RandomState(3)
    drawn = random.choice(3, p=given["pi"], size=200_000)
    factors = np.linalg.cholesky(given["Sigma"])
    noise = random.standard_normal((len(drawn), 4))
    points = given["mu"][drawn] + np.einsum("nde,ne->nd", factors[drawn], noise)
    np.testing.assert_allclose(handwritten.mean(given["pi"], given["mu"]), points.mean(axis=0), atol=0.03)
    np.testing.assert_allclose(handwritten.second(**given), points.T @ points / len(points), atol=0.15)
    np.testing.assert_allclose(handwritten.covariance(**given), np.cov(points.T), atol=0.15)


def test_the_covariance_is_the_second_moment_less_the_square_of_the_mean() -> None:
    given = sample(rank=2)
    mean = handwritten.mean(given["pi"], given["mu"])
    difference = handwritten.second(**given) - np.outer(mean, mean)
    np.testing.assert_allclose(handwritten.covariance(**given), difference, atol=1e-12)


def test_the_covariance_does_not_move_with_the_means() -> None:
    given = sample()
    far = given | {"mu": given["mu"] + 2.0**30}
    np.testing.assert_allclose(handwritten.covariance(**far), handwritten.covariance(**given), rtol=1e-5)


def test_one_component_keeps_its_moments() -> None:
    given = sample(components=1)
    np.testing.assert_allclose(handwritten.mean(given["pi"], given["mu"]), given["mu"][0])
    np.testing.assert_allclose(handwritten.covariance(**given), given["Sigma"][0])


def test_points_without_covariance_are_allowed() -> None:
    given: dict[str, Any] = {"pi": [0.5, 0.5], "mu": [[0.0, 0.0], [2.0, 4.0]], "Sigma": np.zeros((2, 2, 2))}
    assert handwritten.covariance(**given).tolist() == [[1, 2], [2, 4]]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"pi": [0.5, 0.2, 0.2]}, "pi: .* sum to one"),
        ({"pi": [1.5, -0.2, -0.3]}, "pi: .* no negative"),
        ({"mu": np.zeros((2, 4))}, "mu: expected 3 rows, as many as pi has, got 2"),
        ({"mu": np.full((3, 4), np.inf)}, "mu: expected finite numbers"),
        ({"Sigma": np.zeros((3, 4, 5))}, "Sigma: expected shape"),
        (
            {"Sigma": -np.ones((3, 1, 1)) * np.eye(4)},
            "Sigma: .* semidefinite .* eigenvalue -1.0 in component 0",
        ),
        ({"Sigma": np.triu(np.ones((3, 4, 4)))}, "Sigma: .* symmetric .* component 0"),
    ],
)
def test_bad_parameters_are_named(wrong: dict[str, Any], message: str) -> None:
    for function in (handwritten.second, handwritten.covariance):
        with pytest.raises(ValueError, match=message):
            function(**(sample() | wrong))
