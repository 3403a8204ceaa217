# generated, do not edit: written by `python -m numeric.generate`
# from derivations/kmeans_limit.py; sha256 of the expressions:
# b3428e10c3cea18ae0ddcdea2ff4a5bc9cef7b4d44cf90276b3da6cae904ceb7
"""From expectation maximisation to K-means: the updates that were derived, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.
"""

from __future__ import annotations

from numeric import checks
from numeric.array_api import Array, array_namespace, float_type, numbers, one_hot


def z(x: Array, mu: Array) -> Array:
    """z[i,k] = 1[k = first argmin_l (x[i] − μ[l])ᵀ (x[i] − μ[l])]

    Step assignment.step of derivations/kmeans_limit.py.

    Args:
        x: (N, D)
        mu: (K, D)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, x, mu)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    K = mu.shape[0]
    x_minus_mu = x.T - mu[:, :, xp.newaxis]  # (K, D, N)
    sum_of_squares = xp.sum(x_minus_mu**2, axis=1)  # (K, N)
    nearest = xp.argmin(sum_of_squares, axis=0)  # (N,)
    indicator = one_hot(xp, nearest, K, dtype)  # (K, N)
    return indicator.T  # (N, K)


def mu(z: Array, x: Array) -> Array:
    """μ[k] = (∑_i z[i,k] x[i]) / (∑_i z[i,k])

    Step update of derivations/kmeans_limit.py.

    Args:
        z: (N, K), is 1 at one place of its last index and 0 elsewhere
        x: (N, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(z, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, z, x)
    z = numbers(xp, "z", z, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    weighted_sum = z.T @ x  # (K, D)
    sum_of_z = xp.sum(z, axis=0)  # (K,)
    return weighted_sum / sum_of_z[:, xp.newaxis]  # (K, D)


def score(mu: Array, x: Array) -> Array:
    """q[i,k] = μ[k]ᵀ μ[k] − 2 x[i]ᵀ μ[k]

    Step score of derivations/kmeans_limit.py.

    Args:
        mu: (K, D)
        x: (N, D)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(mu, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, mu, x)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    sum_of_squares = xp.sum(mu**2, axis=1)  # (K,)
    weighted = 2 * mu  # (K, D)
    product = weighted @ x.T  # (K, N)
    difference = sum_of_squares[:, xp.newaxis] - product  # (K, N)
    return difference.T  # (N, K)


def z_of_scores(score: Array) -> Array:
    """z[i,k] = 1[k = first argmin_l q[i,l]]

    Step score.nearest of derivations/kmeans_limit.py.

    Args:
        score: (N, K)

    Returns:
        (N, K)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(score)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, score)
    score = numbers(xp, "score", score, "N K", sizes, dtype)
    K = score.shape[1]
    nearest = xp.argmin(score, axis=1)  # (N,)
    indicator = one_hot(xp, nearest, K, dtype)  # (K, N)
    return indicator.T  # (N, K)


def count(z: Array) -> Array:
    """N[k] = ∑_i z[i,k]

    Step members of derivations/kmeans_limit.py.

    Args:
        z: (N, K), is 1 at one place of its last index and 0 elsewhere

    Returns:
        (K,)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(z)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, z)
    z = numbers(xp, "z", z, "N K", sizes, dtype)
    return xp.sum(z, axis=0)  # (K,)


def total(z: Array, x: Array) -> Array:
    """s[k] = ∑_i z[i,k] x[i]

    Step total of derivations/kmeans_limit.py.

    Args:
        z: (N, K), is 1 at one place of its last index and 0 elsewhere
        x: (N, D)

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(z, x)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, z, x)
    z = numbers(xp, "z", z, "N K", sizes, dtype)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    return z.T @ x  # (K, D)


def least(score: Array) -> Array:
    """Q = ∑_i min_l q[i,l]

    Step least of derivations/kmeans_limit.py.

    Args:
        score: (N, K)

    Returns:
        ()

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(score)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, score)
    score = numbers(xp, "score", score, "N K", sizes, dtype)
    smallest = xp.min(score, axis=1)  # (N,)
    return xp.sum(smallest, axis=0)  # ()


def mu_of_sums(total: Array, count: Array) -> Array:
    """μ[k] = s[k] / N[k]

    Step total.centroid of derivations/kmeans_limit.py.

    Args:
        total: (K, D)
        count: (K,), is not negative

    Returns:
        (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(total, count)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, total, count)
    total = numbers(xp, "total", total, "K D", sizes, dtype)
    count = numbers(xp, "count", count, "K", sizes, dtype)
    return total / count[:, xp.newaxis]  # (K, D)
