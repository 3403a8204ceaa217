"""Statements over ordered reals, put to z3: scalars only, each indexed member a real of its own.

Sums, traces, logarithms and exponentials are opaque reals, one a tree, with the sign that the structural rules
give them; what else is known of a logarithm comes in as a lemma. A claim is proved together with its being
defined: denominators are not zero, logarithms are of positive numbers. z3 runs under a resource limit and in a
context of its own, so that the verdict depends neither on the machine nor on what was asked before.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any, TypeAlias

from derivations.calculus import expressions as ex
from derivations.calculus.domains import BINARY, FRACTION, NONNEGATIVE, POSITIVE, PROBABILITY, REAL, Domain
from derivations.calculus.evidence import ALL_SIZES, Evidence, Verdict
from derivations.calculus.exact import refutation
from derivations.calculus.expressions import Expr
from derivations.calculus.matching import indices_in, instances
from derivations.calculus.order.rules import TRUTH_VALUES, declaration
from derivations.calculus.order.signs import Signs
from derivations.calculus.statements import Belongs, Equal, Hypothesis, LessEqual, Statement

RLIMIT = 4_000_000  # a few seconds
TIMEOUT = 10_000  # milliseconds; a backstop only
MOST_INSTANCES = 1_000  # of the hypotheses, at all indices in sight
LARGEST_POWER = 12
INTERVALS = (REAL, NONNEGATIVE, POSITIVE, FRACTION, PROBABILITY, BINARY)  # domains that z3 is told exactly
RELATIONS: dict[str, Callable[[Any, Any], Any]] = {"<": operator.lt, "<=": operator.le, "=": operator.eq}
ATOMS = (ex.Member, ex.Size, ex.Delta, ex.CirclePi)

Formula: TypeAlias = Any  # z3 has no types of its own


class UnsupportedError(ValueError):
    """The statement is not one about scalars that z3 can be asked."""


@dataclass(frozen=True)
class Lemma:
    """An established statement, for use at all values of its symbols at which its hypotheses hold.

    A hypothesis with a free index speaks of all its values at once, so it cannot be tested at one point: a lemma
    with such a hypothesis is used only if that is a hypothesis of the goal too.
    """

    statement: Equal | LessEqual
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True)
class Premise:
    """A formula that z3 may use, and the statements behind it."""

    formula: Formula
    behind: tuple[Statement, ...]


class Encoder:
    """Trees as z3 terms. What a tree needs in order to be defined is appended to the list `needs`."""

    def __init__(self, signs: Signs) -> None:
        import z3

        self.z3, self.signs, self.context = z3, signs, z3.Context()
        self.reals: dict[Expr, Formula] = {}
        self.facts: list[Premise] = []
        self.relied_on: dict[Statement, None] = {}

    def number(self, value: Fraction | int) -> Formula:
        return self.z3.RealVal(str(value), self.context)

    def both(self, formulas: Iterable[Formula]) -> Formula:
        return self.z3.And(self.z3.BoolVal(True, self.context), *formulas)

    def real(self, expr: Expr) -> Formula:
        """The real that stands for a tree; what its structure and its declared domain say becomes a fact."""
        if expr not in self.reals:
            term = self.reals[expr] = self.z3.Real(f"r{len(self.reals)}", self.context)
            known = [
                (term > 0, self.signs.holds(expr, 1, True)),
                (term >= 0, self.signs.holds(expr, 1, False)),
                (term < 0, self.signs.holds(expr, -1, True)),
                (term <= 0, self.signs.holds(expr, -1, False)),
                (term < 1, self.signs.at_most_one(expr, True)),
                (term <= 1, self.signs.at_most_one(expr, False)),
            ]
            self.facts += [Premise(formula, used) for formula, used in known if used is not None]
            self.facts += self.special(expr, term)
        return self.reals[expr]

    def special(self, expr: Expr, term: Formula) -> list[Premise]:
        member = expr.base if isinstance(expr, ex.Component) else expr
        match member:
            case ex.Member(symbol, _) if symbol.domain.binary:
                return [Premise(self.belongs(term, BINARY), (declaration(member),))]
            case _ if isinstance(expr, TRUTH_VALUES):
                return [Premise(self.belongs(term, BINARY), ())]
            case ex.Size():
                return [Premise(term >= 1, ())]
            case ex.CirclePi():
                return [Premise(self.both([term > 3, 7 * term < 22]), ())]
            case ex.Exp():
                return [Premise(term > 0, ())]
        return []

    def belongs(self, term: Formula, domain: Domain) -> Formula:
        bounds = [(domain.positive, term > 0), (domain.nonnegative, term >= 0)]
        bounds += [(domain.below_one, term < 1), (domain.at_most_one, term <= 1)]
        choice = [self.z3.Or(term == 0, term == 1)] if domain.binary else []
        return self.both([*choice, *(bound for flag, bound in bounds if flag)])

    def term(self, expr: Expr, needs: list[Formula]) -> Formula:
        match expr:
            case ex.Number(value):
                return self.number(value)
            case ex.Add(terms):
                return self.z3.Sum(*(self.term(term, needs) for term in terms))
            case ex.Neg(body):
                return -self.term(body, needs)
            case ex.Mul(factors) if expr.is_scalar:
                return self.z3.Product(*(self.term(factor, needs) for factor in factors))
            case ex.Div(numerator, denominator) if expr.is_scalar:
                below = self.term(denominator, needs)
                needs.append(below != 0)
                return self.term(numerator, needs) / below
            case ex.Pow(base, ex.Number(n)) if n.denominator == 1 and 0 < abs(n) <= LARGEST_POWER:
                repeated = ex.Mul((base,) * abs(int(n)))
                return self.term(repeated if n > 0 else ex.Div(ex.as_expr(1), repeated), needs)
            case ex.WeightedLog(weight, body):
                return self.weighted_log(weight, body, needs, needs)
            case ex.Abs(body):
                inner = self.term(body, needs)
                return self.z3.If(inner >= 0, inner, -inner)
            case ex.Bracket(left, relation, right):
                holds = RELATIONS[relation](self.term(left, needs), self.term(right, needs))
                return self.z3.If(holds, self.number(1), self.number(0))
            case ex.Log(body):
                needs.append(self.term(body, needs) > 0)
            case ex.Exp(body):
                self.term(body, needs)
            case _ if not isinstance(expr, ATOMS):
                self.opaque(expr)
        return self.real(expr)

    def opaque(self, expr: Expr) -> None:
        used = self.signs.defined(expr)
        if used is None or not expr.is_scalar:
            raise UnsupportedError(f"{type(expr).__name__} is not known to be a finite scalar")
        self.relied_on.update(dict.fromkeys(used))

    def weighted_log(self, weight: Expr, body: Expr, needs: list[Formula], finite: list[Formula]) -> Formula:
        """weight * log(body), 0 where the weight is 0; when it is a finite number is appended to `finite`."""
        w, b = self.term(weight, needs), self.term(body, needs)
        finite.append(self.z3.Or(w == 0, b > 0))
        return self.z3.If(w == 0, self.number(0), w * self.real(ex.Log(body)))

    def lower_side(self, expr: Expr, needs: list[Formula], finite: list[Formula]) -> Formula:
        """The left of an inequality, where a positive multiple of a WeightedLog may be minus infinity."""
        match expr:
            case ex.Add(terms):
                return self.z3.Sum(*(self.lower_side(term, needs, finite) for term in terms))
            case ex.Mul((ex.Number(value), body)) if value > 0:
                return self.number(value) * self.lower_side(body, needs, finite)
            case ex.Div(body, ex.Number(value)) if value > 0:
                return self.lower_side(body, needs, finite) / self.number(value)
            case ex.WeightedLog(weight, body):
                w, b = self.term(weight, needs), self.term(body, needs)
                needs.append(self.z3.Or(w == 0, b > 0, self.both([w > 0, b == 0])))
                return self.weighted_log(weight, body, needs, finite)
        return self.term(expr, needs)

    def assumed(self, statement: Statement) -> bool:
        """Whether a statement on all values of an index is declared, or a hypothesis as it stands."""
        if isinstance(statement, Belongs) and isinstance(statement.body, ex.Member):
            return statement == declaration(statement.body) or statement in self.signs.hypotheses
        return statement in self.signs.hypotheses

    def relation(self, statement: Statement, needs: list[Formula], finite: list[Formula]) -> Formula:
        """The statement, at points where what it needs holds; true where `finite` fails, if that list is apart."""
        match statement:
            case Equal(left, right) if left.is_scalar:
                return self.term(left, needs) == self.term(right, needs)
            case LessEqual(left, right, strict):
                low, high = self.lower_side(left, needs, finite), self.term(right, needs)
                return self.z3.Implies(self.both(finite), low < high if strict else low <= high)
            case Belongs(body, domain, None) if body.is_scalar and domain in INTERVALS:
                return self.belongs(self.term(body, needs), domain)
        raise UnsupportedError(f"{type(statement).__name__} is not a comparison of scalars")

    def claimed(self, statement: Statement) -> Formula:
        """A formula that implies the statement and that it is defined."""
        needs: list[Formula] = []
        relation = self.relation(statement, needs, [])
        return self.both([*needs, relation])

    def asserted(self, statement: Statement) -> Formula:
        """A formula that the statement implies, whatever it says where it is undefined or infinite."""
        needs: list[Formula] = []
        relation = self.relation(statement, needs, needs)
        return self.z3.Implies(self.both(needs), relation)

    def behind(self, lemma: Lemma) -> tuple[Statement, ...]:
        """What a lemma assumes of all values of an index: of that no instance at one value will do."""
        universal = (h.statement for h in lemma.hypotheses if indices_in([h.statement]))
        return tuple(statement for statement in universal if statement in self.signs.hypotheses)

    def lemma(self, lemma: Lemma) -> Formula:
        for hypothesis in lemma.hypotheses:
            if indices_in([hypothesis.statement]) and not self.assumed(hypothesis.statement):
                raise UnsupportedError("a lemma that assumes something of all values of an index")
        assumed = self.both(self.claimed(hypothesis.statement) for hypothesis in lemma.hypotheses)
        return self.z3.Implies(assumed, self.asserted(lemma.statement))


# ------------------------------------------------------------------------------ asking z3


def premises(
    encoder: Encoder, known: Iterable[tuple[Statement, Statement]], lemmas: Iterable[Lemma]
) -> list[Premise]:
    """What z3 may use: hypotheses (each with an instance of it) and lemmas, where they speak of scalars."""
    found: list[Premise] = []
    for hypothesis, instance in known:
        with suppress(UnsupportedError):
            found.append(Premise(encoder.asserted(instance), (hypothesis,)))
    for lemma in lemmas:
        with suppress(UnsupportedError):
            found.append(Premise(encoder.lemma(lemma), encoder.behind(lemma)))
    return found + encoder.facts  # last: the terms above have made facts


def ask(
    encoder: Encoder, claim: Formula, given: Sequence[Premise], limit: int
) -> tuple[bool, dict[Expr, Fraction] | None]:
    """Whether the premises imply the claim; if not, a rational point at which z3 says they do not, if it has one."""
    solver = encoder.z3.Solver(ctx=encoder.context)
    solver.set(rlimit=limit, timeout=TIMEOUT)
    solver.add(*(premise.formula for premise in given), encoder.z3.Not(claim))
    answer = solver.check()
    if answer != encoder.z3.sat:
        return answer == encoder.z3.unsat, None
    model = solver.model()
    values = {expr: model.eval(term, model_completion=True) for expr, term in encoder.reals.items()}
    rational = {
        expr: value.as_fraction() for expr, value in values.items() if encoder.z3.is_rational_value(value)
    }
    return False, rational


def needed(encoder: Encoder, claim: Formula, given: Sequence[Premise]) -> tuple[Statement, ...]:
    """The statements behind the premises, less those without which the proof still goes through."""
    for statement in dict.fromkeys(statement for premise in given for statement in premise.behind):
        fewer = [premise for premise in given if statement not in premise.behind]
        if ask(encoder, claim, fewer, RLIMIT // 20)[0]:
            given = fewer
    behind = (statement for premise in given for statement in premise.behind)
    return tuple(dict.fromkeys([*encoder.relied_on, *behind]))


def settle(
    cases: Sequence[Sequence[Statement]], hypotheses: Sequence[Hypothesis], lemmas: Sequence[Lemma]
) -> Evidence:
    """Whether some case holds wherever the hypotheses do. They hold for all values of their free indices."""
    start = time.perf_counter()

    def found(verdict: Verdict, **more: Any) -> Evidence:
        return Evidence("order", "z3", ALL_SIZES, verdict, time.perf_counter() - start, **more)

    given = [hypothesis.statement for hypothesis in hypotheses]
    goals = [statement for case in cases for statement in case]
    indices = indices_in([*goals, *given, *(lemma.statement for lemma in lemmas)])
    every = ((statement, one) for statement in given for one in instances(statement, indices))
    known = list(islice(every, MOST_INSTANCES + 1))
    if len(known) > MOST_INSTANCES:
        return found(Verdict.UNKNOWN, detail="the hypotheses speak of too many places at once")
    encoder = Encoder(Signs(given))
    try:
        nothing = encoder.z3.BoolVal(False, encoder.context)
        claim = encoder.z3.Or(nothing, *(encoder.both(map(encoder.claimed, case)) for case in cases))
    except UnsupportedError as reason:
        return found(Verdict.UNKNOWN, detail=str(reason))
    facts = premises(encoder, known, lemmas)
    proved, point = ask(encoder, claim, facts, RLIMIT)
    if proved:
        return found(Verdict.PROVED, hypotheses=needed(encoder, claim, facts))
    seen = refutation(cases, [one for _, one in known], point) if point is not None else None
    if seen:
        return found(Verdict.REFUTED, counterexample=seen)
    return found(Verdict.UNKNOWN, detail="z3 neither proves it nor gives a point that surely refutes it")


def decide(
    goal: Equal | LessEqual, hypotheses: Sequence[Hypothesis] = (), lemmas: Sequence[Lemma] = ()
) -> Evidence:
    """Whether a comparison of scalars, and its being defined, follows from the hypotheses and the lemmas."""
    return settle([[goal]], hypotheses, lemmas)


def cover(cases: Sequence[Sequence[Statement]], hypotheses: Sequence[Hypothesis] = ()) -> Evidence:
    """Whether at least one of the cases (each a conjunction) holds wherever the hypotheses do.

    A case on N[k] says something of every k at once: "all are 0, or all are positive" exhausts nothing. So cases
    with free indices are UNKNOWN; state them for a plain symbol.
    """
    free = indices_in(statement for case in cases for statement in case)
    if free:
        shown = ", ".join(sorted(index.name for index in free))
        detail = f"the cases speak of all values of {shown} at once; state them for plain symbols"
        return Evidence("order", "z3", ALL_SIZES, Verdict.UNKNOWN, detail=detail)
    return settle(cases, hypotheses, ())
