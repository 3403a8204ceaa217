"""The printed sheet: nothing on it is left out, the workbook reads it like a reader, and all outputs show it.

A hand comes to the same counterexamples, and with its corrections the sheet is right.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from by_hand import BY_HAND
from by_hand.values import Sides, differ, values_of
from printed_sheet import DISPLAYS, SENTENCES, plain
from readings import JSON_KEYS, READINGS, Reading, lines_of

from derivations import discovery
from derivations.calculus import notation
from derivations.calculus.evidence import Verdict
from derivations.calculus.statements import Statement
from derivations.proof.methods import Instance
from derivations.proof.printed import Printed, PrintedVerdict, Sheet
from derivations.proof.steps import Derivation, Step
from reports import document, tex_engine
from reports.cli import main_derivation, main_problems, main_reports
from reports.errata import printed_view
from reports.tex_engine import NoEngineError
from reports.view import DerivationView, view

FAILS, UNKNOWN = PrintedVerdict.FAILS, PrintedVerdict.UNKNOWN
HOLDS, DEFINITION = PrintedVerdict.HOLDS, PrintedVerdict.DEFINITION
NAMES = tuple(READINGS)


def line_at(name: str, place: str) -> Printed:
    problem = NAMES.index(name) + 1
    (line,) = (line for line in lines_of(name) if line.where == f"problem {problem}, {place}")
    return line


def every(wanted: Callable[[Reading], bool]) -> list[Any]:
    """The rows that are wanted, each with the name of its problem, as the parameters of a test."""
    rows = [(name, row) for name, rows in READINGS.items() for row in rows if wanted(row)]
    return [pytest.param(name, row, id=f"{name}: {row.place}") for name, row in rows]


def test_the_table_is_that_of_the_sheet() -> None:
    ours = [item for item in discovery.found().values() if item.ours]
    assert [item.name for item in sorted(ours, key=lambda item: item.summary)] == [*NAMES]
    assert len(NAMES) == 7
    assert sum(map(len, READINGS.values())) >= 70


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_judged_in_the_order_of_the_sheet(name: str) -> None:
    problem = NAMES.index(name) + 1
    assert [line.where for line in lines_of(name)] == [
        f"problem {problem}, {row.place}" for row in READINGS[name]
    ]


@pytest.mark.parametrize(("name", "row"), every(lambda row: True))
def test_the_verdict_is_that_of_a_reader(name: str, row: Reading) -> None:
    line = line_at(name, row.place)
    assert (line.verdict, line.fault) == (row.verdict, row.fault)
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == row.needs
    assert (line.counterexample is not None) is row.can_fail
    assert (line.corrected is not None) is row.corrected


@pytest.mark.parametrize(("name", "row"), every(lambda row: row.corrected))
def test_every_correction_is_proved(name: str, row: Reading) -> None:
    corrected = line_at(name, row.place).corrected
    assert corrected is not None
    assert corrected.verdict is Verdict.PROVED


# ----------------------------------------------------------------- what fails, computed by hand


@pytest.mark.parametrize(("name", "row"), every(lambda row: row.can_fail))
def test_what_fails_fails_by_hand_too(name: str, row: Reading) -> None:
    BY_HAND[name][row.place](line_at(name, row.place))


def test_nothing_is_computed_by_hand_in_vain() -> None:
    able = {name: [row.place for row in rows if row.can_fail] for name, rows in READINGS.items()}
    assert {name: [*checks] for name, checks in BY_HAND.items()} == {
        n: places for n, places in able.items() if places
    }


@pytest.mark.parametrize("hand", [lambda left, right: (left, left), lambda left, right: (left, right + 1)])
def test_a_hand_that_errs_is_noticed(hand: Callable[[Any, Any], Sides]) -> None:
    line = line_at("kmedians", "derivative of the sum, set to zero")
    at = values_of(line)
    differ(lambda _: (at.left, at.right))(line)
    with pytest.raises(AssertionError):
        differ(lambda _: hand(at.left, at.right))(line)


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


# ------------------------------------------------------------------------------- what is shown

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
        assert all(set(line) == JSON_KEYS for line in problem["as_printed"])
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
