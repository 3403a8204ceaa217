"""What the textbook functions ask of their arguments; it imports numpy alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]


def numbers(name: str, values: ArrayLike, rank: int) -> Array:
    """The values as finite floating-point numbers with so many axes, none of them empty."""
    try:
        found = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name}: expected {rank} axes, got rows of unequal length") from None
    if found.dtype.kind not in "biuf":
        raise ValueError(f"{name}: expected real numbers, got {found.dtype}")
    if found.ndim != rank or 0 in found.shape:
        raise ValueError(f"{name}: expected {rank} axes, none of them empty, got shape {found.shape}")
    result: Array = found if found.dtype in (np.float32, np.float64) else found.astype(np.float64)
    if not np.isfinite(result).all():
        raise ValueError(f"{name}: expected finite numbers, got {result[~np.isfinite(result)][0]}")
    return result


def shaped(name: str, values: ArrayLike, shape: tuple[int, ...], fitting: str) -> Array:
    """Numbers of a shape that other arguments prescribe; `fitting` names those."""
    found = numbers(name, values, len(shape))
    if found.shape != shape:
        raise ValueError(f"{name}: expected shape {shape} (see {fitting}), got {found.shape}")
    return found


def weights(name: str, values: ArrayLike) -> Array:
    """Mixture weights (K,): not negative, and summing to one up to rounding."""
    found = numbers(name, values, 1)
    if found.min() < 0:
        raise ValueError(f"{name}: expected no negative weight, got {found.min()}")
    if abs(found.sum() - 1) > np.sqrt(np.finfo(found.dtype).eps):
        raise ValueError(f"{name}: expected weights that sum to one, got a sum of {found.sum()}")
    return found


def covariances(name: str, values: ArrayLike, shape: tuple[int, ...], fitting: str) -> Array:
    """Covariances (K, D, D): symmetric up to rounding, and positive definite."""
    found = shaped(name, values, shape, fitting)
    turned = found.swapaxes(1, 2)
    scale = np.abs(found).max()
    if np.abs(found - turned).max() > np.sqrt(np.finfo(found.dtype).eps) * scale:
        raise ValueError(
            f"{name}: expected symmetric matrices, got one with unequal entries across the diagonal"
        )
    try:
        np.linalg.cholesky(found)
    except np.linalg.LinAlgError:
        raise ValueError(f"{name}: expected positive definite matrices, got one that is not") from None
    return found


def mixture(
    names: tuple[str, str, str], weights_: ArrayLike, means: ArrayLike, covariances_: ArrayLike
) -> tuple[Array, Array, Array]:
    """The parameters of a Gaussian mixture: weights (K,), means (K, D), covariances (K, D, D)."""
    pi, mu, sigma = names
    checked_weights = weights(pi, weights_)
    checked_means = numbers(mu, means, 2)
    if len(checked_means) != len(checked_weights):
        raise ValueError(f"{mu}: expected {len(checked_weights)} rows (see {pi}), got {len(checked_means)}")
    components, dimensions = checked_means.shape
    shape = (components, dimensions, dimensions)
    return checked_weights, checked_means, covariances(sigma, covariances_, shape, mu)


def assignments(name: str, values: ArrayLike) -> Array:
    """An array (N, K) with a single one in each row and zeros elsewhere."""
    found = numbers(name, values, 2)
    wrong = found[(found != 0) & (found != 1)]
    if wrong.size:
        raise ValueError(f"{name}: expected zeros and ones, got {wrong[0]}")
    totals = found.sum(axis=1)
    if (totals != 1).any():
        raise ValueError(f"{name}: expected a single one in each row, got {int(totals[totals != 1][0])}")
    return found


def same_length(name: str, values: Array, other_name: str, other: Array) -> None:
    """As many rows as another argument has."""
    if len(values) != len(other):
        raise ValueError(
            f"{name}: expected {len(other)} rows, as many as {other_name} has, got {len(values)}"
        )


def same_width(name: str, values: Array, other_name: str, other: Array) -> None:
    """As many columns as another argument has."""
    if values.shape[1] != other.shape[1]:
        raise ValueError(
            f"{name}: expected {other.shape[1]} columns, as many as {other_name} has, got {values.shape[1]}"
        )
