"""The summaries in SQL: changes between waves and durations, each fate worked out by hand."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from schemas.places import Section
from tests.publish.editions import bochum, make_edition, unit

CAME = ("newly_found", "returned", "split_off", "redrawn_in")
WENT = ("ended", "refurbished_or_let", "unclear", "not_found", "merged", "redrawn_out")
MOVES = ("u_before", *CAME, *WENT, "persistent", "u_now")
SECTIONS = tuple(Section(f"S{n}", f"S{n}", "05911000", f"Straße {n}", "", "", "", 100.0, 20)
                 for n in range(1, 4))  # fmt: skip
DAYS = {"W1": date(2019, 5, 1), "W2": date(2020, 5, 1), "W3": date(2021, 5, 1)}


def walked(*pairs: str) -> list[dict[str, Any]]:
    """Coverage rows such as "W1 S1" (VOLL) or "W1 S1 TEIL"."""
    rows = []
    for pair in pairs:
        wave, section, *how = pair.split()
        rows.append({"wave_id": wave, "municipality_key": "05911000", "section_id": section,
                     "walked_on": DAYS[wave], "coverage": how[0] if how else "VOLL"})  # fmt: skip
    return rows


def seen(number: int, wave: str, status: str = "LEER", section: str = "S1") -> dict[str, Any]:
    return unit(number, "25", wave_id=wave, vacancy_status=status, section_id=section,
                survey_date=DAYS[wave])  # fmt: skip


def changes(
    tmp_path: Path,
    units: list[dict[str, Any]],
    coverage: list[dict[str, Any]],
    links: list[dict[str, Any]] | None = None,
) -> list[dict[str, Any]]:
    edition = make_edition(tmp_path / "e.duckdb", bochum(sections=SECTIONS), units=units,
                           coverage=coverage, object_links=links or [])  # fmt: skip
    with duckdb.connect(str(edition.path), read_only=True) as connection:
        return connection.sql("SELECT * FROM wave_changes ORDER BY ALL").pl().to_dicts()


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([seen(1, "W1"), seen(1, "W2")], {"u_before": 1, "persistent": 1, "u_now": 1}),
        ([seen(1, "W1"), seen(1, "W2", "ZWISCHENNUTZUNG")],
         {"u_before": 1, "persistent": 1, "u_now": 1}),
        ([seen(1, "W1"), seen(1, "W2", "BEENDET")], {"u_before": 1, "ended": 1}),
        ([seen(1, "W1"), seen(1, "W2", "BELEGT")], {"u_before": 1, "ended": 1}),
        ([seen(1, "W1"), seen(1, "W2", "UMBAU")], {"u_before": 1, "refurbished_or_let": 1}),
        ([seen(1, "W1"), seen(1, "W2", "UNKLAR")], {"u_before": 1, "unclear": 1}),
        ([seen(1, "W1"), seen(2, "W2")],
         {"u_before": 1, "not_found": 1, "newly_found": 1, "u_now": 1}),
        ([seen(1, "W1", "UMBAU"), seen(1, "W2")], {"newly_found": 1, "u_now": 1}),
        ([seen(1, "W1"), seen(1, "W2", section="S2")],
         {"u_before": 1, "redrawn_out": 1, "redrawn_in": 1, "u_now": 1}),
    ],
)  # fmt: skip
def test_each_fate(tmp_path: Path, units: list[dict[str, Any]], expected: dict[str, int]) -> None:
    (row,) = changes(tmp_path, units, walked("W1 S1", "W2 S1", "W1 S2", "W2 S2"))
    assert {name: row[name] for name in MOVES if row[name]} == expected


def test_what_was_let_in_between_returns(tmp_path: Path) -> None:
    units = [seen(1, "W1"), seen(1, "W2", "BELEGT"), seen(1, "W3")]
    found = changes(tmp_path, units, walked("W1 S1", "W2 S1", "W3 S1"))
    last = next(row for row in found if row["wave_id"] == "W3")
    assert (last["u_before"], last["returned"], last["u_now"]) == (0, 1, 1)


def test_only_sections_walked_in_full_in_both_are_compared(tmp_path: Path) -> None:
    units = [seen(n, w, section=s) for n, w, s in (
        (1, "W1", "S1"), (2, "W1", "S2"), (3, "W2", "S3"), (4, "W1", "S3"))]  # fmt: skip
    found = changes(tmp_path, units, walked("W1 S1", "W1 S2", "W2 S2 TEIL", "W2 S3", "W1 S3 NICHT"))
    assert found == []


def linked(kind: str, number: int, predecessor: int) -> dict[str, Any]:
    return {"form": "vacancies", "municipality_key": "05911000", "kind": kind,
            "object_id": f"25-A{number:04}", "predecessor_id": f"25-A{predecessor:04}"}  # fmt: skip


@pytest.mark.parametrize(
    ("units", "links", "expected"),
    [
        ([seen(1, "W1"), seen(2, "W2"), seen(3, "W2")],
         [linked("split", 2, 1), linked("split", 3, 1)],
         {"u_before": 1, "persistent": 1, "split_off": 1, "u_now": 2}),
        # The half that is vacant continues the object, whichever number it got.
        ([seen(1, "W1"), seen(2, "W2", "BELEGT"), seen(3, "W2")],
         [linked("split", 2, 1), linked("split", 3, 1)],
         {"u_before": 1, "persistent": 1, "u_now": 1}),
        # What was no vacancy cannot split into one.
        ([seen(1, "W1", "BELEGT"), seen(2, "W2"), seen(3, "W2")],
         [linked("split", 2, 1), linked("split", 3, 1)], {"newly_found": 2, "u_now": 2}),
        ([seen(1, "W1"), seen(1, "W2"), seen(2, "W2")], [linked("split", 2, 1)],
         {"u_before": 1, "persistent": 1, "split_off": 1, "u_now": 2}),
        ([seen(1, "W1"), seen(2, "W1"), seen(3, "W2")],
         [linked("merge", 3, 1), linked("merge", 3, 2)],
         {"u_before": 2, "persistent": 1, "merged": 1, "u_now": 1}),
        ([seen(1, "W1", "BELEGT"), seen(2, "W1"), seen(3, "W2")],
         [linked("merge", 3, 1), linked("merge", 3, 2)],
         {"u_before": 1, "persistent": 1, "u_now": 1}),
        ([seen(1, "W1"), seen(2, "W1"), seen(1, "W2")], [linked("merge", 1, 2)],
         {"u_before": 2, "persistent": 1, "merged": 1, "u_now": 1}),
    ],
)  # fmt: skip
def test_splits_and_merges(
    tmp_path: Path,
    units: list[dict[str, Any]],
    links: list[dict[str, Any]],
    expected: dict[str, int],
) -> None:
    (row,) = changes(tmp_path, units, walked("W1 S1", "W2 S1"), links)
    assert {name: row[name] for name in MOVES if row[name]} == expected


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_it_reconciles(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    statuses = ["LEER", "LEER", "ZWISCHENNUTZUNG", "BEENDET", "BELEGT", "UMBAU", "UNKLAR"]
    units = [
        seen(n, wave, chance.choice(statuses), chance.choice(["S1", "S2", "S3"]))
        for n in range(40) for wave in DAYS if chance.random() < 0.8
    ]  # fmt: skip
    pairs = [f"{w} S{n}" for w in DAYS for n in (1, 2, 3) if chance.random() < 0.9]
    links = [
        linked(chance.choice(["split", "merge"]), *chance.sample(range(40), 2)) for _ in range(15)
    ]
    for row in changes(tmp_path, units, walked(*pairs), links):
        came, went = (sum(row[name] for name in names) for names in (CAME, WENT))
        assert row["u_before"] + came - went == row["u_now"]
        for wave, count in ((row["wave_before"], "u_before"), (row["wave_id"], "u_now")):
            assert row[count] == _vacant(units, pairs, row, wave)


def _vacant(units: list[dict[str, Any]], pairs: list[str], row: dict[str, Any], wave: str) -> int:
    """U of a wave, counted row by row on the sections whose last full walk before was the other."""
    order = list(DAYS)
    between = order[order.index(row["wave_before"]) + 1 : order.index(row["wave_id"])]
    compared = {
        section for section in ("S1", "S2", "S3")
        if f"{row['wave_before']} {section}" in pairs and f"{row['wave_id']} {section}" in pairs
        and not any(f"{one} {section}" in pairs for one in between)
    }  # fmt: skip
    return sum(
        one["wave_id"] == wave and one["section_id"] in compared
        and one["vacancy_status"] in {"LEER", "ZWISCHENNUTZUNG"} for one in units
    )  # fmt: skip


@pytest.mark.parametrize(
    ("since", "precision", "stated", "expected"),
    [
        (date(2019, 3, 1), "day", None, "UNTER_6"),
        (date(2018, 11, 30), "day", None, "VON_6_BIS_12"),  # six months to the day
        (date(2018, 12, 1), "day", None, "UNTER_6"),
        (date(2018, 5, 30), "day", None, "VON_12_BIS_36"),
        (date(2014, 5, 30), "day", None, "AB_60"),
        (date(2017, 1, 1), "year", None, "VON_12_BIS_36"),  # 17 to 28 months
        (date(2018, 1, 1), "year", None, "UNBEKANNT"),  # 4 to 16 months
        (date(2016, 1, 1), "year", None, "MINDESTENS_12"),  # 28 to 40 months
        (date(2016, 1, 1), "before", None, "MINDESTENS_12"),
        (date(2019, 1, 1), "before", None, "UNBEKANNT"),
        (None, None, "VON_36_BIS_60", "VON_36_BIS_60"),
        (None, None, "UNBEKANNT", "UNBEKANNT"),
        (None, None, None, "UNBEKANNT"),
    ],
)
def test_durations(
    tmp_path: Path, since: date | None, precision: str | None, stated: str | None, expected: str
) -> None:
    row = unit(1, "25", survey_date=date(2019, 5, 30), vacant_since=since,
               vacant_since_precision=precision, duration_class=stated)  # fmt: skip
    edition = make_edition(tmp_path / "e.duckdb", bochum(), units=[row])
    with duckdb.connect(str(edition.path), read_only=True) as connection:
        assert connection.sql("SELECT duration FROM vacancy_durations").fetchall() == [(expected,)]


def test_seen_before_is_at_least_since_and_begins_anew_after_a_let(tmp_path: Path) -> None:
    units = [seen(1, "W1"), seen(1, "W2"), seen(2, "W1"), seen(2, "W2", "BELEGT"), seen(2, "W3")]
    edition = make_edition(tmp_path / "e.duckdb", bochum(), units=units)
    with duckdb.connect(str(edition.path), read_only=True) as connection:
        found = connection.sql(
            "SELECT object_id, wave_id, duration FROM vacancy_durations ORDER BY ALL"
        ).fetchall()
    assert found == [
        ("25-A0001", "W1", "UNBEKANNT"),
        ("25-A0001", "W2", "MINDESTENS_12"),
        ("25-A0002", "W1", "UNBEKANNT"),
        ("25-A0002", "W3", "UNBEKANNT"),
    ]
