r"""A step, an update and a derivation as a notebook shows them: as HTML, as Markdown and as plain text.

A few blocks say what there is to see; for each form a function says what becomes of a block. Formulas are LaTeX between dollars,
which notebooks typeset; all else is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from derivations.calculus.evidence import Counterexample, Evidence, Verdict
from derivations.calculus.notation import portable_display, text
from derivations.calculus.statements import Equal, Statement
from derivations.proof.steps import Derivation, Step, Update

LONGEST = 200  # characters of a value in a counterexample
LONGEST_DETAIL = 100  # a longer one is about the engine
COLOURS = {Verdict.PROVED: "#1B6E3C", Verdict.CHECKED: "#8A5A00", Verdict.REFUTED: "#A61B1B"}
GREY = "#4A4A4A"
NO_FORMULA = 'class="tex2jax_ignore"'  # dollars in it are dollars
SIGNS = re.compile(r"([\\`*_{}\[\]<>#|$~])")


@dataclass(frozen=True)
class Heading:
    """What is shown, and the word for how it fared or what it is."""

    name: str
    word: str


@dataclass(frozen=True)
class Words:
    """A sentence, or a note in small type."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Shown:
    """A formula on a line of its own."""

    latex: str
    plain: str


@dataclass(frozen=True)
class Table:
    """Rows of words under a heading."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Words | Shown | Table


# ------------------------------------------------------------------------------ what there is to see


def of_step(step: Step) -> list[Block]:
    """The statement, why it is legal, who found what; and where it fails, if it does."""
    word = step.verdict.value if step.kind == "claim" else step.kind
    found: list[Block] = [Heading(step.id, word), Words(step.reason), _formula(step.statement)]
    if step.evidence and step.kind == "claim":
        found.append(Words("; ".join(map(_phrase, step.evidence)), is_note=True))
    if step.own is not step.verdict:
        found.append(Words(f"By itself {step.own}; it is no better than what it uses.", is_note=True))
    for evidence in step.evidence:
        if evidence.counterexample is not None:
            found += _failing(evidence.counterexample)
    return found


def of_update(update: Update) -> list[Block]:
    """The result, and the abbreviations in it."""
    statements = [Equal(update.target, update.formula), *(d.statement for d in update.definitions)]
    return [Heading(update.name, "update"), *map(_formula, statements)]


def of_derivation(derivation: Derivation) -> list[Block]:
    """The theorem, its verdict, the results, and every claim with how it fared."""
    title = f"Problem {derivation.problem}: {derivation.title}"
    found: list[Block] = [Heading(title, derivation.verdict.value), Words(derivation.theorem)]
    found += [_formula(Equal(update.target, update.formula)) for update in derivation.updates]
    rows = tuple((step.id, step.verdict.value, step.rule) for step in derivation.claims)
    return [*found, Table(("claim", "verdict", "argued by"), rows)]


def _formula(statement: Statement) -> Shown:
    return Shown(portable_display(statement), text(statement))


def _phrase(found: Evidence) -> str:
    detail = f" ({found.detail})" if 0 < len(found.detail) <= LONGEST_DETAIL else ""
    return f"{found.engine}, {found.method}, {found.scope}: {found.verdict}{detail}"


def _failing(example: Counterexample) -> list[Block]:
    sizes = ", ".join(f"{name} = {size}" for name, size in example.sizes.items())
    rows = {**example.values, "left side": example.left, "right side": example.right}
    where = f"Counterexample at {sizes}:" if sizes else "Counterexample:"
    return [Words(where), Table(("quantity", "value"), tuple((n, _short(v)) for n, v in rows.items()))]


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else value[:LONGEST] + " ..."


# ----------------------------------------------------------------------------------- as HTML


def as_html(blocks: Iterable[Block]) -> str:
    """The blocks as a piece of HTML."""
    return "<div>" + "".join(map(_html, blocks)) + "</div>"


def _html(block: Block) -> str:
    match block:
        case Heading(name, word):
            colour = COLOURS.get(Verdict(word), GREY) if word in list(Verdict) else GREY
            return f'<p {NO_FORMULA}><b>{escape(name)}</b> <b style="color:{colour}">{escape(word)}</b></p>'
        case Words(sentence, is_note):
            said = escape(sentence)
            return f"<p {NO_FORMULA}>{f'<small>{said}</small>' if is_note else said}</p>"
        case Shown(latex, _):
            return f"<p>$$\\displaystyle {escape(latex)}$$</p>"
        case Table(head, rows):
            body = "".join(map(_html_row, rows))
            return f"<table {NO_FORMULA}><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>{body}</table>"


def _html_row(row: tuple[str, ...]) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"


# ------------------------------------------------------------------------------- as Markdown


def as_markdown(blocks: Iterable[Block]) -> str:
    """The blocks as Markdown, for what shows no HTML: a page on paper, a repository."""
    return "\n\n".join(map(_markdown, blocks)) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(name, word):
            return f"**{_plain(name)}** **{_plain(word)}**"
        case Words(sentence, _):
            return _plain(sentence)
        case Shown(latex, _):
            return f"$$\n{latex}\n$$"
        case Table(head, rows):
            lines = [head, tuple("---" for _ in head), *rows]
            return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(words: str) -> str:
    return words if words == "---" else _plain(words)


def _plain(words: str) -> str:
    return SIGNS.sub(r"\\\1", " ".join(words.split()))


# ------------------------------------------------------------------------------ as plain text


def as_text(blocks: Iterable[Block]) -> str:
    """The blocks for a terminal."""
    return "\n".join(map(_text, blocks))


def _text(block: Block) -> str:
    match block:
        case Heading(name, word):
            return f"{name}: {word}"
        case Words(sentence, _):
            return sentence
        case Shown(_, plain):
            return f"    {plain}"
        case Table(_, rows):
            return "\n".join(f"    {'  '.join(row)}" for row in rows)


# ---------------------------------------------------------------------------------- all forms


def forms(item: object) -> dict[str, str]:
    """All forms of a step, an update or a derivation, by the name of each. Raises TypeError for anything else."""
    blocks = _blocks(item)
    return {
        "text/html": as_html(blocks),
        "text/markdown": as_markdown(blocks),
        "text/plain": as_text(blocks),
    }


def _blocks(item: object) -> list[Block]:
    match item:
        case Step():
            return of_step(item)
        case Update():
            return of_update(item)
        case Derivation():
            return of_derivation(item)
        case _:
            raise TypeError(f"a {type(item).__name__} has no blocks to show")
