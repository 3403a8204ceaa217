# generated, do not edit: written by `python -m numeric.generate`
# from the updates of several derivations; sha256 of the expressions:
# df62fc862686c82213445b37fbe54204f9c31113ccfece1d89b1cd9bd4378d0e
"""Expectation maximisation of the Gaussian mixture, E-step and M-step in one pass, as NumPy functions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array
from numeric.one_pass import Room, Shares, sum_in_large_blocks, sum_in_small_blocks
from numeric.stable import (
    cholesky,
    inverse_factor,
    log_det_from,
    pair_products,
    safe_log,
    shares_and_log_total,
    split,
    symmetric_from,
    upper_triangle,
)


def centred_sums(
    x: npt.ArrayLike,
    constant: npt.ArrayLike,
    linear: npt.ArrayLike,
    center: npt.ArrayLike,
    packed: npt.ArrayLike,
) -> tuple[Array, Array, Array, float]:
    """The E-step in natural parameters, and the sums for the M-step about the same centre.

        N[k] = ∑_i γ[i,k]
        s[k] = ∑_i γ[i,k] (x[i] − b[k])
        S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ
        L = ∑_i log ∑_k exp(log_joint[i,k])

        where γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))
        where log_joint[i,k]
                = w[k] + h[k]ᵀ (x[i] − c) + ∑_d ∑_e 1[d ≤ e] W[k,d,e] (x[i] − c)[d] (x[i] − c)[e]
        where b[k] = c

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step counts of derivations/gmm_mstep.py.
    Step statistics.first of derivations/gmm_mstep.py.
    Step statistics.second of derivations/gmm_mstep.py.
    Step log.likelihood of derivations/gmm_estep.py.

    Args:
        x: (N, D)
        constant: (K,)
        linear: (K, D)
        center: (D,)
        packed: (K, D, D)

    Returns:
        count: (K,)
        first: (K, D)
        second: (K, D, D)
        log_likelihood: ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.rows("x", x, "N D", sizes)
    constant = checks.array("constant", constant, "K", sizes)
    linear = checks.array("linear", linear, "K D", sizes)
    center = checks.array("center", center, "D", sizes)
    packed = checks.array("packed", packed, "K D D", sizes)
    N, D = x.shape
    K = constant.shape[0]
    P = 1 + D + D * (D + 1) // 2
    dtype = np.result_type(constant, linear, center, packed)
    triangle = upper_triangle(packed)  # (K, D * (D + 1) / 2)
    coefficients = np.concatenate([constant[:, np.newaxis], linear, triangle], axis=-1)  # (K, P)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        features = room("features", P)  # (P, B)
        ones, x_minus_center, products = split(features, [1, 1 + D], axis=0)
        ones[:] = 1
        np.subtract(x[rows].T, center[:, np.newaxis], out=x_minus_center)  # (D, B)
        pair_products(x_minus_center, products)  # (D * (D + 1) / 2, B)
        log_joint = np.matmul(coefficients, features, out=room("log_joint", K))  # (K, B)
        gamma, log_total = shares_and_log_total("x", log_joint)  # (K, B), (B,)
        return np.dot(gamma, features.T), np.sum(log_total, dtype=np.float64)

    weighted_sum, log_likelihood = sum_in_large_blocks("x", share_of_block, N, P + K, dtype)
    count_columns, first_columns, second_columns = split(weighted_sum, [1, 1 + D], axis=1)
    count = count_columns[:, 0]  # (K,)
    first = first_columns  # (K, D)
    second = symmetric_from(second_columns)  # (K, D, D)
    return count, first, second, float(log_likelihood)


