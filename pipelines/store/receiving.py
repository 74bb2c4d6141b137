"""Receiving an upload: archived and in the ledger before anything reads it.

In: a home, a file, what the uploader said.
Out: a `Submission`; a submission without a verdict is pending until a load finishes it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from pipelines.home import Home
from pipelines.intake.options import CheckOptions
from pipelines.store import ledger_tables as t
from pipelines.store.archive import archive_of, digest_of
from pipelines.store.context import (
    keep_context,
    laid_out,
    options_from,
    options_text,
    rule_version,
)
from pipelines.store.ledger import Ledger, now, record
from pipelines.store.submission import Mode, Submission, submission_id
from pipelines.store.verdicts import current_twin, repeated, submission_row, write_verdict
from schemas.folding import fold
from schemas.places import Places


def source_of(team: str, file: str) -> str:
    """Team and file name, folded: with a wave the name of a source."""
    return f"{fold(team)}/{fold(file)}"


def receive(  # noqa: PLR0913  what may be said of a file is a parameter each
    home: Home,
    path: Path,
    options: CheckOptions,
    places: Places,
    *,
    mode: Mode | None = None,
    strict: bool = False,
    name: str | None = None,
    ledger: Ledger | None = None,
) -> Submission:
    """Archive a file and enter it in the ledger; `name` is the name it was uploaded under.

    `mode` and `strict` say how it is to be loaded; they are kept, so that a load cut short is
    finished as asked. Whoever receives many files hands its open `ledger`: opening one, and
    closing the last, takes as long as the entry.

    Raises:
        InputFailure: the file is missing or unreadable for us.
        HomeFailure, StoreFailure: the archive or ledger cannot be written to.
    """
    archive = archive_of(home)
    sha256 = archive.keep_file(path)
    entry = _entry(home, (path, sha256), options, places, name) | {
        "mode": mode,
        "is_strict": int(strict),
        "received_at": now(),
    }
    with ExitStack() as stack:
        opened = ledger or stack.enter_context(Ledger(home))
        connection = stack.enter_context(opened.writing())
        if not archive.holds(sha256):
            # A purge came between; from here on it cannot.
            archive.keep_file(path)
        row, twin = _entered(connection, entry)
    return _submission(home, row, options, None if twin is None else submission_id(twin))


def _entered(connection: Connection, entry: dict[str, Any]) -> tuple[RowMapping, int | None]:
    """The ledger's row of an upload, and the number of the submission that it repeats."""
    number = connection.execute(
        sa.insert(t.SUBMISSIONS).values(entry).returning(t.SUBMISSIONS.c.submission_no)
    ).scalar_one()
    record(connection, "received", submission_no=number, actor=entry["team"])
    row = submission_row(connection, number)
    asked = entry["mode"] is not None or _is_queued(connection, row)
    twin = None if asked else current_twin(connection, row)
    if twin is not None:
        write_verdict(connection, number, repeated(connection, twin))
    return row, twin


def new_files(home: Home, files: Sequence[tuple[Path, CheckOptions]], places: Places) -> list[bool]:
    """Which files an inbox that keeps its files has not handed in yet as they stand.

    A file counts as handed in once an equal upload was received after it was put there, whatever
    came of it; put there again, it is new again.
    """
    entries = [_entry(home, (path, digest_of(path)), options, places) for path, options in files]
    with Ledger(home) as ledger, ledger.reading() as connection:
        received = [
            connection.scalar(
                sa.select(sa.func.max(t.SUBMISSIONS.c.received_at)).where(
                    t.SUBMISSIONS.c.fingerprint == entry["fingerprint"]
                )
            )
            for entry in entries
        ]
    return [
        last is None or datetime.fromisoformat(last).timestamp() < _placed(path)
        for last, (path, _) in zip(received, files, strict=True)
    ]


def _placed(path: Path) -> float:
    """When a file was put where it lies; copying and moving both set its change time."""
    stat = path.stat()
    return max(stat.st_mtime, stat.st_ctime)


def _entry(
    home: Home,
    file: tuple[Path, str],
    options: CheckOptions,
    places: Places,
    name: str | None = None,
) -> dict[str, Any]:
    path, sha256 = file
    name = name or path.name
    context = keep_context(home, options)
    entry: dict[str, Any] = {
        "file": name,
        "source": source_of(options.team, name),
        "team": options.team,
        "wave": options.wave,
        "municipality": options.municipality,
        "sha256": sha256,
        "size": path.stat().st_size,
        "options": options_text(options),
        "context": context,
        "rule_version": rule_version(),
    }
    return entry | {"fingerprint": _fingerprint(entry, places)}


def find_submission(home: Home, number: int) -> Submission | None:
    """The submission of this number, ready to be checked again as it was received."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        query = sa.select(t.SUBMISSIONS).where(t.SUBMISSIONS.c.submission_no == number)
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _again(home, row)


def pending(home: Home) -> list[Submission]:
    """Submissions that were received but have no verdict yet, oldest first.

    After a crash these are what the next run has to finish; while another process works, they may
    be its own: loading one twice is harmless.
    """
    query = (
        sa.select(t.SUBMISSIONS)
        .outerjoin(t.VERDICTS, t.VERDICTS.c.submission_no == t.SUBMISSIONS.c.submission_no)
        .where(t.VERDICTS.c.submission_no.is_(None))
        .order_by(t.SUBMISSIONS.c.submission_no)
    )
    with Ledger(home) as ledger, ledger.reading() as connection:
        rows = connection.execute(query).mappings().all()
    return [_again(home, row) for row in rows]


def _again(home: Home, row: RowMapping) -> Submission:
    """A submission from the ledger, its mappings laid out from the archive."""
    folder = laid_out(home, row["context"])
    return _submission(home, row, options_from(row["options"], folder), None)


def _submission(
    home: Home, row: RowMapping, options: CheckOptions, duplicate_of: str | None
) -> Submission:
    return Submission(
        number=row["submission_no"],
        file=row["file"],
        sha256=row["sha256"],
        size=row["size"],
        archive=archive_of(home),
        source=row["source"],
        options=options,
        context=row["context"],
        rule_version=row["rule_version"],
        fingerprint=row["fingerprint"],
        received_at=row["received_at"],
        mode=row["mode"],
        is_strict=bool(row["is_strict"]),
        duplicate_of=duplicate_of,
    )


def _fingerprint(entry: dict[str, Any], places: Places) -> str:
    """What makes an upload the same twice; the day of the upload does not count."""
    said = json.loads(str(entry["options"]))
    said.pop("today")
    parts = [entry["source"], entry["sha256"], said, entry["context"], entry["rule_version"]]
    return hashlib.sha256(json.dumps([*parts, places.digest]).encode()).hexdigest()


def _is_queued(connection: Connection, row: RowMapping) -> bool:
    """Whether an earlier upload of the same source still awaits its verdict."""
    query = (
        sa.select(t.SUBMISSIONS.c.submission_no)
        .outerjoin(t.VERDICTS, t.VERDICTS.c.submission_no == t.SUBMISSIONS.c.submission_no)
        .where(
            t.SUBMISSIONS.c.source == row["source"],
            t.SUBMISSIONS.c.submission_no < row["submission_no"],
            t.VERDICTS.c.submission_no.is_(None),
        )
        .limit(1)
    )
    return connection.scalar(query) is not None
