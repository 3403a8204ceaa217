"""The ways a claim is argued for all sizes; each asks the engines and returns what they found.

A method is data that a derivation names: it says which identity to look for, never that it holds. Whatever
is not established leaves the claim UNKNOWN.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, TypeVar

from derivations.calculus import lowering, order
from derivations.calculus.domains import INVERTIBLE, REAL
from derivations.calculus.evidence import ALL_SIZES, Counterexample, Evidence, Verdict
from derivations.calculus.expressions import (
    Add,
    Expr,
    Index,
    IndexLike,
    Member,
    Mul,
    Neg,
    Number,
    ShapeError,
    Sum,
    Symbol,
    Zero,
    free_indices,
    fresh_index,
    symbols_of,
)
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.matching import indices_in
from derivations.calculus.solving import solve_affine
from derivations.calculus.statements import (
    Belongs,
    Choice,
    Equal,
    Hypothesis,
    Iff,
    LessEqual,
    Maximum,
    Statement,
    expressions_of,
    instantiated,
    renamed,
)

if TYPE_CHECKING:
    from derivations.proof.steps import Step


S = TypeVar("S", bound=Statement)


@dataclass
class Goal:
    """A statement to be shown, with what may be used; it collects the hypotheses that were needed.

    `depends` says of every defined symbol, unfolded or not, which symbols its value depends on.
    """

    statement: Statement
    definitions: tuple[tuple[Member, Expr], ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    equations: tuple[Equal, ...] = ()
    depends: Mapping[Symbol, frozenset[Symbol]] = field(default_factory=dict)
    needed: dict[Statement, None] = field(default_factory=dict)
    axioms: dict[str, None] = field(default_factory=dict)

    def equal(self, left: Expr, right: Expr, *, extended: bool = False) -> None:
        """Show an identity by normal form. Raises UndecidedError with what remains.

        Both sides are shown to be defined and finite; `extended`: weighted logarithms may be minus infinity, and
        the identity is one of formulas.
        """
        theory = self.theory()
        with theory.extended(extended):
            gap = lowering.prove_equal(Equal(left, right), theory)
        self.learn(theory)
        if not gap.is_zero:
            raise UndecidedError(f"a remainder of {len(gap.terms)} terms in normal form: {gap.key[:200]}")

    def finite(self, expr: Expr) -> None:
        """Show that an expression is defined and finite."""
        self.equal(expr, expr)

    def at_most(self, left: Expr, right: Expr) -> None:
        """Show that an inequality has sides that may stand there: finite, or minus infinity on the left.

        Of such inequalities, as every step shows its own to be, a formal sum may be taken: where a term of the
        result's left side is infinite, the result holds; where none is, what is infinite in the summands has
        cancelled, and may be thought finite.
        """
        for part in (right, *lowering.must_be_finite(left)):
            self.finite(part)

    def reach(self, *exprs: Expr) -> frozenset[Symbol]:
        """The symbols that the value of an expression depends on, through definitions too."""
        symbols = frozenset(symbol for expr in exprs for symbol in symbols_of(expr))
        return symbols.union(*(self.depends.get(symbol, frozenset()) for symbol in symbols))

    def theory(self) -> Theory:
        return lowering.theory(self.definitions, self.hypotheses, self.equations, self.depends)

    def learn(self, theory: Theory) -> None:
        """Note what a theory used."""
        self.needed.update(theory.used)
        self.axioms.update(theory.axioms)

    def signed(self, engine: Callable[..., Evidence], expr: Expr, what: str) -> None:
        """Show a sign by the order engine. Raises UndecidedError."""
        self.take(engine(expr, self.hypotheses), f"not known to be {what}")

    def take(self, found: Evidence, complaint: str) -> None:
        """Take over what an engine proved. Raises UndecidedError if it did not, RefutedError if it refuted the goal."""
        if found.counterexample is not None:
            raise RefutedError(found.counterexample)
        if found.verdict is not Verdict.PROVED:
            raise UndecidedError(f"{complaint}: {found.detail}" if found.detail else complaint)
        self.needed.update(dict.fromkeys(found.hypotheses))

    def inherit(self, step: Step) -> None:
        """Take over the hypotheses of a step that the argument rests on."""
        self.needed.update(dict.fromkeys(step.hypotheses))


class RefutedError(Exception):
    """An engine that decides both ways found a point at which the statement fails."""

    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__()
        self.counterexample = counterexample


class Method:
    """A way to argue; `engine` and `label` are what the evidence shows."""

    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "normal form"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps the argument rests on; their hypotheses are taken over."""
        return ()

    @property
    def discharged(self) -> tuple[Step, ...]:
        """Steps the argument rests on whose hypotheses it disposes of itself."""
        return ()

    def argue(self, goal: Goal) -> None:
        """Return if the statement is shown; raise UndecidedError otherwise."""
        raise NotImplementedError


