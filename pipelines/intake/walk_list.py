"""The walk list coming back: rows ticked "unverändert" take over their former answers.

In: the recognised tables and the workbook, whose sheet of role "former" holds the former answers
by object, as the template wrote them.
Out: the tables with blank cells of ticked rows filled from there; rows that were printed but not
answered are left out and told.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipelines.intake.cells import ROW, Sheet, Workbook, shown
from pipelines.intake.findings import Finding
from pipelines.intake.tables import Recognised, Table, TableColumn
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Kind
from schemas.folding import fold
from schemas.vectors import folded

FORMER_ROLE = "former"
UNCHANGED = {"de": "unverändert", "en": "unchanged"}
FORMERLY = {"de": "bisher: ", "en": "before: "}
"""Prefix of headings that only tell what was; they are never read."""

PRINTED = (
    "object_id", "row_label", "wave_id", "survey_area", "district_code", "street", "house_number",
    "location_note", "unit_label", "postcode", "section_id", "easting", "northing", "longitude",
    "latitude", "object_kind", "unit_type", "storey",
)  # fmt: skip
"""What the template fills in: where and what an object is, which is no answer."""

FRESH = ("wave_id", "survey_date", "surveyor_code", "photo_ref", "row_label")
"""What is never taken over: it belongs to the walk, not to the object."""

_HEADINGS = frozenset(fold(text) for text in UNCHANGED.values())
_FORMERLY = tuple(FORMERLY.values())
_NAMES_ROW = 2
_OBJECT = "__object"
_TICKED = "__ticked"


def take_unchanged(recognised: Recognised, workbook: Workbook) -> Recognised:
    """The tables with former answers taken over; anything that is no walk list is as it was."""
    former = _former_answers(workbook)
    if former is None:
        return recognised
    tables: list[Table] = []
    findings: list[Finding] = []
    unread: set[tuple[str, str]] = set()
    for table in recognised.tables:
        tick = next((c for c in table.ignored if fold(c.heading) in _HEADINGS), None)
        if tick is None or not table.letters_of("object_id"):
            tables.append(table)
            continue
        told = [c for c in table.ignored if c.heading.lower().startswith(_FORMERLY)]
        unread |= {(table.sheet.name, column.letter) for column in (tick, *told)}
        ignored = tuple(c for c in table.ignored if c is not tick and c not in told)
        taken, more = _take(replace(table, ignored=ignored), tick, former)
        tables.append(taken)
        findings += more
    kept = [f for f in recognised.findings if not _is_about(f, unread)]
    return replace(recognised, tables=tuple(tables), findings=(*kept, *findings))


def _is_about(finding: Finding, unread: set[tuple[str, str]]) -> bool:
    """Whether a finding only says that one of the list's own columns is not read."""
    if finding.severity != "hint" or not finding.cells:
        return False
    letters = {cell.rstrip("0123456789") for cell in finding.cells}
    return all((finding.sheet, letter) in unread for letter in letters)


def _former_answers(workbook: Workbook) -> pl.DataFrame | None:
    """The sheet of former answers as a frame of texts: declared columns by name."""
    sheet = next((s for s in workbook.sheets if s.stamp.get("role") == FORMER_ROLE), None)
    if sheet is None:
        return None
    texts = sheet.frame.select(
        ROW, *(shown(sheet, letter).alias(letter) for letter in sheet.letters)
    )
    heading = texts.filter(pl.col(ROW) == _NAMES_ROW).drop(ROW)
    if heading.is_empty():
        return None
    names = {letter: text for letter, text in heading.row(0, named=True).items() if text}
    known = set(FORMS["vacancies"].by_name)
    frame = texts.filter(pl.col(ROW) > _NAMES_ROW).select(
        pl.col(letter).alias(name) for letter, name in names.items() if name in known
    )
    return frame.unique("object_id", keep="first", maintain_order=True)


