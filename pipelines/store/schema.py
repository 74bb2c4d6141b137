"""The tables of the store, derived from the declarations of the forms.

In: an open DuckDB connection.
Out: schema `versions` with a table per form (every version of every row) and the tables beside
them; a store of an older version gains what was added since.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import duckdb

import warehouse
from pipelines.errors import StoreFailure
from schemas import FORMS
from schemas.ddl import column_types, literal, quoted

# Unless told otherwise, DuckDB writes files for its version 1.0, and a large commit takes twice as
# long.
_FILE_FORMAT = "v1.3.0"
_MEMORY = "2500MB"
MIGRATIONS = Path(str(warehouse.__file__)).parent / "migrations"
STORE_VERSION = 1


# What the store adds to the typed columns of a row: where it came from, and when it held.
LINEAGE = {
    "submission_id": "VARCHAR",
    "sheet": "VARCHAR",
    "row_number": "INTEGER",
    "address_key": "VARCHAR",
    "loaded_at": "TIMESTAMP",
    "live_until": "TIMESTAMP",
    "end_cause": "VARCHAR",
    "ended_by": "VARCHAR",
    "is_current": "BOOLEAN",
    "counted_from": "TIMESTAMP",
    "counted_until": "TIMESTAMP",
}

BESIDE = {
    "about": {"name": "VARCHAR", "value": "VARCHAR"},
    "submissions": {
        "submission_id": "VARCHAR",
        "file": "VARCHAR",
        "team": "VARCHAR",
        "municipality_key": "VARCHAR",
        "waves": "VARCHAR[]",
        "status": "VARCHAR",
        "coverage": "VARCHAR",
        "sha256": "VARCHAR",
        "rule_version": "VARCHAR",
        "received_at": "TIMESTAMP",
        "loaded_at": "TIMESTAMP",
        "replaces": "VARCHAR[]",
        "withdrawn_at": "TIMESTAMP",
        "withdrawn_by": "VARCHAR",
        "withdrawn_reason": "VARCHAR",
        "verdict": "VARCHAR",
    },
    "findings": {
        "submission_id": "VARCHAR",
        "code": "VARCHAR",
        "severity": "VARCHAR",
        "form": "VARCHAR",
        "sheet": "VARCHAR",
        "field": "VARCHAR",
        "rows": "INTEGER[]",
        "cells": "VARCHAR[]",
        "value": "VARCHAR",
        "proposal": "VARCHAR",
        "parameters": "VARCHAR",
    },
    "quarantine": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "district_id": "VARCHAR",
        "wave_id": "VARCHAR",
        "raw": "VARCHAR",
        "submission_id": "VARCHAR",
        "sheet": "VARCHAR",
        "row_number": "INTEGER",
        "loaded_at": "TIMESTAMP",
        "live_until": "TIMESTAMP",
    },
    "readings": {
        "submission_id": "VARCHAR",
        "form": "VARCHAR",
        "sheet": "VARCHAR",
        "row_number": "INTEGER",
        "field": "VARCHAR",
        "cell": "VARCHAR",
        "raw": "VARCHAR",
        "reading": "VARCHAR",
    },
    "counted_before": {
        "form": "VARCHAR",
        "submission_id": "VARCHAR",
        "sheet": "VARCHAR",
        "row_number": "INTEGER",
        "counted_from": "TIMESTAMP",
        "counted_until": "TIMESTAMP",
    },
    "conflicts": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "district_id": "VARCHAR",
        "wave_id": "VARCHAR",
        "object_id": "VARCHAR",
        "counted_submission": "VARCHAR",
        "other_submissions": "VARCHAR[]",
        "fields": "VARCHAR[]",
        "is_open": "BOOLEAN",
    },
    "choices": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "wave_id": "VARCHAR",
        "object_id": "VARCHAR",
        "submission_id": "VARCHAR",
        "decided_by": "VARCHAR",
        "reason": "VARCHAR",
    },
    "aliases": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "object_id": "VARCHAR",
        "same_as": "VARCHAR",
        "decided_by": "VARCHAR",
        "reason": "VARCHAR",
    },
    "links": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "object_id": "VARCHAR",
        "predecessor_id": "VARCHAR",
        "kind": "VARCHAR",
        "decided_by": "VARCHAR",
        "reason": "VARCHAR",
    },
    "decided_pairs": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "object_id": "VARCHAR",
        "other_id": "VARCHAR",
        "link": "VARCHAR",
    },
    "voided": {
        "form": "VARCHAR",
        "municipality_key": "VARCHAR",
        "object_id": "VARCHAR",
        "voided_at": "TIMESTAMP",
        "voided_by": "VARCHAR",
        "reason": "VARCHAR",
    },
}  # fmt: skip


def connect(path: Path) -> duckdb.DuckDBPyConnection:
    """Open the store's file to write; it is made where it is not there yet."""
    # Several threads wait for each other at a frame; one appends twice as fast.
    config: dict[str, Any] = {"storage_compatibility_version": _FILE_FORMAT, "threads": 1}
    return duckdb.connect(path, config=config)


