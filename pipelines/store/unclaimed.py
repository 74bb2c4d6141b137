"""Uploads that became no submission: discarded, or decided by nobody; they go after their days.

In: a home, a day.
Out: their bytes removed from the archive, with a protocol that stands in the ledger too. What one
of them shares with a submission, or with an upload that is younger, stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipelines.home import Home
from pipelines.store import ledger_tables as t
from pipelines.store.archive import archive_of
from pipelines.store.ledger import Ledger, events, record
from pipelines.store.orphans import GONE, orphans
from pipelines.store.verify import Difference


@dataclass(frozen=True)
class Unclaimed:
    """One upload that nobody handed in, and the day it came."""

    upload: str
    sha256: str
    file: str
    team: str
    received: str


def due_uploads(home: Home, today: date) -> list[Unclaimed]:
    """Uploads that may go on a day; nothing is changed."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        return list(_due(connection, last_day(home, today)))


def purge_uploads(home: Home, today: date, *, actor: str) -> list[Difference]:
    """Remove the uploads that are due; returns the protocol."""
    archive, days, protocol = archive_of(home), home.settings().discarded_days, []
    # Nobody enters an upload meanwhile, so none loses bytes that it has just brought.
    with Ledger(home) as ledger, ledger.writing() as connection:
        for one in list(_due(connection, last_day(home, today))):
            facts = {"file": one.file, "team": one.team, "received": one.received,
                     "days": days, "sha256": one.sha256}  # fmt: skip
            told = Difference("purged-upload", facts)
            body = {"upload": one.upload, "sha256": one.sha256}
            record(connection, "upload-purged", actor=actor, reason=told.sentence("de"), body=body)
            archive.remove(one.sha256)
            protocol.append(told)
    return protocol


def due_orphans(home: Home, today: date) -> list[Difference]:
    """Bytes that the ledger names nowhere and that may go on a day; nothing is changed."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        return list(_due_orphans(home, connection, today))


def purge_orphans(home: Home, today: date, *, actor: str) -> list[Difference]:
    """Remove bytes that the ledger names nowhere; returns the protocol."""
    archive = archive_of(home)
    with Ledger(home) as ledger, ledger.writing() as connection:
        protocol = list(_due_orphans(home, connection, today))
        for told in protocol:
            body = {"sha256": told.parameters["sha256"]}
            record(connection, GONE, actor=actor, reason=told.sentence("de"), body=body)
            archive.remove(body["sha256"])
    return protocol


def _due_orphans(home: Home, connection: Connection, today: date) -> Iterator[Difference]:
    archive, days = archive_of(home), home.settings().discarded_days
    for sha256 in orphans(archive, connection):
        since = archive.kept_on(sha256)
        if since < last_day(home, today):
            facts = {"sha256": sha256, "since": since.isoformat(), "days": days}
            yield Difference("purged-orphan", facts)


def last_day(home: Home, today: date) -> date:
    """The day since which uploads are kept, handed in or not."""
    return today - timedelta(days=home.settings().discarded_days)


def kept_uploads(connection: Connection, since: date) -> set[str]:
    """The digests of what was uploaded since a day and not removed."""
    return {one.sha256 for one in _uploads(connection) if one.received >= since.isoformat()}


def _due(connection: Connection, since: date) -> Iterator[Unclaimed]:
    needed = kept_uploads(connection, since)
    needed |= set(connection.scalars(sa.select(t.SUBMISSIONS.c.sha256)))
    yield from (one for one in _uploads(connection) if one.sha256 not in needed)


def _uploads(connection: Connection) -> list[Unclaimed]:
    found = {}
    for row in events(connection, "uploaded", "upload-purged"):
        body = json.loads(row["body"])
        if row["kind"] == "uploaded":
            found[body["upload"]] = Unclaimed(**body, received=row["at"][:10])
        else:
            found.pop(body["upload"], None)
    return list(found.values())
