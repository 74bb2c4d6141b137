"""Status: every submission with its verdict, from the ledger alone.

In: a home.
Out: rows for `leerstand status`, newest last; nothing opens the store.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from pipelines.home import Home
from pipelines.store import ledger_tables as t
from pipelines.store.ledger import Ledger
from pipelines.store.submission import Outcome, number_of, submission_id
from pipelines.store.verdicts import holding_numbers, outcome_of, verdict_row


def submissions(home: Home) -> list[dict[str, Any]]:
    """All submissions: id, file, team, status, waves, when, what they replace, what ended them.

    `status` is "pending" while nothing is decided; `state` says whether its rows count: current,
    superseded, withdrawn, or None where none were loaded.
    """
    query = (
        sa.select(t.SUBMISSIONS, t.VERDICTS)
        .outerjoin(t.VERDICTS, t.VERDICTS.c.submission_no == t.SUBMISSIONS.c.submission_no)
        .order_by(t.SUBMISSIONS.c.submission_no)
    )
    with Ledger(home) as ledger, ledger.reading() as connection:
        rows = connection.execute(query).mappings().all()
        held = holding_numbers(connection)
        causes = {
            row.submission_no: row.cause
            for row in connection.execute(sa.select(t.TURNS).order_by(t.TURNS.c.seq))
        }
    return [_entry(row, held, causes) for row in rows]


def outcome(home: Home, identifier: str) -> Outcome | None:
    """What became of a submission; None while it is pending or unknown."""
    with Ledger(home) as ledger, ledger.reading() as connection:
        return outcome_of(connection, number_of(identifier) or 0)


def checked_report(home: Home, identifier: str) -> dict[str, Any] | None:
    """What the ledger keeps of a check: {"findings": [...], "forms": [...], "coverage": ...}.

    Findings are data of `finding_data`; a finding names at most 1,000 of its places there.
    """
    with Ledger(home) as ledger, ledger.reading() as connection:
        row = verdict_row(connection, number_of(identifier) or 0)
    return None if row is None else dict(json.loads(row["body"]))


def _entry(row: RowMapping, held: set[int], causes: dict[int, str]) -> dict[str, Any]:
    number = row[t.SUBMISSIONS.c.submission_no]
    body = json.loads(row["body"] or "{}")
    twin = row["duplicate_of"]
    return {
        "submission": submission_id(number),
        "file": row["file"],
        "team": row["team"],
        "status": row["status"] or "pending",
        "state": "current" if number in held else causes.get(number),
        "waves": json.loads(row["waves"] or "[]"),
        "received_at": row["received_at"],
        "decided_at": row["decided_at"],
        "sha256": row["sha256"],
        "replaces": body.get("replaces", []),
        "duplicate_of": None if twin is None else submission_id(twin),
        "rows": sum(form["rows"] for form in body.get("forms", ())),
        "accepted": sum(form["accepted"] for form in body.get("forms", ())),
        "quarantined": sum(form["quarantined"] for form in body.get("forms", ())),
        "errors": _count(body, "error"),
        "warnings": _count(body, "warning"),
    }


def _count(body: dict[str, Any], severity: str) -> int:
    return sum(
        finding["count"]
        for finding in (*body.get("findings", ()), *body.get("added", ()))
        if finding["severity"] == severity
    )
