"""The libraries that pure functions are tried on, each with how arrays go into it and come back.

NumPy, array-api-strict (which has what is in the standard and refuses all else) and dask are always there; torch and
jax are tried where they happen to be installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

Values = npt.NDArray[Any]
PIECES = 3  # that the points of a dask array are in


@dataclass(frozen=True)
class Library:
    """An array library: the module, an array of it with these values, and the values of an array of it."""

    module: str
    array: Callable[[ModuleType, Values], Any]
    values: Callable[[Any], Values] = np.asarray
    settings: Callable[[ModuleType], AbstractContextManager[object]] = lambda library: nullcontext()
    lacks: str = ""  # a function of the standard that it has for single matrices only

    @property
    def name(self) -> str:
        return self.module.replace("array_api_", "").partition(".")[0]

    def loaded(self) -> ModuleType:
        """The library; a test that asks is skipped where it is not installed."""
        return import_module(self.module) if self.always else pytest.importorskip(self.module)

    @property
    def always(self) -> bool:
        return self.name in ("numpy", "strict", "dask")


def in_pieces(dask: ModuleType, values: Values) -> Any:
    """A dask array, cut along its first axis."""
    rows = -(-len(values) // PIECES) if values.ndim else -1
    return dask.from_array(values, chunks=(rows, *values.shape[1:]) if values.ndim else -1)


@contextmanager
def oldest_standard(strict: ModuleType) -> Iterator[None]:
    """The oldest version that is said to be enough, and nothing whose shape depends on values."""
    strict.set_array_api_strict_flags(
        api_version="2023.12", boolean_indexing=False, data_dependent_shapes=False
    )
    yield
    strict.reset_array_api_strict_flags()


@contextmanager
def double_precision(torch: ModuleType) -> Iterator[None]:
    """What whole numbers become."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def with_double_precision(jax: ModuleType) -> AbstractContextManager[object]:
    found: AbstractContextManager[object] = import_module("jax").enable_x64(True)
    return found


def computed(found: Any) -> Values:
    return np.asarray(found.compute(scheduler="synchronous"))


NUMPY = Library("numpy", lambda numpy, values: values.copy())
STRICT = Library("array_api_strict", lambda strict, values: strict.asarray(values), settings=oldest_standard)
DASK = Library("dask.array", in_pieces, computed, lacks="xp.linalg.cholesky")
TORCH = Library("torch", lambda torch, values: torch.tensor(values), settings=double_precision)
JAX = Library("jax.numpy", lambda jax, values: jax.asarray(values), settings=with_double_precision)

LIBRARIES = (NUMPY, STRICT, DASK, TORCH, JAX)
EVERYWHERE = pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.name)
