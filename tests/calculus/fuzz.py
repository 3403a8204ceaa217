"""The laws of the kernel on many random cases: `make fuzz`.

Every case has a number, and is made from the seed and that number alone: `--first 4711 --cases 1` tries one again. The
last line counts the cases, those in which a law was put to the test, and the disagreements.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from random import Random

from kernel_laws import LAWS, DisagreementError, tried

CHUNK = 200
SLOW = 10.0  # seconds


@dataclass
class Tally:
    """What a stretch of cases has shown."""

    cases: int = 0
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    def add(self, other: Tally) -> None:
        self.cases += other.cases
        self.told += other.told
        self.wrong += other.wrong
        self.slowest = max(self.slowest, other.slowest)


def stretch(seed: int, first: int, count: int) -> Tally:
    """The cases from `first` on."""
    tally = Tally()
    for number in range(first, first + count):
        law, start = LAWS[number % len(LAWS)], time.process_time()
        case = f"case {number}, law {law.__name__}"
        try:
            tally.told[law.__name__] += tried(law, Random(f"{seed}/{number}"))
        except DisagreementError as found:
            tally.wrong.append(f"{case}:\n{found}")
        except Exception as error:  # a crash is reported with its case, and the others go on
            tally.wrong.append(f"{case}: {type(error).__name__}: {error}")
        tally.cases += 1
        tally.slowest = max(tally.slowest, (time.process_time() - start, case))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--processes", type=int, default=2)
    given = parser.parse_args()
    total, end, start = Tally(), given.first + given.cases, time.time()
    with ProcessPoolExecutor(given.processes) as pool:
        firsts = range(given.first, end, CHUNK)
        counts = (min(CHUNK, end - first) for first in firsts)
        for part in pool.map(stretch, [given.seed] * len(firsts), firsts, counts):
            for line in part.wrong:
                print(line, flush=True)
            total.add(part)
            if sys.stderr.isatty():
                print(f"\r{total.cases} cases", end="", file=sys.stderr)
    told = ", ".join(f"{law.__name__} {total.told[law.__name__]}" for law in LAWS)
    print(f"told something: {told}")
    print(
        f"the slowest took {total.slowest[0]:.1f} s: {total.slowest[1]}; {time.time() - start:.0f} s in all"
    )
    print(
        f"{total.cases} cases, seed {given.seed}; {total.told.total()} told something; {len(total.wrong)} disagreements"
    )
    sys.exit(bool(total.wrong))


if __name__ == "__main__":
    main()
