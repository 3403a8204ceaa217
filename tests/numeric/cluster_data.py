"""What tests of clustering share: data, starts, and the functions that fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn import datasets

from numeric.clustering import bernoulli_em, em, kmeans, kmedians

Points = np.ndarray[Any, np.dtype[Any]]
EPS = float(np.finfo(np.float64).eps)


def blobs(count: int, dimensions: int, groups: int, seed: int = 0) -> Points:
    """Overlapping groups of points, of unequal sizes and shapes."""
    random = np.random.default_rng(seed)
    centers = random.normal(scale=4, size=(groups, dimensions))
    shapes = random.normal(size=(groups, dimensions, dimensions))
    of = random.choice(groups, size=count, p=random.dirichlet(np.full(groups, 5.0)))
    x: Points = centers[of] + np.einsum("nij,nj->ni", shapes[of], random.normal(size=(count, dimensions)))
    return x


DATA: dict[str, Callable[[], Points]] = {
    "iris": lambda: np.asarray(datasets.load_iris().data),
    "wine": lambda: np.asarray(datasets.load_wine().data),
    "digits": lambda: np.asarray(datasets.load_digits().data)[::2],
    "synthetic": lambda: blobs(5000, 4, 6),
}
SMALL = blobs(200, 2, 3)
PIXELS = np.random.default_rng(6).integers(0, 256, size=(240, 3)).astype(np.uint8)
FITS: dict[str, Callable[..., Any]] = {
    "kmeans": kmeans,
    "kmedians": kmedians,
    "em": em,
    "bernoulli_em": bernoulli_em,
}


def averages(x: Points, k: int) -> Points:
    """Centres to start from that are no points, so that no point is equally near to two of them."""
    return np.random.default_rng(1).dirichlet(np.full(len(x), 0.05), size=k) @ x
