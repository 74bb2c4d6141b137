"""Layouts of real offices: what is data, what is said around it, and which heading means what."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from pipelines.intake.cells import Merge, Workbook
from pipelines.intake.prepare import prepare
from pipelines.intake.recognise import recognise
from pipelines.intake.tables import Recognised, Table
from schemas import FORMS
from tests.intake.accounts import unaccounted
from tests.intake.sheets import sheet_of

HEAD = "| Nr. | Straße | Hausnummer | Objektart | Status | Gesamtfläche |"
ROWS = (
    "| #1 | Hochstraße | 1 | Einheit | leer | #80 |\n| #2 | Hochstraße | 3 | Einheit | leer | #90 |"
)


def recognised(markdown: str, *merges: Merge) -> Recognised:
    """What is recognised in one sheet; every cell of it must be accounted for."""
    sheet = replace(sheet_of(markdown), merges=merges)
    workbook = Workbook("Liste.xlsx", "0" * 64, "xlsx", (sheet,), {})
    found = recognise(workbook, None)
    assert unaccounted(workbook, found) == {}
    return found


def only(found: Recognised) -> Table:
    (table,) = found.tables
    return table


def fields(found: Recognised) -> dict[str, str]:
    return {column.letter: "+".join(column.fields) for column in only(found).columns}


LEFT_OUT: dict[str, tuple[str, str, int]] = {
    "a line that numbers the columns": (f"{HEAD}\n| #1 | #2 | #3 | #4 | #5 | #6 |\n{ROWS}", "", 2),
    "numbers in brackets": (f"{HEAD}\n| (1) | (2) | (3) | (4) | (5) | (6) |\n{ROWS}", "", 2),
    "what is to be entered": (
        f"{HEAD}\n| Zahl | Text | Text | Auswahl | Auswahl | m² |\n{ROWS}", "", 2,
    ),
    "units below some columns": (f"{HEAD}\n| | | | | Text | m² |\n{ROWS}", "", 2),
    "what stands there for example": (
        f"{HEAD}\n| z. B. 1 | z. B. Musterweg | 7 | Einheit | leer | #50 |\n{ROWS}",
        "rows-example", 2,
    ),
    "an example": (
        f"{HEAD}\n| Beispiel | Musterweg | 7 | Einheit | leer | #50 |\n{ROWS}", "rows-example", 2,
    ),
    "the total of Excel's tables": (f"{HEAD}\n{ROWS}\n| Ergebnis | | | | | #170 |", "rows-total", 4),
    "a bare sum": (f"{HEAD}\n{ROWS}\n| | | | | | #170 |", "rows-total", 4),
    "a bare count": (f"{HEAD}\n{ROWS}\n| | | #2 | | | #170 |", "rows-total", 4),
    "a sum carried over": (f"{HEAD}\n{ROWS}\n| Übertrag | | | | | #170 |", "rows-total", 4),
    "a pivot's group": (f"{HEAD}\n{ROWS}\n| | Hochstraße gesamt | | | | #171 |", "rows-total", 4),
    "a part of the total": (f"{HEAD}\n{ROWS}\n| davon Läden: | #2 | | | | |", "rows-total", 4),
    "streets above rows that name theirs": (
        f"{HEAD}\n| Hochstraße | | | | | |\n{ROWS}", "rows-note", 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", LEFT_OUT)
def test_what_is_no_object_is_left_out_and_named(case: str) -> None:
    markdown, code, row = LEFT_OUT[case]
    found = recognised(markdown)
    assert only(found).frame["B"].to_list() == ["Hochstraße", "Hochstraße"]
    assert row in only(found).header_rows or [
        (finding.code, finding.rows) for finding in found.findings
    ] == [(code, (row,))]


def test_a_number_that_is_no_sum_stays_a_row() -> None:
    found = recognised(f"{HEAD}\n{ROWS}\n| | | | | | #171 |")
    assert only(found).frame["row"].to_list() == [2, 3, 4]


BANDS = {
    "no column of streets": (
        "| Hausnummer | Objektart | Status | Geschoss |\n| Hochstraße | | | |\n"
        "| 1 | Einheit | leer | EG |\n| 3 | Einheit | leer | EG |\n| Oststraße | | | |\n"
        "| 7 | Einheit | leer | EG |"
    ),
    "in the column of streets": (
        "| Hausnummer | Straße | Objektart | Status | Geschoss |\n| | Hochstraße | | | |\n"
        "| 1 | | Einheit | leer | EG |\n| 3 | | Einheit | leer | EG |\n| | Am Markt | | | |\n"
        "| 7 | | Einheit | leer | EG |"
    ),
}


@pytest.mark.parametrize("case", BANDS)
def test_streets_above_rows_without_any_are_taken_into_them(case: str) -> None:
    found = recognised(BANDS[case])
    (told,) = [finding for finding in found.findings if finding.code == "rows-band-read"]
    assert (told.severity, told.rows) == ("warning", (2, 5))
    table, _ = prepare(only(found), FORMS["vacancies"], None)
    (letter,) = table.letters_of("street")
    streets = table.frame[letter].to_list()
    assert streets[:2] == ["Hochstraße", "Hochstraße"]
    assert streets[2] in {"Oststraße", "Am Markt"}


DOUBTFUL_BANDS = {
    "a row before the first": (
        ("| Hausnummer | Objektart | Status | Geschoss |\n| 9 | Einheit | leer | EG |\n"
        "| Hochstraße | | | |\n| 1 | Einheit | leer | EG |"), (3,),
    ),
    "a row that names its own": (
        ("| Hausnummer | Straße | Objektart | Status |\n| | Hochstraße | | |\n"
        "| 1 | | Einheit | leer |\n| 3 | Oststraße | Einheit | leer |"), (2,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBTFUL_BANDS)
def test_in_doubt_streets_as_lines_of_their_own_are_an_error(case: str) -> None:
    markdown, rows = DOUBTFUL_BANDS[case]
    found = recognised(markdown)
    told = [finding for finding in found.findings if finding.code == "rows-band"]
    assert ([finding.rows for finding in told], only(found).streets) == ([rows], {})


def test_a_blank_line_parts_a_row_from_the_street_above_it() -> None:
    sheet = sheet_of(BANDS["no column of streets"], "Leerstände")
    lower = pl.when(pl.col("row") > 3).then(pl.col("row") + 1).otherwise(pl.col("row"))
    apart = replace(sheet, frame=sheet.frame.with_columns(lower.cast(pl.Int32).alias("row")))
    found = recognise(Workbook("Liste.xlsx", "0" * 64, "xlsx", (apart,), {}), None)
    assert "rows-band" in [finding.code for finding in found.findings]
    assert only(found).streets == {}


def test_other_lines_between_rows_are_told_as_not_carried_down() -> None:
    found = recognised(
        f"{HEAD}\n| Westenfeld | | | | | |\n{ROWS}\n| 21.05.2019 (Team B) | | | | | |\n"
        "| #3 | Hochstraße | 5 | Einheit | leer | #70 |"
    )
    (told,) = [finding for finding in found.findings if finding.code == "rows-between"]
    assert (told.severity, told.rows) == ("warning", (2, 5))
    assert only(found).frame["row"].to_list() == [3, 4, 6]


FOOTNOTES = ["📍 Straße", "Straße¹", "Straße ²", "Straße 1)", "Straße*", "STRASSE³ (Name)"]


@pytest.mark.parametrize("heading", FOOTNOTES)
def test_the_mark_of_a_footnote_is_no_part_of_a_heading(heading: str) -> None:
    found = recognised(f"| {heading} | Objektart | Status |\n| Hochstraße | Einheit | leer |")
    assert fields(found)["A"] == "street"


@pytest.mark.parametrize("heading", ["flaeche_m2", "Fläche³ (m²)", "Fläche m²", "FLAECHE_QM"])
def test_a_unit_stays_one_beside_footnotes_and_in_names_of_fields(heading: str) -> None:
    found = recognised(
        f"| Straße | Objektart | Status | {heading} |\n| Hochstraße | Einheit | leer | #80 |"
    )
    (column,) = [column for column in only(found).columns if column.letter == "D"]
    assert column.fields == ("gross_area_m2",)
    assert column.unit is not None


@pytest.mark.parametrize("page", ["Seite 1 von 3", "Seite | #1 | von | #3", "Blatt | #2", "Page 3"])
def test_the_number_of_a_page_is_no_row(page: str) -> None:
    found = recognised(f"{HEAD}\n{ROWS}\n| {page} |\n{ROWS}")
    assert only(found).frame["row"].to_list() == [2, 3, 5, 6]
    (told,) = [finding for finding in found.findings if finding.rows]
    assert (told.code, told.rows) in {("rows-note", (4,)), ("rows-between", (4,))}


@pytest.mark.parametrize(
    ("title", "field", "value"),
    [
        ("Leerstandsliste, Stand 20.05.2019", "survey_date", "20.05.2019"),
        ("Stand Juni 2019", "survey_date", "Juni 2019"),
        ("Welle 2019-W1", "wave_id", "2019-W1"),
    ],
)
def test_a_title_says_day_and_wave_without_a_colon_too(title: str, field: str, value: str) -> None:
    found = recognised(f"| {title} | | | | | |\n{HEAD}\n{ROWS}")
    assert {name: given.text for name, given in found.cover.items()} == {field: value}


def test_three_lines_of_merged_headings() -> None:
    found = recognised(
        """
        | Erhebung | | Lage | | Objekt | | | |
        | | | | | | | Fläche in m² | |
        | Welle | Datum | Straße | Nr. | Art | Typ | Gesamt | Verkauf |
        | 2019-W1 | 20.05.2019 | Hochstraße | 1 | Einheit | Ladenlokal | #80 | #60 |
        """,
        Merge(1, 1, 1, 2), Merge(1, 1, 3, 4), Merge(1, 1, 5, 8), Merge(2, 2, 7, 8),
    )  # fmt: skip
    assert only(found).header_rows == (1, 2, 3)
    assert fields(found) == {
        "A": "wave_id", "B": "survey_date", "C": "street", "D": "house_number",
        "E": "object_kind", "F": "unit_type", "G": "gross_area_m2", "H": "sales_area_m2",
    }  # fmt: skip


RIVALS: dict[str, tuple[str, str, dict[str, str]]] = {
    "a kind and a type": ("Objekt | Typ", "Einheit | Laden", {"C": "object_kind", "D": "unit_type"}),
    "a type alone": ("Typ | Art", "Halle | Brache", {"C": "unit_type", "D": "object_kind"}),
    "beside the heading itself": (
        "Objektart | Typ", "Einheit | Laden", {"C": "object_kind", "D": "unit_type"},
    ),
    "an identity": ("Objekt | Art", "A-17 | Einheit", {"C": "object_id", "D": "object_kind"}),
    "a running number": ("Objekt | Art", "#17 | Einheit", {"D": "object_kind"}),
    "a name": ("Objekt | Art", "Bäckerei am Eck | Einheit", {"D": "object_kind"}),
}  # fmt: skip


@pytest.mark.parametrize("case", RIVALS)
def test_values_decide_what_a_heading_of_several_meanings_is(case: str) -> None:
    headings, values, expected = RIVALS[case]
    found = recognised(
        f"| Straße | Status | {headings} | PLZ |\n| Hochstraße | leer | {values} | 44866 |"
    )
    assert {k: v for k, v in fields(found).items() if k in "CD"} == expected
    vague = [f.field for f in found.findings if f.code == "column-vague"]
    assert set(vague) == set(expected.values()) - (
        {"object_kind"} if "Objektart" in headings else set()
    )


def test_a_number_beside_the_street_is_the_house_number() -> None:
    line = "| Nr. | Straße | Nr. | Objektart | Status |"
    beside = recognised(f"{line}\n| #1 | Hochstraße | #12 | Einheit | leer |")
    assert (fields(beside)["C"], fields(beside)["B"]) == ("house_number", "street")
    whole = recognised(
        "| Straße | Nr. | Objektart | Status |\n| Hochstraße 12 | #1 | Einheit | leer |"
    )
    assert fields(whole)["B"] == "row_label"


def test_umlauts_encoded_twice_are_mended_in_headings_and_cells() -> None:
    found = recognised(
        "| StraÃŸe | Objektart | Status | GesamtflÃ¤che |\n| HochstraÃŸe | GebÃ¤ude | leer | #80 |"
        "\n| SÃO-Weg | Einheit | leer | #90 |"
    )
    assert fields(found)["A"] == "street"
    assert only(found).frame["A"].to_list() == ["Hochstraße", "SÃO-Weg"]
    (told,) = [finding for finding in found.findings if finding.code == "cells-mended"]
    assert told.cells == ("A1", "A2", "B2", "D1")


def test_characters_that_no_one_can_see_are_taken_out_and_named() -> None:
    found = recognised(
        "| Stra\u00adße | Objektart | Status | Bemerkung |\n"
        "| Hochstraße\x00 | Einheit | le\u200eer | links_x000B_rechts_x0007_ |"
    )
    assert fields(found)["A"] == "street"
    assert only(found).frame.row(0)[1:] == ("Hochstraße", "Einheit", "le\u200eer", "links\nrechts")
    (told,) = [finding for finding in found.findings if finding.code == "cells-cleaned"]
    assert told.cells == ("A2", "D2")


def test_words_parted_over_two_lines_of_headings() -> None:
    found = recognised(
        """
        | Welle | Erhebungs- | Straße | Haus- | Objekt- | Gesamt- |
        | | datum | | nummer | art | fläche |
        | 2019-W1 | 20.05.2019 | Hochstraße | 1 | Einheit | #80 |
        """
    )
    assert only(found).header_rows == (1, 2)
    assert list(fields(found).values()) == [
        "wave_id", "survey_date", "street", "house_number", "object_kind", "gross_area_m2",
    ]  # fmt: skip


def test_groups_without_merged_cells_that_name_the_unit() -> None:
    found = recognised(
        """
        | Lage | | Objekt | Flächen (m²) | |
        | Straße | Nr. | Art | gesamt | Verkauf |
        | Hochstraße | 1 | Einheit | #80 | #60 |
        """
    )
    assert {c.fields[0]: c.unit for c in only(found).columns if c.unit} == {
        "gross_area_m2": "m²", "sales_area_m2": "m²",
    }  # fmt: skip


def test_a_status_in_a_row_makes_no_heading_of_it() -> None:
    found = recognised(
        "| Straße | Leerstand | Objektart | Lage |\n| Hochstraße | leer | Einheit | Mitte |\n"
        "| Leerstand | empty | Einheit | Mitte |"
    )
    assert only(found).frame["row"].to_list() == [2, 3]
