"""Writing workbooks as Excel users leave them, the same bytes every time.

In: titles, two heading lines, rows, a totals row and footnotes.
Out: sheets in an openpyxl workbook, and its bytes without any clock in them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

WRITTEN = datetime(2019, 6, 28, 12, 0, 0)  # noqa: DTZ001  Excel knows no time zones
HEAD = PatternFill("solid", fgColor="D9E2F3")
LINE = Border(bottom=Side(style="thin"))
Value = str | int | float | date | Decimal | None


@dataclass(frozen=True)
class Field:
    """One column as a team lays it out: group above the heading, heading, how to fill it."""

    group: str
    heading: str
    value: Callable[[Any], Value]
    choices: str = ""
    width: float = 14


@dataclass(frozen=True)
class Layout:
    """How a sheet looks around its rows."""

    titles: tuple[str, ...] = ()
    totals: dict[str, Value] = field(default_factory=dict)
    footnotes: tuple[str, ...] = ()
    first_column: int = 1


def write_table(
    sheet: Worksheet, layout: Layout, fields: Sequence[Field], records: Sequence[Any]
) -> int:
    """Write titles, headings, `records`, totals and footnotes; return the first data row."""
    for row, title in enumerate(layout.titles, start=1):
        sheet.cell(row, 1).value = title
        sheet.cell(row, 1).font = Font(bold=True, size=14 if row == 1 else 10)
    first = _headings(sheet, len(layout.titles) + 2, layout.first_column, fields)
    for row, record in enumerate(records, start=first):
        for column, each in enumerate(fields, start=layout.first_column):
            _put(sheet, row, column, each.value(record))
    last = first + len(records) - 1
    _choices(sheet, layout.first_column, fields, first, last)
    if layout.totals:
        for column, each in enumerate(fields, start=layout.first_column):
            sheet.cell(last + 1, column).value = layout.totals.get(each.heading)
            sheet.cell(last + 1, column).font = Font(bold=True)
    for row, note in enumerate(layout.footnotes, start=last + 3):
        sheet.cell(row, layout.first_column, note).font = Font(italic=True, size=9)
    sheet.freeze_panes = f"{get_column_letter(layout.first_column)}{first}"
    return first


def _headings(sheet: Worksheet, top: int, left: int, fields: Sequence[Field]) -> int:
    is_double = any(each.group for each in fields)
    for column, each in enumerate(fields, start=left):
        sheet.column_dimensions[get_column_letter(column)].width = each.width
        bottom = top + 1 if is_double else top
        for row in range(top, bottom + 1):
            cell = sheet.cell(row, column)
            cell.fill, cell.border, cell.font = HEAD, LINE, Font(bold=True)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.cell(bottom if each.group else top, column, each.heading)
        if is_double and not each.group:
            sheet.merge_cells(start_row=top, end_row=bottom, start_column=column, end_column=column)
    if is_double:
        _groups(sheet, top, left, [each.group for each in fields])
    return top + (2 if is_double else 1)


def _groups(sheet: Worksheet, top: int, left: int, groups: Sequence[str]) -> None:
    start = 0
    for stop in range(1, len(groups) + 1):
        if stop < len(groups) and groups[stop] == groups[start]:
            continue
        if groups[start]:
            sheet.cell(top, left + start, groups[start])
            if stop - start > 1:
                sheet.merge_cells(
                    start_row=top,
                    end_row=top,
                    start_column=left + start,
                    end_column=left + stop - 1,
                )
        start = stop


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    if value is None or value == "":
        return
    cell = sheet.cell(row, column, value)
    if isinstance(value, date):
        cell.number_format = "DD.MM.YYYY"


def _choices(sheet: Worksheet, left: int, fields: Sequence[Field], first: int, last: int) -> None:
    for column, each in enumerate(fields, start=left):
        if each.choices:
            letter = get_column_letter(column)
            rule = DataValidation(type="list", formula1=each.choices, allow_blank=True)
            rule.add(f"{letter}{first}:{letter}{last}")
            sheet.add_data_validation(rule)


def write_lists(book: Workbook, lists: dict[str, Sequence[str]]) -> dict[str, str]:
    """Write the hidden sheet of drop-down values; return list name → its range."""
    sheet = book.create_sheet("Listen")
    sheet.sheet_state = "hidden"
    ranges: dict[str, str] = {}
    for column, (name, values) in enumerate(lists.items(), start=1):
        letter = get_column_letter(column)
        for row, value in enumerate((name, *values), start=1):
            sheet.cell(row, column, value)
        ranges[name] = f"Listen!${letter}$2:${letter}${len(values) + 1}"
    return ranges


def write_cover(book: Workbook, title: str, lines: Sequence[tuple[str, Value]]) -> None:
    """Write the cover sheet: what is said once for all rows, beside its name."""
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one worksheet
    sheet.title = "Deckblatt"
    sheet.cell(1, 1, title).font = Font(bold=True, size=16)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 60
    for row, (name, value) in enumerate(lines, start=3):
        sheet.cell(row, 1, name).font = Font(bold=True)
        _put(sheet, row, 2, value)


def to_bytes(book: Workbook) -> bytes:
    """The workbook as a file whose bytes depend on its content only."""
    book.properties.creator = "Beispieldaten"
    book.properties.created = WRITTEN
    written = io.BytesIO()
    book.save(written)
    stamp = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + stamp, part)
            info = zipfile.ZipInfo(name, (2019, 6, 28, 12, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            target.writestr(info, part, compresslevel=6)
    return packed.getvalue()
