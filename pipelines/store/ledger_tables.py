"""The tables of the ledger, in SQLAlchemy Core: SQLite here, PostgreSQL by another address.

Every table is only ever added to, but for `counters`, which remembers the last number issued.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.engine import Connection

LEDGER_VERSION = "2"
METADATA = MetaData()

# SQLite counts only an INTEGER key up by itself; PostgreSQL should have room for more.
_SERIAL = BigInteger().with_variant(Integer, "sqlite")

ABOUT = Table(
    "about", METADATA, Column("name", String, primary_key=True), Column("value", String)
)  # fmt: skip

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("submission_no", _SERIAL, primary_key=True, autoincrement=True),
    Column("file", String, nullable=False),
    Column("source", String, nullable=False),
    Column("team", String, nullable=False),
    Column("wave", String),
    Column("municipality", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("options", Text, nullable=False),
    Column("context", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("mode", String),
    Column("is_strict", Integer, nullable=False),
    Column("received_at", String, nullable=False),
    Index("submissions_by_source", "source"),
    Index("submissions_by_fingerprint", "fingerprint"),
    sqlite_autoincrement=True,
)

VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("submission_no", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("is_loaded", Integer, nullable=False),
    Column("duplicate_of", BigInteger),
    Column("mode", String),
    Column("waves", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("decided_at", String, nullable=False),
    UniqueConstraint("submission_no"),
)

HOLDINGS = Table(
    "holdings",
    METADATA,
    Column("submission_no", BigInteger, nullable=False),
    Column("wave", String, nullable=False),
    Column("source", String, nullable=False),
    Column("team", String, nullable=False),
    PrimaryKeyConstraint("submission_no", "wave"),
    Index("holdings_by_source", "source", "wave"),
)

# What became of a holding: superseded, withdrawn, or restored; the last entry is what it is now.
TURNS = Table(
    "turns",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("submission_no", BigInteger, nullable=False),
    Column("wave", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("caused_by", BigInteger),
    Column("at", String, nullable=False),
    Index("turns_by_holding", "submission_no", "wave"),
    Index("turns_by_cause", "caused_by"),
    sqlite_autoincrement=True,
)

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("at", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("submission_no", BigInteger),
    Column("actor", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("events_by_kind", "kind"),
    sqlite_autoincrement=True,
)

NUMBERS = Table(
    "numbers",
    METADATA,
    Column("form", String, nullable=False),
    Column("municipality_key", String, nullable=False),
    Column("identity", String, nullable=False),
    Column("object_id", String, nullable=False),
    Column("submission_no", BigInteger, nullable=False),
    PrimaryKeyConstraint("form", "municipality_key", "identity"),
    Index("numbers_by_object", "form", "municipality_key", "object_id"),
    # A large survey's numbers are remembered in half the time where the key is the row's place.
    sqlite_with_rowid=False,
)

COUNTERS = Table(
    "counters",
    METADATA,
    Column("municipality_key", String, nullable=False),
    Column("prefix", String, nullable=False),
    Column("last", Integer, nullable=False),
    PrimaryKeyConstraint("municipality_key", "prefix"),
)


def bring_up(connection: Connection) -> str:
    """Make the tables, or add to those of an older version; returns the version they have then.

    The caller holds the transaction. Nothing of an older version is changed or removed.
    """
    METADATA.create_all(connection)
    known = connection.scalar(select(ABOUT.c.value).where(ABOUT.c.name == "version"))
    if known is None:
        connection.execute(insert(ABOUT).values(name="version", value=LEDGER_VERSION))
    elif known == "1":
        connection.execute(text(_TURNS_OF_1))
        connection.execute(
            update(ABOUT).where(ABOUT.c.name == "version").values(value=LEDGER_VERSION)
        )
    else:
        return str(known)
    return LEDGER_VERSION


_TURNS_OF_1 = """
INSERT INTO turns (submission_no, wave, cause, caused_by, at)
SELECT submission_no, wave, cause, ended_by, at FROM endings ORDER BY at, submission_no, wave
"""
