"""Problem 4: probabilities of images and their slopes as plain fractions."""

from __future__ import annotations

from fractions import Fraction
from math import prod

from by_hand.values import Check, Sides, Values, assert_undefined, differ, values_of
from derivations.proof.printed import Printed


class Images(Values):
    """The quantities of problem 4 at a counterexample, as plain fractions."""

    def __init__(self, at: Values) -> None:
        self.__dict__.update(at.__dict__)
        self.N, self.K, self.D = (self.sizes[name] for name in "NKD")
        self.x = self.family("x", self.D)
        self.images, self.components = range(1, self.N + 1), range(1, self.K + 1)

    def pixel(self, i: int, d: int) -> Fraction:
        value: Fraction = self.x[i,][d - 1]
        return value

    def probability(self, i: int, k: int) -> Fraction:
        """The probability of image i under component k: theta where a pixel is on, 1 - theta where it is off."""
        theta = self.family("theta")
        pixels = range(1, self.D + 1)
        result: Fraction = prod(theta[k, d] if self.pixel(i, d) == 1 else 1 - theta[k, d] for d in pixels)
        return result

    def slope(self, i: int, j: int, e: int) -> Fraction:
        """The derivative of log p(x_i | z_i = j) by theta_je: 1 / theta for a pixel that is on, else -1 / (1 - theta)."""
        theta = self.family("theta")[j, e]
        result: Fraction = 1 / theta if self.pixel(i, e) == 1 else -1 / (1 - theta)
        return result


def probability_of_an_image(at: Values) -> Sides:
    m, i, pi = Images(at), at.index("i"), at.family("pi")
    return sum(pi[k,] * m.probability(i, k) for k in m.components), m.probability(i, at.index("k"))


def derivative_for_one_image(at: Values) -> Sides:
    m, gamma = Images(at), at.family("gamma")
    i, j, e, k, d = (at.index(name) for name in "ijekd")
    theta = at.family("theta")[j, e]
    printed = gamma[i, k] * (m.pixel(i, d) / theta - (1 - m.pixel(i, d)) / (1 - theta))
    return gamma[i, j] * m.slope(i, j, e), printed


def over_the_prior(at: Values) -> Sides:
    m, gamma, j, e = Images(at), at.family("gamma"), at.index("j"), at.index("e")
    prior = sum(m.slope(i, j, e) / m.K for i in m.images)
    return prior, sum(gamma[i, j] * m.slope(i, j, e) for i in m.images)


def statistics(line: Printed) -> tuple[Fraction, Fraction]:
    """How much of component k has pixel d on, and off."""
    at = Images(values_of(line))
    weights = {i: weight for (i, k), weight in at.family("gamma").items() if k == at.index("k")}
    on = sum((weight for i, weight in weights.items() if at.pixel(i, at.index("d")) == 1), Fraction(0))
    return on, sum(weights.values(), Fraction(0)) - on


def no_root_where_a_pixel_is_always_the_same(line: Printed) -> None:
    on, off = statistics(line)
    assert min(on, off) == 0 < max(on, off)  # the slope, on / t - off / (1 - t), has one sign


def no_update_of_an_empty_component(line: Printed) -> None:
    assert sum(statistics(line)) == 0
    assert_undefined(line, "right")


BY_HAND: dict[str, Check] = {
    "probability of an image": differ(probability_of_an_image),
    "derivative for one image, second line": differ(derivative_for_one_image),
    "roots, of which expectation": differ(over_the_prior),
    "roots, that there are any": no_root_where_a_pixel_is_always_the_same,
    "update": no_update_of_an_empty_component,
}
