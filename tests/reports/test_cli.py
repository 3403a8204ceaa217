"""The commands: what they print, where they write, and the status they end with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import sample_derivation
from sample_derivation import derive, derive_doubtful, good_steps, made, step

from derivations import discovery
from derivations.calculus.evidence import Verdict
from derivations.calculus.statements import LessEqual
from derivations.discovery import DiscoveryError
from derivations.proof.steps import Derivation
from numeric import crosscheck
from numeric.benchmark import run as benchmark
from numeric.command import command
from reports import cli, tex_engine
from reports.audit import main as main_audit
from reports.cli import main_derivation, main_problems, main_reports
from reports.command import UsageError
from reports.notebook.command import blank_problem_8
from reports.pages import Page, write_pdf, write_tex

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = Path(sample_derivation.__file__)
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; gives its status, its output and its complaints."""
    monkeypatch.setenv("COLUMNS", "100")

    def command(*arguments: str, of: Callable[[], Derivation] = derive) -> tuple[int, str, str]:
        status = main_derivation(of, list(arguments))
        return (status, *capsys.readouterr())

    return command


def complaint(result: tuple[int, str, str], status: int = 2) -> str:
    """The one line on standard error of a command that could not be carried out."""
    found, out, err = result
    assert found == status
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


# ------------------------------------------------------------------------------- what goes well


def test_the_derivation_in_the_terminal(run: Run) -> None:
    status, out, err = run()
    assert (status, err) == (0, "")
    assert out.startswith("Problem 9: A sample\n")
    assert "sample_derivation: PROVED" in out.splitlines()[-1]


def test_json_alone_on_standard_output(run: Run) -> None:
    status, out, err = run("--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["verdict"] == "PROVED"
    assert run("--json", "-") == (0, out, "")


def test_several_files_at_once(run: Run, tmp_path: Path) -> None:
    status, out, err = run("--json", f"{tmp_path}/a.json", "--tex", f"{tmp_path}/a.tex")
    assert (status, out, err) == (0, "", "")
    assert json.loads((tmp_path / "a.json").read_text())["problem"] == 9
    assert (tmp_path / "a.tex").read_text().rstrip().endswith(r"\end{document}")
    assert len(list(tmp_path.iterdir())) == 2


def test_a_fragment_has_no_preamble(run: Run) -> None:
    _, out, _ = run("--tex", "--fragment")
    assert r"\wbproblem{Problem 9}{A sample}" in out
    assert r"\begin{document}" not in out


def test_one_step(run: Run) -> None:
    status, out, _ = run("--step", "mu.gradient")
    assert status == 0
    assert "indices: normal form" in out
    assert "counts" in out
    assert "mu.maximum" not in out
    _, out, _ = run("--step", "mu.gradient", "--json")
    assert json.loads(out)["id"] == "mu.gradient"


def test_steps_at_concrete_numbers(run: Run) -> None:
    status, out, err = run("--at", "N=2,K=1,D=1", "--step", "mu.gradient")
    assert (status, err) == (0, "")
    sides = [line.split(":", 1)[1].strip() for line in out.splitlines() if "side:" in line]
    assert len(sides) == 2
    assert sides[0] == sides[1]


def test_steps_at_concrete_numbers_on_a_page(run: Run, tmp_path: Path) -> None:
    status, out, err = run("--at", "N=2,K=1,D=1", "--html", f"{tmp_path}/x.html")
    assert (status, out, err) == (0, "", "")
    assert 'class="instance"' in (tmp_path / "x.html").read_text("utf-8")
    assert "leave out the other files" in complaint(run("--at", "N=2", "--html", "x.html", "--tex"))


def test_a_page_without_its_packages(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fontTools", None)
    assert "pip install 'derivation-workbook[html]'" in complaint(run("--html"))


@pytest.mark.parametrize(
    ("which", "arguments", "status"),
    [
        (derive, (), 0),
        (derive, ("--strict",), 0),
        (derive_doubtful, (), 1),
        (derive_doubtful, ("--json",), 1),
        (derive_doubtful, ("--step", "unknown"), 1),
        (derive_doubtful, ("--step", "checked"), 0),
        (derive_doubtful, ("--step", "checked", "--strict"), 1),
        (derive_doubtful, ("--step", "counts"), 0),
    ],
)
def test_the_status_is_the_verdict(
    run: Run, which: Callable[[], Derivation], arguments: tuple[str, ...], status: int
) -> None:
    assert run(*arguments, of=which)[0] == status


def test_a_checked_claim_is_no_failure_unless_strict(run: Run) -> None:
    def checked() -> Derivation:
        statement = LessEqual(sample_derivation.N, sample_derivation.N)
        return made((*good_steps(), step("c", statement, Verdict.CHECKED)))

    assert run(of=checked)[0] == 0
    assert run("--strict", of=checked)[0] == 1


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a null device")
def test_a_device_is_written_into(run: Run) -> None:
    assert run("--tex", "/dev/null")[0] == 0
    assert not Path("/dev/null").is_file()


# --------------------------------------------------------------------------- what the user got wrong


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--jsn",), "unrecognized arguments: --jsn"),
        (("--step", "mu.gradent"), "there is no step 'mu.gradent' in test_cli; did you mean mu.gradient?"),
        (("--step", "zzz"), "there are counts, jacobi"),
        (("--json", "--tex"), "two outputs go to standard output"),
        (("--fragment",), "--fragment goes with --tex"),
        (("--engine", "pdflatex"), "--engine goes with --pdf"),
        (("--engine", "word", "--pdf", "x"), "invalid choice: 'word'"),
        (("--at", "N=0"), "--at takes sizes"),
        (("--at", ""), "--at takes sizes"),
        (("--at", "N=2,M=3"), "has no size M; its sizes are D, K, N"),
        (("--at", "N=2", "--json"), "--at shows numbers"),
        (("--step", "counts", "--tex"), "--step shows one step"),
    ],
)
def test_a_mistake_is_one_line(run: Run, arguments: tuple[str, ...], words: str) -> None:
    if "sample" in words:
        words = words.replace("sample", "test")
    assert words.replace("test_cli", "sample_derivation") in complaint(run(*arguments))


