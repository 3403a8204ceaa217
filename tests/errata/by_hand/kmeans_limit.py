"""Problem 6: responsibilities and distances at equal, and at tiny, variances."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import exp

import numpy as np

from by_hand.values import Check, Sides, Values, assert_undefined, differ, values_of
from derivations.proof.printed import Printed


class Centres(Values):
    """The quantities of problem 6 at a counterexample."""

    def __init__(self, at: Values) -> None:
        self.__dict__.update(at.__dict__)
        self.N, self.K, self.D = (self.sizes[name] for name in "NKD")
        self.components = range(1, self.K + 1)
        self.x, self.mu, self.v = self.family("x", self.D), self.family("mu", self.D), self.number("v")

    def squared(self, i: int) -> dict[int, Fraction]:
        """The squared distances of a point from the centres."""
        gaps = {k: self.x[i,] - self.mu[k,] for k in self.components}
        return {k: gap @ gap for k, gap in gaps.items()}

    def marked(self, name: str, i: int) -> int:
        """The component that is marked by a one."""
        found = [k for (n, k), value in self.family(name).items() if n == i and value == 1]
        assert len(found) == 1
        return found[0]

    def closest(self, i: int) -> int:
        """The centre that z marks; none is closer."""
        k, squared = self.marked("z", i), self.squared(i)
        assert squared[k] == min(squared.values())
        return k

    def weights(self) -> dict[int, Fraction]:
        return {k: Fraction(str(weight)) for (k,), weight in self.family("pi").items()}

    def responsibilities(self, i: int, weights: dict[int, Fraction]) -> dict[int, float]:
        """Equation 3; a common factor is taken out, so that nothing overflows."""
        squared = self.squared(i)
        least = min(squared[k] for k, weight in weights.items() if weight)
        terms = {k: float(w) * exp(-(squared[k] - least) / (2 * self.v)) for k, w in weights.items() if w}
        return {k: terms.get(k, 0.0) / sum(terms.values()) for k in self.components}


def density(at: Centres, i: int, k: int) -> float:
    """N(x_i | mu_k, v I)."""
    return float(exp(-at.squared(i)[k] / (2 * at.v)) * float(2 * np.pi * at.v) ** -(at.D / 2))


def numerator_alone(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    joint = {j: float(weight) * density(at, i, j) for j, weight in at.weights().items()}
    return joint[k] / sum(joint.values()), joint[k]


def both_signs_alike(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    squared, weights = at.squared(i), at.weights()
    terms = [weights[j] / weights[k] * exp(-(squared[j] + squared[k]) / (2 * at.v)) for j in at.components]
    return at.responsibilities(i, weights)[k], 1 / sum(terms)


def argument(at: Centres, i: int, of: int, k: int) -> Fraction:
    squared = at.squared(i)
    return (-squared[of] + squared[k]) / (2 * at.v)


def equality_for_another(values: Values) -> Sides:
    at, i, other = Centres(values), values.index("i"), values.index("l")
    k = at.closest(i)
    return argument(at, i, other, k) == 0, other == k


def denominator_for_the_closest(values: Values) -> Sides:
    at, i = Centres(values), values.index("i")
    k, weights = at.closest(i), at.weights()
    return sum(weights[j] / weights[k] * exp(argument(at, i, j, k)) for j in at.components), 1


def reciprocal_for_another(values: Values) -> Sides:
    at, i = Centres(values), values.index("i")
    k, weights = at.marked("other", i), at.weights()
    assert at.squared(i)[at.closest(i)] < at.squared(i)[k]
    terms = [weights[j] / weights[k] * exp(argument(at, i, j, k)) for j in at.components if weights[j]]
    return 1 / sum(terms), 0


def responsibility_and_assignment(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    return at.responsibilities(i, at.weights())[k], at.closest(i) == k


def difference_to_equal_weights(values: Values) -> Sides:
    at, i, k = Centres(values), values.index("i"), values.index("k")
    alike = dict.fromkeys(at.components, Fraction(1, at.K))
    at.closest(i)
    return at.responsibilities(i, at.weights())[k] - at.responsibilities(i, alike)[k], 0


def in_the_limit(sides: Callable[[Values], Sides]) -> Check:
    """The sides differ, and the limit is tried where the variance is tiny."""

    def check(line: Printed) -> None:
        differ(sides)(line)
        assert 0 < Centres(values_of(line)).v <= Fraction(1, 10**20)

    return check


def argument_of_a_centre_equally_near(line: Printed) -> None:
    """It does not decrease with the variance."""
    at = Centres(values_of(line))
    i, other = at.index("i"), at.index("l")
    k, smaller = at.closest(i), at.number("smaller")
    assert other != k
    assert 0 < smaller < at.v
    assert argument(at, i, other, k) == argument(at, i, other, k) * at.v / smaller == 0


def counts_of(at: Values) -> dict[int, Fraction]:
    """How many points the centres have."""
    z, points = at.family("z"), range(1, at.sizes["N"] + 1)
    return {k: sum((z[i, k] for i in points), Fraction(0)) for k in range(1, at.sizes["K"] + 1)}


def no_average_without_points(line: Printed) -> None:
    assert 0 in counts_of(values_of(line)).values()
    assert_undefined(line, "right")


def no_average_of_this_centre(line: Printed) -> None:
    at = values_of(line)
    assert counts_of(at)[at.index("k")] == 0
    assert_undefined(line, "right")


BY_HAND: dict[str, Check] = {
    "equation 1": differ(numerator_alone),
    "equation 4": differ(both_signs_alike),
    "closest centre, equality": differ(equality_for_another),
    "closest centre, denominator": in_the_limit(denominator_for_the_closest),
    "closest centre, arguments for k != l": argument_of_a_centre_equally_near,
    "other centre, denominator": in_the_limit(reciprocal_for_another),
    "one-hot responsibilities": in_the_limit(responsibility_and_assignment),
    "step 2": no_average_without_points,
    "weights": in_the_limit(difference_to_equal_weights),
    "conclusion": no_average_of_this_centre,
}
