"""What an office decides: maps, thresholds, outlines; and rows that name no district."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.home import Home, make_home
from pipelines.publish import publish
from schemas.places import Places, Section, StreetRange, Wave
from tests.publish.editions import SmallEdition, bochum, make_edition, unit

HOCH = Section("HOCH-1", "Hochstraße", "05911000", "Hochstraße", "", "", "", 250.0, 40)
SQUARE = [[[7.13, 51.47], [7.15, 51.47], [7.15, 51.49], [7.13, 51.49], [7.13, 51.47]]]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return make_home(tmp_path / "home")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Bochum with one section of 250 m and the outline of district 25."""
    path = tmp_path / "outlines.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"district_code": "25"},
         "geometry": {"type": "Polygon", "coordinates": SQUARE}},
        {"type": "Feature", "properties": {"district_code": "26"},
         "geometry": {"type": "Polygon", "coordinates": SQUARE}},
    ]}))  # fmt: skip
    place = bochum(sections=(HOCH,)).by_key["05911000"]
    street = StreetRange("05911000", "Hochstraße", None, None, "", "25", "", "HOCH-1")
    return Places({"05911000": replace(place, outlines=path, streets=(street,))}, "digest")


@pytest.fixture
def edition(home: Home, places: Places) -> SmallEdition:
    units = [unit(2 * n + 1, "25", section_id="HOCH-1", storey="EG") for n in range(5)]
    units += [unit(40 + n, "47", previous_use="HANDWERK", storey="OG1") for n in range(3)]
    lost = {"wave_id": "2019-W1", "municipality_key": "05911000", "form": "vacancies"}
    return make_edition(home.root / "e.duckdb", places, units=units, quarantine=[lost, lost])


def test_outlines_are_drawn_and_downloaded_with_the_figures(
    home: Home, places: Places, edition: SmallEdition
) -> None:
    publish(home, places, edition)
    content = json.loads((home.published / "downloads/districts.geojson").read_text())
    (feature,) = content["features"]  # 26 was not surveyed
    assert feature["geometry"]["coordinates"] == SQUARE
    assert feature["properties"]["district_id"] == "05911000-25"
    assert feature["properties"]["vacancies"] == 5
    for page in ("index.html", "en/index.html"):
        text = (home.published / page).read_text()
        assert 'id="map-05911000"' in text
        assert text.count('<path d="M') == 1  # 26 is in no register of this place


def test_the_map_of_sections_is_drawn_only_where_the_office_wants_it(
    home: Home, places: Places, edition: SmallEdition
) -> None:
    page = home.published / "districts/05911000-25.html"
    publish(home, places, edition)
    assert "sections-map" not in page.read_text()
    (home.root / "leerstand.toml").write_text('section_map = "on"\n')
    publish(home, places, edition)
    assert "<title>Hochstraße: 5</title>" in page.read_text()


def test_density_and_storeys(home: Home, places: Places, edition: SmallEdition) -> None:
    publish(home, places, edition)
    folder = home.published / "downloads"
    assert pl.read_csv(folder / "sections.csv")["density"].to_list() == [2.0]  # 5 on 250 m
    storeys = pl.read_csv(folder / "storeys.csv").filter(pl.col("level") == "total")
    assert storeys.select("total", "EG", "OG1").rows() == [(8, 5, 3)]


def test_small_cells_are_what_the_office_says(
    home: Home, places: Places, edition: SmallEdition
) -> None:
    def werne() -> object:
        rows = pl.read_csv(home.published / "downloads/previous_use.csv")
        return rows.filter(pl.col("label") == "Werne")["HANDWERK"][0]

    publish(home, places, edition)
    assert werne() == 3
    (home.root / "leerstand.toml").write_text("small_cell = 5\n")
    publish(home, places, edition)
    assert werne() is None
    assert "Fälle unter 5 " in (home.published / "tables/previous_use.html").read_text()
    assert "Fälle unter 5 " in (home.published / "methods.html").read_text()


def test_rows_without_a_district_stand_in_the_quality_table(
    home: Home, places: Places, edition: SmallEdition
) -> None:
    closed = Wave("2019-W1", "", "05911000", "", None, None, date(2019, 6, 30), "abgeschlossen")
    place = replace(places.by_key["05911000"], waves=(closed,))
    publish(home, Places({"05911000": place}, "other"), edition)
    rows = pl.read_csv(home.published / "downloads/quality.csv").filter(
        pl.col("level") != "area", pl.col("accepted").is_not_null()
    )
    assert rows.select("label", "accepted", "quarantined").rows() == [
        ("Wattenscheid-Mitte", 5, 0),
        ("Werne", 3, 0),
        ("ohne Zuordnung zu einem Bezirk", 0, 2),
        ("Alle Zeilen", 8, 2),
    ]
    assert not (home.drafts / "index.html").exists()
