"""Exporting: a database file without internal columns, made afresh from an edition.

In: an edition.
Out: a DuckDB file that holds tables of public columns only; nothing internal was ever in it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from pipelines.errors import InputFailure
from pipelines.store.archive import disk_failures
from pipelines.store.query import fetch, open_edition
from pipelines.store.writer import store_failures_at
from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import literal, quoted

_LEAD = ("municipality_key", "district_id")
# Registers and aggregates name no object, no file and no person.
_WHOLE = (
    "districts", "survey_areas", "waves", "sections", "codes", "district_summary",
    "street_sections", "wave_changes",
)  # fmt: skip
# Held objects and private rooms appear nowhere finer than the district; WZ has two digits.
_FORM_RULES = {
    "vacancies": {
        "section_id": "CASE WHEN hold_reason IS NULL AND hold_date IS NULL THEN section_id END"
    },
    "production_sites": {
        "section_id": "CASE WHEN place_type IS DISTINCT FROM 'PRIVATRAUM' THEN section_id END",
        "wz_code": "left(wz_code, 2)",
    },
}


def export_redacted(path: Path, target: Path) -> int:
    """Write the public columns of an edition into a new file; returns the number of tables.

    Raises:
        InputFailure: the file exists already.
        StoreFailure: there is no edition, or the disk is full.
    """
    if target.exists():
        raise InputFailure("file-exists", path=target)
    tables = {name: f"FROM {name} ORDER BY ALL" for name in _WHOLE}
    for form in FORMS.values():
        columns = set(fetch(path, f"FROM {form.current_view} LIMIT 0").columns)
        tables[form.current_view] = _selection(form, form.current_view, columns)
    tables["vacancies"] = tables["units"].replace("FROM units", "FROM vacancies")
    with disk_failures(target.parent), store_failures_at(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as folder:
            scratch = Path(folder) / "redacted.duckdb"
            _fill(path, scratch, tables)
            scratch.replace(target)
    return len(tables)


def _selection(form: Form, view: str, columns: set[str]) -> str:
    names = [column.name for column in form.public_columns]
    dated = [
        part
        for column in form.public_columns
        for part in (column.name, column.precision_name)
        if part is not None
    ]
    wanted = [name for name in (*_LEAD, *dated) if name in columns]
    rules = {name: rule for name, rule in _FORM_RULES.get(form.name, {}).items() if name in names}
    listed = ", ".join(
        f"{rules[name]} AS {quoted(name)}" if name in rules else quoted(name)
        for name in dict.fromkeys(wanted)
    )
    return f"SELECT {listed} FROM {view} ORDER BY ALL"


def _fill(path: Path, scratch: Path, tables: dict[str, str]) -> None:
    with open_edition(path) as edition, duckdb.connect(scratch) as target:
        for name, sql in tables.items():
            comments = dict(
                edition.execute(
                    "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = ?", [name]
                ).fetchall()
            )
            target.register("incoming", edition.execute(sql).to_arrow_table())
            target.execute(f"CREATE TABLE {quoted(name)} AS FROM incoming")
            target.unregister("incoming")
            for (column,) in target.execute(
                "SELECT column_name FROM duckdb_columns() WHERE table_name = ?", [name]
            ).fetchall():
                if comments.get(column):
                    target.execute(
                        f"COMMENT ON COLUMN {quoted(name)}.{quoted(column)} "
                        f"IS {literal(comments[column])}"
                    )
