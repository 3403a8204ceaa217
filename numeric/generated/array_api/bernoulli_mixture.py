# generated, do not edit: written by `python -m numeric.generate`
# from derivations/bernoulli_mixture.py; sha256 of the expressions:
# f3d5747de6091db3d31aedab0876ed7a07625ab8c4f20f15180f0670233364de
"""Expectation maximisation for Bernoulli mixtures: the updates that were derived, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.
"""

from __future__ import annotations

from numeric import checks
from numeric.array_api import (
    Array,
    array_namespace,
    float_type,
    is_zero,
    log_or_zero,
    log_sum_exp,
    numbers,
    safe_log,
    softmax,
    unless_positive,
)


def bias(pi: Array, theta: Array) -> Array:
    """w[k] = log π[k] + ∑_d log(1 − θ[k,d])

    Step natural.linear of derivations/bernoulli_mixture.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        theta: (K, D), lies between 0 and 1

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, theta)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, theta)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    theta = numbers(xp, "theta", theta, "K D", sizes, dtype)
    log_pi = safe_log(xp, pi)  # (K,)
    difference = 1 - theta  # (K, D)
    logarithm = safe_log(xp, difference)  # (K, D)
    total = xp.sum(logarithm, axis=1)  # (K,)
    return log_pi + total  # (K,)


def logit(theta: Array) -> Array:
    """h[k,d] = log θ[k,d] − log(1 − θ[k,d])

    Step natural.linear of derivations/bernoulli_mixture.py.

    Args:
        theta: (K, D), lies between 0 and 1

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(theta)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, theta)
    theta = numbers(xp, "theta", theta, "K D", sizes, dtype)
    log_theta = safe_log(xp, theta)  # (K, D)
    difference = 1 - theta  # (K, D)
    logarithm = safe_log(xp, difference)  # (K, D)
    return log_theta - logarithm  # (K, D)


def natural_log_joint(bias: Array, logit: Array, x: Array) -> Array:
    """log_joint[i,k] = w[k] + ∑_d h[k,d] x[i][d]

    Step natural.linear of derivations/bernoulli_mixture.py.

    Args:
        bias: (K,)
        logit: (K, D)
        x: (N, D), is 0 or 1

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(bias, logit, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, bias, logit, x)
    bias = numbers(xp, "bias", bias, "K", sizes, dtype)
    logit = numbers(xp, "logit", logit, "K D", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    product = logit @ x.T  # (K, N)
    total = bias[:, xp.newaxis] + product  # (K, N)
    return total.T  # (N, K)


def natural_log_likelihood(log_joint: Array) -> Array:
    """L = ∑_i log ∑_k exp(log_joint[i,k])

    Step natural.likelihood of derivations/bernoulli_mixture.py.

    Args:
        log_joint: (N, K)

    Returns:
        ()

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(log_joint)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, log_joint)
    log_joint = numbers(xp, "log_joint", log_joint, "N K", sizes, dtype)
    log_total = log_sum_exp(xp, log_joint, axis=1)  # (N,)
    return xp.sum(log_total, axis=0)  # ()


def gamma(pi: Array, x: Array, theta: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, x, theta)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, x, theta)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    theta = numbers(xp, "theta", theta, "K D", sizes, dtype)
    log_pi = safe_log(xp, pi)  # (K,)
    finite_log = log_or_zero(xp, theta)  # (K, D)
    product = finite_log @ x.T  # (K, N)
    zeros = is_zero(xp, theta)  # (K, D)
    product_2 = zeros @ x.T  # (K, N)
    sum_of_logs = unless_positive(xp, product, product_2)  # (K, N)
    difference = 1 - theta  # (K, D)
    finite_log_2 = log_or_zero(xp, difference)  # (K, D)
    difference_2 = 1 - x.T  # (D, N)
    product_3 = finite_log_2 @ difference_2  # (K, N)
    zeros_2 = is_zero(xp, difference)  # (K, D)
    product_4 = zeros_2 @ difference_2  # (K, N)
    sum_of_logs_2 = unless_positive(xp, product_3, product_4)  # (K, N)
    total = log_pi[:, xp.newaxis] + (sum_of_logs + sum_of_logs_2)  # (K, N)
    shares = softmax(xp, total, axis=0)  # (K, N)
    return shares.T  # (N, K)


