"""Formulas as MathML: every one of the sheet says what its LaTeX says, and nothing else gets through."""

from __future__ import annotations

import importlib
import io
from collections.abc import Iterator
from functools import cache

import pytest
from formula_trees import ReadingError, flat, from_latex, from_mathml
from test_web import CHECKS, Page

from derivations import discovery
from derivations.calculus import instances
from derivations.calculus.evidence import Evidence, Verdict
from derivations.proof.printed import Fault, Printed, PrintedVerdict, Sheet
from derivations.proof.steps import Derivation, Step
from reports import figures, web, web_font
from reports.formula import Formula, PrintedLatex
from reports.mathml import FormulaError, macros, mathml
from reports.view import view

pytest.importorskip("math_core")
pytest.importorskip("ziamath")
TTFont = pytest.importorskip("fontTools.ttLib").TTFont

NAMES = tuple(discovery.found())


def says_the_same(latex: str, source: str) -> bool:
    return flat(from_latex(latex)) == flat(from_mathml(source))


# ----------------------------------------------------------------------------- the whole sheet


class UnjudgedSheet(Sheet):
    """The printed lines as they stand, without a word on them."""

    def define(self, where: str, latex: str, symbol, body, why: str, **more) -> Step:  # type: ignore[no-untyped-def]
        more.pop("corrected", None)
        return super().define(where, latex, symbol, body, why, **more)

    def line(self, where: str, latex: str, says, why: str, **more) -> Printed:  # type: ignore[no-untyped-def]
        kept = {key: more[key] for key in ("uses",) if key in more}
        given = (*more.get("given", ()), *more.get("needs", ()))
        step = self.proof.claim(f"printed.{len(self.lines) + 1}", says, why, given=given, **kept)
        line = Printed(where, latex, says, PrintedVerdict.UNKNOWN, Fault.NONE, why, step=step)
        self.lines.append(line)
        return line


