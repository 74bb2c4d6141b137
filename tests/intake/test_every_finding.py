"""Every finding of parsing, checking and the rules is provoked by a table here."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.result import CheckedWorkbook
from pipelines.intake.words import LANGS
from schemas.findings import catalogue
from schemas.places import District, Place, Places, Section, StreetRange, Wave
from tests.intake.sheets import HEAD, ROW, check, column, with_place

SITE = "| Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Art der Produktion"
SITE_ROW = "| 2019-W1 | 03.05.2019 | 25 | Hochstraße | Urbane Manufaktur"
STREETS = (StreetRange("05911000", "Hochstraße", 1, 99, "", "26", "44866", "S1"),)
WAVE = Wave("2018-W1", "", "05911000", "", None, None, None, "laufend")
SUMMER = Wave("2019-W1", "", "05911000", "", date(2019, 6, 1), date(2019, 6, 30), None, "laufend")
Case = tuple[str, dict[str, Any]]


def more(heading: str, *cells: str, row: str = ROW, **options: Any) -> Case:
    """A right row with one more column, for each cell."""
    rows = "\n".join(f"{row} | {cell} |" for cell in cells)
    return f"{HEAD} | {heading} |\n{rows}", options


def instead(old: str, new: str, **options: Any) -> Case:
    """A right row with one cell changed."""
    return f"{HEAD} |\n{ROW.replace(old, new)} |", options


def site(heading: str, *cells: str) -> Case:
    rows = "\n".join(f"{SITE_ROW} | {cell} |" for cell in cells)
    return f"{SITE} | {heading} |\n{rows}", {"form": "production_sites"}


def twice(second: str) -> Case:
    return f"| Objekt-ID {HEAD} |\n| A1 {ROW} |\n| A1 {ROW.replace('leer', second)} |", {}


UNKNOWN = "\n".join(ROW.replace("Wattenscheid-Mitte", f"#{n}") + " |" for n in range(1000, 1040))
BROWNFIELD = ROW.replace("Einheit", "Brachfläche")
INTERIM = ROW.replace("leer", "Zwischennutzung")
PAIR = "Ostwert | Nordwert"

CASES: dict[str, Case] = {
    "value-unreadable": more("Gesamtfläche", "ziemlich groß"),
    "value-several": instead("Ladenlokal", "Laden/Büro"),
    "words-kept": more("Letzte Nutzung", "Schlecker"),
    "text-from-date": more("Lage im Haus", "@2019-02-01"),
    "value-range": more("Gesamtfläche", "80-100"),
    "value-bound": more("Gesamtfläche", "über 80"),
    "value-sum": more("Gesamtfläche", "40+35"),
    "number-ambiguous": more("Gesamtfläche", "1,200"),
    "number-unit-unknown": more("Gesamtfläche", "80 Morgen"),
    "number-not-whole": more("Einheiten im Haus", "2,5", row=ROW.replace("Einheit", "Gebäude")),
    "out-of-bounds": more("Gesamtfläche", "-45,5"),
    "date-in-future": instead("03.05.2019", "20.05.2099"),
    "date-implausible": more("Leerstand seit", "01.01.0219"),
    "date-order-mixed": more("Leerstand seit", "25/03/2018", "03/25/2018"),
    "date-relative": instead("03.05.2019", "vor 2 Jahren"),
    "excel-date": instead("| 12 |", "| @2019-11-09 |"),
    "code-unknown": instead("Einheit", "Trinkhalle"),
    "district-unknown": instead("Wattenscheid-Mitte", "Wattenschied"),
    "district-ambiguous": instead("Wattenscheid-Mitte", "Wattenscheid"),
    "area-unknown": more("Erhebungsgebiet", "Mars"),
    "area-contradicts-district": more("Erhebungsgebiet", "WLAB"),
    "section-unknown": more("Straßenabschnitt", "X9", places="sections"),
    "section-ambiguous": more("Straßenabschnitt", "Nordseite", places="sections"),
    "postcode-unreadable": more("PLZ", "4486"),
    "formula-error": more("Gesamtfläche", "!#REF!"),
    "value-ditto": more("Gesamtfläche", "!dito"),
    "formula-uncalculated": more("Gesamtfläche", "!uncalculated"),
    "column-unreadable": (f"{HEAD} |\n{UNKNOWN}", {}),
    "key-missing": (f"{HEAD} |\n{ROW} |\n{ROW.replace('Einheit', '')} |", {}),
    "key-column-missing": ("| Welle | Straße |\n| 2019-W1 | Hochstraße |", {}),
    "keep-column-missing": instead("x", "x", mapping=Mapping("vacancies", "", keep={"y": ("1",)})),
    "wave-contradicts": instead("x", "x", wave="2018-W1"),
    "object-contradicted": twice("belegt"),
    "object-repeated": twice("leer"),
    "text-pattern": site("WZ-Code", "Bäckerei"),
    "cover-unreadable": instead("x", "x", cover={"survey_area": "Mars"}),
    "date-cells-swapped": more("Leerstand seit", "5/13/2018", "@2018-03-05"),
    "text-damaged": instead("Hochstraße", "HochstraÃŸe"),
    "objects-alike": (f"{HEAD} |\n{ROW} |\n{ROW} |", {}),
    "district-outside-area": instead("x", "x", cover={"survey_area": "WLAB"}),
    "register-contradicts": instead("x", "x", places="streets"),
    "position-contradicts": more(
        f"{PAIR} | Längengrad | Breitengrad", "370993 | 5704827 | 7,2 | 51"
    ),
    "position-incomplete": more(PAIR, "370993 |"),
    "value-not-stated": more("Gesamtfläche", "k.A."),
    "value-not-assessable": more("Gesamtfläche", "nicht ausgem."),
    "value-not-applicable": more("Gesamtfläche", "entfällt"),
    "value-interpreted": more("Leerstandsgrad", "komplett"),
    "district-interpreted": instead("Wattenscheid-Mitte", "Wattenscheid (Mitte)"),
    "value-mapped": instead(
        "x", "x", mapping=Mapping("vacancies", "", values={"vacancy_status": {"leer": "LEER"}})
    ),
    "value-approximate": more("Gesamtfläche", "ca. 80"),
    "number-grouped": more("Gesamtfläche", "1.200"),
    "number-with-unit": more("Gesamtfläche", "80m²"),
    "number-converted": more("Gesamtfläche", "0,5 ha"),
    "number-rounded": more("Gesamtfläche", "64,2345"),
    "date-interpreted": more("Leerstand seit", "Frühjahr 2012"),
    "date-two-digits": more("Leerstand seit", "15.03.18"),
    "date-order": more("Leerstand seit", "05/03/2018"),
    "date-serial": more("Leerstand seit", "#43000"),
    "date-without-time": more("Leerstand seit", "@2018-05-03 14:20:00"),
    "date-relative-read": more("Leerstand seit", "seit ca. 2 J."),
    "postcode-zero": more("PLZ", "1067", places="east"),
    "value-filled": more("Gesamtfläche", "80", cover={"survey_area": "WAT"}),
    "value-default": (f"{HEAD.replace('| Status', '')} |\n{ROW.replace('| leer', '')} |", {}),
    "street-mended": instead("Hochstraße", "Hochstr.", places="streets"),
    "street-split": instead("Hochstraße | 12", "Hochstraße 12 | "),
    "number-joined": more("Zusatz", "a", fields={"Zusatz": ("house_suffix",)}),
    "vague-moved": more("Fläche", "800", row=BROWNFIELD),
    "address-split": more("Adresse", "Hochstraße 12", fields={"Adresse": ("address",)}),
    "address-whole": more("Adresse", "Am Markt", fields={"Adresse": ("address",)}),
    "position-split": more("geo", "51.48, 7.14", fields={"geo": ("latlon",)}),
    "position-swapped": more(PAIR, "5704827 | 370993"),
    "position-prefixed": more(PAIR, "32370993 | 5704827"),
    "position-grouped": more(PAIR, "370.993 | 5704827"),
    "position-converted": more(PAIR, "7,1422 | 51,47987"),
    "rows-filtered": instead(
        "x", "x", mapping=Mapping("vacancies", "", keep={"Status": ("belegt",)})
    ),
    "wave-unregistered": instead("x", "x", places="waves"),
    "district-unregistered": instead("x", "x", places="none"),
    "municipality-other": (
        """
        | Gemeindeschlüssel | Statistischer Bezirk | Welle | Einheitstyp | Einheiten gesamt |
        | 05911000 | 25 | 2019-W1 | Laden | #90 |
        | 059160009 | 47 | 2019-W1 | Laden | #90 |
        """,
        {"form": "stock"},
    ),
    "survey-date-outside-wave": instead("x", "x", places="summer"),
    "postcode-implausible": more("PLZ", "44892"),
    "coordinates-outside": more(PAIR, "370993 | 57048"),
    "vacant-after-survey": more("Leerstand seit", "01.08.2019"),
    "duration-contradicts-date": more("Leerstand seit | Dauerklasse", "2010 | UNTER_6"),
    "interim-use-order": more(
        "Zwischennutzung von | Zwischennutzung bis", "01.03.2020 | 31.12.2019", row=INTERIM
    ),
    "interim-use-without-status": more("Zwischennutzung von", "01.01.2019"),
    "interim-use-over": more("Zwischennutzung bis", "31.12.2018", row=INTERIM),
    "plot-area-of-unit": more("Grundstücksfläche", "250"),
    "brownfield-small": more("Grundstücksfläche", "320", row=BROWNFIELD),
    "only-for-buildings": more("Einheiten im Haus", "6"),
    "more-vacant-than-units": more(
        "Einheiten im Haus | davon leer", "6 | 7", row=ROW.replace("Einheit", "Gebäude")
    ),
    "end-reason-without-status": more("Grund des Wegfalls", "Abriss"),
    "building-with-units": (f"{HEAD} |\n{ROW} |\n{ROW.replace('Einheit', 'Gebäude')} |", {}),
    "space-need-order": site("Flächenbedarf von | Flächenbedarf bis", "200 | 100"),
    "column-of-another": more("Miete", "450"),
    "value-unusual": more("Mietforderung", "800"),
    "wz-not-producing": site("WZ-Code", "4711"),
}


def places_of(name: str) -> Places:
    """The places that a case names."""
    sections = tuple(
        Section(f"S{n}", "Nordseite", "05911000", "Hochstraße", "", "", "", None, None)
        for n in (1, 2)
    )
    east = (District("05911000", "25", "Wattenscheid-Mitte", postcodes=("01067",)),)
    return {
        "sections": with_place(sections=sections),
        "streets": with_place(streets=STREETS),
        "summer": with_place(waves=(SUMMER,)),
        "waves": with_place(waves=(WAVE,)),
        "east": with_place(districts=east, survey_areas=()),
        "none": Places({"05911000": Place("05911000")}),
    }[name]


@pytest.mark.parametrize("code", CASES)
def test_the_finding_is_provoked(code: str) -> None:
    text, options = CASES[code]
    chosen = dict(options)
    if isinstance(chosen.get("places"), str):
        chosen["places"] = places_of(chosen["places"])
    checked = check(text, **chosen)
    told = [finding for finding in checked.findings if finding.code == code]
    assert told, [finding.code for finding in checked.findings]
    for finding in told:
        for lang in LANGS:
            message, remedy = finding.message(lang), finding.remedy(lang)
            assert "{" not in message + remedy
            assert "None" not in message + remedy
            assert remedy
            if finding.severity != "hint" and finding.value is not None:
                assert finding.value in message
        assert finding.message("de") != finding.message("en")


PROPOSED = (
    ("Gesamtfläche", "gross_area_m2", (
        "80-100", "zw. 80 und 100 qm", "über 80", "80+", "40+35", "8 x 10", "8O", "80 qm VKF",
    )),
    ("Mietforderung", "asking_rent_eur_m2", ("8-10", "@2019-05-08", "8,50 € warm", "900 € warm")),
    ("Eignung Urbane Produktion", "production_fit", ("2-3", "1 Punkt", "2,5")),
    ("Leerstand seit", "vacant_since", (
        "2015-2018", "Winter 2017/18", "nach 2015", "03/11", "030518", "2-3 Jahre", "90er Jahre",
        "30.04.-02.05.2018", "05.25.2018",
    )),
    ("Zwischennutzung bis", "interim_use_to", ("2030-2032",)),
    ("Geschoss", "storey", ("EG + 1. OG", "EG links", "1. und 2. OG", "UG-DG")),
    ("Hausnummer 2", "house_number", ("@2019-11-09", "12. Jan", "12.14", "20-", "#12.14", "#43446")),
    ("PLZ", "postcode", ("44 866", "44866/44867")),
    ("Zustand", "condition", ("2-3", "guut", "gut, saniert?")),
    ("Leerstandsgrad", "vacancy_degree", ("vollstandig", "voll/teilweise")),
    ("Ursachen", "causes", ("Miete, Insolvens", "Zustannd")),
    ("Vermietungshinweis", "marketed", ("ja?", "ja, Schild")),
    ("Dauerklasse", "duration_class", ("@2019-12-06", "6-12 Monatte")),
    ("Erhebungsgebiet", "survey_area", ("WAT-Citty",)),
)  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "name", "cell"),
    [(heading, name, cell) for heading, name, cells in PROPOSED for cell in cells],
)
def test_a_proposal_taken_over_is_accepted(heading: str, name: str, cell: str) -> None:
    options: dict[str, Any] = {"fields": {heading: (name,)}}
    head = HEAD.replace("Hausnummer", "Zusatz") if name == "house_number" else HEAD
    row = INTERIM if name == "interim_use_to" else ROW
    (told,) = errors(check(f"{head} | {heading} |\n{row} | {cell} |", **options), name)
    if told.proposal is None:
        assert (name, cell) in NOT_PROPOSED
        return
    again = check(f"{head} | {heading} |\n{row} | {told.proposal} |", **options)
    assert not errors(again, name)
    assert column(again, name) != [None]


NOT_PROPOSED = {("asking_rent_eur_m2", "8,50 € warm"), ("asking_rent_eur_m2", "900 € warm")}


def errors(checked: CheckedWorkbook, name: str) -> list[Finding]:
    return [f for f in checked.findings if f.field == name and f.severity == "error"]


def test_no_finding_is_left_out() -> None:
    stages = {"values", "rules"}
    assert {e.code for e in catalogue().values() if e.stage in stages} == set(CASES)
