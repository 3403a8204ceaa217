"""Problem 1 as printed: Lloyd's algorithm for K-medians.

The arg min in the assignment is read as a set: `k = arg min` is true of every nearest centre. A median is read as
usual: the value in the middle, or the average of the two in the middle. (Where the sum of the printed derivatives
vanishes anywhere, it vanishes there.) The sheet says itself that it pretends the absolute value to be
differentiable; what is judged is what comes of it.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.domains import NONNEGATIVE, POSITIVE, PROBABILITY
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    Delta,
    Expr,
    Gradient,
    Median,
    Minimum,
    Number,
    Sum,
    at,
    scalar,
    scalars,
    sum_over,
    vector,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, instantiated
from derivations.kmedians import a, best, here, left, m, mu, right, spread, t, to_centre, weight, y
from derivations.lemmas.assignment import l, nearest, objective, z
from derivations.lemmas.mixture import D, K, N, count, d, i, j, k, n, x
from derivations.lemmas.weights import one, zero
from derivations.proof.methods import Cases, Factor, Gap, Instance
from derivations.proof.methods.extrema import OfMedian, OfMinimum
from derivations.proof.printed import Fault, Printed, Sheet
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

EACH, BOTH = r"\sum_{i=1}^N", r"\sum_{i=1}^N \sum_{k=1}^K"
NORM, ONE_NORM = r"\|x_i - \mu_k\|_1", r"|x_{id} - \mu_{kd}|"
SLOPE = r"\frac{\partial}{\partial \mu_{kd}}"
RISES, FALLS = rf"{SLOPE} (\mu_{{kd}} - x_{{id}})", rf"{SLOPE} (x_{{id}} - \mu_{{kd}})"
FIRST_SUM = rf"{EACH} z_{{ik}} \mathbb{{I}}[\mu_{{kd}} > x_{{id}}]"
SECOND_SUM = rf"{EACH} z_{{ik}} \mathbb{{I}}[\mu_{{kd}} < x_{{id}}]"


def lines() -> tuple[Printed, ...]:
    """The printed lines of problem 1, judged, in the sheet's order."""
    proof = Proof(
        name="kmedians",
        problem=1,
        title="Lloyd's algorithm for K-medians, as printed",
        theorem="What the sheet prints, line by line.",
        setting="N points in D dimensions, K clusters.",
        source="Problem 1 of the sheet",
    )
    sheet = Sheet(proof)
    norm = proof.define("norm", distance[i, k], to_centre, "The L1 distance of point i from centre k.")
    total = the_objective(sheet)
    assignment(sheet, total)
    one_centre(sheet, norm, total)
    convexity(sheet)
    one_dimension(sheet)
    derivative_of_a_distance(sheet)
    moves = pretending(sheet)
    derivative_of_the_sum(sheet)
    at_median = at_the_median(proof)
    balanced_there = derivative_set_to_zero(sheet, at_median)
    numbers_of_points(sheet)
    halves(sheet, at_median)
    the_update(sheet, moves, balanced_there)
    return tuple(sheet.lines)


# ---------------------------------------------------------------- the objective and its two steps

J = scalar("J", r"\mathcal{J}", NONNEGATIVE)
J_k = scalars("J_part", r"\mathcal{J}", (K,), NONNEGATIVE)
distance = scalars("distance", "r", (N, K), NONNEGATIVE)

# i has one nearest centre: different ones are not equally near
no_ties = Hypothesis(LessEqual(Bracket(distance[i, j], "=", distance[i, k]), Delta(j, k)))


def the_objective(sheet: Sheet) -> Step:
    return sheet.define(
        "problem 1, objective",
        rf"\mathcal{{J}}(X, Z, \mu) = {BOTH} z_{{ik}} {NORM}",
        J,
        objective(distance[i, k]),
        "Names the sum of the distances of all points from the centres they are assigned to.",
    )


