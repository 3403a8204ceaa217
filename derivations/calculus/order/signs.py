"""Signs by structure: the mechanism that asks the rules, and the hypotheses where no rule knows.

PROVED or UNKNOWN, for all sizes; never REFUTED. No sign is given to what may be undefined: 1/a where a may be
zero, log a where a may not be positive, the inverse of a matrix that may be singular.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from derivations.calculus import expressions as ex
from derivations.calculus.domains import INVERTIBLE, Domain
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.expressions import Expr, Member, ShapeError, Symbol, names, symbols_of
from derivations.calculus.matching import matches
from derivations.calculus.order.rules import (
    CONE,
    INVERTIBLE_IF,
    TOTAL,
    TRUTH_VALUES,
    Used,
    bit,
    declaration,
    every,
    first,
    grants,
)
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement, expressions_of


class Signs:
    """The rules under given hypotheses. Every method answers with what it used, or None."""

    def __init__(self, hypotheses: Iterable[Statement]) -> None:
        self.hypotheses = tuple(hypotheses)
        self._known: dict[Hashable, Used] = {}

    def without(self, symbol: Symbol) -> Signs:
        """The rules where the symbol is bound: there a hypothesis on the free symbol says nothing."""
        return Signs(
            h for h in self.hypotheses if all(symbol not in symbols_of(e) for e in expressions_of(h))
        )

    def _recall(self, key: Hashable, show: Callable[[], Used]) -> Used:
        if key not in self._known:
            self._known[key] = show()
        return self._known[key]

    def holds(self, expr: Expr, sign: int, strict: bool) -> Used:
        """Whether sign * expr is positive semidefinite (strict: definite); for scalars, not negative (positive)."""
        if expr.shape[0] != expr.shape[1]:
            return None
        return self._recall((expr, sign, strict), lambda: first(self._signs(expr, sign, strict)))

    def _signs(self, expr: Expr, sign: int, strict: bool) -> Iterator[Used]:
        if type(expr) in CONE:
            yield CONE[type(expr)](expr, sign, strict, self)
        for hypothesis in self.hypotheses:
            if says(hypothesis, expr, sign, strict):
                # Minus infinity satisfies an upper bound, but has no sign: the expression must be finite.
                yield every([(hypothesis,), () if isinstance(hypothesis, Belongs) else self.defined(expr)])

    def invertible(self, expr: Expr) -> Used:
        """Whether a matrix is square and invertible; for a scalar: not zero."""
        if expr.shape[0] != expr.shape[1]:
            return None
        return self._recall((expr, "invertible"), lambda: first(self._inverses(expr)))

    def _inverses(self, expr: Expr) -> Iterator[Used]:
        yield self.holds(expr, 1, True)
        yield self.holds(expr, -1, True)
        if isinstance(expr, Member) and expr.symbol.domain == INVERTIBLE:
            yield (declaration(expr),)
        if type(expr) in INVERTIBLE_IF:
            yield every([self.defined(expr), *map(self.invertible, INVERTIBLE_IF[type(expr)](expr))])
        for hypothesis in self.hypotheses:
            if isinstance(hypothesis, Belongs) and hypothesis.domain == INVERTIBLE:
                yield (hypothesis,) if matches(hypothesis.body, expr) else None

    def defined(self, expr: Expr) -> Used:
        """Whether the expression is defined and finite."""
        return self._recall((expr, "defined"), lambda: self._defined(expr))

    def _defined(self, expr: Expr) -> Used:
        match expr:
            case ex.Div(numerator, denominator):
                return every([self.defined(numerator), self.invertible(denominator)])
            case ex.Inverse(body) | ex.LogDet(body):
                return self.invertible(body)
            case ex.Log(body):
                return self.holds(body, 1, True)
            case ex.WeightedLog(weight, body):
                return every([self.defined(weight), self.holds(body, 1, True)])
            case ex.Pow(base, ex.Number(power)) if power.denominator == 1:
                return self.defined(base) if power >= 0 else self.invertible(base)
            case ex.Pow(base, exponent):
                root = (self.holds(base, 1, False), self.holds(exponent, 1, True))
                choice = (self.defined(base), bit(exponent), self.defined(exponent))  # 1 or the base
                powers = (every([self.holds(base, 1, True), self.defined(exponent)]), every(root))
                return first([*powers, every(choice)])
            case ex.AssignmentSum(labels, body):
                return self.without(labels).defined(body)
        return every(self.defined(child) for child in expr.children) if type(expr) in TOTAL else None

    def at_most_one(self, expr: Expr, strict: bool) -> Used:
        """Whether a scalar is at most (strict: below) one."""
        return first(self._bounds(expr, strict))

    def _bounds(self, expr: Expr, strict: bool) -> Iterator[Used]:
        if isinstance(expr, TRUTH_VALUES) and not strict:
            yield self.defined(expr)
        member = expr.base if isinstance(expr, ex.Component) else expr
        if isinstance(member, Member) and expr.is_scalar:
            domain = member.symbol.domain
            weight = domain.sums_to_one and domain.nonnegative and member is expr
            below = domain.below_one or (not strict and (domain.at_most_one or domain.binary or weight))
            yield (declaration(member),) if below else None
        if isinstance(expr, ex.Mul) and expr.is_scalar:
            parts = [every([self.holds(f, 1, False), self.at_most_one(f, False)]) for f in expr.factors]
            yield every([*parts, first(self.at_most_one(f, True) for f in expr.factors) if strict else ()])
        for hypothesis in self.hypotheses:
            match hypothesis:
                case Belongs(body, Domain(below_one=True), _) if matches(body, expr):
                    yield (hypothesis,)
                case LessEqual(left, ex.Number(bound), below) if matches(left, expr):
                    if bound < 1 or (bound == 1 and (below or not strict)):
                        yield every([(hypothesis,), self.defined(expr)])


def says(hypothesis: Statement, expr: Expr, sign: int, strict: bool) -> bool:
    """Whether an explicit hypothesis gives sign * expr its sign: by a domain, or by a comparison."""
    match hypothesis:
        case Belongs(body, domain, _):
            return sign > 0 and grants(domain, expr.is_scalar, strict) and matches(body, expr)
        case LessEqual(left, right, below):
            more, less = (right, left) if sign > 0 else (left, right)
            gap = (below or not strict) and matches(ex.Add((more, ex.Neg(less))), expr)
            bound = sign * less.value if isinstance(less, ex.Number) else -1
            return gap or ((bound > 0 or (bound == 0 and (below or not strict))) and matches(more, expr))
        case Equal(body, ex.Number(number)) | Equal(ex.Number(number), body):
            return (sign * number > 0 or (number == 0 and not strict)) and matches(body, expr)
    return False


def _ask(
    expr: Expr,
    hypotheses: Sequence[Hypothesis],
    word: str,
    shown: Callable[[Signs], Used],
    scalar: bool = False,
) -> Evidence:
    """The evidence for "the expression is `word`"; ShapeError if its shape makes no sense of the word."""
    if scalar and not expr.is_scalar:
        raise ShapeError(f"a {names(expr.shape)} array cannot be {word}; expected a scalar")
    if expr.shape[0] != expr.shape[1]:
        raise ShapeError(f"a {names(expr.shape)} array cannot be {word}; expected a square matrix")
    return _evidence(hypotheses, word, shown)


def _evidence(hypotheses: Sequence[Hypothesis], word: str, shown: Callable[[Signs], Used]) -> Evidence:
    start = time.perf_counter()
    used = shown(Signs(hypothesis.statement for hypothesis in hypotheses))
    verdict = Verdict.UNKNOWN if used is None else Verdict.PROVED
    detail = f"no rule shows that it is {word}" if used is None else ""
    seconds = time.perf_counter() - start
    return Evidence("order", "signs", ALL_SIZES, verdict, seconds, detail=detail, hypotheses=used or ())


def defined(expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether an expression of any shape is defined and finite: PROVED or UNKNOWN."""
    return _evidence(hypotheses, "defined", lambda signs: signs.defined(expr))


def nonnegative(expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether a scalar is not negative: PROVED or UNKNOWN. ShapeError if it is not a scalar."""
    return _ask(expr, hypotheses, "nonnegative", lambda signs: signs.holds(expr, 1, False), scalar=True)


def positive(expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether a scalar is positive: PROVED or UNKNOWN. ShapeError if it is not a scalar."""
    return _ask(expr, hypotheses, "positive", lambda signs: signs.holds(expr, 1, True), scalar=True)


def semidefinite(expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether a (D, D) matrix is positive semidefinite: PROVED or UNKNOWN. ShapeError if it is not square."""
    return _ask(expr, hypotheses, "positive semidefinite", lambda signs: signs.holds(expr, 1, False))


def definite(expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether a (D, D) matrix is positive definite: PROVED or UNKNOWN. ShapeError if it is not square."""
    return _ask(expr, hypotheses, "positive definite", lambda signs: signs.holds(expr, 1, True))


def invertible(expr: Expr, hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether a (D, D) matrix is invertible (a scalar: not zero): PROVED or UNKNOWN. ShapeError if not square."""
    return _ask(expr, hypotheses, "invertible", lambda signs: signs.invertible(expr))
