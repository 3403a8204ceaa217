"""Notebooks: fresh from their source, run, typeset; and whatever one holds does no harm and loses nothing else."""

from __future__ import annotations

import ast
import base64
import io
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pypdf
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell
from PIL import Image
from sample_derivation import derive
from tex_engines import every_engine, needs_tex

from derivations import discovery
from derivations.calculus import notation
from reports import document, tex_engine
from reports.cli import main_reports
from reports.notebook import __main__ as making
from reports.notebook import source, typesetting
from reports.notebook.command import blank_problem_8
from reports.notebook.errors import NotebookError
from reports.notebook.execution import execute
from reports.notebook.markdown import markdown
from reports.notebook.mathematics import LONGEST, RefusedError, checked
from reports.notebook.pictures import PictureError, Pictures
from reports.notebook.plain import LINES, printable, printed, shortened
from reports.notebook.reading import parsed, read
from reports.notebook.typesetting import Part


def text_of(pdf: bytes) -> str:
    """The characters of a PDF, without spaces: readers differ in where they see one."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return "".join("".join(page.extract_text() for page in pages).split())


def code(*cells: str) -> NotebookNode:
    return notebook_of([new_code_cell(cell) for cell in cells])


def notebook_of(cells: list[NotebookNode]) -> NotebookNode:
    found: NotebookNode = new_notebook(cells=cells)
    return found


# ------------------------------------------------------------------------------ from one source


def test_the_notebooks_are_what_their_source_says() -> None:
    assert [path.name for path, _ in making.stale_notebooks()] == []


def test_a_stale_notebook_is_noticed_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for made in source.ALL:
        (tmp_path / made.source).write_text(source.folder().joinpath(made.source).read_text("utf-8"), "utf-8")
    monkeypatch.setattr(source, "folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["x"])
    assert making.main() == 0
    changed = tmp_path / source.EXERCISE.file
    changed.write_text(changed.read_text("utf-8").replace("flower", "flour"), "utf-8")
    monkeypatch.setattr(sys, "argv", ["x", "--check"])
    assert making.main() == 1
    assert "clustering_exercise.ipynb is stale" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["x"])
    assert making.main() == 0
    assert making.stale_notebooks() == []


def test_who_reads_what() -> None:
    text = "all\n<!-- for students -->\nblank\n```python\nx = ...\n```\n<!-- for solutions -->\nfull\n<!-- for all -->\n```python\ny\n```\n"
    students, solutions = (source.from_text(text, reader) for reader in ("students", "solutions"))
    assert [cell.source for cell in students.cells] == ["all", "blank", "x = ...", "y"]
    assert [cell.source for cell in solutions.cells] == ["all", "full", "y"]
    assert [cell.cell_type for cell in students.cells] == ["markdown", "markdown", "code", "code"]
    nbformat.validate(students)
    with pytest.raises(NotebookError, match="within a block of code"):
        source.from_text("```python\nx", "students")


def test_the_form_with_blanks_holds_no_solution() -> None:
    blank, complete = source.notebook(source.EXERCISE), source.notebook(source.CLUSTERING)
    shown = {cell.source for cell in blank.cells}
    solutions = [cell.source for cell in complete.cells if cell.source not in shown]
    assert len(solutions) >= 8
    everything = "\n".join(shown)
    for line in (line for cell in solutions for line in cell.splitlines() if len(line) > 20):
        assert line not in everything or not line.startswith(
            ("from numeric", "    compressed[k] =", "labels =")
        )
    assert "numeric.clustering" not in everything
    assert "no spatial" not in everything
    assert sum(cell.source.count("...") for cell in blank.cells if cell.cell_type == "code") >= 8
    for cell in (*blank.cells, *complete.cells):
        if cell.cell_type == "code":
            ast.parse(cell.source)
    assert not any(" = ..." in cell.source for cell in complete.cells)


# ------------------------------------------------------------------------------------ formulas


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (r"\frac12 x_i^2", r"\frac{1}{2} x^{2}_{i}"),
        (r"f_k'", r"f'_{k}"),
        (r"x'^2_k", r"x'^{2}_{k}"),
        (r"a &= b \\ &= c", r"\begin{aligned}a & = b\\{} & = c\end{aligned}"),
        (r"\begin{align*} a &= b \\[2pt] c \end{align*}", r"\begin{aligned}a & = b\\{}c\end{aligned}"),
        (r"\sum\limits_i", r"\sum \limits_{i}"),
        (r"\text{if } x\%", r"\text{if } x \% "),
        (r"\operatorname*{first\,min}_k", r"\operatorname*{first\,min}_{k}"),
        (r"\mathbb{R}^{D \times D}", r"\mathbf{R}^{D \times  D}"),
        ("μ ≤ 1", r"{\mu} {\le} 1"),
        (r"\left. a \middle| b \right\}", r"\left. a \middle| b \right\} "),
    ],
)
def test_a_formula_is_written_anew(formula: str, written: str) -> None:
    assert checked(formula) == written


@pytest.mark.parametrize(
    "formula",
    [
        r"\input{/etc/passwd}",
        r"\write18{touch x}",
        r"\def\a{\a}\a",
        r"\csname input\endcsname",
        r"\text{\input{x}}",
        r"\text{$x$}",
        r"\operatorname{\input}",
        r"\begin{document}",
        r"\begin{array}{p{9cm}} a \end{array}",
        r"\begin{cases} a & b & c \end{cases}",
        r"\begin{matrix} a \end{cases}",
        r"\left( a",
        r"a \right)",
        r"x\limits_i",
        r"\big x",
        "x_1_2",
        "x^^5c",
        "a % b",
        "$",
        "#1",
        "}",
        "{",
        "",
        "\\",
        "漢",
        r"\frac" * 300,
        "{" * 300,
        r"\left(" * 300,
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_not_on_the_list_is_refused(formula: str) -> None:
    with pytest.raises(RefusedError):
        checked(formula)


def test_what_our_own_notation_writes_passes() -> None:
    for step in derive().steps:
        for formula in (notation.latex(step.statement, macros=False), notation.latex_display(step.statement)):
            assert checked(formula)


# ------------------------------------------------------------------------------- text and output


def test_markdown_becomes_latex() -> None:
    assert markdown("# A $x$") == "\\wbsection{\\texorpdfstring{A $x$}{A x}}\n"
    assert markdown("*a* **b** `c_d`") == "\\emph{a} \\textbf{b} \\texttt{c\\_d}\n\n"
    assert markdown("[a](https://x.y/?b=1#c_d)") == "\\href{https://x.y/?b=1\\#c\\_d}{a}\n\n"
    assert markdown("<b>") == "\\textless{}b\\textgreater{}\n\n"
    assert "\\item{} a" in markdown("3. a")
    assert "\\wbstart{2}" in markdown("3. a")
    assert "\\wbtable{lr}{a & b\\\\ \\hline\n1 & 2\\\\\n}" in markdown("|a|b|\n|-|-:|\n|1|2|")
    assert markdown("$$x$$") == "\\wbdisplay{x}\n\n"
    assert "not typeset" in markdown(r"$\input{x}$")
    assert markdown("$x$", formulas=False) == "\\texttt{x}\n\n"
    assert markdown("![](attachment:a)", pictures={"a": "PICTURE"}) == "PICTURE\n\n"


def test_lists_end_where_tex_knows_no_deeper_one() -> None:
    deep = markdown("\n".join("  " * level + "- x" for level in range(9)))
    assert deep.count("\\begin{wbitems}") == 4
    assert deep.count("x") == 9


def test_what_a_program_prints_is_cut_with_a_note() -> None:
    assert printed("\x1b[31mred\x1b[0m\nold\rnew\r\n") == "red\nnew\n"
    assert printed("/tmp/ipykernel_1/23.py:4: UserWarning") == "<cell>:4: UserWarning"
    assert printable("a\x07█σ\0") == "a<U+0007><U+2588>σ<U+0000>"
    lines = "\n".join(map(str, range(1000)))
    assert shortened(lines).note == f"{1000 - LINES} more lines are left out"
    assert shortened(lines, from_end=True).text.endswith("999")
    assert shortened("x" * 1_000_000).note == "lines are cut after 400 characters"
    started = time.monotonic()
    for unit in ("x", "\r", "\x1b[", "\x1b]", "/", "ipykernel_1/"):
        shortened(printed(unit * 500_000))
    assert time.monotonic() - started < 5


def test_pictures_are_decoded_and_written_anew() -> None:
    made = io.BytesIO()
    Image.new("RGBA", (3000, 1500), (255, 0, 0, 0)).save(made, "PNG", dpi=(150, 150))
    pictures = Pictures("p")
    encoded = base64.b64encode(made.getvalue()).decode()
    assert pictures.add(encoded) == "\\wbpicture{5.80in}{p-1.png}\n"
    with Image.open(io.BytesIO(pictures.files["p-1.png"])) as found:
        assert (found.mode, found.size, found.getpixel((0, 0))) == ("RGB", (3000, 1500), (255, 255, 255))
    for broken in ("AAAA", "no base64!", encoded[: len(encoded) // 2]):
        with pytest.raises(PictureError):
            pictures.add(broken)
    assert len(pictures.files) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "no notebook"),
        ("[]", "no notebook"),
        ('{"cells": 3}', "no notebook"),
        ("{}", "no notebook"),
    ],
)
def test_what_is_no_notebook_is_one_line(text: str, words: str) -> None:
    with pytest.raises(NotebookError, match=words) as caught:
        parsed(text, "x.ipynb")
    assert "\n" not in str(caught.value)


def test_old_outputs_are_not_taken_over(tmp_path: Path) -> None:
    stale = new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="old")], execution_count=7)
    (tmp_path / "x.ipynb").write_text(json.dumps(new_notebook(cells=[stale])))
    (cell,) = read(tmp_path / "x.ipynb").cells
    assert (cell.outputs, cell.execution_count) == ([], None)
    with pytest.raises(NotebookError, match="No such file"):
        read(tmp_path / "none.ipynb")
    (tmp_path / "y.ipynb").write_bytes(b"\xff\xfe")
    with pytest.raises(NotebookError, match="not text"):
        read(tmp_path / "y.ipynb")


# ------------------------------------------------------------------------------------ execution


def test_the_kernel_starts_from_fixed_seeds_and_leaves_nothing_behind(tmp_path: Path) -> None:
    cells = (
        "import numpy, subprocess, os, pathlib\nchild = subprocess.Popen(['sleep', '600'])",
        "print(numpy.random.rand(), hash('a'), child.pid, os.environ['IPYTHONDIR'])",
        "pathlib.Path('kept').write_text('x')",
    )
    done = execute(code(*cells), tmp_path)
    assert done.failure == ""
    drawn, hashed, child, folder = done.notebook.cells[1].outputs[0].text.split()
    assert (drawn, hashed) == ("0.5488135039273248", hash_in_a_fresh_process())
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert not Path(folder).exists()
    if os.name == "posix":
        with pytest.raises(ProcessLookupError):
            wait_for_end(int(child))


def hash_in_a_fresh_process() -> str:
    done = subprocess.run(
        [sys.executable, "-c", "print(hash('a'))"],
        env={**os.environ, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def wait_for_end(process: int) -> None:
    """Raises ProcessLookupError as soon as there is no such process, or only what remains of one."""
    for _ in range(50):
        os.kill(process, 0)
        status = Path(f"/proc/{process}/status")
        if status.exists() and "State:\tZ" in status.read_text():
            raise ProcessLookupError
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("source", "failure", "shown"),
    [
        ("while True: print('x' * 1000)", "cell 2 was stopped after 2 seconds", "was stopped"),
        ("import os\nos._exit(3)", "cell 2 ended its kernel", "ended its kernel"),
    ],
)
def test_a_cell_that_does_not_end_is_stopped(source: str, failure: str, shown: str) -> None:
    done = execute(code("1", source, "3"), seconds=2)
    assert done.failure == failure
    assert shown in done.notebook.cells[1].outputs[-1].traceback[0]
    assert sum(len(output.get("text", "")) for output in done.notebook.cells[1].outputs) < 3_000_000
    assert done.notebook.cells[2].outputs == []


def test_no_kernel_is_one_line() -> None:
    notebook = code("x")
    notebook.metadata["kernelspec"] = {"name": "cobol", "language": "cobol", "display_name": "COBOL"}
    with pytest.raises(NotebookError, match="there is no kernel cobol on this machine"):
        execute(notebook)


# ---------------------------------------------------------------------------------- problem 8


@pytest.fixture(scope="module")
def parts() -> dict[str, Part]:
    """Our notebooks, run, side by side: problem 8 twice, and the example."""
    wanted = {"problem 8": source.CLUSTERING, "again": source.CLUSTERING, "example": source.M_STEP}
    with ThreadPoolExecutor() as pool:
        running = {
            name: pool.submit(typesetting.run, source.notebook(made), made.file)
            for name, made in wanted.items()
        }
        return {name: future.result() for name, future in running.items()}


@pytest.fixture(scope="module")
def problem_8(parts: dict[str, Part]) -> Part:
    return parts["problem 8"]


def test_problem_8_runs_and_says_what_it_found(problem_8: Part) -> None:
    assert problem_8.failure == ""
    assert len(problem_8.figures) == 3
    printed = "".join(output.latex for cell in problem_8.cells for output in cell.outputs)
    assert "214\\ x\\ 320\\ pixels" in printed
    rows = [line.split("\\ ") for line in printed.splitlines() if "neighbours" in line]
    original, shuffled, drawn = (float(row[-1].rstrip("}")) for row in rows)
    assert original > 0.9
    assert max(shuffled, drawn) < 0.02
    means = ["".join(row[row.index("mean") :][:10]) for row in rows]
    assert len(means) == 3


def test_problem_8_is_the_same_in_every_run(parts: dict[str, Part]) -> None:
    assert parts["again"] == parts["problem 8"]


@every_engine
def test_problem_8_is_typeset_without_a_flaw(problem_8: Part, engine: str) -> None:
    made = tex_engine.typeset(problem_8.alone, tex_engine.engine(engine), problem_8.figures)
    assert made.warnings == ()
    reader = pypdf.PdfReader(io.BytesIO(made.pdf))
    outline = titles(reader.outline)
    assert outline[0] == "Problem 8: Compressing an image by clustering its pixels"
    assert "A mixture of Gaussians" in outline
    assert "noiseinthecoloursoftheflower" in text_of(made.pdf)
    assert sum(len(page.images) for page in reader.pages) == 3


@needs_tex
def test_the_example_derives_problem_3_and_sees_a_slip_refuted(parts: dict[str, Part]) -> None:
    part = parts["example"]
    assert part.failure == ""
    made = tex_engine.typeset(part.alone, tex_engine.engine(), part.figures)
    assert made.warnings == ()
    found = text_of(made.pdf)
    for piece in (
        "Problem3:TheM-stepoftheGaussianmixturePROVED",
        "Sigma.maximumPROVED",
        "mu.gradientREFUTED",
        "Counterexampleat",
        "leftside",
    ):
        assert piece in found, piece
    assert "nottypeset" not in found


def titles(outline: Any) -> list[str]:
    return titles_of_list(outline) if isinstance(outline, list) else [str(outline.title)]


def titles_of_list(outline: list[Any]) -> list[str]:
    return [title for item in outline for title in titles(item)]


@needs_tex
def test_the_form_with_blanks_is_typeset_without_a_flaw() -> None:
    part = typesetting.as_it_is(source.notebook(source.EXERCISE), source.EXERCISE.file)
    made = tex_engine.typeset(part.alone, tex_engine.engine(), part.figures)
    assert made.warnings == ()
    found = text_of(made.pdf)
    assert "Youranswer:" in found
    assert "noiseinthecolours" not in found
    assert "notrun" not in found


def test_the_exercises_end_with_the_form_with_blanks() -> None:
    part = blank_problem_8()
    page = document.exercises([], "Exercises", notebook=part)
    assert page.index(r"\wbproblem{Problem 8}") < page.index(r"\wbproblem{Hints}")
    assert "Your answer" in page
    assert "numeric.clustering" not in page


# -------------------------------------------------------------------------------- hostile text

HOSTILE = (
    r"""# Title \input{/etc/passwd} _a_ $x$ %&#

