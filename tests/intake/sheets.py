"""Workbooks written as Markdown tables, and what checking them finds."""

from __future__ import annotations

import dataclasses
import re
from datetime import datetime
from typing import Any

import polars as pl

from pipelines.intake.assemble import check_recognised
from pipelines.intake.cells import Sheet, Workbook, companion, letter_of
from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.options import CheckOptions
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.result import CheckedForm, CheckedWorkbook
from pipelines.intake.tables import CoverValue, Recognised, Table, TableColumn
from schemas import FORMS
from schemas.columns import Form
from schemas.folding import fold
from schemas.places import PACKAGED, Places, load_places

TODAY = "2026-11-22"
_NUMBER = re.compile(r"^#(-?\d+(?:\.\d+)?)$")
_MOMENT = re.compile(r"^@(\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?)$")
_FLAGS = {"#true": True, "#false": False}
_FAULT = re.compile(r"^!(.+)$")


def rows_of(markdown: str) -> list[list[str]]:
    """The cells of a Markdown table, the line under the heading left out."""
    lines = [line.strip() for line in markdown.strip().splitlines()]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not all(set(cell) <= {"-", ":"} and cell for cell in row)]


def sheet_of(markdown: str, name: str = "Tabelle1", first_row: int = 1) -> Sheet:
    """A sheet: `#12` is a number, `@2019-05-03` a date, `#true` a boolean, `!#REF!` a fault."""
    rows = rows_of(markdown)
    width = max(len(row) for row in rows)
    frame: dict[str, pl.Series] = {
        "row": pl.Series("row", range(first_row, first_row + len(rows)), dtype=pl.Int32)
    }
    letters = tuple(letter_of(number + 1) for number in range(width))
    for number, letter in enumerate(letters):
        cells = [row[number] if number < len(row) else "" for row in rows]
        _add(frame, letter, cells)
    return Sheet(name, pl.DataFrame(list(frame.values())), letters)


def _add(frame: dict[str, pl.Series], letter: str, cells: list[str]) -> None:
    kinds: dict[str, list[Any]] = {
        part: [None] * len(cells) for part in ("text", "number", "moment", "flag", "fault")
    }
    for index, cell in enumerate(cells):
        if found := _NUMBER.match(cell):
            kinds["number"][index] = float(found[1])
        elif found := _MOMENT.match(cell):
            kinds["moment"][index] = datetime.fromisoformat(found[1])
        elif cell in _FLAGS:
            kinds["flag"][index] = _FLAGS[cell]
        elif found := _FAULT.match(cell):
            kinds["fault"][index] = found[1]
        elif cell:
            kinds["text"][index] = cell.replace("\\n", "\n").replace("\\|", "|")
    frame[letter] = pl.Series(letter, kinds["text"], dtype=pl.String)
    types = {"number": pl.Float64, "moment": pl.Datetime("us"), "flag": pl.Boolean,
             "fault": pl.String}  # fmt: skip
    for part, dtype in types.items():
        if any(value is not None for value in kinds[part]):
            name = companion(letter, part)
            frame[name] = pl.Series(name, kinds[part], dtype=dtype)


def table_of(sheet: Sheet, form: Form, fields: dict[str, tuple[str, ...]] | None = None) -> Table:
    """The table of a sheet whose first row is the heading; headings by declared title or name."""
    known: dict[str, str] = {}
    for column in form.columns:
        for text in (*column.vague_synonyms, column.name, column.title.en, column.title.de):
            known[fold(text)] = column.name
    columns: list[TableColumn] = []
    ignored: list[TableColumn] = []
    for letter in sheet.letters:
        heading = sheet.frame[letter][0] or ""
        names = (fields or {}).get(heading)
        if names is None:
            name = known.get(fold(heading.partition("/")[0]))
            names = (name,) if name else ()
        meaning = Lexicon().meaning(form.name, heading) if "/" in heading else None
        column = TableColumn(letter, heading, names, option=meaning.option if meaning else None)
        (columns if names else ignored).append(column)
    header = (int(sheet.frame["row"][0]),)
    return Table(form.name, sheet, header, sheet.frame.slice(1), tuple(columns), tuple(ignored))


def check(
    *markdown: str,
    form: str = "vacancies",
    cover: dict[str, str] | None = None,
    mapping: Mapping | None = None,
    places: Places | None = None,
    fields: dict[str, tuple[str, ...]] | None = None,
    stamp: dict[str, str] | None = None,
    said: tuple[Finding, ...] = (),
    **options: Any,
) -> CheckedWorkbook:
    """Check sheets written as Markdown, their headings in the first line."""
    sheets = tuple(sheet_of(text, f"Tabelle{n}") for n, text in enumerate(markdown, start=1))
    tables = tuple(table_of(sheet, FORMS[form], fields) for sheet in sheets)
    values = {name: CoverValue(text, "Deckblatt", "B1") for name, text in (cover or {}).items()}
    workbook = Workbook("Probe.xlsx", "0" * 64, "xlsx", sheets, stamp or {})
    return check_recognised(
        workbook,
        Recognised(tables, values, said),
        mapping,
        CheckOptions(**({"today": TODAY} | options)),
        places if places is not None else bochum(),
    )


def bochum() -> Places:
    """The packaged place."""
    return load_places(PACKAGED)


def only(checked: CheckedWorkbook) -> CheckedForm:
    """The one form of a workbook."""
    (form,) = checked.forms
    return form


def column(checked: CheckedWorkbook, name: str) -> list[Any]:
    """The values of a column of the one form, rows in order."""
    return only(checked).frame[name].to_list()


def found(checked: CheckedWorkbook, *, hints: bool = True) -> list[tuple[str, str | None, str]]:
    """The findings as (code, field, cells)."""
    return [
        (finding.code, finding.field, " ".join(finding.cells))
        for finding in checked.findings
        if hints or finding.severity != "hint"
    ]


def finding(checked: CheckedWorkbook, code: str) -> Finding:
    """The one finding of a code."""
    (one,) = [finding for finding in checked.findings if finding.code == code]
    return one


ROW = "| 2019-W1 | 03.05.2019 | Wattenscheid-Mitte | Hochstraße | 12 | Einheit | Ladenlokal | leer"
HEAD = (
    "| Welle | Erhebungsdatum | Statistischer Bezirk | Straße | Hausnummer | Objektart "
    "| Einheitstyp | Status"
)


def with_place(**changes: object) -> Places:
    """The packaged place with other registers."""
    place = bochum().by_key["05911000"]
    return Places({"05911000": dataclasses.replace(place, **changes)})  # type: ignore[arg-type]
