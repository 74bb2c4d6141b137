"""Parsing: the cells of one recognised table become typed columns.

In: a `Table`, its form, and a `Setting`.
Out: `Parsed`: a typed series per declared column that the sheet has, with notes on every cell
that was not literal. Each unique text is read once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from pipelines.intake.cells import MOMENT
from pipelines.intake.notes import Notes
from pipelines.intake.readers import Setting, factor_of, reader_for
from pipelines.intake.result import Reading
from pipelines.intake.tables import Table
from pipelines.intake.values.dates import is_relative
from pipelines.intake.values.days import are_left_over
from pipelines.intake.values.numbers import is_ambiguous
from pipelines.intake.values.read import CONTEXT, TEXT, Read, missing, seen, untag
from pipelines.intake.vector import Fast, Source, fast, source, trimmed
from pipelines.intake.words import joined, quoted
from schemas.code_lists import example_of
from schemas.columns import Column, Form, Kind

_JOIN = ";"
_FIRST = (Kind.MUNICIPALITY, Kind.SURVEY_AREA)
_NO_VALUE, _WORDS = {"code-unknown", "value-unreadable"}, re.compile(r"[^\W\d_]{3,}")
_NONSENSE_SHARE, _NONSENSE_ROWS, _NONSENSE_VALUES = 0.8, 20, 10


@dataclass
class Parsed:
    """A table with typed columns.

    Attributes:
        table, form: what was parsed.
        values: declared column (and precision column) → its series; only what the sheet has.
        notes: what is to be said; indexes count data rows from 0.
    """

    table: Table
    form: Form
    values: dict[str, pl.Series]
    notes: Notes
    missing_columns: list[str] = field(default_factory=list)

    @property
    def height(self) -> int:
        """Number of data rows."""
        return self.table.frame.height


def fields_of(table: Table, form: Form) -> dict[str, str]:
    """Declared column → the letter it is read from: an explicit column beats a split one."""
    found: dict[str, str] = {}
    for column in sorted(table.columns, key=lambda c: "#" in c.letter):
        for name in column.fields:
            if name in form.by_name:
                found.setdefault(name, column.letter)
    return found


def parse_table(table: Table, form: Form, setting: Setting) -> Parsed:
    """Read every declared column of a table."""
    letters = fields_of(table, form)
    notes = Notes(form, table.sheet.name, table.frame["row"].to_list(), letters)
    present = table.frame.columns
    sources = {name: source(letter, present) for name, letter in letters.items()}
    columns = {name: form.by_name[name] for name in letters}
    known = _known(columns, setting)
    frame = trimmed(table.frame, letters.values())
    values = _fast(frame, columns, sources, known)
    rest = _rest(frame, sources, values)
    parsed = Parsed(table, form, values, notes)
    for name in _in_turn(columns, rest):
        _read_rest(parsed, columns[name], sources[name], rest[name], setting)
    _add_precisions(parsed, columns)
    return parsed


def _known(columns: dict[str, Column], setting: Setting) -> Fast:
    converted = {name for name, column in columns.items() if factor_of(column, setting) != 1}
    return Fast(setting.today, setting.places, frozenset(converted), frozenset(setting.values))


def _fast(
    frame: pl.DataFrame, columns: dict[str, Column], sources: dict[str, Source], known: Fast
) -> dict[str, pl.Series]:
    literal = frame.select(
        fast(column, sources[name], known).alias(name) for name, column in columns.items()
    )
    return {name: literal[name] for name in columns}


def _rest(
    frame: pl.DataFrame, sources: dict[str, Source], values: dict[str, pl.Series]
) -> dict[str, pl.Series]:
    """The cells that hold something and were not literal, as tagged text; null elsewhere."""
    open_ = {name: series for name, series in values.items() if series.null_count()}
    if not open_:
        return {}
    texts = frame.select(
        pl.when(pl.lit(series.is_null())).then(sources[name].tagged()).alias(name)
        for name, series in open_.items()
    )
    return {name: texts[name] for name in open_ if texts[name].null_count() < texts.height}


def _in_turn(columns: dict[str, Column], rest: dict[str, pl.Series]) -> list[str]:
    """Columns that others are read by come first, those that may fill others come last."""

    def turn(name: str) -> int:
        column = columns[name]
        if column.kind in _FIRST or name == "survey_date":
            return 0
        return 1 if column.text_column is None else 2

    return sorted(rest, key=turn)


def _read_rest(
    parsed: Parsed, column: Column, cells: Source, rest: pl.Series, setting: Setting
) -> None:
    """Read the unique texts of a column's remaining cells and put their values in place."""
    indexes = rest.is_not_null().arg_true()
    raws = rest.gather(indexes).to_list()
    where = indexes.to_list()
    context = _context(parsed, column, setting)
    if context is not None:
        raws = context(raws, where)
    groups: dict[str, list[int]] = {}
    for raw, index in zip(raws, where, strict=True):
        groups.setdefault(raw, []).append(index)
    reader = reader_for(column, setting, _evidence(parsed, column, cells, groups))
    reads = {raw: reader(untag(raw)) for raw in groups}
    if column.text_column is not None:
        _keep_words(parsed, column.text_column, groups, reads)
    _place(parsed, column, groups, reads)
    _note(parsed, column, groups, reads)
    if column.kind is Kind.DATE and MOMENT in cells.parts:
        _doubt_dates(parsed, column, cells, groups)


