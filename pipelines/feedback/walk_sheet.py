"""The walk list: the template of the next wave with every known object of the area.

In: the current rows of form A (the edition's view `units`), and the sheet of the form.
Out: a row per object in walking order, with a column to tick "unverändert" and what was before;
and a sheet of the former answers, from which the upload takes over what was ticked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl
from openpyxl.styles import Alignment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipelines.feedback import look
from pipelines.feedback.form_sheet import FIRST_ROW, HEADING_ROW, LEGEND_ROW, number_format
from pipelines.feedback.texts import texts
from pipelines.intake.stamp import write_stamp
from pipelines.intake.walk_list import (
    FORMER_ROLE,
    FORMERLY,
    PRINTED,
    UNCHANGED,
    former_texts,
    label_of,
)
from schemas import FORMS
from schemas.columns import Column, Lang
from schemas.places import Place

LEFT = 3
"""Columns before those of the form: tick, status before, use before."""

_TOLD = ("vacancy_status", "previous_use")
_NOT_PRINTED = frozenset({"row_label", "wave_id"})


def in_walking_order(former: pl.DataFrame) -> pl.DataFrame:
    """The objects by street, side (odd before even), house number and unit label."""
    number = pl.col("house_number").str.extract(r"(\d+)").cast(pl.Int32)
    return former.sort(
        pl.col("street").str.to_lowercase(),
        1 - number % 2,
        number,
        "house_number",
        "unit_label",
        "object_id",
        nulls_last=True,
    )


def fill_walk_list(
    sheet: Worksheet, columns: tuple[Column, ...], former: pl.DataFrame, place: Place, lang: Lang
) -> None:
    """Write the objects into a form sheet that has `LEFT` columns free."""
    text = texts()
    titles = [UNCHANGED[lang]]
    titles += [FORMERLY[lang] + FORMS["vacancies"].by_name[name].title[lang] for name in _TOLD]
    for at, (title, width) in enumerate(zip(titles, (12, 13, 14), strict=True), 1):
        cell = sheet.cell(HEADING_ROW, at, title)
        cell.font, cell.fill, cell.border = look.HEADING_FONT, look.HEADING_FILL, look.BOX
        cell.alignment = look.HEADING
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.cell(LEGEND_ROW, LEFT + 2).value = text("walk-legend", lang)
    for row, entry in enumerate(in_walking_order(former).iter_rows(named=True), FIRST_ROW):
        lines = 1
        for at, value in enumerate(_values(entry, columns, place, lang), 1):
            cell = sheet.cell(row, at, value)
            cell.border, cell.alignment = look.BOX, look.WRAP
            cell.number_format = look.TEXT
            room = max(1, int(sheet.column_dimensions[cell.column_letter].width))
            lines = max(lines, -(-len(value or "") // room))
            if at > LEFT:
                cell.number_format = number_format(columns[at - LEFT - 1])
        sheet.cell(row, 1).alignment = Alignment(horizontal="center")
        sheet.row_dimensions[row].height = 2 + 15 * lines
    tick = DataValidation(type="list", formula1='"x"', allow_blank=True, showErrorMessage=False)
    tick.add(f"A{FIRST_ROW}:A{FIRST_ROW + max(former.height, 1)}")
    sheet.add_data_validation(tick)


def add_former_answers(book: Workbook, former: pl.DataFrame, lang: Lang) -> None:
    """Add the hidden sheet of former answers: stamp, names of columns, a row per object."""
    sheet: Worksheet = book.create_sheet(texts()("former-sheet", lang))
    answers = former_texts(former)
    sheet["A1"] = write_stamp({"role": FORMER_ROLE})
    sheet.append(answers.columns)
    for row in answers.rows():
        sheet.append(row)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.number_format = look.TEXT
    sheet.sheet_state = "hidden"


def _values(
    entry: dict[str, Any], columns: tuple[Column, ...], place: Place, lang: Lang
) -> Iterator[str | None]:
    """The cells of one object, empty where the team has to answer."""
    yield None
    for name in _TOLD:
        yield label_of(entry.get(name), name, lang) or None
    for column in columns:
        value = entry.get(column.name)
        if column.name not in PRINTED or column.name in _NOT_PRINTED or value is None:
            yield None
        elif column.name == "district_code":
            yield next((d.district for d in place.districts if d.district_code == value), value)
        elif column.name == "section_id":
            yield next((s.label for s in place.sections if s.section_id == value), value)
        elif column.code_list is not None:
            yield label_of(value, column.name, lang)
        else:
            yield str(value)
