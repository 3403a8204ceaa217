"""Writing a derivation: definitions, axioms, claims and computed steps, each judged as it is made.

A claim is argued for all sizes by its method and judged by the instances, which know nothing of the method.
What it uses is said: definitions in `uses` are unfolded, equations in `rewriting` are used as rules.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Index, Member, Symbol, as_expr, free_indices, symbols_of
from derivations.calculus.statements import (
    Belongs,
    Equal,
    Hypothesis,
    Iff,
    InRange,
    LessEqual,
    Statement,
    expressions_of,
    instantiated,
)
from derivations.proof.arguing import Argument, Context
from derivations.proof.axioms import AXIOMS, Axiom
from derivations.proof.checking import checked
from derivations.proof.methods import (
    Instance,
    InstanceOfAxiom,
    Membership,
    Method,
    Solved,
    default_method,
)
from derivations.proof.methods.goal import is_declared
from derivations.proof.methods.membership import in_domain
from derivations.proof.results import Known, says
from derivations.proof.steps import Definition, Derivation, Exercise, Step, Update
from derivations.proof.verdicts import judge, weakest
from derivations.proof.written import ProofError, require_one_meaning, require_plain

__all__ = ["Proof", "ProofError"]

ONE = as_expr(1)


class Proof:
    """A derivation in the making; `finish` freezes it."""

    def __init__(self, name: str, problem: int, title: str, theorem: str, setting: str, source: str) -> None:
        self._about = (name, problem, title, theorem, setting, source)
        self._start = time.perf_counter()
        self._steps: dict[str, Step] = {}
        self._definitions: dict[str, Definition] = {}
        self._context = Context()
        self._updates: list[Update] = []
        self._in_code_alone: dict[
            Symbol, str
        ] = {}  # what results are called of which no step speaks, and theirs
        self._section = ""
        self._exercise: Exercise | None = None

    # ------------------------------------------------------------------------- what is written

    def section(self, title: str) -> None:
        """Begin a new section; the steps that follow stand under it."""
        self._section = title

    def exercise(
        self,
        *task: str | Statement,
        hints: tuple[str, str, str],
        answers: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        """The problem as a class gets it, for pages without solutions; `answers` to (a), (b), ... are ids of steps.

        See `Exercise`. Raises ProofError for answers to other questions than those of the task; when the derivation
        is finished, for an answer that is no step.
        """
        found = tuple((letter, tuple(steps)) for letter, steps in (answers or {}).items())
        self._exercise = Exercise(task, hints, found)
        asked = self._exercise.questions
        if answers is not None and tuple(answers) != asked:
            raise ProofError(
                f"answers to {', '.join(answers) or 'nothing'}, asked is {', '.join(asked) or 'nothing'}"
            )

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
        uses, given = tuple(uses), tuple(given)
        self._check_written(name, Equal(symbol, body), by, given)
        self._check_definition(symbol, body)
        self._check_given(symbol, given, by)
        if by is not None and type(by) is not Membership:
            raise ProofError(f"{name}: that a body lies in a domain is argued by Membership alone")
        domain = symbol.symbol.domain
        last = symbol.indices[-1] if symbol.indices and domain.sums_to_one else None
        over = last if isinstance(last, Index) else None
        argument = Argument(by or Membership(), uses, (), given)
        self._check_steps(name, argument.behind)
        found = self._context.argued(Belongs(body, domain, over), argument)
        if found.verdict is not Verdict.PROVED:
            raise ProofError(f"{name}: {symbol.symbol.name} is declared to be {domain.name}: {found.detail}")
        definition = Definition(symbol, body)
        needed = [hypothesis for hypothesis in given if hypothesis.statement in found.hypotheses]
        hints = (Equal(hint, hint) for hint in argument.method.hints)
        mentioned = self._context.mentioned(definition.statement, *found.hypotheses, *hints)
        inherited = (hypothesis for step in (*uses, *mentioned) for hypothesis in step.assumed)
        step = self._step(
            name,
            "definition",
            definition.statement,
            because,
            "definition",
            uses,
            (found,),
            assumed=tuple(dict.fromkeys((*needed, *inherited))),
            argument=argument,
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
        values, given = tuple(values), tuple(given)
        require_plain(name, values, given)
        if AXIOMS.get(axiom.name) is not axiom:
            raise ProofError(f"{name}: {axiom.name} is no row of the table of axioms")
        if axiom.statement is None or (values and len(values) != len(axiom.variables)):
            raise ProofError(f"{name}: {axiom.name} takes {len(axiom.variables)} values, got {len(values)}")
        if values and axiom.chosen:
            raise ProofError(
                f"{name}: {axiom.name} asserts an existence; apply a lemma about its own variables"
            )
        self._check_undefined(name, axiom, () if values else axiom.variables)
        pairs = tuple(zip(axiom.variables, values, strict=False))
        statement = instantiated(axiom.statement, pairs)
        needed: tuple[Statement, ...] = ()
        if values:
            found = self._context.argued(
                statement, Argument(InstanceOfAxiom(axiom, pairs), given=tuple(given))
            )
            if found.verdict is not Verdict.PROVED:
                raise ProofError(f"{name}: {axiom.name} does not apply: {found.detail}")
            needed = found.hypotheses
        drawn = [Hypothesis(Equal(made.variable, made.value)) for made in axiom.witness]
        mentioned = self._context.mentioned(statement, *(hypothesis.statement for hypothesis in given))
        inherited = [hypothesis for step in mentioned for hypothesis in step.assumed]
        judged = self._context.judged(
            statement, [*drawn, *given, *inherited], shown=True
        )  # the table is tried hard by a test
        existing = (Hypothesis(statement, axiom.witness),) if axiom.chosen else ()
        assumed = tuple(dict.fromkeys((*existing, *given, *inherited)))
        evidence = (replace(judged, hypotheses=needed),)
        return self._step(
            name,
            "axiom",
            statement,
            because,
            axiom.name,
            (),
            evidence,
            assumed=assumed,
            axioms=(axiom.name,),
            inheriting=mentioned,
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
        uses, rewriting, given, citing = tuple(uses), tuple(rewriting), tuple(given), tuple(citing)
        self._check_written(name, statement, by, given)
        for step in rewriting:
            if not isinstance(step.statement, Equal):
                raise ProofError(f"{step.id} is no equation and cannot be used as a rule")
        argument = Argument(by or default_method(statement), uses, rewriting, given)
        self._check_steps(name, argument.behind)
        argued = self._context.argued(statement, argument)
        assumed = self._context.assumed(statement, argument, argued)
        confirmed = self._context.confirmed(statement, argument, argued, assumed)
        judged = self._context.judged(statement, assumed, argued.verdict is Verdict.PROVED)
        return self._step(
            name,
            "claim",
            statement,
            because,
            rule or argument.method.label,
            argument.behind,
            (argued, *confirmed, judged),
            assumed=assumed,
            axioms=tuple(axiom.name for axiom in citing),
            inheriting=tuple(dict.fromkeys((*argument.resting, *self._context.mentioned(statement)))),
            argument=argument,
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
        times: Expr = ONE,
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
        self,
        name: str,
        target: Member,
        formula: Expr,
        step: Step,
        definitions: Sequence[Step] = (),
        *,
        being: Expr | None = None,
    ) -> None:
        """Name a result from which code is generated: what the step says, or a definition.

        `being` is what the target is, where the derivation holds it fixed: then the step says what that is. Raises
        ProofError if the step does not say that the target is given by the formula.
        """
        definitions = tuple(definitions)
        self._check_written(name, Equal(target, formula), None, ())
        self._check_steps(name, (step, *definitions))
        if name in {update.name for update in self._updates}:
            raise ProofError(f"two updates are called {name}")
        inner = tuple(self._definitions[d.id] for d in definitions)
        own = (h.statement for h in step.assumed if not is_declared(h.statement))
        if any(target.symbol in self._context.reach([statement]) for statement in own):
            raise ProofError(f"{name}: {step.id} assumes something of {target.symbol.name}")
        require_one_meaning(name, target, formula, *((one.symbol, one.body) for one in inner))
        if being is not None and target.symbol in self._context.depends:
            raise ProofError(f"{name}: {target.symbol.name} is defined, and is nothing else")
        if not says(step.statement, target, formula, self._known(target, being)):
            raise ProofError(f"{name}: {step.id} does not say that this is {target.symbol.name}")
        if isinstance(step.statement, LessEqual) and not self._is_admissible(
            target, formula, step, definitions
        ):
            raise ProofError(f"{name}: that the best value is {target.symbol.domain.name} is not shown")
        if target.symbol not in self._stated():
            self._in_code_alone[target.symbol] = name
        self._updates.append(Update(name, target, formula, step.id, inner))

    def _is_admissible(
        self, target: Member, formula: Expr, step: Step, definitions: tuple[Step, ...]
    ) -> bool:
        """Whether a value lies in the domain of its target: so a step says, or it can be seen."""
        stated = in_domain(target, formula)
        if any(
            other.statement == stated and other.verdict is Verdict.PROVED for other in self._steps.values()
        ):
            return True
        argument = Argument(Membership(), definitions, (), step.assumed)
        return self._context.argued(stated, argument).verdict is Verdict.PROVED

    def _stated(self) -> frozenset[Symbol]:
        """The symbols in what the steps state."""
        exprs = [expr for step in self._steps.values() for expr in expressions_of(step.statement)]
        return frozenset(symbol for expr in exprs for symbol in symbols_of(expr))

    def _known(self, target: Member, being: Expr | None) -> Known:
        bodies = {definition.symbol.symbol: definition for definition in self._definitions.values()}
        results = [(update.target, update.formula) for update in self._updates]
        return Known(bodies, self._stated(), (*results, *([] if being is None else [(target, being)])))

    def step(self, name: str) -> Step:
        """A step made before, by its id: how one lemma uses what another has left. Raises ProofError."""
        if name not in self._steps:
            raise ProofError(f"there is no step {name} yet")
        return self._steps[name]

    def context(self) -> Context:
        """What is known at this place of the derivation."""
        return Context(self._steps.values())

    def finish(self) -> Derivation:
        """The finished derivation, gone through once more by the small checker."""
        for symbol in self._in_code_alone.keys() & self._stated():
            name = self._in_code_alone[symbol]
            raise ProofError(f"{name}: {symbol.name} got a meaning of its own afterwards")
        for letter, answers in self._exercise.answers if self._exercise else ():
            for answer in answers:
                if answer not in self._steps:
                    raise ProofError(f"the answer to ({letter}): there is no step {answer}")
        steps = checked(self._steps.values())
        seconds = time.perf_counter() - self._start
        return Derivation(*self._about, steps, tuple(self._updates), seconds, self._exercise)

    # ------------------------------------------------------------------------- how it is recorded

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
        argument: Argument | None = None,
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
            argument=argument,
        )
        self._steps[name] = step
        self._context.add(step)
        return step

    def _check_written(
        self, name: str, statement: Statement, by: Method | None, given: tuple[Hypothesis, ...]
    ) -> None:
        """What is handed over is made of our own classes, and no two symbols in it look alike."""
        require_plain(name, statement, given, *(vars(by).values() if by is not None else ()))
        require_one_meaning(name, statement, *(hypothesis.statement for hypothesis in given))

    def _check_steps(self, name: str, steps: Iterable[Step]) -> None:
        """A step of another derivation may rest on definitions that this one does not have."""
        for step in steps:
            if self._steps.get(step.id) is not step:
                raise ProofError(f"{name}: {step.id} is no step of this derivation")

    def _check_undefined(self, name: str, axiom: Axiom, variables: Sequence[Member]) -> None:
        """An axiom as it stands speaks of symbols that vary freely, or that it says to exist."""
        for variable in variables:
            if variable.symbol in self._context.depends:
                raise ProofError(
                    f"{name}: {variable.symbol.name}, of which {axiom.name} speaks, is defined here"
                )
        for symbol in axiom.chosen:
            if symbol in self._context.depends:
                raise ProofError(
                    f"{name}: {symbol.name}, which {axiom.name} says to exist, is already defined"
                )

    def _check_definition(self, symbol: Member, body: Expr) -> None:
        used = {symbol for step in self._steps.values() for symbol in _spoken_of(step)}
        if symbol.symbol in used | symbols_of(body) | self._in_code_alone.keys():
            raise ProofError(f"{symbol.symbol.name} is already in use and cannot be defined")
        indices = {index for index in symbol.indices if isinstance(index, Index)}
        if len(indices) != len(symbol.indices) or not free_indices(body) <= indices:
            raise ProofError(f"the definition of {symbol.symbol.name} has indices that the symbol has not")

    def _check_given(self, symbol: Member, given: tuple[Hypothesis, ...], by: Method | None) -> None:
        """What a definition assumes says nothing of what it defines: that would hold by definition afterwards."""
        spoken = {s for hypothesis in given for s in _assumed_of(hypothesis)}
        if symbol.symbol in spoken.union(*map(symbols_of, () if by is None else by.hints)):
            raise ProofError(f"the definition of {symbol.symbol.name} assumes something of itself")


def _spoken_of(step: Step) -> Iterator[Symbol]:
    """The symbols in a step: in what it states, in what it assumes, and in what the judge is told of that."""
    for statement in (step.statement, *step.hypotheses):
        for expr in expressions_of(statement):
            yield from symbols_of(expr)
    for hypothesis in step.assumed:
        yield from _assumed_of(hypothesis)


def _assumed_of(hypothesis: Hypothesis) -> Iterator[Symbol]:
    """The symbols in a hypothesis and in its witness."""
    for expr in expressions_of(hypothesis.statement):
        yield from symbols_of(expr)
    for choice in hypothesis.witness:
        yield from (*symbols_of(choice.variable), *symbols_of(choice.value))
