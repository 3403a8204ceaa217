"""Problem 1: every claim is proved and confirmed, planted errors are refuted, and the code does what it should."""

from __future__ import annotations

from functools import partial
from itertools import product

import numpy as np
import pytest
from derived import derivation_of
from planted import Planted, argued, judged, small, unconfirmed

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Abs, Bracket, First, Sum, at, sum_over
from derivations.calculus.statements import Belongs, Equal, LessEqual
from derivations.kmedians import a, best, left, m, mu, right, s, spread, step, t, to_centre, total
from derivations.lemmas.assignment import nearest, objective, z
from derivations.lemmas.mixture import D, d, i, j, k, x
from derivations.lemmas.weights import one, zero
from numeric.handwritten import kmedians as handwritten
from numeric.handwritten.arguments import Array

derived = partial(derivation_of, "kmedians")


def test_every_claim_is_proved() -> None:
    assert derived().verdict is Verdict.PROVED
    assert unconfirmed(derived().claims) == []
    assert small(derived().claims) == []


def test_the_theorem_on_the_median_needs_both_halves() -> None:
    assert len(derived().step("median.sufficient").assumed) == 2


smallest = at(to_centre, {k: j})
PLANTED = {
    "one coordinate for all": Planted("separates", Equal(objective(to_centre), D * objective(to_centre))),
    "the smallest distance above the others": Planted("nearest.bound", LessEqual(to_centre, smallest)),
    "all points to cluster k": Planted(
        "assignment.step", LessEqual(sum_over(i, to_centre), objective(to_centre))
    ),
    "a distance without the weight": Planted(
        "nearest.attained", Equal(Sum(k, nearest(to_centre)), Sum(k, nearest(to_centre) * to_centre))
    ),
    "a tie for the later cluster": Planted(
        "ties",
        LessEqual(
            at(nearest(to_centre), {k: j}) * Bracket(smallest, "=", to_centre), Bracket(one, "<", zero)
        ),
    ),
    "a slope with the wrong sign": Planted(
        "subgradient",
        LessEqual(Abs(a - m) - (Bracket(a, "<", m) - Bracket(m, "<", a)) * (t - m), Abs(a - t)),
    ),
    "a slope of two": Planted(
        "subgradient",
        LessEqual(Abs(a - m) + 2 * (Bracket(a, "<", m) - Bracket(m, "<", a)) * (t - m), Abs(a - t)),
    ),
    "a slope below minus one": Planted("subgradient.lower", LessEqual(one, s)),
    "no point at m": Planted("weights.total", Equal(left + right, total)),
    "any place": Planted("median.sufficient", LessEqual(spread(m), spread(t)), ()),
    "the wrong way": Planted("median.sufficient", LessEqual(spread(t), spread(m))),
    "no point ahead": Planted("move.right", LessEqual(spread(m) + (t - m) * (left + right), spread(t))),
    "a step that costs nothing": Planted("step.left", Equal(spread(m - step), spread(m))),
    "a step the other way": Planted(
        "median.necessary.right", LessEqual(spread(m - step), spread(m), strict=True)
    ),
    "points in the empty cluster": Planted("median.empty", Equal(spread(t), zero), ()),
    "less than half on the right": Planted(
        "update.right",
        LessEqual(3 * Sum(i, z[i, k] * Bracket(best, "<", x[i][d])), Sum(i, z[i, k])),
    ),
    "the mean of two centres": Planted(
        "update.coordinate",
        LessEqual(
            Sum(i, z[i, k] * Abs(x[i][d] - (best + mu[k][d]) / 2)), Sum(i, z[i, k] * Abs(x[i][d] - best))
        ),
    ),
    "an assignment that is not the first": Planted(
        "nearest.one_hot",
        Belongs(1 - First(j, smallest, k), z.domain, k),
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_planted_errors_are_refuted_and_never_shown(name: str) -> None:
    assert judged(derived(), PLANTED[name]) is Verdict.REFUTED
    assert argued(derived(), PLANTED[name]) is not Verdict.PROVED


def total_distance(points: Array, centers: Array, assigned: Array) -> float:
    return float((assigned * np.abs(points[:, None] - centers[None]).sum(axis=2)).sum())


@pytest.mark.parametrize("seed", range(4))
def test_the_algorithm_stops_at_a_state_that_neither_step_improves(seed: int) -> None:
    random = np.random.default_rng(seed)
    points = random.integers(-3, 4, (6, 2)).astype(float)
    centers = points[random.choice(6, 2, replace=False)]
    seen: list[Array] = []
    values: list[float] = []
    for _ in range(2**6 + 1):
        assigned = handwritten.z(points, centers)
        if any((assigned == old).all() for old in seen):
            break
        seen.append(assigned)
        centers = handwritten.mu(points, assigned)
        values.append(total_distance(points, centers, assigned))
    else:
        pytest.fail("an assignment came back only after more rounds than there are assignments")
    assert values == sorted(values, reverse=True)
    assert (seen[-1] == assigned).all()


def test_no_centre_is_better_than_the_medians() -> None:
    random = np.random.default_rng(1)
    points = random.integers(-3, 4, (7, 2)).astype(float)
    assigned = np.zeros((7, 2))
    assigned[np.arange(7), random.integers(0, 2, 7)] = 1
    best_value = total_distance(points, handwritten.mu(points, assigned), assigned)
    for place in product(range(-3, 4), repeat=4):
        assert best_value <= total_distance(points, np.reshape(place, (2, 2)), assigned)
