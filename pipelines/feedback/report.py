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
from pipelines.intake.result import (
    QUARANTINED,
    ROW_NUMBER,
    SHEET,
    CheckedForm,
    CheckedWorkbook,
    TableReport,
)
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Form, Kind, Lang

FIRST_ROWS = 5
MOST_CELLS = 400
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
    """The first rows of a form as they were read: headings and texts."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


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
    """What the report says of one file, to stand in another page; its text is escaped."""
    part = _environment().get_template("verdict.html")
    return str(part.render(checked=checked, **_helpers(lang)))


def _helpers(lang: Lang) -> dict[str, Any]:
    """What the templates call."""
    return {
        "lang": lang,
        "verdict": verdict_of,
        "groups": lambda checked: groups_of(checked, lang),
        "previews": lambda checked: previews_of(checked, lang),
        "columns": lambda table: columns_of(table, lang),
        "title": lambda name: FORMS[name].title[lang] if name in FORMS else "",
        "text": lambda key, **named: texts()(key, lang, **named),
        "counts": lambda checked: counts_text(checked, lang),
        "cells": cells_text,
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
    """The first rows of each form, the columns that hold anything in them."""
    return tuple(
        _preview(form, lang)
        for form in checked.forms
        if form.form in FORMS and not form.frame.is_empty()
    )


def cells_text(cells: Sequence[str]) -> str:
    """Cell names, the first few hundred of them."""
    shown = " ".join(cells[:MOST_CELLS])
    return f"{shown} …" if len(cells) > MOST_CELLS else shown


def _preview(checked: CheckedForm, lang: Lang) -> Preview:
    form: Form = FORMS[checked.form]
    frame = checked.frame.filter(~pl.col(QUARANTINED)).head(FIRST_ROWS)
    shown = [
        column
        for column in form.columns
        if column.name in frame.columns and frame[column.name].null_count() < frame.height
    ]
    place = (texts()("column-sheet", lang), texts()("column-row", lang))
    rows = frame.select(SHEET, ROW_NUMBER, *(column.name for column in shown)).rows()
    return Preview(
        title=form.title[lang],
        headings=(*place, *(column.title[lang] for column in shown)),
        rows=tuple(
            (
                str(row[0]),
                str(row[1]),
                *(_shown(c, value, lang) for c, value in zip(shown, row[2:], strict=True)),
            )
            for row in rows
        ),
    )


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
    if column.kind is Kind.DATE:
        return str(value.strftime("%d.%m.%Y")) if lang == "de" else str(value.isoformat())
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
