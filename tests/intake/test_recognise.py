"""Recognition: sheets written as Markdown, the tables and findings expected.

Rows are numbered from 1; a line without any cell is a blank row of the sheet.
"""

from __future__ import annotations

import dataclasses

import polars as pl
import pytest

from pipelines.intake.cells import Merge, Sheet, Workbook
from pipelines.intake.mapping import Mapping
from pipelines.intake.recognise import recognise
from pipelines.intake.tables import Recognised, Table
from tests.intake.sheets import sheet_of

HEAD = "| Welle | Straße | Hausnummer | Objektart | Status |"
ROW = "| 2019-W1 | Hochstraße | 1 | Einheit | leer |"


def sheet(markdown: str, name: str = "Tabelle1", merges: tuple[Merge, ...] = ()) -> Sheet:
    """A sheet; rows without any cell are not in the frame, as the reader leaves them out."""
    made = sheet_of(markdown, name)
    held = pl.any_horizontal(pl.exclude("row").is_not_null())
    return dataclasses.replace(made, frame=made.frame.filter(held), merges=merges)


def recognised(*sheets: Sheet | str, mapping: Mapping | None = None) -> Recognised:
    made = tuple(
        part if isinstance(part, Sheet) else sheet(part, f"Tabelle{number}")
        for number, part in enumerate(sheets, start=1)
    )
    return recognise(Workbook("Probe.xlsx", "0" * 64, "xlsx", made, {}), mapping)


def rows(table: Table) -> list[int]:
    return table.frame["row"].to_list()


def fields(table: Table) -> dict[str, str]:
    return {column.letter: "+".join(column.fields) for column in table.columns}


def codes(found: Recognised, *without: str) -> list[tuple[str, tuple[int, ...] | tuple[str, ...]]]:
    return [
        (finding.code, finding.rows or finding.cells)
        for finding in found.findings
        if finding.code not in without
    ]


def only(found: Recognised) -> Table:
    (table,) = found.tables
    return table


HEADINGS: dict[str, tuple[str, str]] = {
    "Straße": ("street", ""), "STRASSE": ("street", ""), "Str.": ("street", ""),
    "Stra\\nße": ("street", ""), "Strasse *": ("street", ""), "3. Straße": ("street", ""),
    "Stras\u0073e": ("street", ""), "lage/strasse": ("street", ""),
    "Gesamtfläche (m²)": ("gross_area_m2", "m²"), "Gesamtfläche [qm] *": ("gross_area_m2", "qm"),
    "Gesamtfläche in ha": ("gross_area_m2", "ha"), "Gesamtfla\u0308che": ("gross_area_m2", ""),
    "Grundstücks-\\nfläche": ("plot_area_m2", ""), "Hausnr.": ("house_number", ""),
    "LS seit": ("vacant_since", ""), "Leerstand\\nseit": ("vacant_since", ""),
    "vacant_since": ("vacant_since", ""), "Vacant since": ("vacant_since", ""),
    "Fläche qm": ("gross_area_m2", "qm"), "_geo_latitude": ("latitude", ""),
    "_id": ("", ""), "Adresse": ("address", ""), "Fläche (in Tsd. m²)": ("", ""),
    "Miete (€/Monat)": ("", ""), "Kaltmiete gesamt": ("", ""), "Miete": ("asking_rent_eur_m2", ""),
    "Mietforderung (kalt, je m²/Monat)": ("asking_rent_eur_m2", ""), "HNR_ZUS": ("house_suffix", ""),
}  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_means(heading: str) -> None:
    found = recognised(f"| Objektart | Status | PLZ | {heading} |\n| Einheit | leer | 44866 | x |")
    (column,) = [
        column for column in (*only(found).columns, *only(found).ignored) if column.letter == "D"
    ]
    assert ("+".join(column.fields), column.unit or "") == HEADINGS[heading]


def test_titles_totals_and_notes_are_left_out_and_named() -> None:
    found = recognised(f"""
        | Leerstände 2019 | | | | |
        | Welle: 2019-W1 | | | | |
        | | | | | |
        {HEAD}
        {ROW}
        {ROW}
        | | | | | |
        | Summe | 2 | | | |
        | * nach Augenschein | | | | |
        """)
    assert rows(only(found)) == [5, 6]
    assert found.cover["wave_id"].text == "2019-W1"
    assert codes(found) == [
        ("rows-total", (8,)),
        ("rows-note", (9,)),
        ("rows-title", (1, 2)),
    ]


def test_two_lines_of_headings_under_merged_groups() -> None:
    merges = (Merge(1, 1, 2, 3), Merge(1, 2, 1, 1), Merge(1, 1, 4, 5))
    found = recognised(
        sheet(
            """
            | Objektart | Lage | | Zwischennutzung | |
            | | Straße | Hausnr. | von | bis |
            | Einheit | Hochstraße | 1 | 2019 | 2020 |
            """,
            merges=merges,
        )
    )
    assert fields(only(found)) == {
        "A": "object_kind", "B": "street", "C": "house_number", "D": "interim_use_from",
        "E": "interim_use_to",
    }  # fmt: skip
    assert (only(found).header_rows, rows(only(found))) == ((1, 2), [3])


