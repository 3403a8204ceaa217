"""What a notebook shows of expressions, statements, steps, updates and derivations."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from sample_derivation import HOSTILE, N, derive, derive_doubtful, derive_hostile

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Expr
from derivations.calculus.statements import Equal
from derivations.proof.showing import forms
from derivations.proof.steps import Derivation, Step

OURS = re.compile(r"\\(?:vct|mat|T|tr|logdet|circlepi|firstargmin|median)(?![A-Za-z])")


class Balanced(HTMLParser):
    """Notes what is not opened and closed in turn, and the words outside of tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.words = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_an_expression_and_a_statement_show_their_formula() -> None:
    expr: Expr = N + 1
    assert expr._repr_latex_() == "$\\displaystyle N + 1$"
    assert Equal(N, expr)._repr_latex_() == "$\\displaystyle N = N + 1$"
    for step in derive().steps:
        assert not OURS.search(step.statement._repr_latex_())


@pytest.mark.parametrize(
    "derivation", [derive(), derive_doubtful(), derive_hostile()], ids=lambda d: d.title[:9]
)
def test_a_step_shows_its_id_its_word_and_its_reason(derivation: Derivation) -> None:
    for step in derivation.steps:
        word = step.verdict.value if step.kind == "claim" else step.kind
        for form, text in step._repr_mimebundle_().items():
            assert word in text, form
            assert not OURS.search(text)
        assert f"{step.id} {word}" in Balanced(step._repr_html_()).words
        assert step._repr_mimebundle_()["text/plain"].startswith(f"{step.id}: {word}\n")


def test_a_refuted_step_shows_where_it_fails() -> None:
    (refuted,) = (step for step in derive_doubtful().steps if step.own is Verdict.REFUTED)
    (example,) = (e.counterexample for e in refuted.evidence if e.counterexample is not None)
    for form, text in forms(refuted).items():
        assert "Counterexample" in text, form
        assert "left side" in text, form
        assert example.left in text or "\\" in text, form


def test_a_derivation_shows_its_verdict_and_every_claim() -> None:
    derivation = derive()
    page = Balanced(derivation._repr_html_())
    assert f"{derivation.title} PROVED" in page.words
    assert all(step.id in page.words for step in derivation.claims)
    (update,) = derivation.updates
    assert "update" in Balanced(update._repr_html_()).words


def test_hostile_text_stays_text() -> None:
    step = replace(derive().steps[0], reason=HOSTILE + "<script>alert(1)</script> | `x` $y$")
    page = Balanced(forms(step)["text/html"])
    assert page.tags <= {"div", "p", "b", "small", "table", "tr", "th", "td"}
    assert "<script>" in page.words
    assert '<p class="tex2jax_ignore">' in forms(step)["text/html"]  # no formula is looked for in a sentence
    reason = forms(step)["text/markdown"].split("\n\n")[1]
    assert not re.search(r"(?<!\\)[`<|$]", reason)


def test_a_step_that_rests_on_a_weaker_one_says_so() -> None:
    sound = next(step for step in derive().steps if step.kind == "claim")
    weaker: Step = replace(sound, verdict=Verdict.UNKNOWN)
    assert "By itself PROVED" in forms(weaker)["text/plain"]
    assert "By itself" not in forms(sound)["text/plain"]


def test_nothing_else_has_blocks() -> None:
    with pytest.raises(TypeError, match="int has no blocks"):
        forms(3)
