"""Problem 1: Lloyd's algorithm for K-medians.

Theorem. The objective sum_ik z_ik |x_i - mu_k|_1 is never increased by assigning every point to its nearest
centre, nor by moving every centre to a median of its points, dimension by dimension. A number is optimal for
weighted points on a line if and only if at most half of the weight lies strictly on either side of it.

No derivative of the absolute value is used, which has none at zero. Any N, K and D; ties, even and odd counts
and empty clusters are allowed; weights may be any numbers that are not negative.

Source: problem 1 of the sheet; Boyd and Vandenberghe, Convex Optimization (2004), section 3.1; Bradley,
Mangasarian and Street, Clustering via Concave Minimization (1997), for the algorithm.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.calculus.domains import FRACTION, LABEL, NONNEGATIVE, POSITIVE
from derivations.calculus.expressions import (
    Abs,
    AssignmentSum,
    Bracket,
    Expr,
    Median,
    Ordered,
    Product,
    Sum,
    Symbol,
    at,
    scalar,
    scalars,
    substitute,
    sum_over,
    vectors,
)
from derivations.calculus.statements import Choice, Equal, Hypothesis, LessEqual, instantiated
from derivations.lemmas.assignment import derive_assignment, nearest, objective, z
from derivations.lemmas.mixture import D, K, N, d, i, j, k, x
from derivations.lemmas.weights import one, zero
from derivations.proof.methods import Cases, Gap
from derivations.proof.methods.extrema import OfMedian, OfMinimum
from derivations.proof.proof import Proof
from derivations.proof.steps import Derivation, Step

(l,) = K.indices("l")  # noqa: E741 (the field's letter)

mu = vectors("mu", r"\mu", (K,), D)

weight = scalars("w", "w", (N,), NONNEGATIVE)  # points on a line, with weights
y = scalars("y", "y", (N,))
a = scalar("a", "a")  # one point
m = scalar("m", "m")  # the place in question
t = scalar("t", "t")  # any other place
s = scalar("s", "s")
u = scalar("u", "u", FRACTION)
step = scalar("epsilon", r"\varepsilon", POSITIVE)
v = scalars("v", "v", (N,))
label = Symbol("label", "z", (N,), domain=LABEL, labels=K)
new_mu = scalars("new_mu", r"\mu^{\mathrm{new}}", (K, D))


def distance(component_of_centre: Expr) -> Expr:
    """|x_id - c| for a number c."""
    return Abs(x[i][d] - component_of_centre)


to_centre = Sum(d, distance(mu[k][d]))  # the distance of point i from centre k
first_nearest = nearest(to_centre)


def spread(place: Expr) -> Expr:
    """The weighted sum of the distances of all points on the line from a place."""
    return Sum(i, weight[i] * Abs(y[i] - place))


left = Sum(i, weight[i] * Bracket(y[i], "<", m))
here = Sum(i, weight[i] * Bracket(y[i], "=", m))
right = Sum(i, weight[i] * Bracket(m, "<", y[i]))
total = Sum(i, weight[i])

half_left = Hypothesis(LessEqual(2 * left, total))
half_right = Hypothesis(LessEqual(2 * right, total))


def derive() -> Derivation:
    """The derivation, judged step by step."""
    proof = Proof(
        name="kmedians",
        problem=1,
        title="Lloyd's algorithm for K-medians",
        theorem="Both steps of Lloyd's algorithm for the L1 distance solve their part of the problem exactly: assigning "
        "every point to its nearest centre, and moving every centre to a median of its points in each dimension. A "
        "number minimises the weighted sum of distances if and only if at most half of the weight lies strictly on "
        "each of its sides.",
        setting="N points in D dimensions, K clusters. Exactly one of the z_ik of a point is one, the others are zero.",
        source="Problem 1 of the sheet; Boyd and Vandenberghe, Convex Optimization (2004), section 3.1",
    )
    exercise(proof)
    separation(proof)
    proof.section("The assignment step")
    one_hot, assigned = derive_assignment(proof, to_centre)
    subgradients(proof)
    sufficient = median(proof)
    updated = update(proof, sufficient)
    alternation(proof, one_hot, assigned, updated)
    proof.update("z", z[i, k], first_nearest, assigned)
    proof.update("mu", new_mu[k, d], best, updated)
    return proof.finish()


def exercise(proof: Proof) -> None:
    """The problem as a class gets it."""
    proof.exercise(
        "K-medians measures distances by the sum of the absolute differences of the coordinates. Every point x_i "
        "belongs to one of K clusters: z_ik is one for that cluster and zero for the others. The centres mu_k and the "
        "assignment are to make the following sum small:",
        Equal(scalar("cost", r"\mathcal{J}"), objective(to_centre)),
        "Derive Lloyd's algorithm for it. (a) Which assignment is best for given centres? (b) Which centres are best for "
        "a given assignment? Give every one of them, with proof, also where a cluster has an even number of points, "
        "where points coincide, and where a cluster is empty. Mind that the absolute value has no derivative at zero. "
        "(c) Does the algorithm come to an end?",
        hints=(
            "Exchange the sums. What does the assignment of one point touch, and what does one coordinate of one centre?",
            "Think of points on a line, and move the centre a little to the right. Which distances grow, which shrink, "
            "and by how much in all?",
            "Count the points strictly to the left and strictly to the right of a place, and ask when it pays to move "
            "neither way. For (c): how many assignments are there, and can one come back?",
        ),
        answers={
            "a": ("assignment.step",),
            "b": (
                "median.sufficient",
                "median.necessary.right",
                "median.necessary.left",
                "median.empty",
                "update.step",
            ),
            "c": ("descent", "finite"),
        },
    )


def separation(proof: Proof) -> None:
    """The objective is a sum over clusters and dimensions."""
    proof.section("The objective")
    proof.claim(
        "separates",
        Equal(objective(to_centre), sum_over(k, d, Sum(i, z[i, k] * distance(mu[k][d])))),
        "Exchange the sums: every summand contains one coordinate of one centre, so each can be chosen for itself.",
    )


def subgradients(proof: Proof) -> None:
    """The subdifferential of the distance |a - m|: the sign, and at the kink the whole interval [-1, 1]."""
    proof.section("The slope of a distance")
    interval = 2 * u - 1
    slope = Bracket(a, "<", m) - Bracket(m, "<", a) + interval * Bracket(a, "=", m)
    proof.claim(
        "subgradient",
        LessEqual(Abs(a - m) + slope * (t - m), Abs(a - t)),
        "The distance from a is a convex function with a kink at a. To the right of a its slope is one, to the left "
        "minus one; at the kink every line with a slope between them stays below the function. (A derivative does not "
        "exist there.)",
        by=Cases(),
    )
    below = [
        Hypothesis(LessEqual(Abs(a - m) + s * (place - m), Abs(a - place)), (Choice(s, slope),))
        for place in (a, m + 1, m - 1)
    ]
    sign = Bracket(a, "<", m) - Bracket(m, "<", a)
    proof.claim(
        "subgradient.lower",
        LessEqual(sign - Bracket(a, "=", m), s),
        "Conversely a line through the graph at m that stays below it, even if only at a, m + 1 and m - 1, has a slope "
        "that is at least the smallest of these,",
        by=Cases(),
        given=below,
    )
    proof.claim(
        "subgradient.upper",
        LessEqual(s, sign + Bracket(a, "=", m)),
        "and at most the largest.",
        by=Cases(),
        given=below,
    )


def median(proof: Proof) -> Step:
    """A place is optimal if and only if at most half of the weight lies strictly on either side."""
    proof.section("The median of weighted points on a line")
    trichotomy = proof.claim(
        "trichotomy",
        Equal(Bracket(a, "<", m) + Bracket(a, "=", m) + Bracket(m, "<", a), one),
        "A point lies to the left of m, at m, or to the right of it.",
        by=Cases(),
    )
    one_of_three = proof.apply(
        "trichotomy.i", trichotomy, ((a, y[i]),), "So it is with every point y_i on the line."
    )
    balance = proof.claim(
        "weights.total",
        Equal(left + here + right, total),
        "Add the weights of the points on the left, at m, and on the right.",
        rewriting=[one_of_three],
    )
    moves = [moving(proof, side) for side in sides()]
    sufficient = proof.claim(
        "median.sufficient",
        LessEqual(spread(m), spread(t)),
        "If at most half of the weight lies on either side, the pull towards t is never stronger than the pull away from "
        "it, on whichever side t lies.",
        by=Cases((balance, *moves)),
        given=[half_left, half_right],
    )
    for side in sides():
        necessary(proof, balance, side)
    proof.claim(
        "median.empty",
        Equal(spread(t), zero),
        "In a cluster without points every place is as good as any other.",
        given=[Hypothesis(Equal(weight[i], zero))],
    )
    return sufficient


@dataclass(frozen=True)
class Side:
    """One of the two directions in which the place m can be left."""

    name: str
    words: str
    way: Expr  # how far t lies from m on this side
    beyond: Hypothesis  # t lies on this side
    place: Expr  # m after a small step to this side
    ahead: Expr  # 1 for a point on this side
    behind: Expr  # 1 for a point on the other side
    front: Expr  # the weight on this side
    rear: Expr  # the weight on the other side
    not_passed: LessEqual  # the small step passes no point that was ahead
    apart: Expr  # a value for point i that the small step does not pass


def sides() -> tuple[Side, Side]:
    on_left, on_right = Bracket(a, "<", m), Bracket(m, "<", a)
    place = m + v[i]
    return (
        Side(
            "right",
            "to the right",
            t - m,
            Hypothesis(LessEqual(m, t)),
            m + step,
            on_right,
            on_left,
            right,
            left,
            LessEqual(on_right, Bracket(m + step, "<=", a)),
            place + step * Bracket(m, "<", place),
        ),
        Side(
            "left",
            "to the left",
            m - t,
            Hypothesis(LessEqual(t, m)),
            m - step,
            on_left,
            on_right,
            left,
            right,
            LessEqual(on_left, Bracket(a, "<=", m - step)),
            place - step * Bracket(place, "<", m),
        ),
    )


def moving(proof: Proof, side: Side) -> Step:
    """What moving from m to t on one side costs at least."""
    bound = proof.claim(
        f"point.{side.name}",
        LessEqual(Abs(a - m) + side.way * (side.behind + Bracket(a, "=", m) - side.ahead), Abs(a - t)),
        f"Going {side.words}, the distance from a point that is not ahead grows by the way gone, and the distance from "
        "one ahead shrinks by no more than that.",
        by=Cases(),
        given=[side.beyond],
    )
    point = proof.apply(
        f"point.{side.name}.i",
        bound,
        ((a, y[i]),),
        "Let the point be any of the points y_i.",
        given=[side.beyond],
    )
    return proof.claim(
        f"move.{side.name}",
        LessEqual(spread(m) + side.way * (side.rear + here - side.front), spread(t)),
        "Multiply by the weights and add up.",
        by=Gap(zero, ((weight[i], point, (i,)),)),
        given=[side.beyond],
    )


def necessary(proof: Proof, balance: Step, side: Side) -> None:
    """With more than half of the weight ahead, a small step towards it is an improvement."""
    near = Hypothesis(side.not_passed)
    bound = proof.claim(
        f"step.{side.name}.point",
        Equal(Abs(a - side.place), Abs(a - m) + step * (side.behind + Bracket(a, "=", m) - side.ahead)),
        f"Take a step {side.words} that passes no point. Every distance changes by exactly its length.",
        by=Cases(),
        given=[near],
    )
    all_near = Hypothesis(instantiated(side.not_passed, ((a, y[i]),)), (Choice(y[i], side.apart),))
    point = proof.apply(
        f"step.{side.name}.i",
        bound,
        ((a, y[i]),),
        "It passes none of the points y_i, so that this holds for each of them.",
        given=[all_near],
    )
    change = proof.claim(
        f"step.{side.name}",
        Equal(spread(side.place), spread(m) + step * (side.rear + here - side.front)),
        "Multiply by the weights and add up. There is such a step, because there are finitely many points: any that is "
        "shorter than the way to the next one.",
        rewriting=[point],
        given=[all_near],
    )
    proof.claim(
        f"median.necessary.{side.name}",
        LessEqual(spread(side.place), spread(m), strict=True),
        f"If more than half of the weight lies {side.words}, the step makes the sum of distances smaller: such a place "
        "is not optimal.",
        by=Cases((balance, change)),
        given=[all_near, Hypothesis(LessEqual(total, 2 * side.front, strict=True))],
    )


best = Median(i, x[i][d], z[i, k])


def update(proof: Proof, sufficient: Step) -> Step:
    """Moving every centre to the medians of its points minimises the objective."""
    proof.section("The update step")
    values = ((weight[i], z[i, k]), (y[i], x[i][d]), (m, best), (t, mu[k][d]))
    balanced = []
    for name, hypothesis in (("left", half_left), ("right", half_right)):
        balanced.append(
            proof.claim(
                f"update.{name}",
                instantiated(hypothesis.statement, values),
                f"This is what a median of the coordinates of the points in cluster k is: at most half of them lie "
                f"strictly to its {name}.",
                by=OfMedian(),
            )
        )
    coordinate = proof.apply(
        "update.coordinate",
        sufficient,
        values,
        "So by the theorem on the median it is optimal, for each cluster and each dimension.",
        facts=balanced,
    )
    return proof.claim(
        "update.step",
        LessEqual(at_medians(z[i, k]), objective(to_centre)),
        "Add over clusters and dimensions: no other centres give a smaller objective, whatever the assignment is.",
        by=Gap(zero, ((one, coordinate, (d, k)),)),
    )


def at_medians(assigned: Expr) -> Expr:
    """The objective for an assignment, with the medians that belong to it as centres."""
    return substitute(sum_over(i, k, z[i, k] * Sum(d, distance(best))), z[i, k], assigned)


def alternation(proof: Proof, one_hot: Step, assigned: Step, updated: Step) -> None:
    """Alternating the two steps never increases the objective and stops."""
    proof.section("The algorithm")
    then = proof.apply(
        "update.after",
        updated,
        ((z[i, k], first_nearest),),
        "After an assignment step the update step is carried out for the assignment just made.",
        facts=[one_hot],
    )
    proof.claim(
        "descent",
        LessEqual(at_medians(first_nearest), objective(to_centre)),
        "One round of the algorithm is an assignment step followed by an update step, and neither increases the "
        "objective.",
        by=Gap(zero, ((one, then, ()), (one, assigned, ()))),
    )
    there, other = (at(to_centre, {k: index}) for index in (j, k))
    proof.claim(
        "ties",
        LessEqual(at(first_nearest, {k: j}) * Bracket(there, "=", other), Ordered(j, k)),
        "A point that changes its cluster either comes strictly nearer to its centre or, at the same distance, moves to "
        "a cluster with a smaller number. So, unless no point changes its cluster, the objective decreases, or it stays "
        "and the sum of the cluster numbers decreases.",
        by=OfMinimum(),
    )
    proof.claim(
        "finite",
        Equal(AssignmentSum(label, Product(i, one)), K**N),
        "Count the assignments: every point has K choices. By the last two steps none of them comes twice, because the "
        "centres are functions of the assignment; so the algorithm stops. (What is proved are this number and the two "
        "steps; the conclusion about the whole run is drawn in words.)",
    )


if __name__ == "__main__":
    from reports.cli import main_derivation

    raise SystemExit(main_derivation(derive))
