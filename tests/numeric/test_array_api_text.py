"""The second printer: that it writes what is in the standard and pure, and refuses by name what is not."""

from __future__ import annotations

import ast
import importlib
import math
from pathlib import Path
from types import ModuleType
from typing import Any

import array_api_strict
import numpy as np
import pytest
import sample_updates as m
from array_functions import FILES, REFUSED_UPDATES, jobs, pure_text, run, wrong
from array_libraries import NUMPY, STRICT
from generated_modules import function_of

from derivations.calculus.expressions import Exp, Sum
from derivations.proof.steps import Update
from numeric import array_api, generate
from numeric.cases import ROWS, arguments_of
from numeric.crosscheck import reference_of
from numeric.generator import GeneratorError
from numeric.generator.array_api.emit import PURE
from numeric.generator.array_api.names import HELPERS, REFUSED, STANDARD
from numeric.generator.fusion import fused_plan
from numeric.generator.names import ATTRIBUTES, MATH
from numeric.generator.plan import plan
from numeric.generator.writers import WRITERS

# ------------------------------------------------------------------------------------ the text

TREES = pytest.mark.parametrize(
    "tree", [ast.parse(file.read_text("utf-8")) for file in FILES], ids=[f.stem for f in FILES]
)


def attributes(tree: ast.AST, root: str) -> set[str]:
    """The dotted names that begin with this one."""
    found = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {name for name in found if name.startswith(f"{root}.") and name.replace(".", "").isidentifier()}


def exists(name: str, xp: ModuleType = array_api_strict) -> bool:
    """Whether the standard has a function or a constant `xp.…`."""
    first, *parts = name.partition(".")[2].split(".")
    return hasattr(xp, first) and all(hasattr(getattr(xp, first), part) for part in parts)


@pytest.mark.parametrize("name", STANDARD.values())
def test_every_name_that_may_be_emitted_is_in_the_standard(name: str) -> None:
    with STRICT.settings(array_api_strict):
        assert exists(name) if name.startswith("xp.") else exists(name, math)


def test_a_name_of_numpy_alone_is_noticed() -> None:
    assert not any(map(exists, ("xp.swapaxes", "xp.einsum", "xp.linalg.lstsq", "xp.triu_indices")))


def test_helpers_use_names_of_the_standard_alone() -> None:
    used = attributes(ast.parse(Path(array_api.__file__).read_text("utf-8")), "xp")
    assert {name for name in used if not exists(name) and name != "xp.__array_namespace_info__"} == set()
    assert all(hasattr(array_api, name) for name in HELPERS)


@TREES
def test_generated_code_is_of_names_in_the_tables_and_pure(tree: ast.Module) -> None:
    assert attributes(tree, "xp") - {"xp.linalg"} <= set(STANDARD.values())
    assert attributes(tree, "math") <= {*MATH.values(), *STANDARD.values()}
    others = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} - set(ATTRIBUTES)
    assert others <= {
        name.rpartition(".")[2] for name in (*STANDARD.values(), *MATH.values(), "x.linalg", "x.Sizes")
    }
    stored = [n for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)]
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp, ast.If, ast.AugAssign)
    assert stored == []
    assert not any(isinstance(node, loops) for node in ast.walk(tree))
    assert not any(node.arg == "out" for node in ast.walk(tree) if isinstance(node, ast.keyword))


# --------------------------------------------------------------------- every kind of operation

ALL_SAMPLES = (*m.SHEET, m.NEAREST, *m.OTHERS)
SAMPLES = pytest.mark.parametrize("update", ALL_SAMPLES, ids=lambda update: update.name)


@SAMPLES
def test_samples_are_computed_or_refused_by_name(update: Update, tmp_path: Path) -> None:
    """Strictly in the standard, to the same bounds."""
    case = ROWS[0].of(arguments_of(update))
    function = function_of(update, tmp_path, pure_text(update))
    if update in (m.MEDIANS, m.CLUSTER_MEDIANS):
        with pytest.raises(NotImplementedError, match=f"^{update.name}: a median takes a partition"):
            function(**case.arguments)
        return
    reference = reference_of(update, case.arguments, ())
    assert reference is not None
    with STRICT.settings(array_api_strict):
        found = run(STRICT, function, case.arguments)
    assert list(wrong(found, [reference], np.dtype(np.float64))) == []


