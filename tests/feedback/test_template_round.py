"""A template filled in comes back without a finding, through openpyxl and through LibreOffice."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipelines.feedback.form_sheet import FIRST_ROW, HEADING_ROW, heading
from pipelines.feedback.template import TemplateOptions, columns_of, write_template
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook, Status
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Kind, Lang, Level
from schemas.places import Place, Places

OBJECT = {
    "object_kind": "EINHEIT", "unit_type": "LADENLOKAL", "vacancy_status": "ZWISCHENNUTZUNG",
    "district_code": "Wattenscheid-Mitte", "section_id": "Hochstraße 1-60", "postcode": "44866",
    "survey_date": date(2019, 5, 3), "vacant_since": date(2018, 1, 1), "duration_class": None,
    "interim_use_from": date(2019, 1, 1), "interim_use_to": date(2019, 12, 31),
    "plot_area_m2": None, "units_in_building": None, "units_vacant": None, "end_reason": None,
    "hold_reason": None, "hold_date": None, "easting": 370993, "northing": 5704827,
    "longitude": None, "latitude": None, "wave_id": None, "survey_area": None,
    "walked_on": date(2019, 5, 3), "space_need_min_m2": 50, "space_need_max_m2": 90,
}  # fmt: skip
"""Values that the rules across columns accept; every other cell gets the column's example."""


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def answer(column: Column, lang: Lang) -> object:
    if column.name in OBJECT:
        value = OBJECT[column.name]
        if column.code_list and isinstance(value, str):
            return code_list(column.code_list).by_code[value].label[lang]
        return value
    if column.code_list:
        codes = code_list(column.code_list).codes
        several = [code.label[lang] for code in codes[:2]]
        return "; ".join(several) if column.kind is Kind.CODES else several[0]
    if column.kind is Kind.DATE:
        return date(2019, 5, 3)
    if column.kind is Kind.INTEGER:
        return 3
    if column.kind is Kind.DECIMAL:
        return 80.5
    return column.example


def fill(path: Path, level: Level, lang: Lang) -> None:
    book = openpyxl.load_workbook(path)
    cover = book.worksheets[0]
    cover["B6"] = date(2019, 5, 3)
    table = next(
        cell.row for cell in cover["A"] if str(cell.value) == FORMS["coverage"].title[lang]
    )
    section = [answer(FORMS["coverage"].by_name[name], lang) for name in ("walked_on", "coverage")]
    for at, value in enumerate([OBJECT["section_id"], *section], 1):
        cover.cell(table + 2, at, value)
    for name in ("vacancies", "production_sites"):
        form = FORMS[name]
        sheet = book[form.title[lang]]
        for at, column in enumerate(columns_of(form, level), 1):
            assert sheet.cell(HEADING_ROW, at).value == heading(column, lang)
            sheet.cell(FIRST_ROW, at).value = answer(column, lang)
    book.save(path)


def check(path: Path, place: Place, reader: Reader) -> CheckedWorkbook:
    places = Places({place.municipality_key: place})
    return check_file(path, CheckOptions(today="2019-06-01"), places, reader)


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("level", [Level.CORE, Level.DESK])
def test_filled_template_has_no_finding(
    level: Level, lang: Lang, tmp_path: Path, place: Place, reader: Reader
) -> None:
    path = tmp_path / "Erhebung.xlsx"
    write_template(path, TemplateOptions(place, "WAT", "2019-W1", level, lang))
    fill(path, level, lang)
    checked = check(path, place, reader)
    assert [finding.to_json("de") for finding in checked.findings] == []
    assert checked.status is Status.ACCEPTED
    assert checked.waves == ("2019-W1",)
    assert {form.form: form.frame.height for form in checked.forms} == {
        "vacancies": 1, "production_sites": 1, "coverage": 1,
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["de", "en"])
def test_through_libreoffice(lang: Lang, tmp_path: Path, place: Place, reader: Reader) -> None:
    """Saved as ods and as xlsx again: the team may use what it likes."""
    path = tmp_path / "Erhebung.xlsx"
    write_template(path, TemplateOptions(place, "WAT", "2019-W1", Level.DESK, lang))
    fill(path, Level.DESK, lang)
    for source, kind in (("Erhebung.xlsx", "ods"), ("Erhebung.ods", "xlsx")):
        target = tmp_path / kind
        subprocess.run(
            ["soffice", f"-env:UserInstallation={tmp_path.as_uri()}/office", "--headless",
             "--convert-to", kind, "--outdir", target, tmp_path / source],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        saved = target / f"Erhebung.{kind}"
        checked = check(saved, place, reader)
        assert [finding.to_json("de") for finding in checked.findings] == []
        assert checked.status is Status.ACCEPTED
        saved.rename(tmp_path / saved.name)


def test_template_of_another_wave_warns(tmp_path: Path, place: Place, reader: Reader) -> None:
    path = tmp_path / "Erhebung.xlsx"
    write_template(path, TemplateOptions(place, "WAT", "2019-W1"))
    fill(path, Level.CORE, "de")
    book = openpyxl.load_workbook(path)
    book["Deckblatt"]["B5"] = "2021-W1"
    book.save(path)
    assert "stamp-wave-differs" in {finding.code for finding in check(path, place, reader).findings}


def test_old_template_is_taken_with_a_hint(tmp_path: Path, place: Place, reader: Reader) -> None:
    path = tmp_path / "Erhebung.xlsx"
    write_template(path, TemplateOptions(place, "WAT", "2019-W1"))
    fill(path, Level.CORE, "de")
    book = openpyxl.load_workbook(path)
    cell = book["Deckblatt"]["H1"]
    cell.value = str(cell.value).replace("template=1", "template=0")
    book.save(path)
    checked = check(path, place, reader)
    assert [finding.code for finding in checked.findings] == ["template-old"]
    assert checked.status is Status.ACCEPTED
