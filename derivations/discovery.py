"""Which derivations there are: modules beside this one, and in the folders of DERIVATIONS_PATH, with a `derive()`.

Finding one reads its source and runs nothing; loading it imports it.
"""

from __future__ import annotations

import ast
import difflib
import importlib
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from derivations.proof.steps import Derivation

OURS = Path(__file__).parent
VARIABLE = "DERIVATIONS_PATH"


class DiscoveryError(LookupError):
    """A derivation that is not there, or cannot be told from another; the message is for the user."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class Found:
    """A module with a derivation: its name, its file, and the first line of its docstring."""

    name: str
    path: Path
    summary: str
    ours: bool


def found() -> dict[str, Found]:
    """Every derivation by name, ours first. Raises DiscoveryError for two of one name."""
    result: dict[str, Found] = {}
    for item in _everywhere():
        if item.name in result:
            other = result[item.name].path
            raise DiscoveryError(f"two derivations are called {item.name}: {other} and {item.path}")
        result[item.name] = item
    return result


def _everywhere() -> Iterator[Found]:
    yield from _in_folder(OURS, ours=True)
    for folder in filter(None, os.environ.get(VARIABLE, "").split(os.pathsep)):
        if not Path(folder).is_dir():
            raise DiscoveryError(f"{VARIABLE} names {folder}, which is no folder")
        yield from _in_folder(Path(folder), ours=False)


def _in_folder(folder: Path, ours: bool) -> Iterator[Found]:
    for path in sorted(folder.glob("*.py")):
        if path.stem.startswith("_"):
            continue
        try:
            tree = ast.parse(path.read_text("utf-8"))
        except (SyntaxError, UnicodeDecodeError, OSError) as error:
            if ours:
                raise
            raise DiscoveryError(f"cannot read {path}: {error}") from None
        if any(isinstance(node, ast.FunctionDef) and node.name == "derive" for node in tree.body):
            summary = (ast.get_docstring(tree) or "").partition("\n")[0]
            yield Found(path.stem, path, summary, ours)


def load(name: str) -> Callable[[], Derivation]:
    """The `derive` function of a derivation. Raises DiscoveryError for a name that is not there."""
    known = found()
    require(name, known)
    derive: Callable[[], Derivation] = _module(known[name]).derive
    return derive


def is_ours(name: str) -> bool:
    """Whether a derivation of that name belongs to this package rather than to a folder of DERIVATIONS_PATH."""
    return (OURS / f"{name}.py").exists()


def require(name: str, known: Mapping[str, Found]) -> None:
    """Raise DiscoveryError, with the nearest name there is, if this one is not known."""
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known) or 'none'}"
        raise DiscoveryError(f"there is no derivation {name!r}{hint}")


def derive_named(name: str) -> Derivation:
    """Carry out a derivation, given by its name: what a process of its own is asked to do."""
    return load(name)()


def _module(item: Found) -> ModuleType:
    if item.ours:
        return importlib.import_module(f"derivations.{item.name}")
    spec = importlib.util.spec_from_file_location(item.name, item.path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(item.name, module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