def test_an_unwritable_file_is_said_before_anything_is_derived(run: Run, tmp_path: Path) -> None:
    def never() -> Derivation:
        raise AssertionError("derived in vain")

    assert "there is no folder" in complaint(run("--tex", f"{tmp_path}/no/x.tex", of=never))
    assert "it is a folder" in complaint(run("--json", str(tmp_path), of=never))


def test_an_error_in_a_derivation_is_one_line_with_the_place(run: Run) -> None:
    def broken() -> Derivation:
        raise ValueError("two steps are called\nmu")

    found = complaint(run(of=broken))
    assert "ValueError in test_cli.py, line" in found
    assert "two steps are called mu" in found


def test_without_an_engine_the_source_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tex_engine, "_FINDERS", dict.fromkeys(tex_engine.NAMES, lambda: None))
    found = complaint(run("--pdf", f"{tmp_path}/x.pdf"))
    assert "pip install" in found
    assert "apt install" in found
    assert "the page was written as" in found
    assert [path.name for path in tmp_path.iterdir()] == ["x.tex"]
    assert "pip install" in complaint(run("--pdf"))
    (tmp_path / "x.tex").write_text("mine")
    assert "was left as it is" in complaint(run("--pdf", f"{tmp_path}/x.pdf"))
    assert (tmp_path / "x.tex").read_text() == "mine"


def test_a_tex_file_has_its_figures_in_a_folder_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page("\\documentclass{article}", {"../one.png": b"1"})
    write_tex(f"{tmp_path}/my page.tex", page)
    assert (tmp_path / "my page.tex").read_text().startswith(r"\newcommand{\wbfolder}{my-page-figures/}")
    assert (tmp_path / "my-page-figures" / "one.png").read_bytes() == b"1"
    write_tex("-", page)
    assert capsys.readouterr().out == page.source
    monkeypatch.setattr(tex_engine, "_FINDERS", dict.fromkeys(tex_engine.NAMES, lambda: None))
    with pytest.raises(UsageError, match="no TeX engine"):
        write_pdf(f"{tmp_path}/other.pdf", page, None)
    assert (tmp_path / "other-figures" / "one.png").exists()


