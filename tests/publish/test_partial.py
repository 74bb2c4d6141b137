"""Counting only what changed gives the same figures as counting everything."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.publish import edition as editions
from pipelines.publish.edition import Summaries, read_summaries
from pipelines.publish.partial import Figures
from schemas.places import Places, Section, StreetRange
from tests.publish.editions import bochum, make_edition, site, unit

Rows = dict[str, list[dict[str, Any]]]
CODES = ("25", "47", "49")
WAVES = ("2018-W1", "2019-W1", "2020-W1")
STATES = ("LEER", "BELEGT", "ZWISCHENNUTZUNG", "UMBAU")


def places() -> Places:
    """Bochum with one street section in each district and one that no register places."""
    sections = tuple(Section(f"S{code}", "", "05911000", f"Straße {code}", "", "", "", 100.0, 20)
                     for code in CODES)  # fmt: skip
    found = bochum(sections=sections)
    place = found.by_key["05911000"]
    streets = tuple(
        StreetRange("05911000", f"Straße {code}", None, None, "", code, "", f"S{code}")
        for code in CODES
    )
    return Places({"05911000": place.__class__(**{**vars(place), "streets": streets})}, "digest")


def survey(seed: int) -> Rows:
    """Objects over three waves; some move between districts, some share an address."""
    chance = random.Random(seed)
    units, walks = [], []
    for number in range(1, 31):
        home = chance.choice(CODES)
        for wave in WAVES:
            if chance.random() < 0.15:
                continue
            code = home if chance.random() < 0.9 else chance.choice(CODES)
            units.append(unit(
                number, code, object_id=f"A{number}", wave_id=wave,
                section_id=chance.choice([f"S{code}", f"S{home}", "LOST"]),
                object_kind=chance.choice(["EINHEIT", "EINHEIT", "GEBAEUDE"]),
                vacancy_status=chance.choice(STATES), address_key=f"k{number // 3}",
                survey_date=f"{wave[:4]}-05-{chance.randint(1, 28):02}",
                owner_type=chance.choice(["KIRCHE", "KOMMUNE", None]),
            ))  # fmt: skip
    for wave in WAVES:
        walks += [{"wave_id": wave, "municipality_key": "05911000", "section_id": section,
                   "coverage": chance.choice(["VOLL", "VOLL", "TEIL"])}
                  for section in ("S25", "S47", "S49", "LOST")]  # fmt: skip
    return {"units": units, "coverage": walks, "production_sites": [site(1, "25"), site(2, "47")],
            "quarantine": [{"wave_id": WAVES[0], "municipality_key": "05911000"}]}  # fmt: skip


def changed(rows: Rows, seed: int) -> Rows:
    """One thing changed by a correction: a state, a place, a day, a walk, or a row gone or new."""
    chance = random.Random(seed)
    units, walks = [dict(row) for row in rows["units"]], [dict(row) for row in rows["coverage"]]
    place, walk = chance.randrange(len(units)), chance.randrange(len(walks))
    corrected = {"submission_id": "s2"}  # what a row says never changes but with its submission
    match seed % 6:
        case 0:
            units[place] |= corrected | {"vacancy_status": chance.choice(STATES)}
        case 1:
            units[place] |= corrected | {"district_id": f"05911000-{chance.choice(CODES)}"}
        case 2:
            units[place] |= corrected | {"survey_date": f"{units[place]['wave_id'][:4]}-01-01"}
        case 3:
            walks[walk] |= corrected | {"coverage": "NICHT"}
        case 4:
            del units[place]
        case _:
            units.append(unit(99, "25", object_id="A1", wave_id="2021-W1", section_id="S47"))
    return rows | {"units": units, "coverage": walks}


def frames(summaries: Summaries) -> dict[str, list[tuple[Any, ...]]]:
    return {name: getattr(summaries, name).rows() for name in editions.FRAMES}


@pytest.mark.parametrize("seed", range(6))
def test_what_changed_is_all_that_is_counted_and_nothing_differs(tmp_path: Path, seed: int) -> None:
    before, after = survey(seed), changed(survey(seed), seed)
    first = make_edition(tmp_path / "first.duckdb", places(), **before)
    second = make_edition(tmp_path / "second.duckdb", places(), **after)
    read_summaries(first.path, places(), tmp_path / "kept")
    partly = read_summaries(second.path, places(), tmp_path / "kept")
    wholly = read_summaries(second.path, places(), tmp_path / "fresh")
    assert frames(partly) == frames(wholly)


def test_an_untouched_district_is_not_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    count = editions.count_figures

    def watched(connection: duckdb.DuckDBPyConnection) -> Figures:
        rows = connection.sql("SELECT DISTINCT district_id FROM units").fetchall()
        seen.append({row[0] for row in rows})
        return count(connection)

    monkeypatch.setattr(editions, "count_figures", watched)
    units = [unit(n, code, address_key=f"{code}{n}") for code in CODES for n in range(1, 5)]
    for name, last in (("first", "LEER"), ("second", "BELEGT"), ("third", "BELEGT")):
        if units[-1]["vacancy_status"] != last:
            units[-1] |= {"vacancy_status": last, "submission_id": name}
        path = make_edition(tmp_path / f"{name}.duckdb", bochum(), units=units).path
        read_summaries(path, bochum(), tmp_path / "kept")
    everywhere = {f"05911000-{code}" for code in CODES}
    assert seen == [everywhere, {"05911000-49"}]


def test_what_was_read_by_other_rules_is_counted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    count = editions.count_figures
    monkeypatch.setattr(
        editions, "count_figures", lambda connection: counts.append(1) or count(connection)
    )
    for rules in ("1", "1", "2"):
        told = [{"submission_id": "s1", "rule_version": rules}]
        path = make_edition(
            tmp_path / "e.duckdb", bochum(), units=[unit(1, "25")], submissions=told
        ).path
        read_summaries(path, bochum(), tmp_path / "kept")
    assert len(counts) == 2


def test_figures_that_were_torn_on_disk_are_counted_anew(tmp_path: Path) -> None:
    edition = make_edition(tmp_path / "e.duckdb", bochum(), units=[unit(1, "25")])
    right = read_summaries(edition.path, bochum(), tmp_path / "kept")
    for path in (tmp_path / "kept").iterdir():
        path.write_bytes(path.read_bytes()[:20])
    assert frames(read_summaries(edition.path, bochum(), tmp_path / "kept")) == frames(right)
