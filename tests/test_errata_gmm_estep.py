"""Problem 2 as printed: the verdicts that a reader of the sheet comes to, and what fails computed again by hand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from printed_values import Values, fails_by_hand

from derivations.calculus import notation
from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.DEFINITION

# decided by reading the sheet: place, verdict, what is missing in print, what is amiss otherwise
EXPECTED: tuple[tuple[str, PrintedVerdict, tuple[str, ...], Fault], ...] = (
    ("posterior", DEFINITION, (), Fault.NONE),
    ("posterior, factors", HOLDS, (), Fault.NONE),
    ("posterior, factors, reason", HOLDS, ("g[k,j] = f[k] h[j]",), Fault.HYPOTHESIS),
    ("one point is enough", HOLDS, (), Fault.NONE),
    ("Bayes' theorem", HOLDS, (), Fault.NONE),
    ("E-step, first line", DEFINITION, (), Fault.NONE),
    ("E-step, second line", HOLDS, (), Fault.NONE),
    ("E-step, third line", HOLDS, (), Fault.NOTATION),
    ("E-step, fourth line", HOLDS, (), Fault.NONE),
)


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 2, "): line for line in printed_lines("gmm_estep")}


def test_every_line_is_judged_in_the_order_of_the_sheet(lines: dict[str, Printed]) -> None:
    assert list(lines) == [row[0] for row in EXPECTED]


@pytest.mark.parametrize(("where", "verdict", "needs", "fault"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_verdict_is_that_of_a_reader(
    lines: dict[str, Printed], where: str, verdict: PrintedVerdict, needs: tuple[str, ...], fault: Fault
) -> None:
    line = lines[where]
    assert (line.verdict, line.fault) == (verdict, fault)
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == needs
    assert line.corrected is None


def two_points(at: Values) -> tuple[Any, Any]:
    """The posterior of the components of two points, and the product of the posteriors of either."""
    g, prior, components = at.family("g"), at.family("prior"), range(1, at.sizes["K"] + 1)
    joint = {(k, j): prior[k,] * prior[j,] * g[k, j] for k, j in product(components, repeat=2)}
    total = sum(joint.values())
    first = sum(joint[at.index("k"), j] for j in components) / total
    second = sum(joint[k, at.index("j")] for k in components) / total
    return joint[at.index("k"), at.index("j")] / total, first * second


def test_points_that_depend_on_each_other_make_their_components_dependent(lines: dict[str, Printed]) -> None:
    fails_by_hand(lines["posterior, factors, reason"], two_points)
