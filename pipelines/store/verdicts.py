"""Verdicts in the ledger: what became of each submission, and what holds now.

A submission whose rows were loaded holds its source in each of its waves, until a correction or a
withdrawal ends that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store import ledger_tables as t
from pipelines.store.finding_data import finding_data, findings_from
from pipelines.store.ledger import now, record
from pipelines.store.submission import Outcome, submission_id


@dataclass(frozen=True)
class Verdict:
    """What is written about a submission once, at the end of its load.

    Attributes:
        ends: (submission number, wave) whose rows it superseded.
        source: the source it belongs to, where that is not its own name's.
        body: findings, table reports, counts; what status and page show.
    """

    status: Status
    is_loaded: bool = False
    waves: tuple[str, ...] = ()
    ends: tuple[tuple[int, str], ...] = ()
    duplicate_of: int | None = None
    mode: str | None = None
    source: str | None = None
    body: dict[str, Any] = field(default_factory=dict)


def write_verdict(
    connection: Connection, number: int, verdict: Verdict, at: str | None = None
) -> None:
    """Enter the verdict on a submission, and what it holds and ends."""
    moment = at or now()
    row = submission_row(connection, number)
    seq = record(connection, "verdict", submission_no=number, actor=row["team"], at=moment)
    connection.execute(
        sa.insert(t.VERDICTS).values(
            seq=seq,
            submission_no=number,
            status=str(verdict.status),
            is_loaded=int(verdict.is_loaded),
            duplicate_of=verdict.duplicate_of,
            mode=verdict.mode,
            waves=json.dumps(verdict.waves),
            body=json.dumps(verdict.body, ensure_ascii=False, sort_keys=True),
            decided_at=moment,
        )
    )
    turn_holdings(connection, verdict.ends, "superseded", number, moment)
    if verdict.is_loaded and verdict.waves:
        connection.execute(
            sa.insert(t.HOLDINGS),
            [
                {
                    "submission_no": number,
                    "wave": wave,
                    "source": verdict.source or row["source"],
                    "team": row["team"],
                }
                for wave in verdict.waves
            ],
        )


def turn_holdings(
    connection: Connection,
    held: Iterable[tuple[int, str]],
    cause: str,
    by: int,
    at: str,
) -> None:
    """Enter that these submissions no longer hold these waves, or, `restored`, hold them again."""
    rows = [
        {"submission_no": number, "wave": wave, "cause": cause, "caused_by": by, "at": at}
        for number, wave in held
    ]
    if rows:
        connection.execute(sa.insert(t.TURNS), rows)


def holders(
    connection: Connection,
    waves: Sequence[str],
    *,
    source: str | None = None,
    team: str | None = None,
) -> list[tuple[int, str]]:
    """(submission number, wave) that hold now, of one source or one team, oldest first."""
    query = _holding(None).where(t.HOLDINGS.c.wave.in_(waves))
    if source is not None:
        query = query.where(t.HOLDINGS.c.source == source)
    if team is not None:
        query = query.where(t.HOLDINGS.c.team == team)
    return [(row.submission_no, row.wave) for row in connection.execute(query)]


def held_waves(connection: Connection, number: int, at: str | None = None) -> list[str]:
    """The waves that a submission holds now, or held at a moment after its load."""
    query = _holding(at).where(t.HOLDINGS.c.submission_no == number)
    return [row.wave for row in connection.execute(query)]


def holding_numbers(connection: Connection) -> set[int]:
    """The submissions that hold any wave now."""
    return {row.submission_no for row in connection.execute(_holding(None))}


def _holding(at: str | None) -> sa.Select[tuple[int, str]]:
    last = (
        sa.select(t.TURNS.c.cause)
        .where(
            t.TURNS.c.submission_no == t.HOLDINGS.c.submission_no,
            t.TURNS.c.wave == t.HOLDINGS.c.wave,
            sa.true() if at is None else t.TURNS.c.at <= at,
        )
        .order_by(t.TURNS.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        sa.select(t.HOLDINGS.c.submission_no, t.HOLDINGS.c.wave)
        .where(sa.func.coalesce(last, "restored") == "restored")
        .order_by(t.HOLDINGS.c.submission_no, t.HOLDINGS.c.wave)
    )


def replaced_by(connection: Connection, number: int, wave: str) -> list[int]:
    """Which submissions would hold a wave if this one had not come: those that it superseded.

    What was withdrawn itself gives way to what it superseded in turn.
    """
    query = (
        sa.select(t.TURNS.c.submission_no)
        .where(
            t.TURNS.c.caused_by == number,
            t.TURNS.c.wave == wave,
            t.TURNS.c.cause == "superseded",
        )
        .order_by(t.TURNS.c.seq)
    )
    withdrawn = sa.select(t.EVENTS.c.submission_no).where(t.EVENTS.c.kind == "withdrawn")
    gone = set(connection.scalars(withdrawn))
    found: list[int] = []
    for before in connection.scalars(query).all():
        found += replaced_by(connection, before, wave) if before in gone else [before]
    return found


def current_twin(connection: Connection, row: RowMapping) -> int | None:
    """An earlier upload that is the same in everything and still holds all its waves."""
    query = (
        sa.select(t.VERDICTS.c.submission_no, t.VERDICTS.c.waves)
        .join(t.SUBMISSIONS, t.SUBMISSIONS.c.submission_no == t.VERDICTS.c.submission_no)
        .where(
            t.SUBMISSIONS.c.fingerprint == row["fingerprint"],
            t.SUBMISSIONS.c.submission_no != row["submission_no"],
            t.VERDICTS.c.is_loaded == 1,
        )
        .order_by(t.VERDICTS.c.seq.desc())
    )
    for number, waves in connection.execute(query):
        if held_waves(connection, number) == sorted(json.loads(waves)):
            return int(number)
    return None


def repeated(connection: Connection, twin: int) -> Verdict:
    """The verdict of a duplicate: that of the submission it repeats, loading nothing."""
    row = verdict_row(connection, twin)
    if row is None:
        raise LookupError(twin)
    body = json.loads(row["body"]) | {"added": [], "replaces": [], "gone": []}
    return Verdict(
        status=Status(row["status"]),
        waves=tuple(json.loads(row["waves"])),
        duplicate_of=twin,
        body=body,
    )


def checked_body(checked: CheckedWorkbook) -> dict[str, Any]:
    """What the ledger keeps of a check: findings as data, how tables were understood."""
    report = checked.to_json("en")
    return {
        "findings": [finding_data(finding) for finding in checked.findings],
        "forms": report["forms"],
        "coverage": checked.coverage,
    }


def submission_row(connection: Connection, number: int) -> RowMapping:
    """The ledger's row of a submission.

    Raises:
        LookupError: there is no such submission.
    """
    query = sa.select(t.SUBMISSIONS).where(t.SUBMISSIONS.c.submission_no == number)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise LookupError(number)
    return row


def verdict_row(connection: Connection, number: int) -> RowMapping | None:
    """The ledger's verdict on a submission; None while it is pending."""
    query = sa.select(t.VERDICTS).where(t.VERDICTS.c.submission_no == number)
    return connection.execute(query).mappings().one_or_none()


