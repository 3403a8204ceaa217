"""The commands: `python -m derivations.NAME`, `python -m derivations`, `python -m reports`."""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from derivations import discovery
from derivations.calculus.evidence import Verdict
from derivations.printed import printed_lines
from derivations.proof.printed import Printed, PrintedVerdict
from derivations.proof.replaying import replayed
from derivations.proof.steps import Derivation
from derivations.proof.verdicts import weakest
from reports import as_json, figures, terminal, tex_engine
from reports.command import (
    UsageError,
    add_outputs,
    carry_out,
    check_targets,
    parser,
    progress,
    read_text,
    screen,
    show,
    status,
    tell,
    write_text,
)
from reports.errata import ProblemErrata, problem_errata
from reports.notebook.command import blank_problem_8, problem_8, told
from reports.pages import Page, write_pdf, write_tex
from reports.view import DerivationView, StepView, view

if TYPE_CHECKING:
    from reports.at_numbers import Numbers
    from reports.notebook.typesetting import Part

T = TypeVar("T")
ERRATA = "Clustering: errata of the exercise sheet"
EXERCISES = "Clustering: the exercise sheet"
SHEET = "Clustering: the exercise sheet, solved"


# ------------------------------------------------------------------------------ one derivation


def main_derivation(derive: Callable[[], Derivation], argv: Sequence[str] | None = None) -> int:
    """`python -m derivations.NAME`: the status of what the arguments ask for."""
    name = Path(getattr(derive, "__code__").co_filename).stem  # noqa: B009 (a callable need not be a function)
    return carry_out(f"derivations.{name}", lambda: _one(name, derive, argv))


def _one(name: str, derive: Callable[[], Derivation], argv: Sequence[str] | None) -> int:
    options = _derivation_options(name).parse_args(argv)
    outputs = _outputs(options, ("json", "tex", "html", "pdf"))
    _check_together(options, outputs)
    options.macros = _macros(options)
    sizes = {} if options.at is None else _sizes(options.at)
    with _reading(name, bool(outputs) and options.step is None) as printed:
        with progress(f"deriving {name}"):
            derivation = _told(name, derive)
        if options.replay:
            with progress(f"replaying {name}"):
                derivation = replayed(derivation)
        shown = [step.id for step in derivation.steps]
        if options.step is not None and options.step not in shown:
            raise UsageError(f"there is no step {options.step!r} in {name}{_nearest(options.step, shown)}")
        beside = {} if options.at is None else _at(derivation, sizes, options)
        if options.at is not None and not outputs:
            return _show_at(derivation, beside, options)
        with progress(f"checking the code of {name}"):
            record = view(derivation, crosscheck=options.step is None)
        record = record.with_printed(_told(name, printed))
    if not outputs:
        _show(record, options)
    _write(outputs, [record], record.title, options, beside)
    verdicts = [derivation.verdict if options.step is None else derivation.step(options.step).verdict]
    return status(verdicts, record.agrees, options.strict)


@contextmanager
def _reading(name: str, wanted: bool) -> Iterator[Callable[[], tuple[Printed, ...]]]:
    """The printed lines of a problem, judged in a process of their own while the problem is derived."""
    if not (wanted and discovery.is_ours(name)):
        yield tuple
        return
    # where a fork is safe (no thread has begun here), nothing has to be imported again
    with ProcessPoolExecutor(1, get_context("fork" if sys.platform == "linux" else "spawn")) as pool:
        yield pool.submit(printed_lines, name).result


def _derivation_options(name: str) -> argparse.ArgumentParser:
    options = parser(f"derivations.{name}", "Derive, prove and show one problem of the sheet.")
    add_outputs(options, ("json", "tex", "html", "pdf"))
    options.add_argument("--step", metavar="ID", help="one step with all its evidence")
    options.add_argument("--at", metavar="N=5,K=3,D=2", help="each step at concrete numbers")
    _add_page_options(options)
    options.add_argument("--replay", action="store_true", help="have SymPy go over it, on explicit matrices")
    options.add_argument("--strict", action="store_true", help="status 1 also for what is merely CHECKED")
    options.add_argument("--ascii", action="store_true", help="no character beyond ASCII")
    return options


def _add_page_options(options: argparse.ArgumentParser) -> None:
    """How a page is made, for one derivation and for all."""
    options.add_argument("--engine", choices=tex_engine.NAMES, help="the TeX that makes a PDF")
    options.add_argument("--fragment", action="store_true", help="with --tex: no preamble, to \\input")
    options.add_argument(
        "--macros", metavar="FILE", help="with --tex, --pdf: your notation, in place of ours"
    )


