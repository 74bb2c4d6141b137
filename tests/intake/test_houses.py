"""House numbers and storeys as people write them, as tables."""

from __future__ import annotations

import pytest

from pipelines.intake.values.houses import house_number_parts, read_house_number, read_storey
from pipelines.intake.values.read import Cell, cleaned


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
        ("EG + 1. OG", None, "value-several"),
        ("1. und 2. OG", None, "value-several"),
        ("1", "OG1", "value-interpreted"),
        ("II", "OG2", "value-interpreted"),
        ("-2", "UG2", "value-interpreted"),
        ("erste Etage", "OG1", "value-interpreted"),
        ("2nd floor", "OG2", "value-interpreted"),
        ("Erdgeschoß", "EG", "value-interpreted"),
        ("im EG", "EG", "value-interpreted"),
        ("EG (Laden)", "EG", "value-interpreted"),
        ("12. OG", "OG12", "value-interpreted"),
        ("99", None, "value-unreadable"),
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
        ("14-12", "12-14"),
        ("14 bis 12", "12-14"),
        ("12 — 14", "12 — 14"),
        ("12/1", "12/1"),
        ("27 / 29", "27 / 29"),
        ("117 a - b", "117 a - b"),
        ("Nr. 12", "12"),
        ("12-14", "12-14"),
        ("12+14", "12+14"),
        ("12;14", "12, 14"),
        ("012", "12"),
        ("12.0", "12"),
        ("12 Hinterhaus", "12"),
        ("12 (Eckhaus)", "12"),
        ("12-16 (gerade)", "12-16"),
        ("\uff11\uff12", "12"),
        ("neben der Kirche", None),
        ("ggü. 12", None),
        ("ohne Nr.", None),
        ("0", None),
        ("-5", None),
    ],
)
def test_house_number(text: str, value: str | None) -> None:
    assert read_house_number(Cell(cleaned(text))).value == value


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("12. Jan", "excel-date", "12-1"),
        ("Dez 14", "excel-date", "12-14"),
        ("03. Mai", "excel-date", "3-5"),
        ("12.14", "value-unreadable", "12-14"),
        ("12 oder 14", "value-unreadable", "12"),
        ("20-", "value-unreadable", "20"),
    ],
)
def test_no_house_number(text: str, code: str, proposal: str) -> None:
    read = read_house_number(Cell(text))
    assert (read.value, read.code, read.proposal) == (None, code, proposal)


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
