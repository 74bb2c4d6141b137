"""Sheets, rows and headings: what is left out, hidden, merged, doubled or unknown."""

from __future__ import annotations

from collections.abc import Callable

import openpyxl
from openpyxl.styles import PatternFill

from tests.findings.case import Case, Write, book, raw, right
from tests.intake.sheets import HEAD, ROW

VACANT = "Leerstände"
STREETS = "| Hausnummer | Straße | Objektart | Status | Geschoss |"
HOUSES = """
| welle | strasse | bemerkung | _index |
| 2019-W1 | Weg | Eckhaus | #1 |
| 2019-W1 | Allee | | #2 |
"""
UNITS = """
| objektart | status | bemerkung | _index | _parent_table_name | _parent_index |
| Einheit | leer | links | #1 | Haus | #1 |
"""


TRANSPOSED = """
| Straße | Hochstraße | Hochstraße |
| Hausnummer | 1 | 3 |
| Objektart | Einheit | Einheit |
| Status | leer | leer |
"""
FORM = """
| Straße: | Hochstraße |
| Hausnummer: | 1 |
| Objektart: | Einheit |
| Status: | leer |
"""
LINES = "| Straße;Hausnummer;Objektart;Status |\n| Hochstraße;1;Einheit;leer |"


def rows(*numbers: int, status: str = "leer") -> str:
    return "\n".join(
        ROW.replace("| 12 |", f"| {number} |").replace("leer", status) + " |" for number in numbers
    )


def table(*lines: str) -> Write:
    """A sheet of the heading and further lines."""
    return book({VACANT: "\n".join([f"{HEAD} |", *lines])})


def one_more(heading: str, cell: str) -> Write:
    return book(
        {VACANT: f"{HEAD} | {heading} |\n{ROW} | {cell} |\n{ROW.replace('12', '14')} | {cell} |"}
    )


def status_as(heading: str, cell: str) -> Write:
    """Two rows whose status, if any, stands under another heading."""
    bare = ROW.removesuffix("| leer")
    return book(
        {VACANT: f"{HEAD.removesuffix('| Status')}| {heading} |\n{bare}| {cell} |\n"
                 f"{bare.replace('12', '14')}| {cell} |"}
    )  # fmt: skip


def comma(line: str, more: str) -> bytes:
    """A line of Markdown as one of CSV, with one more field."""
    return f"{line.strip('| ').replace(' | ', ',')},{more}\n".encode()


def hidden(made: openpyxl.Workbook) -> None:
    made["KM"].sheet_state = "hidden"


def hidden_row(made: openpyxl.Workbook) -> None:
    made[VACANT].row_dimensions[3].hidden = True


def hidden_column(made: openpyxl.Workbook) -> None:
    made[VACANT].column_dimensions["E"].hidden = True


def coloured(made: openpyxl.Workbook) -> None:
    for row in (2, 4):
        for cell in made[VACANT][row]:
            cell.fill = PatternFill("solid", fgColor="92D050")


def merged(area: str) -> Callable[[openpyxl.Workbook], None]:
    def merge(made: openpyxl.Workbook) -> None:
        made[VACANT].merge_cells(area)

    return merge


def sheets(**named: str) -> Write:
    return book(named)


