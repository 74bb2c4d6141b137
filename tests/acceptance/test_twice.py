"""Twice is once: each sentence of DESIGN.md, What must hold, 3, through the real command."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from .conftest import Office, write_sheet

HEADLINE = "SELECT count(*) FROM vacancies"


def survey(path: Path, numbers: Iterable[int], **changed: Any) -> Path:
    """A sheet with one vacant shop at each house number."""
    return write_sheet(path, [{"Hausnummer": str(number)} | changed for number in numbers])


def shops(office: Office) -> set[int]:
    """The house numbers that the headline counts."""
    office.renew()
    return {int(row["house_number"]) for row in office.rows("SELECT house_number FROM vacancies")}


def edition(office: Office) -> str:
    office.renew()
    return str(office.json("summary")["edition"])


def codes(entry: Any) -> set[str]:
    return {finding["code"] for finding in entry["findings"]}


def test_the_same_bytes_change_nothing(swift: Office, tmp_path: Path) -> None:
    path = survey(tmp_path / "Erhebung.xlsx", range(901, 911))
    (first,) = swift.ingest(path, team="a")
    before = edition(swift)
    (second,) = swift.ingest(path, team="a")
    assert second["duplicate_of"] == first["submission"]
    assert second["status"] == first["status"] == "accepted"
    assert edition(swift) == before
    assert len(shops(swift)) == 10


def test_the_same_source_again_is_a_correction(swift: Office, tmp_path: Path) -> None:
    (first,) = swift.ingest(survey(tmp_path / "a/Erhebung.xlsx", range(901, 911)), team="a")
    (second,) = swift.ingest(survey(tmp_path / "b/Erhebung.xlsx", range(903, 912)), team="a")
    assert second["replaces"] == first["submission"]
    assert shops(swift) == set(range(903, 912))


def test_there_and_back_again(swift: Office, tmp_path: Path) -> None:
    """A, then B, then A: the third upload is no duplicate of the first, which B has replaced."""
    one = survey(tmp_path / "a/Erhebung.xlsx", range(901, 911))
    other = survey(tmp_path / "b/Erhebung.xlsx", range(902, 912))
    swift.ingest(one, team="a")
    before = shops(swift)
    (second,) = swift.ingest(other, team="a")
    (third,) = swift.ingest(one, team="a")
    assert (third["duplicate_of"], third["replaces"]) == (None, second["submission"])
    assert shops(swift) == before


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("replace", set(range(906, 911))), ("add", set(range(901, 911)))],
)
def test_a_correction_that_drops_half_its_rows_waits(
    swift: Office, tmp_path: Path, mode: str, expected: set[int]
) -> None:
    swift.ingest(survey(tmp_path / "a/Erhebung.xlsx", range(901, 911)), team="a")
    half = survey(tmp_path / "b/Erhebung.xlsx", range(906, 911))
    waiting = swift.run("ingest", half, "--team", "a", "--json")
    assert waiting.returncode == 1
    (entry,) = swift.ingest(half, team="a")
    assert entry["status"] == "waiting"
    assert shops(swift) == set(range(901, 911))
    (entry,) = swift.ingest(half, team="a", options=["--mode", mode])
    assert entry["status"] == "accepted"
    assert shops(swift) == expected


def test_the_daily_sheet_of_a_student_adds_up(swift: Office, tmp_path: Path) -> None:
    """Erhebung.xlsx every day, with that day's rows only."""
    swift.ingest(survey(tmp_path / "1/Erhebung.xlsx", range(901, 906)), team="a")
    swift.ingest(
        survey(tmp_path / "2/Erhebung.xlsx", range(906, 911)), team="a", options=["--mode", "add"]
    )
    assert shops(swift) == set(range(901, 911))


@pytest.mark.parametrize("kind", ["rejected", "unreadable"])
def test_a_bad_correction_replaces_nothing(swift: Office, tmp_path: Path, kind: str) -> None:
    swift.ingest(survey(tmp_path / "a/Erhebung.xlsx", range(901, 911)), team="a")
    bad = tmp_path / "b/Erhebung.xlsx"
    if kind == "rejected":
        survey(bad, range(901, 911), Erhebungsdatum="gestern")
    else:
        bad.parent.mkdir()
        bad.write_bytes(b"PK\x03\x04 and then nothing of a workbook")
    (entry,) = swift.ingest(bad, team="a")
    assert entry["status"] == kind
    assert shops(swift) == set(range(901, 911))


def test_a_new_name_with_known_objects_is_offered_as_a_correction(
    swift: Office, tmp_path: Path
) -> None:
    (first,) = swift.ingest(survey(tmp_path / "Erhebung.xlsx", range(901, 911)), team="a")
    renamed = survey(tmp_path / "Erhebung (2).xlsx", range(901, 912))
    (entry,) = swift.ingest(renamed, team="a")
    told = [f for f in entry["findings"] if first["submission"] in f["message"] + f["remedy"]]
    assert told or any("Erhebung.xlsx" in f["message"] + f["remedy"] for f in entry["findings"])
    assert shops(swift) <= set(range(901, 912))


def test_equal_rows_of_a_file_count_once_with_a_hint(swift: Office, tmp_path: Path) -> None:
    row = {"Objekt-ID": "25-A0500", "Hausnummer": "907"}
    path = write_sheet(tmp_path / "Erhebung.xlsx", [row, row, {"Objekt-ID": "25-A0501"}])
    (entry,) = swift.ingest(path, team="a")
    assert entry["status"] == "accepted"
    assert [f["severity"] for f in entry["findings"] if 3 in f["rows"]] == ["hint"]
    assert shops(swift) == {901, 907}


def test_contradicting_rows_of_a_file_are_all_quarantined(swift: Office, tmp_path: Path) -> None:
    one = {"Objekt-ID": "25-A0500", "Hausnummer": "907"}
    path = write_sheet(
        tmp_path / "Erhebung.xlsx", [one, one | {"Status": "UMBAU"}, {"Objekt-ID": "25-A0501"}]
    )
    (entry,) = swift.ingest(path, team="a")
    assert entry["status"] == "partial"
    assert {row for f in entry["findings"] if f["severity"] == "error" for row in f["rows"]} == {
        2,
        3,
    }
    assert shops(swift) == {901}


@pytest.mark.parametrize(
    ("days", "expected"),
    [((20, 22), "UMBAU"), ((22, 20), "LEER"), ((20, 20), "UMBAU")],
    ids=["the later survey date counts", "whatever came later", "then the later upload"],
)
def test_between_sources_an_object_counts_once(
    swift: Office, tmp_path: Path, days: tuple[int, int], expected: str
) -> None:
    for team, status, day in zip("ab", ("LEER", "UMBAU"), days, strict=True):
        row = {"Objekt-ID": "25-A0500", "Status": status, "Erhebungsdatum": date(2019, 5, day)}
        swift.ingest(write_sheet(tmp_path / f"{team}.xlsx", [row]), team=team)
    swift.renew()
    assert [row["vacancy_status"] for row in swift.rows("SELECT vacancy_status FROM units")] == [
        expected
    ]
    assert swift.value("SELECT count(*) FROM conflicts") >= 1
