"""What the machinery says of a mutant: the rules alone, the judge of instances alone, and both together.

And the small checker alone, which is asked about one in so many: whether it accepts the mutant with the argument of its
subject, after the steps before it.

The rules argue a mutant as its subject was argued, by the same method from the same steps, and then by the method
that needs no hint. A hypothesis that was dropped, or a domain that was made larger, is missing for the steps as well:
an argument that rests on such a step shows nothing.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from functools import cache
from time import process_time
from zlib import crc32

from derivations.audit.equivalents import EQUIVALENT, KEPT
from derivations.audit.mutants import Mutant
from derivations.audit.replacing import Replacing
from derivations.audit.third import Opinion, opinion
from derivations.calculus import instances
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Gradient, Index, Member, ShapeError, walk
from derivations.calculus.matching import indices_in
from derivations.calculus.matching import instances as instances_of
from derivations.calculus.notation import text
from derivations.calculus.statements import Belongs, Equal, Hypothesis, Statement, expressions_of
from derivations.checker.ledger import Ledger
from derivations.proof.arguing import Argument, Context
from derivations.proof.checking import complaint, new_ledger
from derivations.proof.methods import argue, default_method
from derivations.proof.steps import Step
from derivations.proof.verdicts import judge

ASKED = 4  # one mutant in so many is put to the small checker


@dataclass(frozen=True)
class Outcome:
    """The verdicts on one mutant.

    `engine` is the one that argued. `why` says why an accepted mutant is equivalent, or where the third evaluator
    sees it fail.
    """

    name: str
    slip: str
    engine: str
    rules: Verdict
    instances: Verdict
    together: Verdict
    checker: Verdict | None = None  # None: it was not asked
    equivalent: bool = False
    why: str = ""
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        return self.together in (Verdict.PROVED, Verdict.CHECKED)

    @property
    def survives(self) -> bool:
        return self.accepted and not self.equivalent

    @property
    def disagreement(self) -> bool:
        """Whether the rules show, or the checker accepts, what the instances refute: one of them is wrong."""
        return Verdict.PROVED in (self.rules, self.checker) and self.instances is Verdict.REFUTED


def outcome(mutant: Mutant) -> Outcome | None:
    """What is found of a mutant; None if it makes no sense to the engines, or none to its definitions."""
    start = process_time()
    try:
        case = _case(mutant)
        argued = case.argued()
        confirmed = case.confirmed(argued)
        judged = case.judged(argued)
    except (ShapeError, ValueError):
        return None
    found = judge((*([] if argued is None else [argued]), *confirmed, judged))
    engine, rules = ("", Verdict.UNKNOWN) if argued is None else (argued.engine, argued.verdict)
    checked = case.checked(argued) if crc32(mutant.name.encode()) % ASKED == 0 else None
    result = Outcome(mutant.name, mutant.slip, engine, rules, judged.verdict, found, checked)
    if result.accepted or checked is Verdict.PROVED:
        own = case.opinion(argued)
        labelled = case.label
        why = labelled or (f"true at {own.points} points" if own.true else own.detail)
        result = replace(result, equivalent=own.true or bool(labelled), why=why)
    return replace(result, seconds=process_time() - start)


@cache
def _accepted(before: tuple[Step, ...]) -> Ledger:
    """The ledger after some steps: that after all but the last, and the last."""
    if not before:
        return new_ledger()
    ledger = _copied(_accepted(before[:-1]))
    complaint(ledger, before[-1])
    return ledger


def _copied(ledger: Ledger) -> Ledger:
    """A ledger with books of its own."""
    again = copy(ledger)
    for name, book in vars(ledger).items():
        if isinstance(book, dict):
            setattr(again, name, dict(book))
    return again


def _case(mutant: Mutant) -> Case:
    """Raises ShapeError or ValueError if a definition makes no sense any more."""
    if mutant.larger is not None:
        return _LargerDomain(mutant)
    return Case(mutant) if mutant.dropped is None else _DroppedHypothesis(mutant)


class Case:
    """A changed statement in its place."""

    def __init__(self, mutant: Mutant) -> None:
        self.mutant, self.statement = mutant, mutant.statement
        self.context: Context = mutant.subject.context
        self.argument: Argument | None = mutant.subject.argument

    @property
    def key(self) -> tuple[str, str, str]:
        """Under which the mutant stands in the table of labelled equivalents."""
        subject = self.mutant.subject
        return (subject.derivation, subject.name, text(self.statement, ascii=True))

    @property
    def label(self) -> str:
        """Why the mutant is true, or why a hypothesis is kept that it can do without; if that is said by hand."""
        return EQUIVALENT.get(self.key, "")

    def argued(self) -> Evidence | None:
        """What the rules make of it; None if nothing was argued of the subject (an axiom)."""
        if self.argument is None:
            return None
        found = self.by_rules(self.argument)
        hintless = default_method(self.statement)
        if found.verdict is Verdict.UNKNOWN and type(hintless) is not type(self.argument.method):
            again = self.by_rules(replace(self.argument, method=hintless))
            found = found if again.verdict is Verdict.UNKNOWN else again
        return found

    def by_rules(self, argument: Argument) -> Evidence:
        return self.context.argued(self.statement, argument)

    def assumed(self, argued: Evidence | None) -> tuple[Hypothesis, ...]:
        if self.argument is None or argued is None:
            return self.mutant.subject.assumed
        return self.context.assumed(self.statement, self.argument, argued)

    def judged(self, argued: Evidence | None) -> Evidence:
        shown = argued is not None and argued.verdict is Verdict.PROVED
        return self.context.judged(self.statement, self.assumed(argued), shown)

    def confirmed(self, argued: Evidence | None) -> tuple[Evidence, ...]:
        """What a second engine that works by rules says about what the first has shown."""
        if self.argument is None or argued is None:
            return ()
        return self.context.confirmed(self.statement, self.argument, argued, self.assumed(argued))

    def checked(self, argued: Evidence | None) -> Verdict | None:
        """What the small checker makes of it: PROVED or UNKNOWN; None of what is not argued."""
        if self.argument is None:
            return None
        step = Step("mutant", "claim", self.statement, "", "", assumed=self.assumed(argued))
        accepted = not complaint(
            _copied(_accepted(self.mutant.subject.before)), replace(step, argument=self.argument)
        )
        return Verdict.PROVED if accepted else Verdict.UNKNOWN

    def opinion(self, argued: Evidence | None) -> Opinion:
        return opinion(self.statement, self.context.definitions, self.assumed(argued))


def _unknown(why: str) -> Evidence:
    return Evidence("", "", "", Verdict.UNKNOWN, detail=why)


class _DroppedHypothesis(Case):
    """The subject's statement with one hypothesis less."""

    @property
    def lost(self) -> Hypothesis:
        assert self.mutant.dropped is not None
        return self.mutant.dropped

    @property
    def label(self) -> str:
        subject = self.mutant.subject
        return KEPT.get((subject.derivation, subject.name, text(self.lost.statement, ascii=True)), "")

    def by_rules(self, argument: Argument) -> Evidence:
        steps = (*argument.uses, *argument.rewriting, *self.context.mentioned(self.statement))
        if any(self._is_lost(h.statement) for step in steps for h in step.assumed):
            return _unknown("a step or a definition needs the hypothesis")
        goal = self.context.goal(self.statement, argument)
        goal.hypotheses = tuple(h for h in goal.hypotheses if not self._is_lost(h.statement))
        found = argue(argument.method, goal)
        return _unknown("needed") if any(map(self._is_lost, found.hypotheses)) else found

    def _is_lost(self, statement: Statement) -> bool:
        """Whether a statement is the lost hypothesis, with whatever names for its indices."""
        return statement in instances_of(self.lost.statement, indices_in([statement]))

    def assumed(self, argued: Evidence | None) -> tuple[Hypothesis, ...]:
        return tuple(h for h in self.mutant.subject.assumed if not self._is_lost(h.statement))

    def judged(self, argued: Evidence | None) -> Evidence:
        assumed = self.mutant.subject.assumed
        known = self.context.definitions
        found = instances.necessity(self.statement, self.lost, definitions=known, hypotheses=assumed)
        if found.verdict is Verdict.REFUTED:
            return found
        return self._makes_no_sense() or super().judged(argued)

    def _makes_no_sense(self) -> Evidence | None:
        """Where another hypothesis is undefined without the lost one, and nothing else is amiss."""
        kept = self.assumed(None)
        for other in kept:
            rest = [hypothesis for hypothesis in kept if hypothesis is not other]
            for expr in expressions_of(other.statement):
                without, found = (
                    instances.check(Equal(expr, expr), definitions=self.context.definitions, hypotheses=given)
                    for given in (rest, [*rest, self.lost])
                )
                if without.verdict is Verdict.REFUTED and found.verdict is not Verdict.REFUTED:
                    return without
        return None


