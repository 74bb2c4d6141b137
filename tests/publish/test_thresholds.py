"""Thresholds that an office sets otherwise, each by a figure worked out by hand; traced alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipelines.home import Home, Settings, make_home
from pipelines.publish import Approval, publish
from pipelines.publish import edition as editions
from pipelines.publish.partial import Figures
from pipelines.store.trace import trace
from schemas.places import Places, Section, Wave
from tests.publish.editions import SmallEdition, bochum, make_edition, site, unit

DAY = date(2019, 5, 1)
STOCK = {
    "wave_id": "2019-W1", "municipality_key": "05911000", "district_id": "05911000-25",
    "unit_type": "LADENLOKAL", "units_total": 18, "sales_area_total_m2": 1800, "coverage": "VOLL",
    "reference_date": date(2018, 1, 1),
}  # fmt: skip
DISTANT = "mehr als {} Monate vor oder nach"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


def set_to(home: Home, *settings: str) -> None:
    (home.root / "leerstand.toml").write_text("\n".join(settings))


@pytest.fixture
def shops(home: Home) -> SmallEdition:
    """3 of 18 shop units vacant, 2 of known area (200 m²) and begin: 40 and 8 months ago."""
    begins = {1: date(2016, 1, 1), 2: date(2018, 9, 1)}
    units = [
        unit(n, "25", survey_date=DAY, sales_area_m2=100 if n in begins else None,
             vacant_since=begins.get(n), vacant_since_precision="day" if n in begins else None)
        for n in (1, 2, 3, 4, 5)
    ]  # fmt: skip
    for row in units[3:]:
        row |= {"unit_type": "WOHNUNG"}
    return make_edition(home.root / "e.duckdb", bochum(), units=units, stock=[STOCK])


@pytest.mark.parametrize(
    ("settings", "table", "column", "shown"),
    [
        ([], "rates", "rate_units", "/"),  # 18 units are fewer than 20
        (["rate_units = 18"], "rates", "rate_units", 16.7),  # 3 of 18
        (["rate_units = 18"], "rates", "rate_area", "/"),  # known for 2 of 3: 67 %
        (["rate_units = 18", "rate_known_percent = 66"], "rates", "rate_area", 11.1),  # 200 of 1800
        ([], "durations", "long_share", "/"),  # known for 2 of 5: 40 %
        (["long_known_percent = 40"], "durations", "long_share", 50.0),  # one of two
        (["long_known_percent = 41"], "durations", "long_share", "/"),
        (["long_known_percent = 40", "long_months = 6"], "durations", "long_share", 100.0),
    ],
)
def test_what_is_shown(
    home: Home, shops: SmallEdition, settings: list[str], table: str, column: str, shown: object
) -> None:
    set_to(home, *settings)
    publish(home, bochum(), shops)
    rows = pl.read_csv(home.published / f"downloads/{table}.csv")
    row = rows.filter(pl.col("label") == "Wattenscheid-Mitte").row(0, named=True)
    assert (row[f"{column}_sign"] or row[column]) == shown


@pytest.mark.parametrize(
    ("months", "is_told"), [(12, True), (15, True), (16, False), (24, False)]
)  # the stock is 16 months older than the survey
def test_from_when_on_a_stock_is_distant(
    home: Home, shops: SmallEdition, months: int, *, is_told: bool
) -> None:
    set_to(home, f"stock_months = {months}", "rate_units = 10")
    publish(home, bochum(), shops)
    page = (home.published / "tables/rates.html").read_text()
    assert (DISTANT.format(months) in page) is is_told


def test_no_threshold_copies_the_edition(
    home: Home, shops: SmallEdition, monkeypatch: pytest.MonkeyPatch
) -> None:
    count, seen = editions.count_figures, []

    def watched(connection: duckdb.DuckDBPyConnection) -> Figures:
        seen.append(connection.execute("SELECT current_database()").fetchone())
        return count(connection)

    monkeypatch.setattr(editions, "count_figures", watched)
    for settings in ("", "section_buildings = 5\nlong_months = 36\nstock_months = 3"):
        set_to(home, settings)
        publish(home, bochum(), shops)
    assert seen == [("whole",), ("whole",)]


def traced(edition: SmallEdition, figure: str, settings: Settings, **where: str) -> list[Any]:
    rows = trace(edition.path, figure, list(where.items()), settings)
    return [(row["object_id"], row.get("part")) for row in rows]


@pytest.mark.parametrize(
    ("months", "long"), [(6, ["25-A0001", "25-A0002"]), (12, ["25-A0001"]), (60, [])]
)
def test_long_vacancies_are_traced_as_they_are_published(
    shops: SmallEdition, months: int, long: list[str]
) -> None:
    found = traced(shops, "long_share", Settings(long_months=months), wave_id="2019-W1")
    assert [one for one, part in found if part == "numerator"] == long
    assert [one for one, part in found if part == "denominator"] == ["25-A0001", "25-A0002"]


def test_sections_are_traced_as_they_are_merged(home: Home) -> None:
    sections = tuple(
        Section(name, f"Hochstraße {name}", "05911000", "Hochstraße", "", "", "", 100.0, buildings)
        for name, buildings in (("H1", 30), ("H2", 4), ("H3", 30))
    )
    places = bochum(sections=sections)
    units = [unit(n, "25", section_id=f"H{n}") for n in (1, 2, 3)]
    edition = make_edition(home.root / "e.duckdb", places, units=units)
    told = {}
    for buildings in (10, 4, 40):
        set_to(home, f"section_buildings = {buildings}")
        publish(home, places, edition)
        rows = pl.read_csv(home.published / "downloads/sections.csv")
        told[buildings] = dict(rows.select("label", "vacancies").rows())
        for label, count in told[buildings].items():
            settings = Settings(section_buildings=buildings)
            assert len(traced(edition, "vacancies", settings, section=label)) == count
    # 4 buildings are too few alone: all of a street whose small sections are together too small.
    assert told == {
        10: {"Hochstraße": 3},
        4: {"Hochstraße H1": 1, "Hochstraße H2": 1, "Hochstraße H3": 1},
        40: {"Hochstraße": 3},
    }


def test_counts_that_are_hidden_later_are_in_no_list_of_editions(home: Home) -> None:
    """Werne had 2 and then 3 vacancies before the office hid what is under 4."""
    places = bochum()
    for name, count in (("e1", 2), ("e2", 3)):
        units = [unit(n, "25") for n in range(8)] + [unit(n, "47") for n in range(count)]
        publish(home, places, make_edition(home.root / f"{name}.duckdb", places, units=units))
    page = home.published / "editions.html"
    assert "Werne, Welle 2019-W1: Leerstände und Brachflächen 2 → 3" in page.read_text()
    set_to(home, "headline_small_cell = 4")
    publish(home, places, SmallEdition("e2", home.root / "e2.duckdb"))
    assert "Werne, Welle" not in page.read_text()
    assert "Werne, Welle" not in (home.published / "index.html").read_text()


def test_rows_counted_do_not_tell_a_hidden_count(home: Home) -> None:
    units = [unit(n, "25") for n in range(8)] + [unit(n, "47") for n in range(3)]
    edition = make_edition(home.root / "e.duckdb", bochum(), units=units,
                           production_sites=[site(1, "49")])  # fmt: skip
    set_to(home, "headline_small_cell = 4")
    publish(home, bochum(), edition)
    rows = pl.read_csv(home.published / "downloads/quality.csv").filter(pl.col("level") != "area")
    assert dict(rows.select("label", "accepted").rows()) == {
        "Wattenscheid-Mitte": 8, "Werne": None, "Langendreer-Alter Bahnhof": 1, "Alle Zeilen": 9,
    }  # fmt: skip


def test_what_was_approved_before_is_hidden_too_and_needs_no_approval(home: Home) -> None:
    closed = Wave("2019-W1", "", "05911000", "", None, None, None, "abgeschlossen")
    place = replace(bochum().by_key["05911000"], waves=(closed,))
    places = Places({"05911000": place}, "digest")
    units = [unit(n, "25") for n in range(8)] + [unit(n, "47") for n in range(3)]
    edition = make_edition(home.root / "e.duckdb", places, units=units)
    publish(home, places, edition, Approval("A. Amt", "geprüft"))
    set_to(home, "headline_small_cell = 4")
    assert publish(home, places, edition).draft is None
    rows = pl.read_csv(home.published / "downloads/districts.csv")
    assert rows.filter(pl.col("label") == "Werne")["vacancies"].to_list() == [None]
    assert set(rows["mark"].to_list()) <= {None, ""}
