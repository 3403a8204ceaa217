"""Products in strips are the products, for any number of points and any order in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from numeric import strips
from numeric.strips import product_over_rows, product_with_rows

LEFT = np.random.default_rng(0).integers(-9, 9, size=(3, 4)).astype(np.float64)


@pytest.mark.parametrize("count", [1, 7, 8, 23, 64, 1000])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_in_strips(count: int, order: Any, dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(count)
    rows = random.integers(-9, 9, size=(count, 4)).astype(dtype, order=order)
    weights = random.integers(2, size=(3, count)).astype(dtype)
    monkeypatch.setattr(strips, "FEWEST", 1)
    for small in (1, 12, 100, strips.SMALL):  # no strip is small, strips of one point, of eight, and but one
        monkeypatch.setattr(strips, "SMALL", small)
        for left in (LEFT.astype(dtype), LEFT.astype(dtype, order="F")):
            out = np.full((3, count), np.nan, dtype)
            assert product_with_rows(left, rows, out) is out
            assert np.array_equal(out, left @ rows.T)
        assert np.array_equal(product_over_rows(weights, rows), weights @ rows)


@pytest.mark.parametrize("fewest", [1, 8])
def test_no_strip_is_large_and_little_is_left_over(fewest: int) -> None:
    for count in (1, 2_000, 12_504, 100_001):
        for products in (4, 64, 7_840, 2 * strips.SMALL):
            cut, size = strips._strips(products, count, fewest)
            assert 0 <= count - cut * size < cut
            assert size * products <= strips.SMALL or (cut, size) == (1, count)
            assert cut == 1 or cut >= fewest


@pytest.mark.parametrize("shape", [(1, 1), (3, 2), (8, 8), (16, 16), (10, 784)])
def test_other_threads_work_during_a_sum_over_strips(
    shape: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """NumPy lets them during a call whose result is long; with short ones the second thread waits all the time."""
    results = []

    def matmul(left: Any, right: Any) -> Any:
        results.append(left @ right)
        return results[-1]

    monkeypatch.setattr(np, "matmul", matmul)
    product_over_rows(np.ones((shape[0], 40_000)), np.ones((40_000, shape[1])))
    assert all(result.size > strips.SHORT for result in results)
