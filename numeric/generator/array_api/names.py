"""Every name of the Array API standard that generated code may use, and what the standard has no function for.

`xp` is the library that the arguments are of. A test looks each name up in array-api-strict, which has nothing else.
"""

from __future__ import annotations

STANDARD = {
    "absolute": "xp.abs",
    "astype": "xp.astype",
    "broadcast_to": "xp.broadcast_to",
    "cholesky": "xp.linalg.cholesky",
    "circle_pi": "math.pi",
    "concatenate": "xp.concat",
    "det": "xp.linalg.det",
    "diagonal": "xp.linalg.diagonal",
    "exp": "xp.exp",
    "first_smallest": "xp.argmin",
    "inverse": "xp.linalg.inv",
    "log": "xp.log",
    "minimum": "xp.min",
    "newaxis": "xp.newaxis",
    "ones_like": "xp.ones_like",
    "product": "xp.prod",
    "reshape": "xp.reshape",
    "sqrt": "xp.sqrt",
    "sum": "xp.sum",
    "transpose": "xp.permute_dims",
}

HOME = "numeric.array_api"
HELPERS = dict.fromkeys(
    (
        "Array",
        "array_namespace",
        "float_type",
        "identity",
        "is_zero",
        "labels",
        "log_abs_det",
        "log_det_from",
        "log_or_zero",
        "log_sum_exp",
        "numbers",
        "inverse_factor",
        "one_hot",
        "ordered",
        "pair_products",
        "safe_log",
        "shares_and_log_total",
        "softmax",
        "split",
        "symmetric_from",
        "taken",
        "unless_positive",
        "upper_triangle",
        "weighted_log",
    ),
    HOME,
)

REFUSED = {
    "weighted_median": "a median takes a partition of the points, and the standard has none",
}
