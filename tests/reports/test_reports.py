"""Pages, terminal text and JSON: nothing invented, nothing lost, and text from outside does no harm."""

from __future__ import annotations

import io
import json
import os
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from derived import derivation_of
from jinja2 import UndefinedError, nodes
from sample_derivation import HOSTILE, D, derive, derive_doubtful, derive_hostile, good_steps, made
from tex_engines import ENGINES, needs_tex

from derivations.calculus.evidence import Verdict
from derivations.calculus.expressions import Symbol
from derivations.calculus.statements import InRange
from reports import as_json, document, terminal, tex_engine, wording
from reports.document import bound, numbered
from reports.escaping import code_lines, tex
from reports.files import UnwritableError, check_writable, write_whole
from reports.generated_code import Code, Crosscheck, code_of
from reports.prose import Vocabulary
from reports.terminal import Screen
from reports.tex_engine import NoEngineError, TexError, Typeset
from reports.tex_log import first_error, warnings_in
from reports.view import DerivationView, view

pypdf = pytest.importorskip("pypdf")


@pytest.fixture(scope="module")
def good() -> DerivationView:
    return view(derive())


@pytest.fixture(scope="module")
def hostile() -> DerivationView:
    return view(derive_hostile())


# --------------------------------------------------------------------------------------- typeset


@dataclass(frozen=True)
class Pages:
    """One document with hostile text, failed claims and code, and a good one, by one engine."""

    engine: str
    hostile: Typeset
    good: Typeset


@pytest.fixture(scope="module", params=ENGINES)
def pages(request: pytest.FixtureRequest, hostile: DerivationView) -> Pages:
    using = tex_engine.engine(request.param)
    source = "def mu(x):\n    return '" + "long " * 60 + "' # \\end{wbcode} π"
    code = Code("numeric.generated.sample:mu", None, source)
    checked = Crosscheck(7, 1e-16, 2e-15, True, ("50 digits",))
    updates = tuple(replace(update, code=code, crosscheck=checked) for update in hostile.updates)
    hostile_page = document.page([replace(hostile, updates=updates), view(derive_doubtful())], HOSTILE)
    good_page = document.page([view(derive())], "A sample")
    return Pages(request.param, *(tex_engine.typeset(page, using) for page in (hostile_page, good_page)))


def text_of(made: Typeset) -> str:
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    return " ".join("".join(page.extract_text() for page in reader.pages).split())


@needs_tex
def test_pages_have_no_flaw_that_tex_reports(pages: Pages) -> None:
    assert pages.hostile.warnings == ()
    assert pages.good.warnings == ()


@needs_tex
def test_hostile_text_is_typeset_as_text(pages: Pages) -> None:
    found = text_of(pages.hostile).replace(" ", "")
    for part in (
        r"\write18{touchhacked}",
        r"\input{/etc/passwd}",
        r"\end{document}",
        "[boldred]no[/]",
        "U+6F22",
        "(((x)))",
    ):
        assert part in found, part
    assert "root:" not in found


@needs_tex
def test_every_claim_and_verdict_is_on_the_page(pages: Pages) -> None:
    found = text_of(pages.hostile)
    assert all(verdict.value in found for verdict in Verdict)
    assert all(f"(9.{number})" in found for number in range(1, 8))
    for words in (
        "Counterexample at",
        "7/3",
        "normal form (all sizes)",
        "24 exact instances",
        "50-digit",
        "2 · 10",
        "definition",
        "24 exact instances up to N = 5, K = 4, D = 3",
    ):  # readers of PDF differ in where they see a space
        assert words.replace(" ", "") in found.replace(" ", ""), words


@needs_tex
def test_title_language_and_outline_are_set(pages: Pages) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pages.good.pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == "A sample"
    assert reader.trailer["/Root"]["/Lang"] == "en-GB"
    titles = [item.title for item in flattened(reader.outline)]
    assert titles[0] == "Problem 9: A sample"
    assert {"The objective", "The means", "The updates", "What the verdicts mean"} <= set(titles)
    assert "/CreationDate" not in (reader.metadata or {}) or "2000" in str(reader.metadata["/CreationDate"])


def flattened(outline: list[Any]) -> list[Any]:
    found: list[Any] = []
    for item in outline:
        found += flattened(item) if isinstance(item, list) else [item]
    return found