def argue(method: Method, goal: Goal) -> Evidence:
    """Evidence for a goal by a method: PROVED for all sizes, or UNKNOWN and why."""
    start = time.perf_counter()
    verdict, detail, example = Verdict.PROVED, "", None
    try:
        method.argue(goal)
    except (UndecidedError, ShapeError) as missing:
        verdict, detail = Verdict.UNKNOWN, str(missing)
    except RefutedError as seen:
        verdict, example = Verdict.REFUTED, seen.counterexample
    seconds = time.perf_counter() - start
    needed, axioms = tuple(goal.needed), tuple(goal.axioms)
    found = Evidence(method.engine, method.label, ALL_SIZES, verdict, seconds, None, detail, needed, axioms)
    return replace(found, counterexample=example)


@dataclass(frozen=True)
class NormalForm(Method):
    """Both sides of an equation have the same normal form."""

    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "normal form"

    def argue(self, goal: Goal) -> None:
        statement = _expected(goal, Equal)
        goal.equal(statement.left, statement.right)


@dataclass(frozen=True)
class Signs(Method):
    """The right side minus the left one is a sum of terms that cannot be negative."""

    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "signs"

    def argue(self, goal: Goal) -> None:
        statement = _expected(goal, LessEqual)
        gap = _difference(statement.right, statement.left)
        if statement.strict:
            goal.signed(order.positive, gap, "positive")
        else:
            goal.signed(order.nonnegative, gap, "non-negative")


@dataclass(frozen=True)
class Gap(Method):
    """right - left equals `gap`, which cannot be negative, plus multiples of inequalities already shown.

    `plus` pairs a non-negative factor with an inequality, and the indices it is summed over.
    """

    gap: Expr
    plus: tuple[tuple[Expr, Step, tuple[Index, ...]], ...] = ()
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "gap by normal form, its sign term by term"

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(step for _, step, _ in self.plus)

    def argue(self, goal: Goal) -> None:
        statement = _expected(goal, LessEqual)
        total = [self.gap]
        for factor, step, over in self.plus:
            known = _inequality(step)
            goal.signed(order.nonnegative, factor, "non-negative")
            goal.inherit(step)
            term = Mul((factor, _difference(known.right, known.left)))
            total.append(_summed(term, over))
        strict = statement.strict
        goal.signed(order.positive if strict else order.nonnegative, self.gap, "of the sign claimed")
        goal.at_most(statement.left, statement.right)
        goal.equal(Add((statement.right, Neg(statement.left))), Add(tuple(total)), extended=True)


@dataclass(frozen=True)
class Summed(Method):
    """An inequality that holds for every value of its indices, summed over them."""

    step: Step
    over: tuple[Index, ...]
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "sum of inequalities, both sides by normal form"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.step,)

    def argue(self, goal: Goal) -> None:
        statement, known = _expected(goal, LessEqual), _inequality(self.step)
        if statement.strict and not known.strict:
            raise UndecidedError("a strict inequality does not follow from weak ones")
        goal.inherit(self.step)
        goal.at_most(statement.left, statement.right)
        goal.equal(statement.left, _summed(known.left, self.over), extended=True)
        goal.equal(_summed(known.right, self.over), statement.right)


