# generated, do not edit: written by `python -m numeric.generate`
# from derivations/kmedians.py; sha256 of the expressions:
# 1876226fb3da3999ce2ffc91672e4a55ad45bd67a36d587010cf031a23dde867
"""Lloyd's algorithm for K-medians: the updates that were derived, as pure functions.

In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are
checked, values are not, as they may not be known yet. For others than is said of an argument the result is not
a number, or means nothing.

Refused: mu, because a median takes a partition of the points, and the standard has none.
"""

from __future__ import annotations

from numeric import checks
from numeric.array_api import Array, array_namespace, float_type, numbers, one_hot


def z(x: Array, mu: Array) -> Array:
    """z[i,k] = 1[k = first argmin_l ∑_d |x[i][d] − μ[l][d]|]

    Step assignment.step of derivations/kmedians.py.

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
    size = xp.abs(x_minus_mu)  # (K, D, N)
    total = xp.sum(size, axis=1)  # (K, N)
    nearest = xp.argmin(total, axis=0)  # (N,)
    indicator = one_hot(xp, nearest, K, dtype)  # (K, N)
    return indicator.T  # (N, K)


def mu(x: Array, z: Array) -> Array:
    """new_mu[k,d] = median_i(x[i][d]; z[i,k])

    Step update.step of derivations/kmedians.py.

    Args:
        x: (N, D)
        z: (N, K), is 1 at one place of its last index and 0 elsewhere

    Returns:
        (K, D)

    Raises:
        NotImplementedError: always; a median takes a partition of the points, and the standard has none.
    """
    raise NotImplementedError("mu: a median takes a partition of the points, and the standard has none")
