"""Text files whose lines do not agree: what stands under which heading, or is not counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
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
