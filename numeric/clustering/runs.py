"""What all iterative algorithms share: when to stop, whom to tell, which of several runs is kept.

The objective of an iteration may not get worse by more than rounding explains. That is a theorem about exact
arithmetic, so a violation is an error in the code or in the numbers, and is raised.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TypeVar

from numeric import remembered
from numeric.clustering import arguments
from numeric.clustering.arguments import Progress
from numeric.threads import one_blas_thread

Result = TypeVar("Result")


class NotMonotoneError(ArithmeticError):
    """The objective got worse, although it is proved that it cannot."""


@dataclass(frozen=True)
class Options:
    """The options of a run. `tol` = 0: no early stop."""

    tol: float
    max_iterations: int
    restarts: int
    progress: Progress

    @classmethod
    def checked(
        cls, tol: float, max_iterations: int, restarts: int, progress: Progress, init: object
    ) -> Options:
        """Raises ValueError, also for more than one run from the same given start."""
        found = arguments.whole("restarts", restarts, least=1)
        if not isinstance(init, str) and found > 1:
            raise ValueError(
                f"restarts: expected 1 with a given start, from which all runs are equal, got {found}"
            )
        if not (isinstance(progress, bool) or callable(progress)):
            raise ValueError(
                f"progress: expected True, False or a function of iteration and objective, got {progress!r}"
            )
        limit = arguments.whole("max_iterations", max_iterations, least=1)
        return cls(arguments.amount("tol", tol), limit, found, progress)


@dataclass
class Trace:
    """The objective, iteration by iteration: `sign` is 1 if it must not rise, -1 if it must not fall."""

    what: str
    sign: int
    progress: Progress
    values: list[float] = field(default_factory=list)
    _since: int = 0

    def add(self, value: float, slack: float | None) -> None:
        """Enter a value. Raises NotMonotoneError if it is worse than the last by more than `slack`, if there is one."""
        if slack is not None and len(self.values) > self._since:
            last = self.values[-1]
            if not self.sign * (value - last) <= slack:
                turn = "rose" if self.sign > 0 else "fell"
                raise NotMonotoneError(
                    f"iteration {len(self.values) + 1}: the {self.what} {turn} from {last!r} to {value!r}, "
                    f"by more than the {slack:.1e} that rounding explains"
                )
        self.values.append(value)
        if callable(self.progress):
            self.progress(len(self.values), value)
        elif self.progress:
            print(f"iteration {len(self.values)}: {self.what} {value:.10g}", file=sys.stderr)

    def begin_anew(self) -> None:
        """What comes next is not compared with what was before: a component has been moved."""
        self._since = len(self.values)

    @property
    def change(self) -> float:
        """By how much the last value differs from the one before; infinite if there is none."""
        before, *after = self.values[-2:]
        return abs(after[0] - before) if after else float("inf")


def best(
    run: Callable[[Trace], Result], options: Options, what: str, sign: int, history: list[float] | None
) -> Result:
    """The result of the run whose last objective is best, the first of equals; its objectives enter `history`."""
    if not (history is None or isinstance(history, list)):
        raise ValueError(f"history: expected a list, got {type(history).__name__}")
    runs: list[tuple[float, Trace, Result]] = []
    with one_blas_thread(), ExitStack() as at_the_end:
        at_the_end.callback(remembered.forget)
        for _ in range(options.restarts):
            trace = Trace(what, sign, options.progress)
            result = run(trace)
            runs.append((sign * trace.values[-1], trace, result))
            runs = [min(runs, key=lambda candidate: candidate[0])]
    [(_, trace, result)] = runs
    if history is not None:
        history.extend(trace.values)
    return result
