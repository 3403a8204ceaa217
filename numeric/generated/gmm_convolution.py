# generated, do not edit: written by `python -m numeric.generate`
# from derivations/gmm_convolution.py; sha256 of the expressions:
# 7c383269ea7fccda914cc6f125f7eaa65a538c9187b43e0ae181490d50436f92
# ruff: noqa: N802 (functions are called as the quantities are on the page)
"""The sum of two independent Gaussian mixtures: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks
from numeric.checks import Array
from numeric.stable import cholesky, inverse_factor, log_det_from, log_sum_exp, safe_log


def pi_z(pi_x: npt.ArrayLike, pi_y: npt.ArrayLike) -> Array:
    """pi_z[k,l] = pi_x[k] pi_y[l]

    Step pairs.weight of derivations/gmm_convolution.py.

    Args:
        pi_x: (Kx,), is not negative and sums to one over its last index
        pi_y: (Ky,), is not negative and sums to one over its last index

    Returns:
        (Kx, Ky)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi_x = checks.array("pi_x", pi_x, "Kx", sizes)
    checks.nonnegative("pi_x", pi_x)
    checks.sums_to_one("pi_x", pi_x)
    pi_y = checks.array("pi_y", pi_y, "Ky", sizes)
    checks.nonnegative("pi_y", pi_y)
    checks.sums_to_one("pi_y", pi_y)
    return pi_x[:, np.newaxis] * pi_y  # (Kx, Ky)


def mu_z(mu_x: npt.ArrayLike, mu_y: npt.ArrayLike) -> Array:
    """mu_z[k,l] = mu_x[k] + mu_y[l]

    Step pairs.mean of derivations/gmm_convolution.py.

    Args:
        mu_x: (Kx, D)
        mu_y: (Ky, D)

    Returns:
        (Kx, Ky, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    mu_x = checks.array("mu_x", mu_x, "Kx D", sizes)
    mu_y = checks.array("mu_y", mu_y, "Ky D", sizes)
    return mu_x[:, np.newaxis, :] + mu_y  # (Kx, Ky, D)


def Sigma_z(Sigma_x: npt.ArrayLike, Sigma_y: npt.ArrayLike) -> Array:
    """Sigma_z[k,l] = Sigma_x[k] + Sigma_y[l]

    Step pairs.covariance of derivations/gmm_convolution.py.

    Args:
        Sigma_x: (Kx, D, D), is positive definite
        Sigma_y: (Ky, D, D), is positive definite

    Returns:
        (Kx, Ky, D, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    Sigma_x = checks.array("Sigma_x", Sigma_x, "Kx D D", sizes)
    checks.definite("Sigma_x", Sigma_x)
    Sigma_y = checks.array("Sigma_y", Sigma_y, "Ky D D", sizes)
    checks.definite("Sigma_y", Sigma_y)
    return Sigma_x[:, np.newaxis, :, :] + Sigma_y  # (Kx, Ky, D, D)


def log_density(
    pi_x: npt.ArrayLike,
    pi_y: npt.ArrayLike,
    points: npt.ArrayLike,
    mu_x: npt.ArrayLike,
    mu_y: npt.ArrayLike,
    Sigma_x: npt.ArrayLike,
    Sigma_y: npt.ArrayLike,
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
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    pi_x = checks.array("pi_x", pi_x, "Kx", sizes)
    checks.nonnegative("pi_x", pi_x)
    checks.sums_to_one("pi_x", pi_x)
    pi_y = checks.array("pi_y", pi_y, "Ky", sizes)
    checks.nonnegative("pi_y", pi_y)
    checks.sums_to_one("pi_y", pi_y)
    points = checks.array("points", points, "N D", sizes)
    mu_x = checks.array("mu_x", mu_x, "Kx D", sizes)
    mu_y = checks.array("mu_y", mu_y, "Ky D", sizes)
    Sigma_x = checks.array("Sigma_x", Sigma_x, "Kx D D", sizes)
    checks.definite("Sigma_x", Sigma_x)
    Sigma_y = checks.array("Sigma_y", Sigma_y, "Ky D D", sizes)
    checks.definite("Sigma_y", Sigma_y)
    Kx = pi_x.shape[0]
    Ky = pi_y.shape[0]
    N, D = points.shape
    log_pi_y = safe_log(pi_y)  # (Ky,)
    log_pi_x = safe_log(pi_x)  # (Kx,)
    Sigma_z = Sigma_x[:, np.newaxis, :, :] + Sigma_y  # (Kx, Ky, D, D)
    factor_of_Sigma_z = cholesky("Sigma_z", Sigma_z)  # (Kx, Ky, D, D)
    whitening_of_Sigma_z = inverse_factor(factor_of_Sigma_z)  # (Kx, Ky, D, D)
    mu_z = mu_x[:, np.newaxis, :] + mu_y  # (Kx, Ky, D)
    log_det_Sigma_z = log_det_from(factor_of_Sigma_z)  # (Kx, Ky)
    total = log_det_Sigma_z + D * math.log(2 * np.pi)  # (Kx, Ky)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B,)
        points_rows = np.ascontiguousarray(points[rows].T)  # (D, B)
        points_minus_mu_z = points_rows - mu_z[:, :, :, np.newaxis]  # (Kx, Ky, D, B)
        whitened = whitening_of_Sigma_z @ points_minus_mu_z  # (Kx, Ky, D, B)
        sum_of_squares: Array = np.sum(whitened**2, axis=2)  # (Kx, Ky, B)
        # (Kx, Ky, B)
        difference = log_pi_x[:, np.newaxis, np.newaxis] - 0.5 * (sum_of_squares + total[:, :, np.newaxis])
        total_2 = log_pi_y[:, np.newaxis, np.newaxis] + np.swapaxes(difference, 0, 1)  # (Ky, Kx, B)
        log_total = log_sum_exp(total_2, axis=0)  # (Kx, B)
        return log_sum_exp(log_total, axis=0)  # (B,)

    return stack_blocks(rows_of_block, N, Kx * Ky * D)  # (N,)
