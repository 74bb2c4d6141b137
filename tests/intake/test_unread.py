"""What no column says: rows that are counts, sheets named for their street, headings too vague."""

from __future__ import annotations

import pytest

from pipelines.intake.assemble import check_recognised
from pipelines.intake.cells import Workbook
from pipelines.intake.options import CheckOptions
from pipelines.intake.recognise import recognise
from pipelines.intake.result import CheckedWorkbook
from tests.intake.accounts import unaccounted
from tests.intake.sheets import TODAY, bochum, column, finding, found, sheet_of

WHEN = "| Welle | Erhebungsdatum | Bezirk |"
WHAT = " Straße | Hausnummer | Objektart | Einheitstyp | Status |"
ROW = "| 2019-W1 | 20.05.2019 | 25 | Hochstraße | 1 | Einheit | Laden | leer |"


def checked(sheets: dict[str, str], **options: str) -> CheckedWorkbook:
    made = tuple(sheet_of(text, name) for name, text in sheets.items())
    workbook = Workbook("Liste.xlsx", "0" * 64, "xlsx", made, {})
    recognised = recognise(workbook, None)
    assert unaccounted(workbook, recognised) == {}
    given = CheckOptions(**({"today": TODAY} | options))  # type: ignore[arg-type]  # plain texts
    return check_recognised(workbook, recognised, None, given, bochum())


def codes(told: CheckedWorkbook) -> list[str]:
    return [code for code, _, _ in found(told)]


@pytest.mark.parametrize("heading", ["Anzahl", "Anzahl Leerstände", "Leerstände"])
@pytest.mark.parametrize("count", ["#12", "12"])
def test_rows_that_count_objects_are_none(heading: str, count: str) -> None:
    told = checked({"Liste": f"{WHEN}{WHAT} {heading} |\n{ROW} {count} |\n{ROW} 1 |"})
    assert finding(told, "rows-are-counts").cells == ("I1",)
    assert column(told, "is_quarantined") == [True, True]


def test_a_number_of_one_counts_one() -> None:
    told = checked({"Liste": f"{WHEN}{WHAT} Anzahl |\n{ROW} #1 |"})
    assert column(told, "is_quarantined") == [False]


def test_choices_without_a_question_are_told_with_a_way_out() -> None:
    told = checked({"Liste": f"{WHEN}{WHAT} Bäckerei | Bank | Laune |\n{ROW} x | | gut |"})
    one = finding(told, "choices-apart")
    assert (one.cells, one.severity) == (("I1", "J1"), "warning")
    assert "„Letzte Nutzung“" in one.remedy("de")


BARE = "| Hausnummer | Objektart | Einheitstyp | Status |\n| 1 | Einheit | Laden | leer |"
COVER = "| Welle | 2019-W1 |\n| Erhebungsdatum | 20.05.2019 |\n| Bezirk | 25 |"


def test_a_sheet_may_be_named_for_its_street() -> None:
    told = checked({"Deckblatt": COVER, "Hochstraße": BARE, "Am Markt": BARE})
    assert column(told, "street") == ["Hochstraße", "Am Markt"]
    assert column(told, "is_quarantined") == [False, False]
    filled = [f for f in told.findings if f.code == "value-filled" and f.field == "street"]
    assert [f.sheet for f in filled] == ["Am Markt", "Hochstraße"]


def test_a_sheet_may_be_named_for_its_wave_or_district() -> None:
    rows = ROW.replace("| 2019-W1 | 20.05.2019 | 25 ", "| 20.05.2019 ")
    text = f"| Erhebungsdatum |{WHAT}\n{rows}"
    told = checked({"Deckblatt": "| Bezirk | 25 |", "2019-W1": text, "2019-W2": text})
    assert column(told, "wave_id") == ["2019-W1", "2019-W2"]
    told = checked({"Leithe": text, "Tabelle2": text}, wave="2019-W1")
    assert column(told, "district_code") == ["26", None]


def test_the_name_of_a_sheet_says_nothing_beside_a_column() -> None:
    told = checked({"Oststraße": f"{WHEN}{WHAT}\n{ROW}"})
    assert column(told, "street") == ["Hochstraße"]


@pytest.mark.parametrize(
    ("heading", "cells", "rents", "code"),
    [
        ("Miete", ("450", "#8.5"), [None, None], "column-of-another"),
        ("Miete in €", ("#8.5", "9,00"), [8.5, 9.0], "column-vague"),
        ("Miete (€/m²)", ("#8.5", "120"), [8.5, 120.0], ""),
        ("Kaltmiete je m²", ("#8.5", ""), [8.5, None], ""),
    ],
)
def test_a_rent_is_one_of_a_square_metre_or_none(
    heading: str, cells: tuple[str, ...], rents: list[float | None], code: str
) -> None:
    rows = "\n".join(f"{ROW} {cell} |" for cell in cells)
    told = checked({"Liste": f"{WHEN}{WHAT} {heading} |\n{rows}"})
    assert column(told, "asking_rent_eur_m2") == rents
    assert {"column-of-another", "column-vague"} & {*codes(told)} >= ({code} if code else set())
    assert ("column-of-another" in codes(told)) == (code == "column-of-another")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("| Summe | 2 | | | | | | 161 |", "rows-total"),
        ("| Σ | | | | | | | #161 |", "rows-total"),
        ("| – | – | – | – | – | – | – | – |", "rows-note"),
        ("| . | . | . | . | . | . | . | . |", "rows-note"),
    ],
)
def test_lines_of_totals_and_signs_are_no_objects(line: str, code: str) -> None:
    told = checked({"Liste": f"{WHEN}{WHAT}\n{ROW}\n{line}\n{ROW.replace('| 1 |', '| 3 |')}"})
    assert column(told, "house_number") == ["1", "3"]
    assert finding(told, code).rows == (3,)


