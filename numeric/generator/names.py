"""Every name that generated code may use, and the words from which names of intermediates are made.

The emitter takes names from these tables only; a test looks each of them up in NumPy and in our helpers.
"""

from __future__ import annotations

import keyword

from numeric.generator.array_api import names as array_api

NUMPY = {
    "absolute": "np.abs",
    "array": "np.array",
    "broadcast_to": "np.broadcast_to",
    "as_array": "np.asarray",
    "contiguous": "np.ascontiguousarray",
    "det": "np.linalg.det",
    "diagonal": "np.diagonal",
    "exp": "np.exp",
    "first_smallest": "np.argmin",
    "inverse": "np.linalg.inv",
    "log": "np.log",
    "minimum": "np.min",
    "newaxis": "np.newaxis",
    "circle_pi": "np.pi",
    "concatenate": "np.concatenate",
    "dot": "np.dot",
    "double": "np.float64",
    "matmul": "np.matmul",
    "product": "np.prod",
    "reshape": "np.reshape",
    "result_type": "np.result_type",
    "sqrt": "np.sqrt",
    "sum": "np.sum",
    "swap": "np.swapaxes",
    "take": "np.take",
    "transpose": "np.transpose",
}

UFUNCS = {  # that write their result into an array that is there
    "add": "np.add",
    "subtract": "np.subtract",
    "multiply": "np.multiply",
    "divide": "np.divide",
}

HELPERS = {
    "Array": "numeric.checks",
    "Integers": "numeric.checks",
    "Room": "numeric.one_pass",
    "Shares": "numeric.one_pass",
    "sum_in_large_blocks": "numeric.one_pass",
    "sum_in_blocks_read_twice": "numeric.one_pass",
    "sum_in_small_blocks": "numeric.one_pass",
    "pair_products": "numeric.stable",
    "first_smallest": "numeric.smallest",
    "ones_and_counts": "numeric.smallest",
    "put_ones": "numeric.smallest",
    "room_for_places": "numeric.smallest",
    "product_over_rows": "numeric.strips",
    "product_with_rows": "numeric.strips",
    "shares_and_log_total": "numeric.stable",
    "symmetric_from": "numeric.stable",
    "upper_triangle": "numeric.stable",
    "split": "numeric.stable",
    "sum_over_blocks": "numeric.blocks",
    "stack_blocks": "numeric.blocks",
    "cholesky": "numeric.stable",
    "at_most": "numeric.stable",
    "equal": "numeric.stable",
    "is_zero": "numeric.stable",
    "less": "numeric.stable",
    "log_or_zero": "numeric.stable",
    "ordered": "numeric.stable",
    "identity": "numeric.stable",
    "inverse_factor": "numeric.stable",
    "log_abs_det": "numeric.stable",
    "log_det_from": "numeric.stable",
    "log_sum_exp": "numeric.stable",
    "one_hot": "numeric.stable",
    "safe_log": "numeric.stable",
    "softmax": "numeric.stable",
    "unless_positive": "numeric.stable",
    "weighted_log": "numeric.stable",
    "weighted_median": "numeric.medians",
}

MATH = {"exp": "math.exp", "log": "math.log", "safe_log": "math.log", "sqrt": "math.sqrt"}  # of constants

ATTRIBUTES = ("T", "shape")  # of arrays

WORDS = {  # what the result of an operation is called when its operands do not make a better name
    "add": "total",
    "subtract": "difference",
    "multiply": "weighted",
    "divide": "ratio",
    "negative": "opposite",
    "power": "power",
    "sqrt": "root",
    "exp": "exponential",
    "log": "logarithm",
    "safe_log": "logarithm",
    "weighted_log": "log_terms",
    "sum": "total",
    "product": "product",
    "matmul": "product",
    "log_sum_exp": "log_total",
    "cholesky": "factor",
    "inverse_factor": "whitening",
    "log_det_from": "log_det",
    "log_abs_det": "log_det",
    "det": "determinant",
    "inverse": "inverse",
    "one_hot": "indicator",
    "equal": "indicator",
    "less": "indicator",
    "at_most": "indicator",
    "ordered": "triangle",
    "absolute": "size",
    "minimum": "smallest",
    "first_smallest": "nearest",
    "diagonal": "diagonal",
    "take": "chosen",
    "identity": "unit_matrix",
    "repeat": "repeated",
    "weighted_median": "median",
    "softmax": "shares",
    "is_zero": "zeros",
    "log_or_zero": "finite_log",
    "unless_positive": "sum_of_logs",
    "reshape": "folded",
    "stack": "features",
    "side_by_side": "coefficients",
    "upper_triangle": "triangle",
    "pair_products": "products",
    "part": "sums",
}

COMPOSED = {  # names made of the operands', where these are arguments or definitions
    "add": "{}_plus_{}",
    "subtract": "{}_minus_{}",
    "exp": "exp_{}",
    "log": "log_{}",
    "safe_log": "log_{}",
    "cholesky": "factor_of_{}",
    "inverse_factor": "whitening_of_{}",
    "log_det_from": "log_det_{}",
    "log_abs_det": "log_det_{}",
    "sum": "sum_of_{}",
}

SPECIAL: dict[tuple[str, ...], str] = {  # words for an operation on the result of another
    ("matmul", "inverse_factor"): "whitened",
    ("sum", "square"): "sum_of_squares",
}

RESERVED = frozenset(
    {
        *keyword.kwlist,
        *keyword.softkwlist,
        "math",
        "np",
        "checks",
        "sizes",
        "rows",
        "room",
        "dtype",
        "xp",
        *HELPERS,
        *array_api.HELPERS,
    }
)


def safe(name: str) -> str:
    """The name as a Python identifier that hides nothing the code needs."""
    cleaned = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name)
    cleaned = cleaned.replace("'", "_")
    if not cleaned or cleaned[0].isdigit():
        cleaned = "_" + cleaned
    return cleaned + "_" if cleaned in RESERVED else cleaned
