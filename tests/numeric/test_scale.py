"""The fits for points in pieces: the same as in memory, whatever the pieces and whoever computes them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dask.array as da
import numpy as np
import pytest
from distributed import Client, LocalCluster

from numeric import clustering, scale
from numeric.scale import pieces

Points = np.ndarray[Any, np.dtype[Any]]

X = np.random.default_rng(0).normal(size=(4000, 3)) + 4 * np.random.default_rng(1).integers(3, size=(4000, 1))
BITS = (X.mean(axis=0) < X).astype(np.uint8)
FITS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Points]] = {
    "kmeans": (scale.kmeans, clustering.kmeans, X),
    "em": (scale.em, clustering.em, X),
    "bernoulli_em": (scale.bernoulli_em, clustering.bernoulli_em, BITS),
}


def in_folder(x: Points, folder: Path, cuts: tuple[int, ...]) -> str:
    for number, part in enumerate(np.split(x, cuts)):
        np.save(folder / f"part-{number}.npy", part)
    (folder / "notes.txt").write_text("not a piece")
    return str(folder)


def agree(found: Any, wanted: Any) -> None:
    for ours, other in zip(found, wanted, strict=True):
        assert np.allclose(np.asarray(ours), np.asarray(other), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize("chunks", [(4000, 3), (1300, 2), (1, 3)])
def test_a_fit_in_pieces_is_the_fit_in_memory(name: str, chunks: tuple[int, int]) -> None:
    fit, in_memory, x = FITS[name]
    x = x[:80] if chunks[0] == 1 else x
    agree(fit(da.from_array(x, chunks=chunks), 4, seed=2), in_memory(x, 4, seed=2))


@pytest.mark.parametrize("name", FITS)
def test_a_folder_is_the_array_of_its_files(name: str, tmp_path: Path) -> None:
    fit, in_memory, x = FITS[name]
    folder = in_folder(x, tmp_path, (7, 7, 2500))  # the second file is empty
    agree(fit(folder, 3), in_memory(x, 3))
    agree(fit(Path(folder), 3), in_memory(x, 3))


def test_files_are_cut_into_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "ELEMENTS", 300)
    found = pieces.Pieces.of(in_folder(X, tmp_path, (150, 160)))
    assert found.rows[:3] == (100, 50, 10)
    assert found.shape == X.shape
    assert np.array_equal(np.concatenate(found.each(np.asarray)), X)


@pytest.mark.parametrize("kind", [np.uint8, np.float32, ">f8", np.int16])
def test_the_kind_of_number_does_not_matter(kind: Any) -> None:
    x = (X * 10 + 50).astype(kind)
    agree(scale.kmeans(da.from_array(x, chunks=(999, 3)), 4), clustering.kmeans(x, 4))


def test_a_start_is_chosen_among_points_from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "SAMPLE", 1000)
    found = pieces.Pieces.of(da.from_array(X, chunks=(333, 3)))
    assert np.array_equal(found.sample(), X[::4])
    start = clustering.kmeans(X[::4], 3, max_iterations=1)[0]
    agree(scale.kmeans(da.from_array(X, chunks=(333, 3)), 3, init=start), clustering.kmeans(X, 3, init=start))


def test_components_without_points_are_seeded_from_all_pieces() -> None:
    mu = np.concatenate([X[:2], np.full((1, 3), 1e7)])
    start = (np.array([0.5, 0.5, 0.0]), mu, np.array([np.eye(3)] * 3))
    x = da.from_array(X, chunks=(500, 3))
    agree(scale.em(x, 3, init=start), clustering.em(X, 3, init=start))
    bits = ([1.0, 0.0], [[0.5, 0.4, 0.5], [0.3, 0.2, 0.1]])
    y = da.from_array(BITS, chunks=(500, 3))
    agree(scale.bernoulli_em(y, 2, init=bits), clustering.bernoulli_em(BITS, 2, init=bits))


def test_empty_clusters_are_seeded_from_all_pieces() -> None:
    start = np.concatenate([X[:1], np.full((3, 3), 1e6)])
    ours, other = list[float](), list[float]()
    agree(
        scale.kmeans(da.from_array(X, chunks=(500, 3)), 4, init=start, history=ours),
        clustering.kmeans(X, 4, init=start, history=other),
    )
    assert ours == pytest.approx(other, rel=1e-12)


def test_chunks_of_unknown_size() -> None:
    x = da.from_array(X, chunks=(1000, 3))
    agree(scale.kmeans(x[x[:, 0] > 0], 3), clustering.kmeans(X[X[:, 0] > 0], 3))


# ----------------------------------------------------------------------------------------- a cluster


@contextmanager
def cluster() -> Iterator[Client]:
    """Two processes on this machine."""
    with (
        LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as local,
        Client(local) as client,
    ):
        yield client


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_dies_on_the_way_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "ELEMENTS", 600)
    folder = in_folder(X, tmp_path, (2000,))
    with cluster() as client:
        before = set(client.run(os.getpid).values())
        assert os.getpid() not in before
        assert len(before) == 2

        def kill_one(iteration: int, objective: float) -> None:
            if iteration == 2:
                os.kill(min(before), signal.SIGKILL)

        history: list[float] = []
        options: dict[str, Any] = {"tol": 0, "max_iterations": 6}
        found, labels = scale.kmeans(folder, 4, progress=kill_one, history=history, **options)
        assert min(before) not in set(client.run(os.getpid).values())
        agree((found, labels), clustering.kmeans(X, 4, **options))
        assert len(history) == 6
        agree(scale.em(folder, 3, **options), clustering.em(X, 3, **options))


# ------------------------------------------------------------------------------------- bad arguments

NAN = np.where(np.arange(X.size).reshape(X.shape) == 9001, np.nan, X)
BAD: tuple[tuple[Any, str], ...] = (
    (X, "got ndarray; an array in memory goes to numeric.clustering"),
    (da.ones(5), "1 dimensions"),
    (da.ones((5, 2), dtype=complex), "complex128"),
    (da.ones((0, 2)), "(0, 2)"),
    (da.from_array(NAN, chunks=(500, 3)), "got nan"),
    (da.from_array(X * 1e200, chunks=(500, 3)), "finite numbers of size up to 1e+140"),
    ("no/such/folder", "'no/such/folder'"),
)


@pytest.mark.parametrize("name", FITS)
@pytest.mark.parametrize(("x", "got"), BAD)
def test_bad_points_are_refused_in_a_line(name: str, x: Any, got: str) -> None:
    with pytest.raises(ValueError, match="X: expected") as caught:
        FITS[name][0](x, 2)
    assert got in str(caught.value) or (name == "bernoulli_em" and "zeros and ones, got" in str(caught.value))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("files", "got"),
    [
        ({"a": np.ones((3, 2)), "b": np.ones((3, 4))}, "2 columns as in a.npy, got 4 in b.npy"),
        ({"a": np.ones(3)}, "shape (3,) in a.npy"),
        ({"a": np.array([["x"]])}, "<U1"),
        ({"a": b"nothing"}, "a.npy, which cannot be read"),
        ({"a": np.array([[object()]])}, "a.npy, which cannot be read"),
        ({"a": np.ones((0, 2))}, "(0, 2)"),
    ],
)
def test_bad_files_are_named(files: dict[str, Any], got: str, tmp_path: Path) -> None:
    for name, content in files.items():
        path = tmp_path / f"{name}.npy"
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            np.save(path, content, allow_pickle=True)
    with pytest.raises(ValueError, match="X: expected") as caught:
        scale.kmeans(tmp_path, 1)
    assert got in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_arguments_are_refused_as_in_memory() -> None:
    x = da.from_array(X, chunks=(500, 3))
    bad: tuple[dict[str, Any], ...] = (
        {"k": 0},
        {"k": 5000},
        {"tol": -1},
        {"init": np.ones((2, 2))},
        {"seed": -1},
    )
    for changes in bad:
        with pytest.raises(ValueError, match="expected") as ours:
            scale.kmeans(**{"X": x, "k": 2, **changes})
        with pytest.raises(ValueError, match="expected") as other:
            clustering.kmeans(**{"X": X, "k": 2, **changes})
        assert str(ours.value) == str(other.value)


def test_without_dask_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setitem(sys.modules, "dask.array", None)
    with pytest.raises(ModuleNotFoundError, match=r"install it with: pip install .*\[scale\]") as caught:
        scale.kmeans("anywhere", 2)
    assert "\n" not in str(caught.value)