def limit(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Keep a connection quiet and within the memory of a desk.

    What does not fit lies below `folder` until the connection is closed.
    """
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET temp_directory = {literal(str(spill(folder)))}")


def spill(folder: Path) -> Path:
    """Where this process puts what does not fit into memory."""
    return folder / f".leerstand-{os.getpid()}"


def tables() -> dict[str, dict[str, str]]:
    """Every table of schema `versions`: name → its columns with their types."""
    return {form.name: column_types(form) | LINEAGE for form in FORMS.values()} | BESIDE


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables, or bring those of an older store up to date, in one transaction.

    Raises:
        StoreFailure: the store was made by a newer version.
    """
    version = store_version(connection)
    if version > STORE_VERSION:
        raise StoreFailure("store-newer", version=version, known=STORE_VERSION)
    missing = _missing(connection)
    if version == STORE_VERSION and not missing:
        return
    connection.begin()
    try:
        _bring_up(connection, version)
        for statement in _missing(connection):
            connection.execute(statement)
        set_about(connection, "version", str(STORE_VERSION))
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def needs_change(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether `prepare` would change a store that exists."""
    version = store_version(connection)
    return version > 0 and (version != STORE_VERSION or bool(_missing(connection)))


def store_version(connection: duckdb.DuckDBPyConnection) -> int:
    """The version a store was made with; 0 for an empty file."""
    if not _present(connection):
        return 0
    return int(about(connection, "version") or 0)


def about(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """A fact that the store keeps about itself."""
    row = connection.execute("SELECT value FROM versions.about WHERE name = ?", [name]).fetchone()
    return None if row is None else str(row[0])


def set_about(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> None:
    """Replace a fact that the store keeps about itself."""
    known = "UPDATE versions.about SET value = ? WHERE name = ?"
    if connection.execute(known, [value, name]).fetchone() == (0,):
        connection.execute("INSERT INTO versions.about VALUES (?, ?)", [name, value])


def _bring_up(connection: duckdb.DuckDBPyConnection, version: int) -> None:
    """Run the numbered SQL for renames and changes of type since `version`."""
    if version == 0:
        return
    for path in sorted(MIGRATIONS.glob("*.sql")):
        match = re.match(r"\d+", path.name)
        if match and int(match.group()) > version:
            connection.execute(path.read_text(encoding="utf-8"))


def _present(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    query = (
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE schema_name = 'versions' AND database_name = current_database()"
    )
    for table, column in connection.execute(query).fetchall():
        found.setdefault(table, set()).add(column)
    return found


def _missing(connection: duckdb.DuckDBPyConnection) -> list[str]:
    present = _present(connection)
    statements = [] if present else ["CREATE SCHEMA IF NOT EXISTS versions"]
    for table, columns in tables().items():
        name = f"versions.{quoted(table)}"
        if table not in present:
            listed = ", ".join(f"{quoted(column)} {kind}" for column, kind in columns.items())
            statements.append(f"CREATE TABLE {name} ({listed})")
            continue
        statements += [
            f"ALTER TABLE {name} ADD COLUMN {quoted(column)} {kind}"
            for column, kind in columns.items()
            if column not in present[table]
        ]
    return statements