@needs_tex
def test_the_same_bytes_twice(pages: Pages, good: DerivationView) -> None:
    again = tex_engine.typeset(document.page([good], "A sample"), tex_engine.engine(pages.engine))
    assert again.pdf == pages.good.pdf


@needs_tex
def test_a_fragment_goes_into_another_document(good: DerivationView) -> None:
    own = r"\newcommand{\vct}[1]{\vec{#1}}\newcommand{\wbsection}[1]{\paragraph{OWN #1}}"
    body = document.fragment([good])
    assert "\\documentclass" not in body
    preamble = rf"\usepackage{{amsmath,bm}}{own}\begin{{document}}"
    source = document_of(body).replace(r"\begin{document}", preamble, 1)
    made = tex_engine.typeset(source, tex_engine.engine(ENGINES[0]))
    assert "OWN The means" in text_of(made)
    assert not [line for line in made.warnings if "undefined" in line or "Missing" in line]


# ----------------------------------------------------------------------------------- the TeX engine


@needs_tex
def test_the_m_step_is_typeset_without_a_flaw() -> None:
    """A real derivation: long formulas are folded so that nothing sticks out."""
    source = document.page([view(derivation_of("gmm_mstep"), crosscheck=False)], "The M-step")
    made = tex_engine.typeset(source, tex_engine.engine(ENGINES[0]))
    assert made.warnings == ()
    assert "(3.50)" in text_of(made)


def document_of(body: str) -> str:
    fonts = r"\usepackage[T1]{fontenc}\usepackage{lmodern}"
    return rf"\documentclass{{article}}{fonts}\begin{{document}}{body}\end{{document}}"


@needs_tex
def test_an_error_names_line_context_and_hint() -> None:
    source = document_of("fine\n\n\\nosuchmacro here\n")
    with pytest.raises(TexError) as caught:
        tex_engine.typeset(source, tex_engine.engine())
    assert "line 3: Undefined control sequence" in str(caught.value)
    assert "nosuchmacro" in str(caught.value)
    assert "a macro is used" in str(caught.value)


@needs_tex
@pytest.mark.parametrize("body", [r"\input{/etc/passwd}", r"\openout5=/tmp/hacked-by-tex \write5{x}"])
def test_nothing_outside_the_folder_is_read_or_written(body: str) -> None:
    with pytest.raises(TexError):
        tex_engine.typeset(document_of(body), tex_engine.engine())
    assert not Path("/tmp/hacked-by-tex").exists()


@needs_tex
def test_no_program_is_started() -> None:
    made = tex_engine.typeset(
        document_of(r"\immediate\write18{touch /tmp/hacked-by-tex}x"), tex_engine.engine()
    )
    assert "hacked" not in text_of(made)
    assert not Path("/tmp/hacked-by-tex").exists()


@needs_tex
def test_an_endless_macro_is_stopped() -> None:
    started = time.monotonic()
    with pytest.raises(TexError, match="stopped after 2 seconds"):
        tex_engine.typeset(document_of(r"\def\a{\a}\a"), tex_engine.engine(), seconds=2)
    assert time.monotonic() - started < 20


@needs_tex
def test_assets_lie_beside_the_document() -> None:
    made = tex_engine.typeset(
        document_of(r"\input{part.tex}"), tex_engine.engine(), {"../../part.tex": b"from the asset"}
    )
    assert "from the asset" in text_of(made)


def test_no_engine_is_said_with_both_ways_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tex_engine, "_FINDERS", dict.fromkeys(tex_engine.NAMES, lambda: None))
    with pytest.raises(NoEngineError, match=r"pip install 'derivation-workbook\[pdf\]'.*apt install"):
        tex_engine.engine()
    with pytest.raises(NoEngineError, match="tectonic was not found"):
        tex_engine.engine("tectonic")
    with pytest.raises(NoEngineError, match="there are embedded, pdflatex, tectonic"):
        tex_engine.engine("word")


def test_an_engine_that_does_not_run_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "pdflatex"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)
    finders = dict.fromkeys(tex_engine.NAMES, lambda: tex_engine.Engine("broken", (str(broken),)))
    monkeypatch.setattr(tex_engine, "_FINDERS", finders)
    with pytest.raises(NoEngineError):
        tex_engine.engine()


