"""The second printer: pure functions in names of the Array API standard, on every library that is there."""

from __future__ import annotations

import ast
import importlib
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import array_api_strict
import numpy as np
import pytest
import sample_updates as m
from array_libraries import DASK, EVERYWHERE, JAX, LIBRARIES, NUMPY, STRICT, TORCH, Library, Values
from derived import derivation_of
from generated_modules import function_of

from derivations import discovery
from derivations.calculus.expressions import Exp, Sum
from derivations.proof.steps import Update
from numeric import array_api, fusions, generate
from numeric.cases import ROWS, Arguments, Case, arguments_of, cases
from numeric.crosscheck import allowed_errors, differences, reference_of
from numeric.generator import GeneratorError, array_api_source
from numeric.generator.array_api.emit import PURE
from numeric.generator.array_api.names import HELPERS, REFUSED, STANDARD
from numeric.generator.fused_module import is_read_in_blocks
from numeric.generator.fusion import Fusion, fused_plan
from numeric.generator.names import ATTRIBUTES, MATH, safe
from numeric.generator.plan import plan
from numeric.generator.writers import WRITERS
from numeric.reference import Reference, UndefinedError, evaluate_all

FOLDER = generate.FOLDER / generate.ARRAY_API
FILES = sorted(FOLDER.glob("[!_]*.py"))
REFUSED_UPDATES = {"kmedians:mu"}


# ------------------------------------------------------------------------------ what is compared


@dataclass(frozen=True)
class Job:
    """A generated function, by what it is made from."""

    module: str
    name: str
    updates: tuple[Update, ...]  # one for each result
    fusion: Fusion | None = None

    @property
    def path(self) -> str:
        return f"{self.module}:{self.name}"

    @property
    def function(self) -> Callable[..., Any]:
        module = importlib.import_module(f"numeric.generated.array_api.{self.module}")
        found: Callable[..., Any] = getattr(module, self.name)
        return found

    @property
    def text(self) -> str:
        tree = ast.parse((FOLDER / f"{self.module}.py").read_text("utf-8"))
        return next(ast.unparse(node) for node in tree.body if getattr(node, "name", "") == self.name)

    def precision(self, case: Case) -> np.dtype[Any]:
        """That of the arguments; in a pass over the points, of the others. Whole numbers do not count."""
        symbols = fused_plan(self.fusion).arguments if self.fusion else arguments_of(self.updates[0])
        says = [s.name for s in symbols if not (self.fusion and is_read_in_blocks(s))]
        kinds = [case.arguments[name].dtype for name in says]
        return np.result_type(*[kind for kind in kinds if kind.kind == "f"] or [np.dtype(np.float64)])


@cache
def jobs() -> dict[str, Job]:
    found = {name: derivation_of(name) for name, item in discovery.found().items() if item.ours}
    updates = [Job(d.name, safe(u.name), (u,)) for d in found.values() for u in d.updates]
    fused = [Job(n, f.name, f.updates, f) for n in fusions.TITLES for f in fusions.fusions(n, found)]
    return {job.path: job for job in (*updates, *fused)}


PATHS = [
    f"{path.stem}:{node.name}"
    for path in FILES
    for node in ast.parse(path.read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef)
]
WRITTEN = pytest.mark.parametrize("path", [path for path in PATHS if path not in REFUSED_UPDATES])


@cache
def expected(path: str) -> list[tuple[Case, list[Reference]]]:
    """The cross-check's cases of a function that its formulas admit, and what comes out, to 50 digits."""
    job = jobs()[path]
    if job.fusion is None:
        assumed = derivation_of(job.module).step(job.updates[0].step).hypotheses
        pairs = [(c, reference_of(job.updates[0], c.arguments, assumed)) for c in cases(job.updates[0])]
        return [(case, [reference]) for case, reference in pairs if reference is not None]
    symbols = fused_plan(job.fusion).arguments
    return [(case, found) for case in (row.of(symbols) for row in ROWS) if (found := _all(job, case))]


def _all(job: Job, case: Case) -> list[Reference]:
    try:
        return evaluate_all(job.updates, case.arguments)
    except UndefinedError:
        return []


