"""The printed sheet, line by line: the workbook comes to the verdicts of a reader, and a hand to its counterexamples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from by_hand import BY_HAND
from by_hand.values import Sides, differ, values_of
from readings import READINGS, Reading, lines_of

from derivations import discovery
from derivations.calculus import notation
from derivations.calculus.evidence import Verdict
from derivations.proof.printed import Printed

NAMES = tuple(READINGS)


def line_at(name: str, place: str) -> Printed:
    problem = NAMES.index(name) + 1
    (line,) = (line for line in lines_of(name) if line.where == f"problem {problem}, {place}")
    return line


def every(wanted: Callable[[Reading], bool]) -> list[Any]:
    """The rows that are wanted, each with the name of its problem, as the parameters of a test."""
    rows = [(name, row) for name, rows in READINGS.items() for row in rows if wanted(row)]
    return [pytest.param(name, row, id=f"{name}: {row.place}") for name, row in rows]


def test_the_table_is_that_of_the_sheet() -> None:
    ours = [item for item in discovery.found().values() if item.ours]
    assert [item.name for item in sorted(ours, key=lambda item: item.summary)] == [*NAMES]
    assert len(NAMES) == 7
    assert sum(map(len, READINGS.values())) >= 70


@pytest.mark.parametrize("name", NAMES)
def test_every_line_is_judged_in_the_order_of_the_sheet(name: str) -> None:
    problem = NAMES.index(name) + 1
    assert [line.where for line in lines_of(name)] == [
        f"problem {problem}, {row.place}" for row in READINGS[name]
    ]


@pytest.mark.parametrize(("name", "row"), every(lambda row: True))
def test_the_verdict_is_that_of_a_reader(name: str, row: Reading) -> None:
    line = line_at(name, row.place)
    assert (line.verdict, line.fault) == (row.verdict, row.fault)
    assert tuple(notation.text(need.statement, ascii=True) for need in line.needs) == row.needs
    assert (line.counterexample is not None) is row.can_fail
    assert (line.corrected is not None) is row.corrected


@pytest.mark.parametrize(("name", "row"), every(lambda row: row.corrected))
def test_every_correction_is_proved(name: str, row: Reading) -> None:
    corrected = line_at(name, row.place).corrected
    assert corrected is not None
    assert corrected.verdict is Verdict.PROVED


# ----------------------------------------------------------------- what fails, computed by hand


@pytest.mark.parametrize(("name", "row"), every(lambda row: row.can_fail))
def test_what_fails_fails_by_hand_too(name: str, row: Reading) -> None:
    BY_HAND[name][row.place](line_at(name, row.place))


def test_nothing_is_computed_by_hand_in_vain() -> None:
    able = {name: [row.place for row in rows if row.can_fail] for name, rows in READINGS.items()}
    assert {name: [*checks] for name, checks in BY_HAND.items()} == {
        n: places for n, places in able.items() if places
    }


@pytest.mark.parametrize("hand", [lambda left, right: (left, left), lambda left, right: (left, right + 1)])
def test_a_hand_that_errs_is_noticed(hand: Callable[[Any, Any], Sides]) -> None:
    line = line_at("kmedians", "derivative of the sum, set to zero")
    at = values_of(line)
    differ(lambda _: (at.left, at.right))(line)
    with pytest.raises(AssertionError):
        differ(lambda _: hand(at.left, at.right))(line)
