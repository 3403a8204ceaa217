# generated, do not edit: written by `python -m numeric.generate`
# from derivations/bernoulli_mixture.py; sha256 of the expressions:
# cbcc2c1efd383665b03684979695d0926f25366b00fa1a8e79c2fb6509e26aa5
"""Expectation maximisation for a mixture of Bernoulli variables: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks
from numeric.checks import Array
from numeric.stable import log_sum_exp, safe_log, weighted_log


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
    N, D = x.shape
    log_pi = safe_log(pi)  # (K,)
    difference_2 = 1 - theta  # (K, D)

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        log_terms = weighted_log(x_rows, theta[:, :, np.newaxis])  # (K, D, B)
        difference = 1 - x_rows  # (D, B)
        log_terms_2 = weighted_log(difference, difference_2[:, :, np.newaxis])  # (K, D, B)
        total = log_terms + log_terms_2  # (K, D, B)
        total_2: Array = np.sum(total, axis=1)  # (K, B)
        total_3 = log_pi[:, np.newaxis] + total_2  # (K, B)
        log_total = log_sum_exp(total_3, axis=0)  # (B,)
        exponential = np.exp(total_3 - log_total)  # (K, B)
        return exponential.T  # (B, K)

    return stack_blocks(rows_of_block, N, K * D)  # (N, K)


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
