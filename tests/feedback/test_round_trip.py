"""The way of a team: faulty workbook, marked workbook, repair in it, accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipelines.feedback.marked import write_marked
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from raw.examples import FOLDER
from raw.examples.faulty import TITLES, expected, sheets, site, vacancy
from schemas.places import PACKAGED, load_places

MAKERS: dict[str, Callable[[int], dict[str, Any]]] = {
    "Leerstände": vacancy, "Produktionsstandorte": site,
}  # fmt: skip


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def check(path: Path, reader: Reader) -> CheckedWorkbook:
    places = load_places(PACKAGED, FOLDER / "areas")
    return check_file(path, CheckOptions(today="2026-11-22"), places, reader)


def mend(path: Path, checked: CheckedWorkbook, keep: frozenset[str] = frozenset()) -> None:
    """Take over every proposal; what has none is mended from the generator's faultless row.

    Findings whose code is in `keep` stay as they are.
    """
    book = openpyxl.load_workbook(path)
    for finding in checked.findings:
        if finding.severity == "hint" or finding.code in keep or finding.sheet is None:
            continue
        sheet = book[finding.sheet]
        if finding.code == "column-personal":
            letter = finding.cells[0].rstrip("0123456789")
            for cell in sheet[letter]:
                cell.value = None
        elif finding.proposal is not None:
            for cell in finding.cells:
                sheet[cell] = finding.proposal
                sheet[cell].number_format = "@"
        else:
            for row in finding.rows:
                restore(sheet, finding.sheet, row)
    book.save(path)


def restore(sheet: Any, name: str, row: int) -> None:
    heading_row = len(TITLES[name]) + 2
    good = MAKERS[name](row - heading_row)
    for cell in sheet[heading_row]:
        if cell.value in good:
            sheet.cell(row, cell.column).value = good[cell.value]


def mistakes(checked: CheckedWorkbook) -> int:
    """Errors and warnings by cell; that they are those of the record is held by the acceptance."""
    return sum(max(len(f.cells), 1) for f in checked.findings if f.severity != "hint")


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
    total = mistakes(before)
    after = check(path, reader)
    assert [f for f in after.findings if f.code != "correction-progress"] == list(before.findings)
    assert progress_of(after) == {
        "total": total, "mended": 0, "remaining": total, "new": 0,
    }  # fmt: skip
    assert after.corrects == before.sha256
    assert [form.frame.height for form in after.forms] == [f.frame.height for f in before.forms]


def test_all_mended(faulty: tuple[Path, CheckedWorkbook], reader: Reader) -> None:
    path, checked = faulty
    total = mistakes(checked)
    mend(path, checked)
    after = check(path, reader)
    assert progress_of(after) == {
        "total": total, "mended": total, "remaining": 0, "new": 0,
    }  # fmt: skip
    assert after.status is Status.ACCEPTED
    assert f"{total} von {total} Beanstandungen sind behoben" in " ".join(
        finding.message("de") for finding in after.findings
    )
    assert sum(table.quarantined for form in after.forms for table in form.tables) == 0


def test_some_remain_and_some_are_new(faulty: tuple[Path, CheckedWorkbook], reader: Reader) -> None:
    path, checked = faulty
    total = mistakes(checked)
    mend(path, checked, keep=frozenset({"excel-date"}))
    book = openpyxl.load_workbook(path)
    book["Leerstände"]["C10"] = dt.date(2098, 1, 1)
    book["Leerstände"].insert_rows(30)
    book.save(path)
    kept = sum(len(p["cells"]) for p in expected() if p["code"] == "excel-date")
    assert progress_of(check(path, reader)) == {
        "total": total, "mended": total - kept, "remaining": kept, "new": 1,
    }  # fmt: skip


def test_rows_of_the_generator_are_faultless() -> None:
    """What restoring relies on: the rows planted with nothing are those of the maker."""
    assert sheets()["Leerstände"][0] == vacancy(1)
