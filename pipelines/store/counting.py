"""Which of several rows about one object and wave counts.

Between sources an object counts once: the office's choice, else the later survey date, then the
later upload. Where the sources differ, a conflict stays open until the office decides.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import polars as pl

from pipelines.store.correction import standing
from pipelines.store.rows import insert_one
from pipelines.store.sqltext import key_sql, listed, table_of
from schemas.columns import Form
from schemas.ddl import column_types

# What two surveyors may note differently about the same state of the same object.
CIRCUMSTANCES = frozenset({
    "row_label", "survey_date", "survey_date_precision", "surveyor_code", "photo_ref",
    "walked_on", "walked_on_precision", "source",
})  # fmt: skip

_PLACE = ["municipality_key", "wave_id", "key"]


def settle(
    store: duckdb.DuckDBPyConnection, form: Form, touched: pl.DataFrame, moment: datetime
) -> list[tuple[str, str, str]]:
    """Decide anew which rows count for the touched (municipality_key, wave_id, key).

    Returns:
        Keys that two sources tell differently, with the submissions that count and do not.
    """
    if touched.is_empty():
        return []
    keys = touched.select(_PLACE).unique()
    _forget_conflicts(store, form, keys)
    found = standing(store, form, keys)
    unsettled = (
        found.group_by(_PLACE)
        .agg(pl.len().alias("rows"), pl.col("is_current").any())
        .filter((pl.col("rows") > 1) | ~pl.col("is_current"))
    )
    if unsettled.is_empty():
        return []
    rows = _rows(store, form, found.join(unsettled, on=_PLACE, how="semi"))
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault((row["municipality_key"], row["wave_id"], row["key"]), []).append(row)
    choices = _choices(store, form)
    contested: list[tuple[str, str, str]] = []
    winners = {place: _winner(group, choices.get(place)) for place, group in groups.items()}
    _count(store, form, rows, [row["id"] for row in winners.values()], moment)
    for place, group in groups.items():
        winner = winners[place]
        others = [row for row in group if row is not winner]
        fields = _differing(form, winner, others)
        if fields:
            _enter_conflict(store, form, winner, others, fields, is_open=place not in choices)
            contested.append((place[2], winner["submission_id"], others[-1]["submission_id"]))
    return contested


def _rows(
    store: duckdb.DuckDBPyConnection, form: Form, found: pl.DataFrame
) -> list[dict[str, Any]]:
    """The whole rows of those found, in a fixed order.

    Their submissions are named, so that only the row groups that hold them are read.
    """
    store.register("wanted", found.select("id"))
    rows = store.execute(
        f"SELECT v.rowid AS id, {key_sql(form, 'v')} AS key, v.* FROM {table_of(form)} AS v "
        f"SEMI JOIN wanted ON wanted.id = v.rowid "
        f"WHERE v.submission_id IN ({listed(found['submission_id'])}) "
        "ORDER BY municipality_key, wave_id, key, submission_id, sheet, row_number"
    ).pl()
    store.unregister("wanted")
    return rows.to_dicts()


def _winner(group: list[dict[str, Any]], chosen: str | None) -> dict[str, Any]:
    def rank(row: dict[str, Any]) -> tuple[bool, date, str, int]:
        surveyed = row.get("survey_date") or date.min
        return row["submission_id"] == chosen, surveyed, row["submission_id"], row["row_number"]

    return max(group, key=rank)


def _count(
    store: duckdb.DuckDBPyConnection,
    form: Form,
    rows: list[dict[str, Any]],
    winners: list[int],
    moment: datetime,
) -> None:
    """Let the winners count and the others not; spans in which a row counted are kept."""
    chosen = set(winners)
    losers = [row for row in rows if row["is_current"] and row["id"] not in chosen]
    risers = [row for row in rows if not row["is_current"] and row["id"] in chosen]
    _update(store, form, losers, "is_current = false, counted_until = $at", moment)
    spans = [
        [form.name, row["submission_id"], row["sheet"], row["row_number"],
         row["counted_from"], row["counted_until"]]
        for row in risers
        if row["counted_from"] is not None
    ]  # fmt: skip
    if spans:
        store.executemany("INSERT INTO versions.counted_before VALUES (?, ?, ?, ?, ?, ?)", spans)
    _update(
        store, form, risers, "is_current = true, counted_from = $at, counted_until = NULL", moment
    )


def _update(
    store: duckdb.DuckDBPyConnection,
    form: Form,
    rows: list[dict[str, Any]],
    change: str,
    moment: datetime,
) -> None:
    if not rows:
        return
    store.register("changing", pl.DataFrame({"id": [row["id"] for row in rows]}))
    store.execute(
        f"UPDATE {table_of(form)} AS v SET {change} FROM changing WHERE changing.id = v.rowid "
        f"AND v.submission_id IN ({listed(row['submission_id'] for row in rows)})",
        {"at": moment},
    )
    store.unregister("changing")


def _differing(form: Form, winner: dict[str, Any], others: list[dict[str, Any]]) -> list[str]:
    columns = [name for name in column_types(form) if name not in CIRCUMSTANCES]
    return [name for name in columns if any(row[name] != winner[name] for row in others)]


def _choices(store: duckdb.DuckDBPyConnection, form: Form) -> dict[tuple[str, str, str], str]:
    rows = store.execute(
        "SELECT municipality_key, wave_id, object_id, submission_id FROM versions.choices "
        "WHERE form = ?",
        [form.name],
    ).fetchall()
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _forget_conflicts(store: duckdb.DuckDBPyConnection, form: Form, keys: pl.DataFrame) -> None:
    if store.execute("SELECT 1 FROM versions.conflicts LIMIT 1").fetchone() is None:
        return
    store.register("touched", keys)
    store.execute(
        "DELETE FROM versions.conflicts WHERE form = ? "
        "AND (municipality_key, wave_id, object_id) IN (FROM touched)",
        [form.name],
    )
    store.unregister("touched")


def _enter_conflict(
    store: duckdb.DuckDBPyConnection,
    form: Form,
    winner: dict[str, Any],
    others: list[dict[str, Any]],
    fields: list[str],
    *,
    is_open: bool,
) -> None:
    values = {
        "form": form.name,
        "municipality_key": winner["municipality_key"],
        "district_id": winner["district_id"],
        "wave_id": winner["wave_id"],
        "object_id": winner["key"],
        "counted_submission": winner["submission_id"],
        "other_submissions": sorted({row["submission_id"] for row in others}),
        "fields": fields,
        "is_open": is_open,
    }
    insert_one(store, "versions.conflicts", values)
