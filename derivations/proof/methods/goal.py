"""What is to be shown and with what, and what a method is: the frame that all ways of arguing share."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, TypeGuard, TypeVar

from derivations.calculus import lowering
from derivations.calculus.evidence import ALL_SIZES, Counterexample, Evidence, Verdict
from derivations.calculus.expressions import (
    AssignmentSum,
    Expr,
    Index,
    Member,
    ShapeError,
    Symbol,
    symbols_of,
    walk,
)
from derivations.calculus.indices.theory import Theory, UndecidedError
from derivations.calculus.order.rules import declaration
from derivations.calculus.statements import (
    Belongs,
    Equal,
    Hypothesis,
    LessEqual,
    Statement,
    expressions_of,
    own_variables,
)

if TYPE_CHECKING:
    from derivations.proof.steps import Step

S = TypeVar("S", bound=Statement)


@dataclass
class Goal:
    """A statement to be shown, with what may be used; it collects the hypotheses that were needed.

    `depends` says of every defined symbol, unfolded or not, which symbols its value depends on. `restrictions` are
    what the definitions of the symbols in the statement assume: nothing may be shown with them, but what is shown
    will be said under them.
    """

    statement: Statement
    definitions: tuple[tuple[Member, Expr], ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    equations: tuple[Equal, ...] = ()
    depends: Mapping[Symbol, frozenset[Symbol]] = field(default_factory=dict)
    restrictions: tuple[Hypothesis, ...] = ()
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

    def expressions(self) -> tuple[Expr, ...]:
        """All that is written down in the goal: what is to be shown, and what may be used for it."""
        stated = (self.statement, *self.equations, *(hypothesis.statement for hypothesis in self.hypotheses))
        bodies = (body for _, body in self.definitions)
        return (*(expr for statement in stated for expr in expressions_of(statement)), *bodies)

    def require_visible_labels(self, *exprs: Expr) -> None:
        """Under a sum over labels no abbreviation may stand whose value depends on them: it means another value there.

        Raises UndecidedError.
        """
        sums = (node for expr in exprs for node in walk(expr) if isinstance(node, AssignmentSum))
        for labels, body in ((node.labels, node.body) for node in sums):
            if any(labels in self.depends.get(symbol, ()) for symbol in symbols_of(body)):
                raise UndecidedError(f"an abbreviation under a sum over {labels.name} depends on it")

    def inherit(self, step: Step) -> None:
        """Take over the hypotheses of a step that the argument rests on."""
        self.needed.update(dict.fromkeys(step.hypotheses))

    def inherit_declared(self, step: Step, replaced: Collection[Symbol] = ()) -> None:
        """Take over only what a step needs of declared symbols: of those it speaks of, but for those replaced by values."""
        stated = (step.statement, *(hypothesis.statement for hypothesis in step.assumed))
        symbols = self.reach(*(expr for one in stated for expr in expressions_of(one))).difference(replaced)
        for statement in step.hypotheses:
            if is_declared(statement) and symbols & symbols_of(statement.body):
                self.needed[statement] = None

    def require_free(self, steps: Iterable[Step]) -> None:
        """Nothing may be assumed of what an optimum or a limit varies, beyond its domain: not all values might satisfy it.

        Not by what was needed or may be used, not by the `steps` behind it, nor by a definition, least of all its own.
        Raises UndecidedError.
        """
        varied = own_variables(self.statement)
        for symbol in varied & self.depends.keys():
            raise UndecidedError(f"{symbol.name} is defined and cannot be varied")
        behind = (hypothesis for step in steps for hypothesis in step.assumed)
        stated = (h.statement for h in (*self.hypotheses, *self.restrictions, *behind))
        for statement in (*self.needed, *stated) if varied else ():
            if is_declared(statement):
                continue
            for symbol in varied & self.reach(*expressions_of(statement)):
                raise UndecidedError(f"something is assumed of {symbol.name}, which is varied")


def is_declared(statement: Statement) -> TypeGuard[Belongs]:
    """Whether a statement says of all members of a family, or of a number, what is declared of them, and no more."""
    if not (isinstance(statement, Belongs) and isinstance(statement.body, Member)):
        return False
    indices = statement.body.indices
    plain = len({index for index in indices if isinstance(index, Index)}) == len(indices)
    return plain and statement == declaration(statement.body)


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

    @property
    def hints(self) -> tuple[Expr, ...]:
        """The expressions that the author gave along with it."""
        return tuple(_expressions([getattr(self, name) for name in vars(self)]))

    def argue(self, goal: Goal) -> None:
        """Return if the statement is shown; raise UndecidedError otherwise."""
        raise NotImplementedError


def _expressions(items: Iterable[object]) -> Iterator[Expr]:
    for item in items:
        if isinstance(item, Expr):
            yield item
        elif isinstance(item, tuple):
            yield from _expressions(item)


def _is_ours(kind: type[Method]) -> bool:
    """Whether a way of arguing is what a module beside this one calls by its name."""
    module = sys.modules.get(kind.__module__)
    beside = kind.__module__.rpartition(".")[0] == __package__ and module is not None
    return beside and vars(module).get(kind.__name__) is kind


def argue(method: Method, goal: Goal) -> Evidence:
    """Evidence for a goal by a method: PROVED for all sizes, or UNKNOWN and why."""
    start = time.perf_counter()
    verdict, detail, example = Verdict.PROVED, "", None
    try:
        if not _is_ours(type(method)):
            raise UndecidedError(f"{type(method).__name__} is none of the ways of arguing that are trusted")
        goal.require_visible_labels(*goal.expressions(), *method.hints)
        method.argue(goal)
        goal.require_free(method.steps)
    except (UndecidedError, ShapeError) as missing:
        verdict, detail = Verdict.UNKNOWN, str(missing)
    except RecursionError:
        verdict, detail = Verdict.UNKNOWN, "the formula is nested too deeply"
    except RefutedError as seen:
        verdict, example = Verdict.REFUTED, seen.counterexample
    seconds = time.perf_counter() - start
    needed, axioms = tuple(goal.needed), tuple(goal.axioms)
    found = Evidence(method.engine, method.label, ALL_SIZES, verdict, seconds, None, detail, needed, axioms)
    return replace(found, counterexample=example)


def expected(goal: Goal, kind: type[S]) -> S:
    if not isinstance(goal.statement, kind):
        raise UndecidedError(f"this way of arguing is for {kind.__name__} statements")
    return goal.statement


def inequality(step: Step) -> LessEqual:
    if not isinstance(step.statement, LessEqual):
        raise UndecidedError(f"{step.id} is no inequality")
    return step.statement
