"""Files that are damaged, hostile, no tables, or told by how they are stored."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Font

from pipelines.intake.options import Limits
from tests.findings.case import Case, Write, book, raw, right
from tests.intake.books import HEADINGS, ROWS, sheet_xml, write_package
from tests.intake.sheets import rows_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CSV = "\n".join(";".join(row) for row in rows_of(right())).encode()


def package(name: str, *, behind: str = "", declaration: str = "", **parts: str | bytes) -> Write:
    """A package around raw XML, which no honest program writes."""

    def write(folder: Path) -> Path:
        sheet = sheet_xml(behind=behind, declaration=declaration)
        named = {
            part.replace("__", "/").replace("_DOT_", "."): text for part, text in parts.items()
        }
        return write_package(folder / name, sheet, named)

    return write


def with_cell(cell: str) -> Write:
    """A plain sheet with one more cell, far away."""

    def write(folder: Path) -> Path:
        sheet = sheet_xml({cell: f'<c r="{cell}"><v>1</v></c>'})
        return write_package(folder / "weit.xlsx", sheet)

    return write


def zipped(name: str, part: str) -> Write:
    """A zip that holds one part."""

    def write(folder: Path) -> Path:
        with zipfile.ZipFile(folder / name, "w") as made:
            made.writestr(part, b"x")
        return folder / name

    return write


def struck(made: openpyxl.Workbook) -> None:
    for cell in made.worksheets[0][2]:
        cell.font = Font(strike=True)


def chart(made: openpyxl.Workbook) -> None:
    sheet = made.create_chartsheet("Diagramm")
    bars = BarChart()
    bars.add_data(Reference(made.worksheets[0], min_col=1, min_row=1, max_row=3))
    sheet.add_chart(bars)


def drawn(folder: Path) -> Path:
    made = xlsxwriter.Workbook(folder / "Textfeld.xlsx")
    sheet = made.add_worksheet("Leerstände")
    sheet.write_row("A1", HEADINGS)
    sheet.write_row("A2", ROWS[0])
    sheet.insert_textbox("K3", "Nr. 5 fehlt")
    made.close()
    return folder / "Textfeld.xlsx"


def commented(made: openpyxl.Workbook) -> None:
    made["Leerstände"]["D2"].comment = Comment("wieder vermietet", "Ute")


def macros(folder: Path) -> Path:
    made = xlsxwriter.Workbook(folder / "Makros.xlsm")
    made.add_worksheet("Leerstände").write("A1", "Straße")
    (folder / "vbaProject.bin").write_bytes(b"x")
    made.add_vba_project(str(folder / "vbaProject.bin"))
    made.close()
    return folder / "Makros.xlsm"


FILES: dict[str, Write] = {
    "file-not-there": lambda folder: folder / "fort.xlsx",
    "file-empty": raw("leer.xlsx", b""),
    "file-damaged": raw("abgeschnitten.xlsx", b"PK\x03\x04" + b"\1" * 300),
    "file-encrypted": raw(
        "kennwort.xlsx", OLE + bytes(100) + "EncryptedPackage".encode("utf-16-le") + bytes(100)
    ),
    "file-entities": package("boese.xlsx", declaration='<!DOCTYPE x [<!ENTITY a "aaaa">]>'),
    "file-no-table": raw("daten.bin", bytes(range(256)) * 4),
    "file-web-page": raw("seite.xls", b"<html><table><tr><td>Welle</td></tr></table></html>"),
    "file-document": raw("bericht.pdf", b"%PDF-1.7\n"),
    "file-picture": raw("foto.heic", b"\0\0\0\x18ftypheic" + b"\1" * 100),
    "file-numbers": zipped("Erhebung.numbers", "Index/Document.iwa"),
    "file-archive": zipped("Sammlung.zip", "Erhebung.xlsx"),
    "file-lock": raw("~$Erhebung.xlsx", b"\x05Meier"),
    "file-of-the-system": raw(".DS_Store", b"\0\0\0\1Bud1"),
    "file-other-ending": book({"Leerstände": right()}, name="Erhebung.ods"),
    "file-macros": macros,
    "file-links": package("Verweise.xlsx", xl__externalLinks__externalLink1_DOT_xml="<x/>"),
    "sheet-drawings": drawn,
    "text-encoding": raw("Liste.csv", CSV.decode().encode("cp1252")),
    "text-mixed-encoding": raw(
        "Liste.csv", CSV + b"\n" + CSV.splitlines()[1].decode().encode("cp1252")
    ),
    "text-repaired": raw("Liste.csv", CSV.decode().encode().decode("cp1252").encode()),
    "text-lost-characters": raw("Liste.csv", CSV.replace("ß".encode(), "\ufffd".encode())),
    "text-open-quote": raw("Liste.csv", CSV.replace(b";12;", b';"12;')),
    "sheet-chart": book({"Leerstände": right()}, dress=chart),
    "rows-struck": book({"Leerstände": right()}, dress=struck),
    "text-without-table": raw("Notizen.xlsx", b"Bitte am Montag den Schluessel holen.\nDanke!\n"),
}
CASES = {code: Case(write) for code, write in FILES.items()} | {
    "file-too-large": Case(package("gross.xlsx", behind=" " * (80 << 20)),
                           options={"limits": Limits(unpacked_mb=64)}),
    "file-too-large-memory": Case(with_cell("AX1048576"),
                                  options={"limits": Limits(memory_mb=1024)}),
    "file-too-slow": Case(with_cell("T1048576"), options={"limits": Limits(seconds=0.1)}),
    "cells-commented": Case(book({"Leerstände": right()}, dress=commented), "D2"),
    "cells-stray": Case(with_cell("XFD1048576"), "XFD1048576"),
}  # fmt: skip
