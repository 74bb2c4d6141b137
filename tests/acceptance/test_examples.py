"""The committed example workbooks are what their generator writes, and say what they are."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from raw.examples import AREAS, DEMO, FAULTY, FOLDER, NOTICE
from raw.examples.__main__ import contents

WORKBOOKS = [name for names in DEMO.values() for name in names]


@pytest.fixture(scope="module")
def generated() -> dict[str, bytes]:
    return contents()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_generator_writes_the_same_bytes_twice(generated: dict[str, bytes]) -> None:
    assert contents() == generated


@pytest.mark.parametrize("name", [*WORKBOOKS, "record.json"])
def test_the_committed_file_is_what_the_generator_writes(
    name: str, generated: dict[str, bytes]
) -> None:
    committed = (FOLDER / name).read_bytes()
    if name.endswith(".xlsx"):  # compressors differ between machines, the parts do not
        assert parts(committed) == parts(generated[name])
    else:
        assert committed == generated[name]


@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_workbook_says_that_it_is_an_example(name: str) -> None:
    book = openpyxl.load_workbook(FOLDER / name)
    assert any(
        NOTICE in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row
    )


def test_no_real_building_is_called_vacant() -> None:
    """House numbers of the registers and so of all rows lie above 900."""
    lines = (AREAS / "bochum" / "streets.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert all(int(number) > 900 for line in lines for number in line.split(",")[2:4])
    for name in WORKBOOKS:
        for number in house_numbers(FOLDER / name):
            assert int(re.sub(r"\D.*", "", number)) > 900


def house_numbers(path: Path) -> list[str]:
    """What stands under a heading that means the house number."""
    found: list[str] = []
    for sheet in openpyxl.load_workbook(path):
        for cell in [cell for row in sheet.iter_rows(max_row=8) for cell in row]:
            if cell.value in {"Hausnr.", "Haus-Nr.", "Hausnummer"}:
                below = sheet.iter_rows(
                    min_row=cell.row + 1, min_col=cell.column, max_col=cell.column
                )
                found += [str(row[0].value) for row in below if row[0].value is not None]
    return found


def test_the_record_holds_the_totals_of_the_talk() -> None:
    wave = json.loads((FOLDER / "record.json").read_text(encoding="utf-8"))["2019-W1"]
    districts = wave["districts"]
    assert (districts["25"]["vacancies"], districts["25"]["production_sites"]) == (115, 40)
    assert districts["47"]["vacancies"] + districts["49"]["vacancies"] == 60
    assert districts["47"]["production_sites"] + districts["49"]["production_sites"] == 18
    assert wave["vacant_shops"]["25-S01"] == 17
    assert FAULTY not in WORKBOOKS
