"""The data of the contests, and parameters that an iteration starts from."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from numeric.checks import Array

SEED = 3
APART = 6.0  # the typical distance of a centre from the origin; standard deviations are 1/2 to 2 or so


def gaussians(count: int, dimensions: int, components: int) -> tuple[Array, Array, Array, Array]:
    """Points of overlapping groups, as far apart for any D, and a mixture that is near: x, pi, mu, sigma."""
    random = np.random.default_rng(SEED)
    centers = APART / math.sqrt(dimensions) * random.normal(size=(components, dimensions))
    roots = random.normal(size=(components, dimensions, dimensions)) / math.sqrt(dimensions)
    roots += np.eye(dimensions)
    x = np.empty((count, dimensions))
    for rows in range(0, count, 10_000):  # so that little is held besides the points
        part = x[rows : rows + 10_000]
        group = random.integers(components, size=len(part))
        part[:] = centers[group]
        part += random.normal(size=part.shape) / 2
        noise = random.normal(size=part.shape)
        for component in range(components):
            part[group == component] += noise[group == component] @ roots[component].T
    sigma = roots @ np.swapaxes(roots, 1, 2) + np.eye(dimensions) / 4
    mu = centers + random.normal(size=centers.shape) / 4
    return x, np.full(components, 1 / components), mu, sigma


def bits(count: int, dimensions: int, components: int) -> tuple[npt.NDArray[np.uint8], Array, Array]:
    """Bits of several kinds, and a mixture that is near: x, pi, theta."""
    random = np.random.default_rng(SEED)
    rates = random.uniform(0.05, 0.95, (components, dimensions))
    x = np.empty((count, dimensions), np.uint8)
    for rows in range(0, count, 10_000):
        part = x[rows : rows + 10_000]
        part[:] = random.random(part.shape, np.float32) < rates[random.integers(components, size=len(part))]
    theta = np.clip(rates + random.normal(size=rates.shape) / 10, 0.02, 0.98)
    return x, np.full(components, 1 / components), theta
