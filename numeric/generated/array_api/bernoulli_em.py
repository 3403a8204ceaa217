# generated, do not edit: written by `python -m numeric.generate`
# from the updates of several derivations; sha256 of the expressions:
# 37ee07e79116ad98598740c592d47769c12bc8c718735985a159a22f21479fde
"""Expectation maximisation of the Bernoulli mixture, E-step and M-step in one pass, as pure functions.

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
    numbers,
    safe_log,
    shares_and_log_total,
    unless_positive,
)


def logit_sums(x: Array, bias: Array, logit: Array) -> tuple[Array, Array, Array]:
    """The E-step by logits, and the sums for the M-step. No parameter may be 0 or 1.

        N[k] = ∑_i γ[i,k]
        S[k,d] = ∑_i γ[i,k] x[i][d]
        L = ∑_i log ∑_k exp(log_joint[i,k])

        where γ[i,k] = exp(log_joint[i,k] − log ∑_j exp(log_joint[i,j]))
        where log_joint[i,k] = w[k] + ∑_d h[k,d] x[i][d]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are converted to the precision of the other arguments. All are held at once.

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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, bias, logit)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, bias, logit)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    bias = numbers(xp, "bias", bias, "K", sizes, dtype)
    logit = numbers(xp, "logit", logit, "K D", sizes, dtype)
    product = logit @ x.T  # (K, N)
    log_joint = bias[:, xp.newaxis] + product  # (K, N)
    gamma, log_total = shares_and_log_total(xp, log_joint)  # (K, N), (N,)
    count = xp.sum(gamma, axis=1)  # (K,)
    on = gamma @ x  # (K, D)
    natural_log_likelihood = xp.sum(log_total, axis=0)  # ()
    return count, on, natural_log_likelihood


def closed_sums(x: Array, pi: Array, theta: Array) -> tuple[Array, Array, Array]:
    """The E-step for any parameters, 0 and 1 included, and the sums for the M-step.

        N[k] = ∑_i γ[i,k]
        S[k,d] = ∑_i γ[i,k] x[i][d]
        L = ∑_i log ∑_k exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d])))

        where γ[i,k]
                = exp(log π[k] + ∑_d (x[i][d] log θ[k,d] + (1 − x[i][d]) log(1 − θ[k,d]))
                    − log ∑_j exp(log π[j] + ∑_d (x[i][d] log θ[j,d] + (1 − x[i][d]) log(1 − θ[j,d]))))

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are converted to the precision of the other arguments. All are held at once.

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
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, pi, theta)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, pi, theta)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    pi = numbers(xp, "pi", pi, "K", sizes, dtype)
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
    gamma, log_total = shares_and_log_total(xp, total)  # (K, N), (N,)
    count = xp.sum(gamma, axis=1)  # (K,)
    on = gamma @ x  # (K, D)
    log_likelihood = xp.sum(log_total, axis=0)  # ()
    return count, on, log_likelihood
