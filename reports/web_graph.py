"""The picture of which step rests on which, as the template of a page draws it: boxes and lines in pixels.

A box is a link to its step. What is used stands above, so that lines need no arrows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reports import graph
from reports.view import DerivationView, StepView

COLUMN, LAYER = 46, 58  # pixels from one place to the next
BOX = (40, 26)  # wide enough for 4.72, high enough for a finger
MARGIN = 4
WIDEST = 6  # boxes in a layer


@dataclass(frozen=True)
class Box:
    """A step in the picture: its left upper corner."""

    step: StepView
    x: int
    y: int


@dataclass(frozen=True)
class Picture:
    """The size of the picture, its boxes, its lines as SVG paths, and the steps that have no lines."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    alone: tuple[str, ...]


def picture(view: DerivationView) -> Picture | None:
    """The picture of a derivation; None if no step of it rests on another."""
    found = graph.layout({step.id: step.uses for step in view.steps}, WIDEST)
    if not found.edges:
        return None
    boxes = tuple(
        Box(step, MARGIN + round(COLUMN * x), MARGIN + round(LAYER * y))
        for step in view.steps
        if step.id in found.nodes
        for x, y in [found.nodes[step.id]]
    )
    right = max(x for edge in found.edges for x, _ in edge.points)
    return Picture(
        round(COLUMN * max(right, found.width)) + BOX[0] + 2 * MARGIN,
        LAYER * found.height + BOX[1] + 2 * MARGIN,
        boxes,
        tuple(_line(edge.points) for edge in found.edges),
        found.alone,
    )


def _line(points: Sequence[graph.Point]) -> str:
    """From the lower side of a box to the upper side of another; straight through a layer that it passes."""
    middle = MARGIN + BOX[0] / 2
    places = [(middle + COLUMN * x, MARGIN + LAYER * y) for x, y in points]
    across, top = places[0]
    path = f"M{across:g} {top + BOX[1]:g}"
    for (before, above), (after, below) in pairwise(places):
        bend = (LAYER - BOX[1]) / 2
        path += f"C{before:g} {above + BOX[1] + bend:g} {after:g} {below - bend:g} {after:g} {below:g}"
        if (after, below) != places[-1]:
            path += f"V{below + BOX[1]:g}"
    return path
