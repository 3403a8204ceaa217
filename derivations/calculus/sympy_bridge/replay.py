"""A second judge: an equation replayed in plain SymPy, on explicit matrices at one small size.

First the sides are evaluated to 50 digits at rational points of the domains that satisfy the hypotheses: a clear
difference is REFUTED. Otherwise it is CHECKED: because the difference expands to zero, or else because the sides agreed
at those points; the detail says which. All else is UNKNOWN.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any, TypeAlias

from derivations.calculus.domains import REAL, Domain
from derivations.calculus.evidence import Counterexample, Evidence, Verdict
from derivations.calculus.expressions import Index, Member, symbols_of
from derivations.calculus.matching import indices_in
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement, expressions_of
from derivations.calculus.sympy_bridge.errors import BridgeError
from derivations.calculus.sympy_bridge.outward import LARGEST_SUM, Definitions, Env, Explicit
from derivations.calculus.sympy_bridge.points import constraints, rational_point

SMALL = 2  # of every size that is not given
LARGEST = 150  # operations in what SymPy is asked to expand
BINDINGS = 4  # of the free indices that are tried
POINTS = 2
TRIES = 8
DIGITS = 50
TINY, CLEAR = Fraction(1, 10**40), Fraction(1, 10**20)  # agreement, disagreement


Pair: TypeAlias = "tuple[Any, Any]"
Point: TypeAlias = "dict[Any, Any]"


class UndefinedError(BridgeError):
    """An expression has no value at a point."""


class Sizes(dict[str, int]):
    """The sizes that were used; those not given are small."""

    def __init__(self, given: Mapping[str, int]) -> None:
        super().__init__()
        self.given = given

    def __missing__(self, name: str) -> int:
        self[name] = self.given.get(name, SMALL)
        return self[name]


def replay(
    statement: Statement,
    *,
    sizes: Mapping[str, int] | None = None,
    definitions: Definitions = (),
    hypotheses: Sequence[Hypothesis] = (),
) -> Evidence:
    """What SymPy says of an equation, for all values of its free indices: CHECKED, REFUTED or UNKNOWN.

    `definitions` are pairs of a pattern (N[k]) and its body in the pattern's indices.
    """
    start, used = time.perf_counter(), Sizes(sizes or {})
    verdict, detail, seen = Verdict.UNKNOWN, "", None
    try:
        verdict, detail, seen = _found(statement, used, definitions, hypotheses)
    except BridgeError as error:
        detail = str(error)
    scope = ", ".join(f"{name}={number}" for name, number in sorted(used.items())) or "values"
    seconds = time.perf_counter() - start
    return Evidence("sympy", "explicit matrices", scope, verdict, seconds, detail=detail, counterexample=seen)


def _found(
    statement: Statement, sizes: Sizes, definitions: Definitions, hypotheses: Sequence[Hypothesis]
) -> tuple[Verdict, str, Counterexample | None]:
    if not isinstance(statement, Equal):
        raise BridgeError("only equations are replayed")
    solved = list(_solved(hypotheses, definitions))
    explicit = Explicit(sizes, {}, (*definitions, *solved))
    every = _bindings(statement, explicit)
    picked = every[:: math.ceil(len(every) / BINDINGS)]
    sides = [pair for env in picked for pair in _entries(statement, explicit, env)]
    domains = [Belongs(member, member.symbol.domain) for member, _ in solved]
    assumed = [*(hypothesis.statement for hypothesis in hypotheses), *domains]
    points = list(_points(assumed, explicit))
    gaps = [gap(pair, point) for point in points for pair in sides]
    if any(found > CLEAR for found in gaps):
        return Verdict.REFUTED, "", _counterexample(sides, points, explicit)
    tied = constraints(explicit)
    if is_small(sides) and all(is_zero((left - right).xreplace(tied)) for left, right in sides):
        return Verdict.CHECKED, "the difference expands to zero", None
    if len(points) == POINTS and all(found < TINY for found in gaps):
        return Verdict.CHECKED, f"both sides agree to 40 digits at {POINTS} rational points", None
    return Verdict.UNKNOWN, "it does not expand to zero, and no points settle it", None


def is_small(sides: Sequence[Pair]) -> bool:
    """Whether SymPy is to expand these: not too large, and without case distinctions, which it would not resolve."""
    import sympy

    exprs = [side for pair in sides for side in pair]
    cases = any(expr.has(sympy.Piecewise, sympy.Abs, sympy.Min) for expr in exprs)
    return not cases and sum(expr.count_ops() for expr in exprs) <= LARGEST


def is_zero(expr: Any) -> bool:
    """Whether the numerator expands to zero, once logarithms are split."""
    import sympy

    logs = {log: split(log.args[0]) for log in expr.atoms(sympy.log)}
    above, _ = sympy.fraction(sympy.together(sympy.expand_log(expr.xreplace(logs))))
    return bool(sympy.expand(above) == 0)


def split(body: Any) -> Any:
    """log(body), where it is defined, as a sum of log|f| over the factors f of the body.

    That is right for factors of any sign, because the body is positive. `log` stands for log| | in the result.
    """
    import sympy

    result = sympy.Integer(0)
    for factor in sympy.Mul.make_args(sympy.together(body)):
        base, power = factor.as_base_exp()
        if not power.is_Integer:  # the base of a real power is positive
            result += power * split(base)
        elif base.is_polynomial(*base.free_symbols):
            content, parts = sympy.factor_list(base)
            result += power * sum(n * sympy.log(part) for part, n in [(abs(content), 1), *parts])
        else:
            result += power * sympy.log(base)
    return result


def _solved(hypotheses: Sequence[Hypothesis], definitions: Definitions) -> Iterator[tuple[Member, Any]]:
    """Hypotheses that say what a symbol is, and witnesses: put in, they hold."""
    taken = {member.symbol for member, _ in definitions}
    mentioned = {symbol for _, body in definitions for symbol in symbols_of(body)}
    for hypothesis in hypotheses:
        pairs = [(choice.variable, choice.value) for choice in hypothesis.witness]
        match hypothesis.statement:
            case Equal(Member() as member, value) if not pairs and member.symbol not in symbols_of(value):
                pairs = [(member, value)]
        for member, value in pairs:
            plain = {index for index in member.indices if isinstance(index, Index)}
            circular = member.symbol in mentioned and not taken.isdisjoint(symbols_of(value))
            if member.symbol not in taken and len(plain) == len(member.indices) and not circular:
                taken.add(member.symbol)
                mentioned |= symbols_of(value)
                yield member, value


def _bindings(statement: Statement, explicit: Explicit) -> list[Env]:
    """All values of the free indices and labels."""
    indices = sorted(indices_in([statement]), key=lambda index: (index.name, index.size.name))
    used = {symbol for expr in expressions_of(statement) for symbol in symbols_of(expr)}
    slots: list[tuple[object, range]] = [(index, explicit.range(index.size)) for index in indices]
    for symbol in sorted((s for s in used if s.labels is not None), key=lambda s: s.name):
        places = itertools.product(*map(explicit.range, symbol.family))
        slots += [((symbol, place), explicit.range(symbol.labels)) for place in places if symbol.labels]
    if math.prod(len(values) for _, values in slots) > LARGEST_SUM:
        raise BridgeError("too many values of indices and labels")
    chosen = itertools.product(*(values for _, values in slots))
    return [dict(zip((slot for slot, _ in slots), values, strict=True)) for values in chosen]


def _entries(statement: Equal, explicit: Explicit, env: Env) -> list[Pair]:
    left, right = explicit.value(statement.left, env), explicit.value(statement.right, env)
    return [(left, right)] if statement.left.is_scalar else list(zip(left, right, strict=True))


# ------------------------------------------------------------------------------- numbers


def _points(assumed: Sequence[Statement], explicit: Explicit) -> Iterator[Point]:
    """Points that surely satisfy what is assumed; none, if that cannot be evaluated."""
    rng, left = random.Random(0), POINTS
    with suppress(BridgeError):
        envs = [(statement, env) for statement in assumed for env in _bindings(statement, explicit)]
        made = [(statement, _parts(statement, explicit, env)) for statement, env in envs]
        for _ in range(TRIES):
            point = rational_point(explicit, rng)
            with suppress(UndefinedError):
                if left and all(_holds(statement, parts, point) for statement, parts in made):
                    left -= 1
                    yield point


def gap(sides: Pair, point: Point) -> Any:
    """How far the sides are apart, in units of their size; BridgeError if one is undefined, for others to judge."""
    left, right = (_number(side, point) for side in sides)
    return abs(left - right) / (1 + abs(left) + abs(right))


def _counterexample(sides: Sequence[Pair], points: Sequence[Point], explicit: Explicit) -> Counterexample:
    """The pair of sides and the point at which they are farthest apart."""
    pair, point = max(itertools.product(sides, points), key=lambda case: gap(*case))
    left, right = (str(_number(side, point)) for side in pair)
    values = {str(name): str(number) for name, number in point.items()}
    return Counterexample(dict(explicit.sizes), values, left, right)


def _parts(statement: Statement, explicit: Explicit, env: Env) -> list[Any]:
    match statement:
        case Equal():
            return [side for pair in _entries(statement, explicit, env) for side in pair]
        case LessEqual(left, right, _):
            return [explicit.value(left, env), explicit.value(right, env)]
        case Belongs(body, _, _):
            return [explicit.value(body, env)]
    raise BridgeError(f"{type(statement).__name__} is not evaluated here")


def _holds(statement: Statement, parts: list[Any], point: Point) -> bool:
    match statement:
        case Belongs(body, domain, _) if not body.is_scalar:
            return _matrix_in(parts[0].xreplace(point), domain)
        case Belongs(_, domain, _):
            return _number_in(_number(parts[0], point), domain)
        case LessEqual(_, _, strict):
            low, high = (_number(part, point) for part in parts)
            return bool(low < high - TINY if strict else low <= high)
    numbers = [_number(part, point) for part in parts]
    return all(abs(a - b) < TINY for a, b in zip(numbers[::2], numbers[1::2], strict=True))


def _number(expr: Any, point: Point) -> Any:
    """The value, exactly or to 50 digits; BridgeError where it is undefined."""
    value = expr.xreplace(point)
    value = value if value.is_Rational else value.evalf(DIGITS)
    if not (value.is_real and value.is_finite and value.is_number):
        raise UndefinedError("a side is undefined at an admissible point")
    return value


def _number_in(number: Any, domain: Domain) -> bool:
    """Whether the number lies in the domain; never for a domain that ties several numbers together."""
    return bool(
        not (domain.sums_to_one or domain.label or domain.unit)
        and (number > 0 or not (domain.positive or domain.definite))
        and (number >= 0 or not (domain.nonnegative or domain.semidefinite))
        and (number < 1 or not domain.below_one)
        and (number <= 1 or not domain.at_most_one)
        and (number in (0, 1) or not domain.binary)
        and (number != 0 or domain.name != "invertible")
    )


def _matrix_in(matrix: Any, domain: Domain) -> bool:
    """Whether a matrix of numbers lies in the domain: by symmetry and principal minors."""
    if domain == REAL:
        return True
    if domain.name == "invertible":
        return bool(matrix.det() != 0)
    if not domain.symmetric or matrix != matrix.T:
        return False
    rows = range(matrix.rows)
    chosen = [list(c) for n in range(1, matrix.rows + 1) for c in itertools.combinations(rows, n)]
    minors = [matrix.extract(c, c).det() for c in chosen] if domain.semidefinite else []
    return all(bool(minor > 0 if domain.definite else minor >= 0) for minor in minors)
