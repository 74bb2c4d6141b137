"""Shifted rows: a separator too many in a line of a text file moves every cell behind it.

In: what one sheet of a text file holds.
Out: the same, its rows with more cells than headings marked: "80,5" in a file with commas is two
cells, and whatever follows stands under the heading of its neighbour.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.intake.cells import column_of
from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW, cell_of
from pipelines.intake.recognising.sheets import SheetReading
from pipelines.intake.tables import Table

_BESIDE = "cells-beside"


def without_shifted(reading: SheetReading) -> SheetReading:
    """Mark the rows of each table beside which cells stand on the right, and tell them as such."""
    beside = [cell for finding in reading.findings for cell in finding.cells
              if finding.code == _BESIDE]  # fmt: skip
    for number, table in enumerate(reading.tables):
        last = _width(table)
        numbers = set(table.frame[ROW].to_list())
        cells = [cell for cell in beside if cell_of(cell)[0] in numbers
                 and cell_of(cell)[1] > last]  # fmt: skip
        if not cells:
            continue
        rows = tuple(sorted({cell_of(cell)[0] for cell in cells}))
        reading.tables[number] = replace(table, shifted=table.shifted | frozenset(rows))
        sheet = table.sheet.name
        told = Finding("row-shifted", table.form, sheet, rows=rows, cells=tuple(cells))
        reading.findings = [*_without(reading.findings, set(cells)), told]
    return reading


def _width(table: Table) -> int:
    """The number of fields in the line of the heading, blank ones at its end too."""
    row = table.header_rows[-1]
    last = max(column_of(column.letter) for column in (*table.columns, *table.ignored))
    widths = table.sheet.widths
    return max(last, widths[row - 1] if row <= len(widths) else 0)


def _without(findings: list[Finding], cells: set[str]) -> list[Finding]:
    """The findings, cells that are told otherwise left out."""
    rest = []
    for finding in findings:
        left = tuple(cell for cell in finding.cells if cell not in cells)
        if finding.code != _BESIDE:
            rest.append(finding)
        elif left:
            rest.append(replace(finding, cells=left))
    return rest