def outcome_of(connection: Connection, number: int) -> Outcome | None:
    """The outcome as it was entered; None while the submission is pending."""
    row = verdict_row(connection, number)
    if row is None:
        return None
    body = json.loads(row["body"])
    twin = row["duplicate_of"]
    return Outcome(
        submission=submission_id(number),
        status=Status(row["status"]),
        is_loaded=bool(row["is_loaded"]),
        waves=tuple(json.loads(row["waves"])),
        replaces=tuple(body.get("replaces", ())),
        duplicate_of=None if twin is None else submission_id(twin),
        findings=findings_from(body.get("added", ())),
        loaded=tuple((name, count) for name, count in body.get("loaded", ())),
        gone=tuple(body.get("gone", ())),
    )


def restored_by(connection: Connection, number: int) -> list[tuple[int, str]]:
    """(submission number, wave) that stand again since this submission was withdrawn."""
    query = (
        sa.select(t.TURNS.c.submission_no, t.TURNS.c.wave)
        .where(t.TURNS.c.caused_by == number, t.TURNS.c.cause == "restored")
        .order_by(t.TURNS.c.seq)
    )
    return [(row.submission_no, row.wave) for row in connection.execute(query)]


def purged_numbers(connection: Connection) -> set[int]:
    """Submissions whose originals were removed under the retention rules."""
    query = sa.select(t.EVENTS.c.submission_no).where(t.EVENTS.c.kind == "purged")
    return {int(number) for number in connection.scalars(query) if number is not None}


def source_corrected(connection: Connection, team: str, sha256: str | None) -> str | None:
    """The source of the team's latest upload with these bytes, which a marked copy answers."""
    if sha256 is None:
        return None
    query = (
        sa.select(t.SUBMISSIONS.c.submission_no, t.SUBMISSIONS.c.source, t.HOLDINGS.c.source)
        .outerjoin(t.HOLDINGS, t.HOLDINGS.c.submission_no == t.SUBMISSIONS.c.submission_no)
        .where(t.SUBMISSIONS.c.sha256 == sha256, t.SUBMISSIONS.c.team == team)
        .order_by(t.SUBMISSIONS.c.submission_no.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else str(row[2] or row[1])
