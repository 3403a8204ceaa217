"""Weighted medians, one kind of weight after the other, so that nothing of points times kinds times places is held."""

from __future__ import annotations

import numpy as np

from numeric.checks import Array


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
