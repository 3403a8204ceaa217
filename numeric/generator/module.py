"""The text of a generated module: one function for each update of a derivation."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from derivations.calculus.expressions import Symbol
from derivations.calculus.notation import text_lines
from derivations.calculus.statements import Equal, Statement
from derivations.proof.steps import Definition, Derivation, Update
from numeric.generator.emit import FunctionEmitter
from numeric.generator.errors import GeneratorError
from numeric.generator.names import HELPERS, NUMPY, safe
from numeric.generator.plan import plan
from numeric.generator.validation import (
    argument_checks,
    assumed_positive,
    axes_of,
    requirement_check,
    requirements,
    size_statements,
)

MARK = "# generated, do not edit"
WIDTH = 96  # of a formula
LONGEST = 110  # line


def source(derivation: Derivation) -> str:
    """The module numeric/generated/<name>.py. Raises GeneratorError for a formula that cannot be coded well."""
    functions = [Function(derivation, update) for update in derivation.updates]
    helpers = {name for function in functions for name in function.helpers}
    return module_text(_header(derivation), [function.lines for function in functions], helpers)


def module_text(header: Iterable[str], functions: Iterable[Sequence[str]], helpers: Iterable[str]) -> str:
    """A module: its header, imports for what the functions use, the functions."""
    bodies = list(functions)
    lines = [line for body in bodies for line in body]
    needs_numpy, needs_math = (any(name in line for line in lines) for name in ("np.", "math."))
    parts = [
        *header,
        "",
        "from __future__ import annotations",
        "",
        *(["import math", ""] if needs_math else []),
        *(["import numpy as np"] if needs_numpy else []),
        "import numpy.typing as npt",
        "",
        "from numeric import checks",
        *_imports(helpers, any(re.search(r"\bArray\b", line) for line in lines)),
    ]
    for body in bodies:
        parts += ["", "", *body]
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


def _header(derivation: Derivation) -> list[str]:
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
        f'"""{escaped(derivation.title)}: the updates that were derived, as NumPy functions."""',
    ]


def _imports(helpers: Iterable[str], needs_type: bool) -> list[str]:
    found: dict[str, set[str]] = {"numeric.checks": {"Array"}} if needs_type else {}
    for name in helpers:
        found.setdefault(HELPERS[name], set()).add(name)
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
            *indented(quoted(self.docstring())),
            "    sizes: checks.Sizes = {}",
            *indented(head),
            *body,
        ]

    def docstring(self) -> list[str]:
        """What is computed, from which step, with which shapes, and what is refused."""
        first, *formula = text_lines(Equal(self.update.target, self.update.formula), WIDTH)
        defined = [line for d in self.update.definitions for line in where(d)]
        used = ["", *defined] if defined else []
        origin = f"Step {self.update.step} of derivations/{self.derivation.name}.py."
        return [
            first,
            *formula,
            *used,
            "",
            origin,
            "",
            "Args:",
            *(f"    {described(symbol)}" for symbol in self.plan.arguments),
            "",
            "Returns:",
            f"    {shape_text([size.name for size in self.plan.shape])}",
            "",
            "Raises:",
            "    ValueError: an argument does not have its shape, holds a number that is not finite, or is",
            f"        not what is said above{self.besides()}",
        ]

    def besides(self) -> str:
        """What else is refused: totals that are zero."""
        return "; or something is divided by zero." if self.checks else "."


def where(definition: Definition) -> list[str]:
    """A definition; where the code calls it by another name than the page, that too."""
    first, *others = text_lines(definition.statement, WIDTH - 6)
    return [f"where {first}", *(f"      {line}" for line in others)]


def described(symbol: Symbol) -> str:
    shape = shape_text([size.name for size in axes_of(symbol)])
    phrase = "" if symbol.domain.name == "real" else f", {symbol.domain.phrase}"
    if symbol.labels is not None:
        phrase = f", labels from 0 to {symbol.labels.name} - 1"
    return f"{safe(symbol.name)}: {shape}{phrase}"


def shape_text(names: Sequence[str]) -> str:
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})"


def escaped(text: str) -> str:
    """Text that stands in a docstring as it is read: whatever an author wrote, it does not end the docstring."""
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def quoted(lines: Sequence[str]) -> list[str]:
    """The lines of a docstring, in quotes."""
    first, *others = map(escaped, lines)
    return [f'"""{first}', *others, '"""']


def indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}".rstrip() for line in lines]
