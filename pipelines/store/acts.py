"""Acts of the office, entered in the ledger first: withdrawing, voiding, deciding.

In: who, what and why.
Out: an event; the store follows in the order of events, again at every opening, so that a crash
between the two costs nothing. Nothing is deleted: what ends stays in the history.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import duckdb
import polars as pl
from sqlalchemy.engine import Connection, RowMapping

from pipelines.store.correction import KEYS
from pipelines.store.counting import settle
from pipelines.store.ledger import events
from pipelines.store.rows import END
from pipelines.store.schema import about, set_about
from pipelines.store.sqltext import key_sql, table_of
from pipelines.store.submission import submission_id
from pipelines.store.verdicts import held_waves
from schemas import FORMS
from schemas.columns import Form

ACTS = ("withdrawn", "voided", "unvoided", "decided", "undecided", "matched", "unmatched")
_APPLIED = "applied_event"


def catch_up(store: duckdb.DuckDBPyConnection, ledger: Connection) -> None:
    """Do in the store what the ledger's acts say and the store has not done yet."""
    done = int(about(store, _APPLIED) or 0)
    for row in events(ledger, *ACTS, after=done):
        store.begin()
        try:
            apply_act(store, ledger, row)
            set_about(store, _APPLIED, str(row["seq"]))
            store.commit()
        except BaseException:
            store.rollback()
            raise


def apply_act(store: duckdb.DuckDBPyConnection, ledger: Connection, row: RowMapping) -> None:
    """Do one act; the caller holds the transaction."""
    moment = datetime.fromisoformat(row["at"]).replace(tzinfo=None)
    body = json.loads(row["body"])
    who = {"decided_by": row["actor"], "reason": row["reason"]}
    match row["kind"]:
        case "withdrawn":
            _withdraw(store, row, moment)
        case "voided":
            _void(store, FORMS[body["form"]], body, moment, row)
        case "unvoided":
            _unvoid(store, ledger, FORMS[body["form"]], body, moment)
        case "decided":
            _choose(store, body | who, moment)
        case "undecided":
            _choose(store, {**body, "submission": None} | who, moment)
        case "matched":
            _link(store, body | who)
        case _:
            _unlink(store, body)


def _withdraw(store: duckdb.DuckDBPyConnection, row: RowMapping, moment: datetime) -> None:
    submission = submission_id(row["submission_no"])
    for form in FORMS.values():
        touched = _ended(
            store, form, "submission_id = $one", {"one": submission}, ("withdrawn", row, moment)
        )
        settle(store, form, touched, moment)
    store.execute(
        "UPDATE versions.quarantine SET live_until = ? WHERE submission_id = ? "
        "AND live_until IS NULL",
        [moment, submission],
    )
    store.execute(
        "UPDATE versions.submissions SET withdrawn_at = ?, withdrawn_by = ?, withdrawn_reason = ? "
        "WHERE submission_id = ?",
        [moment, row["actor"], row["reason"], submission],
    )


def _void(
    store: duckdb.DuckDBPyConnection,
    form: Form,
    body: dict[str, Any],
    moment: datetime,
    row: RowMapping,
) -> None:
    facts = {"place": body["municipality_key"], "one": body["object_id"]}
    condition = f"municipality_key = $place AND {key_sql(form)} = $one"
    touched = _ended(store, form, condition, facts, ("voided", row, moment))
    settle(store, form, touched, moment)
    store.execute(
        "INSERT INTO versions.voided VALUES (?, ?, ?, ?, ?, ?)",
        [form.name, *facts.values(), moment, row["actor"], row["reason"]],
    )


