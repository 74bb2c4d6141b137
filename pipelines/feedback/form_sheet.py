"""One sheet of a template: headings, comments, formats and drop-downs of one form.

In: a form, the columns to show, and the ranges of the lists.
Out: the sheet in the workbook; data starts in row `FIRST_ROW`.
"""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback import look
from pipelines.feedback.choices import Listed
from pipelines.feedback.texts import texts
from schemas.code_lists import example_of
from schemas.columns import Column, Form, Kind, Lang

LEGEND_ROW, HEADING_ROW, FIRST_ROW, LAST_ROW, RULED_ROWS = 2, 3, 4, 2000, 30
COVER_FIELDS = ("wave_id", "survey_area", "survey_date")
"""Key columns that may be said once on the cover."""

_PAGE_WIDTH = 165
"""Widths of columns that fit side by side on one page and can still be read."""

_HEADING_SIZE = 0.95
"""Width of a letter of a heading, which is smaller but bold, to that of the cells."""

_NUMBERS = {Kind.DECIMAL, Kind.INTEGER, Kind.COORDINATE}
_WIDTHS = {Kind.DATE: 10.5, Kind.DECIMAL: 8, Kind.INTEGER: 8, Kind.HOUSE_NUMBER: 8, Kind.STOREY: 7}
_WIDE = {"street": 22, "remarks": 28, "location_note": 18, "business_name": 22, "products": 22,
         "condition": 14,
         "row_label": 5, "surveyor_code": 8, "district_code": 19, "section_id": 24}  # fmt: skip


def write_form_sheet(
    book: Workbook,
    form: Form,
    columns: tuple[Column, ...],
    choices: Mapping[str, Listed],
    lang: Lang,
    left: int = 0,
) -> Worksheet:
    """Add the sheet of a form; `choices` gives a column's list and its range by column name.

    `left` columns stay free for a walk list.
    """
    sheet: Worksheet = book.create_sheet(form.title[lang])
    # Beside the columns that every page repeats, or each page would show a piece of it.
    title, legend = sheet.cell(1, left + 2, form.title[lang]), sheet.cell(LEGEND_ROW, left + 2)
    title.font, legend.font = look.TITLE, look.SMALL
    legend.value = texts()("form-legend", lang)
    for position, column in enumerate(columns, left + 1):
        cell = sheet.cell(HEADING_ROW, position, heading(column, lang))
        _style_heading(cell, column)
        cell.comment = comment(form, column, choices.get(column.name), lang)
        _style_column(sheet, cell.column_letter, column, lang)
        _rule_rows(sheet, position, column)
        validation = _validation(column, choices.get(column.name), lang)
        if validation is not None:
            validation.add(f"{cell.column_letter}{FIRST_ROW}:{cell.column_letter}{LAST_ROW}")
            sheet.add_data_validation(validation)
    _mark_missing(sheet, columns, left)
    _set_page(sheet, left, len(columns), lang)
    return sheet


def heading(column: Column, lang: Lang) -> str:
    """The heading as it stands in the template: title, unit, and a sign for what is required."""
    unit = f" [{column.unit}]" if column.unit else ""
    sign = ""
    if column.is_key:
        sign = " **" if column.name in COVER_FIELDS else " *"
    return f"{column.title[lang]}{unit}{sign}"


def number_format(column: Column) -> str:
    """Text wherever Excel would make a date or a number of what is typed."""
    if column.kind is Kind.DATE:
        return look.DAY
    if column.kind in _NUMBERS:
        return look.WHOLE if column.kind is Kind.INTEGER else look.decimals(column.scale)
    return look.TEXT


def _style_heading(cell: Cell, column: Column) -> None:
    cell.font, cell.alignment = look.HEADING_FONT, look.HEADING
    cell.fill = look.KEY_FILL if column.is_key else look.HEADING_FILL
    cell.border = look.KEY_BOX if column.is_key else look.BOX
    cell.number_format = look.TEXT


def _style_column(sheet: Worksheet, letter: str, column: Column, lang: Lang) -> None:
    dimension = sheet.column_dimensions[letter]
    dimension.number_format = number_format(column)
    if column.code_list is not None:
        dimension.alignment = look.WHOLE_LABEL
    longest = max(len(word) for word in heading(column, lang).replace("-", "- ").split())
    wide = _WIDE.get(column.name, _WIDTHS.get(column.kind, 11))
    dimension.width = max(wide, longest * _HEADING_SIZE + 1)


def _rule_rows(sheet: Worksheet, position: int, column: Column) -> None:
    """Ruled empty rows, so that the sheet can be printed and filled in by hand."""
    for row in range(FIRST_ROW, FIRST_ROW + RULED_ROWS):
        sheet.row_dimensions[row].height = 17
        cell = sheet.cell(row, position)
        cell.number_format, cell.border = number_format(column), look.BOX
        if column.code_list is not None:
            cell.alignment = look.WHOLE_LABEL


