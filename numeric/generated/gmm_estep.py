# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_estep.py; sha256 of the expressions:
# 1f17287aa863e154165f57f683047b7b178f313ce0a81892401f68c0bd0f3e4d
"""The E-step of the Gaussian mixture: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks, sum_over_blocks
from numeric.checks import Array
from numeric.stable import (
    cholesky,
    identity,
    inverse_factor,
    log_det_from,
    log_sum_exp,
    ordered,
    safe_log,
    softmax,
)


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


def distance(mu: npt.ArrayLike, center: npt.ArrayLike, Sigma: npt.ArrayLike) -> Array:
    """Δ[k] = (μ[k] − c)ᵀ Σ[k]⁻¹ (μ[k] − c)

    Step natural.features of derivations/gmm_estep.py.

    Args:
        mu: (K, D)
        center: (D,)
        Sigma: (K, D, D), is positive definite

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    mu = checks.array("mu", mu, "K D", sizes)
    center = checks.array("center", center, "D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    mu_minus_center = mu - center  # (K, D)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    product = mu_minus_center[:, np.newaxis, :] @ np.swapaxes(whitening_of_Sigma, 1, 2)  # (K, 1, D)
    sum_of_squares: Array = np.sum(product[:, 0, :] ** 2, axis=1)  # (K,)
    return sum_of_squares  # (K,)


def constant(pi: npt.ArrayLike, mu: npt.ArrayLike, center: npt.ArrayLike, Sigma: npt.ArrayLike) -> Array:
    """w[k] = log π[k] − ½ (Δ[k] + log det Σ[k] + D log(2 π))

    where Δ[k] = (μ[k] − c)ᵀ Σ[k]⁻¹ (μ[k] − c)

    Step natural.features of derivations/gmm_estep.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        mu: (K, D)
        center: (D,)
        Sigma: (K, D, D), is positive definite

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    mu = checks.array("mu", mu, "K D", sizes)
    center = checks.array("center", center, "D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    D = mu.shape[1]
    log_pi = safe_log(pi)  # (K,)
    mu_minus_center = mu - center  # (K, D)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    product = mu_minus_center[:, np.newaxis, :] @ np.swapaxes(whitening_of_Sigma, 1, 2)  # (K, 1, D)
    distance: Array = np.sum(product[:, 0, :] ** 2, axis=1)  # (K,)
    log_det_Sigma = log_det_from(factor_of_Sigma)  # (K,)
    weighted = 0.5 * (distance + log_det_Sigma + D * math.log(2 * np.pi))  # (K,)
    return log_pi - weighted  # (K,)


def linear(Sigma: npt.ArrayLike, mu: npt.ArrayLike, center: npt.ArrayLike) -> Array:
    """h[k] = Σ[k]⁻¹ (μ[k] − c)

    Step natural.features of derivations/gmm_estep.py.

    Args:
        Sigma: (K, D, D), is positive definite
        mu: (K, D)
        center: (D,)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    mu = checks.array("mu", mu, "K D", sizes)
    center = checks.array("center", center, "D", sizes)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    mu_minus_center = mu - center  # (K, D)
    whitened = whitening_of_Sigma @ mu_minus_center[:, :, np.newaxis]  # (K, D, 1)
    whitened_2 = np.swapaxes(whitening_of_Sigma, 1, 2) @ whitened[:, :, 0][:, :, np.newaxis]  # (K, D, 1)
    return whitened_2[:, :, 0]  # (K, D)


def packed(Sigma: npt.ArrayLike) -> Array:
    """W[k,d,e] = −½ (2 − δ[d,e]) (Σ[k]⁻¹)[d,e]

    Step natural.features of derivations/gmm_estep.py.

    Args:
        Sigma: (K, D, D), is positive definite

    Returns:
        (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    D = Sigma.shape[1]
    dtype = np.result_type(Sigma)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    whitened = np.swapaxes(whitening_of_Sigma, 1, 2) @ whitening_of_Sigma  # (K, D, D)
    return -(0.5 * ((2 - identity(D, dtype)) * whitened))  # (K, D, D)


def natural_log_joint(
    constant: npt.ArrayLike,
    linear: npt.ArrayLike,
    x: npt.ArrayLike,
    center: npt.ArrayLike,
    packed: npt.ArrayLike,
) -> Array:
    """log_joint[i,k] = w[k] + h[k]ᵀ (x[i] − c) + ∑_d ∑_e 1[d ≤ e] W[k,d,e] (x[i] − c)[d] (x[i] − c)[e]

    Step natural.features of derivations/gmm_estep.py.

    Args:
        constant: (K,)
        linear: (K, D)
        x: (N, D)
        center: (D,)
        packed: (K, D, D)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    constant = checks.array("constant", constant, "K", sizes)
    linear = checks.array("linear", linear, "K D", sizes)
    x = checks.array("x", x, "N D", sizes)
    center = checks.array("center", center, "D", sizes)
    packed = checks.array("packed", packed, "K D D", sizes)
    K = constant.shape[0]
    D = linear.shape[1]
    N = x.shape[0]
    dtype = np.result_type(constant, linear, x, center, packed)
    triangle = ordered(D, dtype)  # (D, D)
    weighted = triangle * packed  # (K, D, D)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_center = x_rows - center[:, np.newaxis]  # (D, B)
        product = linear @ x_minus_center  # (K, B)
        weighted_2 = x_minus_center[:, np.newaxis, :] * x_minus_center  # (D, D, B)
        product_2 = np.reshape(weighted, (K, D * D)) @ np.reshape(weighted_2, (D * D, -1))  # (K, B)
        total = constant[:, np.newaxis] + (product + product_2)  # (K, B)
        return total.T  # (B, K)

    return stack_blocks(rows_of_block, N, D * D)  # (N, K)
