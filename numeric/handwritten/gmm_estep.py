"""The E-step of the Gaussian mixture, written by hand as in a textbook.

x (N, D) are the points, pi (K,) the weights, mu (K, D) the means and Sigma (K, D, D) the covariances of the
components. A component of weight zero has the logarithm minus infinity and the responsibility zero. Every function
raises ValueError if an argument does not have its shape, holds a number that is not finite, if the weights are
negative or do not sum to one, or if a covariance is not positive definite.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, mixture, numbers, same_width


def log_joint(x: ArrayLike, pi: ArrayLike, mu: ArrayLike, Sigma: ArrayLike) -> Array:
    """log pi_k + log N(x_i | mu_k, Sigma_k), (N, K), by way of the Cholesky factors of the covariances."""
    weights, means, covariances = mixture(("pi", "mu", "Sigma"), pi, mu, Sigma)
    x = numbers("x", x, 2)
    same_width("x", x, "mu", means)
    (points, dimensions), components = x.shape, len(weights)
    result = np.empty((points, components), np.result_type(x, weights, means, covariances))
    with np.errstate(divide="ignore"):
        log_weights = np.log(weights)
    for k in range(components):
        factor = np.linalg.cholesky(covariances[k])
        whitened = np.linalg.solve(factor, (x - means[k]).T)
        squared = (whitened**2).sum(axis=0)
        log_determinant = 2 * np.log(np.diagonal(factor)).sum()
        result[:, k] = log_weights[k] - 0.5 * (squared + log_determinant + dimensions * np.log(2 * np.pi))
    return result


def gamma(x: ArrayLike, pi: ArrayLike, mu: ArrayLike, Sigma: ArrayLike) -> Array:
    """The responsibilities (N, K): every row of exp(log_joint), divided by its sum."""
    exponents = log_joint(x, pi, mu, Sigma)
    likelihoods = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    shares: Array = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    return shares


def log_likelihood(x: ArrayLike, pi: ArrayLike, mu: ArrayLike, Sigma: ArrayLike) -> float:
    """log p(X): the logarithms of the sums of the rows of exp(log_joint), added up."""
    exponents = log_joint(x, pi, mu, Sigma)
    largest = exponents.max(axis=1)
    sums = np.exp(exponents - largest[:, np.newaxis]).sum(axis=1)
    return float((np.log(sums) + largest).sum())
