"""Accounts: where every cell of a workbook went, by counting cells one by one."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.intake.cells import Sheet, Workbook, column_of, shown
from pipelines.intake.tables import Recognised

_BY_ROW = {"rows-title", "rows-total", "rows-note", "rows-prepared", "heading-repeated",
           "heading-alone", "rows-example", "rows-band", "rows-band-read", "rows-between"}  # fmt: skip
_BY_SHEET = {"sheet-not-read", "sheet-cover", "sheet-by-mapping", "sheet-transposed", "sheet-form",
             "lines-unsplit", "column-split"}  # fmt: skip
_BY_CELL = {"cells-beside", "cells-stray", "row-shifted", "cells-cleaned"}


def cells_of(sheet: Sheet) -> dict[tuple[str, int], str]:
    """Every cell that holds more than blanks, as (letter, row)."""
    rows = sheet.frame["row"].to_list()
    return {
        (letter, row): text
        for letter in sheet.letters
        for row, text in zip(
            rows, sheet.frame.select(shown(sheet, letter)).to_series().to_list(), strict=True
        )
        if text is not None and text.strip()
    }


def unaccounted(workbook: Workbook, found: Recognised) -> dict[str, dict[str, str]]:
    """Sheet → cell → text of every cell that is in no field and in no finding."""
    named_sheets = {f.sheet for f in found.findings if f.code in _BY_SHEET}
    named_sheets |= _joined_whole(found)
    lost: dict[str, dict[str, str]] = {}
    for sheet in workbook.sheets:
        if sheet.name in named_sheets:
            continue
        where = set(_places(sheet, found))
        missing = {
            f"{letter}{row}": text
            for (letter, row), text in cells_of(sheet).items()
            if not where & {(letter, row), (letter, None), (None, row)}
        }
        if missing:
            lost[sheet.name] = missing
    return lost


def _joined_whole(found: Recognised) -> set[str]:
    """Parents of repeats, whose columns stand in the tables of their repeats."""
    tables = {table.sheet.name for table in found.tables}
    joined = {str(f.value) for f in found.findings if f.code == "repeat-joined"}
    return joined - tables


def _places(sheet: Sheet, found: Recognised) -> Iterator[tuple[str | None, int | None]]:
    for finding in found.findings:
        if finding.sheet != sheet.name:
            continue
        if finding.code in _BY_ROW:
            yield from ((None, row) for row in finding.rows)
        if finding.code in _BY_CELL:
            for cell in finding.cells:
                letter = cell.rstrip("0123456789")
                yield letter, int(cell[len(letter) :])
        if finding.code == "column-without-heading":
            yield finding.value, None
    for table in found.tables:
        if table.sheet.name == sheet.name:
            columns = [*table.columns, *table.ignored]
            assert all(column_of(column.letter) for column in columns)
            for row in (*table.header_rows, *table.frame["row"].to_list()):
                yield from ((column.letter, row) for column in columns)
