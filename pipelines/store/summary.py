"""The district summary: the public JSON of `leerstand summary --json`.

In: the file of an edition.
Out: waves, municipalities, survey areas and districts with their figures, in a fixed order.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from pipelines.store.query import fetch, objects

_FIGURES = ("vacancies", "interim_use", "production_sites")
# A wave of several survey areas is as far as the least finished of them.
_PROGRESS = ("geplant", "laufend", "abgeschlossen", "veröffentlicht")

_DISTRICTS = """
SELECT s.*, a.label AS area_label, d.municipality,
    coalesce(d.district, s.district_code, s.district_id) AS label
FROM district_summary AS s
LEFT JOIN districts AS d USING (municipality_key, district_id)
LEFT JOIN survey_areas AS a
    ON a.municipality_key = s.municipality_key AND a.survey_area = s.survey_area
ORDER BY s.wave_id, s.municipality_key, s.survey_area NULLS LAST, s.district_id
"""
_UNASSIGNED = """
SELECT wave_id, municipality_key, count(*) AS unassigned
FROM quarantine
WHERE district_id IS NULL AND wave_id IS NOT NULL
GROUP BY ALL
ORDER BY ALL
"""


def district_summary(path: Path) -> dict[str, Any]:
    """The published district figures of every wave, as public JSON.

    Raises:
        StoreFailure: there is no edition there.
    """
    rows = objects(path, _DISTRICTS)
    unassigned = {
        (row["wave_id"], row["municipality_key"]): row["unassigned"]
        for row in objects(path, _UNASSIGNED)
    }
    names = {
        row["municipality_key"]: row["municipality"]
        for row in objects(path, "SELECT DISTINCT municipality_key, municipality FROM districts")
    }
    status = _statuses(path)
    places: dict[tuple[str, str], list[dict[str, Any]]] = {place: [] for place in unassigned}
    for row in rows:
        places.setdefault((row["wave_id"], row["municipality_key"]), []).append(row)
    waves = [
        {
            "wave": wave,
            "status": status.get(wave, "laufend" if status else None),
            "municipalities": [
                {
                    "municipality_key": key,
                    "label": names.get(key) or key,
                    "unassigned": unassigned.get((wave, key), 0),
                    "areas": _areas(places[pair]),
                }
                for pair in pairs
                for key in [pair[1]]
            ],
        }
        for wave, pairs in groupby(sorted(places), key=lambda pair: pair[0])
    ]
    edition = fetch(path, "SELECT value FROM versions.about WHERE name = 'edition'")
    return {"format": 1, "edition": edition.rows[0][0], "waves": waves}


def _areas(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    areas = []
    for area, group in groupby(rows, key=lambda row: row["survey_area"]):
        districts = list(group)
        areas.append(
            {"area": area, "label": districts[0]["area_label"]}
            | {name: sum(row[name] for row in districts) for name in _FIGURES}
            | {"districts": [_district(row) for row in districts]}
        )
    return areas


def _district(row: dict[str, Any]) -> dict[str, Any]:
    names = ("district_id", "district_code", "label", *_FIGURES, "quarantined")
    return {name: row[name] for name in names}


def _statuses(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in objects(path, "SELECT wave_id, status FROM waves ORDER BY ALL"):
        before = found.get(row["wave_id"], row["status"])
        found[row["wave_id"]] = min(before, row["status"], key=_progress)
    return found


def _progress(status: str) -> int:
    return _PROGRESS.index(status) if status in _PROGRESS else 0
