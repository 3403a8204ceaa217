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
from derivations.proof.meanings import MEANINGS
from derivations.proof.recording import complaints
from derivations.proof.replaying import CHECKER
from derivations.proof.steps import Derivation
from derivations.proof.trusted import Cited, Part, Work
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
    given: int
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
    return Trust(tuple(parts), trusted.work(views), claims, len(MEANINGS), trusted.given(), enters)


# ------------------------------------------------------------------------------ the README


def rounded(lines: int) -> str:
    return f"{round(lines, -2):,}"


def section(derivations: Sequence[Derivation]) -> str:
    """The section of the README, as Markdown."""
    parts = sorted(trusted.parts(), key=lambda part: list(SIDES).index(part.side))
    (checker,) = (part for part in parts if part.side == trusted.CHECKER)
    rules, judge = (sum(p.lines for p in parts if p.side == side) for side in (trusted.RULES, trusted.JUDGE))
    problems = {derivation.name: str(derivation.problem) for derivation in derivations}
    claims = [step for derivation in derivations for step in derivation.claims]
    refused = {(one.name, name) for one in derivations for name in complaints(one)}
    accepted = sum((one.name, step.id) not in refused for one in derivations for step in one.claims)
    small = (
        f"{accepted} of the {len(claims)} claims of the sheet, with every definition and every cited fact that they "
        f"rest on, are accepted by the checker: {rounded(checker.lines)} lines that import nothing of this program but "
        "themselves, and z3. "
        "That is what a PROVED of the printed solutions depends on, and what it takes as given: the cited facts "
        f"below, the words of domains, and {len(MEANINGS)} statements of what our names mean ({rounded(trusted.given())} lines of "
        "tables; the last stand in `derivations/proof/meanings.py`: the smallest value "
        "over a range, its first index, the weighted median, a sum over all assignments, half of a square; each is tried "
        "by the judge). Of your own derivation, `--replay` says which claims the checker accepts."
    )
    more = (
        "A PROVED takes more: two other programs must agree, with or without the checker. Lines are those of code, "
        "without comments and docstrings, of every module that is reached by imports. For a wrong PROVED of the printed "
        "solutions the checker must accept what is "
        f"false, the {rounded(rules)} lines of the rules must show it, *and* the {rounded(judge)} of the judge, which "
        "imports none of them, must miss it wherever it looks."
    )
    blocks = (
        [
            "| a PROVED of the printed solutions depends on | lines | beneath |",
            "|---|---|---|",
            _part(checker),
        ],
        [fill(small, WIDTH)],
        ["| besides, these must agree | lines | beneath |", "|---|---|---|", *map(_part, parts[1:])],
        [fill(more, WIDTH)],
        _beneath(trusted.work(derivations)),
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
        if item.library:
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
