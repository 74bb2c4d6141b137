"""The next wave by walk list: printed from what is known, filled in on the street, handed in."""

from __future__ import annotations

import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback.form_sheet import FIRST_ROW, HEADING_ROW
from schemas import FORMS
from schemas.columns import Lang

from .conftest import Office, write_sheet

KNOWN, UNCHANGED, CHANGED = 20, 11, 1
"""Of twenty known objects eleven are as they were, one is let, and eight got no answer."""
FORM = FORMS["vacancies"]
SAYS: dict[Lang, str] = {
    "de": "8 Objekte der Gangliste haben keine Antwort",
    "en": "8 objects of the walk list have no answer",
}


@pytest.mark.parametrize(
    ("lang", "saved_as"),
    [
        ("de", ""),
        pytest.param("en", "", marks=pytest.mark.soak),
        pytest.param("de", "ods", marks=pytest.mark.soak),
    ],
)
def test_eight_objects_without_an_answer(
    lang: Lang, saved_as: str, swift: Office, tmp_path: Path
) -> None:
    known = [{"Hausnummer": str(number), "Letzte Nutzung": "GASTRONOMIE"} for number in
             range(901, 901 + KNOWN)]  # fmt: skip
    swift.ingest(write_sheet(tmp_path / "2019.xlsx", known), team="west")
    swift.renew()
    path = tmp_path / "Gangliste.xlsx"
    done = swift.run("--lang", lang, "template", "--prefill", "--area", "WAT", "--wave", "2021-W1",
                     "-o", path)  # fmt: skip
    assert done.returncode == 0, done.stderr
    silent = fill(path, lang)
    if saved_as:
        path = converted(path, saved_as)

    (entry,) = swift.ingest(path, team="west")
    (told,) = (found for found in entry["findings"] if found["code"] == "walk-list-unanswered")
    assert told["rows"] == silent
    assert [found for found in entry["findings"] if found["severity"] == "error"] == []
    done = swift.run("--lang", lang, "check", path)
    assert SAYS[lang] in done.stdout
    swift.renew()
    now = swift.rows(
        "SELECT vacancy_status AS status, previous_use AS use, count(*) AS objects FROM units "
        "WHERE wave_id = '2021-W1' GROUP BY ALL ORDER BY ALL"
    )
    assert now == [
        {"status": "LEER", "use": "GASTRONOMIE", "objects": UNCHANGED},
        {"status": "VERMIETET_NICHT_BEZOGEN", "use": None, "objects": CHANGED},
    ]
    met = "SELECT count(DISTINCT object_id) FROM units"
    assert swift.value(met) == KNOWN, "the same objects, none of them new"


def fill(path: Path, lang: Lang) -> list[int]:
    """Answer as a surveyor does; gives the rows that got no answer."""
    book = openpyxl.load_workbook(path)
    book.worksheets[0]["B6"] = date(2021, 5, 3)
    sheet = book[FORM.title[lang]]
    status = FORM.by_name["vacancy_status"]
    assert status.code_list
    at = column_of(sheet, status.title[lang])
    rows = range(FIRST_ROW, FIRST_ROW + KNOWN)
    assert all(sheet.cell(row, 4).value for row in rows), "every known object is printed"
    for row in rows[:UNCHANGED]:
        sheet.cell(row, 1).value = "x"
    for row in rows[UNCHANGED : UNCHANGED + CHANGED]:
        sheet.cell(row, at).value = "VERMIETET_NICHT_BEZOGEN"
    book.save(path)
    return list(rows[UNCHANGED + CHANGED :])


def column_of(sheet: Worksheet, title: str) -> int:
    """The number of the column with a heading, whatever marks it as required."""
    (at,) = (cell.column for cell in sheet[HEADING_ROW] if str(cell.value).rstrip(" *") == title)
    return int(at)


def converted(path: Path, kind: str) -> Path:
    """The file as LibreOffice saves it."""
    subprocess.run(
        ["soffice", f"-env:UserInstallation={path.parent.as_uri()}/office", "--headless",
         "--convert-to", kind, "--outdir", path.parent, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return path.with_suffix(f".{kind}")
