"""Weighted medians, one kind of weight after the other, so that nothing of points times kinds times places is held."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from numeric.checks import Array


def weighted_median(values: Array, weights: Array) -> Array:
    """The smallest value that has at most half of the weight strictly on either side; 0 where there is no weight.

    values: (..., N), weights: (M..., N), not negative. Returns (M..., ...): for each kind of weight, the
    medians along the last axis. Only values of positive weight count.
    """
    order = np.argsort(values, axis=-1, kind="stable")
    ranked = np.take_along_axis(values, order, axis=-1)
    kinds = weights.reshape(-1, weights.shape[-1])
    found = np.stack([_of_one_kind(ranked, order, kind) for kind in kinds])
    return found.reshape(*weights.shape[:-1], *values.shape[:-1])


def _of_one_kind(ranked: Array, order: npt.NDArray[np.intp], weights: Array) -> Array:
    """The medians for one kind of weight: where the weight up to a value first reaches half of all."""
    below: Array = np.cumsum(weights[order], axis=-1)
    half = below[..., -1:] / 2
    first = np.argmax(below >= half, axis=-1, keepdims=True)
    medians = np.take_along_axis(ranked, first, axis=-1)
    kind = np.result_type(ranked, weights)
    return np.squeeze(np.where(half > 0, medians, 0).astype(kind), axis=-1)
