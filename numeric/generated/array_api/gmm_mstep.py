# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_mstep.py; sha256 of the expressions:
# bcda67eea66fd2ac0791e46c2482b36d8fb5b3c18ad973a7bfe404cb4cf5771c
# ruff: noqa: N802 (functions are called as the quantities are on the page)
"""The M-step of the Gaussian mixture: the updates that were derived, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.
"""

from __future__ import annotations

from numeric import checks
from numeric.array_api import Array, array_namespace, float_type, numbers


def pi(gamma: Array) -> Array:
    """π[k] = N[k] / N

    where N[k] = ∑_i γ[i,k]

    Step pi.maximum of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    N = gamma.shape[0]
    count = xp.sum(gamma, axis=0)  # (K,)
    return count / N  # (K,)


def mu(gamma: Array, x: Array) -> Array:
    """μ[k] = (∑_i γ[i,k] x[i]) / N[k]

    where N[k] = ∑_i γ[i,k]

    Step Sigma.maximum of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma, x)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    weighted_sum = gamma.T @ x  # (K, D)
    count = xp.sum(gamma, axis=0)  # (K,)
    return weighted_sum / count[:, xp.newaxis]  # (K, D)


def Sigma(gamma: Array, x: Array, mu: Array) -> Array:
    """Σ[k] = (∑_i γ[i,k] (x[i] − μ[k]) (x[i] − μ[k])ᵀ) / N[k]

    where N[k] = ∑_i γ[i,k]

    Step Sigma.maximum of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)
        mu: (K, D)

    Returns:
        (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma, x, mu)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    x_minus_mu = x.T - mu[:, :, xp.newaxis]  # (K, D, N)
    weighted = gamma.T[:, xp.newaxis, :] * x_minus_mu  # (K, D, N)
    weighted_sum = weighted @ xp.permute_dims(x_minus_mu, (0, 2, 1))  # (K, D, D)
    count = xp.sum(gamma, axis=0)  # (K,)
    return weighted_sum / count[:, xp.newaxis, xp.newaxis]  # (K, D, D)


def count(gamma: Array) -> Array:
    """N[k] = ∑_i γ[i,k]

    Step counts of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    return xp.sum(gamma, axis=0)  # (K,)


def first(gamma: Array, x: Array, origin: Array) -> Array:
    """s[k] = ∑_i γ[i,k] (x[i] − b[k])

    Step statistics.first of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)
        origin: (K, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x, origin)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma, x, origin)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    origin = numbers(xp, "origin", origin, "K D", sizes, dtype)
    x_minus_origin = x.T - origin[:, :, xp.newaxis]  # (K, D, N)
    weighted_sum = gamma.T[:, xp.newaxis, :] @ xp.permute_dims(x_minus_origin, (0, 2, 1))  # (K, 1, D)
    return weighted_sum[:, 0, :]  # (K, D)


def second(gamma: Array, x: Array, origin: Array) -> Array:
    """S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ

    Step statistics.second of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)
        origin: (K, D)

    Returns:
        (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x, origin)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma, x, origin)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    origin = numbers(xp, "origin", origin, "K D", sizes, dtype)
    x_minus_origin = x.T - origin[:, :, xp.newaxis]  # (K, D, N)
    weighted = gamma.T[:, xp.newaxis, :] * x_minus_origin  # (K, D, N)
    return weighted @ xp.permute_dims(x_minus_origin, (0, 2, 1))  # (K, D, D)


def pi_of_sums(count: Array) -> Array:
    """π[k] = N[k] / (∑_j N[j])

    Step statistics.pi of derivations/gmm_mstep.py.

    Args:
        count: (K,), is not negative

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(count)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, count)
    count = numbers(xp, "count", count, "K", sizes, dtype)
    sum_of_count = xp.sum(count, axis=0)  # ()
    return count / sum_of_count  # (K,)


def mu_of_sums(origin: Array, first: Array, count: Array) -> Array:
    """μ̂[k] = b[k] + a[k]

    where a[k] = s[k] / N[k]

    Step statistics.mean of derivations/gmm_mstep.py.

    Args:
        origin: (K, D)
        first: (K, D)
        count: (K,), is not negative

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(origin, first, count)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, origin, first, count)
    origin = numbers(xp, "origin", origin, "K D", sizes, dtype)
    first = numbers(xp, "first", first, "K D", sizes, dtype)
    count = numbers(xp, "count", count, "K", sizes, dtype)
    shift = first / count[:, xp.newaxis]  # (K, D)
    return origin + shift  # (K, D)


def Sigma_of_sums(second: Array, count: Array, first: Array) -> Array:
    """Σ̂[k] = S[k] / N[k] − a[k] a[k]ᵀ

    where a[k] = s[k] / N[k]

    Step statistics.scatter of derivations/gmm_mstep.py.

    Args:
        second: (K, D, D), is symmetric
        count: (K,), is not negative
        first: (K, D)

    Returns:
        (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(second, count, first)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, second, count, first)
    second = numbers(xp, "second", second, "K D D", sizes, dtype)
    count = numbers(xp, "count", count, "K", sizes, dtype)
    first = numbers(xp, "first", first, "K D", sizes, dtype)
    shift = first / count[:, xp.newaxis]  # (K, D)
    # (K, D, D)
    return second / count[:, xp.newaxis, xp.newaxis] - shift[:, :, xp.newaxis] * shift[:, xp.newaxis, :]
