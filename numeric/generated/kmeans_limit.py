# generated, do not edit: written by `python -m numeric.generate`
# from derivations/kmeans_limit.py; sha256 of the expressions:
# b3428e10c3cea18ae0ddcdea2ff4a5bc9cef7b4d44cf90276b3da6cae904ceb7
"""From expectation maximisation to K-means: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks
from numeric.checks import Array
from numeric.stable import one_hot


def z(x: npt.ArrayLike, mu: npt.ArrayLike) -> Array:
    """z[i,k] = 1[k = first argmin_l (x[i] − μ[l])ᵀ (x[i] − μ[l])]

    Step assignment.step of derivations/kmeans_limit.py.

    Args:
        x: (N, D)
        mu: (K, D)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.array("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    N, D = x.shape
    K = mu.shape[0]
    dtype = np.result_type(x, mu)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        x_minus_mu = x_rows - mu[:, :, np.newaxis]  # (K, D, B)
        sum_of_squares: Array = np.sum(x_minus_mu**2, axis=1)  # (K, B)
        nearest = np.argmin(sum_of_squares, axis=0)  # (B,)
        indicator = one_hot(nearest, K, dtype)  # (K, B)
        return indicator.T  # (B, K)

    return stack_blocks(rows_of_block, N, K * D)  # (N, K)


def mu(z: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """μ[k] = (∑_i z[i,k] x[i]) / (∑_i z[i,k])

    Step update of derivations/kmeans_limit.py.

    Args:
        z: (N, K), is 1 at one place of its last index and 0 elsewhere
        x: (N, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    z = checks.array("z", z, "N K", sizes)
    checks.binary("z", z)
    checks.sums_to_one("z", z)
    x = checks.array("x", x, "N D", sizes)
    sum_of_z: Array = np.sum(z, axis=0)  # (K,)
    checks.positive_totals("z", sum_of_z, "component", "points")
    weighted_sum = z.T @ x  # (K, D)
    return weighted_sum / sum_of_z[:, np.newaxis]  # (K, D)


def score(mu: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """q[i,k] = μ[k]ᵀ μ[k] − 2 x[i]ᵀ μ[k]

    Step score of derivations/kmeans_limit.py.

    Args:
        mu: (K, D)
        x: (N, D)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    mu = checks.array("mu", mu, "K D", sizes)
    x = checks.array("x", x, "N D", sizes)
    K = mu.shape[0]
    N = x.shape[0]
    sum_of_squares: Array = np.sum(mu**2, axis=1)  # (K,)
    weighted = 2 * mu  # (K, D)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        product = weighted @ x_rows  # (K, B)
        difference = sum_of_squares[:, np.newaxis] - product  # (K, B)
        return difference.T  # (B, K)

    return stack_blocks(rows_of_block, N, K)  # (N, K)


def z_of_scores(score: npt.ArrayLike) -> Array:
    """z[i,k] = 1[k = first argmin_l q[i,l]]

    Step score.nearest of derivations/kmeans_limit.py.

    Args:
        score: (N, K)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    score = checks.array("score", score, "N K", sizes)
    N, K = score.shape
    dtype = np.result_type(score)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        score_rows = score[rows]  # (B, K)
        nearest = np.argmin(score_rows, axis=1)  # (B,)
        indicator = one_hot(nearest, K, dtype)  # (K, B)
        return indicator.T  # (B, K)

    return stack_blocks(rows_of_block, N, K)  # (N, K)


def count(z: npt.ArrayLike) -> Array:
    """N[k] = ∑_i z[i,k]

    Step members of derivations/kmeans_limit.py.

    Args:
        z: (N, K), is 1 at one place of its last index and 0 elsewhere

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    z = checks.array("z", z, "N K", sizes)
    checks.binary("z", z)
    checks.sums_to_one("z", z)
    sum_of_z: Array = np.sum(z, axis=0)  # (K,)
    return sum_of_z  # (K,)


def total(z: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """s[k] = ∑_i z[i,k] x[i]

    Step total of derivations/kmeans_limit.py.

    Args:
        z: (N, K), is 1 at one place of its last index and 0 elsewhere
        x: (N, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    z = checks.array("z", z, "N K", sizes)
    checks.binary("z", z)
    checks.sums_to_one("z", z)
    x = checks.array("x", x, "N D", sizes)
    return z.T @ x  # (K, D)


def least(score: npt.ArrayLike) -> float:
    """Q = ∑_i min_l q[i,l]

    Step least of derivations/kmeans_limit.py.

    Args:
        score: (N, K)

    Returns:
        ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    score = checks.array("score", score, "N K", sizes)
    smallest: Array = np.min(score, axis=1)  # (N,)
    total: Array = np.sum(smallest, axis=0)  # ()
    return float(total)  # ()


def mu_of_sums(total: npt.ArrayLike, count: npt.ArrayLike) -> Array:
    """μ[k] = s[k] / N[k]

    Step total.centroid of derivations/kmeans_limit.py.

    Args:
        total: (K, D)
        count: (K,), is not negative

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    total = checks.array("total", total, "K D", sizes)
    count = checks.array("count", count, "K", sizes)
    checks.nonnegative("count", count)
    checks.positive("count", count)
    return total / count[:, np.newaxis]  # (K, D)