\input{/etc/passwd} \write18{touch /tmp/hacked-by-notebook} \end{document} \def\a{\a}\a ^^5cinput
$\input{/etc/passwd}$ $x_1_2$ $$\def\a{\a}\a$$ <script> 漢 # ~ ``q'' --- [b](file:///etc/passwd) ![c](/etc/passwd)

\begin{align} a \end{document} \end{align}

- 1
  - 2
    - 3
      - 4
        - 5

| a | $b$ |
|--|:-:|
| \\ | [2pt] |

```
code \end{wbcode} $x$ ^^M
```
## Heading `c_d` $\frac{1}{2}$

WWWW `VVVV` $$LONG$$
""".replace("WWWW", "w" * 900)
    .replace("VVVV", "v" * 300)
    .replace("LONG", "+".join(["a"] * 300))
)


def hostile() -> NotebookNode:
    show = (
        "from IPython.display import *\n"
        "display(Latex(r'$\\input{/etc/passwd}$'), Markdown(r'$\\frac12$ \\input{x}'), Latex(r'$\\frac{a}{b}$'))\n"
        "for form in ('image/png', 'image/svg+xml', 'text/x-strange'): display({form: 'AAAA'}, raw=True)"
    )
    cells = [
        "print('\\x00\\x07\\x1b[31mred\\x1b[0m', '█' * 300, '\\\\input{/etc/passwd} \\\\end{wbcode}')",
        "for i in range(50_000): print(i)",
        "print('x' * 1_000_000)",
        show,
        "raise ValueError('\\\\end{document} %')",
        "print('never')",
    ]
    return notebook_of([new_markdown_cell(HOSTILE), new_raw_cell("\\relax {"), *map(new_code_cell, cells)])


@needs_tex
def test_hostile_text_does_no_harm_and_loses_nothing() -> None:
    notebook = hostile()
    part = typesetting.run(notebook, "hostile.ipynb")
    using = tex_engine.engine()
    found = typesetting.tried(notebook, "hostile.ipynb", part, using)
    assert found is part  # nothing of it is refused by TeX
    assert part.failure == "cell 5 failed: ValueError: \\end{document} %"
    made = tex_engine.typeset(part.alone, using, part.figures)
    assert made.warnings == ()
    text = text_of(made.pdf)
    for piece in (
        r"\write18{touch/tmp/hacked-by-notebook}",
        r"\def\a{\a}\a",
        "<script>",
        "w" * 900,
        r"\end{wbcode}",
        "<U+0007>",
        "49940morelinesareleftout",
        "linesarecutafter400characters",
        "apicturethatisnotshown",
        "(text/x-strange)",
        "ValueError:",
        "notrun,becauseanearliercellfailed",
    ):
        assert piece in text, piece
    assert "root:" not in text
    assert not Path("/tmp/hacked-by-notebook").exists()


@needs_tex
def test_what_tex_refuses_is_shown_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a list that lets everything through, so that TeX meets a fence without its other half."""
    monkeypatch.setattr("reports.notebook.markdown.checked", lambda formula: formula)
    notebook = notebook_of([new_markdown_cell(r"before $\left($ after")])
    part, using = typesetting.as_it_is(notebook, "x.ipynb"), tex_engine.engine()
    found = typesetting.tried(notebook, "x.ipynb", part, using)
    assert "TeX refuses one" in found.complaint
    assert r"before\left(after" in text_of(tex_engine.typeset(found.alone, using).pdf)


