"""What a load would change, before it happens; nothing is entered or loaded.

In: a submission with its checked workbook.
Out: new, changed (field by field), unchanged, missing and conflicting objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb
import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.options import CheckOptions
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.store.accepted import accepted_rows
from pipelines.store.archive import archive_of
from pipelines.store.correction import Ends, live_keys, standing
from pipelines.store.counting import CIRCUMSTANCES
from pipelines.store.load import Job, Prepared, keys_of, prepare_rows
from pipelines.store.query import to_json
from pipelines.store.receiving import source_of
from pipelines.store.sqltext import listed, table_of
from pipelines.store.submission import Submission, submission_id
from pipelines.store.writer import Writer
from schemas import FORMS
from schemas.ddl import column_types

KINDS = ("new", "changed", "missing", "conflicting", "unchanged")
_PLACE = ["municipality_key", "wave_id", "key"]
_ADDRESS = ("street", "house_number", "location_note", "unit_label", "storey", "business_name")
Row = dict[str, Any]


@dataclass(frozen=True)
class Foreseen:
    """One object of one wave, and what would become of it.

    Attributes:
        object_id: None where the office has still to give it a number.
        label: where it is, for people.
        fields: columns that would change, or that another source tells differently, with the value
            that stands and the value to come.
    """

    form: str
    wave: str
    object_id: str | None
    label: str
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """An entry of "new", "changed", … in `ingest --dry-run --json`."""
        fields = {
            name: {"old": to_json(old), "new": to_json(new)}
            for name, (old, new) in self.fields.items()
        }
        return {
            "form": self.form,
            "wave": self.wave,
            "object_id": self.object_id,
            "label": self.label,
        } | ({"fields": fields} if fields else {})


@dataclass(frozen=True)
class Preview:
    """What a load would do.

    Attributes:
        status: the verdict it would get.
        missing: objects of what it corrects that it no longer has; for one that waits, those that
            `--mode replace` would take out.
        conflicting: objects that another source tells differently.
    """

    status: Status
    replaces: tuple[str, ...] = ()
    new: tuple[Foreseen, ...] = ()
    changed: tuple[Foreseen, ...] = ()
    unchanged: tuple[Foreseen, ...] = ()
    missing: tuple[Foreseen, ...] = ()
    conflicting: tuple[Foreseen, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The shape of "would" in `ingest --dry-run --json`."""
        return {name: [one.to_json() for one in getattr(self, name)] for name in KINDS}


def preview(writer: Writer, submission: Submission, checked: CheckedWorkbook) -> Preview:
    """Say what loading a checked workbook would change."""
    if checked.status in {Status.REJECTED, Status.UNREADABLE}:
        return Preview(checked.status)
    if submission.is_strict and checked.status is Status.PARTIAL:
        return Preview(Status.REJECTED)
    moment = datetime.now(UTC).replace(tzinfo=None)
    (accepted,) = accepted_rows([checked])
    job = Job(submission, checked, accepted, submission.mode, moment)
    return _compared(writer.store, checked, prepare_rows(writer.store, writer.ledger, job))


def preview_with(writer: Writer, checked: CheckedWorkbook, options: CheckOptions) -> Preview:
    """The same of a workbook that was not handed in yet."""
    moment = datetime.now(UTC).isoformat()
    submission = Submission(
        0, checked.file, checked.sha256, archive_of(writer.home),
        source_of(options.team, checked.file), options, "", "", "", moment,
    )  # fmt: skip
    return preview(writer, submission, checked)


def _compared(
    store: duckdb.DuckDBPyConnection, checked: CheckedWorkbook, prepared: Prepared
) -> Preview:
    plan = prepared.plan
    replaced = plan.ends or (prepared.same if plan.waits else ())
    own = {submission_id(number) for number, _ in (*replaced, *plan.adds_to)}
    found: dict[str, list[Foreseen]] = {name: [] for name in KINDS}
    for name, frame in prepared.frames.items():
        old = _standing_rows(store, name, prepared)
        for row, place in zip(
            frame.to_dicts(), keys_of({name: frame}).select(_PLACE).rows(), strict=True
        ):
            for kind, fields in _fates(name, row, old.get(place, []), own):
                found[kind].append(_foreseen(name, row, fields))
    found["missing"] = list(_missing(store, replaced, prepared))
    return Preview(
        Status.WAITING if plan.waits else checked.status,
        tuple(sorted({submission_id(number) for number, _ in plan.ends})),
        **{name: tuple(entries) for name, entries in found.items()},
        findings=(*plan.findings, *prepared.kept),
    )


def _fates(
    form: str, row: Row, rows: list[Row], own: set[str]
) -> Iterator[tuple[str, dict[str, tuple[Any, Any]]]]:
    """What becomes of a row, given those that stand for its object."""
    before = [one for one in rows if one["submission_id"] in own]
    others = [one for one in rows if one["submission_id"] not in own]
    if not rows:
        yield "new", {}
        return
    contested = next((fields for one in others if (fields := _differences(form, one, row))), {})
    if contested:
        yield "conflicting", contested
    if before or not contested:
        fields = _differences(form, before[-1], row) if before else {}
        yield ("changed" if fields else "unchanged"), fields


def _missing(
    store: duckdb.DuckDBPyConnection, replaced: Ends, prepared: Prepared
) -> Iterator[Foreseen]:
    if not replaced:
        return
    gone = live_keys(store, replaced).join(
        keys_of(prepared.frames), on=["form", *_PLACE], how="anti"
    )
    for (name,), keys in gone.group_by("form", maintain_order=True):
        form = str(name)
        for row in _rows(store, form, standing(store, FORMS[form], keys), keys["submission_id"]):
            yield _foreseen(form, row, {})


def _standing_rows(
    store: duckdb.DuckDBPyConnection, name: str, prepared: Prepared
) -> dict[tuple[Any, ...], list[Row]]:
    found = prepared.stood.filter(pl.col("form") == name)
    grouped: dict[tuple[Any, ...], list[Row]] = {}
    for row in _rows(store, name, found, found["submission_id"]):
        grouped.setdefault(tuple(row[part] for part in _PLACE), []).append(row)
    return grouped


def _rows(
    store: duckdb.DuckDBPyConnection, name: str, found: pl.DataFrame, submissions: Iterable[str]
) -> list[Row]:
    """The whole rows of those found that these submissions brought, in a fixed order."""
    wanted = set(submissions)
    if found.is_empty() or not wanted:
        return []
    store.register("wanted", found.select("id", "key"))
    rows = store.execute(
        f"SELECT wanted.key, v.* FROM {table_of(FORMS[name])} AS v "
        "JOIN wanted ON wanted.id = v.rowid "
        f"WHERE v.submission_id IN ({listed(wanted)}) "
        "ORDER BY submission_id, sheet, row_number"
    ).pl()
    store.unregister("wanted")
    return rows.to_dicts()


def _foreseen(name: str, row: Row, fields: dict[str, tuple[Any, Any]]) -> Foreseen:
    column = FORMS[name].object_column
    names = _ADDRESS if column else FORMS[name].identity
    label = " ".join(str(row[one]) for one in names if row.get(one))
    return Foreseen(name, row["wave_id"], row[column] if column else None, label, fields)


def _differences(name: str, old: Row, new: Row) -> dict[str, tuple[Any, Any]]:
    columns = [one for one in column_types(FORMS[name]) if one not in CIRCUMSTANCES]
    return {one: (old[one], new[one]) for one in columns if old[one] != new[one]}
