"""A case: how its file is written, with what it is checked, and which cells it must name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from schemas.places import Places
from tests.intake.sheets import HEAD, ROW, rows_of

Write = Callable[[Path], Path]
_NUMBER, _MOMENT = re.compile(r"#(-?\d+(?:\.\d+)?)"), re.compile(r"@(\d{4}-\d\d-\d\d.*)")


@dataclass(frozen=True)
class Case:
    """One file that provokes one finding.

    Attributes:
        write: writes the file into a folder and gives its path.
        cells: what the finding must name, "I2 I3"; empty where it is about no cell.
        options: changes to the options of the check; `mapping` is the text of a mapping file,
            `corrections` that of a file of corrections, `reader_seconds` its time.
    """

    write: Write
    cells: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    places: Places | None = None


def book(
    sheets: Mapping[str, str], *, name: str = "Probe.xlsx", dress: Callable[..., None] | None = None
) -> Write:
    """A workbook of Markdown tables; `dress` gets the openpyxl workbook before it is saved.

    `#12` is a number, `@2019-05-03` a date, `!#REF!` an error, `!uncalculated` a formula that no
    program has calculated; a line without cells is a blank row.
    """

    def write(folder: Path) -> Path:
        made = openpyxl.Workbook()
        made.remove(made.worksheets[0])
        for title, markdown in sheets.items():
            _fill(made.create_sheet(title), markdown)
        if dress is not None:
            dress(made)
        made.save(folder / name)
        return folder / name

    return write


def right(*more: str) -> str:
    """A right table of vacancies, with further rows."""
    return "\n".join([f"{HEAD} |", f"{ROW} |", *more])


def raw(name: str, content: bytes) -> Write:
    """A file of these bytes."""

    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


def _fill(sheet: Worksheet, markdown: str) -> None:
    for number, cells in enumerate(rows_of(markdown), 1):
        for position, text in enumerate(cells, 1):
            if text:
                cell = sheet.cell(number, position)
                cell.value, cell.number_format = _typed(text)


def _typed(text: str) -> tuple[Any, str]:
    if found := _NUMBER.fullmatch(text):
        return float(found[1]), "General"
    if found := _MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(found[1])
        return moment, "dd.mm.yyyy" if len(found[1]) == 10 else "dd.mm.yyyy hh:mm:ss"
    if text == "!uncalculated":
        return "=8.5*9", "General"
    return (text[1:] if text.startswith("!") else text.replace("\\n", "\n")), "General"