# ----------------------------------------------------------------------------------- all of them


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on DERIVATIONS_PATH, in the place of ours."""
    monkeypatch.setattr(discovery, "OURS", tmp_path / "none")
    (tmp_path / "none").mkdir()
    (tmp_path / "user").mkdir()
    monkeypatch.setenv(discovery.VARIABLE, str(tmp_path / "user"))
    yield tmp_path / "user"
    for path in (tmp_path / "user").glob("*.py"):
        sys.modules.pop(path.stem, None)


def put(folder: Path, name: str, which: str = "derive") -> None:
    text = f'"""Sample {name}.\n\nMore."""\nfrom sample_derivation import {which}\ndef derive():\n    return {which}()\n'
    (folder / f"{name}.py").write_text(
        text.replace("import derive\n", "import derive as made\n").replace("return derive()", "return made()")
    )


def test_derivations_are_found_and_listed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "one")
    (folder / "no_derivation.py").write_text("x = 1\n")
    (folder / "_private.py").write_text("def derive(): ...\n")
    assert list(discovery.found()) == ["one"]
    assert main_problems(["--list"]) == 0
    assert capsys.readouterr().out == "one: Sample one.\n"
    assert discovery.load("one")().problem == 9


def test_the_table_of_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(folder, "one")
    put(folder, "two", "derive_doubtful")
    assert main_problems(["--ascii"]) == 1
    out = capsys.readouterr().out
    assert out.count("A sample") == 2
    assert "REFUTED  2 derivations" in out
    assert main_problems(["--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {"verdict", "seconds", "derivations"}
    assert [item["verdict"] for item in found["derivations"]] == ["PROVED", "REFUTED"]


def test_discovery_says_what_is_wrong(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(folder, "one")
    with pytest.raises(DiscoveryError, match="no derivation 'onne'; did you mean one"):
        discovery.load("onne")
    monkeypatch.setenv(discovery.VARIABLE, os.pathsep.join([str(folder)] * 2))
    with pytest.raises(DiscoveryError, match="two derivations are called one"):
        discovery.found()
    monkeypatch.setenv(discovery.VARIABLE, f"{folder}/none")
    with pytest.raises(DiscoveryError, match="no folder"):
        discovery.found()
    monkeypatch.setenv(discovery.VARIABLE, str(folder))
    (folder / "bad.py").write_text("def derive(:\n")
    with pytest.raises(DiscoveryError, match=r"cannot read .*bad\.py"):
        discovery.found()


BROKEN = {
    "import nothere\ndef derive():\n    return 1\n": "broken: ModuleNotFoundError in broken.py, line 1: No module",
    "def derive():\n    return 1 / 0\n": "broken: ZeroDivisionError in broken.py, line 2: division",
    "def derive():\n    return 1\n": "broken: expected derive() to give a Derivation, got int",
}


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_file_is_said_in_one_line_by_every_command(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "broken.py").write_text(text)
    for main, arguments in (
        (main_problems, ["--json"]),
        (main_reports, ["broken", "--tex", "-"]),
        (main_audit, ["--derivation", "broken", "--sample", "2", "-j", "1"]),
    ):
        assert BROKEN[text] in complaint((main(arguments), *capsys.readouterr()))
    monkeypatch.setattr(sys, "argv", ["", "broken"])
    for numeric in (crosscheck.main, benchmark.main):
        assert BROKEN[text] in complaint((command(numeric), *capsys.readouterr()))


def test_a_syntax_error_is_told_with_its_line(folder: Path) -> None:
    (folder / "bad.py").write_text("x = 1\ndef derive(:\n")
    with pytest.raises(DiscoveryError, match=r"cannot read .*bad\.py: line 2: invalid syntax"):
        discovery.found()


def test_our_own_derivations_are_found() -> None:
    assert "gmm_mstep" in discovery.found()
    assert "discovery" not in discovery.found()
    assert discovery.is_ours("gmm_mstep")
    assert not discovery.is_ours("discovery")


@pytest.mark.parametrize(
    ("main", "arguments", "words"),
    [
        (main_problems, ["-j", "0"], "-j takes a number"),
        (main_problems, ["-j", "x"], "invalid int value"),
        (main_reports, [], "say what to make"),
        (main_reports, ["--html", "-", "--variant", "exercises"], "is for paper"),
        (main_reports, ["--tex", "--html"], "two outputs go to standard output"),
        (main_reports, ["gmm_mstp", "--tex", "-"], "did you mean gmm_mstep?"),
        (main_problems, ["--json", ""], "without a name"),
        (main_audit, ["--sample", "2", "--state", "/dev/null/nope"], "cannot make the folder"),
    ],
)
def test_mistakes_of_the_other_commands(
    main: Callable[[list[str]], int], arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert words in complaint((main(arguments), *capsys.readouterr()))


def test_one_document_of_all(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blank = blank_problem_8()
    monkeypatch.setattr(cli, "problem_8", lambda file, engine: blank)
    put(folder, "one")
    put(folder, "two", "derive_doubtful")
    assert main_reports(["--tex", f"{tmp_path}/all.tex"]) == 1
    found = (tmp_path / "all.tex").read_text()
    assert found.count(r"\wbproblem{Problem 9}") == 2
    assert found.count(r"\wbproblem{Problem 8}") == 1
    assert r"\pageref{notebook}" in found
    assert r"\pageref{problem:2}" in found
    assert main_reports(["one", "--tex", "-", "--detail", "brief"]) == 0
    out = capsys.readouterr().out
    assert out.count(r"\wbproblem{") == 1
    assert r"\wbevidence{" not in out.split(r"\begin{document}")[1]


# --------------------------------------------------------------------------------- whole processes


def process(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """The sample as a program of its own, which heeds Ctrl-C even where these tests run in the background."""
    return subprocess.Popen(
        [sys.executable, str(SAMPLE), *arguments],
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL) if os.name == "posix" else None,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", **environment},
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_a_full_device_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "derivations", "--list"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot read or write" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="a shell of POSIX")
@pytest.mark.parametrize("command_line", ["derivations --list", "numeric.crosscheck kmedians"])
def test_whoever_closes_standard_output_sees_nothing(command_line: str) -> None:
    done = subprocess.run(
        f"{sys.executable} -m {command_line} >&-",
        shell=True,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_unicode_on_an_ascii_terminal_does_not_raise() -> None:
    running = process(PYTHONIOENCODING="ascii")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    assert out.isascii()
    assert "sum_i gamma[i,k]" in out


def test_a_closed_pipe_is_one_line() -> None:
    running = process("--json", SAMPLE_SECONDS="1")
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    err = running.stderr.read()
    running.stderr.close()
    assert running.wait(timeout=60) == 2
    assert err.count("\n") == 1
    assert "standard output was closed" in err


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    begun = tmp_path / "begun"
    running = process("--tex", f"{tmp_path}/out/x.tex", SAMPLE_SECONDS="60", SAMPLE_BEGUN=str(begun))
    while not begun.exists() and running.poll() is None:
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.splitlines() == ["derivations.sample_derivation: interrupted; nothing more is written"]
    assert (out, list((tmp_path / "out").iterdir())) == ("", [])


def test_no_progress_in_a_pipe() -> None:
    running = process("--json", SAMPLE_SECONDS="0.3")
    out, err = running.communicate(timeout=60)
    assert (running.returncode, err) == (0, "")
    json.loads(out)


def test_processes_do_not_change_the_result(folder: Path, tmp_path: Path) -> None:
    """A derivation finds its way to a process of its own and back."""
    put(folder, "one")
    put(folder, "two", "derive_doubtful")
    script = (
        "from pathlib import Path; from derivations import discovery; from reports.cli import main_problems\n"
        f"discovery.OURS = Path({str(tmp_path / 'none')!r})\n"
        "raise SystemExit(main_problems(['--json', '-j', {}]))"
    )
    places = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    found = [
        subprocess.run(
            [sys.executable, "-c", script.replace("{}", f"'{number}'")],
            capture_output=True,
            text=True,
            env={**os.environ, **places},
            timeout=120,
        )
        for number in (1, 2)
    ]
    assert [(run.returncode, run.stderr) for run in found] == [(1, "")] * 2
    one, two = (json.loads(run.stdout) | {"seconds": 0} for run in found)
    assert one == two
    assert [item["verdict"] for item in one["derivations"]] == ["PROVED", "REFUTED"]
