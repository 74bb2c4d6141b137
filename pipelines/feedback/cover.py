"""The cover sheet of a template: what holds for all rows, what is vacant, how to fill it in.

In: the place, area and wave; the form coverage with its lists.
Out: the first sheet, with the table "Begehung" at its foot and the stamp in a hidden cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback import look
from pipelines.feedback.choices import Listed
from pipelines.feedback.form_sheet import comment, heading, number_format
from pipelines.feedback.texts import texts
from pipelines.intake.stamp import write_stamp
from schemas.columns import Column, Form, Lang

STAMP_CELL = "H1"
WALKED_ROWS, RULED_ROWS = 200, 22
"""Rows with drop-downs, and how many of them are ruled so that the cover prints on one page."""
_COVERAGE_FIELDS = ("section_id", "walked_on", "coverage")


@dataclass(frozen=True)
class CoverFacts:
    """What is known before the survey: texts for the cover, and the stamp."""

    municipality: str
    area: str
    wave: str
    stamp: Mapping[str, str]


def write_cover(
    book: Workbook,
    facts: CoverFacts,
    coverage: Form,
    choices: Mapping[str, Listed],
    lang: Lang,
) -> Worksheet:
    """Write the cover into the workbook's first sheet."""
    text = texts()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = text("cover-sheet", lang)
    for letter, width in {"A": 30, "B": 30, "C": 22, "D": 46}.items():
        sheet.column_dimensions[letter].width = width
    sheet["A1"] = text("cover-title", lang)
    sheet["A1"].font = look.TITLE
    sheet[STAMP_CELL] = write_stamp(facts.stamp)
    sheet[STAMP_CELL].number_format = look.INVISIBLE
    row = _write_facts(sheet, 3, facts, choices, lang)
    row = _write_block(sheet, row + 1, "vacant", 3, lang)
    row = _write_block(sheet, row + 1, "fill", 4, lang)
    _write_coverage(sheet, row + 1, coverage, choices, lang)
    look.fit_page(sheet, text("page-footer", lang))
    return sheet


def _write_facts(
    sheet: Worksheet,
    row: int,
    facts: CoverFacts,
    choices: Mapping[str, Listed],
    lang: Lang,
) -> int:
    """The pairs label, value; gives the first free row."""
    text = texts()
    pairs = (
        ("cover-place", facts.municipality, ""),
        ("cover-area", facts.area, ""),
        ("cover-wave", facts.wave, "cover-wave-hint"),
        ("cover-date", "", "cover-date-hint"),
        ("cover-team", "", "cover-team-hint"),
        ("cover-surveyor", "", ""),
    )
    for key, value, hint in pairs:
        sheet.cell(row, 1, text(key, lang)).font = look.BOLD
        cell = sheet.cell(row, 2, value or None)
        cell.border, cell.fill = look.BOX, look.INPUT_FILL
        cell.number_format = look.DAY if key == "cover-date" else look.TEXT
        if hint:
            _prompt(sheet, cell.coordinate, text(key, lang), text(hint, lang))
        if key == "cover-area" and "survey_area" in choices:
            _drop_down(sheet, f"B{row}", choices["survey_area"].range)
        row += 1
    return row


def _write_block(sheet: Worksheet, row: int, key: str, sentences: int, lang: Lang) -> int:
    """A heading and its sentences, each over the page's width; gives the first free row."""
    text = texts()
    sheet.cell(row, 1, text(f"{key}-title", lang)).font = look.SUBTITLE
    for number in range(1, sentences + 1):
        row += 1
        cell = sheet.cell(row, 1, text(f"{key}-{number}", lang, lists=text("lists-sheet", lang)))
        cell.alignment = look.WRAP
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=4)
        sheet.row_dimensions[row].height = 15 * (1 + len(str(cell.value)) // 150)
    return row + 1


def _write_coverage(
    sheet: Worksheet,
    row: int,
    coverage: Form,
    choices: Mapping[str, Listed],
    lang: Lang,
) -> None:
    """The table of sections walked; wave and place come from the cover."""
    sheet.cell(row, 1, texts()("coverage-title", lang)).font = look.SUBTITLE
    columns = [coverage.by_name[name] for name in _COVERAGE_FIELDS]
    for position, column in enumerate(columns, 1):
        cell = sheet.cell(row + 1, position, heading(column, lang))
        cell.font, cell.fill, cell.border = look.BOLD, look.KEY_FILL, look.KEY_BOX
        cell.alignment = look.HEADING
        cell.comment = comment(coverage, column, choices.get(column.name), lang)
        _style_entries(sheet, row + 2, position, column)
        if column.name in choices:
            letter = cell.column_letter
            area = f"{letter}{row + 2}:{letter}{row + 1 + WALKED_ROWS}"
            _drop_down(sheet, area, choices[column.name].range)


def _style_entries(sheet: Worksheet, first: int, position: int, column: Column) -> None:
    for row in range(first, first + WALKED_ROWS):
        cell = sheet.cell(row, position)
        cell.number_format = number_format(column)
        if row < first + RULED_ROWS:
            cell.border = look.BOX


def _prompt(sheet: Worksheet, cell: str, title: str, hint: str) -> None:
    """A hint that shows when the cell is chosen; beside it, it would be read as the value."""
    rule = DataValidation(promptTitle=title, prompt=hint, showInputMessage=True)
    rule.add(cell)
    sheet.add_data_validation(rule)


def _drop_down(sheet: Worksheet, area: str, source: str) -> None:
    rule = DataValidation(type="list", formula1=source, allow_blank=True)
    rule.errorStyle, rule.showErrorMessage = "warning", True
    rule.add(area)
    sheet.add_data_validation(rule)