@dataclass(frozen=True)
class Rewritten(Method):
    """An inequality whose two sides are replaced by what equations already shown make of them."""

    inequality: Step
    left: Step
    right: Step
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "equals put in the place of equals"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.inequality, self.left, self.right)

    def argue(self, goal: Goal) -> None:
        statement, known = _expected(goal, LessEqual), _inequality(self.inequality)
        if statement.strict and not known.strict:
            raise UndecidedError("a strict inequality does not follow from a weak one")
        for step, side, value in (
            (self.left, statement.left, known.left),
            (self.right, statement.right, known.right),
        ):
            if step.statement not in (Equal(side, value), Equal(value, side)):
                raise UndecidedError(f"{step.id} does not equate the sides")
        for step in self.steps:
            goal.inherit(step)


@dataclass(frozen=True)
class Cases(Method):
    """Decided over the reals, case by case, from facts already shown about the logarithms that occur."""

    facts: tuple[Step, ...] = ()
    engine: ClassVar[str] = "order"
    label: ClassVar[str] = "case split over the reals (z3)"

    @property
    def discharged(self) -> tuple[Step, ...]:
        return self.facts

    def argue(self, goal: Goal) -> None:
        if not isinstance(goal.statement, Equal | LessEqual):
            raise UndecidedError("only equations and inequalities are decided over the reals")
        lemmas = []
        for step in self.facts:
            if not isinstance(step.statement, Equal | LessEqual):
                raise UndecidedError(f"{step.id} is no fact about reals")
            lemmas.append(order.Lemma(step.statement, step.assumed))
        goal.take(order.decide(goal.statement, goal.hypotheses, lemmas), "not decided over the reals")


@dataclass(frozen=True)
class Factor(Method):
    """a - b = F (c - d) G with F and G invertible, so a = b if and only if c = d."""

    left: Expr
    right: Expr | None = None
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "an invertible factor, by normal form"

    def argue(self, goal: Goal) -> None:
        statement = _expected(goal, Iff)
        first, second = statement.left, statement.right
        if not (isinstance(first, Equal) and isinstance(second, Equal)):
            raise UndecidedError("an equivalence of equations was expected")
        for factor in (self.left, self.right):
            if factor is not None:
                _require_invertible(goal, factor)
        product = _multiplied(_difference(second.left, second.right), self.left, self.right)
        goal.equal(_difference(first.left, first.right), product)


@dataclass(frozen=True)
class Solved(Method):
    """`unknown` solves an equation that becomes affine in it when multiplied by invertible factors.

    The solver's answer is compared with the one shown, and then substituted back: the equation holds if and
    only if the unknown has that value.
    """

    unknown: Member
    left: Expr
    right: Expr | None = None
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "affine solution, substituted back"

    def argue(self, goal: Goal) -> None:
        statement = _expected(goal, Iff)
        first, second = statement.left, statement.right
        if not (isinstance(first, Equal) and isinstance(second, Equal) and second.left == self.unknown):
            raise UndecidedError("expected: equation if and only if unknown = value")
        slope = _multiplied(_difference(first.left, first.right), self.left, self.right)
        theory = goal.theory()
        found = solve_affine(slope, self.unknown, second.right, theory)
        goal.learn(theory)
        # slope = factor * (value - unknown); the factor differs from zero, the multipliers are invertible
        for multiplier in (self.left, self.right):
            if multiplier is not None:
                _require_invertible(goal, multiplier)
        if not found:
            raise UndecidedError("the solution differs from the value shown")


def _multiplied(expr: Expr, left: Expr, right: Expr | None) -> Expr:
    expr = Mul((left, expr)) if left.is_scalar else left @ expr
    if right is None:
        return expr
    return Mul((expr, right)) if right.is_scalar else expr @ right


