"""The edition as Parquet: a file for each view and wave, rewritten only where its rows changed.

In: an edition.
Out: warehouse/parquet/VIEW/WAVE.parquet, VIEW.parquet where a view has no waves, and manifest.json,
which says what is in each file. In a large store a view of rows has a file for each municipality,
VIEW/WAVE/MUNICIPALITY.parquet, so that one submission does not write millions of rows again.
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
from pipelines.store import portions
from pipelines.store.archive import disk_failures
from pipelines.store.edition import Edition
from pipelines.store.summaries import known_prints
from pipelines.store.writer import store_failures_at
from schemas import FORMS
from schemas.ddl import literal, quoted

MANIFEST = "manifest.json"
_OF_FORMS = {
    name
    for form in FORMS.values()
    for name in (form.name, form.current_view, form.history_view)
    if name
}
# A view that names these tells of single rows; all others are summaries and registers.
_OF_ROWS = {"municipality_key", "wave_id", *portions.ROW}
# Its rows may name no municipality; there are never many.
_NOT_OF_ONE = {"quarantine"}


@dataclass(frozen=True)
class ParquetFile:
    """One file; `wave` is None where the view has no waves or the rows name none.

    Attributes:
        municipality: whose rows alone are in it; None where those of all are.
        content: digest of the rows; equal rows have equal digests.
    """

    path: str
    view: str
    wave: str | None
    rows: int
    content: str
    municipality: str | None = None


@dataclass(frozen=True)
class _View:
    """A view as it stands in an edition."""

    name: str
    columns: tuple[str, ...]

    @property
    def is_of_rows(self) -> bool:
        return set(self.columns) >= _OF_ROWS and self.name not in _NOT_OF_ONE


def write_parquet(home: Home, edition: Edition) -> tuple[str, ...]:
    """Bring warehouse/parquet/ to an edition; returns the paths of the files written.

    Raises:
        StoreFailure: there is no edition, or the disk is full.
    """
    folder = home.parquet
    known = _manifest(folder)
    if known.get("edition") == edition.id:
        return ()
    with disk_failures(folder), store_failures_at(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with portions.opened(edition.path, home.warehouse) as connection:
            work = _Work(connection, folder, known)
            content = {"format": 1, "edition": edition.id, **work.bring_up()}
        _place(folder / MANIFEST, lambda path: path.write_text(json.dumps(content, indent=1)))
        for path in work.before.keys() - {one.path for one in work.files}:
            (folder / path).unlink(missing_ok=True)
    return tuple(work.written)


class _Work:
    """Bringing the files from the manifest at hand to an open edition."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, known: dict[str, Any]
    ) -> None:
        self.connection = connection
        self.folder = folder
        self.known = known
        self.before = {one["path"]: one for one in known.get("files", ())}
        self.files: list[ParquetFile] = []
        self.written: list[str] = []

    def bring_up(self) -> dict[str, Any]:
        """Write what differs; returns what the manifest says of it."""
        found = known_prints(self.connection)
        is_large = sum(one.rows for one in found.values()) > portions.MANY_ROWS
        for view in _views(self.connection):
            if not (is_large and view.is_of_rows):
                self._write_view(view)
        if is_large:
            self._write_rows(found)
        for view in _views(self.connection):
            if view.name not in {one.view for one in self.files}:
                self._write_view(view, is_empty=True)
        self.files.sort(key=lambda one: one.path)
        return {
            "made_with": portions.made_with(),
            "municipalities": {key: one.digest for key, one in found.items()} if is_large else {},
            "files": [asdict(one) for one in self.files],
        }

    def _write_rows(self, found: dict[str, portions.Print]) -> None:
        """Views of rows, of the municipalities in which something has changed."""
        stale = set(found) if self.known.get("made_with") != portions.made_with() else set()
        states = self.known.get("municipalities", {})
        stale |= {key for key, one in found.items() if states.get(key) != one.digest}
        for path, one in self.before.items():
            if one.get("municipality") in found and not (self.folder / path).exists():
                stale.add(one["municipality"])
        self.files += [
            ParquetFile(**one)
            for one in self.before.values()
            if one.get("municipality") in found.keys() - stale
        ]
        for group in portions.groups(found, sorted(stale)):
            with portions.portion(self.connection, group):
                for view in _views(self.connection):
                    if view.is_of_rows:
                        self._write_view(view, by_municipality=True)

    def _write_view(
        self, view: _View, *, by_municipality: bool = False, is_empty: bool = False
    ) -> None:
        # What is computed from many rows, or looked at for many files, is computed once.
        source = view.name
        if by_municipality or is_empty or view.name not in _OF_FORMS:
            source = "computed"
            rows = "WITH NO DATA" if is_empty else ""
            self.connection.execute(
                f"CREATE TEMP TABLE {source} AS FROM {quoted(view.name)} {rows}"
            )
        for one in _files(self.connection, view, source, by_municipality=by_municipality):
            self.files.append(one)
            before = self.before.get(one.path, {})
            if before.get("content") != one.content or not (self.folder / one.path).exists():
                self.written.append(one.path)
                _write(self.connection, self.folder, source, one)
        if source != view.name:
            self.connection.execute(f"DROP TABLE {source}")


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _views(connection: duckdb.DuckDBPyConnection) -> list[_View]:
    """Every view that the connection shows."""
    rows = connection.execute(
        "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [_View(name, tuple(columns)) for name, columns in rows]


def _files(
    connection: duckdb.DuckDBPyConnection, view: _View, source: str, *, by_municipality: bool
) -> Iterator[ParquetFile]:
    """The files of a view with the digests of their rows; nothing is written."""
    columns = view.columns
    if view.name in _OF_FORMS:
        mutable = (name for name in portions.MUTABLE if name in columns)
        columns = tuple(dict.fromkeys((*portions.ROW, *mutable)))
    has_waves = "wave_id" in view.columns
    wave = "wave_id" if has_waves else "NULL"
    city = "municipality_key" if by_municipality else "NULL"
    hashed = f"hash({', '.join(quoted(name) for name in columns)})"
    rows = connection.execute(
        f"SELECT {wave}, {city}, count(*), sum({hashed}), bit_xor({hashed}) FROM {quoted(source)} "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    # A view without rows has a file all the same, so that whoever reads it finds its columns.
    for wave, city, count, *digests in rows or ([] if by_municipality else [(None, None, 0)]):
        facts = [portions.made_with(), view.columns, count, *map(str, digests)]
        content = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
        path = view.name
        if has_waves:
            path += "/_none" if wave is None else f"/{quote(wave, safe='')}"
        if by_municipality:
            path += f"/{quote(city, safe='')}"
        yield ParquetFile(f"{path}.parquet", view.name, wave, count, content, city)


def _write(
    connection: duckdb.DuckDBPyConnection, folder: Path, source: str, one: ParquetFile
) -> None:
    given = ["true"]
    if "/" in one.path:
        given = ["wave_id IS NULL" if one.wave is None else f"wave_id = {literal(one.wave)}"]
    if one.municipality is not None:
        given.append(f"municipality_key = {literal(one.municipality)}")
    target = folder / one.path
    target.parent.mkdir(parents=True, exist_ok=True)
    query = f"FROM {quoted(source)} WHERE {' AND '.join(given)}"
    _place(
        target,
        lambda path: connection.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet)"),
    )


def _place(target: Path, write: Callable[[Path], object]) -> None:
    """Write beside the target, then let it take the name; readers see a whole file or none."""
    scratch = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write(scratch)
        scratch.replace(target)
    finally:
        scratch.unlink(missing_ok=True)
