"""Status: whether an object is vacant is never taken for granted where the sheet says something."""

from __future__ import annotations

import pytest

from pipelines.intake.assemble import check_recognised
from pipelines.intake.cells import Workbook
from pipelines.intake.options import CheckOptions
from pipelines.intake.recognise import recognise
from pipelines.intake.result import CheckedWorkbook
from tests.intake.sheets import TODAY, bochum, column, finding, found, sheet_of

HEAD = "| Welle | Erhebungsdatum | Bezirk | Straße | Hausnummer | Objektart | Einheitstyp |"
ROW = "| 2019-W1 | 20.05.2019 | 25 | {} | {} | Einheit | Laden |"


def checked(heading: str, *cells: str, street: str = "Hochstraße") -> CheckedWorkbook:
    rows = "\n".join(f"{ROW.format(street, n)} {cell} |" for n, cell in enumerate(cells, start=1))
    sheet = sheet_of(f"{HEAD} {heading} |\n{rows}", "Bestand")
    workbook = Workbook("Bestand.xlsx", "0" * 64, "xlsx", (sheet,), {})
    options = CheckOptions(today=TODAY)
    return check_recognised(workbook, recognise(workbook, None), None, options, bochum())


@pytest.mark.parametrize(
    "heading", ["Leerstand", "Leerstand?", "Leerstand (ja/nein)", "leer (ja/nein)"]
)
def test_yes_is_vacant_no_is_occupied_and_a_blank_says_nothing(heading: str) -> None:
    told = checked(heading, "ja", "nein", "x", "#0", "", "Umbau")
    assert column(told, "vacancy_status") == ["LEER", "BELEGT", "LEER", "BELEGT", None, "UMBAU"]
    assert column(told, "is_quarantined") == [False, False, False, False, True, False]
    assert finding(told, "status-from-marks").cells == ("H2", "H3", "H4", "H5")


@pytest.mark.parametrize("heading", ["belegt", "leer?", "aktuelle Nutzung", "vermietet ja/nein"])
def test_a_heading_that_seems_to_say_it_keeps_the_rows_out_where_it_is_not_read(
    heading: str,
) -> None:
    told = checked(heading, "ja", "#1")
    one = finding(told, "status-not-read")
    assert (one.value, one.cells, one.severity) == (heading, ("H1",), "error")
    assert column(told, "vacancy_status") == [None, None]
    assert column(told, "is_quarantined") == [True, True]
    assert "key-missing" not in [code for code, _, _ in found(told)]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Nutzung 2019", ("Leerstand", "Einzelhandel", "Gastronomie")),
        ("Name/Geschäft", ("LEERSTAND", "Schuh-Meyer", "")),
        ("Ergebnis", ("leer", "leer", "")),
        ("Nutzung", ("Bäckerei", "", "Friseur")),
        ("Mieter", ("", "Schuh-Meyer", "")),
    ],
)
def test_a_column_that_calls_some_rows_vacant_is_asked_about(
    heading: str, cells: tuple[str, ...]
) -> None:
    told = checked(heading, *cells)
    assert finding(told, "status-not-read").value == heading
    assert column(told, "is_quarantined") == [True, True, True]


def test_occupied_units_under_a_kind_of_use_are_not_taken_as_vacant() -> None:
    head, row = HEAD.replace("Einheitstyp", "Nutzungsart"), ROW.replace("| Laden |", "|")
    lines = [
        f"{row.format('Hochstraße', n)} {use} |" for n, use in ((1, "Leerstand"), (2, "Laden"))
    ]
    sheet = sheet_of("\n".join([head, *lines]), "Bestand")
    workbook = Workbook("Bestand.xlsx", "0" * 64, "xlsx", (sheet,), {})
    told = check_recognised(
        workbook, recognise(workbook, None), None, CheckOptions(today=TODAY), bochum()
    )
    assert finding(told, "status-not-read").cells == ("G1",)
    assert column(told, "is_quarantined") == [True, True]


@pytest.mark.parametrize("cells", [("Bäckerei", "Friseur"), ("", "")])
def test_a_use_that_all_rows_name_may_be_the_last_one(cells: tuple[str, ...]) -> None:
    assert "status-not-read" not in [code for code, _, _ in found(checked("Nutzung", *cells))]


@pytest.mark.parametrize("cells", [("#80", "#95"), ("leer", "leer"), ("@2019-05-20", "")])
def test_areas_and_a_column_that_agrees_leave_the_rows_vacant(cells: tuple[str, ...]) -> None:
    told = checked("belegte Fläche" if cells[0] != "leer" else "Vermerk", *cells)
    assert column(told, "vacancy_status") == ["LEER", "LEER"]
    assert "status-not-read" not in [code for code, _, _ in found(told)]


@pytest.mark.parametrize("heading", ["Grund des Leerstands", "Laune", "ehemals genutzt"])
def test_other_headings_say_nothing_of_it(heading: str) -> None:
    assert "status-not-read" not in [code for code, _, _ in found(checked(heading, "x"))]


@pytest.mark.parametrize("mark", ['"', "″", "dito", "s.o.", '-"-', "siehe oben"])
def test_a_ditto_mark_is_no_street(mark: str) -> None:
    told = checked("Status", "leer", street=mark)
    assert column(told, "is_quarantined") == [True]
    assert finding(told, "value-ditto").cells == ("D2",)
