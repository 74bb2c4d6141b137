"""Marked copies on their way: written beside what lies there, handed back as corrections."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from pipelines.home import open_home
from pipelines.walk.marking import mark_again
from tests.cli.conftest import Run

HEADINGS = ("Welle", "Erhebungsdatum", "Statistischer Bezirk", "Straße", "Hausnummer",
            "Objektart", "Einheitstyp", "Status", "Gesamtfläche")  # fmt: skip
SHEET = "Leerstände"
Rows = list[list[str]]


def rows(kind: str = "Einheit") -> Rows:
    """Ten objects; the area of the fourth is unreadable, the sixth is of no known kind."""
    made = [
        ["2019-W1", "20.05.2019", "Wattenscheid-Mitte", "Oststraße", str(900 + n), kind,
         "Ladenlokal", "leer", str(50 + n)]
        for n in range(10)
    ]  # fmt: skip
    made[3][8], made[5][5] = "ziemlich groß", "Trinkhalle"
    return [list(HEADINGS), *made]


def mend(path: Path) -> None:
    """What a team does in its marked copy: I5 and F7 are put right."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    assert (sheet["I5"].value, sheet["F7"].value) == ("ziemlich groß", "Trinkhalle")
    sheet["I5"], sheet["F7"] = "53", "Einheit"
    for number in range(2, 12):
        sheet.cell(number, 6).value = "Einheit"
    book.save(path)


def write_xlsx(path: Path, cells: Rows) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].title = SHEET
    for row in cells:
        book.worksheets[0].append(row)
    book.save(path)


def write_csv(path: Path, cells: Rows) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(cells)


def write_xls(path: Path, cells: Rows) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet(SHEET)
    for row, texts in enumerate(cells):
        for column, text in enumerate(texts):
            sheet.write(row, column, text)
    book.save(str(path))


def write_ods(path: Path, cells: Rows) -> None:
    """OpenDocument allows names of sheets that Excel does not."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Leerstände: Oststraße [Begehung im Mai und Juni]")
    for texts in cells:
        row = TableRow()
        for text in texts:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    document.save(str(path))


WRITERS = {"xlsx": write_xlsx, "csv": write_csv, "xls": write_xls, "ods": write_ods}


@pytest.fixture
def hand_in(run: Run, home: Path) -> Any:
    """`ingest --json` of one file for a team; gives the file's entry."""

    def hand_in(path: Path, *options: object) -> Any:
        told = run("--home", home, "ingest", path, "--team", "t", "--json", *options)
        (entry,) = told.json["files"]
        return entry

    return hand_in


def progress(entry: Any) -> str:
    (found,) = (f["message"] for f in entry["findings"] if f["code"] == "correction-progress")
    return str(found)


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("name", ["", "unser neuer Name.xlsx"])
def test_a_mended_copy_corrects_what_it_marks(
    hand_in: Any, home: Path, tmp_path: Path, ending: str, name: str
) -> None:
    source, marked = tmp_path / f"Mai.{ending}", tmp_path / "geprueft"
    WRITERS[ending](source, rows())
    first = hand_in(source, "--marked", marked)
    assert (first["status"], first["forms"][0]["quarantined"]) == ("partial", 1)
    copy = marked / "Mai-geprueft.xlsx"
    again = mark_again(open_home(home), first["submission"], tmp_path / "again", "de")
    assert again.name == copy.name
    assert again.read_bytes() == copy.read_bytes(), "made anew from the archive"
    mend(copy)
    copy = copy.rename(tmp_path / (name or copy.name))
    second = hand_in(copy)
    assert (second["status"], second["replaces"]) == ("accepted", first["submission"])
    assert "2 von 2 Beanstandungen sind behoben, 0 bleiben, 0 sind neu" in progress(second)
    assert second["forms"][0]["accepted"] == 10
    assert "objects-gone" not in {finding["code"] for finding in second["findings"]}


def test_a_copy_of_what_was_never_loaded(
    hand_in: Any, run: Run, home: Path, tmp_path: Path
) -> None:
    """The original was rejected: the copy is loaded in its place, under its name."""
    source, marked = tmp_path / "Mai.xlsx", tmp_path / "geprueft"
    write_xlsx(source, rows(kind="Kiosk"))
    first = hand_in(source, "--marked", marked)
    assert first["status"] == "rejected"
    mend(marked / "Mai-geprueft.xlsx")
    second = hand_in(marked / "Mai-geprueft.xlsx")
    assert (second["status"], second["replaces"]) == ("accepted", None)
    assert "11 von 11 Beanstandungen sind behoben" in progress(second)
    write_xlsx(source, [row for row in rows() if row[5] != "Trinkhalle"])
    third = hand_in(source)
    assert third["replaces"] == second["submission"], "one source, whatever its file is called"


def test_a_copy_is_never_written_over(run: Run, tmp_path: Path) -> None:
    """The second check writes beside the copy that somebody is mending."""
    source, marked = tmp_path / "Mai.xlsx", tmp_path / "geprueft"
    write_xlsx(source, rows())
    assert str(marked / "Mai-geprueft.xlsx") in run("check", source, "--marked", marked).out
    run("check", source, "--marked", marked)
    assert [path.name for path in marked.iterdir()] == ["Mai-geprueft.xlsx"], "the same bytes"
    copy = marked / "Mai-geprueft.xlsx"
    mend(copy)
    mended = copy.read_bytes()
    run("check", source, copy, "--marked", marked)
    assert copy.read_bytes() == mended
    names = {path.name for path in marked.iterdir()}
    assert names == {"Mai-geprueft.xlsx", "Mai-geprueft-2.xlsx", "Mai-geprueft-3.xlsx"}


def test_what_a_repair_has_done_stands_first(run: Run, tmp_path: Path) -> None:
    source, marked = tmp_path / "Mai.xlsx", tmp_path / "geprueft"
    write_xlsx(source, rows())
    run("check", source, "--marked", marked)
    mend(marked / "Mai-geprueft.xlsx")
    lines = run("check", marked / "Mai-geprueft.xlsx").out.splitlines()
    assert "2 von 2 Beanstandungen sind behoben, 0 bleiben" in lines[1]
    report = tmp_path / "bericht.html"
    run("--lang", "en", "check", marked / "Mai-geprueft.xlsx", "--report", report)
    page = report.read_text(encoding="utf-8")
    assert page.index("2 of 2 objections are mended, 0 remain") < page.index("<table>")
