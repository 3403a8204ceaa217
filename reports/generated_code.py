"""The generated code of a derivation and how it compared, read from `numeric` as far as these are there.

What is missing (no generated file, no comparison) is absent, never made up.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from derivations.proof.steps import Derivation

SMALLEST = 1e-300


@dataclass(frozen=True)
class Code:
    """One generated function: where it and its hand-written counterpart live, and its source without docstring."""

    generated: str
    handwritten: str | None
    source: str


@dataclass(frozen=True)
class Crosscheck:
    """How a generated function compared with the hand-written one and with 50 digits."""

    cases: int
    max_error: float
    bound: float
    agrees: bool
    against: tuple[str, ...]
    failures: tuple[str, ...] = ()

    @property
    def has_tolerance(self) -> bool:
        """Whether any rounding was allowed at all; for what is exact the bound is the smallest number."""
        return self.bound > SMALLEST

    @property
    def verdict(self) -> str:
        return "AGREES" if self.agrees else "DISAGREES"


def code_of(derivation: Derivation) -> dict[str, Code]:
    """The generated functions, by the name of their update."""
    from numeric import sources
    from numeric.generator import GeneratorError
    from numeric.generator.names import safe

    try:
        generated = _functions(sources.generated_file(derivation))
    except GeneratorError:
        return {}  # it has no code, and says why when asked to compare it
    handwritten = _functions(Path(sources.__file__).parent / "handwritten" / f"{derivation.name}.py")
    found: dict[str, Code] = {}
    for update in derivation.updates:
        function = safe(update.name)
        if function in generated:
            places = [f"numeric.{kind}.{derivation.name}:{function}" for kind in ("generated", "handwritten")]
            other = places[1] if function in handwritten else None
            found[update.name] = Code(places[0], other, generated[function])
    return found


def crosschecks_of(derivation: Derivation) -> dict[str, Crosscheck]:
    """A comparison on a few cases of each update's code, by the name of the update."""
    from numeric import crosscheck, sources

    try:
        results = crosscheck.check(derivation, quick=True)
    except sources.UsageError:
        return {}  # there is no generated code to compare
    return {
        r.update: Crosscheck(
            r.cases, r.max_error, r.bound, r.verdict == crosscheck.AGREES, r.against, r.failures
        )
        for r in results
    }


def _functions(module: Path | None) -> dict[str, str]:
    """The source of every function of a module, without its docstring; nothing if there is no such module."""
    if module is None or not module.exists():
        return {}
    text = module.read_text("utf-8")
    return {
        node.name: _without_docstring(text, node)
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


def _without_docstring(text: str, node: ast.FunctionDef) -> str:
    lines = text.splitlines()
    kept = range(node.lineno, (node.end_lineno or node.lineno) + 1)
    left_out: range = range(0)
    if ast.get_docstring(node) is not None:
        left_out = range(node.body[0].lineno, (node.body[0].end_lineno or node.body[0].lineno) + 1)
    return "\n".join(lines[number - 1] for number in kept if number not in left_out)
