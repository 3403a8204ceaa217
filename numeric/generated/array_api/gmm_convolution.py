# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_convolution.py; sha256 of the expressions:
# 7c383269ea7fccda914cc6f125f7eaa65a538c9187b43e0ae181490d50436f92
# ruff: noqa: N802 (functions are called as the quantities are on the page)
"""The sum of two independent Gaussian mixtures: the updates that were derived, as pure functions.

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
    log_sum_exp,
    numbers,
    safe_log,
)


def pi_z(pi_x: Array, pi_y: Array) -> Array:
    """pi_z[k,l] = pi_x[k] pi_y[l]

    Step pairs.weight of derivations/gmm_convolution.py.

    Args:
        pi_x: (Kx,), is not negative and sums to one over its last index
        pi_y: (Ky,), is not negative and sums to one over its last index

    Returns:
        (Kx, Ky)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi_x, pi_y)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi_x, pi_y)
    pi_x = numbers(xp, "pi_x", pi_x, "Kx", sizes, dtype)
    pi_y = numbers(xp, "pi_y", pi_y, "Ky", sizes, dtype)
    return pi_x[:, xp.newaxis] * pi_y  # (Kx, Ky)


def mu_z(mu_x: Array, mu_y: Array) -> Array:
    """mu_z[k,l] = mu_x[k] + mu_y[l]

    Step pairs.mean of derivations/gmm_convolution.py.

    Args:
        mu_x: (Kx, D)
        mu_y: (Ky, D)

    Returns:
        (Kx, Ky, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(mu_x, mu_y)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, mu_x, mu_y)
    mu_x = numbers(xp, "mu_x", mu_x, "Kx D", sizes, dtype)
    mu_y = numbers(xp, "mu_y", mu_y, "Ky D", sizes, dtype)
    return mu_x[:, xp.newaxis, :] + mu_y  # (Kx, Ky, D)


def Sigma_z(Sigma_x: Array, Sigma_y: Array) -> Array:
    """Sigma_z[k,l] = Sigma_x[k] + Sigma_y[l]

    Step pairs.covariance of derivations/gmm_convolution.py.

    Args:
        Sigma_x: (Kx, D, D), is positive definite
        Sigma_y: (Ky, D, D), is positive definite

    Returns:
        (Kx, Ky, D, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(Sigma_x, Sigma_y)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, Sigma_x, Sigma_y)
    Sigma_x = numbers(xp, "Sigma_x", Sigma_x, "Kx D D", sizes, dtype)
    Sigma_y = numbers(xp, "Sigma_y", Sigma_y, "Ky D D", sizes, dtype)
    return Sigma_x[:, xp.newaxis, :, :] + Sigma_y  # (Kx, Ky, D, D)


def log_density(
    pi_x: Array, pi_y: Array, points: Array, mu_x: Array, mu_y: Array, Sigma_x: Array, Sigma_y: Array
) -> Array:
    """log_density[i]
      = log ∑_k exp(log ∑_l exp(log pi_x[k] + log pi_y[l]
          − ½ ((z[i] − mu_z[k,l])ᵀ Sigma_z[k,l]⁻¹ (z[i] − mu_z[k,l]) + log det Sigma_z[k,l]
          + D log(2 π))))

    where mu_z[k,l] = mu_x[k] + mu_y[l]
    where Sigma_z[k,l] = Sigma_x[k] + Sigma_y[l]

    Step log.density of derivations/gmm_convolution.py.

    Args:
        pi_x: (Kx,), is not negative and sums to one over its last index
        pi_y: (Ky,), is not negative and sums to one over its last index
        points: (N, D)
        mu_x: (Kx, D)
        mu_y: (Ky, D)
        Sigma_x: (Kx, D, D), is positive definite
        Sigma_y: (Ky, D, D), is positive definite

    Returns:
        (N,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi_x, pi_y, points, mu_x, mu_y, Sigma_x, Sigma_y)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi_x, pi_y, points, mu_x, mu_y, Sigma_x, Sigma_y)
    pi_x = numbers(xp, "pi_x", pi_x, "Kx", sizes, dtype)
    pi_y = numbers(xp, "pi_y", pi_y, "Ky", sizes, dtype)
    points = numbers(xp, "points", points, "N D", sizes, dtype)
    mu_x = numbers(xp, "mu_x", mu_x, "Kx D", sizes, dtype)
    mu_y = numbers(xp, "mu_y", mu_y, "Ky D", sizes, dtype)
    Sigma_x = numbers(xp, "Sigma_x", Sigma_x, "Kx D D", sizes, dtype)
    Sigma_y = numbers(xp, "Sigma_y", Sigma_y, "Ky D D", sizes, dtype)
    D = points.shape[1]
    log_pi_y = safe_log(xp, pi_y)  # (Ky,)
    log_pi_x = safe_log(xp, pi_x)  # (Kx,)
    Sigma_z = Sigma_x[:, xp.newaxis, :, :] + Sigma_y  # (Kx, Ky, D, D)
    factor_of_Sigma_z = xp.linalg.cholesky(Sigma_z)  # (Kx, Ky, D, D)
    whitening_of_Sigma_z = inverse_factor(xp, factor_of_Sigma_z)  # (Kx, Ky, D, D)
    mu_z = mu_x[:, xp.newaxis, :] + mu_y  # (Kx, Ky, D)
    points_minus_mu_z = points.T - mu_z[:, :, :, xp.newaxis]  # (Kx, Ky, D, N)
    whitened = whitening_of_Sigma_z @ points_minus_mu_z  # (Kx, Ky, D, N)
    sum_of_squares = xp.sum(whitened**2, axis=2)  # (Kx, Ky, N)
    log_det_Sigma_z = log_det_from(xp, factor_of_Sigma_z)  # (Kx, Ky)
    total = log_det_Sigma_z + D * math.log(2 * math.pi)  # (Kx, Ky)
    # (Kx, Ky, N)
    difference = log_pi_x[:, xp.newaxis, xp.newaxis] - 0.5 * (sum_of_squares + total[:, :, xp.newaxis])
    total_2 = log_pi_y[:, xp.newaxis, xp.newaxis] + xp.permute_dims(difference, (1, 0, 2))  # (Ky, Kx, N)
    log_total = log_sum_exp(xp, total_2, axis=0)  # (Kx, N)
    return log_sum_exp(xp, log_total, axis=0)  # (N,)
