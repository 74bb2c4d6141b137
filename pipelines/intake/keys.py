"""Keys: a row without one of them cannot be counted.

In: the typed rows of a form, everything filled in that can be.
Out: which rows are quarantined, and findings where a key is missing (where it is in error, the
error has been told already).
"""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW
from pipelines.intake.parse import Parsed, placed
from pipelines.intake.rows import MUNICIPALITY, FormRows, texts_of
from pipelines.intake.words import joined, quoted
from schemas.code_lists import example_of
from schemas.columns import Column
from schemas.types import LEAD


def judge_keys(rows: FormRows) -> None:
    """Quarantine the rows that lack a key, and say which key."""
    keys = [column for column in rows.form.key_columns if column.name not in LEAD]
    _set_apart_foreign(rows)
    _set_apart_shifted(rows)
    if not keys:
        return
    lacking = rows.frame.select(_lacking(column).alias(column.name) for column in keys)
    for column in keys:
        if lacking[column.name].any():
            _note(rows, column, lacking[column.name].arg_true().to_list())
    quarantined = reduce(or_, (lacking[column.name] for column in keys))
    rows.quarantined.update(quarantined.arg_true().to_list())


def _set_apart_foreign(rows: FormRows) -> None:
    """Quarantine the rows that name another municipality than their sheet, in no district."""
    for start, parsed in zip(rows.starts(), rows.parsed, strict=False):
        failed = parsed.notes.failed.get(MUNICIPALITY, ())
        rows.foreign.update(start + index for index in failed)
    if rows.foreign:
        rows.quarantined.update(rows.foreign)
        where = sorted(rows.foreign)
        nowhere = placed(rows.frame["district_id"], where, [None] * len(where))
        rows.frame = rows.frame.with_columns(nowhere)


def _set_apart_shifted(rows: FormRows) -> None:
    """Quarantine the rows that have more cells than headings."""
    for start, parsed in zip(rows.starts(), rows.parsed, strict=False):
        if parsed.table.shifted:
            held = parsed.table.frame[ROW].is_in(sorted(parsed.table.shifted))
            rows.quarantined.update(start + index for index in held.arg_true().to_list())


def _lacking(column: Column) -> pl.Expr:
    lacking = pl.col(column.name).is_null()
    if column.alternative is not None:
        lacking &= pl.col(column.alternative).is_null()
    if column.key_when is not None:
        applies = pl.col(column.key_when.column).is_in(column.key_when.values)
        lacking &= applies.fill_null(value=False)
    return lacking


def _note(rows: FormRows, column: Column, indexes: list[int]) -> None:
    for parsed, where in rows.tables(indexes):
        failed = parsed.notes.failed.get(column.name, set())
        if column.alternative is not None:
            failed = failed | parsed.notes.failed.get(column.alternative, set())
        missing = [index for index in where if index not in failed]
        if not missing:
            continue
        is_absent = column.name not in parsed.notes.letters
        if is_absent and len(missing) == parsed.height:
            parsed.missing_columns.append(column.name)
        else:
            _by_text(parsed, column, missing)


def _by_text(parsed: Parsed, column: Column, missing: list[int]) -> None:
    """Blank cells, and such as say that nothing is known ("k.A."), each with what stands there."""
    groups: dict[str, list[int]] = {}
    for index, text in zip(missing, texts_of(parsed, column.name, missing), strict=True):
        groups.setdefault(text.strip(), []).append(index)
    for text, indexes in groups.items():
        value = text or None
        parsed.notes.add("key-missing", column.name, indexes, value, example=example_of(column))


def absent_columns(parsed: Parsed) -> list[Finding]:
    """One finding per key column that a table lacks, naming the headings that it has."""
    table = parsed.table
    found = joined(quoted(column.heading) for column in (*table.columns, *table.ignored))
    return [
        Finding(
            "key-column-missing",
            form=parsed.form.name,
            sheet=table.sheet.name,
            field=name,
            rows=tuple(table.header_rows[-1:]),
            parameters={"title": parsed.form.by_name[name].title, "found": found},
        )
        for name in parsed.missing_columns
    ]
