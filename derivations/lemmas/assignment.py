"""Assigning every point to its nearest centre, for any distance: the first step of Lloyd's algorithm.

Used for K-means (squared distance) and for K-medians (L1 distance).
"""

from __future__ import annotations

from derivations.calculus.domains import ONE_HOT
from derivations.calculus.expressions import Expr, First, Minimum, Sum, at, scalars, sum_over
from derivations.calculus.statements import Belongs, Equal, LessEqual
from derivations.lemmas.mixture import K, N, i, k
from derivations.lemmas.weights import zero
from derivations.proof.methods import Gap
from derivations.proof.methods.extrema import OfMinimum
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

(l,) = K.indices("l")  # noqa: E741 (the field's letter)

z = scalars("z", "z", (N, K), ONE_HOT)  # z_ik = 1 where point i is assigned to cluster k


def nearest(distance: Expr) -> Expr:
    """1 if k is the first of the centres nearest to point i; `distance` is an expression in i and k."""
    return First(l, at(distance, {k: l}), k)


def objective(distance: Expr) -> Expr:
    """The sum of the distances of all points from the centres they are assigned to."""
    return sum_over(i, k, z[i, k] * distance)


def derive_assignment(proof: Proof, distance: Expr) -> tuple[Step, Step]:
    """That the nearest centres are an assignment, and that no assignment has a smaller objective."""
    smallest = Minimum(l, at(distance, {k: l}))
    bound = proof.claim(
        "nearest.bound",
        LessEqual(smallest, distance),
        "The smallest distance is at most the distance from any centre.",
        by=OfMinimum(),
    )
    attained = proof.claim(
        "nearest.attained",
        Equal(Sum(k, nearest(distance) * distance), smallest),
        "It is the distance from the nearest centre; of several equally near ones we take the first.",
        by=OfMinimum(),
    )
    one_hot = proof.claim(
        "nearest.one_hot",
        Belongs(nearest(distance), ONE_HOT, k),
        "Exactly one centre is the first of the nearest.",
        by=OfMinimum(),
    )
    improved = proof.claim(
        "assignment.step",
        LessEqual(sum_over(i, k, nearest(distance) * distance), objective(distance)),
        "Weight the bound with z_ik, which for each point are zero but for a single one, and add up: no assignment gives "
        "a smaller objective, whatever the centres are.",
        by=Gap(zero, ((z[i, k], bound, (k, i)),)),
        rewriting=[attained],
    )
    return one_hot, improved
