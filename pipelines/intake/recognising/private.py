"""Private values: telephone numbers, mail addresses and names under headings that promise none.

In: a table, or a text that a finding is about to quote.
Out: the table without such cells of columns that are not read, and findings that name them and
those of columns that are; or the text with a mark in their place. No finding quotes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW
from pipelines.intake.tables import Table, TableColumn
from schemas import FORMS
from schemas.columns import Kind
from schemas.personal import is_personal

_PRIVATE = (
    r"[\w.+-]+@[\w-]+\.[\w.-]*\w"
    r"|(?:\+49|0049)[ /()-]*\d[\d /()-]{5,}\d"
    r"|\b0\d{2,4}\)? ?[/ -] ?\d[\d -]{3,}\d"
    r"|\b01[567]\d{8,9}\b"
    r"|(?i:\b(?:tel|telefon|fon|mobil|handy))\b[.:]* *[\d+(][\d /()-]{5,}\d"
    r"|\b(?:Herrn?|Frau) (?:Dr\. )?[A-ZÄÖÜ][a-zäöüß]+"
    r"|\bDE\d{2}(?: ?\d{4}){4} ?\d{2}\b"
)
_FIND = re.compile(_PRIVATE)
_MARK = "[…]"


def without_private(table: Table) -> tuple[Table, list[Finding]]:
    """The table without private cells in columns that nobody reads, and where such cells stand."""
    findings: list[Finding] = []
    for column in table.ignored:
        cells = _private_cells(table.frame, column)
        if cells:
            findings.append(_finding("personal-values", table, column, cells))
            table = _emptied(table, column.letter)
    free = {c.name for c in FORMS[table.form].columns if c.kind is Kind.TEXT}
    for column in table.columns:
        cells = _private_cells(table.frame, column) if free & set(column.fields) else ()
        if cells:
            findings.append(_finding("personal-values-read", table, column, cells))
    return table, findings


def redacted(texts: Sequence[str]) -> list[str]:
    """Texts to be quoted, without private values and without what stands behind a private label."""
    shown: list[str] = []
    is_behind = False
    for text in texts:
        label, _, value = text.partition(":")
        is_label = is_personal(label)
        if is_label and value.strip():
            shown.append(f"{label}: {_MARK}")
        else:
            shown.append(_MARK if is_behind else _FIND.sub(_MARK, text))
        is_behind = is_label and not value.strip()
    return shown


def _private_cells(frame: pl.DataFrame, column: TableColumn) -> tuple[str, ...]:
    if column.letter not in frame.columns:
        return ()
    rows = frame.filter(pl.col(column.letter).str.contains(_PRIVATE))[ROW].to_list()
    return tuple(f"{column.letter}{row}" for row in rows)


def _finding(code: str, table: Table, column: TableColumn, cells: tuple[str, ...]) -> Finding:
    return Finding(
        code,
        form=table.form,
        sheet=table.sheet.name,
        field=column.fields[0] if column.fields else None,
        rows=tuple(int(cell[len(column.letter) :]) for cell in cells),
        cells=cells,
        value=column.heading,
    )


def _emptied(table: Table, letter: str) -> Table:
    """The table and its sheet without the private cells of a column."""
    is_private = pl.col(letter).str.contains(_PRIVATE).fill_null(value=False)
    emptied = pl.when(~is_private).then(pl.col(letter)).alias(letter)
    sheet = replace(table.sheet, frame=table.sheet.frame.with_columns(emptied))
    return replace(table, frame=table.frame.with_columns(emptied), sheet=sheet)
