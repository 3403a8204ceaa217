"""An iteration for points in files: by this process, and by one and by two processes that dask starts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from numeric.benchmark import data, targets
from numeric.benchmark.contests import Sizes, named
from numeric.benchmark.timing import Action, Comparison, Contest
from numeric.clustering.means import Means
from numeric.clustering.points import InMemory
from numeric.scale.pieces import Pieces

HERE, THREADS, ONE, TWO = "this process", "dask, threads", "dask, 1 process", "dask, 2 processes"
PACKAGES = ("dask", "distributed")


def is_possible() -> bool:
    """Whether dask is installed, with its processes."""
    return all(find_spec(package) is not None for package in PACKAGES)


def contest(sizes: Sizes, stack: ExitStack) -> Contest:
    """An iteration of K-means; what it needs is on the stack, which closes it."""
    return Contest(
        "dask",
        named(sizes),
        partial(_contenders, sizes, stack),
        (Comparison(TWO, ONE, targets.PROCESSES), Comparison(THREADS, HERE), Comparison(TWO, HERE)),
    )


def _contenders(sizes: Sizes, stack: ExitStack) -> dict[str, Action]:
    folder = stack.enter_context(TemporaryDirectory(prefix="points-"))
    mu = _written(sizes, Path(folder))
    mapped = np.load(next(Path(folder).glob("*.npy")), mmap_mode="r")
    here, pieces = Means.of(InMemory(mapped)), Means.of(Pieces.of(folder))
    found: dict[str, Action] = {
        HERE: lambda: here.assigned(mu),
        THREADS: lambda: _with(None, pieces, mu),
    }
    for name, count in ((ONE, 1), (TWO, 2)):
        client = stack.enter_context(_processes(count))
        found[name] = partial(_with, client, pieces, mu)
    return found


def _with(client: Any, steps: Means, mu: Any) -> object:
    """A step on the processes of a client, or on threads of this process."""
    scheduler = client.get if client is not None else "threads"
    with import_module("dask").config.set(scheduler=scheduler):
        return steps.assigned(mu)


@contextmanager
def _processes(count: int) -> Iterator[Any]:
    distributed = import_module("distributed")
    with (
        distributed.LocalCluster(
            n_workers=count,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            silence_logs=50,
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


def _written(sizes: Sizes, folder: Path) -> Any:
    """The points in a file of the folder; the centres that the step starts from."""
    x, _, mu, _ = data.gaussians(*sizes)
    np.save(folder / "points.npy", x)
    return mu