def _macros(options: argparse.Namespace) -> str:
    """The notation of the user's own, if there is any."""
    if options.macros is None:
        return ""
    if options.tex is None and options.pdf is None:
        raise UsageError("--macros goes with --tex or --pdf")
    return read_text(options.macros)


def _outputs(options: argparse.Namespace, formats: Sequence[str]) -> dict[str, str]:
    """The formats asked for and where they go."""
    found = {name: getattr(options, name) for name in formats if getattr(options, name) is not None}
    check_targets(list(found.values()))
    return found


def _check_together(options: argparse.Namespace, outputs: dict[str, str]) -> None:
    """Options that make no sense together, or without each other."""
    if options.fragment and "tex" not in outputs:
        raise UsageError("--fragment goes with --tex")
    if options.engine and "pdf" not in outputs:
        raise UsageError("--engine goes with --pdf")
    if options.at is not None and set(outputs) - {"html"}:
        raise UsageError("--at shows numbers on the terminal or as --html; leave out the other files")
    if options.step is not None and set(outputs) - {"json"}:
        raise UsageError("--step shows one step on the terminal or as --json; leave out the other files")


def _told(name: str, work: Callable[[], T]) -> T:
    """What some work gives; an error in it is said in one line, with the place."""
    try:
        return work()
    except discovery.DiscoveryError:
        raise
    except Exception as error:
        raise UsageError(discovery.blamed(error, name)) from error


def _nearest(wrong: str, right: Sequence[str]) -> str:
    near = difflib.get_close_matches(wrong, right, 1)
    return (
        f"; did you mean {near[0]}?"
        if near
        else f"; there are {', '.join(right[:12])}{', ...' * (len(right) > 12)}"
    )


def _show(record: DerivationView, options: argparse.Namespace) -> None:
    on = screen(options.ascii)
    if options.step is None:
        show(terminal.derivation(record, on))
    else:
        show(terminal.step(record, _step(record, options.step), on))


def _step(record: DerivationView, name: str) -> StepView:
    return next(step for step in record.steps if step.id == name)


def _write(
    outputs: dict[str, str],
    records: Sequence[DerivationView],
    title: str,
    options: argparse.Namespace,
    beside: Mapping[str, Numbers] | None = None,
    notebook: Part | None = None,
) -> None:
    """Every file asked for; on a web page each step has its numbers `beside` it, if there are any."""
    if "json" in outputs:
        (record,) = records
        one = options.step
        found = as_json.derivation(record) if one is None else as_json.step(_step(record, one))
        write_text(outputs["json"], as_json.dump(found))
    if not outputs.keys() & {"tex", "html", "pdf"}:
        return
    from reports import web  # the template engine is not needed before

    full = getattr(options, "detail", "full") == "full"
    if "html" in outputs:
        web.write(outputs["html"], lambda: web.page(records, title, full, beside))
    if outputs.keys() & {"tex", "pdf"}:
        _write_tex(outputs, records, title, full, options, notebook)
    if not figures.available() and any(figures.of(record.name) for record in records):
        tell(figures.MISSING)


def _write_tex(
    outputs: dict[str, str],
    records: Sequence[DerivationView],
    title: str,
    full: bool,
    options: argparse.Namespace,
    notebook: Part | None,
) -> None:
    """The pages as TeX or typeset, with their figures where these can be drawn."""
    from reports import document

    with progress("drawing"):
        drawn = document.drawn(records)
    manner = document.Manner(full, bool(drawn), options.macros)
    shown = {} if notebook is None else notebook.figures
    page = Page(document.page(records, title, manner, notebook), {**drawn, **shown})
    if "tex" in outputs:
        part = Page(document.fragment(records, manner), drawn)
        write_tex(outputs["tex"], part if options.fragment else page)
    if "pdf" in outputs:
        write_pdf(outputs["pdf"], page, options.engine)


# --------------------------------------------------------------------------- at concrete numbers


def _sizes(text: str) -> dict[str, int]:
    """`N=5,K=3` as numbers."""
    found: dict[str, int] = {}
    for part in text.split(","):
        match = re.fullmatch(r"\s*([A-Za-z_]\w*)\s*=\s*([1-9][0-9]{0,3})\s*", part)
        if match is None:
            raise UsageError(f"--at takes sizes such as N=5,K=3,D=2, got {part.strip()!r}")
        found[match[1]] = int(match[2])
    return found


