"""The sheet as a whole: its parts, and which problems belong to which."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from reports.view import DerivationView

PARTS = {"In class": range(1, 5), "Homework": range(5, 9)}
ELSEWHERE = "Not on the sheet"


def part_of(problem: int) -> str:
    """The part of the sheet that a problem stands in."""
    return next((part for part, problems in PARTS.items() if problem in problems), ELSEWHERE)


def parts(views: Sequence[DerivationView]) -> list[tuple[str, list[tuple[int, DerivationView]]]]:
    """The derivations of a document by parts of the sheet, each with its place in the document, from 1."""
    placed = groupby(enumerate(views, 1), key=lambda item: part_of(item[1].problem))
    return [(part, list(items)) for part, items in placed]
