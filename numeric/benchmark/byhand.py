"""What one writes by hand: the textbook's formulas, and the formulation of the derived code, as fast as we can.

Imports NumPy, and the threads that the derived code uses too.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers
from numeric.threads import Share

STRIP = 64  # points that OpenBLAS multiplies where they lie; of more it makes a copy in another order

Mixture = tuple[Array, Array, Array]
Bits = tuple[Array, Array]


def em_step(x: Array, pi: Array, mu: Array, sigma: Array, dtype: Any = np.float64) -> tuple[float, Mixture]:
    """An iteration for a Gaussian mixture: natural parameters about the mean of the mixture, in one pass."""
    count, dimensions = x.shape
    center = pi @ mu
    coefficients = _natural(pi, mu - center, sigma).astype(dtype)
    middle = center.astype(dtype)[:, np.newaxis]
    features = coefficients.shape[1]

    def share(rows: slice) -> Share:
        block = x[rows].T
        room = np.empty((features, block.shape[1]), dtype)
        room[0] = 1
        np.subtract(block, middle, out=room[1 : 1 + dimensions], casting="same_kind")
        start = 1 + dimensions
        for row in range(dimensions):
            stop = start + dimensions - row
            np.multiply(room[1 + row : 1 + dimensions], room[1 + row], out=room[start:stop])
            start = stop
        logs = coefficients @ room
        likelihood = _softmax(logs)
        return logs @ room.T, likelihood

    rows = min(8192, max(2048, 2**20 // features))
    sums, likelihood = threads.total(share, count, rows)
    return float(likelihood), _moments(sums, count, center)


def _natural(pi: Array, away: Array, sigma: Array) -> Array:
    """The coefficients of 1, z_d and z_d z_e (d <= e), a row for each component."""
    dimensions = away.shape[1]
    precision = np.linalg.inv(sigma)
    linear = np.einsum("kde,ke->kd", precision, away)
    constant = (
        np.log(pi)
        - (
            np.einsum("kd,kd->k", linear, away)
            + np.linalg.slogdet(sigma)[1]
            + dimensions * math.log(2 * math.pi)
        )
        / 2
    )
    first, second = np.triu_indices(dimensions)
    packed = precision[:, first, second] * np.where(first == second, -0.5, -1.0)
    return np.concatenate([constant[:, np.newaxis], linear, packed], axis=1)


def _softmax(logs: Array) -> Any:
    """Shares of each column, in the place of its logarithms, and the sum of the log-sum-exps."""
    largest: Array = np.max(logs, axis=0)
    logs -= largest
    if logs.dtype == np.float32:
        np.maximum(logs, np.float32(-78), out=logs)  # subnormal shares would be slow
    np.exp(logs, out=logs)
    totals: Array = np.sum(logs, axis=0)
    logs /= totals
    np.log(totals, out=totals)
    totals += largest
    return np.sum(totals, dtype=np.float64)


def _moments(sums: Array, count: int, center: Array) -> Mixture:
    dimensions = len(center)
    counts, shift = sums[:, 0], sums[:, 1 : 1 + dimensions] / sums[:, :1]
    first, second = np.triu_indices(dimensions)
    sigma = np.empty((len(sums), dimensions, dimensions))
    sigma[:, first, second] = sigma[:, second, first] = sums[:, 1 + dimensions :] / sums[:, :1]
    sigma -= shift[:, :, np.newaxis] * shift[:, np.newaxis, :]
    return counts / count, center + shift, sigma


def bernoulli_textbook(x: Array, pi: Array, theta: Array) -> tuple[float, Bits]:
    """An iteration for a Bernoulli mixture with two products of matrices, as the textbook has it."""
    logs = x @ np.log(theta).T + (1 - x) @ np.log(1 - theta).T + np.log(pi)
    likelihood, gamma = _by_rows(logs)
    counts = gamma.sum(axis=0)
    return likelihood, (counts / len(x), gamma.T @ x / counts[:, np.newaxis])


def _by_rows(logs: Array) -> tuple[float, Array]:
    largest = logs.max(axis=1, keepdims=True)
    shares = np.exp(logs - largest)
    totals = shares.sum(axis=1, keepdims=True)
    return float((largest + np.log(totals)).sum()), shares / totals


def bernoulli_step(x: Array, pi: Array, theta: Array, dtype: Any = np.float64) -> tuple[float, Bits]:
    """The same with one product, in blocks."""
    logits = (np.log(theta) - np.log1p(-theta)).astype(dtype, order="F")
    bias = (np.log(pi) + np.log1p(-theta).sum(axis=1)).astype(dtype)[:, np.newaxis]

    def share(rows: slice) -> Share:
        block = x[rows].astype(dtype, copy=False)
        logs = _in_strips(logits, block)
        logs += bias
        likelihood = _softmax(logs)
        return np.sum(logs, axis=1), _over_strips(logs, block), likelihood

    counts, on, likelihood = threads.total(share, len(x), 1024)
    return float(likelihood), (counts / len(x), on / counts[:, np.newaxis])


def _in_strips(factors: Array, block: Array) -> Array:
    """factors @ block.T for a few points at a time."""
    (count, dimensions), rows = block.shape, len(factors)
    whole = count - count % STRIP
    found = np.empty((rows, count), factors.dtype)
    np.matmul(
        factors,
        block[:whole].reshape(-1, STRIP, dimensions).transpose(0, 2, 1),
        out=found[:, :whole].reshape(rows, -1, STRIP).transpose(1, 0, 2),
    )
    found[:, whole:] = factors @ block[whole:].T
    return found


def _over_strips(shares: Array, block: Array) -> Array:
    """shares @ block for a few points at a time."""
    (rows, count), whole = shares.shape, shares.shape[1] // STRIP * STRIP
    found: Array = np.matmul(
        shares[:, :whole].reshape(rows, -1, STRIP).transpose(1, 0, 2),
        block[:whole].reshape(-1, STRIP, block.shape[1]),
    ).sum(axis=0)
    return found + np.dot(shares[:, whole:], block[whole:]) if whole < count else found


def medians(x: Array, labels: Integers, count: int) -> Array:
    """The median of each cluster, as NumPy has it."""
    return np.stack([np.median(x[labels == cluster], axis=0) for cluster in range(count)])
