r"""Formulas from outside: LaTeX that is on the list passes, anything else is refused with a reason.

A formula is read into pieces and written out again from the tables below, so that nothing passes that they do
not name: no definition, no file, no box, no end of the formula in its midst. What passes is also what TeX can
set: braces, \left and \right, environments, columns and scripts are matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from reports.escaping import MATHEMATICAL, tex

LONGEST = 4_000  # characters of a formula
DEEPEST = 16  # levels of braces, arguments, delimiters and environments


def _list(words: str) -> list[str]:
    return words.split()


OPERATORS = frozenset(  # those that \limits may follow
    _list("""sum prod int oint coprod bigcup bigcap bigoplus bigotimes bigvee bigwedge lim limsup liminf max min sup inf
    argmax argmin firstargmin median""")
)
SYMBOLS = OPERATORS | frozenset(
    _list("""alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho
    varrho sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi
    Omega ell hbar imath jmath Re Im aleph partial nabla infty emptyset forall exists neg lnot not prime top bot
    angle surd triangle pm mp times div cdot cdotp ast star circ bullet oplus ominus otimes odot cap cup uplus vee
    wedge lor land setminus le leq ge geq ne neq equiv approx sim simeq cong propto ll gg prec succ preceq succeq in
    notin ni subset supset subseteq supseteq mid parallel perp vdash models doteq asymp to gets mapsto leftarrow
    rightarrow leftrightarrow Leftarrow Rightarrow Leftrightarrow longrightarrow longleftarrow Longrightarrow
    longmapsto uparrow downarrow iff implies impliedby dots ldots cdots vdots ddots colon quad qquad lbrace rbrace
    langle rangle lvert rvert lVert rVert vert Vert lfloor rfloor lceil rceil backslash log ln exp sin cos tan cot
    sec csc arcsin arccos arctan sinh cosh tanh arg det dim ker deg gcd Pr hom displaystyle textstyle T tr logdet
    diag E circlepi""")
)
SIGNS = frozenset([" ", *",;:!|{}>_%&#$"])  # \, and \{ and so on
ARGUMENTS = {  # how many arguments in braces a command takes
    **dict.fromkeys(_list("frac dfrac tfrac binom dbinom tbinom overset underset stackrel"), 2),
    **dict.fromkeys(
        _list("""mathbf mathrm mathit mathsf mathtt mathcal mathbb boldsymbol bm hat widehat tilde widetilde bar overline
        underline vec dot ddot check breve acute grave sqrt underbrace overbrace overrightarrow vct mat inv pmod
        mathop mathrel mathbin"""),
        1,
    ),
}
INSTEAD = {"mathbb": "mathbf", "mathit": "mathrm", "mathtt": "mathrm"}  # fonts that every engine has
WORDS = frozenset(_list("text textrm textbf textit"))
NAMES = frozenset(["operatorname", "operatorname*"])
SILENT = frozenset(["nonumber", "notag"])
SIZES = frozenset(size + side for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
DELIMITERS = frozenset(
    _list(r"""( ) [ ] | / . < > \{ \} \| \lbrace \rbrace \langle \rangle \lvert \rvert \lVert \rVert \vert \Vert \lfloor
    \rfloor \lceil \rceil \backslash \uparrow \downarrow""")
)
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-*/=<>()[]|.,;:!?")
MANY = 20  # columns of what has no limit of its own
GRIDS = {  # environments with rows: what stands for each within a display, and its most columns
    **{name: (name, 10) for name in _list("matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix smallmatrix")},
    "cases": ("cases", 2),
    **dict.fromkeys(_list("aligned align align* flalign flalign* split"), ("aligned", MANY)),
    **dict.fromkeys(_list("eqnarray eqnarray* alignat alignat*"), ("aligned", MANY)),
    **dict.fromkeys(_list("gathered gather gather* multline multline*"), ("gathered", 1)),
}
AROUND = frozenset({"equation", "equation*", "displaymath", "math"})  # around a whole formula, to no effect

TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\[^A-Za-z]|\s+|.", re.DOTALL)
SPACE = re.compile(r"\s+")
BRACKET = frozenset("]")
LENGTH = re.compile(r"\s*\[\s*-?[\d.]+\s*(?:pt|ex|em|mm|cm|in)\s*\]")


class RefusedError(ValueError):
    """A formula that is not typeset; the message says why."""


def checked(formula: str) -> str:
    """The formula, written anew from what is allowed, for a place in mathematics mode. Raises RefusedError."""
    if len(formula) > LONGEST:
        raise RefusedError(f"{len(formula)} characters are too many")
    return _Reader(formula).whole()


class _Reader:
    """Reads a formula from left to right; each method gives what it has read, as LaTeX of ours."""

    def __init__(self, formula: str) -> None:
        formula = re.sub(rf"(\\\\){LENGTH.pattern}", r"\1", formula)  # a line break of some height
        self._tokens = [match[0] for match in TOKEN.finditer(formula)]
        self._place = 0
        self._depth = 0

    def whole(self) -> str:
        if self._has_rows():
            found = rf"\begin{{aligned}}{self._grid(MANY)}\end{{aligned}}"
        else:
            found = self._row(frozenset())
        if self._peek():
            raise RefusedError(f"{self._peek()} stands alone")
        if not found.strip():
            raise RefusedError("it is empty")
        return found

    def _has_rows(self) -> bool:
        r"""Whether there is a \\ or a & outside of any environment: then the whole is a set of aligned rows."""
        inside = 0
        for token in self._tokens:
            inside += {r"\begin": 1, r"\substack": 1, r"\end": -1}.get(token, 0)
            if not inside and token in (r"\\", "&"):
                return True
        return False

    # ---------------------------------------------------------------------------- tokens

    def _peek(self) -> str:
        """The next token, or nothing at the end; spaces are passed over."""
        while self._place < len(self._tokens) and SPACE.fullmatch(self._tokens[self._place]):
            self._place += 1
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _next(self) -> str:
        found = self._peek()
        self._place += 1
        return found

    def _expect(self, token: str) -> None:
        found = self._next()
        if found != token:
            raise RefusedError(f"{token} is missing" + (f" before {found}" if found else " at the end"))

    def _verbatim(self) -> str:
        """What stands in braces, as it is."""
        self._expect("{")
        start = self._place
        while self._place < len(self._tokens) and self._tokens[self._place] != "}":
            self._place += 1
        found = "".join(self._tokens[start : self._place])
        self._expect("}")
        return found

    @contextmanager
    def _deeper(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > DEEPEST:
            raise RefusedError(f"it is more than {DEEPEST} levels deep")
        yield
        self._depth -= 1

    # ---------------------------------------------------------------------- rows and scripts

    def _grid(self, columns: int) -> str:
        """Rows of at most so many cells, up to what is no part of them."""
        found, cells = "", 1
        while True:
            found += self._row(frozenset({"&", r"\\", r"\end"}))
            if self._peek() not in ("&", r"\\"):
                return found
            ends_row = self._next() == r"\\"
            cells = 1 if ends_row else cells + 1
            if cells > columns:
                raise RefusedError(f"a row has more than {columns} cells")
            found += r"\\{}" if ends_row else " & "  # the braces keep a bracket from being a length

    def _row(self, ends: frozenset[str]) -> str:
        """Pieces with their scripts, up to one of the ends."""
        found: list[str] = []
        while self._peek() and self._peek() not in ends and self._peek() not in ("}", r"\right"):
            found.append(self._scripted())
        return " ".join(found)

    def _scripted(self) -> str:
        """One piece with at most one script above, where primes count too, and one below."""
        first = self._peek()
        base = "{}" if first in ("^", "_", "'") else self._piece()
        if self._peek() in (r"\limits", r"\nolimits") and first[1:] in OPERATORS:
            base += self._next()
        primes, scripts = "", {"^": "", "_": ""}
        while self._peek() in ("^", "_", "'"):
            kind = self._next()
            if scripts["^" if kind == "'" else kind]:
                raise RefusedError("two scripts stand at one place")
            if kind == "'":
                primes += kind
            else:
                scripts[kind] = f"{kind}{{{self._argument()}}}"
        return base + primes + scripts["^"] + scripts["_"]

    def _argument(self) -> str:
        """A group in braces, or a single piece."""
        if self._peek() != "{":
            return self._piece()
        with self._deeper():
            self._expect("{")
            found = self._row(frozenset())
            self._expect("}")
        return found

    # ---------------------------------------------------------------------------- pieces

    def _piece(self) -> str:
        token = self._peek()
        if token == "{":
            return f"{{{self._argument()}}}"
        self._next()
        if token.startswith("\\"):
            with self._deeper():
                return self._command(token[1:])
        if token in PLAIN:
            return token
        if token == "~":
            return r"\ "
        if token in MATHEMATICAL:
            return f"{{{MATHEMATICAL[token]}}}"
        raise RefusedError(f"{token!r} is not allowed in a formula" if token else "it ends too early")

    def _command(self, name: str) -> str:
        readers: dict[str, Callable[[], str]] = {
            "begin": self._environment,
            "left": self._fenced,
            "substack": self._stack,
            "tag": lambda: rf"\qquad\text{{({tex(self._verbatim())})}}",
            "label": lambda: self._verbatim()[:0],
        }
        if name in readers:
            return readers[name]()
        if name in SILENT:
            return ""
        if name in SYMBOLS or name in SIGNS:
            return f"\\{name} "
        if name in SIZES:
            return f"\\{name}{self._delimiter()}"
        if name in WORDS:
            return f"\\{name}{{{self._words()}}}"
        if name in NAMES:
            return f"\\{name}{{{self._operator()}}}"
        if name in ARGUMENTS:
            return self._applied(name)
        raise RefusedError(f"\\{name} is not on the list of what a formula may use")

    def _applied(self, name: str) -> str:
        root = ""
        if name == "sqrt" and self._peek() == "[":
            self._next()
            root = f"[{{{self._row(BRACKET)}}}]"
            self._expect("]")
        arguments = "".join(f"{{{self._argument()}}}" for _ in range(ARGUMENTS[name]))
        return f"\\{INSTEAD.get(name, name)}{root}{arguments}"

    def _words(self) -> str:
        r"""The argument of \text: words, and of commands only signs and spaces."""
        found = re.sub(
            r"\\([ ,;:!_%&#$])", lambda sign: " " if sign[1] in " ,;:!" else sign[1], self._verbatim()
        )
        if re.search(r"[\\${]", found):
            raise RefusedError("there are commands or formulas within words")
        return tex(found)

    def _operator(self) -> str:
        found = self._verbatim()
        if not re.fullmatch(r"(?:[A-Za-z0-9 -]|\\[,;: ])+", found):
            raise RefusedError(f"{found} is no name of an operator")
        return found

    def _delimiter(self) -> str:
        found = self._next()
        if found not in DELIMITERS:
            raise RefusedError(f"{found or 'nothing'} is no delimiter")
        return found + " "

    def _fenced(self) -> str:
        r"""\left( ... \right), with \middle in between."""
        ends = frozenset({r"\middle"})
        found = rf"\left{self._delimiter()}{self._row(ends)}"
        while self._peek() == r"\middle":
            self._next()
            found += rf" \middle{self._delimiter()}{self._row(ends)}"
        self._expect(r"\right")
        return rf"{found} \right{self._delimiter()}"

    def _stack(self) -> str:
        self._expect("{")
        found = self._grid(1)
        self._expect("}")
        return rf"\substack{{{found}}}"

    def _environment(self) -> str:
        name = self._verbatim()
        if name in AROUND:
            found = self._row(frozenset({r"\end"}))
        elif name == "array":
            columns = self._verbatim()
            if not re.fullmatch(r"[lcr|]{1,20}", columns):
                raise RefusedError(f"an array has columns {columns}; l, c and r are known")
            cells = self._grid(len(columns.replace("|", "")))
            found = rf"\begin{{array}}{{{columns}}}{cells}\end{{array}}"
        elif name in GRIDS:
            if name.startswith("alignat"):
                self._verbatim()  # how many pairs of columns there are
            inner, most = GRIDS[name]
            found = rf"\begin{{{inner}}}{self._grid(most)}\end{{{inner}}}"
        else:
            raise RefusedError(f"the environment {name} is not on the list of what a formula may use")
        self._expect(r"\end")
        if self._verbatim() != name:
            raise RefusedError(rf"\end{{{name}}} is missing")
        return found
