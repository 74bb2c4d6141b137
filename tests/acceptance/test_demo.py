"""The demo, as a newcomer runs it: through the Prefect flow, and a second time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .conftest import COMMAND, run_in

pytestmark = pytest.mark.soak

# District or survey area → headline and production sites in the printed table.
EXPECTED = {
    "25 Wattenscheid-Mitte": (115, 40),
    "47 Werne": (34, 11),
    "49 Langendreer-Alter Bahnhof": (26, 7),
    "= Werne/Langendreer-Alter Bahnhof": (60, 18),
}


def figures(printed: str) -> dict[str, tuple[int, int]]:
    """The table of the first wave: label → vacancies, production sites."""
    first = printed.split("2021-W1", maxsplit=1)[0]
    rows = re.findall(r"^(.+?)\s{2,}(\d+)\s+\d+\s+(\d+)\s+\d+\s*$", first, re.MULTILINE)
    return {label: (int(vacancies), int(sites)) for label, vacancies, sites in rows}


def test_the_demo_prints_the_figures_of_the_talk_and_says_when_nothing_changed(
    tmp_path: Path,
) -> None:
    first = run_in(tmp_path, [str(COMMAND), "demo"])
    assert first.returncode == 0, first.stderr
    assert figures(first.stdout) == EXPECTED
    assert re.search(r"Hochstraße.*: 17$", first.stdout, re.MULTILINE)
    page = Path(first.stdout.strip().splitlines()[-1].split(": ", 1)[1])
    assert "115" in page.read_text(encoding="utf-8")
    second = run_in(tmp_path, [str(COMMAND), "demo"])
    assert second.returncode == 0, second.stderr
    assert figures(second.stdout) == EXPECTED
    assert "nichts" in second.stdout.lower()
