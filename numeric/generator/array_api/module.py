"""The text of a generated module of the Array API: the same functions, of the same plans, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivations.calculus.expressions import Symbol
from derivations.proof.steps import Derivation, Update
from numeric.generator import fused_module
from numeric.generator.array_api.emit import LIBRARY, ArrayApiEmitter
from numeric.generator.array_api.names import HELPERS
from numeric.generator.docstrings import docstring, fused_docstring, indented, quoted
from numeric.generator.errors import NotInStandardError
from numeric.generator.fused_module import is_read_in_blocks
from numeric.generator.fusion import Fusion, fused_plan
from numeric.generator.module import function_head, header_of, module_text
from numeric.generator.names import safe
from numeric.generator.plan import plan
from numeric.generator.validation import axes_of, size_statements

KIND = "as pure functions"
ABOUT = (
    "",
    "In names of the Array API standard: the arguments are arrays of one library, and so are the results. Shapes are",
    "checked, values are not, as they may not be known yet. For others than is said of an argument the result is not",
    "a number, or means nothing.",
)
RAISES = ("ValueError: an argument does not have its shape, or holds something else than real numbers.",)
HOW = (
    "The results for some points and for others add up to those for both. The points, of any kind of real",
    "numbers, are converted to the precision of the other arguments. All are held at once.",
)


def array_api_source(derivation: Derivation) -> str:
    """The module numeric/generated/array_api/<name>.py. Raises GeneratorError as for NumPy."""
    functions = [_of_update(derivation, update) for update in derivation.updates]
    return module_text(header_of(derivation, KIND, _about(functions)), functions, HELPERS)


def fused_array_api_source(title: str, fusions: Sequence[Fusion]) -> str:
    """The module with these fusions. Raises GeneratorError as for NumPy."""
    functions = [_of_fusion(fusion) for fusion in fusions]
    header = fused_module.header_of(f"{title}, {KIND}", fusions, _about(functions))
    return module_text(header, functions, HELPERS)


@dataclass
class _Function:
    """One generated function."""

    name: str
    lines: list[str]
    helpers: set[str]
    refused: str = ""  # why it does nothing but say so


def _about(functions: Iterable[_Function]) -> list[str]:
    refused = [
        f"Refused: {function.name}, because {function.refused}." for function in functions if function.refused
    ]
    return [*ABOUT, *(["", *refused] if refused else [])]


def _of_update(derivation: Derivation, update: Update) -> _Function:
    planned = plan(update)
    emitter = ArrayApiEmitter(planned.program, [planned.result], planned.arguments)
    return _function(
        update.name,
        emitter,
        "Array",
        emitter.arguments,
        lambda raises: docstring(derivation, planned, raises),
    )


def _of_fusion(fusion: Fusion) -> _Function:
    planned = fused_plan(fusion)
    emitter = ArrayApiEmitter(planned.program, planned.results, planned.arguments)
    result = fused_module.together(["Array"] * len(planned.results))
    precise = [symbol for symbol in planned.arguments if not is_read_in_blocks(symbol)]
    return _function(
        fusion.name, emitter, result, precise, lambda raises: fused_docstring(planned, HOW, raises)
    )


Documented = Callable[[Sequence[str]], list[str]]  # what is raised -> a docstring


def _function(
    name: str, emitter: ArrayApiEmitter, result: str, precise: Iterable[Symbol], documented: Documented
) -> _Function:
    """The function, or where the standard cannot, one that says so; computed is in the precision of some arguments."""
    head = function_head(name, [f"{safe(symbol.name)}: Array" for symbol in emitter.arguments], result)
    try:
        body = emitter.body()
    except NotInStandardError as refusal:
        said = documented([f"NotImplementedError: always; {refusal}."])
        statement = f'raise NotImplementedError("{name}: {refusal}")'
        return _Function(name, [*head, *indented([*quoted(said), statement])], set(), str(refusal))
    checks = [*_checks(emitter.arguments, precise), *size_statements(emitter.arguments, emitter.sizes)]
    lines = [*head, *indented([*quoted(documented(RAISES)), *checks]), *body]
    return _Function(
        name, lines, {*emitter.helpers, "array_namespace", "float_type", *map(_check, emitter.arguments)}
    )


def _checks(arguments: Sequence[Symbol], precise: Iterable[Symbol]) -> Iterator[str]:
    """Statements that find the library, and see to it that the arguments fit each other and are of one precision."""
    yield f"{LIBRARY} = array_namespace({_listed(arguments)})"
    yield "sizes: checks.Sizes = {}"
    yield f"dtype = float_type({', '.join([LIBRARY, *map(_name, precise)])})"
    for symbol in arguments:
        axes = " ".join(size.name for size in axes_of(symbol))
        wanted = ", dtype" if symbol.labels is None else ""
        yield f'{_name(symbol)} = {_check(symbol)}({LIBRARY}, "{_name(symbol)}", {_name(symbol)}, "{axes}", sizes{wanted})'


def _check(symbol: Symbol) -> str:
    return "numbers" if symbol.labels is None else "labels"


def _listed(symbols: Iterable[Symbol]) -> str:
    return ", ".join(map(_name, symbols))


def _name(symbol: Symbol) -> str:
    return safe(symbol.name)
