"""What a finished derivation is made of: hypotheses, steps, updates."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from derivations.calculus.evidence import Evidence, Verdict
from derivations.calculus.expressions import Expr, Member
from derivations.calculus.statements import Equal, Hypothesis, InRange, Statement
from derivations.proof.axioms import AXIOMS, Axiom
from derivations.proof.looks import ShownInBlocks
from derivations.proof.verdicts import weakest

if TYPE_CHECKING:
    from derivations.proof.arguing import Argument

Kind = Literal["definition", "axiom", "claim"]
QUESTION = re.compile(r"(?:^| )\(([a-h])\) (?=[A-Z])")  # where a question of a task begins


@dataclass(frozen=True, eq=False)  # one step is one object: comparing trees would be slow
class Step(ShownInBlocks):
    """One step: a statement, the sentence that says why it is legal, and what the engines found.

    `own` is the verdict of this step's evidence alone; `verdict` is the weakest of it and of every step it uses.
    For a definition or an axiom both are PROVED: they are not claims. `hypotheses` are those that were needed, for
    reading, `axioms` the names of the cited facts behind the step, its ancestors' included; `assumed` are those
    among them that a claim states itself (declared domains apart), for the engines. `section` is the heading it
    stands under on a page, `argument` how a claim was argued.
    """

    id: str
    kind: Kind
    statement: Statement
    reason: str
    rule: str
    uses: tuple[str, ...] = ()
    axioms: tuple[str, ...] = ()
    hypotheses: tuple[Statement, ...] = ()
    assumed: tuple[Hypothesis, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    own: Verdict = Verdict.UNKNOWN
    verdict: Verdict = Verdict.UNKNOWN
    section: str = ""
    argument: Argument | None = None


@dataclass(frozen=True)
class Definition:
    """A symbol introduced as an abbreviation: N[k] stands for `body`, an expression in k."""

    symbol: Member
    body: Expr

    @property
    def statement(self) -> Equal:
        return Equal(self.symbol, self.body)


@dataclass(frozen=True)
class Update(ShownInBlocks):
    """A result to generate code from: the target (mu[k]), its formula, the symbols it takes, the step that proves it."""

    name: str
    target: Member
    formula: Expr
    step: str
    definitions: tuple[Definition, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """The problem as a class gets it: what to do, and hints, the slightest first. Nothing here gives a result away.

    `task` holds sentences and, between them, statements that are given; names of quantities stand in the sentences
    as in a step's reason. `answers` tells which steps answer the questions (a), (b), ...; it stands where solutions do.
    """

    task: tuple[str | Statement, ...]
    hints: tuple[str, str, str]
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """The letters of the questions in the task, in order."""
        return tuple(
            letter for part in self.task if isinstance(part, str) for letter in QUESTION.findall(part)
        )


@dataclass(frozen=True)
class Derivation(ShownInBlocks):
    """A problem of the sheet, derived: all that the terminal, the pages and the code generator need."""

    name: str
    problem: int
    title: str
    theorem: str
    setting: str
    source: str
    steps: tuple[Step, ...]
    updates: tuple[Update, ...] = ()
    seconds: float = 0.0
    exercise: Exercise | None = None

    @property
    def claims(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind == "claim")

    @property
    def verdict(self) -> Verdict:
        """The weakest claim's."""
        return weakest(step.verdict for step in self.claims)

    @property
    def hypotheses(self) -> tuple[Statement, ...]:
        """Every hypothesis that a step needed, in order of first use; that indices lie in their ranges goes without saying."""
        found = (h for step in self.steps for h in step.hypotheses if not isinstance(h, InRange))
        return tuple(dict.fromkeys(found))

    @property
    def axioms(self) -> tuple[Axiom, ...]:
        """Every axiom behind the claims, in order of first use."""
        return tuple(dict.fromkeys(AXIOMS[name] for step in self.steps for name in step.axioms))

    def step(self, name: str) -> Step:
        """The step of that id; KeyError if there is none."""
        for step in self.steps:
            if step.id == name:
                return step
        raise KeyError(name)
