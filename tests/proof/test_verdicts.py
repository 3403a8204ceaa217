"""How evidence becomes a verdict: every combination of up to three pieces of evidence, and the weakest of many."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations, product

import pytest

from derivations.calculus.evidence import ALL_SIZES, MEANING, Evidence, Verdict
from derivations.calculus.expressions import Member, Symbol
from derivations.calculus.statements import Equal
from derivations.proof.steps import Derivation, Kind, Step
from derivations.proof.verdicts import CHECKER, judge, weakest

PROVED, CHECKED, REFUTED, UNKNOWN = Verdict.PROVED, Verdict.CHECKED, Verdict.REFUTED, Verdict.UNKNOWN
SIZES = "N=5, K=3, D=3"


def found(engine: str, verdict: Verdict, scope: str = ALL_SIZES) -> Evidence:
    return Evidence(engine, "a method", scope, verdict)


EVERY_PIECE = tuple(
    found(engine, verdict, scope)
    for engine, verdict, scope in product(("kernel", "judge"), Verdict, (ALL_SIZES, SIZES))
)
EVERY_COMBINATION = tuple(pieces for size in range(4) for pieces in product(EVERY_PIECE, repeat=size))


def agreeing(pieces: Iterable[Evidence]) -> set[str]:
    """The engines that found a claim true, whatever their scope."""
    return {piece.engine for piece in pieces if piece.verdict in (PROVED, CHECKED)}


# ------------------------------------------------------------------------------- the table

TABLE: tuple[tuple[str, list[Evidence], Verdict], ...] = (
    ("nothing was tried", [], UNKNOWN),
    ("one engine proves", [found("kernel", PROVED)], UNKNOWN),
    ("one engine proves twice", [found("kernel", PROVED), found("kernel", PROVED)], UNKNOWN),
    ("an engine confirms itself", [found("kernel", PROVED), found("kernel", CHECKED, SIZES)], UNKNOWN),
    ("proved and confirmed", [found("kernel", PROVED), found("judge", CHECKED, SIZES)], PROVED),
    ("proved by two", [found("kernel", PROVED), found("order", PROVED)], PROVED),
    ("proved, and the judge could not say", [found("kernel", PROVED), found("judge", UNKNOWN)], UNKNOWN),
    ("proved and refuted", [found("kernel", PROVED), found("judge", REFUTED, SIZES)], REFUTED),
    ("accepted", [found("kernel", PROVED), found("judge", CHECKED, SIZES), found(CHECKER, PROVED)], PROVED),
    (
        "not accepted",
        [found("kernel", PROVED), found("judge", CHECKED, SIZES), found(CHECKER, UNKNOWN)],
        CHECKED,
    ),
    (
        "by two, not accepted",
        [found("kernel", PROVED), found("order", PROVED), found(CHECKER, UNKNOWN)],
        UNKNOWN,
    ),
    ("accepted, and no judge", [found("kernel", PROVED), found(CHECKER, PROVED)], UNKNOWN),
    ("accepted, not proved", [found(CHECKER, PROVED), found("judge", CHECKED, SIZES)], CHECKED),
    ("confirmed only", [found("judge", CHECKED, SIZES)], CHECKED),
    ("confirmed by two", [found("judge", CHECKED, SIZES), found("replay", CHECKED, SIZES)], CHECKED),
    (
        "confirmed, and the prover gave up",
        [found("kernel", UNKNOWN), found("judge", CHECKED, SIZES)],
        CHECKED,
    ),
    ("proved at one size only", [found("kernel", PROVED, SIZES), found("judge", CHECKED, SIZES)], CHECKED),
    ("refuted by one of three", [found("a", PROVED), found("b", CHECKED), found("c", REFUTED)], REFUTED),
    (
        "proved by two, and no draw satisfied the hypotheses",
        [
            found("kernel", PROVED),
            found("order", PROVED),
            Evidence("judge", "draws", SIZES, UNKNOWN, draws=0),
        ],
        UNKNOWN,
    ),
    ("nobody could say", [found("kernel", UNKNOWN), found("judge", UNKNOWN)], UNKNOWN),
)


@pytest.mark.parametrize(("case", "pieces", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table(case: str, pieces: list[Evidence], expected: Verdict) -> None:
    assert judge(pieces) is expected


# -------------------------------------------------------------------- laws, over everything


def test_one_refutation_is_enough() -> None:
    for pieces in EVERY_COMBINATION:
        refuted = any(piece.verdict is REFUTED for piece in pieces)
        assert (judge(pieces) is REFUTED) == refuted


def test_proved_needs_all_sizes_and_a_second_engine() -> None:
    for pieces in EVERY_COMBINATION:
        if judge(pieces) is PROVED:
            assert any(piece.verdict is PROVED and piece.scope == ALL_SIZES for piece in pieces)
            assert len(agreeing(pieces)) > 1


def test_one_engine_alone_never_proves() -> None:
    for pieces in EVERY_COMBINATION:
        if len({piece.engine for piece in pieces}) < 2:
            assert judge(pieces) is not PROVED


def test_checked_needs_somebody_who_found_it_true() -> None:
    for pieces in EVERY_COMBINATION:
        if judge(pieces) is CHECKED:
            assert agreeing(pieces)


def test_saying_it_twice_or_in_another_order_changes_nothing() -> None:
    for pieces in EVERY_COMBINATION:
        assert judge(pieces + pieces) is judge(pieces)
        assert {judge(order) for order in permutations(pieces)} == {judge(pieces)}


def test_evidence_that_could_not_decide_changes_nothing() -> None:
    for pieces in EVERY_COMBINATION:
        assert judge((*pieces, found("another", UNKNOWN))) is judge(pieces)


def test_confirmation_never_makes_a_verdict_worse() -> None:
    for pieces in EVERY_COMBINATION:
        assert judge((*pieces, found("another", CHECKED, SIZES))).rank >= judge(pieces).rank


# -------------------------------------------------------------------- steps and derivations


def test_the_order_of_verdicts() -> None:
    assert sorted(Verdict, key=lambda verdict: verdict.rank) == [REFUTED, UNKNOWN, CHECKED, PROVED]
    assert set(MEANING) == set(Verdict)


@pytest.mark.parametrize("first", Verdict)
@pytest.mark.parametrize("second", Verdict)
def test_the_weakest_counts(first: Verdict, second: Verdict) -> None:
    assert weakest((first, second)).rank == min(first.rank, second.rank)
    assert weakest([first]) is first


def test_the_weakest_of_nothing_is_unknown() -> None:
    assert weakest([]) is UNKNOWN


def derivation(*steps: tuple[Kind, Verdict]) -> Derivation:
    pi = Member(Symbol("pi", r"\pi"))
    made = (
        Step(f"s{number}", kind, Equal(pi, pi), "a reason", "a rule", verdict=verdict)
        for number, (kind, verdict) in enumerate(steps)
    )
    return Derivation("d", 0, "a title", "a theorem", "a setting", "a source", tuple(made))


def test_a_derivation_is_no_better_than_its_weakest_claim() -> None:
    assert derivation(("claim", PROVED), ("claim", CHECKED)).verdict is CHECKED
    assert derivation(("claim", PROVED), ("claim", REFUTED), ("claim", UNKNOWN)).verdict is REFUTED
    assert derivation(("claim", PROVED), ("claim", PROVED)).verdict is PROVED


def test_a_derivation_without_claims_has_shown_nothing() -> None:
    assert derivation().verdict is UNKNOWN
    assert derivation(("definition", PROVED), ("axiom", PROVED)).verdict is UNKNOWN


def test_a_step_without_evidence_is_unknown() -> None:
    pi = Member(Symbol("pi", r"\pi"))
    step = Step("s", "claim", Equal(pi, pi), "a reason", "a rule")
    assert step.own is UNKNOWN
    assert step.verdict is UNKNOWN
    assert derivation(("claim", step.verdict)).verdict is UNKNOWN


def test_a_step_is_found_by_its_id() -> None:
    made = derivation(("claim", PROVED))
    assert made.step("s0") is made.steps[0]
    with pytest.raises(KeyError, match="s1"):
        made.step("s1")
