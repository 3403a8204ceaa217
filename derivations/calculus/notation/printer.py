"""The one printing engine: every node's notation, in whatever style it is given.

A row of the table at the end prints one kind of node. Parentheses come from the levels of `pieces`, so
that what is printed is read as it was meant: a sum sign takes the whole product to its right and nothing
beyond the next plus; a function takes the one symbol or the parenthesis after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from derivations.calculus import expressions as ex
from derivations.calculus.expressions import Expr, Index, IndexLike, Member, Number
from derivations.calculus.notation.pieces import FACTOR_BREAK, TERM_BREAK, Level, Piece, deeper, rarely, solid
from derivations.calculus.notation.styles import Style

SMALL = 9.0  # ems in parentheses that are not broken
WIDEST = 30.0  # ems of a fraction with a bar, which cannot be broken
SHORT = 48  # characters of a body that may stand on top of a derivative's fraction

# Heights of pieces: parentheses inside, a fraction, a sum sign.
NESTED, FRACTION, LIMITS = 1, 2, 3


class NotationError(TypeError):
    """A node that the table of notations does not hold."""


@dataclass(frozen=True)
class Printer:
    """Prints expressions in one style."""

    style: Style

    def piece(self, expr: Expr) -> Piece:
        """The printed expression; NotationError if the table has no row for it."""
        try:
            show = NOTATION[type(expr)]
        except KeyError:
            raise NotationError(f"there is no notation for a {type(expr).__name__}") from None
        return show(self, expr)

    @property
    def inline(self) -> Printer:
        """For parts that are set small, in a fraction or a script: no second bar, no tall parentheses."""
        return Printer(replace(self.style, brackets=self.style.inline_brackets, slash=True))

    def whole(self, expr: Expr) -> str:
        """The expression where nothing around it can be misread."""
        return self.signed(self.piece(expr))

    def signed(self, piece: Piece) -> str:
        return (self.style.minus if piece.negative else "") + piece.text

    def grouped(self, piece: Piece) -> Piece:
        """The piece in parentheses of its height; parentheses around others are a little larger."""
        sizes = self.style.brackets
        before, after = sizes[min(piece.height, len(sizes) - 1)]
        inside = self.signed(piece)
        kept = solid(inside) if self.style.width(solid(inside)) <= SMALL else deeper(inside)
        return Piece(before + kept + after, height=max(piece.height, NESTED))

    def standing(self, piece: Piece, level: Level, last: bool = True) -> Piece:
        """The piece as it is if it holds together well enough there, else in parentheses."""
        return piece if piece.fits(level, last) else self.grouped(piece)

    def atom(self, expr: Expr) -> Piece:
        return self.standing(self.piece(expr), Level.ATOM)

    def raised(self, base: Piece, script: str) -> Piece:
        """The base, in parentheses if need be, with a superscript."""
        shown = self.standing(base, Level.ATOM)
        return Piece(rarely(shown.text) + script, Level.POWER, number=shown.number, height=shown.height)

    def index(self, index: IndexLike) -> str:
        return self.style.index(index.name) if isinstance(index, Index) else self.whole(index)

    def indices(self, indices: Iterable[IndexLike]) -> list[str]:
        return [self.index(index) for index in indices]

    def call(self, name: str, body: Expr) -> Piece:
        """A function's name before a lone symbol, before a fraction with a bar, or before parentheses."""
        piece = self.piece(body)
        barred = not self.style.slash and isinstance(body, ex.Div) and not piece.negative
        if barred or piece.fits(Level.ATOM, last=True):
            return Piece(f"{name} {piece.text}", Level.PRODUCT, open=True, height=piece.height)
        return self.called(name, body)

    def called(self, name: str, body: Expr) -> Piece:
        """A function's name before parentheses."""
        shown = self.grouped(self.piece(body))
        return Piece(name + shown.text, Level.CALL, height=shown.height)


# ------------------------------------------------------------------------------------------ leaves


def _number(printer: Printer, expr: Number) -> Piece:
    value, style = abs(expr.value), printer.style
    negative = expr.value < 0
    if value.denominator == 1:
        return Piece(str(value.numerator), negative=negative, number=True)
    text = style.fraction(str(value.numerator), str(value.denominator)).replace(" / ", "/")
    if text in style.glyphs:
        return Piece(style.glyphs[text], negative=negative, number=True)
    if style.bar:
        return Piece(text, Level.CALL, negative, number=True, height=FRACTION)
    return Piece(text, Level.PRODUCT, negative, open=True, number=True)