def test_every_kind_of_operation_is_written_or_refused() -> None:
    tried = {o.kind for update in ALL_SAMPLES for o in plan(update).program.operations}
    fused = {
        o.kind for job in jobs().values() if job.fusion for o in fused_plan(job.fusion).program.operations
    }
    assert {*WRITERS, *PURE} == tried | fused
    assert set(REFUSED) <= tried


def test_what_is_refused_is_listed_and_says_so_when_called() -> None:
    found = {f"{file.stem}:{name}" for file in FILES for name in refused(file.read_text("utf-8"))}
    assert found == REFUSED_UPDATES
    kmedians = importlib.import_module("numeric.generated.array_api.kmedians")
    with pytest.raises(NotImplementedError, match=r"^mu: a median takes a partition"):
        kmedians.mu(np.ones((4, 2)), np.ones((4, 2)))


def refused(text: str) -> set[str]:
    """The names in the lines `Refused: …` above a module."""
    lines = (ast.get_docstring(ast.parse(text)) or "").splitlines()
    return {line.split(",")[0].partition(": ")[2] for line in lines if line.startswith("Refused: ")}


def test_numbers_alone_and_pairs_of_points_are_refused() -> None:
    assert refused(pure_text(m.update("f", m.result("f"), m.half))) == {"f"}
    pairs = Sum(m.i, Sum(m.m, Exp(-(m.x[m.i].T @ m.x[m.m]))))
    with pytest.raises(GeneratorError, match="N x N"):
        pure_text(m.update("f", m.result("f"), pairs))


SLIPS = (  # a row of a table, what is wrong there, the sample that sees it
    (STANDARD, "minimum", "xp.max", "distortion"),
    (STANDARD, "sum", "xp.prod", "pi"),
    (STANDARD, "first_smallest", "xp.argmax", "nearest"),
    (STANDARD, "absolute", "xp.exp", "l1"),
    (PURE, "softmax", WRITERS["exp"], "sure_shares"),
    (PURE, "equal", PURE["less"], "equal_labels"),
    (PURE, "ordered", PURE["identity"], "triangle"),
)


@pytest.mark.parametrize(("table", "row", "slip", "sample"), SLIPS, ids=[str(slip[1]) for slip in SLIPS])
def test_a_wrong_row_of_a_table_is_noticed(
    table: dict[str, Any], row: str, slip: Any, sample: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = next(update for update in ALL_SAMPLES if update.name == sample)
    case = ROWS[0].of(arguments_of(update))
    reference = reference_of(update, case.arguments, ())
    assert reference is not None
    monkeypatch.setitem(table, row, slip)
    found = run(NUMPY, function_of(update, tmp_path, pure_text(update)), case.arguments)
    assert list(wrong(found, [reference], np.dtype(np.float64)))


# --------------------------------------------------------------------------------------- files


def test_files_of_both_printers_are_checked_and_mended(tmp_path: Path) -> None:
    wanted = {"a.py": "1\n", "array_api/a.py": "2\n", "array_api/b.py": "3\n"}
    generate.write(wanted, tmp_path)
    assert generate.problems(wanted, tmp_path) == []
    (tmp_path / "array_api" / "a.py").write_text("4\n")
    (tmp_path / "array_api" / "b.py").unlink()
    (tmp_path / "array_api" / "c.py").write_text("")
    (tmp_path / "array_api" / "__init__.py").write_text("")
    found = [line.rpartition("array_api/")[2] for line in generate.problems(wanted, tmp_path)]
    assert [line[:10] for line in found] == ["a.py is st", "b.py is mi", "c.py belon"]
    generate.write(wanted, tmp_path)
    assert generate.problems(wanted, tmp_path) == []


def test_both_printers_have_the_same_functions() -> None:
    for path in FILES:
        texts = [ast.parse(file.read_text("utf-8")) for file in (path, generate.FOLDER / path.name)]
        names = [[n.name for n in tree.body if isinstance(n, ast.FunctionDef)] for tree in texts]
        assert names[0] == names[1]
