"""The M-step of the Gaussian mixture, written by hand as in a textbook.

gamma (N, K) are the responsibilities of K components for N points, x (N, D) the points. Every function
raises ValueError if an argument does not have its shape, holds a number that is not finite, or if the
responsibilities of a point are negative or do not sum to one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]


def pi(gamma: ArrayLike) -> Array:
    """The mixture weights (K,): the share of the points that each component answers for."""
    gamma = _responsibilities(gamma)
    weights: Array = gamma.sum(axis=0) / len(gamma)
    return weights


def mu(gamma: ArrayLike, x: ArrayLike) -> Array:
    """The means (K, D): averages of the points, weighted by the responsibilities.

    Raises ValueError also if a component has no points.
    """
    gamma = _responsibilities(gamma)
    x = _points(x, gamma)
    return gamma.T @ x / _counts(gamma)[:, np.newaxis]


def Sigma(gamma: ArrayLike, x: ArrayLike, mu: ArrayLike) -> Array:  # noqa: N802 (as on the page)
    """The covariances (K, D, D) about the means mu (K, D), weighted by the responsibilities.

    Raises ValueError also if a component has no points.
    """
    gamma = _responsibilities(gamma)
    x = _points(x, gamma)
    counts = _counts(gamma)
    (_, components), (_, dimensions) = gamma.shape, x.shape
    mu = _numbers("mu", mu, 2)
    if mu.shape != (components, dimensions):
        raise ValueError(f"mu: expected shape {(components, dimensions)} (see gamma, x), got {mu.shape}")
    covariances = np.empty((components, dimensions, dimensions), np.result_type(gamma, x, mu))
    for k in range(components):
        residuals = x - mu[k]
        weighted = gamma[:, k, np.newaxis] * residuals
        covariances[k] = residuals.T @ weighted / counts[k]
    return covariances


# ----------------------------------------------------------------------- what is asked of arguments


def _numbers(name: str, values: ArrayLike, rank: int) -> Array:
    """The values as finite floating-point numbers with so many axes, none of them empty."""
    try:
        found = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name}: expected {rank} axes, got rows of unequal length") from None
    if found.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got {found.dtype}")
    if found.ndim != rank or 0 in found.shape:
        raise ValueError(f"{name}: expected {rank} axes, none of them empty, got shape {found.shape}")
    numbers: Array = found if found.dtype in (np.float32, np.float64) else found.astype(np.float64)
    if not np.isfinite(numbers).all():
        raise ValueError(f"{name}: expected finite numbers, got {numbers[~np.isfinite(numbers)][0]}")
    return numbers


def _responsibilities(gamma: ArrayLike) -> Array:
    gamma = _numbers("gamma", gamma, 2)
    if gamma.min() < 0:
        raise ValueError(f"gamma: expected no negative responsibility, got {gamma.min()}")
    sums = gamma @ np.ones(gamma.shape[1], gamma.dtype)
    worst = sums[np.abs(sums - 1).argmax()]
    if abs(worst - 1) > np.sqrt(np.finfo(gamma.dtype).eps):
        raise ValueError(f"gamma: expected responsibilities that sum to one, got a sum of {worst}")
    return gamma


def _points(x: ArrayLike, gamma: Array) -> Array:
    x = _numbers("x", x, 2)
    if len(x) != len(gamma):
        raise ValueError(f"x: expected {len(gamma)} points, as many as rows of gamma, got {len(x)}")
    return x


def _counts(gamma: Array) -> Array:
    counts: Array = gamma.sum(axis=0)
    if counts.min() <= 0:
        raise ValueError(
            f"gamma: expected every component to have points, got none in component {counts.argmin()}"
        )
    return counts
