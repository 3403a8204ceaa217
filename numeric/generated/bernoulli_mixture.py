# generated, do not edit: written by `python -m numeric.generate`
# from derivations/bernoulli_mixture.py; sha256 of the expressions:
# f3d5747de6091db3d31aedab0876ed7a07625ab8c4f20f15180f0670233364de
"""Expectation maximisation for Bernoulli mixtures: the updates that were derived, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.blocks import stack_blocks, sum_over_blocks
from numeric.checks import Array
from numeric.stable import is_zero, log_or_zero, log_sum_exp, safe_log, softmax, unless_positive


def bias(pi: npt.ArrayLike, theta: npt.ArrayLike) -> Array:
    """w[k] = log π[k] + ∑_d log(1 − θ[k,d])

    Step natural.linear of derivations/bernoulli_mixture.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        theta: (K, D), lies between 0 and 1

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
    theta = checks.array("theta", theta, "K D", sizes)
    checks.nonnegative("theta", theta)
    checks.at_most_one("theta", theta)
    log_pi = safe_log(pi)  # (K,)
    difference = 1 - theta  # (K, D)
    logarithm = safe_log(difference)  # (K, D)
    total: Array = np.sum(logarithm, axis=1)  # (K,)
    return log_pi + total  # (K,)


def logit(theta: npt.ArrayLike) -> Array:
    """h[k,d] = log θ[k,d] − log(1 − θ[k,d])

    Step natural.linear of derivations/bernoulli_mixture.py.

    Args:
        theta: (K, D), lies between 0 and 1

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    theta = checks.array("theta", theta, "K D", sizes)
    checks.nonnegative("theta", theta)
    checks.at_most_one("theta", theta)
    log_theta = safe_log(theta)  # (K, D)
    difference = 1 - theta  # (K, D)
    logarithm = safe_log(difference)  # (K, D)
    return log_theta - logarithm  # (K, D)


def natural_log_joint(bias: npt.ArrayLike, logit: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """log_joint[i,k] = w[k] + ∑_d h[k,d] x[i][d]

    Step natural.linear of derivations/bernoulli_mixture.py.

    Args:
        bias: (K,)
        logit: (K, D)
        x: (N, D), is 0 or 1

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    bias = checks.array("bias", bias, "K", sizes)
    logit = checks.array("logit", logit, "K D", sizes)
    x = checks.array("x", x, "N D", sizes)
    checks.binary("x", x)
    K = bias.shape[0]
    N = x.shape[0]

    def rows_of_block(rows: slice) -> Array:  # B points at a time, (B, K)
        x_rows = np.ascontiguousarray(x[rows].T)  # (D, B)
        product = logit @ x_rows  # (K, B)
        total = bias[:, np.newaxis] + product  # (K, B)
        return total.T  # (B, K)

    return stack_blocks(rows_of_block, N, K)  # (N, K)


def natural_log_likelihood(log_joint: npt.ArrayLike) -> float:
    """L = ∑_i log ∑_k exp(log_joint[i,k])

    Step natural.likelihood of derivations/bernoulli_mixture.py.

    Args:
        log_joint: (N, K)

    Returns:
        ()

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    log_joint = checks.array("log_joint", log_joint, "N K", sizes)
    log_total = log_sum_exp(log_joint, axis=1)  # (N,)
    total: Array = np.sum(log_total, axis=0)  # ()
    return float(total)  # ()


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


def shares(log_joint: npt.ArrayLike) -> Array:
    """γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))

    Step natural.gamma of derivations/bernoulli_mixture.py.

    Args:
        log_joint: (N, K)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    log_joint = checks.array("log_joint", log_joint, "N K", sizes)
    return softmax("log_joint", log_joint, axis=1)  # (N, K)


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


def count(gamma: npt.ArrayLike) -> Array:
    """N[k] = ∑_i γ[i,k]

    Step counts of derivations/bernoulli_mixture.py.

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
    sum_of_gamma: Array = np.sum(gamma, axis=0)  # (K,)
    return sum_of_gamma  # (K,)


def on(gamma: npt.ArrayLike, x: npt.ArrayLike) -> Array:
    """S[k,d] = ∑_i γ[i,k] x[i][d]

    Step on of derivations/bernoulli_mixture.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D), is 0 or 1

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    gamma = checks.array("gamma", gamma, "N K", sizes)
    checks.nonnegative("gamma", gamma)
    checks.sums_to_one("gamma", gamma)
    x = checks.array("x", x, "N D", sizes)
    checks.binary("x", x)
    return gamma.T @ x  # (K, D)


def theta_of_sums(on: npt.ArrayLike, count: npt.ArrayLike) -> Array:
    """θ[k,d] = S[k,d] / N[k]

    Step theta.maximum of derivations/bernoulli_mixture.py.

    Args:
        on: (K, D), is not negative
        count: (K,), is not negative

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above; or something is divided by zero.
    """
    sizes: checks.Sizes = {}
    on = checks.array("on", on, "K D", sizes)
    checks.nonnegative("on", on)
    count = checks.array("count", count, "K", sizes)
    checks.nonnegative("count", count)
    checks.positive("count", count)
    return on / count[:, np.newaxis]  # (K, D)
