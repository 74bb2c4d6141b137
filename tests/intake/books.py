"""Workbooks made for reading: with xlsxwriter, and by hand where no honest program writes them."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

HEADINGS = ("Welle", "Erhebungsdatum", "Statistischer Bezirk", "Straße", "Hausnummer", "Objektart")
ROWS = tuple(
    ("2019-W1", "20.05.2019", "25", "Hochstraße", str(900 + number), "Einheit")
    for number in range(6)
)

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/{kind}" Target="{target}"/></Relationships>'
)
_WORKBOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/'
    'main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="Leerstände" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def write_book(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], **options: Any) -> Path:
    """A workbook with one sheet per entry; dates get a date format, None leaves a cell empty."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"} | options)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
    book.close()
    return path


def plain_rows(*extra: Sequence[Any]) -> list[Sequence[Any]]:
    """A heading and six rows of vacancies."""
    return [HEADINGS, *ROWS, *extra]


def sheet_xml(cells: dict[str, str] | None = None, behind: str = "", declaration: str = "") -> str:
    """The XML of a sheet of plain rows with further raw cells, each in a row of its own."""
    rows = "".join(
        f'<row r="{row}">'
        + "".join(_text_cell(f"{chr(65 + column)}{row}", text) for column, text in enumerate(texts))
        + "</row>"
        for row, texts in enumerate(plain_rows(), start=1)
    )
    further = "".join(
        f'<row r="{name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">{cell}</row>'
        for name, cell in (cells or {}).items()
    )
    return (
        f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{_MAIN}"><sheetData>'
        f"{rows}{further}</sheetData>{behind}</worksheet>"
    )


def write_package(path: Path, sheet: str, parts: dict[str, str | bytes] | None = None) -> Path:
    """An xlsx package around the XML of one sheet, as small as readers accept it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr(
            "_rels/.rels", _RELATIONS.format(kind="officeDocument", target="xl/workbook.xml")
        )
        package.writestr("xl/workbook.xml", _WORKBOOK)
        package.writestr(
            "xl/_rels/workbook.xml.rels",
            _RELATIONS.format(kind="worksheet", target="worksheets/sheet1.xml"),
        )
        package.writestr("xl/worksheets/sheet1.xml", sheet)
        for name, content in (parts or {}).items():
            package.writestr(name, content)
    return path


def _text_cell(name: str, text: str) -> str:
    return f'<c r="{name}" t="inlineStr"><is><t>{text}</t></is></c>'
