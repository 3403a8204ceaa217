# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_estep.py; sha256 of the expressions:
# 1f17287aa863e154165f57f683047b7b178f313ce0a81892401f68c0bd0f3e4d
"""The E-step of the Gaussian mixture: the updates that were derived, as pure functions.

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
    identity,
    inverse_factor,
    log_det_from,
    log_sum_exp,
    numbers,
    ordered,
    safe_log,
    softmax,
)


def log_joint(pi: Array, x: Array, mu: Array, Sigma: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, x, mu, Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, x, mu, Sigma)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
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
    difference = log_pi[:, xp.newaxis] - 0.5 * (sum_of_squares + total[:, xp.newaxis])  # (K, N)
    return difference.T  # (N, K)


def gamma(pi: Array, x: Array, mu: Array, Sigma: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, x, mu, Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, x, mu, Sigma)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
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
    shares = softmax(xp, log_joint, axis=0)  # (K, N)
    return shares.T  # (N, K)


def log_likelihood(pi: Array, x: Array, mu: Array, Sigma: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, x, mu, Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, x, mu, Sigma)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
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
    log_total = log_sum_exp(xp, log_joint, axis=0)  # (N,)
    return xp.sum(log_total, axis=0)  # ()


def distance(mu: Array, center: Array, Sigma: Array) -> Array:
    """Δ[k] = (μ[k] − c)ᵀ Σ[k]⁻¹ (μ[k] − c)

    Step natural.features of derivations/gmm_estep.py.

    Args:
        mu: (K, D)
        center: (D,)
        Sigma: (K, D, D), is positive definite

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(mu, center, Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, mu, center, Sigma)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    center = numbers(xp, "center", center, "D", sizes, dtype)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    mu_minus_center = mu - center  # (K, D)
    factor_of_Sigma = xp.linalg.cholesky(Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(xp, factor_of_Sigma)  # (K, D, D)
    # (K, 1, D)
    product = mu_minus_center[:, xp.newaxis, :] @ xp.permute_dims(whitening_of_Sigma, (0, 2, 1))
    return xp.sum(product[:, 0, :] ** 2, axis=1)  # (K,)


def constant(pi: Array, mu: Array, center: Array, Sigma: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, mu, center, Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, mu, center, Sigma)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    center = numbers(xp, "center", center, "D", sizes, dtype)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    D = mu.shape[1]
    log_pi = safe_log(xp, pi)  # (K,)
    mu_minus_center = mu - center  # (K, D)
    factor_of_Sigma = xp.linalg.cholesky(Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(xp, factor_of_Sigma)  # (K, D, D)
    # (K, 1, D)
    product = mu_minus_center[:, xp.newaxis, :] @ xp.permute_dims(whitening_of_Sigma, (0, 2, 1))
    distance = xp.sum(product[:, 0, :] ** 2, axis=1)  # (K,)
    log_det_Sigma = log_det_from(xp, factor_of_Sigma)  # (K,)
    weighted = 0.5 * (distance + log_det_Sigma + D * math.log(2 * math.pi))  # (K,)
    return log_pi - weighted  # (K,)


def linear(Sigma: Array, mu: Array, center: Array) -> Array:
    """h[k] = Σ[k]⁻¹ (μ[k] − c)

    Step natural.features of derivations/gmm_estep.py.

    Args:
        Sigma: (K, D, D), is positive definite
        mu: (K, D)
        center: (D,)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(Sigma, mu, center)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, Sigma, mu, center)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    center = numbers(xp, "center", center, "D", sizes, dtype)
    factor_of_Sigma = xp.linalg.cholesky(Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(xp, factor_of_Sigma)  # (K, D, D)
    mu_minus_center = mu - center  # (K, D)
    whitened = whitening_of_Sigma @ mu_minus_center[:, :, xp.newaxis]  # (K, D, 1)
    # (K, D, 1)
    whitened_2 = xp.permute_dims(whitening_of_Sigma, (0, 2, 1)) @ whitened[:, :, 0][:, :, xp.newaxis]
    return whitened_2[:, :, 0]  # (K, D)


def packed(Sigma: Array) -> Array:
    """W[k,d,e] = −½ (2 − δ[d,e]) (Σ[k]⁻¹)[d,e]

    Step natural.features of derivations/gmm_estep.py.

    Args:
        Sigma: (K, D, D), is positive definite

    Returns:
        (K, D, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(Sigma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, Sigma)
    Sigma = numbers(xp, "Sigma", Sigma, "K D D", sizes, dtype)
    D = Sigma.shape[1]
    factor_of_Sigma = xp.linalg.cholesky(Sigma)  # (K, D, D)
    whitening_of_Sigma = inverse_factor(xp, factor_of_Sigma)  # (K, D, D)
    whitened = xp.permute_dims(whitening_of_Sigma, (0, 2, 1)) @ whitening_of_Sigma  # (K, D, D)
    return -(0.5 * ((2 - identity(xp, D, Sigma)) * whitened))  # (K, D, D)


def natural_log_joint(constant: Array, linear: Array, x: Array, center: Array, packed: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(constant, linear, x, center, packed)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, constant, linear, x, center, packed)
    constant = numbers(xp, "constant", constant, "K", sizes, dtype)
    linear = numbers(xp, "linear", linear, "K D", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    center = numbers(xp, "center", center, "D", sizes, dtype)
    packed = numbers(xp, "packed", packed, "K D D", sizes, dtype)
    K = constant.shape[0]
    D = linear.shape[1]
    N = x.shape[0]
    x_minus_center = x.T - center[:, xp.newaxis]  # (D, N)
    product = linear @ x_minus_center  # (K, N)
    triangle = ordered(xp, D, constant)  # (D, D)
    weighted = triangle * packed  # (K, D, D)
    weighted_2 = x_minus_center[:, xp.newaxis, :] * x_minus_center  # (D, D, N)
    product_2 = xp.reshape(weighted, (K, D * D)) @ xp.reshape(weighted_2, (D * D, N))  # (K, N)
    total = constant[:, xp.newaxis] + (product + product_2)  # (K, N)
    return total.T  # (N, K)
