"""Several updates in one pass: that the pass computes what the updates do, whatever the blocks and the threads."""

from __future__ import annotations

import ast
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from derivations import gmm_estep, gmm_mstep
from numeric import checks, fusions
from numeric.blocks import rows_of_a_block
from numeric.generated import gmm_em, kmeans_step
from numeric.generated import gmm_estep as estep
from numeric.generated import gmm_mstep as mstep
from numeric.generator import GeneratorError, fused_source
from numeric.generator.fusion import Fusion, Output, fused_plan
from numeric.generator.names import ATTRIBUTES, MATH, NUMPY, UFUNCS
from numeric.one_pass import Room, rooms, sum_in_small_blocks
from numeric.smallest import first_smallest, ones_and_counts, put_ones
from numeric.threads import threads_of_a_pass

pytestmark = pytest.mark.filterwarnings("error")

Values = npt.NDArray[Any]
MODULE = Path(gmm_em.__file__).read_text("utf-8")


def mixture(count: int = 500, dimensions: int = 3, components: int = 4) -> tuple[Values, ...]:
    """Points, and a mixture that is not far from them."""
    random = np.random.default_rng(5)
    mu = random.normal(size=(components, dimensions)) * 3
    root = random.normal(size=(components, dimensions, dimensions))
    sigma = root @ root.transpose(0, 2, 1) + np.eye(dimensions) / 2
    x = mu[random.integers(components, size=count)] + random.normal(size=(count, dimensions))
    return x, random.dirichlet(np.full(components, 3.0)), mu, sigma


def natural(pi: Values, mu: Values, sigma: Values, center: Values) -> dict[str, Values]:
    return {
        "constant": estep.constant(pi=pi, mu=mu, Sigma=sigma, center=center),
        "linear": estep.linear(mu=mu, Sigma=sigma, center=center),
        "center": center,
        "packed": estep.packed(sigma),
    }


def centred(x: Values, pi: Values, mu: Values, sigma: Values, **options: Any) -> tuple[Any, ...]:
    parameters = natural(pi, mu, sigma, pi @ mu)
    return gmm_em.centred_sums(
        x, **{k: v.astype(options.get("dtype", v.dtype)) for k, v in parameters.items()}
    )


def apart(found: tuple[Any, ...], expected: tuple[Any, ...]) -> float:
    return max(float(np.max(np.abs(a - b)) / np.max(np.abs(b))) for a, b in zip(found, expected, strict=True))


def one_by_one(x: Values, pi: Values, mu: Values, sigma: Values, origin: Values) -> tuple[Any, ...]:
    """The same by the updates themselves."""
    gamma = estep.gamma(pi, x, mu, sigma)
    sums = mstep.count(gamma), mstep.first(gamma, x, origin), mstep.second(gamma, x, origin)
    return (*sums, estep.log_likelihood(pi, x, mu, sigma))


@pytest.mark.parametrize("rows", [None, 1, 7, 1000])
def test_one_pass_gives_what_the_updates_give(rows: int | None) -> None:
    x, pi, mu, sigma = mixture(60)
    origin = np.broadcast_to(pi @ mu, mu.shape)
    whole = [one_by_one(x, pi, mu, sigma, origin), one_by_one(x, pi, mu, sigma, mu)]
    gamma = estep.gamma(pi, x, mu, sigma)
    with rows_of_a_block(rows or 2**20):
        assert apart(centred(x, pi, mu, sigma), whole[0]) < 1e-13
        assert apart(gmm_em.whitened_sums(x, pi, mu, sigma), whole[1]) < 1e-13
        assert apart(gmm_em.weighted_sums(gamma, x, mu), whole[1][:3]) < 1e-13


def test_the_m_step_from_sums_is_the_m_step() -> None:
    x, pi, mu, sigma = mixture()
    gamma = estep.gamma(pi, x, mu, sigma)
    means = mstep.mu(gamma, x)
    count, first, second, _ = gmm_em.whitened_sums(x, pi, mu, sigma)
    found = (
        mstep.pi_of_sums(count),
        mstep.mu_of_sums(mu, first, count),
        mstep.Sigma_of_sums(second, count, first),
    )
    assert apart(found, (mstep.pi(gamma), means, mstep.Sigma(gamma, x, means))) < 1e-13


@pytest.mark.parametrize("run", [centred, gmm_em.whitened_sums], ids=["centred", "whitened"])
def test_the_result_does_not_depend_on_the_threads(run: Callable[..., tuple[Any, ...]]) -> None:
    found = []
    for count in (1, 2, 3, 7):
        with threads_of_a_pass(count), rows_of_a_block(16):
            found.append(run(*mixture()))
    for other in found[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(found[0], other, strict=True))


def test_sums_over_parts_add_up() -> None:
    x, pi, mu, sigma = mixture()
    parts = [centred(part, pi, mu, sigma) for part in np.array_split(x, 3)]
    assert apart(tuple(map(sum, zip(*parts, strict=True))), centred(x, pi, mu, sigma)) < 1e-14


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float32, np.float64])
def test_points_of_any_kind_are_converted_block_by_block(dtype: type) -> None:
    x, pi, mu, sigma = mixture()
    given = np.abs(x * 20).astype(dtype)
    expected = centred(given.astype(np.float64), pi, mu * 20, sigma * 400)
    assert apart(centred(given, pi, mu * 20, sigma * 400), expected) < 1e-14


