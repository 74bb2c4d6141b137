"""The fast path: cells that are plainly what their column wants, read as whole columns.

In: the cell columns of a table.
Out: polars expressions: the typed value where a cell is literal, and the tagged text of every
other cell, which a reader of `pipelines.intake.values` then reads once per unique text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product

import polars as pl

from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER, companion
from pipelines.intake.values.geography import Gazetteer
from pipelines.intake.values.houses import STOREY
from pipelines.intake.values.read import TAG_OF, missing_spellings
from schemas.code_lists import code_list
from schemas.columns import Column, Kind
from schemas.types import polars_type

WIDE = pl.Decimal(20, 7)
_STRANGE = "[\ufffdÃÂ\u0300-\u0308\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_PLAIN_NUMBER = r"^-?[0-9]{1,11}(?:[.,][0-9]{1,2})?$"
_PLAIN_COORDINATE = r"^-?[0-9]{1,8}(?:[.,][0-9]{1,7})?$"
_PLAIN_DAY = r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}$"
_PLAIN_ISO = r"^[0-9]{4}-[0-9][0-9]-[0-9][0-9]$"
_PLAIN_HOUSE = r"^[1-9][0-9]{0,3}(?: ?[a-zA-Z])?$"
_NOISE = 1e-6


@dataclass(frozen=True)
class Fast:
    """What the fast path must know of a table.

    Attributes:
        today: the last day a date may have.
        places: spellings of the municipality.
        converted: fields whose numbers are in another unit, and so never literal.
        mapped: fields whose values a mapping translates, and so never literal.
    """

    today: date
    places: Gazetteer
    converted: frozenset[str] = frozenset()
    mapped: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Source:
    """The cells of one column of the sheet: its letter and which typed parts it has."""

    letter: str
    parts: frozenset[str]

    @property
    def text(self) -> pl.Expr:
        """Text cells; the frame is `trimmed`, so that a blank cell is an empty text."""
        return pl.col(self.letter)

    def part(self, name: str) -> pl.Expr:
        """The typed companion of the column."""
        return pl.col(companion(self.letter, name))

    @property
    def number_text(self) -> pl.Expr:
        """Number cells as text, whole numbers without ".0"."""
        number = self.part(NUMBER)
        whole = number.cast(pl.Int64, strict=False)
        is_whole = (number == whole) & (number.abs() < 1e15)
        return pl.when(is_whole).then(whole.cast(pl.String)).otherwise(number.cast(pl.String))

    @property
    def moment_text(self) -> pl.Expr:
        """Date cells in ISO, the time only where there is one."""
        moment = self.part(MOMENT)
        is_day = moment.dt.time() == pl.time(0, 0)
        return (
            pl.when(is_day)
            .then(moment.dt.strftime("%Y-%m-%d"))
            .otherwise(moment.dt.strftime("%Y-%m-%d %H:%M:%S"))
        )

    def tagged(self) -> pl.Expr:
        """Every cell as text, tagged with what it was; null where empty."""
        cells: list[pl.Expr] = [pl.when(self.text != "").then(self.text)]
        shown = {NUMBER: "number_text", MOMENT: "moment_text"}
        for part, tag in TAG_OF.items():
            if part not in self.parts:
                continue
            text = getattr(self, shown[part]) if part in shown else self.part(part).cast(pl.String)
            cells.append(pl.lit(tag) + text)
        return pl.coalesce(cells) if len(cells) > 1 else cells[0]


def trimmed(frame: pl.DataFrame, letters: Iterable[str]) -> pl.DataFrame:
    """The frame with the text of some columns trimmed, no-break spaces too."""
    return frame.with_columns(pl.col(letter).str.strip_chars() for letter in set(letters))


def source(letter: str, columns: list[str]) -> Source:
    """The source of a letter among the columns of a frame."""
    present = {name for name in (NUMBER, MOMENT, FLAG, FAULT) if companion(letter, name) in columns}
    return Source(letter, frozenset(present))


def value_type(column: Column) -> pl.DataType:
    """The type while parsing; coordinates are wide until their pair is understood."""
    return WIDE if column.kind is Kind.COORDINATE else polars_type(column)


def fast(column: Column, cells: Source, known: Fast) -> pl.Expr:
    """The typed values of the cells that are plainly literal; null elsewhere."""
    kind = value_type(column)
    is_open = column.name in known.mapped
    wanted = [] if is_open else _OF_KIND[column.kind](column, cells, known)
    if not wanted:
        # One null per row: a bare literal would be a single value.
        return pl.when(pl.col(cells.letter).is_null()).then(pl.lit(None, kind))
    return pl.coalesce([expr.cast(kind) for expr in wanted])


def _number_text(cells: Source) -> list[pl.Expr]:
    if NUMBER not in cells.parts:
        return []
    number = cells.part(NUMBER)
    whole = number.cast(pl.Int64, strict=False)
    is_whole = (number == whole) & (number >= 0) & (number < 1e15)
    return [pl.when(is_whole).then(whole.cast(pl.String))]


@cache
def _open_texts() -> list[str]:
    """Empty text, and the spellings of missing values as people capitalise them.

    Comparing with all of them costs a fifth of folding a column's case.
    """
    spelled = {"", *missing_spellings()}
    for spelling in missing_spellings():
        words = [{word, word.upper(), word.capitalize()} for word in spelling.split()]
        spelled.update(" ".join(chosen) for chosen in product(*words))
        if len(spelling) <= 5:
            spelled.update("".join(c) for c in product(*({s, s.upper()} for s in spelling)))
    return sorted(spelled)


def _texts(column: Column, cells: Source, _: Fast) -> list[pl.Expr]:
    text = cells.text
    is_open = text.is_in(_open_texts()) | text.str.contains(_STRANGE)
    found = [pl.when(~is_open).then(text), *_number_text(cells)]
    if not column.pattern:
        return found
    shape = _whole(column.pattern)
    return [pl.when(value.str.contains(shape)).then(value) for value in found]


def _waves(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    """Waves that the register names, else such as no other spelling could mean."""
    waves = [wave.wave_id for wave in known.places.place.waves]
    plain = r"^[0-9]{4}(?:-W[0-9]{1,2})?$"
    return [
        pl.when(text.is_in(waves) if waves else text.str.contains(plain)).then(text)
        for text in _texts(column, cells, known)
    ]


def _whole(pattern: str) -> str:
    """A declared pattern over whole texts; its digits are 0 to 9, not those of every script."""
    return f"^(?:{pattern})$".replace(r"\d", "[0-9]")


def _listed(cells: Source, literal: Mapping[str, str]) -> list[pl.Expr]:
    if not literal:
        return []
    texts = [cells.text, *_number_text(cells)]
    old, new = list(literal), list(literal.values())
    return [text.replace_strict(old, new, default=None, return_dtype=pl.String) for text in texts]


def _codes(column: Column, cells: Source, _: Fast) -> list[pl.Expr]:
    codes = code_list(str(column.code_list))
    spelled = {
        text: code.code
        for code in codes.codes
        for text in (code.label.en, code.label.de, code.code)
        if codes.lookup(text) == code.code
    }
    return _listed(cells, spelled)


def _several(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    return [
        pl.when(expr.is_not_null()).then(pl.concat_list(expr))
        for expr in _codes(column, cells, known)
    ]


def _districts(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    if not known.places.has_districts:
        return _texts(column, cells, known)
    return _listed(cells, {**known.places.names, **{code: code for code in known.places.codes}})


def _areas(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    if not known.places.area_codes:
        return _texts(column, cells, known)
    return _listed(cells, {area: area for area in known.places.area_codes})


def _sections(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    sections = known.places.place.sections
    if not sections:
        return _texts(column, cells, known)
    return _listed(cells, {section.section_id: section.section_id for section in sections})


def _municipalities(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    key = known.places.place.municipality_key
    return _listed(cells, {key: key}) if key else _texts(column, cells, known)


def _postcodes(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    pattern = known.places.place.postcode_pattern
    if not pattern:
        return _texts(column, cells, known)
    texts = [cells.text, *_number_text(cells)]
    return [pl.when(text.str.contains(_whole(pattern))).then(text) for text in texts]


def _house_numbers(_: Column, cells: Source, __: Fast) -> list[pl.Expr]:
    texts = [cells.text, *_number_text(cells)]
    return [pl.when(text.str.contains(_PLAIN_HOUSE)).then(text) for text in texts]


def _storeys(_: Column, cells: Source, __: Fast) -> list[pl.Expr]:
    return [pl.when(cells.text.str.contains(STOREY)).then(cells.text)]


def _bounded(value: pl.Expr, column: Column) -> pl.Expr:
    low = column.minimum if column.minimum is not None else -1e12
    high = column.maximum if column.maximum is not None else 1e12
    return pl.when(value.is_between(low, high)).then(value)


def _decimals(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    if column.name in known.converted:
        return []
    found: list[pl.Expr] = []
    if NUMBER in cells.parts:
        number = cells.part(NUMBER)
        scaled = number * 10**column.scale
        is_exact = (scaled - scaled.round()).abs() <= _NOISE
        found.append(_bounded(pl.when(is_exact).then(number.round(column.scale)), column))
    plain = pl.when(cells.text.str.contains(_PLAIN_NUMBER)).then(cells.text)
    value = plain.str.replace(",", ".", literal=True).cast(pl.Decimal(14, 2))
    found.append(_bounded(value, column))
    return found


def _integers(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    if column.name in known.converted:
        return []
    found: list[pl.Expr] = []
    if NUMBER in cells.parts:
        number = cells.part(NUMBER)
        whole = pl.when((number == number.round()) & (number.abs() < 2**31)).then(number)
        found.append(_bounded(whole, column))
    plain = pl.when(cells.text.str.contains("^-?[0-9]{1,9}$")).then(cells.text)
    found.append(_bounded(plain.cast(pl.Int32), column))
    return found


def _coordinates(_: Column, cells: Source, __: Fast) -> list[pl.Expr]:
    found: list[pl.Expr] = []
    if NUMBER in cells.parts:
        number = cells.part(NUMBER)
        found.append(pl.when(number.abs() < 1e12).then(number.round(7)))
    plain = pl.when(cells.text.str.contains(_PLAIN_COORDINATE)).then(cells.text)
    found.append(plain.str.replace(",", ".", literal=True))
    return found


def _dates(column: Column, cells: Source, known: Fast) -> list[pl.Expr]:
    found: list[pl.Expr] = []
    if MOMENT in cells.parts:
        moment = cells.part(MOMENT)
        found.append(pl.when(moment.dt.time() == pl.time(0, 0)).then(moment).cast(pl.Date))
    text = cells.text
    for pattern, shape in ((_PLAIN_DAY, "%d.%m.%Y"), (_PLAIN_ISO, "%Y-%m-%d")):
        plain = pl.when(text.str.contains(pattern)).then(text)
        found.append(plain.str.to_date(shape, strict=False))
    last = date(known.today.year + 90, 1, 1) if column.may_be_ahead else known.today
    first = date(column.first_year, 1, 1)
    return [pl.when(value.is_between(first, last)).then(value) for value in found]


_OF_KIND: dict[Kind, Callable[[Column, Source, Fast], list[pl.Expr]]] = {
    Kind.TEXT: _texts,
    Kind.WAVE: _waves,
    Kind.WZ: _texts,
    Kind.HOUSE_NUMBER: _house_numbers,
    Kind.STOREY: _storeys,
    Kind.DISTRICT: _districts,
    Kind.SURVEY_AREA: _areas,
    Kind.SECTION: _sections,
    Kind.POSTCODE: _postcodes,
    Kind.MUNICIPALITY: _municipalities,
    Kind.CODE: _codes,
    Kind.CODES: _several,
    Kind.DECIMAL: _decimals,
    Kind.INTEGER: _integers,
    Kind.DATE: _dates,
    Kind.COORDINATE: _coordinates,
}
