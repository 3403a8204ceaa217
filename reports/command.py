"""What all commands share: one-line errors, exit statuses, output to files and to standard output."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

from derivations.calculus.evidence import Verdict
from derivations.discovery import DiscoveryError
from reports.files import STDOUT, UnwritableError, check_writable, write_whole
from reports.terminal import Screen

FINE, FAILED, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """The command cannot be carried out as it was given; the message says what to do."""


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, with status 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (--help lists the options)")


def parser(command: str, description: str) -> OneLineParser:
    return OneLineParser(prog=f"python -m {command}", description=description, allow_abbrev=False)


def add_outputs(options: argparse.ArgumentParser, formats: Iterable[str]) -> None:
    """--json, --tex, ...: each with a file, or alone for standard output."""
    for name in formats:
        options.add_argument(
            f"--{name}",
            nargs="?",
            const=STDOUT,
            metavar="FILE",
            help=f"write {name.upper()} (to FILE, or to standard output)",
        )


def carry_out(command: str, run: Callable[[], int]) -> int:
    """The status of a command; whatever goes wrong is said in one line on standard error."""
    if sys.stdout is None:  # closed from the beginning: whoever did that wants to see nothing
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (as long as the process)
    try:
        status = run()
        sys.stdout.flush()
        return status
    except (UsageError, UnwritableError, DiscoveryError) as error:
        return _complain(command, str(error))
    except BrokenPipeError:
        _discard_output()
        return _complain(command, "standard output was closed before everything was written")
    except OSError as error:
        _discard_output()
        return _complain(command, f"cannot read or write: {error}")
    except KeyboardInterrupt:
        return _complain(command, "interrupted; nothing more is written", INTERRUPTED)


def _complain(command: str, message: str, status: int = UNUSABLE) -> int:
    line = " ".join(message.split())
    encoding = getattr(sys.stderr, "encoding", None) or "ascii"
    print(f"{command}: {line.encode(encoding, 'replace').decode(encoding)}", file=sys.stderr)
    return status


def tell(message: str) -> None:
    """One line on standard error about what was left out: no failure, but nothing to keep quiet about."""
    print(message, file=sys.stderr)


def _discard_output() -> None:
    """Let the interpreter close standard output without a second complaint."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass  # no file behind it: nothing to discard


# ---------------------------------------------------------------------------------------- output


def check_targets(targets: Sequence[str]) -> None:
    """Say before any work is done that a file cannot be written, or that two share one place."""
    repeated = {target for target in targets if targets.count(target) > 1}
    if repeated:
        place = "standard output" if STDOUT in repeated else repeated.pop()
        raise UsageError(f"two outputs go to {place}; give each a file of its own")
    for target in targets:
        check_writable(target)


def read_text(path: str) -> str:
    """The text of a user's file. Raises UsageError."""
    try:
        return Path(path).read_text("utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"cannot read {path}: it is no text in UTF-8") from None


def write_text(target: str, text: str) -> None:
    """Text to a file, whole or not at all, or to standard output."""
    if target == STDOUT:
        show(text)
    else:
        write_whole(Path(target), text.encode("utf-8"))


def write_bytes(target: str, content: bytes) -> None:
    if target != STDOUT:
        write_whole(Path(target), content)
    elif sys.stdout.isatty():
        raise UsageError("a PDF is not shown on a terminal; give a FILE")
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def show(text: str) -> None:
    """Text to standard output; a character that it cannot encode becomes a question mark, not an error."""
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()


def screen(ascii: bool) -> Screen:
    """What standard output can show."""
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return Screen(width=_columns(), ascii=ascii or not _has_unicode(sys.stdout), colour=colour)


def _columns() -> int:
    return max(40, shutil.get_terminal_size((100, 24)).columns)


def _has_unicode(stream: TextIO) -> bool:
    try:
        "∑⁻¹ᵀ".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


@contextmanager
def progress(what: str) -> Iterator[None]:
    """A sign of life on a terminal, nothing in a pipe."""
    if not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


# ---------------------------------------------------------------------------------------- status


def status(verdicts: Iterable[Verdict], agrees: bool, strict: bool) -> int:
    """0 if nothing failed, else 1; with `strict`, what is merely CHECKED fails too."""
    bad = {Verdict.REFUTED, Verdict.UNKNOWN} | ({Verdict.CHECKED} if strict else set())
    return FAILED if not agrees or bad & set(verdicts) else FINE
