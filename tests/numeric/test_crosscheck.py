"""The cross-check: it agrees where the code is right, and sees every fault that is planted in it."""

from __future__ import annotations

import ast
import importlib
import json
import operator
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sample_updates as m
from generated_modules import function_of, text_of
from hypothesis import given
from hypothesis import strategies as st

from derivations.calculus.domains import DOMAINS
from derivations.calculus.expressions import LogDet, inv, quadratic
from derivations.calculus.statements import Belongs, Statement
from derivations.proof.steps import Update
from numeric import bad_input, crosscheck, generate, sources
from numeric.cases import DRAWS, ROWS, Arguments, Case, arguments_of, cases, iris
from numeric.command import command
from numeric.crosscheck import AGREES, DISAGREES, CrosscheckResult, compare
from numeric.handwritten import gmm_mstep
from numeric.reference import Reference, Rounded, UndefinedError, evaluate, mp, total

MSTEP = {update.name: update for update in m.MSTEP.updates}
HANDWRITTEN: dict[str, Callable[..., Any]] = {
    "pi": gmm_mstep.pi,
    "mu": gmm_mstep.mu,
    "Sigma": gmm_mstep.Sigma,
}


@pytest.fixture(autouse=True)
def references(monkeypatch: pytest.MonkeyPatch) -> None:
    """50 digits of one formula at one place are computed once, however many faults are compared with them."""
    monkeypatch.setattr(crosscheck, "reference_of", reference_of)


_references: dict[tuple[object, ...], Reference | None] = {}
_compute = crosscheck.reference_of


def reference_of(update: Update, arguments: Arguments, assumed: Iterable[Statement]) -> Reference | None:
    values = ((name, value.dtype.str, value.shape, value.tobytes()) for name, value in arguments.items())
    place = (update, tuple(assumed), *values)
    if place not in _references:
        _references[place] = _compute(update, arguments, assumed)
    return _references[place]


def compared(
    update: Update, generated: Callable[..., Any], quick: bool = True, **hypotheses: Any
) -> CrosscheckResult:
    derivation = m.derivation("samples", update, **hypotheses)
    return compare(derivation, update, generated, HANDWRITTEN.get(update.name), quick)


# -------------------------------------------------------------------------------- where it agrees


@pytest.mark.parametrize("update", [*m.SHEET, m.NEAREST, *m.OTHERS], ids=lambda update: update.name)
def test_generated_code_agrees(update: Update, tmp_path: Path) -> None:
    result = compared(update, function_of(update, tmp_path), quick=False)
    assert result.failures == ()
    assert result.verdict == AGREES
    assert result.cases + result.bad_inputs > len(ROWS)
    assert result.max_error <= result.bound


@pytest.mark.parametrize("update", m.MSTEP.updates, ids=lambda update: update.name)
def test_generated_and_handwritten_code_agree(update: Update, tmp_path: Path) -> None:
    result = compared(update, function_of(update, tmp_path), quick=False)
    assert result.against == ("handwritten", "50 digits")
    assert result.verdict == AGREES
    assert result.bound < 1e-12


def test_an_update_without_a_reference_says_so(tmp_path: Path) -> None:
    result = compared(m.L1, function_of(m.L1, tmp_path))
    assert result.against == ("50 digits",)
    assert any("no hand-written" in line for line in crosscheck._lines(result))


def test_an_empty_component_is_a_case_for_the_weights_only(tmp_path: Path) -> None:
    counted = {u.name: compared(u, function_of(u, tmp_path), quick=False) for u in m.MSTEP.updates}
    assert counted["pi"].cases == len(ROWS)
    assert counted["mu"].cases == counted["Sigma"].cases == len(ROWS)  # one fewer, and the flowers


def test_a_hypothesis_makes_an_empty_component_bad_input(tmp_path: Path) -> None:
    positive = [Belongs(m.n[m.k], DOMAINS["positive"])]
    function = function_of(m.WEIGHTS, tmp_path)
    result = compare(m.derivation("f", m.WEIGHTS, hypotheses=positive), m.WEIGHTS, function, None)
    assert any("empty component" in failure and "not refused" in failure for failure in result.failures)


