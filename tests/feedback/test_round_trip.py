"""The way of a team: faulty workbook, marked workbook, repair in it, accepted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback.marked import write_marked
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.progress import HEADING_ROW
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from raw.examples import FOLDER
from schemas.places import PACKAGED, load_places

PLANTED = json.loads((FOLDER / "record.json").read_text(encoding="utf-8"))["planted"]
FAULTS = [planted for planted in PLANTED if planted["kind"] == "fault"]
TOTAL = sum(len(planted["cells"]) for planted in FAULTS)
"""How many mistakes the generator has planted, by its own record."""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def check(path: Path, reader: Reader) -> CheckedWorkbook:
    places = load_places(PACKAGED)  # as the record counts: without the office's registers
    return check_file(path, CheckOptions(today="2026-11-22"), places, reader)


def mend(path: Path, keep: str = "") -> int:
    """Do what the marked workbook says; gives how many proposals it had.

    Every proposal of its sheet "Prüfbericht" is taken over; what has none gets back what the
    record says that stood there. Mistakes of the code `keep` stay as they are.
    """
    book = openpyxl.load_workbook(path)
    kept = {(each["sheet"], cell) for each in FAULTS for cell in each["cells"]
            if each["code"] == keep}  # fmt: skip
    taken = set()
    for row in book["Prüfbericht"].iter_rows(min_row=HEADING_ROW + 1, values_only=True):
        kind, sheet, cell, proposal = row[1], row[2], row[3], row[7]
        if kind in {"Fehler", "Warnung"} and proposal and (sheet, cell) not in kept:
            book[sheet][cell].value, book[sheet][cell].number_format = proposal, "@"
            taken.add((sheet, cell))
    for planted in FAULTS:
        for cell, value in planted["mended"].items():
            if not {(planted["sheet"], cell)} & (taken | kept):
                book[planted["sheet"]][cell].value = value
        if planted["code"] == "column-personal":
            empty_column(book[planted["sheet"]], planted["cells"][0])
    book.save(path)
    return len(taken)


def empty_column(sheet: Worksheet, heading: str) -> None:
    for cell in sheet[heading.rstrip("0123456789")]:
        cell.value = None


def progress_of(checked: CheckedWorkbook) -> dict[str, int]:
    (found,) = (f for f in checked.findings if f.code == "correction-progress")
    return {key: found.parameters[key] for key in ("total", "mended", "remaining", "new")}


@pytest.fixture
def faulty(reader: Reader, tmp_path: Path) -> tuple[Path, CheckedWorkbook]:
    """The marked copy of the faulty example, and what was found in it."""
    source = FOLDER / "Fehlerbeispiel.xlsx"
    checked = check(source, reader)
    target = tmp_path / "Fehlerbeispiel-geprueft.xlsx"
    write_marked(source, checked, target, "de")
    return target, checked


def test_marked_workbook_reads_as_the_one_it_marks(
    faulty: tuple[Path, CheckedWorkbook], reader: Reader
) -> None:
    path, before = faulty
    after = check(path, reader)
    assert [f for f in after.findings if f.code != "correction-progress"] == list(before.findings)
    assert progress_of(after) == {"total": TOTAL, "mended": 0, "remaining": TOTAL, "new": 0}
    assert after.corrects == before.sha256
    assert [form.frame.height for form in after.forms] == [f.frame.height for f in before.forms]


def test_all_mended(faulty: tuple[Path, CheckedWorkbook], reader: Reader) -> None:
    path, _ = faulty
    proposed = sum(len(planted["cells"]) for planted in FAULTS if planted["proposal"])
    assert mend(path) >= proposed, "every proposal of the record stands in the sheet"
    after = check(path, reader)
    assert progress_of(after) == {"total": TOTAL, "mended": TOTAL, "remaining": 0, "new": 0}
    assert after.status is Status.ACCEPTED
    assert f"{TOTAL} von {TOTAL} Beanstandungen sind behoben, 0 bleiben" in " ".join(
        finding.message("de") for finding in after.findings
    )
    assert sum(table.quarantined for form in after.forms for table in form.tables) == 0


def test_some_remain_and_some_are_new(faulty: tuple[Path, CheckedWorkbook], reader: Reader) -> None:
    path, _ = faulty
    mend(path, keep="excel-date")
    book = openpyxl.load_workbook(path)
    book["Leerstände"]["C10"] = dt.date(2098, 1, 1)
    book["Leerstände"].insert_rows(30)
    book.save(path)
    kept = sum(len(planted["cells"]) for planted in FAULTS if planted["code"] == "excel-date")
    assert progress_of(check(path, reader)) == {
        "total": TOTAL, "mended": TOTAL - kept, "remaining": kept, "new": 1,
    }  # fmt: skip
