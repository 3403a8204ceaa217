"""Expectation maximisation for a mixture of Bernoulli variables, written by hand as in a textbook.

x (N, D) are binary images, gamma (N, K) the responsibilities of K components for them, theta (K, D) the
probabilities that a pixel is on, pi (K,) the weights. Every function raises ValueError if an argument does not have
its shape, holds a number that is not finite, or does not lie in its range.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, numbers, same_length, same_width, weights


def gamma(pi: ArrayLike, x: ArrayLike, theta: ArrayLike) -> Array:
    """The responsibilities (N, K): every row of exp(log pi_k + log p(x_i | theta_k)), divided by its sum.

    Raises ValueError also for an image that no component can produce.
    """
    exponents = _log_joint(pi, x, theta)
    largest = exponents.max(axis=1, keepdims=True)
    impossible = np.isneginf(largest)
    if impossible.any():
        raise ValueError(
            f"x: expected images that some component can produce, got an impossible one at {impossible.argmax()}"
        )
    likelihoods = np.exp(exponents - largest)
    shares: Array = likelihoods / likelihoods.sum(axis=1, keepdims=True)
    return shares


def log_likelihood(pi: ArrayLike, x: ArrayLike, theta: ArrayLike) -> float:
    """log p(X): the logarithms of the sums of the rows of pi_k p(x_i | theta_k), added up.

    It is minus infinity if there is an image that no component can produce.
    """
    exponents = _log_joint(pi, x, theta)
    largest = exponents.max(axis=1)
    if np.isneginf(largest).any():
        return -np.inf
    sums = np.exp(exponents - largest[:, np.newaxis]).sum(axis=1)
    return float((np.log(sums) + largest).sum())


def theta(gamma: ArrayLike, x: ArrayLike) -> Array:
    """The probabilities (K, D) that a pixel is on: averages of the images, weighted by the responsibilities.

    Raises ValueError also if a component has no images.
    """
    gamma = _responsibilities(gamma)
    x = _images(x)
    same_length("x", x, "gamma", gamma)
    counts = gamma.sum(axis=0)
    if counts.min() <= 0:
        raise ValueError(
            f"gamma: expected every component to have points, got none in component {counts.argmin()}"
        )
    probabilities: Array = gamma.T @ x / counts[:, np.newaxis]
    return probabilities


def pi(gamma: ArrayLike) -> Array:
    """The mixture weights (K,): the share of the images that each component answers for."""
    gamma = _responsibilities(gamma)
    shares: Array = gamma.sum(axis=0) / len(gamma)
    return shares


def _log_joint(pi: ArrayLike, x: ArrayLike, theta: ArrayLike) -> Array:
    """log pi_k + log p(x_i | theta_k), (N, K); minus infinity where component k cannot produce image i."""
    pi = weights("pi", pi)
    x = _images(x)
    theta = _probabilities(theta)
    same_length("theta", theta, "pi", pi)
    same_width("theta", theta, "x", x)
    result = np.empty((len(x), len(pi)), np.result_type(pi, x, theta))
    with np.errstate(divide="ignore"):
        log_pi, log_on, log_off = np.log(pi), np.log(theta), np.log(1 - theta)
    for k in range(len(pi)):
        result[:, k] = log_pi[k] + np.where(x == 1, log_on[k], log_off[k]).sum(axis=1)
    return result


# ----------------------------------------------------------------------- what is asked of arguments


def _images(x: ArrayLike) -> Array:
    found = numbers("x", x, 2)
    wrong = found[(found != 0) & (found != 1)]
    if wrong.size:
        raise ValueError(f"x: expected zeros and ones, got {wrong[0]}")
    return found


def _probabilities(theta: ArrayLike) -> Array:
    found = numbers("theta", theta, 2)
    if found.min() < 0 or found.max() > 1:
        worst = found.min() if found.min() < 0 else found.max()
        raise ValueError(f"theta: expected numbers between 0 and 1, got {worst}")
    return found


def _responsibilities(gamma: ArrayLike) -> Array:
    gamma = numbers("gamma", gamma, 2)
    if gamma.min() < 0:
        raise ValueError(f"gamma: expected no negative responsibility, got {gamma.min()}")
    sums = gamma @ np.ones(gamma.shape[1], gamma.dtype)
    worst = sums[np.abs(sums - 1).argmax()]
    if abs(worst - 1) > np.sqrt(np.finfo(gamma.dtype).eps):
        raise ValueError(f"gamma: expected responsibilities that sum to one, got a sum of {worst}")
    return gamma
