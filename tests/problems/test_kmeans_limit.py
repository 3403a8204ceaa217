"""Problem 6: every claim is proved and confirmed, planted errors are refuted, and the code does what it should."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from derived import derivation_of
from planted import Planted, argued, judged, small, unconfirmed

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Abs, CirclePi, Exp, Log, Minimum, Sum, at, substitute, sum_over
from derivations.calculus.statements import Equal, LessEqual, Limit
from derivations.kmeans_limit import (
    decay,
    delta,
    e,
    excess,
    hard,
    is_nearest,
    l,
    log_density,
    mass,
    mu,
    new,
    normaliser,
    score,
    share,
    soft,
    squared,
    squared_new,
    total,
    v,
)
from derivations.lemmas.assignment import nearest, z
from derivations.lemmas.mixture import D, N, count, d, gamma, i, k, pi, x
from derivations.lemmas.weights import one, zero
from derivations.proof.methods import Goal, argue
from derivations.proof.methods.limits import Squeezed
from numeric.handwritten import kmeans_limit as handwritten

derived = partial(derivation_of, "kmeans_limit")


def test_every_claim_is_proved() -> None:
    assert derived().verdict is Verdict.PROVED
    assert unconfirmed(derived().claims) == []
    assert small(derived().claims) == []


def test_the_bound_needs_a_nearest_centre_with_weight_and_a_gap() -> None:
    assert len(derived().step("error").assumed) >= 2


bound = (1 - mass) / mass * decay(delta)
here = derived().step("points").statement
assert isinstance(here, Limit)
soft_here, hard_here = here.body, here.value
log_density_new = substitute(log_density, mu[k], new[k])
in_new_centres = sum_over(i, k, gamma[i, k] * squared_new)
PLANTED = {
    "responsibilities without weights": Planted(
        "responsibility", Equal(decay(squared), pi[k] * Exp(log_density))
    ),
    "a tie that decays": Planted("decay.tie", Equal(decay(e), zero)),
    "an exponential that grows with the distance": Planted(
        "decay.far", LessEqual(decay(delta), decay(e), True)
    ),
    "a nearest centre that loses weight": Planted("mass.lower", LessEqual(normaliser, mass, strict=True)),
    "no farther centres": Planted("mass.upper", LessEqual(normaliser, mass)),
    "an error of half the size": Planted("error", LessEqual(2 * Abs(soft - hard), bound * mass)),
    "an error without the gap": Planted("error", LessEqual(Abs(soft - hard), bound), ()),
    "half of the limit": Planted("limit", Limit(soft, v, "zero", hard / 2)),
    "the weights of all centres": Planted("limit", Limit(soft, v, "zero", pi[k])),
    "one component's share of a tie": Planted("limit", Limit(soft, v, "zero", is_nearest(excess[k]))),
    "the wrong direction": Planted("limit", Limit(soft, v, "infinity", hard)),
    "a scaled objective without its constant": Planted(
        "objective",
        Equal(-2 * v * sum_over(i, k, gamma[i, k] * (Log(pi[k]) + log_density_new)), in_new_centres),
    ),
    "a scaled objective without the weights": Planted(
        "objective",
        Equal(
            -2 * v * sum_over(i, k, gamma[i, k] * (Log(pi[k]) + log_density_new)),
            in_new_centres + v * N * D * Log(2 * CirclePi() * v),
        ),
    ),
    "the objective at the old centres": Planted(
        "objective.limit",
        Limit(sum_over(i, k, soft_here * squared_new), v, "zero", sum_over(i, k, hard_here * squared)),
    ),
    "an assignment where there are ties": Planted("points.hard", Equal(hard_here, z[i, k]), ()),
    "responsibilities that lose the assignment": Planted(
        "responsibility.limit", Limit(share[i, k], v, "zero", pi[k])
    ),
    "responsibilities of a large variance": Planted(
        "responsibility.limit", Limit(share[i, k], v, "infinity", z[i, k])
    ),
    "the mean of all points": Planted(
        "lloyd.mean",
        Limit(Sum(i, share[i, k] * x[i][d]) / Sum(i, share[i, k]), v, "zero", Sum(i, x[i][d]) / N),
    ),
    "the objective of the old centres": Planted(
        "lloyd.objective",
        Limit(sum_over(i, k, share[i, k] * squared_new), v, "zero", sum_over(i, k, z[i, k] * squared)),
    ),
    "a forgotten centre at rest": Planted("example", Limit(decay(one) / decay(zero), v, "zero", one)),
    "a score without the factor two": Planted(
        "score.distance", Equal(squared, x[i].T @ x[i] + mu[k].T @ mu[k] - x[i].T @ mu[k])
    ),
    "a distance without the square of the point": Planted("score.distance", Equal(squared, score[i, k])),
    "the centre nearest to the origin": Planted(
        "score.nearest", Equal(nearest(squared), nearest(mu[k].T @ mu[k]))
    ),
    "the score for the smallest distance": Planted(
        "score.least", Equal(Minimum(l, at(squared, {k: l})), Minimum(l, score[i, l]))
    ),
    "a centroid of all points": Planted("total.centroid", Equal(total[k] / N, total[k] / count[k])),
    "a limit taken for a value": Planted("limit", Equal(soft, hard)),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_and_never_shown(name: str) -> None:
    assert judged(derived(), PLANTED[name]) is Verdict.REFUTED
    assert argued(derived(), PLANTED[name]) is not Verdict.PROVED


def test_a_bound_that_does_not_vanish_squeezes_nothing() -> None:
    error = derived().step("error")
    for value in (zero, hard / 2):
        assert argue(Squeezed(error), Goal(Limit(soft, v, "zero", value))).verdict is Verdict.UNKNOWN
    assert argue(Squeezed(error), Goal(Limit(soft, v, "infinity", hard))).verdict is Verdict.UNKNOWN
    tangent = derived().step("decay.growth")
    assert argue(Squeezed(tangent), Goal(Limit(Exp(v), v, "zero", one))).verdict is Verdict.UNKNOWN


def test_soft_assignments_come_as_near_to_hard_ones_as_the_bound_says() -> None:
    weights, distances = np.array([0.2, 0.3, 0.5]), np.array([1.0, 1.0, 3.0])
    limit = np.array([0.4, 0.6, 0.0])
    for variance in (1.0, 0.3, 0.1, 0.03):
        unnormalised = weights * np.exp(-distances / (2 * variance))
        gap = np.abs(unnormalised / unnormalised.sum() - limit).max()
        assert gap <= 0.5 / 0.5 * np.exp(-2 / (2 * variance)) * (1 + 1e-12)


def test_lloyd_steps_by_hand() -> None:
    points = np.array([[0.0], [1.0], [10.0]])
    assigned = handwritten.z(points, np.array([[0.5], [10.0]]))
    assert assigned.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert handwritten.mu(assigned, points).tolist() == [[0.5], [10.0]]
    with pytest.raises(ValueError, match="z: expected every cluster to have points, got none in cluster 1"):
        handwritten.mu(np.array([[1, 0], [1, 0], [1, 0]]), points)
