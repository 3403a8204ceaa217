"""The figures: computed by the generated code, vectors, the same bytes every time, and told apart in grey."""

from __future__ import annotations

import importlib
import io
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from sample_derivation import derive

from derivations import discovery
from numeric.checks import Array
from numeric.generated import kmedians
from reports import document, figures, tex_engine
from reports.cli import main_derivation
from reports.figures import DRAWINGS, Drawing
from reports.view import view

pypdf = pytest.importorskip("pypdf")
matplotlib = pytest.importorskip("matplotlib")
BY_NAME = {drawing.name: drawing for drawing in DRAWINGS}
needs_tex = pytest.mark.skipif(
    not any(find() for find in (tex_engine._embedded, tex_engine._system)), reason="no TeX engine here"
)


@pytest.fixture(scope="module")
def drawn() -> dict[str, bytes]:
    return {drawing.name: drawing.rendered() for drawing in DRAWINGS}


def test_every_module_draws_a_figure_of_a_derivation_that_is_there() -> None:
    folder = Path(figures.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "style"}
    assert modules == set(BY_NAME)
    assert {drawing.derivation for drawing in DRAWINGS} <= set(discovery.found())


def test_figures_are_vectors_with_their_letters(drawn: dict[str, bytes]) -> None:
    for name, content in drawn.items():
        (page,) = pypdf.PdfReader(io.BytesIO(content)).pages
        assert not page.images, name
        assert page.extract_text().strip(), name
        assert float(page.mediabox.width) <= 72 * 5.8 + 0.1, name


@pytest.mark.parametrize("form", ["pdf", "svg"])
def test_the_same_bytes_whatever_the_users_settings(form: figures.Format) -> None:
    drawing = BY_NAME["hardening"]
    once = drawing.rendered(form)
    with matplotlib.rc_context({"font.size": 20, "lines.linewidth": 9, "svg.fonttype": "none"}):
        assert drawing.rendered(form) == once
    assert b"Date" not in once


COMPUTED = (
    ("median_interval", "kmedians", "mu"),
    ("lower_bound", "gmm_estep", "log_likelihood"),
    ("lower_bound", "gmm_mstep", "Sigma"),
    ("weights_dual", "gmm_mstep", "pi"),
    ("moments", "mixture_moments", "covariance"),
    ("hardening", "kmeans_limit", "z"),
    ("sum_of_mixtures", "gmm_convolution", "log_density"),
)


@pytest.mark.parametrize(("name", "module", "function"), COMPUTED)
def test_a_fault_in_the_generated_code_is_seen_in_the_figure(
    name: str, module: str, function: str, drawn: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    generated = importlib.import_module(f"numeric.generated.{module}")
    right = getattr(generated, function)
    monkeypatch.setattr(generated, function, lambda *arguments: 0.9 * right(*arguments))
    assert BY_NAME[name].rendered() != drawn[name]


def luminance(colour: str) -> float:
    red, green, blue = (math.pow(int(colour[n : n + 2], 16) / 255, 2.2) for n in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_lines_are_told_apart_in_grey() -> None:
    from reports.figures.style import COLOURS, DASHES, MARKS

    greys = [luminance(colour) for colour in COLOURS]
    assert all(abs(a - b) > 0.04 for a, b in itertools.combinations(greys, 2))
    assert len({str(dashes) for dashes in DASHES}) == len(set(MARKS)) == len(COLOURS)


def test_the_bound_rises_and_touches_the_likelihood_after_every_e_step() -> None:
    from reports.figures import lower_bound

    bounds, likelihoods, _ = lower_bound._run(lower_bound._points())
    assert np.all(np.diff(bounds) > 0)
    assert np.allclose(bounds[::2], likelihoods[::2], rtol=1e-12)
    assert np.all(np.array(bounds[1::2]) < likelihoods[1::2])


def test_zero_is_a_slope_exactly_where_the_sum_of_distances_is_smallest() -> None:
    from reports.figures.median_interval import CASES, _at, _side_slopes

    for points in CASES.values():
        y: Array = np.array(points)
        least = min(_at(y, m) for m in y)
        for m in y:
            below, above = _side_slopes(y, float(m))
            assert (below <= 0 <= above) == (_at(y, float(m)) == least)
        assert _at(y, float(kmedians.mu(y[:, None], np.ones((len(y), 1)))[0, 0])) == least


def test_primal_and_dual_meet() -> None:
    from reports.figures.weights_dual import _dual, _primal

    counts = np.array([6.0, 4.0])
    assert np.isclose(_primal(counts, np.array([0.6]))[0], _dual(counts, np.array([10.0]))[0])


# ------------------------------------------------------------------------------------- on a page


@needs_tex
def test_a_figure_stands_on_the_page_of_its_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    record = view(derive(), crosscheck=False)
    own = Drawing(record.name, "hardening", "How mu_k and sigma go: {not} a \\macro.")
    monkeypatch.setattr(figures, "DRAWINGS", (own,))
    page = document.page([record], "A sample", document.Manner(illustrated=True))
    made = tex_engine.typeset(page, tex_engine.engine(), document.drawn([record]))
    text = " ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(made.pdf)).pages)
    assert made.warnings == ()
    assert "Figure 9.1" in text
    assert r"{not} a \macro" in text
    assert "responsibility" in text


def test_without_matplotlib_the_page_is_written_and_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(figures, "available", lambda: False)
    record = view(derive(), crosscheck=False)
    monkeypatch.setattr(figures, "DRAWINGS", (Drawing(record.name, "hardening", "x"),))
    assert document.drawn([record]) == {}
    assert main_derivation(derive, ["--tex", f"{tmp_path}/page.tex"]) == 0
    assert r"\wbillustration{figure" not in (tmp_path / "page.tex").read_text()
    assert capsys.readouterr().err == f"{figures.MISSING}\n"
