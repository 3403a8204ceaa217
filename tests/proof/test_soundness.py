"""False statements that rules once proved, each by its name; and hypotheses that once went missing.

Every row is a short derivation. Its last step is false: no rule may show it, and the judge refutes it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from derivations.calculus import instances
from derivations.calculus.domains import (
    BINARY,
    DEFINITE,
    FRACTION,
    INVERTIBLE,
    LABEL,
    NONNEGATIVE,
    ONE_HOT,
    POSITIVE,
    REAL,
    SIMPLEX,
    SYMMETRIC,
)
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Abs,
    AssignmentSum,
    At,
    Bracket,
    Delta,
    Exp,
    Expr,
    First,
    Gradient,
    Identity,
    Index,
    Log,
    Member,
    Minimum,
    Number,
    Ordered,
    Product,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    Zero,
    inv,
    matrix,
    scalar,
    scalars,
    sizes,
    substitute,
    vector,
    vectors,
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
from derivations.proof.axioms import SPECTRAL_TRACE
from derivations.proof.facts import EIGENVALUES, A, B
from derivations.proof.facts import D as AXIOM_D
from derivations.proof.facts import d as axiom_d
from derivations.proof.methods import Bound, Factor, Gap
from derivations.proof.methods.extrema import OfMinimum, Shifted
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step

N, K, D = sizes("N K D")
i, n = N.indices("i n")
k, j, l = K.indices("k j l")  # noqa: E741 (the field's letters)
(e,) = D.indices("e")
zero, one, half, minus = (Number(Fraction(value)) for value in (0, 1, Fraction(1, 2), -1))

a, b, c, m, s = (scalar(name, name) for name in "abcms")
t = scalar("t", "t", POSITIVE)
weight, chance = scalar("weight", "w", NONNEGATIVE), scalar("chance", "p", NONNEGATIVE)
q, u, costs = scalars("q", "q", (K,)), scalars("u", "u", (K,)), scalars("costs", "c", (K, K))
y, g, h = scalars("y", "y", (N,)), scalars("g", "g", (N, K)), scalars("h", "h", (N, K))
shares = scalars("shares", "r", (N, K), SIMPLEX)
counts = scalars("counts", "N", (K,), NONNEGATIVE)
others = scalars("others", "M", (K,), NONNEGATIVE)
f = scalars("f", "f", (N,), FRACTION)
G = matrix("G", "G", D)
M = matrix("M", "M", D, domain=INVERTIBLE)
S = matrix("S", "S", D, domain=SYMMETRIC)
infinite = WeightedLog(weight, chance)


def proof() -> Proof:
    return Proof("sound", 0, "", "", "", "")


def given(*statements: Statement) -> list[Hypothesis]:
    return [Hypothesis(statement) for statement in statements]


def alone(statement: Statement, *hypotheses: Statement) -> Callable[[], Step]:
    """A claim by the method that needs no hint."""
    return lambda: proof().claim("false", statement, "", given=given(*hypotheses))


def gap_of_nothing(statement: LessEqual) -> Callable[[], Step]:
    return lambda: proof().claim("false", statement, "", by=Gap(zero))


def with_abbreviation(statement: Statement) -> Callable[[], Step]:
    """A claim about s = m^2 that does not unfold it."""

    def make() -> Step:
        written = proof()
        written.define("s", s, m**2, "")
        return written.claim("false", statement, "")

    return make


def rule_of_a_namesake() -> Step:
    written = proof()
    namesake = scalars("shares", "r", (N, K), REAL)
    written.claim("true", Equal(Sum(k, shares[i, k]), one), "")
    return written.claim("false", Equal(Sum(k, namesake[i, k]), one), "")


def choice_that_depends_on_the_variable() -> Step:
    written, objective = proof(), -(m * m)
    bound = written.claim(
        "bound",
        LessEqual(objective, substitute(objective, m, m / 2)),
        "",
        by=Gap(Number(Fraction(3, 4)) * m * m),
    )
    return written.claim("false", Maximum(objective, (Choice(m, m / 2),)), "", by=Bound(bound))


def maximum_of_an_abbreviation() -> Step:
    written = proof()
    written.define("s", s, m**2, "")
    bound = written.claim("bound", LessEqual(-s, -s), "", by=Gap(zero))
    return written.claim("false", Maximum(-s, (Choice(m, Number(Fraction(5))),)), "", by=Bound(bound))


def choice_that_sums_over_another_index() -> Step:
    written, positive = proof(), scalars("v", "v", (N, K), POSITIVE)
    columns = positive[i, k] / Sum(n, positive[n, k])
    member = written.claim("member", Belongs(columns, SIMPLEX, i), "")
    bound = written.claim("bound", LessEqual(0 * shares[i, k], 0 * columns), "", by=Gap(zero))
    return written.claim(
        "false", Maximum(0 * shares[i, k], (Choice(shares[i, k], columns),)), "", by=Bound(bound, (member,))
    )


def instance_whose_index_meets_one_of_a_hypothesis() -> Step:
    written = proof()
    lemma = written.claim(
        "lemma", LessEqual(Sum(k, q[k]), K * a), "", by=Gap(Sum(k, a - q[k])), given=given(LessEqual(q[k], a))
    )
    return written.apply("false", lemma, ((a, u[k]),), "", given=given(LessEqual(q[k], u[k])))


def instance_whose_second_index_meets_one_of_a_hypothesis() -> Step:
    written, levels, primed = proof(), scalars("levels", "w", (K, K)), Index("k'", K)
    total = Sum(k, Sum(l, costs[k, l]))
    lemma = written.claim(
        "lemma",
        LessEqual(total, K * K * a),
        "",
        by=Gap(Sum(k, Sum(l, a - costs[k, l]))),
        given=given(LessEqual(costs[k, l], a)),
    )
    by_columns = given(LessEqual(costs[primed, l], levels[k, l]))
    return written.apply("false", lemma, ((a, levels[k, l]),), "", given=by_columns)


def instance_with_a_singular_matrix() -> Step:
    written = proof()
    lemma = written.claim("lemma", Equal(inv(M) @ M, Identity(D)), "")
    return written.apply("false", lemma, ((M, G),), "")


def instance_of_what_is_defined() -> Step:
    written = proof()
    definition = written.define("counts", counts[k], Sum(i, shares[i, k]), "")
    lemma = written.claim("lemma", Equal(Sum(k, counts[k]), N), "", uses=[definition])
    return written.apply("false", lemma, ((counts[k], others[k]),), "")


def instance_beside_what_is_defined() -> Step:
    written, sums = proof(), scalars("sums", "s", (K,))
    definition = written.define("sums", sums[k], Sum(i, g[i, k]), "")
    lemma = written.claim("lemma", Equal(sums[k], Sum(i, g[i, k])), "", uses=[definition])
    return written.apply("false", lemma, ((g[i, k], h[i, k]),), "")


def first_of_costs_that_vary_with_it() -> Step:
    varying = costs[l, k]
    return proof().claim(
        "false", Equal(Sum(k, First(l, varying, k) * costs[k, k]), Minimum(l, varying)), "", by=OfMinimum()
    )


def one_hot_over_an_index_of_the_costs() -> Step:
    return proof().claim("false", Belongs(First(l, costs[l, k], k), ONE_HOT, k), "", by=OfMinimum())


def shifted_by_what_varies() -> Step:
    statement = Equal(First(l, q[l] + u[l], k), First(l, u[l], k))
    return proof().claim("false", statement, "", by=Shifted(q[l]))


def first_of_negatives() -> Step:
    statement = Equal(First(l, -u[l], k), First(l, u[l], k))
    return proof().claim("false", statement, "", by=Shifted(a))


def minimum_of_another_shift() -> Step:
    statement = Equal(Minimum(l, u[l] + a), b + Minimum(l, u[l]))
    return proof().claim("false", statement, "", by=Shifted(b))


def shift_that_captures_an_index() -> Step:
    captured = Equal(First(l, costs[l, l], k), First(j, costs[j, l], k))
    return proof().claim("false", captured, "", by=Shifted(zero))


def minimum_that_captures_an_index() -> Step:
    chosen = Sum(k, First(l, costs[l, l], k) * costs[k, k])
    return proof().claim("false", Equal(chosen, Minimum(j, costs[j, l])), "", by=OfMinimum())


def infinity_times_zero() -> Step:
    written, factor = proof(), scalar("factor", "x", NONNEGATIVE)
    bound = written.claim("bound", LessEqual(infinite, weight), "")
    return written.claim(
        "false", LessEqual(factor * infinite, factor * weight), "", by=Gap(zero, ((factor, bound, ()),))
    )


def inverse_factor_that_may_be_singular() -> Step:
    return proof().claim("false", Iff(Equal(G @ S, Zero((D, D))), Equal(S, Zero((D, D)))), "", by=Factor(G))


def product_over_another_range() -> Step:
    z = Symbol("z", "z", (N,), domain=LABEL, labels=K)
    return proof().claim("false", Equal(AssignmentSum(z, Product(k, q[k])), Product(k, K * q[k])), "")


strange = Index("#0", N)
below_one = 1 - Sum(i, f[i])
half_diagonal = half * N * K + half * Sum(i, Sum(k, Delta(i, k)))
symmetric_family = scalars("pairs", "s", (K, K), SYMMETRIC)

FALSE: dict[str, Callable[[], Step]] = {
    "a rule of another symbol of the same name": rule_of_a_namesake,
    "one minus a sum of fractions is positive": alone(Equal(Log(below_one) - Log(below_one), zero)),
    "every matrix is invertible": alone(Belongs(G, INVERTIBLE)),
    "a quotient is a number": alone(Belongs(1 / a, REAL)),
    "a choice that depends on the variable": choice_that_depends_on_the_variable,
    "a maximum seen through an abbreviation": maximum_of_an_abbreviation,
    "a choice that sums to one over another index": choice_that_sums_over_another_index,
    "a derivative through an abbreviation": with_abbreviation(Equal(Gradient(s, m), zero)),
    "a value put into an abbreviation": with_abbreviation(Equal(At(s, m, zero), s)),
    "a value put in outside of the domain": alone(Equal(At(Abs(t), t, minus), minus)),
    "a value put in against a hypothesis": alone(Equal(At(Abs(a), a, minus), minus), Belongs(a, POSITIVE)),
    "a general matrix put in for a symmetric one": alone(Equal(At(S - S.T, S, G), Zero((D, D)))),
    "an index captured by a hypothesis": instance_whose_index_meets_one_of_a_hypothesis,
    "a second index captured by a hypothesis": instance_whose_second_index_meets_one_of_a_hypothesis,
    "an instance with a singular matrix": instance_with_a_singular_matrix,
    "an instance of what is defined": instance_of_what_is_defined,
    "an instance beside what is defined": instance_beside_what_is_defined,
    "two orders of unequal ranges": alone(Equal(Sum(i, Sum(k, Ordered(i, k))), half_diagonal)),
    "a symmetric family of scalars": alone(
        Equal(Gradient(symmetric_family[k, l], symmetric_family[k, l]), half * (1 + Delta(k, l)))
    ),
    "an index named like a bound one": alone(Equal(Sum(i, y[i] * f[strange]), Sum(i, y[i] * f[i]))),
    "the first minimum of costs that vary with it": first_of_costs_that_vary_with_it,
    "a one-hot indicator over an index of the costs": one_hot_over_an_index_of_the_costs,
    "a shift that is not the same for all values": shifted_by_what_varies,
    "the first minimum of the negatives": first_of_negatives,
    "a minimum of values shifted by something else": minimum_of_another_shift,
    "a shift of a minimum that captures an index": shift_that_captures_an_index,
    "a minimum that captures an index": minimum_that_captures_an_index,
    "infinity minus infinity": alone(Equal(infinite - infinite, zero)),
    "zero times infinity": gap_of_nothing(LessEqual(zero * infinite, zero)),
    "zero times infinity in a sum of bounds": infinity_times_zero,
    "infinity on the right": gap_of_nothing(LessEqual(infinite - infinite, zero)),
    "the logarithm of what may be negative": alone(Equal(WeightedLog(a, a), WeightedLog(a, a))),
    "a factor that may be singular": inverse_factor_that_may_be_singular,
    "a product over another range than the assignment's": product_over_another_range,
    "a derivative on a constraint": alone(Equal(Gradient(a * b, a), 2 * a + 1), Equal(b, a + 1)),
}


def test_a_shift_that_all_values_share_moves_no_minimum() -> None:
    written = proof()
    first = written.claim("first", Equal(First(l, u[l] + a, k), First(j, u[j], k)), "", by=Shifted(a))
    least = written.claim("least", Equal(Minimum(l, u[l] + a), a + Minimum(l, u[l])), "", by=Shifted(a))
    assert {first.verdict, least.verdict} == {Verdict.PROVED}


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_not_proved_and_is_refuted(name: str) -> None:
    step = FALSE[name]()
    argued, *_, judged = step.evidence
    assert argued.verdict is Verdict.UNKNOWN
    assert judged.verdict is Verdict.REFUTED


# ------------------------------------------------------------------- hypotheses that must not vanish


def of_a_rule() -> tuple[Step, list[Statement]]:
    """The rule that a hypothesis gives rests on another one, which rewrote it."""
    needed: list[Statement] = [Equal(a, b), Equal(a + c, zero)]
    return proof().claim("claim", Equal(b + c, zero), "", given=given(*needed)), needed


def of_a_fact() -> tuple[Step, list[Statement]]:
    needed: list[Statement] = [Equal(a, b), Belongs(a, POSITIVE)]
    return proof().claim("claim", Equal(Abs(b), b), "", given=given(*needed)), needed


def of_an_equation() -> tuple[Step, list[Statement]]:
    written, needed = proof(), list[Statement]([Equal(c, a), Equal(a, b)])
    step = written.claim("equation", Equal(a + c, 2 * a), "", given=given(needed[0]))
    return (
        written.claim("claim", Equal(b + c, 2 * b), "", rewriting=[step], given=given(needed[1])),
        needed,
    )


def of_a_definition() -> tuple[Step, list[Statement]]:
    """What is assumed for a definition to make sense is assumed wherever its symbol stands."""
    written, positive = proof(), scalar("r", "r", POSITIVE)
    written.define("r", positive, a, "", given=given(Belongs(a, POSITIVE)))
    return written.claim("claim", LessEqual(zero, positive, strict=True), ""), [Belongs(a, POSITIVE)]


def of_a_denominator() -> tuple[Step, list[Statement]]:
    written = proof()
    written.define("b", b, 1 / a, "", given=given(Belongs(a, POSITIVE)))
    return written.claim("claim", Equal(b - b, zero), ""), [Belongs(a, POSITIVE)]


def of_what_exists() -> tuple[Step, list[Statement]]:
    """The eigenvalues have left the claim, but not its hypothesis about them."""
    written = proof()
    axiom = written.axiom("axiom", SPECTRAL_TRACE, "")
    ones = Equal(EIGENVALUES[axiom_d], one)
    claim = Equal(Trace(inv(A) @ B), AXIOM_D)
    return (
        written.claim("claim", claim, "", rewriting=[axiom], given=given(ones)),
        [ones, axiom.statement],
    )


def of_an_admissible_choice() -> tuple[Step, list[Statement]]:
    written = proof()
    bound = written.claim("bound", LessEqual(-t + t, a - a), "", by=Gap(zero))
    positive = Belongs(a, POSITIVE)
    return (
        written.claim("claim", Maximum(t - t, (Choice(t, a),)), "", by=Bound(bound), given=given(positive)),
        [positive],
    )


VANISHING: dict[str, Callable[[], tuple[Step, list[Statement]]]] = {
    "behind a rule": of_a_rule,
    "behind a fact": of_a_fact,
    "behind an equation": of_an_equation,
    "behind a definition": of_a_definition,
    "behind a denominator": of_a_denominator,
    "behind what an axiom says to exist": of_what_exists,
    "behind an admissible choice": of_an_admissible_choice,
}


@pytest.mark.parametrize("name", VANISHING)
def test_what_a_claim_rests_on_is_among_its_hypotheses(name: str) -> None:
    step, needed = VANISHING[name]()
    assert step.evidence[0].verdict is Verdict.PROVED
    assert {hypothesis.statement for hypothesis in step.assumed} >= set(needed)


def test_what_an_axiom_says_to_exist_cannot_be_defined() -> None:
    written = proof()
    written.define("one", EIGENVALUES[axiom_d], one, "")
    with pytest.raises(ProofError, match="says to exist, is already defined"):
        written.axiom("axiom", SPECTRAL_TRACE, "")


def test_a_step_of_another_derivation_is_no_step_of_this_one() -> None:
    foreign = proof().define("s", s, m**2, "")
    with pytest.raises(ProofError, match="s is no step of this derivation"):
        proof().claim("false", Equal(s, m**2), "", uses=[foreign])


# ------------------------------------------------------------------ what the judge once let through


def test_an_equivalence_is_tried_at_indices_where_its_sides_differ() -> None:
    """Only where every component has points of its own, and not every weight is positive, the two can differ."""
    share, bits = Sum(i, shares[i, j] * f[i]), scalars("bits", "x", (N, D), BINARY)
    total, other = Sum(i, shares[i, j] * bits[i, e]), Sum(i, shares[i, k] * bits[i, e])
    populated = given(Belongs(Sum(i, shares[i, j]), POSITIVE))
    assert instances.check(Iff(Equal(total, zero), Equal(other, zero))).verdict is Verdict.REFUTED
    assert (
        instances.check(Iff(Equal(total, zero), Equal(other, zero)), hypotheses=populated).verdict
        is Verdict.REFUTED
    )
    assert (
        instances.check(Iff(Equal(share, zero), Equal(Sum(i, shares[i, j]), zero))).verdict is Verdict.CHECKED
    )


def test_a_strict_inequality_is_refuted_where_its_sides_are_known_to_be_equal() -> None:
    """exp(-e) < exp(-d) for d <= e: balls cannot tell equal numbers from close ones, but these were made alike."""
    larger, smaller = scalar("larger", "e", NONNEGATIVE), scalar("smaller", "d", POSITIVE)
    ordered = given(LessEqual(smaller, larger))
    strict = LessEqual(Exp(-larger), Exp(-smaller), strict=True)
    assert instances.check(strict, hypotheses=ordered).verdict is Verdict.REFUTED
    weak = LessEqual(Exp(-larger), Exp(-smaller))
    assert instances.check(weak, hypotheses=ordered).verdict is Verdict.CHECKED


def test_a_strict_inequality_is_not_confirmed_where_its_sides_may_be_equal() -> None:
    """exp(a + b) < exp(a) exp(b) is false everywhere, but the judge does not know that law: it cannot tell."""
    one, two = scalar("one", "a", POSITIVE), scalar("two", "b", POSITIVE)
    strict = LessEqual(Exp(one + two), Exp(one) * Exp(two), strict=True)
    assert instances.check(strict).verdict is not Verdict.CHECKED
    weak = LessEqual(Exp(one + two), Exp(one) * Exp(two))
    assert instances.check(weak).verdict is Verdict.CHECKED


def test_a_derivative_through_a_minimum_has_no_value_at_a_tie_of_logarithms() -> None:
    """d/dt min_k log(t + a_k) at equal a_k, where the values compared are no rational numbers."""
    a = scalars("a", "a", (K,), POSITIVE)
    least = Minimum(k, Log(t + a[k]))
    nearest = First(l, Log(t + a[l]), k)
    claim = Equal(Gradient(least, t), Sum(k, nearest / (t + a[k])))
    found = instances.check(claim)
    assert found.verdict is Verdict.REFUTED
    assert found.detail == "ill-defined: derivative where two compared values are equal"


def test_a_domain_that_was_made_larger_is_still_a_domain() -> None:
    """A weighted mean is not below the smallest value; with a defined family for weights, it may be."""
    hot, costs_of = scalars("hot", "z", (N, K), ONE_HOT), scalars("costs_of", "r", (N, K), POSITIVE)
    definitions = ((costs_of[i, k], g[i, k] ** 2 + t),)
    smallest = Hypothesis(LessEqual(t, costs_of[i, k]))
    claim = LessEqual(t, Sum(k, hot[i, k] * costs_of[i, k]))
    weakened = {hot: SIMPLEX}
    found = instances.necessity(claim, definitions=definitions, hypotheses=[smallest], weakened=weakened)
    assert found.verdict is Verdict.UNKNOWN
    assert found.draws


def test_a_limit_does_not_depend_on_the_variable() -> None:
    """A defined quantity that tends to the same value as the body is not the limit of the body."""
    written, tending = proof(), scalar("tending", "q")
    written.define("tending", tending, t / (t + 1), "")
    assert isinstance(t, Member)
    assert written.claim("false", Limit(t, t, "zero", tending), "").own is Verdict.REFUTED


def test_what_no_rule_shows_is_tried_harder() -> None:
    """False only where t is close to y and y between half of m and m: few draws come there."""
    below, above, level = (
        Bracket(y[i], "<", half * m),
        Bracket(m, "<", y[i]),
        Bracket(y[i], "=", m),
    )
    inequality = LessEqual(Abs(y[i] - m) + (a - m) * (below + level - above), Abs(y[i] - a))
    assert proof().claim("false", inequality, "").own is Verdict.REFUTED


def test_an_equivalence_is_tried_where_an_affine_side_holds() -> None:
    """Weights that depend on the points shift the root; a draw hardly ever is one of either side."""
    x, center = vectors("x", "x", (N,), D), vector("center", "c", D)
    weighted = Sum(i, Exp(x[i].T @ center) * (x[i] - center))
    mean = Equal(Sum(i, x[i] - center), Zero((D, 1)))
    assert instances.check(Iff(Equal(weighted, Zero((D, 1))), mean)).verdict is Verdict.REFUTED


def test_an_equation_with_cases_is_tried_harder() -> None:
    """Where x < m, the slope of |x/2 - m| is not one if m < x/2: few draws come there."""
    x, center = scalar("x_id", "x"), scalar("mu_kd", "m")
    slope = Equal(Gradient(Abs(half * x - center), center), one)
    step = proof().claim("false", slope, "", given=given(LessEqual(x, center, strict=True)))
    assert step.own is Verdict.REFUTED


# ------------------------------------------------------------ what must still go through all the same


def test_a_vector_of_weights_sums_to_one() -> None:
    weights = vector("weights", "w", K, SIMPLEX)
    assert proof().claim("claim", Equal(Sum(k, weights[k]), one), "").own is Verdict.PROVED


def test_a_logarithm_is_finite_where_the_weight_vanishes_with_its_body() -> None:
    entropy: Expr = WeightedLog(weight, weight / t)
    assert proof().claim("claim", Equal(entropy - entropy, zero), "").own is Verdict.PROVED


@pytest.mark.parametrize("body", [m + c, m * c, Sum(k, q[k])], ids=["a sum", "a product", "a family"])
def test_an_equation_is_not_solved_for_an_abbreviation(body: Expr) -> None:
    written = proof()
    definition = written.define("s", s, body, "")
    solved = written.solve("solved", Equal(s + a, zero), s, -a, "", times=one, uses=[definition])
    assert solved.evidence[0].verdict is Verdict.UNKNOWN
    assert "abbreviation" in solved.evidence[0].detail


def test_an_instance_may_use_the_index_of_a_hypothesis_if_that_keeps_its_own() -> None:
    written, fresh = proof(), Index("k'", K)
    lemma = written.claim(
        "lemma", LessEqual(Sum(k, q[k]), K * a), "", by=Gap(Sum(k, a - q[k])), given=given(LessEqual(q[k], a))
    )
    stronger = given(LessEqual(q[fresh], u[k]))
    assert isinstance(u[k], Member)
    assert (
        written.apply("true", lemma, ((a, u[k]),), "", given=stronger).evidence[0].verdict is Verdict.PROVED
    )


def test_one_does_not_vanish_beside_a_huge_number() -> None:
    huge = Exp(Exp(Exp(t + 5)))
    assert instances.check(Equal(huge, huge + 1)).verdict in (Verdict.UNKNOWN, Verdict.REFUTED)


def test_an_equivalence_is_tried_where_some_members_of_a_family_are_as_defined() -> None:
    """A product over k of (r_k - q_k)^2 vanishes where one r_k is q_k; a sum does where all are."""
    drawn, named = scalars("drawn", "r", (K,), SIMPLEX), scalars("named", "q", (K,), SIMPLEX)
    given_weights = scalars("given", "g", (K,), POSITIVE)
    definitions = ((named[k], given_weights[k] / Sum(j, given_weights[j])),)
    apart = (drawn[k] - named[k]) ** 2
    claim = Iff(Equal(Product(k, apart), zero), Equal(Sum(k, apart), zero))
    assert instances.check(claim, definitions=definitions).verdict is Verdict.REFUTED


def test_a_root_of_an_equation_between_matrices_of_one_entry_is_tried() -> None:
    """(1 + c)^2 s = s + c^2 holds at c = 2, s = 1/2, where c s does not vanish."""
    definite = matrix("S", "S", D, domain=DEFINITE)
    moved = Identity(D) + G
    left = Equal(moved @ definite @ moved.T, definite + G @ G.T)
    claim = Iff(left, Equal(definite @ G.T + G @ definite, Zero((D, D))))
    assert instances.check(claim).verdict is Verdict.REFUTED
