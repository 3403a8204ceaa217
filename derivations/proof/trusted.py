"""What a PROVED rests on, read off the source and off the evidence, never typed.

The modules that a verdict depends on are those reached by imports from the place where verdicts are made and from all
ways of arguing; the libraries beneath are those that these modules import; the cited facts are those of the steps.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

from derivations.calculus.evidence import ALL_SIZES, Verdict
from derivations.proof.axioms import AXIOMS, Axiom

HOUSE = Path(__file__).resolve().parent.parent.parent
START = ("derivations.proof.proof",)
WAYS = "derivations.proof.methods"  # all of them, imported or not
NOTHING_RUNS = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)

# Each part: its name, whether it belongs to the checker, to the rules, to the judge or to both of these, and what of
# the source it is. What puts steps into records for the checker is not trusted: it is asked whether they are the steps.
CHECKER, RECORDS, DATA, RULES, JUDGE = "checker", "records", "both", "rules", "judge"
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("every step once more, by few rules", CHECKER, ("checker",)),
    ("what it believes: facts, meanings of names", CHECKER, ("facts",)),
    ("asking it, and the verdict from what is found", CHECKER, ("checking", "verdicts")),
    ("steps as records", RECORDS, ("recording",)),
    ("trees, domains, statements", DATA, ("expressions", "domains", "statements", "evidence")),
    ("index calculus, with the lowering of trees", RULES, ("indices", "lowering", "solving")),
    ("signs and case splits", RULES, ("order", "exact", "matching")),
    ("algebra of scalars", RULES, ("scalars",)),
    ("ways of arguing", RULES, ("methods",)),
    ("steps, hypotheses, verdicts", DATA, ("proof",)),
    ("values at instances, by definition", JUDGE, ("instances",)),
)

CALLED = {"flint": "python-flint", "sympy": "SymPy"}  # the names under which libraries are imported

NOT_PROVED = (
    "measure theory: that densities, expectations and exchanges of sum and integral are what they are taken to be",
    "that a transform determines its distribution; what is shown of a moment generating function is algebra",
    "anything about the likelihood of the data beyond the expected complete-data log-likelihood with the "
    "responsibilities held fixed, and the bound that it gives",
    "the printed lines and what corrects them: there HOLDS says that the rules and the judge agree; the checker is not "
    "asked",
    "that floating-point code has the value of its formula: that is compared, within stated bounds",
)


@dataclass(frozen=True)
class Part:
    """A part of the program that a PROVED depends on; `lines` are those that say something to the computer."""

    name: str
    side: str
    modules: tuple[str, ...]
    lines: int
    libraries: tuple[str, ...]


@dataclass(frozen=True)
class Work:
    """How many claims an engine has spoken for in one way, and the library beneath, if there is one."""

    engine: str
    method: str
    claims: int
    library: str


@dataclass(frozen=True)
class Cited:
    """A cited fact, and the steps at which it enters: (derivation, step)."""

    axiom: Axiom
    enters: tuple[tuple[str, str], ...]


# --------------------------------------------------------------------------- what is read


class Finding(Protocol):
    @property
    def engine(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def scope(self) -> str: ...
    @property
    def verdict(self) -> Verdict: ...


class Taken(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def uses(self) -> tuple[str, ...]: ...
    @property
    def axioms(self) -> tuple[str, ...]: ...
    @property
    def evidence(self) -> Sequence[Finding]: ...


class Derived(Protocol):
    """A derivation, or a record of one."""

    @property
    def name(self) -> str: ...
    @property
    def steps(self) -> Sequence[Taken]: ...


# -------------------------------------------------------------------------------- modules


@cache
def parts() -> tuple[Part, ...]:
    """Every module that a PROVED depends on, in its part."""
    ways = [_name(path) for path in sorted(_place(WAYS).parent.glob("*.py"))]
    reached = _reached((*START, *ways))
    inside: dict[str, list[str]] = {name: [] for name, _, _ in PARTS}
    for module in sorted(reached):
        if _lines(_place(module)):
            inside[_part_of(module)].append(module)
    return tuple(
        Part(
            name,
            side,
            tuple(inside[name]),
            sum(_lines(_place(module)) for module in inside[name]),
            tuple(sorted({CALLED.get(found, found) for module in inside[name] for found in reached[module]})),
        )
        for name, side, _ in PARTS
    )


def _part_of(module: str) -> str:
    """The part that a module belongs to: the checker, or by the innermost of its packages that a part names."""
    _, *packages = module.split(".")
    for word in packages[:1] if packages[0] == "checker" else reversed(packages):
        for name, _, words in PARTS:
            if word in words:
                return name
    raise LookupError(f"{module} is in no part of what is trusted")


def _reached(start: Sequence[str]) -> dict[str, set[str]]:
    """The modules of ours that these import, directly or not; of each, the libraries that it imports."""
    reached: dict[str, set[str]] = {}
    waiting = list(start)
    while waiting:
        module = waiting.pop()
        if module in reached:
            continue
        imported = set(_imports(ast.parse(_place(module).read_text("utf-8"))))
        ours = {name for name in imported if name.startswith("derivations.")}
        tops = {name.partition(".")[0] for name in imported - ours}
        reached[module] = tops - set(sys.stdlib_module_names) - {"derivations"}
        waiting.extend(ours)
    return reached


def _imports(node: ast.AST) -> Iterator[str]:
    """The modules that are imported anywhere in the tree, save for the type checker alone."""
    match node:
        case ast.If(ast.Name("TYPE_CHECKING"), _, other):
            for statement in other:
                yield from _imports(statement)
            return
        case ast.Import(names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(str(source), names):
            yield source
            inner = (f"{source}.{alias.name}" for alias in names if source.startswith("derivations"))
            yield from (name for name in inner if _place(name).exists())
    for child in ast.iter_child_nodes(node):
        yield from _imports(child)


def _place(module: str) -> Path:
    """The file of a module of ours."""
    stem = HOUSE.joinpath(*module.split("."))
    return stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")


def _name(path: Path) -> str:
    names = path.relative_to(HOUSE).with_suffix("").parts
    return ".".join(names[:-1] if names[-1] == "__init__" else names)


def _lines(path: Path) -> int:
    """The lines of a file without blank ones, comments and docstrings."""
    text = path.read_text("utf-8")
    used: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NOTHING_RUNS:
            used.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node):
            used -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(used & set(range(1, len(text.splitlines()) + 1)))


# ------------------------------------------------------------------------- evidence and axioms

# The library that does the work; every other way is our own rules alone.
BENEATH = {
    "checker": "z3",
    "instances": CALLED["flint"],
    "scalars": CALLED["flint"],
    "sympy": CALLED["sympy"],
}


def work(derivations: Sequence[Derived]) -> tuple[Work, ...]:
    """Who spoke for how many claims, those who argue for all sizes first."""
    found: Counter[tuple[bool, str, str]] = Counter()
    for derivation in derivations:
        for step in derivation.steps:
            if step.kind == "claim":
                found.update(
                    {(e.scope != ALL_SIZES, e.engine, e.method) for e in step.evidence if _speaks_for(e)}
                )
    return tuple(
        Work(engine, method, count, "z3" if "z3" in method else BENEATH.get(engine, ""))
        for (_, engine, method), count in sorted(found.items())
    )


def _speaks_for(found: Finding) -> bool:
    return found.verdict in (Verdict.PROVED, Verdict.CHECKED)


def cited(derivations: Sequence[Derived]) -> tuple[Cited, ...]:
    """Every cited fact that a step rests on, with the steps at which it enters."""
    enters: dict[str, list[tuple[str, str]]] = {}
    for derivation in derivations:
        behind = {step.id: set(step.axioms) for step in derivation.steps}
        for step in derivation.steps:
            inherited = set[str]().union(*(behind[name] for name in step.uses))
            for axiom in step.axioms:
                if axiom not in inherited:
                    enters.setdefault(axiom, []).append((derivation.name, step.id))
    return tuple(Cited(axiom, tuple(enters[name])) for name, axiom in AXIOMS.items() if name in enters)