def whitened_sums(
    x: npt.ArrayLike, pi: npt.ArrayLike, mu: npt.ArrayLike, Sigma: npt.ArrayLike
) -> tuple[Array, Array, Array, float]:
    """The E-step by whitened residuals, and the sums for the M-step about the means of now.

        N[k] = ∑_i γ[i,k]
        s[k] = ∑_i γ[i,k] (x[i] − b[k])
        S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ
        L = ∑_i log ∑_k exp(log_joint[i,k])

        where γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))
        where log_joint[i,k]
                = log π[k] − ½ ((x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]) + log det Σ[k] + D log(2 π))
        where b[k] = μ[k]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step counts of derivations/gmm_mstep.py.
    Step statistics.first of derivations/gmm_mstep.py.
    Step statistics.second of derivations/gmm_mstep.py.
    Step log.likelihood of derivations/gmm_estep.py.

    Args:
        x: (N, D)
        pi: (K,), is not negative and sums to one over its last index
        mu: (K, D)
        Sigma: (K, D, D), is positive definite

    Returns:
        count: (K,)
        first: (K, D)
        second: (K, D, D)
        log_likelihood: ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.rows("x", x, "N D", sizes)
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    mu = checks.array("mu", mu, "K D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    N, D = x.shape
    K = pi.shape[0]
    dtype = np.result_type(pi, mu, Sigma)
    log_pi = safe_log(pi)  # (K,)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    log_det_Sigma = log_det_from(factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * np.pi)  # (K,)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        x_rows = np.ascontiguousarray(x[rows].T, dtype)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, B)
        sum_of_squares: Array = np.sum(whitened**2, axis=1)  # (K, B)
        log_joint = log_pi[:, np.newaxis] - 0.5 * (sum_of_squares + total[:, np.newaxis])  # (K, B)
        gamma, log_total = shares_and_log_total("x", log_joint)  # (K, B), (B,)
        weighted = gamma[:, np.newaxis, :] * x_minus_mu  # (K, D, B)
        count = np.sum(gamma, axis=1)  # (K,)
        weighted_sum = gamma[:, np.newaxis, :] @ np.swapaxes(x_minus_mu, 1, 2)  # (K, 1, D)
        second = weighted @ np.swapaxes(x_minus_mu, 1, 2)  # (K, D, D)
        log_likelihood = np.sum(log_total, dtype=np.float64)  # ()
        return count, weighted_sum, second, log_likelihood

    count, weighted_sum, second, log_likelihood = sum_in_small_blocks("x", share_of_block, N, K * D, dtype)
    return count, weighted_sum[:, 0, :], second, float(log_likelihood)


def sums_about(
    x: npt.ArrayLike, pi: npt.ArrayLike, mu: npt.ArrayLike, Sigma: npt.ArrayLike, origin: npt.ArrayLike
) -> tuple[Array, Array, Array, float]:
    """The E-step by whitened residuals, and the sums for the M-step about any origins.

        N[k] = ∑_i γ[i,k]
        s[k] = ∑_i γ[i,k] (x[i] − b[k])
        S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ
        L = ∑_i log ∑_k exp(log_joint[i,k])

        where γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))
        where log_joint[i,k]
                = log π[k] − ½ ((x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]) + log det Σ[k] + D log(2 π))

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step counts of derivations/gmm_mstep.py.
    Step statistics.first of derivations/gmm_mstep.py.
    Step statistics.second of derivations/gmm_mstep.py.
    Step log.likelihood of derivations/gmm_estep.py.

    Args:
        x: (N, D)
        pi: (K,), is not negative and sums to one over its last index
        mu: (K, D)
        Sigma: (K, D, D), is positive definite
        origin: (K, D)

    Returns:
        count: (K,)
        first: (K, D)
        second: (K, D, D)
        log_likelihood: ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.rows("x", x, "N D", sizes)
    pi = checks.array("pi", pi, "K", sizes)
    checks.nonnegative("pi", pi)
    checks.sums_to_one("pi", pi)
    mu = checks.array("mu", mu, "K D", sizes)
    Sigma = checks.array("Sigma", Sigma, "K D D", sizes)
    checks.definite("Sigma", Sigma)
    origin = checks.array("origin", origin, "K D", sizes)
    N, D = x.shape
    K = pi.shape[0]
    dtype = np.result_type(pi, mu, Sigma, origin)
    log_pi = safe_log(pi)  # (K,)
    factor_of_Sigma = cholesky("Sigma", Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(factor_of_Sigma)  # (K, D, D)
    log_det_Sigma = log_det_from(factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * np.pi)  # (K,)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        x_rows = np.ascontiguousarray(x[rows].T, dtype)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, B)
        sum_of_squares: Array = np.sum(whitened**2, axis=1)  # (K, B)
        log_joint = log_pi[:, np.newaxis] - 0.5 * (sum_of_squares + total[:, np.newaxis])  # (K, B)
        gamma, log_total = shares_and_log_total("x", log_joint)  # (K, B), (B,)
        x_minus_origin = x_rows - origin[:, :, np.newaxis]  # (K, D, B)
        weighted = gamma[:, np.newaxis, :] * x_minus_origin  # (K, D, B)
        count = np.sum(gamma, axis=1)  # (K,)
        weighted_sum = gamma[:, np.newaxis, :] @ np.swapaxes(x_minus_origin, 1, 2)  # (K, 1, D)
        second = weighted @ np.swapaxes(x_minus_origin, 1, 2)  # (K, D, D)
        log_likelihood = np.sum(log_total, dtype=np.float64)  # ()
        return count, weighted_sum, second, log_likelihood

    count, weighted_sum, second, log_likelihood = sum_in_small_blocks("x", share_of_block, N, K * D, dtype)
    return count, weighted_sum[:, 0, :], second, float(log_likelihood)


def weighted_sums(
    gamma: npt.ArrayLike, x: npt.ArrayLike, origin: npt.ArrayLike
) -> tuple[Array, Array, Array]:
    """The sums for the M-step, from responsibilities.

        N[k] = ∑_i γ[i,k]
        s[k] = ∑_i γ[i,k] (x[i] − b[k])
        S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step counts of derivations/gmm_mstep.py.
    Step statistics.first of derivations/gmm_mstep.py.
    Step statistics.second of derivations/gmm_mstep.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D)
        origin: (K, D)

    Returns:
        count: (K,)
        first: (K, D)
        second: (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    gamma = checks.rows("gamma", gamma, "N K", sizes)
    x = checks.rows("x", x, "N D", sizes)
    origin = checks.array("origin", origin, "K D", sizes)
    N, K = gamma.shape
    D = x.shape[1]
    dtype = np.result_type(origin)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        gamma_rows = np.asarray(gamma[rows], dtype)  # (B, K)
        gamma_rows_2 = np.ascontiguousarray(gamma[rows].T, dtype)  # (K, B)
        x_rows = np.ascontiguousarray(x[rows].T, dtype)  # (D, B)
        x_minus_origin = x_rows - origin[:, :, np.newaxis]  # (K, D, B)
        weighted = gamma_rows_2[:, np.newaxis, :] * x_minus_origin  # (K, D, B)
        count = np.sum(gamma_rows, axis=0)  # (K,)
        weighted_sum = gamma_rows_2[:, np.newaxis, :] @ np.swapaxes(x_minus_origin, 1, 2)  # (K, 1, D)
        second = weighted @ np.swapaxes(x_minus_origin, 1, 2)  # (K, D, D)
        return count, weighted_sum, second

    count, weighted_sum, second = sum_in_small_blocks("gamma", share_of_block, N, K * D, dtype)
    return count, weighted_sum[:, 0, :], second
