"""Readers of single cells, as tables: what stands there, what it means, what is said of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.intake.cells import MOMENT, NUMBER
from pipelines.intake.values.codes import read_code, read_codes
from pipelines.intake.values.coordinates import read_coordinate
from pipelines.intake.values.geography import gazetteer, read_area, read_district
from pipelines.intake.values.numbers import NumberColumn, evidence, read_number
from pipelines.intake.values.read import Cell, missing
from pipelines.intake.values.texts import (
    house_number_parts,
    read_house_number,
    read_postcode,
    read_storey,
    read_text,
    read_wave,
)
from schemas.code_lists import code_list
from schemas.places import PACKAGED, load_places

BOCHUM = gazetteer(load_places(PACKAGED).by_key["05911000"])
AREA = NumberColumn(unit="m²", unit_synonyms=("qm",))


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("64,2", "64.20", None),
        ("64.2", "64.20", None),
        ("1.200,50", "1200.50", "number-grouped"),
        ("1,200.50", "1200.50", "number-grouped"),
        ("1.200", "1200.00", "number-grouped"),
        ("1.200.000", "1200000.00", "number-grouped"),
        ("1 200", "1200.00", "number-grouped"),
        ("1'200", "1200.00", "number-grouped"),
        ("0.250", "0.25", None),
        ("80m²", "80.00", "number-with-unit"),
        ("80 qm", "80.00", "number-with-unit"),
        ("80 m2", "80.00", "number-with-unit"),
        ("0,5 ha", "5000.00", "number-converted"),
        ("1000 sq ft", "92.90", "number-converted"),
        ("ca. 80", "80.00", "value-approximate"),
        ("ca.80 m²", "80.00", "value-approximate"),
        ("~80", "80.00", "value-approximate"),
        ("80 ca.", "80.00", "value-approximate"),
        ("rund 1.200 qm", "1200.00", "value-approximate"),
        ("64,2345", "64.23", "number-rounded"),
        ("-45,5", "-45.50", None),
    ],
)
def test_decimal(text: str, value: str, code: str | None) -> None:
    read = read_number(Cell(text), AREA)
    assert (read.value, read.code) == (Decimal(value), code)


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("80-100", "value-range", "90"),
        ("80 - 100 qm", "value-range", "90"),
        ("80 bis 100", "value-range", "90"),
        ("über 80", "value-bound", "80"),
        ("> 80", "value-bound", "80"),
        ("40+35", "value-sum", None),
        ("1,200", "number-ambiguous", None),
        ("80 Morgen", "number-unit-unknown", None),
        ("ziemlich groß", "value-unreadable", None),
        ("12.34.56", "value-unreadable", None),
        ("1.2.3,4", "value-unreadable", None),
    ],
)
def test_no_decimal(text: str, code: str, proposal: str | None) -> None:
    read = read_number(Cell(text), AREA)
    assert (read.value, read.code, read.proposal) == (None, code, proposal)


@pytest.mark.parametrize(
    ("texts", "sign", "is_mixed"),
    [
        (["64,2", "1.200"], ",", False),
        (["64.2", "1,200"], ".", False),
        (["1.200.000"], ",", False),
        (["1.200", "1,200", "80"], None, False),
        (["64,2", "64.2"], None, True),
        (["0.250"], ".", False),
    ],
)
def test_the_column_proves_the_decimal_sign(
    texts: list[str], sign: str | None, is_mixed: bool
) -> None:
    assert evidence(texts) == (sign, is_mixed)


@pytest.mark.parametrize(
    ("text", "sign", "is_mixed", "value"),
    [
        ("1.200", ".", False, None),
        ("1.200", ",", False, Decimal(1200)),
        ("1,200", ",", False, Decimal("1.20")),
        ("1,200", ".", False, Decimal(1200)),
        ("1.200", None, True, None),
    ],
)
def test_evidence_settles_one_mark(
    text: str, sign: str | None, is_mixed: bool, value: Decimal | None
) -> None:
    column = NumberColumn(sign=sign, is_mixed=is_mixed, unit="m²")
    assert read_number(Cell(text), column).value == value


def test_a_number_cell_is_never_grouped() -> None:
    assert read_number(Cell("1.2", NUMBER), AREA).value == Decimal("1.20")


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("6", 6, None),
        ("2,5", None, "number-not-whole"),
        ("ca. 6", 6, "value-approximate"),
        ("99999999999", None, "out-of-bounds"),
    ],
)
def test_integer(text: str, value: int | None, code: str | None) -> None:
    read = read_number(Cell(text), NumberColumn(is_whole=True))
    assert (read.value, read.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("EG", "EG", None),
        ("1. OG", "OG1", "value-interpreted"),
        ("I. OG", "OG1", "value-interpreted"),
        ("OG 2", "OG2", "value-interpreted"),
        ("2. Etage", "OG2", "value-interpreted"),
        ("Erdgeschoss", "EG", "value-interpreted"),
        ("Parterre", "EG", "value-interpreted"),
        ("Hochparterre", "EG", "value-interpreted"),
        ("Souterrain", "UG", "value-interpreted"),
        ("eg", "EG", "value-interpreted"),
        ("2. UG", "UG2", "value-interpreted"),
        ("DG", "DG", None),
        ("hinten im Hof", None, "value-unreadable"),
        ("EG + 1. OG", None, "value-unreadable"),
    ],
)
def test_storey(text: str, value: str | None, code: str | None) -> None:
    read = read_storey(Cell(text))
    assert (read.value, read.code) == (value, code)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19 a", "19 a"),
        ("9 - 15", "9 - 15"),
        ("27 / 29", "27 / 29"),
        ("117 a - b", "117 a - b"),
        ("Nr. 12", "12"),
        ("12-14", "12-14"),
        ("12+14", "12+14"),
        ("neben der Kirche", None),
        ("ohne Nr.", None),
    ],
)
def test_house_number(text: str, value: str | None) -> None:
    assert read_house_number(Cell(text)).value == value


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("19 a", (19, "a", 19, "a")),
        ("9 - 15", (9, "", 15, "")),
        ("27 / 29b", (27, "", 29, "b")),
        ("12", (12, "", 12, "")),
    ],
)
def test_house_number_parts(text: str, parts: tuple[int, str, int, str]) -> None:
    assert house_number_parts(text) == parts


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
        ("26 Wattenscheid-Mitte", "", None, "district-unknown"),
        ("99", "", None, "district-unknown"),
    ],
)
def test_district(text: str, area: str, value: str | None, code: str | None) -> None:
    read = read_district(Cell(text, context=area), BOCHUM)
    assert (read.value, read.code) == (value, code)


def test_a_near_miss_is_proposed_never_taken() -> None:
    read = read_district(Cell("Wattenschied-Mitte"), BOCHUM)
    assert (read.value, read.proposal) == (None, "Wattenscheid-Mitte")


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
    ],
)
def test_code(text: str, name: str, value: str | None, code: str | None) -> None:
    read = read_code(Cell(text), code_list(name))
    assert (read.value, read.code) == (value, code)


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
