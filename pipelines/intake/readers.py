"""Which reader a column has, with what its cells as a whole and the place say.

In: a declared column, the texts of its cells beyond the fast path, mapping and place.
Out: a function from one cell to its `Read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from pipelines.intake.cells import MOMENT, NUMBER
from pipelines.intake.result import Reading
from pipelines.intake.values.codes import read_code, read_codes
from pipelines.intake.values.coordinates import read_coordinate
from pipelines.intake.values.dates import DateColumn, order_of, read_date
from pipelines.intake.values.geography import Gazetteer, read_area, read_district, read_section
from pipelines.intake.values.numbers import (
    NumberColumn,
    evidence,
    german,
    read_number,
    unit_factor,
)
from pipelines.intake.values.read import TEXT, Cell, Read, plain, unreadable
from pipelines.intake.values.texts import (
    read_house_number,
    read_postcode,
    read_storey,
    read_text,
    read_wave,
)
from schemas.code_lists import code_list
from schemas.columns import Column, Kind
from schemas.folding import fold

Reader = Callable[[Cell], Read]

_FAULTS = {"uncalculated": "formula-uncalculated"}


@dataclass(frozen=True)
class Setting:
    """What readers of one table must know beside the column.

    Attributes:
        today: later dates are refused.
        places: the municipality's spellings.
        is_1904: serial numbers of the workbook count from 1904.
        decimal: the decimal sign that a mapping gives.
        units: column → the sheet's unit, from mapping or heading, where it is not the column's.
        values: column → plain text → code, from a mapping.
    """

    today: date
    places: Gazetteer
    is_1904: bool = False
    decimal: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)


def reader_for(column: Column, setting: Setting, texts: Iterable[str]) -> Reader:
    """The reader of a column; `texts` are the text cells its evidence is taken from."""
    read = _reader(column, setting, texts)
    mapped = setting.values.get(column.name)

    def guarded(cell: Cell) -> Read:
        if cell.part == "fault":
            return unreadable(_FAULTS.get(cell.text, "formula-error"))
        if mapped is not None:
            taken = _mapped(cell, mapped)
            if taken is not None:
                return _from_mapping(taken, read)
        return _checked(read(cell), column)

    return guarded


def _mapped(cell: Cell, mapped: Mapping[str, str | None]) -> tuple[str | None] | None:
    """The mapped value in a tuple; None where the mapping says nothing of the cell."""
    key = plain(cell.text)
    if key in mapped:
        return (mapped[key],)
    return (mapped["*"],) if "*" in mapped else None


def _from_mapping(taken: tuple[str | None], read: Reader) -> Read:
    code = taken[0]
    if code is None:
        return Read(None, Reading.NOT_STATED, "value-mapped", None)
    result = read(Cell(code))
    if result.reading is Reading.UNREADABLE:
        return result
    return replace(result, reading=Reading.INTERPRETED, code="value-mapped", proposal=code)


def _checked(read: Read, column: Column) -> Read:
    """Bounds and pattern of the declaration."""
    value = read.value
    if isinstance(value, int | Decimal) and column.kind is not Kind.COORDINATE:
        low, high = column.minimum, column.maximum
        if (low is not None and value < low) or (high is not None and value > high):
            return unreadable("out-of-bounds", limits=_limits(column))
    if column.pattern and isinstance(value, str) and not re.fullmatch(column.pattern, value):
        return unreadable("text-pattern")
    return read


def _limits(column: Column) -> str:
    def shown(bound: float | None) -> str:
        return "…" if bound is None else german(Decimal(str(bound)))

    return f"{shown(column.minimum)} – {shown(column.maximum)}"


def factor_of(column: Column, setting: Setting) -> Decimal:
    """The factor of the sheet's unit into the column's; 1 where it is the same or not known."""
    unit = setting.units.get(column.name)
    if unit is None:
        return Decimal(1)
    return unit_factor(unit, column.unit, column.unit_synonyms) or Decimal(1)


def _reader(column: Column, setting: Setting, texts: Iterable[str]) -> Reader:
    places = setting.places
    match column.kind:
        case Kind.CODE | Kind.CODES:
            codes = code_list(str(column.code_list))
            several = column.kind is Kind.CODES
            return lambda cell: (read_codes if several else read_code)(cell, codes)
        case Kind.DECIMAL | Kind.INTEGER:
            numbers = _number_column(column, setting, texts)
            return lambda cell: read_number(cell, numbers)
        case Kind.DATE:
            dates = DateColumn(setting.today, order_of(texts), setting.is_1904, column.may_be_ahead)
            return lambda cell: read_date(cell, dates)
        case Kind.DISTRICT:
            return lambda cell: read_district(cell, places)
        case Kind.SURVEY_AREA:
            return lambda cell: read_area(cell, places)
        case Kind.SECTION:
            return lambda cell: read_section(cell, places)
        case Kind.MUNICIPALITY:
            return lambda cell: read_municipality(cell, places)
        case Kind.POSTCODE:
            pattern, known = places.place.postcode_pattern, places.postcode_starts
            return lambda cell: read_postcode(cell, pattern, known)
        case Kind.COORDINATE:
            return read_coordinate
        case _:
            return _TEXT_READERS[column.kind]


_TEXT_READERS: dict[Kind, Reader] = {
    Kind.TEXT: read_text,
    Kind.WAVE: read_wave,
    Kind.HOUSE_NUMBER: read_house_number,
    Kind.STOREY: read_storey,
}


def _number_column(column: Column, setting: Setting, texts: Iterable[str]) -> NumberColumn:
    sign, is_mixed = evidence(texts)
    if setting.decimal is not None:
        sign, is_mixed = setting.decimal, False
    return NumberColumn(
        sign=sign,
        is_mixed=is_mixed,
        is_told=setting.decimal is not None,
        unit=column.unit,
        unit_synonyms=column.unit_synonyms,
        factor=factor_of(column, setting),
        scale=column.scale,
        is_whole=column.kind is Kind.INTEGER,
    )


def read_municipality(cell: Cell, places: Gazetteer) -> Read:
    """A municipality's key, its name, or the key without its leading zero."""
    place = places.place
    text = " ".join(cell.text.split())
    if cell.part not in {NUMBER, TEXT} or cell.part == MOMENT:
        return unreadable("value-unreadable")
    if text in {place.municipality_key, ""}:
        return Read(text)
    if text.zfill(len(place.municipality_key)) == place.municipality_key:
        code = place.municipality_key
        return Read(code, Reading.CORRECTED, "value-interpreted", code)
    if place.municipality and fold(text) == fold(place.municipality):
        code = place.municipality_key
        return Read(code, Reading.INTERPRETED, "value-interpreted", code)
    return unreadable("municipality-other")
