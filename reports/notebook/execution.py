"""Running a notebook: a kernel of its own, fixed seeds, a time limit, and errors that are told, not raised.

The kernel is a process that runs what the notebook says, with all that the user may do: one runs one's own
notebooks. It leaves nothing behind but what its cells write: settings and sockets lie in a temporary folder.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from reports.notebook.errors import NotebookError

SECONDS = 300.0  # for all cells together
LARGEST_OUTPUT = 2_000_000  # characters that a cell may print; what comes later is dropped
LONGEST_SOCKET = 60  # characters of a folder, so that the names of sockets in it are short enough
ROOT = Path(__file__).resolve().parent.parent.parent

# The kernel starts from fixed seeds, draws figures in one way, and says nothing of its own.
CONFIGURATION = """\
c = get_config()
c.InlineBackend.figure_formats = {"png"}
c.IPKernelApp.exec_lines = [
    "__import__('random').seed(0)",
    "__import__('numpy').random.seed(0)",
    "__import__('logging').getLogger('matplotlib.font_manager').setLevel('ERROR')",
]
"""
STYLE = "figure.dpi: 150\nfigure.figsize: 6, 4\nimage.interpolation: nearest\nfont.size: 9\n"
FIXED = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "COLUMNS": "92",
}


@dataclass(frozen=True)
class Executed:
    """A notebook with its outputs; if a cell failed, which and how, in words, and the cells behind it not run."""

    notebook: NotebookNode
    failure: str = ""


def execute(notebook: NotebookNode, folder: Path | None = None, seconds: float = SECONDS) -> Executed:
    """Run the cells in order, up to the first that fails, in a folder (or in an empty one).

    Raises NotebookError if there is no kernel for it.
    """
    with tempfile.TemporaryDirectory(prefix="notebook-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        _settle(home)
        client = _Client(
            notebook,
            timeout_func=_left_of(seconds),
            startup_timeout=60,
            record_timing=False,
            kernel_name=_kernel_name(notebook),
            log=_silent(),
            resources={"metadata": {"path": str(folder or home / "work")}},
        )
        client.on_cell_execute = client.started
        return Executed(notebook, _run(client, home, seconds))


def _run(client: _Client, home: Path, seconds: float) -> str:
    """What went wrong, or nothing."""
    with (
        _kernel(client, home),
        ThreadPoolExecutor(1) as aside,
    ):  # in a thread, so that an interruption is ours
        running = aside.submit(client.execute, env=_environment(home), stdout=DEVNULL, stderr=DEVNULL)
        try:
            running.result()
        except KeyboardInterrupt:
            _end(client.km)
            raise
        except CellExecutionError as error:
            return f"{_cell(client)} failed: {error.ename}: {error.evalue}"
        except (CellTimeoutError, DeadKernelError) as error:
            late = isinstance(error, CellTimeoutError)
            what = f"was stopped after {seconds:g} seconds" if late else "ended its kernel"
            _say(client, what)
            return f"{_cell(client)} {what}"
        except RuntimeError as error:  # the kernel did not start
            raise NotebookError(f"the kernel did not start: {' '.join(str(error).split())[:200]}") from None
    return ""


class _Client(NotebookClient):
    """Drops what a cell prints beyond a limit, before it fills the memory."""

    running: int = -1  # the cell
    _printed: int = 0

    def started(self, cell: NotebookNode, cell_index: int) -> None:
        self.running, self._printed = cell_index, 0

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"] == "stream":
            self._printed += len(msg["content"]["text"])
            if self._printed > LARGEST_OUTPUT:
                return None
        return super().process_message(msg, cell, cell_index)


def _cell(client: _Client) -> str:
    """The cell that ran last, by its number among those with code."""
    before = client.nb.cells[: max(client.running, 0) + 1]
    return f"cell {sum(cell.cell_type == 'code' and bool(cell.source.strip()) for cell in before)}"


def _say(client: _Client, what: str) -> None:
    """An error on the page for what the kernel itself could not tell."""
    cell = client.nb.cells[max(client.running, 0)]
    cell.outputs.append(
        NotebookNode(output_type="error", ename="Stopped", evalue=what, traceback=[f"This cell {what}."])
    )


# ---------------------------------------------------------------------------------- the kernel


def _kernel_name(notebook: NotebookNode) -> str:
    """The machine's own kernel for Python, whatever the author calls hers; another language by its name."""
    spec, info = notebook.metadata.get("kernelspec", {}), notebook.metadata.get("language_info", {})
    language = str(spec.get("language") or info.get("name") or "python").lower()
    return "python3" if language == "python" else str(spec.get("name") or language)


@contextmanager
def _kernel(client: _Client, home: Path) -> Iterator[None]:
    """The kernel of a client, and in the end none of its processes. Raises NotebookError if there is none."""
    manager: Any = client.create_kernel_manager()
    if client.kernel_name == "python3":
        manager.kernel_spec_manager = KernelSpecManager(kernel_dirs=[])  # this interpreter's, not a namesake
    try:
        language = manager.kernel_spec.language
    except NoSuchKernel:
        raise NotebookError(f"there is no kernel {client.kernel_name} on this machine to run it") from None
    manager.connection_file = str(home / "kernel.json")
    if os.name == "posix" and len(str(home)) < LONGEST_SOCKET and language == "python":
        manager.transport = "ipc"  # sockets in a folder of ours: no port is opened
    try:
        yield
    finally:
        _end(manager)


def _end(manager: Any) -> None:
    """End the kernel's group of processes, in case a cell started some that outlive it."""
    group = getattr(manager.provisioner, "pgid", None)
    if os.name == "posix" and group:
        with suppress(ProcessLookupError, PermissionError):  # nothing is left of it
            os.killpg(group, signal.SIGKILL)


def _left_of(seconds: float) -> Callable[[NotebookNode], float]:
    """The seconds that are left for a cell; they count from the first, not while the kernel starts."""
    ends: list[float] = []

    def left(cell: NotebookNode) -> float:
        if not ends:
            ends.append(time.monotonic() + seconds)
        return max(0.1, ends[0] - time.monotonic())

    return left


def _settle(home: Path) -> None:
    """The files that the kernel starts from."""
    profile = home / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    (home / "work").mkdir()
    (profile / "ipython_kernel_config.py").write_text(CONFIGURATION, "utf-8")
    (home / "matplotlibrc").write_text(STYLE, "utf-8")


def _environment(home: Path) -> dict[str, str]:
    """The user's, but with fixed seeds, and with this program to import."""
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    own = {
        "PYTHONPATH": path,
        "IPYTHONDIR": str(home / "ipython"),
        "MATPLOTLIBRC": str(home / "matplotlibrc"),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_"))}
    return (
        kept
        | FIXED
        | own
        | {"PATH": os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])}
    )


def _silent() -> logging.Logger:
    """What nbclient has to say is said by us."""
    logger = logging.getLogger(__name__)
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    return logger
