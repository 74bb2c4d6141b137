"""The accessible workbook: cover, contents, notes, and each table as a real Excel table.

In: all tables, a language and the imprint.
Out: the bytes of an .xlsx, the same for the same tables: no clock, no random id.
Follows the guidance for releasing statistics in spreadsheets: one table per sheet from column A,
title and notes above it, no merged or empty cells inside, signs explained on the notes sheet.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo

from pipelines.publish.model import Field, Imprint, Table, sign_column
from pipelines.publish.numbers import Sign, day
from pipelines.publish.tables import site_texts
from schemas.columns import Lang

MOST_ROWS = 20_000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_TITLE = Font(bold=True, size=14)
_BOLD = Font(bold=True)
_FORMULA = frozenset("=+-@\t\r")


def as_workbook(tables: Sequence[Table], lang: Lang, imprint: Imprint) -> bytes:
    """One workbook with every table; those above `MOST_ROWS` rows are named, not held."""
    book = Workbook(write_only=True)
    held = [table for table in tables if table.rows.height <= MOST_ROWS]
    book.properties.title = site_texts()("site", lang)
    book.properties.language = lang
    book.properties.creator = imprint.provider or "leerstand"
    _cover(book, lang, imprint)
    _contents(book, tables, lang)
    _notes(book, held, lang)
    for table in held:
        _sheet(book, table, lang, imprint)
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue())


def _text(sheet: Any, value: str, font: Font | None = None, *, wrap: bool = False) -> Any:
    """A cell of text, never a formula, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    if value[:1] in _FORMULA:
        cell.value = f"'{value}"
    if font:
        cell.font = font
    if wrap:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _lines(sheet: Any, lines: Sequence[tuple[str, Font | None]]) -> None:
    for text, font in lines:
        sheet.append([_text(sheet, text, font, wrap=True)])


def _cover(book: Any, lang: Lang, imprint: Imprint) -> None:
    texts = site_texts()
    sheet = book.create_sheet(texts("sheet-cover", lang))
    sheet.column_dimensions["A"].width = 100
    known = imprint.reference_date
    lines: list[tuple[str, Font | None]] = [(texts("site", lang), _TITLE)]
    lines += [(text, _BOLD) for text in (
        texts("draft", lang) if imprint.is_draft else "", imprint.notice) if text]  # fmt: skip
    lines += [
        (texts("edition", lang, edition=imprint.edition), None),
        (texts("reference-date", lang,
               date=day(known, lang) if known else texts("no-date", lang)), None),
    ]  # fmt: skip
    if imprint.provider:
        lines.append((texts("provider", lang, provider=imprint.provider), None))
    lines.append((texts("licence", lang, licence=imprint.licence), None))
    lines.append((texts("committee-definition-text", lang), None))
    lines.append((texts("committee-limits-text", lang), None))
    _lines(sheet, lines)


def _contents(book: Any, tables: Sequence[Table], lang: Lang) -> None:
    texts = site_texts()
    sheet = book.create_sheet(texts("sheet-contents", lang))
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 90
    sheet.append([_text(sheet, texts("sheet-contents", lang), _TITLE)])
    sheet.append(
        [_text(sheet, texts("sheet", lang), _BOLD), _text(sheet, texts("title", lang), _BOLD)]
    )
    for table in tables:
        title = table.title[lang]
        if table.rows.height > MOST_ROWS:
            sheet.append([_text(sheet, "–"), _text(sheet, title + texts("sheet-too-long", lang))])
            continue
        link = WriteOnlyCell(sheet, value=table.name)
        link.hyperlink = f"#'{table.name}'!A1"
        sheet.append([link, _text(sheet, title)])
    _excel_table(sheet, "contents", 2, len(tables), (texts("sheet", lang), texts("title", lang)))


def _notes(book: Any, tables: Sequence[Table], lang: Lang) -> None:
    texts = site_texts()
    sheet = book.create_sheet(texts("sheet-notes", lang))
    sheet.column_dimensions["A"].width = 110
    seen = {text[lang]: None for table in tables for _, text in table.notes}
    _lines(sheet, [(texts("sheet-notes", lang), _TITLE), (texts("signs", lang), None),
                   *((text, None) for text in seen)])  # fmt: skip


def _sheet(book: Any, table: Table, lang: Lang, imprint: Imprint) -> None:
    texts = site_texts()
    sheet = book.create_sheet(table.name[:31])
    fields = _with_wave(table)
    headings = list(_headings(table, lang))
    for index, field in enumerate(fields, start=1):
        wide = 34 if field.name == table.stub else 16
        sheet.column_dimensions[get_column_letter(index)].width = wide
    known = imprint.reference_date
    above = [
        (table.title[lang], _TITLE),
        (texts("caption", lang, unit=table.unit[lang], basis=table.basis[lang],
               date=day(known, lang) if known else texts("no-date", lang)), None),
        (" · ".join(part for part in (texts("edition", lang, edition=imprint.edition),
                                      imprint.notice) if part), None),
    ]  # fmt: skip
    for text, font in above:
        sheet.append([_text(sheet, text, font)])
    sheet.append([_text(sheet, heading, _BOLD, wrap=True) for heading in headings])
    for row in table.rows.iter_rows(named=True):
        sheet.append([_cell(sheet, field, row, lang) for field in fields])
    _excel_table(sheet, table.name, len(above) + 1, table.rows.height, headings)


def _with_wave(table: Table) -> tuple[Field, ...]:
    """The columns of a sheet: those of the page, the wave first."""
    if any(field.name == "wave_id" for field in table.shown):
        return table.shown
    return (Field("wave_id", site_texts().labels["wave-head"], "text"), *table.shown)


def _headings(table: Table, lang: Lang) -> Iterator[str]:
    """Headings in words, each once, since a real table needs that; the wave comes first."""
    taken: set[str] = set()
    for field in _with_wave(table):
        heading = field.heading[lang].replace("\u00ad", "")
        if field.spanner:
            heading = f"{field.spanner[lang]}: {heading}"
        while heading in taken:
            heading += " (2)"
        taken.add(heading)
        yield heading


def _cell(sheet: Any, field: Field, row: dict[str, Any], lang: Lang) -> Any:
    """A value of a row; plain where it can be, since a styled cell costs three times as much."""
    if field.role != "value":
        translated = row.get(f"{field.name}_en") if lang == "en" else None
        text = translated or row[field.name] or Sign.NOTHING
        return _text(sheet, text) if text[0] in _FORMULA else str(text)
    sign, value = row[sign_column(field.name)], row[field.name]
    if sign or value is None:
        return sign or str(Sign.UNKNOWN)
    if not field.digits:
        return int(value)
    cell = WriteOnlyCell(sheet, value=round(float(value), field.digits))
    cell.number_format = "#,##0." + "0" * field.digits
    return cell


def _excel_table(sheet: Any, name: str, head_row: int, rows: int, headings: Sequence[str]) -> None:
    """A real table, so that a reader's software knows its heading."""
    reach = f"A{head_row}:{get_column_letter(len(headings))}{head_row + max(rows, 1)}"
    table = ExcelTable(displayName=f"t_{name}", ref=reach)
    table.tableColumns = [
        TableColumn(id=number, name=heading) for number, heading in enumerate(headings, start=1)
    ]
    table.autoFilter = AutoFilter(ref=reach)
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
    sheet.tables.add(table)  # add_table warns of what is done above


def _timeless(package: bytes) -> bytes:
    """The same package without the clock: fixed dates in its parts and its directory."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = old.read(part.filename)
            if part.filename == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content
                )
            new.writestr(zipfile.ZipInfo(part.filename, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
