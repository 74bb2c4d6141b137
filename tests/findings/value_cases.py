"""The tables of the stages values and rules, written as workbooks; and where each finding stands.

Columns of the right table: A Welle, B Erhebungsdatum, C Statistischer Bezirk, D Straße,
E Hausnummer, F Objektart, G Einheitstyp, H Status; the column that a case adds is I.
"""

from __future__ import annotations

from typing import Any

from tests.findings.case import Case, book
from tests.intake.test_every_finding import CASES as TABLES
from tests.intake.test_every_finding import places_of

ADDED = "I2"
CELLS = {
    "value-several": "G2",
    "date-cells-swapped": "I3",
    "date-order-mixed": "I3",
    "date-in-future": "B2",
    "date-relative": "B2",
    "excel-date": "E2",
    "code-unknown": "F2",
    "district-unknown": "C2",
    "district-ambiguous": "C2",
    "district-interpreted": "C2",
    "district-outside-area": "C2",
    "column-unreadable": " ".join(f"C{row}" for row in range(2, 42)),
    "key-missing": "F3",
    "key-column-missing": "",
    "keep-column-missing": "",
    "wave-contradicts": "A2",
    "wave-unregistered": "A2",
    "object-contradicted": "A2 A3",
    "object-repeated": "A3",
    "text-pattern": "F2",
    "wz-not-producing": "F2",
    "cover-unreadable": "B1",
    "text-damaged": "D2",
    "street-mended": "D2",
    "street-split": "D2",
    "objects-alike": "E2 E3",
    "register-contradicts": "C2",
    "municipality-other": "A3",
    "survey-date-outside-wave": "B2",
    "duration-contradicts-date": "J2",
    "interim-use-order": "J2",
    "more-vacant-than-units": "J2",
    "building-with-units": "E3",
    "space-need-order": "G2",
    "coordinates-outside": "J2",
    "value-mapped": "H2",
    "value-filled": "",
    "value-default": "",
    "rows-filtered": "",
    "district-unregistered": "",
}
MAPPINGS = {
    "keep-column-missing": "form: vacancies\nrows: {keep: {y: ['1']}}\n",
    "value-mapped": "form: vacancies\nvalues: {vacancy_status: {leer: LEER}}\n",
    "rows-filtered": "form: vacancies\nrows: {keep: {Status: [belegt]}}\n",
}
NAMES = {
    "vacancies": "Leerstände", "production_sites": "Produktionsstandorte", "stock": "Bestand",
}  # fmt: skip
COVER = {"survey_area": "Erhebungsgebiet"}


def case_of(code: str) -> Case:
    """The table of a code as a workbook."""
    table, told = TABLES[code]
    sheets = {NAMES[told.get("form", "vacancies")]: table}
    if "cover" in told:
        pairs = "\n".join(f"| {COVER[name]} | {text} |" for name, text in told["cover"].items())
        sheets = {"Deckblatt": pairs, **sheets}
    options: dict[str, Any] = {"wave": told["wave"]} if "wave" in told else {}
    if "mapping" in told:
        options["mapping"] = MAPPINGS[code]
    places = places_of(told["places"]) if "places" in told else None
    return Case(book(sheets), CELLS.get(code, ADDED), options, places)


CASES = {code: case_of(code) for code in TABLES} | {
    # Characters that are lost for good: those encoded twice are mended while reading.
    "text-damaged": Case(
        book({"Leerstände": TABLES["text-damaged"][0].replace("ÃŸ", "\ufffd")}), "D2"
    ),
}
