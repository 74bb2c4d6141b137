"""Completing: blanks that cover sheet, upload form, mapping, registers or defaults can fill.

In: a `Parsed` table and what is given for it.
Out: the same table with more values; every filling is a hint, what is typed is checked against
the registers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from pipelines.intake.findings import Finding
from pipelines.intake.given import Given, GivenValues
from pipelines.intake.parse import Parsed, placed, typed
from pipelines.intake.readers import Setting
from pipelines.intake.recognising.lexicon import split_unit, squeeze
from pipelines.intake.result import Reading
from pipelines.intake.rows import texts_of
from pipelines.intake.values.geography import Gazetteer
from pipelines.intake.vector import value_type
from pipelines.intake.words import word
from schemas.columns import Column, Label

_PER_UNIT = re.compile(r"/|\bje\b|\bpro\b|\bper\b", re.IGNORECASE)
_UNREAD = frozenset({"column-doubled", "status-not-read", "years-not-read"})


def complete(parsed: Parsed, given: GivenValues, said: Iterable[Finding]) -> None:
    """Fill blanks with what is given for all rows, absent columns with their defaults.

    Args:
        parsed: the table.
        given: what cover sheet, upload form and mapping say.
        said: findings of recognition; a column that it refused to read is neither absent nor
            blank, so nothing may stand in for it.
    """
    refused = _refused(parsed, said)
    _check_wave(parsed, given)
    for name, value in given.by_name.items():
        if name not in refused:
            _fill_given(parsed, parsed.form.by_name[name], value)
    _fill_defaults(parsed, given, refused)


def _refused(parsed: Parsed, said: Iterable[Finding]) -> set[str]:
    """Fields that the sheet has in some way, but of which no column is read."""
    refused: set[str] = set()
    titles = {column.title.de: column.name for column in parsed.form.columns}
    for finding in said:
        if finding.sheet != parsed.table.sheet.name or finding.form != parsed.form.name:
            continue
        if finding.code in _UNREAD and finding.field is not None:
            refused.add(finding.field)
            parsed.notes.failed[finding.field].update(range(parsed.height))
        elif finding.code == "column-near-miss" and finding.proposal in titles:
            refused.add(titles[finding.proposal])
    return refused


def place_districts(parsed: Parsed, given: GivenValues, setting: Setting) -> None:
    """District from the survey area and back; both must agree."""
    form = parsed.form.by_name
    if "district_code" not in form:
        return
    if not setting.places.has_districts:
        key = setting.places.place.municipality_key
        parsed.notes.add("district-unregistered", "district_code", [], key)
        return
    _district_from_area(parsed, setting.places)
    if "survey_area" in form:
        _check_area(parsed, given, setting.places)
        _area_from_district(parsed, setting.places)


def series_of(parsed: Parsed, column: Column) -> pl.Series:
    """The column's values; all null where the sheet does not have it."""
    series = parsed.values.get(column.name)
    if series is not None:
        return series
    return pl.Series(column.name, [None], value_type(column)).new_from_index(0, parsed.height)


def fill_where_blank(
    parsed: Parsed, column: Column, filler: pl.Series, origin: Label, shown: str | None = None
) -> None:
    """Fill blank cells that are not in error with the filler of their row, and say so once."""
    series = series_of(parsed, column)
    blank = series.is_null() & filler.is_not_null()
    failed = parsed.notes.failed.get(column.name)
    if failed:
        blank = blank & ~_mask(parsed.height, failed)
    count = int(blank.sum())
    if count == 0:
        return
    parsed.values[column.name] = series.zip_with(~blank, filler.cast(series.dtype))
    examples = shown or _examples(filler.filter(blank))
    indexes = [] if count == parsed.height else blank.arg_true().to_list()
    parsed.notes.add(
        "value-filled", column.name, indexes, None, origin=origin, examples=examples, count=count
    )


def _mask(height: int, indexes: set[int]) -> pl.Series:
    nothing = pl.Series([False]).new_from_index(0, height)
    return placed(nothing, sorted(indexes), [True] * len(indexes))


def _examples(values: pl.Series) -> str:
    found = [str(value) for value in values.unique(maintain_order=True).head(4)]
    return ", ".join(found[:3]) + (" …" if len(found) > 3 else "")


def _fill_given(parsed: Parsed, column: Column, given: Given) -> None:
    filler = typed(column.name, [given.read.value], value_type(column))
    filler = filler.new_from_index(0, parsed.height)
    before = series_of(parsed, column)
    fill_where_blank(parsed, column, filler, given.origin, given.text)
    if column.precision_name is not None:
        blank = before.is_null() & series_of(parsed, column).is_not_null()
        precision = parsed.values.get(column.precision_name)
        if precision is None:
            precision = pl.Series(column.precision_name, [None], pl.String).new_from_index(
                0, parsed.height
            )
        known = pl.Series([str(given.read.precision)]).new_from_index(0, parsed.height)
        parsed.values[column.precision_name] = precision.zip_with(~blank, known)


def _fill_defaults(parsed: Parsed, given: GivenValues, refused: set[str]) -> None:
    """The default of a column that neither sheet nor anybody else gives."""
    for column in parsed.form.columns:
        if column.default is None or column.name in given.by_name:
            continue
        if column.name in parsed.notes.letters or column.name in refused:
            continue
        value = pl.Series(column.name, [column.default], pl.String)
        parsed.values[column.name] = value.new_from_index(0, parsed.height)
        parsed.notes.add("value-default", column.name, [], "", column.default)


