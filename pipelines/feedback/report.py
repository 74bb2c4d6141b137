"""The report: the verdict on one or several files as a page to print or to mail.

In: checked workbooks.
Out: one HTML file that needs nothing else: no script, no request, its only style in its head.
Text from cells is escaped by the template, and a policy in the page forbids scripts besides.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from pipelines.errors import HomeFailure
from pipelines.feedback.list_sheet import counts_text
from pipelines.feedback.marks import RANK
from pipelines.feedback.texts import texts
from pipelines.intake.findings import Finding, in_order
from pipelines.intake.progress import PROGRESS
from pipelines.intake.result import (
    QUARANTINED,
    ROW_NUMBER,
    SHEET,
    CheckedForm,
    CheckedWorkbook,
    Reading,
    TableReport,
)
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Form, Kind, Lang

FIRST_ROWS = 5
MOST_CELLS = 400
_DATES: dict[Lang, dict[str, str]] = {
    "de": {"day": "%d.%m.%Y", "month": "%m.%Y", "year": "%Y", "before": "vor %d.%m.%Y"},
    "en": {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y", "before": "before %Y-%m-%d"},
}
_FOLDER = Path(__file__).parent / "pages"


@dataclass(frozen=True)
class Group:
    """The findings of one severity, with how often they occur."""

    severity: str
    title: str
    count: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Preview:
    """The first rows of a form as they were read: a column per row, a line per field."""

    title: str
    sheet: str
    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


def write_report(path: Path, files: Sequence[CheckedWorkbook], lang: Lang) -> None:
    """Write the report on the files to `path`.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    try:
        path.write_text(report_page(files, lang), encoding="utf-8")
    except OSError as error:
        raise HomeFailure("not-writable", path=path.parent) from error


