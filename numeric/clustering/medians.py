"""K-medians: who is nearest to which centre in L1 distance, block by block, and the medians of the clusters."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers
from numeric.clustering import empty, starts
from numeric.generated import kmedians
from numeric.medians import medians_of_clusters

ROWS = 2**12  # of a block


@dataclass(frozen=True)
class Labelled:
    """An assignment of the points to the centres: the labels (N,), how many each centre has, and the objective."""

    labels: Integers
    counts: Array
    objective: float

    @property
    def is_full(self) -> bool:
        """Whether no cluster is empty."""
        return bool(self.counts.all())

    def agrees(self, other: Labelled) -> bool:
        """Whether no point has changed its cluster."""
        return np.array_equal(self.labels, other.labels)


@dataclass(frozen=True)
class Medians:
    """The two steps for points in memory: a median needs all of a column at once."""

    x: Array

    slack = 0.0  # a median is one of the points: rounding does not come in
    least_spread = 0.0  # and distances are no squares: small ones are not lost

    @cached_property
    def spread(self) -> float:
        """The mean over the columns of the mean distance from the median of all points."""
        center = medians_of_clusters(self.x, np.zeros(len(self.x), np.intp), 1)
        return float(starts.to_one(starts.absolute, self.x, center[0]).sum()) / self.x.size

    def assigned(self, mu: Array, before: Labelled | None = None) -> Labelled:
        """Every point to its nearest centre, the first of equals."""
        labels = np.empty(len(self.x), np.intp)

        def of_block(rows: slice) -> threads.Share:
            z = kmedians.z(self.x[rows], mu)
            labels[rows] = z.argmax(axis=1)
            own = starts.absolute(self.x[rows], mu.take(labels[rows], axis=0))
            return np.sum(z, axis=0), np.sum(own)

        counts, objective = threads.total(of_block, len(self.x), ROWS)
        return Labelled(labels, counts, float(objective))

    def updated(self, assigned: Labelled, mu: Array) -> Array:
        """Every centre to the medians of its points; an empty cluster gets a point first, one that is far from `mu`."""
        labels = empty.filled(starts.absolute, self.x, assigned.labels, mu)
        return medians_of_clusters(self.x, labels, len(mu))

    def moved(self, mu: Array, before: Array) -> float:
        """The sum of the L1 distances of the centres from where they were."""
        return float(np.sum(starts.absolute(mu, before)))

    def labels(self, assigned: Labelled, mu: Array) -> Integers:
        """The cluster (N,) of each point."""
        return assigned.labels
