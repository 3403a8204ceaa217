"""Writing a derivation: definitions, axioms, claims and computed steps, each judged as it is made.

A claim is argued for all sizes by its method and judged by the instances, which know nothing of the method.
What it uses is said: definitions in `uses` are unfolded, equations in `rewriting` are used as rules.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from derivations.calculus import instances
from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Index, Member, Symbol, free_indices, symbols_of
from derivations.calculus.statements import (
    Belongs,
    Equal,
    Hypothesis,
    Iff,
    InRange,
    Statement,
    expressions_of,
    instantiated,
)
from derivations.proof.axioms import Axiom
from derivations.proof.methods import Goal, Instance, Membership, Method, Solved, argue, default_method
from derivations.proof.steps import Definition, Derivation, Step, Update
from derivations.proof.verdicts import judge, weakest


class ProofError(ValueError):
    """A derivation is written wrongly: an id used twice, a definition that is none, a step that is not there."""


class Proof:
    """A derivation in the making; `finish` freezes it."""

    def __init__(self, name: str, problem: int, title: str, theorem: str, setting: str, source: str) -> None:
        self._about = (name, problem, title, theorem, setting, source)
        self._start = time.perf_counter()
        self._steps: dict[str, Step] = {}
        self._definitions: dict[str, Definition] = {}
        self._chosen: dict[Hypothesis, frozenset[Symbol]] = {}
        self._updates: list[Update] = []
        self._section = ""

    # ------------------------------------------------------------------------- what is written

    def section(self, title: str) -> None:
        """Begin a new section; the steps that follow stand under it."""
        self._section = title

    def define(
        self,
        name: str,
        symbol: Member,
        body: Expr,
        because: str,
        *,
        uses: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
        by: Membership | None = None,
    ) -> Step:
        """Introduce a symbol as an abbreviation. Its declared domain must be shown to hold, with the hints in `by`.

        Raises ProofError if the symbol is already in use, if the body has other free indices, or if the
        declared domain does not follow.
        """
        self._check_definition(symbol, body)
        domain = symbol.symbol.domain
        last = symbol.indices[-1] if symbol.indices and domain.sums_to_one else None
        over = last if isinstance(last, Index) else None
        goal = self._goal(Belongs(body, domain, over), uses, (), given)
        found = argue(by or Membership(), goal)
        if found.verdict is not Verdict.PROVED:
            raise ProofError(f"{name}: {symbol.symbol.name} is declared to be {domain.name}: {found.detail}")
        definition = Definition(symbol, body)
        step = self._step(
            name,
            "definition",
            definition.statement,
            because,
            "definition",
            uses,
            (found,),
            assumed=tuple(given),
        )
        self._definitions[name] = definition
        return step

    def axiom(
        self,
        name: str,
        axiom: Axiom,
        because: str,
        values: Sequence[Expr] = (),
        given: Sequence[Hypothesis] = (),
    ) -> Step:
        """Use an axiom as it stands, or with values for its variables. The judge tries the instance.

        What an axiom says to exist (eigenvalues) is known only of the axiom as it stands: prove a lemma about
        its own variables and apply that.
        """
        if axiom.statement is None or (values and len(values) != len(axiom.variables)):
            raise ProofError(f"{name}: {axiom.name} takes {len(axiom.variables)} values, got {len(values)}")
        if values and axiom.chosen:
            raise ProofError(
                f"{name}: {axiom.name} asserts an existence; apply a lemma about its own variables"
            )
        for symbol in axiom.chosen:
            if symbol in self._depends():
                raise ProofError(
                    f"{name}: {symbol.name}, which {axiom.name} says to exist, is already defined"
                )
        pairs = tuple(zip(axiom.variables, values, strict=False))
        goal = self._goal(instantiated(axiom.statement, pairs), (), (), given)
        admissible = argue(Instance(pairs), goal)
        if admissible.verdict is not Verdict.PROVED:
            raise ProofError(f"{name}: {axiom.name} does not apply: {admissible.detail}")
        drawn = [
            Hypothesis(Belongs(v, v.symbol.domain), axiom.witness) for v in axiom.variables if axiom.witness
        ]
        judged = self._judge(goal.statement, [*drawn, *given])
        existing = (Hypothesis(goal.statement, axiom.witness),) if axiom.chosen else ()
        self._chosen.update(dict.fromkeys(existing, frozenset(axiom.chosen)))
        assumed = (*existing, *given)
        evidence = (replace(judged, hypotheses=admissible.hypotheses),)
        return self._step(
            name,
            "axiom",
            goal.statement,
            because,
            axiom.name,
            (),
            evidence,
            assumed=assumed,
            axioms=(axiom.name,),
        )

    def claim(
        self,
        name: str,
        statement: Statement,
        because: str,
        *,
        uses: Sequence[Step] = (),
        rewriting: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
        by: Method | None = None,
        rule: str = "",
        citing: Sequence[Axiom] = (),
    ) -> Step:
        """State something, argue it for all sizes by a method, and have it judged.

        `citing` are facts outside our language (of integrals, of random variables) that the reason appeals to:
        they say what the statement means, and no engine rests on them.
        """
        method = by or default_method(statement)
        goal = self._goal(statement, uses, rewriting, given)
        argued = argue(method, goal)
        named = tuple(dict.fromkeys((*uses, *rewriting, *method.steps)))
        behind = tuple(dict.fromkeys((*named, *method.discharged)))
        resting = tuple(dict.fromkeys((*named, *self._mentioned(statement))))
        assumed = self._assumed(statement, argued, given, resting)
        judged = self._judge(statement, assumed)
        return self._step(
            name,
            "claim",
            statement,
            because,
            rule or method.label,
            behind,
            (argued, judged),
            assumed=assumed,
            axioms=tuple(axiom.name for axiom in citing),
            inheriting=resting,
        )

    def compute(
        self,
        name: str,
        operation: Expr,
        shown_as: Expr,
        because: str,
        *,
        uses: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
    ) -> Step:
        """Carry out an operation (a derivative, a sum); the result is shown in the author's arrangement."""
        rule = type(operation).__name__.lower()
        return self.claim(name, Equal(operation, shown_as), because, uses=uses, given=given, rule=rule)

    def solve(
        self,
        name: str,
        equation: Equal,
        unknown: Member,
        shown_as: Expr,
        because: str,
        *,
        times: Expr,
        and_times: Expr | None = None,
        uses: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
    ) -> Step:
        """Solve an equation that is affine in the unknown after multiplying by invertible factors."""
        statement = Iff(equation, Equal(unknown, shown_as))
        method = Solved(unknown, times, and_times)
        return self.claim(name, statement, because, uses=uses, given=given, by=method, rule="affine solution")

    def apply(
        self,
        name: str,
        lemma: Step,
        values: Sequence[tuple[Member, Expr]],
        because: str,
        *,
        uses: Sequence[Step] = (),
        given: Sequence[Hypothesis] = (),
        facts: Sequence[Step] = (),
    ) -> Step:
        """Use a claim already shown with other values for its symbols, which must lie in the declared domains."""
        statement = instantiated(lemma.statement, tuple(values))
        return self.claim(
            name, statement, because, uses=uses, given=given, by=Instance(tuple(values), lemma, tuple(facts))
        )

    def update(
        self, name: str, target: Member, formula: Expr, step: Step, definitions: Sequence[Step] = ()
    ) -> None:
        """Name a result from which code is generated."""
        inner = tuple(self._definitions[d.id] for d in definitions)
        self._updates.append(Update(name, target, formula, step.id, inner))

    def finish(self) -> Derivation:
        """The finished derivation."""
        seconds = time.perf_counter() - self._start
        return Derivation(*self._about, tuple(self._steps.values()), tuple(self._updates), seconds)

    # ------------------------------------------------------------------------- how it is judged

    def _goal(
        self,
        statement: Statement,
        uses: Sequence[Step],
        rewriting: Sequence[Step],
        given: Sequence[Hypothesis],
    ) -> Goal:
        definitions = tuple(
            (d.symbol, d.body) for step in uses if (d := self._definitions.get(step.id)) is not None
        )
        equations = []
        for step in rewriting:
            if not isinstance(step.statement, Equal):
                raise ProofError(f"{step.id} is no equation and cannot be used as a rule")
            equations.append(step.statement)
        inherited = (h for step in (*uses, *rewriting) for h in step.assumed if h not in self._chosen)
        assumed = tuple(dict.fromkeys((*given, *inherited)))
        return Goal(statement, definitions, assumed, tuple(equations), self._depends())

    def _depends(self) -> dict[Symbol, frozenset[Symbol]]:
        """The symbols that each defined symbol depends on, through earlier definitions too."""
        found: dict[Symbol, frozenset[Symbol]] = {}
        for definition in self._definitions.values():
            direct = symbols_of(definition.body)
            found[definition.symbol.symbol] = direct.union(*(found.get(s, frozenset()) for s in direct))
        return found

    def _mentioned(self, *statements: Statement) -> tuple[Step, ...]:
        """The definitions of the symbols in these statements: they mean something only where those do."""
        depends = self._depends()
        direct = {s for one in statements for expr in expressions_of(one) for s in symbols_of(expr)}
        reached = direct.union(*(depends.get(symbol, frozenset()) for symbol in direct))
        return tuple(self._steps[name] for name, d in self._definitions.items() if d.symbol.symbol in reached)

    def _assumed(
        self, statement: Statement, argued: Evidence, given: Sequence[Hypothesis], behind: Iterable[Step]
    ) -> tuple[Hypothesis, ...]:
        """The stated hypotheses that were needed (all of them if nothing was shown), those of used steps included."""
        needed = set(argued.hypotheses)
        unproved = argued.verdict is not Verdict.PROVED
        own = [h for h in given if unproved or h.statement in needed]
        inherited = [h for step in behind for h in step.assumed]
        present = [statement, *(h.statement for h in (*own, *inherited) if h not in self._chosen)]
        kept = (h for h in inherited if self._speaks_of(present, h))
        return tuple(dict.fromkeys((*own, *kept)))

    def _speaks_of(self, statements: Iterable[Statement], hypothesis: Hypothesis) -> bool:
        """Whether a hypothesis about chosen quantities is still needed: not once they have left all else."""
        chosen = self._chosen.get(hypothesis)
        exprs = [expr for statement in statements for expr in expressions_of(statement)]
        depends = self._depends()
        direct = {symbol for expr in exprs for symbol in symbols_of(expr)}
        present = direct.union(*(depends.get(symbol, frozenset()) for symbol in direct))
        return chosen is None or bool(chosen & present)

    def _judge(self, statement: Statement, assumed: Sequence[Hypothesis]) -> Evidence:
        definitions = [(d.symbol, d.body) for d in self._definitions.values()]
        return instances.check(statement, definitions=definitions, hypotheses=tuple(assumed))

    def _step(
        self,
        name: str,
        kind: str,
        statement: Statement,
        because: str,
        rule: str,
        behind: Sequence[Step],
        evidence: tuple[Evidence, ...],
        *,
        assumed: tuple[Hypothesis, ...] = (),
        axioms: tuple[str, ...] = (),
        inheriting: Sequence[Step] | None = None,
    ) -> Step:
        """Record a step. Hypotheses are inherited from `inheriting` (by default from all that it rests on)."""
        if name in self._steps:
            raise ProofError(f"two steps are called {name}")
        own = judge(evidence) if kind == "claim" else Verdict.PROVED
        if kind == "axiom" and judge(evidence) is Verdict.REFUTED:
            own = Verdict.REFUTED
        resting = behind if inheriting is None else inheriting
        inherited = (h for s in resting for h in s.hypotheses if not isinstance(h, InRange))
        hypotheses = tuple(dict.fromkeys((*(h for e in evidence for h in e.hypotheses), *inherited)))
        cited = (*axioms, *(a for e in evidence for a in e.axioms), *(a for s in behind for a in s.axioms))
        step = Step(
            id=name,
            kind=kind,  # type: ignore[arg-type]
            statement=statement,
            reason=because,
            rule=rule,
            uses=tuple(s.id for s in behind),
            axioms=tuple(dict.fromkeys(cited)),
            hypotheses=hypotheses,
            assumed=assumed,
            evidence=evidence,
            own=own,
            verdict=weakest((own, *(s.verdict for s in behind))),
            section=self._section,
        )
        self._steps[name] = step
        return step

    def _check_definition(self, symbol: Member, body: Expr) -> None:
        used = {
            s for step in self._steps.values() for e in expressions_of(step.statement) for s in symbols_of(e)
        }
        if symbol.symbol in used | symbols_of(body):
            raise ProofError(f"{symbol.symbol.name} is already in use and cannot be defined")
        indices = {index for index in symbol.indices if isinstance(index, Index)}
        if len(indices) != len(symbol.indices) or not free_indices(body) <= indices:
            raise ProofError(f"the definition of {symbol.symbol.name} has indices that the symbol has not")
