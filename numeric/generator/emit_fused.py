"""A fusion as Python statements: one pass over the points, in blocks, in arrays that are used again and again."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import reduce
from itertools import count
from typing import cast

from derivations.calculus.expressions import Size, Symbol
from numeric.generator.emit import BLOCK, LONGEST_LINE, Emitter, Scope
from numeric.generator.fusion import FusedPlan
from numeric.generator.names import NUMPY, UFUNCS, safe
from numeric.generator.operations import LEAVES, Operation, sizes_of
from numeric.generator.python import call, everything, number, path, product, source_of, subscript, transposed
from numeric.generator.regions import one_pass, widest
from numeric.generator.writers import WRITERS, Write

ROOM = "room"  # where a block keeps its arrays
ROWS = "rows"  # the points of a block
SHARES, TOTALS = "softmax", "log_sum_exp"


class FusedEmitter(Emitter):
    """Writes the body of a function that adds up several sums."""

    def __init__(self, plan: FusedPlan) -> None:
        super().__init__(plan.program, plan.results, plan.arguments, {}, {})
        self.plan = plan
        self.one_pass = one_pass(plan.program, plan.results)
        self.writers = {**WRITERS, **IN_PLACE}
        self.features = ""  # how many there are
        self.reads_once = False  # whether what is being written reads the points just once
        self.places: dict[int, str] = {}  # the names of the arrays of labels
        self.placed: set[int] = set()  # those of them that are written as they are found
        self.products: dict[int, str] = {}  # those of them that hold a product of matrices
        self.free: dict[Size, str] = {}  # those that nothing needs any more
        self.rooms: dict[str, ast.expr] = {}  # the names of the arrays of a block, and how many rows each has

    def body(self) -> list[str]:
        """The statements, the return statement last, indented by four blanks."""
        scope = Scope(None, " " * 4)
        self.in_one_pass(scope)
        names = [self.result(key, scope) for key in self.plan.results]
        scope.write(f"return {', '.join(names)}")
        return scope.lines

    def result(self, key: int, scope: Scope) -> str:
        if key in self.places:
            return self.places[key]
        name = source_of(self.value(key, scope))
        return name if self.program[key].shape else f"float({name})"

    def in_one_pass(self, scope: Scope) -> None:
        """The function for a block, and the call that runs it over all of them and names the sums."""
        inside = Scope(self.one_pass, scope.indent + " " * 4, scope)
        self.taken.add("share_of_block")
        self.make_places(scope)
        taken = set(self.taken)
        for key, name in self.places.items():
            self.put_places(key, f"{name}[{ROWS}]", inside)
        self.return_shares(inside)
        self.taken = taken | set(scope.known.values())
        scope.lines += [
            "",
            f"{scope.indent}def share_of_block({ROWS}: slice, {ROOM}: Room) -> Shares:  # {BLOCK} points at a time",
            *inside.lines,
            "",
        ]
        for root in self.one_pass.roots:
            scope.known[root] = self.unused(self.name_for(root, self.program[root].kind))
        names = ", ".join(scope.known[root] for root in self.one_pass.roots)
        scope.write(f"{names} = {source_of(self.run())}" if names else source_of(self.run()))

    def make_places(self, scope: Scope) -> None:
        """The arrays that receive the labels of all points."""
        for key in self.one_pass.places:
            self.places[key] = self.unused("places")
            points, kinds = self.one_pass.points, self.program[self.program[key].operands[0]].shape[0]
            (kind,) = sizes_of(kinds)
            node = self.helper(
                "room_for_places", *(ast.Name(self.size_name(size)) for size in (points, kind))
            )
            scope.write(
                f"{self.places[key]} = {source_of(node)}", self.shape_text(self.program[key].shape, scope)
            )

    def put_places(self, key: int, rows: str, scope: Scope) -> None:
        """The labels of the points of a block, written at once where they belong if that can be."""
        node = self.value(key, scope, inline=not self.uses[key])
        if key not in self.placed:
            scope.write(f"{rows} = {source_of(node)}")
        elif not isinstance(node, ast.Name):  # which has been written where it got its name
            scope.write(source_of(node))

    def return_shares(self, scope: Scope) -> None:
        """The statement that returns the shares; where they are too long for a line, they get names first."""
        roots = self.one_pass.roots
        if not roots:
            scope.write(f"return ({source_of(self.witness(scope))},)")
            return
        parts = [self.share(root, scope) for root in roots]
        if sum(len(source_of(part)) + 2 for part in parts) > LONGEST_LINE - len(scope.indent) - len(
            "return "
        ):
            parts = [self.bind(root, part, "matmul", scope) for root, part in zip(roots, parts, strict=True)]
        scope.write(f"return {', '.join(map(source_of, parts))}{',' if len(parts) == 1 else ''}")

    def witness(self, scope: Scope) -> ast.expr:
        """Where only places are asked for: a sum that is finite only if all numbers are that they were found from."""
        values = self.program[self.one_pass.places[0]].operands[0]
        return call(NUMPY["sum"], subscript(self.value(values, scope), [ast.Constant(0)]))

    def share(self, root: int, scope: Scope) -> ast.expr:
        """The share of a block in a sum; numbers are added in double precision."""
        operation = self.program[root]
        if operation.kind == "sum" and not operation.shape:
            (body,) = (self.value(operand, scope) for operand in operation.operands)
            return call(NUMPY["sum"], body, dtype=path(NUMPY["double"]))
        return self.value(root, scope, inline=True)

    def run(self) -> ast.expr:
        points = self.one_pass.points
        blamed = next(symbol for symbol in self.plan.arguments if points in symbol.family)
        self.helpers |= {"Room", "Shares"}
        runner = self.runner()
        return self.helper(
            runner,
            ast.Constant(safe(blamed.name)),
            ast.Name("share_of_block"),
            ast.Name(self.size_name(points)),
            self.width(runner),
            self.dtype(),
        )

    def width(self, runner: str) -> ast.expr:
        """How many numbers a block holds for each point: in arrays that are used again, or in the largest array."""
        rooms = list(self.rooms.values())
        if runner == "sum_in_large_blocks":
            return reduce(lambda left, right: ast.BinOp(left, ast.Add(), right), rooms)
        largest = product([self.size_name(size) for size in widest(self.program, self.one_pass)])
        others = {source_of(room): room for room in rooms if source_of(room) != source_of(largest)}
        if runner == "sum_in_small_blocks" or not others:
            return largest
        return call("max", self.read_as_it_lies(), *others.values())

    def read_as_it_lies(self) -> ast.expr:
        """How many numbers of each point are read where they lie."""
        below = (self.program[n] for n in self.program.below(*self.plan.results))
        [read] = {o for o in below if o.kind in LEAVES and o.long_axes and self.only_multiplied(o)}
        [size] = [s for d in read.shape for s in sizes_of(d) if s != self.one_pass.points]
        return ast.Name(self.size_name(size))

    def runner(self) -> str:
        """The function that runs a pass in blocks of the size that suits it."""
        if any(self.program[n].kind == "stack" for n in self.one_pass.inner):
            return "sum_in_large_blocks"
        return "sum_in_blocks_read_twice" if self.has_lying() else "sum_in_small_blocks"

    def has_lying(self) -> bool:
        """Whether an argument is used as it lies in memory."""
        below = (self.program[n] for n in self.program.below(*self.plan.results))
        return any(o.kind in LEAVES and o.long_axes and self.only_multiplied(o) for o in below)

    def is_as_it_lies(self, number: int) -> bool:
        """Whether this is such an argument, seen through changes of axes."""
        operation = self.program[number]
        if operation.kind == "view":
            return self.is_as_it_lies(operation.operands[0])
        return operation.kind in LEAVES and self.only_multiplied(operation)

    def leaf(self, operation: Operation, scope: Scope, order: tuple[int, ...] = ()) -> ast.expr:
        """An argument in the precision of the others; rows that are read but once, or only multiplied, are not copied."""
        if scope.region is None or scope.region.points not in operation.shape:
            return super().leaf(operation, scope, order)
        rows = self.rows_of(operation)
        if self.reads_once:
            return transposed(rows, order)
        is_as_it_lies = self.only_multiplied(operation)
        key = (source_of(rows), () if is_as_it_lies else order)
        if key not in scope.known:
            kind = (
                "as_array"
                if is_as_it_lies or not order or order == tuple(range(len(order)))
                else "contiguous"
            )
            node = call(NUMPY[kind], rows if is_as_it_lies else transposed(rows, order), self.dtype())
            scope.known[key] = self.unused(f"{safe(cast(Symbol, operation.detail[0]).name)}_rows")
            axes = range(len(operation.shape)) if is_as_it_lies else order or range(len(operation.shape))
            shape = tuple(operation.shape[axis] for axis in axes)
            scope.write(f"{scope.known[key]} = {source_of(node)}", self.shape_text(shape, scope))
        return transposed(ast.Name(scope.known[key]), order if is_as_it_lies else ())

    def rows_of(self, operation: Operation) -> ast.expr:
        """The rows of a block of an argument."""
        cut: list[ast.expr] = [everything() for _ in operation.shape]
        cut[operation.long_axes[0]] = ast.Name(ROWS)
        while isinstance(cut[-1], ast.Slice):
            cut.pop()
        return subscript(ast.Name(safe(cast(Symbol, operation.detail[0]).name)), cut)

    def place(self, name: str) -> str:
        """A name for an array of the block."""
        return next(own for n in count(1) if (own := name if n == 1 else f"{name}_{n}") not in self.rooms)

    def is_in_room(self, number: int) -> bool:
        """Whether an operation is a product of matrices, in an array of the block that nothing else needs."""
        operation = self.program[number]
        is_product = operation.kind == "matmul" and operation.long_axes == (1,) and len(operation.shape) == 2
        return is_product and self.uses[number] == 1

    def only_multiplied(self, operation: Operation) -> bool:
        """Whether a matrix of points enters products of matrices alone, which take it in any order."""
        number = self.program.add(operation)
        users = set(self.users(number))
        return len(operation.shape) == 2 and {self.program[n].kind for n in users} == {"matmul"}

    def users(self, number: int) -> Iterator[int]:
        """What uses an operation, seen through changes of axes."""
        for user in self.program.below(*self.plan.results):
            if number in self.program[user].operands:
                is_view = self.program[user].kind == "view"
                yield from self.users(user) if is_view else (user,)


def _operands(emitter: Emitter, operation: Operation, scope: Scope) -> list[ast.expr]:
    return [emitter.value(operand, scope) for operand in operation.operands]


def _key(emitter: Emitter, operation: Operation) -> int:
    return emitter.program.add(operation)


def _room(emitter: FusedEmitter, name: str, size: Size) -> ast.expr:
    emitter.rooms[name] = rows = ast.Name(emitter.size_name(size))
    return call(ROOM, ast.Constant(name), rows)


def _matmul(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """A product of matrices: with the points along the columns, into an array of the block; in strips of those that
    lie in memory point by point.

    A sum over the points is small. For a small result the operator keeps other threads waiting, `dot` never does; of
    points that lie there point by point it makes a copy.
    """
    left, right = _operands(emitter, operation, scope)
    if scope.region is None or len(operation.shape) != 2:
        return ast.BinOp(left, ast.MatMult(), right)
    assert isinstance(emitter, FusedEmitter)
    if operation.long_axes != (1,):
        lies = emitter.is_as_it_lies(operation.operands[1])
        return emitter.helper("product_over_rows", left, right) if lies else call(NUMPY["dot"], left, right)
    key = _key(emitter, operation)
    name = emitter.name_for(key, operation.kind)
    (rows,) = sizes_of(operation.shape[0])
    emitter.products[key] = emitter.place(name)
    out = _room(emitter, emitter.products[key], rows)
    if emitter.is_as_it_lies(operation.operands[1]):
        return emitter.helper("product_with_rows", left, transposed(right, (1, 0)), out=out)
    return call(NUMPY["matmul"], left, right, out=out)


def _stack(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Features on top of each other, each written into its place."""
    assert isinstance(emitter, FusedEmitter)
    counts = cast("tuple[Size | None, ...]", operation.detail)
    features = emitter.unused("features")
    emitter.features = source_of(_total(emitter, counts))
    (size,) = sizes_of(operation.shape[0])
    shape = emitter.shape_text(operation.shape, scope)
    scope.write(f"{features} = {source_of(_room(emitter, features, size))}", shape)
    names = [emitter.unused(_place_name(emitter, operand)) for operand in operation.operands]
    cut = emitter.cut(ast.Name(features), _borders(emitter, counts), axis=0)
    scope.write(f"{', '.join(names)} = {source_of(cut)}")
    for operand, name in zip(operation.operands, names, strict=True):
        _into(emitter, operand, name, scope)
    scope.known[_key(emitter, operation)] = features
    return ast.Name(features)