def _evidence(
    parsed: Parsed, column: Column, cells: Source, groups: dict[str, list[int]]
) -> Sequence[str]:
    """The texts that prove how a column is to be read, only fetched where something is open."""
    if column.kind is Kind.DATE:
        held = [seen(raw) for raw in groups if missing(seen(raw)) is None]
        literal = parsed.values[column.name].drop_nulls().head(1).to_list()
        return [*held, *map(str, literal)]
    if column.kind not in {Kind.DECIMAL, Kind.INTEGER}:
        return ()
    if not any(is_ambiguous(text) for text in groups):
        return ()
    texts = parsed.table.frame[cells.letter].drop_nulls()
    return [str(text) for text in texts.unique(maintain_order=True)]


def _context(
    parsed: Parsed, column: Column, setting: Setting
) -> Callable[[list[str], list[int]], list[str]] | None:
    """What decides the reading of a cell beside its text: survey area or survey date."""
    if column.kind is Kind.DISTRICT:
        by, needs = "survey_area", None
    elif column.kind is Kind.DATE and column.name != "survey_date":
        by, needs = "survey_date", is_relative
    else:
        return None
    series = parsed.values.get(by)
    usual = setting.survey_date if by == "survey_date" else None
    if series is None and usual is None:
        return None

    def with_context(raws: list[str], where: list[int]) -> list[str]:
        if needs is not None and not any(needs(raw) for raw in raws):
            return raws
        own = series.gather(where).to_list() if series is not None else [None] * len(where)
        others = [usual if other is None else other for other in own]
        return [
            f"{raw}{CONTEXT}{other}" if other is not None and (needs is None or needs(raw)) else raw
            for raw, other in zip(raws, others, strict=True)
        ]

    return with_context


def _doubt_dates(
    parsed: Parsed, column: Column, cells: Source, groups: dict[str, list[int]]
) -> None:
    """Warn of date cells that another program made with day and month swapped."""
    days = parsed.table.frame.select(cells.part(MOMENT).dt.day()).to_series()
    held = days.is_not_null()
    if not held.any() or (days > 12).any() or not are_left_over(groups):
        return
    text = next(seen(raw) for raw in groups if are_left_over([raw]))
    parsed.notes.add("date-cells-swapped", column.name, held.arg_true().to_list(), text)


def _keep_words(
    parsed: Parsed, name: str, groups: dict[str, list[int]], reads: dict[str, Read]
) -> None:
    """Put words that are no value of the column into its text column, where that is blank."""
    texts = parsed.values.get(name)
    if texts is None:
        texts = pl.Series(name, [None], pl.String).new_from_index(0, parsed.height)
    for raw, indexes in groups.items():
        read, is_blank = reads[raw], texts.gather(indexes).null_count() == len(indexes)
        are_words = untag(raw).part == TEXT and _WORDS.search(raw) is not None
        if read.code not in _NO_VALUE or read.proposal or not (are_words and is_blank):
            continue
        texts = placed(texts, indexes, [seen(raw)] * len(indexes))
        other = parsed.form.by_name[name].title
        reads[raw] = Read(None, Reading.INTERPRETED, "words-kept", parameters={"other": other})
    parsed.values[name] = texts


def _place(
    parsed: Parsed, column: Column, groups: dict[str, list[int]], reads: dict[str, Read]
) -> None:
    """Put the values read into the column, and a date's precision beside it."""
    where: list[int] = []
    found: list[object] = []
    precisions: list[str | None] = []
    for raw, indexes in groups.items():
        read = reads[raw]
        if read.value is None:
            continue
        where.extend(indexes)
        found.extend([read.value] * len(indexes))
        precisions.extend([str(read.precision)] * len(indexes))
    if not where:
        return
    series = parsed.values[column.name]
    parsed.values[column.name] = placed(series, where, found)
    if column.precision_name is not None:
        nothing = pl.Series(column.precision_name, [None], pl.String).new_from_index(
            0, parsed.height
        )
        parsed.values[column.precision_name] = placed(nothing, where, precisions)


