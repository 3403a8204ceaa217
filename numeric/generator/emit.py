"""Array operations as Python statements: every intermediate named, its shape in a comment behind it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from derivations.calculus.expressions import Size, Symbol
from numeric.generator.names import COMPOSED, HELPERS, NUMPY, RESERVED, SPECIAL, WORDS, safe
from numeric.generator.operations import LEAVES, Dimension, Operation, Program, sizes_of
from numeric.generator.plan import Plan
from numeric.generator.python import (
    call,
    everything,
    product,
    source_of,
    subscript,
    transposed,
)
from numeric.generator.regions import Pass, Region, regions
from numeric.generator.writers import WRITERS, Write

INLINE = ("argument", "labels", "number", "size", "circle_pi", "view", "negative", "reshape", "identity")
ARITHMETIC = ("add", "subtract", "multiply", "divide", "power", "sqrt", "negative", "exp", "log")
NO_TYPE = ("sum", "product", "take", "minimum")  # for a type checker these are of any type
LONGEST_LINE = 108
LONGEST_NAME = 28
LONGEST_PART = 52  # of an expression inside another
RUNNERS = {"sum": "sum_over_blocks", "stack": "stack_blocks"}
PLACE = "{name}"  # of an array in a statement that checks it
BLOCK = "B"  # stands for the points of a block in comments


def spoken(size: Size) -> str:
    """A size in a comment or a shape: a name, or a formula in names."""
    return safe(size.name) if size.name.isidentifier() else size.name.replace("//", "/")


@dataclass
class Scope:
    """The body of a function, or of the function for a block inside it."""

    region: Region | Pass | None
    indent: str
    outer: Scope | None = None
    lines: list[str] = field(default_factory=list)
    known: dict[object, str] = field(default_factory=dict)

    def write(self, statement: str, comment: str = "") -> None:
        line = f"{self.indent}{statement}"
        if comment and len(line) + len(comment) + 4 > LONGEST_LINE:
            self.lines.append(f"{self.indent}# {comment}")
            comment = ""
        self.lines.append(f"{line}  # {comment}" if comment else line)


class Emitter:
    """Turns operations into statements, and remembers which helpers they need."""

    names: Mapping[str, str] = NUMPY
    writers: Mapping[str, Write] = WRITERS
    annotated: Collection[str] = NO_TYPE

    def __init__(
        self,
        program: Program,
        results: Iterable[int],
        arguments: Iterable[Symbol],
        found: Mapping[int, Region],
        after: Mapping[int, list[str]],
    ) -> None:
        self.program, self.results = program, tuple(results)
        self.regions = found
        below = list(program.below(*self.results))
        self.uses = Counter(o for n in below for o in program[n].operands)
        self.user = {o: n for n in below for o in program[n].operands}
        self.after = after  # statements that follow the one in which an operation is named
        self.taken = {safe(symbol.name) for symbol in arguments}
        self.helpers: set[str] = set()
        self.sizes: dict[Size, None] = {}
        self.needs_dtype = False

    # ----------------------------------------------------------------------------- values

    def value(self, key: int, scope: Scope, inline: bool = False) -> ast.expr:
        """The value of an operation as an expression, after writing the statements that it needs."""
        operation = self.program[key]
        if key in scope.known:
            return ast.Name(scope.known[key])
        if scope.region is not None and self.is_outside(key, scope.region):
            assert scope.outer is not None
            return self.hoisted(key, scope.outer)
        if key in self.regions and self.regions[key] is not scope.region:
            node = self.in_blocks(self.regions[key], scope)
            kind = "add"
        else:
            node = self.writers[operation.kind](self, operation, scope)
            kind = operation.kind
            if key in scope.known:  # the writer has given it a name
                return node
        if inline or operation.kind in INLINE or self.is_part(key, node):
            return node
        return self.bind(key, node, kind, scope)

    def returned(self, key: int, scope: Scope) -> ast.expr:
        """What a function returns: a name where a type checker would not know what it is."""
        is_made_in_blocks = key in self.regions and self.regions[key] is not scope.region
        return self.value(
            key, scope, inline=is_made_in_blocks or self.program[key].kind not in self.annotated
        )

    def named(self, key: int, scope: Scope) -> ast.expr:
        """The value of an operation as a name."""
        node = self.value(key, scope)
        if isinstance(node, ast.Name):
            return node
        return self.bind(key, node, self.program[key].kind, scope)

    def hoisted(self, key: int, scope: Scope) -> ast.expr:
        """The value of an operation that a block needs, computed before the blocks."""
        operation = self.program[key]
        if operation.kind not in INLINE:
            return self.named(key, scope)
        for operand in operation.operands:
            self.hoisted(operand, scope)
        return self.value(key, scope)

    def is_outside(self, key: int, region: Region | Pass) -> bool:
        return key not in region.inner and not self.program[key].long_axes

    def is_part(self, key: int, node: ast.expr) -> bool:
        """Whether an operation reads best inside the one that uses it: a square, or arithmetic in arithmetic."""
        operation = self.program[key]
        uses = self.uses[key]
        if key in self.program.names or operation.kind not in ARITHMETIC or key in self.after:
            return False
        user = self.user.get(key, key)
        while self.program[user].kind == "view" and uses == 1:
            user, uses = self.user.get(user, user), self.uses[user]
        fits = self.program[user].kind in ARITHMETIC or self.sort(key) == "square"
        return uses == 1 and fits and len(source_of(node)) <= LONGEST_PART

    def is_constant(self, key: int) -> bool:
        """Whether the value depends on numbers and sizes alone; Python's own floats then keep float32 as it is."""
        below = (self.program[n] for n in self.program.below(key))
        return not any(operation.kind in LEAVES or operation.shape for operation in below)

    def bind(self, key: int, node: ast.expr, kind: str, scope: Scope) -> ast.expr:
        name = self.unused(self.name_for(key, kind))
        annotation = ": Array" if kind in self.annotated else ""
        shape = self.shape_text(self.program[key].shape, scope)
        scope.write(f"{name}{annotation} = {source_of(node)}", shape)
        scope.known[key] = name
        for statement in self.after.get(key, ()):
            scope.write(statement.replace(PLACE, name))
        return ast.Name(name)

    # ------------------------------------------------------------------------------ names

    def name_for(self, key: int, kind: str) -> str:
        if key in self.program.names:
            return safe(self.program.names[key])
        if kind == "matmul" and self.sums_over_points(key):
            return "weighted_sum"
        operands = [self.simple_name(operand) for operand in self.program[key].operands]
        if kind in COMPOSED and all(operands) and key not in self.regions:
            name = COMPOSED[kind].format(*operands)
            if len(name) <= LONGEST_NAME:
                return safe(name)
        sorts = [self.sort(operand) for operand in self.program[key].operands[:1]]
        return SPECIAL.get((kind, *sorts), WORDS.get(kind, "value"))

    def sums_over_points(self, key: int) -> bool:
        operation = self.program[key]
        below = any(self.program[operand].long_axes for operand in operation.operands)
        return below and not operation.long_axes

    def sort(self, key: int) -> str:
        """The kind of an operation, seen through a change of axes; a product with itself is a square."""
        operation = self.program[key]
        if operation.kind == "view":
            return self.sort(operation.operands[0])
        is_square = operation.kind == "multiply" and operation.operands[0] == operation.operands[1]
        return "square" if is_square else operation.kind

    def simple_name(self, key: int) -> str:
        """The name of an argument or a definition, seen through a change of axes."""
        operation = self.program[key]
        if operation.kind == "view":
            return self.simple_name(operation.operands[0])
        if operation.kind in LEAVES:
            return safe(cast(Symbol, operation.detail[0]).name)
        if operation.kind in ("cholesky", "inverse_factor"):
            return self.simple_name(operation.operands[0])
        return self.program.names.get(key, "")

    def unused(self, name: str) -> str:
        found, count = name, 1
        while found in self.taken or found in RESERVED:
            count += 1
            found = f"{name}_{count}"
        self.taken.add(found)
        return found

    def shape_text(self, shape: tuple[Dimension, ...], scope: Scope) -> str:
        names = [self.axis_text(size, scope) for size in shape]
        return f"({', '.join(names)}{',' if len(names) == 1 else ''})"

    def axis_text(self, size: Dimension, scope: Scope) -> str:
        points = None if scope.region is None else scope.region.points
        return " * ".join(BLOCK if part == points else spoken(part) for part in sizes_of(size)) or "1"

    def size_name(self, size: Size) -> str:
        self.sizes[size] = None
        return safe(size.name)

    def helper(self, name: str, *arguments: ast.expr, **keywords: ast.expr) -> ast.expr:
        assert name in HELPERS
        self.helpers.add(name)
        return call(name, *arguments, **keywords)

    def dtype(self) -> ast.expr:
        """The kind of floating-point number that the arguments have."""
        self.needs_dtype = True
        return ast.Name("dtype")

    def cut(self, node: ast.expr, borders: ast.expr, axis: int) -> ast.expr:
        """An array in parts along an axis."""
        self.helpers.add("split")
        return call("split", node, borders, axis=ast.Constant(axis))

    # ----------------------------------------------------------------------------- blocks

    def in_blocks(self, region: Region, scope: Scope) -> ast.expr:
        """A function for the share of one block, and the call that runs it over all of them."""
        inside = Scope(region, scope.indent + " " * 4, scope)
        part = self.returned(region.root, inside)
        shape = self.program[region.root].shape
        inside.write(f"return {source_of(part)}", self.shape_text(shape, inside))
        function = self.unused("share_of_block" if region.how == "sum" else "rows_of_block")
        result = self.shape_text(shape, inside)
        scope.lines += [
            "",
            f"{scope.indent}def {function}(rows: slice) -> Array:  # {BLOCK} points at a time, {result}",
            *inside.lines,
            "",
        ]
        width = product([self.size_name(size) for size in region.width])
        count = ast.Name(self.size_name(region.points))
        return self.helper(RUNNERS[region.how], ast.Name(function), count, width)

    def leaf(self, operation: Operation, scope: Scope, order: tuple[int, ...] = ()) -> ast.expr:
        """An argument; in a block its rows, with the axes in the given order and contiguous in memory."""
        name = safe(cast(Symbol, operation.detail[0]).name)
        if scope.region is None or scope.region.points not in operation.shape:
            return transposed(ast.Name(name), order, self.names)
        key = (name, order)
        if key not in scope.known:
            cut = [everything() for _ in operation.shape]
            cut[operation.long_axes[0]] = ast.Name("rows")
            while isinstance(cut[-1], ast.Slice):
                cut.pop()
            node = subscript(ast.Name(name), cut)
            if order and order != tuple(range(len(order))):
                node = call(NUMPY["contiguous"], transposed(node, order))
            scope.known[key] = self.unused(f"{name}_rows")
            shape = tuple(operation.shape[axis] for axis in order or range(len(operation.shape)))
            scope.write(f"{scope.known[key]} = {source_of(node)}", self.shape_text(shape, scope))
        return ast.Name(scope.known[key])


class FunctionEmitter(Emitter):
    """Writes the body of a function with one result from its plan."""

    def __init__(self, plan: Plan, after: Mapping[int, list[str]] | None = None) -> None:
        found = regions(plan.program, plan.result)
        super().__init__(plan.program, [plan.result], plan.arguments, found, after or {})
        self.plan = plan

    def body(self) -> list[str]:
        """The statements, the return statement last, indented by four blanks."""
        scope = Scope(None, " " * 4)
        for target in self.after:
            self.checked(target, scope)
        result = self.returned(self.plan.result, scope)
        if not self.plan.shape:
            result = call("float", result)
        scope.write(
            f"return {source_of(result)}", self.shape_text(self.program[self.plan.result].shape, scope)
        )
        return scope.lines

    def checked(self, target: int, scope: Scope) -> None:
        """Name an operation, and write the statements that check it."""
        node = self.named(target, scope)
        if self.program[target].kind in LEAVES:  # has a name already
            for statement in self.after[target]:
                scope.write(statement.replace(PLACE, source_of(node)))
