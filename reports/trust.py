"""What a verdict trusts: a section of the README and an appendix of the pages, computed, never typed.

`python -m reports.trust` writes the section anew, between its marks. Lines are rounded there, so that it changes only
if something changes that a reader would want to know.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

from derivations.proof import trusted
from derivations.proof.facts import MEANINGS
from derivations.proof.steps import Derivation
from derivations.proof.trusted import Cited, Part, Work
from derivations.proof.verdicts import CHECKER
from reports.view import DerivationView
from reports.wording import listed

WIDTH = 112
README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = (
    "<!-- from here to the next mark: written by `make readme` -->\n",
    "<!-- end of what is written -->\n",
)
SIDES = {
    trusted.CHECKER: "the checker",
    trusted.RULES: "the rules",
    trusted.JUDGE: "the judge",
    trusted.DATA: "both of these",
    trusted.RECORDS: "not trusted",
}


@dataclass(frozen=True)
class Place:
    """Where a cited fact enters: the place of the derivation in the document, its problem, the number of the step."""

    place: int
    problem: int
    number: int


@dataclass(frozen=True)
class Trust:
    """What stands in the appendix."""

    parts: tuple[Part, ...]
    work: tuple[Work, ...]
    claims: int
    meanings: int
    enters: dict[str, tuple[Place, ...]]

    def lines(self, *sides: str) -> int:
        return sum(part.lines for part in self.parts if part.side in sides)

    def accepted(self) -> int:
        """How many claims the small checker accepts."""
        return sum(item.claims for item in self.work if item.engine == CHECKER)


def trust(views: Sequence[DerivationView]) -> Trust:
    """What the verdicts of these derivations trust."""
    by_name = {view.name: (place, view) for place, view in enumerate(views, 1)}

    def places(found: Cited) -> tuple[Place, ...]:
        return tuple(
            Place(by_name[name][0], by_name[name][1].problem, by_name[name][1].numbers[step])
            for name, step in found.enters
        )

    enters = {found.axiom.name: places(found) for found in trusted.cited(views)}
    parts = sorted(trusted.parts(), key=lambda part: list(SIDES).index(part.side))
    claims = sum(step.kind == "claim" for view in views for step in view.steps)
    return Trust(tuple(parts), trusted.work(views), claims, len(MEANINGS), enters)


# ------------------------------------------------------------------------------ the README


def rounded(lines: int) -> str:
    return f"{round(lines, -1):,}"


def section(derivations: Sequence[Derivation]) -> str:
    """The section of the README, as Markdown."""
    parts = sorted(trusted.parts(), key=lambda part: list(SIDES).index(part.side))
    small = [part for part in parts if part.side == trusted.CHECKER]
    others = [part for part in parts if part.side != trusted.CHECKER]
    checker, rules, judge = (
        sum(part.lines for part in parts if part.side == side)
        for side in (trusted.CHECKER, trusted.RULES, trusted.JUDGE)
    )
    problems = {derivation.name: str(derivation.problem) for derivation in derivations}
    work = trusted.work(derivations)
    claims = sum(len(derivation.claims) for derivation in derivations)
    accepted = sum(item.claims for item in work if item.engine == CHECKER)
    depends = (
        f"A PROVED depends on {rounded(checker)} lines, tables included, and on z3. They import nothing else of this "
        "program but the types of steps and formulas, to read them field by field, and what puts a step into records, "
        "which they do not trust. No claim is PROVED that the checker does not accept, "
        "in the printed solutions or in your own derivation: it is CHECKED at most, and the step says what the checker "
        f"misses. Of the sheet it accepts {accepted} of {claims} claims, with every definition and every cited fact that "
        f"they rest on. It believes the cited facts below and {len(MEANINGS)} statements of what our names mean (the "
        "smallest value over a range, its first index, the weighted median, a sum over all assignments, half of a square); "
        "all stand in `derivations/proof/facts.py`, and the judge tries each."
    )
    more = (
        "A PROVED takes more: two other programs must agree. Lines are those of code, without comments and docstrings, of "
        "every module that is reached by imports. For a wrong PROVED the checker must accept what is false, the "
        f"{rounded(rules)} lines of the rules must show it, *and* the {rounded(judge)} of the judge, which imports none of "
        "them, must miss it wherever it looks."
    )
    blocks = (
        [
            "| a PROVED depends on | lines | beneath |",
            "|---|---|---|",
            *map(_part, small),
        ],
        [fill(depends, WIDTH)],
        ["| besides, these must agree | lines | beneath |", "|---|---|---|", *map(_part, others)],
        [fill(more, WIDTH)],
        _beneath(work),
        [
            "| cited fact | from | status | enters in |",
            "|---|---|---|---|",
            *(_row(found, problems) for found in trusted.cited(derivations)),
        ],
        ["Not proved:"],
        [fill(f"- {what}", WIDTH, subsequent_indent="  ") for what in trusted.NOT_PROVED],
    )
    return "\n\n".join("\n".join(block) for block in blocks)


def _part(part: Part) -> str:
    return f"| {SIDES[part.side]}: {part.name} | {rounded(part.lines)} | {listed(part.libraries)} |"


def _beneath(work: Sequence[Work]) -> list[str]:
    """For which steps a library is relied on."""
    found: dict[str, dict[str, None]] = {}
    for item in work:
        if item.library and item.engine != CHECKER:
            found.setdefault(item.library, {})[f"{item.engine}: {item.method}"] = None
    told = [f"- {library} works for {', '.join(ways)}." for library, ways in sorted(found.items())]
    return [
        "- z3 works for the checker: signs and comparisons of scalars.",
        *told,
        "- No library stands beneath any other step.",
    ]


def _row(found: Cited, problems: dict[str, str]) -> str:
    entered = sorted({problems[name] for name, _ in found.enters})
    where = f"problem{'s' if len(entered) > 1 else ''} {listed(entered)}"
    return f"| {found.axiom.name} | {found.axiom.citation} | {found.axiom.status} | {where} |"


def with_section(readme: str, made: str) -> str:
    """The README with the section in its place. ValueError if the marks are not there."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the README has no marks between which the section could be written")
    return f"{before}{BEGIN}\n{made}\n\n{END}{after}"


def main() -> int:
    """Write the section anew."""
    from derivations import discovery
    from reports.files import write_whole

    derivations = [discovery.derive_named(name) for name, item in discovery.found().items() if item.ours]
    made = section(sorted(derivations, key=lambda derivation: derivation.problem))
    write_whole(README, with_section(README.read_text("utf-8"), made).encode())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