def test_three_lines_of_headings_with_units() -> None:
    found = recognised("""
        | Ort | | Objekt | Flächen | |
        | Bezirk | Straße | Art | Gesamt | Verkauf |
        | | | | m² | m² |
        | 25 | Hochstraße | Einheit | 80 | 60 |
        """)
    assert fields(only(found)) == {
        "A": "district_code", "B": "street", "C": "object_kind", "D": "gross_area_m2",
        "E": "sales_area_m2",
    }  # fmt: skip
    assert [column.unit for column in only(found).columns] == [None, None, None, "m²", "m²"]


def test_a_second_table_below_is_read_under_its_own_heading() -> None:
    found = recognised(f"""
        {HEAD}
        {ROW}
        | | | | | |
        | Welle | Straße | Hausnummer | Objektart | Geschoss |
        | 2019-W1 | Oststraße | 2 | Einheit | EG |
        """)
    assert [(rows(table), fields(table)["E"]) for table in found.tables] == [
        ([2], "vacancy_status"),
        ([5], "storey"),
    ]


def test_a_repeated_heading_is_no_row() -> None:
    found = recognised(f"{HEAD}\n{ROW}\n{ROW}\n{HEAD}\n{ROW}")
    assert rows(only(found)) == [2, 3, 5]
    assert codes(found) == [("heading-repeated", (4,))]


def test_tables_side_by_side_of_two_forms() -> None:
    found = recognised("""
        | Straße | Objektart | Status | | Betriebsname | Art der Produktion | Straße |
        | Hochstraße | Einheit | leer | | Schmiede | Urbane Manufaktur | Oststraße |
        | Hochstraße | Einheit | leer | | | | |
        """)
    assert [(table.form, rows(table), sorted(fields(table))) for table in found.tables] == [
        ("vacancies", [2, 3], ["A", "B", "C"]),
        ("production_sites", [2], ["E", "F", "G"]),
    ]


def test_one_sheet_per_surveyor_and_a_cover() -> None:
    found = recognised(
        sheet("| Welle | 2019-W1 |\n| Erhebungsgebiet | WAT |", "Deckblatt"),
        sheet("| Straße | Objektart | Status |\n| Hochstraße | Einheit | leer |", "Leerstände KM"),
        sheet("| Status | Straße | Objektart |\n| leer | Oststraße | Einheit |", "Leerstände TS"),
        sheet("| Notiz |\n| Schlüssel abholen |", "Notizen"),
    )
    assert [(table.sheet.name, table.form) for table in found.tables] == [
        ("Leerstände KM", "vacancies"),
        ("Leerstände TS", "vacancies"),
    ]
    assert {field: value.text for field, value in found.cover.items()} == {
        "wave_id": "2019-W1",
        "survey_area": "WAT",
    }
    assert [(finding.code, finding.sheet) for finding in found.findings] == [
        ("sheet-cover", "Deckblatt"),
        ("sheet-not-read", "Notizen"),
    ]


def test_a_list_of_drop_down_values_is_no_table() -> None:
    found = recognised(
        f"{HEAD}\n{ROW}", sheet("| object_kind | unit_type | vacancy_status |\n| a | b | c |")
    )
    assert [table.sheet.name for table in found.tables] == ["Tabelle1"]


def test_a_merge_fills_texts_but_no_measure() -> None:
    merges = (Merge(2, 4, 2, 2), Merge(2, 3, 6, 6))
    found = recognised(
        sheet(
            f"""
            {HEAD} Gesamtfläche |
            | 2019-W1 | Hochstraße | 1 | Einheit | leer | #80 |
            | 2019-W1 | | 2 | Einheit | leer | |
            | 2019-W1 | | 3 | Einheit | leer | #70 |
            | 2019-W1 | | 4 | Einheit | leer | #60 |
            """,
            merges=merges,
        )
    )
    frame = only(found).frame
    assert frame["B"].to_list() == ["Hochstraße", "Hochstraße", "Hochstraße", None]
    assert frame["F:number"].to_list() == [80, None, 70, 60]
    assert codes(found) == [("merge-filled", ("B3", "B4")), ("merge-measure", ("F3",))]


def test_prepared_rows_are_left_out_and_named() -> None:
    found = recognised("""
        | Nr. | Welle | Straße | Hausnummer | Objektart |
        | #1 | 2019-W1 | Hochstraße | 1 | Einheit |
        | #2 | 2019-W1 | Hochstraße | 2 | Einheit |
        | #3 | 2019-W1 | | | |
        | #4 | 2019-W1 | | | |
        """)
    assert rows(only(found)) == [2, 3]
    assert codes(found) == [("rows-prepared", (4, 5))]


