"""Rivals: headings that several columns claim ("Typ", "Objekt"); what stands below decides.

In: the shape of a table and its rows.
Out: the shape with one column for each such heading, or none where its values fit none of them.
"Nr." beside "Straße" is the house number; elsewhere it numbers the rows.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import polars as pl

from pipelines.intake.cells import Sheet, letter_of, shown
from pipelines.intake.recognising.lexicon import CERTAIN, VAGUE
from pipelines.intake.recognising.shapes import HeadingCell, Shape
from pipelines.intake.values.read import missing
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.folding import fold

_MOST_VALUES, _LONGEST_ID = 200, 24
_SHARE = 0.5
_NUMBER = frozenset({"nr", "nummer", "no", "number"})


def settled(shape: Shape, sheet: Sheet, frame: pl.DataFrame) -> Shape:
    """Decide for every heading with rivals; the one whose values fit best chooses first."""
    shape = _numbered(shape, sheet, frame)
    open_cells = [cell for cell in shape.cells if cell.meaning and cell.meaning.rivals]
    if not open_cells:
        return shape
    taken = {
        name
        for cell in shape.cells
        if cell.meaning and cell.meaning.rank <= CERTAIN
        for name in cell.meaning.fields
    }
    fits = sorted(
        (
            (_fit(shape.form, name, _values(sheet, frame, cell)), -order, cell.column, name)
            for cell in open_cells
            for order, name in enumerate(cell.meaning.rivals if cell.meaning else ())
        ),
        reverse=True,
    )
    chosen: dict[int, str] = {}
    for share, _, column, name in fits:
        if share >= _SHARE and column not in chosen and name not in taken:
            chosen[column] = name
            taken.add(name)
    cells = tuple(
        _decided(cell, chosen.get(cell.column), shape.form, taken) if cell in open_cells else cell
        for cell in shape.cells
    )
    return replace(shape, cells=cells)


def _numbered(shape: Shape, sheet: Sheet, frame: pl.DataFrame) -> Shape:
    """The shape with "Nr." right of a street without numbers as its house number."""
    read = {cell.column: cell.meaning.fields for cell in shape.cells if cell.meaning}
    if "house_number" not in FORMS[shape.form].by_name or ("house_number",) in read.values():
        return shape
    cells = list(shape.cells)
    for place, (street, number) in enumerate(pairwise(shape.cells), start=1):
        beside = read.get(street.column) == ("street",) and number.column == street.column + 1
        word = number.text.split()[-1] if number.is_partial else number.text
        is_number = fold(word) in _NUMBER
        if not (beside and is_number and read.get(number.column) == ("row_label",)):
            continue
        streets = _values(sheet, frame, street)
        has_numbers = sum(any(map(str.isdigit, text)) for text in streets)
        if number.meaning and has_numbers <= _SHARE * len(streets):
            meaning = replace(number.meaning, fields=("house_number",), rank=VAGUE)
            cells[place] = replace(number, meaning=meaning)
    return replace(shape, cells=tuple(cells))


def _decided(cell: HeadingCell, name: str | None, form: str, taken: set[str]) -> HeadingCell:
    """The heading with its column; where no value is known, the first coded one tells of that."""
    meaning = cell.meaning
    if meaning is None:
        return cell
    if name is None:
        coded = (n for n in meaning.rivals if FORMS[form].by_name[n].code_list and n not in taken)
        name = next(coded, None) if "object_id" not in meaning.rivals else None
    if name is None:
        return replace(cell, meaning=None)
    taken.add(name)
    return replace(cell, meaning=replace(meaning, fields=(name,), rivals=()))


def _values(sheet: Sheet, frame: pl.DataFrame, cell: HeadingCell) -> list[str]:
    letter = letter_of(cell.column)
    if letter not in frame.columns:
        return []
    texts = frame.select(shown(sheet, letter).str.strip_chars().alias("text")).to_series()
    return [text for text in texts.drop_nulls().head(_MOST_VALUES).to_list() if text]


def _fit(form: str, name: str, values: list[str]) -> float:
    """The share of values that are codes of the column; an identity differs in every row.

    Bare numbers are a team's running numbers, which identify nothing.
    """
    told = [value for value in values if missing(value) is None]
    if not told:
        return 0.0
    column = FORMS[form].by_name[name]
    if column.code_list:
        codes = code_list(column.code_list)
        return sum(codes.lookup(value) is not None for value in told) / len(told)
    is_named = all(
        any(map(str.isdigit, value)) and not value.isdigit() and len(value) < _LONGEST_ID
        for value in told
    )
    return float(is_named and len(set(told)) == len(told))
