"""Exports of Kobo and ODK: groups, choices, system columns, and repeats on sheets of their own."""

from __future__ import annotations

from pipelines.intake.cells import Sheet, Workbook
from pipelines.intake.recognise import recognise
from pipelines.intake.tables import Recognised, Table
from tests.intake.accounts import unaccounted
from tests.intake.sheets import sheet_of

UNITS = (
    "| objektart | status | _index | _parent_table_name | _parent_index |\n"
    "| Einheit | leer | #1 | Haus | #2 |\n| Einheit | Umbau | #2 | Haus | #1 |"
)


def recognised(**sheets: str) -> Recognised:
    made: tuple[Sheet, ...] = tuple(sheet_of(text, name) for name, text in sheets.items())
    workbook = Workbook("Ausfuhr.xlsx", "0" * 64, "xlsx", made, {})
    found = recognise(workbook, None)
    assert unaccounted(workbook, found) == {}
    return found


def fields(table: Table) -> dict[str, str]:
    return {"+".join(column.fields): column.letter for column in table.columns}


def test_photos_that_repeat_do_not_make_objects_of_themselves() -> None:
    """Three houses, two photos of one: three rows, not two."""
    found = recognised(
        Haus="| welle | strasse | objektart | status | _index |\n"
        "| 2019-W1 | Hochstraße | Einheit | leer | #1 |\n"
        "| 2019-W1 | Oststraße | Einheit | leer | #2 |\n"
        "| 2019-W1 | Nordstraße | Einheit | leer | #3 |",
        fotos="| foto | bemerkung | _index | _parent_table_name | _parent_index |\n"
        "| a.jpg | Schild | #1 | Haus | #1 |\n| b.jpg | Tür | #2 | Haus | #1 |",
    )
    (table,) = found.tables
    assert (table.sheet.name, table.frame["B"].to_list()) == (
        "Haus", ["Hochstraße", "Oststraße", "Nordstraße"],
    )  # fmt: skip
    assert [f.sheet for f in found.findings if f.code == "sheet-not-read"] == ["fotos"]


def test_a_building_that_is_an_object_stays_a_row_beside_its_units() -> None:
    found = recognised(
        Haus="| welle | strasse | objektart | _index |\n| 2019-W1 | Hochstraße | Gebäude | #1 |\n"
        "| 2019-W1 | Oststraße | Gebäude | #2 |",
        einheiten=UNITS,
    )
    assert [(table.sheet.name, table.frame.height) for table in found.tables] == [
        ("Haus", 2),
        ("einheiten", 2),
    ]
    streets = found.tables[1].frame[fields(found.tables[1])["street"]].to_list()
    assert streets == ["Oststraße", "Hochstraße"]


def test_repeats_within_repeats_get_the_columns_of_both() -> None:
    found = recognised(
        Tour="| welle | bezirk | _index |\n| 2019-W1 | 25 | #1 |\n| 2019-W2 | 47 | #2 |",
        Haus="| strasse | _index | _parent_table_name | _parent_index |\n"
        "| Hochstraße | #1 | Tour | #2 |\n| Oststraße | #2 | Tour | #1 |",
        einheiten=UNITS,
    )
    (table,) = found.tables
    at = fields(table)
    rows = table.frame.select(at["street"], at["wave_id"], at["district_code"]).rows()
    assert rows == [("Oststraße", "2019-W1", "25"), ("Hochstraße", "2019-W2", "47")]


def test_a_question_asked_of_parent_and_repeat_is_told() -> None:
    found = recognised(
        Haus="| welle | strasse | bemerkung | _index |\n| 2019-W1 | Weg | Eckhaus | #1 |",
        einheiten="| objektart | status | bemerkung | _index | _parent_index |\n"
        "| Einheit | leer | links | #1 | #1 |",
    )
    told = [f for f in found.findings if f.code == "column-of-parent"]
    assert [(f.sheet, f.cells, f.value) for f in told] == [("Haus", ("C1",), "bemerkung")]


def test_central_puts_hyphens_between_groups_and_has_a_status_of_its_own() -> None:
    found = recognised(
        Ausfuhr="| SubmissionDate | ort-strasse | ort-geo-Latitude | ort-geo-Accuracy "
        "| objekt-objektart | objekt-vacancy_status | meta-instanceID | KEY | Status |\n"
        "| 2019-05-20T14:03:00Z | Hochstraße | 51.48 | 5 | Einheit | leer | uuid:1 | uuid:1 | |\n"
        "| 2019-05-20T14:04:00Z | Oststraße | 51.48 | 5 | Einheit | leer | uuid:2 | uuid:2 | x |"
    )
    (table,) = found.tables
    assert fields(table) == {
        "street": "B", "latitude": "C", "object_kind": "E", "vacancy_status": "F",
    }  # fmt: skip


def test_a_hyphen_elsewhere_is_part_of_the_word() -> None:
    found = recognised(
        Blatt="| Strasse | Objektart | Status | Tel-Nr |\n| Hochstraße | Einheit | leer | 7 |"
    )
    assert "row_label" not in fields(found.tables[0])


def test_the_running_number_of_a_layer_identifies_nothing() -> None:
    """Survey123 and ArcGIS number the rows of each export anew."""
    layer = "| ObjectID | GlobalID | strasse | objektart | status | CreationDate | Editor |"
    found = recognised(survey_0=f"{layer}\n| #1 | a-1 | Hochstraße | Einheit | leer | x | KM |")
    assert fields(found.tables[0]) == {"street": "C", "object_kind": "D", "vacancy_status": "E"}
    (told,) = found.findings
    assert (told.code, told.cells) == ("columns-of-the-app", ("A1", "B1", "F1", "G1"))


def test_an_id_of_the_office_stays_one_where_no_layer_is() -> None:
    found = recognised(
        Liste="| Objekt-ID | strasse | objektart | status |\n| #17 | Hochstraße | Einheit | leer |"
    )
    assert fields(found.tables[0])["object_id"] == "A"


def test_an_export_of_two_hundred_questions_is_found_and_named_in_one_finding() -> None:
    asked = "Welle | Datum | Bezirk | Straße | Hausnummer | Objektart | Einheitstyp | Status"
    questions = " | ".join(f"Frage {number}" for number in range(1, 193))
    answers = " | ".join("ja" for _ in range(192))
    found = recognised(
        Daten=f"| {asked} | {questions} |\n"
        f"| 2019-W1 | 03.05.2019 | 25 | Hochstraße | 1 | Einheit | Laden | leer | {answers} |"
    )
    (table,) = found.tables
    assert len(table.columns) == 8
    (told,) = found.findings
    assert (told.code, told.count, told.cells[-1]) == ("columns-ignored", 192, "GR1")
