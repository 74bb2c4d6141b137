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
from pipelines.intake.reading.scan import UNCALCULATED
from pipelines.intake.recognising.mended import DITTO
from pipelines.intake.result import Reading
from pipelines.intake.values.codes import read_code, read_codes
from pipelines.intake.values.coordinates import read_coordinate
from pipelines.intake.values.dates import read_date
from pipelines.intake.values.days import DateColumn, are_serials, order_of
from pipelines.intake.values.durations import read_duration
from pipelines.intake.values.geography import Gazetteer, read_area, read_district, read_section
from pipelines.intake.values.houses import read_house_number, read_storey
from pipelines.intake.values.numbers import (
    NumberColumn,
    evidence,
    german,
    read_number,
    unit_factor,
)
from pipelines.intake.values.read import TEXT, Cell, Read, plain, unreadable
from pipelines.intake.values.texts import read_postcode, read_text, read_wave, read_wz
from schemas.code_lists import code_list
from schemas.columns import Column, Kind
from schemas.folding import fold

Reader = Callable[[Cell], Read]
Maker = Callable[["Column", "Setting", Iterable[str]], Reader]

_DITTO = re.compile(DITTO)


def _code_of_fault(text: str) -> str:
    if text == UNCALCULATED:
        return "formula-uncalculated"
    return "value-ditto" if _DITTO.match(text) else "formula-error"


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
        survey_date: the day of the survey where the row itself does not say it.
    """

    today: date
    places: Gazetteer
    is_1904: bool = False
    decimal: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    survey_date: date | None = None


def reader_for(column: Column, setting: Setting, texts: Iterable[str]) -> Reader:
    """The reader of a column; `texts` are the text cells its evidence is taken from."""
    read = _MAKERS[column.kind](column, setting, texts)
    mapped = setting.values.get(column.name)

    def guarded(cell: Cell) -> Read:
        if cell.part == "fault":
            return unreadable(_code_of_fault(cell.text))
        if mapped is not None:
            taken = _mapped(cell, mapped)
            if taken is not None:
                return _from_mapping(taken, read)
        return _kept(_checked(read(cell), column), cell)

    def _kept(result: Read, cell: Cell) -> Read:
        """A proposal is only made where it would be accepted."""
        if result.reading is not Reading.UNREADABLE or result.proposal is None:
            return result
        taken = _checked(read(Cell(result.proposal, context=cell.context)), column)
        return result if taken.value is not None else replace(result, proposal=None)

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
    low, high = column.minimum, column.maximum
    if isinstance(value, int | Decimal) and column.kind is not Kind.COORDINATE:
        is_inside = (low is None or value >= low) and (high is None or value <= high)
        read = read if is_inside else unreadable("out-of-bounds")
    if column.pattern and isinstance(value, str) and not re.fullmatch(column.pattern, value):
        return unreadable("text-pattern")
    if read.code == "out-of-bounds":
        return replace(read, parameters={"limits": limits_of(column)})
    return read


def limits_of(column: Column) -> str:
    """The bounds of a column's numbers as people write them: "0 – 500000"."""

    def shown(bound: float | None) -> str:
        return "…" if bound is None else german(Decimal(str(bound)))

    return f"{shown(column.minimum)} – {shown(column.maximum)}"


def factor_of(column: Column, setting: Setting) -> Decimal:
    """The factor of the sheet's unit into the column's; 1 where it is the same or not known."""
    unit = setting.units.get(column.name)
    if unit is None:
        return Decimal(1)
    return unit_factor(unit, column.unit, column.unit_synonyms) or Decimal(1)


def _of_codes(column: Column, setting: Setting, _: Iterable[str]) -> Reader:
    codes = code_list(str(column.code_list))
    read = read_codes if column.kind is Kind.CODES else read_code
    unit = setting.units.get(column.name, "")
    if codes.measure != "months" or read_duration(f"2 {unit}") is None:
        return lambda cell: read(cell, codes)

    def with_unit(cell: Cell) -> Read:
        """A length of time whose unit stands in the heading: "Dauer (Monate)"."""
        is_bare = cell.part in {TEXT, NUMBER} and codes.lookup(cell.text) is None
        whole = f"{cell.text} {unit}"
        return read(Cell(whole) if is_bare and read_duration(whole) else cell, codes)

    return with_unit


def _of_numbers(column: Column, setting: Setting, texts: Iterable[str]) -> Reader:
    numbers = _number_column(column, setting, texts)
    return lambda cell: read_number(cell, numbers)


def _of_dates(column: Column, setting: Setting, texts: Iterable[str]) -> Reader:
    known = list(texts)
    dates = DateColumn(
        setting.today, order_of(known), setting.is_1904, column.may_be_ahead, column.first_year,
        bool(known) and are_serials(known),
    )  # fmt: skip
    return lambda cell: read_date(cell, dates)


def _of_postcodes(_: Column, setting: Setting, __: Iterable[str]) -> Reader:
    pattern, known = setting.places.place.postcode_pattern, setting.places.postcode_starts
    return lambda cell: read_postcode(cell, pattern, known)


def _of_waves(_: Column, setting: Setting, __: Iterable[str]) -> Reader:
    waves = [wave.wave_id for wave in setting.places.place.waves]
    return lambda cell: read_wave(cell, waves)


def _of_wz(column: Column, _: Setting, __: Iterable[str]) -> Reader:
    return lambda cell: read_wz(cell, column.pattern)


def _placed(read: Callable[[Cell, Gazetteer], Read]) -> Maker:
    return lambda _, setting, __: lambda cell: read(cell, setting.places)


def _plain(read: Reader) -> Maker:
    return lambda _, __, ___: read


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


_MAKERS: dict[Kind, Maker] = {
    Kind.TEXT: _plain(read_text),
    Kind.WAVE: _of_waves,
    Kind.HOUSE_NUMBER: _plain(read_house_number),
    Kind.STOREY: _plain(read_storey),
    Kind.DISTRICT: _placed(read_district),
    Kind.SURVEY_AREA: _placed(read_area),
    Kind.SECTION: _placed(read_section),
    Kind.POSTCODE: _of_postcodes,
    Kind.WZ: _of_wz,
    Kind.MUNICIPALITY: _placed(read_municipality),
    Kind.CODE: _of_codes,
    Kind.CODES: _of_codes,
    Kind.DECIMAL: _of_numbers,
    Kind.INTEGER: _of_numbers,
    Kind.DATE: _of_dates,
    Kind.COORDINATE: _plain(read_coordinate),
}
