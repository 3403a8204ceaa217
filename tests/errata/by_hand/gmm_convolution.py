"""Problem 7: sums of vectors, and of components, that depend on each other."""

from __future__ import annotations

from fractions import Fraction
from math import exp

import numpy as np

from by_hand.values import Array, Check, Sides, Values, differ, inverse


def gaussian_mgf(t: Array, mean: Array, covariance: Array) -> float:
    """E[exp(t'x)] of a Gaussian."""
    return exp(t @ mean + t @ covariance @ t / 2)


def dependent_vectors(at: Values) -> Sides:
    """E[exp(t'(x + y))] of y = mu_y + A (x - mu_x) + e, and that of a Gaussian with the covariances added."""
    D, k, l = at.sizes["D"], at.index("k"), at.index("l")  # noqa: E741
    t, A, R = at.array("t", D), at.array("slope", D, D), at.array("rest", D, D)
    mean_x, mean_y = at.family("mu_x", D)[k,], at.family("mu_y", D)[l,]
    covariance = at.family("Sigma_x", D, D)[k,]
    assert (A != 0).any()
    # t'x + t'y is (t + A't)'x plus something independent of x
    drawn = gaussian_mgf(t + A.T @ t, mean_x, covariance) * gaussian_mgf(t, mean_y - A @ mean_x, R)
    return drawn, gaussian_mgf(t, mean_x + mean_y, covariance + A @ covariance @ A.T + R)


def weight_of_y(at: Values, l: int) -> Fraction:  # noqa: E741
    """The probability of a component of y, whatever that of x is."""
    pi, chance = at.family("pi_x"), at.family("chance")
    return sum((pi[j,] * chance[j, l] for j in range(1, at.sizes["Kx"] + 1)), Fraction(0))


def dependent_components(at: Values) -> Sides:
    k, l = at.index("k"), at.index("l")  # noqa: E741
    pi, chance = at.family("pi_x"), at.family("chance")
    return pi[k,] * chance[k, l], pi[k,] * weight_of_y(at, l)


def density(point: Array, mean: Array, covariance: Array) -> float:
    gap = point - mean
    scale = np.linalg.det(2 * np.pi * covariance.astype(float))
    return exp(-gap @ inverse(covariance) @ gap / 2) / float(np.sqrt(scale))


def density_of_dependent_components(at: Values) -> Sides:
    D, pi, chance = at.sizes["D"], at.family("pi_x"), at.family("chance")
    mean_x, mean_y = at.family("mu_x", D), at.family("mu_y", D)
    cov_x, cov_y = at.family("Sigma_x", D, D), at.family("Sigma_y", D, D)
    sides = np.zeros(2)
    for k, l in chance:  # noqa: E741
        normal = density(at.array("point", D), mean_x[k,] + mean_y[l,], cov_x[k,] + cov_y[l,])
        sides += [float(pi[k,] * chance[k, l]) * normal, float(pi[k,] * weight_of_y(at, l)) * normal]
    return sides[0], sides[1]


BY_HAND: dict[str, Check] = {
    "distribution for one pair": differ(dependent_vectors),
    "probability of a pair": differ(dependent_components),
    "density of z": differ(density_of_dependent_components),
}