def test_logs_are_read() -> None:
    log = (
        "Overfull \\hbox (12.0pt too wide) in paragraph at lines 3--4\n"
        "Missing character: There is no X in font y!\n"
        "LaTeX Warning: Reference `step:1' on page 1 undefined on input line 7.\n"
        "LaTeX Warning: Hyper reference `step:2' on page 1 undefined on input line 8.\n"
        "Underfull \\hbox (badness 10000) in paragraph\n"
    )
    assert len(warnings_in(log)) == 4
    problem = first_error("! ==> Fatal error\n! Missing $ inserted.\n<inserted text>\nl.12 a_\n        b\n")
    assert problem is not None
    assert (problem.line, problem.message) == (12, "Missing $ inserted.")
    assert "mathematics outside" in str(problem)
    assert first_error("all is well\n") is None


# --------------------------------------------------------------------------------------- templates

TRUSTED = set(document.FILTERS)


def unfiltered(source: str) -> list[str]:
    """What a template prints that goes through none of our filters (constants and calls of macros apart)."""
    tree = document.environment().parse(source)
    return [
        repr(node)
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
        if not isinstance(node, nodes.TemplateData) and not _safe(node)
    ]


def _safe(node: nodes.Node) -> bool:
    match node:
        case nodes.Filter():
            return node.name in TRUSTED
        case nodes.Call():
            return isinstance(node.node, nodes.Name)  # a macro
        case nodes.CondExpr():
            return _safe(node.expr1) and (node.expr2 is None or _safe(node.expr2))
        case nodes.Const():
            return True
    return False


def test_whatever_a_template_prints_is_filtered() -> None:
    folder = Path(document.__file__).parent / "templates"
    found = {path.name: unfiltered(path.read_text("utf-8")) for path in folder.glob("*.j2")}
    assert set(found) >= {"document.tex.j2", "derivation.tex.j2", "macros.tex.j2", "fragment.tex.j2"}
    assert not any(found.values()), found


def test_the_template_checker_sees_what_is_unfiltered() -> None:
    assert unfiltered("((( title )))")
    assert unfiltered("((( title|upper )))")
    assert not unfiltered("((( title|tex ))) ((( step(x) )))")


def test_a_name_that_is_not_there_is_an_error(good: DerivationView) -> None:
    with pytest.raises(UndefinedError):
        document.environment().get_template("document.tex.j2").render(views=[good])
    with pytest.raises(UndefinedError):
        document.environment().from_string("((( view.no_such_thing|tex )))").render(view=good)


def test_mathematics_is_taken_from_formulas_only() -> None:
    with pytest.raises(TypeError, match="only formulas"):
        document.display(r"\write18{x}")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no verdict"):
        wording.word("red")


# ------------------------------------------------------------------------------- text and sentences


def test_escaping() -> None:
    assert tex(r"\{}$&#_%^~") == (r"\textbackslash{}\{\}\$\&\#\_\%\textasciicircum{}\textasciitilde{}")
    assert tex("a -- b") == r"a -{}- b"
    assert tex("μ ≤ é") == r"\ensuremath{\mu} \ensuremath{\le} é"
    assert tex("漢\x00\x07") == r"\texttt{U+6F22}{}\texttt{U+0007}"
    assert tex("e\u0301") == "é"


def test_code_keeps_its_spaces_and_is_wrapped() -> None:
    found = code_lines("def f(x):\n    return " + "x + " * 40 + "x", 60)
    assert found[0] == (r"def\ f(x):", False)
    assert [continued for _, continued in found] == [False, False, *[True] * (len(found) - 2)]
    assert len(found) > 3


def test_a_comment_that_is_too_long_for_a_line_remains_a_comment() -> None:
    found = [
        line.replace(r"\ ", " ").replace(r"\#", "#")
        for line, _ in code_lines(f"    x = {'y' * 20}  # {'word ' * 12}", 40)
    ]
    assert found[0] == f"    x = {'y' * 20}"
    assert len(found) > 2
    assert all(line.lstrip().startswith("# word") for line in found[1:])