# ------------------------------------------------------------------------------- planted faults

PLANTED: tuple[tuple[str, str, str, str], ...] = (
    ("sign", "Sigma", "x_rows - mu", "x_rows + mu"),
    ("sign of the result", "mu", "return weighted_sum", "return -weighted_sum"),
    ("factor", "pi", "return n / N", "return 2 * n / N"),
    ("a small factor", "mu", "return weighted_sum", "return (1 + 1e-11) * weighted_sum"),
    ("a small summand", "mu", "return weighted_sum", "return 1e-11 + weighted_sum"),
    ("transpose", "Sigma", "np.swapaxes(x_minus_mu, 1, 2)", "np.swapaxes(x_rows - mu[:, ::-1, None], 1, 2)"),
    ("missing division", "Sigma", "total / n[:, np.newaxis, np.newaxis]", "total"),
    ("division by N - 1", "pi", "n / N", "n / max(N - 1, 1)"),
    ("wrong axis", "pi", "np.sum(gamma, axis=0)", "np.sum(gamma, axis=1)"),
    ("wrong shape", "mu", "return weighted_sum / n[:, np.newaxis]", "return (weighted_sum / n[:, np.newaxis]).T"),
    ("wrong order", "mu", "gamma.T @ x", "gamma.T @ x[::-1]"),
    ("a dropped point", "mu", "gamma.T @ x", "gamma[1:].T @ x[1:]"),
    ("a dropped weight", "Sigma", "gamma_rows[:, np.newaxis, :] * x_minus_mu", "x_minus_mu"),
    ("a weight too many", "Sigma", "gamma_rows[:, np.newaxis, :] * ", "gamma_rows[:, np.newaxis, :]**2 * "),
    ("expanded to second moments", "Sigma", "return total / n[:, np.newaxis, np.newaxis]", ""),
    ("a block too few", "Sigma", "share_of_block, N, K * D", "share_of_block, N - N // 4, K * D"),
    ("single precision", "mu", "return weighted_sum", "return np.float32(1) * weighted_sum.astype(np.float32)"),
    ("computed in single precision", "mu", "gamma.T @ x", "(gamma.T.astype('f') @ x).astype(float)"),
    ("an argument is changed", "pi", "n: Array", "gamma /= 2; n: Array"),
    ("a warning", "pi", "return n / N", "np.log(np.zeros(1)); return n / N"),
    ("not a number", "mu", "return weighted_sum", "return np.nan * weighted_sum"),
    ("no check of the sum", "pi", 'checks.sums_to_one("gamma", gamma)', "pass"),
    ("no check of the sign", "mu", 'checks.nonnegative("gamma", gamma)', "pass"),
    ("no check of the counts", "mu", "checks.positive_totals", "checks.array and (lambda *a: 0)"),
    ("no check of a size", "Sigma", '"K D"', '"K E"'),
    ("a wrong name in a message", "mu", 'array("x"', 'array("points"'),
)  # fmt: skip

SECOND_MOMENTS = """
    second = np.einsum("ik,id,ie->kde", gamma, x, x) / n[:, None, None]
    return second - mu[:, :, None] * mu[:, None, :]
"""


@pytest.mark.parametrize(
    ("name", "old", "new"), [row[1:] for row in PLANTED], ids=[row[0] for row in PLANTED]
)
def test_a_planted_fault_is_seen(name: str, old: str, new: str, tmp_path: Path) -> None:
    text = text_of(MSTEP[name])
    assert old in text
    changed = text.replace(old, new or SECOND_MOMENTS.strip())
    result = compared(MSTEP[name], function_of(MSTEP[name], tmp_path, changed), quick=False)
    assert result.verdict == DISAGREES
    assert result.failures


SWAPS: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.Div(),
    ast.Div: ast.Mult(),
}


class Mutant(ast.NodeTransformer):
    """Changes the operation of one number in a syntax tree."""

    def __init__(self, chosen: int) -> None:
        self.chosen, self.count = chosen, 0

    def visit(self, node: ast.AST) -> Any:
        node = super().visit(node)
        changed = _mutated(node)
        if changed is not None:
            self.count += 1
            if self.count - 1 == self.chosen:
                return changed
        return node


