"""Form C, stock (Bestand): the denominators of rates, one row per district, section and unit type.

Source: DOMAIN list; without a stock of full coverage nothing published shows a rate.
"""

from __future__ import annotations

from schemas.columns import Column, Form, Kind, Label, Level, column
from schemas.shared import DISTRICT_CODE, MUNICIPALITY_KEY, SECTION_ID, WAVE_ID

_COUNTS: tuple[Column, ...] = (
    column(
        Kind.CODE, "unit_type", ("Einheitstyp", "Unit type"),
        ("Welche Räume gezählt wurden.", "Which rooms were counted."),
        synonyms=("Einheitentyp", "Typ der Einheit", "Raumtyp", "Art der Einheit", "Typ",
                  "Premises type", "Type of unit", "Nutzungstyp"),
        level=Level.CORE, is_key=True, is_public=True, code_list="unit_type", example="Ladenlokal",
    ),
    column(
        Kind.STOREY, "storey", ("Geschoss", "Storey"),
        ("Geschoss der gezählten Räume; leer für alle zusammen.",
         "Storey of the rooms counted; empty for all together."),
        synonyms=("Etage", "Stockwerk", "Ebene", "Geschosslage", "Floor", "Level", "Story"),
        level=Level.CORE, is_public=True, example="EG",
    ),
    column(
        Kind.INTEGER, "units_total", ("Einheiten gesamt", "Units total"),
        ("Zahl aller Einheiten, belegte und leere.", "Number of all units, occupied and vacant."),
        synonyms=("Anzahl Einheiten", "Einheiten", "Bestand", "Bestand Einheiten", "Ladenlokale",
                  "Anzahl der Einheiten", "Zahl der Einheiten", "Gesamtzahl", "Anzahl", "Units",
                  "Einheiten insgesamt", "Ladenlokale gesamt", "Stock", "Number of units",
                  "Gesamtbestand", "Anzahl Ladenlokale"),
        level=Level.CORE, is_key=True, is_public=True, minimum=0, maximum=10_000_000, example="657",
    ),
    column(
        Kind.DECIMAL, "sales_area_total_m2", ("Verkaufsfläche gesamt", "Total sales area"),
        ("Verkaufsfläche aller Einheiten.", "Sales area of all units."),
        synonyms=("Gesamtverkaufsfläche", "Verkaufsfläche", "Verkaufsfläche insgesamt",
                  "VKF gesamt", "Summe Verkaufsfläche", "Sales area", "Sales area total",
                  "Fläche gesamt"),
        level=Level.CORE, is_public=True, unit="m²",
        unit_synonyms=("qm", "m2", "Quadratmeter", "sqm"), minimum=0, maximum=100_000_000,
        example="100.000",
    ),
    column(
        Kind.CODE, "coverage", ("Abdeckung", "Coverage"),
        ("Ob der Bestand voll erhoben ist; nur dann gibt es Quoten.",
         "Whether the stock is covered in full; only then there are rates."),
        synonyms=("Erfassung", "Vollständigkeit", "Vollerhebung", "Erhebungsumfang", "Umfang",
                  "Completeness", "Erfassungsgrad", "Voll/Teil"),
        level=Level.CORE, is_key=True, is_public=True, code_list="coverage", default="TEIL",
        example="voll",
    ),
    column(
        Kind.TEXT, "source", ("Quelle", "Source"),
        ("Woher der Bestand stammt.", "Where the stock comes from."),
        synonyms=("Datenquelle", "Herkunft", "Quelle der Angabe", "Quelle der Daten",
                  "Data source"),
        level=Level.CORE, is_public=True, example="Einzelhandelskonzept 2017",
    ),
    column(
        Kind.DATE, "reference_date", ("Stichtag", "Reference date"),
        ("Tag, für den der Bestand gilt.", "Day for which the stock holds."),
        synonyms=("Stand", "Datum", "Bestandsdatum", "Stand vom", "As of", "Date",
                  "Bezugsdatum", "Erhebungsdatum"),
        level=Level.CORE, is_public=True, first_year=1970, example="30.06.2019",
    ),
)  # fmt: skip

STOCK = Form(
    name="stock",
    title=Label("Bestand", "Stock"),
    grain=Label(
        "eine Zeile je Welle, Bezirk, Abschnitt, Einheitstyp und Geschoss",
        "one row per wave, district, section, unit type and storey",
    ),
    columns=(WAVE_ID, MUNICIPALITY_KEY, DISTRICT_CODE, SECTION_ID, *_COUNTS),
    current_view="stock",
    sheet_names=(
        "bestand", "bestandsdaten", "grundgesamtheit", "stock", "nenner", "ladenbestand",
        "einzelhandelsbestand", "denominators", "bestand ladenlokale",
    ),
    identity=(
        "wave_id", "municipality_key", "district_code", "section_id", "unit_type", "storey",
    ),
)  # fmt: skip
