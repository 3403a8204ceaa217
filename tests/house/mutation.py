"""Slips in the source that verdicts rest on, made by a mutation tester: how many do the tests notice?

`make mutation PART=instances` draws a sample of mutants with a seed, has mutmut try it, and prints every mutant that
was not noticed, and the share that was. Without a part, all parts have their turn. What mutmut needs stands below
build/mutation, a folder a part; it is made anew every time, so that nothing stale is counted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from shutil import rmtree

ROOT = Path(__file__).resolve().parents[2]
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
NOTICED = ("killed", "timeout", "segfault")


@dataclass(frozen=True)
class Part:
    """Sources that are mutated together, and the quick tests that are to notice."""

    sources: tuple[str, ...]  # below derivations
    tests: tuple[str, ...]  # below tests


def files(pattern: str, *names: str) -> tuple[str, ...]:
    return tuple(pattern.format(name) for name in names)


CALCULUS, PROOF = "calculus/{}.py", "proof/{}.py"
OF_CALCULUS, OF_PROOFS, OF_PROBLEMS = (f"{area}/test_{{}}.py" for area in ("calculus", "proof", "problems"))
ARGUING = files(
    *(OF_PROOFS, "verdicts", "soundness", "unsound_rules"),
    *("equality_methods", "limits", "methods", "writing"),
)
PARTS = {
    "kernel": Part(
        files(CALCULUS, "indices/*", "lowering/*", "order/*"),
        files(OF_PROOFS, "unsound_rules", "soundness", "equality_methods", "limits", "out_of_sight")
        + files(OF_CALCULUS, "normal_form", "closed_domain", "order", "slope_of_distance", "kernel_fuzz")
        + files(OF_PROBLEMS, "weights_and_assignments", "mixture_moments", "kmedians"),
    ),
    "scalars": Part(files(CALCULUS, "scalars/*", "exact"), files(OF_CALCULUS, "scalars", "order")),
    "instances": Part(
        files(CALCULUS, "instances/*"),
        files(
            OF_CALCULUS,
            *(f"judge_{what}" for what in ("values", "derivatives", "draws", "claims", "hypotheses")),
            "slips_in_the_judge",
            "formal",
            "closed_domain",
        ),
    ),
    "trees": Part(
        files(CALCULUS, "expressions/*", "statements", "domains", "matching", "solving", "evidence"),
        files(OF_CALCULUS, "expressions", "statements", "matching") + ARGUING,
    ),
    "checker": Part(files("checker/{}.py", "*"), files("checker/test_{}.py", "small_checker", "holes")),
    "proof": Part(files(PROOF, "verdicts", "proof", "arguing", "steps", "methods/*"), ARGUING),
}


def folder_of(name: str) -> Path:
    """A folder in which mutmut finds the checkout, and the part in its configuration."""
    folder, part = ROOT / "build" / "mutation" / name, PARTS[name]
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for package in ("derivations", "numeric", "reports", "tests"):
        (folder / package).symlink_to(ROOT / package)
    chosen = {
        "only_mutate": [f"derivations/{source}" for source in part.sources],
        "pytest_add_cli_args_test_selection": [f"tests/{test}" for test in part.tests],
    }
    table = "[tool.mutmut]\n" + "".join(f"{key} = {value}\n" for key, value in chosen.items())
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    (folder / "pyproject.toml").write_text(settings.replace("[tool.mutmut]", table), "utf-8")
    return folder


@dataclass(frozen=True)
class Mutmut:
    """The mutation tester, in the folder of a part."""

    folder: Path

    def __call__(self, *arguments: str) -> str:
        done = self.tried(*arguments)
        if done.returncode:
            sys.exit(f"mutmut {arguments[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    def tried(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [MUTMUT, *arguments], cwd=self.folder, capture_output=True, text=True, check=False
        )

    def statuses(self) -> dict[str, str]:
        """Every mutant, and what became of it so far."""
        lines = self("results", "--all", "true").splitlines()
        return dict(line.strip().rsplit(": ", 1) for line in lines if ": " in line)


def tried(part: str, given: argparse.Namespace) -> None:
    """Have a sample of a part's mutants tried, and say what was noticed."""
    mutmut = Mutmut(folder_of(part))
    mutmut.tried("run", "none")  # asked for one that does not exist, it writes them all and stops
    names = sorted(name for name in mutmut.statuses() if given.only in name)
    chosen = Random(given.seed).sample(names, min(given.sample or len(names), len(names)))
    mutmut("run", "--max-children", str(given.processes), *chosen)
    found = mutmut.statuses()
    counts = Counter(found[name] for name in chosen)
    for name in sorted(name for name in chosen if found[name] not in NOTICED):
        print(mutmut("show", name))
    noticed = sum(counts[status] for status in NOTICED)
    print(
        f"{part}: {len(chosen)} of {len(names)} mutants, seed {given.seed}: {noticed} noticed "
        f"({100 * noticed / len(chosen):.1f} %);",
        ", ".join(f"{n} {status}" for status, n in sorted(counts.items())),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append", help="which; all of them if none is named")
    parser.add_argument("--sample", type=int, default=300, help="mutants of each part (0: all of them)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--processes", type=int, default=2)
    parser.add_argument("--only", default="", help="only mutants with this in their name")
    given = parser.parse_args()
    for part in given.part or PARTS:
        tried(part, given)


if __name__ == "__main__":
    main()
