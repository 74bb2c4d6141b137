"""Marks: a column "Leerstand" that says yes or no, as inventories have it.

In: a table of vacancies.
Out: the same, "ja" or "x" read as vacant and "nein" as occupied; other texts stay what they are,
and a blank cell says nothing: an inventory marked with crosses must say what it means by it.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipelines.intake.cells import shown
from pipelines.intake.findings import Finding
from pipelines.intake.tables import Table, TableColumn
from schemas.code_lists import code_list
from schemas.columns import Form
from schemas.folding import fold
from schemas.vectors import folded

_STATUS = "vacancy_status"
_MEANT = {"JA": "leer", "NEIN": "belegt"}


def with_status_from_marks(table: Table, form: Form) -> tuple[Table, list[Finding]]:
    """The table with a status for each yes and no under a heading that asks for vacancy."""
    column = next((c for c in table.columns if c.fields == (_STATUS,)), None)
    if (
        column is None
        or not _asks(column.heading, form)
        or column.letter not in table.frame.columns
    ):
        return table, []
    marks = {text: _MEANT[code] for text, code in code_list("yes_no").readings.items()}
    text = shown(table.sheet, column.letter)
    meant = folded(text).replace_strict(marks, default=None, return_dtype=pl.String)
    rows = table.frame.filter(meant.is_not_null())["row"].to_list()
    if not rows:
        return table, []
    letter = f"{column.letter}#{_STATUS}"
    frame = table.frame.with_columns(pl.coalesce(meant, text).alias(letter))
    others = tuple(c for c in table.columns if c is not column)
    read = TableColumn(letter, column.heading, (_STATUS,))
    finding = Finding(
        "status-from-marks",
        form=table.form,
        sheet=table.sheet.name,
        field=_STATUS,
        rows=tuple(rows),
        cells=tuple(f"{column.letter}{row}" for row in rows),
        parameters={"heading": column.heading},
    )
    return replace(table, frame=frame, columns=(*others, read)), [finding]


def _asks(heading: str, form: Form) -> bool:
    text = fold(heading).rstrip("? ")
    return text in {fold(text) for text in form.by_name[_STATUS].vague_synonyms}
