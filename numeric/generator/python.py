"""Python source from syntax trees: small builders, and text that a formatter would leave alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from numeric.generator.names import NUMPY

SIMPLE_STRING = re.compile(r"'([^'\"\\]*)'")
SIMPLE = r"([A-Za-z_][\w.]*|\d+(?:\.\d+)?)"  # a name, an attribute or a number
SIMPLE_POWER = re.compile(rf"(?<![\w.\])]){SIMPLE} \*\* {SIMPLE}(?![\w.(\[])")


def path(dotted: str) -> ast.expr:
    """`np.linalg.inv` as a tree."""
    first, *rest = dotted.split(".")
    node: ast.expr = ast.Name(first)
    for part in rest:
        node = ast.Attribute(node, part)
    return node


def call(dotted: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.expr:
    named = [ast.keyword(name, value) for name, value in keywords.items()]
    return ast.Call(path(dotted), list(arguments), named)


def binary(left: ast.expr, operator: ast.operator, right: ast.expr) -> ast.expr:
    return ast.BinOp(left, operator, right)


def number(value: Fraction | int) -> ast.expr:
    """A number that a float holds exactly, or a quotient of two that it does."""
    value = Fraction(value)
    if value < 0:
        return ast.UnaryOp(ast.USub(), number(-value))
    if value.denominator == 1:
        return ast.Constant(int(value))
    if Fraction(float(value)) == value:
        return ast.Constant(float(value))
    return binary(ast.Constant(value.numerator), ast.Div(), ast.Constant(value.denominator))


def axes(values: Sequence[int]) -> ast.expr:
    """One axis as a number, several as a tuple."""
    if len(values) == 1:
        return ast.Constant(values[0])
    return ast.Tuple([ast.Constant(value) for value in values])


def subscript(base: ast.expr, parts: Sequence[ast.expr]) -> ast.expr:
    return ast.Subscript(base, parts[0] if len(parts) == 1 else ast.Tuple(list(parts)))


def transposed(node: ast.expr, order: tuple[int, ...], names: Mapping[str, str] = NUMPY) -> ast.expr:
    """The array with its axes in another order, written in the shortest way that the names allow."""
    plain = tuple(range(len(order)))
    if order == plain:
        return node
    if len(order) == 2:
        if isinstance(node, ast.Attribute) and node.attr == "T":
            return node.value
        return ast.Attribute(node, "T")
    moved = [axis for axis in plain if order[axis] != axis]
    if len(moved) == 2 and "swap" in names:
        return call(names["swap"], node, *(ast.Constant(axis) for axis in moved))
    return call(names["transpose"], node, axes(order))


def everything() -> ast.expr:
    """The colon of `a[:, 0]`."""
    return ast.Slice()


def product(names: Sequence[str]) -> ast.expr:
    """`K * D`; 1 if there are no names."""
    if not names:
        return ast.Constant(1)
    node: ast.expr = ast.Name(names[0])
    for name in names[1:]:
        node = binary(node, ast.Mult(), ast.Name(name))
    return node


def source_of(node: ast.expr) -> str:
    """The tree as text: strings in double quotes, powers of names without blanks, as a formatter writes them."""
    text = ast.unparse(ast.fix_missing_locations(ast.Expression(node)))
    return SIMPLE_POWER.sub(r"\1**\2", SIMPLE_STRING.sub(r'"\1"', text))
