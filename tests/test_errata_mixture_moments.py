"""Problem 5 as printed: the verdicts that a reader of the sheet comes to, and its formulas computed by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.DEFINITION

# decided by reading the sheet: place, verdict, what is amiss
EXPECTED: tuple[tuple[str, PrintedVerdict, Fault], ...] = (
    ("isotropic components", DEFINITION, Fault.MISFIT),
    ("density", DEFINITION, Fault.NONE),
    ("hint", HOLDS, Fault.NONE),
    ("mean", HOLDS, Fault.UNPROVED),
    ("second moment, law of iterated expectations", HOLDS, Fault.NONE),
    ("second moment, first line", HOLDS, Fault.NONE),
    ("second moment, second line", HOLDS, Fault.NONE),
    ("second moment, third line", HOLDS, Fault.NONE),
    ("covariance, the hint used", HOLDS, Fault.NONE),
    ("covariance", HOLDS, Fault.NONE),
)


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 5, "): line for line in printed_lines("mixture_moments")}


def test_every_line_is_judged_in_the_order_of_the_sheet(lines: dict[str, Printed]) -> None:
    assert list(lines) == [where for where, _, _ in EXPECTED]


@pytest.mark.parametrize(("where", "verdict", "fault"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_verdict_is_that_of_a_reader(
    lines: dict[str, Printed], where: str, verdict: PrintedVerdict, fault: Fault
) -> None:
    line = lines[where]
    assert (line.verdict, line.fault) == (verdict, fault)
    assert (line.needs, line.counterexample, line.corrected) == ((), None, None)


# --------------------------------------------------------- what holds, computed by hand as well

Vector = np.ndarray[Any, Any]
WEIGHTS = [Fraction(1, 5), Fraction(3, 10), Fraction(1, 2)]
# the outcomes of each component are equally likely
OUTCOMES = [[(0, 1), (2, 5)], [(-1, 3), (4, 4), (0, -2)], [(7, 1)]]


def vector(values: tuple[int, ...]) -> Vector:
    return np.array([Fraction(value) for value in values], dtype=object)


def moments(weighted: list[tuple[Fraction, Vector]]) -> tuple[Vector, Vector, Vector]:
    """Mean, second moment and covariance of values with probabilities."""
    mean = sum((p * x for p, x in weighted), start=vector((0, 0)))
    second = sum((p * np.outer(x, x) for p, x in weighted), start=np.outer(mean, mean) * 0)
    return mean, second, sum((p * np.outer(x - mean, x - mean) for p, x in weighted), start=second * 0)


def test_the_formulas_of_the_sheet_on_a_mixture_of_three() -> None:
    components = [[(Fraction(1, len(group)), vector(one)) for one in group] for group in OUTCOMES]
    within = [moments(component) for component in components]
    mean, second, covariance = moments(
        [(w * p, x) for w, component in zip(WEIGHTS, components, strict=True) for p, x in component]
    )
    weighted = list(zip(WEIGHTS, within, strict=True))
    assert (mean == sum((w * m for w, (m, _, _) in weighted), start=mean * 0)).all()
    by_second = sum((w * s for w, (_, s, _) in weighted), start=second * 0)
    by_parts = sum((w * (c + np.outer(m, m)) for w, (m, _, c) in weighted), start=second * 0)
    assert (second == by_second).all()
    assert (second == by_parts).all()
    pairs = sum(
        (w * v * np.outer(m, n) for w, (m, _, _) in weighted for v, (n, _, _) in weighted), start=second * 0
    )
    assert (covariance == second - np.outer(mean, mean)).all()
    assert (covariance == by_parts - pairs).all()
    # no component is isotropic here, which the sheet's solution does not need
    assert all((c != np.eye(2, dtype=int) * c[0, 0]).any() for _, (_, _, c) in weighted[:2])
