"""The sum of two independent Gaussian mixtures, written by hand as in a textbook.

x has the weights pi_x (Kx,), means mu_x (Kx, D) and covariances Sigma_x (Kx, D, D), y those with an index y. The
sum z = x + y has a component for every pair (k, l). Every function raises ValueError if an argument does not have
its shape, holds a number that is not finite, if weights are negative or do not sum to one, or if a covariance is
not positive definite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, covariances, mixture, numbers, same_width, weights


def pi_z(pi_x: ArrayLike, pi_y: ArrayLike) -> Array:
    """The weights (Kx, Ky) of the pairs: products."""
    weights_x, weights_y = weights("pi_x", pi_x), weights("pi_y", pi_y)
    return np.multiply.outer(weights_x, weights_y)


def mu_z(mu_x: ArrayLike, mu_y: ArrayLike) -> Array:
    """The means (Kx, Ky, D) of the pairs: sums."""
    means_x, means_y = numbers("mu_x", mu_x, 2), numbers("mu_y", mu_y, 2)
    same_width("mu_y", means_y, "mu_x", means_x)
    return np.array([[m + n for n in means_y] for m in means_x])


def Sigma_z(Sigma_x: ArrayLike, Sigma_y: ArrayLike) -> Array:  # noqa: N802 (as on the page)
    """The covariances (Kx, Ky, D, D) of the pairs: sums."""
    first, second = _covariances("Sigma_x", Sigma_x), _covariances("Sigma_y", Sigma_y)
    same_width("Sigma_y", second, "Sigma_x", first)
    return np.array([[a + b for b in second] for a in first])


def log_density(
    points: ArrayLike,
    pi_x: ArrayLike,
    mu_x: ArrayLike,
    Sigma_x: ArrayLike,
    pi_y: ArrayLike,
    mu_y: ArrayLike,
    Sigma_y: ArrayLike,
) -> Array:
    """The logarithm (N,) of the density of z at points (N, D); pairs of weight zero are left out."""
    of_x = mixture(("pi_x", "mu_x", "Sigma_x"), pi_x, mu_x, Sigma_x)
    of_y = mixture(("pi_y", "mu_y", "Sigma_y"), pi_y, mu_y, Sigma_y)
    same_width("mu_y", of_y[1], "mu_x", of_x[1])
    points = numbers("points", points, 2)
    same_width("points", points, "mu_x", of_x[1])
    rows = [
        np.log(p) + np.log(q) + _log_normal(points, m + n, a + b)
        for p, m, a in zip(*of_x, strict=True)
        for q, n, b in zip(*of_y, strict=True)
        if p > 0 and q > 0
    ]
    exponents = np.array(rows)
    largest = exponents.max(axis=0)
    result: Array = np.log(np.exp(exponents - largest).sum(axis=0)) + largest
    return result


def sample(
    random: np.random.Generator,
    count: int,
    of_x: tuple[ArrayLike, ArrayLike, ArrayLike],
    of_y: tuple[ArrayLike, ArrayLike, ArrayLike],
) -> Array:
    """Draws of z (count, D): from x and from y, each drawn component first and with dice of its own, then added.

    The mixtures are given as (weights, means, covariances).
    """
    first = _draws(random, count, mixture(("pi_x", "mu_x", "Sigma_x"), *of_x))
    second = _draws(random, count, mixture(("pi_y", "mu_y", "Sigma_y"), *of_y))
    same_width("mu_y", second, "mu_x", first)
    return first + second


def _draws(random: np.random.Generator, count: int, of: tuple[Array, Array, Array]) -> Array:
    pi, mu, sigma = of
    shares = pi.astype(np.float64)
    chosen = random.choice(len(pi), size=count, p=shares / shares.sum())
    standard = random.standard_normal((count, mu.shape[1], 1))
    roots = np.linalg.cholesky(sigma)[chosen]
    result: Array = mu[chosen] + (roots @ standard)[..., 0]
    return result


def _log_normal(points: Array, mean: Array, covariance: Array) -> Array:
    """log N(point | mean, covariance) for every row."""
    factor = np.linalg.cholesky(covariance)
    whitened = np.linalg.solve(factor, (points - mean).T)
    log_determinant = 2 * np.log(np.diagonal(factor)).sum()
    size = len(mean) * np.log(2 * np.pi) + log_determinant
    result: Array = (-0.5 * ((whitened**2).sum(axis=0) + size)).astype(whitened.dtype)
    return result


def _covariances(name: str, values: ArrayLike) -> Array:
    found = numbers(name, values, 3)
    components, rows, _ = found.shape
    return covariances(name, found, (components, rows, rows), name)
