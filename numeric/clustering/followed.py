"""K-means of points in memory: the cluster of each is kept, so only points that change it are added up again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.means import Assigned, Means
from numeric.clustering.nearest import Direct, Scored
from numeric.clustering.points import InMemory
from numeric.generated import kmeans_limit
from numeric.stable import one_hot

FEW = 32  # changes, times so many at most the points: else all sums are taken anew


@dataclass(frozen=True)
class Followed(Assigned):
    """An assignment with the cluster of each point, and how many have changed theirs."""

    labels: Integers
    changes: int


@dataclass(frozen=True)
class MeansInMemory(Means):
    """The two steps, the first of which starts from that of the iteration before; not where rounding would decide."""

    points: InMemory

    def assigned(self, mu: Array, before: Assigned | None = None) -> Assigned:
        """Every point to its nearest centre, the first of equals."""
        step = self.nearest(mu)
        if isinstance(step, Direct):
            return super().assigned(mu)
        known = before if isinstance(before, Followed) else None
        counts, sums, labels, changes = self._followed(step, known)
        return Followed(counts, sums, self._objective(step, mu, counts, sums), labels, changes)

    def _followed(self, step: Scored, before: Followed | None) -> tuple[Array, Array, Integers, int]:
        x = self.points.x
        if before is not None and self._are_few(before.changes):
            labels = step.labels(x)
            places = np.flatnonzero(labels != before.labels)
            if self._are_few(len(places)):
                return *_changed(before, labels, places, step.away(x[places])), labels, len(places)
        labels, counts, sums = step.clusters(x)
        changes = len(x) if before is None else int(np.count_nonzero(labels != before.labels))
        return counts, sums, labels, changes

    def _are_few(self, changes: int) -> bool:
        return FEW * changes <= self.points.shape[0]

    def labels(self, assigned: Assigned, mu: Array) -> Integers:
        """The cluster (N,) of each point."""
        if not isinstance(assigned, Followed):
            return super().labels(assigned, mu)
        return assigned.labels.astype(np.intp)


def _changed(before: Followed, labels: Integers, places: Integers, x: Array) -> tuple[Array, Array]:
    """Counts and sums after the points x at these places have changed their clusters."""
    counts, sums = before.counts, before.sums
    if places.size:
        now, then = (one_hot(of[places], len(counts), np.float64).T for of in (labels, before.labels))
        counts = counts + kmeans_limit.count(now) - kmeans_limit.count(then)
        sums = sums + kmeans_limit.total(now, x) - kmeans_limit.total(then, x)
    return counts, sums
