"""Numbers as people write them, as tables: what stands there and what it means."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.intake.cells import NUMBER
from pipelines.intake.values.numbers import NumberColumn, evidence, read_number
from pipelines.intake.values.read import Cell, cleaned

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
        ("- 45,5", "-45.50", None),
        ("80 qm ca.", "80.00", "value-approximate"),
        ("80 qm (geschätzt)", "80.00", "value-approximate"),
        ("80?", "80.00", "value-approximate"),
        ("(80)", "80.00", "value-approximate"),
        ("knapp 80", "80.00", "value-approximate"),
        ("80,-", "80.00", None),
        ("80 m 2", "80.00", "number-with-unit"),
        ("80 sq.m.", "80.00", "number-with-unit"),
        ("12 a", "1200.00", "number-converted"),
        ("\uff18\uff10\u33a1", "80.00", "number-with-unit"),
        ("1\u202f200\u00a0m²", "1200.00", "number-grouped"),
        ("'80", "80.00", None),
        ("80 (laut Aushang)", "80.00", "value-interpreted"),
        ("1.200 m² (lt. Exposé)", "1200.00", "value-interpreted"),
    ],
)
def test_decimal(text: str, value: str, code: str | None) -> None:
    read = read_number(Cell(cleaned(text)), AREA)
    assert (read.value, read.code) == (Decimal(value), code)


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("80-100", "value-range", "90"),
        ("80 - 100 qm", "value-range", "90"),
        ("80 bis 100", "value-range", "90"),
        ("über 80", "value-bound", "80"),
        ("> 80", "value-bound", "80"),
        ("40+35", "value-sum", "75"),
        ("8 x 10 qm", "value-sum", "80"),
        ("zw. 80 und 100", "value-range", "90"),
        ("80/20", "value-several", None),
        ("80 oder 100", "value-several", None),
        ("80+", "value-bound", "80"),
        ("mehr als 80", "value-bound", "80"),
        ("8O qm", "value-unreadable", "80"),
        ("80 qm Verkaufsfläche", "value-unreadable", "80"),
        ("80 €", "number-unit-unknown", None),
        ("1,200", "number-ambiguous", None),
        ("80 Morgen", "number-unit-unknown", None),
        ("ziemlich groß", "value-unreadable", None),
        ("12.34.56", "value-unreadable", None),
        ("1.2.3,4", "value-unreadable", None),
        ("80m² + 20 m²", "value-sum", "100"),
        ("80 m² / 120 m²", "value-several", None),
        ("80 qm bis 100 qm", "value-range", "90"),
        ("120 (davon 80 VK)", "value-unreadable", "120"),
        ("80m² + 20m² Lager", "value-unreadable", None),
        ("1,2 (Tsd.)", "value-unreadable", None),
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
        ("6-9", None, "value-range"),
        ("6 Einheiten", None, "value-unreadable"),
    ],
)
def test_integer(text: str, value: int | None, code: str | None) -> None:
    read = read_number(Cell(text), NumberColumn(is_whole=True))
    assert (read.value, read.code) == (value, code)
