"""The edition as Parquet: a file for each view and wave, rewritten only where its rows changed.

In: an edition.
Out: warehouse/parquet/VIEW/WAVE.parquet, VIEW.parquet where a view has no waves, and manifest.json,
which says what is in each file.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb

from pipelines.home import Home
from pipelines.store.archive import disk_failures
from pipelines.store.context import rule_version
from pipelines.store.edition import Edition
from pipelines.store.schema import LINEAGE
from pipelines.store.views import view_statements
from pipelines.store.writer import store_failures_at
from schemas import FORMS
from schemas.ddl import literal, quoted

MANIFEST = "manifest.json"
_MEMORY = "2GB"
# Under one version of the rules these name a row of a form, whose other columns never change but
# for its id and its lineage. Ten million rows are hashed in a second by them.
_ROW = ("submission_id", "sheet", "row_number")
_MUTABLE = ("object_id", "site_id", *LINEAGE)
_OF_FORMS = {
    name
    for form in FORMS.values()
    for name in (form.name, form.current_view, form.history_view)
    if name
}


@dataclass(frozen=True)
class ParquetFile:
    """One file; `wave` is None where the view has no waves or the rows name none.

    Attributes:
        content: digest of the rows; equal rows have equal digests.
    """

    path: str
    view: str
    wave: str | None
    rows: int
    content: str


def write_parquet(home: Home, edition: Edition) -> tuple[str, ...]:
    """Bring warehouse/parquet/ to an edition; returns the paths of the files written.

    Raises:
        StoreFailure: there is no edition, or the disk is full.
    """
    folder = home.warehouse / "parquet"
    known = _manifest(folder)
    if known.get("edition") == edition.id:
        return ()
    before = {one["path"]: one["content"] for one in known.get("files", ())}
    with disk_failures(folder), store_failures_at(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(edition.path, read_only=True) as connection:
            connection.execute(f"SET memory_limit = '{_MEMORY}'")
            files, changed = [], []
            for view, columns in _views(connection):
                source = _source(connection, view)
                for one in _files(connection, view, source, columns):
                    files.append(one)
                    if before.get(one.path) != one.content or not (folder / one.path).exists():
                        changed.append(one)
                        _write(connection, folder, source, one)
                if source != view:
                    connection.execute(f"DROP TABLE {source}")
        content = {"format": 1, "edition": edition.id, "files": [asdict(one) for one in files]}
        _place(folder / MANIFEST, lambda path: path.write_text(json.dumps(content, indent=1)))
        for path in before.keys() - {one.path for one in files}:
            (folder / path).unlink(missing_ok=True)
    return tuple(one.path for one in changed)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _views(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str]]]:
    """Every view with its columns."""
    rows = connection.execute(
        "SELECT view_name, list(column_name ORDER BY column_index) FROM duckdb_views() AS v "
        "JOIN duckdb_columns() AS c ON c.table_name = v.view_name "
        "AND c.schema_name = v.schema_name AND c.database_name = v.database_name "
        "WHERE v.schema_name = 'main' AND NOT v.internal GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(name, columns) for name, columns in rows]


def _source(connection: duckdb.DuckDBPyConnection, view: str) -> str:
    """Where a view's rows are read from: what is computed from many rows is computed once."""
    if view in _OF_FORMS:
        return view
    connection.execute(f"CREATE TEMP TABLE computed AS FROM {quoted(view)}")
    return "computed"


def _files(
    connection: duckdb.DuckDBPyConnection, view: str, source: str, columns: list[str]
) -> Iterator[ParquetFile]:
    """The files of a view with the digests of their rows; nothing is written."""
    told = columns
    if view in _OF_FORMS:
        told = [*_ROW, *(name for name in _MUTABLE if name in columns and name not in _ROW)]
    hashed = f"hash({', '.join(quoted(name) for name in told)})"
    wave = "wave_id" if "wave_id" in columns else "NULL"
    rows = connection.execute(
        f"SELECT {wave}, count(*), sum({hashed}), bit_xor({hashed}) FROM {source} "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    made = "".join(text for name, text in view_statements() if name == view)
    for name, count, *digests in rows:
        facts = [rule_version(), made, columns, count, *map(str, digests)]
        content = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
        path = f"{view}.parquet"
        if wave != "NULL":
            path = f"{view}/{'_none' if name is None else quote(name, safe='')}.parquet"
        yield ParquetFile(path, view, name, count, content)


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: str, one: ParquetFile
) -> None:
    condition = "true"
    if "/" in one.path:
        condition = "wave_id IS NULL" if one.wave is None else f"wave_id = {literal(one.wave)}"
    (folder / one.path).parent.mkdir(exist_ok=True)
    _place(
        folder / one.path,
        lambda path: connection.execute(
            f"COPY (FROM {source} WHERE {condition}) TO {literal(str(path))} (FORMAT parquet)"
        ),
    )


def _place(target: Path, write: Callable[[Path], object]) -> None:
    """Write beside the target, then let it take the name; readers see a whole file or none."""
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(scratch)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)
