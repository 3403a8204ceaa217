"""The derivations, by name, and the code that belongs to them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from derivations import discovery
from derivations.proof.steps import Derivation, Update
from numeric.generator import GeneratorError, source
from numeric.generator.names import safe


class UsageError(Exception):
    """What the user asked for cannot be done; the message is one line that says what to do."""


def load(wanted: Iterable[str] | None = None) -> Iterator[Derivation]:
    """The derivations of these names, or all of ours, one after the other.

    Raises UsageError, at once, for a name that there is not.
    """
    try:
        ours = [name for name, found in discovery.found().items() if found.ours]
        chosen = list(dict.fromkeys(wanted or ours))
        derive = [discovery.load(name) for name in chosen]
    except discovery.DiscoveryError as error:
        raise UsageError(str(error)) from None
    return (function() for function in derive)


def generated_file(derivation: Derivation) -> Path | None:
    """The module with the generated code; None if it has not been written.

    Ours stands in numeric/generated. For a derivation from elsewhere it is made for this run, in a folder that
    goes with it, so that no other file is touched. Raises GeneratorError for a formula that cannot be coded.
    """
    name = derivation.name
    if discovery.is_ours(name):
        path = Path(__file__).parent / "generated" / f"{name}.py"
        return path if path.exists() else None
    text = source(derivation)
    path = Path(_folder().name) / f"{name}_{sha256(text.encode()).hexdigest()[:12]}.py"
    if not path.exists():
        path.write_text(text, "utf-8")
    return path


@cache
def _folder() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="generated-")


def generated(derivation: Derivation, update: Update) -> Callable[..., Any]:
    """The generated function of an update. Raises UsageError if it has not been written, or cannot be."""
    if discovery.is_ours(derivation.name):
        found = _function(f"numeric.generated.{derivation.name}", update)
    else:
        try:
            found = getattr(_module(generated_file(derivation)), safe(update.name), None)
        except GeneratorError as error:
            raise UsageError(f"{derivation.name}: {error}") from None
    if found is None:
        raise UsageError(
            f"there is no generated code for {derivation.name}:{update.name}; run `python -m numeric.generate`"
        )
    return found


def _module(path: Path | None) -> ModuleType | None:
    if path is None:
        return None
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def handwritten(derivation: Derivation, update: Update) -> Callable[..., Any] | None:
    """The hand-written function of an update, if there is one."""
    return _function(f"numeric.handwritten.{derivation.name}", update)


def _function(module: str, update: Update) -> Callable[..., Any] | None:
    try:
        found: Callable[..., Any] | None = getattr(importlib.import_module(module), safe(update.name), None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        return None
    return found
