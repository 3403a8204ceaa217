"""The M-step of the Gaussian mixture, written by hand as in a textbook.

gamma (N, K) are the responsibilities of K components for N points, x (N, D) the points. Every function
raises ValueError if an argument does not have its shape, holds a number that is not finite, or if the
responsibilities of a point are negative or do not sum to one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, numbers, same_length, shaped


def pi(gamma: ArrayLike) -> Array:
    """The mixture weights (K,): the share of the points that each component answers for."""
    shares = responsibilities(gamma)
    weights: Array = shares.sum(axis=0) / len(shares)
    return weights


def mu(gamma: ArrayLike, x: ArrayLike) -> Array:
    """The means (K, D): averages of the points, weighted by the responsibilities.

    Raises ValueError also if a component has no points.
    """
    shares, points = responsibilities(gamma), numbers("x", x, 2)
    same_length("x", points, "gamma", shares)
    return shares.T @ points / counts(shares)[:, np.newaxis]


def Sigma(gamma: ArrayLike, x: ArrayLike, mu: ArrayLike) -> Array:  # noqa: N802 (as on the page)
    """The covariances (K, D, D) about the means mu (K, D), weighted by the responsibilities.

    Raises ValueError also if a component has no points.
    """
    shares, points = responsibilities(gamma), numbers("x", x, 2)
    same_length("x", points, "gamma", shares)
    (_, components), (_, dimensions) = shares.shape, points.shape
    means = shaped("mu", mu, (components, dimensions), "gamma and x")
    totals = counts(shares)
    covariances = np.empty((components, dimensions, dimensions), np.result_type(shares, points, means))
    for k in range(components):
        residuals = points - means[k]
        weighted = shares[:, k, np.newaxis] * residuals
        covariances[k] = residuals.T @ weighted / totals[k]
    return covariances


def responsibilities(gamma: ArrayLike) -> Array:
    """Numbers (N, K), not negative, that sum to one in each row up to rounding."""
    found = numbers("gamma", gamma, 2)
    if found.min() < 0:
        raise ValueError(f"gamma: expected no negative responsibility, got {found.min()}")
    sums = found @ np.ones(found.shape[1], found.dtype)
    worst = sums[np.abs(sums - 1).argmax()]
    if abs(worst - 1) > np.sqrt(np.finfo(found.dtype).eps):
        raise ValueError(f"gamma: expected responsibilities that sum to one, got a sum of {worst}")
    return found


def counts(shares: Array) -> Array:
    """How many points each component answers for (K,); ValueError if one answers for none."""
    found: Array = shares.sum(axis=0)
    if found.min() <= 0:
        raise ValueError(
            f"gamma: expected every component to have points, got none in component {found.argmin()}"
        )
    return found
