"""Clusters that have lost all their points: which points they get."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering import starts
from numeric.clustering.starts import Distance


def moves(far: Array, labels: Integers, counts: Array) -> Iterator[tuple[int, int]]:
    """Points and the empty clusters they go to: the farthest from its centre among those not alone in a cluster.

    There is one, because there are at least as many distinct points as clusters.

    Args:
        far: (N,), the distances of the points from their centres
        labels: (N,), their clusters
        counts: (k,), how many points each cluster has; kept up to date
    """
    far, labels = far.copy(), labels.copy()
    for empty in np.flatnonzero(counts == 0):
        place = int(np.where(counts[labels] > 1, far, -1).argmax())
        counts[[labels[place], empty]] += [-1, 1]
        labels[place], far[place] = empty, -1
        yield place, int(empty)


def filled(distance: Distance, x: Array, labels: Integers, mu: Array) -> Integers:
    """The labels (N,) of the points, but none of the clusters 0, ..., k - 1 is empty."""
    counts = np.bincount(labels, minlength=len(mu))
    if counts.all():
        return labels
    labels = labels.copy()
    for place, target in moves(starts.to_own(distance, x, mu, labels), labels, counts.astype(np.float64)):
        labels[place] = target
    return labels
