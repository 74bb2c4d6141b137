"""The faulty workbook: a good sheet in which faults.toml plants its mistakes.

In: faults.toml. Out: the workbook Fehlerbeispiel and the list of findings that a check of it
must bring, each with its cells.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from raw.examples import FOLDER, NOTICE
from raw.examples.book import Field, Layout, Value, write_cover, write_table

Row = dict[str, Value]
ROWS = {"Leerstände": 74, "Produktionsstandorte": 14}
TITLES = {
    "Leerstände": ("Leerstände, fehlerhafte Fassung", NOTICE),
    "Produktionsstandorte": (f"Produktionsstandorte, {NOTICE}",),
}


def vacancy(n: int) -> Row:
    """A faultless row of form A."""
    return {
        "Objekt-ID": f"25-A{9000 + n}",
        "Welle": "2019-W1",
        "Erhebungsdatum": date(2019, 5, 20),
        "Erhebungsgebiet": "WAT",
        "Statistischer Bezirk": "Wattenscheid-Mitte",
        "Straße": "Freiheitstraße" if n % 2 else "Oststraße",
        "Hausnummer": str(900 + n),
        "PLZ": "44866",
        "Ostwert": None,
        "Nordwert": None,
        "Objektart": "Einheit",
        "Einheitstyp": "Ladenlokal",
        "Geschoss": "EG",
        "Status": "LEER",
        "Leerstand seit": date(2017, 3, 1),
        "Dauerklasse": None,
        "Gesamtfläche": 60.5 + n,
        "Grundstücksfläche": None,
        "Zustand": 2,
        "Zwischennutzung von": None,
        "Zwischennutzung bis": None,
        "Vermietungshinweis": "NEIN",
        "Telefon Eigentümer": "0234 / 55 5" if n % 5 == 0 else None,
        "Laune": "heiter" if n % 7 == 0 else None,
    }


def site(n: int) -> Row:
    """A faultless row of form B."""
    return {
        "Objekt-ID": f"25-P{9000 + n}",
        "Welle": "2019-W1",
        "Erhebungsdatum": date(2019, 5, 21),
        "Erhebungsgebiet": "WAT",
        "Statistischer Bezirk": "Wattenscheid-Mitte",
        "Betriebsname": f"Beispielbetrieb {n}",
        "Betriebsstatus": "AKTIV",
        "Art der Produktion": "URBANE_MANUFAKTUR",
        "Ortstyp": "HINTERHOF",
        "Straße": "Saarlandstraße",
        "Hausnummer": str(900 + n),
        "Beschäftigte": "B2_4",
        "WZ-Fassung": None,
        "WZ-Code": None,
        "Flächenbedarf": None,
        "Flächenbedarf von (m²)": None,
        "Flächenbedarf bis (m²)": None,
        "Gründungsjahr": 1990 + n,
    }


MAKERS: dict[str, Callable[[int], Row]] = {"Leerstände": vacancy, "Produktionsstandorte": site}


def sheets() -> dict[str, list[Row]]:
    """The rows of both sheets, mistakes included."""
    found = {name: [MAKERS[name](n) for n in range(1, count + 1)] for name, count in ROWS.items()}
    found["Leerstände"][72] = dict(found["Leerstände"][71])
    for planted in _planted():
        rows = found[planted["sheet"]]
        for n in planted["rows"]:
            also = planted.get("also", {}).get(str(n), {})
            rows[n - 1] |= {name: value or None for name, value in (planted["set"] | also).items()}
    return found


def _planted() -> list[dict[str, Any]]:
    content = tomllib.loads((FOLDER / "faults.toml").read_text(encoding="utf-8"))
    return [
        planted | {"severity": severity}
        for severity in ("fault", "hint")
        for planted in content[severity]
    ]


def expected() -> list[dict[str, Any]]:
    """What a check must find, and how it is mended.

    Code, sheet and cells; value and proposal where they are known; `mended`, what the cells
    that were spoilt held before.
    """
    headings = {name: list(rows[0]) for name, rows in sheets().items()}
    return [
        {
            "what": planted["what"],
            "kind": planted["severity"],
            "code": planted["code"],
            "sheet": planted["sheet"],
            "cells": [
                get_column_letter(headings[planted["sheet"]].index(planted["at"]) + 1)
                + str(len(TITLES[planted["sheet"]]) + 2 + n)
                for n in planted.get("in", planted["rows"])
            ],
            "value": planted.get("value"),
            "proposal": planted.get("proposal"),
            "is_quarantined": planted.get("is_quarantined", False),
            "mended": _mended(planted, headings[planted["sheet"]]),
        }
        for planted in _planted()
    ]


def _mended(planted: dict[str, Any], headings: list[str]) -> dict[str, Any]:
    """Cell → what a faultless row holds in the cells that a mistake was typed into."""
    good = {}
    for n in planted["rows"]:
        row = MAKERS[planted["sheet"]](n)
        for heading in planted["set"] | planted.get("also", {}).get(str(n), {}):
            letter = get_column_letter(headings.index(heading) + 1)
            value = row[heading]
            typed = value.isoformat() if isinstance(value, date) else value
            good[f"{letter}{len(TITLES[planted['sheet']]) + 2 + n}"] = typed
    return good


def workbook() -> Workbook:
    """The workbook Fehlerbeispiel."""
    book = Workbook()
    write_cover(book, "Fehlerbeispiel", [("Hinweis", f"{NOTICE}; absichtlich voller Fehler")])
    for name, rows in sheets().items():
        fields = [Field("", heading, _reader(heading)) for heading in rows[0]]
        write_table(book.create_sheet(name), Layout(TITLES[name]), fields, rows)
    return book


def _reader(heading: str) -> Any:
    return lambda row: row[heading]
