# generated, do not edit: written by `python -m numeric.generate`
# from the updates of several derivations; sha256 of the expressions:
# 8fa5b48e938dfc2430757ddc6b93793f06fa15643af2efca1b7ae6fedcf0f382
"""Lloyd's algorithm for K-means, assignment and sums in one pass, as NumPy functions."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric import checks
from numeric.checks import Array, Integers
from numeric.one_pass import Room, Shares, sum_in_blocks_read_twice
from numeric.smallest import first_smallest, ones_and_counts, room_for_places
from numeric.strips import product_over_rows, product_with_rows


def nearest(x: npt.ArrayLike, mu: npt.ArrayLike) -> Integers:
    """The nearest centres, by scores.

        z[i,k] = 1[k = first argmin_l q[i,l]]

        where q[i,k] = μ[k]ᵀ μ[k] − 2 x[i]ᵀ μ[k]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

    Step score.nearest of derivations/kmeans_limit.py.

    Args:
        x: (N, D)
        mu: (K, D)

    Returns:
        places: (N,), the k at which z is 1, counted from 0

    Raises:
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.rows("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    N, D = x.shape
    K = mu.shape[0]
    dtype = np.result_type(mu)
    places = room_for_places(N, K)  # (N,)
    sum_of_squares: Array = np.sum(mu**2, axis=1)  # (K,)
    weighted = 2 * mu  # (K, D)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        x_rows = np.asarray(x[rows], dtype)  # (B, D)
        product = product_with_rows(weighted, x_rows, out=room("product", K))  # (K, B)
        score = np.subtract(sum_of_squares[:, np.newaxis], product, out=product)  # (K, B)
        first_smallest(score, room, out=places[rows])
        return (np.sum(score[0]),)

    sum_in_blocks_read_twice("x", share_of_block, N, max(D, K), dtype)
    return places


def sums_of_nearest(x: npt.ArrayLike, mu: npt.ArrayLike) -> tuple[Integers, Array, Array]:
    """The nearest centres, by scores, and the sums for the update.

        z[i,k] = 1[k = first argmin_l q[i,l]]
        N[k] = ∑_i z[i,k]
        s[k] = ∑_i z[i,k] x[i]

        where q[i,k] = μ[k]ᵀ μ[k] − 2 x[i]ᵀ μ[k]

    The results for some points and for others add up to those for both. The points, of any kind of real
    numbers, are read once, in blocks, and are not checked beyond that the sums are finite. Computed is in
    the precision of the other arguments, added up in double precision.

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
        ValueError: an argument does not have its shape, holds a number that is not finite, or is
            not what is said above.
    """
    sizes: checks.Sizes = {}
    x = checks.rows("x", x, "N D", sizes)
    mu = checks.array("mu", mu, "K D", sizes)
    N, D = x.shape
    K = mu.shape[0]
    dtype = np.result_type(mu)
    places = room_for_places(N, K)  # (N,)
    sum_of_squares: Array = np.sum(mu**2, axis=1)  # (K,)
    weighted = 2 * mu  # (K, D)

    def share_of_block(rows: slice, room: Room) -> Shares:  # B points at a time
        x_rows = np.asarray(x[rows], dtype)  # (B, D)
        product = product_with_rows(weighted, x_rows, out=room("product", K))  # (K, B)
        score = np.subtract(sum_of_squares[:, np.newaxis], product, out=product)  # (K, B)
        nearest = first_smallest(score, room, out=places[rows])  # (B,)
        z, count = ones_and_counts(nearest, room("product", K))  # (K, B), (K,)
        return count, product_over_rows(z, x_rows)

    count, total = sum_in_blocks_read_twice("x", share_of_block, N, max(D, K), dtype)
    return places, count, total
