"""Sentences with names of quantities in them: `Sigma_k^-1` in a reason becomes a formula on a page.

Authors write reasons as plain text that reads well everywhere. Which words are quantities is known from
the derivation's own symbols; the LaTeX and the characters that replace a word are made here, never taken
from the sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from derivations.calculus.expressions import Size, Symbol
from derivations.calculus.notation.letters import GREEK, size_letter, taken_apart, unicode_letter

# a name, perhaps with indices, perhaps with a power: mu_k, Sigma_k^-1, X^T, v'
WORD = re.compile(
    r"(?<![\w\\'’])(?<!\w-)(?P<name>[A-Za-z]+)"
    r"(?:_(?P<index>[A-Za-z]{1,3}))?"
    r"(?P<power>\^(?:-1|-?T|[0-9]+|[A-Za-z](?![A-Za-z]))|'(?![A-Za-z]))?"
    r"(?![\w\\]|-(?!th\b)[A-Za-z])"  # an M-step holds no M
)
# what may stand between two quantities that belong to one formula: k = j, d <= e, s v v', N_k / N
BETWEEN = re.compile(r" |[\d() ]*[-+=/<>^!][-+=/<>^\d() ]*")
LABEL = re.compile(r"\([a-h]\)")
BEFORE = re.compile(r"(?<![\w.])\d+ ?[-+/]? ?$")  # 1 + s, 1/t
AFTER = re.compile(r"\)*(?: ?(?:[-+=/<>]|[<>!]=) ?\d+(?!\w|\.\d)|\)\^\d)")  # N = 5, m >= 0, (a - b)^2
RELATIONS = {"<=": (r"\le", "≤"), ">=": (r"\ge", "≥"), "!=": (r"\ne", "≠")}  # as LaTeX, and as a character


@dataclass(frozen=True)
class Part:
    """A stretch of a sentence: words, or a quantity in both of its forms."""

    plain: str
    latex: str = ""

    @property
    def is_formula(self) -> bool:
        return bool(self.latex)

    def between(self, before: str, after: str) -> Part:
        """The quantity with numbers and operators on either side."""
        return Part(_plain(before) + self.plain + _plain(after), _latex(before) + self.latex + _latex(after))


@dataclass(frozen=True)
class Vocabulary:
    """The quantities of a derivation, by the names that a sentence may use for them."""

    symbols: Mapping[str, Symbol]
    sizes: frozenset[str]

    @staticmethod
    def of(symbols: Iterable[Symbol]) -> Vocabulary:
        """The vocabulary of some symbols: their names, and their letters spelt out.

        A letter that stands for a vector here and a number there is left out.
        """
        found: dict[str, set[Symbol]] = {}
        sizes: set[str] = set()
        for symbol in symbols:
            dims = (*symbol.family, *symbol.shape)
            sizes |= {size.name for size in dims if isinstance(size, Size)}
            letter = taken_apart(symbol.latex)
            plain = "" if letter.above or letter.below else letter.base.removeprefix("\\")
            for key in {symbol.name, plain} - {""}:
                found.setdefault(key, set()).add(symbol)
        clear = {key: min(same, key=lambda s: s.name) for key, same in found.items() if _look_alike(same)}
        return Vocabulary(clear, frozenset(sizes))

    def before(self, other: Vocabulary) -> Vocabulary:
        """This vocabulary, and the other one for what is not in it."""
        return Vocabulary({**other.symbols, **self.symbols}, self.sizes | other.sizes)

    def letter(self, name: str) -> str:
        """The LaTeX of a quantity or an index by its name alone; empty for any other name."""
        symbol = self.symbols.get(name)
        if symbol is None:
            return name if len(name) == 1 and name.isascii() and name.isalpha() else ""
        below = taken_apart(symbol.latex).below
        return _letter(symbol) + (f"_{{{below}}}" if below else "")

    def parts(self, sentence: str) -> list[Part]:
        """The sentence as words and formulas, in order; quantities with an operator between are one formula."""
        found: list[Part] = []
        end = 0
        for match in WORD.finditer(sentence):
            quantity = self._quantity(match, sentence)
            if quantity is not None and match.start() >= end:
                number = BEFORE.search(sentence, end, match.start())
                start = number.start() if number else match.start()
                after = AFTER.match(sentence, match.end())
                stop = after.end() if after else match.end()
                around = (sentence[start : match.start()], sentence[match.end() : stop])
                _append(found, sentence[end:start], quantity.between(*around))
                end = stop
        found.append(Part(sentence[end:]))
        return [part for part in found if part.plain]

    def _quantity(self, match: re.Match[str], sentence: str) -> Part | None:
        name, index, power = match["name"], match["index"] or "", match["power"] or ""
        scripted = bool(index or power)
        if name == "I" and re.match(r" [-+] ", sentence[match.end() :]):
            return Part("I", r"\mat{I}")
        if _is_label(match, sentence):
            return None
        if name in ("A", "a", "I") and not scripted and _is_article(match, sentence):
            return None
        if name in self.sizes and not index:
            return Part(name + power, size_letter(name) + _raised(power))
        symbol = self.symbols.get(name)
        if symbol is None:
            return _unknown(name, index, power)
        if len(name) > 1 and name not in GREEK and not scripted:
            return None  # an English word that happens to name a symbol
        base, below = _letter(symbol), f"_{{{index}}}" if index else ""
        plain = unicode_letter(symbol) + (f"_{index}" if index else "")
        if taken_apart(symbol.latex).above and power:
            return Part(f"({plain}){power}", f"({base}{below}){_raised(power)}")
        return Part(plain + power, base + below + _raised(power))


def _look_alike(symbols: set[Symbol]) -> bool:
    return len({(_letter(symbol), unicode_letter(symbol)) for symbol in symbols}) == 1


def _append(found: list[Part], between: str, quantity: Part) -> None:
    """Add words and a quantity, joined to the quantity before if only an operator is between them."""
    if found and found[-1].is_formula and BETWEEN.fullmatch(between):
        last = found.pop()
        latex = " ".join(filter(None, (last.latex, _latex(between.strip()), quantity.latex)))
        found.append(Part(last.plain + _plain(between) + quantity.plain, latex))
    else:
        found += [Part(between), quantity]


def _latex(operators: str) -> str:
    for written, (latex, _) in RELATIONS.items():
        operators = operators.replace(written, latex)
    return operators


def _plain(operators: str) -> str:
    for written, (_, character) in RELATIONS.items():
        operators = operators.replace(written, character)
    return operators


def _letter(symbol: Symbol) -> str:
    """The symbol's letter without its indices, bold if it is an array."""
    letter = taken_apart(symbol.latex)
    above = f"^{{{letter.above}}}" if letter.above else ""
    if symbol.shape == (1, 1):
        return letter.base + above
    macro = r"\vct" if symbol.shape[1] == 1 else r"\mat"
    return f"{macro}{{{letter.base}}}{above}"


