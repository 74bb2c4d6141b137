"""The judge: pandera checks every row that enters the store, a batch of files in one frame.

In: checked workbooks.
Out: the same workbooks; a row that breaks its declaration is quarantined and told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.result import CheckedForm, CheckedWorkbook, Status
from pipelines.store.accepted import FILE, rows_of
from schemas import FORMS
from schemas.columns import Form
from schemas.judge import failure_cases
from schemas.types import frame_schema


def judged(batch: Sequence[CheckedWorkbook]) -> list[CheckedWorkbook]:
    """Judge the accepted rows of all workbooks, one frame per form."""
    result = list(batch)
    for name, form in FORMS.items():
        rows = rows_of(form, result)
        if rows is None:
            continue
        broken = refused(form, rows.drop(FILE))
        for (index,), failed in (
            rows.with_row_index("_row")
            .join(broken, left_on="_row", right_on="row", how="inner")
            .group_by(FILE, maintain_order=True)
        ):
            result[int(str(index))] = _quarantined(result[int(str(index))], name, failed)
    return result


def warm_up() -> None:
    """Let pandera make its schemas ready, which takes a while the first time."""
    for form in FORMS.values():
        refused(form, pl.DataFrame(schema=frame_schema(form)))


def refused(form: Form, rows: pl.DataFrame) -> pl.DataFrame:
    """Which rows pandera refuses: `row` (place in the frame) and `field`, the first of a row."""
    cases = failure_cases(form, rows)
    if cases is None:
        return pl.DataFrame(schema={"row": pl.UInt32(), "field": pl.String()})
    fields = dict(zip(rows.columns, rows.columns, strict=True))
    return (
        cases.select(
            pl.col("index").cast(pl.UInt32).alias("row"),
            pl.col("column")
            .replace_strict(fields, default=None, return_dtype=pl.String())
            .alias("field"),
        )
        .drop_nulls("row")
        .unique("row", keep="first", maintain_order=True)
    )


def _quarantined(checked: CheckedWorkbook, name: str, failed: pl.DataFrame) -> CheckedWorkbook:
    """The workbook with these rows of one form moved to quarantine, each told."""
    forms = tuple(_moved(form, failed) if form.form == name else form for form in checked.forms)
    findings = tuple(
        Finding(
            "row-refused", form=name, sheet=str(sheet), field=field, rows=tuple(rows["row_number"])
        )
        for (sheet, field), rows in failed.group_by("sheet", "field", maintain_order=True)
    )
    left = any((~form.frame["is_quarantined"]).any() for form in forms)
    return replace(
        checked,
        forms=forms,
        findings=(*checked.findings, *findings),
        status=Status.PARTIAL if left else Status.REJECTED,
    )


def _moved(form: CheckedForm, failed: pl.DataFrame) -> CheckedForm:
    place = ["sheet", "row_number"]
    bad = failed.select(*place, pl.lit(value=True).alias("_bad"))
    frame = form.frame.join(bad, on=place, how="left", maintain_order="left")
    moved = frame.with_columns(
        (pl.col("is_quarantined") | pl.col("_bad").fill_null(value=False)).alias("is_quarantined")
    ).drop("_bad")
    raw = [
        (row["sheet"], row["row_number"], json.dumps(row, ensure_ascii=False, default=str))
        for row in failed.drop(FILE, "_row", "field").iter_rows(named=True)
    ]
    added = pl.DataFrame(raw, schema=form.raw_rows.schema, orient="row")
    return replace(form, frame=moved, raw_rows=pl.concat([form.raw_rows, added]))
