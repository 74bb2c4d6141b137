"""Workbooks as other programs write them: one team file, its package told in other ways."""

from __future__ import annotations

import base64
import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation

SHEET = "Straßen, Plätze & O'Neil <1> ü…"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Part = Callable[[str, bytes], bytes | None]


def plain(path: Path) -> None:
    """What everybody has: a note, a drop-down, a protected sheet, a name, a second sheet."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for row in range(1, 12):
        sheet.append([f"Text {row}", row, "a", None])
    sheet["B3"].comment = Comment("von uns", "Ute")
    rule = DataValidation(type="list", formula1='"a,b"')
    rule.add("C1:C40")
    sheet.add_data_validation(rule)
    sheet.protection.sheet = True
    sheet.auto_filter.ref = "A1:C11"
    sheet.print_title_rows = "1:1"
    book.create_sheet("Prüfbericht")["A1"] = "unser eigener"
    book.save(path)


def rewritten(path: Path, change: Part) -> None:
    """The plain workbook with each part changed, or left out where the change gives None."""
    memory = BytesIO()
    made = path.with_name("made.xlsx")
    plain(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(memory, "w") as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content, zipfile.ZIP_DEFLATED)
    made.unlink()
    path.write_bytes(memory.getvalue())


def with_prefix(content: bytes, prefix: bytes) -> bytes:
    content = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1" + prefix + b":", content)
    return content.replace(b' xmlns="', b" xmlns:" + prefix + b'="')


def prefixed(path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name.endswith(".rels") or name == "[Content_Types].xml":
            return with_prefix(content, b"p")
        return with_prefix(content, b"x") if content.count(MAIN) else content

    rewritten(path, change)


def strict(path: Path) -> None:
    def change(_: str, content: bytes) -> bytes:
        content = content.replace(MAIN, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        return content.replace(OFFICE, b"http://purl.oclc.org/ooxml/officeDocument/relationships")

    rewritten(path, change)


def byte_order_marks(path: Path) -> None:
    rewritten(path, lambda name, content: (b"\xef\xbb\xbf" if "sheet" in name else b"") + content)


def newer_excel(path: Path) -> None:
    """Drop-downs and formats of the extension list, and a thread beside the note."""
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" xmlns:x14="http://schemas.'
        b'microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations xmlns:xm="http://'
        b'schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list">'
        b"<x14:formula1><xm:f>Listen!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>D2:D9</xm:sqref>"
        b"</x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    thread = (
        b'<Relationship Id="rId90" Type="http://schemas.microsoft.com/office/2017/10/relationships/'
        b'threadedComment" Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    threads = (
        '<?xml version="1.0"?><ThreadedComments xmlns="http://schemas.microsoft.com/office/'
        'spreadsheetml/2018/threadedcomments"><threadedComment ref="B3" personId="{9}" id="{1}">'
        "<text>von uns</text></threadedComment></ThreadedComments>"
    )

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return content.replace(b"</worksheet>", extension + b"</worksheet>")
        if name == "xl/worksheets/_rels/sheet1.xml.rels":
            return content.replace(b"</Relationships>", thread)
        return content.replace(b"<author>Ute<", b"<author>tc={1}<")

    rewritten(path, change)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/threadedComments/threadedComment1.xml", threads)


def bare(path: Path) -> None:
    """As small scripts write it: inline texts, no cell names, no styles, no quotes but single."""
    rows = "".join(
        "<row>" + f"<c t='inlineStr'><is><t>Text {row}</t></is></c><c><v>{row}</v></c>" + "</row>"
        for row in range(1, 12)
    )
    name = "".join(f"&#{ord(letter)};" for letter in SHEET)
    main, office = MAIN.decode(), OFFICE.decode()
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{package}/content-types'><Default Extension='rels' "
        "ContentType='application/vnd.openxmlformats-package.relationships+xml'/><Default "
        "Extension='xml' ContentType='application/xml'/><Override PartName='/xl/workbook.xml' "
        f"ContentType='{kind}.sheet.main+xml'/><Override PartName='/xl/worksheets/sheet1.xml' "
        f"ContentType='{kind}.worksheet+xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{package}/relationships'><Relationship Id='a' "
        f"Type='{office}/officeDocument' Target='/xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{main}' xmlns:r='{office}'><sheets>"
        f"<sheet name='{name}' sheetId='7' r:id='b'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{package}/relationships'>"
        f"<Relationship Id='b' Type='{office}/worksheet' Target='worksheets/sheet1.xml'/>"
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet xmlns='{main}'><sheetData>{rows}</sheetData>"
        "</worksheet>",
    }
    with zipfile.ZipFile(path, "w") as target:
        for part, content in parts.items():
            target.writestr(part, content)


def streamed(path: Path) -> None:
    """As servers write it, without going back: sizes stand behind the parts."""

    class Forward(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    made = path.with_name("made.xlsx")
    plain(made)
    memory = Forward()
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(memory, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name), zipfile.ZIP_DEFLATED)
    made.unlink()
    path.write_bytes(memory.getvalue())


def xlsxwriter_book(path: Path) -> None:
    """Header picture, button, chart, table, sparkline, data bars: drawings of every kind."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    data = [[f"Text {row}", row, "a"] for row in range(2, 12)]
    sheet.add_table("A1:C11", {"data": data})
    sheet.set_header("&L&G", {"image_left": "p.png", "image_data_left": BytesIO(PICTURE)})
    sheet.insert_button("F2", {"macro": "los", "caption": "Los"})
    sheet.insert_image("F9", "p.png", {"image_data": BytesIO(PICTURE)})
    sheet.conditional_format("B2:B11", {"type": "data_bar", "data_bar_2010": True})
    sheet.add_sparkline("E2", {"range": "Prüfbericht!A1:A3"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": [SHEET, 1, 1, 10, 1]})
    sheet.insert_chart("H2", chart)
    book.add_worksheet("Prüfbericht").write("A1", "unser eigener")
    book.close()


def header_picture(path: Path) -> None:
    """A drawing that is the header's and none of comments."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet(SHEET)
    sheet.write_column("A1", [f"Text {row}" for row in range(1, 12)])
    sheet.set_header("&L&G", {"image_left": "p.png", "image_data_left": BytesIO(PICTURE)})
    book.close()


PACKAGES: dict[str, Callable[[Path], None]] = {
    maker.__name__: maker
    for maker in (
        plain, prefixed, strict, byte_order_marks, newer_excel, bare, streamed, xlsxwriter_book,
        header_picture,
    )
}  # fmt: skip
