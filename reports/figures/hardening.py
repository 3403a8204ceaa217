"""Problem 6: responsibilities become the assignment of K-means as sigma shrinks."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numeric.checks import Array
from numeric.generated import gmm_estep, kmeans_limit
from reports.figures.style import COLOURS, DASHES, MARKS, rounded

HEIGHT = 1.6
SIGMAS = (2.0, 1.0, 0.4)
PI = np.array([0.2, 0.5, 0.3])
MU = np.array([[-2.0], [0.5], [2.5]])


def draw(figure: Figure) -> None:
    """One panel for every sigma, and one for the limit."""
    axes = figure.subplots(1, len(SIGMAS) + 1, sharey=True)
    x = np.linspace(-4.5, 4.5, 451)[:, np.newaxis]
    for panel, sigma in zip(axes, SIGMAS, strict=False):
        gamma = gmm_estep.gamma(PI, x, MU, np.full((len(PI), 1, 1), sigma**2))
        _shares(x, gamma, rf"$\sigma = {sigma:g}$", panel)
    _shares(x, kmeans_limit.z(x, MU), r"$\sigma \to 0$", axes[-1])
    axes[0].set_ylabel("responsibility")


def _shares(x: Array, gamma: Array, title: str, axes: Axes) -> None:
    for share, center, colour, dashes, mark in zip(gamma.T, MU[:, 0], COLOURS, DASHES, MARKS, strict=True):
        axes.plot(x[:, 0], rounded(share), color=colour, linestyle=dashes)
        axes.plot([center], [-0.09], mark, color=colour, clip_on=False)
    axes.set(title=title, xlabel="$x$", ylim=(-0.14, 1.04))
    axes.set_xticks([])
    axes.set_yticks([0, 1])
