"""What is computed for some municipalities alone is what is computed over all of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipelines.home import Home, make_home, open_home
from pipelines.store import Edition, build_edition, portions, summaries
from pipelines.store.deciding import void
from pipelines.store.parquet import MANIFEST, write_parquet
from pipelines.store.query import fetch
from tests.store.surveys import PLACES, ingest, site, unit

BOCHUM, OTHER = "05911000", "M001"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Two municipalities with objects of the same numbers, walked in two waves, as Parquet too."""
    home = make_home(tmp_path_factory.mktemp("portions") / "home")
    with pytest.MonkeyPatch.context() as patch:
        make_large(patch)
        survey(home)
        write_parquet(home, build_edition(home, PLACES))
    return home


@pytest.fixture
def home(large: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The same, to be changed."""
    make_large(monkeypatch)
    shutil.copytree(large.root, tmp_path / "home")
    return open_home(tmp_path / "home")


def make_large(patch: pytest.MonkeyPatch) -> None:
    """Let every store be so large that it is looked at by municipality."""
    for module in (portions, summaries):
        patch.setattr(module, "MANY_ROWS", 1)


def survey(home: Home) -> None:
    for city in (BOCHUM, OTHER):
        for wave, last in (("2019-W1", 904), ("2021-W1", 903)):
            at = {"municipality_key": city, "wave_id": wave}
            place = at | {"section_id": "S1", "survey_date": date(int(wave[:4]), 5, 3)}
            ingest(
                home, f"{city} {wave}", file=f"{city} {wave}.xlsx", team=city,
                units=[unit(str(number), **place) for number in range(901, last)],
                production_sites=[site("910", **place)],
                coverage=[at | {"section_id": "S1", "coverage": "VOLL",
                                "walked_on": place["survey_date"]}],
                stock=[at | {"district_code": "25", "unit_type": "LADENLOKAL", "units_total": 40,
                             "coverage": "VOLL", "reference_date": place["survey_date"]}],
            )  # fmt: skip


def correct(home: Home) -> Edition:
    """An object of Bochum was recorded by mistake."""
    void(home, "25-A0001", BOCHUM, reason="Test", actor="Amt")
    return build_edition(home, PLACES)


def test_what_is_taken_over_is_what_would_be_computed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    @contextmanager
    def watched(connection: duckdb.DuckDBPyConnection, group: Sequence[str]) -> Iterator[str]:
        looked_at.append(list(group))
        with portions.portion(connection, group) as whole:
            yield whole

    monkeypatch.setattr(summaries, "portion", watched)
    partly = correct(home).path
    assert looked_at == [[BOCHUM]]
    # The same with nothing to take over, and every view over all rows at once.
    shutil.copytree(home.root, tmp_path / "fresh", ignore=shutil.ignore_patterns("*.duckdb"))
    shutil.copy(home.store, tmp_path / "fresh/warehouse")
    monkeypatch.setattr(summaries, "MANY_ROWS", 1_000)
    wholly = build_edition(open_home(tmp_path / "fresh"), PLACES).path
    assert looked_at == [[BOCHUM]]
    for name in summaries.SUMMARIES:
        rows = fetch(partly, f"FROM {name} ORDER BY ALL")
        assert rows == fetch(wholly, f"FROM {name} ORDER BY ALL")
        city = rows.columns.index("municipality_key")
        assert {row[city] for row in rows.rows} == {BOCHUM, OTHER}, name


def test_a_large_store_has_a_file_for_each_municipality(home: Home) -> None:
    edition = correct(home)
    written = set(write_parquet(home, edition))
    assert "units/2019-W1/05911000.parquet" in written
    assert "wave_moves/2021-W1/05911000.parquet" in written
    assert not {path for path in written if OTHER in path}
    manifest = json.loads((home.parquet / MANIFEST).read_text(encoding="utf-8"))
    assert {one["path"] for one in manifest["files"]} == {
        str(path.relative_to(home.parquet)) for path in home.parquet.rglob("*.parquet")
    }
    with duckdb.connect() as connection:
        for view in sorted({one["view"] for one in manifest["files"]}):
            paths = [str(home.parquet / one["path"]) for one in manifest["files"]
                     if one["view"] == view]  # fmt: skip
            rows = connection.execute("FROM read_parquet(?) ORDER BY ALL", [paths]).fetchall()
            assert tuple(rows) == fetch(edition.path, f"FROM {view} ORDER BY ALL").rows, view


def test_a_lost_file_of_a_large_store_comes_back(home: Home) -> None:
    lost = home.parquet / f"vacancies/2019-W1/{OTHER}.parquet"
    lost.unlink()
    written = write_parquet(home, correct(home))
    assert f"vacancies/2019-W1/{OTHER}.parquet" in written
    assert f"units/2019-W1/{OTHER}.parquet" not in written
