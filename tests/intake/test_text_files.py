"""Text files whose lines do not agree: what stands under which heading, or is not counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from pipelines.intake.reading.text_files import read_text_table
from pipelines.intake.result import CheckedWorkbook
from tests.intake.sheets import TODAY, bochum, column

HEAD = "Welle,Erhebungsdatum,Bezirk,Straße,Hausnummer,Objektart,Einheitstyp,Status,Gesamtfläche"
ROW = "2019-W1,20.05.2019,25,Hochstraße,{},Einheit,Laden,leer,{}"


@pytest.fixture
def checked(request: pytest.FixtureRequest, reader: Reader, tmp_path: Path) -> CheckedWorkbook:
    """The lines of the test's parameter, checked as a CSV file."""
    path = tmp_path / "Liste.csv"
    path.write_text("\n".join(request.param), encoding="utf-8")
    return check_file(path, CheckOptions(today=TODAY), bochum(), reader)


DECIMAL_COMMA = [HEAD, ROW.format(1, "80,5"), ROW.format(2, 80), ROW.format(3, '"80,5"')]
NO_HEADING = [f"{HEAD},", ROW.format(1, "80,Eckladen"), ROW.format(2, "81,")]


@pytest.mark.parametrize("checked", [DECIMAL_COMMA], indirect=True)
def test_a_row_with_more_fields_than_headings_is_not_counted(checked: CheckedWorkbook) -> None:
    """80,5 without quotes is 80 and a 5 under the next heading."""
    assert column(checked, "is_quarantined") == [True, False, False]
    told = [f for f in checked.findings if f.severity == "error"]
    assert [(f.code, f.rows, f.cells) for f in told] == [("row-shifted", (2,), ("J2",))]


@pytest.mark.parametrize("checked", [NO_HEADING], indirect=True)
def test_a_column_whose_heading_is_blank_shifts_nothing(checked: CheckedWorkbook) -> None:
    assert column(checked, "is_quarantined") == [False, False]
    told = [f for f in checked.findings if f.severity != "hint"]
    assert [(f.code, f.cells) for f in told] == [("cells-beside", ("J2",))]


QUOTED: dict[str, tuple[str, list[str]]] = {
    "single quotes": ("'Straße';'Nr.'\n'Weg, links';'1'\n", ["Weg, links", "1"]),
    "an apostrophe is no quote": ("Straße;Nr.\n'12;1\nO'Hara-Weg;2\n", ["'12", "1"]),
    "blanks behind separators": ('Straße, Nr.\n"Weg", "1, links"\n', ["Weg", "1, links"]),
    "a blank within a cell": ("Straße;Nr.\n Weg; 1\n", [" Weg", " 1"]),
    "backslashes before quotes": (
        'Straße;Nr.\n"Am \\"Markt\\" 1";"x"\n', ['Am "Markt" 1', "x"],
    ),
    "a folder": ('Straße;Nr.\n"C:\\Fotos\\";"x"\n', ["C:\\Fotos\\", "x"]),
    "texts for Excel": ('Straße;Nr.\n="Weg";"=""12-14"""\n', ["Weg", "12-14"]),
    "the end of a DOS file": ("Straße;Nr.\nWeg;1\n\x1a", ["Weg", "1"]),
}  # fmt: skip


@pytest.mark.parametrize("case", QUOTED)
def test_a_cell_is_what_its_program_meant(case: str) -> None:
    text, cells = QUOTED[case]
    table = read_text_table(text.encode())
    assert table.rows[1] == cells
    assert (len(table.rows), table.opened) == (3 if "Hara" in text else 2, ())