def _place_name(emitter: Emitter, key: int) -> str:
    kind = emitter.program[key].kind
    return {"number": "ones", "pair_products": "products"}.get(kind) or emitter.name_for(key, kind)


def _borders(emitter: Emitter, counts: tuple[Size | None, ...]) -> ast.expr:
    """Where each kind of features but the first begins: [1, 1 + D]."""
    return ast.List([_total(emitter, counts[:n]) for n in range(1, len(counts))])


def _total(emitter: Emitter, counts: tuple[Size | None, ...]) -> ast.expr:
    """How many features these are together."""
    widths = [number(1) if count is None else size_of(emitter, count) for count in counts]
    return reduce(lambda left, right: ast.BinOp(left, ast.Add(), right), widths)


def size_of(emitter: Emitter, size: Size) -> ast.expr:
    """A size: a name, or a formula in names."""
    if size.name.isidentifier():
        return ast.Name(emitter.size_name(size))
    return ast.parse(size.name, mode="eval").body


def _into(emitter: FusedEmitter, key: int, name: str, scope: Scope) -> None:
    """Write one kind of features into its place, which has a name."""
    operation = emitter.program[key]
    shape = emitter.shape_text(operation.shape, scope)
    if operation.kind == "number":
        scope.write(f"{name}[:] = {source_of(emitter.value(key, scope))}")
        return
    if operation.kind == "pair_products":
        [body] = _operands(emitter, operation, scope)
        scope.write(source_of(emitter.helper("pair_products", body, ast.Name(name))), shape)
        return
    if operation.kind in UFUNCS:
        emitter.reads_once = True
        left, right = _operands(emitter, operation, scope)
        emitter.reads_once = False
        scope.write(source_of(call(UFUNCS[operation.kind], left, right, out=ast.Name(name))), shape)
    else:
        scope.write(f"{name}[:] = {source_of(emitter.value(key, scope))}", shape)
    scope.known[key] = name