def _mutated(node: ast.AST) -> ast.AST | None:
    """The node with another operator, axis or number; None if there is nothing to change in it."""
    match node:
        case ast.BinOp(left, symbol, right) if type(symbol) in SWAPS:
            return ast.BinOp(left, SWAPS[type(symbol)], right)
        case ast.BinOp(left, ast.Pow(), ast.Constant(value=2)):
            return left
        case ast.Constant(value=float(value)):
            return ast.Constant(value * 1.001)
        case ast.Call(ast.Attribute(_, "log" | "exp"), [argument]):
            return argument
        case ast.Call(ast.Name("log_sum_exp"), [argument], keywords):
            return ast.Call(ast.Attribute(ast.Name("np"), "max"), [argument], keywords)
        case _:
            return None


def mutants(text: str) -> Iterator[str]:
    """The module with one change each, in what computes; the widths of blocks are no business of the result."""
    for number in range(1000):
        tree = ast.parse(text)
        mutant = Mutant(number)
        function = tree.body[-1]
        changed = mutant.visit(function)
        if mutant.count <= number:
            return
        tree.body[-1] = changed
        yield ast.unparse(ast.fix_missing_locations(tree))


@pytest.mark.parametrize(
    "update",
    [*m.MSTEP.updates, m.RESPONSIBILITIES, m.LIKELIHOOD, m.BERNOULLI, m.MOMENTS],
    ids=lambda u: u.name,
)
def test_every_mutant_is_seen(update: Update, tmp_path: Path) -> None:
    text = text_of(update)
    found = [mutant for mutant in mutants(text) if "K / D)" not in mutant and "K + D)" not in mutant]
    assert found
    survivors = [
        mutant
        for mutant in found
        if compared(update, function_of(update, tmp_path, mutant)).verdict == AGREES
    ]
    assert [mutant for mutant in survivors if not cancels(update, mutant)] == []


def cancels(update: Update, mutant: str) -> bool:
    """Responsibilities do not depend on what all components have in common, such as D log(2 pi)."""
    return update is m.RESPONSIBILITIES and "D * math.log(2 * np.pi)" not in mutant


def test_a_fault_in_the_handwritten_code_is_seen(tmp_path: Path) -> None:
    good = function_of(m.MEANS, tmp_path)
    result = compare(m.MSTEP, m.MEANS, good, lambda gamma, x: 2 * gmm_mstep.mu(gamma, x), quick=True)
    assert all(failure.startswith("handwritten") for failure in result.failures)
    assert result.verdict == DISAGREES


def test_a_fault_in_the_formula_is_seen(tmp_path: Path) -> None:
    """The reference evaluates the formula, not what the code was made from."""
    wrong = m.update("mu", m.mu[m.k], m.MEANS.formula + m.MEANS.formula, [m.COUNTS])
    result = compare(m.derivation("f", wrong), wrong, function_of(m.MEANS, tmp_path), None, quick=True)
    assert result.verdict == DISAGREES


@pytest.mark.parametrize(
    ("refuse", "complaint"),
    [
        (lambda: None, "is not refused"),
        (lambda: [][0], "raises IndexError instead of ValueError"),
        (lambda: int("x"), "does not name gamma"),
        (lambda: _raise("gamma is bad, got 1"), "does not say what was expected"),
        (lambda: _raise("gamma: expected 2"), "does not say what was got"),
        (lambda: _raise("gamma: expected 2,\ngot 1"), "more than one line"),
    ],
)
def test_a_bad_refusal_is_seen(refuse: Callable[[], object], complaint: str) -> None:
    def function(gamma: Any) -> Any:
        try:
            return gmm_mstep.pi(gamma)
        except ValueError:
            return refuse()

    result = compared(m.WEIGHTS, function)
    assert result.verdict == DISAGREES
    assert complaint in " ".join(result.failures)


def _raise(message: str) -> None:
    raise ValueError(message)


# ----------------------------------------------------------------------------------- the cases


