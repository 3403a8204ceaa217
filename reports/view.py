"""A derivation as plain records: what the terminal, the JSON and the pages all show.

Nothing is decided here, and nothing invented: what has not been computed is absent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from derivations.calculus.evidence import ALL_SIZES, Counterexample, Evidence, Verdict
from derivations.calculus.expressions import Symbol
from derivations.calculus.statements import Equal, Statement
from derivations.proof.axioms import Axiom
from derivations.proof.printed import Printed
from derivations.proof.steps import Derivation, Exercise, Kind, Step, Update
from derivations.proof.verdicts import CHECKER
from reports.errata import PrintedView, ProblemErrata, printed_view
from reports.formula import Formula, formulas, symbols_in
from reports.generated_code import Code, Crosscheck, code_of, crosschecks_of
from reports.hypotheses import abbreviations, declared, implies, strongest
from reports.prose import Vocabulary

QUESTION = re.compile(r" (?=\([a-h]\) [A-Z])")  # where the next part of a task begins
HOW = {"exact": "exact", "balls": "certified"}


@dataclass(frozen=True)
class EvidenceView:
    """What one engine found, and the same as a phrase."""

    engine: str
    method: str
    scope: str
    verdict: Verdict
    seconds: float
    draws: int | None
    detail: str
    axioms: tuple[str, ...]
    counterexample: Counterexample | None

    @property
    def phrase(self) -> str:
        """Who found what, for which sizes; no seconds, which differ from run to run."""
        if self.verdict is Verdict.UNKNOWN:
            return f"{self.engine}: undecided ({self.detail or self.method})"
        if self.verdict is Verdict.REFUTED:
            return f"{self.engine}: refuted at {self.scope}" + (f" ({self.detail})" if self.detail else "")
        if self.scope == ALL_SIZES:
            return f"{self.method} (all sizes)"
        if self.engine == "sympy":
            return f"SymPy, explicit matrices with {self.scope}" if "=" in self.scope else "SymPy"
        upto = f" up to {self.scope}" if "=" in self.scope else ""
        return f"{self.draws or ''} {HOW.get(self.method, self.method)} instances{upto}".strip()


@dataclass(frozen=True)
class StepView:
    number: int
    id: str
    kind: Kind
    section: str
    formula: Formula
    reason: str
    rule: str
    verdict: Verdict
    own: Verdict
    uses: tuple[str, ...]
    axioms: tuple[str, ...]
    hypotheses: tuple[Formula, ...]
    words: Vocabulary
    assumptions: tuple[Formula, ...]  # those that the head of the derivation does not declare
    evidence: tuple[EvidenceView, ...]

    @property
    def badge(self) -> str:
        """The word beside the step: a verdict for a claim, its kind for what is not claimed."""
        failed = self.verdict in (Verdict.REFUTED, Verdict.UNKNOWN)
        return self.verdict.value if self.kind == "claim" or failed else self.kind

    @property
    def told(self) -> tuple[EvidenceView, ...]:
        """The evidence that a page tells at the step: that the small checker accepts it, it tells once for all."""
        return tuple(e for e in self.evidence if e.engine != CHECKER or e.verdict is not Verdict.PROVED)

    @property
    def counterexamples(self) -> tuple[Counterexample, ...]:
        return tuple(e.counterexample for e in self.evidence if e.counterexample is not None)


@dataclass(frozen=True)
class AxiomView:
    name: str
    text: str
    citation: str
    status: str
    formula: Formula | None
    words: Vocabulary


@dataclass(frozen=True)
class UpdateView:
    """A result, with the code made from it and how that code compared, as far as these are there."""

    name: str
    formula: Formula
    definitions: tuple[Formula, ...]
    step: str
    code: Code | None
    crosscheck: Crosscheck | None


@dataclass(frozen=True)
class ExerciseView:
    """The problem as a class gets it: paragraphs and given formulas, hints, the slightest first, and who answers what."""

    task: tuple[str | Formula, ...]
    hints: tuple[str, str, str]
    words: Vocabulary
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class DerivationView:
    name: str
    problem: int
    title: str
    theorem: str
    setting: str
    source: str
    verdict: Verdict
    seconds: float
    steps: tuple[StepView, ...]
    hypotheses: tuple[Formula, ...]
    axioms: tuple[AxiomView, ...]
    updates: tuple[UpdateView, ...]
    quantities: tuple[Formula, ...]
    assumptions: tuple[Formula, ...]
    vocabulary: Vocabulary
    as_printed: tuple[PrintedView, ...] = ()
    exercise: ExerciseView | None = None

    def with_printed(self, lines: Sequence[Printed]) -> DerivationView:
        """The record with what is said of the printed lines."""
        return replace(self, as_printed=tuple(map(printed_view, lines)))

    @property
    def errata(self) -> ProblemErrata:
        """The judgements on the printed lines that this derivation answers."""
        return ProblemErrata(self.name, self.title, self.as_printed)

    @property
    def sections(self) -> list[tuple[str, list[StepView]]]:
        """The steps under their headings, in order."""
        return [(title, list(steps)) for title, steps in groupby(self.steps, key=lambda s: s.section)]

    @property
    def headline(self) -> tuple[UpdateView, ...]:
        """The updates that stand in the claim: those of the textbook, where others only serve to compute them."""
        textbook = tuple(u for u in self.updates if u.code is not None and u.code.handwritten is not None)
        return textbook or self.updates

    @property
    def definitions(self) -> tuple[Formula, ...]:
        """The abbreviations in the headline that do not stand there themselves."""
        shown = {update.formula for update in self.headline}
        found = dict.fromkeys(d for update in self.headline for d in update.definitions)
        return tuple(d for d in found if d not in shown)

    @property
    def claims(self) -> tuple[StepView, ...]:
        return tuple(step for step in self.steps if step.kind == "claim")

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each step, by its id."""
        return {step.id: step.number for step in self.steps}

    @property
    def used_by(self) -> dict[str, tuple[str, ...]]:
        """The steps that use each step, by its id."""
        return {step.id: tuple(s.id for s in self.steps if step.id in s.uses) for step in self.steps}

    @property
    def agrees(self) -> bool:
        """Whether no cross-check that was made found a disagreement."""
        return all(u.crosscheck is None or u.crosscheck.agrees for u in self.updates)


