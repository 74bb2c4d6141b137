"""What an office decides: maps, thresholds, outlines; and rows that name no district."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import InputFailure
from pipelines.home import Home, make_home
from pipelines.publish import publish
from schemas.places import Places, Section, StreetRange, Wave
from tests.publish.editions import SmallEdition, bochum, make_edition, site, unit

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


def test_sites_are_set_against_inhabitants_and_area_where_these_are_given(
    home: Home, edition: SmallEdition
) -> None:
    place = bochum().by_key["05911000"]
    given = {"25": (9000, 1.5), "47": (12500, None)}
    districts = tuple(
        replace(d, inhabitants=people, area_km2=area)
        for d in place.districts for people, area in [given.get(d.district_code, (None, None))]
    )  # fmt: skip
    places = Places({"05911000": replace(place, districts=districts)}, "given")
    sites = [site(n, "25") for n in range(4)] + [site(9, "47")]
    publish(home, places, make_edition(home.root / "d.duckdb", places, production_sites=sites))
    rows = pl.read_csv(home.published / "downloads/site_density.csv")
    shown = rows.filter(pl.col("production_sites").is_not_null()).select(
        "label", "production_sites", "inhabitants", "per_1000", "area_km2", "per_km2"
    )
    assert shown.rows() == [  # 4 of 9,000 people and 1.5 km²; 1 of 12,500; 5 of 21,500
        ("Wattenscheid-Mitte", 4, 9000, 0.44, 1.5, 2.7),
        ("Wattenscheid-Mitte zusammen", 4, 9000, 0.44, 1.5, 2.7),
        ("Werne", 1, 12500, 0.08, None, None),
        ("Werne / Langendreer-Alter Bahnhof zusammen", 1, 12500, 0.08, None, None),
        ("Erhobene Bezirke zusammen", 5, 21500, 0.23, None, None),
    ]
    publish(home, bochum(), make_edition(home.root / "n.duckdb", places, production_sites=sites))
    assert not (home.published / "downloads/site_density.csv").exists()


@pytest.mark.parametrize(
    ("setting", "table", "label", "told"),
    [
        ("headline_small_cell = 4", "districts", "Werne", ("vacancies", 3, None)),
        ("headline_small_cell = 4", "previous_use", "Werne", ("total", 3, None)),
        ("headline_small_cell = 4", "districts", "Erhobene Bezirke zusammen",
         ("vacancies", 8, 5)),
        ("section_buildings = 50", "sections", "Hochstraße",
         ("section_id", "HOCH-1", None)),
    ],
)  # fmt: skip
def test_other_thresholds_are_what_the_office_says(
    home: Home, places: Places, edition: SmallEdition,
    setting: str, table: str, label: str, told: tuple[str, object, object],
) -> None:  # fmt: skip
    column, before, after = told
    for content, value in (("", before), (setting, after)):
        (home.root / "leerstand.toml").write_text(content)
        publish(home, places, edition)
        rows = pl.read_csv(home.published / f"downloads/{table}.csv")
        assert rows.filter(pl.col("label") == label)[column].to_list() == [value]


def test_what_lasts_long_is_what_the_office_says(home: Home) -> None:
    # 2, 8, 20, 40 and 70 months before the day of the survey
    begins = (date(2019, 4, 1), date(2018, 10, 1), date(2017, 10, 1), date(2016, 2, 1),
              date(2013, 8, 1))  # fmt: skip
    units = [
        unit(n, "25", survey_date=date(2019, 6, 1), vacant_since=day, vacant_since_precision="day")
        for n, day in enumerate(begins)
    ]
    edition = make_edition(home.root / "d.duckdb", bochum(), units=units)
    for setting, share in (("", 60.0), ("long_months = 36", 40.0), ("long_months = 60", 20.0)):
        (home.root / "leerstand.toml").write_text(setting)
        publish(home, bochum(), edition)
        rows = pl.read_csv(home.published / "downloads/durations.csv")
        assert set(rows["long_share"]) == {share}
    (home.root / "leerstand.toml").write_text("long_months = 13")
    with pytest.raises(InputFailure):
        publish(home, bochum(), edition)


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
