# generated, do not edit: written by `python -m numeric.generate`
# from derivations/mixture_moments.py; sha256 of the expressions:
# 5030dfef6ea0490e4565854aca227a9df2b5eb03b503185f442ea99e91002ea9
"""Mean and covariance of a mixture: the updates that were derived, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.
"""

from __future__ import annotations

from numeric import checks
from numeric.array_api import Array, array_namespace, float_type, numbers


def mean(pi: Array, mu: Array) -> Array:
    """m = ∑_k π[k] μ[k]

    Step mean.mixture of derivations/mixture_moments.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        mu: (K, D)

    Returns:
        (D,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, mu)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    product = pi[xp.newaxis, :] @ mu  # (1, D)
    return product[0, :]  # (D,)


def second(pi: Array, Sigma: Array, mu: Array) -> Array:
    """R = ∑_k π[k] (Σ[k] + μ[k] μ[k]ᵀ)

    Step second.mixture of derivations/mixture_moments.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        Sigma: (K, D, D), is positive semidefinite
        mu: (K, D)

    Returns:
        (D, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, Sigma, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, Sigma, mu)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    K = pi.shape[0]
    D = Sigma.shape[1]
    total = Sigma + mu[:, :, xp.newaxis] * mu[:, xp.newaxis, :]  # (K, D, D)
    product = pi[xp.newaxis, :] @ xp.reshape(total, (K, D * D))  # (1, D * D)
    return xp.reshape(product, (D, D))  # (D, D)


def covariance(pi: Array, Sigma: Array, mu: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, Sigma, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, Sigma, mu)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    K = pi.shape[0]
    D = Sigma.shape[1]
    product = pi[xp.newaxis, :] @ mu  # (1, D)
    difference = mu - product[0, :]  # (K, D)
    weighted = difference[:, :, xp.newaxis] * difference[:, xp.newaxis, :]  # (K, D, D)
    total = Sigma + weighted  # (K, D, D)
    product_2 = pi[xp.newaxis, :] @ xp.reshape(total, (K, D * D))  # (1, D * D)
    return xp.reshape(product_2, (D, D))  # (D, D)
