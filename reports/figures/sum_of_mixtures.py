"""Problem 7: the densities of two mixtures and of the sum of draws from them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numeric.checks import Array
from numeric.generated import gmm_convolution, gmm_estep
from reports.figures.style import COLOURS, DASHES, QUIET, rounded

HEIGHT = 1.7
PI_X, MU_X, SIGMA_X = np.array([0.4, 0.6]), np.array([[-4.0], [4.0]]), np.array([[[0.5]], [[1.0]]])
PI_Y, MU_Y, SIGMA_Y = (
    np.array([0.3, 0.5, 0.2]),
    np.array([[-1.6], [0.4], [2.0]]),
    np.array([[[0.1]], [[0.15]], [[0.1]]]),
)


def draw(figure: Figure) -> None:
    """x, y, and their sum."""
    axes = figure.subplots(1, 3, sharex=True, width_ratios=(1, 1, 1.4))
    x = np.linspace(-8.5, 8.5, 511)[:, np.newaxis]
    for panel, (name, pi, mu, Sigma) in zip(
        axes, (("x", PI_X, MU_X, SIGMA_X), ("y", PI_Y, MU_Y, SIGMA_Y)), strict=False
    ):
        joint = gmm_estep.log_joint(pi, x, mu, Sigma)
        _densities(
            x, np.exp(joint), np.exp(np.logaddexp.reduce(joint, axis=1)), f"density of ${name}$", panel
        )
    _densities(x, _pairs(x), _sum(x), "density of $x + y$", axes[2])


def _sum(x: Array) -> Array:
    found: Array = np.exp(gmm_convolution.log_density(PI_X, PI_Y, x, MU_X, MU_Y, SIGMA_X, SIGMA_Y))
    return found


def _pairs(x: Array) -> Array:
    """The components of the sum with their weights (N, 6)."""
    pi = gmm_convolution.pi_z(PI_X, PI_Y).ravel()
    mu = gmm_convolution.mu_z(MU_X, MU_Y).reshape(-1, 1)
    Sigma = gmm_convolution.Sigma_z(SIGMA_X, SIGMA_Y).reshape(-1, 1, 1)
    found: Array = np.exp(gmm_estep.log_joint(pi, x, mu, Sigma))
    return found


def _densities(x: Array, parts: Array, whole: Array, title: str, axes: Axes) -> None:
    axes.plot(x[:, 0], rounded(whole), color=COLOURS[0], linewidth=1.4)
    for part in parts.T:
        axes.plot(x[:, 0], rounded(part), color=QUIET, linewidth=0.6, linestyle=DASHES[1])
    axes.set(title=title, ylim=(0, None))
    axes.set_yticks([])