def comment(form: Form, column: Column, choice: Listed | None, lang: Lang) -> Comment:
    """What stands behind a heading: the description, what is required, what may be chosen."""
    text = texts()
    lines = [column.description[lang]]
    if column.is_key:
        lines.append(_required(form, column, lang))
    if choice is not None and column.kind is Kind.CODES:
        lines.append(text("comment-several", lang, values=", ".join(choice.choice.shown)))
    elif choice is not None:
        lines.append(text("comment-list", lang))
    if column.kind is Kind.DATE:
        lines.append(text("comment-date", lang))
    if column.example:
        lines.append(text("comment-example", lang, example=example_of(column)[lang]))
    note = "\n".join(lines)
    return Comment(note, "leerstand", width=300, height=40 + 18 * (len(note) // 42 + len(lines)))


def _required(form: Form, column: Column, lang: Lang) -> str:
    text = texts()
    if column.name in COVER_FIELDS:
        return text("comment-cover", lang)
    if column.alternative:
        other = form.by_name[column.alternative].title[lang]
        return text("comment-instead", lang, other=other)
    if column.key_when:
        return text("comment-when", lang, values=", ".join(column.key_when.values))
    return text("comment-required", lang)


def _validation(column: Column, choice: Listed | None, lang: Lang) -> DataValidation | None:
    """Excel's own check: strict for lists of codes, a question only where the reader takes more."""
    text = texts()
    if choice is not None:
        rule = DataValidation(type="list", formula1=choice.range, allow_blank=True)
        rule.showErrorMessage = column.kind is not Kind.CODES
        rule.errorStyle = "stop" if column.kind is Kind.CODE else "warning"
        rule.error = text("wrong-list", lang)
    elif column.kind in _NUMBERS:
        low = -180 if column.minimum is None else column.minimum
        rule = DataValidation(type="decimal", operator="greaterThanOrEqual", formula1=f"{low:g}")
        if column.maximum is not None:
            rule.operator, rule.formula2 = "between", f"{column.maximum:g}"
        rule.errorStyle = "warning"
        rule.error = text("wrong-number", lang, unit=column.unit or column.title[lang])
    elif column.kind is Kind.DATE:
        rule = DataValidation(type="date", operator="greaterThan", formula1="1")
        rule.errorStyle, rule.error = "warning", text("wrong-date", lang)
    else:
        return None
    rule.allow_blank = True
    rule.errorTitle = column.title[lang][:31]
    rule.showErrorMessage = column.kind is not Kind.CODES
    return rule


def _mark_missing(sheet: Worksheet, columns: tuple[Column, ...], left: int) -> None:
    """Hatch an empty required cell as soon as its row holds anything."""
    last = get_column_letter(left + len(columns))
    letters = {c.name: get_column_letter(at) for at, c in enumerate(columns, left + 1)}
    for column in columns:
        if not column.is_key or column.name in COVER_FIELDS or column.key_when or column.default:
            continue
        letter = letters[column.name]
        empty = [f"ISBLANK(${letter}{FIRST_ROW})"]
        if column.alternative in letters:
            empty.append(f"ISBLANK(${letters[column.alternative]}{FIRST_ROW})")
        formula = f"AND(COUNTA($A{FIRST_ROW}:${last}{FIRST_ROW})>0,{','.join(empty)})"
        sheet.conditional_formatting.add(
            f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}",
            Rule("expression", formula=[formula], dxf=DifferentialStyle(fill=look.MISSING_FILL)),
        )


def _set_page(sheet: Worksheet, left: int, count: int, lang: Lang) -> None:
    """A4 landscape; headings and the object's number frozen, and printed on every page."""
    width, object_column = left + count, get_column_letter(left + 1)
    sheet.row_dimensions[HEADING_ROW].height = 48
    sheet.freeze_panes = f"{get_column_letter(left + 2)}{FIRST_ROW}"
    sheet.auto_filter.ref = f"A{HEADING_ROW}:{get_column_letter(width)}{LAST_ROW}"
    look.fit_page(sheet, texts()("page-footer", lang))
    sheet.print_title_rows = f"{HEADING_ROW}:{HEADING_ROW}"
    sheet.print_title_cols = f"A:{object_column}"
    letters = (get_column_letter(at) for at in range(1, width + 1))
    wide = sum(sheet.column_dimensions[letter].width for letter in letters)
    sheet.page_setup.fitToWidth = max(1, round(wide / _PAGE_WIDTH))
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.8
