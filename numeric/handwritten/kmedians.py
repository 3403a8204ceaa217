"""The two steps of Lloyd's algorithm for K-medians, written by hand as in a textbook.

x (N, D) are the points, mu (K, D) the centres, z (N, K) the assignments: a single one in each row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, assignments, numbers, same_length, same_width


def z(x: ArrayLike, mu: ArrayLike) -> Array:
    """The assignments (N, K) to the nearest centres in the L1 distance; of equally near ones to the first."""
    points, centers = numbers("x", x, 2), numbers("mu", mu, 2)
    same_width("mu", centers, "x", points)
    distances = np.empty((len(points), len(centers)), np.result_type(points, centers))
    for k, center in enumerate(centers):
        distances[:, k] = np.abs(points - center).sum(axis=1)
    assigned = np.zeros_like(distances)
    assigned[np.arange(len(points)), distances.argmin(axis=1)] = 1
    return assigned


def mu(x: ArrayLike, z: ArrayLike) -> Array:
    """The medians (K, D) of the points of each cluster: of an even number, the lower one; 0 if there are none."""
    points, assigned = numbers("x", x, 2), assignments("z", z)
    same_length("z", assigned, "x", points)
    medians = np.zeros((assigned.shape[1], points.shape[1]), np.result_type(points, assigned))
    for k in range(assigned.shape[1]):
        members = np.sort(points[assigned[:, k] == 1], axis=0)
        if len(members):
            medians[k] = members[(len(members) - 1) // 2]
    return medians
