"""Extracts: a checked workbook as bytes, for when the original is purged.

In: a `CheckedWorkbook`.
Out: a zip of Parquet frames and JSON, from which the same workbook comes back.
"""

from __future__ import annotations

import dataclasses
import io
import json
import zipfile
from typing import Any

import polars as pl

from pipelines.intake.result import CheckedForm, CheckedWorkbook, Status, TableReport
from pipelines.store.finding_data import finding_data, findings_from, unabridged

_FRAMES = ("frame", "readings", "raw_rows")
# A zip entry's date must not make two extracts of one workbook differ.
_WHEN = (1980, 1, 1, 0, 0, 0)


def to_bytes(checked: CheckedWorkbook) -> bytes:
    """The workbook as a zip; the same workbook gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        _add(package, "workbook.json", json.dumps(_facts(checked), ensure_ascii=False).encode())
        for form in checked.forms:
            for name in _FRAMES:
                part = io.BytesIO()
                getattr(form, name).write_parquet(part, compression="zstd")
                _add(package, f"{form.form}/{name}.parquet", part.getvalue())
    return stream.getvalue()


def from_bytes(content: bytes) -> CheckedWorkbook:
    """The workbook of `to_bytes`."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        facts = json.loads(package.read("workbook.json"))
        forms = []
        for name, tables in facts["forms"].items():
            frames = {
                part: pl.read_parquet(io.BytesIO(package.read(f"{name}/{part}.parquet")))
                for part in _FRAMES
            }
            reports = tuple(_report(table) for table in tables)
            forms.append(CheckedForm(form=name, tables=reports, **frames))
    return CheckedWorkbook(
        file=facts["file"],
        sha256=facts["sha256"],
        status=Status(facts["status"]),
        waves=tuple(facts["waves"]),
        forms=tuple(forms),
        findings=findings_from(facts["findings"]),
        coverage=facts["coverage"],
    )


def _facts(checked: CheckedWorkbook) -> dict[str, Any]:
    return {
        "file": checked.file,
        "sha256": checked.sha256,
        "status": str(checked.status),
        "waves": checked.waves,
        "coverage": checked.coverage,
        "findings": [finding_data(one) | unabridged(one) for one in checked.findings],
        "forms": {
            form.form: [dataclasses.asdict(table) for table in form.tables]
            for form in checked.forms
        },
    }


def _report(table: dict[str, Any]) -> TableReport:
    columns = {name: tuple(letters) for name, letters in table["columns"].items()}
    lists = {name: tuple(table[name]) for name in ("header_rows", "ignored_columns")}
    return TableReport(**table | lists | {"columns": columns})


def _add(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    package.writestr(zipfile.ZipInfo(name, _WHEN), content)
