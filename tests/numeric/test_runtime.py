"""What generated code calls at run time: blocks, safe functions, medians, and the checks of arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numeric import checks, medians, stable
from numeric.blocks import ELEMENTS, FEWEST_ROWS, blocks, rows_of_a_block, stack_blocks, sum_over_blocks
from numeric.medians import FEW, SAMPLED, lower_medians, weighted_median

INFINITY = float("inf")
Values = npt.NDArray[Any]


def values(*numbers: float) -> Values:
    return np.array(numbers)


# ------------------------------------------------------------------------------------- blocks


@given(st.integers(1, 5000), st.integers(1, 10**6))
def test_blocks_cover_every_row_once(count: int, width: int) -> None:
    found = list(blocks(count, width))
    assert [row for rows in found for row in range(count)[rows]] == list(range(count))
    longest = max(rows.stop - rows.start for rows in found)
    assert longest * width <= max(ELEMENTS, FEWEST_ROWS * width)


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100])
def test_blocks_of_any_size_give_the_same(rows: int) -> None:
    data = np.arange(14.0).reshape(7, 2)
    with rows_of_a_block(rows):
        assert sum_over_blocks(lambda r: data[r].sum(axis=0), 7, 1).tolist() == data.sum(axis=0).tolist()
        assert stack_blocks(lambda r: data[r] * 2, 7, 1).tolist() == (data * 2).tolist()


def test_a_sum_over_blocks_does_not_write_into_what_it_was_given() -> None:
    part = np.zeros(3)
    with rows_of_a_block(1):
        sum_over_blocks(lambda rows: part, 4, 1)[0] = 5
    assert part.tolist() == [0, 0, 0]


# ------------------------------------------------------------------------------ safe functions


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (values(0, 0), np.log(2)),
        (values(1000, 1000), 1000 + np.log(2)),
        (values(-1000, -1000), -1000 + np.log(2)),
        (values(-INFINITY, 3), 3),
        (values(-INFINITY, -INFINITY), -INFINITY),
        (values(INFINITY, 0), INFINITY),
    ],
)
def test_log_sum_exp_is_safe_at_the_edges(numbers: Values, expected: float) -> None:
    assert stable.log_sum_exp(numbers, axis=0) == pytest.approx(expected)


def test_softmax_is_safe_and_sums_to_one() -> None:
    shares = stable.softmax("x", np.array([[1e300, 1.0], [1e300, -INFINITY]]), axis=0)
    assert shares.tolist() == [[0.5, 1.0], [0.5, 0.0]]
    with pytest.raises(ValueError, match=r"x: expected .* got 0 under all"):
        stable.softmax("x", np.full((2, 1), -INFINITY), axis=0)


def test_softmax_leaves_its_argument_alone() -> None:
    numbers = values(1, 2)
    stable.softmax("x", numbers, axis=0)
    assert numbers.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("weight", "value", "expected"), [(0, 0, 0), (0, 5, 0), (2, 0, -INFINITY), (2, 1, 0), (2, np.e, 2)]
)
def test_a_weighted_logarithm_on_the_closed_domain(weight: float, value: float, expected: float) -> None:
    assert stable.weighted_log(values(weight), values(value))[0] == expected
    with np.errstate(all="raise"):
        logs = stable.log_or_zero(values(value))
        found = stable.unless_positive(weight * logs, weight * stable.is_zero(values(value)))
    assert found[0] == expected


def test_factors_of_definite_matrices() -> None:
    matrices = np.array([[[4.0, 2.0], [2.0, 5.0]], [[1.0, 0.0], [0.0, 9.0]]])
    factors = stable.cholesky("S", matrices)
    whitening = stable.inverse_factor(factors)
    assert np.allclose(np.swapaxes(whitening, 1, 2) @ whitening, np.linalg.inv(matrices))
    assert np.all(np.triu(whitening, 1) == 0)
    assert np.allclose(stable.log_det_from(factors), np.log([16, 9]))
    assert np.allclose(stable.log_abs_det(-matrices), np.log([16, 9]))
    with pytest.raises(ValueError, match="S: expected positive definite"):
        stable.cholesky("S", -matrices)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (stable.one_hot(np.array([1, 0]), 2, np.float32), [[0, 1], [1, 0]]),
        (stable.identity(2, np.float32), [[1, 0], [0, 1]]),
        (stable.ordered(2, np.float32), [[1, 1], [0, 1]]),
        (stable.equal(values(1, 2), values(1, 3), np.float32), [1, 0]),
        (stable.less(values(1, 2, 3), values(2, 2, 2), np.float32), [1, 0, 0]),
        (stable.at_most(values(1, 2, 3), values(2, 2, 2), np.float32), [1, 1, 0]),
    ],
)
def test_indicators(found: Values, expected: list[Any]) -> None:
    assert found.tolist() == expected
    assert found.dtype == np.float32


# ------------------------------------------------------------------------------------- medians


def median_by_definition(numbers: list[float], weights: list[float]) -> float:
    pairs = list(zip(numbers, weights, strict=True))
    half = sum(weights) / 2
    for candidate in sorted(number for number, weight in pairs if weight > 0):
        left = sum(weight for number, weight in pairs if number < candidate)
        right = sum(weight for number, weight in pairs if number > candidate)
        if left <= half and right <= half:
            return candidate
    return 0.0


whole = st.integers(0, 5).map(float)


@given(st.lists(st.tuples(whole, whole, whole), min_size=1, max_size=12))
def test_fuzz_weighted_medians_are_those_of_the_definition(rows: list[tuple[float, float, float]]) -> None:
    numbers, first, second = (list(column) for column in zip(*rows, strict=True))
    found = weighted_median(np.array([numbers, numbers[::-1]]), np.array([first, second]))
    for kind, weights in enumerate((first, second)):
        for place, ordered in enumerate((numbers, numbers[::-1])):
            assert found[kind, place] == median_by_definition(ordered, weights)


@given(st.lists(st.tuples(whole, st.integers(0, 1).map(float)), min_size=1, max_size=12))
def test_fuzz_medians_of_members(rows: list[tuple[float, float]]) -> None:
    numbers, members = (list(column) for column in zip(*rows, strict=True))
    assert weighted_median(np.array(numbers), np.array(members)) == median_by_definition(numbers, members)


ORDERS: dict[str, Callable[[int], Values]] = {
    "at random": lambda count: np.random.default_rng(1).normal(size=count),
    "rising": lambda count: np.arange(float(count)),
    "falling": lambda count: -np.arange(float(count)),
    "with ties": lambda count: np.random.default_rng(2).integers(5, size=count) / 2,
    "all equal": np.ones,
    "large where the sample looks": lambda count: (
        np.where(np.arange(count) % SAMPLED, 0.0, 1.0) + ORDERS["rising"](count) / count
    ),
    "small where the sample looks": lambda count: ORDERS["large where the sample looks"](count)[::-1] * -1,
}


@pytest.mark.parametrize("count", [1, 2, FEW, FEW + 1, 4001, 50_000])
def test_the_lower_of_two_medians(count: int) -> None:
    rows = np.stack([make(count) for make in ORDERS.values()]).astype(np.float64)
    kept = rows.copy()
    assert np.array_equal(lower_medians(rows), np.sort(rows)[:, (count - 1) // 2])
    assert np.array_equal(rows, kept)


def test_most_medians_lie_between_the_bounds_of_a_sample() -> None:
    rows = np.random.default_rng(0).normal(size=(200, 20_000))
    low, high = medians._bounds(rows)
    inside = (rows >= low) & (rows <= high)
    middles = np.sort(rows)[:, 9_999, np.newaxis]
    assert np.mean((low <= middles) & (middles <= high)) > 0.97
    assert np.mean(inside) < 0.15


def test_medians_are_of_the_kind_of_their_arguments() -> None:
    single, double = np.ones(3, np.float32), np.ones(3)
    assert weighted_median(single, single).dtype == np.float32
    assert weighted_median(single, double).dtype == np.float64


# -------------------------------------------------------------------------------------- checks

Check = Callable[[str, Values], None]

DOMAINS: tuple[tuple[Check, Any, Any, str], ...] = (
    (checks.nonnegative, [0, 1], [0, -1], "no negative number, got -1.0 at [1]"),
    (checks.positive, [1, 2], [1, 0], "positive numbers, got 0.0 at [1]"),
    (checks.below_one, [0.5, -3], [1, 0], "below one, got 1.0 at [0]"),
    (checks.at_most_one, [1, -3], [0, 1.5], "up to one, got 1.5 at [1]"),
    (checks.binary, [0, 1], [0, 0.5], "zeros and ones, got 0.5 at [1]"),
    (checks.nonzero, [1, -1], [1, 0], "not zero, got 0.0 at [1]"),
    (checks.sums_to_one, [[0.25, 0.75]], [[0.25, 0.5]], "a sum of one over the last axis, got 0.75 at [0]"),
    (checks.unit, [[0.6, 0.8]], [[1, 1]], "length one, got the length 1.41"),
    (checks.symmetric, [[1, 2], [2, 1]], [[1, 2], [3, 1]], "symmetric matrices, got 2.0 at [0, 1]"),
    (checks.definite, [[2, 1], [1, 2]], [[1, 2], [2, 1]], "positive definite matrices, got the eigenvalue"),
    (checks.definite, [[2, 1], [1, 2]], [[1, 0], [0, 0]], "positive definite matrices, got the eigenvalue 0"),
    (checks.semidefinite, [[1, 1], [1, 1]], [[1, 2], [2, 1]], "positive semidefinite matrices, got"),
    (checks.invertible, [[0, 1], [1, 0]], [[1, 1], [1, 1]], "invertible matrices, got a singular one"),
)


@pytest.mark.parametrize(("check", "good", "bad", "message"), DOMAINS)
def test_domains_are_checked(check: Check, good: Any, bad: Any, message: str) -> None:
    check("q", np.array(good, np.float64))
    with pytest.raises(ValueError, match=r"^q: expected ") as caught:
        check("q", np.array(bad, np.float64))
    assert message in str(caught.value)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_rounding_does_not_take_a_value_out_of_its_domain(kind: type[np.floating[Any]]) -> None:
    checks.sums_to_one("q", np.full((1, 7), 1 / 7, kind))
    thirds = np.array([[1 / 3, 0.1], [0.1 * (1 + 1e-7), 1]], kind)
    checks.symmetric("q", thirds)


ARRAYS: tuple[tuple[Any, str], ...] = (
    ([1.0], "q: expected shape (N, K), got (1,)"),
    ([[1.0], [2.0]], "q: expected shape (N, K) with N = 3 as in x, got (2, 1)"),
    (np.zeros((3, 0)), "q: expected shape (N, K) with K at least 1, got (3, 0)"),
    ([[1.0], [2.0, 3.0]], "q: expected shape (N, K), got rows of unequal length"),
    ([["a"]], "q: expected real numbers, got <U1"),
    ([[1j]], "q: expected real numbers, got complex128"),
    ([[1.0], [2.0], [np.nan]], "q: expected finite numbers, got nan at [2, 0]"),
    ([[1.0], [-np.inf], [0]], "q: expected finite numbers, got -inf at [1, 0]"),
)


@pytest.mark.parametrize(("value", "message"), ARRAYS)
def test_arrays_that_do_not_fit_are_refused(value: Any, message: str) -> None:
    with pytest.raises(ValueError, match="q:") as caught:
        checks.array("q", value, "N K", {"N": (3, "x")})
    assert str(caught.value) == message


def test_a_square_matrix_is_square() -> None:
    with pytest.raises(ValueError, match=r"q: expected shape \(D, D\) with D = 2, got \(2, 3\)"):
        checks.array("q", np.zeros((2, 3)), "D D", {})


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.uint8, np.float64),
        (np.int64, np.float64),
        (bool, np.float64),
        (np.float16, np.float64),
        (np.dtype(">f8"), np.float64),
    ],
)
def test_numbers_become_floating_point_numbers(kind: Any, expected: Any) -> None:
    assert checks.array("q", np.ones(2, kind), "N", {}).dtype == expected


def test_labels_are_checked() -> None:
    assert checks.labels("z", [0, 2, 1], "N", {"K": (3, "mu")}, "K").tolist() == [0, 2, 1]
    for bad, message in (
        ([0, 3], "from 0 to 2, got 3"),
        ([-1, 0], "from 0 to 2, got -1"),
        ([0.5], "whole numbers"),
    ):
        with pytest.raises(ValueError, match=f"z: expected .*{message}"):
            checks.labels("z", bad, "N", {"K": (3, "mu")}, "K")


def test_an_empty_group_is_named() -> None:
    with pytest.raises(
        ValueError, match="gamma: component 1 has no points; expected a positive sum of column 1, got 0"
    ):
        checks.positive_totals("gamma", values(2, 0, 1), "component", "points")


def test_definite_is_definite_in_any_units() -> None:
    shape = np.array([[1, 0.9, 0.5], [0.9, 1, 0.7], [0.5, 0.7, 1]])
    units = np.array([1e-9, 1.0, 1e9])
    good, flat = shape * units[:, np.newaxis] * units, np.outer(units, units)
    checks.definite("S", np.array([shape, good]))
    for bad in (flat, good * np.array([[1, -2, 1], [-2, 1, 1], [1, 1, 1]])):
        with pytest.raises(ValueError, match="S: expected positive definite matrices, got the eigenvalue"):
            checks.definite("S", np.array([good, bad]))
    huge = np.array([[1e-300, 1e300], [1e300, 1e-300]])  # no units make that even
    with pytest.raises(ValueError, match="S: expected positive definite"):
        checks.definite("S", huge)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shares_in_their_place(dtype: type) -> None:
    numbers: Values = np.array([[1.0, -INFINITY, 700], [2.0, 3, 0], [0.0, 3, 600]], dtype)
    wanted, totals = stable.softmax("x", numbers, axis=0), stable.log_sum_exp(numbers, axis=0)
    shares, log_total = stable.shares_and_log_total("x", numbers)
    assert shares is numbers
    assert shares.dtype == log_total.dtype == dtype
    assert np.allclose(shares, wanted, rtol=1e-6)
    assert np.allclose(log_total, totals)
    assert shares[0, 1] == 0
    with pytest.raises(ValueError, match=r"x: expected .* got others"):
        stable.shares_and_log_total("x", np.full((2, 1), -INFINITY))


def test_single_precision_has_no_shares_that_slow_the_processor() -> None:
    numbers: Values = np.array([np.zeros(100), -np.arange(100.0)], np.float32)
    shares, _ = stable.shares_and_log_total("x", numbers)
    positive = shares[shares > 0]
    assert positive.min() > 1e-27
    assert shares[1, 99] == 0


@pytest.mark.parametrize("size", [1, 2, 3, 4, 7])
def test_every_pair_of_coordinates_is_held_once(size: int) -> None:
    rows, columns = np.triu_indices(size)
    values = np.random.default_rng(size).normal(size=(size, 5))
    products: Values = np.empty((len(rows), 5))
    stable.pair_products(values, products)
    assert np.array_equal(products, values[rows] * values[columns])


def test_triangles_are_those_of_symmetric_matrices() -> None:
    roots = np.random.default_rng(0).normal(size=(3, 4, 4))
    matrices = roots + np.swapaxes(roots, 1, 2)
    assert np.array_equal(stable.symmetric_from(stable.upper_triangle(matrices)), matrices)


def test_factors_are_remembered_and_those_of_other_matrices_are_not() -> None:
    matrices = np.array([[[4.0, 2.0], [2.0, 3.0]]])
    factors = stable.cholesky("S", matrices)
    assert stable.cholesky("S", matrices.copy()) is factors
    assert not factors.flags.writeable
    matrices[0, 0, 0] = 9  # where it lies
    assert np.array_equal(stable.cholesky("S", matrices), np.linalg.cholesky(matrices))
    assert stable.cholesky("S", matrices.astype(np.float32)).dtype == np.float32


def test_matrices_that_were_definite_are_not_when_they_change() -> None:
    matrices = np.array([[[2.0, 1.0], [1.0, 2.0]]])
    checks.definite("S", matrices)
    matrices[0, 0, 0] = -2
    with pytest.raises(ValueError, match="S: expected positive definite"):
        checks.definite("S", matrices)
    matrices[0] = [[2, 1], [0, 2]]
    with pytest.raises(ValueError, match="S: expected symmetric"):
        checks.definite("S", matrices)