def assignment(sheet: Sheet, total: Step) -> None:
    """The assignment to the nearest centre."""
    smallest = Minimum(l, distance[i, l])
    bound = sheet.proof.claim(
        "nearest.bound",
        LessEqual(smallest, distance[i, k]),
        "The smallest distance is at most the distance from any centre.",
        by=OfMinimum(),
    )
    first = nearest(distance[i, k])
    attained = sheet.proof.claim(
        "nearest.attained",
        Equal(Sum(k, first * distance[i, k]), smallest),
        "It is the distance from the nearest centre; of several equally near ones we take the first.",
        by=OfMinimum(),
    )
    sheet.line(
        "problem 1, assignment, same as for K-means",
        r"\text{the update of the assignments $z_{ik}$ is the same as for $K$-means}",
        LessEqual(sum_over(i, k, first * distance[i, k]), J),
        "To assign every point to a nearest centre is optimal for any distance. The sheet does not show it: the "
        "objective is a sum over the points, and no centre is nearer than the nearest.",
        uses=[total],
        rewriting=[attained],
        by=Gap(zero, ((z[i, k], bound, (k, i)),)),
        fault=Fault.UNPROVED,
    )
    sheet.line(
        "problem 1, assignment",
        r"z_{ik}^{new} = \begin{cases} 1 & \text{if } k = \arg \min_j \|x_i - \mu_j\|_1 \\ 0 & \text{else} \end{cases}",
        LessEqual(
            Bracket(distance[i, j], "=", smallest) * Bracket(distance[i, k], "=", smallest), Delta(j, k)
        ),
        "No point may be in two clusters. With two nearest centres it is in both as printed, since arg min is then a "
        "set: say which of them is taken, for example the first. Here r_ik is the distance of point i from centre k.",
        needs=[no_ties],
        by=Cases(),
    )


def one_centre(sheet: Sheet, norm: Step, total: Step) -> None:
    """The objective falls apart into one for each centre."""
    part = Sum(i, z[i, k] * distance[i, k])
    sheet.line(
        "problem 1, update of a centre",
        rf"\mu_k^{{new}} = \arg \min_{{\mu_k}} {EACH} z_{{ik}} {NORM}",
        Equal(J, Sum(k, part)),
        "The objective is a sum over the clusters, and each summand contains one centre: the centres can be chosen one "
        "by one. The minimum may be attained at more than one place: anywhere between the two points in the middle, "
        "and everywhere for an empty cluster.",
        uses=[total],
    )
    named = sheet.define(
        "problem 1, objective of a centre, first line",
        rf"\mathcal{{J}}(X, Z, \mu_k) = {EACH} z_{{ik}} {NORM}",
        J_k[k],
        part,
        "Names the part of the objective that contains the centre; it is called J like the whole.",
    )
    sheet.line(
        "problem 1, objective of a centre, second line",
        rf"{EACH} z_{{ik}} {NORM} = {EACH} z_{{ik}} \sum_{{d=1}}^D {ONE_NORM}",
        Equal(J_k[k], Sum(i, z[i, k] * to_centre)),
        "This is what the L1 norm is.",
        uses=[named, norm],
    )


# ------------------------------------------------------------------------------ convexity

u = scalar("u", "u", PROBABILITY)
p, q = scalar("p", "p"), scalar("q", "q")
start, end = vector("p", "p", D), vector("q", "q", D)
steepness = scalar("w", "w")


def between(first: Expr, last: Expr) -> Expr:
    return (1 - u) * first + u * last


def convexity(sheet: Sheet) -> None:
    """That the objective is convex, and the reason that is given."""
    chord = sheet.proof.claim(
        "corrected.chord",
        LessEqual(Abs(a - between(p, q)), between(Abs(a - p), Abs(a - q))),
        "The distance from a point is a convex function: the triangle inequality.",
        by=Cases(),
    )
    here_and_there = ((a, x[i][d]), (p, start[d]), (q, end[d]))
    of_point = sheet.proof.apply(
        "corrected.chord.i", chord, here_and_there, "The same for each coordinate of each point."
    )

    def cost(place: Expr) -> Expr:
        return Sum(i, z[i, k] * Sum(d, Abs(x[i][d] - place[d])))

    sheet.line(
        "problem 1, the objective is convex",
        r"\text{the objective is a convex function of $\mu_k$}",
        LessEqual(cost(between(start, end)), between(cost(start), cost(end))),
        "The distance from a point is convex, and so is a sum of such functions with weights that are not negative. For the "
        "reason that is given, see there.",
        by=Gap(zero, ((z[i, k], of_point, (d, i)),)),
    )

    def kink(weight: Expr, place: Expr) -> Expr:
        return weight * Abs(a - place)

    sheet.line(
        "problem 1, the objective is convex, reason",
        r"\text{because it is a sum of piecewise linear functions}",
        LessEqual(kink(steepness, between(p, q)), between(kink(steepness, p), kink(steepness, q))),
        "A piecewise linear function need not be convex. Here is one with a single kink, a multiple w of a distance: it is "
        "convex only if it is bent upwards, as all summands of the objective are.",
        needs=[Hypothesis(Belongs(steepness, NONNEGATIVE))],
        by=Gap(zero, ((steepness, chord, ()),)),
    )


