"""The two steps of Lloyd's algorithm for K-means, written by hand as in a textbook.

x (N, D) are the points, mu (K, D) the centres, z (N, K) the assignments: a single one in each row.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from numeric.handwritten.arguments import Array, assignments, numbers, same_length, same_width


def z(x: ArrayLike, mu: ArrayLike) -> Array:
    """The assignments (N, K) to the nearest centres; of equally near ones to the first."""
    points, centers = numbers("x", x, 2), numbers("mu", mu, 2)
    same_width("mu", centers, "x", points)
    distances = np.empty((len(points), len(centers)), np.result_type(points, centers))
    for k, center in enumerate(centers):
        distances[:, k] = ((points - center) ** 2).sum(axis=1)
    assigned = np.zeros_like(distances)
    assigned[np.arange(len(points)), distances.argmin(axis=1)] = 1
    return assigned


def mu(z: ArrayLike, x: ArrayLike) -> Array:
    """The centroids (K, D) of the points of each cluster. Raises ValueError also if a cluster has no points."""
    points, assigned = numbers("x", x, 2), assignments("z", z)
    same_length("z", assigned, "x", points)
    counts = assigned.sum(axis=0)
    if counts.min() <= 0:
        raise ValueError(f"z: expected every cluster to have points, got none in cluster {counts.argmin()}")
    centroids: Array = assigned.T @ points / counts[:, np.newaxis]
    return centroids
