# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_mstep.py; sha256 of the expressions:
# 0ecf15083dc491ff123180237b14390ea3b7c8f879efaab655362d7c8043208f
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
