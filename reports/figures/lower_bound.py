"""Problem 2: the lower bound and the log-likelihood over the half steps of expectation maximisation."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numeric.checks import Array
from numeric.generated import gmm_estep, gmm_mstep
from reports.figures.style import COLOURS, DASHES, INK, QUIET, rounded

HEIGHT = 2.1
ROUNDS = 7
GROUPS = ((-2.0, 1.0, 20), (2.5, 0.8, 14))  # where points lie, how wide, how many

Parameters = tuple[Array, Array, Array]
START: Parameters = (np.full(2, 0.5), np.array([[0.0], [4.0]]), np.full((2, 1, 1), 4.0))


def draw(figure: Figure) -> None:
    """The bound on the left, the fit on the right."""
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    x = _points()
    bounds, likelihoods, last = _run(x)
    steps = np.arange(len(bounds)) / 2
    left.plot(steps, rounded(likelihoods), color=INK, linestyle=DASHES[1], label="log-likelihood")
    left.plot(steps, rounded(bounds), color=COLOURS[0], label="lower bound")
    left.plot(steps[::2], rounded(bounds[::2]), "o", color=COLOURS[0], label="after an E-step")
    left.plot(steps[1::2], rounded(bounds[1::2]), "^", color=COLOURS[1], label="after an M-step")
    left.set(xlabel="iterations", ylim=(bounds[1] - 1, likelihoods[-1] + 1))
    left.legend(loc="lower right")
    _fit(x, last, right)


def _points() -> Array:
    """Quantiles of two Gaussians: spread like draws, and the same on every machine."""
    values = [
        NormalDist(mean, width).inv_cdf((n + 0.5) / count)
        for mean, width, count in GROUPS
        for n in range(count)
    ]
    return rounded(values)[:, np.newaxis]


def _run(x: Array) -> tuple[list[float], list[float], Parameters]:
    """The bound and the log-likelihood after every half step, and the last parameters."""
    parameters, bounds, likelihoods = START, [], []
    for _ in range(ROUNDS):
        gamma = gmm_estep.gamma(parameters[0], x, *parameters[1:])
        for after in (parameters, _maximised(gamma, x)):
            bounds.append(_bound(gamma, x, after))
            likelihoods.append(gmm_estep.log_likelihood(after[0], x, *after[1:]))
        parameters = after
    return bounds, likelihoods, parameters


def _maximised(gamma: Array, x: Array) -> Parameters:
    mu = gmm_mstep.mu(gamma, x)
    return gmm_mstep.pi(gamma), mu, gmm_mstep.Sigma(gamma, x, mu)


def _bound(gamma: Array, x: Array, parameters: Parameters) -> float:
    """The expected complete log-likelihood plus the entropy of the responsibilities."""
    expected = gamma * gmm_estep.log_joint(parameters[0], x, *parameters[1:])
    entropy = -gamma * np.log(np.where(gamma > 0, gamma, 1.0))
    return float((expected + entropy).sum())


def _fit(x: Array, last: Parameters, axes: Axes) -> None:
    """The points and the mixture's density, before and after."""
    line = np.linspace(-6, 7, 261)[:, np.newaxis]
    for (pi, mu, Sigma), colour, dashes, label in (
        (START, QUIET, DASHES[1], "start"),
        (last, COLOURS[0], DASHES[0], "end"),
    ):
        density = np.exp(np.logaddexp.reduce(gmm_estep.log_joint(pi, line, mu, Sigma), axis=1))
        axes.plot(line[:, 0], rounded(density), color=colour, linestyle=dashes, label=label)
    axes.plot(x[:, 0], np.full(len(x), -0.012), "|", color=INK, markersize=4, markeredgewidth=0.5)
    axes.set_xlabel("$x$")
    axes.set_title("density")
    axes.legend(loc="upper right")