def test_cases_are_the_same_every_time() -> None:
    first, second = (list(cases(m.RESPONSIBILITIES)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert all(np.array_equal(one.arguments[name], other.arguments[name]) for name in one.arguments)


def test_the_stream_of_random_numbers_is_the_one_that_was_frozen() -> None:
    """These numbers must not change with the version of NumPy, or the stated bounds would."""
    (case,) = [case for case in cases(m.COVARIANCES) if case.name == "generic"]
    assert (case.arguments["x"][0] * 2**19).tolist() == [130313, 357580]


def test_the_cases_are_as_named() -> None:
    found = {case.name: case.arguments for case in cases(m.COVARIANCES)}
    assert found["one point"]["x"].shape[0] == 1
    assert found["fewer points than dimensions"]["x"].shape == (2, 5)
    assert found["far from the origin, 1e8"]["x"].min() > 0.9e8
    assert found["single precision"]["mu"].dtype == np.float32
    assert found["bytes"]["x"].dtype == np.uint8
    assert found["certain responsibilities"]["gamma"].max(axis=1).tolist() == [1] * 7
    assert 0 < found["weights of 1e-12"]["gamma"].min() < 1e-12
    assert found["an empty component"]["gamma"].min(axis=0)[-1] == 0
    assert not found["read-only"]["x"].flags.writeable
    flat = found["nearly singular scatter"]["x"]
    assert np.linalg.cond(np.cov(flat.T)) > 1e10
    assert all(np.allclose(case["gamma"].sum(axis=1), 1, atol=1e-6) for case in found.values())


def test_the_flowers_are_the_published_ones() -> None:
    assert iris().shape == (150, 4)
    assert np.allclose(iris().mean(axis=0), [5.8433333, 3.0573333, 3.758, 1.1993333])


def test_every_domain_can_be_drawn_and_spoilt() -> None:
    assert set(DRAWS) | {"label"} == set(DOMAINS)
    assert set(bad_input.BY_DOMAIN) == set(DOMAINS)


def test_bad_input_comes_in_every_way() -> None:
    symbols = arguments_of(m.COVARIANCES)
    found = [case.name for case in bad_input.bad_cases(symbols, ROWS[0].of(symbols))]
    assert len(found) == len(set(found))
    for what in ("gamma: NaN", "gamma: a sum that is not one", "x: N one too small", "mu: one axis too few"):
        assert what in found


# -------------------------------------------------------------------------------- the reference


def case_of(update: Update) -> Case:
    return ROWS[0].of(arguments_of(update))


def test_the_reference_has_fifty_digits() -> None:
    third = evaluate(m.update("f", m.result("f"), m.as_number(Fraction(1, 3)) + 0 * m.c), {"c": np.zeros(())})
    assert mp.nstr(third.values[()], 45).startswith("0." + "3" * 45)


def test_the_reference_evaluates_matrices() -> None:
    update = m.update("f", m.result("f"), quadratic(m.a, inv(m.S)) + LogDet(m.S))
    arguments = case_of(update).arguments
    expected = arguments["a"] @ np.linalg.inv(arguments["S"]) @ arguments["a"]
    expected += np.linalg.slogdet(arguments["S"])[1]
    assert float(evaluate(update, arguments).values[()]) == pytest.approx(expected, rel=1e-13)


def test_the_reference_says_where_a_formula_has_no_value() -> None:
    arguments = case_of(m.MEANS).arguments
    arguments["gamma"][:, 1] = 0
    with pytest.raises(UndefinedError, match="division by zero"):
        evaluate(m.MEANS, arguments)


numbers = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


@given(st.lists(numbers, min_size=1, max_size=20))
def test_fuzz_the_bound_holds_for_sums_in_any_order(values: list[float]) -> None:
    expected = total([Rounded(mp.mpf(value)) for value in values])
    for ordered in (values, values[::-1], sorted(values)):
        found = 0.0
        for value in ordered:
            found += value
        assert abs(mp.mpf(found) - expected.value) <= expected.error * 2.0**-53 * (1 + 2.0**-40)


@given(numbers, numbers, st.sampled_from([operator.add, operator.mul, operator.truediv]))
def test_fuzz_the_bound_holds_for_one_operation_on_rounded_numbers(
    left: float, right: float, operation: Callable[[Any, Any], Any]
) -> None:
    """Both operands are thirds, and so off by a rounding each."""
    exact = [Rounded(mp.mpf(value)) / Rounded(mp.mpf(3)) for value in (left, right)]
    if operation is operator.truediv and not right:
        return
    expected = operation(*exact)
    found = operation(left / 3, right / 3)
    assert abs(mp.mpf(found) - expected.value) <= expected.error * 2.0**-53 * (1 + 2.0**-40)


def test_the_bound_knows_the_condition_number() -> None:
    update = m.update("f", m.result("f", rows=True), inv(m.S) @ m.a)
    bounds = []
    for small in (1.0, 1e-4, 1e-8):
        arguments = {"S": np.array([[1.0, 0.9], [0.9, 0.81 + small]]), "a": np.array([1.0, 0.0])}
        reference = evaluate(update, arguments)
        bounds.append(float(np.max(reference.bounds / np.abs(reference.values).astype(float))))
    assert bounds[1] > 1e3 * bounds[0]
    assert bounds[2] > 1e3 * bounds[1]


def test_the_bound_of_a_residual_does_not_grow_far_from_the_origin() -> None:
    near, far = (
        evaluate(m.COVARIANCES, {**case_of(m.COVARIANCES).arguments, **moved}).bounds.max()
        for moved in ({}, _far_away(m.COVARIANCES, 1e8))
    )
    assert far < 10 * near


def _far_away(update: Update, offset: float) -> dict[str, Any]:
    arguments = case_of(update).arguments
    return {name: arguments[name] + offset for name in ("x", "mu")}


# --------------------------------------------------------------------------------- the commands


def test_the_committed_code_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert crosscheck.main(["gmm_mstep", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["crosschecks"]
    assert [item["name"] for item in found][:3] == ["gmm_mstep:pi", "gmm_mstep:mu", "gmm_mstep:Sigma"]
    assert all(item["verdict"] == AGREES for item in found)
    assert {"cases", "max_error", "bound", "verdict"} <= set(found[0])


@pytest.mark.parametrize("name", ["bernoulli_mixture", "gmm_estep"])
def test_e_steps_agree_with_fifty_digits(name: str) -> None:
    for found in crosscheck.run([name], quick=True):
        assert found.verdict == AGREES, found.failures
        assert "50 digits" in found.against


def test_a_disagreement_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sources, "load", lambda names: [m.derivation("gmm_mstep", m.WEIGHTS)])
    monkeypatch.setattr(
        sources, "generated", lambda derivation, update: lambda gamma: gmm_mstep.pi(gamma) * 2
    )
    assert crosscheck.main(["gmm_mstep"]) == 1
    assert capsys.readouterr().out.startswith("DISAGREES  gmm_mstep:pi")


def test_code_that_was_not_generated_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivations.discovery.is_ours", lambda name: True)
    with pytest.raises(
        sources.UsageError, match=r"no generated code for nowhere:pi; run `python -m numeric\.generate`"
    ):
        crosscheck.check(m.derivation("nowhere", m.WEIGHTS))


@pytest.mark.parametrize(
    ("module", "argument"),
    [
        ("numeric.crosscheck", "gmm_mstepp"),
        ("numeric.benchmark", "gmm_mstepp"),
        ("numeric.crosscheck", "--jason"),
        ("numeric.generate", "--chekc"),
    ],
)
def test_a_wrong_argument_is_one_line_and_status_2(
    module: str, argument: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [module, argument])
    assert command(importlib.import_module(module).main) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1
    assert argument in output.err


def test_the_module_is_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "numeric.crosscheck", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (sources.UsageError("no such thing"), 2, "error: no such thing\n"),
        (OSError(28, "No space left on device"), 2, "error: [Errno 28] No space left on device\n"),
    ],
)
def test_what_stops_a_command_is_told_in_a_line(
    error: BaseException, status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def main(arguments: Sequence[str]) -> int:
        raise error

    assert command(main) == status
    assert capsys.readouterr().err == message


def test_generate_and_crosscheck_speak_of_the_same_files() -> None:
    assert (generate.FOLDER / "gmm_mstep.py").is_file()