@pytest.fixture(scope="module")
def unjudged() -> Iterator[None]:
    """No judge: what is looked at here is how formulas look, not whether they are true."""
    checked = Evidence("instances", "exact", "values", Verdict.CHECKED, draws=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(instances, "check", lambda *a, **k: checked)
        yield


@cache
def derivation(name: str) -> Derivation:
    """A derivation of the sheet, unjudged; only to be asked for in a test that uses `unjudged`."""
    return discovery.derive_named(name)


@cache
def printed_lines(name: str) -> tuple[Printed, ...]:
    """The lines of the sheet that it answers, unjudged, too."""
    module = importlib.import_module(f"derivations.printed.{name}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "Sheet", UnjudgedSheet)
        lines: tuple[Printed, ...] = module.lines()
    return lines


@pytest.fixture(scope="module", params=NAMES)
def derived(unjudged: None, request: pytest.FixtureRequest) -> Derivation:
    return derivation(request.param)


def shown(derivation: Derivation) -> dict[str, Formula]:
    """The LaTeX of every formula of a derivation, in every form in which a page shows it."""
    statements = [s for step in derivation.steps for s in (step.statement, *step.hypotheses)]
    statements += [axiom.statement for axiom in derivation.axioms if axiom.statement is not None]
    found = map(Formula, dict.fromkeys(statements))
    return {
        latex: f for f in found for latex in (f.display, f.folded(web.NARROW), *f.latex.split(r",\quad "))
    }


def test_every_formula_says_what_its_latex_says(derived: Derivation) -> None:
    formulas = shown(derived)
    assert len(formulas) > 20
    assert [latex for latex in formulas if not says_the_same(latex, mathml(latex, True))] == []


def test_the_font_has_every_character(derived: Derivation) -> None:
    with TTFont(io.BytesIO(web_font.whole())) as font:
        known = font.getBestCmap()
    drawn = web_font.characters(mathml(latex, True) for latex in shown(derived))
    assert {character for character in drawn if ord(character) not in known} <= web_font.UNSEEN


@pytest.mark.parametrize("name", NAMES)
def test_every_printed_line_says_what_its_latex_says(unjudged: None, name: str) -> None:
    lines = [line.latex for line in printed_lines(name)]
    assert len(lines) > 5
    for latex in lines:
        made = web.printed(PrintedLatex(latex))
        sentence = web.SENTENCE.fullmatch(latex)
        formulas = sentence["words"].split("$")[1::2] if sentence else [latex]
        assert [*map(says_the_same, formulas, web.MATH.findall(made))] == [True] * len(formulas), latex


def test_the_page_of_the_whole_sheet_keeps_the_rules(unjudged: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without figures, which are some 400 kB more."""
    monkeypatch.setattr(figures, "available", lambda: False)
    views = [view(derivation(n), crosscheck=False).with_printed(printed_lines(n)) for n in NAMES]
    source = web.page(views, "The sheet")
    assert len(source.encode()) < 2_600_000
    page = Page(source)
    assert {check.__name__: check(page) for check in CHECKS} == {check.__name__: [] for check in CHECKS}
    steps = {
        e.attributes["id"]
        for e in page.elements
        if e.attributes.get("class") == "step" and "id" in e.attributes
    }
    assert steps == {f"{v.name}.{step.id}" for v in views for step in v.steps}


# ------------------------------------------------------------------------------- the two readers


@pytest.mark.parametrize(
    ("latex", "other"),
    [
        (r"\vct{x}_{i}", r"x_{i}"),
        (r"\vct{0}", "0"),
        ("x_{ik}", "x_{i}k"),
        ("x_{i}^{2}", "x_{2}^{i}"),
        (r"\frac{a}{b}", r"\frac{b}{a}"),
        (r"\frac{a}{b} + c", r"\frac{a}{b + c}"),
        (r"\hat{x}", r"\bar{x}"),
        (r"a \le b", "a < b"),
        (r"\mathcal{L}", "L"),
        (
            r"\begin{aligned} a & = b \\ & \quad {}+ c \end{aligned}",
            r"\begin{aligned} a & = b + c \end{aligned}",
        ),
        (r"\sum_{i=1}^{N} x_{i}", r"\prod_{i=1}^{N} x_{i}"),
        (r"x^{\T}", r"x^{T}"),
    ],
)
def test_a_difference_is_seen(latex: str, other: str) -> None:
    assert says_the_same(latex, mathml(latex, True))
    assert says_the_same(other, mathml(other, True))
    assert not says_the_same(latex, mathml(other, True))


def test_a_reader_does_not_guess() -> None:
    with pytest.raises(ReadingError, match="unheard"):
        from_latex(r"\unheard{x}")
    with pytest.raises(ReadingError, match="merror"):
        from_mathml("<math><semantics><merror/></semantics></math>")


# ------------------------------------------------------------------------------ what is let through


def test_the_macros_are_those_of_the_notation() -> None:
    assert macros()["vct"] == r"\bm{#1}"
    assert macros()["firstargmin"] == r"\operatorname*{first\,arg\,min}"
    assert len(macros()) >= 12


def test_the_latex_stays_with_the_formula() -> None:
    found = mathml(r"\vct{x} < 1", False)
    assert r'alttext="\boldsymbol{x} &lt; 1"' in found
    assert r"<annotation encoding=" in found
    assert r'alttext="x"' in mathml("y", False, "x")


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\href{javascript:alert(1)}{x}", "cannot be shown"),
        (r"\color{red} x", "asks for a style"),
        (r"\unheard", "Unknown command"),
        (r"\def\a{\a}\a", "Too many expansions"),
        (r"\frac{x", "cannot be shown"),
        ("x\x07", "broken MathML"),
    ],
)
def test_what_is_no_formula_is_refused(latex: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words):
        mathml(latex, False)


def test_a_browser_slants_single_letters() -> None:
    assert [web_font.slant(letter) for letter in "xhαωΓ∂1"] == [*"𝑥ℎ𝛼𝜔𝛤𝜕1"]
    assert web_font.characters(["<mi>x</mi><mo>&lt;</mo><annotation>y</annotation>"]) == {"x", "𝑥", "<"}
