"""The one style of all figures: sizes, letters, lines and colours.

The colours are those of Okabe and Ito, which people who are colour-blind tell apart, in an order of rising
lightness; lines differ in their dashes as well, so that a page printed in grey loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from numeric.checks import Array

WIDTH = 5.8  # inches: the width of the text

INK, QUIET, SHADE = "#000000", "#777777", "#DDDDDD"
COLOURS = ("#0072B2", "#D55E00", "#E69F00")
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)))
MARKS = ("o", "^", "D")

STYLE: dict[str, Any] = {
    "font.family": "cmr10",  # comes with matplotlib, and is the letter of the page
    "mathtext.fontset": "cm",
    "axes.formatter.use_mathtext": True,
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.5,
    "xtick.major.width": 0.5,
    "ytick.major.width": 0.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.1,
    "lines.markersize": 3.5,
    "pdf.fonttype": 42,  # letters stay letters: they can be searched and copied
    "svg.fonttype": "path",
    "svg.hashsalt": "derivation workbook",
}


def rounded(values: Any, digits: int = 6) -> Array:
    """Values without the last digits, in which machines differ: a page shows what they share."""
    found: Array = np.round(np.asarray(values, float), digits) + 0.0
    return found


def bare(axes: Axes, *, x: Sequence[float] | None = None, y: Sequence[float] | None = None) -> None:
    """Only these ticks; None leaves an axis as it is."""
    if x is not None:
        axes.set_xticks(x)
    if y is not None:
        axes.set_yticks(y)
