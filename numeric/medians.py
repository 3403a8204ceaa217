"""Weighted medians, one kind of weight after the other, so that nothing of points times kinds times places is held.

The medians of clusters are those of weights that are 0 or 1, found faster: the points are put in the order of
their clusters once. Medians of many numbers are looked for between two bounds that a few of them give, after Floyd and
Rivest, Expected time bounds for selection (1975).
"""

from __future__ import annotations

import math
from itertools import accumulate, pairwise

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers

FEW = 2**10  # numbers that are partitioned as they are
SAMPLED = 16  # of many, every so-manieth is in the sample, or fewer
MARGIN = 1.5  # roots of the size of the sample, to either side of its median: three standard deviations
HELD = 2**20  # numbers of a cluster that are put in columns at once, on each thread
ROWS = 2**17  # numbers that are put in columns at a time, and stay in the cache meanwhile


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
        return lower_medians(chosen.reshape(-1, len(members))).reshape(chosen.shape[:-1])
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
    sizes = np.bincount(short, minlength=count)
    found = np.zeros((count, x.shape[1]), x.dtype)

    def of_cluster(members: slice) -> Array:
        rows = order[members]
        parts = threads.cut(x.shape[1], max(1, HELD // len(rows)))
        return np.concatenate([lower_medians(_columns(x, rows, part)) for part in parts])

    full = np.flatnonzero(sizes)
    ends = np.cumsum(sizes)[full]
    members = [slice(end - size, end) for end, size in zip(ends, sizes[full], strict=True)]
    found[full] = threads.in_order(of_cluster, members)
    return found


def _columns(x: Array, rows: Integers, chosen: slice) -> Array:
    """Of these rows of x (N, D), some of the columns (d, n), each in one piece."""
    width = chosen.stop - chosen.start
    columns = np.empty((width, len(rows)), x.dtype)
    for part in threads.cut(len(rows), max(1, ROWS // width)):
        whole = width == x.shape[1]  # which NumPy copies row by row
        columns[:, part] = (np.take(x, rows[part], axis=0) if whole else x[rows[part], chosen]).T
    return columns


def lower_medians(values: Array) -> Array:
    """Of each row of (M, n), the number that has at most half of the others strictly on either side: the lower of two."""
    middle = (values.shape[1] - 1) // 2
    if values.shape[1] <= FEW:
        return np.asarray(np.partition(values, middle, axis=-1)[:, middle])
    low, high = _bounds(values)
    inside = values >= low
    below = [values.shape[1] - int(np.count_nonzero(row)) for row in inside]
    inside &= values <= high
    ends = list(accumulate(int(np.count_nonzero(row)) for row in inside))
    candidates = np.take(values.reshape(-1), np.flatnonzero(inside))
    found = np.empty(len(values), values.dtype)
    for row, (start, end) in enumerate(pairwise([0, *ends])):
        place = middle - below[row]
        if 0 <= place < end - start:
            found[row] = _put_in_place(candidates[start:end], place)[place]
        else:
            found[row] = _put_in_place(values[row].copy(), middle)[middle]
    return found


def _bounds(values: Array) -> tuple[Array, Array]:
    """Two numbers (M, 1) of each row, between which its median is, if its order is not against that."""
    apart = max(SAMPLED, math.isqrt(values.shape[1]) // 8)
    sample = np.ascontiguousarray(values[:, ::apart])
    size = sample.shape[1]
    margin = math.ceil(MARGIN * math.sqrt(size))
    low, high = size // 2 - margin, size // 2 + margin
    sample.partition((low, high), axis=-1)
    return sample[:, low, np.newaxis], sample[:, high, np.newaxis]


def _put_in_place(values: Array, place: int) -> Array:
    """The values in an order that has smaller ones before this place, and larger ones after it."""
    values.partition(place)
    return values
