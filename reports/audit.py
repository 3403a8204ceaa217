"""The command `python -m derivations.audit`: its options, its progress, its figures as text and as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from derivations import discovery
from derivations.audit.judging import Outcome
from derivations.audit.mutants import KINDS
from derivations.audit.runner import audit
from derivations.audit.subjects import AXIOM_TABLE, PRINTED
from derivations.audit.summary import Summary, Tally, per_engine
from reports.command import (
    FAILED,
    FINE,
    UsageError,
    add_outputs,
    carry_out,
    check_targets,
    parser,
    show,
    write_text,
)

USUAL = 5_000
COLUMNS = ("made", "refuted", "unknown", "accepted")


def main(argv: Sequence[str] | None = None) -> int:
    """The status of an audit: 0 if no false statement was let through, else 1."""
    return carry_out("derivations.audit", lambda: _audit(argv))


def _audit(argv: Sequence[str] | None) -> int:
    options = _options().parse_args(argv)
    names = _names(options.derivation)
    if options.json is not None:
        check_targets([options.json])
    if options.state is not None:
        _make(options.state)
    start = time.perf_counter()
    with _progress(options.sample) as seen:
        outcomes = audit(
            names, options.sample, options.seed, options.processes, options.state, seen, options.slip
        )
    summary, seconds = Summary(tuple(outcomes)), time.perf_counter() - start
    if options.json is None:
        show(text(summary, seconds))
    else:
        write_text(options.json, json.dumps(summary.as_json(seconds), indent=2) + "\n")
    return FINE if summary.sound else FAILED


def _make(folder: Path) -> None:
    """The folder for the outcomes. Raises UsageError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--state: cannot make the folder {folder}: {error.strerror or error}") from None


def _options() -> argparse.ArgumentParser:
    options = parser("derivations.audit", "Let the engines judge mutants of every claim and axiom.")
    add_outputs(options, ("json",))
    options.add_argument(
        "--sample", type=_count, default=USUAL, metavar="M", help=f"judge M mutants (default {USUAL}; 0: all)"
    )
    options.add_argument("--seed", type=int, default=0, metavar="S", help="draw other mutants")
    options.add_argument("--derivation", metavar="NAME", help="of one derivation only, or of the axioms")
    options.add_argument(
        "--slip",
        choices=KINDS,
        default="",
        metavar="KIND",
        help='of one kind only, such as "dropped hypothesis"',
    )
    options.add_argument(
        "-j", dest="processes", type=_processes, default=min(2, os.cpu_count() or 1), metavar="PROCESSES"
    )
    options.add_argument(
        "--state", type=Path, metavar="FOLDER", help="keep outcomes there, and go on where a run was stopped"
    )
    return options


def _count(text: str) -> int | None:
    """A number of mutants; 0 stands for all of them."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a number of mutants, got {text!r}")
    return int(text) or None


def _processes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"expected a number of processes, got {text!r}")
    return int(text)


def _names(derivation: str | None) -> list[str]:
    known = discovery.found()
    if derivation is None:
        return [*(name for each in known for name in (each, each + PRINTED)), AXIOM_TABLE]
    if derivation == AXIOM_TABLE:
        return [derivation]
    discovery.require(derivation, known)
    return [derivation, derivation + PRINTED]


@contextmanager
def _progress(count: int | None) -> Iterator[Callable[[Outcome], None]]:
    """A bar on a terminal, nothing in a pipe."""
    if not (sys.stderr.isatty() and sys.stdout.isatty()):
        yield lambda found: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("judging mutants", total=count)
        survivors = 0

        def seen(found: Outcome) -> None:
            nonlocal survivors
            survivors += found.survives
            what = f"judging mutants, {survivors} let through" if survivors else "judging mutants"
            bar.update(task, advance=1, description=what)

        yield seen


# --------------------------------------------------------------------------------------- text


def text(summary: Summary, seconds: float) -> str:
    """The figures as a table, and every mutant that should not have been accepted."""
    together = summary.together
    lines = [
        f"{together.made} mutants in {seconds:.0f} seconds: {together.refuted} refuted, "
        f"{together.unknown} undecided, {together.accepted} accepted.",
        f"Of those accepted, {summary.equivalent} are true all the same, and {len(summary.survivors)} are not.",
        "",
        *_table("engine", {**per_engine(summary.outcomes), "together": together}, ("wrongly",)),
        "",
        *_table("derivation", summary.by("derivation")),
        "",
        *_table("slip", summary.by("slip")),
    ]
    for title, found in (
        ("Let through", summary.survivors),
        ("Shown by the rules or accepted by the checker, refuted at instances", summary.disagreements),
        ("Claims that are proved without a hypothesis they list", summary.unneeded),
        ("Claims without a counterexample to one of their hypotheses", summary.unrefuted),
    ):
        if found:
            lines += ["", f"{title}:", *(f"  {o.name}  ({o.together}) {o.why}".rstrip() for o in found)]
    return "\n".join(lines) + "\n"


def _table(title: str, rows: dict[str, Tally], more: tuple[str, ...] = ()) -> list[str]:
    columns = (*COLUMNS, *more)
    width = max(len(name) for name in (title, *rows))
    head = f"{title:{width}}" + "".join(f"{column:>10}" for column in columns)
    body = (
        f"{name:{width}}" + "".join(f"{getattr(row, column):>10}" for column in columns)
        for name, row in rows.items()
    )
    return [head, *body]
