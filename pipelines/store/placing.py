"""Keeping numbers when an address is corrected.

In: the rows of a correction without remembered id, and what its source holds now.
Out: the same rows, where one stands in the row of an object that would else be gone, and differs
from it in nothing but where it is, with that object's id, told as a hint.
"""

from __future__ import annotations

import duckdb
import polars as pl

from pipelines.intake.findings import Finding
from pipelines.store.correction import REPLACING_SHARE, Ends
from pipelines.store.numbers import with_ids
from pipelines.store.sqltext import marks, table_of
from pipelines.store.submission import submission_id
from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import column_types, quoted

_KNOWN = "_known"
_ROW = ["municipality_key", "wave_id", "sheet", "row_number"]
# What a corrected address may change; one of its two parts must stay.
_WHERE = frozenset({
    "street", "house_number", "location_note", "unit_label", "postcode", "section_id", "easting",
    "northing", "longitude", "latitude",
})  # fmt: skip
_LEFT_OUT = frozenset({"remarks", "row_label", "survey_date", "survey_date_precision"})


def keep_by_place(
    store: duckdb.DuckDBPyConnection, same: Ends, frames: dict[str, pl.DataFrame]
) -> tuple[dict[str, pl.DataFrame], tuple[Finding, ...]]:
    """Give rows of a correction the id of the object that stood in their row before.

    Only where the source's other objects recur anyway: a sheet of the next day has other objects
    in the same rows.
    """
    findings: list[Finding] = []
    full = dict(frames)
    for name, frame in frames.items():
        form = FORMS[name]
        column = form.object_column
        if not same or column is None or not frame[column].null_count():
            continue
        old = _old_rows(store, form, same)
        gone = old.join(
            frame.select("municipality_key", "wave_id", pl.col(column).alias(_KNOWN)).drop_nulls(),
            on=["municipality_key", "wave_id", _KNOWN],
            how="anti",
        )
        if gone.height > (1 - REPLACING_SHARE) * old.height:
            continue
        memory = _matching(form, frame.filter(pl.col(column).is_null()), gone)
        full[name] = with_ids(frame, form, memory, on=tuple(_ROW))
        kept = sorted(set(memory[_KNOWN]) & set(full[name][column].drop_nulls()))
        if kept:
            findings.append(Finding("number-kept", form=name, value=", ".join(kept)))
    return full, tuple(findings)


def _old_rows(store: duckdb.DuckDBPyConnection, form: Form, same: Ends) -> pl.DataFrame:
    ids = sorted({submission_id(number) for number, _ in same})
    columns = [*column_types(form), "sheet", "row_number"]
    return store.execute(
        f"SELECT {', '.join(quoted(name) for name in columns)}, "
        f"{quoted(str(form.object_column))} AS {_KNOWN} FROM {table_of(form)} "
        f"WHERE submission_id IN ({marks(ids)}) AND live_until IS NULL",
        ids,
    ).pl()


def _matching(form: Form, blank: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    left_out = {*_ROW, *_WHERE, *_LEFT_OUT, str(form.object_column)}
    others = [name for name in column_types(form) if name not in left_out]
    pairs = blank.join(gone, on=_ROW, how="inner", suffix="_old")
    agrees = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_old")) for name in others)
    stays = pl.any_horizontal(
        pl.col(name).eq_missing(pl.col(f"{name}_old")) for name in ("street", "house_number")
    )
    return (
        pairs.filter(agrees & stays)
        .select(*_ROW, _KNOWN)
        .unique(subset=_ROW, keep="none", maintain_order=True)
    )
