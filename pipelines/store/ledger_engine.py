"""Where the ledger lies: a SQLite file of the home, or a PostgreSQL database that many share.

In: a home; its setting ledger_url.
Out: a SQLAlchemy engine on which a writing transaction has the ledger to itself, and the expected
failure for what a database says when it cannot do its work.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from pipelines.errors import InputFailure, StoreFailure, StoreLocked
from pipelines.home import Home

WAIT_SECONDS = 30.0
# With SQLite's own 2 MB, the indices of a large survey's numbers spill while they are written.
_CACHE_KB = 65_536
_PAGE_BYTES = 16_384
WRITES = "leerstand_writes"
"""The execution option of a connection whose transaction may write."""

# Advisory locks are numbers: what is locked, and in which schema of the database.
_WRITING, _STORING = "1", "2"
_LOCK = "SELECT pg_advisory_{kind}lock({what}, hashtext(current_schema()))"


def engine_of(home: Home) -> Engine:
    """The engine of a home's ledger; one for each PostgreSQL in a process, since it pools.

    Raises:
        InputFailure: the setting ledger_url names no database that we know.
    """
    address = home.settings().ledger_url
    return _postgres(address) if address else sqlite_engine(home.ledger)


def name_of(engine: Engine) -> str:
    """How people name the database: the file, or the address without its password."""
    if engine.dialect.name == "sqlite":
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


@lru_cache(maxsize=8)
def sqlite_engine(path: Path) -> Engine:
    """An engine on a SQLite file in WAL mode.

    One for each file in a process, since it remembers the statements that it has compiled; disposed
    of, it has nothing open and can be used again.
    """
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)), connect_args={"timeout": WAIT_SECONDS}
    )

    def on_connect(raw: Any, record: object) -> None:
        del record
        # The driver's own transactions begin too late to keep writers in line.
        raw.isolation_level = None
        # Of a new file; a large survey's numbers are remembered a tenth quicker on larger pages.
        raw.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute(f"PRAGMA cache_size = -{_CACHE_KB}")

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _is_writing(connection) else "BEGIN")

    sa.event.listen(engine, "connect", on_connect)
    sa.event.listen(engine, "begin", on_begin)
    return engine


@lru_cache(maxsize=8)
def _postgres(address: str) -> Engine:
    try:
        url = sa.make_url(address)
        if url.get_backend_name() != "postgresql":
            raise InputFailure("bad-ledger-url", reason=url.drivername)
        engine = sa.create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise InputFailure("bad-ledger-url", reason=error) from error

    def on_begin(connection: Connection) -> None:
        if _is_writing(connection):
            # After it every statement sees what the writers before have committed.
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT_SECONDS:.0f}s'")
            connection.exec_driver_sql(_LOCK.format(kind="xact_", what=_WRITING))
        else:
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

    sa.event.listen(engine, "begin", on_begin)
    sa.event.listen(engine, "before_cursor_execute", _storable, retval=True)
    return engine


def _storable(
    connection: Connection,
    cursor: object,
    statement: str,
    values: Any,
    context: object,
    many: bool,  # noqa: FBT001  SQLAlchemy calls it
) -> tuple[str, Any]:
    """What PostgreSQL can keep: it has no text with a zero byte, which a form may send."""
    del connection, cursor, context
    return statement, [_shown(row) for row in values] if many else _shown(values)


def _shown(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: _shown(value) for name, value in row.items()}
    if isinstance(row, tuple | list):
        return type(row)(_shown(value) for value in row)
    return row.replace("\0", "\N{REPLACEMENT CHARACTER}") if isinstance(row, str) else row


def _is_writing(connection: Connection) -> bool:
    return bool(connection.get_execution_options().get(WRITES, False))


class StoreClaim:
    """The store, claimed in the ledger's database, so that machines keep out of each other's way.

    Nothing on SQLite, where a lock on a file does. The database gives the claim back by itself
    when the process that holds it dies.
    """

    def __init__(self, home: Home) -> None:
        self._engine = engine_of(home) if home.settings().ledger_url else None
        self._connection: Connection | None = None

    @property
    def is_shared(self) -> bool:
        """Whether other machines can claim the store too."""
        return self._engine is not None

    def acquire(self, seconds: float) -> bool:
        """Claim the store; False where another machine held it longer than `seconds`."""
        if self._engine is None:
            return True
        try:
            plain = self._engine.connect()
            self._connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            self._connection.exec_driver_sql(f"SET lock_timeout = '{max(1, int(seconds * 1000))}'")
            self._connection.exec_driver_sql(_LOCK.format(kind="", what=_STORING))
        except DatabaseError as error:
            self.release()
            failure = expected(error, self._engine)
            if isinstance(failure, StoreLocked):
                return False
            raise failure from error
        return True

    def release(self) -> None:
        """Give the store back; nothing happens where it is not held."""
        if self._connection is not None:
            # Closing the session itself ends its locks and its settings, whatever state it is in.
            self._connection.invalidate()
            self._connection.close()
            self._connection = None


_SQLSTATES = {"53100": "disk-full", "42501": "not-writable", "25006": "not-writable"}
_LOCK_NOT_AVAILABLE = "55P03"


def expected(error: DatabaseError, engine: Engine) -> Exception:
    """The failure for what the database says; a fault of ours stays what it is."""
    name = name_of(engine)
    locked = StoreLocked("store-locked", path=name, seconds=int(WAIT_SECONDS))
    text = str(error.orig)
    if engine.dialect.name != "sqlite":
        state = getattr(error.orig, "sqlstate", None)
        if state == _LOCK_NOT_AVAILABLE:
            return locked
        if state in _SQLSTATES:
            return StoreFailure(_SQLSTATES[state], path=name)
        if isinstance(error, OperationalError):
            return StoreFailure("ledger-unreachable", path=name, reason=text.strip())
        return error
    if "full" in text:
        return StoreFailure("disk-full", path=name)
    if "locked" in text:
        return locked
    if "readonly" in text or "unable to open" in text:
        return StoreFailure("not-writable", path=name)
    if "malformed" in text or "not a database" in text:
        return StoreFailure("ledger-damaged", path=name)
    return error
