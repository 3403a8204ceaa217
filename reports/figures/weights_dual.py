"""Problem 3: the primal and the dual problem of the update of the weights."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from numeric.checks import Array
from numeric.generated import gmm_mstep
from reports.figures.style import COLOURS, INK, QUIET, rounded

HEIGHT = 2.0
SHARES = (0.9, 0.8, 0.75, 0.9, 0.6, 0.7, 0.3, 0.2, 0.1, 0.25)  # of the first of two components, at each point


def draw(figure: Figure) -> None:
    """The two problems on one scale."""
    gamma = np.stack([np.array(SHARES), 1 - np.array(SHARES)], axis=1)
    counts, points = gamma.sum(axis=0), len(gamma)
    best = gmm_mstep.pi(gamma)
    value = _primal(counts, best[:1])[0]
    primal, dual = figure.subplots(1, 2, sharey=True)
    for axes in (primal, dual):
        axes.axhline(float(rounded(value)), color=QUIET, linestyle="--", linewidth=0.7)
    first = np.linspace(0.04, 0.97, 200)
    primal.plot(first, rounded(_primal(counts, first)), color=COLOURS[0])
    primal.plot(rounded(best[:1]), rounded([value]), "s", color=INK)
    primal.set(xlabel=r"$\pi_1$", title=r"objective $N_1\,\log\,\pi_1 + N_2\,\log\,\pi_2$")
    primal.set_xticks([0, float(rounded(best[0])), 1], ["$0$", "$N_1/N$", "$1$"])
    prices = np.linspace(3.5, 22, 200)
    dual.plot(prices, rounded(_dual(counts, prices)), color=COLOURS[1])
    dual.plot([points], rounded(_dual(counts, np.array([points]))), "s", color=INK)
    dual.set(xlabel=r"$\lambda$", title=r"dual function $g(\lambda)$")
    dual.set_xticks([points], ["$N$"])


def _primal(counts: Array, first: Array) -> Array:
    """The objective at the weights (first, 1 - first)."""
    found: Array = counts[0] * np.log(first) + counts[1] * np.log(1 - first)
    return found


def _dual(counts: Array, price: Array) -> Array:
    """The Lagrangian at its maximum, the counts divided by the multiplier."""
    found: Array = (counts * np.log(counts / price[:, np.newaxis])).sum(axis=1) + price - counts.sum()
    return found
