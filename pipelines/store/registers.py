"""Registers: places and code lists as tables of the edition.

In: `Places` and the code lists.
Out: frames, one per table of schema `registers`, ordered, so that an edition is reproducible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from schemas.code_lists import code_list, code_list_names
from schemas.places import Place, Places

_TEXT, _DAY, _NUMBER, _COUNT = pl.String(), pl.Date(), pl.Decimal(14, 2), pl.Int32()


def registers(places: Places) -> dict[str, pl.DataFrame]:
    """The tables districts, survey_areas, waves, sections and codes."""
    known = [places.by_key[key] for key in sorted(places.by_key)]
    return {
        "districts": _districts(known),
        "survey_areas": _survey_areas(known),
        "waves": _waves(known),
        "sections": _sections(known),
        "codes": _codes(),
    }


def _frame(schema: Mapping[str, pl.DataType], rows: Iterable[Sequence[object]]) -> pl.DataFrame:
    texts = {name: pl.String() if kind == _NUMBER else kind for name, kind in schema.items()}
    # Numbers pass through text, so that 12.3 becomes 12.30 and never 12.29.
    plain = [
        tuple(str(value) if isinstance(value, float) else value for value in row) for row in rows
    ]
    typed = [pl.col(name).cast(kind) for name, kind in schema.items()]
    return pl.DataFrame(plain, schema=texts, orient="row").select(typed).sort(pl.all())


def _districts(known: list[Place]) -> pl.DataFrame:
    schema = {
        "municipality_key": _TEXT, "municipality": _TEXT, "district_id": _TEXT,
        "district_code": _TEXT, "district": _TEXT, "borough_code": _TEXT, "borough": _TEXT,
        "survey_area": _TEXT, "area_km2": _NUMBER, "inhabitants": _COUNT,
        "tile_row": _COUNT, "tile_col": _COUNT,
    }  # fmt: skip
    return _frame(
        schema,
        (
            (
                place.municipality_key, place.municipality, one.district_id, one.district_code,
                one.district, one.borough_code, one.borough, _area_of(place, one.district_code),
                one.area_km2, one.inhabitants, one.tile_row, one.tile_col,
            )
            for place in known
            for one in place.districts
        ),
    )  # fmt: skip


def _area_of(place: Place, district_code: str) -> str | None:
    """The one survey area that lists a district; None where none or several do."""
    areas = [
        area.survey_area for area in place.survey_areas if district_code in area.district_codes
    ]
    return areas[0] if len(areas) == 1 else None


def _survey_areas(known: list[Place]) -> pl.DataFrame:
    schema = {"municipality_key": _TEXT, "survey_area": _TEXT, "label": _TEXT}
    return _frame(
        schema,
        (
            (place.municipality_key, area.survey_area, area.label)
            for place in known
            for area in place.survey_areas
        ),
    )


def _waves(known: list[Place]) -> pl.DataFrame:
    schema = {
        "wave_id": _TEXT, "label": _TEXT, "municipality_key": _TEXT, "survey_area": _TEXT,
        "starts_on": _DAY, "ends_on": _DAY, "reference_date": _DAY, "status": _TEXT,
    }  # fmt: skip
    return _frame(
        schema,
        (
            (
                wave.wave_id, wave.label, wave.municipality_key, wave.survey_area,
                wave.starts_on, wave.ends_on, wave.reference_date, wave.status,
            )
            for place in known
            for wave in place.waves
        ),
    )  # fmt: skip


def _sections(known: list[Place]) -> pl.DataFrame:
    schema = {
        "section_id": _TEXT, "label": _TEXT, "municipality_key": _TEXT, "street": _TEXT,
        "from_street": _TEXT, "to_street": _TEXT, "side": _TEXT, "length_m": _NUMBER,
        "buildings": _COUNT, "district_id": _TEXT,
    }  # fmt: skip
    return _frame(
        schema,
        (
            (
                one.section_id, one.label, one.municipality_key, one.street, one.from_street,
                one.to_street, one.side, one.length_m, one.buildings,
                _district_of(place, one.section_id),
            )
            for place in known
            for one in place.sections
        ),
    )  # fmt: skip


def _district_of(place: Place, section_id: str) -> str | None:
    codes = {street.district_code for street in place.streets if street.section_id == section_id}
    ids = [one.district_id for one in place.districts if one.district_code in codes]
    return ids[0] if len(ids) == 1 else None


def _codes() -> pl.DataFrame:
    schema = {"code_list": _TEXT, "place": _COUNT, "code": _TEXT, "de": _TEXT, "en": _TEXT}
    return _frame(
        schema,
        (
            (name, place, code.code, code.label.de, code.label.en)
            for name in code_list_names()
            for place, code in enumerate(code_list(name).codes, 1)
        ),
    )
