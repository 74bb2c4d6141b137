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
from pipelines.store.rows import END, end_voided
from pipelines.store.schema import about, set_about
from pipelines.store.sqltext import key_sql, table_of
from pipelines.store.submission import number_of, submission_id
from pipelines.store.verdicts import held_waves, restored_by
from schemas import FORMS
from schemas.columns import Form

ACTS = ("withdrawn", "voided", "unvoided", "decided", "undecided", "matched", "unmatched")
_APPLIED = "applied_event"
_SUPERSEDED_BY_WITHDRAWN = (
    "end_cause = 'superseded' AND ended_by IN "
    "(SELECT submission_id FROM versions.submissions WHERE withdrawn_at IS NOT NULL)"
)


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
            _withdraw(store, ledger, row, moment)
        case "voided":
            _void(store, FORMS[body["form"]], body, moment, row)
        case "unvoided":
            _unvoid(store, ledger, FORMS[body["form"]], body | {"at": row["at"]}, moment)
        case "decided":
            _choose(store, body | who, moment)
        case "undecided":
            _choose(store, {**body, "submission": None} | who, moment)
        case "matched":
            _link(store, body | who)
        case _:
            _unlink(store, body)


def _withdraw(
    store: duckdb.DuckDBPyConnection, ledger: Connection, row: RowMapping, moment: datetime
) -> None:
    submission = submission_id(row["submission_no"])
    store.execute(
        "UPDATE versions.submissions SET withdrawn_at = ?, withdrawn_by = ?, withdrawn_reason = ? "
        "WHERE submission_id = ?",
        [moment, row["actor"], row["reason"], submission],
    )
    store.execute(
        "UPDATE versions.quarantine SET live_until = ? WHERE submission_id = ? "
        "AND live_until IS NULL",
        [moment, submission],
    )
    for form in FORMS.values():
        touched = _ended(
            store, form, "submission_id = $one", {"one": submission}, ("withdrawn", row, moment)
        )
        again = _revived(store, ledger, form, _SUPERSEDED_BY_WITHDRAWN, {}, row["at"])
        for one in again["submission_id"].unique().sort():
            end_voided(store, form, one, moment)
        settle(store, form, pl.concat([touched, again.select(list(KEYS))]), moment)
    for one, wave in restored_by(ledger, row["submission_no"]):
        store.execute(
            "UPDATE versions.quarantine SET live_until = NULL WHERE submission_id = ? "
            "AND (wave_id = ? OR wave_id IS NULL)",
            [submission_id(one), wave],
        )


def _revived(
    store: duckdb.DuckDBPyConnection,
    ledger: Connection,
    form: Form,
    condition: str,
    facts: dict[str, Any],
    at: str,
) -> pl.DataFrame:
    """Let ended rows that fulfil a condition stand again where their submission held its wave then.

    Returns:
        Their keys (columns `KEYS`) with submission_id.
    """
    table = table_of(form)
    pairs = store.execute(
        f"SELECT DISTINCT submission_id, wave_id FROM {table} WHERE {condition} ORDER BY ALL", facts
    ).fetchall()
    held = [pair for pair in pairs if pair[1] in held_waves(ledger, number_of(pair[0]) or 0, at)]
    found = [pl.DataFrame(schema=KEYS | {"submission_id": pl.String})]
    for submission, wave in held:
        own = f"{condition} AND submission_id = $own AND wave_id = $wave"
        place = facts | {"own": submission, "wave": wave}
        found.append(
            store.execute(
                f"SELECT '{form.name}' AS form, municipality_key, wave_id, {key_sql(form)} AS key, "
                f"submission_id FROM {table} WHERE {own}",
                place,
            ).pl()
        )
        store.execute(
            f"UPDATE {table} SET live_until = NULL, end_cause = NULL, ended_by = NULL WHERE {own}",
            place,
        )
    return pl.concat(found)


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
    facts = {"place": body["municipality_key"], "one": body["object_id"]}
    condition = f"municipality_key = $place AND {key_sql(form)} = $one AND end_cause = 'voided'"
    again = _revived(store, ledger, form, condition, facts, body["at"])
    store.execute(
        "DELETE FROM versions.voided WHERE municipality_key = ? AND object_id = ? AND form = ?",
        [*facts.values(), form.name],
    )
    settle(store, form, again.select(list(KEYS)), moment)


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
