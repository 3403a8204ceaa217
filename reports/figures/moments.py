"""Problem 5: a mixture in the plane, and the Gaussian with the same mean and covariance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numeric.checks import Array
from numeric.generated import gmm_estep, mixture_moments
from reports.figures.style import COLOURS, INK, QUIET, rounded

HEIGHT = 2.3
PI = np.array([0.5, 0.3, 0.2])
MU = np.array([[-1.8, -0.6], [1.6, 1.2], [1.2, -1.6]])
SIGMA = np.array([[[0.7, 0.4], [0.4, 0.8]], [[0.5, -0.2], [-0.2, 0.4]], [[0.3, 0.0], [0.0, 0.3]]])
LEVELS = 7


def draw(figure: Figure) -> None:
    """The two densities side by side."""
    mean, covariance = mixture_moments.mean(PI, MU), mixture_moments.covariance(PI, SIGMA, MU)
    left, right = figure.subplots(1, 2, sharex=True, sharey=True)
    _contours(PI, MU, SIGMA, left)
    left.plot(*MU.T, "x", color=INK, markersize=5)
    left.set_title("the mixture")
    _contours(np.ones(1), mean[np.newaxis], covariance[np.newaxis], right)
    right.set_title("the Gaussian with the same two moments")
    for axes in (left, right):
        axes.plot(*rounded(_ellipse(mean, covariance)), color=COLOURS[1], linestyle=(0, (5, 1.5)))
        axes.plot(*rounded(mean)[:, np.newaxis], "s", color=COLOURS[1], markersize=5)
        axes.set_aspect("equal")


def _contours(pi: Array, mu: Array, Sigma: Array, axes: Axes) -> None:
    x, y = np.linspace(-4.5, 4.5, 121), np.linspace(-3.2, 3.2, 91)
    points = np.stack(np.meshgrid(x, y), axis=-1)
    joint = gmm_estep.log_joint(pi, points.reshape(-1, 2), mu, Sigma)
    density = np.exp(np.logaddexp.reduce(joint, axis=1)).reshape(points.shape[:2])
    heights = np.linspace(0, float(density.max()), LEVELS + 1)[1:-1]
    axes.contour(x, y, rounded(density), rounded(heights), colors=QUIET, linewidths=0.6)


def _ellipse(mean: Array, covariance: Array) -> Array:
    """The points at distance one from the mean, measured by the covariance (2, n)."""
    angles = np.linspace(0, 2 * np.pi, 121)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    found: Array = mean[:, np.newaxis] + np.linalg.cholesky(covariance) @ circle
    return found
