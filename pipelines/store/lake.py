"""The edition as a DuckLake: a catalogue in PostgreSQL or a DuckDB file, Parquet beside it.

In: an edition, the settings lake_url and lake_data.
Out: every view of the edition as a table of the lake, one snapshot per edition, so that many
machines read it at once and travel back to earlier ones. Nothing is written for an edition that
is the newest snapshot already.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.errors import StoreFailure
from pipelines.home import Settings
from pipelines.store.edition import Edition
from schemas.ddl import literal, quoted

_EXTENSIONS = ("ducklake", "postgres_scanner")
_VIEWS = """
SELECT view_name FROM duckdb_views()
WHERE database_name = 'edition' AND schema_name = 'main' AND NOT internal ORDER BY view_name
"""


def write_lake(settings: Settings, edition: Edition) -> bool:
    """Let the lake's newest snapshot be an edition; whether anything had to be written.

    Raises:
        StoreFailure: the extensions are not installed, or the lake cannot be reached.
    """
    with open_lake(settings, is_writer=True) as lake:
        try:
            if _newest(lake) == edition.id:
                return False
            lake.execute(f"ATTACH {literal(str(edition.path))} AS edition (READ_ONLY)")
            names = [name for (name,) in lake.execute(_VIEWS).fetchall()]
            # The views name their tables as the edition does.
            lake.execute("USE edition")
            lake.begin()
            for name in names:
                lake.execute(
                    f"CREATE OR REPLACE TABLE lake.{quoted(name)} AS FROM edition.{quoted(name)}"
                )
            lake.execute(f"CALL lake.set_commit_message('leerstand', {literal(edition.id)})")
            lake.commit()
        except duckdb.Error as error:
            raise _unreachable(settings, error) from error
    return True


@contextmanager
def open_lake(
    settings: Settings, *, is_writer: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the lake attached as `lake`.

    Raises:
        StoreFailure: the extensions are not installed, or the lake cannot be reached.
    """
    with duckdb.connect() as connection:
        try:
            for name in _EXTENSIONS:
                connection.execute(f"LOAD {literal(str(_extension(name)))}")
            mode = "" if is_writer else ", READ_ONLY"
            connection.execute(
                f"ATTACH {literal(f'ducklake:{settings.lake_url}')} AS lake "
                f"(DATA_PATH {literal(settings.lake_data)}{mode})"
            )
        except duckdb.Error as error:
            raise _unreachable(settings, error) from error
        yield connection


def _newest(lake: duckdb.DuckDBPyConnection) -> str | None:
    """The edition of the newest snapshot."""
    row = lake.execute(
        "SELECT commit_message FROM lake.snapshots() ORDER BY snapshot_id DESC LIMIT 1"
    ).fetchone()
    return None if row is None else row[0]


def _extension(name: str) -> Path:
    """Where the package of an extension has put it."""
    spec = find_spec(f"duckdb_extension_{name}")
    if spec is None or not spec.submodule_search_locations:
        raise StoreFailure("no-lake-extension", name=name)
    folder = Path(next(iter(spec.submodule_search_locations)))
    return folder / f"extensions/v{duckdb.__version__}/{name}.duckdb_extension"


def _unreachable(settings: Settings, error: Exception) -> StoreFailure:
    # A connection string of PostgreSQL may hold a password; its first word says enough.
    place = settings.lake_url.partition(" ")[0]
    return StoreFailure("lake-unreachable", place=place, reason=type(error).__name__)
