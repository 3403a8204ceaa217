r"""A formula read twice, from its LaTeX and from its MathML, as trees that can be compared.

Neither reader knows the converter. A tree is a tuple of nodes in their order; what differs by convention alone is
left out: spaces, the sizes of delimiters, invisible operators, and groups that group nothing. Our macros stand in
a table here, apart from the one that pages are made with.

Nodes: ("atom", letter, face), ("word", text), ("text", text), ("fraction", above, below),
("script", base, below, above), ("row of a table", cells...).
"""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

Node = tuple[object, ...]
Tree = tuple[Node, ...]

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\.|\s+|.", re.DOTALL)
FACES = {
    "mathbf": "bold",
    "boldsymbol": "bold",
    "bm": "bold",
    "vct": "bold",
    "mat": "bold",
    "mathcal": "script",
    "mathbb": "double",
    "mathrm": "upright",
    "mathsf": "sans",
}
WORDS = {
    "log": "log",
    "exp": "exp",
    "det": "det",
    "max": "max",
    "min": "min",
    "lim": "lim",
    "arg": "arg",
    "tr": "tr",
    "median": "median",
    "firstargmin": "firstargmin",
    "argmin": "argmin",
    "argmax": "argmax",
}
SYMBOLS = {
    "sum": "∑",
    "prod": "∏",
    "partial": "∂",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "ne": "≠",
    "neq": "≠",
    "in": "∈",
    "to": "→",
    "infty": "∞",
    "cdot": "⋅",
    "times": "×",
    "iff": "⟺",
    "Leftrightarrow": "⇔",
    "succ": "≻",
    "succeq": "⪰",
    "sim": "∼",
    "mid": "|",
    "lvert": "|",
    "rvert": "|",
    "lVert": "‖",
    "rVert": "‖",
    "|": "‖",
    "{": "{",
    "}": "}",
    "ast": "∗",
    "star": "⋆",
    "ell": "ℓ",
    "circlepi": "π",
    "varepsilon": "ε",
    **{
        name: unicodedata.lookup(f"GREEK {size} LETTER {'LAMDA' if name.lower() == 'lambda' else name.upper()}")
        for names, size in (
            ("alpha beta gamma delta zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau chi psi omega", "SMALL"),
            ("Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega", "CAPITAL"),
        )
        for name in names.split()
    },
}  # fmt: skip
ACCENTS = {"hat": "ˆ", "bar": "¯", "tilde": "˜"}
SPACES = frozenset([",", ";", ":", "!", " ", "quad", "qquad"])
SIZES = frozenset(["big", "Big", "bigg", *(f"{b}{s}" for b in ("big", "Big", "bigg") for s in "lr")])
SAME = {"-": "−", "*": "∗", "∣": "|", "∥": "‖", "ϵ": "ε"}


class ReadingError(Exception):
    """A piece of a formula that a reader does not know."""


# ------------------------------------------------------------------------------------- from LaTeX


def from_latex(latex: str) -> Tree:
    """The tree of a formula in LaTeX. Raises ReadingError for a command that is not in the tables."""
    reader = _Latex([token for token in TOKEN.findall(latex) if not token.isspace()], latex)
    found = reader.row()
    if reader.tokens:
        raise ReadingError(f"left over: {reader.tokens}")
    return found


