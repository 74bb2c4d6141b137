"""No value is lost in silence: every filled cell of every example went somewhere that is told.

A cell is accounted for when it is a heading, a value or a reading of a row, in an ignored column
that is named, in a row or a sheet that a finding names, named itself by a finding, or read from
the cover sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.utils.cell import coordinate_from_string, range_boundaries

from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedForm, CheckedWorkbook
from raw.examples import AREAS, DEMO, FAULTY
from schemas import FORMS
from schemas.places import PACKAGED, load_places

from .conftest import EXAMPLES

Cell = tuple[str, int, str]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as open_reader:
        yield open_reader


def filled(path: Path) -> set[Cell]:
    """(sheet, row, letter) of every cell that holds something."""
    return {
        (sheet.title, cell.row, cell.column_letter)
        for sheet in openpyxl.load_workbook(path)
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def of_tables(form: CheckedForm, cells: set[Cell]) -> set[Cell]:
    """Headings, read values and told readings of a form's tables."""
    told: set[Cell] = set()
    for table in form.tables:
        left, _, right, _ = range_boundaries(table.range)
        told |= {
            cell
            for cell in cells
            if cell[0] == table.sheet and cell[1] in table.header_rows
            and left <= openpyxl.utils.column_index_from_string(cell[2]) <= right
        }  # fmt: skip
        rows = form.frame.filter(pl.col("sheet") == table.sheet)
        for name, letters in table.columns.items():
            declared = [name] if name in FORMS[form.form].by_name else []
            value = pl.coalesce([pl.col(each).cast(pl.String) for each in declared] or pl.lit(None))
            numbers = rows.filter(value.is_not_null())["row_number"].to_list()
            told |= {(table.sheet, number, letter) for number in numbers for letter in letters}
    for sheet, cell in form.readings.select("sheet", "cell").iter_rows():
        letter, row = coordinate_from_string(cell)
        told.add((sheet, row, letter))
    return told


def of_findings(checked: CheckedWorkbook, cells: set[Cell]) -> set[Cell]:
    """Cells that a finding names, and those in rows, columns and sheets that one leaves out."""
    told: set[Cell] = set()
    for finding in checked.findings:
        named = {coordinate_from_string(cell) for cell in finding.cells}
        told |= {(finding.sheet or "", row, letter) for letter, row in named}
        if "ignored" in finding.code or "personal" in finding.code:
            letters = {letter for letter, _ in named}
            told |= {cell for cell in cells if cell[0] == finding.sheet and cell[2] in letters}
        elif finding.rows and (not finding.cells or finding.code == "object-repeated"):
            told |= {cell for cell in cells if cell[0] == finding.sheet and cell[1] in finding.rows}
        elif not finding.cells and finding.sheet:
            told |= {cell for cell in cells if cell[0] == finding.sheet}
    return told


@pytest.mark.parametrize("name", [*(name for names in DEMO.values() for name in names), FAULTY])
def test_every_filled_cell_is_accounted_for(name: str, reader: Reader) -> None:
    cells = filled(EXAMPLES / name)
    checked = check_file(
        EXAMPLES / name, CheckOptions(today="2026-01-01"), load_places(PACKAGED, AREAS), reader
    )
    told = of_findings(checked, cells)
    for form in checked.forms:
        told |= of_tables(form, cells)
    assert sorted(cells - told) == []
