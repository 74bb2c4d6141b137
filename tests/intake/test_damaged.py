"""Damaged files: no crash, no hang, no more memory than the limit, no wrong value in silence.

A file that is read all the same must give the cells of the undamaged one, or fewer, or say that
something is wrong. Bits flipped in a text that no checksum covers are another text to everybody;
so values are compared where a checksum covers them: in packages whose parts were not rewritten.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import xlwt

from pipelines.intake.cells import Workbook
from pipelines.intake.check import check_workbook
from pipelines.intake.options import CheckOptions, Limits
from pipelines.intake.reader import Reader, UnreadableFile
from pipelines.intake.recognise import recognise
from tests.intake.accounts import cells_of
from tests.intake.damage import corpus
from tests.intake.sheets import TODAY, bochum
from tests.intake.xlsb import UNCALCULATED, write_xlsb

EXAMPLES = Path(__file__).parents[2] / "raw/examples"
LIMITS = Limits(memory_mb=1536, seconds=20, unpacked_mb=256)
BINARY: tuple[tuple[str | float | bool | None, ...], ...] = (
    ("Welle", "Straße", "Hausnummer", "Objektart", "Status", "Gesamtfläche", "Stufenfrei"),
    *(
        ("2019-W1", "Hochstraße", number, "Einheit", "leer", area, number % 2 == 0)
        for number, area in enumerate((80.5, 1200, UNCALCULATED, None, 64.25, 3), start=1)
    ),
)
PLACES = bochum()
COVERED = ("truncated", "flipped", "zeroed", "sizes_changed")


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Workbooks of every format that can be written here without an office program."""
    names = ("Wattenscheid_2019.xlsx", "Werne_Langendreer_2019.xlsx", "Bestand_2019.xlsx")
    files = {name: (EXAMPLES / name).read_bytes() for name in names}
    kept = sorted((Path(__file__).parent / "formats").glob("Begehung.*"))
    folder = tmp_path_factory.mktemp("good")
    written = (write_xlsb(folder / "Binär.xlsb", BINARY, [2], [4], [(1, 2, 1, 1)]),
               written_xls(folder / "Formeln.xls"))  # fmt: skip
    return files | {path.name: path.read_bytes() for path in (*kept, *written)}


def written_xls(path: Path) -> Path:
    """An .xls with what that of an office program lacks: formulas without result, hidden rows."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Blatt")
    for row, cells in enumerate(BINARY):
        for column, cell in enumerate(cells):
            if cell == UNCALCULATED:
                sheet.write(row, column, xlwt.Formula("A1"))
            elif cell is not None:
                sheet.write(row, column, cell)
    sheet.row(3).hidden = True
    book.save(str(path))
    return path


def contents(workbook: Workbook) -> set[tuple[str, str, int, str]]:
    return {
        (sheet.name, letter, row, text)
        for sheet in workbook.sheets
        for (letter, row), text in cells_of(sheet).items()
    }


def survive(reader: Reader, good: dict[str, bytes], folder: Path, count: int, seed: int) -> None:
    """Read every file of a corpus; each gives a workbook or a refusal, in time."""
    whole: dict[str, set[tuple[str, str, int, str]]] = {}
    for name, content in good.items():
        (folder / name).write_bytes(content)
        whole[name.rpartition(".")[2] + str(len(content))] = contents(reader.read(folder / name))
    everything = set().union(*whole.values())
    for name, content in corpus(good, count, seed):
        path = folder / name
        path.write_bytes(content)
        started = time.monotonic()
        try:
            workbook = reader.read(path, LIMITS)
        except UnreadableFile:
            workbook = None
        assert time.monotonic() - started < LIMITS.seconds + 10, name
        if workbook is not None:
            found = recognise(workbook, None)
            checked = check_workbook(workbook, CheckOptions(today=TODAY), PLACES)
            assert all(told.to_json("de")["message"] for told in checked.findings), name
            way = name.partition("-")[2].partition(".")[0]
            if way in COVERED and workbook.format in {"xlsx", "ods", "xlsb"}:
                assert contents(workbook) <= everything, name
            assert found.tables or found.findings or workbook.findings, name


def test_damaged_files(reader: Reader, good: dict[str, bytes], tmp_path: Path) -> None:
    survive(reader, good, tmp_path, count=320, seed=3)


@pytest.mark.soak
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("seed", range(8))
def test_many_damaged_files(
    reader: Reader, good: dict[str, bytes], tmp_path: Path, seed: int
) -> None:
    survive(reader, good, tmp_path, count=150, seed=1000 + seed)