def one_dimension(sheet: Sheet) -> None:
    sheet.line(
        "problem 1, the coordinates do not interact",
        r"\text{each $\mu_{kd}$ can be found separately, as they do not interact in the objective}",
        Equal(Sum(i, z[i, k] * to_centre), Sum(d, Sum(i, z[i, k] * Abs(x[i][d] - mu[k][d])))),
        "Exchange the sums: every summand of the sum over d contains one coordinate of the centre.",
    )


# ---------------------------------------------------------------------- derivatives of distances

point, centre = scalar("x_id", "x_{id}"), scalar("mu_kd", r"\mu_{kd}")
s = scalar("s", "s")
h = scalar("h", "h", POSITIVE)
of_distance = Gradient(Abs(point - centre), centre)
on_the_left = Hypothesis(LessEqual(point, centre, strict=True))
on_the_right = Hypothesis(LessEqual(centre, point, strict=True))
meeting = Hypothesis(Equal(centre, point))


def derivative_of_a_distance(sheet: Sheet) -> None:
    """The three cases."""
    where = "problem 1, derivative of a distance"
    for case, sign, region, shown, inner, value in (
        ("left of the centre", ">", on_the_left, RISES, centre - point, one),
        ("right of the centre", "<", on_the_right, FALLS, point - centre, -one),
    ):
        condition = rf"\quad \text{{if }} \mu_{{kd}} {sign} x_{{id}}"
        sheet.line(
            f"{where}, point {case}",
            rf"{SLOPE} {ONE_NORM} = {shown} {condition}",
            Equal(of_distance, Gradient(inner, centre)),
            "Near such a place the sign of the difference does not change.",
            given=[region],
        )
        sheet.line(
            f"{where}, point {case}, value",
            rf"{shown} = {'1' if value == one else '-1'} {condition}",
            Equal(Gradient(inner, centre), value),
            "The derivative of a linear function.",
        )
    subgradient = sheet.proof.claim(
        "corrected.subgradient",
        LessEqual((2 * u - 1) * (t - point), Abs(point - t)),
        "Every line through the kink with a slope between -1 and 1 stays below the function: these slopes are its "
        "subgradients there, and zero is one of them.",
        by=Cases(),
    )
    sheet.line(
        f"{where}, point at the centre",
        rf"{SLOPE} {ONE_NORM} = 0 \quad \text{{if }} \mu_{{kd}} = x_{{id}}",
        Equal(of_distance, zero),
        "There is no derivative at the kink, as the note after this line says. What exists are subgradients: all numbers "
        "from -1 to 1, here 2 u - 1 with u between 0 and 1.",
        given=[meeting],
        corrected=subgradient,
    )
    sheet.line(
        "problem 1, note, not differentiable",
        r"\text{the absolute value is not differentiable at $0$, so that the derivative is undefined}",
        LessEqual(2 * h, Abs(Abs(h) - s * h) + Abs(Abs(-h) + s * h)),
        "Whatever slope s one tries, at h and -h together the line through the kink misses the function by 2 h at least: "
        "by as much as one has moved, however little that was.",
        by=Cases(),
    )


# ------------------------------------------------------------------- minima, and roots of the derivative

balanced = Hypothesis(LessEqual(Abs(left - right), here))
mass = scalars("v", "v", (N,), NONNEGATIVE)
there = Bracket(y[i], "=", m)

# Values at which there is as much weight on the left as on the right: either side gets what the other one has.
_before, _after = Bracket(y[i], "<", m), Bracket(m, "<", y[i])
_opposite = _before * Sum(n, at(mass[i] * _after, {i: n})) + _after * Sum(n, at(mass[i] * _before, {i: n}))
level = Hypothesis(Equal(left - right, zero), (Choice(weight[i], mass[i] * (_opposite + there)),))


