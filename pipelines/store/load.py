"""Loading one submission: what changes in the store, inside one transaction.

In: a checked workbook, the store's connection, the ledger.
Out: a `Verdict` for the ledger; rows are only added, and older ones are told when they ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import duckdb
import polars as pl
from sqlalchemy.engine import Connection

from pipelines.intake.findings import Finding
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store import numbers
from pipelines.store.accepted import Frames
from pipelines.store.correction import KEYS, Ends, Plan, make_plan, same_source, standing_for
from pipelines.store.counting import settle
from pipelines.store.finding_data import finding_data
from pipelines.store.identity import object_key
from pipelines.store.ledger import Ledger, Remembered
from pipelines.store.placing import keep_by_place
from pipelines.store.rows import append_rows, end_recurring, end_rows, end_voided, write_beside
from pipelines.store.submission import Mode, Submission, submission_id
from pipelines.store.verdicts import Verdict, checked_body, source_corrected
from schemas import FORMS


@dataclass(frozen=True)
class Job:
    """One submission on its way into the store, and the moment it is loaded at.

    Attributes:
        accepted: its rows, as `accepted_rows` gives them.
    """

    submission: Submission
    checked: CheckedWorkbook
    accepted: Frames
    mode: Mode | None
    moment: datetime


def load_rows(store: duckdb.DuckDBPyConnection, ledger: Ledger, job: Job) -> Verdict:
    """Decide and write; the caller holds the transaction and commits.

    Returns:
        The verdict; one that is not loaded has changed nothing.
    """
    checked, body = job.checked, checked_body(job.checked)
    if job.submission.is_strict and checked.status is Status.PARTIAL:
        return Verdict(status=Status.REJECTED, waves=checked.waves, mode=job.mode, body=body)
    if checked.status in {Status.REJECTED, Status.UNREADABLE}:
        return Verdict(status=checked.status, waves=checked.waves, mode=job.mode, body=body)
    prepared = prepare_rows(store, ledger, job)
    if prepared.plan.waits:
        body["added"] = [finding_data(finding) for finding in prepared.plan.findings]
        return Verdict(status=Status.WAITING, waves=checked.waves, mode=job.mode, body=body)
    return _write(store, ledger, job, prepared)


@dataclass(frozen=True)
class Prepared:
    """What is known of a load before anything changes.

    Attributes:
        frames: form → accepted rows, with the ids that are remembered.
        kept: what is told about numbers kept over a corrected address.
        stood: rows that stand for them before the load, as `correction.standing_for` gives them.
        source: the source that the rows belong to.
        same: what that source holds now.
    """

    frames: Frames
    kept: tuple[Finding, ...]
    stood: pl.DataFrame
    plan: Plan
    source: str
    same: Ends


def prepare_rows(store: duckdb.DuckDBPyConnection, ledger: Ledger, job: Job) -> Prepared:
    """Recall ids and decide what a load does; nothing changes."""
    submission = job.submission
    frames = dict(job.accepted)
    with ledger.reading() as connection:
        remembered = Remembered(connection)
        for name in _with_objects(frames):
            frames[name] = numbers.recall(remembered, FORMS[name], frames[name], submission.number)
        answered = source_corrected(connection, submission.options.team, job.checked.corrects)
        source = answered or submission.source
        same = same_source(connection, source, waves_of(frames))
        frames, kept = keep_by_place(store, same, frames)
        keys = keys_of(frames)
        stood = standing_for(store, numbers.met_before(remembered, keys))
        plan = make_plan(connection, store, submission, (keys, stood), same, job.mode)
    return Prepared(frames, kept, stood, plan, source, same)


def replay_rows(
    store: duckdb.DuckDBPyConnection, ledger: Ledger, job: Job, plan: Plan, verdict: Verdict
) -> None:
    """Load a submission again as the ledger says that it was loaded."""
    frames = dict(job.accepted)
    with ledger.reading() as connection:
        remembered, number = Remembered(connection), job.submission.number
        for name in _with_objects(frames):
            frames[name] = numbers.recall(remembered, FORMS[name], frames[name], number)
    with _numbered(ledger, job, frames) as (full, _):
        _change(store, job, plan, full, keys_of(full))
    write_beside(store, job.submission, job.checked, verdict, job.moment)


def keys_of(frames: Frames) -> pl.DataFrame:
    """The keys of rows to come, with the columns `correction.KEYS`."""
    parts = [
        frame.select(
            pl.lit(name).alias("form"),
            "municipality_key",
            "wave_id",
            object_key(FORMS[name]).alias("key"),
        )
        for name, frame in frames.items()
    ]
    return pl.concat([pl.DataFrame(schema=KEYS), *parts])


def waves_of(frames: Frames) -> list[str]:
    """The waves of rows to come, in their order."""
    return sorted({wave for frame in frames.values() for wave in frame["wave_id"].unique()})


def _write(
    store: duckdb.DuckDBPyConnection, ledger: Ledger, job: Job, prepared: Prepared
) -> Verdict:
    plan = prepared.plan
    with _numbered(ledger, job, prepared.frames) as (frames, issued):
        contested = _change(store, job, plan, frames, prepared.stood.select(list(KEYS)))
    told = _conflict_finding(contested, job.submission.id)
    added = (*plan.findings, *prepared.kept, *issued, *told)
    verdict = replace(_verdict(job, plan, frames, added), source=prepared.source)
    write_beside(store, job.submission, job.checked, verdict, job.moment)
    return verdict


def _change(
    store: duckdb.DuckDBPyConnection, job: Job, plan: Plan, frames: Frames, stood: pl.DataFrame
) -> list[tuple[str, str, str]]:
    """End what is superseded, add the rows, decide what counts; returns what is contested.

    Only keys for which a row `stood` before can be contested by the new rows.
    """
    by, moment = job.submission.id, job.moment
    touched = end_rows(store, plan.ends, by, moment)
    if plan.adds_to:
        end_recurring(store, plan.adds_to, keys_of(frames), by, moment)
    contested: list[tuple[str, str, str]] = []
    for name, form in FORMS.items():
        if name in frames:
            append_rows(store, form, frames[name], by, moment)
            end_voided(store, form, by, moment)
    known = pl.concat([touched, stood])
    for (name,), keys in known.group_by("form"):
        contested += settle(store, FORMS[str(name)], keys, moment)
    return contested


@contextmanager
def _numbered(
    ledger: Ledger, job: Job, frames: Frames
) -> Iterator[tuple[Frames, tuple[Finding, ...]]]:
    """The rows with their numbers, and what is told of numbers newly issued.

    The ledger remembers the numbers in a thread beside the caller's block, since SQLite and DuckDB
    each keep a core busy. It has committed them when the block is left, and so before the rows
    are committed: no crash lets a number be issued twice.
    """
    with ledger.writing() as connection, ThreadPoolExecutor(1, "numbers") as beside:
        findings: list[Finding] = []
        full = dict(frames)
        for name in _with_objects(frames):
            full[name], fresh = numbers.issue(connection, FORMS[name], frames[name])
            if fresh:
                facts = {"objects": len(fresh), "first": fresh[0], "last": fresh[-1]}
                findings.append(Finding("numbers-issued", form=name, parameters=facts))
        remembered = beside.submit(_remember, connection, job.submission.number, full)
        yield full, tuple(findings)
        remembered.result()


def _remember(connection: Connection, submission_no: int, frames: Frames) -> None:
    for name in _with_objects(frames):
        numbers.remember(connection, FORMS[name], frames[name], submission_no)


def _with_objects(frames: Frames) -> list[str]:
    return [name for name in frames if FORMS[name].object_column is not None]


def _conflict_finding(
    contested: list[tuple[str, str, str]], submission: str
) -> tuple[Finding, ...]:
    own = [entry for entry in contested if submission in entry[1:]]
    if not own:
        return ()
    shown = [f"{key} ({counts} / {other})" for key, counts, other in own[:10]]
    value = ", ".join(shown) + (" …" if len(own) > 10 else "")
    return (Finding("object-in-two-sources", value=value, parameters={"objects": len(own)}),)


def _verdict(job: Job, plan: Plan, frames: Frames, added: tuple[Finding, ...]) -> Verdict:
    body = checked_body(job.checked) | {
        "added": [finding_data(finding) for finding in added],
        "replaces": sorted({submission_id(number) for number, _ in plan.ends}),
        "adds_to": [list(pair) for pair in plan.adds_to],
        "gone": list(plan.gone),
        "loaded": [[name, frame.height] for name, frame in frames.items()],
    }
    return Verdict(
        status=job.checked.status,
        is_loaded=True,
        waves=tuple(waves_of(frames)),
        ends=plan.ends,
        mode=job.mode,
        body=body,
    )
