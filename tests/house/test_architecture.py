"""The house rules that a program can read off the source: who may import whom, and what is never written.

The checker is tested on planted violations, in a small tree of files of the same layout.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = ("derivations", "numeric", "reports")
LONGEST_FUNCTION = 60

CALCULUS = "derivations.calculus"
JUDGE = "derivations.calculus.instances"
THIRD = "derivations.audit.third"
CHECKER = "derivations.checker"
DATA = tuple(f"{CALCULUS}.{name}" for name in ("domains", "expressions", "statements", "evidence"))
STANDARD = tuple(sys.stdlib_module_names - {"importlib", "pkgutil", "runpy", "subprocess"})


@dataclass(frozen=True)
class Module:
    """A source file: its dotted name, its place below the root, its tree."""

    name: str
    place: str
    tree: ast.Module


@dataclass(frozen=True)
class Arrow:
    """Modules below `owner` must not import what lies below `banned`, save what lies below `save`."""

    owner: str
    banned: tuple[str, ...]
    save: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()  # modules below `owner` for which another row speaks


ARROWS = (
    Arrow("derivations", ("numeric", "reports", "tests")),
    Arrow("numeric", ("reports", "tests")),
    Arrow("reports", ("tests",)),
    Arrow(CALCULUS, ("derivations",), save=(CALCULUS,)),
    Arrow(CHECKER, ("derivations", "flint", "numpy", "sympy"), save=(CHECKER,)),
    Arrow("derivations.proof", ("derivations",), save=(CALCULUS, CHECKER, "derivations.proof")),
    Arrow("derivations.lemmas", ("derivations",), save=(CALCULUS, "derivations.proof", "derivations.lemmas")),
    Arrow(JUDGE, ("derivations",), save=(JUDGE, *DATA)),
    Arrow(CALCULUS, (JUDGE,), besides=(JUDGE,)),
    Arrow(THIRD, ("derivations", "flint", "sympy", "z3"), save=(THIRD, *DATA)),
    Arrow("numeric.handwritten", ("",), save=("numpy", "numeric.handwritten", *STANDARD)),
)

NEVER_CALLED_BY_NAME = {  # as methods of other things these are harmless: re.compile, the eval of a z3 model
    "eval": "runs text as code",
    "exec": "runs text as code",
    "compile": "turns text into code",
}
NEVER_CALLED = {
    "sympify": "evaluates strings",
    "parse_expr": "evaluates strings",
    "parse_latex": "evaluates strings",
    "system": "runs a shell",
    "popen": "runs a shell",
    "lambdify": "turns text into code",
    "nsimplify": "evaluates strings",
    "parse_mathematica": "evaluates strings",
    "parse_smt2_string": "evaluates strings",
    "from_string": "makes a template of text",
}
NEVER_NAMED = frozenset({*NEVER_CALLED_BY_NAME, "__import__", "__builtins__"})  # not even to be called later
NEVER_IMPORTED = frozenset(
    {"builtins", "code", "codeop", "dill", "joblib", "marshal", "pickle", "runpy", "shelve", "yaml"}
    | {"sympy.parsing", "sympy.core.sympify", "sympy.sympify"}
)
# Where a module is loaded by a name that is not written down: those that discovery finds, and what was made of them.
LOADERS = frozenset(
    {"derivations.discovery", "derivations.printed", "numeric.sources", "reports.figures"}
    | {"derivations.calculus.expressions.looks", "derivations.proof.looks"}  # the names stand in a constant
)
TAKES_A_NAME = frozenset(
    {"Symbol", "Dummy", "Wild", "Function", "symbols"}
)  # all else in SymPy evaluates strings


# ------------------------------------------------------------------------------ the checker


def modules(root: Path, folders: tuple[str, ...]) -> list[Module]:
    """Every Python file of the folders, parsed."""
    return [parsed(root, path) for folder in folders for path in sorted((root / folder).rglob("*.py"))]


@cache
def parsed(root: Path, path: Path) -> Module:
    place = path.relative_to(root)
    parts = place.with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return Module(name, place.as_posix(), ast.parse(path.read_text("utf-8")))


def outside_main_guard(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, save the body of `if __name__ == "__main__"`."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        is_guard = isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"
        waiting += node.orelse if is_guard and isinstance(node, ast.If) else ast.iter_child_nodes(node)


@cache
def imported(module: Module) -> tuple[tuple[str, int], ...]:
    """The dotted names that a module imports, wherever in it, and the lines."""
    return tuple(_imported(module))


def _imported(module: Module) -> Iterator[tuple[str, int]]:
    package = module.name if module.place.endswith("__init__.py") else module.name.rpartition(".")[0]
    for node in outside_main_guard(module.tree):
        match node:
            case ast.Import(names):
                yield from ((alias.name, node.lineno) for alias in names)
            case ast.ImportFrom(source, names, level):
                parts = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                start = ".".join([*parts, *([source] if source else [])])
                yield from ((f"{start}.{alias.name}", node.lineno) for alias in names)
            case ast.Call(function, [ast.Constant(str(name)), *_]) if called(function) in (
                "import_module",
                "__import__",
            ):
                yield name, node.lineno


def called(function: ast.expr) -> str:
    """The last part of the name of what is called, or nothing."""
    match function:
        case ast.Name(name) | ast.Attribute(_, name):
            return name
        case _:
            return ""


def below(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(prefix in ("", name) or name.startswith(prefix + ".") for prefix in prefixes)


def wrong_arrows(module: Module) -> Iterator[str]:
    for arrow in ARROWS:
        if not below(module.name, (arrow.owner,)) or below(module.name, arrow.besides):
            continue
        for target, line in imported(module):
            if below(target, arrow.banned) and not below(target, arrow.save):
                yield f"{module.place}:{line}: {arrow.owner} must not import {target}"


def forbidden_calls(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node.func)
        if name in NEVER_CALLED:
            yield f"{module.place}:{node.lineno}: {name} {NEVER_CALLED[name]}"
        if name in NEVER_CALLED_BY_NAME and ast.unparse(node.func) in (name, f"builtins.{name}"):
            yield f"{module.place}:{node.lineno}: {name} {NEVER_CALLED_BY_NAME[name]}"
        if name == "S" and any(isinstance(argument, ast.Constant) for argument in node.args):
            yield f"{module.place}:{node.lineno}: S(...) evaluates strings"
        for keyword in node.keywords:
            if keyword.arg == "force" and ast.unparse(keyword.value) != "False":
                yield f"{module.place}:{node.lineno}: force=True assumes what was not declared"
            if keyword.arg == "shell" and ast.unparse(keyword.value) != "False":
                yield f"{module.place}:{node.lineno}: shell=True runs a shell"


def text_as_code(module: Module) -> Iterator[str]:
    """Ways to run what was text, other than a plain call: by another name, by a library, by loading a file."""
    for name, line in imported(module):
        if below(name, tuple(NEVER_IMPORTED)):
            yield f"{module.place}:{line}: {name} can run what was data"
    for node in outside_main_guard(module.tree):
        match node:
            case ast.Name(name) if name in NEVER_NAMED:
                yield f"{module.place}:{node.lineno}: {name} can run what was data"
            case ast.Call(function, arguments) if called(function) in ("import_module", "exec_module"):
                written = called(function) == "import_module" and isinstance(arguments[0], ast.Constant)
                if not written and module.name not in LOADERS:
                    yield f"{module.place}:{node.lineno}: a module is loaded whose name is not written here"
            case ast.Call(ast.Attribute(ast.Name("sympy"), name), arguments) if name not in TAKES_A_NAME:
                if any(
                    isinstance(argument, ast.Constant | ast.JoinedStr) and text_in(argument)
                    for argument in arguments
                ):
                    yield f"{module.place}:{node.lineno}: SymPy evaluates the string that {name} gets"
            case ast.keyword("allow_pickle", value) if ast.unparse(value) != "False":
                yield f"{module.place}: allow_pickle runs what was data"


def text_in(node: ast.Constant | ast.JoinedStr) -> bool:
    return isinstance(node, ast.JoinedStr) or isinstance(node.value, str)


def simplify_as_judge(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Compare):
            sides = (node.left, *node.comparators)
            if any(isinstance(side, ast.Call) and called(side.func) == "simplify" for side in sides):
                yield f"{module.place}:{node.lineno}: simplify is no judge of equality"


def bare_excepts(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield f"{module.place}:{node.lineno}: a bare except hides every error"


def missing_docstring(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield f"{module.place}: the module does not say what it knows"


def long_functions(module: Module) -> Iterator[str]:
    if below(module.name, ("numeric.generated",)):
        return  # a generator, not a person, laid these out
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{module.place}:{node.lineno}: {node.name} has {lines} lines"


Rule = Callable[[Module], Iterator[str]]

RULES: tuple[tuple[Rule, tuple[str, ...]], ...] = (
    (wrong_arrows, PACKAGES),
    (forbidden_calls, PACKAGES),
    (text_as_code, PACKAGES),
    (simplify_as_judge, PACKAGES),
    (bare_excepts, (*PACKAGES, "tests")),
    (missing_docstring, (*PACKAGES, "tests")),
    (long_functions, (*PACKAGES, "tests")),
)


# ---------------------------------------------------------------------------- the real house


@pytest.mark.parametrize(("rule", "folders"), RULES, ids=[rule.__name__ for rule, _ in RULES])
def test_the_house_keeps_the_rule(rule: Rule, folders: tuple[str, ...]) -> None:
    found = [line for module in modules(ROOT, folders) for line in rule(module)]
    assert found == []


def test_the_whole_house_is_read() -> None:
    names = {module.name for module in modules(ROOT, PACKAGES)}
    assert {"derivations.calculus.expressions", "derivations.proof.verdicts", "numeric", "reports"} <= names


# ------------------------------------------------------------------------ planted violations

PLANTED: tuple[tuple[Rule, str, str, str], ...] = (
    (wrong_arrows, "derivations/x.py", "import numeric.code", "must not import numeric.code"),
    (
        wrong_arrows,
        "derivations/x.py",
        "def f():\n    from reports import cli",
        "must not import reports.cli",
    ),
    (wrong_arrows, "derivations/x.py", "import_module('reports.cli')", "must not import reports.cli"),
    (wrong_arrows, "derivations/x.py", "from ..numeric import code", "must not import numeric.code"),
    (wrong_arrows, "numeric/x.py", "from reports.cli import main", "must not import reports.cli.main"),
    (wrong_arrows, "reports/x.py", "from tests import conftest", "must not import tests.conftest"),
    (wrong_arrows, "derivations/calculus/x.py", "from derivations.proof import steps", "proof.steps"),
    (wrong_arrows, "derivations/calculus/x.py", "from ..proof.steps import Step", "proof.steps.Step"),
    (wrong_arrows, "derivations/calculus/x.py", "from derivations import gmm_mstep", "gmm_mstep"),
    (wrong_arrows, "derivations/calculus/x.py", "from . import instances", "must not import"),
    (wrong_arrows, "derivations/proof/x.py", "import derivations.gmm_mstep", "derivations.gmm_mstep"),
    (wrong_arrows, "derivations/lemmas/x.py", "from derivations import gmm_mstep", "gmm_mstep"),
    (wrong_arrows, "derivations/calculus/instances/x.py", "from ..indices import normal", "indices.normal"),
    (wrong_arrows, "derivations/calculus/instances/__init__.py", "from .. import scalars", "scalars"),
    (wrong_arrows, "derivations/audit/third/x.py", "from derivations.calculus import instances", "instances"),
    (wrong_arrows, "derivations/audit/third/x.py", "import flint", "must not import flint"),
    (wrong_arrows, "numeric/handwritten/x.py", "import scipy", "must not import scipy"),
    (wrong_arrows, "numeric/handwritten/x.py", "import numeric.generated.x", "numeric.generated.x"),
    (wrong_arrows, "numeric/handwritten/x.py", "from importlib import import_module", "importlib"),
    (wrong_arrows, "numeric/handwritten/x.py", "from derivations.calculus import domains", "domains"),
    (
        wrong_arrows,
        "derivations/x.py",
        "if __name__ == '__main__':\n    pass\nelse:\n    import numeric",
        "numeric",
    ),
    (forbidden_calls, "derivations/x.py", "eval('1')", "eval"),
    (forbidden_calls, "derivations/x.py", "builtins.eval(text)", "eval"),
    (forbidden_calls, "numeric/x.py", "exec(text)", "exec"),
    (forbidden_calls, "numeric/x.py", "compile(text, 'x', 'exec')", "compile"),
    (forbidden_calls, "derivations/x.py", "sympy.sympify(text)", "sympify"),
    (forbidden_calls, "derivations/x.py", "S('x + 1')", "S(...)"),
    (forbidden_calls, "derivations/x.py", "parse_expr(text)", "parse_expr"),
    (forbidden_calls, "derivations/x.py", "sympy.expand_log(e, force=True)", "force=True"),
    (forbidden_calls, "reports/x.py", "subprocess.run(command, shell=True)", "shell=True"),
    (forbidden_calls, "derivations/x.py", "sympy.lambdify(x, text)", "lambdify"),
    (forbidden_calls, "reports/x.py", "environment.from_string(text)", "from_string"),
    (text_as_code, "derivations/x.py", "run = eval\nrun(text)", "eval"),
    (text_as_code, "reports/x.py", "list(map(exec, cells))", "exec"),
    (text_as_code, "reports/x.py", "import builtins", "builtins"),
    (text_as_code, "reports/x.py", "from pickle import loads", "pickle"),
    (text_as_code, "reports/x.py", "__import__(name)", "__import__"),
    (text_as_code, "derivations/x.py", "from sympy.parsing.sympy_parser import parse_expr", "sympy.parsing"),
    (text_as_code, "derivations/x.py", "from sympy import sympify as read", "sympy.sympify"),
    (text_as_code, "derivations/x.py", "sympy.Rational(f'{number}')", "Rational"),
    (text_as_code, "derivations/x.py", "sympy.Add('x', 1)", "Add"),
    (text_as_code, "numeric/x.py", "importlib.import_module(name)", "not written here"),
    (text_as_code, "numeric/x.py", "spec.loader.exec_module(module)", "not written here"),
    (text_as_code, "numeric/x.py", "np.load(file, allow_pickle=True)", "allow_pickle"),
    (simplify_as_judge, "derivations/x.py", "ok = simplify(a - b) == 0", "simplify"),
    (bare_excepts, "reports/x.py", "try:\n    f()\nexcept:\n    pass", "bare except"),
    (missing_docstring, "reports/x.py", "import sys", "does not say"),
    (missing_docstring, "reports/__init__.py", "", "does not say"),
    (long_functions, "numeric/x.py", "def f():\n" + "    pass\n" * LONGEST_FUNCTION, "61 lines"),
)

ALLOWED: tuple[tuple[Rule, str, str], ...] = (
    (wrong_arrows, "derivations/x.py", "if __name__ == '__main__':\n    from reports.cli import main"),
    (wrong_arrows, "numeric/x.py", "from derivations.calculus.expressions import Expr"),
    (wrong_arrows, "reports/x.py", "from numeric import crosscheck\nimport derivations.proof.steps"),
    (wrong_arrows, "derivations/proof/x.py", "from derivations.calculus.instances import judge"),
    (
        wrong_arrows,
        "derivations/calculus/instances/x.py",
        "from ..expressions import Add\nfrom . import draws",
    ),
    (wrong_arrows, "numeric/handwritten/x.py", "import math, numpy as np\nfrom numpy.typing import NDArray"),
    (wrong_arrows, "derivations/x.py", "import numerics_of_another_house"),
    (forbidden_calls, "derivations/x.py", "re.compile('x')\nmodel.eval(x)\nevaluate(e)\nf(force=False)"),
    (
        text_as_code,
        "derivations/x.py",
        "import re\nre.compile('x')\nsympy.Symbol('x')\nimport_module('numpy')",
    ),
    (text_as_code, "derivations/discovery.py", "spec.loader.exec_module(module)"),
    (bare_excepts, "reports/x.py", "try:\n    f()\nexcept OSError:\n    pass"),
    (long_functions, "numeric/x.py", "def f():\n" + "    pass\n" * (LONGEST_FUNCTION - 1)),
    (long_functions, "numeric/generated/x.py", "def f():\n" + "    pass\n" * 2 * LONGEST_FUNCTION),
)


def planted(root: Path, place: str, source: str) -> Module:
    path = root / place
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")
    (module,) = modules(root, (place.partition("/")[0],))
    return module


@pytest.mark.parametrize(("rule", "place", "source", "message"), PLANTED)
def test_a_planted_violation_is_found(
    tmp_path: Path, rule: Rule, place: str, source: str, message: str
) -> None:
    found = list(rule(planted(tmp_path, place, source)))
    assert found
    assert all(place in line for line in found)
    assert message in " ".join(found)


@pytest.mark.parametrize(("rule", "place", "source"), ALLOWED)
def test_what_is_allowed_is_not_reported(tmp_path: Path, rule: Rule, place: str, source: str) -> None:
    assert list(rule(planted(tmp_path, place, source))) == []