def _member(printer: Printer, expr: Member) -> Piece:
    text = printer.style.member(expr.symbol, printer.indices(expr.indices), ())
    return Piece(text, Level.POWER if printer.style.scripted(expr.symbol) else Level.ATOM)


def _component(printer: Printer, expr: ex.Component) -> Piece:
    entries = printer.indices(expr.indices)
    if isinstance(expr.base, Member):
        symbol = expr.base.symbol
        text = printer.style.member(symbol, printer.indices(expr.base.indices), entries)
        return Piece(text, Level.POWER if printer.style.scripted(symbol) else Level.ATOM)
    base = printer.grouped(printer.piece(expr.base))
    return replace(base, text=base.text + printer.style.entry(entries))


def _delta(printer: Printer, expr: ex.Delta) -> Piece:
    return Piece(printer.style.delta(printer.index(expr.left), printer.index(expr.right)))


def _ordered(printer: Printer, expr: ex.Ordered) -> Piece:
    left, right = Piece(printer.index(expr.left)), Piece(printer.index(expr.right))
    return _indicator(printer, left, printer.style.relations["<="], right)


def _bracket(printer: Printer, expr: ex.Bracket) -> Piece:
    left, right = printer.piece(expr.left), printer.piece(expr.right)
    return _indicator(printer, left, printer.style.relations[expr.relation], right)


def _indicator(printer: Printer, left: Piece, relation: str, right: Piece) -> Piece:
    """Iverson's bracket of a relation; it is broken only where nothing else helps."""
    height = max(left.height, right.height)
    text = printer.style.bracket(printer.signed(left), relation, printer.signed(right), height)
    return Piece(rarely(text), number=not printer.style.bar, height=height)


def _abs(printer: Printer, expr: ex.Abs) -> Piece:
    body = printer.piece(expr.body)
    return Piece(
        printer.style.absolute(rarely(printer.signed(body)), body.height), Level.CALL, height=body.height
    )


# ------------------------------------------------------------------------------------- arithmetic


def _add(printer: Printer, expr: ex.Add) -> Piece:
    first = printer.piece(expr.terms[0])
    unsigned = replace(first, negative=False)
    # a sum that comes first needs no parentheses, unless its sign was taken out
    shown = printer.standing(unsigned, Level.PRODUCT if first.negative else Level.SUM)
    text, height = printer.signed(replace(shown, negative=first.negative)), shown.height
    for term in expr.terms[1:]:
        piece = printer.piece(term)
        sign = printer.style.minus if piece.negative else "+"
        shown = printer.standing(replace(piece, negative=False), Level.PRODUCT)
        text += f"{TERM_BREAK} {sign} {shown.text}"
        height = max(height, shown.height)
    return Piece(text, Level.SUM, height=height)


def _neg(printer: Printer, expr: ex.Neg) -> Piece:
    piece = printer.piece(expr.body)
    if piece.negative or piece.level < Level.PRODUCT:
        piece = printer.grouped(piece)
    return replace(piece, negative=True)


def _product(printer: Printer, factors: Sequence[Expr], protect: Callable[[Expr, bool], bool]) -> Piece:
    """Factors side by side; `protect` names those that get parentheses for the reader's sake."""
    pieces = [printer.piece(factor) for factor in factors]
    negative, pieces[0] = pieces[0].negative, replace(pieces[0], negative=False)
    text, final = "", len(pieces) - 1
    for place, (factor, piece) in enumerate(zip(factors, pieces, strict=True)):
        last = place == final
        if protect(factor, last) or not piece.fits(Level.PRODUCT, last):
            piece = pieces[place] = printer.grouped(piece)
        if place:
            text += FACTOR_BREAK + (printer.style.dot if piece.number else printer.style.times)
        text += piece.text
    height = max(piece.height for piece in pieces)
    return Piece(text, Level.PRODUCT, negative, pieces[-1].open, pieces[0].number, height)


def _mul(printer: Printer, expr: ex.Mul) -> Piece:
    arrays = sum(not factor.is_scalar or isinstance(factor, ex.MatMul) for factor in expr.factors)

    def hard_to_read(factor: Expr, last: bool) -> bool:
        return isinstance(factor, ex.MatMul) and factor.is_scalar and (arrays > 1 or not last)

    return _product(printer, expr.factors, hard_to_read)


