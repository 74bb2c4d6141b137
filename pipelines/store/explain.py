"""Explaining: why figures differ between two editions, object by object.

In: two editions.
Out: for every district and figure that changed, the objects that came or went and why, and a
sentence that can be said in public: it names no object.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.store.query import objects
from pipelines.store.verify import texts
from schemas.columns import Lang
from schemas.figures import FIGURES

_ROWS = """
SELECT wave_id, municipality_key, district_id, {identity} AS object_id, submission_id
FROM {view} WHERE {where} AND wave_id IS NOT NULL
ORDER BY ALL
"""
_SHOWN = ("vacancies", "production_sites", "interim_use")


@dataclass(frozen=True)
class Change:
    """One figure of one district that differs.

    Attributes:
        objects: object id → reason, a key of the texts `why-…`.
    """

    figure: str
    wave: str
    municipality_key: str
    district_id: str | None
    before: int
    after: int
    objects: dict[str, str]

    def sentence(self, lang: Lang) -> str:
        """The public sentence: "115 → 114: ein Objekt war irrtümlich erfasst"."""
        parts = []
        for why, count in sorted(Counter(self.objects.values()).items()):
            key = f"{why}-one" if count == 1 else f"{why}-many"
            parts.append(texts()(key, lang, count=count))
        told = "; ".join(parts) or texts()("why-nothing", lang)
        return f"{self.before} → {self.after}: {told}"

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """An entry of `explain --json`."""
        return {
            "figure": self.figure,
            "wave": self.wave,
            "municipality_key": self.municipality_key,
            "district_id": self.district_id,
            "before": self.before,
            "after": self.after,
            "sentence": self.sentence(lang),
            "objects": [{"object_id": one, "reason": why} for one, why in self.objects.items()],
        }


def explain(before: Path, after: Path, figures: tuple[str, ...] = _SHOWN) -> list[Change]:
    """What differs between two editions, by figure, wave and district.

    Raises:
        StoreFailure: one of the editions is not there.
    """
    changes = []
    for figure in figures:
        old, new = _counted(before, figure), _counted(after, figure)
        for place in sorted(old.keys() | new.keys(), key=str):
            was, now = old.get(place, set()), new.get(place, set())
            if was == now:
                continue
            wave, city, district = place
            why = {one: _gone(after, figure, place, one) for one in sorted(was - now)}
            why |= {one: _come(before, figure, place, one) for one in sorted(now - was)}
            changes.append(Change(figure, wave, city, district, len(was), len(now), why))
    return changes


Place = tuple[str, str, str | None]


def _counted(path: Path, figure: str) -> dict[Place, set[str]]:
    entry = FIGURES[figure]
    sql = _ROWS.format(view=entry.view, where=entry.where, identity=_identity(figure))
    found: dict[Place, set[str]] = {}
    for row in objects(path, sql):
        place = (row["wave_id"], row["municipality_key"], row["district_id"])
        found.setdefault(place, set()).add(row["object_id"])
    return found


def _identity(figure: str) -> str:
    return "site_id" if FIGURES[figure].view == "production_sites" else "object_id"


def _versions(path: Path, figure: str, place: Place, object_id: str) -> list[dict[str, Any]]:
    identity = _identity(figure)
    view = "production_sites_history" if identity == "site_id" else "units_history"
    return objects(
        path,
        f"SELECT * FROM {view} WHERE wave_id = ? AND municipality_key = ? AND {identity} = ? "
        "ORDER BY loaded_at, submission_id",
        [place[0], place[1], object_id],
    )


def _gone(after: Path, figure: str, place: Place, object_id: str) -> str:
    """Why an object is no longer counted there."""
    rows = _versions(after, figure, place, object_id)
    current = [row for row in rows if row["is_current"]]
    if current:
        moved = current[-1]["district_id"] != place[2]
        return "why-moved" if moved else "why-restated"
    causes = {row["end_cause"] for row in rows}
    if "voided" in causes:
        return "why-voided"
    if "withdrawn" in causes:
        return "why-withdrawn"
    return "why-dropped" if rows else "why-merged"


def _come(before: Path, figure: str, place: Place, object_id: str) -> str:
    """Why an object is counted there now."""
    rows = _versions(before, figure, place, object_id)
    if not rows:
        return "why-new"
    current = [row for row in rows if row["is_current"]]
    if not current:
        return "why-back"
    return "why-moved-here" if current[-1]["district_id"] != place[2] else "why-restated"
