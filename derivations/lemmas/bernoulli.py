"""One Bernoulli parameter: its log-probability, and which value makes a weighted sum of them largest.

The weights are a for "on" and b for "off": a log p + b log(1 - p) is largest at every q with a = m q and
b = m (1 - q), where m = a + b. Nothing is divided by, so that m = 0 is included, and p = 0 and p = 1 are too.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.calculus.domains import NONNEGATIVE, POSITIVE, PROBABILITY
from derivations.calculus.expressions import Expr, Log, Number, WeightedLog, scalar
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual
from derivations.proof.axioms import TANGENT
from derivations.proof.methods import Cases, Gap
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

zero, one = Number(Fraction(0)), Number(Fraction(1))

a = scalar("a", "a", NONNEGATIVE)
b = scalar("b", "b", NONNEGATIVE)
m = scalar("m", "m", NONNEGATIVE)
p = scalar("p", "p", PROBABILITY)
q = scalar("q", "q", PROBABILITY)
s = scalar("s", "s", NONNEGATIVE)
t = scalar("t", "t", NONNEGATIVE)

share = Hypothesis(Equal(a, m * q))
rest = Hypothesis(Equal(b, m * (1 - q)))


def pixel(value: Expr, parameter: Expr) -> Expr:
    """The log-probability of one binary value, for a parameter strictly between 0 and 1."""
    return value * Log(parameter) + (1 - value) * Log(1 - parameter)


def closed_pixel(on: Expr, off: Expr, parameter: Expr) -> Expr:
    """on log p + off log(1 - p) on the closed interval: 0 log 0 is 0, and what is impossible is minus infinity."""
    return WeightedLog(on, parameter) + WeightedLog(off, 1 - parameter)


def derive_bound(proof: Proof) -> Step:
    """a log p + b log(1 - p) <= a log q + b log(1 - q) if a = m q and b = m (1 - q)."""
    on = Hypothesis(Equal(a, m * s))
    single = derive_single(proof, on)
    first = proof.apply(
        "bound.on", single, ((s, q), (t, p)), "The bound for the pixels that are on.", given=[share]
    )
    second = proof.apply(
        "bound.off",
        single,
        ((a, b), (s, 1 - q), (t, 1 - p)),
        "The same for those that are off: their probability is one minus the parameter.",
        given=[rest],
    )
    return proof.claim(
        "bound.both",
        LessEqual(closed_pixel(a, b, p), closed_pixel(a, b, q)),
        "Add both: what stands before m cancels.",
        by=Gap(zero, ((one, first, ()), (one, second, ()))),
        given=[share, rest],
    )


def derive_single(proof: Proof, on: Hypothesis) -> Step:
    """a log t <= a log s + m (t - s) if a = m s, for s, t, m >= 0."""
    interior = (Hypothesis(Belongs(s, POSITIVE)), Hypothesis(Belongs(t, POSITIVE)))
    tangent = proof.axiom(
        "bound.tangent", TANGENT, "The logarithm lies below its tangent at one.", [t / s], given=interior
    )
    split = proof.claim(
        "bound.split",
        Equal(Log(t), Log(s) + Log(t / s)),
        "The logarithm of a product of positive numbers is the sum of the logarithms.",
        given=interior,
    )
    return proof.claim(
        "bound.single",
        LessEqual(WeightedLog(a, t), WeightedLog(a, s) + m * (t - s)),
        "Where s and t are positive, multiply the tangent by a = m s. Where s is zero, so is a, and m t is not negative; "
        "where only t is zero, the left side is minus infinity or a is zero too.",
        by=Cases((tangent, split)),
        given=[on],
    )
