"""Headings in whole sentences, in two languages or explained, and questions of several columns."""

from __future__ import annotations

import pytest

from pipelines.intake.cells import Merge
from pipelines.intake.recognising.lexicon import CERTAIN, VAGUE, Lexicon
from schemas.questions import asked_for
from tests.intake.test_odd_layouts import fields, only, recognised

ASKED: dict[str, tuple[str, int] | None] = {
    "Wie lautet die Hausnummer?": ("house_number", VAGUE),
    "In welchem Stadtteil liegt das Objekt?": ("district_code", VAGUE),
    "6. Status des Objekts am Tag der Erhebung": ("vacancy_status", VAGUE),
    "Auf welcher Etage?": ("storey", VAGUE),
    "Haben Sie weitere Anmerkungen?": ("remarks", VAGUE),
    "Um was für ein Objekt handelt es sich?": None,
    "Welche Laune hat der Laden?": None,
    "Straße / Street": ("street", CERTAIN),
    "Straße | Street | Rue": ("street", CERTAIN),
    "Fläche / Preis": ("gross_area_m2", VAGUE),
    "Straße / Bemerkung": None,
    "Objektart: Einheit, Gebäude, Brache": ("object_kind", VAGUE),
    "Einheitstyp – bitte auswählen!": ("unit_type", VAGUE),
    "Welle (z. B. 2019-W1)": ("wave_id", CERTAIN),
    "Straße 1)": ("street", CERTAIN),
    "Wo liegt das Objekt?/Straße": ("street", CERTAIN),
    "_Das Objekt/Standort des Objekts_latitude": ("latitude", CERTAIN),
    "Was ist im Schaufenster zu sehen?/abgeklebt": ("window_state", VAGUE),
    "Ursachen/Sonstiges": None,
    "Verkaufsfläche/Gesamtfläche": None,
    "erhebung/datum": ("survey_date", CERTAIN),
    "Ursachen/Miete": ("causes", CERTAIN),
}


@pytest.mark.parametrize("heading", ASKED)
def test_what_a_heading_asks_for(heading: str) -> None:
    meaning = Lexicon().meaning("vacancies", heading)
    assert (meaning and (meaning.fields[0], meaning.rank)) == ASKED[heading]


@pytest.mark.parametrize(
    ("heading", "left"),
    [
        ("Wer ist der Eigentümer?", "eigentuemer"),
        ("Straße", None),
        ("Größe des Objekts", "groesse"),
    ],
)
def test_words_that_ask_are_taken_away(heading: str, left: str | None) -> None:
    assert asked_for(heading) == left


def test_a_question_for_a_person_is_personal() -> None:
    found = recognised(
        "| Straße | Objektart | Status | Wer ist der Eigentümer? |\n| Weg | Einheit | leer | X |"
    )
    assert "column-personal" in [finding.code for finding in found.findings]


def test_crosses_below_choices_are_one_answer() -> None:
    found = recognised(
        """
        | Straße | Objektart | Status | Einheitstyp | | |
        | | | | Laden | Büro | Wohnung |
        | Weg | Einheit | leer | x | | |
        """,
        Merge(1, 1, 4, 6),
    )
    assert {column.letter: column.option for column in only(found).columns if column.option} == {
        "D": "LADENLOKAL", "E": "BUERO_PRAXIS", "F": "WOHNUNG",
    }  # fmt: skip


def test_choices_need_no_merged_cells() -> None:
    found = recognised(
        """
        | Straße | Objektart | Status | Einheitstyp | | |
        | | | | Laden | Büro | Lager |
        | Weg | Einheit | leer | | x | |
        """
    )
    assert only(found).header_rows == (1, 2)
    assert [column.option for column in only(found).columns][3:] == [
        "LADENLOKAL", "BUERO_PRAXIS", "LAGER",
    ]  # fmt: skip


def test_years_below_a_merged_heading_belong_to_it() -> None:
    found = recognised(
        """
        | Straße | Objektart | Hausnummer | Leerstand im Jahr | |
        | | | | #2019 | #2020 |
        | Weg | Einheit | 1 | x | |
        """,
        Merge(1, 1, 4, 5),
    )
    assert only(found).header_rows == (1, 2)
    (told,) = [f for f in found.findings if f.code == "years-not-read"]
    assert (told.cells, told.severity) == (("D2", "E2"), "error")


def test_years_side_by_side_are_asked_about() -> None:
    found = recognised(
        "| Straße | Objektart | Etage | #2019 | #2020 |\n| Weg | Einheit | EG | x | x |"
    )
    assert fields(found) == {"A": "street", "B": "object_kind", "C": "storey"}
    assert "years-not-read" in [f.code for f in found.findings]


def test_two_headings_side_by_side_are_no_cover() -> None:
    found = recognised("| Welle | Erhebungsdatum | Film | Saal | Beginn | Preis | Reihe |")
    assert found.cover == {}