def pretending(sheet: Sheet) -> list[Step]:
    """A root of what is printed as the derivative is a minimum; returns what a median needs for it."""
    moves = []
    for name, kink, kinks in (("right", there, here), ("left", -there, -here)):
        slope = _before + kink - _after
        point_moved = sheet.proof.claim(
            f"move.{name}.point",
            LessEqual(Abs(y[i] - m) + slope * (t - m), Abs(y[i] - t)),
            "The distance from a point stays above every line that touches it: of slope one on its right, minus one on "
            "its left, and at the point itself of either.",
            by=Cases(),
        )
        moves.append(
            sheet.proof.claim(
                f"move.{name}",
                LessEqual(spread(m) + (left - right + kinks) * (t - m), spread(t)),
                "Multiply by the weights and add up.",
                by=Gap(zero, ((weight[i], point_moved, (i,)),)),
            )
        )
    sheet.line(
        "problem 1, note, pretending suffices",
        r"\text{it suffices to pretend that the absolute value is differentiable}",
        LessEqual(spread(m), spread(t)),
        "A place at which the printed sum of slopes is zero is a minimum indeed; the sheet does not show it. (Whether "
        "there is such a place is another question, see there.) The points are on a line here, with weights w_i, "
        "which are one or zero on the sheet.",
        given=[level],
        by=Cases(tuple(moves)),
        fault=Fault.UNPROVED,
    )
    return moves


def points(relation: str, place: Expr) -> Expr:
    """The number of points of cluster k on the left of a place, at it, or on its right, along dimension d."""
    bracket = {
        "left": Bracket(x[i][d], "<", place),
        "at": Bracket(x[i][d], "=", place),
        "right": Bracket(place, "<", x[i][d]),
    }
    return Sum(i, z[i, k] * bracket[relation])


centred = mu[k][d]
apart = Hypothesis(LessEqual(zero, Abs(x[i][d] - centred), strict=True))
middle = (best - Median(i, -x[i][d], z[i, k])) / 2  # of the values that are medians, the one in the middle


def derivative_of_the_sum(sheet: Sheet) -> None:
    sheet.line(
        "problem 1, derivative of the sum",
        rf"{SLOPE} {EACH} z_{{ik}} {ONE_NORM} = {FIRST_SUM} - {SECOND_SUM}",
        Equal(
            Gradient(Sum(i, z[i, k] * Abs(x[i][d] - centred)), mu[k])[d],
            points("left", centred) - points("right", centred),
        ),
        "True where no point has the coordinate of the centre. At a point of the cluster there is no derivative; those of "
        "other clusters make no difference.",
        needs=[apart],
    )


def balance(proof: Proof, name: str, place: Expr) -> Step:
    """The points of a cluster are on the left of a place, at it, or on its right."""
    one_of_three = proof.claim(
        f"{name}.each",
        Equal(
            Bracket(x[i][d], "<", place) + Bracket(x[i][d], "=", place) + Bracket(place, "<", x[i][d]), one
        ),
        "A point is on the left of a place, at it, or on its right.",
        by=Cases(),
    )
    return proof.claim(
        name,
        Equal(points("left", place) + points("at", place) + points("right", place), Sum(i, z[i, k])),
        "Count the points of the cluster on the left, at the place, and on the right.",
        rewriting=[one_of_three],
    )


def at_the_median(proof: Proof) -> list[Step]:
    """What the median is, and that its cluster is in balance there."""
    found = [balance(proof, "median.balance", best)]
    for side in ("left", "right"):
        found.append(
            proof.claim(
                f"median.{side}",
                LessEqual(2 * points(side, best), Sum(i, z[i, k])),
                f"At most half of the points are strictly on the {side} of a median.",
                by=OfMedian(),
            )
        )
    return found


def derivative_set_to_zero(sheet: Sheet, halves: list[Step]) -> Step:
    """The condition for the optimum; returns the one that takes its place."""
    corrected = sheet.proof.claim(
        "corrected.balance",
        LessEqual(Abs(points("left", best) - points("right", best)), points("at", best)),
        "At a median the numbers of points on the left and on the right differ by no more than the number of points at the "
        "median itself. So zero is one of the slopes there.",
        by=Cases(tuple(halves)),
    )
    sheet.line(
        "problem 1, derivative of the sum, set to zero",
        rf"{FIRST_SUM} - {SECOND_SUM} \stackrel{{!}}{{=}} 0",
        Equal(points("left", middle) - points("right", middle), zero),
        "There need not be such a place: of the points 0, 1, 1 one is on the left of the median 1 and none on the right, "
        "and at no other place the numbers are equal. The optimum needs less: zero has to lie between the slopes on "
        "either side.",
        corrected=corrected,
    )
    return corrected