class _Latex:
    def __init__(self, tokens: list[str], source: str) -> None:
        self.tokens, self.source = tokens, source
        self.face = ""

    def row(self, ends: tuple[str, ...] = ()) -> Tree:
        """Nodes up to one of these tokens, which is left."""
        found: list[Node] = []
        while self.tokens and self.tokens[0] not in ends:
            if self.tokens[0] in "^_'":
                base = found.pop() if found else ("row", ())
                found.append(self.scripts(base))
            else:
                found.extend(self.unit())
        return tuple(found)

    def scripts(self, base: Node) -> Node:
        below: Tree = ()
        above: Tree = ()
        while self.tokens and self.tokens[0] in ("^", "_", "'"):
            mark = self.tokens.pop(0)
            if mark == "_":
                below = self.argument()
            else:
                above += (("atom", "′", ""),) if mark == "'" else self.argument()
        return ("script", base, below, above)

    def argument(self) -> Tree:
        """What a command or a script takes: a group, or one unit."""
        if self.tokens[0] == "{":
            return self.group()
        return self.unit()

    def group(self) -> Tree:
        self.expect("{")
        found = self.row(("}",))
        self.expect("}")
        return found

    def expect(self, token: str) -> None:
        if not self.tokens or self.tokens[0] != token:
            raise ReadingError(f"expected {token} before {self.tokens[:5]} in {self.source}")
        self.tokens.pop(0)

    def unit(self) -> Tree:
        token = self.tokens.pop(0)
        if token == "{":
            self.tokens.insert(0, token)
            return _grouped(self.group())
        if not token.startswith("\\"):
            return (("atom", SAME.get(token, token), self.face if token.isalnum() else ""),)
        return self.command(token[1:])

    def command(self, name: str) -> Tree:
        if name in SPACES:
            return ()
        if name in SIZES:
            return ()
        if name in SYMBOLS:
            letter = SYMBOLS[name]
            return (("atom", letter, self.face if letter.isalpha() and letter != "ℓ" else ""),)
        if name in WORDS:
            return (("word", WORDS[name]),)
        if name in FACES:
            return self.faced(FACES[name])
        found = getattr(self, f"_{name}", None)
        if found is None and name not in ACCENTS:
            raise ReadingError(f"\\{name} in {self.source}")
        return self.accent(name) if name in ACCENTS else found()  # type: ignore[misc]

    def faced(self, face: str) -> Tree:
        before, self.face = self.face, face
        found = self.argument()
        self.face = before
        return _joined(found) if face == "upright" else found

    def accent(self, name: str) -> Tree:
        return (("script", *_single(self.argument()), (), (("atom", ACCENTS[name], ""),)),)

    def _dots(self) -> Tree:
        return (("atom", ".", ""),) * 3

    def _T(self) -> Tree:  # noqa: N802 (the macro's name)
        return (("atom", "T", "sans"),)

    def _logdet(self) -> Tree:
        return (("word", "log"), ("word", "det"))

    def _left(self) -> Tree:
        inside = self.row((r"\right",))
        self.tokens.pop(0)
        return (("row", (*inside, *self.unit())),)

    def _frac(self) -> Tree:
        return (("fraction", self.argument(), self.argument()),)

    def _stackrel(self) -> Tree:
        above = self.argument()
        return (("script", *_single(self.argument()), (), above),)

    def _underbrace(self) -> Tree:
        braced: Node = ("script", ("row", self.argument()), (("atom", "⏟", ""),), ())
        return (braced,)

    def _text(self) -> Tree:
        self.expect("{")
        words = self.source  # spaces matter here, and the tokens have none
        depth, said = 1, ""
        while depth:
            token = self.tokens.pop(0)
            depth += {"{": 1, "}": -1}.get(token, 0)
            said += token if depth else ""
        if said not in re.sub(r"\s", "", words):
            raise ReadingError(f"text {said} in {self.source}")
        return (("text", said),)

    def _begin(self) -> Tree:
        self.expect("{")
        kind = "".join(iter(lambda: self.tokens.pop(0), "}"))
        rows: list[Node] = []
        cells: list[Tree] = []
        while self.tokens and self.tokens[0] != r"\end":
            cells.append(self.row(("&", r"\\", r"\end")))
            if self.tokens[0] == "&":
                self.tokens.pop(0)
                continue
            rows.append(("row of a table", *cells))
            cells = []
            if self.tokens[0] == r"\\":
                self.tokens.pop(0)
        self.expect(r"\end")
        self.group()
        opening: Tree = (("atom", "{", ""),) if kind == "cases" else ()
        return (*opening, *rows)


