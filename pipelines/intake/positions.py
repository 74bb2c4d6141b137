"""Positions: what a row's coordinates mean, and one pair from the other.

In: a `Parsed` table whose coordinate columns hold whatever numbers stood there.
Out: easting and northing in metres of the municipality's system, longitude and latitude in
degrees (WGS84). Swapped pairs, zone prefixes, and degrees for metres or the reverse are put
right with a hint; either pair gives the other.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import polars as pl

from pipelines.intake.complete import fill_where_blank, series_of
from pipelines.intake.parse import Parsed, placed
from pipelines.intake.readers import limits_of
from pipelines.intake.result import Reading
from pipelines.intake.rows import texts_of
from pipelines.intake.words import word
from schemas.places import Place

METRES, DEGREES = ("easting", "northing"), ("longitude", "latitude")
_ALL = (*METRES, *DEGREES)
_APART_M = 50.0
_PLACES = {"easting": 2, "northing": 2, "longitude": 7, "latitude": 7}

_UTM = re.compile(r"^EPSG:(?:258|326|327)(\d\d)$")

Pair = tuple[pl.Series, pl.Series]


def settle_positions(parsed: Parsed, place: Place) -> None:
    """Understand every pair of coordinates of a table."""
    present = [name for name in _ALL if name in parsed.values]
    if not present or all(parsed.values[n].null_count() == parsed.height for n in present):
        return
    frame = pl.DataFrame(
        [series_of(parsed, parsed.form.by_name[name]).cast(pl.Float64) for name in _ALL]
    )
    if place.crs and place.box is not None:
        frame = _understood(parsed, frame, place, place.crs)
    _refuse_impossible(parsed, frame)
    _warn_incomplete(parsed)
    if place.crs and place.crs.upper() != "EPSG:4326":
        _complete_pairs(parsed, place, place.crs)


def _in_box(east: pl.Series, north: pl.Series, place: Place) -> pl.Series:
    if place.box is None:
        return east.is_not_null() & north.is_not_null()
    e_min, e_max, n_min, n_max = place.box
    inside = east.is_between(e_min, e_max) & north.is_between(n_min, n_max)
    return inside.fill_null(value=False)


def _understood(parsed: Parsed, frame: pl.DataFrame, place: Place, crs: str) -> pl.DataFrame:
    """Try each way in which a pair may have been written, until it lies in the municipality."""
    for columns in (METRES, DEGREES):
        is_metres = columns == METRES
        first, second = frame[columns[0]], frame[columns[1]]
        both = first.is_not_null() & second.is_not_null()
        settled = ~both | _lies(first, second, place, crs, is_metres=is_metres)
        for code, attempt in _ATTEMPTS:
            if settled.all():
                break
            tried = attempt(_Written(first, second, crs, columns))
            if tried is None:
                continue
            fits = ~settled & _lies(*tried, place, crs, is_metres=is_metres)
            if fits.any():
                _put_right(parsed, columns, tried, fits, code)
                first, second = tried[0].zip_with(fits, first), tried[1].zip_with(fits, second)
                settled |= fits
        frame = frame.with_columns(first.alias(columns[0]), second.alias(columns[1]))
    return frame


def _lies(
    first: pl.Series, second: pl.Series, place: Place, crs: str, *, is_metres: bool
) -> pl.Series:
    if is_metres or crs.upper() == "EPSG:4326":
        return _in_box(first, second, place)
    possible = (first.abs() <= 180) & (second.abs() <= 90)
    possible = possible.fill_null(value=False)
    if not possible.any():
        return possible
    east, north = _transformed(first, second, possible, "EPSG:4326", crs)
    return possible & _in_box(east, north, place)


@dataclass(frozen=True)
class _Written:
    """A pair as it was written: under which headings, in a place of which system."""

    first: pl.Series
    second: pl.Series
    crs: str
    columns: tuple[str, str]

    @property
    def swapped(self) -> _Written:
        """The pair the other way round."""
        return dataclasses.replace(self, first=self.second, second=self.first)


def _swapped(pair: _Written) -> Pair | None:
    return pair.second, pair.first


def _unprefixed(pair: _Written) -> Pair | None:
    """32370993 is 370993 in zone 32; of another zone than the municipality's it is elsewhere."""
    if pair.columns != METRES:
        return None
    zone = (pair.first / 1_000_000).floor()
    own = _UTM.match(pair.crs.upper())
    has_zone = (zone == int(own[1]) if own else zone.is_between(1, 60)).fill_null(value=False)
    return (pair.first % 1_000_000).zip_with(has_zone, pair.first), pair.second


def _converted(pair: _Written) -> Pair | None:
    """Degrees under the headings of metres, or the reverse."""
    is_degrees = ((pair.first.abs() <= 180) & (pair.second.abs() <= 90)).fill_null(value=False)
    source, target = ("EPSG:4326", pair.crs)
    possible = is_degrees
    if pair.columns != METRES:
        source, target = target, source
        possible = ~is_degrees & pair.first.is_not_null() & pair.second.is_not_null()
    if not possible.any():
        return None
    return _transformed(pair.first, pair.second, possible, source, target)


def _grouped(pair: _Written) -> Pair | None:
    """370.993 is 370993: a German point between the thousands, read as a decimal point."""
    if pair.columns != METRES:
        return None
    return _thousandfold(pair.first), _thousandfold(pair.second)


