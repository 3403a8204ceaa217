"""From a derived formula to NumPy code: an expression tree becomes array operations, these become Python.

    plan        lowers the tree: an array for every sub-expression, its axes labelled by indices
    contraction the order in which a sum of products is multiplied out, by a cost rule driven by sizes
    regions     what is computed in blocks of points, so that no array of points times anything is held
    emit        array operations as Python source, through `ast`
    validation  the checks of the arguments, from the declared domains
    module      the text of a whole module: header, digest, docstrings

    fusion      several updates as one function, with what they have in common computed once
    features    sums of products with points as one matrix product
    emit_fused  the pass over the points as Python source, in arrays that are used again
    fused_module the text of a module of fusions

    docstrings  what a generated function says of itself
    array_api   the second printer: the same plans as pure functions of the Array API standard

What cannot be turned into good array code is refused by name (GeneratorError), never looped over.
"""

from numeric.generator.array_api.module import array_api_source, fused_array_api_source
from numeric.generator.errors import GeneratorError
from numeric.generator.fused_module import fused_source
from numeric.generator.module import source

__all__ = ["GeneratorError", "array_api_source", "fused_array_api_source", "fused_source", "source"]
