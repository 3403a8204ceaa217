"""The outcomes as tables, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from numeric.benchmark.proofs import Proof
from numeric.benchmark.targets import MEGABYTE, Target
from numeric.benchmark.timing import Outcome, Ratio, middle

STYLES = {"goal": "green", "must": "yellow", "missed": "bold red"}


def times(outcomes: Iterable[Outcome]) -> Table:
    """Seconds and memory of every contender."""
    table = Table("contest", "N", "D", "K", "contender", "milliseconds", "MB besides the data", title="Times")
    for outcome in outcomes:
        sizes = [_size(outcome, name) for name in "NDK"]
        for name, seconds in outcome.times.items():
            median, spread = middle(1e3 * value for value in seconds)
            held = f"{outcome.memory[name] / MEGABYTE:.1f}" if name in outcome.memory else ""
            table.add_row(
                outcome.contest.group,
                *sizes,
                name,
                f"{median:.2f} ± {spread:.2f}",
                _coloured(held, outcome.memory_status(name)),
            )
        table.add_section()
    return table


def ratios(outcomes: Iterable[Outcome]) -> Table:
    """Every comparison beside its target; what is missed is shown as missed."""
    table = Table(
        "contest", "N", "D", "K", "time of", "over that of", "ratio", "must (goal)", "", title="Ratios"
    )
    for outcome in outcomes:
        sizes = [_size(outcome, name) for name in "NDK"]
        for ratio in outcome.ratios:
            table.add_row(outcome.contest.group, *sizes, *_cells(ratio))
        if outcome.ratios:
            table.add_section()
    return table


def _cells(ratio: Ratio) -> list[str]:
    comparison, status = ratio.comparison, ratio.status
    return [
        comparison.name,
        comparison.over,
        _coloured(f"{ratio.median:.2f} ± {ratio.spread:.2f}", status),
        comparison.target.text if comparison.target else "",
        _coloured(status, status),
    ]


def means(found: Iterable[tuple[str, str, float, Target]]) -> Table:
    """Geometric means over the sizes."""
    table = Table("time of", "over that of", "geometric mean", "must (goal)", "", title="Over all sizes")
    for name, over, mean, target in found:
        status = target.status(mean)
        table.add_row(name, over, _coloured(f"{mean:.2f}", status), target.text, _coloured(status, status))
    return table


def derivations(proofs: Sequence[Proof]) -> Table:
    """Seconds of every derivation."""
    table = Table("derivation", "verdict", "claims", "seconds", "for", "tried up to size", title="Proofs")
    for proof in proofs:
        table.add_row(
            proof.name,
            proof.verdict,
            str(proof.claims),
            f"{proof.seconds:.2f}",
            "all N, K, D",
            str(proof.largest_size),
        )
    return table


def shown(tables: Iterable[Table]) -> None:
    """Write tables to standard output; as wide as they need to be where that is no terminal."""
    console = Console(width=None if Console().is_terminal else 140)
    for table in tables:
        if table.row_count:
            console.print(table)


def _size(outcome: Outcome, name: str) -> str:
    found = outcome.contest.sizes.get(name)
    return "" if found is None else f"{found:,}"


def _coloured(text: str, status: str) -> str:
    return f"[{STYLES[status]}]{text}[/]" if text and status else text


# ------------------------------------------------------------------------------------------- JSON


def as_json(outcome: Outcome) -> dict[str, Any]:
    """A contest: what was measured, and what follows."""
    contenders = [
        {"name": name, "seconds": values, "extra_bytes": outcome.memory.get(name)}
        for name, values in outcome.times.items()
    ]
    return {
        "contest": outcome.contest.group,
        "sizes": dict(outcome.contest.sizes),
        "contenders": contenders,
        "ratios": [_ratio_as_json(ratio) for ratio in outcome.ratios],
    }


def _ratio_as_json(ratio: Ratio) -> dict[str, Any]:
    target = ratio.comparison.target
    return {
        "time_of": ratio.comparison.name,
        "over": ratio.comparison.over,
        "median": ratio.median,
        "spread": ratio.spread,
        "must": target and target.must,
        "goal": target and target.goal,
        "status": ratio.status,
    }


def geometric_mean(values: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))
