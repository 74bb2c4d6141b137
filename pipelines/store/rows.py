"""Rows of the store: adding versions, and telling older ones when they ended.

Grain: a row of a form's table is one version of one sheet row; (submission_id, sheet, row_number)
names it. `live_until` is null while it stands; `is_current` says that it counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb
import polars as pl

from pipelines.intake.result import CheckedForm, CheckedWorkbook
from pipelines.store.correction import KEYS, Ends, live_keys
from pipelines.store.finding_data import finding_data
from pipelines.store.schema import set_about
from pipelines.store.sqltext import key_sql, table_of
from pipelines.store.submission import Submission, submission_id
from pipelines.store.verdicts import Verdict
from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import column_types, quoted
from schemas.findings import catalogue
from schemas.sparing import spared

END = """
UPDATE {table} SET live_until = $at, end_cause = $cause, ended_by = $by, is_current = false,
    counted_until = CASE WHEN is_current THEN $at ELSE counted_until END
WHERE live_until IS NULL AND {condition}
"""


def append_rows(
    store: duckdb.DuckDBPyConnection,
    form: Form,
    frame: pl.DataFrame,
    submission: str,
    moment: datetime,
) -> None:
    """Add rows as the versions that count from now on."""
    lineage = {
        "submission_id": submission,
        "loaded_at": moment,
        "is_current": True,
        "counted_from": moment,
    }
    columns = [*column_types(form), "sheet", "row_number", "address_key"]
    insert(store, table_of(form), frame.select(columns), lineage)


def insert(
    store: duckdb.DuckDBPyConnection,
    table: str,
    frame: pl.DataFrame,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Insert a frame by the names of its columns, and `facts` that are the same in every row.

    A column without any value need not be told.
    """
    if frame.is_empty():
        return
    facts = facts or {}
    told = [column.name for column in frame if column.null_count() < frame.height]
    names = ", ".join(map(quoted, [*told, *facts]))
    values = ", ".join([*map(quoted, told), *("?" for _ in facts)])
    with spared("pyarrow"):
        store.register("incoming", _Stream(frame.select(told)))
        store.execute(
            f"INSERT INTO {table} ({names}) SELECT {values} FROM incoming", [*facts.values()]
        )
        store.unregister("incoming")


