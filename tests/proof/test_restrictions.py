"""False statements of a third kind: what a hypothesis restricts, what an objective varies, which range an index has.

A second adversary found these. Every row makes a short derivation around one number, `far`, that hides where it fails;
no rule may show its last step.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from derivations.calculus.domains import LABEL, POSITIVE
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Bracket,
    CirclePi,
    Delta,
    Exp,
    Expr,
    Gradient,
    Identity,
    Index,
    Number,
    ShapeError,
    Sum,
    Symbol,
    Trace,
    WeightedLog,
    inv,
    scalar,
    scalars,
    sizes,
)
from derivations.calculus.statements import Belongs, Choice, Equal, Hypothesis, Iff, LessEqual, Limit, Maximum
from derivations.proof import axioms, facts
from derivations.proof.methods import Bound, Cases, Gap, Membership
from derivations.proof.methods.equality import Tight
from derivations.proof.methods.limits import Composed
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step

N, K = sizes("N K")
i, m = N.indices("i m")
j, k = K.indices("j k")
a, b, c, q, s, x, y = (scalar(name, name) for name in "abcqsxy")
v, positive_x = scalar("v", "v", POSITIVE), scalar("x", "x", POSITIVE)
positive_c = scalar("c", "c", POSITIVE)
ZERO, ONE = Number(Fraction(0)), Number(Fraction(1))
FAR = Number(Fraction(2)) ** Number(Fraction(14))  # a number that no draw comes near


def proof() -> Proof:
    return Proof("false", 9, "False", "A false statement.", "None.", "None")


def lemma_with_a_slope_in_its_hypothesis() -> Step:
    """0 < q + far where the slope of q x is so large; with q = -1/x^2 that slope is another one."""
    made = proof()
    assumed = Hypothesis(Belongs(Gradient(q * positive_x, positive_x) + FAR, POSITIVE))
    gap = Gap(Gradient(q * positive_x, positive_x) + FAR)
    lemma = made.claim("lemma", LessEqual(ZERO, q + FAR, strict=True), "", by=gap, given=[assumed])
    named = made.define("c", c, -(ONE / positive_x**2), "")
    fact = made.claim(
        "fact",
        Belongs(Gradient(c * positive_x, positive_x) + FAR, POSITIVE),
        "",
        by=Membership(form=ONE / positive_x**2 + FAR),
        uses=[named],
    )
    return made.apply("false", lemma, ((q, c),), "", facts=[fact])


def choice_that_is_varied() -> Step:
    """A choice that stands for x, in an objective that differentiates by x."""
    made = proof()
    named, jump = made.define("c", c, x, ""), Bracket(FAR, "<=", x)
    objective = -(jump * (2 * x - Gradient(q * x, x)) ** 2)
    bound = made.claim("bound", LessEqual(objective, ZERO), "", by=Gap(jump * (2 * x - q) ** 2))
    return made.claim("false", Maximum(objective, (Choice(q, c),)), "", by=Bound(bound), uses=[named])


def pinned_value_that_is_varied() -> Step:
    """The same where an inequality is tight."""
    made = proof()
    named, jump = made.define("c", c, x, ""), Bracket(FAR, "<=", x)
    best = q + (q - c) ** 2 + jump * (2 * x - Gradient(q * x, x)) ** 2
    bound = made.claim("bound", LessEqual(q, best - ONE * (q - c) ** 2), "", by=Gap(jump * (2 * x - q) ** 2))
    claim = Iff(Equal(q, best), Equal((q - c) ** 2, ZERO))
    return made.claim("false", claim, "", by=Tight(bound, Fraction(1)), uses=[named])


def choice_that_is_restricted() -> Step:
    """A maximum under a hypothesis on what is chosen, which the choice does not satisfy."""
    made, jump = proof(), Bracket(FAR, "<=", b)
    bound = made.claim("bound", LessEqual(-(x**2), ZERO), "", by=Gap(x**2))
    claim = Maximum(jump * x * (x - s) - x**2, (Choice(x, ZERO),))
    return made.claim("false", claim, "", by=Bound(bound), given=[Hypothesis(Equal(x * jump, s * jump))])


def limit_under_a_hidden_restriction() -> Step:
    """A limit whose body is one only as long as the variable is not small."""
    made, jump = proof(), Bracket(FAR, "<=", b)
    body = Bracket(jump, "<=", v)
    equation = made.claim("one", Equal(body, ONE), "", given=[Hypothesis(LessEqual(jump, v))], by=Cases())
    by = Composed((), form=ONE)
    return made.claim("false", Limit(body, v, "zero", ONE), "", rewriting=[equation], by=by)


def peak(left: Index, right: Index) -> Expr:
    return FAR - x + y**2 * Delta(left, right)


def fact_about_another_range() -> Step:
    """What is positive for all pairs of points need not be so for pairs of components."""
    quotient = Equal(peak(k, j) / peak(k, j), ONE)
    return proof().claim("false", quotient, "", given=[Hypothesis(Belongs(peak(i, m), POSITIVE))])


def slope_up_to_a_jump() -> Step:
    """A derivative where the hypothesis holds up to a place, and ends there."""
    jump = Bracket(x, "<=", FAR)
    claim = Equal(Gradient(x * jump / jump, x), ONE)
    return proof().claim("false", claim, "", given=[Hypothesis(Belongs(jump, POSITIVE))])


def slope_up_to_a_hidden_jump() -> Step:
    """The same where an abbreviation stands for what jumps."""
    made = proof()
    named = made.define("c", c, Bracket(x, "<=", FAR), "")
    given = [Hypothesis(Belongs(c, POSITIVE))]
    return made.claim("false", Equal(Gradient(x * c / c, x), ONE), "", uses=[named], given=given)


def slope_at_the_edge() -> Step:
    """A derivative at the edge of where a weighted logarithm is defined."""
    term = WeightedLog(FAR - x, FAR - x)
    claim = Equal(Gradient(term - term, x), ZERO)
    return proof().claim("false", claim, "", given=[Hypothesis(LessEqual(ZERO, FAR - x))])


def best_label() -> Step:
    """The best number of a component, which may be none."""
    made, label = proof(), Symbol("z", "z", (), domain=LABEL, labels=K)[()]
    square = (label - 7) ** 2
    bound = made.claim("bound", LessEqual(-square, ZERO), "", by=Gap(square))
    best = Maximum(-square, (Choice(label, Number(Fraction(7))),))
    return made.claim("false", best, "", by=Bound(bound))


FALSE: tuple[Callable[[], Step], ...] = (
    lemma_with_a_slope_in_its_hypothesis,
    choice_that_is_varied,
    pinned_value_that_is_varied,
    choice_that_is_restricted,
    limit_under_a_hidden_restriction,
    fact_about_another_range,
    slope_up_to_a_jump,
    slope_up_to_a_hidden_jump,
    slope_at_the_edge,
    best_label,
)


@pytest.mark.parametrize("made", FALSE)
def test_it_is_not_shown(made: Callable[[], Step]) -> None:
    step = made()
    assert step.verdict is not Verdict.PROVED
    assert not any(found.verdict is Verdict.PROVED for found in step.evidence)


def test_a_definition_in_a_hypothesis_brings_its_own_hypotheses() -> None:
    made, square = proof(), (a - FAR) ** 2
    apart = Hypothesis(Belongs(square, POSITIVE))
    made.define("c", positive_c, square, "", given=[apart])
    equation = Hypothesis(Equal(positive_c, square))
    claim = LessEqual(ZERO, square, strict=True)
    assert apart in made.claim("true", claim, "", by=Gap(positive_c), given=[equation]).assumed


# ------------------------------------------------------------------------------ what is refused


def cited_limit_of_a_defined_rate() -> None:
    assert isinstance(axioms.EXPONENTIALS_VANISH.statement, Limit)
    made, (rate, *_) = proof(), axioms.EXPONENTIALS_VANISH.variables
    made.define("rate", rate, FAR * axioms.EXPONENTIALS_VANISH.statement.variable, "")
    made.axiom("false", axioms.EXPONENTIALS_VANISH, "")


def eigenvalues_of_a_defined_matrix() -> None:
    made = proof()
    made.define("B", facts.B, v * Identity(facts.D), "")
    made.axiom("false", axioms.SPECTRAL_TRACE, "")


def mean_of_points() -> tuple[Proof, Expr, Step]:
    made, points, place = proof(), scalars("p", "p", (N,)), scalar("m", "m")
    total = Sum(i, points[i])
    claim = LessEqual(Sum(i, (points[i] - total / N) ** 2), Sum(i, (points[i] - place) ** 2))
    return made, total, made.claim("best", claim, "", by=Gap(N * (place - total / N) ** 2))


def sum_for_a_mean() -> None:
    made, total, best = mean_of_points()
    made.update("m", scalar("m", "m"), total, best)


def transposed_choice() -> None:
    made, grid = proof(), scalars("g", "g", (N, N))
    rows, columns = scalars("r", "r", (N,)), scalars("w", "w", (N,))
    squares = Sum(i, Sum(m, (grid[i, m] - rows[i] * columns[m]) ** 2))
    bound = made.claim("bound", LessEqual(-squares, ZERO), "", by=Gap(squares))
    best = made.claim(
        "best", Maximum(-squares, (Choice(grid[i, m], rows[i] * columns[m]),)), "", by=Bound(bound)
    )
    made.update("g", grid[i, m], rows[m] * columns[i], best)


def equation_about_nothing() -> None:
    made = proof()
    made.claim("about x", Equal(x + ZERO, x), "")
    equation = made.claim("numbers", Equal(Number(Fraction(17)), Number(Fraction(16)) + 1), "")
    made.update("x", x, Number(Fraction(17)), equation)


REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "a cited limit of a rate that is defined": (cited_limit_of_a_defined_rate, ProofError, "is defined here"),
    "eigenvalues of a matrix that is defined": (
        eigenvalues_of_a_defined_matrix,
        ProofError,
        "is defined here",
    ),
    "code for a sum that is to be a mean": (sum_for_a_mean, ProofError, "does not say that this is m"),
    "code with its indices exchanged": (transposed_choice, ProofError, "does not say that this is g"),
    "code from an equation about something else": (equation_about_nothing, ProofError, "does not say"),
    "a label of no domain of labels": (
        lambda: Symbol("z", "z", labels=K),
        ShapeError,
        "has the domain LABEL",
    ),
    "a derivative by a label": (
        lambda: Gradient(x, Symbol("z", "z", domain=LABEL, labels=K)[()]),
        ShapeError,
        "by which nothing",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(name: str) -> None:
    work, error, said = REFUSED[name]
    with pytest.raises(error, match=said):
        work()


def test_code_for_what_the_step_says_is_taken() -> None:
    made, total, best = mean_of_points()
    made.update("m", scalar("m", "m"), total / N, best)
    assert made.finish().updates


# --------------------------------------------------------------------------- true, and once refuted

values = scalars("values", "f", (K,))
label = Symbol("z", "z", (), domain=LABEL, labels=K)[()]
weight = scalar("weight", "w", POSITIVE)


def of_an_abbreviation() -> Step:
    made = proof()
    named = made.define("c", c, a, "")
    given = [Hypothesis(LessEqual(ZERO, c))]
    return made.claim("true", LessEqual(ZERO, a), "", by=Cases(), uses=[named], given=given)


TRUE: dict[str, Callable[[], Step]] = {
    "a case split under a hypothesis on an abbreviation": of_an_abbreviation,
    "a root of zero that is a ball": lambda: proof().claim(
        "true", LessEqual(ZERO, ((x - x) * CirclePi()) ** Number(Fraction(1, 2))), ""
    ),
    "a label that a hypothesis names": lambda: proof().claim(
        "true", Equal(values[label] * label, 3 * values[label]), "", given=[Hypothesis(Equal(label, 3 * ONE))]
    ),
    "a limit that begins very late": lambda: proof().claim(
        "true", Limit(v / (v + Exp(-weight)), v, "zero", ZERO), "", by=Composed()
    ),
    "a trace of what is defined": lambda: proof().claim(
        "true", Equal(Trace(inv(facts.A) @ facts.A), Trace(Identity(facts.D))), ""
    ),
}


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_not_refuted(name: str) -> None:
    assert TRUE[name]().verdict is not Verdict.REFUTED