def test_quantities_in_sentences(good: DerivationView) -> None:
    words = good.vocabulary

    def latex(sentence: str) -> str:
        return document.prose(sentence, words)

    assert (
        latex("only mu_k and Sigma_k^-1 matter") == r"only $\vct{\mu}_{k}$ and $\mat{\Sigma}_{k}^{-1}$ matter"
    )
    assert latex("A mean for k = j, the i-th") == r"A mean for $k = j$, the $i$-th"
    assert latex("N points in D dimensions") == r"$N$ points in $D$ dimensions"
    assert latex("the M-step's count, 1/t, K^N") == r"the M-step's count, $1/t$, $K^{N}$"
    assert latex("mu_k = -x_i") == r"$\vct{\mu}_{k} = - \vct{x}_{i}$"
    assert latex("where x_i' mu_k vanishes") == r"where $\vct{x}_{i}^{\T} \vct{\mu}_{k}$ vanishes"
    assert latex(r"\input{x_i} $") == r"\textbackslash{}input\{$\vct{x}_{i}$\} \$"
    assert latex("(a) Show (b), or k(b): for (c)") == r"(a) Show (b), or $k$($b$): for (c)"
    assert "".join(part.plain for part in words.parts("a Sigma_k of N_k")) == "a Σ_k of N_k"


def test_quantities_by_their_names(good: DerivationView) -> None:
    words = good.vocabulary
    assert [words.letter(name) for name in ("mu", "k", "count", "left side", "é")] == [
        r"\vct{\mu}",
        "k",
        "N",
        "",
        "",
    ]
    odd = Symbol("weighted", r"\mathcal{L}_{x}^{\star}")
    assert Vocabulary.of([odd]).letter("weighted") == r"\mathcal{L}^{\star}_{x}"


def test_a_letter_with_two_meanings_is_left_to_the_step() -> None:
    vector, number = Symbol("b", "b", shape=(D, 1)), Symbol("b", "b")
    assert "b" not in Vocabulary.of([vector, number]).symbols
    assert Vocabulary.of([number]).before(Vocabulary.of([vector])).symbols["b"] == number


@pytest.mark.parametrize(
    ("sentence", "formulas", "plain"),
    [
        ("entries with d <= e count", [r"d \le e"], "entries with d ≤ e count"),
        ("for k != l only", [r"k \ne l"], "for k ≠ l only"),
        ("if m >= 0, then", [r"m \ge 0"], "if m ≥ 0, then"),
        ("where k = j and N > 1", ["k = j", "N > 1"], "where k = j and N > 1"),
    ],
)
def test_relations_in_sentences_are_typeset(sentence: str, formulas: list[str], plain: str) -> None:
    words = Vocabulary({}, frozenset({"N"}))
    parts = words.parts(sentence)
    assert [part.latex for part in parts if part.is_formula] == formulas
    assert "".join(part.plain for part in parts) == plain


def test_steps_are_numbered_in_runs() -> None:
    numbers = {name: place for place, name in enumerate("abcdefg", 1)}
    assert numbered("abcf", 3, numbers) == r"\eqref{step:3:1} to \eqref{step:3:3} and \eqref{step:3:6}"
    assert numbered("ba", 3, numbers) == r"\eqref{step:3:1} and \eqref{step:3:2}"
    assert numbered("g", 3, numbers) == r"\eqref{step:3:7}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1e-13, "$10^{-13}$"), (6.2e-15, r"$7 \cdot 10^{-15}$"), (9.5e-3, "$10^{-2}$"), (0.0, "$0$")],
)
def test_bounds_are_rounded_up(value: float, shown: str) -> None:
    assert bound(value) == shown


# -------------------------------------------------------------------------------------------- views


