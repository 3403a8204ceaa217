"""What every test shares: how hard hypothesis looks, which files begin, and that a failing check says what it compared.

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

# A file is run by one worker; so that no worker is left alone with a long one at the end, these begin.
SLOWEST_FIRST = (
    "test_audit.py",
    "test_planted_errors.py",
    "test_printed_sheet.py",
    "test_notebook.py",
    "test_packaging.py",
    "test_crosscheck.py",
    "test_array_api.py",
    "test_sheet.py",
    "test_reports.py",
    "test_replaying.py",
    "test_tutorial.py",
    "test_clustering_peers.py",
    "test_accuracy.py",
    "test_benchmark.py",
    "test_figures.py",
    "test_generator.py",
    "test_mathml.py",
    "test_cli.py",
    "test_new_derivation.py",
    "test_notation.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    place = {name: number for number, name in enumerate(SLOWEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path.name, len(place)))
