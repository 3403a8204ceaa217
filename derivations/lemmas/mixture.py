"""The mixture model: sizes, symbols with their domains, counts, and the expected log-likelihood.

N points, K components, D dimensions. The responsibilities gamma_ik are those of the current parameters and
stay fixed while an M-step looks for better ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivations.calculus.domains import LABEL, NONNEGATIVE, POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    AssignmentSum,
    Expr,
    Number,
    Product,
    Sum,
    Symbol,
    at,
    scalars,
    sizes,
    sum_over,
    vectors,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

N, K, D = sizes("N K D")
i, n = N.indices("i n")
k, j = K.indices("k j")
d, e = D.indices("d e")
half = Number(Fraction(1, 2))

x = vectors("x", "x", (N,), D)
gamma = scalars("gamma", r"\gamma", (N, K), SIMPLEX)
pi = scalars("pi", r"\pi", (K,), SIMPLEX)
count = scalars("count", "N", (K,), NONNEGATIVE)
z = Symbol("z", "z", (N,), domain=LABEL, labels=K)

positive_counts = Hypothesis(Belongs(count[k], POSITIVE))
positive_weights = Hypothesis(Belongs(pi[k], POSITIVE))


def define_counts(proof: Proof) -> Step:
    """N_k: the number of points that component k answers for."""
    return proof.define(
        "counts",
        count[k],
        Sum(i, gamma[i, k]),
        "Add up the responsibilities of component k: so many points it answers for.",
    )


def counts_add_up(proof: Proof, counts: Step) -> Step:
    """sum_k N_k = N."""
    return proof.claim(
        "counts.total",
        Equal(Sum(k, count[k]), N),
        "Exchange the two sums: the responsibilities for one point add up to one, and there are N points.",
        uses=[counts],
    )


def expectation(proof: Proof, log_joint: Expr, given: Sequence[Hypothesis] = ()) -> Step:
    """The expectation over all K^N assignments; point i contributes log_joint, an expression in i and k.

    `given` is what the logarithm of the component's density needs; the weights are positive anyway.
    """
    weight = Product(i, gamma[i, z[i]])
    return proof.compute(
        "expectation",
        AssignmentSum(z, weight * Sum(i, at(log_joint, {k: z[i]}))),
        sum_over(i, k, gamma[i, k] * log_joint),
        "The points are independent, so the posterior of an assignment is the product of the responsibilities. In "
        "the expectation of the term of point i the factors of all other points sum to one; only the sum over the "
        "component of point i itself remains.",
        given=[positive_weights, *given],
    )