def run(library: Library, function: Callable[..., Any], arguments: Arguments) -> tuple[Values, ...]:
    """The results of a function in a library, as values; what went in is as it was."""
    module = library.loaded()
    given = {name: library.array(module, values) for name, values in arguments.items()}
    found = function(**given)
    for name, values in arguments.items():
        assert np.array_equal(library.values(given[name]), values), f"{name} was changed"
    return tuple(map(library.values, found if isinstance(found, tuple) else (found,)))


def wrong(found: tuple[Values, ...], references: list[Reference], dtype: np.dtype[Any]) -> Iterator[str]:
    """What is not as it should be: shape, then precision, then values."""
    for values, reference in zip(found, references, strict=True):
        if values.shape != reference.values.shape:
            yield f"shape {values.shape}, expected {reference.values.shape}"
        elif values.dtype != dtype:
            yield f"{values.dtype}, expected {dtype}"
        elif not np.all(differences(values, reference.values) <= allowed_errors(reference, dtype)):
            yield f"{values}, expected {reference.values.astype(float)}"


# ------------------------------------------------------------------------------------- values


@EVERYWHERE
@WRITTEN
@pytest.mark.filterwarnings("error")
def test_values_are_those_of_the_formula_in_every_library(library: Library, path: str) -> None:
    """Within the bounds of the cross-check, in which NumPy's code is too; nothing is promoted or written over."""
    job, module = jobs()[path], library.loaded()
    if library.lacks and library.lacks in job.text:
        pytest.skip(f"{library.name} has {library.lacks} for single matrices only")
    with library.settings(module):
        for case, references in expected(path):
            found = run(library, job.function, case.arguments)
            assert list(wrong(found, references, job.precision(case))) == [], case.name


@WRITTEN
def test_values_are_those_of_the_code_for_numpy(path: str) -> None:
    """In double precision, to 1e-13 of the largest entry, at the generic case."""
    job = jobs()[path]
    case, _ = expected(path)[0]
    theirs = getattr(importlib.import_module(f"numeric.generated.{job.module}"), job.name)(**case.arguments)
    for found, other in zip(
        run(NUMPY, job.function, case.arguments), theirs if job.fusion else (theirs,), strict=True
    ):
        largest = np.max(np.abs(other), where=np.isfinite(other), initial=0)
        np.testing.assert_allclose(found, other, rtol=0, atol=1e-13 * largest)


def test_what_a_library_lacks_it_says() -> None:
    for library in LIBRARIES:
        if library.lacks:
            job = jobs()["gmm_estep:gamma"]
            assert library.lacks in job.text
            with pytest.raises(ValueError, match="cholesky"):
                run(library, job.function, expected(job.path)[0][0].arguments)


@EVERYWHERE
def test_sums_over_pieces_add_up(library: Library) -> None:
    job, module = jobs()["gmm_em:centred_sums"], library.loaded()
    arguments = dict(expected(job.path)[0][0].arguments)
    x = arguments.pop("x")
    with library.settings(module):
        whole = run(library, job.function, {"x": x, **arguments})
        parts = [run(library, job.function, {"x": part, **arguments}) for part in (x[:3], x[3:])]
    for total, *shares in zip(whole, *parts, strict=True):
        np.testing.assert_allclose(total, sum(shares), rtol=1e-12, atol=1e-12)


# ------------------------------------------------------------------------------ pure, and lazy

POINTS = np.asarray([[0.0, 1.0], [2.0, 0.5], [1.0, -1.0], [-2.0, 0.0]])
MIXTURE: Arguments = {
    "pi": np.asarray([0.25, 0.75]),
    "mu": np.asarray([[0.0, 0.0], [1.0, 0.5]]),
    "Sigma": np.asarray([[[2.0, 0.5], [0.5, 1.0]], [[1.0, 0.0], [0.0, 3.0]]]),
}


@WRITTEN
def test_functions_can_be_traced_and_compiled(path: str) -> None:
    """No value is looked at: with whatever numbers, there is one function of the shapes."""
    jax, module, job = pytest.importorskip("jax"), JAX.loaded(), jobs()[path]
    case, references = expected(path)[0]
    with JAX.settings(module):
        found = run(JAX, jax.jit(job.function), case.arguments)
    assert list(wrong(found, references, np.dtype(np.float64))) == []


