"""Problem 3: likelihoods, slopes and matrix rules as plain numbers."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np

from by_hand.values import Array, Check, Sides, Values, assert_undefined, differ, inverse, values_of
from derivations.proof.printed import Printed


class Mixture(Values):
    """The quantities of problem 3 at a counterexample, as plain arrays."""

    def __init__(self, at: Values) -> None:
        self.__dict__.update(at.__dict__)
        self.N, self.K, self.D = (self.sizes.get(name, 1) for name in "NKD")
        self.points, self.components = range(1, self.N + 1), range(1, self.K + 1)
        self.gamma = self.family("gamma")
        self.x, self.mu = self.family("x", self.D), self.family("mu", self.D)
        self.Sigma = self.family("Sigma", self.D, self.D)

    def log_density(self, i: int, k: int) -> float:
        gap, covariance = self.x[i,] - self.mu[k,], self.Sigma[k,]
        square = float(gap @ inverse(covariance) @ gap)
        log_det = np.linalg.slogdet(covariance.astype(float))[1]
        return -0.5 * (square + float(log_det) + self.D * float(np.log(2 * np.pi)))

    def expected(self, term: Callable[[int, int], float]) -> float:
        """The sum over points and components, weighted by the responsibilities."""
        return sum(float(self.gamma[i, k]) * term(i, k) for i in self.points for k in self.components)

    def log_pi(self, k: int) -> float:
        return float(np.log(float(self.family("pi")[k,])))

    @property
    def likelihood(self) -> float:
        return self.expected(lambda i, k: self.log_pi(k) + self.log_density(i, k))

    @property
    def prior(self) -> float:
        return self.expected(lambda i, k: self.log_pi(k))


def what_is_maximised(at: Values) -> Sides:
    m, n = Mixture(at), at.index("n")
    return m.likelihood, sum(float(m.gamma[n, k]) * m.log_pi(k) for k in m.components)


def prior_alone(at: Values) -> Sides:
    return Mixture(at).likelihood, Mixture(at).prior


def brace(at: Values) -> Sides:
    m = Mixture(at)
    return m.expected(m.log_density), m.expected(lambda i, k: 1.0)


def third_line(at: Values) -> Sides:
    m = Mixture(at)
    return m.likelihood, m.expected(lambda i, k: 1.0) + m.prior


def lagrangian_derivative(at: Values) -> Sides:
    j, weights, price = at.index("j"), at.family("pi"), at.number("lambda")
    count = sum(value for (_, k), value in at.family("gamma").items() if k == j)
    return count / weights[j,] + price, count / weights[j,] - price


def density_written_out(at: Values) -> Sides:
    m, j = Mixture(at), at.index("j")
    log_det = float(np.linalg.slogdet(m.Sigma[j,].astype(float))[1])
    rest = m.D * float(np.log(2 * np.pi)) + log_det
    form = [float(m.mu[j,] @ inverse(m.Sigma[j,]) @ (m.x[i,] - m.mu[j,])) for i in m.points]
    right = -0.5 * sum(float(m.gamma[i, j]) * (one + rest) for i, one in zip(m.points, form, strict=True))
    return m.expected(m.log_density), right


def covariance_derivative(at: Values) -> Sides:
    m, j = Mixture(at), at.index("j")
    turned = inverse(m.Sigma[j,]).T
    left: Any = np.zeros((m.D, m.D))
    right: Any = np.zeros((m.D, m.D))
    for i in m.points:
        gap = m.x[i,] - m.mu[j,]
        square = np.outer(gap, gap)
        left = left - (m.gamma[i, j] * (turned - turned @ square @ turned)).astype(float) / 2
        right = right - (m.gamma[i, j] * (turned @ square + turned)).astype(float) / 2
    return left, right


def slope_of_quadratic_form(a: Array, matrix: Array) -> Array:
    """The derivative of a'Xa by each entry of a, from the double sum."""
    D = range(len(a))
    return np.array([sum((matrix[d, e] + matrix[e, d]) * a[e] for e in D) for d in D], dtype=object)


def quadratic_rule(at: Values) -> Sides:
    D = at.sizes["D"]
    slope = slope_of_quadratic_form(at.array("a", D), at.array("X", D, D))
    return slope[at.index("d") - 1], slope[at.index("e") - 1]


