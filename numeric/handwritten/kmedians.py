"""The two steps of Lloyd's algorithm for K-medians, written by hand as in a textbook.

x (N, D) are the points, mu (K, D) the centres, z (N, K) the assignments: a single one in each row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, assignments, numbers, same_length, same_width


def z(x: ArrayLike, mu: ArrayLike) -> Array:
    """The assignments (N, K) to the nearest centres in the L1 distance; of equally near ones to the first."""
    x, mu = numbers("x", x, 2), numbers("mu", mu, 2)
    same_width("mu", mu, "x", x)
    distances = np.empty((len(x), len(mu)), np.result_type(x, mu))
    for k, center in enumerate(mu):
        distances[:, k] = np.abs(x - center).sum(axis=1)
    assigned = np.zeros_like(distances)
    assigned[np.arange(len(x)), distances.argmin(axis=1)] = 1
    return assigned


def mu(x: ArrayLike, z: ArrayLike) -> Array:
    """The medians (K, D) of the points of each cluster: of an even number, the lower one; 0 if there are none."""
    x, z = numbers("x", x, 2), assignments("z", z)
    same_length("z", z, "x", x)
    medians = np.zeros((z.shape[1], x.shape[1]), np.result_type(x, z))
    for k in range(z.shape[1]):
        members = np.sort(x[z[:, k] == 1], axis=0)
        if len(members):
            medians[k] = members[(len(members) - 1) // 2]
    return medians
