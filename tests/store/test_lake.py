"""The edition as a DuckLake: the same figures, read by two processes at once."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from pipelines.errors import StoreFailure
from pipelines.home import Home, Settings
from pipelines.store import find_edition
from pipelines.store.lake import open_lake, write_lake
from pipelines.store.query import fetch

FIGURES = """
SELECT wave_id, district_id, vacancies, production_sites FROM {}district_summary ORDER BY ALL
"""
READER = """
import json, sys
from pipelines.home import Settings
from pipelines.store.lake import open_lake
with open_lake(Settings(lake_url=sys.argv[1], lake_data=sys.argv[2])) as lake:
    print("open", flush=True)
    input()
    print(json.dumps(lake.execute(sys.argv[3]).fetchall()))
"""


@pytest.fixture(params=["file", "postgres"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    url = str(tmp_path / "catalogue.ducklake")
    if request.param == "postgres":
        host = unquote(request.getfixturevalue("postgres").partition("host=")[2])
        url = f"postgres:dbname=postgres user=leerstand host={host}"
    return Settings(lake_url=url, lake_data=str(tmp_path / "data/"))


def test_two_processes_read_the_figures_of_the_edition(bochum: Home, lake: Settings) -> None:
    edition = find_edition(bochum)
    assert write_lake(lake, edition)
    assert not write_lake(lake, edition)
    command = [sys.executable, "-c", READER, lake.lake_url, lake.lake_data,
               FIGURES.format("lake.")]  # fmt: skip
    readers = [
        subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    for one in readers:
        assert one.stdout
        assert one.stdout.readline() == "open\n"
    told = [json.loads(one.communicate("\n")[0]) for one in readers]
    expected = [list(row) for row in fetch(edition.path, FIGURES.format("")).rows]
    assert expected
    assert told == [expected, expected]


def test_a_snapshot_is_an_edition(bochum: Home, tmp_path: Path) -> None:
    settings = Settings(lake_url=str(tmp_path / "catalogue"), lake_data=str(tmp_path / "data/"))
    edition = find_edition(bochum)
    write_lake(settings, replace(edition, id="first"))
    write_lake(settings, replace(edition, id="second"))
    with open_lake(settings) as lake:
        rows = lake.execute(
            "SELECT commit_message, snapshot_id FROM lake.snapshots() "
            "WHERE commit_message IS NOT NULL ORDER BY snapshot_id"
        ).fetchall()
        counts = [
            lake.execute(f"SELECT count(*) FROM lake.units AT (VERSION => {number})").fetchall()
            for _, number in rows
        ]
    assert [name for name, _ in rows] == ["first", "second"]
    assert counts[0] == counts[1]


def test_a_lake_out_of_reach_is_said(bochum: Home, tmp_path: Path) -> None:
    settings = Settings(
        lake_url="postgres:dbname=none host=127.0.0.1 port=1 password=geheim",
        lake_data=str(tmp_path),
    )
    with pytest.raises(StoreFailure) as failure:
        write_lake(settings, find_edition(bochum))
    assert "geheim" not in failure.value.sentence("de")