class _LargerDomain(Case):
    """The subject's statement about a symbol that may have more values."""

    def __init__(self, mutant: Mutant) -> None:
        super().__init__(mutant)
        assert mutant.larger is not None
        self.symbol, self.domain = mutant.larger
        self.change = Replacing(self.symbol, replace(self.symbol, domain=self.domain))
        self.statement = self.change(mutant.statement)
        self.context = Context(map(self.change, self.context.defining.values()))
        self.argument = None if self.argument is None else self.change(self.argument)
        if not all(map(self._still_defined, self.context.mentioned(self.statement))):
            raise ValueError("a definition makes no sense any more")

    def checked(self, argued: Evidence | None) -> Verdict | None:
        return None  # the steps before it are about the declared domain

    def by_rules(self, argument: Argument) -> Evidence:
        if argument.rewriting or argument.method.steps or argument.method.discharged:
            return _unknown("the argument rests on steps about the declared domain")
        if not all(step.kind == "definition" for step in argument.uses):
            return _unknown("the argument uses steps about the declared domain")
        return super().by_rules(argument)

    def _still_defined(self, step: Step) -> bool:
        """Whether what a definition stands for still lies in its declared domain."""
        assert step.argument is not None
        assert isinstance(step.statement, Equal)
        assert isinstance(step.statement.left, Member)
        symbol, body = step.statement.left, step.statement.right
        last = symbol.indices[-1] if symbol.indices and symbol.symbol.domain.sums_to_one else None
        member = Belongs(body, symbol.symbol.domain, last if isinstance(last, Index) else None)
        return self.context.argued(member, self.change(step.argument)).verdict is Verdict.PROVED

    def assumed(self, argued: Evidence | None) -> tuple[Hypothesis, ...]:
        return self.change(self.mutant.subject.assumed)

    def judged(self, argued: Evidence | None) -> Evidence:
        subject = self.mutant.subject
        if self._differentiated():
            return super().judged(argued)
        found = instances.necessity(
            subject.statement,
            definitions=subject.definitions,
            hypotheses=subject.assumed,
            weakened={self.symbol: self.domain},
        )
        return found if found.verdict is Verdict.REFUTED else super().judged(argued)

    def _differentiated(self) -> bool:
        """Whether a derivative is taken by the symbol: what that means depends on the declared domain."""
        bodies = (body for _, body in self.mutant.subject.definitions)
        exprs = (*expressions_of(self.mutant.statement), *bodies)
        slopes = (node for expr in exprs for node in walk(expr) if isinstance(node, Gradient))
        return any(slope.member.symbol == self.symbol for slope in slopes)
