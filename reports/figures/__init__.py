"""The figures of the sheet: which derivation has which, and how one becomes a file.

What is drawn is computed by the generated code when the page is made. matplotlib comes with the extra `plot`;
without it `missing` says so, and pages are written without figures.
"""

from __future__ import annotations

import importlib
import importlib.util
import io
import logging
from dataclasses import dataclass
from typing import Literal

Format = Literal["pdf", "svg"]
MISSING = "written without figures: matplotlib is not installed (pip install 'derivation-workbook[plot]')"


@dataclass(frozen=True)
class Drawing:
    """A figure of a derivation, drawn by the module of this package that has its name.

    `caption` says in words what is to be seen: plain text in which quantities stand by their names.
    """

    derivation: str
    name: str
    caption: str

    @property
    def file(self) -> str:
        """What the figure is called as a file, without an ending."""
        return f"figure-{self.name.replace('_', '-')}"

    def rendered(self, form: Format = "pdf") -> bytes:
        """The figure as a file: vectors, and the same bytes every time. Raises ImportError without matplotlib."""
        for library in ("matplotlib", "fontTools"):  # they tell of font caches and of dates
            logging.getLogger(library).setLevel(logging.ERROR)
        from matplotlib import style
        from matplotlib.figure import Figure

        from reports.figures.style import STYLE, WIDTH

        module = importlib.import_module(f"reports.figures.{self.name}")
        content = io.BytesIO()
        with style.context(["default", STYLE]):
            figure = Figure(figsize=(WIDTH, module.HEIGHT), layout="constrained")
            module.draw(figure)
            figure.savefig(content, format=form, metadata={"Date" if form == "svg" else "CreationDate": None})
        return content.getvalue()


DRAWINGS = (
    Drawing(
        "kmedians",
        "median_interval",
        "The sum of the distances from points on a line (dots), above, and its slope, below. The slope jumps by two at "
        "every point, and by two more for each further point at the same place; at a jump every value in between is "
        "the slope of a line that stays below the curve. A place is optimal where zero is such a value: at the middle "
        "point of an odd number, on the whole interval between the two middle points of an even number (shaded), and "
        "at a single place again where points coincide there. The square is what the update returns.",
    ),
    Drawing(
        "gmm_estep",
        "lower_bound",
        "Expectation maximisation with two components on points on a line, from a poor start (which lies far below). Each E-step lifts the "
        "lower bound until it touches the log-likelihood, each M-step (problem 3) lifts both. Right: "
        "the points and the density of the mixture at the start and at the end.",
    ),
    Drawing(
        "gmm_mstep",
        "weights_dual",
        "The update of the weights for two components. Left: the objective along the simplex, as a function of the "
        "first weight; its largest value lies at the share of the count. Right: the dual function of the multiplier; "
        "its smallest value lies at the number of points. The two values are the same (dashed): there is no gap.",
    ),
    Drawing(
        "mixture_moments",
        "moments",
        "A mixture of three Gaussians in the plane. Left: contours of its density, the means of the components (crosses), "
        "the mean of the mixture (square), and the ellipse of its covariance, the points at distance one from the mean "
        "as the covariance measures it. Right: the Gaussian with the same mean and covariance. Two moments say where "
        "the mass lies and how far it spreads, and nothing of how many humps it has.",
    ),
    Drawing(
        "kmeans_limit",
        "hardening",
        "The responsibilities of three components, whose means lie at the marks below, for a point that moves along the "
        "line. As sigma shrinks, each becomes one where its mean is the nearest and zero elsewhere; the weights, which "
        "differ, move the borders less and less. Last: the assignment of K-means.",
    ),
    Drawing(
        "gmm_convolution",
        "sum_of_mixtures",
        "Two mixtures of Gaussians and the mixture of their sum (thick); the thin lines are the components with their "
        "weights. Every pair of components gives one component of the sum: two times three make six.",
    ),
)


def of(derivation: str) -> tuple[Drawing, ...]:
    """The figures of a derivation, by its name."""
    return tuple(drawing for drawing in DRAWINGS if drawing.derivation == derivation)


def available() -> bool:
    """Whether figures can be drawn here."""
    return importlib.util.find_spec("matplotlib") is not None
