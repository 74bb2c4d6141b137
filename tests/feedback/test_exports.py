"""What ODK and Kobo export of our XLSForm is read without a mapping and without an objection."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from pipelines.feedback.template import TemplateOptions
from pipelines.feedback.xlsform import write_xlsform
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import Status
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Kind, Level
from schemas.places import Place, Places

ANSWERS = {
    "municipality_key": "05911000", "wave_id": "2019-W1", "survey_date": "2019-05-03",
    "survey_area": "WAT", "district_code": "25", "street": "Hochstraße", "house_number": "12-14",
    "section_id": "25-S01", "object_kind": "EINHEIT", "unit_type": "LADENLOKAL", "storey": "EG",
    "vacancy_status": "LEER", "vacant_since": "2015", "gross_area_m2": "80.5", "condition": "2",
    "window_state": "LEER ABGEKLEBT", "photo_ref": "1557000000000.jpg",
}  # fmt: skip


@pytest.fixture
def questions(tmp_path: Path, place: Place) -> list[str]:
    """The names of the questions, in the order of the form."""
    path = tmp_path / "form.xlsx"
    write_xlsform(path, TemplateOptions(place, area="WAT", level=Level.DESK))
    survey = openpyxl.load_workbook(path)["survey"]
    return [str(row[1].value) for row in survey.iter_rows(min_row=2)]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def odk(path: Path, questions: list[str]) -> Path:
    """ODK Central: a CSV, several answers in one cell with blanks between them."""
    target = path / "leerstand_vacancies.csv"
    headings = [
        "SubmissionDate",
        *questions,
        "meta-instanceID",
        "KEY",
        "SubmitterID",
        "ReviewState",
    ]
    told = ["2019-05-03T09:30:00.000Z", *(ANSWERS.get(name, "") for name in questions)]
    with target.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([headings, [*told, "uuid:1", "uuid:1", "7", ""]])
    return target


def kobo(path: Path, questions: list[str]) -> Path:
    """Kobo: a workbook, beside several answers in one cell a column of 0 and 1 for each."""
    target = path / "aRxyz.xlsx"
    book = openpyxl.Workbook()
    headings: list[str] = ["start", "end"]
    told: list[object] = ["2019-05-03T09:12:00.000+02:00", "2019-05-03T09:15:00.000+02:00"]
    for name in questions:
        headings.append(name)
        told.append(ANSWERS.get(name))
        column = FORMS["vacancies"].by_name.get(name)
        if column is not None and column.kind is Kind.CODES and name in ANSWERS:
            codes = [code.code for code in code_list(str(column.code_list)).codes]
            headings += [f"{name}/{code}" for code in codes]
            told += [int(code in ANSWERS[name].split()) for code in codes]
    headings += ["_id", "_uuid", "_submission_time", "_validation_status", "_index"]
    book.worksheets[0].append(headings)
    book.worksheets[0].append([*told, 101, "0a1b", "2019-05-03T07:15:00", None, 1])
    book.save(target)
    return target


@pytest.mark.parametrize("export", [odk, kobo])
def test_export_is_read(
    export: object, questions: list[str], tmp_path: Path, place: Place, reader: Reader
) -> None:
    assert callable(export)
    places = Places({place.municipality_key: place})
    checked = check_file(
        export(tmp_path, questions), CheckOptions(today="2019-06-01"), places, reader
    )
    assert [f.to_json("de") for f in checked.findings if f.severity != "hint"] == []
    assert checked.status is Status.ACCEPTED
    row = checked.forms[0].frame.row(0, named=True)
    assert {name: row[name] for name in ("house_number", "vacancy_status", "window_state")} == {
        "house_number": "12-14", "vacancy_status": "LEER", "window_state": ["LEER", "ABGEKLEBT"],
    }  # fmt: skip
    assert str(row["gross_area_m2"]) == "80.50"
    assert (str(row["vacant_since"]), row["vacant_since_precision"]) == ("2015-01-01", "year")
    assert row["section_id"] == "25-S01"
