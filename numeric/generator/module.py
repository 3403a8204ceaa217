"""The text of a generated module: one function for each update of a derivation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from derivations.calculus.statements import Statement
from derivations.proof.steps import Derivation, Update
from numeric.generator.docstrings import docstring, indented, quoted
from numeric.generator.emit import FunctionEmitter
from numeric.generator.errors import GeneratorError
from numeric.generator.names import HELPERS, NUMPY, safe
from numeric.generator.plan import plan
from numeric.generator.validation import (
    argument_checks,
    assumed_positive,
    requirement_check,
    requirements,
    size_statements,
)

MARK = "# generated, do not edit"
LONGEST = 110  # line
IMPORTS = (  # in groups: what in a line says that it needs one
    {"": "from __future__ import annotations"},
    {r"math\.": "import math"},
    {r"np\.": "import numpy as np", r"npt\.": "import numpy.typing as npt"},
    {r"checks\.": "from numeric import checks"},
)
RAISES = (
    "ValueError: an argument does not have its shape, holds a number that is not finite, or is",
    "    not what is said above",
)


def source(derivation: Derivation) -> str:
    """The module numeric/generated/<name>.py. Raises GeneratorError for a formula that cannot be coded well."""
    functions = [Function(derivation, update) for update in derivation.updates]
    return module_text(header_of(derivation, "as NumPy functions"), functions)


class Written(Protocol):
    """A generated function: its lines, and the helpers that these call."""

    lines: list[str]
    helpers: set[str]


def module_text(
    header: Iterable[str], functions: Sequence[Written], homes: Mapping[str, str] = HELPERS
) -> str:
    """A module: its header, imports for what the functions use, the functions. `homes` are those of the helpers."""
    text = "\n".join(line for function in functions for line in function.lines)
    groups = [[line for sign, line in group.items() if re.search(rf"\b{sign}", text)] for group in IMPORTS]
    used = {name for function in functions for name in function.helpers}
    used |= {"Array"} if re.search(r"\bArray\b", text) else set()
    groups[-1] += _imports(used, homes)
    parts = [*header, *(line for group in groups if group for line in ("", *group))]
    for function in functions:
        parts += ["", "", *function.lines]
    return "\n".join(parts) + "\n"


def function_head(name: str, arguments: Sequence[str], result: str) -> list[str]:
    """The `def` line, or as many as it takes."""
    line = f"def {safe(name)}({', '.join(arguments)}) -> {result}:"
    if len(line) <= LONGEST:
        return [line]
    inner = f"    {', '.join(arguments)}"
    middle = [inner] if len(inner) <= LONGEST else [f"    {argument}," for argument in arguments]
    return [f"def {safe(name)}(", *middle, f") -> {result}:"]


def digest(derivation: Derivation) -> str:
    """sha256 of the expressions that the code is made from."""
    expressions = [
        (u.name, u.target, u.formula, u.definitions, *sorted(map(repr, _positive(derivation, u))))
        for u in derivation.updates
    ]
    return hashlib.sha256(repr(expressions).encode()).hexdigest()


def header_of(derivation: Derivation, how: str, more: Iterable[str] = ()) -> list[str]:
    """The lines above the imports; `how` the updates are written, and what more is said of them."""
    odd_names = any(not update.name.islower() for update in derivation.updates)
    return [
        f"{MARK}: written by `python -m numeric.generate`",
        f"# from derivations/{derivation.name}.py; sha256 of the expressions:",
        f"# {digest(derivation)}",
        *(
            ["# ruff: noqa: N802 (functions are called as the quantities are on the page)"]
            if odd_names
            else []
        ),
        *quoted([f"{derivation.title}: the updates that were derived, {how}.", *more]),
    ]


def _imports(helpers: Iterable[str], homes: Mapping[str, str]) -> list[str]:
    found: dict[str, set[str]] = {}
    for name in helpers:
        found.setdefault(homes[name], set()).add(name)
    return [
        line
        for module, names in sorted(found.items())
        for line in _import(module, sorted(names, key=_sort_key))
    ]


def _import(module: str, names: Sequence[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= LONGEST:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in names), ")"]


def _sort_key(name: str) -> tuple[bool, str]:
    """Classes before functions."""
    return not name[0].isupper(), name


def _hypotheses(derivation: Derivation, update: Update) -> tuple[Statement, ...]:
    try:
        return derivation.step(update.step).hypotheses
    except KeyError:
        raise GeneratorError(f"{update.name}: {derivation.name} has no step {update.step}") from None


def _positive(derivation: Derivation, update: Update) -> list[Statement]:
    return [h for h in _hypotheses(derivation, update) if assumed_positive(h) is not None]


class Function:
    """One generated function: its lines, and the helpers it uses."""

    def __init__(self, derivation: Derivation, update: Update) -> None:
        self.derivation, self.update = derivation, update
        self.plan = plan(update)
        needed = requirements(self.plan, _hypotheses(derivation, update))
        self.checks = {r.number: [requirement_check(self.plan, r)] for r in needed}
        emitter = FunctionEmitter(self.plan, self.checks)
        body = emitter.body()
        floats = [safe(symbol.name) for symbol in self.plan.arguments if symbol.labels is None]
        self.helpers = emitter.helpers
        result = "Array" if self.plan.shape else "float"
        arguments = [f"{safe(symbol.name)}: npt.ArrayLike" for symbol in self.plan.arguments]
        head = [
            *argument_checks(self.plan.arguments),
            *size_statements(self.plan.arguments, emitter.sizes),
            *(
                [f"dtype = {NUMPY['result_type']}({', '.join(floats) or 'float'})"]
                if emitter.needs_dtype
                else []
            ),
        ]
        self.lines = [
            *function_head(update.name, arguments, result),
            *indented(quoted(docstring(self.derivation, self.plan, self.raises()))),
            "    sizes: checks.Sizes = {}",
            *indented(head),
            *body,
        ]

    def raises(self) -> list[str]:
        """What is refused; among it, totals that are zero."""
        first, last = RAISES
        return [first, f"{last}; or something is divided by zero." if self.checks else f"{last}."]
