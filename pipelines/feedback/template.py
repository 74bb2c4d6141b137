"""Templates: the Excel workbook a survey team fills in, made from the declarations.

In: the forms, the place, and what is known of the survey (area, wave, level, language).
Out: one xlsx file with cover, a sheet per form and a sheet of lists, stamped so that it is
known again on upload.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook

from pipelines.errors import HomeFailure
from pipelines.feedback.choices import Listed, write_lists
from pipelines.feedback.cover import CoverFacts, write_cover
from pipelines.feedback.form_sheet import write_form_sheet
from pipelines.feedback.texts import texts
from pipelines.feedback.walk_sheet import LEFT, add_former_answers, fill_walk_list
from pipelines.intake.stamp import PROPERTY, TEMPLATE_VERSION, write_stamp
from schemas import FORMS
from schemas.columns import Column, Form, Kind, Lang, Level
from schemas.places import Place

TEMPLATE_FORMS = ("vacancies", "production_sites")
_SHOWN = {
    Level.CORE: {Level.CORE},
    Level.DESK: {Level.CORE, Level.DESK},
    Level.EXTRA: {Level.CORE, Level.DESK, Level.EXTRA},
}


@dataclass(frozen=True)
class TemplateOptions:
    """What a template is made for.

    Attributes:
        area, wave: written on the cover and into the stamp; empty to be filled by the team.
        level: CORE for the street, DESK with all desk columns.
        former: current rows of form A (columns as in the edition's view `units`), printed as the
            walk list of the next wave; None for an empty template.
    """

    place: Place
    area: str = ""
    wave: str = ""
    level: Level = Level.CORE
    lang: Lang = "de"
    former: pl.DataFrame | None = None


def write_template(
    path: Path, options: TemplateOptions, form_names: Iterable[str] = TEMPLATE_FORMS
) -> None:
    """Write the template of the forms named to `path`.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    forms = tuple(FORMS[name] for name in form_names if name != "coverage")
    coverage, lang = FORMS["coverage"], options.lang
    shown = {form.name: columns_of(form, options.level) for form in (*forms, coverage)}
    book = Workbook()
    stamp = _stamp(options)
    columns = (column for listed in shown.values() for column in listed)
    choices = write_lists(book, columns, options.place, options.area, lang)
    facts = CoverFacts(options.place.municipality, options.area, options.wave, stamp)
    write_cover(book, facts, coverage, choices, lang)
    for form in forms:
        _write_form(book, form, shown[form.name], choices, options)
    book.move_sheet(texts()("lists-sheet", lang), len(forms))
    if options.former is not None:
        add_former_answers(book, options.former, lang)
    _set_properties(book, stamp, options)
    try:
        book.save(path)
    except OSError as error:
        raise HomeFailure("not-writable", path=path.parent) from error


def _write_form(
    book: Workbook,
    form: Form,
    columns: tuple[Column, ...],
    choices: Mapping[str, Listed],
    options: TemplateOptions,
) -> None:
    is_list = options.former is not None and form.name == "vacancies"
    left = LEFT if is_list else 0
    sheet = write_form_sheet(book, form, columns, choices, options.lang, left)
    if is_list and options.former is not None:
        fill_walk_list(sheet, columns, options.former, options.place, options.lang)


def columns_of(form: Form, level: Level) -> tuple[Column, ...]:
    """The columns a template of that level shows; the municipality stands in the stamp."""
    return tuple(
        column
        for column in form.columns
        if (column.level in _SHOWN[level] or column.is_key) and column.kind is not Kind.MUNICIPALITY
    )


def _stamp(options: TemplateOptions) -> dict[str, str]:
    return {
        "template": TEMPLATE_VERSION,
        "municipality": options.place.municipality_key,
        "survey_area": options.area,
        "wave": options.wave,
        "level": str(options.level),
        "lang": options.lang,
    }


def _set_properties(book: Workbook, stamp: Mapping[str, str], options: TemplateOptions) -> None:
    """The stamp as a document property, beside title and language."""
    properties: Any = book  # the type stubs do not know custom properties yet
    properties.custom_doc_props.append(StringProperty(name=PROPERTY, value=write_stamp(stamp)))
    book.properties.title = texts()("cover-title", options.lang)
    book.properties.creator = "leerstand"
    book.properties.language = options.lang
