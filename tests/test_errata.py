"""The printed sheet: nothing on it is left out, its corrections make it right, and all outputs show it.

How lines are judged is tested on lines made up for it, with faults of every kind.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from printed_sheet import DISPLAYS, SENTENCES, plain
from readings import READINGS, lines_of

from derivations import discovery
from derivations.calculus.domains import INVERTIBLE, NONNEGATIVE, POSITIVE, SYMMETRIC
from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Expr, Gradient, Log, Member, inv, matrix, scalar, sizes
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement
from derivations.printed import printed_lines
from derivations.proof.methods import Instance, Signs
from derivations.proof.methods.equality import AsDeclared
from derivations.proof.printed import Fault, Printed, PrintedVerdict, Sheet
from derivations.proof.proof import Proof, ProofError
from derivations.proof.steps import Derivation, Step
from reports import as_json, document, tex_engine
from reports.cli import main_derivation, main_problems, main_reports
from reports.errata import PrintedView, printed_view, problem_errata, worst_first
from reports.errata_text import errata
from reports.formula import PrintedLatex
from reports.terminal import Screen
from reports.tex_engine import NoEngineError
from reports.view import DerivationView, view

FAILS, UNKNOWN = PrintedVerdict.FAILS, PrintedVerdict.UNKNOWN
HOLDS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.DEFINITION
NAMES = tuple(READINGS)


# ----------------------------------------------------------------------- nothing is left out


def uncovered(displays: Iterable[tuple[str, tuple[str, ...]]], lines: Iterable[Printed]) -> list[str]:
    """The relations for which there is no entry of their own, as `display: stretch`."""
    relations = [(name, stretch) for name, stretches in displays for stretch in stretches]
    entries = [plain(line.latex) for line in lines]
    owner: dict[int, int] = {}

    def placed(relation: int, tried: set[int]) -> bool:
        """Find an entry for a relation; one that has an entry already may have to take another."""
        stretch = plain(relations[relation][1])
        for entry in (n for n, latex in enumerate(entries) if stretch in latex and n not in tried):
            tried.add(entry)
            if entry not in owner or placed(owner[entry], tried):
                owner[entry] = relation
                return True
        return False

    return [f"{name}: {stretch}" for n, (name, stretch) in enumerate(relations) if not placed(n, set())]


def unsaid(sentences: Iterable[tuple[str, ...]], lines: Iterable[Printed]) -> list[tuple[str, ...]]:
    """The sentences of which no entry says all the words."""
    texts = [f"{line.where} {line.latex}".lower() for line in lines]
    return [words for words in sentences if not any(all(w in text for w in words) for text in texts)]


@pytest.mark.parametrize("name", NAMES)
def test_every_relation_and_every_assertion_has_an_entry(name: str) -> None:
    assert uncovered(DISPLAYS[name], lines_of(name)) == []
    assert unsaid(SENTENCES.get(name, ()), lines_of(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_gap_is_found(name: str) -> None:
    """Whichever entry is taken away that stands for a display or a sentence, it is missed."""
    lines = lines_of(name)
    missed = 0
    for gone in lines:
        rest = [line for line in lines if line is not gone]
        missed += bool(uncovered(DISPLAYS[name], rest) or unsaid(SENTENCES.get(name, ()), rest))
    relations = sum(len(relations) for _, relations in DISPLAYS[name])
    assert missed >= relations - 2  # an entry said twice may stand in for the other


def test_little_is_left_open() -> None:
    assert sum(line.verdict is UNKNOWN for name in NAMES for line in lines_of(name)) <= 3


@pytest.mark.parametrize("name", NAMES)
def test_every_line_says_where_and_why(name: str) -> None:
    lines = lines_of(name)
    assert all(line.why for line in lines)
    problem = {line.where.partition(",")[0] for line in lines}
    assert len(problem) == 1
    assert re.fullmatch(r"problem [1-7]", problem.pop())


KNOWN_LATEX = """
    arg boldsymbol cdot circ colon dots exp frac gamma in infty int lambda langle ldots left leftarrow
    Leftrightarrow leq le geq ge lim log mapsto mathbb mathbf mathcal max mid min mu ne neq operatorname
    partial pi prod qquad quad rangle Rightarrow right rightarrow Sigma sigma sim stackrel sum sup text
    theta tilde times to top underbrace begin end det mathrm succ hat big bigl bigr lvert rvert lVert
    rVert forall
