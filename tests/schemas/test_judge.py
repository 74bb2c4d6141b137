"""The judge refuses every row that breaks its declaration, and no other."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from pandera.errors import SchemaErrors

from schemas import FORMS
from schemas.judge import pandera_schema
from schemas.types import frame_schema

GOOD: dict[str, dict[str, Any]] = {
    "vacancies": {
        "wave_id": "2019-W1", "survey_date": date(2019, 5, 7), "survey_date_precision": "day",
        "district_code": "25", "street": "Hochstraße", "object_kind": "EINHEIT",
        "unit_type": "LADENLOKAL", "vacancy_status": "LEER", "causes": ["MIETE", "ZUSTAND"],
        "gross_area_m2": Decimal("80.00"), "production_fit": 3,
    },
    "production_sites": {
        "wave_id": "2019-W1", "survey_date": date(2019, 1, 1), "survey_date_precision": "year",
        "district_code": "25", "location_note": "im Hof", "site_status": "AKTIV",
        "production_type": "UNBEKANNT", "wz_code": "10.71",
    },
    "stock": {
        "wave_id": "2019-W1", "district_code": "25", "unit_type": "LADENLOKAL",
        "units_total": 657, "coverage": "VOLL",
    },
    "coverage": {
        "wave_id": "2019-W1", "section_id": "HOCH-1", "walked_on": date(2019, 5, 7),
        "walked_on_precision": "day", "coverage": "NICHT",
    },
}  # fmt: skip
LEAD = {
    "sheet": "A", "row_number": 2, "is_quarantined": False, "municipality_key": "05911000",
    "district_id": "05911000-25",
}  # fmt: skip


def refused(name: str, *changes: dict[str, Any]) -> set[tuple[int, str]]:
    """(place in the frame, column) of everything the judge refuses."""
    form = FORMS[name]
    rows = [{**LEAD, **GOOD[name], **change} for change in changes]
    frame = pl.DataFrame(rows, schema=frame_schema(form))
    try:
        pandera_schema(form).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return set(cases.select(pl.col("index"), pl.col("column")).iter_rows())
    return set()


@pytest.mark.parametrize("name", FORMS)
def test_a_good_row_passes(name: str) -> None:
    assert refused(name, {}) == set()


@pytest.mark.parametrize("name", FORMS)
def test_an_empty_frame_passes(name: str) -> None:
    assert refused(name) == set()


@pytest.mark.parametrize(
    ("name", "column"),
    [
        (form.name, column.name)
        for form in FORMS.values()
        for column in form.key_columns
        if column.key_when is None and column.alternative is None
    ],
)
def test_no_key_is_null(name: str, column: str) -> None:
    assert (1, column) in refused(name, {}, {column: None})


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("vacancies", {"object_kind": "LEERSTAND"}, "object_kind"),
    ("vacancies", {"causes": ["MIETE", "WETTER"]}, "causes"),
    ("vacancies", {"gross_area_m2": Decimal("-0.01")}, "gross_area_m2"),
    ("vacancies", {"production_fit": 4}, "production_fit"),
    ("vacancies", {"survey_date_precision": "hour"}, "survey_date_precision"),
    ("vacancies", {"is_quarantined": True}, "vacancies"),
    ("vacancies", {"street": None}, "vacancies"),
    ("vacancies", {"unit_type": None}, "vacancies"),
    ("production_sites", {"wz_code": "Bäcker"}, "wz_code"),
    ("stock", {"units_total": -1}, "units_total"),
]
PASSED: list[tuple[str, dict[str, Any]]] = [
    ("vacancies", {"street": None, "location_note": "am Bahnhof"}),
    ("vacancies", {"object_kind": "BRACHFLAECHE", "unit_type": None}),
    ("vacancies", {"causes": None}),
    ("vacancies", {"causes": []}),
    ("vacancies", {"survey_area": None}),
]


@pytest.mark.parametrize(("name", "change", "column"), REFUSED)
def test_what_breaks_a_declaration(name: str, change: dict[str, Any], column: str) -> None:
    assert refused(name, {}, change) == {(1, column)}


@pytest.mark.parametrize(("name", "change"), PASSED)
def test_what_may_be_missing(name: str, change: dict[str, Any]) -> None:
    assert refused(name, change) == set()


def test_types_are_judged() -> None:
    form = FORMS["vacancies"]
    frame = pl.DataFrame([LEAD | GOOD["vacancies"]], schema=frame_schema(form))
    wrong = frame.with_columns(pl.col("gross_area_m2").cast(pl.Float64))
    with pytest.raises(SchemaErrors, match="gross_area_m2"):
        pandera_schema(form).validate(wrong, lazy=True)


def test_an_object_stands_once_where_that_is_asked() -> None:
    form = FORMS["vacancies"]
    rows = [LEAD | GOOD["vacancies"] | {"object_id": "25-A0001"}] * 2
    frame = pl.DataFrame(rows, schema=frame_schema(form))
    schema = pandera_schema(form, unique=("municipality_key", "wave_id", "object_id"))
    with pytest.raises(SchemaErrors, match="DUPLICATES"):
        schema.validate(frame, lazy=True)
