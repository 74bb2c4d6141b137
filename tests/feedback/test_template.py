"""The template says all that the declarations say, in a form that Excel enforces."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback.form_sheet import FIRST_ROW, HEADING_ROW
from pipelines.feedback.template import TemplateOptions, columns_of, write_template
from pipelines.intake.stamp import PROPERTY, read_stamp
from schemas import FORMS
from schemas.code_lists import code_list, example_of
from schemas.columns import Kind, Level
from schemas.places import Place


@pytest.fixture
def book(tmp_path: Path, place: Place) -> openpyxl.Workbook:
    path = tmp_path / "Vorlage.xlsx"
    write_template(path, TemplateOptions(place, area="WAT", wave="2019-W1"))
    return openpyxl.load_workbook(path)


def headings(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for cell in sheet[HEADING_ROW]]


def test_sheets(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Deckblatt", "Leerstände", "Produktionsstandorte", "Listen"]


@pytest.mark.parametrize(
    ("level", "shown", "hidden"),
    [
        (Level.CORE, {"street", "object_kind"}, {"sales_area_m2", "retail_viable"}),
        (Level.DESK, {"street", "sales_area_m2"}, {"retail_viable"}),
    ],
)
def test_level_decides_the_columns(level: Level, shown: set[str], hidden: set[str]) -> None:
    names = {column.name for column in columns_of(FORMS["vacancies"], level)}
    assert shown <= names
    assert not hidden & names


def test_every_heading_is_its_declaration(book: openpyxl.Workbook) -> None:
    for name in ("vacancies", "production_sites"):
        form = FORMS[name]
        found = headings(book[form.title.de])
        for column, text in zip(columns_of(form, Level.CORE), found, strict=True):
            assert text.startswith(column.title.de)
            assert ("*" in text) == column.is_key
            assert (f"[{column.unit}]" in text) == (column.unit is not None)


def test_every_heading_has_a_comment(book: openpyxl.Workbook) -> None:
    for name in ("vacancies", "production_sites"):
        form = FORMS[name]
        cells = book[form.title.de][HEADING_ROW]
        for column, cell in zip(columns_of(form, Level.CORE), cells, strict=True):
            assert cell.comment is not None
            assert column.description.de in cell.comment.text
            assert example_of(column).de in cell.comment.text


def test_text_wherever_excel_would_make_a_date(book: openpyxl.Workbook) -> None:
    sheet = book["Leerstände"]
    for column, cell in zip(
        columns_of(FORMS["vacancies"], Level.CORE), sheet[FIRST_ROW], strict=True
    ):
        numeric = column.kind in {Kind.DATE, Kind.DECIMAL, Kind.INTEGER, Kind.COORDINATE}
        assert (cell.number_format == "@") != numeric, column.name
        assert sheet.column_dimensions[cell.column_letter].number_format == cell.number_format


def test_drop_downs_offer_the_labels(book: openpyxl.Workbook) -> None:
    sheet = book["Leerstände"]
    lists = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            name, _, area = str(rule.formula1).rpartition("!")
            assert name.strip("'") == "Listen"
            values = [row[0].value for row in book["Listen"][area.replace("$", "")]]
            lists[str(rule.sqref).split(":")[0].rstrip("0123456789")] = values
    columns = columns_of(FORMS["vacancies"], Level.CORE)
    for column, cell in zip(columns, sheet[HEADING_ROW], strict=True):
        if column.code_list:
            expected = [code.label.de for code in code_list(column.code_list).codes]
            assert lists[cell.column_letter] == expected
        if column.name == "district_code":
            assert lists[cell.column_letter] == ["Wattenscheid-Mitte"], "the area's districts only"


def test_stamp_in_property_and_cell(book: openpyxl.Workbook) -> None:
    expected = {
        "template": "1", "municipality": "05911000", "survey_area": "WAT", "wave": "2019-W1",
        "level": "core", "lang": "de",
    }  # fmt: skip
    properties = {entry.name: entry.value for entry in book.custom_doc_props}
    assert read_stamp(properties[PROPERTY]) == expected
    cell = book["Deckblatt"]["H1"]
    assert read_stamp(cell.value) == expected
    assert cell.number_format == ";;;", "nobody sees it"


def test_sheet_of_lists_is_known_as_ours(book: openpyxl.Workbook) -> None:
    assert read_stamp(book["Listen"]["B1"].value) == {"role": "lists"}


def test_print_settings(book: openpyxl.Workbook) -> None:
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9, "A4"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    sheet = book["Leerstände"]
    assert sheet.freeze_panes == f"B{FIRST_ROW}", "the object's number stays in sight"
    assert sheet.print_title_cols == "$A:$A"
    assert sheet.page_setup.fitToWidth == 2, "small print would be the alternative"
    assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"


def test_cover(book: openpyxl.Workbook) -> None:
    cover = book["Deckblatt"]
    pairs = {row[0].value: row[1].value for row in cover["A3:B8"]}
    assert pairs == {
        "Ort": "Bochum", "Erhebungsgebiet": "WAT", "Welle": "2019-W1", "Erhebungsdatum": None,
        "Team": None, "Kürzel Erheber/in": None,
    }  # fmt: skip
    texts = [str(cell.value) for cell in cover["A"] if cell.value]
    assert "Begehung" in texts
    assert sum(text.startswith(("Leer ist", "Ruhetag", "Im Zweifel")) for text in texts) == 3


def test_english(tmp_path: Path, place: Place) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path, TemplateOptions(place, lang="en"), ["vacancies"])
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Cover", FORMS["vacancies"].title.en, "Lists"]
    assert "Street *" in headings(book.worksheets[1])
