"""A new derivation is one file: put into an empty folder it gets verdicts, code, a comparison and a page."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NAME = "poisson_mixture"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(HERE / f"{NAME}.py", place)
    return place


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "DERIVATIONS_PATH": str(folder), "PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


def test_it_is_found_judged_coded_compared_and_typeset(folder: Path) -> None:
    before = tree(folder), tree(ROOT / "numeric" / "generated")
    assert f"{NAME}: A mixture of Poisson variables" in run(folder, "-m", "derivations", "--list")
    derived: dict[str, Any] = json.loads(run(folder, f"{NAME}.py", "--json"))
    assert derived["verdict"] == "PROVED"
    assert [update["name"] for update in derived["updates"]] == ["pi", "rate"]
    assert all(update["crosscheck"]["verdict"] == "AGREES" for update in derived["updates"])
    compared = json.loads(run(folder, "-m", "numeric.crosscheck", NAME, "--json"))["crosschecks"]
    assert [(one["against"], one["verdict"]) for one in compared] == [(["50 digits"], "AGREES")] * 2
    page = run(folder, "-m", "reports", NAME, "--tex", "-")
    assert "Poisson" in page
    assert r"def\ rate(" in page
    assert (tree(folder), tree(ROOT / "numeric" / "generated")) == before
