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
_NAME = re.compile(
    r"(?:Dr\. )?[A-ZÄÖÜ][a-zäöüß-]+(?:, | )[A-ZÄÖÜ][a-zäöüß-]+(?: [A-ZÄÖÜ][a-zäöüß-]+)?"
)
_MARK = "[…]"
_FREE = frozenset({"location_note", "unit_label", "previous_use_text", "hold_reason", "remarks"})
"""Columns that take any text and are not meant for names, as that of a business is."""


def without_private(table: Table) -> tuple[Table, list[Finding]]:
    """The table without private cells in columns that nobody reads, and where such cells stand."""
    findings: list[Finding] = []
    for column in table.ignored:
        cells = _private_cells(table.frame, column)
        if cells:
            findings.append(_finding("personal-values", table, column, cells))
            table = _emptied(table, column.letter)
    for column in table.columns:
        is_free = set(column.fields) & _FREE
        cells = _private_cells(table.frame, column) if is_free else ()
        if cells:
            findings.append(_finding("personal-values-read", table, column, cells))
    return table, findings


def is_name(text: str) -> bool:
    """Whether a text may be the name of a person: two or three capitalised words and no more."""
    return bool(_NAME.fullmatch(text.strip()))


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
    texts = frame[column.letter].unique()
    private = texts.filter(texts.str.contains(_PRIVATE))
    if private.is_empty():
        return ()
    rows = frame.filter(pl.col(column.letter).is_in(private.implode()))[ROW].to_list()
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
