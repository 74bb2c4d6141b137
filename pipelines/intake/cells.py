"""The cells of a workbook, as they stand in the file: nothing interpreted yet.

In: nothing; this module only says what the reader hands over.
Out: `Workbook` and `Sheet`, and helpers to look at a sheet by A1 names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.naming import (
    FAULT,
    FLAG,
    MOMENT,
    NUMBER,
    ROW,
    column_of,
    companion,
    letter_of,
)

__all__ = [
    "FAULT", "FLAG", "MOMENT", "NUMBER", "ROW", "Merge", "Sheet", "Workbook",
    "column_of", "companion", "letter_of", "shown",
]  # fmt: skip


@dataclass(frozen=True)
class Merge:
    """A merged range, 1-based and inclusive."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


@dataclass(frozen=True, eq=False)
class Sheet:
    """One sheet.

    Attributes:
        frame: one row per sheet row that holds anything, ordered. `row` (Int32) is the 1-based row
            number of the sheet. For each column letter that holds anything: `F` (String), the text
            of text cells as it stands, null elsewhere; and, only where such cells occur,
            `F:number` (Float64), `F:moment` (Datetime µs), `F:flag` (Boolean) and `F:fault`
            (String: "#REF!" and the like, or "uncalculated" for a formula without stored result).
            At most one of them is not null in a row.
        letters: the column letters of `frame`, in sheet order.
            Cells with a formula are ordinary values; only uncalculated ones are faults. The columns
            of a letter stand together: its text first, which exists wherever a companion does.
        colours: row → the colours of its cells, as one text alike for rows coloured alike; of the
            first thousands of rows, and only where they are neither white, black nor grey.
        widths: of a text file how many fields each of its first lines has; else empty.
        stamp: what a stamp cell of this sheet says (`pipelines.intake.stamp`); the cell is gone.
    """

    name: str
    frame: pl.DataFrame
    letters: tuple[str, ...]
    is_hidden: bool = False
    merges: tuple[Merge, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[str] = frozenset()
    colours: Mapping[int, str] = field(default_factory=dict)
    widths: tuple[int, ...] = ()
    stamp: Mapping[str, str] = field(default_factory=dict)

    def has(self, letter: str, part: str) -> bool:
        """Whether any cell of the column is of that typed part."""
        return companion(letter, part) in self.frame.columns


@dataclass(frozen=True)
class Workbook:
    """One file as read.

    Attributes:
        file: the file's name as uploaded, without folders.
        format: what the content is: xlsx, xlsm, xlsb, xls, ods, csv, tsv.
        stamp: what the template wrote into the document properties (wave, area, version, ...).
        findings: what the reader already has to say (macros, external links, hidden sheets ...).
    """

    file: str
    sha256: str
    format: str
    sheets: tuple[Sheet, ...]
    stamp: dict[str, str]
    findings: tuple[Finding, ...] = ()


def shown(sheet: Sheet, letter: str) -> pl.Expr:
    """The cells of a column as text, as a person would see them; null where empty.

    Numbers that are whole lose their ".0"; dates are ISO; booleans are "true" and "false".
    """
    parts: list[pl.Expr] = [pl.col(letter)]
    if sheet.has(letter, NUMBER):
        number = pl.col(companion(letter, NUMBER))
        whole = number.cast(pl.Int64, strict=False)
        parts.append(
            pl.when((number == whole) & (number.abs() < 1e15))
            .then(whole.cast(pl.String))
            .otherwise(number.cast(pl.String))
        )
    if sheet.has(letter, MOMENT):
        moment = pl.col(companion(letter, MOMENT))
        parts.append(
            pl.when(moment.dt.time() == pl.time(0, 0))
            .then(moment.dt.strftime("%Y-%m-%d"))
            .otherwise(moment.dt.strftime("%Y-%m-%d %H:%M:%S"))
        )
    if sheet.has(letter, FLAG):
        parts.append(pl.col(companion(letter, FLAG)).cast(pl.String))
    if sheet.has(letter, FAULT):
        parts.append(pl.col(companion(letter, FAULT)))
    return pl.coalesce(parts)
