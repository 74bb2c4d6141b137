"""Rows of cells to columns of one type each.

In: rows as python-calamine gives them, which alone tells what a cell was.
Out: polars frames in the shape of `Sheet.frame`. A column of one type becomes one series at once;
only a column of several types is sorted cell by cell, since 2.5 million cells must take a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice
from typing import Any

import polars as pl

from pipelines.intake.naming import FAULT, FLAG, MOMENT, NUMBER, ROW, companion, letter_of
from pipelines.intake.reading.scan import Faults

_NO_NUMBER = "#NUM!"
CHUNK = 16_384
"""Rows that are held as Python objects at a time; memory stays flat whatever the sheet's length."""

Row = Sequence[Any]


def chunks_of(rows: Iterable[Row], first_column: int, faults: Faults) -> Iterator[pl.DataFrame]:
    """Frames of at most `CHUNK` rows; rows and columns without any cell are left out.

    Args:
        rows: every row from the sheet's first one on, all of one length.
        first_column: 1-based column of the first cell of each row.
        faults: cells to be marked instead of being empty; rows past the last one are added.
    """
    rows = iter(rows)
    start = 1
    while chunk := list(islice(rows, CHUNK)):
        frame = _frame(chunk, start, first_column, faults)
        start += len(chunk)
        if frame is not None:
            yield frame
    beyond = {row: cells for row, cells in faults.items() if row >= start}
    if beyond:
        yield _fault_frame(beyond)


def _frame(chunk: list[Row], start: int, first: int, faults: Faults) -> pl.DataFrame | None:
    series: list[pl.Series] = []
    for offset, values in enumerate(zip(*chunk, strict=True)):
        series += _column(letter_of(first + offset), values)
    rows = pl.Series(ROW, range(start, start + len(chunk)), dtype=pl.Int32)
    within = {row: faults[row] for row in range(start, start + len(chunk)) if row in faults}
    frame = pl.DataFrame([rows, *series])
    if within:
        frame = _with_faults(frame, within)
    if frame.width == 1:
        return None
    held = frame.select(pl.any_horizontal(pl.exclude(ROW).is_not_null())).to_series()
    return frame if held.all() else frame.filter(held) if held.any() else None


def _column(letter: str, values: tuple[Any, ...]) -> list[pl.Series]:
    try:
        # Most columns hold nothing but text, and asking first for every type takes twice as long.
        text = pl.Series(letter, values, dtype=pl.String, strict=True)
    except TypeError:
        return _mixed_column(letter, values)
    if "" not in values:
        return [text]
    text = text.set(text == "", None)
    return [] if text.null_count() == len(text) else [text]


def _mixed_column(letter: str, values: tuple[Any, ...]) -> list[pl.Series]:
    kinds = set(map(type, values))
    parts = [_texts(letter, values, kinds)]
    for part, members, dtype in _PARTS:
        if kinds & members:
            cells = [value if type(value) in members else None for value in values]
            parts.append(_typed(companion(letter, part), cells, kinds & members, dtype))
    return _finite(letter, parts) if float in kinds else parts


def _finite(letter: str, parts: list[pl.Series]) -> list[pl.Series]:
    """Numbers that are none (NaN, 1e999) become faults."""
    number = parts[1]
    endless = ~number.is_finite()
    if not endless.any():
        return parts
    faults = pl.Series([_NO_NUMBER if is_endless else None for is_endless in endless])
    parts[1] = number.set(endless, None)
    return [*parts, faults.cast(pl.String).alias(companion(letter, FAULT))]


def _typed(name: str, cells: list[Any], kinds: set[type], dtype: pl.DataType) -> pl.Series:
    if kinds == {date}:
        return pl.Series(name, cells, dtype=pl.Date).cast(dtype)
    if date in kinds:
        cells = [cell if type(cell) is not date else _midnight(cell) for cell in cells]
    elif kinds == {int, float}:
        cells = [None if cell is None else float(cell) for cell in cells]
    return pl.Series(name, cells, dtype=dtype)


def _texts(letter: str, values: tuple[Any, ...], kinds: set[type]) -> pl.Series:
    """The texts among the cells of a column."""
    if not kinds & _TEXTS:
        return pl.Series(letter, [None], dtype=pl.String).new_from_index(0, len(values))
    if kinds & _TEXTS == {str}:
        texts = [value or None if value.__class__ is str else None for value in values]
    else:
        texts = [_text(value) for value in values]
    return pl.Series(letter, texts, dtype=pl.String)


def _text(value: object) -> str | None:
    """Text cells, and times of day, which no column of ours declares."""
    if type(value) is str:
        return value or None
    if isinstance(value, time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return None


_TEXTS = frozenset({str, time, timedelta})


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 spreadsheets know no time zone


_PARTS: tuple[tuple[str, frozenset[type], pl.DataType], ...] = (
    (NUMBER, frozenset({int, float}), pl.Float64()),
    (MOMENT, frozenset({date, datetime}), pl.Datetime("us")),
    (FLAG, frozenset({bool}), pl.Boolean()),
)


def _fault_frame(faults: Faults) -> pl.DataFrame:
    rows = sorted(faults)
    columns = sorted(set(chain.from_iterable(faults.values())))
    series = [pl.Series(ROW, rows, dtype=pl.Int32)]
    for column in columns:
        letter = letter_of(column)
        series.append(pl.Series(letter, [None] * len(rows), dtype=pl.String))
        cells = [faults[row].get(column) for row in rows]
        series.append(pl.Series(companion(letter, FAULT), cells, dtype=pl.String))
    return pl.DataFrame(series)


def _with_faults(frame: pl.DataFrame, faults: Faults) -> pl.DataFrame:
    """The frame with its faults; whatever else the reader gave for such a cell goes."""
    marks = _fault_frame(faults)
    names = [name for name in marks.columns if ":" in name]
    own = [name for name in names if name in frame.columns]
    frame = frame.rename({name: f"{name}:own" for name in own})
    frame = frame.join(marks.select(ROW, *names), on=ROW, how="left", maintain_order="left")
    for name in names:
        letter = name.partition(":")[0]
        if letter not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias(letter))
        if f"{name}:own" in frame.columns:
            frame = frame.with_columns(pl.coalesce(name, f"{name}:own")).drop(f"{name}:own")
        same = [c for c in frame.columns if c.partition(":")[0] == letter and c != name]
        frame = frame.with_columns(pl.when(pl.col(name).is_null()).then(pl.col(c)) for c in same)
    return frame