def test_boxes_not_ticked_make_no_object_of_a_row() -> None:
    empty = "| | | | | | | | | #false |"
    told = checked({"Liste": f"{WHEN}{WHAT} Schild |\n{ROW} #false |\n{empty}\n{empty}"})
    assert column(told, "marketed") == ["NEIN"]
    assert finding(told, "rows-prepared").rows == (3, 4)


@pytest.mark.parametrize("error", ["#BEZUG!", "#WERT!", "#NAME?", "######"])
def test_a_typed_error_is_no_street(error: str) -> None:
    told = checked({"Liste": f"{WHEN}{WHAT}\n{ROW.replace('Hochstraße', error)}"})
    assert (finding(told, "formula-error").cells, column(told, "street")) == (("D2",), [None])


def test_a_day_above_a_repeated_heading_holds_for_what_follows() -> None:
    head, row = f"| Welle | Bezirk |{WHAT}", ROW.replace("| 20.05.2019 ", "")
    told = checked(
        {"Liste": f"| Stand: 15.03.2019 |\n{head}\n{row}\n| Stand: 15.09.2019 |\n{head}\n"
                  f"{row.replace('| 1 |', '| 3 |')}"}
    )  # fmt: skip
    assert [str(day) for day in column(told, "survey_date")] == ["2019-03-15", "2019-09-15"]


def test_a_title_holds_for_its_sheet_only() -> None:
    head, row = f"| Welle | Bezirk |{WHAT}", ROW.replace("| 20.05.2019 ", "")
    told = checked(
        {
            "MK": f"| Stand: 15.03.2019 |\n{head}\n{row}",
            "TS": f"{head}\n{row.replace(' 1 ', ' 3 ')}",
        }
    )
    assert [str(day) for day in column(told, "survey_date")] == ["2019-03-15", "None"]


def test_unseen_signs_alone_are_an_empty_cell() -> None:
    told = checked({"Liste": f"{WHEN}{WHAT} Bemerkung |\n{ROW} \u200b |\n\u200b | | | | | | | | |"})
    assert column(told, "remarks") == [None]
    assert finding(told, "cells-cleaned").cells == ("A3", "I2")


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("Zustand", ("leer", "gut")), ("Bemerkung", ("Schild", "wieder vermietet"))],
)
def test_a_status_under_another_heading_is_asked_about(
    heading: str, cells: tuple[str, str]
) -> None:
    row = ROW.replace("| leer |", "|")
    rows = "\n".join(f"{row} {cell} |" for cell in cells)
    told = checked({"Liste": f"{WHEN}{WHAT.replace(' Status |', '')} {heading} |\n{rows}"})
    assert finding(told, "status-not-read").value == heading
    assert column(told, "is_quarantined") == [True, True]


def test_marks_are_told_together_and_what_is_no_mark_is_an_error() -> None:
    head = f"{WHEN}{WHAT} Schaufenster/leer | Schaufenster/Hinweis |"
    told = checked({"Liste": f"{head}\n{ROW} ja | nein |\n{ROW} | leer |\n{ROW} k.A. | Hinweis |"})
    assert column(told, "window_state") == [["LEER"], None, ["HINWEIS"]]
    assert finding(told, "columns-joined").cells == ("I1", "J1")
    assert finding(told, "code-unknown").rows == (3,)
    (form,) = told.forms
    assert form.tables[0].columns["window_state"] == ("I", "J")


@pytest.mark.parametrize(
    ("heading", "cell", "code"),
    [
        ("Leerstandsdauer (Monate)", "#24", "VON_12_BIS_36"),
        ("Leerstandsdauer in Jahren", "> 5", "AB_60"),
        ("Leerstandsdauer (Monate)", "unter 6 Monate", "UNTER_6"),
    ],
)
def test_a_length_of_time_may_have_its_unit_in_the_heading(
    heading: str, cell: str, code: str
) -> None:
    told = checked({"Liste": f"{WHEN}{WHAT} {heading} |\n{ROW} {cell} |"})
    assert column(told, "duration_class") == [code]


@pytest.mark.parametrize("street", ["#1", "12"])
def test_a_number_is_no_street(street: str) -> None:
    told = checked({"Liste": f"{WHEN}{WHAT}\n{ROW.replace('Hochstraße', street)}"})
    assert (column(told, "street"), finding(told, "text-pattern").cells) == ([None], ("D2",))


def test_a_number_that_stays_in_the_street_is_told() -> None:
    row = ROW.replace("Hochstraße | 1", "Hochstr. 12-14 (Eckhaus) | ")
    told = checked({"Liste": f"{WHEN}{WHAT}\n{row}\n{ROW.replace('Hochstraße', 'Weg')}"})
    assert finding(told, "address-whole").value == "Hochstr. 12-14 (Eckhaus)"


def test_a_title_may_give_the_days_of_a_survey() -> None:
    head, row = f"| Welle | Bezirk |{WHAT}", ROW.replace("| 20.05.2019 ", "")
    told = checked({"Liste": f"| Erhebungszeitraum: 20.05.2019 – 24.05.2019 |\n{head}\n{row}"})
    assert column(told, "survey_date_precision") == ["month"]


def test_a_cover_with_the_sections_walked_holds_for_all_sheets() -> None:
    walked = "| Straßenabschnitt | Begangen am | Vollständigkeit |\n| H-1 | 20.05.2019 | VOLL |"
    told = checked({"Deckblatt": f"{COVER}\n{walked}", "Hochstraße": BARE, "Am Markt": BARE})
    (units,) = [form for form in told.forms if form.form == "vacancies"]
    assert units.frame["wave_id"].to_list() == ["2019-W1", "2019-W1"]
