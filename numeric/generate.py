"""Writes numeric/generated from the derivations, or says what there is stale: `python -m numeric.generate`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from derivations.calculus.evidence import Verdict
from derivations.proof.steps import Derivation
from numeric import fusions, generator, sources
from numeric.command import Parser, command
from numeric.generator import GeneratorError

FOLDER = Path(__file__).parent / "generated"
ARRAY_API = "array_api"  # the folder of the second printer
REMEDY = "run `python -m numeric.generate`"


def source(derivation: Derivation) -> str:
    """The generated module of a derivation.

    Raises GeneratorError for a formula that would not make good code, and for one that is refuted.
    """
    for update in derivation.updates:
        if derivation.step(update.step).verdict is Verdict.REFUTED:
            raise GeneratorError(f"{derivation.name}: step {update.step} is refuted; no code is made from it")
    return generator.source(derivation)


def sources_of(derivations: Iterable[Derivation]) -> dict[str, str]:
    """The files that there should be, of both printers: places and texts.

    Fusions are made where all that they take is there.
    """
    known = {found.name: found for found in derivations}
    result = {}
    for name, found in known.items():
        if found.updates:
            result[f"{name}.py"] = source(found)
            result[f"{ARRAY_API}/{name}.py"] = generator.array_api_source(found)
    for module, title in fusions.TITLES.items():
        if known.keys() >= {*fusions.SOURCES[module]}:
            fused = fusions.fusions(module, known)
            result[f"{module}.py"] = generator.fused_source(title, fused)
            result[f"{ARRAY_API}/{module}.py"] = generator.fused_array_api_source(title, fused)
    return result


def problems(expected: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """What is missing, stale or orphaned in the folder, each with how to mend it."""
    present = _present(folder)
    found = []
    for name in sorted(present | set(expected)):
        if name not in present:
            found.append(f"{_shown(folder / name)} is missing: {REMEDY}")
        elif name not in expected:
            found.append(f"{_shown(folder / name)} belongs to no derivation: {REMEDY}, which removes it")
        elif (folder / name).read_text("utf-8") != expected[name]:
            found.append(f"{_shown(folder / name)} is stale: {REMEDY}")
    return found


def write(expected: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """Make the folder hold these files and no others; what was done. Raises UsageError, and changes nothing then."""
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=".new-") as new:
            for name, text in expected.items():
                for place in (Path(new) / name, folder / name):
                    place.parent.mkdir(exist_ok=True)
                (Path(new) / name).write_text(text, "utf-8", newline="\n")
            done = []
            for name in expected:
                os.replace(Path(new) / name, folder / name)
                done.append(f"wrote {_shown(folder / name)}")
        for name in sorted(_present(folder) - set(expected)):
            (folder / name).unlink()
            done.append(f"removed {_shown(folder / name)}")
    except OSError as error:
        raise sources.UsageError(
            f"cannot write to {folder}: {error.strerror}; generate in a checkout of the source that you may change"
        ) from None
    return done


def _present(folder: Path) -> set[str]:
    """The generated files in the folder and below it, by place."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("[!_]*.py")}


def _shown(path: Path) -> str:
    """The path from the root of the project, which is how it is spoken of."""
    inside = path.is_relative_to(FOLDER)
    return f"numeric/generated/{path.relative_to(FOLDER).as_posix()}" if inside else str(path)


def main(arguments: Sequence[str]) -> int:
    """`python -m numeric.generate [--check]`: 0 written or fresh, 1 not fresh, 2 if it cannot be written."""
    parser = Parser(prog="python -m numeric.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, but say what is stale")
    options = parser.parse_args(arguments)
    expected = sources_of(sources.load())
    if not options.check:
        print("\n".join(write(expected)))
        return 0
    found = problems(expected)
    print("\n".join(found) if found else f"all {len(expected)} generated files are fresh")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(command(main))
