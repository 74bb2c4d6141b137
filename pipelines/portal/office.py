"""What the office pages show: from the ledger, the edition and the desk."""

from __future__ import annotations

from typing import Any

from pipelines.errors import ExpectedFailure
from pipelines.home import Home
from pipelines.store import find_edition, submissions
from pipelines.store.query import fetch
from schemas.places import Places

_QUARANTINE = """
SELECT submission_id, form, sheet, row_number, raw FROM quarantine
ORDER BY submission_id, form, sheet, row_number LIMIT 500
"""
_CONFLICTS = """
SELECT * FROM conflicts WHERE is_open ORDER BY wave_id, municipality_key, object_id LIMIT 500
"""


def newest_submissions(home: Home, team: str | None = None) -> list[dict[str, Any]]:
    """Submissions, newest first; of one team or of all."""
    found = submissions(home)
    return [entry for entry in reversed(found) if team is None or entry["team"] == team]


def missing_deliveries(home: Home, places: Places) -> list[dict[str, str]]:
    """Waves that have begun and hold no submission that counts."""
    held = {
        wave for s in newest_submissions(home) if s["state"] == "current" for wave in s["waves"]
    }
    return [
        {"wave": wave.wave_id, "area": wave.survey_area, "status": wave.status}
        for place in places.by_key.values()
        for wave in place.waves
        if wave.status in {"laufend", "abgeschlossen"} and wave.wave_id not in held
    ]


def rows_of(home: Home, sql: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Names and rows of a query of the newest edition; nothing where there is none."""
    try:
        found = fetch(find_edition(home).path, sql)
    except ExpectedFailure:
        return (), []
    return tuple(found.columns), [tuple(row) for row in found.rows]


def quarantine(home: Home) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Rows that are not counted."""
    return rows_of(home, _QUARANTINE)


def conflicts(home: Home) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Objects that two sources report differently, not decided yet."""
    return rows_of(home, _CONFLICTS)
