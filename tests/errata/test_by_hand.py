"""What the printed sheet says, on small examples computed by hand without the workbook."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import exp
from statistics import median
from typing import Any

import numpy as np
import pytest
from by_hand.kmedians import numbers, places

# --------------------------------------------------------------- problem 1: the median


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_where_the_derivative_is_zero_anywhere_it_is_zero_at_the_median(count: int) -> None:
    """So the line is tried at the place that is best for it."""
    for points in product([Fraction(0), Fraction(1), Fraction(2)], repeat=count):
        found = [left == right for left, right in (numbers([*points], place) for place in places(points))]
        left, right = numbers([*points], median(points))
        assert (left == right) is any(found)


# ------------------------------------------------------------ problem 5: the moments of a mixture

Vector = np.ndarray[Any, Any]
WEIGHTS = [Fraction(1, 5), Fraction(3, 10), Fraction(1, 2)]
# the outcomes of each component are equally likely
OUTCOMES = [[(0, 1), (2, 5)], [(-1, 3), (4, 4), (0, -2)], [(7, 1)]]


def vector(values: tuple[int, ...]) -> Vector:
    return np.array([Fraction(value) for value in values], dtype=object)


def moments(weighted: list[tuple[Fraction, Vector]]) -> tuple[Vector, Vector, Vector]:
    """Mean, second moment and covariance of values with probabilities."""
    mean = sum((p * x for p, x in weighted), start=vector((0, 0)))
    second = sum((p * np.outer(x, x) for p, x in weighted), start=np.outer(mean, mean) * 0)
    return mean, second, sum((p * np.outer(x - mean, x - mean) for p, x in weighted), start=second * 0)


def test_the_formulas_of_the_sheet_on_a_mixture_of_three() -> None:
    components = [[(Fraction(1, len(group)), vector(one)) for one in group] for group in OUTCOMES]
    within = [moments(component) for component in components]
    mean, second, covariance = moments(
        [(w * p, x) for w, component in zip(WEIGHTS, components, strict=True) for p, x in component]
    )
    weighted = list(zip(WEIGHTS, within, strict=True))
    assert (mean == sum((w * m for w, (m, _, _) in weighted), start=mean * 0)).all()
    by_second = sum((w * s for w, (_, s, _) in weighted), start=second * 0)
    by_parts = sum((w * (c + np.outer(m, m)) for w, (m, _, c) in weighted), start=second * 0)
    assert (second == by_second).all()
    assert (second == by_parts).all()
    pairs = sum(
        (w * v * np.outer(m, n) for w, (m, _, _) in weighted for v, (n, _, _) in weighted), start=second * 0
    )
    assert (covariance == second - np.outer(mean, mean)).all()
    assert (covariance == by_parts - pairs).all()
    # no component is isotropic here, which the sheet's solution does not need
    assert all((c != np.eye(2, dtype=int) * c[0, 0]).any() for _, (_, _, c) in weighted[:2])


# -------------------------------- problem 6: every hypothesis that is missing, on its own


def shares(weights: list[float], squared: list[float], variance: float) -> list[float]:
    terms = [w * exp(-(r - min(squared)) / (2 * variance)) for w, r in zip(weights, squared, strict=True)]
    return [term / sum(terms) for term in terms]


def test_ties_share_a_point_by_their_weights() -> None:
    assert shares([0.2, 0.6, 0.2], [1, 1, 4], 1e-3) == pytest.approx([0.25, 0.75, 0])


def test_without_weight_the_closest_centre_gets_nothing() -> None:
    weights, squared = np.array([0.0, 0.5, 0.5]), np.array([1.0, 2.0, 3.0])
    terms = weights * np.exp(-(squared - 2) / 2e-3)
    assert (terms / terms.sum()).tolist() == pytest.approx([0, 1, 0])


def test_with_all_of_them_the_limit_is_the_assignment() -> None:
    assert shares([0.9, 0.1], [1.01, 1.0], 1e-4) == pytest.approx([0, 1])
    # but a variance is positive, and then no responsibility is quite zero or one
    assert all(0 < share < 1 for share in shares([0.9, 0.1], [1.01, 1.0], 1e-3))