def _unknown(name: str, index: str, power: str) -> Part | None:
    """A letter that is no symbol of the derivation: an index or a variable of the sentence alone."""
    below = f"_{{{index}}}" if index else ""
    if len(name) == 1 and (name.islower() or index or power):
        return Part(f"{name}{'_' + index if index else ''}{power}", f"{name}{below}{_raised(power)}")
    if name in GREEK and (index or power):
        return Part(f"{GREEK[name]}{'_' + index if index else ''}{power}", rf"\{name}{below}{_raised(power)}")
    return None


def _raised(power: str) -> str:
    """A power as LaTeX: ^-1, ^T, a prime for a transpose."""
    if not power:
        return ""
    if power == "'":
        return r"^{\T}"
    return "^{" + power[1:].replace("T", r"\T") + "}"


def _is_label(match: re.Match[str], sentence: str) -> bool:
    """Whether a letter is the name of a part of a question: `(a) Show that ...`."""
    start, end = match.span()
    within = LABEL.fullmatch(sentence, max(start - 1, 0), end + 1)
    return within is not None and (start < 2 or sentence[start - 2].isspace())


def _is_article(match: re.Match[str], sentence: str) -> bool:
    """Whether a lone `A`, `a` or `I` is a word of English rather than a quantity."""
    before, after = sentence[: match.start()].rstrip(), sentence[match.end() :]
    if match["name"] == "a":
        operand = re.match(r"[.,;:)]| (?:is|are)\b| (?:and|or|to) [a-z]\b| ?[-+=/<>]", after)
        return operand is None and not before.endswith(tuple("-+=/<>("))
    if match["name"] == "A":
        return (not before or before[-1] in ".:;!?(") and re.match(r" [a-z]", after) is not None
    return True
