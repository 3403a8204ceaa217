"""Whether generated code agrees with hand-written code and with 50 digits: `python -m numeric.crosscheck`.

Compared are shape, then dtype, then values. Every entry may be off by SAFETY times what a straightforward
evaluation in the same precision may be off (numeric/reference.py), a bound that knows how ill-conditioned
the entry is. Errors are reported on a natural scale: an entry of a matrix as a part of sqrt(S_dd S_ee), of
a vector as a part of the spread of the points, or of itself where it is larger, a number as a part of the
largest of its family. Bad input must be refused by both with a ValueError that names the argument, what it
got and what was expected.

An update that has no hand-written reference is compared with 50 digits only, and the result says so.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import Member, Number, Symbol
from derivations.calculus.statements import Belongs, LessEqual, Statement
from derivations.proof.steps import Definition, Derivation, Update
from numeric import sources
from numeric.bad_input import BadCase, bad_cases
from numeric.blocks import rows_of_a_block
from numeric.cases import ROWS, Arguments, Case, arguments_of, cases, is_points
from numeric.command import Parser, command
from numeric.reference import Reference, UndefinedError, evaluate, mp

Function = Callable[..., Any]
Values = npt.NDArray[Any]

SAFETY = 4  # the bounds are of first order and for one way of evaluating; the code may take another
SMALL_BLOCK = 3  # rows: generated code is also run in blocks that cut the few points of a case
MOST_FAILURES = 5  # that are reported for one update
QUICK_BAD_CASES = 6

AGREES, DISAGREES = "AGREES", "DISAGREES"


@dataclass(frozen=True)
class CrosscheckResult:
    """How the generated code of one update compared.

    `max_error` is the largest error against 50 digits in any case in double precision, `bound` the largest that
    was allowed in any; both on the scale that the module describes. The bound does not depend on the machine,
    the error does. Cases in single precision are judged by the bounds of that.
    """

    derivation: str
    update: str
    cases: int
    bad_inputs: int
    max_error: float
    bound: float
    against: tuple[str, ...]
    failures: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        return DISAGREES if self.failures else AGREES

    @property
    def summary(self) -> dict[str, Any]:
        """The entry `crosscheck` of an update in the JSON of a derivation."""
        return {
            "cases": self.cases,
            "max_error": self.max_error,
            "bound": self.bound,
            "verdict": self.verdict,
        }

    @property
    def as_json(self) -> dict[str, Any]:
        return {
            "name": f"{self.derivation}:{self.update}",
            "against": list(self.against),
            **self.summary,
            "bad_inputs": self.bad_inputs,
            "failures": list(self.failures),
        }


def run(names: Iterable[str] | None = None, quick: bool = False) -> list[CrosscheckResult]:
    """Every update of the derivations of these names, or of all. Raises UsageError."""
    return list(one_by_one(names, quick))


def one_by_one(names: Iterable[str] | None = None, quick: bool = False) -> Iterator[CrosscheckResult]:
    """The same, as they come."""
    for derivation in sources.load(names):
        yield from check(derivation, quick)


def check(derivation: Derivation, quick: bool = False) -> list[CrosscheckResult]:
    """Every update of one derivation; `quick` takes a few cases. Raises UsageError where code is missing."""
    return [
        compare(
            derivation,
            update,
            sources.generated(derivation, update),
            sources.handwritten(derivation, update),
            quick,
        )
        for update in derivation.updates
    ]


def compare(
    derivation: Derivation,
    update: Update,
    generated: Function,
    handwritten: Function | None,
    quick: bool = False,
) -> CrosscheckResult:
    """One update's functions on all cases and on bad input."""
    functions = {"generated": generated}
    if handwritten is not None:
        functions["handwritten"] = handwritten
    comparison = Comparison(update, functions)
    assumed = derivation.step(update.step).hypotheses
    inadmissible: list[BadCase] = []
    for case in cases(update, quick):
        reference = reference_of(update, case.arguments, assumed)
        if reference is None:
            inadmissible.append(BadCase(case.name, case.arguments, tuple(case.arguments)))
        else:
            comparison.good(case, reference)
    symbols = arguments_of(update)
    bad = [*inadmissible, *bad_cases(symbols, ROWS[0].of(symbols))]
    for bad_case in bad[:QUICK_BAD_CASES] if quick else bad:
        comparison.bad(bad_case)
    return comparison.result(derivation.name)


# ---------------------------------------------------------------------------- what is admissible


def reference_of(update: Update, arguments: Arguments, assumed: Iterable[Statement]) -> Reference | None:
    """The value to 50 digits; None if the formula has none there or a hypothesis does not hold."""
    if not all(_holds(hypothesis, update, arguments) for hypothesis in assumed):
        return None
    try:
        return evaluate(update, arguments)
    except UndefinedError:
        return None


