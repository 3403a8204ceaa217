"""The whole sheet, all problems in every variant: complete, without a flaw, and without a word too many."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from derived import derivation_of
from sample_derivation import derive as derive_sample

from derivations import discovery
from derivations.calculus.evidence import Verdict
from reports import document, tex_engine
from reports.cli import EXERCISES, SHEET
from reports.tex_engine import NoEngineError, Typeset
from reports.view import DerivationView, StepView, view

pypdf = pytest.importorskip("pypdf")


def engines() -> Iterator[str]:
    for name in ("embedded", "pdflatex"):
        try:
            yield tex_engine.engine(name).name
        except NoEngineError:
            continue


ENGINES = tuple(engines())
pytestmark = pytest.mark.skipif(not ENGINES, reason="no TeX engine on this machine")


@pytest.fixture(scope="module")
def views() -> list[DerivationView]:
    """All problems, derived."""
    names = [name for name, found in discovery.found().items() if found.ours]
    return sorted((view(derivation_of(name)) for name in names), key=lambda item: item.problem)


@dataclass(frozen=True)
class Paper:
    """A finished document: its source, what TeX made of it, and the text of its pages without spaces."""

    source: str
    made: Typeset
    pages: tuple[str, ...]

    @staticmethod
    def of(source: str, drawn: dict[str, bytes], engine: str) -> Paper:
        made = tex_engine.typeset(source, tex_engine.engine(engine), drawn)
        pages = pypdf.PdfReader(io.BytesIO(made.pdf)).pages
        return Paper(source, made, tuple(squeezed(page.extract_text()) for page in pages))

    @property
    def body(self) -> str:
        return self.source.partition(r"\begin{document}")[2]


@pytest.fixture(scope="module")
def solutions(views: list[DerivationView]) -> Paper:
    drawn = document.drawn(views)
    source = document.page(views, SHEET, document.Manner(illustrated=True))
    return Paper.of(source, drawn, ENGINES[0])


@pytest.fixture(scope="module")
def exercises(views: list[DerivationView]) -> Paper:
    source = document.exercises(views, EXERCISES)
    return Paper.of(source, {}, ENGINES[-1])


# ---------------------------------------------------------------------------------- the solutions


def test_the_log_has_nothing_that_a_reader_would_see(solutions: Paper, exercises: Paper) -> None:
    assert solutions.made.warnings == ()
    assert exercises.made.warnings == ()


def test_every_step_has_its_number_and_every_verdict_its_word(
    solutions: Paper, views: list[DerivationView]
) -> None:
    text = "".join(solutions.pages)
    elsewhere = sum(step.kind == "claim" for item in again(views) for step in item)
    shown = sum(len(item.claims) for item in views) - elsewhere
    assert text.count("PROVED") > shown
    for item in views:
        hidden = {step.id for step in again(views)[views.index(item)]}
        for step in item.steps:
            tag = f"({item.problem}.{step.number})"
            assert step.id in hidden or tag in text, tag


def again(views: list[DerivationView]) -> list[list[StepView]]:
    """The steps of each problem that are referred to rather than shown."""
    from reports.repeats import repeats

    return [
        [
            step
            for repeat in found.values()
            for step in item.steps
            if repeat.own_first <= step.number <= repeat.own_last and step not in repeat.needed
        ]
        for item, found in zip(views, repeats(views), strict=True)
    ]


def test_the_weights_are_derived_once(views: list[DerivationView]) -> None:
    assert [bool(found) for found in again(views)] == [item.name == "bernoulli_mixture" for item in views]


def test_long_names_may_be_broken() -> None:
    assert document.dotted("a.b:c_d") == r"a.\allowbreak{}b:\allowbreak{}c\_\allowbreak{}d"


def test_the_title_page_has_every_problem_with_its_page(
    solutions: Paper, views: list[DerivationView]
) -> None:
    first = solutions.pages[0]
    reader = pypdf.PdfReader(io.BytesIO(solutions.made.pdf))
    outline = [item for item in reader.outline if not isinstance(item, list)]
    for item in views:
        (target,) = (o for o in outline if str(o.title).startswith(f"Problem {item.problem}: "))
        page = (reader.get_destination_page_number(target) or 0) + 1
        assert f"{item.verdict}{len(item.axioms)}{page}" in first, item.title
    assert "Inclass" in first
    assert "Homework" in first


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_outline_title_and_language_are_set(solutions: Paper, exercises: Paper) -> None:
    for paper, title in ((solutions, SHEET), (exercises, EXERCISES)):
        reader = pypdf.PdfReader(io.BytesIO(paper.made.pdf))
        assert reader.metadata.title == title
        assert reader.trailer["/Root"]["/Lang"] == "en-GB"
        names = [item.title for item in reader.outline if not isinstance(item, list)]
        assert sum(name.startswith("Problem ") for name in names) == 7


def test_every_figure_is_on_a_page_of_its_problem(solutions: Paper) -> None:
    for problem in (1, 2, 3, 5, 6, 7):
        (page,) = (text for text in solutions.pages if f"Figure{problem}.1" in text)
        assert f"Problem{problem}" in page


def test_badges_never_outnumber_explanations(solutions: Paper) -> None:
    """Every step has a sentence of its own, and a badge stands beside a sentence."""
    steps = re.findall(r"\\wbstep\{\\wb(?:badge|kind)\{\w+\}\}\{(.*)", solutions.body)
    assert len(steps) == solutions.body.count(r"\wbstep{") > 250
    assert all(len(words.split()) > 1 for words in steps)


# ---------------------------------------------------------------------------------- the exercises


def leaks(paper: Paper, views: list[DerivationView]) -> list[str]:
    """Whatever of the solutions stands in a document: a claim or an update as LaTeX or as text, a reason, code, a verdict."""
    text = "".join(paper.pages)
    found = [word.value for word in Verdict if word.value in text or word.value in paper.body]
    for item in views:
        claims = [step.formula for step in item.steps if step.kind == "claim"]
        formulas = [*claims, *(update.formula for update in item.updates)]
        found += [f.latex for f in formulas if f.latex in paper.body or f.display in paper.body]
        said = [*(step.reason for step in item.steps), item.theorem]
        found += [words for words in said if document.prose(words, item.vocabulary) in paper.body]
        found += [words for words in said if len(words) > 24 and squeezed(words) in text]
        code = [u.code.source for u in item.updates if u.code is not None]
        lines = [line for source in code for line in source.splitlines() if len(squeezed(line)) > 20]
        found += [line for line in lines if squeezed(line)[:40] in text]
    return found


def test_every_question_of_the_sheet_is_answered(views: list[DerivationView]) -> None:
    for item in views:
        assert item.exercise is not None
        assert len(item.exercise.answers) >= 3
        assert all(steps for _, steps in item.exercise.answers)


def test_exercises_give_no_solution_away(exercises: Paper, views: list[DerivationView]) -> None:
    assert leaks(exercises, views) == []


def test_a_planted_solution_is_found(solutions: Paper, exercises: Paper, views: list[DerivationView]) -> None:
    assert len(leaks(solutions, views)) > 300
    update = views[2].updates[1].formula
    planted = replace(exercises, source=exercises.source.replace(r"\end{document}", f"${update.latex}$"))
    assert leaks(planted, views) == [update.latex]


def test_hints_stand_on_the_last_page_and_only_there(exercises: Paper, views: list[DerivationView]) -> None:
    *before, last = exercises.pages
    assert last.count("Firsthints") == last.count("Secondhints") == last.count("Lasthints") == 1
    for item in views:
        assert item.exercise is not None
        assert len(set(item.exercise.hints)) == 3
        for hint in item.exercise.hints:
            words = squeezed(re.split(r"[^A-Za-z ,.?]", hint)[0])[:30]
            assert words in last, hint
            assert not any(words in page for page in before), hint
        assert any(f"Problem{item.problem}" in page for page in before)


def test_a_derivation_without_an_exercise_is_said_by_its_name() -> None:
    with pytest.raises(LookupError, match="sample_derivation has no exercise"):
        document.exercises([view(derive_sample(), crosscheck=False)], EXERCISES)
