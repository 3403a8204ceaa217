"""Products of a small matrix with one of many points, in strips of points.

For small matrices OpenBLAS has kernels that read the points where they lie; those for large ones first copy them into
another order, which takes as long as the product. So the points are cut into strips that are small matrices, all of
which are one call, because between calls threads wait for each other.
"""

from __future__ import annotations

import numpy as np

from numeric.checks import Array

SMALL = 900_000  # multiplications: OpenBLAS calls a product small up to a million of them
FEWEST = 32  # points of a strip: of fewer, the calls cost more than the copies
SHORT = 500  # numbers that come of a call: of more, NumPy lets other threads work in the meantime


def product_with_rows(left: Array, rows: Array, out: Array) -> Array:
    """left @ rows.T: (K, D), (B, D) -> (K, B)."""
    left = np.asfortranarray(left)  # with which OpenBLAS is faster
    cut, size = _strips(left.size, len(rows), 1)
    whole = cut * size
    np.matmul(
        left,
        rows[:whole].reshape(cut, size, -1).transpose(0, 2, 1),
        out=out[:, :whole].reshape(-1, cut, size).transpose(1, 0, 2),
    )
    if whole < len(rows):
        np.matmul(left, rows[whole:].T, out=out[:, whole:])
    return out


def product_over_rows(left: Array, rows: Array) -> Array:
    """left @ rows, a sum over the points: (K, B), (B, D) -> (K, D)."""
    products = len(left) * rows.shape[1]
    cut, size = _strips(products, len(rows), SHORT // products + 1)
    if cut == 1:
        product: Array = np.dot(left, rows)
        return product
    whole = cut * size
    of_strips = np.matmul(
        left[:, :whole].reshape(-1, cut, size).transpose(1, 0, 2), rows[:whole].reshape(cut, size, -1)
    )
    found: Array = np.add.reduce(of_strips)
    if whole < len(rows):
        found += np.dot(left[:, whole:], rows[whole:])
    return found


def _strips(products: int, count: int, fewest: int) -> tuple[int, int]:
    """How many strips of how many points, at so many multiplications a point; fewer points are left over than there are strips.

    Points of which no strip is small are one strip, and so are few; else there are at least `fewest` strips.
    """
    is_small = FEWEST * products <= SMALL
    number = -(-count * products // SMALL) if is_small else 1
    number = max(number, min(fewest, count)) if number > 1 else 1
    return number, count // number
