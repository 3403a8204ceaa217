"""Weighted medians, one kind of weight after the other, so that nothing of points times kinds times places is held.

The medians of clusters are those of weights that are 0 or 1, found faster: the points are put in the order of
their clusters once, and then one column after the other.
"""

from __future__ import annotations

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers


def weighted_median(values: Array, weights: Array) -> Array:
    """The smallest value that has at most half of the weight strictly on either side; 0 where there is no weight.

    values: (..., N), weights: (M..., N), not negative. Returns (M..., ...): for each kind of weight, the
    medians along the last axis. Only values of positive weight count.
    """
    values = np.ascontiguousarray(values)  # once, or taking members would copy all of it for every kind
    kinds = weights.reshape(-1, weights.shape[-1])
    found = np.stack([_of_one_kind(values, kind) for kind in kinds])
    shape = (*weights.shape[:-1], *values.shape[:-1])
    return found.reshape(shape).astype(np.result_type(values, weights), copy=False)


def _of_one_kind(values: Array, weights: Array) -> Array:
    """Medians along the last axis. Equal weights need no sorting: the lower one of the two in the middle."""
    members = np.flatnonzero(weights > 0)
    if not members.size:
        return np.zeros(values.shape[:-1], values.dtype)
    chosen, heavy = np.take(values, members, axis=-1), weights[members]
    if (heavy == heavy[0]).all():
        middle = (len(members) - 1) // 2
        return np.asarray(np.partition(chosen, middle, axis=-1)[..., middle])
    order = np.argsort(chosen, axis=-1)
    up_to: Array = np.cumsum(heavy[order], axis=-1)
    first = np.argmax(up_to >= up_to[..., -1:] / 2, axis=-1, keepdims=True)
    places = np.take_along_axis(order, first, axis=-1)
    return np.squeeze(np.take_along_axis(chosen, places, axis=-1), axis=-1)


def medians_of_clusters(x: Array, labels: Integers, count: int) -> Array:
    """`weighted_median` of the columns of x (N, D) for clusters that are given by labels 0, ..., count - 1.

    Returns (count, D): in each cluster the lower one of the two medians, 0 where a cluster has no points.
    """
    short = labels.astype(np.min_scalar_type(count))  # of two bytes or less: sorted by counting
    order = np.argsort(short, kind="stable")
    ends = np.cumsum(np.bincount(labels, minlength=count))
    members = [slice(end - size, end) for end, size in zip(ends, np.diff(ends, prepend=0), strict=True)]

    def of_columns(columns: slice) -> Array:
        found = np.zeros((count, columns.stop - columns.start), x.dtype)
        for place, column in enumerate(range(columns.start, columns.stop)):
            values = np.take(x[:, column], order)
            for cluster in np.flatnonzero(np.diff(ends, prepend=0)):
                own = values[members[cluster]]
                middle = (len(own) - 1) // 2
                own.partition(middle)
                found[cluster, place] = own[middle]
        return found

    return np.concatenate(threads.in_order(of_columns, threads.cut(x.shape[1], 1)), axis=1)
