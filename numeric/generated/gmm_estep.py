# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_estep.py; sha256 of the expressions:
# f21a80b4784dd8aa07a79bb3a667f8966d65a0a1d4c1404e6bce659b8052f102
"""The E-step of the Gaussian mixture: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks, sum_over_blocks
from numeric.checks import Array
from numeric.stable import cholesky, inverse_factor, log_det_from, log_sum_exp, safe_log, softmax


def log_joint(pi: npt.ArrayLike, x: npt.ArrayLike, mu: npt.ArrayLike, Sigma: npt.ArrayLike) -> Array:
    """log_joint[i,k] = log π[k] − ½ ((x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]) + log det Σ[k] + D log(2 π))

    Step log.definition of derivations/gmm_estep.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        x: (N, D)
        mu: (K, D)
        Sigma: (K, D, D), is positive definite

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    x = checks.array("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    K = pi.shape[0]
    N, D = x.shape
    log_pi = safe_log(pi)  # (K,)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    log_det_Sigma = log_det_from(factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * np.pi)  # (K,)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, B)
        sum_of_squares: Array = np.sum(whitened**2, axis=1)  # (K, B)
        difference = log_pi[:, np.newaxis] - 0.5 * (sum_of_squares + total[:, np.newaxis])  # (K, B)
        return difference.T  # (B, K)

    return stack_blocks(rows_of_block, N, K * D)  # (N, K)


def gamma(pi: npt.ArrayLike, x: npt.ArrayLike, mu: npt.ArrayLike, Sigma: npt.ArrayLike) -> Array:
    """γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))

    where log_joint[i,k]
            = log π[k] − ½ ((x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]) + log det Σ[k] + D log(2 π))

    Step log.gamma of derivations/gmm_estep.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        x: (N, D)
        mu: (K, D)
        Sigma: (K, D, D), is positive definite

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    x = checks.array("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    K = pi.shape[0]
    N, D = x.shape
    log_pi = safe_log(pi)  # (K,)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    log_det_Sigma = log_det_from(factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * np.pi)  # (K,)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, B)
        sum_of_squares: Array = np.sum(whitened**2, axis=1)  # (K, B)
        log_joint = log_pi[:, np.newaxis] - 0.5 * (sum_of_squares + total[:, np.newaxis])  # (K, B)
        shares = softmax("x", log_joint, axis=0)  # (K, B)
        return shares.T  # (B, K)

    return stack_blocks(rows_of_block, N, K * D)  # (N, K)


def log_likelihood(pi: npt.ArrayLike, x: npt.ArrayLike, mu: npt.ArrayLike, Sigma: npt.ArrayLike) -> float:
    """L = ∑_i log ∑_k exp(log_joint[i,k])

    where log_joint[i,k]
            = log π[k] − ½ ((x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]) + log det Σ[k] + D log(2 π))

    Step log.likelihood of derivations/gmm_estep.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        x: (N, D)
        mu: (K, D)
        Sigma: (K, D, D), is positive definite

    Returns:
        ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    x = checks.array("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    K = pi.shape[0]
    N, D = x.shape
    log_pi = safe_log(pi)  # (K,)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    log_det_Sigma = log_det_from(factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * np.pi)  # (K,)

    def share_of_block(rows: slice) -> Array:  # B points at a time, ()
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, B)
        sum_of_squares: Array = np.sum(whitened**2, axis=1)  # (K, B)
        log_joint = log_pi[:, np.newaxis] - 0.5 * (sum_of_squares + total[:, np.newaxis])  # (K, B)
        log_total = log_sum_exp(log_joint, axis=0)  # (B,)
        total_2: Array = np.sum(log_total, axis=0)  # ()
        return total_2  # ()

    return float(sum_over_blocks(share_of_block, N, K * D))  # ()
