"""When two mutants are one: they differ in where a sign or a number stands in a product, or in an order of terms.

A sign lost in one factor is the sign lost in another: one slip, seen twice. Nothing here uses the engines. What is
the same and not recognised is judged twice.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import fields
from fractions import Fraction

from derivations.calculus.expressions import (
    Add,
    Component,
    Div,
    Expr,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Sum,
    Trace,
    Transpose,
)
from derivations.calculus.statements import Choice, Equal, Iff, LessEqual, Statement

ONE = Fraction(1)
LARGEST_POWER = 9
Reading = tuple[Fraction, int]  # a rational factor, and the number under which the rest stands in the book


class Reader:
    """Reads statements; two of which it says the same mean the same.

    The trees that are read must stay as they are: what was read once is not read again.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Expr, Reading]] = {}  # by identity: mutants share most of their trees
        self._numbers: dict[Hashable, int] = {}
        self._one = self._rest("times")
        self._factors: dict[int, list[int]] = {self._one: []}  # of what is a product, in order

    def says(self, statement: Statement) -> Hashable:
        """What a statement says, up to a factor of both its sides and the order of an equation."""
        match statement:
            case Equal(left, right):
                return "=", frozenset(self._sides(left, right, signed=True))
            case LessEqual(left, right, strict):
                return "<=", strict, self._sides(left, right, signed=False)
            case Iff(left, right):
                return "<=>", frozenset((self.says(left), self.says(right)))
            case _:
                return self._parts(statement)

    def _sides(self, left: Expr, right: Expr, signed: bool) -> tuple[Reading, Reading]:
        """Both sides over the factor of that which came first in the book; an inequality keeps its direction."""
        sides = (self.read(left), self.read(right))
        factor = min(((rest, factor) for factor, rest in sides if factor), default=(0, ONE))[1]
        by = factor if signed else abs(factor)
        return (sides[0][0] / by, sides[0][1]), (sides[1][0] / by, sides[1][1])

    def read(self, expr: Expr) -> Reading:
        """An expression as a rational factor and a rest."""
        if id(expr) not in self._known:
            self._known[id(expr)] = (expr, self._read(expr))
        return self._known[id(expr)][1]

    def _read(self, expr: Expr) -> Reading:
        match expr:
            case Number(value):
                return value, self._one
            case Neg(body):
                factor, rest = self.read(body)
                return -factor, rest
            case Mul(factors):
                return self._product(map(self.read, factors))
            case MatMul(factors):
                factor, _ = self._product(map(self.read, factors))
                return factor, self._rest("matrix", *(self.read(part)[1] for part in factors))
            case Add(terms):
                return self._sum([self.read(term) for term in terms])
            case Div(above, below) if self.read(below)[0]:
                (a, x), (b, y) = self.read(above), self.read(below)
                return a / b, x if y == self._one else self._rest("over", x, y)
            case Pow(base, Number(power)) if power.denominator == 1 and 0 < power <= LARGEST_POWER:
                factor, rest = self.read(base)
                return factor ** int(power), self._rest("power", rest, power)
            case Component(body) | Sum(_, body) | Trace(body) | Transpose(body):
                factor, rest = self.read(body)
                others = (getattr(expr, f.name) for f in fields(expr) if getattr(expr, f.name) is not body)
                return factor, self._rest(type(expr).__name__, rest, *others)
            case _:
                return ONE, self._rest(*self._parts(expr))

    def _product(self, parts: Iterable[Reading]) -> Reading:
        factor, rests = ONE, list[int]()
        for number, rest in parts:
            factor *= number
            rests.extend(self._factors.get(rest, [rest]))
        if len(rests) == 1:
            return factor, rests[0]
        product = self._rest("times", *sorted(rests))
        self._factors[product] = sorted(rests)
        return factor, product

    def _sum(self, terms: list[Reading]) -> Reading:
        terms = sorted(terms, key=lambda term: (term[1], term[0]))
        by = next((factor for factor, _ in terms if factor), ONE)
        return by, self._rest("plus", *((factor / by, rest) for factor, rest in terms))

    def _parts(self, item: Expr | Statement | Choice) -> tuple[Hashable, ...]:
        """The kind of a node or a statement with what it holds, expressions by their readings."""
        return (type(item).__name__, *(self._part(getattr(item, f.name)) for f in fields(item)))

    def _part(self, item: object) -> Hashable:
        if isinstance(item, Expr):
            return self.read(item)
        if isinstance(item, tuple):
            return tuple(map(self._part, item))
        return self._parts(item) if isinstance(item, Choice) else item

    def _rest(self, *recipe: Hashable) -> int:
        return self._numbers.setdefault(recipe, len(self._numbers))
