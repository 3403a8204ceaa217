"""K-means of points in memory: the cluster of each is kept, so only points that change it are added up again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from numeric.checks import Array, Integers
from numeric.clustering.means import Assigned, Means
from numeric.clustering.nearest import Direct, Scored
from numeric.clustering.points import InMemory
from numeric.stable import one_hot

FEW = 12  # changes, times so many at most the points: else all sums are taken anew
OFTEN = 16  # and so they are after so many iterations, or what rounding has left of points that are gone would stay


@dataclass(frozen=True)
class Followed(Assigned):
    """An assignment with the cluster of each point, how many have changed theirs, and since when sums are followed."""

    labels: Integers
    changes: int
    age: int = 0


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
        return (known and self._followed(step, mu, known)) or self._anew(step, mu, known)

    def _followed(self, step: Scored, mu: Array, before: Followed) -> Followed | None:
        """From the iteration before, if little has changed since."""
        if not self._are_few(before.changes) or before.age == OFTEN:
            return None
        labels = step.labels(self.points.x)
        places = np.flatnonzero(labels != before.labels)
        if not self._are_few(len(places)):
            return None
        counts, sums = _changed(before, labels, places, step.away(self.points.x[places]))
        objective = self._objective(step, mu, counts, sums)
        return Followed(counts, sums, objective, labels, len(places), before.age + 1)

    def _anew(self, step: Scored, mu: Array, before: Followed | None) -> Followed:
        labels, counts, sums = step.clusters(self.points.x)
        changes = len(labels) if before is None else int(np.count_nonzero(labels != before.labels))
        return Followed(counts, sums, self._objective(step, mu, counts, sums), labels, changes)

    def _are_few(self, changes: int) -> bool:
        return FEW * changes <= self.points.shape[0]

    def labels(self, assigned: Assigned, mu: Array) -> Integers:
        """The cluster (N,) of each point."""
        if not isinstance(assigned, Followed):
            return super().labels(assigned, mu)
        return assigned.labels.astype(np.intp)


def _changed(before: Followed, labels: Integers, places: Integers, x: Array) -> tuple[Array, Array]:
    """Counts and sums after the points x at these places have changed their clusters."""
    now, then = (one_hot(of[places], len(before.counts), np.float64) for of in (labels, before.labels))
    change = now - then
    return before.counts + np.sum(change, axis=1), before.sums + np.dot(change, x)
