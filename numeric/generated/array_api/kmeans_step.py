# generated, do not edit: written by `python -m numeric.generate`
# from the updates of several derivations; sha256 of the expressions:
# 8fa5b48e938dfc2430757ddc6b93793f06fa15643af2efca1b7ae6fedcf0f382
"""Lloyd's algorithm for K-means, assignment and sums in one pass, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.
"""

from __future__ import annotations

from numeric import checks
from numeric.array_api import Array, array_namespace, float_type, numbers, one_hot


def nearest(x: Array, mu: Array) -> Array:
    """The nearest centres, by scores.

        z[i,k] = 1[k = first argmin_l q[i,l]]

        where q[i,k] = μ[k]ᵀ μ[k] − 2 x[i]ᵀ μ[k]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are converted to the precision of the other arguments. All are held at once.

    Step score.nearest of derivations/kmeans_limit.py.

    Args:
        x: (N, D)
        mu: (K, D)

    Returns:
        places: (N,), the k at which z is 1, counted from 0

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, mu)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    sum_of_squares = xp.sum(mu**2, axis=1)  # (K,)
    weighted = 2 * mu  # (K, D)
    product = weighted @ x.T  # (K, N)
    score = sum_of_squares[:, xp.newaxis] - product  # (K, N)
    return xp.argmin(score, axis=0)  # (N,)


def sums_of_nearest(x: Array, mu: Array) -> tuple[Array, Array, Array]:
    """The nearest centres, by scores, and the sums for the update.

        z[i,k] = 1[k = first argmin_l q[i,l]]
        N[k] = ∑_i z[i,k]
        s[k] = ∑_i z[i,k] x[i]

        where q[i,k] = μ[k]ᵀ μ[k] − 2 x[i]ᵀ μ[k]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are converted to the precision of the other arguments. All are held at once.

    Step score.nearest of derivations/kmeans_limit.py.
    Step members of derivations/kmeans_limit.py.
    Step total of derivations/kmeans_limit.py.

    Args:
        x: (N, D)
        mu: (K, D)

    Returns:
        places: (N,), the k at which z is 1, counted from 0
        count: (K,)
        total: (K, D)

    Raises:
        ValueError: an argument does not have its shape, or holds something else than real numbers.
    """
    xp = array_namespace(x, mu)
    sizes: checks.Sizes = {}
    dtype = float_type(xp, mu)
    x = numbers(xp, "x", x, "N D", sizes, dtype)
    mu = numbers(xp, "mu", mu, "K D", sizes, dtype)
    K = mu.shape[0]
    sum_of_squares = xp.sum(mu**2, axis=1)  # (K,)
    weighted = 2 * mu  # (K, D)
    product = weighted @ x.T  # (K, N)
    score = sum_of_squares[:, xp.newaxis] - product  # (K, N)
    nearest = xp.argmin(score, axis=0)  # (N,)
    z = one_hot(xp, nearest, K, dtype)  # (K, N)
    count = xp.sum(z, axis=1)  # (K,)
    total = z @ x  # (K, D)
    return nearest, count, total