def shares(log_joint: Array) -> Array:
    """γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))

    Step natural.gamma of derivations/bernoulli_mixture.py.

    Args:
        log_joint: (N, K)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(log_joint)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, log_joint)
    log_joint = numbers(xp, "log_joint", log_joint, "N K", sizes, dtype)
    return softmax(xp, log_joint, axis=1)  # (N, K)


def log_likelihood(pi: Array, x: Array, theta: Array) -> Array:
    """L = ∑_i log ∑_k exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d])))

    Step likelihood.stable of derivations/bernoulli_mixture.py.

    Args:
        pi: (K,), is not negative and sums to one over its last index
        x: (N, D), is 0 or 1
        theta: (K, D), lies between 0 and 1

    Returns:
        ()

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(pi, x, theta)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, x, theta)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    theta = numbers(xp, "theta", theta, "K D", sizes, dtype)
    log_pi = safe_log(xp, pi)  # (K,)
    finite_log = log_or_zero(xp, theta)  # (K, D)
    product = finite_log @ x.T  # (K, N)
    zeros = is_zero(xp, theta)  # (K, D)
    product_2 = zeros @ x.T  # (K, N)
    sum_of_logs = unless_positive(xp, product, product_2)  # (K, N)
    difference = 1 - theta  # (K, D)
    finite_log_2 = log_or_zero(xp, difference)  # (K, D)
    difference_2 = 1 - x.T  # (D, N)
    product_3 = finite_log_2 @ difference_2  # (K, N)
    zeros_2 = is_zero(xp, difference)  # (K, D)
    product_4 = zeros_2 @ difference_2  # (K, N)
    sum_of_logs_2 = unless_positive(xp, product_3, product_4)  # (K, N)
    total = log_pi[:, xp.newaxis] + (sum_of_logs + sum_of_logs_2)  # (K, N)
    log_total = log_sum_exp(xp, total, axis=0)  # (N,)
    return xp.sum(log_total, axis=0)  # ()


def theta(gamma: Array, x: Array) -> Array:
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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma, x)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    on = gamma.T @ x  # (K, D)
    count = xp.sum(gamma, axis=0)  # (K,)
    return on / count[:, xp.newaxis]  # (K, D)


def pi(gamma: Array) -> Array:
    """π[k] = N[k] / N

    where N[k] = ∑_i γ[i,k]

    Step pi.maximum of derivations/bernoulli_mixture.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    N = gamma.shape[0]
    count = xp.sum(gamma, axis=0)  # (K,)
    return count / N  # (K,)


def count(gamma: Array) -> Array:
    """N[k] = ∑_i γ[i,k]

    Step counts of derivations/bernoulli_mixture.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    return xp.sum(gamma, axis=0)  # (K,)


def on(gamma: Array, x: Array) -> Array:
    """S[k,d] = ∑_i γ[i,k] x[i][d]

    Step on of derivations/bernoulli_mixture.py.

    Args:
        gamma: (N, K), is not negative and sums to one over its last index
        x: (N, D), is 0 or 1

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(gamma, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, gamma, x)
    gamma = numbers(xp, "gamma", gamma, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    return gamma.T @ x  # (K, D)


def theta_of_sums(on: Array, count: Array) -> Array:
    """θ[k,d] = S[k,d] / N[k]

    Step theta.maximum of derivations/bernoulli_mixture.py.

    Args:
        on: (K, D), is not negative
        count: (K,), is not negative

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(on, count)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, on, count)
    on = numbers(xp, "on", on, "K D", sizes, dtype)
    count = numbers(xp, "count", count, "K", sizes, dtype)
    return on / count[:, xp.newaxis]  # (K, D)