def test_the_slope_of_the_likelihood_is_that_of_the_m_step() -> None:
    """d L / d mu_k = Sigma_k^-1 sum_i gamma_ik (x_i - mu_k): what a library differentiates is what was derived."""
    jax, module = pytest.importorskip("jax"), JAX.loaded()
    with JAX.settings(module):
        x, *_ = given = [module.asarray(values) for values in (POINTS, *MIXTURE.values())]
        slope = jax.grad(jobs()["gmm_estep:log_likelihood"].function, argnums=2)(given[1], x, *given[2:])
        _, first, _, _ = jobs()["gmm_em:whitened_sums"].function(*given)
        np.testing.assert_allclose(slope, np.linalg.solve(MIXTURE["Sigma"], first[..., np.newaxis])[..., 0])


@WRITTEN
def test_nothing_is_computed_before_it_is_asked_for(path: str) -> None:
    dask, module, job = importlib.import_module("dask"), DASK.loaded(), jobs()[path]
    if DASK.lacks in job.text:
        pytest.skip(f"dask has {DASK.lacks} for single matrices only")

    def never(*arguments: object, **options: object) -> None:
        raise AssertionError("something was computed")

    given = {name: DASK.array(module, v) for name, v in expected(path)[0][0].arguments.items()}
    with dask.config.set(scheduler=never):
        found = job.function(**given)
    assert all(isinstance(part, module.Array) for part in (found if job.fusion else (found,)))


@WRITTEN
def test_everything_is_made_where_the_arguments_are(path: str) -> None:
    """On the device that holds shapes and no numbers: an array that is made elsewhere does not go with its arrays."""
    torch = TORCH.loaded()
    given = {name: torch.tensor(v, device="meta") for name, v in expected(path)[0][0].arguments.items()}
    found = jobs()[path].function(**given)
    assert all(part.device.type == "meta" for part in (found if jobs()[path].fusion else (found,)))


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


def pure_text(update: Update) -> str:
    return array_api_source(m.derivation("models", update))


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
        kmedians.mu(POINTS, POINTS)


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


# ----------------------------------------------------------------------------------- arguments


@EVERYWHERE
def test_precision_is_that_of_the_arguments(library: Library) -> None:
    """float32 stays so; whole numbers take the precision of the others."""
    job, module = jobs()["gmm_mstep:mu"], library.loaded()
    gamma, x = np.full((4, 2), 0.5, np.float32), POINTS.astype(np.int64)
    with library.settings(module):
        for points in (POINTS.astype(np.float32), x):
            assert run(library, job.function, {"gamma": gamma, "x": points})[0].dtype == np.float32
        assert run(library, job.function, {"gamma": gamma, "x": POINTS})[0].dtype == np.float64


@EVERYWHERE
def test_shapes_and_kinds_are_checked_by_name(library: Library) -> None:
    job, module = jobs()["gmm_mstep:mu"], library.loaded()
    gamma = np.full((4, 2), 0.5)
    with (
        library.settings(module),
        pytest.raises(ValueError, match=r"^x: expected shape \(N, D\) with N = 4 as in gamma, got \(3, 2\)$"),
    ):
        run(library, job.function, {"gamma": gamma, "x": POINTS[:3]})
    with (
        library.settings(module),
        pytest.raises(ValueError, match=r"^x: expected real numbers, got .*complex128"),
    ):
        run(library, job.function, {"gamma": gamma, "x": POINTS.astype(np.complex128)})
    with pytest.raises(TypeError):
        job.function(
            library.array(module, gamma), array_api_strict.asarray(POINTS) if library != STRICT else POINTS
        )


def test_labels_are_whole_numbers(tmp_path: Path) -> None:
    function = function_of(m.ASSIGNED, tmp_path, pure_text(m.ASSIGNED))
    with pytest.raises(ValueError, match=r"^z: expected whole numbers, got float64"):
        function(x=POINTS, z=np.zeros(4), mu=POINTS)


def test_without_the_extra_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "array_api_compat", None)
    monkeypatch.delitem(sys.modules, "numeric.array_api")
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'derivation-workbook\[arrays\]'"):
        importlib.import_module("numeric.array_api")


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
