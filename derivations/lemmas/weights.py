"""The update of the mixture weights, which is the same whatever the density of the components.

The weights maximise sum_k N_k log pi_k over the simplex. Source: problem 3 of the sheet; Bishop, Pattern
Recognition and Machine Learning (2006), equations 9.20 to 9.22; Boyd and Vandenberghe (2004), chapter 5.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.domains import NONNEGATIVE, POSITIVE, SIMPLEX
from derivations.calculus.expressions import (
    Delta,
    Expr,
    Gradient,
    Log,
    Number,
    Sum,
    WeightedLog,
    scalar,
    scalars,
    substitute,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Maximum,
)
from derivations.lemmas.mixture import K, N, count, j, k, pi, positive_counts
from derivations.proof.axioms import TANGENT
from derivations.proof.methods import Bound, Cases, Factor, Gap, Summed
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

(l,) = K.indices("l")  # noqa: E741 (the field's letter)
zero, one = Number(Fraction(0)), Number(Fraction(1))

weight = scalars("weight", r"\tilde\pi", (K,), POSITIVE)  # weights that need not sum to one yet
multiplier = scalar("multiplier", r"\lambda", POSITIVE)
a = scalar("a", "a", NONNEGATIVE)
p = scalar("p", "p", NONNEGATIVE)
m = scalar("m", "m", POSITIVE)

objective = Sum(k, WeightedLog(count[k], pi[k]))
best = Sum(k, WeightedLog(count[k], count[k] / N))


def lagrangian(at_multiplier: Expr = multiplier) -> Expr:
    """The objective for free positive weights, less the price of violating the constraint."""
    return Sum(k, count[k] * Log(weight[k])) - at_multiplier * (Sum(k, weight[k]) - 1)


def dual(at_multiplier: Expr) -> Expr:
    """The largest value of the Lagrangian for a given multiplier."""
    return Sum(k, count[k] * Log(count[k] / at_multiplier)) + at_multiplier - N


def derive_weights(proof: Proof, counts: Step, total: Step) -> Step:
    """All steps of the update pi_k = N_k / N; returns the one that shows it to be the global maximum."""
    stationary_points(proof, counts, total)
    bound = bound_for_one_component(proof)
    dual_problem(proof, counts, bound)
    return global_maximum(proof, counts, bound)


def stationary_points(proof: Proof, counts: Step, total: Step) -> None:
    """Where the Lagrangian is stationary, and which multiplier meets the constraint."""
    slope = proof.compute(
        "pi.gradient",
        Gradient(lagrangian(), weight[j]),
        count[j] / weight[j] - multiplier,
        "For the moment let the weights be any positive numbers and charge a price for violating the constraint. "
        "Only the terms with k = j depend on the weight of component j, and the derivative of log t is 1/t.",
    )
    proof.solve(
        "pi.root",
        Equal(Gradient(lagrangian(), weight[j]), zero),
        weight[j],
        count[j] / multiplier,
        "Multiply by the weight, which is positive; what remains is linear in it.",
        times=weight[j],
        uses=[slope],
    )
    proof.solve(
        "pi.multiplier",
        Equal(Sum(k, count[k] / multiplier), one),
        multiplier,
        N,
        "The weights must sum to one. The counts sum to the number of points, and this fixes the multiplier.",
        times=multiplier,
        uses=[counts, total],
    )
    proof.claim(
        "pi.empty",
        Iff(Equal(Gradient(lagrangian(), weight[j]), -multiplier), Equal(count[j], zero)),
        "For a component without points the slope is the same negative number everywhere, so that there is no "
        "stationary point in the interior. The maximum then lies on the boundary, as is shown below.",
        by=Factor(1 / weight[j]),
        uses=[slope],
    )
    curvature = proof.compute(
        "pi.curvature",
        Gradient(Gradient(lagrangian(), weight[j]), weight[l]),
        -Delta(j, l) * (count[j] / weight[j] ** 2),
        "Differentiate once more: the weights do not interact, so that the second derivative is diagonal.",
        uses=[slope],
    )
    proof.claim(
        "pi.concave",
        LessEqual(-(count[j] / weight[j] ** 2), zero),
        "No entry on the diagonal is positive: the Lagrangian is concave in the weights.",
        uses=[curvature],
    )


def bound_for_one_component(proof: Proof) -> Step:
    """a log p <= a log(a/m) + m p - a for a, p >= 0 and m > 0, the zeros included."""
    interior = (Hypothesis(Belongs(a, POSITIVE)), Hypothesis(Belongs(p, POSITIVE)))
    ratio = m * p / a
    tangent = proof.axiom(
        "pi.tangent",
        TANGENT,
        "The logarithm lies below its tangent at one.",
        [ratio],
        given=interior,
    )
    split = proof.claim(
        "pi.split",
        Equal(Log(p), Log(a / m) + Log(ratio)),
        "The logarithm of a product of positive numbers is the sum of the logarithms.",
        given=interior,
    )
    return proof.claim(
        "pi.bound",
        LessEqual(WeightedLog(a, p), WeightedLog(a, a / m) + m * p - a),
        "Where a and p are positive, multiply the tangent by a. Where a is zero the left side is zero by convention "
        "and the right side is m p; where only p is zero the left side is minus infinity.",
        by=Cases((tangent, split)),
    )


def dual_problem(proof: Proof, counts: Step, bound: Step) -> None:
    """The dual function, and its minimum, which meets the maximum of the primal problem."""
    proof.claim(
        "dual.value",
        Equal(substitute(lagrangian(), weight[k], count[k] / multiplier), dual(multiplier)),
        "Put the stationary weights into the Lagrangian.",
        uses=[counts],
        given=[positive_counts],
    )
    here = proof.apply(
        "dual.component",
        bound,
        ((a, count[k]), (p, weight[k]), (m, multiplier)),
        "The bound for one component, with the multiplier as m.",
    )
    proof.claim(
        "dual.bound",
        LessEqual(lagrangian(), dual(multiplier)),
        "Add the bounds of all components: the stationary weights are a global maximum of the Lagrangian, which is "
        "therefore what the dual function is.",
        by=Gap(zero, ((one, here, (k,)),)),
        uses=[counts],
        given=[positive_counts],
    )
    dual_minimum(proof, counts)


def dual_minimum(proof: Proof, counts: Step) -> None:
    """The dual function is strictly convex, and its global minimum closes the gap."""
    slope = proof.compute(
        "dual.gradient",
        Gradient(dual(multiplier), multiplier),
        1 - N / multiplier,
        "The counts sum to the number of points.",
        uses=[counts],
        given=[positive_counts],
    )
    proof.compute(
        "dual.curvature",
        Gradient(Gradient(dual(multiplier), multiplier), multiplier),
        N / multiplier**2,
        "Differentiate once more.",
        uses=[slope, counts],
        given=[positive_counts],
    )
    proof.claim(
        "dual.convex",
        LessEqual(zero, N / multiplier**2, strict=True),
        "The second derivative is positive: the dual function is strictly convex.",
    )
    tangent = proof.axiom(
        "dual.tangent", TANGENT, "The logarithm lies below its tangent at one.", [multiplier / N]
    )
    proof.claim(
        "dual.minimum",
        LessEqual(dual(N), dual(multiplier)),
        "The difference is N times the distance of the logarithm from its tangent, so that the dual function has its "
        "global minimum where the multiplier is N.",
        by=Gap(zero, ((N, tangent, ()),)),
        uses=[counts],
        given=[positive_counts],
    )
    proof.claim(
        "dual.strong",
        Equal(dual(N), Sum(k, count[k] * Log(count[k] / N))),
        "There the two remaining terms cancel. The minimum of the dual is the value of the primal objective at "
        "N_k / N: there is no duality gap.",
        uses=[counts],
        given=[positive_counts],
    )


def global_maximum(proof: Proof, counts: Step, bound: Step) -> Step:
    """pi_k = N_k / N is the global maximum over the closed simplex, for counts that may be zero."""
    here = proof.apply(
        "pi.component",
        bound,
        ((a, count[k]), (p, pi[k]), (m, N)),
        "The bound for one component, with N as m. Zero counts and zero weights are allowed.",
    )
    gap = proof.claim(
        "pi.global",
        LessEqual(objective, best),
        "Add over the components. The weights sum to one and the counts to N, so that the last two terms cancel.",
        by=Summed(here, (k,)),
        uses=[counts],
    )
    admissible = proof.claim(
        "pi.admissible",
        Belongs(count[k] / N, SIMPLEX, k),
        "The counts are not negative and sum to N.",
        uses=[counts],
    )
    return proof.claim(
        "pi.maximum",
        Maximum(objective, (Choice(pi[k], count[k] / N),)),
        "The bound is attained: no other weights on the simplex, its boundary included, give a larger value. This "
        "holds for components without points as well.",
        by=Bound(gap, (admissible,)),
        uses=[counts],
    )
