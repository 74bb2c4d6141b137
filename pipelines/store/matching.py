"""Matching a wave with the one before: what became of each object, and who may be who.

In: an edition, a wave.
Out: one entry per object: new, persistent, changed, ended, not_found (in a walked section),
not_surveyed; and likely pairs with a reason and a score, for a person to confirm. Nothing is merged
here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from pipelines.errors import InputFailure
from pipelines.store.counting import CIRCUMSTANCES
from pipelines.store.query import fetch, objects
from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import column_types
from schemas.folding import fold

LIKELY = 0.75
# A second proposal this near to the first makes both ambiguous.
_NEAR = 0.05
_WEIGHTS = {
    "street": 0.4,
    "house_number": 0.3,
    "unit_label": 0.1,
    "storey": 0.1,
    "object_kind": 0.1,
}

_WAVES = """
SELECT wave_id, min(survey_date) AS first_day FROM {view}
WHERE municipality_key = ? GROUP BY ALL ORDER BY first_day, wave_id
"""


@dataclass(frozen=True)
class Pair:
    """Two objects that may be one: the id of the earlier, the id of the later, why, how sure."""

    before: str
    now: str
    score: float
    reasons: tuple[str, ...]
    is_ambiguous: bool
    kind: str = "same"


@dataclass(frozen=True)
class Match:
    """One wave against the one before it, in one municipality and form.

    Attributes:
        states: object id → (state, fields that changed).
    """

    form: str
    municipality_key: str
    wave: str
    wave_before: str | None
    states: dict[str, tuple[str, tuple[str, ...]]]
    pairs: tuple[Pair, ...]

    def to_json(self) -> dict[str, Any]:
        """The shape of `match --json`, one entry of "matches"."""
        return {
            "form": self.form,
            "municipality_key": self.municipality_key,
            "wave": self.wave,
            "wave_before": self.wave_before,
            "objects": [
                {"object_id": one, "state": state, "fields": list(fields)}
                for one, (state, fields) in self.states.items()
            ],
            "pairs": [
                {
                    "before": pair.before, "now": pair.now, "kind": pair.kind,
                    "score": pair.score, "reasons": list(pair.reasons),
                    "ambiguous": pair.is_ambiguous,
                }
                for pair in self.pairs
            ],
        }  # fmt: skip


def match(path: Path, wave: str, form: str = "vacancies") -> list[Match]:
    """Match a wave in every municipality it was surveyed in.

    Raises:
        InputFailure: no object was surveyed in the wave.
        StoreFailure: there is no edition.
    """
    declared = FORMS[form]
    cities = fetch(
        path,
        f"SELECT DISTINCT municipality_key FROM {declared.current_view} WHERE wave_id = ? "
        "ORDER BY ALL",
        [wave],
    ).rows
    if not cities:
        raise InputFailure("no-such-wave", wave=wave)
    return [_match(path, declared, str(city), wave) for (city,) in cities]


def likeness(path: Path, form: str, city: str, before: str, now: str) -> Pair | None:
    """How alike two objects are as last surveyed; None where one of them does not stand."""
    declared = FORMS[form]
    rows = [
        objects(
            path,
            f"FROM {declared.current_view} WHERE municipality_key = ? "
            f"AND {declared.object_column} = ? ORDER BY survey_date DESC, wave_id DESC LIMIT 1",
            [city, one],
        )
        for one in (before, now)
    ]
    if not all(rows):
        return None
    score, reasons = _score(rows[0][0], rows[1][0])
    return Pair(before, now, score, reasons, is_ambiguous=False)


def _match(path: Path, form: Form, city: str, wave: str) -> Match:
    waves = [row[0] for row in fetch(path, _WAVES.format(view=form.current_view), [city]).rows]
    place = waves.index(wave)
    before = waves[place - 1] if place else None
    now_rows = _rows(path, form, city, wave)
    old_rows = _rows(path, form, city, before) if before else {}
    walked = {
        row[0]
        for row in fetch(
            path,
            "SELECT section_id FROM coverage WHERE municipality_key = ? AND wave_id = ? "
            "AND coverage = 'VOLL'",
            [city, wave],
        ).rows
    }
    states = {one: _state(form, old_rows.get(one), row) for one, row in now_rows.items()}
    for one, row in old_rows.items():
        if one not in now_rows:
            is_walked = row["section_id"] in walked
            states[one] = ("not_found" if is_walked else "not_surveyed", ())
    pairs = _pairs(path, form, city, old_rows, now_rows)
    return Match(form.name, city, wave, before, dict(sorted(states.items())), pairs)


def _rows(path: Path, form: Form, city: str, wave: str) -> dict[str, dict[str, Any]]:
    rows = objects(
        path,
        f"FROM {form.current_view} WHERE municipality_key = ? AND wave_id = ? ORDER BY ALL",
        [city, wave],
    )
    return {row[str(form.object_column)]: row for row in rows}


def _state(
    form: Form, old: dict[str, Any] | None, row: dict[str, Any]
) -> tuple[str, tuple[str, ...]]:
    if row.get("vacancy_status") == "BEENDET":
        return "ended", ()
    if old is None:
        return "new", ()
    left_out = CIRCUMSTANCES | {"wave_id", "remarks", str(form.object_column)}
    fields = tuple(
        name
        for name in column_types(form)
        if name not in left_out and row.get(name) != old.get(name)
    )
    return ("changed", fields) if fields else ("persistent", ())


def _pairs(
    path: Path,
    form: Form,
    city: str,
    old: dict[str, dict[str, Any]],
    now: dict[str, dict[str, Any]],
) -> tuple[Pair, ...]:
    """Likely pairs of objects that are gone with objects that are new, best first."""
    column = str(form.object_column)
    decided = _decided(path, form, city)
    fresh = [row for one, row in now.items() if one not in old]
    by_district: dict[str, list[dict[str, Any]]] = {}
    for row in fresh:
        by_district.setdefault(row["district_id"], []).append(row)
    found = []
    for one, row in old.items():
        for other in by_district.get(row["district_id"], ()):
            score, reasons = _score(row, other)
            stays = one in now
            # An object that is there still can only have been split, at its own address.
            if score >= LIKELY and not (stays and reasons != ("unit_label",)):
                kind = "split" if stays else "same"
                found.append(
                    Pair(one, other[column], score, reasons, is_ambiguous=False, kind=kind)
                )
    asked = [pair for pair in found if (pair.before, pair.now) not in decided]
    return tuple(sorted((_judged(pair, asked) for pair in asked), key=_order))


def _order(pair: Pair) -> tuple[float, str, str]:
    return -pair.score, pair.before, pair.now


def _judged(pair: Pair, found: list[Pair]) -> Pair:
    """Say of a pair whether others are as likely; several successors at one place are a split."""
    successors = [other for other in found if other.before == pair.before and other.now != pair.now]
    predecessors = [
        other for other in found if other.now == pair.now and other.before != pair.before
    ]
    rivals = [other for other in (*successors, *predecessors) if other.score >= pair.score - _NEAR]
    kind = pair.kind
    if rivals and "unit_label" in pair.reasons:
        kind = "split" if successors else "merge"
    return Pair(pair.before, pair.now, pair.score, pair.reasons, bool(rivals), kind)


def _score(one: dict[str, Any], other: dict[str, Any]) -> tuple[float, tuple[str, ...]]:
    """How alike two rows are, from 0 to 1, and the columns in which they differ."""
    score, differing = 0.0, []
    weights = {name: weight for name, weight in _WEIGHTS.items() if name in one}
    for name, weight in weights.items():
        likeness = _likeness(name, one[name], other[name])
        if name == "street" and one["section_id"] != other["section_id"] and likeness < 1:
            likeness = 0.0
        score += weight * likeness
        if likeness < 1:
            differing.append(name)
    return round(score / sum(weights.values()), 2), tuple(differing)


def _likeness(name: str, one: Any, other: Any) -> float:
    left, right = fold(str(one or "")), fold(str(other or ""))
    if left == right:
        return 1.0
    if name == "street":
        return fuzz.ratio(left, right) / 100
    if name == "house_number":
        # "12" and "12 a" are neighbours; "12" and "13" are not.
        return 0.7 if _bare(left) == _bare(right) else 0.0
    return 0.5 if not left or not right else 0.0


def _bare(number: str) -> str:
    """A house number without its suffix."""
    return number.split(" ", maxsplit=1)[0].rstrip("abcdefgh")


def _decided(path: Path, form: Form, city: str) -> set[tuple[str, str]]:
    """Pairs that a person has said something about already; they are not asked again."""
    rows = fetch(
        path,
        "SELECT other_id, object_id FROM versions.decided_pairs "
        "WHERE form = ? AND municipality_key = ?",
        [form.name, city],
    ).rows
    return {(str(row[0]), str(row[1])) for row in rows}