TWO = rows(1, 2)
LEFT_OUT: dict[str, tuple[Write, str]] = {
    "no-form": (sheets(Kino="| Film | Saal | Beginn |\n| Metropolis | #1 | 20:00 |"), ""),
    "no-cells": (sheets(Leer="| |"), ""),
    "no-rows": (table(), ""),
    "sheet-not-read": (sheets(Leerstände=right(), Notizen="| Notiz |\n| Schlüssel abholen |"), ""),
    "sheet-cover": (sheets(Deckblatt="| Erhebungsgebiet | WAT |", Leerstände=right()), ""),
    "sheet-hidden": (book({VACANT: right(), "KM": f"{HEAD} |\n{rows(7)}"}, dress=hidden), ""),
    "rows-hidden": (book({VACANT: f"{HEAD} |\n{TWO}"}, dress=hidden_row), ""),
    "columns-hidden": (book({VACANT: right()}, dress=hidden_column), ""),
    "rows-title": (book({VACANT: f"| Leerstände im Mai |\n{right()}"}), ""),
    "rows-total": (table(TWO, "| Summe | #2 |"), ""),
    "rows-note": (table(TWO, "| * nach Augenschein |"), ""),
    "rows-example": (table(ROW.replace("2019-W1", "Beispiel") + " |", TWO), ""),
    "rows-band": (
        book({VACANT: f"{STREETS}\n| 9 | | Einheit | leer | EG |\n| | Hochstraße |\n"
              "| 1 | | Einheit | leer | EG |\n| 3 | | Einheit | leer | EG |"}),
        "",
    ),
    "rows-band-read": (
        book({VACANT: f"{STREETS}\n| | Hochstraße |\n| 1 | | Einheit | leer | EG |\n"
              "| 3 | | Einheit | leer | EG |\n| | Am Markt |\n| 7 | | Einheit | leer | EG |"}),
        "",
    ),
    "rows-between": (table(rows(1), "| Westenfeld |", rows(2)), ""),
    "sheet-transposed": (sheets(Quer=TRANSPOSED), "A1 A2 A3 A4"),
    "sheet-form": (sheets(Bogen=FORM), "A1 A2 A3 A4"),
    "column-split": (sheets(Liste=LINES), "A1"),
    "lines-unsplit": (sheets(Liste=f"{LINES} 5 |"), "A1"),
    "rows-prepared": (
        book({VACANT: f"| Nr. {HEAD} |\n| #1 {ROW} |\n| #2 {rows(14)}\n"
              "| #3 | 2019-W1 |\n| #4 | 2019-W1 |"}), "",
    ),
    "heading-repeated": (table(rows(1), f"{HEAD} |", rows(2)), ""),
    "heading-alone": (sheets(Leerstände=right(), Neu=f"{HEAD} |"), ""),
    "merge-filled": (
        book({VACANT: f"{HEAD} |\n{rows(1)}\n{rows(2).replace('Hochstraße', '')}"},
             dress=merged("D2:D3")), "D3",
    ),
    "merge-measure": (
        book({VACANT: f"{HEAD} | Gesamtfläche |\n{rows(1)} #80 |\n{rows(2)} |"},
             dress=merged("I2:I3")), "I3",
    ),
    "cells-beside": (table(rows(1).removesuffix("|") + "| | | ruft an |", rows(2)), "K2"),
    "repeat-joined": (sheets(Haus=HOUSES, einheiten=UNITS), ""),
    "repeat-alone": (sheets(Haus=HOUSES, einheiten=UNITS), ""),
    "column-of-parent": (sheets(Haus=HOUSES, einheiten=UNITS), "C1"),
    "row-shifted": (
raw("Liste.csv", comma(HEAD, "Gesamtfläche") + comma(ROW, "80,5") + comma(ROW, "80")), "J2",
    ),
    "sheet-copied": (
        sheets(Leerstände=f"{HEAD} |\n{rows(1, 2, 3)}", Alt=f"{HEAD} |\n{rows(3, 1)}"), "",
    ),
    "sheets-overlap": (
        sheets(Mai=f"{HEAD} |\n{rows(*range(1, 7))}",
               Juni=f"{HEAD} |\n{rows(*range(1, 7), status='Umbau')}"),
        "E2 E3 E4 E5 E6 E7 E2 E3 E4 E5 E6 E7",
    ),
    "cells-cleaned": (raw("Liste.csv", f"{HEAD} |\n{rows(1)}".replace(" | ", ",").replace(
        "Hochstraße", "Hoch\x07straße").encode()), "D2"),
    "cells-mended": (table(rows(1).replace("Hochstraße", "HochstraÃŸe")), "D2"),
    "rows-coloured": (book({VACANT: f"{HEAD} |\n{rows(1, 2, 3, 4, 5)}"}, dress=coloured), ""),
    "colour-legend": (
        book({VACANT: f"| Leerstände im Mai, grün = wieder vermietet |\n{right()}"}), "A1",
    ),
    "status-not-read": (status_as("aktuelle Nutzung", "ja"), "H1"),
    "years-not-read": (status_as("2018 | 2019", "x | x"), "H1 I1"),
    "rows-are-counts": (one_more("Anzahl", "#12"), "I1"),
    "choices-apart": (one_more("Laden | Büro", "x | "), "I1 J1"),
    "columns-joined": (one_more("Schaufenster/leer | Schaufenster/Hinweis", "1 | 0"), "I1 J1"),
    "status-from-marks": (status_as("Leerstand", "ja"), "H2 H3"),
    "personal-values": (one_more("Laune", "0171 1234567"), "I2 I3"),
    "personal-values-read": (one_more("Bemerkung", "Schlüssel bei Frau Muster"), "I2 I3"),
    "column-ignored": (one_more("Laune", "heiter"), "I1"),
    "columns-ignored": (
        one_more(" | ".join(f"Frage {n}" for n in range(1, 14)), " | ".join("abcdefghijklm")),
        "I1 J1 K1 L1 M1 N1 O1 P1 Q1 R1 S1 T1 U1",
    ),
    "column-near-miss": (one_more("Leerstad seit", "2015"), "I1"),
    "column-vague": (one_more("Fläche", "80"), "I1"),
    "column-second-choice": (one_more("Gesamtfläche | Fläche", "80 | 70"), "J1"),
    "column-doubled": (one_more("Str.", "Hochstraße"), "D1 I1"),
    "column-personal": (one_more("Telefon Eigentümer", "0234 5"), "I1"),
    "columns-of-the-app": (one_more("_uuid", "ab-cd"), "I1"),
    "column-without-heading": (
        book({VACANT: f"{HEAD} | | Geschoss |\n{ROW} | #17 | EG |\n{rows(14)} #18 | EG |"}), "",
    ),
}  # fmt: skip
CASES = {code: Case(write, cells) for code, (write, cells) in LEFT_OUT.items()} | {
    "sheet-by-mapping": Case(
        sheets(Leerstände=right(), Zweites=f"{HEAD} |\n{rows(7)}"),
        options={"mapping": "form: vacancies\nsheets: [Leerstände]\n"},
    ),
    "columns-by-mapping": Case(
        one_more("Autor", "KM"), "I1",
        options={"mapping": "form: vacancies\nignore: [Autor]\n"},
    ),
}  # fmt: skip
