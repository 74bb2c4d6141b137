"""The writer: the only one who opens the store, under a lock with a time limit.

In: a home.
Out: a `Writer` that loads submissions, one transaction each, and lets other processes in between.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipelines.errors import StoreFailure
from pipelines.home import Home
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store import judge
from pipelines.store import ledger_tables as t
from pipelines.store.accepted import Frames, accepted_rows
from pipelines.store.acts import catch_up
from pipelines.store.ledger import Ledger
from pipelines.store.load import Job, load_rows
from pipelines.store.schema import about, connect, needs_change, prepare
from pipelines.store.store_lock import StoreLock, locked
from pipelines.store.submission import Mode, Outcome, Submission, number_of
from pipelines.store.upkeep import keep_copy
from pipelines.store.verdicts import (
    Verdict,
    current_twin,
    outcome_of,
    repeated,
    submission_row,
    write_verdict,
)
from schemas.sparing import spared

# Others are let in after this long.
_LONGEST_HOLD_SECONDS = 1.5
_PAUSE_SECONDS = 0.05

Batch = Sequence[tuple[Submission, CheckedWorkbook, Mode | None]]


def warm_up() -> None:
    """Let pandera load what it loads at its first rows."""
    judge.warm_up()


@contextmanager
def open_writer(home: Home) -> Iterator[Writer]:
    """The writer of a home, for as many submissions as there are.

    Raises:
        StoreLocked: another process held the store longer than the settings allow.
        StoreFailure: the store is damaged, newer than this program, or behind the ledger.
    """
    with Ledger(home) as ledger:
        writer = Writer(home, ledger)
        writer.acquire()
        try:
            yield writer
        finally:
            writer.release()


class Writer:
    """Loads submissions; made by `open_writer`."""

    def __init__(self, home: Home, ledger: Ledger) -> None:
        self.home = home
        self.ledger = ledger
        self.store = duckdb.connect()
        self._lock = StoreLock(home)
        self._since = 0.0

    def load(
        self, submission: Submission, checked: CheckedWorkbook, mode: Mode | None = None
    ) -> Outcome:
        """Load one submission; see `load_batch`."""
        return self.load_batch([(submission, checked, mode)])[0]

    def load_batch(self, batch: Batch) -> list[Outcome]:
        """Load submissions in order, one transaction each, judged together by pandera.

        Raises:
            StoreFailure: the disk is full, or the store cannot be written; what was loaded before
                stays, the submission at hand stays pending.
        """
        outcomes = []
        judged = _judged([checked for _, checked, _ in batch])
        # DuckDB looks for pandas at every value it is given, in every folder if it is not there.
        with spared("pandas"):
            for (submission, _, mode), (checked, rows) in zip(batch, judged, strict=True):
                self.breathe()
                moment = datetime.now(UTC).replace(tzinfo=None)
                outcomes.append(self._load(Job(submission, checked, rows, mode, moment)))
        return outcomes

    def breathe(self) -> None:
        """Let other processes in that wait, once the store was held for a while."""
        if time.monotonic() - self._since < _LONGEST_HOLD_SECONDS:
            return
        if self._lock.is_wanted():
            self.release()
            time.sleep(_PAUSE_SECONDS)
            self.acquire()
        self._since = time.monotonic()

    def acquire(self) -> None:
        """Take the lock, open the store, and finish what a crash left between store and ledger."""
        self._lock.acquire()
        try:
            self._open()
            self._reconcile()
        except BaseException:
            self.release()
            raise
        self._since = time.monotonic()

    def release(self) -> None:
        """Close the store and give the lock back."""
        self.store.close()
        self._lock.release()

    def _open(self) -> None:
        existed = self.home.store.exists()
        with store_failures(self.home):
            self.store = connect(self.home.store)
            if existed and needs_change(self.store):
                self.store.close()
                keep_copy(self.home)
                self.store = connect(self.home.store)
            prepare(self.store)

    def _reconcile(self) -> None:
        """Enter the verdict of a load that was committed just before a crash."""
        last = about(self.store, "last_loaded")
        with self.ledger.writing() as connection:
            if last is not None and outcome_of(connection, number_of(last) or 0) is None:
                row = self.store.execute(
                    "SELECT verdict FROM versions.submissions WHERE submission_id = ?", [last]
                ).fetchone()
                content = json.loads(row[0]) if row else {}
                write_verdict(
                    connection, number_of(last) or 0, _verdict_from(content), content["at"]
                )
            query = (
                sa.select(t.VERDICTS.c.submission_no)
                .where(t.VERDICTS.c.is_loaded == 1)
                .order_by(t.VERDICTS.c.seq.desc())
                .limit(1)
            )
            known = connection.scalar(query)
        if known is not None and (last is None or number_of(last) != known):
            raise StoreFailure("store-behind", path=self.home.store)
        self.catch_up()

    def catch_up(self) -> None:
        """Do what the office decided and the store has not done yet."""
        with self.ledger.reading() as connection, store_failures(self.home):
            catch_up(self.store, connection)

    def _load(self, job: Job) -> Outcome:
        number = job.submission.number
        with self.ledger.reading() as connection:
            done = outcome_of(connection, number)
            twin = None if done else _twin(connection, job)
        if done is not None:
            return done
        with store_failures(self.home):
            self.store.begin()
            try:
                verdict = twin or load_rows(self.store, self.ledger, job)
                self.store.commit()
            except BaseException:
                self.store.rollback()
                raise
        at = job.moment.isoformat(timespec="microseconds") + "+00:00"
        with self.ledger.writing() as connection:
            write_verdict(connection, number, verdict, at)
            outcome = outcome_of(connection, number)
        return outcome or Outcome(job.submission.id, verdict.status)


def _judged(batch: list[CheckedWorkbook]) -> list[tuple[CheckedWorkbook, Frames]]:
    """The workbooks as pandera judges them, with their accepted rows.

    The rows are identified meanwhile, and once more where pandera refuses any, which is rare.
    """
    with ThreadPoolExecutor(1, "identity") as beside:
        foreseen = beside.submit(accepted_rows, batch)
        judged = judge.judged(batch)
        is_as_foreseen = all(new is old for new, old in zip(judged, batch, strict=True))
        rows = foreseen.result() if is_as_foreseen else accepted_rows(judged)
    return list(zip(judged, rows, strict=True))


def _twin(ledger: Connection, job: Job) -> Verdict | None:
    """The verdict of a duplicate, where the same upload is current by now."""
    if job.checked.status in {Status.REJECTED, Status.UNREADABLE} or job.mode == "add":
        return None
    twin = current_twin(ledger, submission_row(ledger, job.submission.number))
    return None if twin is None else repeated(ledger, twin)


@contextmanager
def store_failures(home: Home) -> Iterator[None]:
    """Turn what DuckDB says of locks, full disks and damage into expected failures."""
    try:
        with store_failures_at(home.store):
            yield
    except duckdb.Error as error:
        text = str(error)
        if "Could not set lock" in text or "Conflicting lock" in text:
            raise locked(home) from error
        if isinstance(error, _DAMAGE):
            raise StoreFailure("store-damaged", path=home.store) from error
        raise


@contextmanager
def store_failures_at(path: Path) -> Iterator[None]:
    """Turn what DuckDB says of full disks and missing rights into expected failures."""
    try:
        yield
    except duckdb.Error as error:
        text = str(error)
        if "No space left" in text or "disk is full" in text.lower():
            raise StoreFailure("disk-full", path=path) from error
        if "Permission denied" in text or "Read-only file system" in text:
            raise StoreFailure("not-writable", path=path) from error
        raise


_DAMAGE = (
    duckdb.IOException,
    duckdb.SerializationException,
    duckdb.InternalException,
    duckdb.FatalException,
)


def _verdict_from(content: dict[str, object]) -> Verdict:
    """The verdict as the store keeps it beside the rows."""
    values = json.loads(json.dumps(content))
    return Verdict(
        status=Status(values["status"]),
        is_loaded=True,
        waves=tuple(values["waves"]),
        ends=tuple((number, wave) for number, wave in values["ends"]),
        mode=values["mode"],
        source=values.get("source"),
        body=values["body"],
    )
