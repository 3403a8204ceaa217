# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_mstep.py; sha256 of the expressions:
# bcda67eea66fd2ac0791e46c2482b36d8fb5b3c18ad973a7bfe404cb4cf5771c
# ruff: noqa: N802 (functions are called as the quantities are on the page)
"""The M-step of the Gaussian mixture: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import sum_over_blocks
from numeric.checks import Array


def pi(gamma: npt.ArrayLike) -> Array:
    """π[k] = N[k] / N

    where N[k] = ∑_i γ[i,k]

    Step pi.maximum of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    N = gamma.shape[0]
    count: Array = np.sum(gamma, axis=0)  # (K,)
    return count / N  # (K,)


def mu(gamma: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """μ[k] = (∑_i γ[i,k] x[i]) / N[k]

    where N[k] = ∑_i γ[i,k]

    Step Sigma.maximum of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    x = checks.array("x", x, "N D", sizes)
    count: Array = np.sum(gamma, axis=0)  # (K,)
    checks.positive_totals("gamma", count, "component", "points")
    weighted_sum = gamma.T @ x  # (K, D)
    return weighted_sum / count[:, np.newaxis]  # (K, D)


def Sigma(gamma: npt.ArrayLike, x: npt.ArrayLike, mu: npt.ArrayLike) -> Array:
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
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    x = checks.array("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    N, K = gamma.shape
    D = x.shape[1]
    count: Array = np.sum(gamma, axis=0)  # (K,)
    checks.positive_totals("gamma", count, "component", "points")

    def share_of_block(rows: slice) -> Array:  # B points at a time, (K, D, D)
        gamma_rows = np.ascontiguousarray(gamma[rows].T)  # (K, B)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        weighted = gamma_rows[:, np.newaxis, :] * x_minus_mu  # (K, D, B)
        return weighted @ np.swapaxes(x_minus_mu, 1, 2)  # (K, D, D)

    total = sum_over_blocks(share_of_block, N, K * D)  # (K, D, D)
    return total / count[:, np.newaxis, np.newaxis]  # (K, D, D)


def count(gamma: npt.ArrayLike) -> Array:
    """N[k] = ∑_i γ[i,k]

    Step counts of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    sum_of_gamma: Array = np.sum(gamma, axis=0)  # (K,)
    return sum_of_gamma  # (K,)


def first(gamma: npt.ArrayLike, x: npt.ArrayLike, origin: npt.ArrayLike) -> Array:
    """s[k] = ∑_i γ[i,k] (x[i] − b[k])

    Step statistics.first of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)
        origin: (K, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    x = checks.array("x", x, "N D", sizes)
    origin = checks.array("origin", origin, "K D", sizes)
    N, K = gamma.shape
    D = x.shape[1]

    def share_of_block(rows: slice) -> Array:  # B points at a time, (K, 1, D)
        gamma_rows = np.ascontiguousarray(gamma[rows].T)  # (K, B)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_origin = x_rows - origin[:, :, np.newaxis]  # (K, D, B)
        return gamma_rows[:, np.newaxis, :] @ np.swapaxes(x_minus_origin, 1, 2)  # (K, 1, D)

    total = sum_over_blocks(share_of_block, N, K * D)  # (K, 1, D)
    return total[:, 0, :]  # (K, D)


def second(gamma: npt.ArrayLike, x: npt.ArrayLike, origin: npt.ArrayLike) -> Array:
    """S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ

    Step statistics.second of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)
        origin: (K, D)

    Returns:
        (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    x = checks.array("x", x, "N D", sizes)
    origin = checks.array("origin", origin, "K D", sizes)
    N, K = gamma.shape
    D = x.shape[1]

    def share_of_block(rows: slice) -> Array:  # B points at a time, (K, D, D)
        gamma_rows = np.ascontiguousarray(gamma[rows].T)  # (K, B)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_origin = x_rows - origin[:, :, np.newaxis]  # (K, D, B)
        weighted = gamma_rows[:, np.newaxis, :] * x_minus_origin  # (K, D, B)
        return weighted @ np.swapaxes(x_minus_origin, 1, 2)  # (K, D, D)

    return sum_over_blocks(share_of_block, N, K * D)  # (K, D, D)


def pi_of_sums(count: npt.ArrayLike) -> Array:
    """π[k] = N[k] / (∑_j N[j])

    Step statistics.pi of derivations/gmm_mstep.py.

    Args:
        count: (K,), is not negative

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    count = checks.array("count", count, "K", sizes)
    checks.nonnegative("count", count)
    sum_of_count: Array = np.sum(count, axis=0)  # ()
    checks.positive("sum_j count[j]", sum_of_count)
    return count / sum_of_count  # (K,)


def mu_of_sums(origin: npt.ArrayLike, first: npt.ArrayLike, count: npt.ArrayLike) -> Array:
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
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    origin = checks.array("origin", origin, "K D", sizes)
    first = checks.array("first", first, "K D", sizes)
    count = checks.array("count", count, "K", sizes)
    checks.nonnegative("count", count)
    checks.positive("count", count)
    shift = first / count[:, np.newaxis]  # (K, D)
    return origin + shift  # (K, D)


def Sigma_of_sums(second: npt.ArrayLike, count: npt.ArrayLike, first: npt.ArrayLike) -> Array:
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
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    second = checks.array("second", second, "K D D", sizes)
    checks.symmetric("second", second)
    count = checks.array("count", count, "K", sizes)
    checks.nonnegative("count", count)
    first = checks.array("first", first, "K D", sizes)
    checks.positive("count", count)
    shift = first / count[:, np.newaxis]  # (K, D)
    # (K, D, D)
    return second / count[:, np.newaxis, np.newaxis] - shift[:, :, np.newaxis] * shift[:, np.newaxis, :]
