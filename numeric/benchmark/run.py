"""The command `python -m numeric.benchmark`: what is timed, and what is shown of it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from derivations import discovery
from numeric.benchmark import contests, peers, plot, processes, table, targets, updates
from numeric.benchmark.contests import DERIVED, GROUPS, SINGLE, Sizes
from numeric.benchmark.peers import SKLEARN
from numeric.benchmark.proofs import Proof, proofs
from numeric.benchmark.timing import Contest, Outcome, held, machine
from numeric.command import Parser
from numeric.sources import UsageError

ROUNDS, QUICK_ROUNDS, FEWEST_ROUNDS = 9, 3, 1
ALL, QUICK = 10**12, 2_000  # points at most
DASK, UPDATES, PROOFS = "dask", "updates", "proofs"
MEANS = ((SKLEARN, DERIVED, targets.DOUBLE_MEAN), (SKLEARN, SINGLE, targets.SINGLE_MEAN))


def main(arguments: Sequence[str]) -> int:
    """`python -m numeric.benchmark [NAME ...] [--json] [--plot FILE] [--quick] [--rounds R] [--sizes N,D,K]`."""
    options = _options(arguments)
    found: list[Outcome] = []
    with ExitStack() as stack:
        for contest in _contests(options, stack):
            _tell(options, f"{contest.group} {dict(contest.sizes)}")
            found.append(held(contest, options.rounds))
    lines = [held(contests.em(sizes), options.rounds) for sizes in _lines(options)]
    derived = list(proofs(options.derivations)) if PROOFS in options.groups else []
    if options.plot:
        plot.drawn(lines, options.plot)
    if options.json:
        print(json.dumps(_as_json(found, lines, derived, options), indent=2))
    else:
        _show(found, derived, options)
    return 0


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="python -m numeric.benchmark",
        description="Times of the derived code beside those of its peers: ratios, taken in one run.",
    )
    every = (*GROUPS, DASK, UPDATES, PROOFS)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"any of {', '.join(every)}, or a derivation; all if none is given",
    )
    parser.add_argument("--json", action="store_true", help="the results as JSON")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="time against N, D and K, with the limit")
    parser.add_argument("--quick", action="store_true", help="few points and rounds, to see that it runs")
    parser.add_argument("--rounds", type=int, help=f"how often each contender runs; {ROUNDS} if not given")
    parser.add_argument(
        "--sizes",
        type=_sizes,
        action="append",
        default=[],
        metavar="N,D,K",
        help="instead of a group's own; may be repeated",
    )
    options = parser.parse_args(arguments)
    options.groups = [name for name in options.names if name in every]
    options.derivations = [name for name in options.names if name not in every]
    _known(options.derivations, every)
    if options.derivations and not {UPDATES, PROOFS} & set(options.groups):
        options.groups.append(UPDATES)
    options.groups = options.groups or list(every)
    options.rounds = (
        options.rounds if options.rounds is not None else QUICK_ROUNDS if options.quick else ROUNDS
    )
    if options.rounds < FEWEST_ROUNDS:
        raise UsageError(f"--rounds: expected at least {FEWEST_ROUNDS}, got {options.rounds}")
    options.plot = options.plot and plot.writable(options.plot)
    return options


def _known(names: Sequence[str], groups: Sequence[str]) -> None:
    """Raises UsageError for a name that there is not."""
    there = discovery.found()
    for name in names:
        if name not in there:
            raise UsageError(f"there is no {name!r}; there are {', '.join((*groups, *there))}")


def _sizes(text: str) -> Sizes:
    try:
        count, dimensions, components = (int(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected N,D,K such as 100000,8,8, got {text!r}") from None
    if min(count, dimensions, components) < 1 or count < components:
        raise argparse.ArgumentTypeError(f"expected at least one of each and N at least K, got {text!r}")
    return count, dimensions, components


def _contests(options: argparse.Namespace, stack: ExitStack) -> Iterator[Contest]:
    most = QUICK if options.quick else ALL
    for name in options.groups:
        if name in GROUPS:
            yield from GROUPS[name].contests(most, options.sizes)
    if DASK in options.groups and processes.is_possible():
        for sizes in contests.at_most(options.sizes or contests.DASK, most):
            yield processes.contest(sizes, stack)
    if UPDATES in options.groups:
        yield from updates.contests(options.derivations or None, most)


def _lines(options: argparse.Namespace) -> list[Sizes]:
    """The sizes of the plot, if there is one."""
    if not options.plot:
        return []
    most = QUICK if options.quick else ALL
    return contests.at_most(contests.LINES, most)


def _geometric(found: Sequence[Outcome]) -> list[tuple[str, str, float, targets.Target]]:
    """The mean speed-ups of expectation maximisation over its sizes."""
    rows = []
    for name, over, target in MEANS:
        medians = [
            ratio.median
            for outcome in found
            if outcome.contest.group == "em"
            for ratio in outcome.ratios
            if (ratio.comparison.name, ratio.comparison.over) == (name, over)
        ]
        if medians:
            rows.append((name, over, table.geometric_mean(medians), target))
    return rows


def _show(found: Sequence[Outcome], derived: Sequence[Proof], options: argparse.Namespace) -> None:
    print(_about(options))
    table.shown(
        [table.times(found), table.ratios(found), table.means(_geometric(found)), table.derivations(derived)]
    )


def _about(options: argparse.Namespace) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in machine().items())
    absent = [*peers.missing(), *([] if processes.is_possible() else [DASK])]
    missing = f"; not installed: {', '.join(absent)}" if absent else ""
    return f"{options.rounds} rounds, medians ± half of what lies between the quartiles; {facts}{missing}"


def _tell(options: argparse.Namespace, text: str) -> None:
    """Progress, on a terminal."""
    if not options.json and sys.stderr.isatty():
        print(text, file=sys.stderr)


def _as_json(
    found: Sequence[Outcome], lines: Sequence[Outcome], derived: Sequence[Proof], options: argparse.Namespace
) -> dict[str, Any]:
    return {
        "machine": machine(),
        "rounds": options.rounds,
        "contests": [table.as_json(outcome) for outcome in found],
        "geometric_means": [
            {"time_of": name, "over": over, "mean": mean, "status": target.status(mean)}
            for name, over, mean, target in _geometric(found)
        ],
        "lines": [table.as_json(outcome) for outcome in lines],
        "proofs": [proof.as_json for proof in derived],
    }