# --------------------------------------------------------------------------------- the command


def saved(path: Path, notebook: NotebookNode) -> str:
    path.write_text(nbformat.writes(notebook), "utf-8")
    return str(path)


@needs_tex
def test_a_notebook_of_ones_own_is_problem_8(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One derivation and a notebook whose last cell fails: all of it is on the page, and the status says so."""
    monkeypatch.setattr(discovery, "OURS", tmp_path / "none")
    for name in ("none", "user"):
        (tmp_path / name).mkdir()
    (tmp_path / "user" / "one.py").write_text(
        '"""One."""\nfrom sample_derivation import derive as made\ndef derive():\n    return made()\n'
    )
    monkeypatch.setenv(discovery.VARIABLE, str(tmp_path / "user"))
    (tmp_path / "data.txt").write_text("from-the-folder")
    own = code("print(open('data.txt').read())", "1 / 0", "2")
    own.cells.insert(0, new_markdown_cell("# My clusters\n\n[a link](https://www.example.org/a?b=c)"))
    file = saved(tmp_path / "my.ipynb", own)
    arguments = ["one", "--detail", "brief", "--notebook", file, "--pdf", f"{tmp_path}/x.pdf"]
    assert main_reports(arguments) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "reports: cell 2 failed: ZeroDivisionError: division by zero\n")
    reader = pypdf.PdfReader(tmp_path / "x.pdf")
    found = text_of((tmp_path / "x.pdf").read_bytes())
    for piece in ("Problem9", "Problem8Myclusters", "from-the-folder", "ZeroDivisionError", "notrun"):
        assert piece in found, piece
    assert "Problem 8: My clusters" in titles(reader.outline)
    links = [item.get_object()["/A"] for page in reader.pages for item in page.get("/Annots", [])]
    assert "https://www.example.org/a?b=c" in [link.get("/URI") for link in links]
    targets = [link["/D"] for link in links if "/D" in link]
    pages = {reader.get_destination_page_number(reader.named_destinations[target]) for target in targets}
    (place,) = (
        number for number, page in enumerate(reader.pages) if "from-the-folder" in page.extract_text()
    )
    assert place in pages


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("none.ipynb", None, "cannot read"),
        ("text.ipynb", "hello", "is no notebook"),
        ("r.ipynb", '{"cells": [], "metadata": {"kernelspec": {"name": "ir", "display_name": "R", "language": '
         '"R"}}, "nbformat": 4, "nbformat_minor": 5}', "there is no kernel ir"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: str | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    assert main_reports(["--notebook", f"{tmp_path}/{name}", "--pdf", f"{tmp_path}/x.pdf"]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert words in err
    assert not (tmp_path / "x.pdf").exists()


def test_what_is_not_installed_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("reports.notebook.command.TO_RUN", ("no_such_module",))
    assert main_reports(["--pdf", f"{tmp_path}/x.pdf"]) == 2
    assert "pip install 'derivation-workbook[notebook]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--notebook", "x.ipynb", "--variant", "errata", "--pdf", "x.pdf"],
        ["--notebook", "x.ipynb", "--html", "x.html"],
        ["--notebook", "x.ipynb", "--tex", "x.tex", "--fragment"],
    ],
)
def test_where_no_notebook_goes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main_reports(arguments) == 2
    assert "--notebook goes with --variant solutions" in capsys.readouterr().err
