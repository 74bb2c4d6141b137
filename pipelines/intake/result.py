"""What intake hands on: a checked workbook, ready to be loaded, shown or marked.

In: nothing; this module only says what checking yields.
Out: `CheckedWorkbook` with its `CheckedForm`s, and the public JSON shape of `check --json`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import polars as pl

from pipelines.intake.findings import Finding
from schemas.columns import Lang

SHEET, ROW_NUMBER, QUARANTINED = "sheet", "row_number", "is_quarantined"


class Status(StrEnum):
    """The verdict on a file (DESIGN.md, Words)."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"
    WAITING = "waiting"


class Reading(StrEnum):
    """How a cell's text became its value, where that was not literal."""

    NOT_STATED = "not_stated"
    NOT_ASSESSABLE = "not_assessable"
    NOT_APPLICABLE = "not_applicable"
    UNREADABLE = "unreadable"
    APPROXIMATE = "approximate"
    INTERPRETED = "interpreted"
    CORRECTED = "corrected"


@dataclass(frozen=True)
class TableReport:
    """How one table of the workbook was understood: an entry of "forms" in the JSON.

    Attributes:
        range: the A1 range of heading and rows ("A4:R160").
        columns: declared column → the letters it was read from.
        ignored_columns: headings that were not read.
        rows, accepted, quarantined: counts of data rows.
    """

    form: str
    sheet: str
    range: str
    header_rows: tuple[int, ...]
    columns: dict[str, tuple[str, ...]]
    ignored_columns: tuple[str, ...]
    rows: int
    accepted: int
    quarantined: int


@dataclass(frozen=True)
class CheckedForm:
    """All rows of one form in a workbook.

    Attributes:
        form: name of the form.
        frame: one row per data row of the workbook, quarantined ones too. Columns, in this order:
            `sheet` (String), `row_number` (Int32), `is_quarantined` (Boolean), `municipality_key`,
            `district_id` (String), then every declared column of the form in its declared type
            (a DATE is followed by its precision column), null where nothing was stated or readable.
        readings: one row per cell whose reading was not literal: `sheet`, `row_number`, `field`,
            `cell` (A1), `raw` (String), `reading` (a `Reading`).
        raw_rows: one row per quarantined row: `sheet`, `row_number`, `raw` (JSON text, heading →
            text as it stands; internal, personal columns never in it).
        tables: how the tables were understood.
    """

    form: str
    frame: pl.DataFrame
    readings: pl.DataFrame
    raw_rows: pl.DataFrame
    tables: tuple[TableReport, ...]


@dataclass(frozen=True)
class CheckedWorkbook:
    """The verdict on one file before it is loaded.

    Attributes:
        file: the name as uploaded.
        waves: the waves that accepted rows belong to, sorted.
        coverage: "VOLL", "TEIL" or None, as cover sheet or mapping says (inventories).
        corrects: sha256 of the upload that this one is the marked and mended copy of.
    """

    file: str
    sha256: str
    status: Status
    waves: tuple[str, ...]
    forms: tuple[CheckedForm, ...]
    findings: tuple[Finding, ...]
    coverage: str | None = None
    corrects: str | None = None

    def to_json(self, lang: Lang) -> dict[str, Any]:
        """An entry of "files" in `check --json`."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "status": str(self.status),
            "waves": list(self.waves),
            "forms": [
                {
                    "form": table.form,
                    "sheet": table.sheet,
                    "range": table.range,
                    "header_rows": list(table.header_rows),
                    "rows": table.rows,
                    "accepted": table.accepted,
                    "quarantined": table.quarantined,
                    "columns": {name: list(letters) for name, letters in table.columns.items()},
                    "ignored_columns": list(table.ignored_columns),
                }
                for form in self.forms
                for table in form.tables
            ],
            "findings": [finding.to_json(lang) for finding in self.findings],
        }
