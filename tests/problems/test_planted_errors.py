"""Errors planted in every step of every derivation, in every axiom, in every printed line that holds: who sees them.

A slip in a claim, an axiom or a line is refuted; whether those that are not leave the statement true is for the audit to
say, which tries them all. A slip in a definition is seen by a later claim that speaks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import islice, zip_longest
from random import Random

import pytest

from derivations.audit.judging import Case
from derivations.audit.mutants import Mutant, mutants
from derivations.audit.subjects import AXIOM_TABLE, Subject, axioms, claims, lines
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Member, free_indices, symbols_of
from derivations.calculus.statements import Equal
from derivations.discovery import derive_named, found
from derivations.proof.arguing import Argument, Context
from derivations.proof.steps import Derivation, Step
from derivations.proof.verdicts import judge

SEEN, TRIED = 2, 12  # slips of different kinds that must be seen in each step, and that are tried for it
TELLING = (  # kinds that seldom leave a statement true: they come first
    "another quantity",
    "another function",
    "lost factor",
    "the other way round",
    "another number",
    "exchanged arguments",
    "range off by one",
    "lost sum",
    "sign",
    "unit for zero",
)

ONE_KIND = {  # steps in which slips of most kinds change nothing, and why
    "dependent.opposite": "Both factors are zero: whatever happens to one of them, the product is.",
    "example.distances": "Numbers are compared, and the inequality is far from tight.",
    "median.empty": "With no weight at all every centre costs nothing.",
}


def in_turn(subject: Subject) -> Iterator[Mutant]:
    """The slips in the formula of a subject, one kind after the other."""
    rng, kinds = Random(subject.name), dict[str, list[Mutant]]()
    for mutant in mutants(subject):
        if mutant.dropped is None and mutant.larger is None:
            kinds.setdefault(mutant.slip, []).append(mutant)
    for kind in kinds.values():
        rng.shuffle(kind)
    order = sorted(kinds, key=lambda slip: TELLING.index(slip) if slip in TELLING else len(TELLING))
    for turn in zip_longest(*(kinds[slip] for slip in order)):
        yield from (mutant for mutant in turn if mutant is not None)


def slips_seen(
    planted: Iterable[Mutant], sees: Callable[[Mutant], bool], wanted: int = SEEN, tried: int | None = TRIED
) -> set[str]:
    """The kinds of the first slips that are seen; all are tried if `tried` is None."""
    kinds: set[str] = set()
    for mutant in islice(planted, tried):
        if mutant.slip not in kinds and sees(mutant):
            kinds.add(mutant.slip)
        if len(kinds) == wanted:
            break
    return kinds


# ---------------------------------------------------------------------------- claims and axioms


def is_refuted(mutant: Mutant) -> bool:
    """Whether the engines refute a mutant; the rules must not show what the instances refute."""
    case = Case(mutant)
    try:
        argued = case.argued()
        judged = case.judged(argued)
    except ValueError:  # no derivative by a label, ...
        return False
    refuted = judged.verdict is Verdict.REFUTED
    assert not (refuted and argued is not None and argued.verdict is Verdict.PROVED), mutant.name
    return judge(evidence for evidence in (argued, judged) if evidence is not None) is Verdict.REFUTED


@cache
def derived(name: str) -> Derivation:
    return derive_named(name)


@pytest.mark.parametrize("name", [*found(), AXIOM_TABLE])
def test_slips_in_every_claim_are_refuted(name: str) -> None:
    for subject in axioms() if name == AXIOM_TABLE else claims(derived(name)):
        wanted, tried = (1, None) if subject.name in ONE_KIND else (SEEN, TRIED)
        seen = slips_seen(in_turn(subject), is_refuted, wanted, tried)
        assert len(seen) == wanted, (subject.name, seen)


@pytest.mark.parametrize("name", found())
def test_slips_in_every_printed_line_that_holds_are_refuted(name: str) -> None:
    for line in lines(name):
        assert slips_seen(in_turn(line), is_refuted, wanted=1), line.name


# ----------------------------------------------------------------------------------- definitions


def slips_in(derivation: Derivation, step: Step) -> Iterator[Mutant]:
    """The slips in the body of a definition that leave it a definition."""
    subject = Subject(derivation.name, step.id, step.statement, step.assumed, Context())
    assert isinstance(step.statement, Equal)
    symbol = step.statement.left
    assert isinstance(symbol, Member)
    for mutant in in_turn(subject):
        statement = mutant.statement
        assert isinstance(statement, Equal)
        stray = free_indices(statement.right) - set(symbol.indices)
        if statement.left == symbol and not stray and symbol.symbol not in symbols_of(statement.right):
            yield mutant


def is_noticed(derivation: Derivation, step: Step, mutant: Mutant) -> bool:
    """Whether some later claim is not PROVED with another definition in the place of the step's."""
    wrong = replace(step, statement=mutant.statement)
    steps = [wrong if each is step else each for each in derivation.steps]

    def with_it(parts: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(wrong if part is step else part for part in parts)

    for number, claim in enumerate(steps):
        if claim.argument is None or claim.kind != "claim":
            continue
        context, own = Context(steps[:number]), claim.argument
        if wrong in context.mentioned(claim.statement):
            argument = Argument(own.method, with_it(own.uses), with_it(own.rewriting), own.given)
            if not is_proved(context, claim, argument):
                return True
    return False


def is_proved(context: Context, claim: Step, argument: Argument) -> bool:
    argued = context.argued(claim.statement, argument)
    if argued.verdict is not Verdict.PROVED:
        return False
    judged = context.judged(claim.statement, context.assumed(claim.statement, argument, argued), shown=True)
    return judge((argued, judged)) is Verdict.PROVED


@pytest.mark.parametrize("name", found())
def test_slips_in_every_definition_are_seen_by_later_claims(name: str) -> None:
    derivation = derived(name)
    unseen = []
    for step in derivation.steps:
        if step.kind == "definition":
            seen = slips_seen(slips_in(derivation, step), partial(is_noticed, derivation, step))
            unseen += [step.id] if len(seen) < SEEN else []
    assert unseen == []


# ------------------------------------------------------------------------------- are these tests awake?


def test_slips_that_no_engine_sees_fail_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed = Evidence("instances", "exact", "values", Verdict.CHECKED)
    monkeypatch.setattr(Context, "judged", lambda *given, **more: confirmed)
    monkeypatch.setattr(Case, "argued", lambda case: None)
    subject = next(claims(derived("mixture_moments")))
    assert slips_seen(in_turn(subject), is_refuted) == set()


def test_every_claim_has_mutants_of_many_kinds() -> None:
    for name in found():
        for subject in claims(derived(name)):
            assert len({mutant.slip for mutant in mutants(subject)}) >= 3, subject.name