def view(derivation: Derivation, crosscheck: bool = True) -> DerivationView:
    """The records of a derivation. With `crosscheck`, its code is compared on a few cases."""
    checked = crosschecks_of(derivation) if crosscheck and derivation.updates else {}
    code = code_of(derivation)
    words = Vocabulary.of(symbols_in(step.statement for step in derivation.steps))
    results = [derivation.step(u.step) for u in derivation.updates] or list(derivation.claims)
    defined = abbreviations(derivation)
    needed = strongest((h for step in results for h in step.hypotheses), defined)
    return DerivationView(
        name=derivation.name,
        problem=derivation.problem,
        title=derivation.title,
        theorem=derivation.theorem,
        setting=derivation.setting,
        source=derivation.source,
        verdict=derivation.verdict,
        seconds=derivation.seconds,
        steps=tuple(
            _step(number, step, needed, defined, words) for number, step in enumerate(derivation.steps, 1)
        ),
        hypotheses=formulas(derivation.hypotheses),
        axioms=tuple(_axiom(axiom, words) for axiom in derivation.axioms),
        updates=tuple(_update(u, code.get(u.name), checked.get(u.name)) for u in derivation.updates),
        quantities=formulas(h for h in needed if declared(h)),
        assumptions=formulas(h for h in needed if not declared(h)),
        vocabulary=words,
        exercise=None if derivation.exercise is None else _exercise(derivation.exercise, words),
    )


def _exercise(exercise: Exercise, words: Vocabulary) -> ExerciseView:
    given = [part for part in exercise.task if not isinstance(part, str)]
    task: list[str | Formula] = []
    for part in exercise.task:
        task += QUESTION.split(part) if isinstance(part, str) else [Formula(part)]
    known = Vocabulary.of(symbols_in(given)).before(words)
    return ExerciseView(tuple(task), exercise.hints, known, exercise.answers)


def _step(
    number: int, step: Step, said: list[Statement], defined: frozenset[Symbol], words: Vocabulary
) -> StepView:
    """The record of a step. `said` is what the head of the derivation declares already."""
    known = [s for s in said if declared(s)]
    own = [h for h in strongest(step.hypotheses, defined) if not any(implies(k, h) for k in known)]
    return StepView(
        number=number,
        id=step.id,
        kind=step.kind,
        section=step.section,
        formula=Formula(step.statement),
        reason=step.reason,
        rule=step.rule,
        verdict=step.verdict,
        own=step.own,
        uses=step.uses,
        axioms=step.axioms,
        hypotheses=formulas(step.hypotheses),
        words=Vocabulary.of(symbols_in([step.statement])).before(words),
        assumptions=formulas(own),
        evidence=tuple(map(_evidence, step.evidence)),
    )


def _evidence(found: Evidence) -> EvidenceView:
    return EvidenceView(
        found.engine,
        found.method,
        found.scope,
        found.verdict,
        found.seconds,
        found.draws,
        found.detail,
        found.axioms,
        found.counterexample,
    )


def _axiom(axiom: Axiom, words: Vocabulary) -> AxiomView:
    formula = None if axiom.statement is None else Formula(axiom.statement)
    own = Vocabulary.of(symbols_in([] if axiom.statement is None else [axiom.statement]))
    return AxiomView(axiom.name, axiom.text, axiom.citation, axiom.status, formula, own.before(words))


def _update(update: Update, code: Code | None, checked: Crosscheck | None) -> UpdateView:
    formula = Formula(Equal(update.target, update.formula))
    where = formulas(definition.statement for definition in update.definitions)
    return UpdateView(update.name, formula, where, update.step, code, checked)
