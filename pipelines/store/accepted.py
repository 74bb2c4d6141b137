"""Accepted rows: what of checked workbooks is to enter the store.

In: checked workbooks.
Out: for each of them its accepted rows by form, with their identity, in the order of the sheets.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.intake.result import CheckedForm, CheckedWorkbook, Status
from pipelines.store.identity import with_identity
from schemas import FORMS
from schemas.columns import Form
from schemas.types import frame_schema

Frames = dict[str, pl.DataFrame]
"""Form → rows."""

FILE = "_file"
"""Place of a row's workbook in its batch."""


def accepted_rows(batch: Sequence[CheckedWorkbook]) -> list[Frames]:
    """The accepted rows of each workbook that can be loaded; identified in one frame per form.

    What polars takes to set out costs more than the rows of a small workbook.
    """
    identified = {
        name: with_identity(rows, form, within=(FILE,))
        for name, form in FORMS.items()
        if (rows := rows_of(form, batch)) is not None
    }
    parts = {name: _by_file(rows, len(batch)) for name, rows in identified.items()}
    return [
        {form.form: parts[form.form][place] for form in _loadable(checked)}
        for place, checked in enumerate(batch)
    ]


def rows_of(form: Form, batch: Sequence[CheckedWorkbook]) -> pl.DataFrame | None:
    """The accepted rows of a form in all workbooks, each with its `FILE`; None where none has it.

    A row is one sheet row; columns as in `schemas.types.frame_schema`.
    """
    frames = [
        part.frame.select(pl.lit(place, dtype=pl.Int32).alias(FILE), *frame_schema(form))
        for place, checked in enumerate(batch)
        for part in _loadable(checked)
        if part.form == form.name
    ]
    if not frames:
        return None
    rows = pl.concat(frames)
    return rows.filter(~pl.col("is_quarantined")) if rows["is_quarantined"].any() else rows


def _loadable(checked: CheckedWorkbook) -> tuple[CheckedForm, ...]:
    return checked.forms if checked.status in {Status.ACCEPTED, Status.PARTIAL} else ()


def _by_file(rows: pl.DataFrame, files: int) -> list[pl.DataFrame]:
    if files == 1:
        return [rows.drop(FILE)]
    parts = rows.partition_by(FILE, include_key=False, as_dict=True)
    empty = rows.clear().drop(FILE)
    return [parts.get((place,), empty) for place in range(files)]
