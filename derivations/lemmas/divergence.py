"""A lower bound of the Kullback-Leibler divergence that shows where it is zero.

For probabilities a and b the tangent of the logarithm, used twice, gives

    a log b <= a log a + b - a - (a - b)^2 / 4.

Summed over the entries of two distributions it says KL(a || b) >= sum (a - b)^2 / 4: the divergence is positive
unless the distributions are the same. Pinsker's inequality has a better constant; any will do here.
"""

from __future__ import annotations

from derivations.calculus.domains import POSITIVE, PROBABILITY
from derivations.calculus.expressions import Log, WeightedLog, scalar
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual
from derivations.proof.axioms import TANGENT
from derivations.proof.methods import Cases
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

a = scalar("a", "a", PROBABILITY)
b = scalar("b", "b", PROBABILITY)


def derive_divergence(proof: Proof) -> Step:
    """a log b <= a log a + b - a - (a - b)^2 / 4 for a and b in [0, 1], the ends included."""
    interior = (Hypothesis(Belongs(a, POSITIVE)), Hypothesis(Belongs(b, POSITIVE)))
    upper, lower = 2 * b / (a + b), (a + b) / (2 * a)
    first = proof.axiom(
        "divergence.upper", TANGENT, "The logarithm lies below its tangent at one.", [upper], given=interior
    )
    second = proof.axiom(
        "divergence.lower",
        TANGENT,
        "And so it does at the ratio of the average to a.",
        [lower],
        given=interior,
    )
    split = proof.claim(
        "divergence.split",
        Equal(Log(b), Log(a) + Log(upper) + Log(lower)),
        "Go from a to b by way of their average: the logarithm of a product of positive numbers is the sum of the "
        "logarithms.",
        given=interior,
    )
    return proof.claim(
        "divergence.bound",
        LessEqual(WeightedLog(a, b), WeightedLog(a, a) + b - a - (a - b) ** 2 / 4),
        "Where a and b are positive, add the two tangents and multiply by a: beyond b - a there remains "
        "minus (a - b)^2 / (2 (a + b)), and a + b is at most two. Where a is zero, the left side is zero by "
        "convention, and b is at least b^2 / 4. Where only b is zero, the left side is minus infinity.",
        by=Cases((first, second, split)),
    )
