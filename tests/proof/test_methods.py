"""The conditions of the ways of arguing, row by row: what each shows, and false neighbours that miss one condition.

A way of arguing that forgets a condition shows its neighbour, which the judge refutes. The problems of the sheet only
meet the conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest
from sample_symbols import D, K, a, b, count, gamma, i, j, k, l, pi, theta, x, y

from derivations.calculus.domains import (
    BINARY,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    OPEN_SIMPLEX,
    POSITIVE,
    PROBABILITY,
    REAL,
    SIMPLEX,
    SYMMETRIC,
    UNIT,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    Exp,
    Expr,
    First,
    Median,
    Minimum,
    Mul,
    Ordered,
    Sum,
    WeightedLog,
    as_expr,
    inv,
    matrix,
    scalar,
    scalars,
    vector,
)
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Limit,
    Maximum,
    Statement,
)
from derivations.proof.methods import Bound, Factor, Gap, Membership, Method, Rewritten, Solved, Summed
from derivations.proof.methods.equality import AsDeclared, Tight
from derivations.proof.methods.extrema import OfMedian, OfMinimum, TermOfSum
from derivations.proof.methods.limits import Decays, Squeezed
from derivations.proof.proof import Proof
from derivations.proof.steps import Step

zero, one, two, half = (as_expr(Fraction(value)) for value in (0, 1, 2, Fraction(1, 2)))
q, r = scalars("q", "q", (K,)), scalars("r", "r", (K,))
costs = scalars("costs", "c", (K, K))
weights = scalars("weights", "w", (K,), NONNEGATIVE)
u = vector("u", "u", D)
G, X = matrix("G", "G", D), matrix("X", "X", D, domain=INVERTIBLE)
m, p = scalar("m", "m"), scalar("p", "p", POSITIVE)
v = scalar("v", "v", POSITIVE)
bit, chance = scalar("bit", "b", BINARY), scalar("chance", "h", PROBABILITY)
infinite = WeightedLog(a, chance)

Given = tuple[Statement, ...]
Written = Callable[[Proof], Method]
Row = tuple[Statement, Written, Given]
Before = tuple[Statement, Method | None] | tuple[Statement, Method | None, Given]


def shown(
    written: Proof, statement: Statement, by: Method | None = None, given: Sequence[Statement] = ()
) -> Step:
    name = f"step {len(written.finish().steps)}"
    return written.claim(name, statement, "", by=by, given=[*map(Hypothesis, given)])


def with_steps(make: Callable[..., Method], *steps: Before) -> Written:
    """A way of arguing that rests on steps, which are claimed first."""
    return lambda written: make(*(shown(written, *step) for step in steps))


def plain(method: Method) -> Written:
    return lambda written: method


# --------------------------------------------------------------------------------- inequalities

square = LessEqual(2 * x * y, x**2 + y**2)
by_square = Gap((x - y) ** 2)
below = (LessEqual(q[k], r[k]), Gap(r[k] - q[k]), (LessEqual(q[k], r[k]),))
strictly = (LessEqual(q[k], r[k], strict=True), Gap(r[k] - q[k]), (LessEqual(q[k], r[k], strict=True),))


def summed(step: Step) -> Method:
    return Summed(step, (k,))


def with_multiple(factor: Expr) -> Callable[[Step], Method]:
    return lambda step: Gap(zero, ((factor, step, ()),))


INEQUALITIES: dict[str, Row] = {
    "a multiple of what was shown": (LessEqual(2 * a * x * y, a * (x**2 + y**2)), with_steps(with_multiple(a), (square, by_square)), ()),
    "what was shown, summed": (LessEqual(Sum(k, count[k] * q[k]), Sum(k, count[k] * r[k])), with_steps(lambda step: Gap(zero, ((count[k], step, (k,)),)), below), below[2]),
    "a multiple of what may be infinite": (LessEqual(2 * infinite, zero), with_steps(with_multiple(two), (LessEqual(infinite, zero), None)), ()),
    "a sum of inequalities": (LessEqual(Sum(k, q[k]), Sum(k, r[k])), with_steps(summed, below), below[2]),
    "a sum of strict ones": (LessEqual(Sum(k, q[k]), Sum(k, r[k]), strict=True), with_steps(summed, strictly), strictly[2]),
    "a sum of what may be infinite": (LessEqual(Sum(k, WeightedLog(weights[k], pi[k])), Sum(k, pi[k] - pi[k])), with_steps(summed, (LessEqual(WeightedLog(weights[k], pi[k]), pi[k] - pi[k]), None)), ()),
    "equals in the place of equals": (LessEqual(-(x - y) ** 2, zero), with_steps(Rewritten, (LessEqual(2 * x * y - x**2 - y**2, 0 * x), by_square), (Equal(-(x - y) ** 2, 2 * x * y - x**2 - y**2), None), (Equal(0 * x, zero), None)), ()),
    "one term of a sum": (LessEqual(count[j], Sum(k, count[k])), plain(TermOfSum()), ()),
}  # fmt: skip
NOT_INEQUALITIES: dict[str, Row] = {
    "a multiple by what may be negative": (LessEqual(2 * m * x * y, m * (x**2 + y**2)), with_steps(with_multiple(m), (square, by_square)), ()),
    "strict, from a gap that may vanish": (LessEqual(2 * x * y, x**2 + y**2, strict=True), plain(by_square), ()),
    "a strict sum of weak ones": (LessEqual(Sum(k, q[k]), Sum(k, r[k]), strict=True), with_steps(summed, below), below[2]),
    "a sum of something else on the left": (LessEqual(2 * Sum(k, q[k]), Sum(k, r[k])), with_steps(summed, below), below[2]),
    "a sum of something else on the right": (LessEqual(Sum(k, q[k]), 2 * Sum(k, r[k])), with_steps(summed, below), below[2]),
    "strict, from what was weak": (LessEqual(-(x - y) ** 2, zero, strict=True), with_steps(Rewritten, (LessEqual(2 * x * y - x**2 - y**2, 0 * x), by_square), (Equal(-(x - y) ** 2, 2 * x * y - x**2 - y**2), None), (Equal(0 * x, zero), None)), ()),
    "equals of another left side": (LessEqual((x - y) ** 2, zero), with_steps(Rewritten, (LessEqual(2 * x * y - x**2 - y**2, 0 * x), by_square), (Equal(-(x - y) ** 2, 2 * x * y - x**2 - y**2), None), (Equal(0 * x, zero), None)), ()),
    "equals of another right side": (LessEqual(-(x - y) ** 2, m), with_steps(Rewritten, (LessEqual(2 * x * y - x**2 - y**2, 0 * x), by_square), (Equal(-(x - y) ** 2, 2 * x * y - x**2 - y**2), None), (Equal(0 * x, zero), None)), ()),
    "one term of a sum of any sign": (LessEqual(q[j], Sum(k, q[k])), plain(TermOfSum()), ()),
    "a term of another sum": (LessEqual(2 * count[j], Sum(k, count[k])), plain(TermOfSum()), ()),
    "a term that is strictly less": (LessEqual(count[j], Sum(k, count[k]), strict=True), plain(TermOfSum()), ()),
}  # fmt: skip

# -------------------------------------------------------------- smallest values and medians

smallest = Minimum(l, q[l])
chosen_first = First(l, q[l], j)
middle = Median(k, q[k], weights[k])
lighter, heavier = (
    2 * Sum(k, weights[k] * Bracket(*sides))
    for sides in ((q[k], "<", middle), (middle, "<", q[k]))
)  # fmt: skip
mass = Sum(l, weights[l])

EXTREMA: dict[str, Row] = {
    "the smallest is at most each": (LessEqual(smallest, q[j]), plain(OfMinimum()), ()),
    "the first is the smallest": (Equal(Sum(k, First(l, q[l], k) * q[k]), Minimum(j, q[j])), plain(OfMinimum()), ()),
    "one is first": (Belongs(First(l, q[l], k), ONE_HOT, k), plain(OfMinimum()), ()),
    "the first comes first": (LessEqual(chosen_first * Bracket(q[j], "=", q[k]), Ordered(j, k)), plain(OfMinimum()), ()),
    "half of the weight lies below": (LessEqual(lighter, mass), plain(OfMedian()), ()),
    "half of the weight lies above": (LessEqual(heavier, mass), plain(OfMedian()), ()),
}  # fmt: skip
NOT_EXTREMA: dict[str, Row] = {
    "the smallest is below each": (LessEqual(smallest, q[j], strict=True), plain(OfMinimum()), ()),
    "the smallest of something else": (LessEqual(smallest, r[j]), plain(OfMinimum()), ()),
    "the first of something else": (Equal(Sum(k, First(l, r[l], k) * q[k]), smallest), plain(OfMinimum()), ()),
    "the value of something else": (Equal(Sum(k, First(l, q[l], k) * r[k]), smallest), plain(OfMinimum()), ()),
    "another is chosen": (Equal(Sum(k, First(l, q[l], j) * q[k]), smallest), plain(OfMinimum()), ()),
    "the chance of being first": (Belongs(First(l, q[l], k), OPEN_SIMPLEX, k), plain(OfMinimum()), ()),
    "the first comes strictly first": (LessEqual(chosen_first * Bracket(q[j], "=", q[k]), Ordered(j, k), strict=True), plain(OfMinimum()), ()),
    "the first comes last": (LessEqual(chosen_first * Bracket(q[j], "=", q[k]), Ordered(k, j)), plain(OfMinimum()), ()),
    "any value comes after the first": (LessEqual(chosen_first * Bracket(q[j], "=", r[k]), Ordered(j, k)), plain(OfMinimum()), ()),
    "the value of another is first": (LessEqual(chosen_first * Bracket(r[j], "=", q[k]), Ordered(j, k)), plain(OfMinimum()), ()),
    "half of the weight lies strictly below": (LessEqual(lighter, mass, strict=True), plain(OfMedian()), ()),
    "a third of the weight lies below": (LessEqual(as_expr(3) * Sum(k, weights[k] * Bracket(q[k], "<", middle)), mass), plain(OfMedian()), ()),
    "the median of other values": (LessEqual(2 * Sum(k, weights[k] * Bracket(r[k], "<", middle)), mass), plain(OfMedian()), ()),
    "values above the median of others": (LessEqual(2 * Sum(k, weights[k] * Bracket(middle, "<", r[k])), mass), plain(OfMedian()), ()),
    "the median of other weights": (LessEqual(2 * Sum(k, count[k] * Bracket(q[k], "<", middle)), Sum(l, count[l])), plain(OfMedian()), ()),
    "another mass": (LessEqual(lighter, Sum(l, count[l])), plain(OfMedian()), ()),
    "no median": (LessEqual(2 * Sum(k, weights[k] * Bracket(q[k], "<", x)), mass), plain(OfMedian()), ()),
    "weights of any sign": (LessEqual(2 * Sum(k, r[k] * Bracket(q[k], "<", Median(k, q[k], r[k]))), Sum(l, r[l])), plain(OfMedian()), ()),
    "a median that moves with the index": (
        LessEqual(2 * Sum(k, weights[k] * Bracket(costs[k, k], "<", Median(l, costs[k, l], weights[l]))), mass), plain(OfMedian()), ()),
}  # fmt: skip

# ------------------------------------------------------------------------------- equivalences

total = Sum(k, q[k] ** 2)
doubled = K * Sum(k, Sum(l, costs[k, l] ** 2))
diagonal = Sum(k, Sum(k, costs[k, k] ** 2))
declared = Belongs(G, SYMMETRIC)


def tight(step: Step) -> Method:
    return Tight(step, Fraction(1))


EQUIVALENCES: dict[str, Row] = {
    "squares of all members": (Iff(Equal(-total, zero), Equal(Sum(k, (q[k] - 0 * x) ** 2), zero)), with_steps(tight, (LessEqual(-total, 0 - Sum(k, (q[k] - 0 * x) ** 2)), Gap(zero))), ()),
    "solved after a multiplication": (Iff(Equal((m - x) / p, zero), Equal(m, x)), plain(Solved(m, p)), ()),
    "solved between two matrices": (Iff(Equal(inv(X) @ (G - X) @ inv(X), 0 * X), Equal(G, X)), plain(Solved(G, X, X)), ()),
    "an invertible factor of a difference from one": (Iff(Equal(p, p * m), Equal(one, m)), plain(Factor(p)), ()),
    "an invertible factor on each side": (Iff(Equal(X @ G @ X, 0 * X), Equal(G, 0 * X)), plain(Factor(X, X)), ()),
    "what is given as a declaration": (Equal(u.T @ G, (G @ u).T), plain(AsDeclared(G, SYMMETRIC)), (declared,)),
    "with what is given of it": (Equal(u.T @ G, y * u.T), plain(AsDeclared(G, SYMMETRIC)), (declared, Equal(G @ u, y * u))),
    "with what else is given": (Equal(u.T @ G + m * u.T, (G @ u).T + x * u.T), plain(AsDeclared(G, SYMMETRIC)), (declared, Equal(m, x))),
}  # fmt: skip
NOT_EQUIVALENCES: dict[str, Row] = {
    "the square of one member": (Iff(Equal(-total, zero), Equal((q[j] - 0 * x) ** 2, zero)), with_steps(tight, (LessEqual(-total, 0 - (q[j] - 0 * x) ** 2), TermOfSum())), ()),
    "squares on the diagonal": (Iff(Equal(-doubled, zero), Equal(Sum(k, Sum(k, (costs[k, k] - 0 * x) ** 2)), zero)), with_steps(tight, (LessEqual(-doubled, 0 - diagonal), None)), ()),
    "squares that a bound does not miss by": (Iff(Equal(0 * total, zero), Equal(Sum(k, (q[k] - 0 * x) ** 2), zero)), with_steps(lambda step: Tight(step, Fraction(0)), (LessEqual(0 * total, zero), Gap(zero))), ()),
    "a difference from one that is none": (Iff(Equal(-p * m, zero), Equal(one, m)), plain(Factor(p)), ()),
    "an inequality on the right": (Iff(Equal(p * m, p * x), LessEqual(m, x)), plain(Factor(p)), ()),
    "an inequality on the left": (Iff(LessEqual(p * m, p * x), Equal(m, x)), plain(Factor(p)), ()),
    "an inequality to be solved": (Iff(LessEqual(p * m, p * x), Equal(m, x)), plain(Solved(m, one)), ()),
    "an inequality for a solution": (Iff(Equal(p * m, p * x), LessEqual(m, x)), plain(Solved(m, one)), ()),
    "a multiplication by what may be zero": (Iff(Equal(x * m, x * y), Equal(m, y)), plain(Solved(m, one)), ()),
    "one of two roots": (Iff(Equal(m**2, p**2), Equal(m, p)), plain(Solved(m, one)), ()),
    "a root of what is not affine": (Iff(Equal(m * Exp(m - x), m), Equal(m, zero)), plain(Solved(m, one)), ()),
    "an equation without the unknown": (Iff(Equal(x + y, y), Equal(m, x)), plain(Solved(m, one)), ()),
    "another solution": (Iff(Equal((m - x) / p, zero), Equal(m, x + 1)), plain(Solved(m, p)), ()),
    "another unknown": (Iff(Equal((m - x) / p, zero), Equal(x, m + 1)), plain(Solved(m, p)), ()),
    "a left factor that may be singular": (Iff(Equal(G @ u, 0 * u), Equal(u, 0 * u)), plain(Factor(G)), ()),
    "a right factor that may be singular": (Iff(Equal(u.T @ G, 0 * u.T), Equal(u.T, 0 * u.T)), plain(Factor(one, G)), ()),
    "a factor that is not there": (Iff(Equal(X @ u, 0 * u), Equal(u, u)), plain(Factor(X)), ()),
    "what is not given as a declaration": (Equal(u.T @ G, (G @ u).T), plain(AsDeclared(G, SYMMETRIC)), ()),
    "a declaration of something else": (Equal(u.T @ G, (G @ u).T), plain(AsDeclared(G, INVERTIBLE)), (Belongs(G, INVERTIBLE),)),
}  # fmt: skip

# ----------------------------------------------------------------------------------- domains

MEMBERSHIPS: dict[str, Row] = {
    "a share": (Belongs(a / (a + p), PROBABILITY), plain(Membership(complement=p / (a + p))), ()),
    "a share that has a form": (Belongs(1 - p / (a + p), PROBABILITY), plain(Membership(a / (a + p), p / (a + p))), ()),
    "an open share": (Belongs(p / (p + b), FRACTION), plain(Membership(complement=b / (p + b))), ()),
    "a matrix and its transpose": (Belongs(G + G.T, SYMMETRIC), plain(Membership()), ()),
    "shares that sum to one": (Belongs(pi[k] * 1, SIMPLEX, k), plain(Membership()), ()),
}  # fmt: skip
NOT_MEMBERSHIPS: dict[str, Row] = {
    "positive is not below one": (Belongs(p, FRACTION), plain(Membership()), ()),
    "nonnegative is not at most one": (Belongs(a, PROBABILITY), plain(Membership()), ()),
    "more than a share": (Belongs(1 + theta, FRACTION), plain(Membership()), ()),
    "at most one is not below one": (Belongs(chance, FRACTION), plain(Membership()), ()),
    "shares of any sum": (Belongs(weights[k], SIMPLEX, k), plain(Membership()), ()),
    "positive shares of any sum": (Belongs(pi[k] + 1, OPEN_SIMPLEX, k), plain(Membership()), ()),
    "shares that may be zero": (Belongs(pi[k], OPEN_SIMPLEX, k), plain(Membership()), ()),
    "shares summed over another index": (Belongs(gamma[i, k], SIMPLEX, i), plain(Membership()), ()),
    "a form of something else": (Belongs(x, NONNEGATIVE), plain(Membership(a)), ()),
    "a complement of something else": (Belongs(p, FRACTION), plain(Membership(complement=b)), ()),
    "a nonnegative number is no bit": (Belongs(a, BINARY), plain(Membership()), ()),
    "a vector of any length": (Belongs(u, UNIT), plain(Membership()), ()),
    "a positive number is no label": (Belongs(p, LABEL), plain(Membership()), ()),
    "a weight beside a zero one": (Belongs(weights[k], ONE_HOT, k), plain(Membership()), ()),
    "a product of matrices": (Belongs(G @ X, SYMMETRIC), plain(Membership()), ()),
    "a matrix that may be singular": (Belongs(G + G.T, INVERTIBLE), plain(Membership()), ()),
    "infinite": (Belongs(infinite, REAL), plain(Membership()), ()),
}  # fmt: skip

# ------------------------------------------------------------------------------------- optima


def best(objective: Expr, bound: Expr, gap: Expr, *members: tuple[Statement, None]) -> Written:
    return with_steps(lambda first, *others: Bound(first, others), (LessEqual(objective, bound), Gap(gap)), *members)  # fmt: skip


peak = -((m - x) ** 2)
OPTIMA: dict[str, Row] = {
    "a bound that is attained": (Maximum(peak, (Choice(m, x),)), best(peak, zero, -peak), ()),
    "an objective that may be infinite": (Maximum(infinite, (Choice(chance, one),)), best(infinite, zero, -infinite, (Belongs(one, PROBABILITY), None)), ()),
    "shares that are best": (Maximum(-Sum(k, (pi[k] - 1 / K) ** 2), (Choice(pi[k], 1 / K),)), best(-Sum(k, (pi[k] - 1 / K) ** 2), zero, Sum(k, (pi[k] - 1 / K) ** 2), (Belongs(1 / K, SIMPLEX, k), None)), ()),
    "counts that are best": (Maximum(-Sum(k, (weights[k] - count[k]) ** 2), (Choice(weights[k], count[k]),)), best(-Sum(k, (weights[k] - count[k]) ** 2), zero, Sum(k, (weights[k] - count[k]) ** 2), (Belongs(count[k], NONNEGATIVE), None)), ()),
    "an admissible choice": (Maximum(-p, (Choice(m, p),)), best(-p, -p, zero), ()),
}  # fmt: skip
NOT_OPTIMA: dict[str, Row] = {
    "a bound that is not attained": (Maximum(peak, (Choice(m, x + 1),)), best(peak, zero, -peak), ()),
    "a bound of something else": (Maximum(2 * m, (Choice(m, x),)), best(peak, zero, -peak), ()),
    "a choice outside of the domain": (Maximum(-((p - x) ** 2), (Choice(p, x),)), best(-((p - x) ** 2), zero, (p - x) ** 2), ()),
}  # fmt: skip

# ------------------------------------------------------------------------------------- limits


def squeezed(body: Expr, right: Expr, *given: Statement) -> Written:
    """The body is within the right side of zero: how that is known does not matter here."""
    return with_steps(Squeezed, (LessEqual(Abs(body - zero), right), None, given))


vanishing = Exp(-(p / (b * v)))
LIMITS: dict[str, Row] = {
    "squeezed": (Limit(vanishing, v, "zero", zero), squeezed(vanishing, vanishing), ()),
    "squeezed by a multiple": (Limit(2 * vanishing, v, "zero", zero), squeezed(2 * vanishing, 2 * vanishing), ()),
}  # fmt: skip
NOT_LIMITS: dict[str, Row] = {
    "squeezed at the other end": (Limit(vanishing, v, "infinity", zero), squeezed(vanishing, vanishing), ()),
    "the limit of something else": (Limit(vanishing + 1, v, "zero", zero), squeezed(vanishing, vanishing), ()),
    "another value": (Limit(vanishing, v, "zero", one), squeezed(vanishing, vanishing), ()),
    "a bound with a factor that grows": (
        Limit(Exp(1 / v) * vanishing, v, "zero", zero), squeezed(Exp(1 / v) * vanishing, Exp(1 / v) * vanishing), ()),
    "a bound whose rate is not positive": (Limit(Exp(-(x / (b * v))), v, "zero", zero), squeezed(Exp(-(x / (b * v))), Exp(-(x / (b * v)))), ()),
    "a bound whose number is not positive": (Limit(Exp(-(p / (x * v))), v, "zero", zero), squeezed(Exp(-(p / (x * v))), Exp(-(p / (x * v)))), ()),
    "a rate that vanishes as well": (Limit(Exp(-(v / (b * v))), v, "zero", zero), squeezed(Exp(-(v / (b * v))), Exp(-(v / (b * v)))), ()),
    "a bound in another variable": (Limit(Exp(-(v / (b * p))), v, "zero", zero), squeezed(Exp(-(v / (b * p))), Exp(-(v / (b * p)))), ()),
    "a bound that does not vanish": (Limit(x * v**0, v, "zero", zero), squeezed(x * v**0, Abs(x)), ()),
    "a value that is the body": (Limit(v, v, "zero", v), with_steps(Squeezed, (LessEqual(Abs(v - v), vanishing), None)), ()),
    "a number that grows": (Limit(Exp(-(p / Mul((1 / v, v)))), v, "zero", zero), plain(Decays()), ()),
}  # fmt: skip

SHOWN = INEQUALITIES | EXTREMA | EQUIVALENCES | MEMBERSHIPS | OPTIMA | LIMITS
FALSE = NOT_INEQUALITIES | NOT_EXTREMA | NOT_EQUIVALENCES | NOT_MEMBERSHIPS | NOT_OPTIMA | NOT_LIMITS


def claimed(row: Row) -> Step:
    statement, method, given = row
    written = Proof("methods", 0, "", "", "", "")
    return shown(written, statement, method(written), given)


@pytest.mark.parametrize("name", SHOWN)
def test_what_a_method_shows(name: str) -> None:
    step = claimed(SHOWN[name])
    assert step.evidence[0].verdict is Verdict.PROVED, step.evidence[0].detail
    assert step.own is Verdict.PROVED
    assert {hypothesis.statement for hypothesis in step.assumed} >= set(SHOWN[name][2])


@pytest.mark.parametrize("name", FALSE)
def test_what_misses_a_condition_is_not_shown(name: str) -> None:
    argued, *_, judged = claimed(FALSE[name]).evidence
    assert argued.verdict is Verdict.UNKNOWN
    assert argued.detail
    assert judged.verdict is Verdict.REFUTED


def test_a_bound_that_restricts_the_variable_squeezes_nothing() -> None:
    statement, near = Limit(x * v**0, v, "zero", zero), LessEqual(Abs(x * v**0 - zero), vanishing)
    argued = claimed((statement, squeezed(x * v**0, vanishing, near), ())).evidence[0]
    assert argued.verdict is Verdict.UNKNOWN
    assert argued.detail == "something is assumed of v, which is varied"
