# generated, do not edit: written by `python -m numeric.generate`
# from the updates of several derivations; sha256 of the expressions:
# df62fc862686c82213445b37fbe54204f9c31113ccfece1d89b1cd9bd4378d0e
"""Expectation maximisation of the Gaussian mixture, E-step and M-step in one pass, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.
"""

from __future__ import annotations

import math

from numeric import checks
from numeric.array_api import (
    Array,
    array_namespace,
    float_type,
    inverse_factor,
    log_det_from,
    numbers,
    pair_products,
    safe_log,
    shares_and_log_total,
    split,
    symmetric_from,
    upper_triangle,
)


def centred_sums(
    x: Array, constant: Array, linear: Array, center: Array, packed: Array
) -> tuple[Array, Array, Array, Array]:
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
    numbers, are converted to the precision of the other arguments. All are held at once.

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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, constant, linear, center, packed)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, constant, linear, center, packed)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    constant = numbers(xp, "constant", constant, "K", sizes, dtype)
    linear = numbers(xp, "linear", linear, "K D", sizes, dtype)
    center = numbers(xp, "center", center, "D", sizes, dtype)
    packed = numbers(xp, "packed", packed, "K D D", sizes, dtype)
    D = x.shape[1]
    triangle = upper_triangle(xp, packed)  # (K, D * (D + 1) / 2)
    coefficients = xp.concat([constant[:, xp.newaxis], linear, triangle], axis=-1)  # (K, P)
    x_minus_center = x.T - center[:, xp.newaxis]  # (D, N)
    products = pair_products(xp, x_minus_center)  # (D * (D + 1) / 2, N)
    ones = xp.ones_like(x_minus_center[:1, :])  # (1, N)
    features = xp.concat([ones, x_minus_center, products], axis=0)  # (P, N)
    log_joint = coefficients @ features  # (K, N)
    gamma, log_total = shares_and_log_total(xp, log_joint)  # (K, N), (N,)
    weighted_sum = gamma @ features.T  # (K, P)
    count_columns, first_columns, second_columns = split(weighted_sum, [1, 1 + D], axis=1)
    count = count_columns[:, 0]  # (K,)
    first = first_columns  # (K, D)
    second = symmetric_from(xp, second_columns)  # (K, D, D)
    log_likelihood = xp.sum(log_total, axis=0)  # ()
    return count, first, second, log_likelihood


def whitened_sums(x: Array, pi: Array, mu: Array, Sigma: Array) -> tuple[Array, Array, Array, Array]:
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
    numbers, are converted to the precision of the other arguments. All are held at once.

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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, pi, mu, Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, mu, Sigma)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    D = x.shape[1]
    log_pi = safe_log(xp, pi)  # (K,)
    factor_of_Sigma = xp.linalg.cholesky(Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(xp, factor_of_Sigma)  # (K, D, D)
    x_minus_mu = x.T - mu[:, :, xp.newaxis]  # (K, D, N)
    whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, N)
    sum_of_squares = xp.sum(whitened**2, axis=1)  # (K, N)
    log_det_Sigma = log_det_from(xp, factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * math.pi)  # (K,)
    log_joint = log_pi[:, xp.newaxis] - 0.5 * (sum_of_squares + total[:, xp.newaxis])  # (K, N)
    gamma, log_total = shares_and_log_total(xp, log_joint)  # (K, N), (N,)
    count = xp.sum(gamma, axis=1)  # (K,)
    weighted_sum = gamma[:, xp.newaxis, :] @ xp.permute_dims(x_minus_mu, (0, 2, 1))  # (K, 1, D)
    first = weighted_sum[:, 0, :]  # (K, D)
    weighted = gamma[:, xp.newaxis, :] * x_minus_mu  # (K, D, N)
    second = weighted @ xp.permute_dims(x_minus_mu, (0, 2, 1))  # (K, D, D)
    log_likelihood = xp.sum(log_total, axis=0)  # ()
    return count, first, second, log_likelihood


def sums_about(
    x: Array, pi: Array, mu: Array, Sigma: Array, origin: Array
) -> tuple[Array, Array, Array, Array]:
    """The E-step by whitened residuals, and the sums for the M-step about any origins.

        N[k] = ∑_i γ[i,k]
        s[k] = ∑_i γ[i,k] (x[i] − b[k])
        S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ
        L = ∑_i log ∑_k exp(log_joint[i,k])

        where γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))
        where log_joint[i,k]
                = log π[k] − ½ ((x[i] − μ[k])ᵀ Σ[k]⁻¹ (x[i] − μ[k]) + log det Σ[k] + D log(2 π))

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are converted to the precision of the other arguments. All are held at once.

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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, pi, mu, Sigma, origin)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, mu, Sigma, origin)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    origin = numbers(xp, "origin", origin, "K D", sizes, dtype)
    D = x.shape[1]
    log_pi = safe_log(xp, pi)  # (K,)
    factor_of_Sigma = xp.linalg.cholesky(Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(xp, factor_of_Sigma)  # (K, D, D)
    x_minus_mu = x.T - mu[:, :, xp.newaxis]  # (K, D, N)
    whitened = whitening_of_Sigma @ x_minus_mu  # (K, D, N)
    sum_of_squares = xp.sum(whitened**2, axis=1)  # (K, N)
    log_det_Sigma = log_det_from(xp, factor_of_Sigma)  # (K,)
    total = log_det_Sigma + D * math.log(2 * math.pi)  # (K,)
    log_joint = log_pi[:, xp.newaxis] - 0.5 * (sum_of_squares + total[:, xp.newaxis])  # (K, N)
    gamma, log_total = shares_and_log_total(xp, log_joint)  # (K, N), (N,)
    count = xp.sum(gamma, axis=1)  # (K,)
    x_minus_origin = x.T - origin[:, :, xp.newaxis]  # (K, D, N)
    weighted_sum = gamma[:, xp.newaxis, :] @ xp.permute_dims(x_minus_origin, (0, 2, 1))  # (K, 1, D)
    first = weighted_sum[:, 0, :]  # (K, D)
    weighted = gamma[:, xp.newaxis, :] * x_minus_origin  # (K, D, N)
    second = weighted @ xp.permute_dims(x_minus_origin, (0, 2, 1))  # (K, D, D)
    log_likelihood = xp.sum(log_total, axis=0)  # ()
    return count, first, second, log_likelihood


def weighted_sums(gamma: Array, x: Array, origin: Array) -> tuple[Array, Array, Array]:
    """The sums for the M-step, from responsibilities.

        N[k] = ∑_i γ[i,k]
        s[k] = ∑_i γ[i,k] (x[i] − b[k])
        S[k] = ∑_i γ[i,k] (x[i] − b[k]) (x[i] − b[k])ᵀ

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are converted to the precision of the other arguments. All are held at once.

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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x, origin)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, origin)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    origin = numbers(xp, "origin", origin, "K D", sizes, dtype)
    count = xp.sum(gamma, axis=0)  # (K,)
    x_minus_origin = x.T - origin[:, :, xp.newaxis]  # (K, D, N)
    weighted_sum = gamma.T[:, xp.newaxis, :] @ xp.permute_dims(x_minus_origin, (0, 2, 1))  # (K, 1, D)
    first = weighted_sum[:, 0, :]  # (K, D)
    weighted = gamma.T[:, xp.newaxis, :] * x_minus_origin  # (K, D, N)
    second = weighted @ xp.permute_dims(x_minus_origin, (0, 2, 1))  # (K, D, D)
    return count, first, second
