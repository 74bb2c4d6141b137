"""Rules across columns, as tables: a row in words, and the findings that it must bring."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas import FORMS
from schemas.columns import Form
from schemas.context import broken, with_context
from schemas.places import PACKAGED, Places, load_places
from schemas.types import frame_schema

WAVES = """wave_id,municipality_key,survey_area,starts_on,ends_on
2019-W1,05911000,WAT,2019-05-06,2019-06-14
2021-W1,05911000,,2021-05-03,2021-05-28
"""
ROW: dict[str, dict[str, Any]] = {
    "vacancies": {
        "municipality_key": "05911000",
        "district_id": "05911000-25",
        "survey_area": "WAT",
        "wave_id": "2019-W1",
        "survey_date": "2019-05-07",
        "street": "Hochstraße",
        "object_kind": "EINHEIT",
        "unit_type": "LADENLOKAL",
        "vacancy_status": "LEER",
    },
    "production_sites": {
        "municipality_key": "05911000",
        "district_id": "05911000-25",
        "survey_area": "WAT",
        "wave_id": "2019-W1",
        "survey_date": "2019-05-07",
    },
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    root: Path = tmp_path_factory.mktemp("areas")
    (root / "bochum").mkdir()
    (root / "bochum/waves.csv").write_text(WAVES, encoding="utf-8")
    return load_places(PACKAGED, root)


def typed(form: Form, *rows: dict[str, Any]) -> pl.DataFrame:
    """The typed frame of rows: "2019-05" is a month, "2019" a year, "<2015" before it."""
    return pl.DataFrame(
        [_row(form, {**ROW[form.name], **row}, number) for number, row in enumerate(rows, 2)],
        schema=frame_schema(form),
    )


def _row(form: Form, cells: dict[str, Any], number: int) -> dict[str, Any]:
    row: dict[str, Any] = {"sheet": "A", "row_number": number, "is_quarantined": False}
    for name, value in cells.items():
        column = form.by_name.get(name)
        if column is not None and column.precision_name and value is not None:
            row[name], row[column.precision_name] = _day(str(value))
        else:
            row[name] = Decimal(str(value)) if isinstance(value, float) else value
    return row


def _day(text: str) -> tuple[date, str]:
    if text.startswith("<"):
        return _day(text[1:])[0], "before"
    parts = [int(part) for part in text.split("-")]
    return date(*[*parts, 1, 1][:3]), ("year", "month", "day")[len(parts) - 1]


def told(form: Form, places: Places, *rows: dict[str, Any]) -> list[tuple[int, str, str]]:
    """(sheet row, code, field) of every broken rule."""
    frame = with_context(typed(form, *rows), form, places)
    return [
        (number, rule.code, rule.field)
        for rule in form.rules
        for number in frame.filter(broken(rule))["row_number"]
    ]


A, B = "vacancies", "production_sites"
RULES = [
    # vacant_since not after survey_date, each by its precision
    (A, {"vacant_since": "2019-05-07"}, None),
    (A, {"vacant_since": "2019-05-08"}, "vacant-after-survey vacant_since"),
    (A, {"vacant_since": "2019-05"}, None),
    (A, {"vacant_since": "2019-06"}, "vacant-after-survey vacant_since"),
    (A, {"vacant_since": "2019"}, None),
    (A, {"vacant_since": "2020"}, "vacant-after-survey vacant_since"),
    (A, {"vacant_since": "<2020"}, None),
    (A, {"vacant_since": "2019-12", "survey_date": "2019"}, None),
    # duration class agrees with the date: months from the earliest to the latest start
    (A, {"vacant_since": "2018-12-01", "duration_class": "UNTER_6"}, None),
    (A, {"vacant_since": "2018-11-01", "duration_class": "UNTER_6"},
     "duration-contradicts-date duration_class"),
    (A, {"vacant_since": "2018-05-07", "duration_class": "VON_12_BIS_36"}, None),
    (A, {"vacant_since": "2018-05-08", "duration_class": "VON_12_BIS_36"},
     "duration-contradicts-date duration_class"),
    (A, {"vacant_since": "2018", "duration_class": "VON_12_BIS_36"}, None),
    (A, {"vacant_since": "2018", "duration_class": "VON_36_BIS_60"},
     "duration-contradicts-date duration_class"),
    (A, {"vacant_since": "<2015", "duration_class": "AB_60"}, None),
    (A, {"vacant_since": "<2015", "duration_class": "VON_36_BIS_60"}, None),
    (A, {"vacant_since": "<2014", "duration_class": "VON_36_BIS_60"},
     "duration-contradicts-date duration_class"),
    (A, {"vacant_since": "2018", "duration_class": "UNBEKANNT"}, None),
    (A, {"vacant_since": "2019-08", "duration_class": "UNTER_6"},
     "vacant-after-survey vacant_since"),
    # interim use
    (A, {"interim_use_from": "2019-04-01"}, "interim-use-without-status interim_use_from"),
    (A, {"interim_use_to": "2020-04-01"}, "interim-use-without-status interim_use_to"),
    (A, {"vacancy_status": "ZWISCHENNUTZUNG", "interim_use_from": "2019-04-01",
         "interim_use_to": "2019-12-31"}, None),
    (A, {"vacancy_status": "ZWISCHENNUTZUNG", "interim_use_from": "2019-08-01",
         "interim_use_to": "2019-07-31"}, "interim-use-order interim_use_to"),
    (A, {"vacancy_status": "ZWISCHENNUTZUNG", "interim_use_to": "2019-05-06"},
     "interim-use-over interim_use_to"),
    (A, {"vacancy_status": "ZWISCHENNUTZUNG", "interim_use_to": "2019-05"}, None),
    # what only some kinds of object have
    (A, {"plot_area_m2": 600.0}, "plot-area-of-unit plot_area_m2"),
    (A, {"object_kind": "BRACHFLAECHE", "plot_area_m2": 500.0}, None),
    (A, {"object_kind": "BRACHFLAECHE", "plot_area_m2": 499.99}, "brownfield-small plot_area_m2"),
    (A, {"object_kind": "BAULUECKE", "plot_area_m2": 300.0}, None),
    (A, {"units_in_building": 6}, "only-for-buildings units_in_building"),
    (A, {"object_kind": "GEBAEUDE", "units_in_building": 6, "units_vacant": 6}, None),
    (A, {"object_kind": "GEBAEUDE", "units_in_building": 6, "units_vacant": 7},
     "more-vacant-than-units units_vacant"),
    (A, {"end_reason": "ABRISS"}, "end-reason-without-status end_reason"),
    (A, {"end_reason": "ABRISS", "vacancy_status": "BEENDET"}, None),
    # what the place says
    (A, {"postcode": "44866"}, None),
    (A, {"postcode": "44894"}, "postcode-implausible postcode"),
    (A, {"postcode": "44894", "district_id": "05911000-65"}, None),
    (A, {"easting": 370993.0, "northing": 5704827.0}, None),
    (A, {"easting": 270993.0, "northing": 5704827.0}, "coordinates-outside easting"),
    (A, {"easting": 370993.0, "northing": 57048.0}, "coordinates-outside northing"),
    (A, {"easting": 1.0, "municipality_key": "other", "district_id": None}, None),
    # what the wave says: of its survey area, else of the municipality
    (A, {"survey_date": "2019-05-05"}, "survey-date-outside-wave survey_date"),
    (A, {"survey_date": "2019"}, None),
    (A, {"survey_date": "2018"}, "survey-date-outside-wave survey_date"),
    (A, {"wave_id": "2021-W1", "survey_date": "2021-05-28"}, None),
    (A, {"wave_id": "2021-W1", "survey_date": "2021-05-29", "survey_area": None},
     "survey-date-outside-wave survey_date"),
    (A, {"wave_id": "unheard of", "survey_date": "1999"}, None),
    # production sites
    (B, {"space_need_min_m2": 100.0, "space_need_max_m2": 100.0}, None),
    (B, {"space_need_min_m2": 200.0, "space_need_max_m2": 100.0},
     "space-need-order space_need_max_m2"),
    (B, {"wz_code": "10.71"}, None), (B, {"wz_code": "33"}, None), (B, {"wz_code": "01"}, None),
    (B, {"wz_code": "01.1"}, None), (B, {"wz_code": "2511"}, None),
    (B, {"wz_code": "47.1"}, "wz-not-producing wz_code"),
    (B, {"wz_code": "34"}, "wz-not-producing wz_code"),
    (B, {"wz_code": "02"}, "wz-not-producing wz_code"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "expected"), RULES)
def test_rule(name: str, row: dict[str, Any], expected: str | None, places: Places) -> None:
    found = [f"{code} {field}" for _, code, field in told(FORMS[name], places, row)]
    assert found == ([expected] if expected else [])


def test_a_building_beside_its_units_is_told_at_the_building(places: Places) -> None:
    rows = [
        {"house_number": "12", "object_kind": "GEBAEUDE"},
        {"house_number": "12", "street": "Hochstr."},
        {"house_number": "14", "object_kind": "GEBAEUDE"},
        {"house_number": "12", "object_kind": "GEBAEUDE", "wave_id": "2021-W1",
         "survey_date": "2021-05-04"},
        {"house_number": "12", "object_kind": "GEBAEUDE", "district_id": "05911000-47"},
        {"house_number": None, "object_kind": "GEBAEUDE"},
        {"house_number": None},
        {"house_number": "16 A", "object_kind": "GEBAEUDE"},
        {"house_number": "16a"},
    ]  # fmt: skip
    assert told(FORMS[A], places, *rows) == [
        (2, "building-with-units", "house_number"), (9, "building-with-units", "house_number"),
    ]  # fmt: skip


def test_context_keeps_rows_and_their_order(places: Places) -> None:
    frame = typed(FORMS[A], *({"district_id": code} for code in ("x", None, "05911000-25")))
    joined = with_context(frame, FORMS[A], places)
    assert joined.select(frame.columns).equals(frame)


def test_forms_without_streets_or_areas_have_context_too(places: Places) -> None:
    for name in ("stock", "coverage"):
        form = FORMS[name]
        frame = pl.DataFrame(schema=frame_schema(form))
        assert with_context(frame, form, places).height == 0
