"""No value is lost in silence: every cell is in a field or named in a finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlwt

from pipelines.intake.naming import letter_of
from pipelines.intake.reader import Reader
from pipelines.intake.recognise import recognise
from tests.intake.accounts import cells_of, unaccounted
from tests.intake.books import write_book
from tests.intake.xlsb import write_xlsb

EXAMPLES = sorted((Path(__file__).parents[2] / "raw/examples").glob("*.xlsx"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_cell_of_an_example_is_read_or_named(reader: Reader, path: Path) -> None:
    workbook = reader.read(path)
    assert unaccounted(workbook, recognise(workbook, None)) == {}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_reader_sees_the_cells_that_openpyxl_sees(reader: Reader, path: Path) -> None:
    """Two readers, one workbook; only personal columns are missing from ours."""
    book = openpyxl.load_workbook(path, data_only=False)
    for sheet in reader.read(path).sheets:
        theirs = {
            (cell.column_letter, cell.row)
            for row in book[sheet.name].iter_rows()
            for cell in row
            if cell.value is not None and str(cell.value).strip()
        }
        ours = set(cells_of(sheet))
        assert ours <= theirs
        headings = {letter for letter, row in theirs - ours}
        assert all("Telefon" in (sheet.frame[letter].drop_nulls()[0]) for letter in headings)


TABLE: list[list[str | float | None]] = [
    ["Leerstände Wattenscheid, Stand: 20.05.2019"],
    ["Straße", "Hausnr.", "Objektart", "Status", "Fläche", "Laune", None, "Notiz"],
    ["Hochstraße", 1, "Einheit", "leer", 80.5, "heiter", None, None],
    ["Oststraße", "12a", "Einheit", "Umbau", None, None, None, "ruft an"],
    ["Westenfeld"],
    ["Am Markt", 3, "Gebäude", "leer", 1200, None, "x", None],
    ["Summe", 3],
    ["* geschätzt, nicht gemessen, von der anderen Straßenseite aus"],
]


def as_text(separator: str, encoding: str) -> bytes:
    lines = [separator.join("" if cell is None else str(cell) for cell in row) for row in TABLE]
    return "\n".join(lines).encode(encoding)


def as_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blatt")
    for row, cells in enumerate(TABLE):
        for column, cell in enumerate(cells):
            if cell is not None:
                sheet.write(row, column, cell)
    book.save(str(path))


WRITERS: dict[str, Callable[[Path], object]] = {
    "xlsx": lambda path: write_book(path, {"Blatt": TABLE}),
    "xlsb": lambda path: write_xlsb(path, TABLE),
    "xls": as_xls,
    "csv": lambda path: path.write_bytes(as_text(";", "utf-8-sig")),
    "tsv": lambda path: path.write_bytes(as_text("\t", "utf-16")),
    "txt": lambda path: path.write_bytes(as_text("|", "mac-roman")),
}


@pytest.mark.parametrize("ending", WRITERS)
def test_every_format_gives_the_same_cells_and_loses_none(
    reader: Reader, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"Blatt.{ending}"
    WRITERS[ending](path)
    workbook = reader.read(path)
    found = recognise(workbook, None)
    assert unaccounted(workbook, found) == {}
    (sheet,) = workbook.sheets
    assert cells_of(sheet) == {
        (letter_of(column), row): str(cell)
        for row, cells in enumerate(TABLE, start=1)
        for column, cell in enumerate(cells, start=1)
        if cell is not None
    }
    (table,) = found.tables
    assert table.frame["row"].to_list() == [3, 4, 6]


@pytest.mark.parametrize("name", ["Begehung.ods", "Begehung.xls", "Formeln.ods", "Formeln.xls"])
def test_every_cell_that_an_office_program_wrote_is_read_or_named(
    reader: Reader, name: str
) -> None:
    workbook = reader.read(Path(__file__).parent / "formats" / name)
    assert unaccounted(workbook, recognise(workbook, None)) == {}