def move_vague(parsed: Parsed) -> None:
    """Under a vague heading ("Fläche"), some rows mean another column (of a site: the plot)."""
    for column in parsed.form.columns:
        if column.vague_elsewhere is None:
            continue
        heading = _heading_of(parsed, column)
        if heading is None:
            continue
        condition, other = column.vague_elsewhere
        deciding = parsed.values.get(condition.column)
        if deciding is None or squeeze(split_unit(heading)[0]) not in _vague(column):
            continue
        target = series_of(parsed, parsed.form.by_name[other])
        own = parsed.values[column.name]
        moved = deciding.is_in(list(condition.values)) & own.is_not_null() & target.is_null()
        where = moved.fill_null(value=False).arg_true().to_list()
        if where:
            parsed.values[other] = placed(target, where, own.gather(where).to_list())
            parsed.values[column.name] = placed(own, where, [None] * len(where))
            title = parsed.form.by_name[other].title
            parsed.notes.add("vague-moved", column.name, where, heading=heading, other=title)


def refuse_vague(parsed: Parsed) -> None:
    """Under a vague heading ("Miete"), numbers too great show that something else is meant."""
    for column in parsed.form.columns:
        values = parsed.values.get(column.name) if column.vague_below is not None else None
        heading = _heading_of(parsed, column) if values is not None else None
        if values is None or heading is None:
            continue
        if _PER_UNIT.search(heading) or squeeze(split_unit(heading)[0]) not in _vague(column):
            continue
        failed = parsed.notes.failed.get(column.name, set())
        if not failed and not (values > (column.vague_below or 0)).fill_null(value=False).any():
            continue
        where = values.is_not_null().arg_true().to_list()
        texts = texts_of(parsed, column.name, where)
        largest = texts[where.index(int(values.arg_max() or 0))] if where else heading
        parsed.notes.add(
            "column-of-another", column.name, where, None, heading=heading, largest=largest,
            unit=column.unit,
        )  # fmt: skip
        parsed.notes.read(column.name, where, texts, [Reading.UNREADABLE] * len(where))
        parsed.values[column.name] = placed(values, where, [None] * len(where))


def _heading_of(parsed: Parsed, column: Column) -> str | None:
    letter = parsed.notes.letters.get(column.name)
    return next((c.heading for c in parsed.table.columns if c.letter == letter), None)


def _vague(column: Column) -> set[str]:
    return {squeeze(text) for text in column.vague_synonyms}


def _check_wave(parsed: Parsed, given: GivenValues) -> None:
    """A wave in the sheet that contradicts the upload form makes its rows uncountable."""
    typed = parsed.values.get("wave_id")
    if typed is None or given.wave is None:
        return
    wrong = (typed != given.wave).fill_null(value=False)
    if not wrong.any():
        return
    where = wrong.arg_true().to_list()
    by_value: dict[str, list[int]] = {}
    for index, value in zip(where, typed.filter(wrong).to_list(), strict=True):
        by_value.setdefault(value, []).append(index)
    for value, indexes in by_value.items():
        parsed.notes.add("wave-contradicts", "wave_id", indexes, value, given.wave, wave=given.wave)
    parsed.values["wave_id"] = placed(typed, where, [None] * len(where))


def _district_from_area(parsed: Parsed, places: Gazetteer) -> None:
    column = parsed.form.by_name["district_code"]
    single = {area: codes[0] for area, codes in places.area_codes.items() if len(codes) == 1}
    area = parsed.values.get("survey_area")
    if not single or area is None or not series_of(parsed, column).null_count():
        return
    filler = area.replace_strict(
        list(single), list(single.values()), default=None, return_dtype=pl.String
    )
    fill_where_blank(parsed, column, filler, word("from-area"))


def _area_from_district(parsed: Parsed, places: Gazetteer) -> None:
    column = parsed.form.by_name["survey_area"]
    area_of = dict(places.area_of)
    if not area_of or not series_of(parsed, column).null_count():
        return
    filler = series_of(parsed, parsed.form.by_name["district_code"]).replace_strict(
        list(area_of), list(area_of.values()), default=None, return_dtype=pl.String
    )
    fill_where_blank(parsed, column, filler, word("from-district"))


def _check_area(parsed: Parsed, given: GivenValues, places: Gazetteer) -> None:
    """A typed area that does not hold the district is wrong; a given one only warns."""
    area = parsed.values.get("survey_area")
    district = parsed.values.get("district_code")
    if area is None or district is None or not places.area_codes:
        return
    pairs = pl.DataFrame({"area": area, "district": district})
    fitting = pl.DataFrame(
        [(name, code) for name, codes in places.area_codes.items() for code in codes],
        schema={"area": pl.String, "district": pl.String},
        orient="row",
    ).select(pl.struct("area", "district"))
    is_known = area.is_in(list(places.area_codes)) & district.is_not_null()
    agrees = pairs.select(pl.struct("area", "district").is_in(fitting.to_series().implode()))
    wrong = is_known & ~agrees.to_series()
    if wrong.any():
        _note_area(parsed, given, wrong)


def _note_area(parsed: Parsed, given: GivenValues, wrong: pl.Series) -> None:
    where = wrong.arg_true().to_list()
    areas = parsed.values["survey_area"].gather(where).to_list()
    districts = parsed.values["district_code"].gather(where).to_list()
    is_typed = "survey_area" in parsed.notes.letters
    cover = given.by_name.get("survey_area")
    groups: dict[tuple[str, str], list[int]] = {}
    for index, area, district in zip(where, areas, districts, strict=True):
        groups.setdefault((area, district), []).append(index)
    for (area, district), indexes in groups.items():
        if is_typed and (cover is None or cover.read.value != area):
            parsed.notes.add("area-contradicts-district", "survey_area", indexes, area)
        else:
            parsed.notes.add("district-outside-area", "district_code", indexes, district, area=area)
    series = parsed.values["survey_area"]
    parsed.values["survey_area"] = placed(series, where, [None] * len(where))