class _Stream:
    """A frame of which DuckDB sees nothing but the Arrow stream.

    A frame of polars it would ask twice for an Arrow table, whose library takes a fifth of a second
    to load.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def insert_one(store: duckdb.DuckDBPyConnection, table: str, content: Mapping[str, Any]) -> None:
    """Insert one row, given as column → value."""
    names, marks = ", ".join(map(quoted, content)), ", ".join("?" for _ in content)
    store.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [*content.values()])


def end_rows(
    store: duckdb.DuckDBPyConnection, ends: Ends, by: str, moment: datetime
) -> pl.DataFrame:
    """Supersede all rows of these holdings; returns their keys (columns `KEYS`)."""
    if not ends:
        return pl.DataFrame(schema=KEYS)
    touched = live_keys(store, ends).select(list(KEYS))
    for number, wave in ends:
        _end_holding(store, (submission_id(number), wave), by, moment, cause="superseded")
    return touched


def _end_holding(
    store: duckdb.DuckDBPyConnection,
    holding: tuple[str, str],
    by: str,
    moment: datetime,
    *,
    cause: str,
) -> None:
    submission, wave = holding
    facts = {"at": moment, "cause": cause, "by": by, "submission": submission, "wave": wave}
    condition = "submission_id = $submission AND wave_id = $wave"
    for form in FORMS.values():
        store.execute(END.format(table=table_of(form), condition=condition), facts)
    store.execute(
        "UPDATE versions.quarantine SET live_until = $at WHERE live_until IS NULL "
        "AND submission_id = $submission AND (wave_id = $wave OR wave_id IS NULL)",
        {"at": moment, "submission": submission, "wave": wave},
    )


def end_recurring(
    store: duckdb.DuckDBPyConnection,
    held: Ends,
    new: pl.DataFrame,
    by: str,
    moment: datetime,
) -> None:
    """Supersede those rows of these holdings whose objects recur among `new`."""
    recurring = live_keys(store, held).join(new, on=list(KEYS), how="semi")
    for form in FORMS.values():
        keys = recurring.filter(pl.col("form") == form.name)
        if keys.is_empty():
            continue
        store.register(
            "recurring", keys.select("submission_id", "municipality_key", "wave_id", "key")
        )
        condition = (
            f"(submission_id, municipality_key, wave_id, {key_sql(form)}) IN (FROM recurring)"
        )
        store.execute(
            END.format(table=table_of(form), condition=condition),
            {"at": moment, "cause": "superseded", "by": by},
        )
        store.unregister("recurring")


def end_voided(
    store: duckdb.DuckDBPyConnection, form: Form, submission: str, moment: datetime
) -> None:
    """An object recorded by mistake does not come back with a later sheet."""
    if form.object_column is None or not _has_voided(store, form):
        return
    condition = (
        f"submission_id = $submission AND (municipality_key, {key_sql(form)}) IN "
        "(SELECT (municipality_key, object_id) FROM versions.voided WHERE form = $form)"
    )
    store.execute(
        END.format(table=table_of(form), condition=condition),
        {"at": moment, "cause": "voided", "by": submission, "submission": submission,
         "form": form.name},
    )  # fmt: skip


def _has_voided(store: duckdb.DuckDBPyConnection, form: Form) -> bool:
    query = "SELECT 1 FROM versions.voided WHERE form = ? LIMIT 1"
    return store.execute(query, [form.name]).fetchone() is not None


def write_beside(
    store: duckdb.DuckDBPyConnection,
    submission: Submission,
    checked: CheckedWorkbook,
    verdict: Verdict,
    moment: datetime,
) -> None:
    """Write the submission itself, its findings, readings and quarantined rows."""
    about = _about_submission(submission, checked, verdict, moment)
    insert_one(store, "versions.submissions", about)
    insert(store, "versions.findings", _finding_rows(submission, checked))
    for form in checked.forms:
        own: dict[str, Any] = {"submission_id": submission.id, "form": form.form}
        if form.frame["is_quarantined"].any():
            at = own | {"loaded_at": moment}
            insert(store, "versions.quarantine", _quarantined(form, checked), at)
        if not form.readings.is_empty():
            insert(store, "versions.readings", form.readings, own)
    set_about(store, "last_loaded", submission.id)


def _about_submission(
    submission: Submission, checked: CheckedWorkbook, verdict: Verdict, moment: datetime
) -> dict[str, Any]:
    return {
        "submission_id": submission.id,
        "file": submission.file,
        "team": submission.options.team,
        "municipality_key": submission.options.municipality,
        "waves": list(verdict.waves),
        "status": str(verdict.status),
        "coverage": checked.coverage,
        "sha256": submission.sha256,
        "rule_version": submission.rule_version,
        "received_at": datetime.fromisoformat(submission.received_at).replace(tzinfo=None),
        "loaded_at": moment,
        "replaces": verdict.body["replaces"],
        "verdict": json.dumps(
            {
                "status": str(verdict.status),
                "waves": verdict.waves,
                "ends": verdict.ends,
                "mode": verdict.mode,
                "source": verdict.source,
                "body": verdict.body,
                "at": moment.isoformat(timespec="microseconds") + "+00:00",
            },
            ensure_ascii=False,
        ),
    }


def _finding_rows(submission: Submission, checked: CheckedWorkbook) -> pl.DataFrame:
    rows = [
        finding_data(finding)
        | {
            "submission_id": submission.id,
            "severity": catalogue()[finding.code].severity,
            "rows": list(finding.rows),
            "cells": list(finding.cells),
            "parameters": json.dumps(finding_data(finding)["parameters"], ensure_ascii=False),
        }
        for finding in checked.findings
    ]
    text = ("submission_id", "code", "severity", "form", "sheet", "field", "value", "proposal",
            "parameters")  # fmt: skip
    schema = dict.fromkeys(text, pl.String()) | {
        "rows": pl.List(pl.Int32), "cells": pl.List(pl.String)
    }  # fmt: skip
    return pl.DataFrame([{name: row[name] for name in schema} for row in rows], schema=schema)


def _quarantined(form: CheckedForm, checked: CheckedWorkbook) -> pl.DataFrame:
    """The quarantined rows; a wave that cannot be read is the file's, where it has only one."""
    only_wave = checked.waves[0] if len(checked.waves) == 1 else None
    return (
        form.frame.filter(pl.col("is_quarantined"))
        .select("municipality_key", "district_id", "wave_id", "sheet", "row_number")
        .join(form.raw_rows, on=["sheet", "row_number"], how="left", maintain_order="left")
        .with_columns(pl.col("wave_id").fill_null(pl.lit(only_wave, dtype=pl.String)))
    )
