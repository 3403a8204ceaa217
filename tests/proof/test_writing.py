"""How a derivation is recorded: what is written is what a step holds, and hypotheses go with what needs them."""

from __future__ import annotations

import pytest
from sample_symbols import D, K, N, S, a, count, gamma, i, j, k, mu, point, x, y

from derivations.calculus.domains import DEFINITE, POSITIVE, SIMPLEX
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import (
    Expr,
    Gradient,
    Member,
    Sum,
    Trace,
    as_expr,
    inv,
    matrix,
    quadratic,
    scalar,
    scalars,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual
from derivations.proof.arguing import Context
from derivations.proof.axioms import MULTIPLICATIVITY, SPECTRAL_TRACE
from derivations.proof.facts import EIGENVALUES, A, B
from derivations.proof.facts import D as AXIOM_D
from derivations.proof.facts import d as axiom_d
from derivations.proof.methods import Cases, NormalForm
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Exercise

q, costs = scalars("q", "q", (K,)), scalars("costs", "c", (K, K))
zero, one = as_expr(0), as_expr(1)
positive = scalar("positive", "t", POSITIVE)
p, m, s = scalar("p", "p", POSITIVE), scalar("m", "m"), scalar("s", "s")
above = Hypothesis(LessEqual(x, y))
idle = Hypothesis(LessEqual(zero, m))


@pytest.fixture
def written() -> Proof:
    return Proof("writing", 8, "Title", "Theorem", "Setting", "Source")


def asked(written: Proof, **answers: tuple[str, ...]) -> None:
    task = "Given (b) is no question. (a) Show it. (b) Why?"
    written.exercise(task, hints=("one", "two", "three"), answers=answers)


def test_every_question_of_an_exercise_is_answered_by_steps(written: Proof) -> None:
    written.define("s", s, x + y, "An abbreviation.")
    asked(written, a=("s",), b=("s", "claim"))
    with pytest.raises(ProofError, match=r"the answer to \(b\): there is no step claim"):
        written.finish()
    written.claim("claim", Equal(x, x), "The same.")
    exercise = written.finish().exercise
    assert exercise is not None
    assert exercise.questions == ("a", "b")
    assert exercise.answers == (("a", ("s",)), ("b", ("s", "claim")))
    for wrong in ({"a": ("s",)}, {"a": ("s",), "b": ("s",), "c": ("s",)}, {"b": ("s",), "a": ("s",)}, {}):
        with pytest.raises(ProofError, match="asked is a, b"):
            asked(written, **wrong)


def test_what_is_written_is_kept(written: Proof) -> None:
    written.section("Part")
    written.exercise("Show it.", hints=("one", "two", "three"))
    definition = written.define("s", s, x + y, "An abbreviation.")
    step = written.claim("claim", Equal(s, y + x), "They are added.", uses=[definition])
    written.update("m", m, y + x, step, [definition])
    found = written.finish()
    about = (found.name, found.problem, found.title, found.theorem, found.setting, found.source)
    assert about == ("writing", 8, "Title", "Theorem", "Setting", "Source")
    assert [one.id for one in found.steps] == [definition.id, step.id]
    assert [one.statement for one in found.steps] == [definition.statement, step.statement]
    assert found.exercise == Exercise(("Show it.",), ("one", "two", "three"))
    assert 0 < found.seconds < 60
    (update,) = found.updates
    assert (update.name, update.target, update.formula, update.step) == ("m", m, y + x, "claim")
    assert [inner.statement for inner in update.definitions] == [Equal(s, x + y)]
    assert (definition.reason, step.reason) == ("An abbreviation.", "They are added.")
    assert {one.section for one in found.steps} == {"Part"}
    assert (definition.kind, definition.rule) == ("definition", "definition")
    assert definition.argument is not None
    assert step.argument is not None
    assert step.argument.uses == (definition,)
    assert step.uses == ("s",)


def test_a_family_on_the_simplex_is_defined_by_shares(written: Proof) -> None:
    shares = scalars("shares", "r", (N, K), SIMPLEX)
    written.define("shares", shares[i, k], gamma[i, k] * 1, "")
    with pytest.raises(ProofError, match="declared to be"):
        written.define("others", scalars("others", "o", (K, N), SIMPLEX)[k, i], gamma[i, k] * 1, "")


def test_a_result_is_shown_under_what_is_given(written: Proof) -> None:
    slope = Gradient(x * m**2, m)
    found = written.compute("slope", slope, 2 * y * m, "", given=[Hypothesis(Equal(x, y))])
    assert (found.own, found.rule) == (Verdict.PROVED, "gradient")
    assert written.compute("without", slope, 2 * y * m, "").own is Verdict.REFUTED


def test_a_result_is_shown_with_what_it_unfolds(written: Proof) -> None:
    definition = written.define("s", s, x**2, "")
    assert written.compute("slope", Gradient(s, x), 2 * x, "", uses=[definition]).own is Verdict.PROVED
    assert written.compute("folded", Gradient(s, x), 2 * x, "").own is not Verdict.PROVED


@pytest.mark.parametrize(
    ("symbol", "body"),
    [(s, count[k]), (q[j], count[k]), (costs[k, k], count[k]), (costs[k, k], count[j]), (q[k], q[k])],
)
def test_what_is_no_definition_is_refused(symbol: Member, body: Expr, written: Proof) -> None:
    """With s = count[k] for every k, all counts would be the same."""
    with pytest.raises(ProofError):
        written.define("wrong", symbol, body, "")


def test_an_equation_of_matrices_is_solved_between_two_factors(written: Proof) -> None:
    unknown, other = (matrix(name, name, D) for name in "UV")
    equation = Equal(inv(S) @ (unknown - other) @ inv(S), 0 * S)
    solved = written.solve("solved", equation, unknown, other, "", times=S, and_times=S)
    assert solved.own is Verdict.PROVED
    assert Belongs(S, DEFINITE) in solved.hypotheses
    wrong = written.solve("wrong", equation, unknown, 2 * other, "", times=S, and_times=S)
    assert wrong.evidence[0].verdict is Verdict.UNKNOWN
    assert wrong.own is Verdict.REFUTED


def test_an_axiom_brings_the_domains_of_its_values(written: Proof) -> None:
    values = (S, S)
    step = written.axiom("axiom", MULTIPLICATIVITY, "", values)
    assert step.hypotheses
    assert all(isinstance(hypothesis, Belongs) for hypothesis in step.hypotheses)
    with pytest.raises(ProofError, match="does not apply"):
        written.axiom("another", MULTIPLICATIVITY, "", (matrix("G", "G", D), S))


def test_what_was_not_argued_is_judged_under_all_that_is_given(written: Proof) -> None:
    step = written.claim("claim", above.statement, "", by=NormalForm(), given=[above, idle])
    assert step.own is Verdict.CHECKED
    assert step.assumed == (above, idle)


def test_what_was_argued_keeps_what_it_needed(written: Proof) -> None:
    step = written.claim("claim", above.statement, "", given=[above, idle])
    assert step.own is Verdict.PROVED
    assert step.assumed == (above,)


def test_what_an_axiom_says_to_exist_goes_when_nothing_speaks_of_it(written: Proof) -> None:
    """A later claim that rests on the first needs the eigenvalues as long as a hypothesis is about them."""
    axiom = written.axiom("axiom", SPECTRAL_TRACE, "")
    assert (axiom.own, axiom.evidence[0].verdict) == (Verdict.PROVED, Verdict.CHECKED)
    ones = Hypothesis(Equal(EIGENVALUES[axiom_d], one))
    free = written.claim(
        "free", Equal(2 * Trace(inv(A) @ B) - Trace(inv(A) @ B), Trace(inv(A) @ B)), "", uses=[axiom]
    )
    bound = written.claim("bound", Equal(Trace(inv(A) @ B), AXIOM_D), "", rewriting=[axiom], given=[ones])
    later = written.claim("later", Equal(2 * Trace(inv(A) @ B), 2 * AXIOM_D), "", rewriting=[bound])
    assert free.assumed == ()
    existing = axiom.assumed[0]
    assert {existing, ones} == set(bound.assumed) == set(later.assumed)


def test_what_an_instance_disposes_of_is_no_hypothesis_of_it(written: Proof) -> None:
    condition = LessEqual(zero, x)
    lemma = written.claim("lemma", LessEqual(zero, p * x), "", given=[Hypothesis(condition)])
    fact = written.claim("fact", LessEqual(zero, y**2), "")
    found = written.apply("applied", lemma, ((x, y**2),), "", facts=[fact])
    assert found.own is Verdict.PROVED
    assert condition in lemma.hypotheses
    assert condition not in found.hypotheses
    assert found.assumed == ()


def test_an_instance_needs_what_its_lemma_needs_of_other_symbols(written: Proof) -> None:
    """The domain of the symbol that a value is put in for is shown of the value; that of the other one is still needed."""
    lemma = written.claim("lemma", LessEqual(zero, p * positive), "")
    found = written.apply("applied", lemma, ((p, positive**2),), "")
    assert set(lemma.hypotheses) == {Belongs(p, POSITIVE), Belongs(positive, POSITIVE)}
    assert set(found.hypotheses) == {Belongs(positive, POSITIVE)}


def test_a_case_split_needs_what_its_facts_need(written: Proof) -> None:
    fact = written.claim("fact", LessEqual(-1 * positive**3, zero), "")
    found = written.claim("claim", LessEqual(-1 * positive**3, one), "", by=Cases((fact,)))
    assert found.own is Verdict.PROVED
    assert Belongs(positive, POSITIVE) in found.hypotheses


def test_the_context_of_steps_is_that_of_the_derivation(written: Proof) -> None:
    definition = written.define("s", s, x + y, "")
    written.define("mean", m, s / 2, "")
    written.axiom("axiom", SPECTRAL_TRACE, "")
    again, here = written.context(), Context(written.finish().steps)
    assert again.definitions == here.definitions == ((s, x + y), (m, s / 2))
    assert again.chosen == here.chosen
    assert list(again.chosen.values()) == [frozenset({EIGENVALUES})]
    assert again.depends[m.symbol] == {s.symbol, x.symbol, y.symbol}
    assert again.mentioned(Equal(s, a)) == (definition,)
    assert len(again.mentioned(Equal(m, a))) == 2


def test_a_scatter_around_a_mean_is_computed(written: Proof) -> None:
    """A derivative by one member of a family, in the author's arrangement."""
    objective = Sum(i, quadratic(point[i] - mu[j], inv(S)))
    slope = written.compute("slope", Gradient(objective, mu[j]), -2 * Sum(i, inv(S) @ (point[i] - mu[j])), "")
    assert slope.own is Verdict.PROVED
