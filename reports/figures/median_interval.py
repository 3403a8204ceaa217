"""Problem 1: the sum of distances, its slope, and where zero is a slope."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from numeric.checks import Array
from numeric.generated import kmedians
from reports.figures.style import COLOURS, INK, QUIET, SHADE, rounded

HEIGHT = 2.9
CASES = {
    "odd: 5 points": (1.0, 2.0, 4.0, 5.5, 7.0),
    "even: 4 points": (1.0, 3.0, 5.0, 7.0),
    "ties: 2 of 4 points coincide": (1.0, 4.0, 4.0, 7.0),
}
LEFT, RIGHT = 0.0, 8.0


def draw(figure: Figure) -> None:
    """Three sets of points, side by side."""
    axes = figure.subplots(2, len(CASES), sharex=True, sharey="row", height_ratios=(3, 2))
    for (title, points), above, below in zip(CASES.items(), axes[0], axes[1], strict=True):
        y = np.array(points)
        above.set_title(title)
        _mark_optimal(y, above, below)
        _sum_of_distances(y, above)
        _slopes(y, below)
    axes[0, 0].set_ylabel("sum of distances")
    axes[1, 0].set_ylabel("slopes")
    figure.supxlabel("place $m$", fontsize=8)


def _at(y: Array, m: float) -> float:
    """The objective at one place."""
    return float(np.abs(y - m).sum())


def _side_slopes(y: Array, m: float) -> tuple[float, float]:
    """The smallest and the largest slope at a place: the points there count to either side."""
    left, right, here = (y < m).sum(), (y > m).sum(), (y == m).sum()
    return float(left - right - here), float(left - right + here)


def _mark_optimal(y: Array, above: Axes, below: Axes) -> None:
    """Shade the places where zero is a slope, and mark the one that the update returns."""
    optimal = [m for m in y if _side_slopes(y, m)[0] <= 0 <= _side_slopes(y, m)[1]]
    for axes in (above, below):
        axes.axvspan(min(optimal) - 0.04, max(optimal) + 0.04, color=SHADE, linewidth=0)
    returned = float(kmedians.mu(y[:, np.newaxis], np.ones((len(y), 1)))[0, 0])
    above.plot([returned], [_at(y, returned)], "s", color=COLOURS[1], markersize=5, zorder=4)


def _sum_of_distances(y: Array, axes: Axes) -> None:
    places = np.unique([LEFT, *y, RIGHT])
    axes.plot(places, rounded([_at(y, m) for m in places]), color=COLOURS[0])
    axes.set_ylim(0, None)
    for place in np.unique(y):
        for n in range(int((y == place).sum())):
            axes.plot([place], [0.9 + 1.6 * n], "o", color=INK, markersize=3)
    _supporting_lines(y, float(y[-1]), axes)


def _supporting_lines(y: Array, m: float, axes: Axes) -> None:
    """Lines through the graph at a kink whose slopes lie between those on its two sides."""
    steepest, flattest = _side_slopes(y, m)
    ends = np.array([m - 1.5, RIGHT])
    for slope in np.linspace(steepest, flattest, 5)[1:-1]:
        axes.plot(ends, rounded(_at(y, m) + slope * (ends - m)), color=QUIET, linewidth=0.5)


def _slopes(y: Array, axes: Axes) -> None:
    """The slope as a curve that stands upright at the points."""
    kinks = np.unique(y)
    x = [LEFT, *np.repeat(kinks, 2), RIGHT]
    heights = [-float(len(y)), *(slope for m in kinks for slope in _side_slopes(y, m)), float(len(y))]
    axes.axhline(0, color=QUIET, linewidth=0.5)
    axes.plot(x, heights, color=COLOURS[0])
    axes.set_yticks([-4, 0, 4])
