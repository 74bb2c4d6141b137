"""What may be chosen in a cell: code lists, districts, survey areas, sections.

In: a declared column and the place.
Out: `Choice`s, and the sheet of lists that the drop-downs of a template refer to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback import look
from pipelines.feedback.texts import texts
from pipelines.intake.stamp import write_stamp
from schemas.code_lists import code_list
from schemas.columns import Column, Kind, Lang
from schemas.places import Place

_FIRST_ROW = 3
_ABREAST, _LIST_WIDTHS = 3, (27, 31, 3)
"""Lists stand in so many stacks, so that they can be read on a printed page."""


@dataclass(frozen=True)
class Choice:
    """One list: its key, its title, and (code, label) in order.

    Attributes:
        is_by_code: the codes are chosen, since everybody says them; else the labels.
    """

    key: str
    title: str
    values: tuple[tuple[str, str], ...]
    is_by_code: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """What the drop-down shows and the reader takes literally."""
        return tuple(code if self.is_by_code else label for code, label in self.values)


@dataclass(frozen=True)
class Listed:
    """A list with the range of the sheet of lists that its drop-downs refer to."""

    choice: Choice
    range: str


def choice_of(column: Column, place: Place, area: str | None, lang: Lang) -> Choice | None:
    """The list a column is chosen from; None where it is typed freely or the list is empty."""
    values: tuple[tuple[str, str], ...] = ()
    key = column.name
    if column.code_list is not None:
        key = column.code_list
        values = tuple((entry.code, entry.label[lang]) for entry in code_list(key).codes)
    elif column.kind is Kind.DISTRICT:
        wanted = _codes_of_area(place, area)
        values = tuple(
            (district.district_code, district.district)
            for district in place.districts
            if not wanted or district.district_code in wanted
        )
    elif column.kind is Kind.SURVEY_AREA:
        values = tuple((entry.survey_area, entry.label) for entry in place.survey_areas)
    elif column.kind is Kind.SECTION:
        values = tuple((entry.section_id, entry.label) for entry in place.sections)
    is_by_code = column.kind is Kind.SURVEY_AREA
    return Choice(key, column.title[lang], values, is_by_code) if values else None


def write_lists(
    book: Workbook, columns: Iterable[Column], place: Place, area: str | None, lang: Lang
) -> dict[str, Listed]:
    """Add the sheet of the lists that the columns need; gives them by column name."""
    text = texts()
    sheet: Worksheet = book.create_sheet(text("lists-sheet", lang))
    sheet["A1"] = text("lists-title", lang)
    sheet["A1"].font = look.TITLE
    sheet["B1"] = write_stamp({"role": "lists"})
    sheet["B1"].number_format = look.INVISIBLE
    look.fit_page(sheet, text("page-footer", lang))
    ranges: dict[str, str] = {}
    listed = {}
    free = [_FIRST_ROW] * _ABREAST
    for at in range(_ABREAST):
        for offset, width in enumerate(_LIST_WIDTHS):
            sheet.column_dimensions[get_column_letter(1 + 3 * at + offset)].width = width
    for column in columns:
        choice = choice_of(column, place, area, lang)
        if choice is None:
            continue
        if choice.key not in ranges:
            at = free.index(min(free))
            ranges[choice.key] = _write_list(sheet, (free[at], 1 + 3 * at), choice, lang)
            free[at] += len(choice.values) + 3
        listed[column.name] = Listed(choice, ranges[choice.key])
    return listed


def _write_list(sheet: Worksheet, place: tuple[int, int], choice: Choice, lang: Lang) -> str:
    """One list as two columns, code and label, from a row and column on; the chosen one's range."""
    text = texts()
    top, left = place
    sheet.cell(top, left, choice.title).font = look.SUBTITLE
    for offset, key in enumerate(("lists-code", "lists-label")):
        heading = sheet.cell(top + 1, left + offset, text(key, lang))
        heading.font, heading.fill, heading.border = look.BOLD, look.HEADING_FILL, look.BOX
    first = top + 2
    for row, (code, label) in enumerate(choice.values, first):
        for offset, value in enumerate((code, label)):
            cell = sheet.cell(row, left + offset, value)
            cell.number_format, cell.border, cell.alignment = look.TEXT, look.BOX, look.WHOLE_LABEL
    letter = get_column_letter(left if choice.is_by_code else left + 1)
    last = first + len(choice.values) - 1
    return f"{quote_sheetname(sheet.title)}!${letter}${first}:${letter}${last}"


def _codes_of_area(place: Place, area: str | None) -> frozenset[str]:
    codes = (entry.district_codes for entry in place.survey_areas if entry.survey_area == area)
    return frozenset(next(codes, ()))
