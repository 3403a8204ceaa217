"""How fast generated code is beside its peers, in one run: `python -m numeric.benchmark`.

All contenders are run in turn, round after round, so that whatever else the machine does strikes all of
them; only the ratio within a round counts. Shown are the median over the rounds and the spread, half of
what lies between the quartiles.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from derivations.proof.steps import Derivation, Update
from numeric import sources
from numeric.cases import Arguments, Counts, Random, arguments_of, counts_for, drawn
from numeric.command import Parser, command

POINTS, COMPONENTS, DIMENSIONS = 100_000, 8, 8
ROUNDS = 11
SEED = 3

Function = Callable[..., Any]
Peer = Callable[[Derivation, Update], Function | None]

PEERS: dict[str, Peer] = {"handwritten": sources.handwritten}


@dataclass(frozen=True)
class Timing:
    """The generated code of one update beside a peer; `ratio` is its time divided by the peer's."""

    name: str
    peer: str
    sizes: Counts
    seconds: float
    peer_seconds: float
    ratio: float
    spread: float
    rounds: int

    @property
    def as_json(self) -> dict[str, Any]:
        return dict(self.__dict__)


def run(names: Iterable[str] | None = None, rounds: int = ROUNDS) -> Iterator[Timing]:
    """Every update that has a peer, of the derivations of these names or of all. Raises UsageError."""
    for derivation in sources.load(names):
        for update in derivation.updates:
            yield from timings(derivation, update, rounds)


def timings(derivation: Derivation, update: Update, rounds: int = ROUNDS) -> Iterator[Timing]:
    """One update beside each of its peers."""
    symbols = arguments_of(update)
    sizes = counts_for(symbols, POINTS, COMPONENTS, DIMENSIONS)
    random = Random(SEED)
    arguments = {symbol.name: drawn(symbol, sizes, random) for symbol in symbols}
    peers = {name: find(derivation, update) for name, find in PEERS.items()}
    contenders = {"generated": sources.generated(derivation, update)}
    contenders.update({name: function for name, function in peers.items() if function is not None})
    times = interleaved(contenders, arguments, rounds)
    for peer in contenders:
        if peer != "generated":
            ratios = [own / other for own, other in zip(times["generated"], times[peer], strict=True)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            yield Timing(
                f"{derivation.name}:{update.name}",
                peer,
                sizes,
                statistics.median(times["generated"]),
                statistics.median(times[peer]),
                middle,
                (high - low) / 2,
                rounds,
            )


def interleaved(contenders: dict[str, Function], arguments: Arguments, rounds: int) -> dict[str, list[float]]:
    """Seconds of each contender in each round; every second round runs backwards; a first one is not counted."""
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for number in range(rounds + 1):
        for name in sorted(contenders, reverse=bool(number % 2)):
            start = time.perf_counter()
            contenders[name](**arguments)
            if number:
                times[name].append(time.perf_counter() - start)
    return times


def main(arguments: Sequence[str]) -> int:
    """`python -m numeric.benchmark [NAME ...] [--json]`."""
    parser = Parser(
        prog="python -m numeric.benchmark", description="Ratios of generated code against peers, in one run."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a derivation; all if none is given")
    parser.add_argument("--json", action="store_true", help="the results as JSON")
    options = parser.parse_args(arguments)
    found = []
    for timing in run(options.names or None):
        found.append(timing)
        if not options.json:
            print(_line(timing), flush=True)
    if options.json:
        print(json.dumps({"benchmarks": [timing.as_json for timing in found]}, indent=2))
    return 0


def _line(timing: Timing) -> str:
    sizes = " ".join(f"{name}={count}" for name, count in timing.sizes.items())
    return (
        f"{timing.name:20} {timing.ratio:.2f} ± {timing.spread:.2f} of the {timing.peer} code's time "
        f"({1e3 * timing.seconds:.2f} ms against {1e3 * timing.peer_seconds:.2f} ms; {sizes})"
    )


if __name__ == "__main__":
    sys.exit(command(main))
