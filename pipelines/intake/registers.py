"""Registers: what street and house number, postcode or position say of a row's place.

In: a `Parsed` table and the place's registers.
Out: district, postcode and section filled in where blank, and warnings where what is typed says
something else. A postcode decides a district only where a mapping asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.intake.complete import fill_where_blank, series_of
from pipelines.intake.outlines import located
from pipelines.intake.parse import Parsed, placed
from pipelines.intake.result import Reading
from pipelines.intake.values.geography import Gazetteer
from pipelines.intake.values.houses import house_number_parts
from pipelines.intake.values.split import split_address
from pipelines.intake.words import word
from schemas.folding import fold
from schemas.places import Place, StreetRange
from schemas.vectors import street_key

_FIELDS = ("district_code", "postcode", "section_id")
_EVEN, _ODD = ("gerade", "even", "g"), ("ungerade", "odd", "u")


@dataclass(frozen=True)
class Streets:
    """The street register: key of a street → its ranges, and the name it is entered under."""

    ranges: Mapping[str, Sequence[StreetRange]]
    names: Mapping[str, str]


_MADE: dict[int, tuple[Place, Streets]] = {}


def streets_of(place: Place) -> Streets:
    """The street register of a place, made once."""
    made = _MADE.get(id(place))
    if made is None or made[0] is not place:
        keys = _keys([entry.street for entry in place.streets])
        ranges: defaultdict[str, list[StreetRange]] = defaultdict(list)
        for entry in place.streets:
            ranges[keys[entry.street]].append(entry)
        names = {key: entries[0].street for key, entries in ranges.items()}
        made = _MADE[id(place)] = (place, Streets(ranges, names))
    return made[1]


def _keys(texts: Sequence[str]) -> dict[str, str]:
    unique = pl.DataFrame({"text": list(dict.fromkeys(texts))}, schema={"text": pl.String})
    keyed = unique.with_columns(street_key(pl.col("text")).alias("key"))
    return dict(keyed.iter_rows())


def consult_streets(parsed: Parsed, places: Gazetteer) -> None:
    """Mend the spelling of streets, fill in what the register knows, warn of contradictions."""
    street = parsed.values.get("street")
    if street is None or not places.place.streets or street.null_count() == parsed.height:
        return
    register = streets_of(places.place)
    _mend_spelling(parsed, register)
    known = _looked_up(parsed, register)
    for name in _FIELDS:
        if name in parsed.form.by_name and known[name].null_count() < parsed.height:
            _contradictions(parsed, name, known[name])
            fill_where_blank(parsed, parsed.form.by_name[name], known[name], word("from-street"))


def split_numbers(parsed: Parsed) -> None:
    """Take the house number out of the street where its own cell is blank: "Hochstraße 12a"."""
    street = parsed.values.get("street")
    if street is None or "house_number" not in parsed.form.by_name:
        return
    column = parsed.form.by_name["house_number"]
    number = series_of(parsed, column)
    ends = street.str.contains(r"\d ?[a-zA-Z]?$") & number.is_null()
    where = ends.fill_null(value=False).arg_true().to_list()
    failed = parsed.notes.failed.get("house_number", set())
    texts = zip(where, street.gather(where).to_list(), strict=True)
    parts = {i: split_address(str(text)) for i, text in texts if i not in failed}
    split = {i: part for i, part in parts.items() if part.is_split and part.house_number}
    _tell_whole(parsed, street, number, set(split) | failed)
    if not split:
        return
    found = list(split)
    raws = street.gather(found).to_list()
    streets, numbers = zip(*((p.street, p.house_number) for p in split.values()), strict=True)
    parsed.values["street"] = placed(street, found, streets)
    parsed.values["house_number"] = placed(number, found, numbers)
    parsed.notes.add("street-split", "street", found, raws[0] if len(set(raws)) == 1 else None)
    parsed.notes.read("street", found, raws, [Reading.INTERPRETED] * len(found))


def _tell_whole(parsed: Parsed, street: pl.Series, number: pl.Series, told: set[int]) -> None:
    """Say of streets with a number in them that it was not taken for a house number."""
    inside = street.str.contains(r"\d") & ~street.str.contains(r"\d\. ") & number.is_null()
    where = [i for i in inside.fill_null(value=False).arg_true().to_list() if i not in told]
    by_text: dict[str, list[int]] = {}
    for index, text in zip(where, street.gather(where).to_list(), strict=True):
        by_text.setdefault(str(text), []).append(index)
    for text, indexes in by_text.items():
        parsed.notes.add("address-whole", "street", indexes, text)


def _mend_spelling(parsed: Parsed, register: Streets) -> None:
    street = parsed.values["street"]
    keys = _keys([str(text) for text in street.drop_nulls().unique(maintain_order=True)])
    for text, key in keys.items():
        name = register.names.get(key)
        if name is None or name == text:
            continue
        where = (parsed.values["street"] == text).fill_null(value=False).arg_true().to_list()
        count = len(where)
        parsed.notes.add("street-mended", "street", where, text, name)
        parsed.notes.read("street", where, [text] * count, [Reading.CORRECTED] * count)
        parsed.values["street"] = placed(parsed.values["street"], where, [name] * count)


def _looked_up(parsed: Parsed, register: Streets) -> pl.DataFrame:
    """What the register says of each row, null where it does not say one thing."""
    number = series_of(parsed, parsed.form.by_name["house_number"])
    pairs = pl.DataFrame({"street": parsed.values["street"], "number": number})
    unique = pairs.unique(maintain_order=True)
    keys = _keys([str(text) for text in unique["street"].drop_nulls()])
    found = [
        _answer(register.ranges.get(keys[street], ()) if street else (), number)
        for street, number in unique.iter_rows()
    ]
    answers = pl.DataFrame(found, schema=dict.fromkeys(_FIELDS, pl.String), orient="row")
    both = unique.hstack(answers)
    return pairs.join(both, on=["street", "number"], how="left", nulls_equal=True,
                      maintain_order="left")  # fmt: skip


def _answer(ranges: Sequence[StreetRange], number: str | None) -> tuple[str | None, ...]:
    parts = house_number_parts(number) if number else None
    fitting = [entry for entry in ranges if _fits(entry, parts[0] if parts else None)]
    values = [{getattr(entry, name) for entry in fitting} - {""} for name in _FIELDS]
    return tuple(next(iter(options)) if len(options) == 1 else None for options in values)


def _fits(entry: StreetRange, number: int | None) -> bool:
    """Whether a range may hold the number; without a number every range of the street may."""
    if number is None:
        return True
    if entry.number_from is not None and number < entry.number_from:
        return False
    if entry.number_to is not None and number > entry.number_to:
        return False
    side = fold(entry.side)
    if side in _EVEN:
        return number % 2 == 0
    return number % 2 == 1 if side in _ODD else True


def _contradictions(parsed: Parsed, name: str, known: pl.Series) -> None:
    typed = parsed.values.get(name)
    if typed is None or name not in parsed.notes.letters:
        return
    wrong = ((typed != known) & typed.is_not_null() & known.is_not_null()).fill_null(value=False)
    if not wrong.any():
        return
    where = wrong.arg_true().to_list()
    groups: dict[tuple[str, str], list[int]] = {}
    pairs = zip(typed.gather(where).to_list(), known.gather(where).to_list(), strict=True)
    for index, pair in zip(where, pairs, strict=True):
        groups.setdefault(pair, []).append(index)
    for (value, says), indexes in groups.items():
        parsed.notes.add("register-contradicts", name, indexes, value, says)


def district_from_postcode(parsed: Parsed, places: Gazetteer) -> None:
    """The district of a postcode that only one district lists, where the sheet names none."""
    districts: defaultdict[str, set[str]] = defaultdict(set)
    for district in places.place.districts:
        for code in district.postcodes:
            districts[code].add(district.district_code)
    single = {code: min(found) for code, found in districts.items() if len(found) == 1}
    postcode = parsed.values.get("postcode")
    if not single or postcode is None:
        return
    filler = postcode.replace_strict(
        list(single), list(single.values()), default=None, return_dtype=pl.String
    )
    column = parsed.form.by_name["district_code"]
    fill_where_blank(parsed, column, filler, word("from-postcode"))


def district_from_position(parsed: Parsed, place: Place) -> None:
    """The district whose outline holds the row's position, where the sheet names none."""
    lon, lat = parsed.values.get("longitude"), parsed.values.get("latitude")
    if lon is None or lat is None:
        return
    points = pl.DataFrame({"lon": lon.cast(pl.Float64), "lat": lat.cast(pl.Float64)})
    column = parsed.form.by_name["district_code"]
    fill_where_blank(parsed, column, located(points, place), word("from-coordinates"))
