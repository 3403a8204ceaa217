# generated, do not edit: written by `python -m numeric.generate`
# from the updates of several derivations; sha256 of the expressions:
# 37ee07e79116ad98598740c592d47769c12bc8c718735985a159a22f21479fde
"""Expectation maximisation of the Bernoulli mixture, E-step and M-step in one pass, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array
from numeric.one_pass import Room, Shares, sum_in_blocks_read_twice, sum_in_small_blocks
from numeric.stable import is_zero, log_or_zero, safe_log, shares_and_log_total, unless_positive
from numeric.strips import product_over_rows, product_with_rows


def logit_sums(x: npt.ArrayLike, bias: npt.ArrayLike, logit: npt.ArrayLike) -> tuple[Array, Array, float]:
    """The E-step by logits, and the sums for the M-step. No parameter may be 0 or 1.

        N[k] = ∑_i γ[i,k]
        S[k,d] = ∑_i γ[i,k] x[i][d]
        L = ∑_i log ∑_k exp(log_joint[i,k])

        where γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))
        where log_joint[i,k] = w[k] + ∑_d h[k,d] x[i][d]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step counts of derivations/bernoulli_mixture.py.
    Step on of derivations/bernoulli_mixture.py.
    Step natural.likelihood of derivations/bernoulli_mixture.py.

    Args:
        x: (N, D), is 0 or 1
        bias: (K,)
        logit: (K, D)

    Returns:
        count: (K,)
        on: (K, D)
        natural_log_likelihood: ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.rows("x", x, "N D", sizes)
    bias = checks.array("bias", bias, "K", sizes)
    logit = checks.array("logit", logit, "K D", sizes)
    N, D = x.shape
    K = bias.shape[0]
    dtype = np.result_type(bias, logit)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        x_rows = np.asarray(x[rows], dtype)  # (B, D)
        product = product_with_rows(logit, x_rows, out=room("product", K))  # (K, B)
        log_joint = np.add(bias[:, np.newaxis], product, out=product)  # (K, B)
        gamma, log_total = shares_and_log_total("x", log_joint)  # (K, B), (B,)
        count = np.sum(gamma, axis=1)  # (K,)
        on = product_over_rows(gamma, x_rows)  # (K, D)
        natural_log_likelihood = np.sum(log_total, dtype=np.float64)  # ()
        return count, on, natural_log_likelihood

    count, on, natural_log_likelihood = sum_in_blocks_read_twice("x", share_of_block, N, max(D, K), dtype)
    return count, on, float(natural_log_likelihood)


def closed_sums(x: npt.ArrayLike, pi: npt.ArrayLike, theta: npt.ArrayLike) -> tuple[Array, Array, float]:
    """The E-step for any parameters, 0 and 1 included, and the sums for the M-step.

        N[k] = ∑_i γ[i,k]
        S[k,d] = ∑_i γ[i,k] x[i][d]
        L = ∑_i log ∑_k exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d])))

        where γ[i,k]
                = exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d]))
                    − log ∑_j exp(log π[j] + ∑_d (x[i][d] log θ[j,d] + (1 − x[i][d]) log(1 − θ[j,d]))))

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step counts of derivations/bernoulli_mixture.py.
    Step on of derivations/bernoulli_mixture.py.
    Step likelihood.stable of derivations/bernoulli_mixture.py.

    Args:
        x: (N, D), is 0 or 1
        pi: (K,), is not negative and sums to one over its last index
        theta: (K, D), lies between 0 and 1

    Returns:
        count: (K,)
        on: (K, D)
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
    theta = checks.array("theta", theta, "K D", sizes)
    checks.nonnegative("theta", theta)
    checks.at_most_one("theta", theta)
    N, D = x.shape
    K = pi.shape[0]
    dtype = np.result_type(pi, theta)
    log_pi = safe_log(pi)  # (K,)
    finite_log = log_or_zero(theta)  # (K, D)
    zeros = is_zero(theta)  # (K, D)
    difference = 1 - theta  # (K, D)
    finite_log_2 = log_or_zero(difference)  # (K, D)
    zeros_2 = is_zero(difference)  # (K, D)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        x_rows = np.ascontiguousarray(x[rows].T, dtype)  # (D, B)
        product = np.matmul(finite_log, x_rows, out=room("product", K))  # (K, B)
        product_2 = np.matmul(zeros, x_rows, out=room("product_2", K))  # (K, B)
        sum_of_logs = unless_positive(product, product_2)  # (K, B)
        difference_2 = 1 - x_rows  # (D, B)
        product_3 = np.matmul(finite_log_2, difference_2, out=room("product_3", K))  # (K, B)
        product_4 = np.matmul(zeros_2, difference_2, out=room("product_4", K))  # (K, B)
        sum_of_logs_2 = unless_positive(product_3, product_4)  # (K, B)
        total = log_pi[:, np.newaxis] + (sum_of_logs + sum_of_logs_2)  # (K, B)
        gamma, log_total = shares_and_log_total("x", total)  # (K, B), (B,)
        x_rows_2 = np.asarray(x[rows], dtype)  # (B, D)
        return np.sum(gamma, axis=1), np.dot(gamma, x_rows_2), np.sum(log_total, dtype=np.float64)

    count, on, log_likelihood = sum_in_small_blocks("x", share_of_block, N, D, dtype)
    return count, on, float(log_likelihood)
