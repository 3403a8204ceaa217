"""Problem 4: every claim is proved and confirmed, planted errors are refuted, and the code does what it should."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from derived import derivation_of
from planted import Planted, argued, judged, small, unconfirmed

from derivations.bernoulli_mixture import (
    average,
    bias,
    density,
    estimate,
    evidence,
    expected_density,
    in_pixels,
    inside,
    joint,
    log_density,
    log_joint,
    logit,
    objective,
    off,
    on,
    possible,
    rate,
    responsibility,
    solution,
    theta,
    total_log_likelihood,
    weight,
    x,
)
from derivations.calculus.domains import FRACTION, POSITIVE, SIMPLEX
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    Delta,
    Exp,
    Expr,
    Gradient,
    Log,
    LogSumExp,
    Product,
    Sum,
    WeightedLog,
    at,
    substitute,
    sum_over,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Iff, LessEqual, Maximum
from derivations.lemmas.bernoulli import a, b, closed_pixel, m, one, p, q, rest, s, share, t, zero
from derivations.lemmas.mixture import (
    K,
    N,
    count,
    d,
    e,
    gamma,
    i,
    j,
    k,
    n,
    pi,
    positive_counts,
    positive_weights,
    z,
)
from derivations.lemmas.posterior import log_joint as joint_logarithm
from derivations.lemmas.weights import l
from numeric.handwritten import bernoulli_mixture as handwritten

derived = partial(derivation_of, "bernoulli_mixture")


def test_every_claim_is_proved() -> None:
    assert derived().verdict is Verdict.PROVED
    assert unconfirmed(derived().claims) == []
    assert small(derived().claims) == []


def test_the_maximum_needs_no_parameter_inside_the_interval() -> None:
    """The hypothesis that parameters lie strictly inside is for gradients and logarithms alone."""
    for name in ("theta.global", "theta.best", "theta.maximum", "gamma.rows", "gamma.stable", "mean.maximum"):
        assert inside.statement not in derived().step(name).hypotheses
    assert derived().step("mean.maximum").assumed == ()
    assert derived().step("theta.maximum").assumed == (positive_counts,)


def test_empty_components_are_among_the_draws_of_the_global_maximum() -> None:
    """The hypothesis is met by a component without points, and the judge knows how to draw one."""
    statement = LessEqual(zero, count[k], strict=True)
    assert judged(derived(), Planted("theta.global", statement)) is Verdict.REFUTED


# ----------------------------------------------------------------------------------- planted errors

slope = Gradient(expected_density, theta[j, e])
pull = x[i][e] / theta[j, e] - (1 - x[i][e]) / (1 - theta[j, e])
bend = on[j, e] / theta[j, e] ** 2 + off[j, e] / (1 - theta[j, e]) ** 2
term = x[i][d] / theta[k, d] - (1 - x[i][d]) / (1 - theta[k, d])
likelihood = Sum(d, closed_pixel(Sum(i, x[i][d]), Sum(i, 1 - x[i][d]), rate[d]))
weighted = sum_over(i, k, gamma[i, k] * (Log(pi[k]) + log_density))
parts = (Sum(i, weight[i] * x[i][d]), Sum(i, weight[i] * (1 - x[i][d])))


def at_solution(value: Expr) -> Expr:
    return substitute(objective, theta[k, d], value)


PLANTED: dict[str, Planted] = {
    "pixels that are always on": Planted("density.log", Equal(Log(density[i, k]), Sum(d, x[i][d] * Log(theta[k, d])))),
    "exponents exchanged": Planted(
        "density.log",
        Equal(Log(density[i, k]), Sum(d, (1 - x[i][d]) * Log(theta[k, d]) + x[i][d] * Log(1 - theta[k, d]))),
    ),
    "the logarithm of a parameter that may be zero": Planted("density.log", Equal(Log(density[i, k]), log_density), ()),
    "a sum over the images": Planted(
        "likelihood",
        Equal(AssignmentSum(z, Product(i, pi[z[i]] * density[i, z[i]])), Sum(i, evidence[i])),
    ),
    "the likelihood without weights": Planted(
        "likelihood", Equal(AssignmentSum(z, Product(i, density[i, z[i]])), Product(i, evidence[i]))
    ),
    "columns that sum to one": Planted("gamma.rows", Equal(Sum(i, joint / evidence[i]), one)),
    "shares without the weights": Planted("gamma.rows", Belongs(density[i, k] / evidence[i], SIMPLEX, k)),
    "an impossible image": Planted("gamma.rows", Belongs(joint / evidence[i], SIMPLEX, k), ()),
    "one common factor cancelled": Planted(
        "gamma.uniform",
        Equal((one / K) * density[i, k] / Sum(j, density[i, j]), density[i, k] / Sum(j, density[i, j])),
    ),
    "any weights cancel": Planted(
        "gamma.uniform",
        Equal(joint / evidence[i], density[i, k] / Sum(j, density[i, j])),
        (possible,),
    ),
    "normalised over the images": Planted(
        "gamma.stable", Equal(joint / evidence[i], Exp(log_joint - LogSumExp(n, at(log_joint, {i: n}))))
    ),
    "another component in the exponent": Planted(
        "gamma.stable", Equal(joint / evidence[i], at(responsibility(), {k: l}))
    ),
    "weights that may be zero": Planted("gamma.stable", Equal(joint / evidence[i], responsibility()), (possible,)),
    "the logarithm of a sum": Planted(
        "likelihood.stable", Equal(Log(Sum(i, evidence[i])), total_log_likelihood())
    ),
    "no logarithm": Planted("likelihood.stable", Equal(Product(i, evidence[i]), total_log_likelihood())),
    "logits without the pixels that are off": Planted(
        "natural.linear", Equal(joint_logarithm[i, k], Log(pi[k]) + Sum(d, logit[k, d] * x[i][d]))
    ),
    "log theta in the place of the logit": Planted(
        "natural.linear", Equal(joint_logarithm[i, k], bias[k] + Sum(d, Log(theta[k, d]) * x[i][d]))
    ),
    "natural parameters on the boundary": Planted(
        "natural.linear", Equal(joint_logarithm[i, k], in_pixels()), (positive_weights,)
    ),
    "shares of the logarithms": Planted(
        "natural.gamma", Equal(joint / evidence[i], joint_logarithm[i, k] / Sum(j, joint_logarithm[i, j]))
    ),
    "the largest component alone": Planted(
        "natural.likelihood", Equal(Log(Product(i, evidence[i])), sum_over(i, k, joint_logarithm[i, k]))
    ),
    "the first part without the counts": Planted(
        "split", Equal(weighted, Sum(k, Log(pi[k])) + expected_density)
    ),
    "a constant with the other sign": Planted(
        "split.uniform",
        Equal(sum_over(i, k, gamma[i, k] * (Log(one / K) + log_density)), N * Log(K) + expected_density),
    ),
    "a constant for each component": Planted(
        "split.uniform",
        Equal(sum_over(i, k, gamma[i, k] * (Log(one / K) + log_density)), -N * K * Log(K) + expected_density),
    ),
    "on and off without the count": Planted("on.off", Equal(off[k, d], 1 - on[k, d])),
    "deltas of the wrong indices": Planted(
        "theta.gradient.sums", Equal(slope, sum_over(i, k, d, gamma[i, k] * Delta(k, j) * term))
    ),
    "a plus between the parts": Planted(
        "theta.gradient",
        Equal(slope, Sum(i, gamma[i, j] * (x[i][e] / theta[j, e] + (1 - x[i][e]) / (1 - theta[j, e])))),
    ),
    "another component's responsibilities": Planted("theta.gradient", Equal(slope, Sum(i, gamma[i, l] * pull))),
    "another pixel": Planted("theta.gradient", Equal(slope, Sum(i, gamma[i, j] * at(pull, {e: d})))),
    "a gradient without responsibilities": Planted("theta.gradient", Equal(slope, Sum(i, pull))),
    "the plain average as root": Planted(
        "theta.root", Iff(Equal(slope, zero), Equal(theta[j, e], Sum(i, x[i][e]) / N))
    ),
    "divided by the number of images": Planted(
        "theta.root", Iff(Equal(slope, zero), Equal(theta[j, e], on[j, e] / N))
    ),
    "the pixels that are off as root": Planted(
        "theta.root", Iff(Equal(slope, zero), Equal(theta[j, e], off[j, e] / count[j]))
    ),
    "parameters that interact": Planted(
        "theta.curvature", Equal(Gradient(slope, theta[l, d]), -Delta(j, l) * bend)
    ),
    "a curvature with the other sign": Planted(
        "theta.curvature", Equal(Gradient(slope, theta[l, d]), Delta(j, l) * Delta(d, e) * bend)
    ),
    "a curvature without squares": Planted(
        "theta.curvature",
        Equal(
            Gradient(slope, theta[l, d]),
            -Delta(j, l) * Delta(d, e) * (on[j, e] / theta[j, e] + off[j, e] / (1 - theta[j, e])),
        ),
    ),
    "convex": Planted("theta.concave", LessEqual(zero, -bend)),
    "strictly concave where a component is empty": Planted("theta.concave", LessEqual(-bend, zero, strict=True)),
    "collected without the pixels that are off": Planted(
        "theta.closed", Equal(expected_density, sum_over(k, d, on[k, d] * Log(theta[k, d])))
    ),
    "the closed form on the boundary": Planted("theta.closed", Equal(expected_density, objective), ()),
    "a logarithm that is split the wrong way": Planted("bound.split", Equal(Log(t), Log(s) - Log(t / s))),
    "a bound that goes the other way": Planted(
        "bound.single", LessEqual(WeightedLog(a, s) + m * (t - s), WeightedLog(a, t))
    ),
    "a bound without its linear term": Planted("bound.single", LessEqual(WeightedLog(a, t), WeightedLog(a, s))),
    "a bound at another point": Planted(
        "bound.single", LessEqual(WeightedLog(a, t), WeightedLog(a, s) + m * (t - s)), ()
    ),
    "one pixel state alone": Planted("bound.on", LessEqual(WeightedLog(a, p), WeightedLog(a, q))),
    "the other state alone": Planted("bound.off", LessEqual(WeightedLog(b, 1 - p), WeightedLog(b, 1 - q))),
    "both, for any point q": Planted(
        "bound.both", LessEqual(closed_pixel(a, b, p), closed_pixel(a, b, q)), ()
    ),
    "both, with one equation": Planted(
        "bound.both", LessEqual(closed_pixel(a, b, p), closed_pixel(a, b, q)), (share,)
    ),
    "both, with the other equation": Planted(
        "bound.both", LessEqual(closed_pixel(a, b, p), closed_pixel(a, b, q)), (rest,)
    ),
    "the states exchanged": Planted("bound.both", LessEqual(closed_pixel(a, b, p), closed_pixel(b, a, q))),
    "a complement that is no solution": Planted("theta.complement", Equal(off[k, d], count[k] * solution[k, d])),
    "a strict bound": Planted(
        "theta.pixel",
        LessEqual(
            closed_pixel(on[k, d], off[k, d], theta[k, d]),
            closed_pixel(on[k, d], off[k, d], solution[k, d]),
            strict=True,
        ),
    ),
    "a global maximum anywhere": Planted("theta.global", LessEqual(objective, at_solution(solution[k, d])), ()),
    "an estimate inside the interval": Planted("estimate.admissible", Belongs(estimate[k, d], FRACTION)),
    "an estimate that is positive": Planted("estimate.admissible", Belongs(estimate[k, d], POSITIVE)),
    "an estimate for N images": Planted("estimate.on", Equal(on[k, d], N * estimate[k, d])),
    "its complement for on": Planted("estimate.off", Equal(on[k, d], count[k] * (1 - estimate[k, d]))),
    "the smallest value": Planted("theta.best", LessEqual(at_solution(estimate[k, d]), objective)),
    "the maximum at the complement": Planted(
        "theta.maximum", Maximum(objective, (Choice(theta[k, d], off[k, d] / count[k]),))
    ),
    "the maximum at the plain average": Planted(
        "theta.maximum", Maximum(objective, (Choice(theta[k, d], Sum(i, x[i][d]) / N),))
    ),
    "the maximum of an empty component": Planted(
        "theta.maximum", Maximum(objective, (Choice(theta[k, d], on[k, d] / count[k]),)), ()
    ),
    "always on if never on": Planted(
        "always.on", Iff(Equal(one, on[j, e] / count[j]), Equal(on[j, e], zero))
    ),
    "a slope that always lacks a part": Planted("always.on.slope", Equal(on[j, e] / theta[j, e], slope)),
    "always off if never off": Planted(
        "always.off", Iff(Equal(on[j, e] / count[j], zero), Equal(off[j, e], zero))
    ),
    "the other part with the wrong sign": Planted(
        "always.off.slope", Iff(Equal(slope, off[j, e] / (1 - theta[j, e])), Equal(on[j, e], zero))
    ),
    "an impossible image that is half possible": Planted(
        "always.zero.stays",
        Equal(x[i][d] * theta[k, d] ** x[i][d] * (1 - theta[k, d]) ** (1 - x[i][d]), x[i][d] * (1 - theta[k, d])),
    ),
    "a factor of the other state": Planted(
        "always.one.stays",
        Equal((1 - x[i][d]) * theta[k, d] ** x[i][d] * (1 - theta[k, d]) ** (1 - x[i][d]), 1 - theta[k, d]),
    ),
    "more than the whole": Planted("empty.share", LessEqual(count[j], on[j, e])),
    "a component that is not empty": Planted("empty", Equal(Sum(d, closed_pixel(*parts, rate[d])), zero), ()),
    "a mean that is positive": Planted("mean.admissible", Belongs(average[d], POSITIVE)),
    "a mean without its division": Planted("mean.on", Equal(Sum(i, x[i][d]), average[d])),
    "the images counted once": Planted("mean.off", Equal(Sum(i, 1 - x[i][d]), 1 - average[d])),
    "one half is better": Planted(
        "mean.pixel",
        LessEqual(
            closed_pixel(Sum(i, x[i][d]), Sum(i, 1 - x[i][d]), average[d]),
            closed_pixel(Sum(i, x[i][d]), Sum(i, 1 - x[i][d]), one / 2),
        ),
    ),
    "the smallest likelihood": Planted(
        "mean.global", LessEqual(substitute(likelihood, rate[d], average[d]), likelihood)
    ),
    "the maximum at the complement of the mean": Planted(
        "mean.maximum", Maximum(likelihood, (Choice(rate[d], Sum(i, 1 - x[i][d]) / N),))
    ),
    "the maximum at one half": Planted("mean.maximum", Maximum(likelihood, (Choice(rate[d], one / 2),))),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_and_never_shown(name: str) -> None:
    assert judged(derived(), PLANTED[name]) is Verdict.REFUTED
    assert argued(derived(), PLANTED[name]) is not Verdict.PROVED


def test_every_claim_about_the_components_has_a_planted_error() -> None:
    shared = ("pi.", "dual.", "counts", "expectation")
    own = {step.id for step in derived().claims if not step.id.startswith(shared)}
    assert own == {planted.step for planted in PLANTED.values()}


# ------------------------------------------------------------------------------------ the textbook code


def sample() -> dict[str, Any]:
    random = np.random.RandomState(4)
    return {
        "pi": np.array([0.2, 0.5, 0.3]),
        "x": (random.random_sample((7, 4)) < 0.4).astype(float),
        "theta": random.random_sample((3, 4)),
    }


def test_responsibilities_are_weights_times_probabilities_over_their_sum() -> None:
    given = sample()
    x, theta = given["x"], given["theta"]
    products = np.prod(np.where(x[:, np.newaxis] == 1, theta, 1 - theta), axis=2) * given["pi"]
    np.testing.assert_allclose(handwritten.gamma(**given), products / products.sum(axis=1, keepdims=True))
    assert np.isclose(handwritten.log_likelihood(**given), np.log(products.sum(axis=1)).sum())


def test_uniform_weights_cancel() -> None:
    given = sample() | {"pi": np.full(3, 1 / 3)}
    x, theta = given["x"], given["theta"]
    products = np.prod(np.where(x[:, np.newaxis] == 1, theta, 1 - theta), axis=2)
    np.testing.assert_allclose(handwritten.gamma(**given), products / products.sum(axis=1, keepdims=True))


def test_a_pixel_that_a_component_excludes() -> None:
    given = sample()
    given["x"][:, 0] = [1, 0, 1, 0, 1, 0, 1]
    given["theta"][0, 0], given["theta"][1, 0] = 0, 1
    gamma = handwritten.gamma(**given)
    assert (gamma[::2, 0] == 0).all()
    assert (gamma[1::2, 1] == 0).all()
    np.testing.assert_allclose(gamma.sum(axis=1), 1)


def test_an_impossible_image_has_no_responsibilities() -> None:
    given = sample()
    given["x"][:, 2] = [0, 0, 0, 0, 0, 1, 0]
    given["theta"][:, 2] = 0
    with pytest.raises(ValueError, match=r"x: .* impossible one at 5"):
        handwritten.gamma(**given)
    assert handwritten.log_likelihood(**given) == -np.inf


def test_thousands_of_pixels_do_not_underflow() -> None:
    random = np.random.RandomState(1)
    x = (random.random_sample((5, 4000)) < 0.5).astype(float)
    gamma = handwritten.gamma([0.5, 0.5], x, random.random_sample((2, 4000)))
    assert np.isfinite(gamma).all()
    np.testing.assert_allclose(gamma.sum(axis=1), 1)


def test_the_parameters_are_weighted_averages() -> None:
    gamma = [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]]
    x = [[1, 0], [1, 1], [0, 1]]
    np.testing.assert_allclose(handwritten.theta(gamma, x), [[1, 1 / 3], [1 / 3, 1]])
    np.testing.assert_allclose(handwritten.pi(gamma), [0.5, 0.5])


def test_steps_of_the_iteration_never_decrease_the_likelihood() -> None:
    """Constant pixels included, whose parameters are 0 and 1 after the first step."""
    given = sample()
    given["x"][:, 0], given["x"][:, 1] = 1, 0
    values = []
    for _ in range(20):
        values.append(handwritten.log_likelihood(**given))
        gamma = handwritten.gamma(**given)
        given |= {"pi": handwritten.pi(gamma), "theta": handwritten.theta(gamma, given["x"])}
    assert given["theta"][:, 0].tolist() == [1, 1, 1]
    assert given["theta"][:, 1].tolist() == [0, 0, 0]
    assert all(after >= before - 1e-12 for before, after in pairwise(values))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"pi": [0.5, 0.5, 0.5]}, "pi: .* sum to one"),
        ({"theta": np.full((3, 4), 1.5)}, "theta: .* between 0 and 1, got 1.5"),
        ({"theta": np.full((3, 4), -0.5)}, "theta: .* got -0.5"),
        ({"theta": np.full((2, 4), 0.5)}, "theta: expected 3 rows, as many as pi has, got 2"),
        ({"theta": np.full((3, 5), 0.5)}, "theta: expected 4 columns, as many as x has, got 5"),
        ({"x": np.full((7, 4), 0.5)}, "x: expected zeros and ones, got 0.5"),
        ({"x": np.full((7, 4), np.nan)}, "x: expected finite numbers"),
        ({"x": np.ones(4)}, "x: expected 2 axes"),
    ],
)
def test_bad_parameters_are_named(wrong: dict[str, Any], message: str) -> None:
    for function in (handwritten.gamma, handwritten.log_likelihood):
        with pytest.raises(ValueError, match=message):
            function(**(sample() | wrong))


@pytest.mark.parametrize(
    ("gamma", "x", "message"),
    [
        ([[0.5, 0.4]], [[1, 0]], "gamma: .* sum to one"),
        ([[1.5, -0.5]], [[1, 0]], "gamma: .* no negative"),
        ([[1.0, 0.0]], [[1, 0]], "gamma: .* none in component 1"),
        ([[0.5, 0.5]], [[1, 0], [0, 1]], "x: expected 1 rows, as many as gamma has, got 2"),
        ([[0.5, 0.5]], [[2, 0]], "x: expected zeros and ones, got 2"),
    ],
)
def test_bad_responsibilities_are_named(gamma: Any, x: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        handwritten.theta(gamma, x)
