"""One iteration of EM against 50 digits: what the formulation that is chosen loses, and that a loss would be seen."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from numeric import accuracy, crosscheck
from numeric.accuracy import CHOSEN, PEER, Case, Errors, Row, errors, exact
from numeric.clustering.gaussian_steps import About, Centred, Expected, Whitened, expected, summed, way
from numeric.clustering.points import InMemory

CASES = {case.name: case for case in accuracy.cases()}
TO_THE_LAST_DIGITS = ("offset 1e+06", "offset 1e+08", "weight 1e-12", "outliers at 1e6")
ROWS: dict[str, Row] = {}


def row(name: str) -> Row:
    if name not in ROWS:
        [ROWS[name]] = accuracy.table([name])
    return ROWS[name]


@pytest.mark.parametrize("name", CASES)
def test_em_is_never_worse_than_its_peer(name: str) -> None:
    assert PEER in row(name).errors
    assert row(name).failures == []


@pytest.mark.parametrize("name", TO_THE_LAST_DIGITS)
def test_offsets_outliers_and_tiny_weights_cost_nothing(name: str) -> None:
    found = row(name).errors[CHOSEN]
    assert found.log_likelihood <= 1e-15
    assert found.gamma <= 1e-13
    assert found.sigma <= 1e-13


@pytest.mark.parametrize("name", ["narrow and 1e5 apart", "narrow, found by wide ones"])
def test_narrow_components_are_seen_and_taken_otherwise(name: str) -> None:
    found = row(name).errors
    assert found["centred"].sigma > 1e-8
    assert found[CHOSEN].sigma <= 1e-11
    assert found[CHOSEN].log_likelihood <= 1e-15


def test_too_few_points_are_no_worse_than_by_hand() -> None:
    found = row("fewer points than dimensions").errors
    assert found[CHOSEN].sigma <= 1e-11 < found["whitened"].sigma
    assert found[CHOSEN].mu <= 1e-11


def test_a_formulation_that_loses_digits_is_a_failure() -> None:
    good = row("offset 1e+08")
    worse = replace(good, errors={**good.errors, CHOSEN: good.errors["uncentred"]})
    assert len(worse.failures) == len(Errors._fields)
    nothing = replace(good, errors={**good.errors, CHOSEN: accuracy.NO_RESULT})
    assert len(nothing.failures) == len(Errors._fields)
    assert json.loads(json.dumps(nothing.as_json))["errors"][CHOSEN]["gamma"] is None


def test_errors_see_a_unit_in_the_tenth_digit() -> None:
    case = CASES["plain"]
    wanted = exact(Case("few", case.x[:6], case.mixture))
    found = errors(type(wanted)(*(np.asarray(v, np.float64) * (1 + 1e-10) for v in wanted)), wanted)
    assert all(value > 1e-11 for value in found)


# ------------------------------------------------------------------------------ how it is chosen


def test_the_certificate_chooses() -> None:
    narrow, plain = CASES["narrow and 1e5 apart"].mixture, CASES["plain"].mixture
    assert isinstance(way(narrow), Whitened)
    assert isinstance(way(plain), Centred)
    pi = np.array([0.5, 0.5, 0.0])
    assert isinstance(way(plain._replace(pi=pi)), Whitened)  # a weight of zero has no finite logarithm


def test_single_precision_only_where_it_is_certified() -> None:
    plain, flat = CASES["plain"], CASES["condition 1e+08"]
    near = plain.mixture._replace(sigma=np.array([4 * np.eye(3)] * 3))
    step = way(near, single=True)
    assert isinstance(step, Centred)
    assert step.constant.dtype == step.packed.dtype == step.center.dtype == np.float32
    double = way(flat.mixture, single=True)
    assert not isinstance(double, Centred) or double.constant.dtype == np.float64
    x = plain.x.astype(np.float32)
    found, total = expected(InMemory(x), near, single=True)
    wanted, exact_total = expected(InMemory(x), near)
    assert 0 < abs(total - exact_total) < 1e-5 * abs(exact_total)
    assert np.allclose(found.maximised().sigma, wanted.maximised().sigma, rtol=1e-4, atol=1e-4)


def test_sums_about_any_origin_give_the_same_mixture() -> None:
    case = CASES["plain"]
    found: list[Expected] = []
    for step in (Whitened(case.mixture), About(case.mixture, case.mixture.mu + 1.0)):
        found.append(summed(InMemory(case.x), step)[0])
    for ours, other in zip(found[0].maximised(), found[1].maximised(), strict=True):
        assert np.allclose(ours, other, rtol=1e-12, atol=1e-12)


def test_a_point_can_be_taken_out_and_put_in() -> None:
    case = CASES["plain"]
    whole, _ = summed(InMemory(case.x), Whitened(case.mixture))
    shares = np.array([0.25, 0.5, 0.25])
    back = whole.without(shares, case.x[0]).without(-shares, case.x[0])
    assert np.allclose(back.second, whole.second)
    gamma = accuracy.FORMULATIONS["by hand"](case.x, case.mixture).gamma
    rest, _ = summed(InMemory(case.x[1:]), Whitened(case.mixture))
    assert np.allclose(whole.without(gamma[0], case.x[0]).second, rest.second)


def test_the_table_is_part_of_the_cross_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [row("plain")]
    monkeypatch.setattr(accuracy, "table", lambda: rows)
    assert crosscheck.main(["--accuracy", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["crosschecks"] == []
    assert found["accuracy"][0]["errors"][CHOSEN]["gamma"] <= 1e-13
    rows = [replace(rows[0], errors={**rows[0].errors, CHOSEN: accuracy.NO_RESULT})]
    assert crosscheck.main(["--accuracy"]) == 1
    assert "worse than its peer" in capsys.readouterr().out
