"""Mean and covariance of a mixture, written by hand as in a textbook.

pi (K,) are the weights, mu (K, D) the means and Sigma (K, D, D) the covariances of the components, which may be
singular. Every function raises ValueError if an argument does not have its shape, holds a number that is not
finite, if the weights are negative or do not sum to one, or if a covariance is not symmetric and positive
semidefinite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, numbers, same_length, shaped, weights


def mean(pi: ArrayLike, mu: ArrayLike) -> Array:
    """E[x] (D,): the weighted average of the means."""
    pi = weights("pi", pi)
    mu = numbers("mu", mu, 2)
    same_length("mu", mu, "pi", pi)
    average: Array = pi @ mu
    return average


def second(pi: ArrayLike, Sigma: ArrayLike, mu: ArrayLike) -> Array:
    """E[xx'] (D, D): the weighted average of Sigma_k + mu_k mu_k'."""
    pi, Sigma, mu = _mixture(pi, Sigma, mu)
    total = np.zeros(Sigma.shape[1:], np.result_type(pi, Sigma, mu))
    for k in range(len(pi)):
        total += pi[k] * (Sigma[k] + np.outer(mu[k], mu[k]))
    return total


def covariance(pi: ArrayLike, Sigma: ArrayLike, mu: ArrayLike) -> Array:
    """Cov[x] (D, D): the average covariance within the components and the covariance between their means.

    The difference of second moment and squared mean is the same number, but loses digits far from the origin.
    """
    pi, Sigma, mu = _mixture(pi, Sigma, mu)
    center = pi @ mu
    total = np.zeros(Sigma.shape[1:], np.result_type(pi, Sigma, mu))
    for k in range(len(pi)):
        total += pi[k] * (Sigma[k] + np.outer(mu[k] - center, mu[k] - center))
    return total


def _mixture(pi: ArrayLike, Sigma: ArrayLike, mu: ArrayLike) -> tuple[Array, Array, Array]:
    """The parameters, checked."""
    pi = weights("pi", pi)
    mu = numbers("mu", mu, 2)
    same_length("mu", mu, "pi", pi)
    components, dimensions = mu.shape
    Sigma = shaped("Sigma", Sigma, (components, dimensions, dimensions), "mu")
    slack, scale = np.sqrt(np.finfo(Sigma.dtype).eps), np.abs(Sigma).max(axis=(1, 2))
    for k in range(components):
        if np.abs(Sigma[k] - Sigma[k].T).max() > slack * scale[k]:
            raise ValueError(f"Sigma: expected symmetric matrices, got another one in component {k}")
        lowest = np.linalg.eigvalsh(Sigma[k])[0]
        if lowest < -slack * scale[k]:
            raise ValueError(
                f"Sigma: expected positive semidefinite matrices, got the eigenvalue {lowest} in component {k}"
            )
    return pi, Sigma, mu