def typed(name: str, values: Sequence[object], dtype: pl.DataType) -> pl.Series:
    """A series of values as readers give them; several codes come as a tuple."""
    # Made from text: a series made of lists or Decimals would import numpy, 0.15 s.
    if isinstance(dtype, pl.Decimal):
        numbers = [None if value is None else f"{value:f}" for value in values]
        return pl.Series(name, numbers, dtype=pl.String).cast(dtype)
    if not isinstance(dtype, pl.List):
        return pl.Series(name, values, dtype=dtype)
    joined = [_JOIN.join(value) if isinstance(value, tuple) else None for value in values]
    return pl.Series(name, joined, dtype=pl.String).str.split(_JOIN)


def placed(series: pl.Series, where: Sequence[int], values: Sequence[object]) -> pl.Series:
    """The series with other values at some indexes; for every type, unlike `scatter`."""
    new = typed(series.name, values, series.dtype)
    height = series.len()
    order = pl.int_range(height, dtype=pl.UInt32, eager=True)
    order = order.scatter(
        pl.Series(where, dtype=pl.UInt32),
        pl.int_range(height, height + len(where), dtype=pl.UInt32, eager=True),
    )
    return pl.concat([series, new]).gather(order)


def _add_precisions(parsed: Parsed, columns: dict[str, Column]) -> None:
    """Dates read on the fast path are known to the day."""
    names = [c.name for c in columns.values() if c.kind is Kind.DATE]
    if not names:
        return
    frame = pl.DataFrame([parsed.values[name] for name in names])
    days = frame.select(
        pl.when(pl.col(name).is_not_null()).then(pl.lit("day")).alias(f"{name}_precision")
        for name in names
    )
    for name in names:
        precision = f"{name}_precision"
        read = parsed.values.get(precision)
        filled = days[precision]
        if read is None:
            parsed.values[precision] = filled
        else:
            parsed.values[precision] = read.zip_with(read.is_not_null(), filled)


def _note(
    parsed: Parsed, column: Column, groups: dict[str, list[int]], reads: dict[str, Read]
) -> None:
    """Say what was read into cells, and keep their raw texts."""
    where: list[int] = []
    raws: list[str] = []
    readings: list[Reading] = []
    is_nonsense = _is_nonsense(parsed, column, groups, reads)
    for raw, indexes in groups.items():
        read = reads[raw]
        shown = "" if read.code == "formula-uncalculated" else seen(raw)
        if read.reading is not None:
            where.extend(indexes)
            raws.extend([shown] * len(indexes))
            readings.extend([read.reading] * len(indexes))
        if read.code is None:
            continue
        code = read.code
        if is_nonsense and read.reading is Reading.UNREADABLE:
            continue
        parsed.notes.add(
            code, column.name, indexes, shown or None, read.proposal, **_named(column, read)
        )
    parsed.notes.read(column.name, where, raws, readings)
    if is_nonsense:
        _note_nonsense(parsed, column, groups, reads)


def _named(column: Column, read: Read) -> dict[str, object]:
    return {**read.parameters, "example": example_of(column)}


def _is_nonsense(
    parsed: Parsed, column: Column, groups: dict[str, list[int]], reads: dict[str, Read]
) -> bool:
    """Whether nearly every cell of the column is in error, in many different ways."""
    wrong = [raw for raw in groups if reads[raw].reading is Reading.UNREADABLE]
    if len(wrong) < _NONSENSE_VALUES:
        return False
    count = sum(len(groups[raw]) for raw in wrong)
    held = parsed.values[column.name].drop_nulls().len() + count
    return count >= _NONSENSE_ROWS and count >= _NONSENSE_SHARE * held


def _note_nonsense(
    parsed: Parsed, column: Column, groups: dict[str, list[int]], reads: dict[str, Read]
) -> None:
    wrong = [raw for raw in groups if reads[raw].reading is Reading.UNREADABLE]
    indexes = [index for raw in wrong for index in groups[raw]]
    samples = joined((quoted(seen(raw)) for raw in wrong[:3]), "; ")
    parsed.notes.add(
        "column-unreadable", column.name, indexes, samples=samples, example=example_of(column)
    )