def _matmul(printer: Printer, expr: ex.MatMul) -> Piece:
    def hard_to_read(factor: Expr, last: bool) -> bool:
        return isinstance(factor, ex.Mul) and factor is not expr.factors[0]

    return _product(printer, expr.factors, hard_to_read)


def _div(printer: Printer, expr: ex.Div) -> Piece:
    numerator = printer.inline.piece(expr.numerator)
    denominator = printer.inline.piece(expr.denominator)
    if not printer.style.slash:
        text = printer.style.fraction(solid(numerator.text), solid(printer.signed(denominator)))
        if printer.style.width(text) <= WIDEST:
            number = numerator.number and denominator.number
            return Piece(text, Level.CALL, numerator.negative, number=number, height=FRACTION)
        numerator, denominator = printer.piece(expr.numerator), printer.piece(expr.denominator)
    above = printer.standing(replace(numerator, negative=False), Level.PRODUCT, last=False)
    below = printer.standing(denominator, Level.CALL, last=False)
    height = 0 if printer.style.slash else max(above.height, below.height)
    text = printer.style.long_fraction(above.text + FACTOR_BREAK, below.text, height)
    return Piece(text, Level.PRODUCT, numerator.negative, open=True, number=above.number, height=height)


def _pow(printer: Printer, expr: ex.Pow) -> Piece:
    exponent = solid(printer.inline.whole(expr.exponent))
    return printer.raised(printer.piece(expr.base), printer.style.power(exponent))


# --------------------------------------------------------------------------------------- matrices


def _transpose(printer: Printer, expr: ex.Transpose) -> Piece:
    if isinstance(expr.body, ex.Inverse):
        return printer.raised(printer.piece(expr.body.body), printer.style.inverse_transpose)
    return printer.raised(printer.piece(expr.body), printer.style.transpose)


def _inverse(printer: Printer, expr: ex.Inverse) -> Piece:
    if isinstance(expr.body, ex.Transpose):
        return printer.raised(printer.piece(expr.body.body), printer.style.inverse_transpose)
    return printer.raised(printer.piece(expr.body), printer.style.inverse)


def _definite(expr: Expr) -> bool:
    """Whether the determinant is positive by declaration, so that its absolute value needs no bars."""
    match expr:
        case Member(symbol, _):
            return symbol.domain.definite
        case ex.Inverse(body) | ex.Transpose(body):
            return _definite(body)
        case _:
            return False


def _logdet(printer: Printer, expr: ex.LogDet) -> Piece:
    if _definite(expr.body):
        return printer.call(printer.style.functions["logdet"], expr.body)
    body = printer.atom(expr.body)
    return Piece(printer.style.absolute_logdet(body.text), Level.CALL, height=body.height)


# ---------------------------------------------------------------------------------------- binders


def _implied(body: Expr, index: Index) -> bool:
    """Whether the range is known from a symbol in the body that carries the index."""
    carriers = (node for node in ex.walk(body) if isinstance(node, ex.Member | ex.Component))
    return index in ex.free_indices(body) and any(index in node.indices for node in carriers)


def _big(printer: Printer, sign: str, expr: ex.Sum | ex.Product) -> Piece:
    style, index = printer.style, expr.index
    head = style.ranged(
        style.functions[sign], printer.index(index), style.size(index.size.name), _implied(expr.body, index)
    )
    return _over(printer, head, expr.body)


def _over(printer: Printer, head: str, body: Expr) -> Piece:
    """A sum sign before its body, which is a product or stands in parentheses."""
    shown = printer.standing(printer.piece(body), Level.PRODUCT)
    return Piece(head + shown.text, Level.PRODUCT, open=True, height=LIMITS)


def _logsumexp(printer: Printer, expr: ex.LogSumExp) -> Piece:
    style, index = printer.style, expr.index
    head = style.ranged(
        style.functions["sum"], printer.index(index), style.size(index.size.name), _implied(expr.body, index)
    )
    body = printer.called(style.functions["exp"], expr.body)
    return Piece(f"{style.functions['log']} {head}{body.text}", Level.PRODUCT, open=True, height=LIMITS)


def _minimum(printer: Printer, expr: ex.Minimum) -> Piece:
    index, implied = expr.index, _implied(expr.body, expr.index)
    head = printer.style.smallest(printer.index(index), printer.style.size(index.size.name), implied)
    return _over(printer, head, expr.body)


