"""How a statement is argued and judged at its place in a derivation.

An argument is data: a method and what it may use. A step keeps its own, so that it can be argued again, or another
statement in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivations.calculus import instances
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import (
    Abs,
    Bracket,
    Expr,
    First,
    Median,
    Member,
    Minimum,
    Symbol,
    symbols_of,
    walk,
)
from derivations.calculus.indices.theory import UndecidedError
from derivations.calculus.statements import Equal, Hypothesis, Statement, expressions_of
from derivations.proof.axioms import AXIOMS
from derivations.proof.methods import Goal, Method, argue
from derivations.proof.steps import Step

PROBES = 600  # further draws at most, for a statement that no rule has shown
FEW_PROBES = 60  # for an equation of smooth expressions, which is false nearly everywhere or nowhere
PIECEWISE = (Abs, Bracket, First, Median, Minimum)


@dataclass(frozen=True, eq=False)
class Argument:
    """A method, the definitions that it unfolds (`uses`), the equations it rewrites with, and what is assumed."""

    method: Method
    uses: tuple[Step, ...] = ()
    rewriting: tuple[Step, ...] = ()
    given: tuple[Hypothesis, ...] = ()

    @property
    def resting(self) -> tuple[Step, ...]:
        """The steps whose hypotheses the claim inherits."""
        return tuple(dict.fromkeys((*self.uses, *self.rewriting, *self.method.steps)))

    @property
    def behind(self) -> tuple[Step, ...]:
        """All steps that the claim rests on."""
        return tuple(dict.fromkeys((*self.resting, *self.method.discharged)))


class Context:
    """What is known at a place of a derivation: the definitions in force, and what axioms say to exist."""

    def __init__(self, steps: Iterable[Step] = ()) -> None:
        self.defining: dict[Symbol, Step] = {}
        self.depends: dict[Symbol, frozenset[Symbol]] = {}
        self.chosen: dict[Hypothesis, frozenset[Symbol]] = {}
        for step in steps:
            self.add(step)

    def add(self, step: Step) -> None:
        """Take note of a step that was made."""
        if step.kind == "definition":
            symbol, body = _definition(step)
            direct = symbols_of(body)
            self.defining[symbol.symbol] = step
            self.depends[symbol.symbol] = direct.union(*(self.depends.get(s, ()) for s in direct))
        elif step.kind == "axiom" and AXIOMS[step.rule].chosen:
            self.chosen[step.assumed[0]] = frozenset(AXIOMS[step.rule].chosen)

    @property
    def definitions(self) -> tuple[tuple[Member, Expr], ...]:
        return tuple(map(_definition, self.defining.values()))

    # ------------------------------------------------------------------------- for all sizes

    def argued(self, statement: Statement, argument: Argument) -> Evidence:
        """What the method of the argument makes of the statement."""
        return argue(argument.method, self.goal(statement, argument))

    def goal(self, statement: Statement, argument: Argument) -> Goal:
        """The statement with all that the argument allows to use."""
        unfolded = tuple(_definition(step) for step in argument.uses if step.kind == "definition")
        equations = []
        for step in argument.rewriting:
            if not isinstance(step.statement, Equal):
                raise UndecidedError(f"{step.id} is no equation and cannot be used as a rule")
            equations.append(step.statement)
        used = (*argument.uses, *argument.rewriting)
        inherited = (h for step in used for h in step.assumed if h not in self.chosen)
        assumed = tuple(dict.fromkeys((*argument.given, *inherited)))
        mentioned = self.mentioned(statement, *equations, *(h.statement for h in assumed))
        existing = (h for step in used for h in step.assumed if h in self.chosen)
        restrictions = tuple(dict.fromkeys((*existing, *(h for step in mentioned for h in step.assumed))))
        return Goal(statement, unfolded, assumed, tuple(equations), self.depends, restrictions)

    def confirmed(
        self, statement: Statement, argument: Argument, argued: Evidence, assumed: Sequence[Hypothesis]
    ) -> tuple[Evidence, ...]:
        """What the algebra of scalars finds about an equation that the kernel has shown; nothing where it knows nothing.

        It shares no rule of rewriting with the kernel. What is defined, or was shown before, it does not look into.
        """
        kernel = argued.verdict is Verdict.PROVED and argued.engine == "indices"
        if not kernel or not isinstance(statement, Equal) or not statement.left.is_scalar:
            return ()
        if argument.behind or self.mentioned(statement):
            return ()
        from derivations.calculus import scalars  # not before a scalar equation is met

        found = scalars.decide(statement, assumed)
        return () if found.verdict is Verdict.UNKNOWN else (found,)

    # ---------------------------------------------------------------------- at instances

    def judged(self, statement: Statement, assumed: Iterable[Hypothesis], shown: bool) -> Evidence:
        """What the judge finds about the statement under these hypotheses. What no rule has shown is tried harder."""
        return instances.check(
            statement,
            definitions=self.definitions,
            hypotheses=tuple(assumed),
            probes=0 if shown else FEW_PROBES if self._smooth(statement) else PROBES,
        )

    def _smooth(self, statement: Statement) -> bool:
        """Whether a statement is an equation of expressions without cases, seen through definitions."""
        bodies = (expr for step in self.mentioned(statement) for expr in expressions_of(step.statement))
        exprs = (*expressions_of(statement), *bodies)
        cases = any(isinstance(node, PIECEWISE) for expr in exprs for node in walk(expr))
        return isinstance(statement, Equal) and not cases

    def assumed(self, statement: Statement, argument: Argument, argued: Evidence) -> tuple[Hypothesis, ...]:
        """The stated hypotheses that were needed (all of them if nothing was shown), those of used steps included."""
        needed = set(argued.hypotheses)
        unproved = argued.verdict is not Verdict.PROVED
        own = [h for h in argument.given if unproved or h.statement in needed]
        steps = (*argument.resting, *self.mentioned(statement, *(h.statement for h in own)))
        inherited = [h for step in steps for h in step.assumed]
        present = [statement, *(h.statement for h in (*own, *inherited) if h not in self.chosen)]
        kept = (h for h in inherited if self._speaks_of(present, h))
        return tuple(dict.fromkeys((*own, *kept)))

    def mentioned(self, *statements: Statement) -> tuple[Step, ...]:
        """The definitions of the symbols in statements: these mean something only where those do."""
        reached = self.reach(statements)
        return tuple(step for symbol, step in self.defining.items() if symbol in reached)

    def reach(self, statements: Iterable[Statement]) -> frozenset[Symbol]:
        """The symbols that the truth of the statements depends on, through definitions too."""
        exprs = (expr for statement in statements for expr in expressions_of(statement))
        direct = frozenset(symbol for expr in exprs for symbol in symbols_of(expr))
        return direct.union(*(self.depends.get(symbol, frozenset()) for symbol in direct))

    def _speaks_of(self, statements: Iterable[Statement], hypothesis: Hypothesis) -> bool:
        """Whether a hypothesis about chosen quantities is still needed: not once they have left all else."""
        chosen = self.chosen.get(hypothesis)
        return chosen is None or bool(chosen & self.reach(statements))


def _definition(step: Step) -> tuple[Member, Expr]:
    """The symbol that a step defines, and what it stands for."""
    assert isinstance(step.statement, Equal)
    assert isinstance(step.statement.left, Member)
    return step.statement.left, step.statement.right