def _holds(hypothesis: Statement, update: Update, arguments: Arguments) -> bool:
    """Whether what is assumed to be positive is; hypotheses about other things the formula does without."""
    for definition in update.definitions:
        if _says_positive(hypothesis, definition.symbol.symbol):
            values = evaluate(_as_update(definition, update), arguments).values
            return bool(np.all(values > 0))
    return True


def _says_positive(hypothesis: Statement, symbol: Symbol) -> bool:
    match hypothesis:
        case LessEqual(Number(value), Member(found, _), strict=True):
            return found == symbol and value >= 0
        case Belongs(Member(found, _), Domain(positive=True), _):
            return found == symbol
        case _:
            return False


def _as_update(definition: Definition, update: Update) -> Update:
    return Update(definition.symbol.symbol.name, definition.symbol, definition.body, "", update.definitions)


# ------------------------------------------------------------------------------------ comparing


class Comparison:
    """Runs the functions of one update, and remembers what went wrong."""

    def __init__(self, update: Update, functions: dict[str, Function]) -> None:
        self.update, self.functions = update, functions
        self.failures: list[str] = []
        self.cases = self.bad_inputs = 0
        self.max_error = self.bound = 0.0

    def result(self, derivation: str) -> CrosscheckResult:
        return CrosscheckResult(
            derivation,
            self.update.name,
            self.cases,
            self.bad_inputs,
            self.max_error,
            self.bound,
            (*(name for name in self.functions if name != "generated"), "50 digits"),
            tuple(self.failures[:MOST_FAILURES]),
        )

    def fail(self, function: str, case: str, what: str) -> None:
        self.failures.append(f"{function}, case '{case}': {what}")

    def good(self, case: Case, reference: Reference) -> None:
        """Admissible arguments: each function against the reference, the generated one also in small blocks."""
        self.cases += 1
        dtype = expected_dtype(self.update, case.arguments)
        allowed = allowed_errors(reference, dtype)
        scale = scales(self.update, case.arguments, reference)
        if dtype == np.float64:
            self.bound = max(self.bound, _largest_ratio(allowed, scale))
        for name, function in self.functions.items():
            self.compared(name, case, function, reference, dtype, allowed, scale)
        with rows_of_a_block(SMALL_BLOCK):
            self.compared("generated", case, self.functions["generated"], reference, dtype, allowed, scale)

    def compared(
        self,
        name: str,
        case: Case,
        function: Function,
        reference: Reference,
        dtype: np.dtype[Any],
        allowed: Values,
        scale: Values,
    ) -> None:
        """Shape, then dtype, then values."""
        before = {key: value.copy() for key, value in case.arguments.items()}
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                found = np.asarray(function(**case.arguments))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            return self.fail(name, case.name, f"{type(error).__name__}: {error}")
        if caught:
            self.fail(name, case.name, f"warns: {caught[0].message}")
        if any(not np.array_equal(before[key], value) for key, value in case.arguments.items()):
            self.fail(name, case.name, "changes its arguments")
        if found.shape != reference.values.shape:
            return self.fail(name, case.name, f"shape {found.shape}, expected {reference.values.shape}")
        if found.dtype != dtype and found.shape:
            return self.fail(name, case.name, f"dtype {found.dtype}, expected {dtype}")
        return self.values(name, case, found, reference, allowed, scale)

    def values(
        self, name: str, case: Case, found: Values, reference: Reference, allowed: Values, scale: Values
    ) -> None:
        errors = differences(found, reference.values)
        if name == "generated" and expected_dtype(self.update, case.arguments) == np.float64:
            self.max_error = max(self.max_error, _largest_ratio(errors, scale))
        bad = ~(errors <= allowed)
        if bad.any():
            place = tuple(int(axis) for axis in np.argwhere(bad)[0])
            self.fail(
                name,
                case.name,
                f"{found[place]} at {list(place)}, expected {float(reference.values[place])} "
                f"up to {allowed[place]:.1e}",
            )

    def bad(self, case: BadCase) -> None:
        """Arguments that every function must refuse with a ValueError that names one of those to blame."""
        self.bad_inputs += 1
        for name, function in self.functions.items():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    function(**case.arguments)
            except ValueError as error:
                if complaint := wrong_message(str(error), case.blamed):
                    self.fail(name, case.name, f"the message {complaint}: {error}")
            except Exception as error:
                self.fail(name, case.name, f"raises {type(error).__name__} instead of ValueError: {error}")
            else:
                self.fail(name, case.name, "is not refused")


