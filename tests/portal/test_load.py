"""Many at once, a kill among them, and how soon a verdict is there."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.portal.browsing import visit
from tests.portal.load import (
    ROWS,
    fifty_at_once,
    is_busy,
    killed_among_twenty,
    processor_seconds,
    survey,
)
from tests.portal.running import Running, run, start

TIMES = 5


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["desktop", "phone without script"])
def test_a_verdict_is_there_soon(
    kind: str, browser: Browser, running: Running, tmp_path: Path
) -> None:
    """From the press of the button to the verdict shown, 155 rows, in a browser."""
    took, spent = [], []
    with visit(browser, running, kind) as there:
        there.sign_in("schnell")
        for number in range(TIMES):
            path = survey(tmp_path / f"Liste{number}.xlsx", there.number * 10 + number)
            there.page.goto("/")
            there.page.get_by_label("Dateien auswählen").set_input_files(path)
            before, began = processor_seconds(running.process.pid), time.monotonic()
            there.click("Hochladen und prüfen")
            there.sees(f"{ROWS} von {ROWS} Zeilen können geladen werden.")
            took.append(time.monotonic() - began)
            spent.append(processor_seconds(running.process.pid) - before)
            there.is_checked(path.name)
    median, cost = statistics.median(took), statistics.median(spent)
    print(f"{kind}: verdict shown after {median:.2f} s, {cost:.2f} s of processor")
    assert median < 2 or is_busy()


@pytest.mark.soak
def test_fifty_at_once_by_ten_teams(tmp_path: Path) -> None:
    for running in run(tmp_path / "home"):
        fifty_at_once(running)


@pytest.mark.soak
def test_killed_among_twenty(tmp_path: Path) -> None:
    for running in run(tmp_path / "home"):

        def restart(running: Running = running) -> None:
            running.process.kill()
            running.process.wait(timeout=20)
            running.process = start(running.home, int(running.address.rpartition(":")[2]))

        killed_among_twenty(running, restart)
        running.process.terminate()
