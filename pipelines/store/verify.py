"""Verifying: archive against ledger against store against edition.

In: a home.
Out: what differs, as sentences; an empty list means that everything agrees. Nothing is changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipelines.errors import StoreFailure
from pipelines.home import Home
from pipelines.store import ledger_tables as t
from pipelines.store.archive import Archive, archive_of
from pipelines.store.context import context_parts
from pipelines.store.edition import find_edition
from pipelines.store.effective import edition_id
from pipelines.store.ledger import Ledger
from pipelines.store.orphans import orphans
from pipelines.store.query import fetch
from pipelines.store.submission import submission_id
from pipelines.store.verdicts import purged_numbers
from pipelines.store.writer import open_writer
from schemas import FORMS
from schemas.columns import Lang
from schemas.places import Places
from schemas.texts import Texts, read_texts


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree; `key` is a text of texts.toml."""

    key: str
    parameters: dict[str, Any]

    def sentence(self, lang: Lang) -> str:
        """What differs, and what helps."""
        return texts()(self.key, lang, **self.parameters)


@cache
def texts() -> Texts:
    """The sentences of this room."""
    return read_texts(Path(__file__).with_name("texts.toml"))


def verify(home: Home, places: Places) -> list[Difference]:
    """Everything that differs between archive, ledger, store and edition.

    Raises:
        StoreLocked: another process holds the store.
    """
    with Ledger(home) as ledger, ledger.reading() as connection:
        found = [*_archive(home, connection), *_orphans(home, connection)]
        expected = edition_id(connection, places)
        held = _held(connection)
    try:
        with open_writer(home) as writer:
            found += _store(writer.store, held)
            found += _edition(home, writer.store, expected)
    except StoreFailure as failure:
        found.append(Difference("store-unusable", {"sentence": str(failure)}))
    return found


def _archive(home: Home, connection: Connection) -> Iterator[Difference]:
    archive = archive_of(home)
    gone = purged_numbers(connection)
    query = sa.select(t.SUBMISSIONS).order_by(t.SUBMISSIONS.c.submission_no)
    contexts: set[str] = set()
    for row in connection.execute(query).mappings():
        contexts.add(row["context"])
        if row["submission_no"] not in gone:
            name = submission_id(row["submission_no"])
            yield from _bytes(archive, row["sha256"], f"{name} {row['file']}")
    for context in sorted(contexts):
        yield from _bytes(archive, context, "context")
        if archive.holds(context):
            for part in context_parts(archive, context):
                yield from _bytes(archive, part.sha256, f"{part.role}/{part.path}")


def _orphans(home: Home, connection: Connection) -> Iterator[Difference]:
    archive, days = archive_of(home), home.settings().discarded_days
    for sha256 in orphans(archive, connection):
        since = archive.kept_on(sha256)
        yield Difference("bytes-unknown", {"sha256": sha256, "since": since, "days": days})


def _bytes(archive: Archive, sha256: str, what: str) -> Iterator[Difference]:
    if not archive.holds(sha256):
        yield Difference("bytes-missing", {"what": what, "sha256": sha256})
    elif not archive.is_whole(sha256):
        yield Difference("bytes-changed", {"what": what, "sha256": sha256})


def _held(connection: Connection) -> dict[str, dict[str, int]]:
    """What the ledger says was loaded: submission → form → accepted rows."""
    query = sa.select(t.VERDICTS.c.submission_no, t.VERDICTS.c.body).where(
        t.VERDICTS.c.is_loaded == 1
    )
    return {
        submission_id(row.submission_no): {
            name: count for name, count in json.loads(row.body)["loaded"] if count
        }
        for row in connection.execute(query)
    }


def _store(
    store: duckdb.DuckDBPyConnection, held: dict[str, dict[str, int]]
) -> Iterator[Difference]:
    found: dict[str, dict[str, int]] = {
        row[0]: {}
        for row in store.execute("SELECT submission_id FROM versions.submissions").fetchall()
    }
    for name in FORMS:
        for submission, count in store.execute(
            f"SELECT submission_id, count(*) FROM versions.{name} GROUP BY ALL ORDER BY ALL"
        ).fetchall():
            found.setdefault(submission, {})[name] = count
    for submission in sorted(held.keys() | found.keys()):
        if held.get(submission) != found.get(submission):
            told = {"ledger": held.get(submission), "store": found.get(submission)}
            yield Difference("rows-differ", {"submission": submission} | told)


def _edition(home: Home, store: duckdb.DuckDBPyConnection, expected: str) -> Iterator[Difference]:
    path = home.editions / f"{expected}.duckdb"
    if not path.exists():
        yield Difference("edition-old", {"edition": expected})
        return
    if not home.edition.exists() or find_edition(home).id != expected:
        yield Difference("edition-not-current", {"edition": expected})
    for name in FORMS:
        sql = (
            "SELECT count(*) AS n, count(*) FILTER (WHERE is_current) AS c, "
            "bit_xor(hash(submission_id, sheet, row_number, is_current)) AS digest "
            f"FROM versions.{name}"
        )
        if store.execute(sql).fetchone() != fetch(path, sql).rows[0]:
            yield Difference("edition-differs", {"edition": expected, "form": name})
