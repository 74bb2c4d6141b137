"""XLSForms: the same questions for ODK and Kobo, made from the declarations.

In: one form, the place, and what is known of the survey.
Out: an xlsx of the sheets survey, choices and settings in German and English. Questions are
named as the columns are, so that an export of ODK or Kobo is read without a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl.workbook import Workbook

from pipelines.errors import HomeFailure
from pipelines.feedback.choices import choice_of
from pipelines.feedback.template import TemplateOptions, columns_of
from pipelines.feedback.texts import texts
from pipelines.intake.stamp import TEMPLATE_VERSION
from schemas import FORMS
from schemas.columns import Column, Condition, Form, Kind, Lang

LANGUAGES: tuple[tuple[Lang, str], ...] = (("de", "Deutsch (de)"), ("en", "English (en)"))
_TYPES = {Kind.DECIMAL: "decimal", Kind.INTEGER: "integer", Kind.COORDINATE: "decimal"}
_NOT_ASKED = frozenset({"row_label", "easting", "northing"})
"""Numbers of a paper list, and coordinates that no telephone shows."""

_SURVEY = (
    "type", "name", *(f"label::{name}" for _, name in LANGUAGES),
    *(f"hint::{name}" for _, name in LANGUAGES), "required", "relevant", "constraint",
    *(f"constraint_message::{name}" for _, name in LANGUAGES),
    "default", "calculation", "parameters",
)  # fmt: skip
_CHOICES = ("list_name", "name", *(f"label::{name}" for _, name in LANGUAGES))
_SETTINGS = ("form_title", "form_id", "version", "default_language")


def write_xlsform(path: Path, options: TemplateOptions, form_name: str = "vacancies") -> None:
    """Write the XLSForm of one form to `path`.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    form = FORMS[form_name]
    columns = [c for c in columns_of(form, options.level) if c.name not in _NOT_ASKED]
    book = Workbook()
    survey = book.worksheets[0]
    survey.title = "survey"
    survey.append(_SURVEY)
    survey.append(_row(_SURVEY, _municipality(options)))
    for column in columns:
        survey.append(_row(_SURVEY, _question(form, column, options)))
    choices = book.create_sheet("choices")
    choices.append(_CHOICES)
    for choice_row in _choices(columns, options):
        choices.append(_row(_CHOICES, choice_row))
    settings = book.create_sheet("settings")
    settings.append(_SETTINGS)
    settings.append(_row(_SETTINGS, _settings(form, options)))
    try:
        book.save(path)
    except OSError as error:
        raise HomeFailure("not-writable", path=path.parent) from error


def _row(headings: tuple[str, ...], values: dict[str, str]) -> list[str | None]:
    return [values.get(heading) for heading in headings]


def _municipality(options: TemplateOptions) -> dict[str, str]:
    key = options.place.municipality_key
    return {"type": "calculate", "name": "municipality_key", "calculation": f"'{key}'"}


def _settings(form: Form, options: TemplateOptions) -> dict[str, str]:
    parts = [form.title[options.lang], options.area, options.wave]
    return {
        "form_title": " ".join(part for part in parts if part),
        "form_id": f"leerstand_{form.name}",
        "version": TEMPLATE_VERSION,
        "default_language": dict(LANGUAGES)[options.lang],
    }


def _question(form: Form, column: Column, options: TemplateOptions) -> dict[str, str]:
    """One row of the sheet survey."""
    row = {
        "type": _type(column, options),
        "name": column.name,
        "relevant": _relevant(column.key_when),
        "constraint": _constraint(column),
        "default": _default(column, options),
    }
    if column.is_key and not column.alternative:
        row["required"] = "yes"
    if row["type"] == "image":
        row["parameters"] = "max-pixels=1600"
    for lang, name in LANGUAGES:
        unit = f" ({column.unit})" if column.unit else ""
        row[f"label::{name}"] = f"{column.title[lang]}{unit}"
        row[f"hint::{name}"] = column.description[lang]
        if row["constraint"]:
            unit = column.unit or column.title[lang]
            row[f"constraint_message::{name}"] = texts()("wrong-number", lang, unit=unit)
    if column.alternative:
        other = form.by_name[column.alternative]
        for lang, name in LANGUAGES:
            row[f"hint::{name}"] += " " + texts()("comment-instead", lang, other=other.title[lang])
    return {key: value for key, value in row.items() if value}


def _type(column: Column, options: TemplateOptions) -> str:
    """The type of a question; dates that are often known by their year only are typed."""
    choice = choice_of(column, options.place, options.area or None, options.lang)
    if choice is not None:
        several = "select_multiple" if column.kind is Kind.CODES else "select_one"
        return f"{several} {choice.key}"
    if column.kind is Kind.DATE:
        return "date" if column.is_key else "text"
    if column.name == "photo_ref":
        return "image"
    return _TYPES.get(column.kind, "text")


def _relevant(condition: Condition | None) -> str:
    if condition is None:
        return ""
    return " or ".join(f"${{{condition.column}}} = '{value}'" for value in condition.values)


def _constraint(column: Column) -> str:
    if column.kind not in _TYPES:
        return ""
    bounds = []
    if column.minimum is not None:
        bounds.append(f". >= {column.minimum:g}")
    if column.maximum is not None:
        bounds.append(f". <= {column.maximum:.15g}")
    return " and ".join(bounds)


def _default(column: Column, options: TemplateOptions) -> str:
    # As an expression, since "2019-W1" bare would be a subtraction.
    wave = f"concat('{options.wave}', '')" if options.wave else ""
    known = {"wave_id": wave, "survey_area": options.area}
    return known.get(column.name) or column.default or ""


def _choices(columns: list[Column], options: TemplateOptions) -> Iterator[dict[str, str]]:
    """The rows of the sheet choices: each list once, code and label in both languages."""
    written = set()
    for column in columns:
        by_lang = {
            name: choice_of(column, options.place, options.area or None, lang)
            for lang, name in LANGUAGES
        }
        first = next(iter(by_lang.values()))
        if first is None or first.key in written:
            continue
        written.add(first.key)
        for at, (code, _) in enumerate(first.values):
            row: dict[str, Any] = {"list_name": first.key, "name": code}
            for name, choice in by_lang.items():
                row[f"label::{name}"] = choice.values[at][1] if choice else code
            yield row
