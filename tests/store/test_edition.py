"""The edition: complete, commented, always open, the same for the same content."""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import InputFailure, StoreFailure
from pipelines.home import Home, make_home
from pipelines.store import build_edition, district_summary, run_query
from pipelines.store.edition import dress, last_snapshot, snapshot
from pipelines.store.query import fetch
from pipelines.store.schema import prepare
from pipelines.store.views import view_statements
from schemas.places import PACKAGED, load_places
from tests.store.surveys import PLACES, ingest, site, unit

VIEWS = {
    "vacancies", "units", "production_sites", "stock", "coverage", "units_history",
    "production_sites_history", "submissions", "findings", "corrections", "quarantine", "conflicts",
    "districts", "survey_areas", "waves", "sections", "codes", "district_summary",
    "street_sections",
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = make_home(tmp_path_factory.mktemp("edition") / "home")
    units = [
        unit("901"), unit("902", vacancy_status="ZWISCHENNUTZUNG"),
        unit("903", object_kind="BAULUECKE", unit_type=None),
        unit("904", object_kind="GEBAEUDE", unit_type=None, storey="GEB"),
        unit("904", unit_label="links", vacancy_status="BELEGT"),
        unit("905", object_kind="GEBAEUDE", unit_type=None, storey="GEB"),
        unit("906", quarantined=True), unit("907", quarantined=True, district_code=None),
    ]  # fmt: skip
    ingest(home, "A", units, production_sites=[site("910"), site("911")])
    return home


@pytest.fixture(scope="module")
def path(home: Home) -> Path:
    return build_edition(home, load_places(PACKAGED)).path


def test_the_headline_leaves_out_a_building_whose_units_are_listed(path: Path) -> None:
    rows = fetch(path, "SELECT house_number FROM vacancies ORDER BY ALL").rows
    assert rows == (("901",), ("905",))


def test_every_view_and_column_is_there_with_a_comment(path: Path) -> None:
    rows = fetch(
        path,
        "SELECT table_name, column_name, comment FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal",
    ).rows
    assert {row[0] for row in rows} >= VIEWS
    assert {name for name, _ in view_statements()} >= VIEWS
    assert [row[:2] for row in rows if not row[2]] == []


@pytest.mark.parametrize("macro", ["units_as_of", "production_sites_as_of"])
def test_as_of_has_the_columns_of_the_current_view(path: Path, macro: str) -> None:
    view = macro.removesuffix("_as_of")
    now = fetch(path, f"FROM {macro}('2100-01-01') ORDER BY ALL")
    assert now == fetch(path, f"FROM {view} ORDER BY ALL")
    assert fetch(path, f"FROM {macro}('2000-01-01')").rows == ()


def test_rows_name_their_source(path: Path) -> None:
    columns = fetch(path, "FROM vacancies LIMIT 1").columns
    assert columns[:2] == ("municipality_key", "district_id")
    assert columns[-3:] == ("submission_id", "sheet", "row_number")


def test_nothing_new_makes_no_new_edition(home: Home, path: Path) -> None:
    again = build_edition(home, load_places(PACKAGED))
    assert (again.path, again.is_new) == (path, False)
    assert home.edition.samefile(path)


def test_equal_content_has_an_equal_id_in_any_home(tmp_path: Path) -> None:
    ids = set()
    for name in ("one", "two"):
        home = make_home(tmp_path / name)
        ingest(home, "A", [unit("901")])
        ids.add(build_edition(home, PLACES).id)
        ingest(home, "A", [unit("901")])
        ids.add(build_edition(home, PLACES).id)
    assert len(ids) == 1


def test_another_content_has_another_id(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home")
    empty = build_edition(home, PLACES).id
    ingest(home, "A", [unit("901")])
    assert build_edition(home, PLACES).id != empty
    assert len(list(home.editions.glob("[!.]*.duckdb"))) == 2


def test_summary_is_the_public_json(path: Path) -> None:
    summary = district_summary(path)
    assert summary["format"] == 1
    assert summary["edition"] == path.stem
    assert [wave["wave"] for wave in summary["waves"]] == ["2019-W1"]
    (municipality,) = summary["waves"][0]["municipalities"]
    assert (municipality["municipality_key"], municipality["unassigned"]) == ("05911000", 1)
    (area,) = municipality["areas"]
    assert (area["area"], area["vacancies"], area["production_sites"]) == ("WAT", 2, 2)
    assert area["districts"] == [
        {
            "district_id": "05911000-25", "district_code": "25", "label": "Wattenscheid-Mitte",
            "vacancies": 2, "interim_use": 1, "production_sites": 2, "quarantined": 1,
        }
    ]  # fmt: skip


def test_query_as_json_keeps_order_numbers_and_dates(path: Path) -> None:
    text = run_query(path, "SELECT DATE '2021-05-03' AS day, 1.5::DECIMAL(14,2) AS area", "json")
    assert json.loads(text) == [{"day": "2021-05-03", "area": 1.5}]
    assert list(json.loads(text)[0]) == ["day", "area"]


@pytest.mark.parametrize("format_", ["table", "csv"])
def test_query_as_text(path: Path, format_: str) -> None:
    text = run_query(path, "SELECT count(*) AS n FROM vacancies", format_)  # type: ignore[arg-type] # parametrised
    assert text.split() == (["n", "-", "2"] if format_ == "table" else ["n", "2"])


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/never.csv'",
        "ATTACH '/tmp/never.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "DELETE FROM versions.vacancies",
        "CREATE TABLE new (x INTEGER)",
        "SELECT * FROM glob('/etc/*')",
        "EXPORT DATABASE '/tmp/never'",
        "nonsense",
    ],
)
def test_query_reaches_nothing_else(path: Path, sql: str) -> None:
    with pytest.raises(InputFailure):
        run_query(path, sql)


def test_no_edition_is_a_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreFailure) as failure:
        run_query(tmp_path / "none.duckdb", "SELECT 1")
    assert "publish" in failure.value.sentence("en")


def test_an_edition_cannot_be_written_to(path: Path) -> None:
    with duckdb.connect(path, read_only=True) as connection, pytest.raises(duckdb.Error):
        connection.execute("DROP VIEW vacancies")


def test_an_edition_before_that_is_gone_meanwhile_is_no_damage(tmp_path: Path) -> None:
    """Page and worker make the office's view at once, and each removes what it replaces."""
    with duckdb.connect(tmp_path / "edition.duckdb") as connection:
        prepare(connection)
        dress(connection, "id", PLACES, tmp_path / "gone.duckdb")
        assert connection.execute("SELECT count(*) FROM district_summary").fetchone() is not None


def test_a_view_of_the_office_is_left_to_whoever_just_asked_for_it(tmp_path: Path) -> None:
    """Another process makes a newer one before the first has opened its own."""
    home, folder = make_home(tmp_path / "home"), tmp_path / "view"
    assert last_snapshot(folder) is None
    ingest(home, "A", [unit("901")])
    asked = snapshot(home, PLACES, folder)
    ingest(home, "B", [unit("902")], team="team2")
    newer = snapshot(home, PLACES, folder)
    assert fetch(asked, "SELECT count(*) FROM units").rows == ((1,),)
    assert fetch(newer, "SELECT count(*) FROM units").rows == ((2,),)
    os.utime(asked, (0, 0))
    assert snapshot(home, PLACES, folder) == newer
    assert list(folder.iterdir()) == [newer]
    assert last_snapshot(folder) == newer