def _require_invertible(goal: Goal, factor: Expr) -> None:
    goal.signed(order.invertible, factor, "different from zero" if factor.is_scalar else "invertible")


@dataclass(frozen=True)
class Bound(Method):
    """The objective is at most its value at the choices, and the choices are admissible."""

    bound: Step
    members: tuple[Step, ...] = ()
    engine: ClassVar[str] = "indices"
    label: ClassVar[str] = "the bound is attained by admissible values"

    @property
    def steps(self) -> tuple[Step, ...]:
        return (self.bound, *self.members)

    def argue(self, goal: Goal) -> None:
        statement, known = _expected(goal, Maximum), _inequality(self.bound)
        goal.at_most(statement.objective, statement.value)
        goal.equal(statement.objective, known.left, extended=True)
        goal.equal(known.right, statement.value)
        for choice in statement.choices:
            if choice.variable.symbol in goal.reach(statement.value):
                name = choice.variable.symbol.name
                raise UndecidedError(f"the value at the choice still depends on {name}")
        for step in self.steps:
            goal.inherit(step)
        for choice in statement.choices:
            self._require_admissible(goal, choice)

    def _require_admissible(self, goal: Goal, choice: Choice) -> None:
        """The choice lies in the domain of its variable: shown by a step, or given."""
        stated = _in_domain(choice.variable, choice.value)
        if stated in {h.statement for h in goal.hypotheses}:
            goal.needed[stated] = None
        elif stated.domain != REAL and stated not in {step.statement for step in self.members}:
            name = choice.variable.symbol.name
            raise UndecidedError(f"the value chosen for {name} is not known to be admissible")


@dataclass(frozen=True)
class Membership(Method):
    """The value lies in the domain: its signs by the order engine, its sums and symmetry by normal form.

    Signs are read from `form`, which equals the value, and from `complement`, which equals one minus the value,
    where they are given: both equalities by normal form.
    """

    form: Expr | None = None
    complement: Expr | None = None
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "signs, sums and symmetry"

    def argue(self, goal: Goal) -> None:
        statement = _expected(goal, Belongs)
        domain = statement.domain
        body = _known_as(goal, statement.body, self.form)
        for test, engine in ((domain.positive, order.positive), (domain.nonnegative, order.nonnegative)):
            if test:
                goal.signed(engine, body, domain.phrase)
                break
        if domain.below_one or domain.at_most_one:
            engine = order.positive if domain.below_one else order.nonnegative
            goal.signed(engine, _known_as(goal, 1 - statement.body, self.complement), domain.phrase)
        if domain.sums_to_one:
            if statement.over is None:
                raise UndecidedError("over which index it sums to one is not said")
            goal.equal(Sum(statement.over, body), Number(Fraction(1)))
        if domain.definite or domain.semidefinite:
            goal.signed(order.definite if domain.definite else order.semidefinite, body, domain.phrase)
        elif domain.symmetric:
            goal.equal(body, body.T)
        if domain == INVERTIBLE:
            goal.signed(order.invertible, body, domain.phrase)
        if domain == REAL:
            goal.finite(body)
        if domain.binary or domain.unit or domain.label:
            raise UndecidedError(f"membership is not argued for the domain '{domain.name}'")


def _known_as(goal: Goal, value: Expr, form: Expr | None) -> Expr:
    """The form in which a value is written, shown to be equal to it; without one, the value as it is."""
    if form is None:
        return value
    goal.equal(value, form)
    return form