def test_precision_is_that_of_the_parameters() -> None:
    x, pi, mu, sigma = mixture()
    exact, single = centred(x, pi, mu, sigma), centred(x, pi, mu, sigma, dtype=np.float32)
    assert 1e-9 < apart(single, exact) < 1e-4
    room_types = set()

    def share(rows: slice, room: Room) -> tuple[Values]:
        room_types.add(room("a", 2).dtype)
        return (np.zeros(1, np.float32),)

    (total,) = sum_in_small_blocks("x", share, 10, 1, np.float32)
    assert room_types == {np.dtype(np.float32)}
    assert total.dtype == np.float64


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e200])
def test_what_is_not_finite_is_refused_by_name(bad: float) -> None:
    x, pi, mu, sigma = mixture()
    x[17, 1] = bad
    for run in (centred, gmm_em.whitened_sums):
        with pytest.raises(ValueError, match=r"^x: expected finite"):
            run(x, pi, mu, sigma)
    with pytest.raises(ValueError, match=r"^linear: expected shape \(K, D\) with D = 2 as in x"):
        centred(x[:, :2], pi, mu, sigma)


def test_no_array_of_points_times_anything_is_held() -> None:
    count = 2_000_000  # a block has 65,536 points at most
    x, pi, mu, sigma = mixture(count)
    with threads_of_a_pass(2):
        rooms.forget()
        tracemalloc.start()
        centred(x, pi, mu, sigma)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 8 * count * len(pi) / 2


def test_arrays_are_as_long_as_they_were_ever_asked_for() -> None:
    """A long block of narrow arrays is followed by a short one of wide arrays: they do not multiply."""
    rooms.forget()
    room = rooms.take(50_000)
    room("narrow", 2)
    rooms.keep(room)
    room = rooms.take(100)
    tracemalloc.start()
    assert room("wide", 1000).shape == (1000, 100)
    assert tracemalloc.get_traced_memory()[1] < 2 * 8 * 1000 * 100
    tracemalloc.stop()
    assert room("narrow", 2).base is not None
    rooms.keep(room)


# -------------------------------------------------------------------------------- the text


def test_fused_code_uses_only_names_of_the_tables_and_no_loops() -> None:
    tree = ast.parse(MODULE)
    dotted = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    known = {*NUMPY.values(), *MATH.values(), *UFUNCS.values(), "npt.ArrayLike", "checks.Sizes"}
    known |= {f"checks.{name}" for name in vars(checks)}
    assert {name for name in dotted - known if name.rpartition(".")[2] not in ATTRIBUTES} == set()
    loops = (ast.For, ast.While, ast.ListComp, ast.GeneratorExp)
    assert not any(isinstance(node, loops) for node in ast.walk(tree))


def test_the_centred_pass_is_two_matrix_products() -> None:
    text = MODULE.partition("def centred_sums")[2].partition("def whitened_sums")[0]
    assert text.count("np.matmul(") == text.count("np.dot(") == 1
    assert " @ " not in text
    assert "(K, D, B)" not in text
    assert text.count("pair_products(") == 1


def test_what_cannot_be_fused_is_refused_by_name() -> None:
    found = {"gmm_estep": gmm_estep.derive(), "gmm_mstep": gmm_mstep.derive()}
    updates = {u.name: Output(d.name, u) for d in found.values() for u in d.updates}
    assert fused_source(fusions.TITLES["gmm_em"], fusions.fusions("gmm_em", found)) == MODULE
    with pytest.raises(GeneratorError, match=r"gamma: .* each point"):
        fused_plan(Fusion("f", "", (updates["gamma"],)))
    with pytest.raises(GeneratorError, match=r"gamma: .* no place to be told"):
        fused_plan(Fusion("f", "", (), places=(updates["gamma"],)))


@pytest.mark.parametrize("count", [1, 2, 255, 256, 300])
def test_of_the_smallest_entries_of_a_column_the_first_is_found(count: int) -> None:
    values = np.random.default_rng(count).integers(3, size=(count, 500)).astype(np.float64)
    room = rooms.take(500)
    found = first_smallest(values, room)
    assert np.array_equal(found, values.argmin(axis=0))
    expected = np.arange(count)[:, np.newaxis] == values.argmin(axis=0)
    assert np.array_equal(put_ones(found, np.full((count, 500), np.nan)), expected)
    ones, counts = ones_and_counts(found, np.full((count, 500), np.nan))
    assert np.array_equal(ones, expected)
    assert counts.tolist() == expected.sum(axis=1).tolist()
    rooms.keep(room)


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("centers", [[[0.0], [1.0]], [[2.0], [1.0]]])
def test_places_alone_are_not_told_of_what_is_no_number(wrong: float, centers: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="x: expected finite numbers"):
        kmeans_step.nearest([[1.0], [wrong]], centers)
