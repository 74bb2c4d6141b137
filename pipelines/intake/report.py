"""The verdict: checked rows as they are handed on, with counts that agree with the lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as ReadOnly

import polars as pl

from pipelines.intake.cells import letter_of, shown
from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.naming import column_of
from pipelines.intake.notes import READINGS_SCHEMA, cell_letter
from pipelines.intake.parse import Parsed, placed
from pipelines.intake.result import QUARANTINED, CheckedForm, Status, TableReport
from pipelines.intake.rows import FormRows
from pipelines.intake.tables import CoverValue, Table, TableColumn
from schemas.code_lists import code_list
from schemas.personal import is_personal

RAW_SCHEMA: dict[str, pl.DataType] = {
    "sheet": pl.String(),
    "row_number": pl.Int32(),
    "raw": pl.String(),
}


def checked_form(rows: FormRows) -> CheckedForm:
    """The rows of a form with readings, raw texts of quarantined rows, and reports per table."""
    quarantined = sorted(rows.quarantined - rows.excluded)
    frame = rows.frame
    if quarantined:
        mask = placed(frame[QUARANTINED], quarantined, [True] * len(quarantined))
        frame = frame.with_columns(mask)
    if rows.excluded:
        kept = pl.Series([True]).new_from_index(0, frame.height)
        frame = frame.filter(placed(kept, sorted(rows.excluded), [False] * len(rows.excluded)))
    raws = [pl.DataFrame(schema=RAW_SCHEMA)]
    raws.extend(_raw_rows(parsed.table, where) for parsed, where in rows.tables(quarantined))
    return CheckedForm(
        form=rows.form.name,
        frame=frame,
        readings=_readings(rows),
        raw_rows=pl.concat(raws),
        tables=tuple(_reports(rows)),
    )


def _readings(rows: FormRows) -> pl.DataFrame:
    """One reading per cell: the last word on it, which is that of the rules."""
    readings = pl.concat(
        [pl.DataFrame(schema=READINGS_SCHEMA), *(p.notes.readings() for p in rows.parsed)]
    )
    return readings.unique(["sheet", "row_number", "field"], keep="last", maintain_order=True)


def _raw_rows(table: Table, where: Sequence[int]) -> pl.DataFrame:
    """The texts of rows as they stand, by heading; columns of personal data never."""
    rows = table.frame[list(where)]
    present = set(table.frame.columns)
    texts: dict[str, pl.Expr] = {}
    for column in _told(table):
        letter = cell_letter(column.letter)
        if letter in present:
            name = column.heading or letter
            name = name if name not in texts else f"{name} ({letter})"
            texts[name] = shown(table.sheet, letter).alias(name)
    named = rows.select(texts.values())
    raw = named.select(pl.struct(pl.all()).struct.json_encode().alias("raw"))
    return pl.DataFrame(
        {
            "sheet": pl.Series([table.sheet.name], dtype=pl.String).new_from_index(0, rows.height),
            "row_number": rows["row"].cast(pl.Int32),
            "raw": raw["raw"],
        }
    )


def _told(table: Table) -> Iterable[TableColumn]:
    seen: set[str] = set()
    for column in (*table.columns, *table.ignored):
        letter = cell_letter(column.letter)
        is_ours = bool(column.fields)
        if letter in seen or (not is_ours and is_personal(column.heading)):
            continue
        seen.add(letter)
        yield column


def _reports(rows: FormRows) -> Iterable[TableReport]:
    starts = rows.starts()
    for number, parsed in enumerate(rows.parsed):
        span = range(starts[number], starts[number + 1])
        out = sum(1 for index in rows.excluded if index in span)
        held = sum(1 for index in rows.quarantined - rows.excluded if index in span)
        yield _report(parsed, parsed.height - out, held)


def _report(parsed: Parsed, count: int, quarantined: int) -> TableReport:
    table = parsed.table
    columns: dict[str, list[str]] = {}
    for column in table.columns:
        for name in column.fields:
            letters = columns.setdefault(name, [])
            own = (cell_letter(column.letter), *column.parts)
            letters += [letter for letter in own if letter not in letters]
    return TableReport(
        form=parsed.form.name,
        sheet=table.sheet.name,
        range=_range(table),
        header_rows=table.header_rows,
        columns={name: tuple(letters) for name, letters in columns.items()},
        ignored_columns=tuple(column.heading for column in table.ignored),
        rows=count,
        accepted=count - quarantined,
        quarantined=quarantined,
    )


def _range(table: Table) -> str:
    numbers = [column_of(cell_letter(column.letter)) for column in (*table.columns, *table.ignored)]
    numbers = numbers or [1]
    rows = table.frame["row"]
    first = min(table.header_rows) if table.header_rows else 1
    last = int(rows[-1]) if rows.len() else max(table.header_rows, default=1)
    return f"{letter_of(min(numbers))}{first}:{letter_of(max(numbers))}{last}"


def status_of(findings: Iterable[Finding], forms: Iterable[CheckedForm]) -> Status:
    """The verdict on a file that could be read (DESIGN.md, Words)."""
    accepted = sum(table.accepted for form in forms for table in form.tables)
    if accepted == 0:
        return Status.REJECTED
    has_error = any(finding.severity == "error" for finding in findings)
    return Status.PARTIAL if has_error else Status.ACCEPTED


def coverage_of(cover: ReadOnly[str, CoverValue], mapping: Mapping | None) -> str | None:
    """VOLL or TEIL as cover sheet or mapping says of an inventory; None where nobody does."""
    value = cover.get("coverage")
    text = value.text if value is not None else None
    if text is None and mapping is not None:
        text = mapping.constants.get("coverage")
    return code_list("coverage").lookup(text) if text else None
