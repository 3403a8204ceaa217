"""What stands in an earlier derivation of a document is referred to, and only that."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from sample_derivation import N, count, good_steps, k, made, step

from derivations.calculus.evidence import Verdict
from derivations.calculus.statements import Equal, LessEqual
from derivations.proof.steps import Derivation, Step
from reports import document, sheet, tex_engine
from reports.repeats import repeats
from reports.tex_engine import NoEngineError
from reports.view import view

pypdf = pytest.importorskip("pypdf")


def shared(verdict: Verdict = Verdict.PROVED, reason: str = "A shared reason.") -> tuple[Step, ...]:
    """A section of three steps; the last one is needed outside."""
    statement = LessEqual(count[k], N)
    more = {"section": "The shared part", "reason": reason}
    return (
        step("s.one", statement, Verdict.PROVED, **more),
        step("s.two", statement, verdict, uses=("s.one",), **more),
        step("s.three", statement, Verdict.PROVED, uses=("s.two",), **more),
    )


def first() -> Derivation:
    return made((*good_steps(), *shared()))


def second(*middle: Step) -> Derivation:
    own = step("own", Equal(count[k], count[k]), Verdict.PROVED, section="Before")
    after = step("after", Equal(N, N), Verdict.PROVED, uses=("s.three",), section="After")
    steps = good_steps()
    return replace(made((own, *steps[:2], steps[2], steps[3], *middle, after)), problem=10)


def test_a_section_is_found_again_with_its_numbers_and_what_is_needed_of_it() -> None:
    none, again = repeats([view(first(), False), view(second(*shared()), False)])
    assert none == {}
    found = again["s.one"]
    assert (found.place, found.problem, found.first, found.last) == (1, 9, 5, 7)
    assert (found.own_first, found.own_last, found.origin(7)) == (6, 8, 6)
    assert [item.id for item in found.needed] == ["s.three"]


@pytest.mark.parametrize(
    "middle",
    [shared(reason="Another reason."), shared(Verdict.CHECKED), shared()[:2], (*shared()[1:], shared()[0])],
    ids=["other words", "another verdict", "a part of it", "another order"],
)
def test_what_differs_in_anything_is_shown(middle: tuple[Step, ...]) -> None:
    assert repeats([view(first(), False), view(second(*middle), False)]) == [{}, {}]


def test_what_is_not_proved_is_shown_every_time() -> None:
    doubtful = shared(Verdict.UNKNOWN)
    one = made((*good_steps(), *doubtful))
    assert repeats([view(one, False), view(second(*doubtful), False)]) == [{}, {}]


def test_parts_of_the_sheet() -> None:
    views = [replace(view(first(), False), problem=n) for n in (1, 4, 5, 9)]
    parts = [(title, [(place, v.problem) for place, v in items]) for title, items in sheet.parts(views)]
    assert parts == [
        ("In class", [(1, 1), (2, 4)]),
        ("Homework", [(3, 5)]),
        ("Not on the sheet", [(4, 9)]),
    ]


@pytest.mark.parametrize("engine", ["embedded", "pdflatex"])
def test_a_document_of_two_says_where_to_look(engine: str) -> None:
    try:
        using = tex_engine.engine(engine)
    except NoEngineError:
        pytest.skip(f"no {engine} here")
    page = document.page([view(first(), False), view(second(*shared()), False)], "Two")
    made_of_it = tex_engine.typeset(page, using)
    assert made_of_it.warnings == ()
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(made_of_it.pdf)).pages]
    text = " ".join(" ".join(pages).split())
    assert "Its steps (9.5) to (9.7) count here as (10.6) to (10.8)." in text
    assert text.count("A shared reason.") == 4  # three times, and once for what is needed
    assert "Not on the sheet" in pages[0]
    for appendix in ("What the verdicts mean", "What is cited, not derived", "Notation"):
        assert appendix in text
    assert page.count(r"\wbsection{Which step rests on which}") == 2
    assert "Which step rests" not in document.page([view(first(), False)], "One", document.Manner(full=False))
