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
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
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
            what = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
            raise DiscoveryError(f"cannot read {path}: {what}") from None
        if _derives(tree):
            summary = (ast.get_docstring(tree) or "").partition("\n")[0]
            yield Found(path.stem, path, summary, ours)


def load(name: str) -> Callable[[], Derivation]:
    """What carries a derivation out. Raises DiscoveryError for a name that is not there.

    A file from elsewhere is only read when it is called; what goes wrong in it is a DiscoveryError of one line.
    """
    known = found()
    require(name, known)
    if not known[name].ours:
        return partial(_derived, known[name])
    derive: Callable[[], Derivation] = _module(known[name]).derive
    return derive


def _derived(item: Found) -> Derivation:
    """The derivation of a file from elsewhere. Raises DiscoveryError."""
    try:
        result = _module(item).derive()
    except DiscoveryError:
        raise
    except Exception as error:
        raise DiscoveryError(f"{item.name}: {blamed(error, item.name)}") from error
    if not isinstance(result, Derivation):
        raise DiscoveryError(
            f"{item.name}: expected derive() to give a Derivation, got {type(result).__name__}"
        )
    return result


def blamed(error: Exception, stem: str) -> str:
    """What went wrong in one line, and where in the file of that stem, as far as it was there."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if Path(frame.filename).stem == stem] or frames
    return f"{type(error).__name__} in {Path(own[-1].filename).name}, line {own[-1].lineno}: {error}"


def is_ours(name: str) -> bool:
    """Whether a derivation of that name belongs to this package rather than to a folder of DERIVATIONS_PATH."""
    return _is_derivation(OURS / f"{name}.py")


@cache
def _is_derivation(path: Path) -> bool:
    return path.exists() and _derives(ast.parse(path.read_text("utf-8")))


def _derives(tree: ast.Module) -> bool:
    """Whether a module has a function `derive`."""
    return any(isinstance(node, ast.FunctionDef) and node.name == "derive" for node in tree.body)


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