def _unvoid(
    store: duckdb.DuckDBPyConnection,
    ledger: Connection,
    form: Form,
    body: dict[str, Any],
    moment: datetime,
) -> None:
    """Let rows of the object stand again where their submission still does."""
    facts = [body["municipality_key"], body["object_id"]]
    table = table_of(form)
    condition = f"municipality_key = ? AND {key_sql(form)} = ? AND end_cause = 'voided'"
    rows = store.execute(
        f"SELECT DISTINCT submission_id, wave_id FROM {table} WHERE {condition}", facts
    ).fetchall()
    for submission, wave in rows:
        if wave in held_waves(ledger, int(submission[1:])):
            store.execute(
                f"UPDATE {table} SET live_until = NULL, end_cause = NULL, ended_by = NULL "
                f"WHERE {condition} AND submission_id = ? AND wave_id = ?",
                [*facts, submission, wave],
            )
    store.execute(
        "DELETE FROM versions.voided WHERE municipality_key = ? AND object_id = ? AND form = ?",
        [*facts, form.name],
    )
    waves = sorted({wave for _, wave in rows})
    settle(store, form, _places(form, facts[0], waves, facts[1]), moment)


def _choose(store: duckdb.DuckDBPyConnection, body: dict[str, Any], moment: datetime) -> None:
    form = FORMS[body["form"]]
    place = [form.name, body["municipality_key"], body["wave_id"], body["object_id"]]
    store.execute(
        "DELETE FROM versions.choices WHERE form = ? AND municipality_key = ? AND wave_id = ? "
        "AND object_id = ?",
        place,
    )
    if body["submission"] is not None:
        store.execute(
            "INSERT INTO versions.choices VALUES (?, ?, ?, ?, ?, ?, ?)",
            [*place, body["submission"], body["decided_by"], body["reason"]],
        )
    settle(store, form, _places(form, place[1], [place[2]], place[3]), moment)


def _link(store: duckdb.DuckDBPyConnection, body: dict[str, Any]) -> None:
    place = [body["form"], body["municipality_key"], body["object_id"]]
    who = [body["decided_by"], body["reason"]]
    store.execute(
        "INSERT INTO versions.decided_pairs VALUES (?, ?, ?, ?, ?)",
        [*place, body["other_id"], body["link"]],
    )
    if body["link"] == "same":
        store.execute(
            "INSERT INTO versions.aliases VALUES (?, ?, ?, ?, ?, ?)",
            [*place, body["other_id"], *who],
        )
    elif body["link"] in {"split", "merge"}:
        store.execute(
            "INSERT INTO versions.links VALUES (?, ?, ?, ?, ?, ?, ?)",
            [*place, body["other_id"], body["link"], *who],
        )


def _unlink(store: duckdb.DuckDBPyConnection, body: dict[str, Any]) -> None:
    place = [body["form"], body["municipality_key"], body["object_id"], body["other_id"]]
    store.execute(
        "DELETE FROM versions.aliases WHERE form = ? AND municipality_key = ? AND object_id = ? "
        "AND same_as = ?",
        place,
    )
    store.execute(
        "DELETE FROM versions.decided_pairs WHERE form = ? AND municipality_key = ? "
        "AND object_id = ? AND other_id = ?",
        place,
    )
    store.execute(
        "DELETE FROM versions.links WHERE form = ? AND municipality_key = ? AND object_id = ? "
        "AND predecessor_id = ?",
        place,
    )


def _places(form: Form, municipality: str, waves: Iterable[str], key: str) -> pl.DataFrame:
    return pl.DataFrame(
        [(form.name, municipality, wave, key) for wave in waves], KEYS, orient="row"
    )


def _ended(
    store: duckdb.DuckDBPyConnection,
    form: Form,
    condition: str,
    facts: dict[str, Any],
    act: tuple[str, RowMapping, datetime],
) -> pl.DataFrame:
    """End the rows that fulfil a condition; returns their keys (columns `KEYS`)."""
    cause, row, moment = act
    touched = store.execute(
        f"SELECT '{form.name}' AS form, municipality_key, wave_id, {key_sql(form)} AS key "
        f"FROM {table_of(form)} WHERE live_until IS NULL AND {condition}",
        facts,
    ).pl()
    store.execute(
        END.format(table=table_of(form), condition=condition),
        facts | {"at": moment, "cause": cause, "by": f"E{row['seq']:06d}"},
    )
    return touched
