"""The walk by command: the figures of the talk, and twice is once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from raw.examples import DEMO, FOLDER
from tests.cli.conftest import Run

WATTENSCHEID = FOLDER / "Wattenscheid_2019.xlsx"


def districts(summary: Any, wave: str) -> dict[str, tuple[int, int]]:
    found = {
        district["district_code"]: (district["vacancies"], district["production_sites"])
        for entry in summary["waves"]
        if entry["wave"] == wave
        for place in entry["municipalities"]
        for area in place["areas"]
        for district in area["districts"]
    }
    return {code: counts for code, counts in found.items() if any(counts)}


def without_row(source: Path, target: Path, sheet: str, row: int) -> Path:
    book = openpyxl.load_workbook(source)
    book[sheet].delete_rows(row)
    book.save(target)
    return target


@pytest.fixture
def filled(home: Path, run: Run) -> Path:
    for team, files in DEMO.items():
        (home / "raw/inbox" / team).mkdir()
        for file in files:
            (home / "raw/inbox" / team / file).write_bytes((FOLDER / file).read_bytes())
    assert run("--home", home, "refresh").code == 0
    return home


def test_the_figures_of_the_talk(filled: Path, run: Run) -> None:
    summary = run("--home", filled, "summary", "--json").json
    counts = districts(summary, "2019-W1")
    assert counts["25"] == (115, 40)
    assert set(counts) == {"25", "47", "49"}
    assert tuple(map(sum, zip(counts["47"], counts["49"], strict=True))) == (60, 18)
    text = run("--home", filled, "summary", "--lang", "en").out
    assert "Wattenscheid-Mitte" in text
    assert "Vacancies and brownfields" in text
    shops = run(
        "--home", filled, "sql", "--format", "json",
        "SELECT max(vacant_shops) AS n FROM street_sections",
    )  # fmt: skip
    assert shops.json == [{"n": 17}]
    page = (filled / "published/index.html").read_text()
    assert "115" in page
    assert "Wattenscheid-Mitte" in page


def test_a_second_refresh_changes_nothing(filled: Path, run: Run) -> None:
    before = {p: p.read_bytes() for p in (filled / "published").rglob("*") if p.is_file()}
    entries = run("--home", filled, "status", "--json").json["submissions"]
    told = run("--home", filled, "refresh")
    assert told.code == 0
    assert "Im Eingang liegt nichts Neues" in told.out
    assert "Nichts hat sich geändert" in told.out
    assert run("--home", filled, "status", "--json").json["submissions"] == entries
    after = {p: p.read_bytes() for p in (filled / "published").rglob("*") if p.is_file()}
    assert after == before


def test_one_row_fewer_is_one_vacancy_fewer(filled: Path, tmp_path: Path, run: Run) -> None:
    target = filled / "raw/inbox/wattenscheid" / WATTENSCHEID.name
    without_row(WATTENSCHEID, target, "Leerstände", 6)
    first = openpyxl.load_workbook(WATTENSCHEID)["Leerstände"]
    gone = [cell.value for cell in first[6]]
    assert "Einheit" in gone or "Leerstand" in gone
    assert run("--home", filled, "refresh").code == 0
    counts = districts(run("--home", filled, "summary", "--json").json, "2019-W1")
    assert counts["25"] == (114, 40)


def test_the_same_file_again_is_a_duplicate(home: Path, run: Run) -> None:
    first = run("--home", home, "ingest", WATTENSCHEID, "--json").json["files"][0]
    again = run("--home", home, "ingest", WATTENSCHEID, "--json")
    entry = again.json["files"][0]
    assert again.code == 0
    assert entry["duplicate_of"] == first["submission"]
    for same in ("status", "waves", "forms", "sha256", "file"):
        assert entry[same] == first[same], same
    assert "schon geladen" in run("--home", home, "ingest", WATTENSCHEID).out


def test_a_then_b_then_a(home: Path, tmp_path: Path, run: Run) -> None:
    (tmp_path / "b").mkdir()
    changed = without_row(WATTENSCHEID, tmp_path / "b" / WATTENSCHEID.name, "Leerstände", 6)
    ids = [
        run("--home", home, "ingest", file, "--json").json["files"][0]
        for file in (WATTENSCHEID, changed, WATTENSCHEID)
    ]
    assert [entry["replaces"] for entry in ids] == [
        None, ids[0]["submission"], ids[1]["submission"],
    ]  # fmt: skip
    assert [entry["duplicate_of"] for entry in ids] == [None, None, None]
    run("--home", home, "publish")
    counts = districts(run("--home", home, "summary", "--json").json, "2019-W1")
    assert counts["25"] == (115, 40)


def test_a_correction_that_drops_half_waits(home: Path, tmp_path: Path, run: Run) -> None:
    run("--home", home, "ingest", WATTENSCHEID)
    (tmp_path / "b").mkdir()
    half = tmp_path / "b" / WATTENSCHEID.name
    book = openpyxl.load_workbook(WATTENSCHEID)
    book["Leerstände"].delete_rows(6, 72)
    book.save(half)
    told = run("--home", home, "ingest", half, "--json")
    assert told.code == 1
    assert told.json["files"][0]["status"] == "waiting"
    run("--home", home, "publish")
    counts = districts(run("--home", home, "summary", "--json").json, "2019-W1")
    assert counts["25"] == (115, 40)
    replaced = run("--home", home, "ingest", half, "--mode", "replace", "--json").json["files"][0]
    assert replaced["replaces"] == "S000001"


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    home: Path, tmp_path: Path, run: Run
) -> None:
    run("--home", home, "ingest", WATTENSCHEID)
    (tmp_path / "b").mkdir()
    changed = without_row(WATTENSCHEID, tmp_path / "b" / WATTENSCHEID.name, "Leerstände", 6)
    archived = sorted((home / "raw/archive").rglob("*"))
    entries = run("--home", home, "status", "--json").json
    told = run("--home", home, "ingest", changed, "--dry-run", "--json")
    assert told.code == 0
    (entry,) = told.json["files"]
    assert entry["replaces"] == "S000001"
    counts = {kind: len(objects) for kind, objects in entry["would"].items()}
    # Deleting a row moves those below it up; every other object stays as it is.
    assert (counts["new"], counts["changed"], counts["missing"]) == (0, 0, 1)
    assert counts["unchanged"] == sum(form["accepted"] for form in entry["forms"])
    assert run("--home", home, "status", "--json").json == entries
    assert sorted((home / "raw/archive").rglob("*")) == archived
    assert not list((home / "warehouse").glob("rehearsal-*"))
    shown = run("--home", home, "ingest", changed, "--dry-run").out
    assert f"stehen nicht mehr darin: 1\n    {entry['would']['missing'][0]['object_id']}" in shown
    assert "Nur eine Probe" in shown


def test_json_is_all_that_stands_on_stdout(home: Path, run: Run) -> None:
    folder = home / "Eingang"
    folder.mkdir()
    for name in ("b.xlsx", "~$b.xlsx", ".DS_Store", "a.xlsx"):
        (folder / name).write_bytes((FOLDER / "Bestand_2019.xlsx").read_bytes())
    told = run("--home", home, "ingest", folder, "--json")
    assert told.json["format"] == 1
    assert [entry["file"] for entry in told.json["files"]] == ["a.xlsx", "b.xlsx"]


def test_sql_in_three_formats(filled: Path, run: Run) -> None:
    query = "SELECT wave_id, count(*) AS n FROM vacancies GROUP BY ALL ORDER BY ALL LIMIT 1"
    assert run("--home", filled, "sql", query, "--format", "csv").out == "wave_id,n\n2019-W1,175\n"
    shown = run("--home", filled, "sql", query, "--format", "json").json
    assert shown == [{"wave_id": "2019-W1", "n": 175}]
    assert "175" in run("--home", filled, "sql", query).out
    refused = run("--home", filled, "sql", "SELECT * FROM read_text('/etc/hostname')")
    assert refused.code == 2
    assert "Traceback" not in refused.err


def test_feedback_beside_the_verdict(tmp_path: Path, run: Run) -> None:
    faulty = FOLDER / "Fehlerbeispiel.xlsx"
    told = run(
        "check", faulty, "--marked", tmp_path / "marked", "--report", tmp_path / "r.html", "--json"
    )  # fmt: skip
    assert told.code == 1
    assert [path.suffix for path in (tmp_path / "marked").iterdir()] == [".xlsx"]
    assert "Fehlerbeispiel.xlsx" in (tmp_path / "r.html").read_text()


def test_a_template_is_written(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "t.xlsx"
    assert run("template", "--area", "WAT", "--wave", "2024-W1", "-o", target).code == 0
    assert "2024-W1" in str([
        cell.value for row in openpyxl.load_workbook(target).worksheets[0] for cell in row
    ])  # fmt: skip
    assert run("template", "--form", "nope", "-o", target).code == 2
