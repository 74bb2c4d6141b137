"""What the office pages show: from the ledger, the desk, and the store as it is now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import StoreLocked
from pipelines.home import Home
from pipelines.portal.desk import folder_of
from pipelines.store import submissions
from pipelines.store.edition import Edition, last_snapshot, snapshot
from pipelines.store.enquiry import deliveries, open_conflicts
from pipelines.store.matching import Match, match
from pipelines.store.query import fetch, objects
from schemas import FORMS
from schemas.places import Places

MOST = 500
"""Rows of a table on a page; the command shows all."""

_QUARANTINE = f"""
SELECT q.submission_id, s.file, s.team, q.form, q.sheet, q.row_number,
    list(DISTINCT f.field ORDER BY f.field) FILTER (f.field IS NOT NULL) AS fields, q.raw
FROM quarantine AS q
LEFT JOIN submissions AS s USING (submission_id)
LEFT JOIN findings AS f ON f.submission_id = q.submission_id AND f.form = q.form
    AND f.sheet = q.sheet AND f.severity = 'error' AND list_contains(f.rows, q.row_number)
GROUP BY ALL ORDER BY q.submission_id, q.form, q.sheet, q.row_number LIMIT {MOST}
"""  # noqa: S608  a number of ours
_WAVES = """
SELECT wave_id FROM {view} GROUP BY ALL ORDER BY max(survey_date) DESC, wave_id DESC
"""


@dataclass(frozen=True)
class View:
    """The store as an edition would show it, for the office alone."""

    home: Home
    edition: Edition

    @property
    def path(self) -> Path:
        """The DuckDB file; it never changes."""
        return self.edition.path

    def quarantine(self) -> list[dict[str, Any]]:
        """Rows that are not counted: where they stand, which fields are wrong, their texts."""
        rows = objects(self.path, _QUARANTINE)
        return [row | {"raw": json.loads(row["raw"] or "{}")} for row in rows]

    def conflicts(self) -> list[dict[str, Any]]:
        """Objects that two sources tell differently, not decided yet."""
        return open_conflicts(self.path)[:MOST]

    def waves(self, form: str) -> list[str]:
        """The waves that have rows of a form, the latest first."""
        rows = fetch(self.path, _WAVES.format(view=FORMS[form].current_view)).rows
        return [str(row[0]) for row in rows]

    def pairs(self, form: str, wave: str) -> list[Match]:
        """What may be the same object in a wave and the one before."""
        return match(self.path, wave, form)

    def undelivered(self) -> list[dict[str, Any]]:
        """Sections, and teams of the inbox, of which a wave has nothing yet."""
        rows = deliveries(self.home, self.path)
        return [row for row in rows if not row["is_delivered"]][:MOST]

    def rows_of(self, form: str, identifiers: list[str]) -> dict[str, dict[str, Any]]:
        """The newest row of objects, by id."""
        declared = FORMS[form]
        marks = ", ".join("?" for _ in identifiers) or "NULL"
        found = objects(
            self.path,
            f"FROM {declared.current_view} WHERE {declared.object_column} IN ({marks}) "
            "ORDER BY survey_date, wave_id",
            identifiers,
        )
        return {str(row[str(declared.object_column)]): row for row in found}


def current_view(home: Home, places: Places) -> View:
    """The view of now; while another holds the store for long, the last one.

    Raises:
        StoreLocked: the store is held, and there is no view yet.
    """
    folder = folder_of(home) / "view"
    try:
        path = snapshot(home, places, folder)
    except StoreLocked:
        known = last_snapshot(folder)
        if known is None:
            raise
        path = known
    return View(home, Edition(path.stem, path))


def newest_submissions(home: Home, team: str | None = None) -> list[dict[str, Any]]:
    """Submissions, newest first; of one team or of all."""
    found = submissions(home)
    return [entry for entry in reversed(found) if team is None or entry["team"] == team]


def missing_waves(home: Home, places: Places) -> list[dict[str, str]]:
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
