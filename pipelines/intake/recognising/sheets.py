"""Sheets: one sheet to its tables, its cover values and what was left out.

In: a `Sheet` and the lexicon.
Out: `SheetReading`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import polars as pl

from pipelines.intake.cells import ROW, Sheet, column_of
from pipelines.intake.findings import Finding
from pipelines.intake.recognising.bands import BAND_READ, settled_bands
from pipelines.intake.recognising.blocks import Block, find_blocks
from pipelines.intake.recognising.columns import Columns, read_columns
from pipelines.intake.recognising.cover import cover_texts, cover_values
from pipelines.intake.recognising.grid import HEAD, Line, lines_at
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.recognising.private import redacted, without_private
from pipelines.intake.recognising.rivals import settled
from pipelines.intake.recognising.rows import (
    BAND,
    SIGNS,
    LeftOut,
    are_held,
    data_rows,
    fill_merges,
    without_prepared,
)
from pipelines.intake.recognising.shapes import Shape, shapes_of
from pipelines.intake.recognising.status import status_not_read
from pipelines.intake.recognising.unread import lone_choices, without_counts
from pipelines.intake.tables import CoverValue, Table
from schemas import FORMS
from schemas.columns import Kind

_VACANCIES = "vacancies"
_MEASURES = frozenset({Kind.DECIMAL, Kind.INTEGER})
_MOST_NAMED = 200
_MOST_TITLES = 8
_MOST_TITLE_CELLS = 4
_LEFT_OUT = {
    "total": "rows-total",
    "note": "rows-note",
    SIGNS: "rows-note",
    "example": "rows-example",
    BAND: "rows-band",
    BAND_READ: "rows-band-read",
    "between": "rows-between",
}


@dataclass
class SheetReading:
    """What one sheet holds.

    Attributes:
        empty: forms whose heading stands here without any data row.
        seen: texts of the line that looks most like a heading, where no form was recognised.
    """

    tables: list[Table] = field(default_factory=list)
    cover: dict[str, CoverValue] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    empty: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """A table to be: its block, its shape, and the frame position where its rows end."""

    block: Block
    shape: Shape
    end: int


def read_sheet(sheet: Sheet, lexicon: Lexicon) -> SheetReading:
    """Every table of one sheet."""
    reading = SheetReading()
    if sheet.frame.is_empty():
        return reading
    places = _places(sheet, lexicon)
    first = min((place.block.first for place in places), default=sheet.frame.height)
    above = lines_at(sheet, range(first if places else min(first, HEAD)))
    reading.cover = cover_values(sheet.name, above, lexicon)
    if not places:
        reading.seen = _most_like_headings(above)
        reading.findings.append(_not_read(sheet, reading.cover))
        return reading
    for place in places:
        _read_table(sheet, place, lexicon, reading)
    reading.findings += _beside(sheet, places)
    if reading.tables:
        reading.findings += _hidden(sheet)
    reading.findings += _titles(sheet, above, reading.cover)
    return reading


def _places(sheet: Sheet, lexicon: Lexicon) -> list[_Place]:
    found: list[tuple[Block, Shape]] = []
    blocks = find_blocks(sheet, lexicon)
    for block in blocks:
        titles = " ".join(_title_texts(sheet, block))
        found += [(block, shape) for shape in shapes_of(block, sheet.name, titles, lexicon)]
    places = []
    for block, shape in found:
        later = [
            other.first
            for other, below in found
            if other.first > block.last and _overlap(below.columns, shape.columns)
        ]
        places.append(_Place(block, shape, min(later, default=sheet.frame.height)))
    return places


def _overlap(one: range, other: range) -> bool:
    return one.start < other.stop and other.start < one.stop


def _title_texts(sheet: Sheet, block: Block) -> list[str]:
    lines = _lines_above(sheet, block)
    return [text for line in lines for text in line.texts.values()]


def _read_table(sheet: Sheet, place: _Place, lexicon: Lexicon, reading: SheetReading) -> None:
    shape, block = place.shape, place.block
    inside = range(shape.columns.start, shape.columns.stop)
    frame, left_out = data_rows(sheet, block.last + 1, place.end, inside)
    shape = settled(shape, sheet, frame)
    columns = read_columns(shape, sheet.name, block.rows[-1], lexicon)
    left_out, streets = settled_bands(frame, shape, left_out)
    reading.findings += _left_out(sheet, shape, left_out)
    if frame.is_empty():
        is_repeated = bool(reading.tables) and reading.tables[-1].form == shape.form
        code = "heading-repeated" if is_repeated else "heading-alone"
        reading.findings.append(_on_rows(code, shape.form, sheet, block.rows))
        reading.empty.append(shape.form)
        return
    reading.findings += columns.findings
    reading.findings += _unnamed(sheet, shape, frame)
    frame = _without_prepared(sheet, frame, shape, columns, reading)
    frame, filled = _filled(sheet, frame, shape, columns)
    reading.findings += filled
    sheet, frame = _without_personal(sheet, frame, columns)
    if shape.form == _VACANCIES:
        reading.findings += status_not_read(
            sheet, frame, block.rows[-1], columns.read, columns.ignored, lexicon
        )
    table = Table(
        form=shape.form,
        sheet=sheet,
        header_rows=block.rows,
        frame=frame,
        columns=tuple(columns.read),
        ignored=tuple(columns.ignored),
        cover=reading.cover | cover_values(sheet.name, _lines_above(sheet, block), lexicon),
        streets=streets,
    )
    table, private = without_private(table)
    table, counts = without_counts(table)
    reading.findings += [*private, *counts, *lone_choices(table)]
    _append(reading, table)


def _without_prepared(
    sheet: Sheet, frame: pl.DataFrame, shape: Shape, columns: Columns, reading: SheetReading
) -> pl.DataFrame:
    frame, prepared = without_prepared(frame, shape.columns, columns.read)
    if prepared:
        reading.findings.append(_on_rows("rows-prepared", shape.form, sheet, tuple(prepared)))
    return frame


def _lines_above(sheet: Sheet, block: Block) -> list[Line]:
    """The sparse lines right above a heading: titles, not the rows of another table."""
    above: list[Line] = []
    for line in reversed(lines_at(sheet, range(max(block.first - _MOST_TITLES, 0), block.first))):
        if len(line.cells) > _MOST_TITLE_CELLS:
            break
        above.insert(0, line)
    return above


def _append(reading: SheetReading, table: Table) -> None:
    """Add a table; under a repeated heading of the same columns the one before goes on.

    A line above the repeated heading that says another day or wave begins a table of its own.
    """
    last = reading.tables[-1] if reading.tables else None
    is_same = last and last.form == table.form and last.columns == table.columns
    if last and is_same and table.cover in ({}, last.cover):
        told = _on_rows("heading-repeated", table.form, table.sheet, table.header_rows)
        reading.findings.append(told)
        reading.tables[-1] = replace(
            last,
            frame=pl.concat([last.frame, table.frame]),
            streets={**last.streets, **table.streets},
        )
    else:
        reading.tables.append(table)


def _on_rows(code: str, form: str, sheet: Sheet, rows: tuple[int, ...]) -> Finding:
    return Finding(code, form=form, sheet=sheet.name, rows=rows)


def _filled(
    sheet: Sheet, frame: pl.DataFrame, shape: Shape, columns: Columns
) -> tuple[pl.DataFrame, Iterator[Finding]]:
    form = FORMS[shape.form]
    may_repeat = {
        column_of(column.letter): not any(
            form.by_name[name].kind in _MEASURES for name in column.fields if name in form.by_name
        )
        for column in columns.read
    }
    frame, filled, refused = fill_merges(sheet, frame, may_repeat)
    return frame, _merge_findings(sheet, shape, filled, refused)


def _merge_findings(
    sheet: Sheet, shape: Shape, filled: list[str], refused: list[str]
) -> Iterator[Finding]:
    for code, cells in (("merge-filled", filled), ("merge-measure", refused)):
        if cells:
            yield Finding(code, form=shape.form, sheet=sheet.name, cells=tuple(cells))


def _without_personal(
    sheet: Sheet, frame: pl.DataFrame, columns: Columns
) -> tuple[Sheet, pl.DataFrame]:
    letters = {column.letter for column in columns.personal}
    if not letters:
        return sheet, frame
    names = [name for name in frame.columns if name.partition(":")[0] in letters]
    rest = tuple(letter for letter in sheet.letters if letter not in letters)
    return replace(sheet, frame=sheet.frame.drop(names), letters=rest), frame.drop(names)


def _left_out(sheet: Sheet, shape: Shape, left_out: list[LeftOut]) -> Iterator[Finding]:
    for kind, code in _LEFT_OUT.items():
        lines = [entry.line for entry in left_out if entry.kind == kind]
        if lines:
            yield Finding(
                code,
                form=shape.form,
                sheet=sheet.name,
                rows=tuple(line.row for line in lines),
                value=_shortened([text for line in lines for text in line.cells.values()]),
            )


def _unnamed(sheet: Sheet, shape: Shape, frame: pl.DataFrame) -> Iterator[Finding]:
    """Columns between the headings that have none, but hold cells."""
    named = {cell.column for cell in shape.cells}
    for letter in sheet.letters:
        column = column_of(letter)
        if column in named or column not in shape.columns:
            continue
        count = _count(frame, letter)
        if count:
            yield Finding(
                "column-without-heading", form=shape.form, sheet=sheet.name, value=letter,
                parameters={"cells_held": count},
            )  # fmt: skip


def _beside(sheet: Sheet, places: list[_Place]) -> Iterator[Finding]:
    """Cells to the left or right of the tables, which belong to none of them."""
    done: set[tuple[int, int]] = set()
    for place in places:
        first, end = place.block.first, place.end
        if (first, end) in done:
            continue
        done.add((first, end))
        covered = {
            column
            for other in places
            if other.block.first < end and first < other.end
            for column in other.shape.columns
        }
        part = sheet.frame.slice(first, end - first)
        cells = []
        for letter in sheet.letters:
            if column_of(letter) in covered:
                continue
            names = [n for n in part.columns if n == letter or n.startswith(letter + ":")]
            held = pl.any_horizontal(are_held(part, names))
            cells += [f"{letter}{row}" for row in part.filter(held)[ROW].to_list()]
        if cells:
            yield Finding("cells-beside", sheet=sheet.name, cells=tuple(cells))


def _count(frame: pl.DataFrame, letter: str) -> int:
    names = [name for name in frame.columns if name == letter or name.startswith(letter + ":")]
    return sum(len(frame) - frame[name].null_count() for name in names)


def _titles(sheet: Sheet, above: list[Line], cover: dict[str, CoverValue]) -> Iterator[Finding]:
    lines = [line for line in above if line.cells]
    if lines:
        yield Finding(
            "rows-title",
            sheet=sheet.name,
            rows=tuple(line.row for line in lines),
            value=_shortened([text for line in lines for text in line.cells.values()]),
            parameters={"read": cover_texts(cover)},
        )


def _not_read(sheet: Sheet, cover: dict[str, CoverValue]) -> Finding:
    code = "sheet-cover" if cover else "sheet-not-read"
    return Finding(code, sheet=sheet.name, parameters={"read": cover_texts(cover)})


def _shortened(texts: list[str]) -> str:
    joined = " | ".join(redacted(texts))
    return joined if len(joined) <= _MOST_NAMED else joined[:_MOST_NAMED] + " …"


def _most_like_headings(lines: list[Line]) -> list[str]:
    if not lines:
        return []
    return list(max(lines, key=lambda line: len(line.texts)).texts.values())


def _hidden(sheet: Sheet) -> Iterator[Finding]:
    if sheet.is_hidden:
        yield Finding("sheet-hidden", sheet=sheet.name)
    rows = sorted(sheet.hidden_rows & set(sheet.frame[ROW].to_list())) if sheet.hidden_rows else []
    if rows:
        yield Finding("rows-hidden", sheet=sheet.name, rows=tuple(rows))
    columns = [letter for letter in sheet.letters if letter in sheet.hidden_columns]
    if columns:
        yield Finding("columns-hidden", sheet=sheet.name, value=", ".join(columns))
