"""The judgements on the printed sheet, as records: what the terminal, the JSON and the pages show of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivations.calculus.evidence import Counterexample
from derivations.proof.printed import Fault, Printed, PrintedVerdict
from reports.formula import Formula, PrintedLatex, formulas, symbols_in
from reports.prose import Vocabulary

MEANING = {
    PrintedVerdict.FAILS: "false as printed: a counterexample is attached, and a corrected line that the rules "
    "show and the judge confirms",
    PrintedVerdict.UNKNOWN: "could not be decided",
    PrintedVerdict.HOLDS: "shown by the rules and confirmed by the judge as printed, or with the hypotheses that are "
    "named as missing in print",
    PrintedVerdict.DEFINITION: "introduces a symbol, and claims nothing",
}


@dataclass(frozen=True)
class PrintedView:
    """One printed line: where it stands, how it reads, what was found, and what it should say.

    `transcribed` is the expression that was judged; a line and its transcription may be compared by eye.
    """

    where: str
    printed: PrintedLatex
    transcribed: Formula
    verdict: PrintedVerdict
    fault: Fault
    why: str
    needs: tuple[Formula, ...]
    counterexample: Counterexample | None
    corrected: Formula | None
    words: Vocabulary

    @property
    def amiss(self) -> bool:
        """Whether there is anything to say against the line."""
        return self.verdict in (PrintedVerdict.FAILS, PrintedVerdict.UNKNOWN) or bool(self.fault)

    @property
    def badness(self) -> tuple[bool, bool, int]:
        """Smaller is worse: what fails, what is open, what is amiss otherwise, what is sound."""
        decided = self.verdict not in (PrintedVerdict.FAILS, PrintedVerdict.UNKNOWN)
        return (decided, not self.amiss, self.verdict.rank)


@dataclass(frozen=True)
class ProblemErrata:
    """The printed lines of one problem, in the sheet's order."""

    name: str
    title: str
    lines: tuple[PrintedView, ...]

    @property
    def label(self) -> str:
        """`Problem 3`, as the title begins."""
        return self.title.partition(":")[0]

    @property
    def subject(self) -> str:
        """The title without its label and its full stop."""
        return self.title.partition(":")[2].strip().rstrip(".")

    @property
    def worst_first(self) -> list[PrintedView]:
        return worst_first(self.lines)


def problem_errata(name: str, title: str, lines: Iterable[Printed]) -> ProblemErrata:
    """The records of the printed lines that a derivation answers."""
    return ProblemErrata(name, title, tuple(map(printed_view, lines)))


def printed_view(line: Printed) -> PrintedView:
    """The record of a printed line."""
    corrected = None if line.corrected is None else line.corrected.statement
    said = [line.statement, *(h.statement for h in line.needs), *([] if corrected is None else [corrected])]
    return PrintedView(
        where=line.where,
        printed=PrintedLatex(line.latex),
        transcribed=Formula(line.statement),
        verdict=line.verdict,
        fault=line.fault,
        why=line.why,
        needs=formulas(hypothesis.statement for hypothesis in line.needs),
        counterexample=line.counterexample,
        corrected=None if corrected is None else Formula(corrected),
        words=Vocabulary.of(symbols_in(said)),
    )


def worst_first(lines: Iterable[PrintedView]) -> list[PrintedView]:
    """What fails, what is open, what is amiss otherwise, and the rest; each in the sheet's order."""
    return sorted(lines, key=lambda line: line.badness)


def counts(lines: Sequence[PrintedView]) -> dict[PrintedVerdict, int]:
    """How many lines have each verdict, the worst first; verdicts that no line has are left out."""
    found = {verdict: sum(line.verdict is verdict for line in lines) for verdict in PrintedVerdict}
    return {verdict: number for verdict, number in found.items() if number}
