"""Reasons: why an object counts in one edition and not in another.

In: both editions, the objects asked about.
Out: a key of the texts `why-…` for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from pipelines.store.behind import Rows

_HISTORY = """
SELECT wave_id, municipality_key, object_id, district_id, is_current, end_cause,
    submission_id, sheet, row_number
FROM (
    FROM units_history
    UNION ALL BY NAME
    SELECT *, site_id AS object_id FROM production_sites_history
)
SEMI JOIN asked USING (municipality_key, object_id)
ORDER BY loaded_at, submission_id, sheet, row_number
"""
_OBJECT = ("municipality_key", "object_id")
Key = tuple[str, str, str]


@dataclass(frozen=True)
class Version:
    """One version of an object in a wave."""

    district_id: str | None
    is_current: bool
    end_cause: str | None
    row: tuple[str, str, int]


class Reasons:
    """Looks up the versions of objects in both editions, each once."""

    def __init__(self, old: duckdb.DuckDBPyConnection, new: duckdb.DuckDBPyConnection) -> None:
        self._editions = (old, new)
        self._known: set[tuple[str, str]] = set()
        self._versions: tuple[dict[Key, list[Version]], ...] = ({}, {})

    def look_up(self, rows: pl.DataFrame) -> None:
        """Read the versions of the objects of `rows`, in all waves."""
        fresh = {*rows.select(_OBJECT).iter_rows()} - self._known
        if not fresh:
            return
        self._known |= fresh
        asked = pl.DataFrame(sorted(fresh), schema=dict.fromkeys(_OBJECT, pl.String), orient="row")
        for connection, versions in zip(self._editions, self._versions, strict=True):
            connection.register("asked", asked)
            for wave, city, one, district, current, cause, *row in connection.execute(
                _HISTORY
            ).fetchall():
                version = Version(district, current, cause, tuple(row))
                versions.setdefault((wave, city, one), []).append(version)
            connection.unregister("asked")

    def of(
        self, rows: Rows, place: tuple[Any, ...], one: str, *, is_gone: bool, is_come: bool
    ) -> str:
        """Why an object is counted otherwise at (wave, municipality, district, category).

        It has a row that is in the older edition only (`is_gone`), or in the newer (`is_come`).
        """
        wave, city, district, category = place
        old, new = self._of((wave, city, one))
        if not old and not new:
            return f"why-{rows.kind}-{_way(is_gone=is_gone, is_come=is_come)}"
        if rows.view == "wave_moves" and _counting(old) == _counting(new):
            old, new = self._of((str(category), city, one))
        if _counting(old) == _counting(new):
            return "why-beside"
        return _come(old, district) if is_come and not is_gone else _gone(new, district)

    def _of(self, key: Key) -> tuple[list[Version], list[Version]]:
        old, new = (versions.get(key, []) for versions in self._versions)
        return old, new


def _way(*, is_gone: bool, is_come: bool) -> str:
    if is_gone and is_come:
        return "restated"
    return "gone" if is_gone else "new"


def _counting(versions: list[Version]) -> set[tuple[str, str, int]]:
    return {one.row for one in versions if one.is_current}


def _gone(new: list[Version], district: str | None) -> str:
    """Why an object is no longer counted there, by its versions in the newer edition."""
    current = [one for one in new if one.is_current]
    if current:
        return "why-moved" if current[-1].district_id != district else "why-restated"
    causes = {one.end_cause for one in new}
    if "voided" in causes:
        return "why-voided"
    if "withdrawn" in causes:
        return "why-withdrawn"
    return "why-dropped" if new else "why-merged"


def _come(old: list[Version], district: str | None) -> str:
    """Why an object is counted there now, by its versions in the older edition."""
    if not old:
        return "why-new"
    current = [one for one in old if one.is_current]
    if not current:
        return "why-back"
    return "why-moved-here" if current[-1].district_id != district else "why-restated"
