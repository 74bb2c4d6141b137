"""Rebuilding: the store made again from archive and ledger.

In: a home whose warehouse/ may be gone.
Out: the same store, with the same edition id as long as the rules are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import duckdb
import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from pipelines.home import Home
from pipelines.intake.reader import Reader
from pipelines.intake.result import Status
from pipelines.store import ledger_tables as t
from pipelines.store.accepted import accepted_rows
from pipelines.store.acts import ACTS, apply_act
from pipelines.store.correction import Plan
from pipelines.store.judge import judged
from pipelines.store.ledger import Ledger, events, record
from pipelines.store.load import Job, replay_rows
from pipelines.store.recheck import check_again
from pipelines.store.schema import connect, prepare, set_about
from pipelines.store.store_lock import StoreLock
from pipelines.store.submission import submission_id
from pipelines.store.verdicts import Verdict, verdict_row
from pipelines.store.writer import store_failures


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild did.

    Attributes:
        submissions: how many were loaded again.
        differing: those of which today's rules accept more or fewer rows than were loaded.
    """

    submissions: int
    differing: tuple[str, ...]


def rebuild(
    home: Home, reader: Reader, progress: Callable[[int, int], None] | None = None
) -> Rebuilt:
    """Make the store again; the old one is replaced only once the new one is whole.

    Raises:
        StoreLocked: another process holds the store.
        StoreFailure: the archive lacks something that the ledger names.
    """
    scratch = home.warehouse / "rebuilding.duckdb"
    home.warehouse.mkdir(parents=True, exist_ok=True)
    with Ledger(home) as ledger, StoreLock(home), store_failures(home):
        for path in (scratch, scratch.with_name(f"{scratch.name}.wal")):
            path.unlink(missing_ok=True)
        with connect(scratch) as store:
            prepare(store)
            rebuilt = _replay(home, ledger, store, reader, progress)
            store.execute("CHECKPOINT")
        # What an older store left in its log belongs to that store alone.
        home.store.with_name(f"{home.store.name}.wal").unlink(missing_ok=True)
        scratch.replace(home.store)
        with ledger.writing() as connection:
            record(connection, "rebuilt", body={"differing": rebuilt.differing})
    return rebuilt


def _replay(
    home: Home,
    ledger: Ledger,
    store: duckdb.DuckDBPyConnection,
    reader: Reader,
    progress: Callable[[int, int], None] | None,
) -> Rebuilt:
    with ledger.reading() as connection:
        rows = events(connection, "verdict", *ACTS)
    differing: list[str] = []
    loaded = 0
    for place, row in enumerate(rows, 1):
        store.begin()
        if row["kind"] == "verdict":
            told = _load_again(home, ledger, store, reader, row)
            loaded += told is not None
            if told is False:
                differing.append(submission_id(row["submission_no"]))
        else:
            with ledger.reading() as connection:
                apply_act(store, connection, row)
            set_about(store, "applied_event", str(row["seq"]))
        store.commit()
        if progress is not None:
            progress(place, len(rows))
    return Rebuilt(loaded, tuple(differing))


def _load_again(
    home: Home,
    ledger: Ledger,
    store: duckdb.DuckDBPyConnection,
    reader: Reader,
    event: RowMapping,
) -> bool | None:
    """Load a submission again; None where it was never loaded, False where rows differ."""
    number = event["submission_no"]
    with ledger.reading() as connection:
        row = verdict_row(connection, number)
        ends = connection.execute(
            sa.select(t.TURNS.c.submission_no, t.TURNS.c.wave)
            .where(t.TURNS.c.caused_by == number, t.TURNS.c.cause == "superseded")
            .order_by(t.TURNS.c.submission_no, t.TURNS.c.wave)
        ).all()
    if row is None or not row["is_loaded"]:
        return None
    body = json.loads(row["body"])
    again = check_again(home, ledger, number, reader)
    (checked,) = judged([again.checked])
    moment = datetime.fromisoformat(row["decided_at"]).replace(tzinfo=None)
    plan = Plan(
        ends=tuple((end.submission_no, end.wave) for end in ends),
        adds_to=tuple((held, wave) for held, wave in body.get("adds_to", ())),
    )
    verdict = Verdict(
        status=Status(row["status"]),
        is_loaded=True,
        waves=tuple(json.loads(row["waves"])),
        ends=plan.ends,
        mode=row["mode"],
        body=body,
    )
    (accepted,) = accepted_rows([checked])
    job = Job(again.submission, checked, accepted, row["mode"], moment)
    replay_rows(store, ledger, job, plan, verdict)
    return {name: rows.height for name, rows in accepted.items()} == dict(body["loaded"])
