"""The second printer: pure functions in names of the Array API standard, on every library that is there."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import array_api_strict
import numpy as np
import pytest
import sample_updates as m
from array_functions import WRITTEN, expected, jobs, pure_text, run, wrong
from array_libraries import DASK, EVERYWHERE, JAX, LIBRARIES, NUMPY, STRICT, TORCH, Library
from generated_modules import function_of

from numeric.cases import Arguments

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
        run(NUMPY, job.function, case.arguments),
        theirs if isinstance(theirs, tuple) else (theirs,),
        strict=True,
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
    assert all(isinstance(part, module.Array) for part in (found if isinstance(found, tuple) else (found,)))


@WRITTEN
def test_everything_is_made_where_the_arguments_are(path: str) -> None:
    """On the device that holds shapes and no numbers: an array that is made elsewhere does not go with its arrays."""
    torch = TORCH.loaded()
    given = {name: torch.tensor(v, device="meta") for name, v in expected(path)[0][0].arguments.items()}
    found = jobs()[path].function(**given)
    assert all(part.device.type == "meta" for part in (found if isinstance(found, tuple) else (found,)))


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
