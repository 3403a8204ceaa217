"""The derivations, by name, and the code that belongs to them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import derivations
from derivations.proof.steps import Derivation, Update
from numeric.generator.names import safe


class UsageError(Exception):
    """What the user asked for cannot be done; the message is one line that says what to do."""


def names() -> list[str]:
    """The modules in which a derivation stands, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(derivations.__path__) if not module.ispkg)
    return sorted(name for name in found if not name.startswith("_") and hasattr(_module(name), "derive"))


def load(wanted: Iterable[str] | None = None) -> list[Derivation]:
    """The derivations of these names, or all. Raises UsageError for a name that there is not."""
    known = names()
    chosen = list(dict.fromkeys(wanted or known))
    for name in chosen:
        if name not in known:
            raise UsageError(f"no derivation is called {name!r}; there are {', '.join(known)}")
    return [_module(name).derive() for name in chosen]


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"derivations.{name}")


def generated(derivation: Derivation, update: Update) -> Callable[..., Any]:
    """The generated function of an update. Raises UsageError if it has not been written."""
    found = _function(f"numeric.generated.{derivation.name}", update)
    if found is None:
        raise UsageError(
            f"there is no generated code for {derivation.name}:{update.name}; run `python -m numeric.generate`"
        )
    return found


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
