"""Points in pieces that dask computes: the chunks of a dask array, or runs of rows of .npy files in a folder.

A file is read where its piece is computed, so all workers must see it under the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from numeric import threads
from numeric.checks import Array, Integers
from numeric.clustering.arguments import LARGEST
from numeric.clustering.points import InBlocks

Result = TypeVar("Result")

ELEMENTS = 2**22  # of a piece of a file: 32 megabytes in double precision
SAMPLE = 2**16  # points that a start is chosen from


def dask() -> Any:
    """The library. Raises ModuleNotFoundError, saying how to install it."""
    try:
        import_module("dask.array")
        return import_module("dask")
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "numeric.scale needs dask; install it with: pip install 'derivation-workbook[scale]'"
        ) from None


@dataclass(frozen=True)
class Pieces:
    """N points of D coordinates: delayed arrays (n, D), and how many rows each has."""

    delayed: tuple[Any, ...]
    rows: tuple[int, ...]
    dimensions: int

    @classmethod
    def of(cls, x: object) -> Pieces:
        """The pieces of a dask array (N, D), or of the .npy files of a folder, in the order of their names.

        Raises ValueError for anything else, and ModuleNotFoundError where there is no dask.
        """
        library = dask()
        if isinstance(x, str | Path):
            return cls._of_folder(Path(x), library)
        if isinstance(x, library.array.Array):
            return cls._of_array(x)
        raise ValueError(
            f"X: expected a dask array or the name of a folder of .npy files, got {type(x).__name__}; "
            "an array in memory goes to numeric.clustering"
        )

    @classmethod
    def _of_array(cls, x: Any) -> Pieces:
        if x.ndim != 2 or x.dtype.kind not in "biuf":
            raise ValueError(
                f"X: expected real numbers of shape (N, D), got {x.dtype} of {x.ndim} dimensions"
            )
        if any(np.isnan(size) for size in x.shape):
            x = x.compute_chunk_sizes()
        whole_rows = x.rechunk({1: -1})
        rows = tuple(int(size) for size in whole_rows.chunks[0])
        return cls._nonempty(tuple(whole_rows.to_delayed().ravel()), rows, int(x.shape[1]))

    @classmethod
    def _of_folder(cls, folder: Path, library: Any) -> Pieces:
        if not folder.is_dir():
            raise ValueError(f"X: expected a folder of .npy files, and there is no folder {str(folder)!r}")
        files = sorted(folder.glob("*.npy"))
        if not files:
            raise ValueError(f"X: expected a folder of .npy files, got none in {str(folder)!r}")
        shapes = [_shape(file) for file in files]
        dimensions = shapes[0][1]
        for file, shape in zip(files, shapes, strict=True):
            if shape[1] != dimensions:
                raise ValueError(
                    f"X: expected {dimensions} columns as in {files[0].name}, got {shape[1]} in {file.name}"
                )
        runs = [
            (str(file.absolute()), rows)
            for file, (count, _) in zip(files, shapes, strict=True)
            for rows in threads.cut(count, max(1, ELEMENTS // max(1, dimensions)))
        ]
        delayed = tuple(
            library.delayed(_read, pure=False)(name, rows.start, rows.stop) for name, rows in runs
        )
        return cls._nonempty(delayed, tuple(rows.stop - rows.start for _, rows in runs), dimensions)

    @classmethod
    def _nonempty(cls, delayed: tuple[Any, ...], rows: tuple[int, ...], dimensions: int) -> Pieces:
        kept = [(piece, count) for piece, count in zip(delayed, rows, strict=True) if count]
        if not kept or not dimensions:
            raise ValueError(
                f"X: expected shape (N, D) with N and D at least 1, got {(sum(rows), dimensions)}"
            )
        return cls(tuple(piece for piece, _ in kept), tuple(count for _, count in kept), dimensions)

    @property
    def shape(self) -> tuple[int, int]:
        return sum(self.rows), self.dimensions

    def each(self, part: Callable[[Array], Result]) -> list[Result]:
        """What `part` gives for each piece, wherever dask computes it."""
        library = dask()
        apply = library.delayed(_applied, pure=False)
        with threads.one_blas_thread():  # for tasks on threads of this process
            return list(library.compute(*(apply(part, piece) for piece in self.delayed)))

    def stacked(self, part: Callable[[Array], Integers]) -> Integers:
        """A dask array (N,), computed when it is asked for."""
        library = dask()
        apply = library.delayed(_applied, pure=False)
        entries: Integers = library.array.concatenate(
            [
                library.array.from_delayed(apply(part, piece), (rows,), np.intp)
                for piece, rows in zip(self.delayed, self.rows, strict=True)
            ]
        )
        return entries

    def checked(self, what: Callable[[Array], str]) -> Pieces:
        """The same, if `what` has nothing to say about any block of points. Raises ValueError with what it says."""
        for complaints in self.each(InBlocks(what, self.dimensions)):
            for complaint in complaints:
                if complaint:
                    raise ValueError(f"X: {complaint}")
        return self

    def sample(self) -> Array:
        """At most SAMPLE points, evenly spread over all: all of them, if there are no more."""
        step = -(-self.shape[0] // SAMPLE)
        starts = np.cumsum((0, *self.rows[:-1]))
        library = dask()
        apply = library.delayed(_every, pure=False)
        chosen = library.compute(
            *(
                apply(piece, int(-start % step), step)
                for piece, start in zip(self.delayed, starts, strict=True)
            )
        )
        return np.concatenate(chosen)


# ------------------------------------------------------------------------ done where a piece is


def _read(name: str, start: int, stop: int) -> Array:
    rows: Array = np.load(name, mmap_mode="r", allow_pickle=False)[start:stop]
    return rows


def _applied(part: Callable[[Array], Result], piece: Array) -> Result:
    """On one thread: dask has its own."""
    with threads.threads_of_a_pass(1):
        return part(piece)


def _every(piece: Array, first: int, step: int) -> Array:
    return np.array(piece[first::step], np.float64)


def finite(x: Array) -> str:
    """What is wrong with points, if anything: a number that is not finite, or whose square may overflow."""
    bad = ~(np.abs(x) <= LARGEST)
    return f"expected finite numbers of size up to {LARGEST}, got {x[bad][0]}" if bad.any() else ""


def _shape(file: Path) -> tuple[int, int]:
    """The shape of the array in a file. Raises ValueError."""
    try:
        found = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise ValueError(
            f"X: expected arrays in .npy files, got {file.name}, which cannot be read ({error})"
        ) from None
    if found.ndim != 2 or found.dtype.kind not in "biuf":
        raise ValueError(
            f"X: expected real numbers of shape (n, D), got {found.dtype} of shape {found.shape} in {file.name}"
        )
    rows, columns = found.shape
    return rows, columns
