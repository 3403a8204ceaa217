r"""A lecturer's own: her macros in place of ours, and a derivation read by \input into her document."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from sample_derivation import derive

from reports import document, figures, tex_engine
from reports.cli import main_derivation
from reports.figures import Drawing
from reports.tex_engine import NoEngineError, Typeset

pypdf = pytest.importorskip("pypdf")

HERS = r"""% vectors with a word before them, and expectations in her own style
\newcommand{\vct}[1]{\mathrm{VEC}\,#1}
\newcommand{\logdet}{\operatorname{LOGDET}}
"""
DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{lmodern,amsmath,bm,graphicx}
\begin{document}
\section{Hers}
\input{part}
See~\eqref{step:1:3}.
\end{document}
"""


@pytest.fixture(params=["embedded", "pdflatex"])
def using(request: pytest.FixtureRequest) -> tex_engine.Engine:
    try:
        return tex_engine.engine(request.param)
    except NoEngineError:
        pytest.skip(f"no {request.param} here")


@pytest.fixture
def macros(tmp_path: Path) -> Path:
    path = tmp_path / "hers.tex"
    path.write_text(HERS)
    return path


def text_of(made: Typeset) -> str:
    pages = pypdf.PdfReader(io.BytesIO(made.pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def test_her_macros_take_the_place_of_ours(macros: Path, tmp_path: Path, using: tex_engine.Engine) -> None:
    page = tmp_path / "page.tex"
    assert main_derivation(derive, ["--tex", str(page), "--macros", str(macros)]) == 0
    found = text_of(tex_engine.typeset(page.read_text(), using))
    assert "VEC" in found
    assert "LOGDET" in found
    assert main_derivation(derive, ["--tex", str(page)]) == 0
    assert "VEC" not in text_of(tex_engine.typeset(page.read_text(), using))


def test_a_fragment_with_her_macros_and_its_figure_goes_into_her_document(
    macros: Path, tmp_path: Path, using: tex_engine.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "DRAWINGS", (Drawing("sample_derivation", "hardening", "To be seen."),))
    part = tmp_path / "part.tex"
    arguments = ["--tex", str(part), "--fragment", "--macros", str(macros)]
    assert main_derivation(derive, arguments) == 0
    (folder,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert {path.suffix for path in folder.iterdir()} == {".pdf"}
    source = part.read_text().replace(f"{folder.name}/", "")  # assets of the engine lie in one folder
    assets = {"part.tex": source.encode(), **{path.name: path.read_bytes() for path in folder.iterdir()}}
    made = tex_engine.typeset(DOCUMENT, using, assets)
    found = text_of(made)
    for words in ("1Hers", "Problem9Asample", "VEC", "Tobeseen", "responsibility", "See(9.3)", "[proved]"):
        assert words.lower() in found.lower(), words
    assert not [line for line in made.warnings if "undefined" in line or "Missing" in line]


def test_every_macro_of_the_notation_may_be_defined_by_her() -> None:
    ours = document.template_file("notation.tex")
    defined = re.findall(r"^\\(\w+)\{\\(\w+)\}", ours, re.MULTILINE)
    assert len(defined) > 10
    assert {how for how, _ in defined} == {"providecommand"}
    assert document.Manner(macros=HERS).notation.index("VEC") < document.Manner(macros=HERS).notation.index(
        "providecommand"
    )


@pytest.mark.parametrize(
    ("arguments", "content", "words"),
    [
        (["--tex", "-", "--macros", "{}/none.tex"], b"", "cannot read"),
        (["--tex", "-", "--macros", "{}/hers.tex"], b"\xff\xfe", "it is no text in UTF-8"),
        (["--macros", "{}/hers.tex"], b"", "--macros goes with --tex or --pdf"),
    ],
)
def test_what_is_wrong_with_her_file_is_said_in_one_line(
    arguments: list[str], content: bytes, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hers.tex").write_bytes(content)
    assert main_derivation(derive, [a.format(tmp_path) for a in arguments]) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert words in found.err
    assert found.err.count("\n") == 1
