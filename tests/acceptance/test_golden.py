"""From the example workbooks to the published figures, through the real command.

The expected numbers are the generator's own record, counted from the invented objects.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from raw.examples import FOLDER

from .conftest import EXAMPLES, Office, district_counts

RECORD = json.loads((FOLDER / "record.json").read_text(encoding="utf-8"))
FIRST, SECOND = "2019-W1", "2021-W1"
COUNTS = (
    "vacancies", "units", "buildings", "brownfields", "infill_gaps", "underused", "interim_use",
    "partly_vacant", "production_sites",
)  # fmt: skip


def test_the_summary_holds_the_figures_of_the_talk(golden: Office) -> None:
    summary = golden.json("summary")
    districts = district_counts(summary, FIRST)
    assert summary["format"] == 1
    assert [
        (code, districts[code]["vacancies"], districts[code]["production_sites"])
        for code in ("25", "47", "49")
    ] == [("25", 115, 40), ("47", 34, 11), ("49", 26, 7)]
    areas = {
        area["area"]: (area["vacancies"], area["interim_use"], area["production_sites"])
        for wave in summary["waves"]
        if wave["wave"] == FIRST
        for municipality in wave["municipalities"]
        for area in municipality["areas"]
    }
    assert areas["WAT"] == (115, 6, 40)
    assert areas["WLAB"] == (60, 3, 18)


@pytest.mark.parametrize("wave", [FIRST, SECOND])
def test_the_district_summary_agrees_with_the_record(golden: Office, wave: str) -> None:
    rows = golden.rows(
        f"SELECT district_code, {', '.join(COUNTS)} FROM district_summary"
        f" WHERE wave_id = '{wave}' ORDER BY district_code"
    )
    expected = RECORD[wave]["districts"]
    found = {row["district_code"]: row for row in rows if row["district_code"] in expected}
    assert found == {
        code: {"district_code": code} | {name: counts[name] for name in COUNTS}
        for code, counts in expected.items()
    }


def test_the_count_of_the_view_is_the_published_figure(golden: Office) -> None:
    assert golden.value("SELECT count(*) FROM vacancies WHERE wave_id = '2019-W1'") == 175
    assert golden.value(
        "SELECT count(*) FROM vacancies WHERE wave_id = '2019-W1'"
        " AND district_id = '05911000-25'"
    ) == 115  # fmt: skip


@pytest.mark.parametrize("wave", [FIRST, SECOND])
def test_vacant_shops_stand_on_their_sections(golden: Office, wave: str) -> None:
    """17 on one section of Hochstraße; Werne's sections come from the register of streets."""
    rows = golden.rows(
        "SELECT section_id, count(*) AS shops FROM vacancies WHERE unit_type = 'LADENLOKAL'"
        f" AND wave_id = '{wave}' GROUP BY section_id ORDER BY section_id"
    )
    assert {row["section_id"]: row["shops"] for row in rows} == RECORD[wave]["vacant_shops"]
    assert RECORD[FIRST]["vacant_shops"]["25-S01"] == 17


def test_ids_of_the_walk_list_meet_the_objects_of_the_first_wave(golden: Office) -> None:
    """The office numbered the first sheet in the order of its rows."""
    first = golden.rows(
        "SELECT object_id, row_number FROM units WHERE wave_id = '2019-W1'"
        " AND district_code = '25' ORDER BY row_number"
    )
    assert [row["object_id"] for row in first] == [f"25-A{n:04d}" for n in range(1, 145)]
    fates = RECORD[SECOND]["fates"]
    lost = next(name for name in fates["persistent"] if not name.startswith("25-A"))
    again = golden.rows(
        "SELECT object_id, street || ' ' || house_number AS address FROM units"
        " WHERE wave_id = '2021-W1' AND vacancy_status = 'LEER' ORDER BY object_id"
    )
    met = {row["object_id"]: row["address"] for row in again}
    assert {name for name in fates["persistent"] if name != lost} <= set(met)
    same_address = golden.value(
        "SELECT object_id FROM units WHERE wave_id = '2019-W1' AND"
        f" street || ' ' || house_number = '{lost}'"
    )
    assert met[same_address] == lost


def test_every_row_can_be_followed_to_its_cell(golden: Office) -> None:
    row = golden.rows(
        "SELECT u.sheet, u.row_number, u.street, u.house_number FROM units u"
        " WHERE wave_id = '2019-W1' AND district_code = '47' ORDER BY u.row_number LIMIT 1"
    )[0]
    sheet = openpyxl.load_workbook(EXAMPLES / "Werne_Langendreer_2019.xlsx")[row["sheet"]]
    values = {str(cell.value) for cell in sheet[row["row_number"]]}
    assert {row["street"], row["house_number"]} <= values


def published(golden: Office, pattern: str) -> list[Path]:
    return sorted((golden.root / "published").rglob(pattern))


def test_the_published_pages_and_downloads_show_the_figures(golden: Office) -> None:
    pages = [path.read_text(encoding="utf-8") for path in published(golden, "*.html")]
    assert any("115" in page and "Wattenscheid-Mitte" in page for page in pages)
    assert all("Beispielbetrieb" not in page for page in pages)  # names of businesses stay inside
    found = {
        value
        for path in published(golden, "*.csv")
        for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())
        for value in row
    }
    assert {"115", "40", "34", "26", "11", "7", "17"} <= found


def test_one_row_less_is_one_vacancy_less(swift: Office, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(EXAMPLES / "Wattenscheid_2019.xlsx")
    sheet = book["Leerstände"]
    row = next(row for row in range(7, 30) if sheet.cell(row, 12).value in {"leer", "Leer"})
    for column in range(1, sheet.max_column + 1):
        sheet.cell(row, column).value = None
    book.save(tmp_path / "Wattenscheid_2019.xlsx")
    swift.ingest(tmp_path / "Wattenscheid_2019.xlsx", team="wattenscheid")
    swift.renew()
    assert district_counts(swift.json("summary"), FIRST)["25"]["vacancies"] == 114
