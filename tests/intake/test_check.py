"""Checking tables written as Markdown: what is counted, what is quarantined, what is said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.result import Status
from schemas.places import Places
from tests.intake.sheets import HEAD, ROW, check, column, finding, found, only


def table(heading: str, *cells: str) -> str:
    """A table of rows that are right, with one more column."""
    rows = [
        f"{ROW.replace(' 12 ', f' {number} ')} | {cell} |" for number, cell in enumerate(cells, 1)
    ]
    return "\n".join([f"{HEAD} | {heading} |", *rows])


def test_a_clean_table_has_nothing_to_say() -> None:
    checked = check(f"{HEAD} | Erhebungsgebiet |\n{ROW} | WAT |")
    assert found(checked) == []
    assert checked.status is Status.ACCEPTED
    assert checked.waves == ("2019-W1",)
    assert column(checked, "district_id") == ["05911000-25"]


def test_an_error_in_a_key_field_quarantines_the_row_and_no_other() -> None:
    checked = check(
        """
        | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Status |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Trinkhalle | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | | leer |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Gebäude | | leer |
        """
    )
    assert column(checked, "is_quarantined") == [False, True, True, True, False]
    assert found(checked, hints=False) == [
        ("code-unknown", "object_kind", "E3"),
        ("key-missing", "object_kind", "E4"),
        ("key-missing", "unit_type", "F5"),
    ]
    (report,) = only(checked).tables
    assert (report.rows, report.accepted, report.quarantined) == (5, 2, 3)
    assert checked.status is Status.PARTIAL


def test_raw_texts_of_quarantined_rows_are_kept_but_personal_ones_never() -> None:
    checked = check(
        """
        | Welle | Objektart | Laune | Telefon Eigentümer |
        | 2019-W1 | Trinkhalle | gut | 0234 123 |
        """
    )
    (row,) = only(checked).raw_rows.to_dicts()
    assert row == {
        "sheet": "Tabelle1",
        "row_number": 2,
        "raw": '{"Welle":"2019-W1","Objektart":"Trinkhalle","Laune":"gut"}',
    }


def test_an_error_elsewhere_leaves_the_row_accepted() -> None:
    checked = check(table("Gesamtfläche", "ziemlich groß"))
    assert column(checked, "is_quarantined") == [False]
    assert column(checked, "gross_area_m2") == [None]
    (reading,) = only(checked).readings.filter(field="gross_area_m2").to_dicts()
    assert (reading["cell"], reading["raw"], reading["reading"]) == (
        "I2", "ziemlich groß", "unreadable",
    )  # fmt: skip


def test_key_columns_that_are_not_there_are_named_with_what_is() -> None:
    checked = check("| Welle | Straße |\n| 2019-W1 | Hochstraße |")
    missing = {f.field for f in checked.findings if f.code == "key-column-missing"}
    assert missing == {"survey_date", "district_code", "object_kind"}
    assert "„Welle“, „Straße“" in finding_of(checked, "object_kind").message("de")
    assert checked.status is Status.REJECTED


def finding_of(checked, field):  # type: ignore[no-untyped-def]
    (one,) = [f for f in checked.findings if f.code == "key-column-missing" and f.field == field]
    return one


def test_the_cover_fills_blanks_and_is_one_hint() -> None:
    checked = check(
        """
        | Welle | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Status |
        | 2018-W1 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        | | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        """,
        cover={"wave_id": "2019-W1", "survey_date": "05/2019"},
    )
    assert column(checked, "wave_id") == ["2018-W1", "2019-W1"]
    assert column(checked, "survey_date") == [date(2019, 5, 1)] * 2
    assert column(checked, "survey_date_precision") == ["month"] * 2
    assert [f.field for f in checked.findings if f.code == "value-filled"].count("survey_date") == 1


def test_a_cover_that_cannot_be_read_is_named_with_its_cell() -> None:
    checked = check(f"{HEAD} |\n{ROW} |", cover={"survey_area": "Mars"})
    assert finding(checked, "cover-unreadable").cells == ("B1",)


def test_the_wave_of_the_upload_fills_blanks_and_contradicts() -> None:
    checked = check(
        """
        | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Status |
        | | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        | 2018-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        """,
        wave="2019-W1",
    )
    assert column(checked, "wave_id") == ["2019-W1", None]
    assert column(checked, "is_quarantined") == [False, True]
    assert found(checked, hints=False) == [("wave-contradicts", "wave_id", "A3")]


def test_without_a_status_column_everything_is_vacant_and_one_hint_says_so() -> None:
    checked = check(
        """
        | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Objektart | Einheitstyp |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal |
        """
    )
    assert column(checked, "vacancy_status") == ["LEER"]
    assert finding(checked, "value-default").field == "vacancy_status"


@pytest.mark.parametrize(
    ("area", "district", "expected", "area_expected", "codes"),
    [
        ("WAT", "", "25", "WAT", ["value-filled"]),
        ("", "25", "25", "WAT", ["value-filled"]),
        ("", "47", "47", "WLAB", ["value-filled"]),
        ("", "10", "10", None, []),
        ("WLAB", "", None, "WLAB", ["key-missing"]),
        ("WAT", "Wattenscheid", "25", "WAT", ["district-interpreted"]),
        ("", "Wattenscheid", None, None, ["district-ambiguous"]),
        ("WAT", "47", "47", None, ["area-contradicts-district"]),
        ("WLAB", "Langendreer", "48", None, ["area-contradicts-district"]),
    ],
)
def test_district_and_survey_area(
    area: str, district: str, expected: str | None, area_expected: str | None, codes: list[str]
) -> None:
    checked = check(
        f"""
        | Welle | Erhebungsdatum | Erhebungsgebiet | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Status |
        | 2019-W1 | 03.05.2019 | {area} | {district} | Hochstraße | Einheit | Ladenlokal | leer |
        | 2019-W1 | 03.05.2019 | WAT | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        """
    )
    assert column(checked, "district_code")[0] == expected
    assert column(checked, "survey_area")[0] == area_expected
    assert [code for code, _, _ in found(checked)] == codes


def test_a_district_outside_the_area_of_the_cover_is_a_warning() -> None:
    checked = check(
        f"{HEAD} |\n{ROW.replace('Wattenscheid-Mitte', '47')} |", cover={"survey_area": "WAT"}
    )
    assert ("district-outside-area", "district_code", "C2") in found(checked)
    assert column(checked, "district_code") == ["47"]


def test_rows_that_agree_count_once_and_contradictions_not_at_all() -> None:
    checked = check(
        """
        | Objekt-ID | Nr. | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Status |
        | A1 | 1 | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        | A1 | 2 | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        | A2 | 3 | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        | A2 | 4 | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | belegt |
        | A1 | 5 | 2020-W1 | 03.05.2020 | 25 | Hochstraße | Einheit | Ladenlokal | leer |
        """
    )
    assert column(checked, "row_label") == ["1", "3", "4", "5"]
    assert column(checked, "is_quarantined") == [False, True, True, False]
    assert finding(checked, "object-repeated").cells == ("A3",)
    contradicted = finding(checked, "object-contradicted")
    assert (contradicted.cells, contradicted.value) == (("A4", "A5"), "A2")
    (report,) = only(checked).tables
    assert (report.rows, report.accepted, report.quarantined) == (4, 2, 2)


def test_rows_without_id_at_one_address_are_several_objects_with_a_warning() -> None:
    checked = check(
        f"{HEAD} | Lage im Haus |\n{ROW} | |\n{ROW} | |\n{ROW} | links |\n{ROW} | rechts |"
    )
    assert only(checked).tables[0].accepted == 4
    assert finding(checked, "objects-alike").rows == (2, 3)


def test_a_column_that_is_nonsense_throughout_is_one_finding() -> None:
    rows = "\n".join(
        ROW.replace("Wattenscheid-Mitte", f"#{number}") + " |" for number in range(1000, 1040)
    )
    checked = check(f"{HEAD} |\n{rows}")
    (one,) = [f for f in checked.findings if f.severity == "error"]
    assert (one.code, one.field, one.count) == ("column-unreadable", "district_code", 40)


@pytest.mark.parametrize(
    ("heading", "cells", "values", "codes"),
    [
        ("Gesamtfläche", ["#1.2", "1.200", "64,5"], ["1.20", "1200", "64.5"], ["number-grouped"]),
        ("Gesamtfläche", ["1.200", "64.5"], [None, "64.5"], ["number-ambiguous"]),
        ("Gesamtfläche", ["0.200", "64.5"], ["0.2", "64.5"], []),
        ("Gesamtfläche", ["1,200", "64,5"], ["1.2", "64.5"], []),
        ("Gesamtfläche", ["1,200", "80"], [None, "80"], ["number-ambiguous"]),
        ("Gesamtfläche", ["1,200", "64.5"], ["1200", "64.5"], ["number-grouped"]),
        ("Gesamtfläche", ["1.200", "64.5", "64,5"], [None, "64.5", "64.5"], ["number-ambiguous"]),
    ],
)
def test_the_columns_evidence_for_the_decimal_sign(
    heading: str, cells: list[str], values: list[str | None], codes: list[str]
) -> None:
    checked = check(table(heading, *cells))
    expected = [None if value is None else Decimal(value) for value in values]
    assert column(checked, "gross_area_m2") == expected
    told = [code for code, field, _ in found(checked) if field == "gross_area_m2"]
    assert [code for code in told if code != "value-unusual"] == codes


def test_day_and_month_are_settled_per_column() -> None:
    checked = check(table("Leerstand seit", "05/03/2018", "25/03/2018"))
    assert column(checked, "vacant_since") == [date(2018, 3, 5), date(2018, 3, 25)]
    checked = check(table("Leerstand seit", "05/03/2018", "03/25/2018"))
    assert column(checked, "vacant_since") == [date(2018, 5, 3), date(2018, 3, 25)]
    checked = check(table("Leerstand seit", "05/03/2018", "03/25/2018", "25/03/2018"))
    assert column(checked, "vacant_since") == [None, None, date(2018, 3, 25)]
    assert {f.code for f in checked.findings if f.severity == "error"} == {"date-order-mixed"}


def test_counting_back_starts_at_the_survey_date() -> None:
    checked = check(table("Leerstand seit", "seit ca. 2 J."))
    assert column(checked, "vacant_since") == [date(2017, 1, 1)]
    assert column(checked, "vacant_since_precision") == ["year"]


def test_counting_back_starts_at_the_day_of_the_cover_where_the_row_has_none() -> None:
    bare = f"{HEAD} | Leerstand seit |\n{ROW} | seit ca. 2 J. |".replace(" 03.05.2019 |", " |")
    checked = check(bare, cover={"survey_date": "20.05.2019"})
    assert column(checked, "vacant_since") == [date(2017, 1, 1)]


def test_serial_numbers_of_a_1904_workbook() -> None:
    cells = ["#42135"]  # 2019-05-12 counted from 1904-01-01
    checked = check(table("Leerstand seit", "#41000", *cells), stamp={"date1904": "true"})
    assert column(checked, "vacant_since")[1] is None  # after the survey
    assert column(checked, "vacant_since")[0] == date(2016, 4, 2)


def test_missing_values_stay_apart_and_are_no_errors() -> None:
    checked = check(table("Gesamtfläche", "k.A.", "n.b.", "-", "", "#0"))
    assert column(checked, "gross_area_m2") == [None, None, None, None, Decimal(0)]
    readings = only(checked).readings.filter(field="gross_area_m2")["reading"].to_list()
    assert readings == ["not_stated", "not_assessable", "not_applicable"]
    assert checked.status is Status.ACCEPTED


def test_faults_say_what_to_do() -> None:
    checked = check(table("Gesamtfläche", "!#REF!", "!uncalculated"))
    assert [code for code, field, _ in found(checked, hints=False) if field] == [
        "formula-error", "formula-uncalculated",
    ]  # fmt: skip
    assert "einmal in Excel" in finding(checked, "formula-uncalculated").remedy("de")


def test_a_unit_in_the_heading_converts() -> None:
    mapping = Mapping("vacancies", "0", units={"gross_area_m2": "ft2"})
    checked = check(table("Gesamtfläche", "1000", "#500"), mapping=mapping)
    assert column(checked, "gross_area_m2") == [Decimal("92.90"), Decimal("46.45")]
    assert finding(checked, "number-converted").count == 2


def test_a_mapping_translates_values_and_keeps_rows() -> None:
    mapping = Mapping(
        "vacancies", "0",
        values={"vacancy_status": {"vacant": "LEER", "*": "BELEGT"}, "vacancy_degree": {"?": None}},
        constants={"wave_id": "2017-W1", "survey_date": "2017-06-30", "object_kind": "EINHEIT",
                   "unit_type": "UNBEKANNT", "coverage": "VOLL"},
        keep={"Laune": ("gut",)},
    )  # fmt: skip
    checked = check(
        """
        | Statistischer Bezirk | Straße | Status | Leerstandsgrad | Laune |
        | 25 | Hochstraße | VACANT | ? | Gut |
        | 25 | Hochstraße | Food | komplett | gut |
        | 25 | Hochstraße | vacant | | schlecht |
        """,
        mapping=mapping,
    )
    assert column(checked, "vacancy_status") == ["LEER", "BELEGT"]
    assert column(checked, "vacancy_degree") == [None, "VOLLSTAENDIG"]
    assert column(checked, "wave_id") == ["2017-W1"] * 2
    assert checked.coverage == "VOLL"
    assert finding(checked, "rows-filtered").rows == (4,)
    assert checked.status is Status.ACCEPTED


def test_keeping_by_a_column_that_is_not_there_is_an_error() -> None:
    mapping = Mapping("vacancies", "0", keep={"status": ("vacant",)})
    checked = check(f"{HEAD.replace('Status', 'Stand')} |\n{ROW} |", mapping=mapping)
    assert finding(checked, "keep-column-missing").value == "status"
    assert checked.status is Status.REJECTED


def test_a_place_without_districts_is_said_once() -> None:
    checked = check(f"{HEAD} |\n{ROW} |\n{ROW} | ", places=Places({}), municipality="9")
    assert finding(checked, "district-unregistered").value == "9"


def test_a_text_that_must_have_a_form() -> None:
    checked = check(
        """
        | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Betriebsstatus | Art der Produktion | WZ-Code |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | aktiv | Urbane Manufaktur | 10.71 |
        | 2019-W1 | 03.05.2019 | 25 | Oststraße | aktiv | Urbane Manufaktur | Bäckerei |
        """,
        form="production_sites",
    )
    assert column(checked, "wz_code") == ["10.71", None]
    assert finding(checked, "text-pattern").cells == ("G3",)


def test_a_refused_column_is_neither_absent_nor_blank() -> None:
    text = """
        | Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Objektart | Einheitstyp | Statsu |
        | 2019-W1 | 03.05.2019 | 25 | Hochstraße | Einheit | Ladenlokal | belegt |
        """
    near = Finding(
        "column-near-miss", form="vacancies", sheet="Tabelle1", value="Statsu", proposal="Status"
    )
    checked = check(text, said=(near,))
    assert column(checked, "vacancy_status") == [None]
    assert finding(checked, "key-column-missing").field == "vacancy_status"
    doubled = Finding("column-doubled", form="vacancies", sheet="Tabelle1", field="vacancy_status")
    doubled.parameters["title"] = "Status"
    checked = check(text, said=(doubled,))
    assert column(checked, "is_quarantined") == [True]
    assert [f.code for f in checked.findings if f.severity == "error"] == ["column-doubled"]


def test_a_key_that_is_not_stated_is_named_with_what_stands_there() -> None:
    rows = [ROW.replace("Ladenlokal", text) + " |" for text in ("k.A.", "", "k.A.")]
    checked = check("\n".join([f"{HEAD} |", *rows]))
    missing = [(f.value, f.cells) for f in checked.findings if f.code == "key-missing"]
    assert missing == [("k.A.", ("G2", "G4")), (None, ("G3",))]


@pytest.mark.parametrize(
    ("cells", "doubted"),
    [
        (("5/13/2018", "@2018-03-05", "@2018-06-12"), ["I3", "I4"]),
        (("13/05/2018", "@2018-03-05"), ["I3"]),
        (("5/13/2018", "@2018-03-05", "@2018-06-13"), []),  # a day that no swap can give
        (("5/13/2018", "5/3/2018", "@2018-03-05"), []),  # the program left all slashes alone
        (("13.05.2018", "@2018-03-05"), []),
    ],
)
def test_dates_that_a_program_may_have_swapped_are_doubted(
    cells: tuple[str, ...], doubted: list[str]
) -> None:
    checked = check(table("Leerstand seit", *cells))
    told = [f for f in checked.findings if f.code == "date-cells-swapped"]
    assert [cell for finding in told for cell in finding.cells] == doubted
