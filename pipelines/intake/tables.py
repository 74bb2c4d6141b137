"""Tables as recognised: which rows and columns of a sheet are the rows and columns of a form.

In: nothing; this module only says what recognition hands to parsing.
Out: `Recognised` with its `Table`s and what the cover sheet says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.intake.cells import Sheet
from pipelines.intake.findings import Finding


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    Attributes:
        letter: its letters in the sheet.
        heading: the heading as it stands, lines joined by a blank.
        fields: the declared columns, or a composite such as address, that it is read into; empty
            if ignored.
        unit: a unit named in the heading ("m²", "ha"), or None.
        option: the code that a cross below it means, of a question with a column for each choice.
        parts: letters of further columns that it was joined from.
    """

    letter: str
    heading: str
    fields: tuple[str, ...]
    unit: str | None = None
    option: str | None = None
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class CoverValue:
    """A value that a cover sheet, title row or stamp gives for all rows."""

    text: str
    sheet: str | None
    cell: str | None


@dataclass(frozen=True)
class Table:
    """One table of one form.

    Attributes:
        sheet: the sheet it stands in.
        frame: the rows of `sheet.frame` that are data rows of this table, in order, with merged
            cells filled where a merge says so; same columns as `sheet.frame`.
        columns: the columns that are read.
        ignored: headings nobody declared, or that a mapping ignores.
        cover: what the lines above this table say for its rows; it beats `Recognised.cover`.
        shifted: row numbers whose cells may stand under wrong headings, or that are several
            objects each; they cannot be counted.
        streets: row number → the street that a line of its own above the row names.
    """

    form: str
    sheet: Sheet
    header_rows: tuple[int, ...]
    frame: pl.DataFrame
    columns: tuple[TableColumn, ...]
    ignored: tuple[TableColumn, ...] = ()
    cover: Mapping[str, CoverValue] = field(default_factory=dict)
    shifted: frozenset[int] = frozenset()
    streets: Mapping[int, str] = field(default_factory=dict)

    def letters_of(self, field: str) -> tuple[str, ...]:
        """The letters of the columns read into `field`."""
        return tuple(column.letter for column in self.columns if field in column.fields)


@dataclass(frozen=True)
class Recognised:
    """Everything recognised in one workbook.

    Attributes:
        cover: declared column (wave_id, survey_area, survey_date, district_code, coverage ...)
            → what cover sheet, title rows or stamp say of it.
        findings: what recognition has to say (ignored columns, totals rows left out, no form ...).
    """

    tables: tuple[Table, ...]
    cover: dict[str, CoverValue]
    findings: tuple[Finding, ...]
