"""What a load would change, before it happens; nothing is archived, entered or loaded.

In: a checked workbook.
Out: new, changed (field by field), unchanged, missing and conflicting objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl

from pipelines.home import Home
from pipelines.intake.findings import Finding
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store.archive import archive_of
from pipelines.store.correction import standing
from pipelines.store.counting import CIRCUMSTANCES
from pipelines.store.load import Job, Prepared, keys_of, prepare_rows
from pipelines.store.receiving import source_of
from pipelines.store.sqltext import listed, table_of
from pipelines.store.submission import Mode, Submission, submission_id
from pipelines.store.writer import Writer, open_writer
from schemas import FORMS
from schemas.ddl import column_types

_PLACE = ["municipality_key", "wave_id", "key"]


@dataclass(frozen=True)
class Preview:
    """What a load would do.

    Attributes:
        status: the verdict it would get.
        changed: object id → columns that would change, with the old and the new value.
        missing: objects of what it replaces that it no longer has.
        conflicting: objects that another source tells differently.
    """

    status: Status
    replaces: tuple[str, ...] = ()
    new: int = 0
    unchanged: int = 0
    changed: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    conflicting: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape of "would" in `ingest --dry-run --json`."""
        return {
            "status": str(self.status),
            "replaces": list(self.replaces),
            "new": self.new,
            "unchanged": self.unchanged,
            "changed": {
                one: {name: [str(old), str(new)] for name, (old, new) in fields.items()}
                for one, fields in self.changed.items()
            },
            "missing": list(self.missing),
            "conflicting": list(self.conflicting),
        }


def preview(
    home: Home, checked: CheckedWorkbook, options: CheckOptions, mode: Mode | None = None
) -> Preview:
    """Say what loading a checked workbook would change.

    Raises:
        StoreLocked: another process holds the store.
    """
    with open_writer(home) as writer:
        return preview_with(writer, checked, options, mode)


def preview_with(
    writer: Writer, checked: CheckedWorkbook, options: CheckOptions, mode: Mode | None = None
) -> Preview:
    """The same with a store that is open already, for several workbooks one after the other."""
    if checked.status in {Status.REJECTED, Status.UNREADABLE}:
        return Preview(checked.status)
    moment = datetime.now(UTC).replace(tzinfo=None)
    submission = Submission(
        0, checked.file, checked.sha256, archive_of(writer.home),
        source_of(options.team, checked.file), options, "", "", "", moment.isoformat(),
    )  # fmt: skip
    prepared = prepare_rows(writer.store, writer.ledger, Job(submission, checked, mode, moment))
    return _compared(writer.store, checked, prepared)


def _compared(
    store: duckdb.DuckDBPyConnection, checked: CheckedWorkbook, prepared: Prepared
) -> Preview:
    plan = prepared.plan
    own = {submission_id(number) for number, _ in (*plan.ends, *plan.adds_to)}
    changed: dict[str, dict[str, tuple[Any, Any]]] = {}
    conflicting: set[str] = set()
    new = unchanged = 0
    for name, frame in prepared.frames.items():
        old = _standing_rows(store, name, prepared)
        keys = keys_of({name: frame}).select(_PLACE)
        for row, place in zip(frame.to_dicts(), keys.rows(), strict=True):
            rows = old.get(place, [])
            before = [one for one in rows if one["submission_id"] in own]
            others = [one for one in rows if one["submission_id"] not in own]
            if not rows:
                new += 1
                continue
            if any(_differences(name, one, row) for one in others):
                conflicting.add(place[2])
            fields = _differences(name, (before or others)[-1], row)
            if fields:
                changed[place[2]] = fields
            else:
                unchanged += 1
    status = Status.WAITING if plan.waits else checked.status
    ended = tuple(sorted({submission_id(number) for number, _ in plan.ends}))
    told = (*plan.findings, *prepared.kept)
    return Preview(
        status, ended, new, unchanged, changed, plan.gone, tuple(sorted(conflicting)), told
    )


def _standing_rows(
    store: duckdb.DuckDBPyConnection, name: str, prepared: Prepared
) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    met = prepared.met.filter(pl.col("form") == name)
    if met.is_empty():
        return {}
    found = standing(store, FORMS[name], met)
    if found.is_empty():
        return {}
    store.register("wanted", found.select("id", "key"))
    rows = store.execute(
        f"SELECT wanted.key, v.* FROM {table_of(FORMS[name])} AS v "
        "JOIN wanted ON wanted.id = v.rowid "
        f"WHERE v.submission_id IN ({listed(found['submission_id'])}) "
        "ORDER BY submission_id, sheet, row_number"
    ).pl()
    store.unregister("wanted")
    grouped: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows.to_dicts():
        grouped.setdefault(tuple(row[part] for part in _PLACE), []).append(row)
    return grouped


def _differences(name: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    columns = [one for one in column_types(FORMS[name]) if one not in CIRCUMSTANCES]
    return {one: (old[one], new[one]) for one in columns if old[one] != new[one]}
