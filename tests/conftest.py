"""What every test shares: how hard hypothesis looks, and that a failing check says what it compared.

`workbook`, the default, looks at the same examples on every run, so that a red run can be repeated.
`fuzz` (`make fuzz`) looks for new ones, and for longer.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("by_hand")

settings.register_profile(
    "workbook", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "fuzz",
    settings.get_profile("workbook"),
    derandomize=False,
    max_examples=2_000,
    print_blob=True,
)
settings.load_profile("workbook")