# ------------------------------------------------------------------------------- the median


def numbers_of_points(sheet: Sheet) -> None:
    """What the two sums count."""
    bit = sheet.proof.claim(
        "assigned",
        Equal(Bracket(z[i, k], "=", one), z[i, k]),
        "An assignment is one or zero.",
        by=Cases(),
    )
    assigned = Bracket(z[i, k], "=", one)
    for side, sign, within, bracket in (
        ("left", "first", "x_{id} < \\mu_{kd}", Bracket(x[i][d], "<", centred)),
        ("right", "second", "x_{id} > \\mu_{kd}", Bracket(centred, "<", x[i][d])),
    ):
        sheet.line(
            f"problem 1, what the {sign} sum counts",
            rf"\text{{the {sign} sum is the number of points of class $k$ with ${within}$}}",
            Equal(points(side, centred), Sum(i, assigned * bracket)),
            "Every point of the class that lies there is counted once.",
            rewriting=[bit],
        )


def halves(sheet: Sheet, at_median: list[Step]) -> None:
    """The numbers of points on either side."""
    counts = sheet.define(
        "problem 1, N_k",
        rf"N_k = {EACH} z_{{ik}}",
        count[k],
        Sum(i, z[i, k]),
        "The number of points in cluster k.",
    )
    nobody = Hypothesis(Equal(points("at", centred), zero))
    two_sides = sheet.proof.claim(
        "two.sides",
        Equal(points("left", centred) + points("right", centred), Sum(i, z[i, k])),
        "If no point is at the place, they are on the left or on the right of it.",
        by=Cases((balance(sheet.proof, "balance", centred),)),
        given=[nobody],
    )
    sheet.line(
        "problem 1, half of the points on either side",
        r"\text{the gradient is zero where exactly $N_k/2$ points are to the left and $N_k/2$ to the right}",
        Iff(
            Equal(points("left", centred) - points("right", centred), zero),
            Equal(points("left", centred), count[k] / 2),
        ),
        "The gradient is zero where the two numbers are equal. They are half of N_k only if no point of the cluster is at "
        "the place itself; so N_k must be even. For an odd N_k there is no such place.",
        uses=[counts],
        rewriting=[two_sides],
        needs=[nobody],
        by=Factor(Number(Fraction(2))),
    )
    larger = points("left", best) + points("right", best)
    larger += Abs(points("left", best) - points("right", best))
    corrected = sheet.proof.claim(
        "corrected.median",
        LessEqual(larger, count[k]),
        "The left side is twice the larger one of the two numbers: at most half of the points are strictly on either "
        "side of a median.",
        by=Cases((*at_median, counts)),
    )
    sheet.line(
        "problem 1, definition of a median",
        r"\text{exactly half on either side is the definition of a median}",
        Equal(points("left", middle), count[k] / 2),
        "The median of an odd number of points is one of them, and less than half are on either side of it; the same is "
        "true where points coincide in the middle. The definition says at most half, not exactly half.",
        uses=[counts],
        corrected=corrected,
    )


def the_update(sheet: Sheet, moves: list[Step], balanced_at_median: Step) -> None:
    sufficient = sheet.proof.claim(
        "median.sufficient",
        LessEqual(spread(m), spread(t)),
        "If zero is one of the slopes at a place, no other place is better.",
        by=Cases(tuple(moves)),
        given=[balanced],
    )
    values = ((weight[i], z[i, k]), (y[i], x[i][d]), (m, best), (t, centred))
    sheet.line(
        "problem 1, update",
        r"\mu_{kd} = \text{median} \{x_{id} \text{ such that } z_{ik} = 1\}",
        instantiated(sufficient.statement, values),
        "The median is optimal for odd numbers of points and for ties as well, for which the argument on the sheet does "
        "not hold. An empty cluster has no median; every place is optimal for it.",
        by=Instance(values, sufficient, (balanced_at_median,)),
        fault=Fault.INFERENCE,
    )