"""


@pytest.mark.parametrize("name", NAMES)
def test_printed_lines_use_latex_that_every_page_knows(name: str) -> None:
    for line in lines_of(name):
        assert set(re.findall(r"\\([A-Za-z]+)", line.latex)) <= set(KNOWN_LATEX.split()), line.where
        assert line.latex.count("{") == line.latex.count("}"), line.where
        assert line.latex.isascii()


# ----------------------------------------------------------------- the corrected sheet is right


class CorrectedSheet(Sheet):
    """The sheet with every correction applied, and every missing hypothesis stated: nothing may be amiss."""

    def line(self, where: str, latex: str, says: Statement, why: str, **more: object) -> Printed:
        corrected = more.pop("corrected", None)
        given = (*more.pop("given", ()), *more.pop("needs", ()))  # type: ignore[misc]
        more.pop("fault", None)
        if isinstance(corrected, Step):
            known = (*given, *corrected.assumed)
            uses = more.get("uses", ())
            return super().line(
                where,
                latex,
                corrected.statement,
                why,
                uses=uses,  # type: ignore[arg-type]
                given=tuple(dict.fromkeys(known)),
                by=Instance((), corrected),
            )
        return super().line(where, latex, says, why, given=given, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", NAMES)
def test_with_the_corrections_every_line_holds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"derivations.printed.{name}")
    monkeypatch.setattr(module, "Sheet", CorrectedSheet)
    before = lines_of(name)
    after = module.lines()
    assert [line.where for line in after] == [line.where for line in before]
    for old, new in zip(before, after, strict=True):
        assert new.verdict in (HOLDS, DEFINITION) or (old.verdict is new.verdict is UNKNOWN), new.where
        assert new.needs == ()
        if old.verdict is FAILS:
            assert new.verdict is HOLDS
            assert new.statement != old.statement


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


KEYS = {
    "where", "printed", "transcribed", "verdict", "fault", "needs", "counterexample", "corrected", "why"
}  # fmt: skip


def test_json_of_a_line(made_up: list[PrintedView]) -> None:
    found = [json.loads(as_json.dump(as_json.printed(line))) for line in made_up]
    assert all(set(line) == KEYS for line in found)
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


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("COLUMNS", "80")

    def command(main: Callable[[list[str]], int], *arguments: str) -> tuple[int, str, str]:
        return (main(list(arguments)), *capsys.readouterr())

    return command


@pytest.fixture
def judged_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands show what the other tests have judged already."""
    monkeypatch.setattr("reports.cli.printed_lines", lambda name: lines_of(name) if name in NAMES else ())


@pytest.mark.usefixtures("judged_before")
def test_the_command_for_the_whole_sheet(run: Run) -> None:
    status, out, err = run(main_problems, "--errata", "--ascii")
    assert (status, err) == (0, "")
    assert out.isascii()
    status, out, err = run(main_problems, "--errata", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert [problem["name"] for problem in found["derivations"]] == sorted(NAMES, key=number_of)
    for problem in found["derivations"]:
        assert [line["where"] for line in problem["as_printed"]] == [
            line.where for line in lines_of(problem["name"])
        ]
        assert all(set(line) == KEYS for line in problem["as_printed"])
    assert sum(found["counts"].values()) == sum(len(lines_of(name)) for name in NAMES)


def number_of(name: str) -> str:
    return discovery.found()[name].summary


def test_the_json_of_a_derivation_has_its_printed_lines(run: Run) -> None:
    derive = discovery.load("mixture_moments")
    status, out, err = run(lambda arguments: main_derivation(derive, arguments), "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert [line["where"] for line in found["as_printed"]] == [
        line.where for line in lines_of("mixture_moments")
    ]
    assert found["verdict"] == "PROVED"  # judgements on the sheet do not touch it


def test_a_line_that_is_open_is_a_failure_of_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    line = replace(lines_of("gmm_mstep")[0], verdict=UNKNOWN)
    monkeypatch.setattr("reports.cli.printed_lines", lambda name: (line,) * (name == "gmm_mstep"))
    assert run(main_problems, "--errata")[0] == 1


def test_only_our_derivations_have_printed_lines() -> None:
    assert printed_lines("no_such_derivation") == ()
    assert printed_lines("../gmm_mstep") == ()


# ------------------------------------------------------------------------------------- on a page


def page_engine() -> tex_engine.Engine | None:
    try:
        return tex_engine.engine()
    except NoEngineError:
        return None


def printed_alone(name: str) -> DerivationView:
    """The printed lines of a problem, without its derivation."""
    empty = Derivation(name, NAMES.index(name) + 1, "A title", "A theorem.", "A setting.", "A source", ())
    return view(empty, crosscheck=False).with_printed(lines_of(name))


def test_the_printed_lines_are_typeset_without_a_flaw() -> None:
    engine = page_engine()
    if engine is None:
        pytest.skip("no TeX engine on this machine")
    page = document.page([printed_alone(name) for name in NAMES], "The printed sheet")
    assert tex_engine.typeset(page, engine).warnings == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_correction_is_shown_beside_what_is_printed(name: str) -> None:
    record = printed_alone(name)
    page = document.page([record], "The printed sheet")
    assert page.count(r"\wbcompare{") == sum(line.corrected is not None for line in lines_of(name))
    brief = document.page([record], "The printed sheet", document.Manner(full=False))
    assert brief.count(r"\begin{wbcounterexample}") == 0
    assert "printed sheet, line by line" in document.fragment([record])


@pytest.mark.usefixtures("judged_before")
def test_the_errata_alone_are_a_document(run: Run, tmp_path: Path) -> None:
    if page_engine() is None:
        pytest.skip("no TeX engine on this machine")
    arguments = ("gmm_mstep", "--variant", "errata", "--detail", "brief")
    assert run(main_reports, *arguments, "--pdf", f"{tmp_path}/a.pdf") == (0, "", "")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    status, page, err = run(main_reports, *arguments, "--tex")
    assert (status, err) == (0, "")
    amiss = [line for line in map(printed_view, lines_of("gmm_mstep")) if line.amiss]
    assert page.count(r"\textbf{Problem 3, ") == len(amiss)
    assert page.count(r"\begin{document}") == 1
    status, out, err = run(main_reports, "gmm_mstep", "--variant", "errata", "--tex", "--fragment")
    assert (status, out) == (2, "")
    assert "--fragment goes with" in err


def test_only_printed_lines_are_typeset_as_they_are() -> None:
    assert document.printed(PrintedLatex("a = b")) == "a = b"
    with pytest.raises(TypeError, match="only printed lines"):
        document.printed(r"\write18{x}")  # type: ignore[arg-type]
