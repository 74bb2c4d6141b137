"""Purging under the retention rules: originals go, typed rows and a protocol stay.

In: a home, its places, a day.
Out: what was removed, each entered in the ledger first. After it a rebuild still works: an extract
of the declared columns takes the original's place in the archive.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from pipelines.home import Home
from pipelines.intake.reader import Reader
from pipelines.store import ledger_tables as t
from pipelines.store.archive import Archive, archive_of
from pipelines.store.extract import to_bytes
from pipelines.store.ledger import Ledger, record
from pipelines.store.recheck import check_again
from pipelines.store.store_lock import StoreLock
from pipelines.store.submission import submission_id
from pipelines.store.unclaimed import kept_uploads, last_day, purge_orphans, purge_uploads
from pipelines.store.verdicts import purged_numbers
from pipelines.store.verify import Difference
from schemas.places import Places


@dataclass(frozen=True)
class Due:
    """A submission whose original may go; `key` says under which rule."""

    row: RowMapping
    key: str
    waves: tuple[str, ...]
    reason: str = ""


def due_for_purge(home: Home, places: Places, today: date) -> list[Due]:
    """What the retention rules say may be removed on a day; nothing is changed."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        return list(_due(home, connection, places, today))


def purge(
    home: Home, places: Places, today: date, *, actor: str, reader: Reader
) -> list[Difference]:
    """Remove what is due, uploads that nobody handed in, and bytes that the ledger names nowhere.

    Returns:
        The protocol.

    Raises:
        StoreLocked: another process holds the store.
    """
    since = last_day(home, today)
    protocol = _purge(home, lambda: due_for_purge(home, places, today), actor, reader, since)
    protocol += purge_uploads(home, today, actor=actor)
    return protocol + purge_orphans(home, today, actor=actor)


def purge_these(
    home: Home, submissions: Collection[str], *, actor: str, reason: str, reader: Reader
) -> list[Difference]:
    """Remove the originals of submissions before their time; rows and a protocol stay.

    Raises:
        StoreLocked: another process holds the store.
    """

    def due() -> list[Due]:
        with Ledger(home) as ledger, ledger.reading() as connection:
            gone = purged_numbers(connection)
            return [
                Due(row, "purged-asked", tuple(json.loads(row["waves"])), reason)
                for row in _decided(connection)
                if submission_id(row["submission_no"]) in submissions
                and row["submission_no"] not in gone
            ]

    return _purge(home, due, actor, reader)


def _purge(
    home: Home,
    due: Callable[[], list[Due]],
    actor: str,
    reader: Reader,
    since: date | None = None,
) -> list[Difference]:
    """Extract, enter and remove; what was uploaded again `since` a day stays."""
    protocol = []
    archive = archive_of(home)
    with Ledger(home) as ledger, StoreLock(home):
        for one in due():
            number, extract = one.row["submission_no"], None
            if one.row["is_loaded"]:
                extract = archive.keep_bytes(
                    to_bytes(check_again(home, ledger, number, reader).checked)
                )
            told = _told(home, one)
            body = {"extract": extract, "rule": one.key, "sha256": one.row["sha256"]}
            with ledger.writing() as connection:
                record(
                    connection, "purged", submission_no=number, actor=actor,
                    reason=told.sentence("de"), body=body,
                )  # fmt: skip
            protocol.append(told)
        _remove(archive, ledger, since)
    return protocol


def _told(home: Home, one: Due) -> Difference:
    """The line of the protocol; it stands in the ledger too."""
    facts = {
        "submission": submission_id(one.row["submission_no"]),
        "file": one.row["file"],
        "received": one.row["received_at"][:10],
        "days": home.settings().discarded_days,
        "waves": ", ".join(one.waves),
        "sha256": one.row["sha256"],
        "reason": one.reason,
    }
    return Difference(one.key, facts)


def _remove(archive: Archive, ledger: Ledger, since: date | None) -> None:
    """Remove the originals that every submission with these bytes has been purged of."""
    # Nobody enters an upload meanwhile, so none loses bytes that it has just brought.
    with ledger.writing() as connection:
        gone = purged_numbers(connection)
        rows = connection.execute(sa.select(t.SUBMISSIONS.c.submission_no, t.SUBMISSIONS.c.sha256))
        pairs = [(row.submission_no, row.sha256) for row in rows]
        needed = {sha256 for number, sha256 in pairs if number not in gone}
        needed |= kept_uploads(connection, since) if since else set()
        for sha256 in {sha256 for number, sha256 in pairs if number in gone} - needed:
            archive.remove(sha256)


def _due(home: Home, connection: Connection, places: Places, today: date) -> Iterator[Due]:
    settings = home.settings()
    gone = purged_numbers(connection)
    discarded = last_day(home, today)
    original = _months_before(today, settings.originals_months)
    for row in _decided(connection):
        number, waves = row["submission_no"], tuple(json.loads(row["waves"]))
        if number in gone:
            continue
        if row["is_loaded"] or row["duplicate_of"] is not None:
            if waves and all(_ended_before(places, wave, original) for wave in waves):
                key = "purged-original" if row["is_loaded"] else "purged-discarded"
                yield Due(row, key, waves)
        elif datetime.fromisoformat(row["received_at"]).date() < discarded:
            yield Due(row, "purged-discarded", waves)


def _decided(connection: Connection) -> Sequence[RowMapping]:
    """Submissions that have a verdict, with what of it retention asks for."""
    query = (
        sa.select(
            t.SUBMISSIONS, t.VERDICTS.c.is_loaded, t.VERDICTS.c.waves, t.VERDICTS.c.duplicate_of
        )
        .join(t.VERDICTS, t.VERDICTS.c.submission_no == t.SUBMISSIONS.c.submission_no)
        .order_by(t.SUBMISSIONS.c.submission_no)
    )
    return connection.execute(query).mappings().all()


def _ended_before(places: Places, wave: str, day: date) -> bool:
    """Whether a wave ended before a day, everywhere it was surveyed; a wave without end never."""
    ends = [
        one.ends_on
        for place in places.by_key.values()
        for one in place.waves
        if one.wave_id == wave
    ]
    return bool(ends) and all(end is not None and end < day for end in ends)


def _months_before(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, min(day.day, 28))
