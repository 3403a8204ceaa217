"""Problem 1 as printed: the verdicts that a reader of the sheet comes to, and what fails computed again by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise, product
from statistics import median
from typing import Any

import pytest
from printed_values import Values, fails_by_hand

from derivations.calculus import notation
from derivations.calculus.evidence import Verdict
from derivations.printed import printed_lines
from derivations.proof.printed import Fault, Printed, PrintedVerdict

HOLDS, FAILS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.FAILS, PrintedVerdict.DEFINITION
NO_TIES = "1[distance[i,j] = distance[i,k]] <= delta[j,k]"
NOBODY_THERE = "sum_i z[i,k] * 1[x[i][d] = mu[k][d]] = 0"

# decided by reading the sheet: place, verdict, what is missing in print
EXPECTED: tuple[tuple[str, PrintedVerdict, tuple[str, ...]], ...] = (
    ("objective", DEFINITION, ()),
    ("assignment, same as for K-means", HOLDS, ()),
    ("assignment", HOLDS, (NO_TIES,)),
    ("update of a centre", HOLDS, ()),
    ("objective of a centre, first line", DEFINITION, ()),
    ("objective of a centre, second line", HOLDS, ()),
    ("the objective is convex", HOLDS, ()),
    ("the objective is convex, reason", HOLDS, ("w >= 0",)),
    ("the coordinates do not interact", HOLDS, ()),
    ("derivative of a distance, point left of the centre", HOLDS, ()),
    ("derivative of a distance, point left of the centre, value", HOLDS, ()),
    ("derivative of a distance, point right of the centre", HOLDS, ()),
    ("derivative of a distance, point right of the centre, value", HOLDS, ()),
    ("derivative of a distance, point at the centre", FAILS, ()),
    ("note, not differentiable", HOLDS, ()),
    ("note, pretending suffices", HOLDS, ()),
    ("derivative of the sum", HOLDS, ("0 < |x[i][d] - mu[k][d]|",)),
    ("derivative of the sum, set to zero", FAILS, ()),
    ("what the first sum counts", HOLDS, ()),
    ("what the second sum counts", HOLDS, ()),
    ("N_k", DEFINITION, ()),
    ("half of the points on either side", HOLDS, (NOBODY_THERE,)),
    ("definition of a median", FAILS, ()),
    ("update", HOLDS, ()),
)
AMISS_THOUGH_TRUE = {
    "assignment, same as for K-means": Fault.UNPROVED,
    "note, pretending suffices": Fault.UNPROVED,
    "update": Fault.INFERENCE,
}


@pytest.fixture(scope="module")
def lines() -> dict[str, Printed]:
    return {line.where.removeprefix("problem 1, "): line for line in printed_lines("kmedians")}


def test_every_line_is_judged_in_the_order_of_the_sheet(lines: dict[str, Printed]) -> None:
    assert list(lines) == [where for where, _, _ in EXPECTED]


@pytest.mark.parametrize(("where", "verdict", "needs"), EXPECTED, ids=[row[0] for row in EXPECTED])
def test_the_verdict_is_that_of_a_reader(
    lines: dict[str, Printed], where: str, verdict: PrintedVerdict, needs: tuple[str, ...]
) -> None:
    line = lines[where]
    assert line.verdict is verdict
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == needs
    usual = Fault.FALSE if verdict is FAILS else Fault.HYPOTHESIS if needs else Fault.NONE
    assert line.fault is AMISS_THOUGH_TRUE.get(where, usual)


@pytest.mark.parametrize("where", [where for where, verdict, _ in EXPECTED if verdict is FAILS])
def test_every_correction_is_proved(lines: dict[str, Printed], where: str) -> None:
    corrected = lines[where].corrected
    assert corrected is not None
    assert corrected.verdict is Verdict.PROVED


# ----------------------------------------------------------------- what fails, computed by hand

Sides = tuple[Any, Any]


def values_of(line: Printed) -> Values:
    assert line.counterexample is not None
    return Values(line.counterexample)


def cluster(at: Values) -> list[Fraction]:
    """The coordinates, along dimension d, of the points in cluster k."""
    z, x, k, d = at.family("z"), at.family("x", at.sizes["D"]), at.index("k"), at.index("d")
    return [x[i,][d - 1] for i in range(1, at.sizes["N"] + 1) if z[i, k] == 1]


def numbers(points: list[Fraction], place: Fraction) -> tuple[int, int]:
    """How many points are to the left and to the right of a place."""
    return sum(point < place for point in points), sum(point > place for point in points)


def set_to_zero(at: Values) -> Sides:
    left, right = numbers(cluster(at), median(cluster(at)))
    return left - right, 0


def half_on_the_left(at: Values) -> Sides:
    points = cluster(at)
    return numbers(points, median(points))[0], Fraction(len(points), 2)


def assigned_twice(at: Values) -> Sides:
    i, j, k, D = at.index("i"), at.index("j"), at.index("k"), at.sizes["D"]
    x, mu = at.family("x", D), at.family("mu", D)
    distance = {place: sum(abs(x[i,] - centre)) for (place,), centre in mu.items()}
    nearest = min(distance.values())
    return (distance[j] == nearest) * (distance[k] == nearest), int(j == k)


def bent_downwards(at: Values) -> Sides:
    a, p, q, u, w = (at.number(name) for name in "apquw")
    chord = (1 - u) * w * abs(a - p) + u * w * abs(a - q)
    assert w * abs(a - ((1 - u) * p + u * q)) > chord
    return w * abs(a - ((1 - u) * p + u * q)), chord


BY_HAND: dict[str, Callable[[Values], Sides]] = {
    "assignment": assigned_twice,
    "the objective is convex, reason": bent_downwards,
    "derivative of the sum, set to zero": set_to_zero,
    "definition of a median": half_on_the_left,
}


@pytest.mark.parametrize("where", BY_HAND)
def test_what_fails_fails_by_hand_too(lines: dict[str, Printed], where: str) -> None:
    fails_by_hand(lines[where], BY_HAND[where])


def slopes(function: Callable[[Fraction], Fraction], place: Fraction) -> set[Fraction]:
    """The slopes of short chords on either side of a place."""
    steps = [sign * Fraction(1, 10**power) for sign in (1, -1) for power in (6, 9)]
    return {(function(place + step) - function(place)) / step for step in steps}


def test_there_is_no_derivative_at_a_point(lines: dict[str, Printed]) -> None:
    line = lines["derivative of a distance, point at the centre"]
    at = values_of(line)
    point, centre = at.number("x_id"), at.number("mu_kd")
    assert point == centre
    assert slopes(lambda place: abs(point - place), centre) == {1, -1}
    assert line.counterexample is not None
    assert line.counterexample.left.startswith("undefined")


def test_there_is_no_derivative_where_a_point_is(lines: dict[str, Printed]) -> None:
    line = lines["derivative of the sum"]
    at = values_of(line)
    points = cluster(at)
    centre = at.family("mu", at.sizes["D"])[at.index("k"),][at.index("d") - 1]
    assert len(slopes(lambda place: sum((abs(p - place) for p in points), Fraction(0)), centre)) == 2
    assert line.counterexample is not None
    assert line.counterexample.left.startswith("undefined")


def test_equal_numbers_need_not_be_half_of_the_points(lines: dict[str, Printed]) -> None:
    line = lines["half of the points on either side"]
    at = values_of(line)
    points = cluster(at)
    centre = at.family("mu", at.sizes["D"])[at.index("k"),][at.index("d") - 1]
    left, right = numbers(points, centre)
    assert left == right != Fraction(len(points), 2)
    assert line.counterexample is not None
    assert (line.counterexample.left, line.counterexample.right) == ("true", "false")


def places(points: Iterable[Fraction]) -> list[Fraction]:
    """The points, and a place on either side of each of them."""
    ordered = sorted(points)
    between = [(one + two) / 2 for one, two in pairwise(ordered)]
    return [ordered[0] - 1, *ordered, *between, ordered[-1] + 1]


def test_where_the_derivative_cannot_be_zero_it_is_zero_nowhere(lines: dict[str, Printed]) -> None:
    """Not only at the median, where the line is tried, but at no place at all."""
    points = cluster(values_of(lines["derivative of the sum, set to zero"]))
    for place in places(points):
        left, right = numbers(points, place)
        assert left != right


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_where_the_derivative_is_zero_anywhere_it_is_zero_at_the_median(count: int) -> None:
    """So the line is tried at the place that is best for it."""
    for points in product([Fraction(0), Fraction(1), Fraction(2)], repeat=count):
        found = [left == right for left, right in (numbers([*points], place) for place in places(points))]
        left, right = numbers([*points], median(points))
        assert (left == right) is any(found)