def _take(
    table: Table, tick: TableColumn, former: pl.DataFrame
) -> tuple[Table, tuple[Finding, ...]]:
    sheet = table.sheet
    frame = table.frame.with_columns(
        shown(sheet, table.letters_of("object_id")[0]).str.strip_chars().alias(_OBJECT),
        _is_ticked(sheet, tick.letter).alias(_TICKED),
    )
    is_known = pl.col(_OBJECT).is_in(former["object_id"].implode())
    unknown = frame.filter(pl.col(_TICKED) & ~is_known.fill_null(value=False))
    unanswered = frame.filter(~pl.col(_TICKED) & is_known & ~_is_answered(table))
    taken = frame.filter(pl.col(_TICKED) & is_known)
    filled = _filled(table, frame.join(unanswered.select(ROW), on=ROW, how="anti"), former)
    findings = (
        _finding("walk-list-unanswered", table, tick, unanswered),
        _finding("walk-list-taken-over", table, tick, taken),
        *(
            replace(found, value=value)
            for row, value in unknown.select(ROW, _OBJECT).iter_rows()
            if (found := _finding("walk-list-unknown", table, tick, row=row)) is not None
        ),
    )
    filled = filled.drop(_OBJECT, _TICKED)
    told = tuple(finding for finding in findings if finding is not None)
    return replace(table, frame=filled), told


def _is_ticked(sheet: Sheet, letter: str) -> pl.Expr:
    text = folded(shown(sheet, letter)).fill_null("")
    return (text != "") & ~text.is_in(["nein", "no", "n", "false", "0", "-"])


def _is_answered(table: Table) -> pl.Expr:
    """Whether a row holds anything that the template did not print."""
    answers = [
        shown(table.sheet, column.letter).fill_null("").str.strip_chars() != ""
        for column in table.columns
        if not set(column.fields) <= set(PRINTED)
    ]
    return pl.any_horizontal(answers) if answers else pl.lit(value=False)


def _filled(table: Table, frame: pl.DataFrame, former: pl.DataFrame) -> pl.DataFrame:
    """Blank cells of ticked rows filled; a column whose cell holds anything stays."""
    joined = frame.join(
        former.rename({name: f"__{name}" for name in former.columns if name != "object_id"}),
        left_on=_OBJECT, right_on="object_id", how="left", maintain_order="left",
    )  # fmt: skip
    changes = []
    for column in table.columns:
        name = column.fields[0] if len(column.fields) == 1 else ""
        if name in FRESH or f"__{name}" not in joined.columns:
            continue
        is_blank = shown(table.sheet, column.letter).fill_null("").str.strip_chars() == ""
        changes.append(
            pl.when(pl.col(_TICKED) & is_blank)
            .then(pl.col(f"__{name}"))
            .otherwise(pl.col(column.letter))
            .alias(column.letter)
        )
    return joined.with_columns(changes).select(frame.columns)


def _finding(
    code: str,
    table: Table,
    tick: TableColumn,
    rows: pl.DataFrame | None = None,
    row: int | None = None,
) -> Finding | None:
    numbers = tuple(rows[ROW].to_list()) if rows is not None else ()
    numbers = (row,) if row is not None else numbers
    if not numbers:
        return None
    cells = tuple(f"{tick.letter}{number}" for number in numbers)
    return Finding(code, form=table.form, sheet=table.sheet.name, rows=numbers, cells=cells)


def former_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Typed rows of form A as the texts that the sheet of former answers holds.

    Codes become themselves, dates of lesser precision what is known of them.
    """
    form = FORMS["vacancies"]
    columns = [column for column in form.columns if column.name in frame.columns]
    texts = []
    for column in columns:
        value = pl.col(column.name)
        if column.kind is Kind.CODES:
            value = value.list.join("; ")
        elif column.kind is Kind.DATE and column.precision_name in frame.columns:
            value = _date_text(column.name, column.precision_name or "")
        elif column.kind in {Kind.DECIMAL, Kind.COORDINATE}:
            value = value.cast(pl.String).str.replace(".", ",", literal=True)
        texts.append(value.cast(pl.String).alias(column.name))
    return frame.select(texts)


def _date_text(name: str, precision: str) -> pl.Expr:
    day = pl.col(name)
    return (
        pl.when(pl.col(precision) == "year").then(day.dt.strftime("%Y"))
        .when(pl.col(precision) == "month").then(day.dt.strftime("%m.%Y"))
        .when(pl.col(precision) == "before").then(pl.format("vor {}", day.dt.strftime("%d.%m.%Y")))
        .otherwise(day.dt.strftime("%d.%m.%Y"))
    )  # fmt: skip


def label_of(code: str | None, name: str, lang: str) -> str:
    """The label of a code of the form's column, for people; "" where there is none."""
    column = FORMS["vacancies"].by_name[name]
    if code is None or column.code_list is None:
        return code or ""
    found = code_list(column.code_list).by_code.get(code)
    if found is None:
        return code
    return found.label.de if lang == "de" else found.label.en
