"""Bad arguments of the clustering functions are refused by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from cluster_data import FITS, SMALL
from sklearn.exceptions import ConvergenceWarning

from numeric.clustering import bernoulli_em, em, gmm_log_probability, gmm_sample, gmm_sum, kmeans, kmedians

pytestmark = pytest.mark.filterwarnings(
    "error", f"ignore::{ConvergenceWarning.__module__}.ConvergenceWarning"
)


NAN = np.where(np.arange(400).reshape(200, 2) == 7, np.nan, SMALL)
BITS = (SMALL > 0).astype(np.int64)

BAD_FOR_ALL: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("X", {"X": NAN}, "nan"),
    ("X", {"X": np.where(np.isnan(NAN), np.inf, NAN)}, "inf"),
    ("X", {"X": BITS[0]}, "(2,)"),
    ("X", {"X": BITS.reshape(10, 20, 2)}, "(10, 20, 2)"),
    ("X", {"X": np.empty((0, 2))}, "(0, 2)"),
    ("X", {"X": np.empty((5, 0))}, "(5, 0)"),
    ("X", {"X": [["a", "b"]]}, "<U1"),
    ("X", {"X": BITS + 1j}, "complex128"),
    ("X", {"X": [[1, 2], [3]]}, "unequal length"),
    ("X", {"X": np.ma.masked_less(BITS, 1)}, "masked"),
    ("X", {"X": BITS * 1e200}, "1e+200"),
    ("k", {"k": 0}, "0"),
    ("k", {"k": -3}, "-3"),
    ("k", {"k": 2.5}, "2.5"),
    ("k", {"k": True}, "True"),
    ("k", {"k": "3"}, "'3'"),
    ("k", {"k": 201}, "201"),
    ("k", {"k": 5}, "distinct points of X, 4, got 5"),
    ("tol", {"tol": -1e-3}, "-0.001"),
    ("tol", {"tol": float("nan")}, "nan"),
    ("tol", {"tol": None}, "None"),
    ("max_iterations", {"max_iterations": 0}, "0"),
    ("max_iterations", {"max_iterations": 1.5}, "1.5"),
    ("restarts", {"restarts": 0}, "0"),
    ("seed", {"seed": -1}, "-1"),
    ("seed", {"seed": None}, "None"),
    ("init", {"init": "random"}, "'random'"),
    ("progress", {"progress": 3}, "3"),
    ("history", {"history": ()}, "tuple"),
)
OTHER_BAD: tuple[tuple[Callable[..., Any], str, dict[str, Any], str], ...] = (
    (kmeans, "init", {"init": np.ones((3, 2))}, "(3, 2)"),
    (kmedians, "init", {"init": np.ones((2, 3))}, "(2, 3)"),
    (kmeans, "init", {"init": np.full((2, 2), np.nan)}, "nan"),
    (kmeans, "init", {"init": None}, "None"),
    (kmeans, "init", {"init": [[1e200, 0], [1, 1]]}, "1e+200"),
    (kmedians, "init", {"init": [[1e200, 0], [1, 1]]}, "1e+200"),
    (kmeans, "X", {"X": SMALL * 1e-170}, "power of two"),
    (em, "X", {"X": SMALL * 1e-170}, "power of two"),
    (kmeans, "k", {"X": np.array([[2**62], [2**62 + 1]])}, "distinct points of X, 1, got 2"),
    (em, "k", {"X": np.array([[2**62], [2**62 + 1]])}, "distinct points of X, 1, got 2"),
    (em, "mu of init", {"init": ([0.5, 0.5], [[1e150, 0], [0, 1]], [np.eye(2)] * 2)}, "1e+150"),
    (kmeans, "restarts", {"init": np.ones((2, 2)), "restarts": 3}, "3"),
    (em, "init", {"init": np.ones((3, 2))}, "(3, 2)"),
    (em, "init", {"init": (np.ones(2), np.ones((2, 2)))}, "length 2"),
    (em, "pi of init", {"init": ([0.5, 0.6], np.ones((2, 2)), [np.eye(2)] * 2)}, "1.1"),
    (em, "mu of init", {"init": ([0.5, 0.5], np.ones((2, 3)), [np.eye(2)] * 2)}, "(2, 3)"),
    (em, "sigma of init", {"init": ([0.5, 0.5], np.ones((2, 2)), -np.ones((2, 2, 2)))}, "-2"),
    (em, "reg_covar", {"reg_covar": -1}, "-1"),
    (em, "reg_covar", {"X": np.outer(np.arange(9.0), [1, 2]), "reg_covar": 0}, "component 0"),
    (em, "reg_covar", {"X": [[0, 1], [0, 2], [0, 5.0]], "reg_covar": 0}, "singular"),
    (bernoulli_em, "X", {"X": [[0.5, 1], [0, 1]]}, "0.5"),
    (bernoulli_em, "init", {"init": np.ones((2, 2))}, "ndarray"),
    (bernoulli_em, "theta of init", {"init": ([0.5, 0.5], 2 * np.ones((2, 2)))}, "2.0"),
    (bernoulli_em, "init", {"init": ([0.5, 0.5], np.zeros((2, 2)))}, "0 for some"),
    (gmm_log_probability, "X", {"X": NAN}, "nan"),
    (gmm_log_probability, "X", {"X": np.ones((4, 3))}, "(2, 2)"),
    (gmm_log_probability, "pi", {"pi": [1.0]}, "(2, 2)"),
    (gmm_log_probability, "sigma", {"sigma": np.zeros((2, 2, 2))}, "0.0"),
    (gmm_sample, "N", {"N": 0}, "0"),
    (gmm_sample, "pi", {"pi": [-0.5, 1.5]}, "-0.5"),
    (gmm_sample, "sigma", {"sigma": -np.ones((2, 2, 2))}, "-2"),
    (gmm_sample, "seed", {"seed": 0.5}, "0.5"),
    (gmm_sum, "mu_y", {"mu_y": np.ones((2, 3))}, "(2, 3)"),
    (gmm_sum, "sigma_x", {"sigma_x": np.zeros((2, 2, 2))}, "0.0"),
)
MIXTURE: dict[str, Any] = {"pi": [0.5, 0.5], "mu": np.ones((2, 2)), "sigma": [np.eye(2)] * 2}
GOOD: dict[Callable[..., Any], dict[str, Any]] = {
    **{run: {"X": BITS, "k": 2} for run in FITS.values()},
    gmm_log_probability: {"X": BITS, **MIXTURE},
    gmm_sample: {"N": 3, **MIXTURE},
    gmm_sum: {f"{name}_{of}": value for of in "xy" for name, value in MIXTURE.items()},
}


@pytest.mark.parametrize("run", GOOD)
def test_the_good_arguments_are_good(run: Callable[..., Any]) -> None:
    run(**GOOD[run])


@pytest.mark.parametrize(
    ("run", "name", "changes", "got"),
    [*((run, *case) for run in FITS.values() for case in BAD_FOR_ALL), *OTHER_BAD],
)
def test_bad_arguments_are_refused_by_name(
    run: Callable[..., Any], name: str, changes: dict[str, Any], got: str
) -> None:
    with pytest.raises(ValueError, match="expected") as caught:
        run(**{**GOOD[run], **changes})
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"{name}: ") or (name in message and "as in" in message)
    assert got in message
