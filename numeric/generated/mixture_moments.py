# generated, do not edit: written by `python -m numeric.generate`
# from derivations/mixture_moments.py; sha256 of the expressions:
# 5030dfef6ea0490e4565854aca227a9df2b5eb03b503185f442ea99e91002ea9
"""Mean and covariance of a mixture: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array


def mean(pi: npt.ArrayLike, mu: npt.ArrayLike) -> Array:
    """m = ∑_k π[k] μ[k]

    Step mean.mixture of derivations/mixture_moments.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        mu: (K, D)

    Returns:
        (D,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    mu = checks.array("mu", mu, "K D", sizes)
    product = pi[np.newaxis, :] @ mu  # (1, D)
    return product[0, :]  # (D,)


def second(pi: npt.ArrayLike, Sigma: npt.ArrayLike, mu: npt.ArrayLike) -> Array:
    """R = ∑_k π[k] (Σ[k] + μ[k] μ[k]ᵀ)

    Step second.mixture of derivations/mixture_moments.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        Sigma: (K, D, D), is positive semidefinite
        mu: (K, D)

    Returns:
        (D, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.semidefinite("Sigma", Sigma)
    mu = checks.array("mu", mu, "K D", sizes)
    K = pi.shape[0]
    D = Sigma.shape[1]
    total = Sigma + mu[:, :, np.newaxis] * mu[:, np.newaxis, :]  # (K, D, D)
    product = pi[np.newaxis, :] @ np.reshape(total, (K, D * D))  # (1, D * D)
    return np.reshape(product, (D, D))  # (D, D)


def covariance(pi: npt.ArrayLike, Sigma: npt.ArrayLike, mu: npt.ArrayLike) -> Array:
    """C = ∑_k π[k] (Σ[k] + (μ[k] − m) (μ[k] − m)ᵀ)

    where m = ∑_k π[k] μ[k]

    Step covariance.centred of derivations/mixture_moments.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        Sigma: (K, D, D), is positive semidefinite
        mu: (K, D)

    Returns:
        (D, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.semidefinite("Sigma", Sigma)
    mu = checks.array("mu", mu, "K D", sizes)
    K = pi.shape[0]
    D = Sigma.shape[1]
    product = pi[np.newaxis, :] @ mu  # (1, D)
    difference = mu - product[0, :]  # (K, D)
    weighted = difference[:, :, np.newaxis] * difference[:, np.newaxis, :]  # (K, D, D)
    total = Sigma + weighted  # (K, D, D)
    product_2 = pi[np.newaxis, :] @ np.reshape(total, (K, D * D))  # (1, D * D)
    return np.reshape(product_2, (D, D))  # (D, D)