def _at(derivation: Derivation, sizes: dict[str, int], options: argparse.Namespace) -> dict[str, Numbers]:
    """What each step says at these sizes, or the one step asked for."""
    from reports.at_numbers import at_numbers

    steps = [step for step in derivation.steps if options.step in (None, step.id)]
    with progress(f"working out {derivation.name}"):
        return at_numbers(derivation, steps, sizes)


def _show_at(derivation: Derivation, found: Mapping[str, Numbers], options: argparse.Namespace) -> int:
    from reports.at_numbers import as_text

    show(as_text(derivation, found, screen(options.ascii)))
    return status([derivation.step(name).verdict for name in found], True, options.strict)


# ------------------------------------------------------------------------------------- all of them


def main_problems(argv: Sequence[str] | None = None) -> int:
    """`python -m derivations`: every problem, a line each."""
    return carry_out("derivations", lambda: _problems(argv))


def _problems(argv: Sequence[str] | None) -> int:
    options = parser("derivations", "Derive and prove every problem of the sheet.")
    add_outputs(options, ("json",))
    options.add_argument("--list", action="store_true", help="the names, without deriving anything")
    options.add_argument("--errata", action="store_true", help="judgements on the printed sheet")
    options.add_argument("-j", metavar="PROCESSES", type=int, default=1, help="derive in so many processes")
    options.add_argument("--replay", action="store_true", help="have SymPy go over it, on explicit matrices")
    options.add_argument("--strict", action="store_true", help="status 1 also for what is merely CHECKED")
    options.add_argument("--ascii", action="store_true", help="no character beyond ASCII")
    chosen = options.parse_args(argv)
    if chosen.j < 1:
        raise UsageError(f"-j takes a number of processes, got {chosen.j}")
    if chosen.json is not None:
        check_targets([chosen.json])
    if chosen.list:
        show("".join(f"{item.name}: {item.summary}\n" for item in discovery.found().values()))
        return 0
    if chosen.errata:
        return _errata(chosen)
    start = time.perf_counter()
    views = _views(list(discovery.found()), chosen.j, chosen.json is not None, chosen.replay)
    seconds = time.perf_counter() - start
    if chosen.json is not None:
        write_text(chosen.json, as_json.dump(as_json.problems(views, seconds)))
    else:
        verdict = weakest(item.verdict for item in views)
        show(terminal.problems(views, seconds, verdict, screen(chosen.ascii)))
    return status((v.verdict for v in views), all(v.agrees for v in views), chosen.strict)


def _derived_twice(name: str) -> Derivation:
    return replayed(discovery.derive_named(name))


def _errata(chosen: argparse.Namespace) -> int:
    """The printed sheet, judged. That lines of it fail is a result; that one is undecided is a failure of ours."""
    from reports.errata_text import errata

    start = time.perf_counter()
    problems = _printed(list(discovery.found()), chosen.j)
    if chosen.json is not None:
        write_text(chosen.json, as_json.dump(as_json.errata(problems, time.perf_counter() - start)))
    else:
        show(errata(problems, screen(chosen.ascii)))
    return _errata_status(problems, chosen.strict)


def _printed(names: Sequence[str], processes: int = 1) -> list[ProblemErrata]:
    """The printed lines that these derivations answer, by problem."""
    known = discovery.found()
    lines = _each(names, processes, printed_lines, "reading the sheet")
    found = [problem_errata(name, known[name].summary, judged) for name, judged in lines.items() if judged]
    return sorted(found, key=lambda problem: problem.title)


def _errata_status(problems: Sequence[ProblemErrata], strict: bool) -> int:
    undecided = any(line.verdict is PrintedVerdict.UNKNOWN for problem in problems for line in problem.lines)
    return status([Verdict.UNKNOWN] if undecided else [], True, strict)


def _views(
    names: Sequence[str], processes: int = 1, printed: bool = False, twice: bool = False
) -> list[DerivationView]:
    """The derivations of those names, in the sheet's order, with the printed lines if they are wanted.

    `twice`: SymPy judges the equations as well.
    """
    derived = _each(names, processes, _derived_twice if twice else discovery.derive_named, "deriving")
    lines = _each(names, processes, printed_lines, "reading the sheet") if printed else {}
    with progress("checking the code"):
        views = [view(item).with_printed(lines.get(name, ())) for name, item in derived.items()]
        return sorted(views, key=lambda item: (item.problem, item.name))


def _each(names: Sequence[str], processes: int, work: Callable[[str], T], what: str) -> dict[str, T]:
    """What some work gives for each name. In processes, the result is the same."""
    if processes > 1 and len(names) > 1:
        with progress(what), ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            begun = {name: pool.submit(work, name) for name in names}
            return {name: _told(name, future.result) for name, future in begun.items()}
    done = {}
    for name in names:
        with progress(f"{what} {name}"):
            done[name] = _told(name, partial(work, name))
    return done


