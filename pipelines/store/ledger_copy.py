"""Copying a ledger: into a backup, back from it, into a rehearsal, or from a file to PostgreSQL.

In: the home it belongs to, a SQLite file.
Out: the same entries on the other side, all or none. A backup is always a SQLite file, so that it
can be read without the database it came from.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError

from pipelines.home import Home
from pipelines.store import ledger_tables as t
from pipelines.store.ledger_engine import WRITES, engine_of, expected, sqlite_engine

_ROWS = 5_000


def save_ledger(home: Home, target: Path) -> None:
    """Write the ledger of a home to a SQLite file, which is there whole or not at all.

    Raises:
        StoreFailure: the ledger's database cannot be reached, or the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_name(f".{target.name}.new")
    scratch.unlink(missing_ok=True)
    if home.settings().ledger_url:
        copy = sqlite_engine(scratch)
        _copy_rows(engine_of(home), copy)
        copy.dispose()
        _leave_wal(scratch)
    elif home.ledger.exists():
        _copy_file(home.ledger, scratch)
    else:
        return
    scratch.replace(target)


def bring_ledger(home: Home, source: Path) -> None:
    """Let a SQLite file be the ledger of a home, in place of what it had."""
    if home.settings().ledger_url:
        original = sqlite_engine(source)
        _copy_rows(original, engine_of(home))
        original.dispose()
        return
    home.ledger.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("-wal", "-shm"):
        home.ledger.with_name(home.ledger.name + suffix).unlink(missing_ok=True)
    scratch = home.ledger.with_name(f".{home.ledger.name}.new")
    scratch.unlink(missing_ok=True)
    _copy_file(source, scratch)
    scratch.replace(home.ledger)


def _copy_file(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as ours, closing(sqlite3.connect(target)) as copy:
        ours.backup(copy)


def _leave_wal(path: Path) -> None:
    """Make a database one file, so that it can be renamed."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")


def _copy_rows(source: Engine, target: Engine) -> None:
    try:
        with source.begin() as ours, target.connect() as plain:
            theirs = plain.execution_options(**{WRITES: True})
            with theirs.begin():
                t.METADATA.create_all(theirs)
                for table in t.METADATA.sorted_tables:
                    theirs.execute(sa.delete(table))
                    found = ours.execution_options(yield_per=_ROWS).execute(sa.select(table))
                    for rows in found.mappings().partitions(_ROWS):
                        theirs.execute(sa.insert(table), [dict(row) for row in rows])
                    _count_on(theirs, table)
    except DatabaseError as error:
        raise expected(error, target) from error


def _count_on(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL number the next row after the last one; SQLite does so by itself."""
    key = table.autoincrement_column
    if connection.dialect.name == "sqlite" or key is None:
        return
    last = sa.func.coalesce(sa.select(sa.func.max(key)).scalar_subquery(), 0) + 1
    sequence = sa.func.pg_get_serial_sequence(table.name, key.name)
    # False: the number told is the next one, not the last.
    connection.execute(sa.select(sa.func.setval(sequence, last, False)))  # noqa: FBT003 - PostgreSQL's own argument
