"""Ways to argue that an inequality is tight, and to put equals in the place of equals inside an expression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from derivations.calculus.domains import Domain
from derivations.calculus.expressions import (
    Add,
    AssignmentSum,
    At,
    Expr,
    Gradient,
    Index,
    Member,
    Neg,
    Number,
    Pow,
    Sum,
    Symbol,
    substitute,
    symbols_of,
    walk,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import (
    Belongs,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Statement,
    expressions_of,
    instantiated,
    stand_in,
    varied_below,
)
from derivations.proof.methods import Goal, Method, NormalForm

if TYPE_CHECKING:
    from derivations.proof.steps import Step


@dataclass(frozen=True)
class Tight(Method):
    """From f <= b - c S with c > 0 and S the sum of all (q - value)^2: f = b if and only if S = 0.

    If f = b, then S is at most zero, and a sum of squares is not negative. If S = 0, then every q is its value,
    and f with these values is b by normal form.
    """

    bound: Step
    factor: Fraction
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "a bound that misses by a sum of squares"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.bound,)

    def argue(self, goal: Goal) -> None:
        known = self.bound.statement
        if not isinstance(known, LessEqual) or self.factor <= 0:
            raise UndecidedError(f"expected an inequality and a positive factor, got {self.bound.id}")
        match goal.statement:
            case Iff(Equal(value, best), Equal(squares, Number(zero))) if zero == 0:
                pass
            case _:
                raise UndecidedError("expected: two values are equal if and only if a sum of squares is zero")
        variable, pinned = _squared_differences(squares)
        if any(variable.symbol in goal.depends.get(symbol, ()) for symbol in goal.reach(value, best)):
            raise UndecidedError(
                f"an abbreviation depends on {variable.symbol.name}, for which values are put in"
            )
        if varied_below(value, best, known.left, known.right) & goal.reach(pinned):
            raise UndecidedError("the values put in depend on what is varied")
        goal.inherit(self.bound)
        goal.equal(known.left, value)
        goal.equal(known.right, best - Number(self.factor) * squares)
        goal.equal(substitute(value, variable, pinned), substitute(best, variable, pinned))


def _squared_differences(expr: Expr) -> tuple[Member, Expr]:
    """The family and its values in a sum of (q[i, k] - value)^2 over all of the family's indices."""
    over: list[Index] = []
    while isinstance(expr, Sum):
        over.append(expr.index)
        expr = expr.body
    match expr:
        case Pow(Add((Member() as variable, Neg(value))), Number(power)) if power == 2:
            if sorted(variable.indices, key=str) == sorted(over, key=str) and len(set(over)) == len(over):
                return variable, value
    raise UndecidedError("expected a sum of squared differences over all members of a family")


@dataclass(frozen=True)
class Replaced(Method):
    """Both sides agree when an expression in the left one is replaced by its equal, and normal forms are taken."""

    equation: Step
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "equals put in the place of equals, then normal form"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.equation,)

    def argue(self, goal: Goal) -> None:
        known = self.equation.statement
        if not (isinstance(goal.statement, Equal) and isinstance(known, Equal)):
            raise UndecidedError("an equation and an equation to replace with were expected")
        left, right = goal.statement.left, goal.statement.right
        if any(isinstance(node, Gradient | At | AssignmentSum) for node in walk(left)):
            raise UndecidedError("nothing is replaced where a symbol has a meaning of its own")
        goal.inherit(self.equation)
        goal.equal(_replaced(left, known.left, known.right), right)


def _replaced(expr: Expr, old: Expr, new: Expr) -> Expr:
    return new if expr == old else expr.rebuilt(lambda child: _replaced(child, old, new))


@dataclass(frozen=True)
class AsDeclared(Method):
    """A hypothesis of the form `member lies in domain` is read as the declaration of a symbol of its own.

    What holds for every value of a symbol with that domain holds where the hypothesis does. The kernel knows more of
    a symbol that is declared to be symmetric than of one that is said to be.
    """

    member: Member
    domain: Domain
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "a hypothesis read as a declaration, then normal form"

    def argue(self, goal: Goal) -> None:
        symbol, stated = self.member.symbol, Belongs(self.member, self.domain)
        if stated not in {hypothesis.statement for hypothesis in goal.hypotheses}:
            raise UndecidedError(f"it is not given that {symbol.name} {self.domain.phrase}")
        if self.domain.sums_to_one:
            raise UndecidedError("that a family sums to one is said with the index that is summed")
        if any(symbol in depends for depends in goal.depends.values()):
            raise UndecidedError(f"a definition depends on {symbol.name}")
        known = {found for expr in goal.expressions() for found in symbols_of(expr)} | goal.depends.keys()
        other = stand_in(symbol, known.union(*goal.depends.values()), self.domain)
        values = ((self.member, Member(other, self.member.indices)),)
        before = Belongs(self.member, symbol.domain)
        assumed = {instantiated(h.statement, values): h.statement for h in goal.hypotheses}
        assumed[instantiated(before, values)] = before
        hypotheses = tuple(Hypothesis(statement) for statement in assumed)
        inner = replace(
            goal, statement=instantiated(goal.statement, values), hypotheses=hypotheses, needed={}
        )
        NormalForm().argue(inner)
        # what is needed of the stand-in is what is given of the symbol, or else what was read as a declaration
        found = (assumed.get(h, stated if other in _symbols(h) else h) for h in inner.needed)
        goal.needed.update(dict.fromkeys((stated, *found)))


def _symbols(statement: Statement) -> set[Symbol]:
    return {symbol for expr in expressions_of(statement) for symbol in symbols_of(expr)}