def report_page(files: Sequence[CheckedWorkbook], lang: Lang) -> str:
    """The page as text."""
    style = (_FOLDER / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    page = _environment().get_template("report.html")
    return str(page.render(style=style, style_hash=digest, files=files, **_helpers(lang)))


def verdict_fragment(checked: CheckedWorkbook, lang: Lang) -> str:
    """What the report says of one file, to stand in another page; its text is escaped.

    Hints, and how the sheet was understood, are folded there: on paper nothing can be opened.
    """
    part = _environment().get_template("verdict.html")
    return str(part.render(checked=checked, **_helpers(lang) | {"folded": True}))


def _helpers(lang: Lang) -> dict[str, Any]:
    """What the templates call."""
    return {
        "lang": lang,
        "folded": False,
        "verdict": verdict_of,
        "groups": lambda checked: groups_of(checked, lang),
        "previews": lambda checked: previews_of(checked, lang),
        "columns": lambda table: columns_of(table, lang),
        "title": lambda name: FORMS[name].title[lang] if name in FORMS else "",
        "text": lambda key, **named: texts()(key, lang, **named),
        "counts": lambda checked: counts_text(checked, lang),
        "cells": cells_text,
        "progress": lambda checked: [f for f in checked.findings if f.code == PROGRESS],
        "place": lambda finding: place_of(finding, lang),
        "proposal": lambda finding: untold_proposal(finding, lang),
    }


def verdict_of(checked: CheckedWorkbook, lang: Lang) -> str:
    """The status in words."""
    return texts()(f"status-{checked.status}", lang)


def groups_of(checked: CheckedWorkbook, lang: Lang) -> tuple[Group, ...]:
    """The findings by severity, errors first; empty severities are left out."""
    ordered = in_order(checked.findings)
    groups = []
    for severity in RANK:
        found = tuple(finding for finding in ordered if finding.severity == severity)
        if found:
            count = sum(finding.count for finding in found)
            groups.append(Group(severity, texts()(f"group-{severity}", lang), count, found))
    return tuple(groups)


def columns_of(table: TableReport, lang: Lang) -> tuple[tuple[str, str], ...]:
    """How the headings were understood: (title of the declared column, letters)."""
    form = FORMS[table.form]
    return tuple(
        (form.by_name[name].title[lang] if name in form.by_name else name, ", ".join(letters))
        for name, letters in table.columns.items()
    )


def previews_of(checked: CheckedWorkbook, lang: Lang) -> tuple[Preview, ...]:
    """The first accepted rows of each form, the fields that hold anything in them."""
    return tuple(
        _preview(form, lang)
        for form in checked.forms
        if form.form in FORMS and not form.frame.is_empty()
    )


def cells_text(cells: Sequence[str]) -> str:
    """Cell names, the first few hundred of them."""
    shown = " ".join(cells[:MOST_CELLS])
    return f"{shown} …" if len(cells) > MOST_CELLS else shown


def place_of(finding: Finding, lang: Lang) -> str:
    """The sheet of a finding, and what its list of cells is introduced by."""
    number = len(finding.cells)
    key = "place-of-sheet" if number == 0 else "place-of-cell" if number == 1 else "place-of-cells"
    return texts()(key, lang, sheet=finding.sheet, count=number)


def untold_proposal(finding: Finding, lang: Lang) -> str | None:
    """Its proposal, where its sentences do not name it; else nothing."""
    told, proposal = finding.message(lang) + finding.remedy(lang), finding.proposed(lang)
    return proposal if proposal is not None and proposal not in told else None


def _preview(checked: CheckedForm, lang: Lang) -> Preview:
    form: Form = FORMS[checked.form]
    accepted = checked.frame.filter(~pl.col(QUARANTINED))
    sheet = accepted[SHEET][0] if accepted.height else checked.frame[SHEET][0]
    frame = accepted.filter(pl.col(SHEET) == sheet).head(FIRST_ROWS)
    numbers = frame[ROW_NUMBER].to_list()
    unread = _unreadable(checked, sheet)
    lines = []
    for column in form.columns:
        if column.name in frame.columns:
            values = (
                texts()("preview-unreadable", lang) if (number, column.name) in unread else value
                for number, value in zip(numbers, _shown_values(frame, column, lang), strict=True)
            )
            lines.append((column.title[lang], *values))
    heading = texts()("column-row", lang)
    return Preview(
        title=form.title[lang],
        sheet=sheet,
        headings=(texts()("column-field", lang), *(f"{heading} {number}" for number in numbers)),
        lines=tuple(line for line in lines if any(line[1:])),
    )


def _unreadable(checked: CheckedForm, sheet: str) -> frozenset[tuple[int, str]]:
    """Row and field of the cells of a sheet that nobody could read."""
    found = checked.readings.filter(
        pl.col("reading") == Reading.UNREADABLE, pl.col("sheet") == sheet
    )
    return frozenset(found.select("row_number", "field").rows())


def _shown_values(frame: pl.DataFrame, column: Column, lang: Lang) -> list[str]:
    """The values of a column as people write them, dates only as far as they are known."""
    values = frame[column.name].to_list()
    if column.kind is not Kind.DATE:
        return [_shown(column, value, lang) for value in values]
    known: list[str | None] = [None] * len(values)
    if column.precision_name in frame.columns:
        known = frame[column.precision_name].to_list()
    pairs = zip(values, known, strict=True)
    return ["" if day is None else day.strftime(_DATES[lang][p or "day"]) for day, p in pairs]


def _shown(column: Column, value: Any, lang: Lang) -> str:
    """A typed value as people write it."""
    if value is None:
        return ""
    if column.code_list is not None:
        codes = value if column.kind is Kind.CODES else [value]
        known = code_list(column.code_list).by_code
        return "; ".join(known[code].label[lang] if code in known else str(code) for code in codes)
    if isinstance(value, Decimal):
        text = f"{value.normalize():f}"
        return text.replace(".", ",") if lang == "de" else text
    return str(value)


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
