"""The edition by municipality: which have changed since an edition before, and views of some alone.

In: an open edition.
Out: a digest for each municipality, and a connection whose views show only some of them.

Objects, waves and sections belong to a municipality, so that its rows in every view follow from its
own rows alone. What costs minutes over ten million rows is so computed for those that changed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.store.context import rule_version
from pipelines.store.schema import LINEAGE, limit
from pipelines.store.sqltext import listed
from pipelines.store.views import make_views, view_statements
from schemas import FORMS
from schemas.ddl import literal, quoted

# Under one version of the rules these name a row of a form, whose other columns never change but
# for its id and its lineage. Ten million rows are hashed in a second by them.
ROW = ("submission_id", "sheet", "row_number")
MUTABLE = ("object_id", "site_id", *LINEAGE)
# A submission has the municipality it was handed in with; its rows may lie in others.
_NOT_OF_ONE = {"submissions"}
# Views over more rows than this at once need more memory than a desk has.
MANY_ROWS = 1_000_000
WHOLE, _PORTION = "whole", "portion"


@dataclass(frozen=True)
class Print:
    """What tells the state of one municipality: a digest of its rows, and their number."""

    digest: str
    rows: int


def made_with() -> str:
    """A digest of what every row of a view follows from beside the rows of the store."""
    facts = [rule_version(), view_statements(), duckdb.__version__]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def prints(connection: duckdb.DuckDBPyConnection) -> dict[str, Print]:
    """The state of every municipality that has rows or a register in an open edition."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for schema, table, columns in _by_municipality(connection):
        told = columns
        if schema == "versions" and table in FORMS:
            told = [*ROW, *(name for name in MUTABLE if name in columns and name not in ROW)]
        query = (
            f"SELECT municipality_key, count(*), sum(hash({', '.join(map(quoted, told))})) "
            f"FROM {schema}.{quoted(table)} WHERE municipality_key IS NOT NULL GROUP BY ALL"
        )
        for key, rows, total in connection.execute(query).fetchall():
            found.setdefault(key, []).append((f"{schema}.{table}", rows, str(total)))
    return {key: _print(rows) for key, rows in sorted(found.items())}


def _print(tables: list[tuple[str, int, str]]) -> Print:
    digest = hashlib.sha256(json.dumps(tables).encode()).hexdigest()[:16]
    return Print(digest, sum(rows for name, rows, _ in tables if name.startswith("versions.")))


def groups(found: Mapping[str, Print], changed: Sequence[str]) -> Iterator[list[str]]:
    """The changed municipalities in groups that are small enough to be looked at together."""
    group: list[str] = []
    rows = 0
    for key in changed:
        if group and rows + found[key].rows > MANY_ROWS:
            yield group
            group, rows = [], 0
        group.append(key)
        rows += found[key].rows
    if group:
        yield group


@contextmanager
def opened(path: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads the edition at `path`, and has room for a portion of it.

    What does not fit into memory lies below `folder`.
    """
    with duckdb.connect() as connection:
        limit(connection, folder)
        connection.execute(f"ATTACH {literal(str(path))} AS {WHOLE} (READ_ONLY)")
        connection.execute(f"USE {WHOLE}")
        yield connection


@contextmanager
def portion(connection: duckdb.DuckDBPyConnection, municipalities: Sequence[str]) -> Iterator[str]:
    """Let the views of `connection` show these municipalities alone; gives the edition's name."""
    row = connection.execute("SELECT current_database()").fetchone()
    whole = quoted(str(row[0])) if row else ""
    some = f"WHERE municipality_key IN ({listed(municipalities)})"
    of_one = {(schema, table) for schema, table, _ in _by_municipality(connection)}
    tables = _columns(connection)
    connection.execute(f"ATTACH ':memory:' AS {_PORTION}")
    try:
        connection.execute(f"USE {_PORTION}")
        for schema in dict.fromkeys(schema for schema, _ in tables):
            connection.execute(f"CREATE SCHEMA {schema}")
        for schema, table in tables:
            name = f"{schema}.{quoted(table)}"
            where = some if (schema, table) in of_one else ""
            connection.execute(f"CREATE VIEW {name} AS FROM {whole}.{name} {where}")
        make_views(connection)
        yield whole
    finally:
        connection.execute(f"USE {whole}")
        connection.execute(f"DETACH {_PORTION}")


def _by_municipality(
    connection: duckdb.DuckDBPyConnection,
) -> list[tuple[str, str, list[str]]]:
    """Schema, name and columns of the tables whose rows are those of one municipality."""
    return [
        (schema, table, columns)
        for (schema, table), columns in _columns(connection).items()
        if "municipality_key" in columns and table not in _NOT_OF_ONE
    ]


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    """The columns of every table of rows and registers."""
    rows = connection.execute(
        "SELECT schema_name, table_name, list(column_name ORDER BY column_index) "
        "FROM duckdb_columns() WHERE database_name = current_database() "
        "AND schema_name IN ('versions', 'registers') GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return {(schema, table): columns for schema, table, columns in rows}