COLUMNS: dict[str, tuple[str, list[tuple[str, tuple[str, ...]]]]] = {
    "unknown": ("Laune", [("column-ignored", ("F1",))]),
    "near miss": ("Leerstad seit", [("column-near-miss", ("F1",))]),
    "vague": ("Fläche", [("column-vague", ("F1",))]),
    "doubled": ("Str.", [("column-doubled", ("B1", "F1"))]),
    "personal": ("Telefon Eigentümer", [("column-personal", ("F1",))]),
    "of the app": ("_uuid", [("columns-of-the-app", ("F1",))]),
}


@pytest.mark.parametrize("case", COLUMNS)
def test_every_heading_that_is_not_read_is_named(case: str) -> None:
    heading, expected = COLUMNS[case]
    found = recognised(f"{HEAD} {heading} |\n{ROW} x |")
    assert codes(found) == expected


def test_personal_columns_are_gone_from_the_table() -> None:
    table = only(recognised(f"{HEAD} Eigentümer |\n{ROW} Frau Beispiel |"))
    assert "F" not in table.frame.columns
    assert "F" not in table.sheet.letters


def test_cells_under_no_heading_are_counted() -> None:
    found = recognised("| Straße | Status | | Objektart |\n| Hochstraße | leer | 17 | Einheit |")
    assert [(finding.code, finding.value) for finding in found.findings] == [
        ("column-without-heading", "C")
    ]


def test_choices_of_a_question_in_columns_of_their_own() -> None:
    found = recognised(
        f"{HEAD} fenster/window_state/LEER | fenster/window_state/ABGEKLEBT |\n{ROW} #1 | #0 |"
    )
    assert fields(only(found))["F"] == fields(only(found))["G"] == "window_state"


def test_repeats_of_an_export_get_the_columns_of_their_parent() -> None:
    found = recognised(
        sheet("| welle | lage/strasse | _index |\n| 2019-W1 | Hochstraße | #1 |\n"
              "| 2019-W1 | Oststraße | #2 |\n| 2019-W1 | Leere Straße | #3 |", "Haus"),
        sheet("| objektart | status | _index | _parent_table_name | _parent_index |\n"
              "| Einheit | leer | #1 | Haus | #2 |\n| Einheit | leer | #2 | Haus | #1 |\n"
              "| Einheit | Umbau | #3 | Haus | #1 |", "einheiten"),
    )  # fmt: skip
    table = only(found)
    assert (table.sheet.name, rows(table)) == ("einheiten", [2, 3, 4])
    assert (fields(table)["F"], fields(table)["G"]) == ("wave_id", "street")
    assert table.frame["G"].to_list() == ["Oststraße", "Hochstraße", "Hochstraße"]
    assert (
        codes(found, "columns-of-the-app") == [("repeat-alone", (4,)), ("repeat-joined", ())][::-1]
    )


NOTHING = {
    "another table": ("| Film | Saal | Beginn |\n| Metropolis | 1 | 20:00 |", "no-form"),
    "headings only": (HEAD, "no-rows"),
    "no cells": ("| |", "no-cells"),
}


@pytest.mark.parametrize("case", NOTHING)
def test_no_table_is_an_error(case: str) -> None:
    markdown, code = NOTHING[case]
    found = recognised(markdown)
    assert not found.tables
    assert code in [finding.code for finding in found.findings]


def test_a_mapping_goes_before_everything() -> None:
    mapping = Mapping(
        form="vacancies",
        digest="",
        columns={"Wo": ("address",), "Jahr": ("wave_id", "survey_date"), "Straße": ("remarks",)},
        ignore=("author",),
    )
    found = recognised(
        "| Wo | Jahr | Straße | author | sonst |\n| Hochstraße 1 | 2019 | x | y | z |",
        mapping=mapping,
    )
    assert fields(only(found)) == {"A": "address", "B": "wave_id+survey_date", "C": "remarks"}
    assert [finding.code for finding in found.findings] == ["column-ignored", "columns-by-mapping"]


def test_hidden_rows_are_read_and_told() -> None:
    made = dataclasses.replace(sheet(f"{HEAD}\n{ROW}\n{ROW}"), hidden_rows=frozenset({3, 9}))
    found = recognised(made)
    assert rows(only(found)) == [2, 3]
    assert codes(found) == [("rows-hidden", (3,))]


def test_a_heading_far_below_the_top_of_a_long_sheet() -> None:
    markdown = "\n".join([HEAD, *[ROW] * 300, "| Straße | Objektart | PLZ | Geschoss | |",
                          "| Oststraße | Einheit | 44866 | EG | |"])  # fmt: skip
    first, second = recognised(markdown).tables
    assert (len(rows(first)), second.header_rows, rows(second)) == (300, (302,), [303])
