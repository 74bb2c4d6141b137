"""Between recognising and parsing: corrections by the office, walk lists, marked copies."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl

from pipelines.feedback.form_sheet import FIRST_ROW
from pipelines.feedback.marked import write_marked
from pipelines.feedback.template import TemplateOptions, write_template
from pipelines.intake.check import check_file
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader
from tests.findings.case import Case, Write, book, right
from tests.intake.sheets import HEAD, ROW, TODAY, bochum

AREA = "Gesamtfläche"
OBJECTS = (
    f"| Objekt-ID {HEAD} | {AREA} |\n| A1 {ROW} | 8000 |\n| A2 {ROW.replace('12', '14')} | 60 |"
)


def correction(where: str, expect: str, *, file: str = "") -> Case:
    """The office corrects an area: the column J of the sheet of objects."""
    entry = (
        f"- form: vacancies\n  {where}\n  field: gross_area_m2\n  expect: '{expect}'\n"
        f"  value: '80'\n  reason: Zahlendreher\n  by: MM\n  on: 2019-06-01\n{file}"
    )
    cells = "J2" if where == "object: A1" else ""
    return Case(book({"Leerstände": OBJECTS}), cells, {"corrections": entry})


def walk_list(ticked: str, objekt: str = "") -> Write:
    """The walk list of one object, ticked or not; or a new row that is ticked."""

    def write(folder: Path) -> Path:
        former = pl.DataFrame(
            {"object_id": ["25-A0001"], "district_code": ["25"], "street": ["Hochstraße"],
             "house_number": ["12"], "unit_label": [None],
             "object_kind": ["EINHEIT"], "unit_type": ["LADENLOKAL"],
             "vacancy_status": ["LEER"], "previous_use": ["EINZELHANDEL"]}
        )  # fmt: skip
        path = folder / "Gangliste.xlsx"
        place = bochum().by_key["05911000"]
        write_template(path, TemplateOptions(place, "WAT", "2021-W1", former=former))
        made = openpyxl.load_workbook(path)
        made.worksheets[0]["B6"] = date(2021, 5, 3)
        sheet = made["Leerstände"]
        sheet.cell(FIRST_ROW, 1).value = ticked or None
        if objekt:
            sheet.cell(FIRST_ROW + 1, 1).value = "x"
            sheet.cell(FIRST_ROW + 1, 4).value = objekt
        made.save(path)
        return path

    return write


def said(cell: str, old: str, new: str) -> Write:
    """A template whose stamp (H1) or wave (B5) says something else than it was made with."""

    def write(folder: Path) -> Path:
        path = walk_list("x")(folder)
        made = openpyxl.load_workbook(path)
        cover = made.worksheets[0]
        cover[cell].value = str(cover[cell].value).replace(old, new)
        made.save(path)
        return path

    return write


def marked_copy(folder: Path) -> Path:
    """The marked copy of a sheet with one mistake, mended."""
    source = book({"Leerstände": right(f"{ROW.replace('Einheit', 'Trinkhalle')} |")})(folder)
    with Reader() as reader:
        checked = check_file(source, CheckOptions(today=TODAY), bochum(), reader)
    copy = folder / "Probe-geprueft.xlsx"
    write_marked(source, checked, copy, "de")
    made = openpyxl.load_workbook(copy)
    made["Leerstände"]["F3"] = "Einheit"
    made.save(copy)
    return copy


CASES = {
    "correction-applied": correction("object: A1", "8000"),
    "correction-stale": correction("object: A1", "9000"),
    "correction-ambiguous": correction("where: {street: Hochstraße}", "8000"),
    "correction-without-row": correction("object: A9", "8000", file="  file: Probe.xlsx\n"),
    "walk-list-unanswered": Case(walk_list(""), f"A{FIRST_ROW}"),
    "walk-list-taken-over": Case(walk_list("x"), f"A{FIRST_ROW}"),
    "walk-list-unknown": Case(walk_list("x", "25-A0777"), f"A{FIRST_ROW + 1}"),
    "correction-progress": Case(marked_copy),
    "template-old": Case(said("H1", "template=1", "template=0")),
    "stamp-wave-differs": Case(said("B5", "2021-W1", "2021-W2"), "B5"),
}
