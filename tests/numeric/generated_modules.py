"""Generated source as a module, the way Python itself loads one: from a file."""

from __future__ import annotations

import importlib.util
import itertools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import sample_updates as models

from derivations.proof.steps import Update
from numeric.generator import source
from numeric.generator.names import safe

_numbers = itertools.count()


def imported(text: str, folder: Path) -> ModuleType:
    """The module with this text."""
    name = f"generated_for_a_test_{next(_numbers)}"
    path = folder / f"{name}.py"
    path.write_text(text, "utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text_of(update: Update) -> str:
    return source(models.derivation("models", update))


def function_of(update: Update, folder: Path, text: str = "") -> Callable[..., Any]:
    """The generated function of an update; or the one in `text`, which a test has changed."""
    found: Callable[..., Any] = getattr(imported(text or text_of(update), folder), safe(update.name))
    return found