def inverse_rule(at: Values) -> Sides:
    D = at.sizes["D"]
    a, b, P = at.array("a", D), at.array("b", D), inverse(at.array("M", D, D))
    # d(a'Pb) = -(a'P) dM (Pb)
    left = -np.array([[(a @ P)[d] * (P @ b)[e] for e in range(D)] for d in range(D)], dtype=object)
    return left, -(P.T @ np.outer(b, a) @ P.T)


def counts_of(at: Values) -> dict[int, Fraction]:
    """How many points each component answers for."""
    counts: dict[int, Fraction] = {}
    for (_, k), weight in at.family("gamma").items():
        counts[k] = counts.get(k, Fraction(0)) + weight
    return counts


def a_weight_is_negative(line: Printed) -> None:
    """What is printed, that the weights add up to one, is no more than that."""
    weights = values_of(line).family("pi").values()
    assert sum(weights) == 1
    assert min(weights) < 0


def no_maximum_at_this_price(line: Printed) -> None:
    """With positive counts, weights N_k / lambda for lambda <= 0 have no logarithm; others have, and a value."""
    at = values_of(line)
    pi, price, counts = at.family("pi"), at.number("lambda"), counts_of(at)
    terms = [float(count) * float(np.log(float(pi[k,]))) for k, count in counts.items()]
    charged = sum(terms) + float(price * (1 - sum(pi.values())))
    assert at.left is not None
    np.testing.assert_allclose(charged, at.left, rtol=1e-12)
    assert price <= 0 < min(counts.values())
    assert_undefined(line, "right")


def no_logarithm_at_this_price(line: Printed) -> None:
    at = values_of(line)
    assert at.number("lambda") <= 0 < min(counts_of(at).values())
    assert_undefined(line, "left")
    assert_undefined(line, "right")


def mean_slopes(at: Values) -> tuple[Array, Array, Array]:
    """The derivative of L_x by mu_j for any matrix, that with its transpose alone, and with itself alone."""
    m, j = Mixture(at), at.index("j")
    precision = inverse(m.Sigma[j,])
    pull = sum((m.gamma[i, j] * (m.x[i,] - m.mu[j,]) for i in m.points), start=m.mu[j,] * 0)
    return (precision + precision.T) @ pull / 2, precision.T @ pull, precision @ pull


def mean_derivative(at: Values) -> Sides:
    return mean_slopes(at)[:2]


def mean_derivative_simplified(at: Values) -> Sides:
    return mean_slopes(at)[1:]


def no_update_of_an_empty_component(line: Printed) -> None:
    assert 0 in counts_of(values_of(line)).values()
    assert_undefined(line, "right")


def no_spread(line: Printed) -> None:
    """Points on a line, or one alone, leave a covariance without an inverse."""
    m = Mixture(values_of(line))
    spreads = [
        sum(m.gamma[i, k] * np.outer(m.x[i,] - m.mu[k,], m.x[i,] - m.mu[k,]) for i in m.points)
        for k in m.components
    ]
    assert min(counts_of(m).values()) > 0
    assert any(np.linalg.matrix_rank(spread.astype(float)) < m.D for spread in spreads)
    assert_undefined(line, "right")


BY_HAND: dict[str, Check] = {
    "what is maximised": differ(what_is_maximised),
    "expected value, first line": differ(prior_alone),
    "expected value, second line": differ(prior_alone),
    "expected value, second line, brace L_x": differ(brace),
    "expected value, third line": differ(third_line),
    "expected value, third line, brace L_x": differ(brace),
    "constraint": a_weight_is_negative,
    "Lagrangian, derivative": differ(lagrangian_derivative),
    "Lagrangian, maximum": no_maximum_at_this_price,
    "dual function, as a maximum": no_maximum_at_this_price,
    "dual function, where the maximum is attained": no_maximum_at_this_price,
    "dual function, value": no_logarithm_at_this_price,
    "L_x written out": differ(density_written_out),
    "derivative by mu_k": differ(mean_derivative),
    "derivative by mu_k, simplified": differ(mean_derivative_simplified),
    "root for mu_k, solved": no_update_of_an_empty_component,
    "update of mu_k": no_update_of_an_empty_component,
    "derivative by Sigma_k": differ(covariance_derivative),
    "root for Sigma_k, solved": no_update_of_an_empty_component,
    "update of Sigma_k": no_spread,
    "rule for a quadratic form": differ(quadratic_rule),
    "rule for an inverse": differ(inverse_rule),
}