def test_nothing_is_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a derivation of ours whose code has not been written, none is shown, and no comparison either."""
    monkeypatch.setattr("derivations.discovery.is_ours", lambda name: True)
    record = view(derive())
    assert code_of(derive()) == {}
    assert [(u.code, u.crosscheck) for u in record.updates] == [(None, None)]
    assert record.agrees
    assert "AGREES" not in terminal.derivation(record, Screen())
    assert r"\wbbadge{AGREES}" not in document.page([record], "A sample")


def test_what_only_serves_to_compute_does_not_stand_in_the_claim(good: DerivationView) -> None:
    (update,) = good.updates
    textbook = replace(update, name="textbook", code=Code("g", "h", ""))
    auxiliary = replace(update, name="auxiliary", code=Code("g", None, ""))
    assert good.headline == (update,)
    assert replace(good, updates=(textbook, auxiliary)).headline == (textbook,)
    assert replace(good, updates=(auxiliary,)).headline == (auxiliary,)


def test_indices_in_range_are_not_shown(good: DerivationView) -> None:
    shown = [f.statement for s in good.steps for f in s.hypotheses] + [f.statement for f in good.hypotheses]
    assert shown
    assert not any(isinstance(statement, InRange) for statement in shown)


def test_failures_have_a_badge_whatever_they_are() -> None:
    record = view(derive_doubtful())
    assert [s.badge for s in record.steps] == [
        "definition",
        "axiom",
        *["PROVED"] * 2,
        "CHECKED",
        "UNKNOWN",
        "REFUTED",
    ]
    assert record.verdict is Verdict.REFUTED
    assert len(record.steps[-1].counterexamples) == 1


# ------------------------------------------------------------------------------------------- terminal


def test_the_terminal_shows_everything(good: DerivationView) -> None:
    found = terminal.derivation(good, Screen(width=100))
    for part in (
        "Problem 9: A sample",
        "PROVED",
        "mu.gradient",
        "μ[k]",
        "24 exact instances up to N=5",
        "Jacobi",
        "The updates",
    ):
        assert part in found
    assert max(map(len, found.splitlines())) <= 100
    assert "\x1b" not in found
    assert not any(line != line.rstrip() for line in found.splitlines())


def test_ascii_is_ascii_and_readable() -> None:
    found = terminal.derivation(view(derive_hostile()), Screen(width=80, ascii=True))
    assert found.isascii()
    assert "sum_i gamma[i,k]" in found
    assert "[bold red]no[/]" in found
    assert "\x07" not in found


def test_colour_only_repeats_the_words(good: DerivationView) -> None:
    plain, coloured = (terminal.derivation(good, Screen(80, colour=c)) for c in (False, True))
    assert "\x1b[" in coloured
    stripped = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).splitlines())
    assert stripped.split() == plain.split()


def test_one_step_with_all_its_evidence() -> None:
    record = view(derive_doubtful())
    found = terminal.step(record, record.steps[-1], Screen())
    for part in (
        "REFUTED",
        "instances: exact",
        "counterexample at N = 2, K = 1",
        "left side 7/3, right side -1",
    ):
        assert part in found


def test_the_table_of_problems() -> None:
    views = [view(derive()), view(derive_doubtful())]
    found = terminal.problems(views, 1.5, Verdict.REFUTED, Screen(100))
    assert len(found.splitlines()) == 5
    assert "REFUTED  2 derivations in 1.5 s" in found


# ------------------------------------------------------------------------------------------------ JSON

STEP = {"id", "kind", "latex", "reason", "verdict", "uses", "rule", "axioms", "hypotheses", "evidence"}


def test_json_has_the_shape_that_was_promised() -> None:
    found = json.loads(as_json.dump(as_json.derivation(view(derive_doubtful()))))
    assert set(found) == {
        "name", "problem", "title", "verdict", "seconds", "hypotheses", "axioms", "steps", "updates", "as_printed"
    }  # fmt: skip
    assert all(set(step) == STEP for step in found["steps"])
    assert {"engine", "method", "scope", "verdict", "seconds", "draws"} == set(
        found["steps"][2]["evidence"][1]
    )
    assert found["steps"][-1]["evidence"][0]["counterexample"]["left"] == "7/3"
    assert set(found["axioms"][0]) == {"name", "statement", "citation", "status"}
    assert found["hypotheses"] == ["N_{k} > 0"]
    assert r"\vct" not in json.dumps(found["steps"])


def test_json_of_all_takes_the_weakest_verdict() -> None:
    found = as_json.problems([view(derive()), view(derive_doubtful())], 2.0)
    assert (found["verdict"], len(found["derivations"])) == ("REFUTED", 2)
    assert as_json.problems([], 0.0)["verdict"] == "UNKNOWN"


# ----------------------------------------------------------------------------------------------- files


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "page.tex"
    write_whole(target, b"old")
    monkeypatch.setattr(
        os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(UnwritableError, match="No space left"):
        write_whole(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["page.tex"]
    assert target.read_bytes() == b"old"


def test_what_cannot_be_written_is_said_first(tmp_path: Path) -> None:
    check_writable(str(tmp_path / "new.tex"))
    check_writable("-")
    for target, words in ((tmp_path, "it is a folder"), (tmp_path / "no" / "x.tex", "there is no folder")):
        with pytest.raises(UnwritableError, match=words):
            check_writable(str(target))


def test_a_link_stays_a_link_and_a_device_a_device(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "real")
    write_whole(tmp_path / "link", b"x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"x"
    write_whole(Path(os.devnull), b"x")
    assert not Path(os.devnull).is_file()


def test_the_sample_is_what_the_tests_take_it_for() -> None:
    assert made(good_steps()).verdict is Verdict.PROVED
