"""Binary formats: xls and xlsb tell faults, merges and what is hidden as xlsx does."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import xlwt

from pipelines.intake.cells import FAULT, companion
from pipelines.intake.file_notes import sheet_findings
from pipelines.intake.reader import Reader
from pipelines.intake.reading.biff import scan_xls
from pipelines.intake.recognise import recognise
from tests.intake.xlsb import ERROR, FORMULA_ERROR, UNCALCULATED, write_xlsb

FORMATS = Path(__file__).parent / "formats"
HEADINGS = ("Welle", "Straße", "Hausnummer", "Objektart", "Status", "Gesamtfläche", "Stufenfrei")


def faults(frame: pl.DataFrame, letter: str) -> dict[int, str]:
    name = companion(letter, FAULT)
    return dict(frame.filter(pl.col(name).is_not_null()).select("row", name).rows())


def test_an_xlsb_file(reader: Reader, tmp_path: Path) -> None:
    rows = [
        (2019, "Hochstraße", 1200, "Einheit", "leer", area, True)
        for area in (80.5, -3, ERROR, FORMULA_ERROR, UNCALCULATED, None)
    ]
    path = write_xlsb(
        tmp_path / "b.xlsb", [HEADINGS, *rows], [2], [4], merges=[(1, 2, 1, 1)]
    )  # fmt: skip
    workbook = reader.read(path)
    (sheet,) = workbook.sheets
    assert (workbook.format, workbook.findings) == ("xlsb", ())
    assert sheet.frame.row(0)[1:8:2] or sheet.letters == tuple("ABCDEFG")
    first = sheet.frame.row(1, named=True)
    assert (first["A:number"], first["B"], first["C:number"], first["F:number"], first["G:flag"]) == (
        2019, "Hochstraße", 1200, 80.5, True,
    )  # fmt: skip
    assert sheet.frame["F:number"].to_list() == [None, 80.5, -3, None, None, None, None]
    assert faults(sheet.frame, "F") == {4: "#REF!", 5: "#DIV/0!"}
    assert (sheet.hidden_rows, sheet.hidden_columns) == ({3}, {"E"})
    merge = sheet.merges[0]
    assert (merge.first_row, merge.last_row, merge.first_column, merge.last_column) == (2, 3, 2, 2)
    (table,) = recognise(workbook, None).tables
    assert table.frame.height == len(rows)


def test_an_xls_file_written_by_an_office_program(reader: Reader) -> None:
    """Written by LibreOffice from Formeln.ods: =1/0 in F5."""
    (sheet,) = reader.read(FORMATS / "Formeln.xls").sheets
    assert faults(sheet.frame, "F") == {5: "#DIV/0!"}


def test_an_xls_file_with_hidden_rows_and_formulas_never_calculated(
    reader: Reader, tmp_path: Path
) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blatt")
    for row in range(5):
        sheet.write(row, 0, f"Zeile {row}")
    sheet.write(2, 1, xlwt.Formula("A1"))
    sheet.row(3).hidden = True
    sheet.col(2).hidden = True
    book.save(str(tmp_path / "b.xls"))
    (read,) = reader.read(tmp_path / "b.xls").sheets
    assert faults(read.frame, "B") == {3: "uncalculated"}
    assert (read.hidden_rows, read.hidden_columns) == ({4}, {"C"})


def test_a_formula_without_text_is_calculated_where_another_has_a_result(
    reader: Reader, tmp_path: Path
) -> None:
    """=IF(A2="","",80) down a prepared list gives empty texts, which are no fault."""
    rows = [HEADINGS, (2019, "Hochstraße", 1, "Einheit", "leer", UNCALCULATED, True)]
    for name, more, expected in (
        ("calculated", FORMULA_ERROR, {3: "#DIV/0!"}),
        ("written by a script", None, {2: "uncalculated"}),
    ):
        last = (2019, "Hochstraße", 2, "Einheit", "leer", more, True)
        path = write_xlsb(tmp_path / f"{name}.xlsb", [*rows, last])
        (sheet,) = reader.read(path).sheets
        assert faults(sheet.frame, "F") == expected


def test_an_xls_file_of_an_office_program_may_have_formulas_without_text(
    reader: Reader,
) -> None:
    """Written by LibreOffice: F2 is =IF(C2="","",C2) beside F3 with a result."""
    (sheet,) = reader.read(FORMATS / "Leertext.xls").sheets
    assert companion("F", FAULT) not in sheet.frame.columns


def test_control_characters_of_an_old_file_reach_neither_cells_nor_names(
    reader: Reader, tmp_path: Path
) -> None:
    """A ledger in PostgreSQL refuses a text with a zero in it."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blatt\x07 1")
    for row, cells in enumerate([HEADINGS, ("2019", "Hochstraße\x00", "1", "Einheit\x01", "leer")]):
        for column, cell in enumerate(cells):
            sheet.write(row, column, cell)
    book.save(str(tmp_path / "b.xls"))
    workbook = reader.read(tmp_path / "b.xls")
    (table,) = recognise(workbook, None).tables
    assert workbook.sheets[0].name == "Blatt 1"
    assert table.frame["B"].to_list() == ["Hochstraße"]
    assert table.frame["D"].to_list() == ["Einheit"]


def test_a_sheet_that_could_not_be_scanned_says_so() -> None:
    assert scan_xls(b"\xd0\xcf\x11\xe0" + bytes(600)) is None
    (told,) = sheet_findings({"name": "Blatt", "is_blind": True})
    assert (told.code, told.sheet) == ("sheet-blind", "Blatt")