# ------------------------------------------------------------------------------------ from MathML


def from_mathml(source: str) -> Tree:
    """The tree of a `math` element. Raises ReadingError for an element that the reader does not know."""
    root = ElementTree.fromstring(source)
    (semantics,) = root
    return _children([semantics[0]])


def _children(elements: list[ElementTree.Element]) -> Tree:
    return tuple(node for element in elements for node in _node(element))


def _node(element: ElementTree.Element) -> Tree:
    parts, text = list(element), "".join((element.text or "").split())
    match element.tag:
        case "mrow" | "mtd":
            return _children(parts)
        case "mspace":
            return ()
        case "mn":
            return tuple(_letter(digit) for digit in text)
        case "mi" | "mo":
            return _token(element.text or "")
        case "mtext":
            return (("text", text),) if text else ()
        case "mfrac":
            return (("fraction", _node(parts[0]), _node(parts[1])),)
        case "msub" | "munder":
            return _script(parts[0], parts[1], None)
        case "msup" | "mover":
            return _script(parts[0], None, parts[1])
        case "msubsup" | "munderover":
            return _script(*parts)
        case "mtable":
            return tuple(("row of a table", *(_node(cell) for cell in row)) for row in parts)
    raise ReadingError(element.tag)


def _script(
    base: ElementTree.Element, below: ElementTree.Element | None, above: ElementTree.Element | None
) -> Tree:
    lower = () if below is None else _node(below)
    upper = () if above is None else _node(above)
    return (("script", *_single(_node(base)), lower, upper),)


def _token(text: str) -> Tree:
    plain = (
        "".join(text.split()).replace("\N{FUNCTION APPLICATION}", "").replace("\N{INVISIBLE SEPARATOR}", "")
    )
    plain = plain.replace("\N{VARIATION SELECTOR-1}", "")
    if not plain:
        return ()
    shown = SAME.get(plain, plain)
    return (("word", shown),) if len(shown) > 1 else (_letter(shown),)


def _letter(character: str) -> Node:
    """A letter of mathematics as the plain letter and its face, by its name in Unicode."""
    name = unicodedata.name(character, "")
    if character == "ℓ" or not name.startswith(("MATHEMATICAL ", "SCRIPT ", "DOUBLE-STRUCK ")):
        return ("atom", character, "")
    faces = (("BOLD", "bold"), ("SCRIPT", "script"), ("DOUBLE-STRUCK", "double"), ("SANS-SERIF", "sans"))
    face = next(face for mark, face in faces if mark in name)
    return ("atom", unicodedata.normalize("NFKC", character), face)


# ---------------------------------------------------------------------------------------- common


def _single(tree: Tree) -> Tree:
    """A base as one node."""
    return tree if len(tree) == 1 else (("row", tree),)


def _grouped(tree: Tree) -> Tree:
    """A group is what is in it; only what carries a script is kept together."""
    return tree if len(tree) < 2 else (("row", tree),)


def _joined(tree: Tree) -> Tree:
    """Upright letters side by side are a word."""
    return (("word", "".join(str(node[1]) for node in tree)),)


def flat(tree: Tree) -> Tree:
    """The tree without groups that carry nothing, and with a brace's or an operator's scripts in one node."""
    found: list[Node] = []
    for node in tree:
        if node[0] == "row":
            inner = node[1]
            assert isinstance(inner, tuple)
            found.extend(flat(inner))
        else:
            found.append(tuple(map(_flat_part, node)))
    return tuple(found)


def _flat_part(part: object) -> object:
    """A part of a node: a tree, the node that carries a script, or a word."""
    if not isinstance(part, tuple):
        return part
    if part and isinstance(part[0], str):
        inner = flat((part,))
        return inner[0] if len(inner) == 1 else ("row", inner)
    return flat(part)
