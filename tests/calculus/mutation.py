"""Slips in the source of the kernel, made by a mutation tester: how many do the tests notice?

`make mutation` draws a sample with a seed, has mutmut try it, and prints the share that was noticed and every mutant
that was not. What is mutated, and by which tests it is judged, stands in pyproject.toml.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

MUTMUT = str(Path(sys.executable).with_name("mutmut"))
ANY_ONE = "*.x_lower__mutmut_1"  # running one mutant writes them all
NOTICED = ("killed", "timeout", "segfault")


def mutmut(*arguments: str) -> str:
    done = subprocess.run([MUTMUT, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"mutmut {arguments[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def statuses() -> dict[str, str]:
    """Every mutant, and what became of it so far."""
    lines = mutmut("results", "--all", "true").splitlines()
    return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300, help="mutants (0: all of them)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="only mutants with this in their name")
    given = parser.parse_args()
    mutmut("run", "--max-children", "1", ANY_ONE)
    names = sorted(name for name in statuses() if given.only in name)
    chosen = Random(given.seed).sample(names, min(given.sample or len(names), len(names)))
    mutmut("run", "--max-children", str(given.processes), *chosen)
    found = statuses()
    counts = Counter(found[name] for name in chosen)
    for name in sorted(name for name in chosen if found[name] not in NOTICED):
        print(mutmut("show", name))
    noticed = sum(counts[status] for status in NOTICED)
    print(
        f"{len(chosen)} of {len(names)} mutants, seed {given.seed}: {noticed} noticed "
        f"({100 * noticed / len(chosen):.1f} %);",
        ", ".join(f"{n} {status}" for status, n in sorted(counts.items())),
    )


if __name__ == "__main__":
    main()
