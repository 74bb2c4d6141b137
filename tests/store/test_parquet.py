"""The edition as Parquet: every view whole, and only changed files written again."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from pipelines.home import Home, make_home
from pipelines.store import build_edition, find_edition
from pipelines.store.deciding import link
from pipelines.store.parquet import MANIFEST, write_parquet
from pipelines.store.query import fetch
from tests.store.surveys import PLACES, ingest, site, unit


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = make_home(tmp_path / "home")
    ingest(home, "A", [unit("901"), unit("902")], production_sites=[site("910")])
    ingest(home, "B", [unit("903", wave_id="2021/W 1")])
    return home


def written(home: Home) -> set[str]:
    return set(write_parquet(home, build_edition(home, PLACES)))


def test_every_view_is_there_whole(bochum_copy: Home) -> None:
    edition = find_edition(bochum_copy)
    folder = bochum_copy.warehouse / "parquet"
    assert write_parquet(bochum_copy, edition)
    manifest = json.loads((folder / MANIFEST).read_text())
    assert manifest["edition"] == edition.id
    assert {one["path"] for one in manifest["files"]} == {
        str(path.relative_to(folder)) for path in folder.rglob("*.parquet")
    }
    views = {one["view"] for one in manifest["files"]}
    assert {"units", "units_history", "vacancies", "district_summary", "codes"} <= views
    empty = {one["view"]: one["path"] for one in manifest["files"] if not one["rows"]}
    assert empty["conflicts"] == "conflicts/_none.parquet"
    assert empty["object_links"] == "object_links.parquet"
    with duckdb.connect() as connection:
        for view in sorted(views):
            paths = [str(folder / one["path"]) for one in manifest["files"] if one["view"] == view]
            rows = connection.execute("FROM read_parquet(?) ORDER BY ALL", [paths]).fetchall()
            assert tuple(rows) == fetch(edition.path, f"FROM {view} ORDER BY ALL").rows, view


def test_only_what_changed_is_written_again(home: Home) -> None:
    first = written(home)
    assert {"units/2019-W1.parquet", "units/2021%2FW%201.parquet", "codes.parquet"} <= first
    assert written(home) == set()
    ingest(home, "C", [unit("904", wave_id="2021/W 1")], team="team2")
    second = written(home)
    assert "units/2021%2FW%201.parquet" in second
    assert not {path for path in second if "2019-W1" in path or path == "codes.parquet"}
    # A decision that renames an object changes the waves that it stands in, and no file of others.
    link(home, ("vacancies", "05911000", "25-A0003", "25-A0001"), "same", reason="x", actor="Amt")
    third = written(home)
    assert "units/2021%2FW%201.parquet" in third
    assert "production_sites/2019-W1.parquet" not in third


def test_a_lost_file_comes_back_and_an_old_one_goes(home: Home) -> None:
    written(home)
    folder = home.warehouse / "parquet"
    (folder / "units/2019-W1.parquet").unlink()
    ingest(home, "D", [unit("903", wave_id="2022-W1")], team="team3")
    assert "units/2019-W1.parquet" in written(home)
    assert "units/2022-W1.parquet" not in written(home)
    assert not list(folder.rglob(".*"))
