"""The walk list: printed in walking order, and read back with the former answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from pipelines.feedback.form_sheet import FIRST_ROW, HEADING_ROW
from pipelines.feedback.template import TemplateOptions, write_template
from pipelines.feedback.walk_sheet import in_walking_order
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.stamp import read_stamp
from schemas.places import Place, Places


@pytest.fixture
def former() -> pl.DataFrame:
    """Three known objects, as the edition's view `units` holds them."""
    return pl.DataFrame(
        {
            "object_id": ["25-A0001", "25-A0002", "25-A0003"],
            "district_code": ["25"] * 3,
            "street": ["Hochstraße"] * 3,
            "house_number": ["102", "9", "101a"],
            "unit_label": [None, "links", None],
            "section_id": ["25-S01"] * 3,
            "object_kind": ["EINHEIT"] * 3,
            "unit_type": ["LADENLOKAL"] * 3,
            "vacancy_status": ["LEER", "ZWISCHENNUTZUNG", "LEER"],
            "previous_use": ["EINZELHANDEL", None, "GASTRONOMIE"],
            "vacant_since": [date(2015, 1, 1), None, date(2018, 9, 1)],
            "vacant_since_precision": ["year", None, "month"],
            "gross_area_m2": [Decimal("80.50"), None, Decimal("120.00")],
            "window_state": [["LEER", "ABGEKLEBT"], None, []],
        }
    )


@pytest.fixture
def book(tmp_path: Path, former: pl.DataFrame, place: Place) -> openpyxl.Workbook:
    path = tmp_path / "Gangliste.xlsx"
    write_template(path, TemplateOptions(place, area="WAT", wave="2021-W1", former=former))
    return openpyxl.load_workbook(path)


def test_walking_order_is_up_one_side_and_up_the_other(former: pl.DataFrame) -> None:
    assert in_walking_order(former)["house_number"].to_list() == ["9", "101a", "102"]


def test_what_is_printed_and_what_is_asked(book: openpyxl.Workbook) -> None:
    sheet = book["Leerstände"]
    headings = [str(cell.value).rstrip(" *") for cell in sheet[HEADING_ROW]]
    rows = [
        {heading: cell.value for heading, cell in zip(headings, row, strict=True) if cell.value}
        for row in sheet.iter_rows(min_row=FIRST_ROW, max_row=FIRST_ROW + 2)
    ]
    common = {
        "Statistischer Bezirk": "Wattenscheid-Mitte", "Straße": "Hochstraße",
        "Straßenabschnitt": "Hochstraße 1-60", "Objektart": "Einheit",
        "Einheitstyp": "Ladenlokal",
    }  # fmt: skip
    assert rows[0] == common | {
        "Objekt-ID": "25-A0002", "Hausnummer": "9", "Lage im Haus": "links",
        "bisher: Status": "Zwischennutzung",
    }  # fmt: skip
    assert rows[2] == common | {
        "Objekt-ID": "25-A0001", "Hausnummer": "102", "bisher: Status": "leer",
        "bisher: Letzte Nutzung": "Einzelhandel",
    }  # fmt: skip
    assert headings[0] == "unverändert"


def test_former_answers_as_texts(book: openpyxl.Workbook) -> None:
    sheet = book["Bisher"]
    assert sheet.sheet_state == "hidden"
    assert read_stamp(sheet["A1"].value) == {"role": "former"}
    names, first, _, third = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    answers = dict(zip(names, first, strict=True))
    assert answers["vacant_since"] == "2015"
    assert answers["gross_area_m2"] == "80,50"
    assert answers["window_state"] == "LEER; ABGEKLEBT"
    assert dict(zip(names, third, strict=True))["vacant_since"] == "09.2018"


def test_answers_come_back(
    book: openpyxl.Workbook, former: pl.DataFrame, place: Place, tmp_path: Path
) -> None:
    """Ticked: the old answers hold; not ticked, empty: told; ticked, but unknown: told."""
    sheet = book["Leerstände"]
    book["Deckblatt"]["B6"] = date(2021, 5, 3)
    headings = [str(cell.value).rstrip(" *") for cell in sheet[HEADING_ROW]]
    rows = {sheet.cell(row, 4).value: row for row in range(FIRST_ROW, FIRST_ROW + 3)}
    sheet.cell(rows["25-A0001"], 1).value = "x"
    sheet.cell(rows["25-A0001"], headings.index("Gesamtfläche [m²]") + 1).value = 95
    new = FIRST_ROW + 3
    for heading, value in {
        "unverändert": "x", "Objekt-ID": "25-A0777", "Statistischer Bezirk": "Wattenscheid-Mitte",
        "Straße": "Hochstraße", "Hausnummer": "200", "Objektart": "Einheit",
        "Einheitstyp": "Ladenlokal", "Status": "leer",
    }.items():  # fmt: skip
        sheet.cell(new, headings.index(heading) + 1).value = value
    path = tmp_path / "zurueck.xlsx"
    book.save(path)
    with Reader() as reader:
        places = Places({place.municipality_key: place})
        checked = check_file(path, CheckOptions(today="2021-06-01"), places, reader)
    told = {finding.code: finding.rows for finding in checked.findings}
    assert told["walk-list-unanswered"] == (rows["25-A0002"], rows["25-A0003"])
    assert told["walk-list-taken-over"] == (rows["25-A0001"],)
    assert told["walk-list-unknown"] == (new,)
    assert {f.code for f in checked.findings if f.severity == "error"} == set()
    (form,) = (form for form in checked.forms if form.form == "vacancies")
    kept = {row["object_id"]: row for row in form.frame.iter_rows(named=True)}
    assert set(kept) == {"25-A0001", "25-A0777"}
    taken = kept["25-A0001"]
    assert (taken["vacancy_status"], taken["previous_use"]) == ("LEER", "EINZELHANDEL")
    assert taken["gross_area_m2"] == Decimal("95.00"), "what the row says goes first"
    assert (taken["vacant_since"], taken["vacant_since_precision"]) == (date(2015, 1, 1), "year")
    assert taken["survey_date"] == date(2021, 5, 3), "the day of this walk"
