"""Private values: found under any heading, quoted nowhere."""

from __future__ import annotations

import pytest

from pipelines.intake.cells import Workbook
from pipelines.intake.recognise import recognise
from pipelines.intake.recognising.private import is_name
from pipelines.intake.tables import Recognised
from tests.intake.sheets import sheet_of

HEAD = "| Straße | Objektart | Status |"
ROW = "| Hochstraße | Einheit | leer |"
PRIVATE = (
    "frau.muster@example.org", "0234 / 910-1234", "0171-1234567", "01711234567",
    "+49 234 9101234", "Tel. 9101234", "bitte Herrn Beispiel fragen", "DE02 1203 0000 0000 2020 51",
)  # fmt: skip
HARMLESS = (
    "05911000", "44866", "2019-05-20", "25-A0001", "370993 5704827", "01.05.2019", "02/2019",
    "12-14", "0,5", "0d1f-4c", "Frauenladen", "WZ 47.71", "2019-W1", "ca. 1.200 qm",
)  # fmt: skip


def recognised(markdown: str) -> Recognised:
    return recognise(Workbook("L.xlsx", "0" * 64, "xlsx", (sheet_of(markdown),), {}), None)


@pytest.mark.parametrize("text", PRIVATE)
def test_private_values_of_a_column_that_is_not_read_are_gone(text: str) -> None:
    found = recognised(f"{HEAD} Laune |\n{ROW} {text} |\n{ROW} gut |")
    (told,) = [f for f in found.findings if f.code == "personal-values"]
    assert (told.cells, told.value) == (("D2",), "Laune")
    (table,) = found.tables
    assert table.frame["D"].to_list() == table.sheet.frame["D"].to_list()[1:] == [None, "gut"]
    assert not any(text in str(finding) for finding in found.findings)


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_are_not_taken_for_private(text: str) -> None:
    found = recognised(f"{HEAD} Laune | Bemerkung |\n{ROW} {text} | {text} |")
    assert not [f for f in found.findings if f.code.startswith("personal")]


def test_private_values_of_a_column_that_is_read_are_told() -> None:
    found = recognised(f"{HEAD} Bemerkung |\n{ROW} Schlüssel bei Frau Muster |\n{ROW} laut |")
    assert [(f.code, f.cells) for f in found.findings] == [("personal-values-read", ("D2",))]


def test_titles_and_notes_are_quoted_without_persons() -> None:
    found = recognised(
        f"""
        | Erhebung, Rückfragen an 0234 / 910-1234 | | |
        | Telefon: | 910 12 34 | |
        | Ansprechpartner: Max Mustermann | | |
        {HEAD}
        {ROW}
        | | | |
        | * Schlüssel bei Herrn Beispiel | | |
        """
    )
    quoted = " ".join(str(finding) for finding in found.findings)
    assert "Rückfragen an […]" in quoted
    assert not any(text in quoted for text in ("910", "Mustermann", "Herrn Beispiel"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("Max Mustermann", True), ("Muster, Anna Maria", True), ("Dr. Max Muster", True),
     ("Hochstraße 5", False), ("leer", False), ("Laden", False)],
)  # fmt: skip
def test_what_looks_like_the_name_of_a_person(text: str, is_one: bool) -> None:
    assert is_name(text) is is_one
