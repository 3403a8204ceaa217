r"""The text cells of a notebook as LaTeX.

Markdown is read by markdown-it; what each kind of node becomes is a table here. HTML is text like any other,
a formula passes the list of `mathematics`, and what is not typeset is shown as it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from reports.escaping import code_lines, tex
from reports.notebook.mathematics import RefusedError, checked
from reports.notebook.plain import printable

COLUMNS = 92  # of a line of code
NARROWER = 6  # columns that a level of a list takes
DEEPEST = 4  # levels of lists; TeX knows no more
LONG_WORD, PIECE = 36, 18  # a longer word may be broken after every so many characters
ROWS = 24  # of a table, before it is continued
LINKED = re.compile(r"(?:https?://|mailto:)\S+")
ALIGNMENT = re.compile(r"text-align:(left|center|right)")


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    return reader.use(dollarmath_plugin, allow_digits=False, double_inline=True).use(amsmath_plugin)


def markdown(text: str, formulas: bool = True, pictures: Mapping[str, str] | None = None) -> str:
    """Markdown as LaTeX. Without `formulas`, they are shown as they were written. Pictures: LaTeX by name."""
    return _Writer(formulas, pictures or {}).blocks(SyntaxTreeNode(_reader().parse(text)).children, 0)


def sentence(text: str) -> str:
    """A line of text: escaped, and breakable where a word is too long for a line."""
    return "".join(_breakable(word) for word in re.split(r"(\s+)", text))


def code_block(text: str, columns: int = COLUMNS) -> str:
    """Lines in typewriter type."""
    lines = (rf"\wb{'continued' if rest else 'line'}{{{line}}}" for line, rest in code_lines(text, columns))
    return "\\begin{wbcode}\n" + "\n".join(lines) + "\n\\end{wbcode}\n"


def display(formula: str) -> str:
    """A formula on lines of its own, made smaller where it is too wide."""
    return f"\\wbdisplay{{{checked(formula)}}}\n"


def _breakable(word: str) -> str:
    if len(word) <= LONG_WORD:
        return tex(word)
    pieces = (word[start : start + PIECE] for start in range(0, len(word), PIECE))
    return r"\allowbreak{}".join(map(tex, pieces))


def _typewriter(text: str) -> str:
    """Code within a sentence; a line may end behind its signs."""
    escaped = "".join(_breakable(part) for part in re.split(r"(\s+)", text))
    return rf"\texttt{{{re.sub(r'(?<=[.,(/=])(?=[^ {}])', lambda _: chr(92) + 'allowbreak{}', escaped)}}}"


@dataclass(frozen=True)
class _Writer:
    """Nodes of markdown as LaTeX, inside of each other; `depth` counts the lists around a block."""

    formulas: bool
    pictures: Mapping[str, str] = field(default_factory=dict)

    def blocks(self, nodes: Iterable[SyntaxTreeNode], depth: int) -> str:
        return "".join(self._block(node, depth) for node in nodes)

    def _block(self, node: SyntaxTreeNode, depth: int) -> str:
        match node.type:
            case "paragraph":
                return self._inside(node) + "\n\n"
            case "heading":
                return self._heading(node)
            case "bullet_list" | "ordered_list":
                return self._list(node, depth)
            case "blockquote":
                return self._nested("quote", "", self.blocks(node.children, depth + 1), depth)
            case "fence" | "code_block":
                return code_block(printable(node.content), COLUMNS - NARROWER * depth)
            case "table":
                return self._table(node)
            case "hr":
                return "\\wbrule\n"
            case "math_block" | "amsmath":
                return self._formula(node.content, display) + "\n"
            case _:
                return (self._inside(node) if node.children else sentence(node.content)) + "\n\n"

    def _heading(self, node: SyntaxTreeNode) -> str:
        """The first two levels stand in the outline, where formulas are characters."""
        plain = sentence("".join(_plain(child) for child in node.children))
        level = "section" if node.tag in ("h1", "h2") else "paragraph"
        return rf"\wb{level}{{\texorpdfstring{{{self._inside(node)}}}{{{plain}}}}}" + "\n"

    def _list(self, node: SyntaxTreeNode, depth: int) -> str:
        start = node.attrs.get("start", 1)
        first = f"\\wbstart{{{int(start) - 1}}}\n" if start != 1 and depth < DEEPEST else ""
        items = "".join(f"\\item{{}} {self.blocks(item.children, depth + 1)}" for item in node.children)
        if depth >= DEEPEST:
            items = items.replace(r"\item{}", r"\par{}")
        return self._nested("wbitems" if node.type == "bullet_list" else "wbnumbers", first, items, depth)

    def _nested(self, environment: str, first: str, body: str, depth: int) -> str:
        if depth >= DEEPEST:
            return body
        return f"\\begin{{{environment}}}\n{first}{body.rstrip()}\n\\end{{{environment}}}\n"

    def _table(self, node: SyntaxTreeNode) -> str:
        rows = [row for part in node.children for row in part.children]
        columns = "".join(_alignment(cell) for cell in rows[0].children)
        head, *body = (" & ".join(self._inside(cell) for cell in row.children) for row in rows)
        parts = [body[start : start + ROWS] for start in range(0, len(body), ROWS)] or [[]]
        return "".join(
            f"\\wbtable{{{columns}}}{{{head}\\\\ \\hline\n" + "".join(f"{row}\\\\\n" for row in part) + "}\n"
            for part in parts
        )

    # --------------------------------------------------------------------------- sentences

    def _inside(self, node: SyntaxTreeNode) -> str:
        return "".join(self._inline(child) for child in node.children)

    def _inline(self, node: SyntaxTreeNode) -> str:
        match node.type:
            case "inline":
                return self._inside(node)
            case "text":
                return sentence(node.content)
            case "softbreak":
                return "\n"
            case "hardbreak":
                return "\\\\{}"
            case "code_inline":
                return _typewriter(printable(node.content))
            case "strong" | "em" | "s":
                macro = {"strong": "textbf", "em": "emph", "s": "wbstruck"}[node.type]
                return rf"\{macro}{{{self._inside(node)}}}"
            case "link":
                return self._link(str(node.attrs.get("href", "")), self._inside(node))
            case "image":
                return self._picture(node)
            case "math_inline":
                return self._formula(node.content, lambda formula: f"${checked(formula)}$")
            case "math_inline_double":
                return self._formula(node.content, display)
            case _:
                return self._inside(node) if node.children else sentence(node.content)

    def _formula(self, formula: str, typeset: Callable[[str], str]) -> str:
        """A formula, or its source and why it is not typeset."""
        if not self.formulas:
            return _typewriter(printable(formula))
        try:
            return typeset(formula)
        except RefusedError as refused:
            reason = rf"\wbaside{{(not typeset: {sentence(str(refused))})}}"
            return f"{_typewriter(printable(formula))} {reason}"

    def _link(self, target: str, inside: str) -> str:
        """A link to a page or an address; other targets are not on paper."""
        if not LINKED.fullmatch(target):
            return inside
        address = re.sub(r"([%#&_])", r"\\\1", quote(target, safe="%/:?#&=@+,;-_."))
        return rf"\href{{{address}}}{{{inside}}}"

    def _picture(self, node: SyntaxTreeNode) -> str:
        """A picture that the cell brings along, or the words that stand for one that it does not."""
        name = str(node.attrs.get("src", "")).removeprefix("attachment:")
        found = self.pictures.get(name)
        return found if found else rf"\wbaside{{(picture: {sentence(node.content or name)})}}"


def _plain(node: SyntaxTreeNode) -> str:
    """The characters of a heading; of a formula, its letters."""
    if node.type == "math_inline":
        return node.content.replace("\\", "")
    return "".join(map(_plain, node.children)) if node.children else node.content


def _alignment(cell: SyntaxTreeNode) -> str:
    found = ALIGNMENT.search(str(cell.attrs.get("style", "")))
    return found[1][0] if found else "l"
