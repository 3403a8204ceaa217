"""The judgements on the printed sheet as text for a terminal: by problem, the worst first."""

from __future__ import annotations

from collections.abc import Sequence

from derivations.calculus.evidence import Counterexample
from derivations.proof.printed import PrintedVerdict
from reports.errata import PrintedView, ProblemErrata, counts
from reports.formula import Formula
from reports.terminal import FORMULA, INDENT, Screen, Writer, sentence

AMISS = 11  # columns of the longest verdict


def errata(problems: Sequence[ProblemErrata], screen: Screen) -> str:
    """Every printed line; of those that hold nothing is shown but how they read, and why."""
    out = Writer(screen)
    for problem in problems:
        out.line(problem.title.rstrip("."), "bold")
        out.line(f"{_counted(problem.lines)}.")
        for line in problem.worst_first:
            out.line()
            _line(out, line)
        out.line()
    out.line(f"{_counted([line for p in problems for line in p.lines])}, {_lines(problems)} printed lines.")
    return out.text


def _lines(problems: Sequence[ProblemErrata]) -> int:
    return sum(len(problem.lines) for problem in problems)


def _counted(lines: Sequence[PrintedView]) -> str:
    """`9 FAILS, 20 HOLDS`"""
    return ", ".join(f"{number} {verdict}" for verdict, number in counts(lines).items()) or "no printed lines"


def _line(out: Writer, line: PrintedView) -> None:
    out.tagged("", line.verdict.value, " " * (AMISS - len(line.verdict.value)) + line.where)
    if line.fault and line.verdict is not PrintedVerdict.FAILS:
        out.wrapped(f"{line.fault}", INDENT, "yellow")
    out.wrapped("printed:", INDENT)
    out.wrapped(line.printed.source, FORMULA)
    if line.amiss:
        _formula(out, "read as:", line.transcribed)
    if line.needs:
        said = ", ".join(f.text(out.screen.ascii) for f in line.needs)
        out.wrapped(f"missing in print: {said}", INDENT, "yellow")
    if line.counterexample is not None:
        _counterexample(out, line.counterexample, " without it" if line.needs else "")
    if line.corrected is not None:
        _formula(out, "corrected:", line.corrected)
    out.wrapped(sentence(line.words, line.why, out.screen), INDENT)


def _formula(out: Writer, label: str, formula: Formula) -> None:
    out.wrapped(label, INDENT)
    for row in formula.lines(out.screen.width - FORMULA, out.screen.ascii):
        out.line(" " * FORMULA + row, "cyan")


def _counterexample(out: Writer, example: Counterexample, where: str) -> None:
    sizes = ", ".join(f"{name} = {value}" for name, value in example.sizes.items())
    out.wrapped(f"counterexample{where}{' at ' + sizes if sizes else ''}:", INDENT, "red")
    for name, value in example.values.items():
        out.wrapped(f"{name} = {value}", FORMULA)
    out.wrapped(f"left side {example.left}, right side {example.right}", FORMULA)
