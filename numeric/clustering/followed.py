"""K-means of points in memory: the cluster of each is kept, so only points that change it are added up again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers
from numeric.clustering.means import Assigned, Means
from numeric.clustering.nearest import Clusters, Direct
from numeric.clustering.points import InMemory, cuts, in_double


@dataclass(frozen=True)
class Followed(Assigned):
    """An assignment with the clusters of all points, block by block."""

    blocks: tuple[Clusters, ...]


@dataclass(frozen=True)
class MeansInMemory(Means):
    """The two steps, the second of which starts from the iteration before; none where rounding would decide."""

    points: InMemory

    def assigned(self, mu: Array, before: Assigned | None = None) -> Assigned:
        """Every point to its nearest centre, the first of equals."""
        step = self.nearest(mu)
        if isinstance(step, Direct):
            return super().assigned(mu)
        x = self.points.x
        rows = cuts(len(x), self._width(mu))
        known = before.blocks if isinstance(before, Followed) else [None] * len(rows)
        blocks = threads.in_order(
            lambda block: step.clusters(in_double(x[block[0]]), block[1]), list(zip(rows, known, strict=True))
        )
        counts, sums = threads.added((block.counts, block.sums) for block in blocks)
        return Followed(counts, sums, self._objective(step, mu, counts, sums), tuple(blocks))

    def labels(self, assigned: Assigned, mu: Array) -> Integers:
        """The cluster (N,) of each point."""
        if not isinstance(assigned, Followed):
            return super().labels(assigned, mu)
        return np.concatenate([block.labels for block in assigned.blocks], dtype=np.intp)
