"""The accessible workbook: cover, contents, notes, and each table as a real Excel table.

In: all tables, a language and the imprint.
Out: the bytes of an .xlsx, the same for the same tables: no clock, no random id.
Follows the guidance for releasing statistics in spreadsheets: one table per sheet from column A,
title and notes above it, no merged or empty cells inside, signs explained on the notes sheet.
openpyxl writes the package; the rows of the tables are put in as text made column by column, since
openpyxl takes 20 µs a cell and large editions have a million of them.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as ExcelTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.publish.downloads import rounded
from pipelines.publish.model import Field, Imprint, Table, sign_column
from pipelines.publish.numbers import Sign, day
from pipelines.publish.tables import site_texts
from schemas.columns import Lang

MOST_ROWS = 20_000
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LINE = 15  # points
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
    rows: dict[str, str] = {}
    for table in held:
        body = _sheet(book, table, lang, imprint)
        rows[f"xl/worksheets/sheet{len(book.sheetnames)}.xml"] = body
    buffer = io.BytesIO()
    book.save(buffer)
    return _timeless(buffer.getvalue(), rows)


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


def _new_sheet(book: Any, name: str) -> Any:
    """A sheet that prints as wide as a page and as long as it is."""
    sheet = book.create_sheet(name)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    return sheet


def _lines(sheet: Any, lines: Sequence[tuple[str, Font | None]], width: int) -> None:
    """A line of text in each row, as high as its text at this width, which not everyone adapts."""
    sheet.column_dimensions["A"].width = width
    for number, (text, font) in enumerate(lines, start=1):
        if font is not _TITLE:
            sheet.row_dimensions[number].height = _LINE * _high(text, width)
        sheet.append([_text(sheet, text, font, wrap=True)])


def _cover(book: Any, lang: Lang, imprint: Imprint) -> None:
    texts = site_texts()
    sheet = _new_sheet(book, texts("sheet-cover", lang))
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
    _lines(sheet, lines, 100)


def _contents(book: Any, tables: Sequence[Table], lang: Lang) -> None:
    texts = site_texts()
    sheet = _new_sheet(book, texts("sheet-contents", lang))
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
    sheet = _new_sheet(book, texts("sheet-notes", lang))
    seen = {text[lang]: None for table in tables for _, text in table.notes}
    _lines(sheet, [(texts("sheet-notes", lang), _TITLE), (texts("signs", lang), None),
                   *((text, None) for text in seen)], 110)  # fmt: skip


def _sheet(book: Any, table: Table, lang: Lang, imprint: Imprint) -> str:
    """A sheet with everything but the rows of its table, which are returned as XML."""
    texts = site_texts()
    sheet = _new_sheet(book, table.name[:31])
    fields = _with_wave(table)
    headings = list(_headings(table, lang))
    widths = [_width_of(table, field) for field in fields]
    for index, wide in enumerate(widths, start=1):
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
    lines = [_high(heading, wide) for heading, wide in zip(headings, widths, strict=True)]
    sheet.row_dimensions[len(above) + 1].height = _LINE * max(lines)
    sheet.append([_text(sheet, heading, _BOLD, wrap=True) for heading in headings])
    _excel_table(sheet, table.name, len(above) + 1, table.rows.height, headings)
    styles = {field.name: _style_of(sheet, field) for field in fields if field.digits}
    return _body(table, fields, lang, len(above) + 2, styles)


def _width_of(table: Table, field: Field) -> int:
    """How wide a column is in letters: names get more room than numbers and codes."""
    if field.name == table.stub:
        return 44
    return {"area": 36, "survey": 36, "district": 28}.get(field.name, 15)


def _high(text: str, width: int) -> int:
    """How many lines a text takes that breaks between words and after hyphens."""
    lines, room = 1, width - 2
    for word in re.findall(r"[^\s-]+-?\s?", text):
        if len(word) > room and room < width - 2:
            lines, room = lines + 1, width - 2
        lines, room = lines + len(word) // (width - 2), room - len(word) % (width - 2)
    return lines


def _style_of(sheet: Any, field: Field) -> int:
    """The number of the style that shows the decimal places of a field."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = "#,##0." + "0" * field.digits
    return int(cell.style_id)


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


def _body(
    table: Table, fields: Sequence[Field], lang: Lang, first: int, styles: Mapping[str, int]
) -> str:
    """The rows of the table from line `first` on, as the XML of a sheet."""
    line = pl.col("_line").cast(pl.String)
    cells = [
        pl.concat_str(
            pl.lit(f'<c r="{get_column_letter(number)}'), line, pl.lit('"'),
            _value_cell(field, styles.get(field.name)) if field.role == "value"
            else _text_cell(_words(table, field, lang)),
            pl.lit("</c>"),
        )
        for number, field in enumerate(fields, start=1)
    ]  # fmt: skip
    row = pl.concat_str(pl.lit('<row r="'), line, pl.lit('">'), *cells, pl.lit("</row>"))
    return "".join(table.rows.with_row_index("_line", first).select(row).to_series())


def _words(table: Table, field: Field, lang: Lang) -> pl.Expr:
    translated = f"{field.name}_en"
    own = pl.col(field.name)
    if lang == "en" and translated in table.rows.columns:
        own = pl.coalesce(translated, own)
    return pl.when(own.str.len_chars() > 0).then(own).otherwise(pl.lit(str(Sign.NOTHING)))


def _text_cell(words: pl.Expr) -> pl.Expr:
    """A cell of text, never a formula, whatever it begins with."""
    harmless = pl.when(words.str.contains(r"^[=+\-@\t\r]")).then(pl.lit("'")).otherwise(pl.lit(""))
    legal = (
        words.str.replace_all(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "")
        .str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
    )  # fmt: skip
    return pl.concat_str(pl.lit(' t="inlineStr"><is><t xml:space="preserve">'), harmless, legal,
                         pl.lit("</t></is>"))  # fmt: skip


def _value_cell(field: Field, style: int | None) -> pl.Expr:
    """The number, or its sign as text."""
    sign = pl.col(sign_column(field.name))
    known = pl.col(field.name)
    number = rounded(field).cast(pl.String)
    opening = pl.lit(f' s="{style}"><v>' if style else "><v>")
    return (
        pl.when((sign == "") & known.is_not_null())
        .then(pl.concat_str(opening, number, pl.lit("</v>")))
        .otherwise(_text_cell(pl.when(sign != "").then(sign).otherwise(pl.lit(str(Sign.UNKNOWN)))))
    )


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


def _timeless(package: bytes, rows: Mapping[str, str]) -> bytes:
    """The package with `rows` at the end of their sheets and without the clock: fixed dates."""
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
            if part.filename in rows:
                body = rows[part.filename].encode()
                content = content.replace(b"</sheetData>", body + b"</sheetData>")
            new.writestr(zipfile.ZipInfo(part.filename, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