def _thousandfold(metres: pl.Series) -> pl.Series:
    is_small = ((metres.abs() > 90) & (metres.abs() < 10_000)).fill_null(value=False)
    return (metres * 1000).zip_with(is_small, metres)


_ATTEMPTS: tuple[tuple[str, Callable[[_Written], Pair | None]], ...] = (
    ("position-swapped", _swapped),
    ("position-prefixed", _unprefixed),
    ("position-prefixed", lambda pair: _unprefixed(pair.swapped)),
    ("position-grouped", _grouped),
    ("position-converted", _converted),
    ("position-converted", lambda pair: _converted(pair.swapped)),
)


def _put_right(
    parsed: Parsed, columns: tuple[str, str], tried: Pair, fits: pl.Series, code: str
) -> None:
    where = fits.arg_true().to_list()
    for name, values in zip(columns, tried, strict=True):
        raws = texts_of(parsed, name, where)
        parsed.notes.read(name, where, raws, [Reading.CORRECTED] * len(where))
        _place(parsed, name, where, values)
    parsed.notes.add(code, columns[0], where)


def _place(parsed: Parsed, name: str, where: list[int], values: pl.Series) -> None:
    series = series_of(parsed, parsed.form.by_name[name])
    rounded = values.gather(where).round(_PLACES[name]).cast(series.dtype)
    parsed.values[name] = placed(series, where, rounded.to_list())


def _refuse_impossible(parsed: Parsed, frame: pl.DataFrame) -> None:
    """Degrees beyond the globe are errors; metres beyond the box only warn (schemas/rules.py)."""
    for name in DEGREES:
        column = parsed.form.by_name[name]
        if name not in parsed.values or column.minimum is None or column.maximum is None:
            continue
        beyond = ~frame[name].is_between(column.minimum, column.maximum)
        where = beyond.fill_null(value=False).arg_true().to_list()
        if where:
            texts = texts_of(parsed, name, where)
            for index, text in zip(where, texts, strict=True):
                parsed.notes.add("out-of-bounds", name, [index], text, limits=limits_of(column))
            parsed.notes.read(name, where, texts, [Reading.UNREADABLE] * len(where))
            parsed.values[name] = placed(parsed.values[name], where, [None] * len(where))


def _warn_incomplete(parsed: Parsed) -> None:
    for names in (METRES, DEGREES):
        first, second = (series_of(parsed, parsed.form.by_name[name]) for name in names)
        for name, has, lacks in ((names[0], first, second), (names[1], second, first)):
            other = names[1] if name == names[0] else names[0]
            lonely = (has.is_not_null() & lacks.is_null()).arg_true().to_list()
            lonely = [i for i in lonely if i not in parsed.notes.failed.get(other, ())]
            if lonely:
                parsed.notes.add("position-incomplete", name, lonely)


def _complete_pairs(parsed: Parsed, place: Place, crs: str) -> None:
    east, north, lon, lat = (
        series_of(parsed, parsed.form.by_name[name]).cast(pl.Float64) for name in _ALL
    )
    metres = _in_box(east, north, place)
    degrees = lon.is_not_null() & lat.is_not_null()
    to_degrees = metres & lon.is_null() & lat.is_null()
    to_metres = degrees & east.is_null() & north.is_null()
    if to_degrees.any():
        _fill_pair(parsed, DEGREES, _transformed(east, north, to_degrees, crs, "EPSG:4326"))
    if to_metres.any():
        _fill_pair(parsed, METRES, _transformed(lon, lat, to_metres, "EPSG:4326", crs))
    both = metres & degrees
    if both.any():
        _warn_apart(parsed, (east, north), _transformed(lon, lat, both, "EPSG:4326", crs))


def _fill_pair(parsed: Parsed, names: tuple[str, str], values: Pair) -> None:
    for name, series in zip(names, values, strict=True):
        column = parsed.form.by_name[name]
        filler = series.round(_PLACES[name]).cast(series_of(parsed, column).dtype)
        fill_where_blank(parsed, column, filler, word("from-coordinates"))


def _warn_apart(parsed: Parsed, metres: Pair, other: Pair) -> None:
    apart = ((metres[0] - other[0]) ** 2 + (metres[1] - other[1]) ** 2).sqrt()
    far = (apart > _APART_M).fill_null(value=False)
    if far.any():
        metres_apart = round(max(apart.filter(far).to_list()))
        where = far.arg_true().to_list()
        parsed.notes.add("position-contradicts", "easting", where, metres=metres_apart)


def _transformed(
    first: pl.Series, second: pl.Series, where: pl.Series, source: str, target: str
) -> Pair:
    """The pairs at `where` in another system, x before y; null elsewhere."""
    xs, ys = _transformer(source, target).transform(
        first.filter(where).to_list(), second.filter(where).to_list()
    )
    nothing = pl.Series([None], dtype=pl.Float64).new_from_index(0, first.len())
    indexes = where.arg_true().to_list()
    # pyproj says inf where a point has no counterpart.
    return tuple(  # type: ignore[return-value]  # a pair in, a pair out
        placed(nothing, indexes, [value if abs(value) < 1e11 else None for value in values])
        for values in (xs, ys)
    )


@lru_cache(maxsize=16)
def _transformer(source: str, target: str) -> Any:
    from pyproj import Transformer  # late: 0.15 s, and most sheets have no coordinates

    return Transformer.from_crs(source, target, always_xy=True)
