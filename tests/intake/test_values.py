"""Readers of single cells, as tables: what stands there, what it means, what is said of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.intake.cells import MOMENT, NUMBER
from pipelines.intake.values.codes import read_code, read_codes
from pipelines.intake.values.coordinates import read_coordinate
from pipelines.intake.values.geography import gazetteer, read_area, read_district
from pipelines.intake.values.houses import read_house_number
from pipelines.intake.values.read import Cell, missing
from pipelines.intake.values.texts import read_postcode, read_text, read_wave, read_wz
from schemas.code_lists import code_list
from schemas.places import PACKAGED, load_places

BOCHUM = gazetteer(load_places(PACKAGED).by_key["05911000"])


@pytest.mark.parametrize(
    ("reader", "iso", "proposal"),
    [
        (read_house_number, "2019-11-09", "9-11"),
        (read_house_number, "2014-12-01", "12-14"),
        (read_wave, "2019-01-01", "2019-W1"),
        (lambda cell: read_code(cell, code_list("employees_class")), "2019-04-02", "2-4"),
    ],
)
def test_what_excel_made_a_date(reader, iso: str, proposal: str) -> None:  # type: ignore[no-untyped-def]
    read = reader(Cell(iso, MOMENT))
    assert (read.value, read.code, read.proposal) == (None, "excel-date", proposal)


@pytest.mark.parametrize(
    ("text", "pattern", "value", "code"),
    [
        ("44866", r"\d{5}", "44866", None),
        ("4486", r"44\d{3}", None, "postcode-unreadable"),
        ("1067", r"0\d{4}", "01067", "postcode-zero"),
        ("44866 Bochum", r"\d{5}", "44866", "value-interpreted"),
        ("D-44866", r"\d{5}", "44866", "value-interpreted"),
        ("V5K 0A1", "", "V5K 0A1", None),
        ("44866.0", r"\d{5}", "44866", "value-interpreted"),
        ("44866/44867", r"\d{5}", None, "value-several"),
    ],
)
def test_postcode(text: str, pattern: str, value: str | None, code: str | None) -> None:
    read = read_postcode(Cell(text), pattern)
    assert (read.value, read.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "area", "value", "code"),
    [
        ("25", "", "25", None),
        ("Wattenscheid-Mitte", "", "25", None),
        ("Wattenscheid (Mitte)", "", "25", "district-interpreted"),
        ("BO-Wattenscheid", "", "25", "district-interpreted"),
        ("WAT-City", "", "25", "district-interpreted"),
        ("25 Wattenscheid-Mitte", "", "25", "district-interpreted"),
        ("Bezirk 25", "", "25", "district-interpreted"),
        ("Wattenscheid", "WAT", "25", "district-interpreted"),
        ("Wattenscheid", "", None, "district-ambiguous"),
        ("Wattenscheid", "WLAB", None, "district-ambiguous"),
        ("Langendreer", "", "48", None),
        ("Langendreer/Alter Bahnhof", "", "49", "district-interpreted"),
        ("Langendreer-Alt. Bahnhof", "", "49", "district-interpreted"),
        ("Werne", "", "47", None),
        ("WLAB", "", None, "district-ambiguous"),
        ("Bochum-Werne", "", "47", "district-interpreted"),
        ("Wattenschied-Mitte", "", None, "district-unknown"),
        ("26 Wattenscheid-Mitte", "", None, "district-ambiguous"),
        ("26 Wattenscheid-Mitte", "WAT", None, "district-ambiguous"),
        ("25.0", "", "25", "district-interpreted"),
        ("[25]", "", "25", "district-interpreted"),
        ("(25) Wattenscheid-Mitte", "", "25", "district-interpreted"),
        ("stat. Bez. 25", "", "25", "district-interpreted"),
        ("Nr. 25", "", "25", "district-interpreted"),
        ("05911000-25", "", "25", "district-interpreted"),
        ("Werne (Bochum)", "", "47", "district-interpreted"),
        ("Stadtbezirk 2", "", None, "district-ambiguous"),
        ("2", "", None, "district-ambiguous"),
        ("Sued-West", "", None, "district-ambiguous"),
        ("Bochum-Mitte", "", None, "district-ambiguous"),
        ("Weitmar", "", None, "district-ambiguous"),
        ("25/27", "", None, "district-ambiguous"),
        ("Stahlhausen", "", None, "district-unknown"),
        ("99", "", None, "district-unknown"),
    ],
)
def test_district(text: str, area: str, value: str | None, code: str | None) -> None:
    read = read_district(Cell(text, context=area), BOCHUM)
    assert (read.value, read.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "proposal"),
    [
        ("Wattenschied-Mitte", "Wattenscheid-Mitte"),
        ("GÃ¼nnigfeld", "Günnigfeld"),
        ("Stahlhausen", None),
        ("99", None),
    ],
)
def test_a_near_miss_is_proposed_never_taken(text: str, proposal: str | None) -> None:
    read = read_district(Cell(text), BOCHUM)
    assert (read.value, read.proposal) == (None, proposal)


@pytest.mark.parametrize(
    ("text", "known", "value", "code"),
    [
        ("2019-W1", (), "2019-W1", None),
        ("2019 - w1", (), "2019-W1", "value-interpreted"),
        ("2019.0", (), "2019", "value-interpreted"),
        ("Welle 1", (), "Welle 1", None),
        ("2019_W1", (), "2019-W1", "value-interpreted"),
        ("Welle 1/2019", (), "2019-W1", "value-interpreted"),
        ("1. Welle 2019", (), "2019-W1", "value-interpreted"),
        ("1. Welle 2019", ("1. Welle 2019",), "1. Welle 2019", None),
        ("welle 1", ("Welle 1",), "Welle 1", "value-interpreted"),
        ("2020", ("2019-W1",), "2020", None),
    ],
)
def test_wave(text: str, known: tuple[str, ...], value: str, code: str | None) -> None:
    read = read_wave(Cell(text), known)
    assert (read.value, read.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "part", "value", "code", "proposal"),
    [
        ("31.01", "text", "31.01", None, None),
        ("C 31.01", "text", "31.01", "value-interpreted", "31.01"),
        ("WZ 47", "text", "47", "value-interpreted", "47"),
        ("31.01 Möbel", "text", "31.01", "value-interpreted", "31.01"),
        ("31,01", "text", "31.01", "value-interpreted", "31.01"),
        ("4771", NUMBER, "4771", None, None),
        ("1.13", NUMBER, "01.13", "value-interpreted", "01.13"),
        ("31.01, 32.50", "text", None, "value-several", "31.01"),
        ("2019-01-31", MOMENT, None, "excel-date", "31.01"),
        ("Möbelbau", "text", None, "text-pattern", None),
        ("G", "text", None, "text-pattern", None),
    ],
)
def test_wz(text: str, part: str, value: str | None, code: str, proposal: str | None) -> None:
    read = read_wz(Cell(text, part), r"\d{2}(?:\.?\d){0,3}")
    assert (read.value, read.code, read.proposal) == (value, code, proposal)


@pytest.mark.parametrize(("text", "value"), [("WAT", "WAT"), ("W-LAB", "WLAB"), ("XYZ", None)])
def test_survey_area(text: str, value: str | None) -> None:
    assert read_area(Cell(text), BOCHUM).value == value


@pytest.mark.parametrize(
    ("text", "name", "value", "code"),
    [
        ("leer", "vacancy_status", "LEER", None),
        ("LEER", "vacancy_status", "LEER", None),
        ("brach", "vacancy_status", "LEER", "value-interpreted"),
        ("komplett", "vacancy_degree", "VOLLSTAENDIG", "value-interpreted"),
        ("ja", "yes_no", "JA", None),
        ("x", "yes_no", "JA", "value-interpreted"),
        ("✓", "yes_no", "JA", "value-interpreted"),
        ("n", "yes_no", "NEIN", "value-interpreted"),
        ("vielleicht", "yes_no", None, "code-unknown"),
        ("k.A.", "yes_no", None, "value-not-stated"),
        ("ja (Schild)", "yes_no", "JA", "value-interpreted"),
        ("ja, Schild", "yes_no", None, "code-unknown"),
        ("leer seit 2018", "vacancy_status", "LEER", "value-interpreted"),
        ("leer, seit Mai 2018", "vacancy_status", "LEER", "value-interpreted"),
        ("leer seit 2018 jetzt belegt", "vacancy_status", None, "code-unknown"),
        ("leer seit 2018, Umbau", "vacancy_status", None, "code-unknown"),
        ("1 = gut", "condition", "1", "value-interpreted"),
        ("gut (1)", "condition", "1", "value-interpreted"),
        ("2-3", "condition", None, "value-several"),
        ("2,5", "condition", None, "code-unknown"),
        ("Laden/Büro", "unit_type", None, "value-several"),
        ("Wohn- und Geschäftshaus", "unit_type", "GEMISCHT", "value-interpreted"),
        ("1", "employees_class", "B1", None),
        ("12", "employees_class", "B10_49", "value-interpreted"),
        ("ca. 5 MA", "employees_class", "B5_9", "value-interpreted"),
        ("3 (inkl. Inhaber)", "employees_class", "B2_4", "value-interpreted"),
        ("1200", "employees_class", "B250", "value-interpreted"),
        ("> 250", "employees_class", "B250", "value-interpreted"),
        ("10-20", "employees_class", "B10_49", "value-interpreted"),
        ("1-4", "employees_class", None, "code-unknown"),
        ("> 50", "employees_class", None, "code-unknown"),
        ("0", "employees_class", None, "code-unknown"),
        ("<6 Mon.", "duration_class", "UNTER_6", "value-interpreted"),
        ("2 Jahre", "duration_class", "VON_12_BIS_36", "value-interpreted"),
        ("3-5 J.", "duration_class", "VON_36_BIS_60", "value-interpreted"),
        ("über 10 Jahre", "duration_class", "AB_60", "value-interpreted"),
        ("unter 1 Jahr", "duration_class", None, "code-unknown"),
        ("über 1 Jahr", "duration_class", None, "code-unknown"),
        ("Note 2", "condition", "2", "value-interpreted"),
        ("Note 5", "condition", None, "code-unknown"),
    ],
)
def test_code(text: str, name: str, value: str | None, code: str | None) -> None:
    read = read_code(Cell(text), code_list(name))
    assert (read.value, read.code) == (value, code)


@pytest.mark.parametrize(
    ("cell", "value", "proposal"),
    [
        (Cell("0.5", NUMBER), "TEILWEISE", "teilweise"),  # a cell that shows 50 %
        (Cell("0.02", NUMBER), "TEILWEISE", "teilweise"),
        (Cell("1", NUMBER), None, "vollständig"),  # 100 % or 1 %
        (Cell("25", NUMBER), None, None),
        (Cell("25 %"), "TEILWEISE", "teilweise"),
        (Cell("zu 80 Prozent"), "TEILWEISE", "teilweise"),
        (Cell("100 %"), "VOLLSTAENDIG", "vollständig"),
        (Cell("120 %"), None, None),
    ],
)
def test_a_share(cell: Cell, value: str | None, proposal: str | None) -> None:
    read = read_code(cell, code_list("vacancy_degree"))
    assert (read.value, read.proposal) == (value, proposal)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("abgeklebt, Hinweis", ("ABGEKLEBT", "HINWEIS")),
        ("ABGEKLEBT HINWEIS", ("ABGEKLEBT", "HINWEIS")),
        ("abgeklebt und Hinweis", ("ABGEKLEBT", "HINWEIS")),
        ("abgeklebt", ("ABGEKLEBT",)),
        ("abgeklebt, bunt", None),
    ],
)
def test_codes(text: str, value: tuple[str, ...] | None) -> None:
    assert read_codes(Cell(text), code_list("window_state")).value == value


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("k.A.", "not_stated"),
        ("N/A", "not_stated"),
        ("n.b.", "not_assessable"),
        ("?", "not_assessable"),
        ("nicht ausgem.", "not_assessable"),
        ("-", "not_applicable"),
        ("entfällt", "not_applicable"),
        ("0", None),
        ("leer", None),
    ],
)
def test_what_is_missing_stays_apart(text: str, reading: str | None) -> None:
    read = missing(text)
    assert (read.reading if read is not None else None) == reading


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("370993", "370993"),
        ("370993,4", "370993.4"),
        ("370.993", "370.993"),
        ("5.704.827", "5704827"),
        ("370 993", "370993"),
        ("7,1422", "7.1422"),
        ("51.47987°", "51.47987"),
        ("51° 28' 47,5\" N", "51.4798611"),
        ("N 51° 28.792'", "51.4798667"),  # 28.792 / 60 = 0.4798667
        ("7°8'32''O", "7.1422222"),
        ("0° 30' W", "-0.5"),
        ("32U 370993", "32370993"),
        ("irgendwo", None),
    ],
)
def test_coordinate(text: str, value: str | None) -> None:
    read = read_coordinate(Cell(text))
    assert read.value == (None if value is None else Decimal(value))


def test_destroyed_umlauts_are_said() -> None:
    read = read_text(Cell("HochstraÃŸe"))
    assert (read.code, read.proposal) == ("text-damaged", "Hochstraße")


def test_umlauts_of_two_characters_become_one() -> None:
    assert read_text(Cell("Gu\u0308nnigfeld")).value == "Günnigfeld"
