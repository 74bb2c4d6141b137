"""Layouts that are no tables: what is seen there is said, and the lines of a text file are split."""

from __future__ import annotations

import dataclasses

import pytest

from pipelines.intake.cells import Sheet, Workbook
from pipelines.intake.recognise import recognise
from pipelines.intake.tables import Recognised
from tests.intake.accounts import unaccounted
from tests.intake.sheets import sheet_of

OBJECTS = """| Welle | 2019-W1 | 2019-W1 | 2019-W1 |
| Straße | Hochstraße | Hochstraße | Oststraße |
| Hausnummer | #1 | #3 | #5 |
| Objektart | Einheit | Einheit | Gebäude |
| Status | leer | leer | Umbau |
| Bemerkung | | links | |
"""
FORM = """
| Erhebungsbogen Leerstand | |
| Straße: | Hochstraße |
| Hausnummer: | #12 |
| Objektart: | Einheit |
| Status: | leer |
"""
WIDE_FORM = """
| Straße: | Hochstraße | | Hausnummer: | #12 |
| Objektart: | Einheit | | Einheitstyp: | Laden |
| Status: | leer | | Fläche: | #80 |
| Bezirk: | 25 | | Datum: | 20.05.2019 |
"""
LINES = ("Welle;Straße;Hausnr.;Objektart;Status", "2019-W1;Hochstraße;1;Einheit;leer",
         '2019-W1;"Am Markt; Nord";3;Einheit;leer')  # fmt: skip


def recognised(*sheets: Sheet) -> Recognised:
    workbook = Workbook("Liste.xlsx", "0" * 64, "xlsx", sheets, {})
    found = recognise(workbook, None)
    assert unaccounted(workbook, found) == {}
    return found


def lines(*texts: str, separator: str = ";") -> Sheet:
    return sheet_of("\n".join(f"| {text.replace(';', separator)} |" for text in texts))


@pytest.mark.parametrize(
    ("markdown", "code", "first"),
    [
        (OBJECTS, "sheet-transposed", "A1"),
        (f"| Objekte, quer |\n{OBJECTS}", "sheet-transposed", "A2"),
        (FORM, "sheet-form", "A2"),
        (WIDE_FORM, "sheet-form", "A1"),
    ],
)
def test_objects_in_another_layout_are_named_with_the_way_out(
    markdown: str, code: str, first: str
) -> None:
    found = recognised(sheet_of(markdown))
    (told,) = found.findings
    assert (told.code, told.severity, told.cells[0]) == (code, "error", first)
    assert "Straße" in told.message("de")
    assert found.tables == ()


def test_each_form_of_a_workbook_is_named() -> None:
    found = recognised(*(sheet_of(FORM, f"Objekt {number}") for number in (1, 2, 3)))
    assert [(told.code, told.sheet) for told in found.findings] == [
        ("sheet-form", f"Objekt {number}") for number in (1, 2, 3)
    ]


def test_a_sheet_that_explains_the_columns_is_no_object_where_a_table_is() -> None:
    table = sheet_of("| Straße | Objektart | Status |\n| Hochstraße | Einheit | leer |", "Daten")
    found = recognised(table, sheet_of(FORM, "Erläuterung"))
    assert [(told.code, told.sheet) for told in found.findings] == [
        ("sheet-not-read", "Erläuterung")
    ]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_lines_of_a_text_file_in_one_column_are_split_and_read(separator: str) -> None:
    found = recognised(lines(*LINES, separator=separator))
    (table,) = found.tables
    assert table.frame["row"].to_list() == [2, 3]
    assert table.frame["B"].to_list() == ["Hochstraße", f"Am Markt{separator} Nord"]
    assert {column.fields[0]: column.letter for column in table.columns} == {
        "wave_id": "A", "street": "B", "house_number": "C", "object_kind": "D",
        "vacancy_status": "E",
    }  # fmt: skip
    (told,) = found.findings
    assert (told.code, told.severity, told.cells) == ("column-split", "warning", ("A1",))


def test_a_separator_too_many_shifts_a_split_row_as_in_a_text_file() -> None:
    found = recognised(lines(LINES[0], LINES[1], f"{LINES[1]};80,5", separator=","))
    (table,) = found.tables
    assert table.shifted == {3}


def test_lines_that_a_program_has_split_in_part_are_not_guessed_together() -> None:
    half = sheet_of(f"| {LINES[0]};Fläche | |\n| {LINES[1]};80 | 5 |")
    found = recognised(half)
    (told,) = found.findings
    assert (told.code, told.cells, found.tables) == ("lines-unsplit", ("A1",), ())


def test_a_single_column_of_notes_stays_what_it_is() -> None:
    notes = sheet_of("| Straße, Hausnummer und Status; siehe Anlage |\n| Am Markt, links |")
    found = recognised(dataclasses.replace(notes, name="Notizen"))
    assert [told.code for told in found.findings] == ["sheet-not-read", "no-form"]
