"""What holds for every test: in CI the same examples each time, and no part may be missing."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

IS_CI = os.environ.get("CI") == "true"
# Data outside the repository may be missing; root may write everywhere.
MAY_BE_SKIPPED = ("LEERSTAND_TEST_DATA", "root may write everywhere")

settings.register_profile("ci", derandomize=True)
if IS_CI:
    settings.load_profile("ci")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if (
        IS_CI
        and report.skipped
        and not any(part in str(report.longrepr) for part in MAY_BE_SKIPPED)
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where every part must be there: {report.longrepr}"
    return report
