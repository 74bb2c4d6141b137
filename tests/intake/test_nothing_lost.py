"""No value is lost in silence: every cell is in a field or named in a finding."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from pipelines.intake.reader import Reader
from pipelines.intake.recognise import recognise
from tests.intake.accounts import cells_of, unaccounted

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
