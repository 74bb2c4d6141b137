"""What holds for every test: in CI the same examples each time, and no part may be missing."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from tests import postgres as postgres_server

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all pages: a process can hold no second Playwright beside it."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield found
        found.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL that is there for this session alone."""
    with postgres_server.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgres"])
def each_ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a test with the ledger in the home's own file, and again with it in a PostgreSQL."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    with postgres_server.schema(request.getfixturevalue("postgres")) as address:
        monkeypatch.setenv("LEERSTAND_LEDGER_URL", address)
        yield "postgres"
