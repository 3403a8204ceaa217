"""How a printed line is judged and shown: on lines made up for it, with faults of every kind."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from readings import JSON_KEYS

from derivations.calculus.domains import INVERTIBLE, NONNEGATIVE, POSITIVE, SYMMETRIC
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Expr, Gradient, Log, Member, inv, matrix, scalar, sizes
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement
from derivations.printed import printed_lines
from derivations.proof.methods import Signs
from derivations.proof.methods.equality import AsDeclared
from derivations.proof.printed import Fault, Printed, PrintedVerdict, Sheet
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Step
from reports import as_json, document
from reports.cli import main_problems
from reports.errata import PrintedView, printed_view, problem_errata, worst_first
from reports.errata_text import errata
from reports.formula import PrintedLatex
from reports.terminal import Screen

FAILS, UNKNOWN = PrintedVerdict.FAILS, PrintedVerdict.UNKNOWN
HOLDS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.DEFINITION


# ------------------------------------------------------------------------- how a line is judged

a, b = scalar("a", "a"), scalar("b", "b")
(D,) = sizes("D")
M = matrix("M", "M", D, domain=INVERTIBLE)
positive = Hypothesis(Belongs(a, POSITIVE))
also_positive = Hypothesis(Belongs(b, POSITIVE))


@pytest.fixture
def sheet() -> Sheet:
    return Sheet(Proof("made_up", 9, "A title", "A theorem.", "A setting.", "A source"))


def judged(sheet: Sheet, says: Statement, **more: object) -> Printed:
    return sheet.line(f"problem 9, line {len(sheet.lines) + 1}", "a", says, "Why.", **more)  # type: ignore[arg-type]


def proved(sheet: Sheet, name: str = "right", says: Statement | None = None) -> Step:
    return sheet.proof.claim(name, says or Equal(a + b, b + a), "Sums commute.")


def test_a_line_that_holds(sheet: Sheet) -> None:
    line = judged(sheet, Equal(a + b, b + a))
    assert (line.verdict, line.fault, line.needs, line.counterexample) == (HOLDS, Fault.NONE, (), None)


def test_a_line_that_fails_has_a_counterexample_and_a_correction(sheet: Sheet) -> None:
    line = judged(sheet, Equal(a - b, b - a), corrected=proved(sheet))
    assert (line.verdict, line.fault) == (FAILS, Fault.FALSE)
    assert line.counterexample is not None
    assert set(line.counterexample.values) == {"a", "b"}


def test_a_hypothesis_that_is_missing_in_print(sheet: Sheet) -> None:
    line = judged(sheet, LessEqual(b - b, a), needs=[positive], by=Signs())
    assert line.verdict is UNKNOWN  # b - b has no sign by its form
    line = judged(sheet, Equal(Log(a * a), 2 * Log(a)), needs=[positive])
    assert (line.verdict, line.fault, line.needs) == (HOLDS, Fault.HYPOTHESIS, (positive,))
    assert line.counterexample is not None


def test_an_idle_need_is_refused(sheet: Sheet) -> None:
    with pytest.raises(ProofError, match="no counterexample to the line without"):
        judged(sheet, Equal(a + b, b + a), needs=[positive])


def test_one_idle_need_of_two_is_refused(sheet: Sheet) -> None:
    with pytest.raises(ProofError, match="hypothesis 2 of its needs makes no difference"):
        judged(sheet, Equal(Log(a * a), 2 * Log(a)), needs=[positive, also_positive])


def test_a_need_that_follows_from_another_may_be_said(sheet: Sheet) -> None:
    weaker = Hypothesis(Belongs(a, NONNEGATIVE))
    line = judged(sheet, Equal(Log(a * a), 2 * Log(a)), needs=[positive, weaker])
    assert (line.verdict, line.needs) == (HOLDS, (positive, weaker))


def test_a_line_that_fails_with_its_needs_too(sheet: Sheet) -> None:
    line = judged(sheet, Equal(Log(a * a), 3 * Log(a)), needs=[positive], corrected=proved(sheet))
    assert (line.verdict, line.needs, line.fault) == (FAILS, (), Fault.FALSE)


def test_no_hypothesis_comes_in_by_a_lemma(sheet: Sheet) -> None:
    lemma = sheet.proof.claim("lemma", Equal(Log(a * a), 2 * Log(a)), "Why.", given=[positive])
    with pytest.raises(ProofError, match="rests on 1 hypotheses that are not said"):
        judged(sheet, Equal(2 * Log(a), Log(a * a)), rewriting=[lemma])


@pytest.mark.parametrize(
    ("says", "corrected", "message"),
    [
        (Equal(a, b), None, "there is no correction"),
        (Equal(a, a), Equal(a + b, b + a), "a correction is offered for a line that holds"),
        (Equal(a, b), Equal(a + b, a - b), "the correction is REFUTED"),
    ],
)
def test_corrections_are_proved_and_wanted(
    sheet: Sheet, says: Statement, corrected: Statement | None, message: str
) -> None:
    step = None if corrected is None else proved(sheet, says=corrected)
    with pytest.raises(ProofError, match=message):
        judged(sheet, says, corrected=step)


def test_no_place_is_named_twice(sheet: Sheet) -> None:
    sheet.line("problem 9, here", "a", Equal(a, a), "Why.")
    with pytest.raises(ProofError, match="two printed lines stand there"):
        sheet.line("problem 9, here", "a", Equal(b, b), "Why.")


def test_definitions(sheet: Sheet) -> None:
    c = scalar("c", "c")
    sheet.define("problem 9, c", "c = a + b", c, a + b, "A name.", fault=Fault.NOTATION)
    line = sheet.lines[0]
    assert (line.verdict, line.fault, line.statement) == (DEFINITION, Fault.NOTATION, Equal(c, a + b))


@pytest.mark.parametrize(
    ("left", "right", "given", "expected"),
    [
        (inv(M).T, inv(M), [Hypothesis(Belongs(M, SYMMETRIC))], Verdict.PROVED),
        (inv(M).T, inv(M), [], Verdict.UNKNOWN),
        (inv(M).T, -inv(M), [Hypothesis(Belongs(M, SYMMETRIC))], Verdict.UNKNOWN),
        (Gradient((M @ M)[D.indices("d")[0], D.indices("d")[0]], M), M, [], Verdict.UNKNOWN),
    ],
)
def test_a_hypothesis_read_as_a_declaration(
    sheet: Sheet, left: Expr, right: Expr, given: list[Hypothesis], expected: Verdict
) -> None:
    step = sheet.proof.claim("s", Equal(left, right), "Why.", given=given, by=AsDeclared(M, SYMMETRIC))
    assert step.evidence[0].verdict is expected
    if expected is Verdict.PROVED:
        assert {h.statement for h in given} <= set(step.hypotheses)
        assert Belongs(M, INVERTIBLE) in step.hypotheses
        assert {symbol for s in step.hypotheses for symbol in members(s)} == {M}


def members(statement: Statement) -> set[Member]:
    assert isinstance(statement, Belongs)
    assert isinstance(statement.body, Member)
    return {statement.body}


def test_a_derivative_by_what_is_read_as_declared_is_not_argued(sheet: Sheet) -> None:
    """The derivative by a symmetric matrix is another than that by a general one."""
    d, e = D.indices("d e")
    both = Equal(Gradient(M[d, e], M), Gradient(M[d, e], M))
    given = [Hypothesis(Belongs(M, SYMMETRIC))]
    step = sheet.proof.claim("s", both, "Why.", given=given, by=AsDeclared(M, SYMMETRIC))
    assert step.evidence[0].verdict is Verdict.UNKNOWN
    assert "differentiated" in step.evidence[0].detail


# ------------------------------------------------------------------------------- how it is shown


@pytest.fixture
def made_up(sheet: Sheet) -> list[PrintedView]:
    judged(sheet, Equal(a + b, b + a))
    judged(sheet, Equal(Log(a * a), 2 * Log(a)), needs=[positive])
    sheet.define("problem 9, c", "c = a", scalar("c", "c"), a, "A name.")
    judged(sheet, Equal(a - b, b - a), corrected=proved(sheet))
    return [printed_view(line) for line in sheet.lines]


def test_worst_first(made_up: list[PrintedView]) -> None:
    found = [(line.verdict, bool(line.fault)) for line in worst_first(made_up)]
    assert found == [(FAILS, True), (HOLDS, True), (HOLDS, False), (DEFINITION, False)]
    opened = replace(made_up[0], verdict=UNKNOWN)
    assert worst_first([*made_up, opened])[1] is opened


def test_json_of_a_line(made_up: list[PrintedView]) -> None:
    found = [json.loads(as_json.dump(as_json.printed(line))) for line in made_up]
    assert all(set(line) == JSON_KEYS for line in found)
    holds, lacks, _, fails = found
    assert (holds["counterexample"], holds["corrected"], holds["needs"]) == (None, None, [])
    assert (lacks["needs"], lacks["fault"]) == (["a > 0"], Fault.HYPOTHESIS.value)
    assert fails["corrected"] == "a + b = b + a"
    assert set(fails["counterexample"]) == {"sizes", "values", "left", "right"}


def test_text_shows_everything_in_ascii(sheet: Sheet, made_up: list[PrintedView]) -> None:
    problem = problem_errata("made_up", "Problem 9: made up", sheet.lines)
    found = errata([problem], Screen(width=60, ascii=True))
    assert found.isascii()
    assert "\x1b" not in found
    assert max(map(len, found.splitlines())) <= 60
    for words in (
        "1 FAILS, 2 HOLDS, 1 DEFINITION",
        "read as:",
        "missing in print: a > 0",
        "counterexample without it:",
        "counterexample:",
        "corrected:",
        Fault.HYPOTHESIS,
        "4 printed lines",
    ):
        assert words in " ".join(found.split()), words


def test_a_line_that_is_open_is_a_failure_of_ours(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    line = replace(judged(sheet, Equal(a + b, b + a)), verdict=UNKNOWN)
    monkeypatch.setattr("reports.cli.printed_lines", lambda name: (line,) * (name == "gmm_mstep"))
    assert main_problems(["--errata"]) == 1


def test_only_our_derivations_have_printed_lines() -> None:
    assert printed_lines("no_such_derivation") == ()
    assert printed_lines("../gmm_mstep") == ()


def test_only_printed_lines_are_typeset_as_they_are() -> None:
    assert document.printed(PrintedLatex("a = b")) == "a = b"
    with pytest.raises(TypeError, match="only printed lines"):
        document.printed(r"\write18{x}")  # type: ignore[arg-type]
