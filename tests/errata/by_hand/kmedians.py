"""Problem 1: medians, distances and slopes as plain fractions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise
from statistics import median

from by_hand.values import Check, Sides, Values, assert_undefined, differ, values_of
from derivations.proof.printed import Printed


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


def slopes(function: Callable[[Fraction], Fraction], place: Fraction) -> set[Fraction]:
    """The slopes of short chords on either side of a place."""
    steps = [sign * Fraction(1, 10**power) for sign in (1, -1) for power in (6, 9)]
    return {(function(place + step) - function(place)) / step for step in steps}


def no_derivative_at_a_point(line: Printed) -> None:
    at = values_of(line)
    point, centre = at.number("x_id"), at.number("mu_kd")
    assert point == centre
    assert slopes(lambda place: abs(point - place), centre) == {1, -1}
    assert_undefined(line, "left")


def centre_of(at: Values) -> Fraction:
    """Coordinate d of centre k."""
    coordinate: Fraction = at.family("mu", at.sizes["D"])[at.index("k"),][at.index("d") - 1]
    return coordinate


def no_derivative_where_a_point_is(line: Printed) -> None:
    points, centre = cluster(values_of(line)), centre_of(values_of(line))
    assert len(slopes(lambda place: sum((abs(p - place) for p in points), Fraction(0)), centre)) == 2
    assert_undefined(line, "left")


def equal_numbers_but_not_half_of_the_points(line: Printed) -> None:
    points, centre = cluster(values_of(line)), centre_of(values_of(line))
    left, right = numbers(points, centre)
    assert left == right != Fraction(len(points), 2)
    assert line.counterexample is not None
    assert (line.counterexample.left, line.counterexample.right) == ("true", "false")


def places(points: Iterable[Fraction]) -> list[Fraction]:
    """The points, and a place on either side of each of them."""
    ordered = sorted(points)
    between = [(one + two) / 2 for one, two in pairwise(ordered)]
    return [ordered[0] - 1, *ordered, *between, ordered[-1] + 1]


def zero_nowhere(line: Printed) -> None:
    """The derivative is not zero at the median, where the line is tried, nor at any other place."""
    differ(set_to_zero)(line)
    points = cluster(values_of(line))
    for place in places(points):
        left, right = numbers(points, place)
        assert left != right


BY_HAND: dict[str, Check] = {
    "assignment": differ(assigned_twice),
    "the objective is convex, reason": differ(bent_downwards),
    "derivative of a distance, point at the centre": no_derivative_at_a_point,
    "derivative of the sum": no_derivative_where_a_point_is,
    "derivative of the sum, set to zero": zero_nowhere,
    "half of the points on either side": equal_numbers_but_not_half_of_the_points,
    "definition of a median": differ(half_on_the_left),
}
