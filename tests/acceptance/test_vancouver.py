"""Real input: the storefront inventory of Vancouver, two waves, through a mapping of its own.

The data lies outside the repository, in the folder that LEERSTAND_TEST_DATA names; the expected
figures are counted here from the same file in plain Python.
"""

from __future__ import annotations

import csv
import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import make_home

from .conftest import Office

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("LEERSTAND_TEST_DATA", ROOT.parent / "shared/data"))
SOURCE = DATA / "vancouver" / "storefronts-inventory.csv"
MAPPING = Path(__file__).with_name("vancouver.yml")
KEY = "vancouver"
CONTRADICTING = "2912"

pytestmark = pytest.mark.skipif(
    not SOURCE.exists(), reason=f"test data missing: {SOURCE} (set LEERSTAND_TEST_DATA)"
)


@dataclass
class Count:
    """What a second count finds in one area and wave."""

    units: int = 0
    vacant: int = 0
    refurbished: int = 0


def storefronts() -> list[dict[str, str]]:
    with SOURCE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def second_count() -> dict[tuple[str, str], Count]:
    """(wave, area) → Count, the two contradicting rows of ID 2912 in 2021 left out."""
    rows = storefronts()
    times = Counter((row["ID"], row["Year recorded"]) for row in rows)
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    for row in rows:
        if times[row["ID"], row["Year recorded"]] > 1:
            continue
        count = counts[row["Year recorded"], row["Geo Local Area"]]
        count.units += 1
        count.vacant += row["Retail category"] == "Vacant"
        count.refurbished += row["Retail category"] == "Vacant UC"
    return counts


@pytest.fixture(scope="module")
def vancouver(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, Any]:
    """The ingested and published inventory, and what ingest said of it."""
    office = Office(tmp_path_factory.mktemp("vancouver") / "home")
    make_home(office.root)
    place = office.root / "areas" / KEY
    place.mkdir(parents=True)
    (place / "municipality.csv").write_text(
        "municipality_key,municipality,crs,e_min,e_max,n_min,n_max,postcode_pattern,"
        f"district_code_pattern\n{KEY},Vancouver,EPSG:4326,-123.3,-123.0,49.19,49.32,,\n",
        encoding="utf-8",
    )
    areas = sorted({row["Geo Local Area"] for row in storefronts()})
    lines = [f"{KEY},,,{n:02d},{area},,,,,,\n" for n, area in enumerate(areas, start=1)]
    (place / "districts.csv").write_text(
        "municipality_key,borough_code,borough,district_code,district,synonyms,postcodes,"
        f"area_km2,inhabitants,tile_row,tile_col\n{''.join(lines)}",
        encoding="utf-8",
    )
    (entry,) = office.ingest(SOURCE, team="city", options=["--mapping", str(MAPPING)])
    assert office.run("publish").returncode == 0
    return Office(office.root, is_own_process=False), entry


def test_every_row_arrives(vancouver: tuple[Office, Any]) -> None:
    _, entry = vancouver
    (form,) = entry["forms"]
    assert (form["form"], form["rows"]) == ("vacancies", 16406)
    assert (form["accepted"], form["quarantined"]) == (16404, 2)
    assert entry["waves"] == ["2020", "2021"]


def test_vacancies_per_area_and_wave_are_those_of_a_second_count(
    vancouver: tuple[Office, Any],
) -> None:
    office, _ = vancouver
    rows = office.rows("SELECT wave_id, district, vacancies FROM district_summary")
    found = {(row["wave_id"], row["district"]): row["vacancies"] for row in rows}
    assert found == {key: count.vacant for key, count in second_count().items()}


def test_rates_per_area_and_wave_are_those_of_a_second_count(
    vancouver: tuple[Office, Any],
) -> None:
    """An inventory with coverage VOLL carries its own denominators."""
    office, _ = vancouver
    rows = office.rows(
        "SELECT wave_id, district, count(*) AS units,"
        " count(*) FILTER (vacancy_status = 'LEER') AS vacant,"
        " count(*) FILTER (vacancy_status = 'UMBAU') AS refurbished"
        " FROM units JOIN districts USING (district_id) GROUP BY ALL"
    )
    found = {
        (row["wave_id"], row["district"]): Count(row["units"], row["vacant"], row["refurbished"])
        for row in rows
    }
    expected = second_count()
    assert found == expected
    rates = {key: 100 * count.vacant / count.units for key, count in found.items()}
    assert rates == {key: 100 * count.vacant / count.units for key, count in expected.items()}


def test_the_contradicting_record_is_a_finding(vancouver: tuple[Office, Any]) -> None:
    """A shop and a vacancy under one ID in one wave: both rows wait, none is counted."""
    _, entry = vancouver
    lines = {
        number
        for number, row in enumerate(storefronts(), start=2)
        if (row["ID"], row["Year recorded"]) == (CONTRADICTING, "2021")
    }
    (finding,) = [each for each in entry["findings"] if each["severity"] == "error"]
    assert set(finding["rows"]) == lines
    assert finding["value"] == CONTRADICTING


def test_units_missing_in_the_second_wave_are_not_called_ended(
    vancouver: tuple[Office, Any],
) -> None:
    office, _ = vancouver
    waves = {
        year: {row["ID"] for row in storefronts() if row["Year recorded"] == year}
        for year in ("2020", "2021")
    }
    missing = waves["2020"] - waves["2021"]
    assert missing
    ended = office.value("SELECT count(*) FROM units_history WHERE vacancy_status = 'BEENDET'")
    assert ended == 0
    changes = office.rows("SELECT * FROM wave_changes")
    assert not [row for row in changes if row.get("ended")]