@dataclass(frozen=True)
class Instance(Method):
    """A statement about symbols, with values of theirs: each value lies in the domain of its symbol.

    Without a lemma the statement is an axiom's. What the lemma assumes beyond domains must be among the
    hypotheses or the facts (steps already shown), with the values put in.
    """

    values: tuple[tuple[Member, Expr], ...]
    lemma: Step | None = None
    facts: tuple[Step, ...] = ()
    engine: ClassVar[str] = "indices and order"
    label: ClassVar[str] = "instance of a statement shown before"

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.facts

    @property
    def discharged(self) -> tuple[Step, ...]:
        return () if self.lemma is None else (self.lemma,)

    def argue(self, goal: Goal) -> None:
        for symbol, value in self.values:
            self._require_domain(goal, symbol, value)
        if self.lemma is None:
            return
        if instantiated(self.lemma.statement, self.values) != goal.statement:
            raise UndecidedError(f"not an instance of {self.lemma.id}")
        self._require_independent(goal, self.lemma)
        given = {h.statement for h in goal.hypotheses}
        shown = {step.statement for step in self.facts}
        for hypothesis in self.lemma.assumed:
            needed = instantiated(self._apart(hypothesis.statement), self.values)
            if needed in given:
                goal.needed[needed] = None
            elif needed not in shown:
                raise UndecidedError(f"a hypothesis of {self.lemma.id} is not given")

    def _require_independent(self, goal: Goal, lemma: Step) -> None:
        """Values are put in for symbols that vary freely: no definition says what they are, or rests on them."""
        varied = {symbol.symbol for symbol, _ in self.values}
        stated = [lemma.statement, *(hypothesis.statement for hypothesis in lemma.assumed)]
        for symbol in {s for one in stated for expr in expressions_of(one) for s in symbols_of(expr)}:
            if symbol in goal.depends and varied & {symbol, *goal.depends[symbol]}:
                raise UndecidedError(f"{symbol.name} is defined in terms of what values are put in for")

    def _apart(self, hypothesis: Statement) -> Statement:
        """A hypothesis speaks of all values of its free indices; a value's free indices are others."""
        foreign = {i for pattern, value in self.values for i in free_indices(value) - set(pattern.indices)}
        own = sorted(indices_in([hypothesis]) & foreign, key=lambda index: index.name)
        taken = frozenset(foreign | indices_in([hypothesis]))
        mapping: dict[IndexLike, IndexLike] = {}
        for index in own:
            mapping[index] = fresh_index(index, taken)
            taken |= {fresh_index(index, taken)}
        return renamed(hypothesis, mapping)

    def _require_domain(self, goal: Goal, symbol: Member, value: Expr) -> None:
        """Show that a value lies in the domain of its symbol, if that is neither given nor a fact."""
        stated = _in_domain(symbol, value)
        if stated in {h.statement for h in goal.hypotheses}:
            goal.needed[stated] = None
        elif stated not in {step.statement for step in self.facts}:
            Membership().argue(replace(goal, statement=stated))


def _in_domain(symbol: Member, value: Expr) -> Belongs:
    """That a value lies in the declared domain of the symbol it stands for, an expression in the symbol's indices."""
    domain = symbol.symbol.domain
    over = symbol.indices[-1] if symbol.indices and domain.sums_to_one else None
    return Belongs(value, domain, over if isinstance(over, Index) else None)


def default_method(statement: Statement) -> Method:
    """The method that needs no hint."""
    match statement:
        case LessEqual():
            return Signs()
        case Belongs():
            return Membership()
        case _:
            return NormalForm()


def _expected(goal: Goal, kind: type[S]) -> S:
    if not isinstance(goal.statement, kind):
        raise UndecidedError(f"this way of arguing is for {kind.__name__} statements")
    return goal.statement


def _inequality(step: Step) -> LessEqual:
    if not isinstance(step.statement, LessEqual):
        raise UndecidedError(f"{step.id} is no inequality")
    return step.statement


def _difference(left: Expr, right: Expr) -> Expr:
    if (isinstance(right, Number) and right.value == 0) or isinstance(right, Zero):
        return left
    if isinstance(left, Number) and left.value == 0:
        return Neg(right)
    return Add((left, Neg(right)))


def _summed(expr: Expr, over: tuple[Index, ...]) -> Expr:
    for index in over:
        expr = Sum(index, expr)
    return expr
