"""Werne and Langendreer-Alter Bahnhof 2019: one sheet per surveyor, each in an own order.

In: the invented objects of districts 47 and 49.
Out: the workbook with real dates and numbers, postcodes, and no street sections.
"""

from __future__ import annotations

from datetime import date

from openpyxl import Workbook

from raw.examples import NOTICE
from raw.examples.book import Field, Layout, write_cover, write_table
from raw.examples.survey import PLOTS, Site, Vacancy
from raw.examples.wattenscheid import FOOTNOTES, written

BEGIN = date(2019, 5, 7)
SURVEYORS = {"47": "KM", "49": "TS"}


def vacancy_fields(surveyor: str) -> list[Field]:
    """The columns of form A; the second surveyor has moved half of them."""
    place = [
        Field("", "PLZ", lambda r: r.item.section.postcode, width=8),
        Field("", "Bezirk", lambda r: r.say("district", r.item.section.district_code), width=26),
        Field("", "Str.", lambda r: r.item.section.street, width=24),
        Field("", "Haus-Nr.", lambda r: r.item.number, width=8),
        Field("", "Lage im Haus", lambda r: r.item.unit_label, width=9),
    ]
    what = [
        Field("", "Art des Objekts", lambda r: r.say("object_kind", r.item.object_kind), width=20),
        Field("", "Typ der Einheit", lambda r: r.say("unit_type", r.item.unit_type)),
        Field("", "Geschoß", lambda r: r.say("storey", r.item.storey)),
        Field("", "Status", lambda r: r.say("vacancy_status", r.item.status), width=18),
        Field("", "Grad des Leerstands", lambda r: r.say("vacancy_degree", r.item.degree)),
    ]
    sizes = [
        Field("", "Fläche (qm)", lambda r: None if r.n % 11 == 0 else r.item.area_m2),
        Field("", "leer seit", lambda r: r.item.vacant_year
              if r.item.object_kind not in PLOTS else None),
    ]  # fmt: skip
    stamp = [
        Field("", "Erhoben am", lambda r: r.item.surveyed_on, width=12),
        Field("", "Welle", lambda _: "2019-W1", width=9),
        Field("", "Gebiet", lambda r: "WLAB" if r.n % 2 else "W-LAB", width=9),
    ]
    number = [Field("", "Nr.", lambda r: r.n, width=5)]
    order = (number, stamp, what, place, sizes) if surveyor == "KM" else (place, what, sizes, stamp)
    return [each for group in order for each in group]


def site_fields() -> list[Field]:
    """The columns of form B."""
    return [
        Field("", "Erhebungsdatum", lambda r: r.item.surveyed_on, width=12),
        Field("", "Welle", lambda _: "2019-W1"),
        Field("", "Erhebungsgebiet", lambda _: "WLAB"),
        Field("", "Bezirk", lambda r: r.say("district", r.item.section.district_code), width=26),
        Field("", "Straße", lambda r: r.item.section.street, width=24),
        Field("", "Hausnummer", lambda r: r.item.number),
        Field("", "Betrieb", lambda r: r.item.name, width=24),
        Field("", "Betriebsstatus", lambda r: r.say("site_status", r.item.status)),
        Field("", "Art der Produktion", lambda r: r.say("production_type", r.item.production_type)),
        Field("", "Ortstyp", lambda r: r.say("place_type", r.item.place_type)),
        Field("", "Nutzfläche in m²", lambda r: r.item.floor_area_m2),
    ]


def workbook(vacant: list[Vacancy], producing: list[Site]) -> Workbook:
    """The workbook Werne_Langendreer_2019."""
    book = Workbook()
    write_cover(
        book,
        "Werne und Langendreer-Alter Bahnhof",
        [("Erhoben von", "KM, TS"), ("Stand", date(2019, 6, 28)), ("Hinweis", NOTICE)],
    )
    for district, surveyor in SURVEYORS.items():
        mine = [item for item in vacant if item.section.district_code == district]
        left = 1 if surveyor == "KM" else 2
        write_table(
            book.create_sheet(f"Leerstände {surveyor}"),
            Layout((f"Leerstände {surveyor}",), footnotes=FOOTNOTES[2:], first_column=left),
            vacancy_fields(surveyor),
            written(mine, "werne"),
        )
    for district, surveyor in SURVEYORS.items():
        sites = [item for item in producing if item.section.district_code == district]
        write_table(
            book.create_sheet(f"Produktion {surveyor}"),
            Layout((f"Produktionsstandorte {surveyor}",), footnotes=FOOTNOTES[2:]),
            site_fields(),
            written(sites, "werne"),
        )
    return book
