# generated, do not edit: written by `python -m numeric.generate`
# from derivations/bernoulli_mixture.py; sha256 of the expressions:
# 6fee53c8b07b8cff758f6aac231a6f501dee2fb2b092c7b176411c9f71aa5f7f
"""Expectation maximisation for Bernoulli mixtures: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks, sum_over_blocks
from numeric.checks import Array
from numeric.stable import is_zero, log_or_zero, log_sum_exp, safe_log, softmax, unless_positive


def gamma(pi: npt.ArrayLike, x: npt.ArrayLike, theta: npt.ArrayLike) -> Array:
    """γ[i,k]
      = exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d]))
          − log ∑_j exp(log π[j] + ∑_d (x[i][d] log θ[j,d] + (1 − x[i][d]) log(1 − θ[j,d]))))

    Step gamma.stable of derivations/bernoulli_mixture.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        x: (N, D), is 0 or 1
        theta: (K, D), lies between 0 and 1

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
    checks.binary("x", x)
    theta = checks.array("theta", theta, "K D", sizes)
    checks.nonnegative("theta", theta)
    checks.at_most_one("theta", theta)
    K = pi.shape[0]
    N = x.shape[0]
    log_pi = safe_log(pi)  # (K,)
    finite_log = log_or_zero(theta)  # (K, D)
    zeros = is_zero(theta)  # (K, D)
    difference = 1 - theta  # (K, D)
    finite_log_2 = log_or_zero(difference)  # (K, D)
    zeros_2 = is_zero(difference)  # (K, D)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        product = finite_log @ x_rows  # (K, B)
        product_2 = zeros @ x_rows  # (K, B)
        sum_of_logs = unless_positive(product, product_2)  # (K, B)
        difference_2 = 1 - x_rows  # (D, B)
        product_3 = finite_log_2 @ difference_2  # (K, B)
        product_4 = zeros_2 @ difference_2  # (K, B)
        sum_of_logs_2 = unless_positive(product_3, product_4)  # (K, B)
        total = log_pi[:, np.newaxis] + (sum_of_logs + sum_of_logs_2)  # (K, B)
        shares = softmax("x", total, axis=0)  # (K, B)
        return shares.T  # (B, K)

    return stack_blocks(rows_of_block, N, K)  # (N, K)


def log_likelihood(pi: npt.ArrayLike, x: npt.ArrayLike, theta: npt.ArrayLike) -> float:
    """L = ∑_i log ∑_k exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d])))

    Step likelihood.stable of derivations/bernoulli_mixture.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        x: (N, D), is 0 or 1
        theta: (K, D), lies between 0 and 1

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
    checks.binary("x", x)
    theta = checks.array("theta", theta, "K D", sizes)
    checks.nonnegative("theta", theta)
    checks.at_most_one("theta", theta)
    K = pi.shape[0]
    N = x.shape[0]
    log_pi = safe_log(pi)  # (K,)
    finite_log = log_or_zero(theta)  # (K, D)
    zeros = is_zero(theta)  # (K, D)
    difference = 1 - theta  # (K, D)
    finite_log_2 = log_or_zero(difference)  # (K, D)
    zeros_2 = is_zero(difference)  # (K, D)

    def share_of_block(rows: slice) -> Array:  # B points at a time, ()
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        product = finite_log @ x_rows  # (K, B)
        product_2 = zeros @ x_rows  # (K, B)
        sum_of_logs = unless_positive(product, product_2)  # (K, B)
        difference_2 = 1 - x_rows  # (D, B)
        product_3 = finite_log_2 @ difference_2  # (K, B)
        product_4 = zeros_2 @ difference_2  # (K, B)
        sum_of_logs_2 = unless_positive(product_3, product_4)  # (K, B)
        total = log_pi[:, np.newaxis] + (sum_of_logs + sum_of_logs_2)  # (K, B)
        log_total = log_sum_exp(total, axis=0)  # (B,)
        total_2: Array = np.sum(log_total, axis=0)  # ()
        return total_2  # ()

    return float(sum_over_blocks(share_of_block, N, K))  # ()


def theta(gamma: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """θ[k,d] = S[k,d] / N[k]

    where N[k] = ∑_i γ[i,k]
    where S[k,d] = ∑_i γ[i,k] x[i][d]

    Step theta.maximum of derivations/bernoulli_mixture.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D), is 0 or 1

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
    checks.binary("x", x)
    count: Array = np.sum(gamma, axis=0)  # (K,)
    checks.positive_totals("gamma", count, "component", "points")
    on = gamma.T @ x  # (K, D)
    return on / count[:, np.newaxis]  # (K, D)


def pi(gamma: npt.ArrayLike) -> Array:
    """π[k] = N[k] / N

    where N[k] = ∑_i γ[i,k]

    Step pi.maximum of derivations/bernoulli_mixture.py.

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