# -------------------------------------------------------------------------------- one document


def main_reports(argv: Sequence[str] | None = None) -> int:
    """`python -m reports`: the derivations as one document."""
    return carry_out("reports", lambda: _reports(argv))


def _reports(argv: Sequence[str] | None) -> int:
    options = parser("reports", "Typeset the derivations as one document.")
    options.add_argument("names", nargs="*", metavar="NAME", help="which derivations (all)")
    add_outputs(options, ("tex", "html", "pdf"))
    options.add_argument("--variant", choices=("solutions", "exercises", "errata"), default="solutions")
    options.add_argument(
        "--detail",
        choices=("brief", "full"),
        default="full",
        help="brief leaves out the evidence and the code",
    )
    options.add_argument(
        "--notebook", metavar="FILE", help="your notebook as problem 8, run, in place of ours"
    )
    _add_page_options(options)
    options.add_argument("--strict", action="store_true", help="status 1 also for what is merely CHECKED")
    chosen = options.parse_args(argv)
    outputs = _outputs(chosen, ("tex", "html", "pdf"))
    chosen.macros = _macros(chosen)
    if chosen.variant != "solutions" and chosen.fragment:
        raise UsageError("--fragment goes with --variant solutions")
    if chosen.notebook and (chosen.variant != "solutions" or not _has_pages(outputs, chosen)):
        raise UsageError("--notebook goes with --variant solutions and --pdf FILE or --tex FILE")
    if chosen.variant == "exercises" and "html" in outputs:
        raise UsageError("--variant exercises is for paper: --pdf FILE or --tex FILE")
    if not outputs:
        raise UsageError("say what to make: --pdf FILE, --html FILE or --tex FILE")
    known = discovery.found()
    for name in chosen.names:
        discovery.require(name, known)
    if chosen.variant == "errata":
        return _errata_document(outputs, chosen.names or list(known), chosen)
    if chosen.variant == "exercises":
        return _exercises(outputs, chosen.names or list(known), chosen)
    wanted = _has_pages(outputs, chosen) and (chosen.notebook or not chosen.names)
    notebook = problem_8(chosen.notebook, chosen.engine) if wanted else None
    views = _views(chosen.names or list(known), printed=True, twice=chosen.detail == "full")
    title = _title(views, SHEET)
    _write(outputs, views, title, chosen, notebook=notebook)
    failed = notebook is not None and told(notebook)
    return status((v.verdict for v in views), all(v.agrees for v in views) and not failed, chosen.strict)


def _has_pages(outputs: dict[str, str], chosen: argparse.Namespace) -> bool:
    """Whether a document is made at whose end a notebook may stand: no fragment, no web page."""
    return bool(outputs.keys() & {"tex", "pdf"}) and not chosen.fragment


def _title(views: Sequence[DerivationView], of_sheet: str) -> str:
    """What a document is called: one derivation alone gives it its own title."""
    return views[0].title if len(views) == 1 else of_sheet


def _exercises(outputs: dict[str, str], names: Sequence[str], chosen: argparse.Namespace) -> int:
    """The problems without their solutions; verdicts play no part."""
    from reports import document

    derived = _each(names, 1, discovery.derive_named, "deriving")
    views = sorted(
        (view(item, crosscheck=False) for item in derived.values()),
        key=lambda item: (item.problem, item.name),
    )
    notebook = None if chosen.names else blank_problem_8()
    try:
        manner = document.Manner(macros=chosen.macros)
        page = Page(document.exercises(views, _title(views, EXERCISES), manner, notebook))
    except LookupError as error:
        raise UsageError(str(error)) from None
    _write_page(outputs, page, chosen.engine)
    return 0


def _write_page(outputs: dict[str, str], page: Page, engine: str | None) -> None:
    """A page as TeX or typeset."""
    if "tex" in outputs:
        write_tex(outputs["tex"], page)
    if "pdf" in outputs:
        write_pdf(outputs["pdf"], page, engine)


def _errata_document(outputs: dict[str, str], names: Sequence[str], chosen: argparse.Namespace) -> int:
    """The printed sheet alone, as one document."""
    from reports import document, web

    problems, full = _printed(names), chosen.detail == "full"
    if "html" in outputs:
        web.write(outputs["html"], lambda: web.errata_page(problems, ERRATA, full))
    page = Page(document.errata_page(problems, ERRATA, document.Manner(full, macros=chosen.macros)))
    _write_page(outputs, page, chosen.engine)
    return _errata_status(problems, chosen.strict)