def _first(printer: Printer, expr: ex.First) -> Piece:
    """1 where the chosen index is the first one at which the body is smallest."""
    body = printer.standing(printer.piece(expr.body), Level.PRODUCT)
    first = printer.style.first(printer.index(expr.index), body.text)
    chosen = Piece(printer.index(expr.chosen))
    return _indicator(printer, chosen, printer.style.relations["="], Piece(first, height=body.height))


def _median(printer: Printer, expr: ex.Median) -> Piece:
    """The values and their weights, in one pair of parentheses."""
    values, weight = printer.piece(expr.body), printer.piece(expr.weight)
    both = Piece(
        f"{printer.signed(values)}; {printer.signed(weight)}", height=max(values.height, weight.height)
    )
    shown = printer.grouped(both)
    return Piece(
        printer.style.median(printer.index(expr.index)) + shown.text, Level.CALL, height=shown.height
    )


def _at(printer: Printer, expr: ex.At) -> Piece:
    body = printer.standing(printer.piece(expr.body), Level.CALL, last=False)
    value = solid(printer.inline.whole(expr.value))
    text = printer.style.at(body.text, printer.whole(expr.variable), value, body.height)
    return Piece(text, Level.CALL, height=body.height)


def _assignment_sum(printer: Printer, expr: ex.AssignmentSum) -> Piece:
    style, labels = printer.style, expr.labels
    points = labels.family[0]
    components = labels.labels or points
    letter = style.member(labels, (), ())
    head = style.assignments(letter, style.size(components.name), style.size(points.name))
    return _over(printer, head, expr.body)


def _weighted_log(printer: Printer, expr: ex.WeightedLog) -> Piece:
    return _mul(printer, ex.Mul((expr.weight, ex.Log(expr.body))))


def _gradient(printer: Printer, expr: ex.Gradient) -> Piece:
    variables: list[Expr] = [expr.variable]
    body = expr.body
    while isinstance(body, ex.Gradient) and body.is_scalar:
        variables.append(body.variable)
        body = body.body
    below = [printer.whole(variable) for variable in variables]
    piece = printer.inline.piece(body)
    short = piece.level > Level.SUM and piece.height <= NESTED and len(piece.text) <= SHORT
    if printer.style.bar and short and not piece.negative:
        return Piece(printer.style.derivative(solid(piece.text), below), Level.CALL, height=FRACTION)
    shown = printer.called(printer.style.derivative("", below), body)
    return replace(shown, level=Level.PRODUCT, open=True, height=max(shown.height, FRACTION))


def _function(name: str) -> Callable[[Printer, Any], Piece]:
    return lambda printer, expr: printer.call(printer.style.functions[name], expr.body)


NOTATION: dict[type[Expr], Callable[[Printer, Any], Piece]] = {
    Number: _number,
    Member: _member,
    ex.Size: lambda printer, expr: Piece(printer.style.size(expr.name)),
    ex.CirclePi: lambda printer, expr: Piece(printer.style.pi),
    ex.Identity: lambda printer, expr: Piece(printer.style.identity(printer.style.size(expr.size.name))),
    ex.Zero: lambda printer, expr: Piece(printer.style.zero(expr.dims[1] != 1)),
    ex.Delta: _delta,
    ex.Ordered: _ordered,
    ex.Bracket: _bracket,
    ex.Abs: _abs,
    ex.Minimum: _minimum,
    ex.First: _first,
    ex.Median: _median,
    ex.At: _at,
    ex.Component: _component,
    ex.Add: _add,
    ex.Neg: _neg,
    ex.Mul: _mul,
    ex.MatMul: _matmul,
    ex.Div: _div,
    ex.Pow: _pow,
    ex.Transpose: _transpose,
    ex.Inverse: _inverse,
    ex.Trace: lambda printer, expr: printer.called(printer.style.functions["trace"], expr.body),
    ex.Det: _function("det"),
    ex.LogDet: _logdet,
    ex.Log: _function("log"),
    ex.Exp: lambda printer, expr: printer.called(printer.style.functions["exp"], expr.body),
    ex.WeightedLog: _weighted_log,
    ex.Sum: lambda printer, expr: _big(printer, "sum", expr),
    ex.Product: lambda printer, expr: _big(printer, "product", expr),
    ex.LogSumExp: _logsumexp,
    ex.AssignmentSum: _assignment_sum,
    ex.Gradient: _gradient,
}
