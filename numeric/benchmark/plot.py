"""Time against N, D and K, on logarithmic axes, with the limit drawn in: a file that matplotlib writes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from numeric.benchmark.timing import LIMIT, Outcome, middle
from numeric.sources import UsageError

STYLES = {LIMIT: {"color": "black", "linestyle": "--", "marker": ""}}
INCHES = (11, 4)


def writable(path: Path) -> Path:
    """The file, if it can be written and drawn, which is known before anything is timed. Raises UsageError."""
    try:
        pyplot = import_module("matplotlib.figure").Figure()
    except ModuleNotFoundError:
        raise UsageError(
            "--plot needs matplotlib; install it with: pip install 'derivation-workbook[plot]'"
        ) from None
    kinds = pyplot.canvas.get_supported_filetypes()
    if path.suffix[1:] not in kinds:
        raise UsageError(f"--plot {path}: expected a name that ends in .{', .'.join(sorted(kinds))}")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"--plot {path}: there is no folder {path.absolute().parent}")
    return path


def drawn(outcomes: Sequence[Outcome], path: Path) -> None:
    """One panel for each size: the contests in which the two others are those of most contests."""
    figure = import_module("matplotlib.figure").Figure(figsize=INCHES, layout="constrained")
    panels = figure.subplots(1, 3, sharey=True)
    for panel, size in zip(panels, "NDK", strict=True):
        _panel(panel, size, along(outcomes, size))
    panels[0].set_ylabel("seconds an iteration")
    panels[0].legend(frameon=False, fontsize="small")
    with NamedTemporaryFile(dir=path.absolute().parent, suffix=path.suffix, delete=False) as file:
        figure.savefig(file.name)
    os.replace(file.name, path)


def along(outcomes: Sequence[Outcome], size: str) -> list[Outcome]:
    """The largest set of contests that differ in one size only, in rising order of it."""
    lines: dict[tuple[int, ...], dict[int, Outcome]] = {}
    for outcome in outcomes:
        sizes = outcome.contest.sizes
        others = tuple(count for name, count in sizes.items() if name != size)
        lines.setdefault(others, {})[sizes[size]] = outcome
    longest = max(lines.values(), key=len)
    return [longest[count] for count in sorted(longest)]


def _panel(panel: Any, size: str, outcomes: Sequence[Outcome]) -> None:
    sizes = dict(outcomes[0].contest.sizes)
    names = dict.fromkeys(name for outcome in outcomes for name in outcome.times)
    for name in names:
        there = [outcome for outcome in outcomes if name in outcome.times]
        panel.plot(
            [outcome.contest.sizes[size] for outcome in there],
            [middle(outcome.times[name])[0] for outcome in there],
            **{"marker": "o", "markersize": 3, "label": name, **STYLES.get(name, {})},
        )
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_xlabel(size)
    panel.set_title(", ".join(f"{other} = {count:,}" for other, count in sizes.items() if other != size))
    panel.grid(alpha=0.3)
