"""What a sheet says beside its cells, and cells that only counting finds."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from pipelines.intake.cells import FAULT, companion
from pipelines.intake.reader import Reader
from pipelines.intake.recognise import recognise
from tests.intake.books import HEADINGS, ROWS, sheet_xml, write_book, write_package


def with_unnamed_cells(path: Path) -> None:
    """An error in A8 and a hidden row, as programs write them that leave cells to be counted."""
    cell = '<c t="e"><f>1/0</f><v>#DIV/0!</v></c><c><f>A1</f></c>'
    rows = f'<row>{cell}</row><row hidden="1"><c><v>1</v></c></row>'
    sheet = re.sub(r' r="[A-Z]*\d+"', "", sheet_xml()).replace(
        "</sheetData>", f"{rows}</sheetData>"
    )
    write_package(path, sheet)


def test_cells_without_names_are_counted(reader: Reader, tmp_path: Path) -> None:
    with_unnamed_cells(tmp_path / "namenlos.xlsx")
    (sheet,) = reader.read(tmp_path / "namenlos.xlsx").sheets
    faults = sheet.frame.filter(pl.col("row") == 8).row(0, named=True)
    assert (faults[companion("A", FAULT)], faults[companion("B", FAULT)]) == (
        "#DIV/0!",
        "uncalculated",
    )
    assert sheet.hidden_rows == {9}


def test_parts_under_backslashes_are_scanned_too(reader: Reader, tmp_path: Path) -> None:
    with_unnamed_cells(tmp_path / "gut.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "gut.xlsx") as good,
        zipfile.ZipFile(tmp_path / "b.xlsx", "w") as odd,
    ):
        for name in good.namelist():
            odd.writestr(name.replace("/", "\\"), good.read(name))
    (sheet,) = reader.read(tmp_path / "b.xlsx").sheets
    assert sheet.hidden_rows == {9}


def test_comments_and_text_boxes_are_told(reader: Reader, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("Blatt")
    sheet.write("A1", "Straße")
    sheet.write_comment("A1", "wieder vermietet")
    sheet.insert_textbox("C3", "Nr. 5 fehlt")
    book.close()
    told = reader.read(tmp_path / "b.xlsx").findings
    assert [(f.code, f.cells) for f in told] == [
        ("cells-commented", ("A1",)),
        ("sheet-drawings", ()),
    ]


COLOURS: dict[str, tuple[str | None, ...]] = {
    "some rows": ("#92D050", None, "#92D050", None, None),
    "every row": ("#92D050",) * 5,
    "every other row": ("#DDEBF7", None, "#DDEBF7", None, "#DDEBF7"),
    "in grey": ("#D9D9D9", None, None, None, "#D9D9D9"),
}


@pytest.mark.parametrize("case", COLOURS)
def test_colours_that_may_mean_something_are_told(
    reader: Reader, tmp_path: Path, case: str
) -> None:
    book = xlsxwriter.Workbook(tmp_path / "b.xlsx")
    sheet = book.add_worksheet("Leerstände")
    for column, heading in enumerate(HEADINGS):
        sheet.write(0, column, heading, book.add_format({"bg_color": "#FFC000"}))
    for row, colour in enumerate(COLOURS[case], start=1):
        style = book.add_format({"bg_color": colour}) if colour else None
        for column, text in enumerate(ROWS[row - 1]):
            sheet.write(row, column, text, style)
    book.close()
    found = recognise(reader.read(tmp_path / "b.xlsx"), None)
    told = [finding.rows for finding in found.findings if finding.code == "rows-coloured"]
    assert told == ([(2, 4)] if case == "some rows" else [])


def test_a_legend_of_colours_is_told(reader: Reader, tmp_path: Path) -> None:
    title = ["Leerstände im Mai, grün = wieder vermietet"]
    beside = [*ROWS[1], None, "rot hinterlegt: Abriss"]
    path = write_book(tmp_path / "b.xlsx", {"Blatt": [title, HEADINGS, ROWS[0], beside]})
    found = recognise(reader.read(path), None)
    told = [f.cells for f in found.findings if f.code == "colour-legend"]
    assert told == [("A1", "H4")]