def _side_by_side(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    parts = ast.List(_operands(emitter, operation, scope))
    return call(emitter.names["concatenate"], parts, axis=number(-1))


def _upper_triangle(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    return emitter.helper("upper_triangle", *_operands(emitter, operation, scope))


def _part(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """One kind of sums out of all; at the first of them all are cut out."""
    which, *counts = cast("tuple[int, *tuple[Size | None, ...]]", operation.detail)
    [whole] = operation.operands
    if ("parts", whole) not in scope.known:
        source = source_of(emitter.named(whole, scope))
        users = [n for n in emitter.results if whole in emitter.program[n].operands]
        names = [emitter.unused(f"{emitter.name_for(n, 'part')}_columns") for n in users]
        cut = emitter.cut(ast.Name(source), _borders(emitter, tuple(counts)), axis=1)
        scope.write(f"{', '.join(names)} = {source_of(cut)}")
        scope.known[("parts", whole)] = " ".join(names)
    name = scope.known[("parts", whole)].split()[which]
    if counts[which] is None:
        return subscript(ast.Name(name), [everything(), number(0)])
    if len(operation.shape) == 3:
        return emitter.helper("symmetric_from", ast.Name(name))
    return ast.Name(name)


def _shares(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Softmax and log-sum-exp of the same numbers, in one go and in their place."""
    both = pair(emitter, operation)
    if both is None or scope.region is None:
        return WRITERS[operation.kind](emitter, operation, scope)
    blamed = str(emitter.program[both[0]].detail[1])
    return in_one_go(emitter, operation, both, scope, ast.Constant(blamed))


def in_one_go(
    emitter: Emitter, operation: Operation, both: tuple[int, int], scope: Scope, *blamed: ast.expr
) -> ast.expr:
    """A softmax and a log-sum-exp, of which the operation is one, by a statement that names both."""
    [body] = operation.operands
    result = emitter.helper("shares_and_log_total", *blamed, emitter.value(body, scope))
    first = _written(emitter, result, both, scope)
    return first if operation.kind == SHARES else ast.Name(scope.known[both[1]])


def _written(emitter: Emitter, result: ast.expr, keys: tuple[int, ...], scope: Scope) -> ast.Name:
    """A statement that names several operations, of which a call gives all; the name of the first."""
    for key in keys:
        scope.known[key] = emitter.unused(emitter.name_for(key, emitter.program[key].kind))
    names = [scope.known[key] for key in keys]
    shapes = [emitter.shape_text(emitter.program[key].shape, scope) for key in keys]
    scope.write(f"{', '.join(names)} = {source_of(result)}", ", ".join(shapes))
    return ast.Name(names[0])


def pair(emitter: Emitter, operation: Operation) -> tuple[int, int] | None:
    """The softmax and the log-sum-exp over the first axis of numbers that nothing else needs."""
    [body] = operation.operands
    if emitter.uses[body] != 2 or operation.detail[0] != 0:
        return None
    users = {emitter.program[n].kind: n for n in emitter.uses if body in emitter.program[n].operands}
    if set(users) != {SHARES, TOTALS} or any(emitter.program[n].detail[0] != 0 for n in users.values()):
        return None
    return users[SHARES], users[TOTALS]


def _arithmetic(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """A sum or a difference, in the place of a product of matrices that nothing else needs."""
    assert isinstance(emitter, FusedEmitter)
    for place, operand in enumerate(operation.operands):
        if (
            scope.region is not None
            and emitter.is_in_room(operand)
            and emitter.program[operand].shape == operation.shape
        ):
            values = _operands(emitter, operation, scope)
            return call(UFUNCS[operation.kind], *values, out=values[place])
    return WRITERS[operation.kind](emitter, operation, scope)


def _first_smallest(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """The places of the smallest entries of columns, in arrays of the block."""
    [body] = operation.operands
    if scope.region is None or operation.detail != (0,) or len(emitter.program[body].shape) != 2:
        return WRITERS[operation.kind](emitter, operation, scope)
    assert isinstance(emitter, FusedEmitter)
    value = emitter.value(body, scope)
    (rows,) = sizes_of(emitter.program[body].shape[0])
    for operand in emitter.program[body].operands if emitter.uses[body] == 1 else ():
        if emitter.is_in_room(operand):
            emitter.free[rows] = emitter.products[operand]
    key = _key(emitter, operation)
    if key not in emitter.places:
        return emitter.helper("first_smallest", value, ast.Name(ROOM))
    emitter.placed.add(key)
    out = subscript(ast.Name(emitter.places[key]), [ast.Name(ROWS)])
    return emitter.helper("first_smallest", value, ast.Name(ROOM), out=out)


def _one_hot(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """Zeros and ones with the points along the columns, in an array of the block; and how many ones, if that is needed."""
    if scope.region is None or operation.long_axes != (1,) or len(operation.shape) != 2:
        return WRITERS[operation.kind](emitter, operation, scope)
    assert isinstance(emitter, FusedEmitter)
    [positions] = _operands(emitter, operation, scope)
    (rows,) = sizes_of(operation.shape[0])
    name = emitter.free.get(rows) or emitter.place("indicator")
    out = _room(emitter, name, rows)
    key = _key(emitter, operation)
    counts = [n for n in emitter.one_pass.roots if _is_sum_of(emitter.program[n], key)]
    if not counts:
        return emitter.helper("put_ones", positions, out)
    return _written(emitter, emitter.helper("ones_and_counts", positions, out), (key, *counts), scope)


def _sum(emitter: Emitter, operation: Operation, scope: Scope) -> ast.expr:
    """A sum; that of zeros and ones is known, if the statement that makes them has counted them."""
    if any(emitter.program[operand].kind == "one_hot" for operand in operation.operands):
        _operands(emitter, operation, scope)
    known = scope.known.get(_key(emitter, operation))
    return ast.Name(known) if known else WRITERS[operation.kind](emitter, operation, scope)


def _is_sum_of(operation: Operation, operand: int) -> bool:
    return operation.kind == "sum" and operation.operands == (operand,)


IN_PLACE: Mapping[str, Write] = {
    "add": _arithmetic,
    "subtract": _arithmetic,
    "first_smallest": _first_smallest,
    "one_hot": _one_hot,
    "sum": _sum,
    "matmul": _matmul,
    "stack": _stack,
    "side_by_side": _side_by_side,
    "upper_triangle": _upper_triangle,
    "part": _part,
    "softmax": _shares,
    "log_sum_exp": _shares,
}