def wrong_message(message: str, blamed: Sequence[str]) -> str:
    """What a refusal does not say, or nothing."""
    if "\n" in message:
        return "has more than one line"
    if not any(re.search(rf"\b{re.escape(name)}\b", message) for name in blamed):
        return f"does not name {' or '.join(blamed)}"
    missing = [word for word in ("expected", "got") if word not in message]
    return f"does not say what was {missing[0]}" if missing else ""


def expected_dtype(update: Update, arguments: Arguments) -> np.dtype[Any]:
    """float32 if all numbers are; whole numbers count as float64, labels do not count."""
    numbers = [arguments[symbol.name] for symbol in arguments_of(update) if symbol.labels is None]
    kinds = [value.dtype if value.dtype.kind == "f" else np.dtype(np.float64) for value in numbers]
    return np.result_type(*kinds) if kinds else np.dtype(np.float64)


def allowed_errors(reference: Reference, dtype: np.dtype[Any]) -> Values:
    """How far each entry may be off in this precision, underflow included."""
    information = np.finfo(dtype)
    return np.asarray(SAFETY * (reference.bounds * float(information.eps) / 2 + float(information.tiny)))


def differences(found: Values, expected: Values) -> Values:
    """|found - expected| entry by entry, the subtraction in 50 digits; infinite where found is no number."""
    result = np.empty(expected.shape)
    for place in np.ndindex(expected.shape):
        value = float(found[place])
        exact = expected[place]
        if np.isinf(value) or np.isnan(value) or mp.isinf(exact):
            result[place] = 0.0 if value == float(exact) else np.inf
        else:
            result[place] = float(abs(mp.mpf(value) - exact))
    return result


def scales(update: Update, arguments: Arguments, reference: Reference) -> Values:
    """The size that errors are a part of, for each entry."""
    sizes = np.abs(reference.values.astype(np.float64))
    rows, columns = update.target.shape
    if rows != 1 and rows == columns:
        diagonal = np.sqrt(np.diagonal(sizes, axis1=-2, axis2=-1))
        return np.asarray(np.maximum(sizes, diagonal[..., :, np.newaxis] * diagonal[..., np.newaxis, :]))
    if rows != 1 and columns == 1:
        clouds = [s for s in arguments_of(update) if is_points(s) and s.shape == update.target.shape]
        for cloud in clouds:
            sizes = np.asarray(np.maximum(sizes, np.std(arguments[cloud.name].astype(np.float64), axis=0)))
        return sizes
    return np.broadcast_to(np.max(sizes), sizes.shape)


def _largest_ratio(errors: Values, scale: Values) -> float:
    """The largest error as a part of its scale; where that is zero there is nothing to be a part of."""
    positive = (scale > 0) & np.isfinite(scale)
    return float(np.max(errors[positive] / scale[positive], initial=0.0))


# ----------------------------------------------------------------------------------- the command


def main(arguments: Sequence[str]) -> int:
    """`python -m numeric.crosscheck [NAME ...] [--accuracy] [--json]`: 0 if all agree, 1 if not, 2 for a wrong name."""
    parser = Parser(prog="python -m numeric.crosscheck", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="a derivation; all if none is given")
    parser.add_argument("--accuracy", action="store_true", help="only the table of one iteration of EM")
    parser.add_argument("--json", action="store_true", help="the results as JSON")
    options = parser.parse_args(arguments)
    results = []
    for result in [] if options.accuracy else one_by_one(options.names or None):
        results.append(result)
        if not options.json:
            print("\n".join(_lines(result)), flush=True)
    rows = _accuracy(options.json) if options.accuracy or not options.names else []
    if options.json:
        found = {"crosschecks": [result.as_json for result in results], "accuracy": rows}
        print(json.dumps(found, indent=2))
    return int(any(result.failures for result in results) or any(row["failures"] for row in rows))


def _accuracy(quiet: bool) -> list[dict[str, Any]]:
    """The table of one iteration of EM, printed as it comes."""
    from numeric import accuracy  # which needs the algorithms of clustering, and two derivations

    rows = []
    for row in accuracy.table():
        rows.append(row.as_json)
        if not quiet:
            print(
                "\n".join([*([] if rows[1:] else ["", accuracy.HEADING]), *accuracy.lines(row)]), flush=True
            )
    return rows


def _lines(result: CrosscheckResult) -> Iterator[str]:
    yield (
        f"{result.verdict:9}  {result.derivation}:{result.update}  against {' and '.join(result.against)}: "
        f"{result.cases} cases, error {result.max_error:.1e} (bound {result.bound:.1e}), "
        f"{result.bad_inputs} bad inputs refused"
    )
    if "handwritten" not in result.against:
        yield "           there is no hand-written version of it"
    for failure in result.failures:
        yield f"           {failure}"


if __name__ == "__main__":
    sys.exit(command(main))
