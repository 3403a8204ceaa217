r"""Formulas as MathML: made from our LaTeX, which stays with them as annotation and as alternative text.

What a macro of ours stands for is read from notation.tex, as TeX reads it. What the converter returns is
taken apart and held against a closed list: a formula on a page is made of these elements and attributes, or
it is refused. So it can hold no link, no style and no script, whatever a letter of an author holds.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from derivations.calculus.notation.latex_style import without_macros

if TYPE_CHECKING:
    from math_core import LatexToMathML

ELEMENTS = frozenset(
    [
        "math",
        "semantics",
        "annotation",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
        "msubsup",
        "mover",
        "munder",
        "munderover",
        "mtable",
        "mtr",
        "mtd",
        "mphantom",
        "mpadded",
    ]
)
ATTRIBUTES = frozenset(
    [
        "display",
        "displaystyle",
        "scriptlevel",
        "encoding",
        "alttext",
        "class",
        "mathvariant",
        "form",
        "stretchy",
        "symmetric",
        "fence",
        "separator",
        "largeop",
        "movablelimits",
        "lspace",
        "rspace",
        "minsize",
        "maxsize",
        "width",
        "height",
        "depth",
        "voffset",
        "linethickness",
        "accent",
        "accentunder",
    ]
)
COLUMNS = {  # the converter writes styles into its columns; a page that allows no styles has classes for them
    "text-align: right;justify-items: end;padding-right: 0;": "right",
    "text-align: left;justify-items: start;padding-left: 0;": "left",
    "text-align: left;justify-items: start;padding-right: 0;": "case",
    "text-align: left;justify-items: start;padding-right: 0;padding-left:1em;": "when",
}
ENTITIES = {"&ApplyFunction;": "\N{FUNCTION APPLICATION}", "&InvisibleTimes;": "\N{INVISIBLE TIMES}"}
SCRIPTED = ("msub", "msup", "msubsup")
DEFINED = re.compile(r"^\\providecommand\{\\(\w+)\}(?:\[\d\])?\{(.*)\}\s*%", re.MULTILINE)
BOLD_NUMBER = re.compile(r"\\(?:vct|mat|bm|boldsymbol)\{(\d+)\}")  # \bm of a digit is lost by the converter


class FormulaError(Exception):
    """A formula that cannot be shown as MathML; the message is one line with the formula and the reason."""


@cache
def mathml(latex: str, display: bool, source: str | None = None) -> str:
    """The `math` element of some LaTeX. `source` is what stays with it, else the LaTeX without our macros.

    Raises FormulaError for LaTeX that the converter does not know, or that makes more than mathematics.
    """
    try:
        root = ElementTree.fromstring(_converted(latex, display))
    except ElementTree.ParseError as error:
        raise FormulaError(f"the formula {latex!r} gave broken MathML: {error}") from None
    for element in root.iter():
        _check(element, latex)
        _keep_large(element)
    return ElementTree.tostring(_with_source(root, source or without_macros(latex)), encoding="unicode")


@cache
def macros() -> dict[str, str]:
    """What the macros of our notation stand for."""
    text = resources.files("reports").joinpath("templates", "notation.tex").read_text("utf-8")
    return dict(DEFINED.findall(text))


def _converted(latex: str, display: bool) -> str:
    from math_core import LatexError

    plain = BOLD_NUMBER.sub(r"\\mathbf{\1}", latex)
    try:
        made = _converter().convert_with_local_state(plain, displaystyle=display)
    except LatexError as error:
        raise FormulaError(f"the formula {latex!r} cannot be shown as MathML: {error}") from None
    for entity, character in ENTITIES.items():
        made = made.replace(entity, character)
    return made


@cache
def _converter() -> LatexToMathML:
    from math_core import LatexToMathML

    return LatexToMathML(fancy_error=False, macros=macros())


def _check(element: ElementTree.Element, latex: str) -> None:
    """Refuse what is not on the list; a style of a column becomes its class."""
    style = element.attrib.pop("style", None)
    if style is not None:
        if element.tag != "mtd" or style not in COLUMNS:
            raise FormulaError(f"the formula {latex!r} asks for a style: {style}")
        element.set("class", COLUMNS[style])
    if element.tag not in ELEMENTS:
        raise FormulaError(f"the formula {latex!r} makes the element {element.tag}")
    strange = sorted(set(element.attrib) - ATTRIBUTES)
    if strange:
        raise FormulaError(f"the formula {latex!r} makes the attribute {strange[0]}")


def _keep_large(element: ElementTree.Element) -> None:
    """A large delimiter that carries a script stands in a row of its own: browsers enlarge delimiters in rows only."""
    if element.tag in SCRIPTED and element[0].tag == "mo" and "minsize" in element[0].attrib:
        delimiter = element[0]
        delimiter.set("form", delimiter.get("form", "postfix"))
        row = ElementTree.Element("mrow")
        row.append(delimiter)
        element[0] = row


def _with_source(root: ElementTree.Element, source: str) -> ElementTree.Element:
    """The formula with its LaTeX as annotation and as alternative text."""
    line = " ".join(source.split())
    root.set("alttext", line)
    row = list(root)
    root[:] = []
    semantics = ElementTree.SubElement(root, "semantics")
    ElementTree.SubElement(semantics, "mrow").extend(row)
    annotation = ElementTree.SubElement(semantics, "annotation", encoding="application/x-tex")
    annotation.text = line
    return root
