"""The derivations, by name, and the code that belongs to them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from derivations import discovery
from derivations.proof.steps import Derivation, Update
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
