"""The published tables: totals by hand, in every language and file alike."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.home import Home, make_home
from pipelines.publish import publish
from schemas.figures import FIGURES
from schemas.places import Places, Section, Wave
from tests.publish.editions import SmallEdition, bochum, legible, make_edition, site, unit

HOCH = Section("HOCH-1", "Hochstraße, Alter Markt bis Oststraße", "05911000", "Hochstraße",
               "", "", "", 320.0, 40)  # fmt: skip
SMALL = Section("SAAR-1", "Saarlandstraße West", "05911000", "Saarlandstraße", "", "", "", 90.0, 6)
WAVE = Wave(
    "2019-W1", "Erste Welle", "05911000", "", None, None, date(2019, 6, 30), "abgeschlossen"
)


@pytest.fixture
def places() -> Places:
    return bochum(WAVE, sections=(HOCH, SMALL))


@pytest.fixture
def edition(tmp_path: Path, places: Places) -> SmallEdition:
    units = [unit(2 * n + 1, "25", section_id="HOCH-1") for n in range(5)]
    units += [unit(20, "25", section_id="HOCH-1", hold_date=date(2019, 5, 1))]
    units += [unit(40, "25", section_id="SAAR-1", object_kind="BRACHFLAECHE", unit_type=None)]
    units += [unit(50, "25", vacancy_status="ZWISCHENNUTZUNG")]
    units += [unit(1, "47", object_kind="GEBAEUDE", unit_type=None, section_id="=1+1")]
    units += [unit(2, "49", object_kind="BAULUECKE", unit_type=None)]
    sites = [site(1, "25"), site(2, "25", site_status="GESCHLOSSEN")]
    return make_edition(
        tmp_path / "e1.duckdb", places, units=units, production_sites=sites,
        quarantine=[{"wave_id": "2019-W1", "municipality_key": "05911000",
                     "district_id": "05911000-25", "form": "vacancies"}],
    )  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_home(tmp_path / "home")
    (home.root / "leerstand.toml").write_text('notice = "Beispieldaten, keine Erhebung"\n')
    return home


def test_districts_subtotals_and_signs(home: Home, places: Places, edition: SmallEdition) -> None:
    publish(home, places, edition)
    rows = pl.read_csv(home.published / "downloads" / "districts.csv")
    found = {row["label"]: row for row in rows.iter_rows(named=True)}
    #            vacancies units buildings brownfields interim infill sites quarantined
    expected = {
        "Wattenscheid-Mitte": (7, 6, 0, 1, 1, 0, 1, 1),
        "Wattenscheid-Mitte zusammen": (7, 6, 0, 1, 1, 0, 1, 1),
        "Werne": (1, 0, 1, 0, 0, 0, 0, 0),
        "Langendreer-Alter Bahnhof": (0, 0, 0, 0, 0, 1, 0, 0),
        "Werne / Langendreer-Alter Bahnhof zusammen": (1, 0, 1, 0, 0, 1, 0, 0),
        "Erhobene Bezirke zusammen": (8, 6, 1, 1, 1, 1, 1, 1),
    }
    names = ("vacancies", "units", "buildings", "brownfields", "interim_use", "infill_gaps",
             "production_sites", "quarantined")  # fmt: skip
    assert {label: tuple(row[name] for name in names) for label, row in found.items()} == expected
    assert set(rows["edition"]) == {"e1"}
    assert set(rows["reference_date"]) == {"2019-06-30"}


def test_sections_leave_out_what_may_not_stand_there(
    home: Home, places: Places, edition: SmallEdition
) -> None:
    publish(home, places, edition)
    content = (home.published / "downloads" / "sections.csv").read_bytes()
    rows = pl.read_csv(io.BytesIO(content)).select(
        "label", "section_id", "vacancies", "longest_run"
    )
    assert sorted(rows.rows()) == [
        ("'=1+1", "'=1+1", 1, 1),  # a formula is text
        ("Hochstraße, Alter Markt bis Oststraße", "HOCH-1", 5, 5),  # without the held object
        ("Saarlandstraße", None, 1, 1),  # 6 buildings: merged into the street
    ]


def test_twice_is_once_and_every_file_is_stamped(
    home: Home, places: Places, edition: SmallEdition
) -> None:
    first = publish(home, places, edition)
    before = {path: path.read_bytes() for path in home.published.rglob("*") if path.is_file()}
    assert len(first.written) == len(before)
    assert publish(home, places, edition).written == ()
    assert {
        path: path.read_bytes() for path in home.published.rglob("*") if path.is_file()
    } == before
    for path in before:
        said = legible(path)
        assert "e1" in said, path
        assert "Beispieldaten, keine Erhebung" in said, path
        assert "2019-06-30" in said or "30.06.2019" in said or "30 June 2019" in said, path


def test_the_view_counts_what_the_figures_say(edition: SmallEdition) -> None:
    keys = "wave_id, municipality_key, district_id"
    with duckdb.connect(str(edition.path), read_only=True) as connection:
        summary = connection.sql("SELECT * FROM district_summary").pl()
        for name, figure in FIGURES.items():
            counted = connection.sql(
                f"SELECT {keys}, {figure.sql} AS n FROM {figure.view} GROUP BY ALL"
            ).pl()
            joined = summary.join(counted, on=keys.split(", "), how="left")
            assert joined.select(pl.col(name) == pl.col("n").fill_null(0)).to_series().all(), name
