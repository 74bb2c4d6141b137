"""The stock of shop units in Wattenscheid 2019: the denominators of its rates.

In: stock.csv. Out: the workbook Bestand_2019 with the form stock.
"""

from __future__ import annotations

from datetime import date

from openpyxl import Workbook

from raw.examples import NOTICE
from raw.examples.book import Field, Layout, write_cover, write_table
from raw.examples.survey import read_csv, sections


def workbook() -> Workbook:
    """The workbook Bestand_2019."""
    book = Workbook()
    write_cover(book, "Bestand an Ladenlokalen", [("Welle", "2019-W1"), ("Hinweis", NOTICE)])
    fields = [
        Field("", "Welle", lambda _: "2019-W1"),
        Field("", "Statistischer Bezirk", lambda r: sections()[r["section_id"]].district_code),
        Field("", "Straßenabschnitt", lambda r: r["section_id"]),
        Field("", "Einheitstyp", lambda _: "Ladenlokal"),
        Field("", "Geschoss", lambda _: "EG"),
        Field("", "Einheiten gesamt", lambda r: int(r["units_total"])),
        Field("", "Verkaufsfläche gesamt (m²)", lambda r: int(r["sales_area_total_m2"]), width=22),
        Field("", "Abdeckung", lambda _: "VOLL"),
        Field("", "Quelle", lambda _: "Beispiel", width=16),
        Field("", "Stichtag", lambda _: date(2019, 6, 14), width=12),
    ]
    write_table(
        book.create_sheet("Bestand"), Layout((f"Bestand 2019, {NOTICE}",)), fields,
        read_csv("stock.csv"),
    )  # fmt: skip
    return book
