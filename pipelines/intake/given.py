"""What is given for all rows of a table: by cover sheet, upload form, mapping or sheet name.

In: cover values, options and mapping.
Out: one typed value per column, by that precedence, and findings where one cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from datetime import date

from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.options import CheckOptions
from pipelines.intake.readers import Setting, reader_for
from pipelines.intake.recognising.rows import is_street_name
from pipelines.intake.result import Reading
from pipelines.intake.tables import CoverValue, Table
from pipelines.intake.values.read import Cell, Read
from pipelines.intake.words import suggestion, word
from schemas.code_lists import example_of
from schemas.columns import Column, Form, Label


@dataclass(frozen=True)
class Given:
    """A value for every row: what was read, from which text, and who says so."""

    read: Read
    text: str
    origin: Label
    is_cover: bool = False


@dataclass
class GivenValues:
    """All values given for a form.

    Attributes:
        by_name: column → value.
        wave: the wave of the upload form; a sheet that says another is wrong.
    """

    by_name: dict[str, Given] = field(default_factory=dict)
    wave: str | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def survey_date(self) -> date | None:
        """The day of the survey, where one is given for all rows."""
        given = self.by_name.get("survey_date")
        value = given.read.value if given is not None else None
        return value if isinstance(value, date) else None


def given_values(
    form: Form,
    cover: ReadOnly[str, CoverValue],
    options: CheckOptions,
    mapping: Mapping | None,
    setting: Setting,
) -> GivenValues:
    """The values that hold for all rows of a form; the cover sheet beats the others."""
    given = GivenValues(wave=options.wave)
    for name, value in cover.items():
        if name in form.by_name:
            _from_cover(given, form, form.by_name[name], value, setting)
    if options.wave is not None:
        _from_upload(given, form, options.wave)
    if options.area is not None and "survey_area" not in given.by_name:
        _from_form(given, form, "survey_area", options.area, setting)
    constants = mapping.constants if mapping is not None else {}
    for name, text in constants.items():
        if name not in form.by_name or name in given.by_name:
            continue
        read = _read(form.by_name[name], text, setting)
        if read.reading is Reading.UNREADABLE:
            given.findings.append(_unreadable(form, form.by_name[name], text, read))
        elif read.value is not None:
            given.by_name[name] = Given(read, text, word("from-mapping"))
    return given


_WAVE_NAME = re.compile(r"\d{4}[-_ ]?W\d{1,2}", re.IGNORECASE)
_INSTEAD = {
    "wave_id": {"wave_id"},
    "district_code": {"district_code"},
    "street": {"street", "address", "location_note"},
}
"""What a name of a sheet may say, and the columns beside which it says nothing."""


def add_from_sheet(given: GivenValues, form: Form, table: Table, setting: Setting) -> None:
    """Wave, district or street from the name of the sheet, where nothing else gives them.

    The name of a text file's only sheet is that of the file, and says nothing.
    """
    name = table.sheet.name.strip()
    present = {read for column in table.columns for read in column.fields}
    if table.sheet.widths or (table.streets and is_street_name(name)):
        return
    is_meant = {
        "wave_id": _WAVE_NAME.fullmatch(name) is not None,
        "district_code": setting.places.has_districts and not name.isdigit(),
        "street": is_street_name(name),
    }
    for column_name, instead in _INSTEAD.items():
        if column_name not in form.by_name or column_name in given.by_name or present & instead:
            continue
        read = _read(form.by_name[column_name], name, setting) if is_meant[column_name] else Read()
        if read.value is not None:
            given.by_name[column_name] = Given(read, name, word("from-sheet"))


def _read(column: Column, text: str, setting: Setting) -> Read:
    bare = Setting(setting.today, setting.places, setting.is_1904, setting.decimal)
    return reader_for(column, bare, [text])(Cell(" ".join(text.split())))


def _from_cover(
    given: GivenValues, form: Form, column: Column, value: CoverValue, setting: Setting
) -> None:
    read = _read(column, value.text, setting)
    if read.reading is Reading.UNREADABLE:
        given.findings.append(_unreadable(form, column, value.text, read, value))
    elif read.value is not None:
        given.by_name[column.name] = Given(read, value.text, word("from-cover"), is_cover=True)


def _from_form(given: GivenValues, form: Form, name: str, text: str, setting: Setting) -> None:
    """A value of the upload form that fills blanks; one that cannot be read is told."""
    if name not in form.by_name:
        return
    read = _read(form.by_name[name], text, setting)
    if read.reading is Reading.UNREADABLE:
        given.findings.append(_unreadable(form, form.by_name[name], text, read))
    elif read.value is not None:
        given.by_name[name] = Given(read, text, word("from-upload"))


def _from_upload(given: GivenValues, form: Form, wave: str) -> None:
    known = given.by_name.get("wave_id")
    if known is None:
        given.by_name["wave_id"] = Given(Read(wave), wave, word("from-upload"))
    elif known.read.value != wave:
        given.by_name.pop("wave_id")
        given.findings.append(
            Finding(
                "wave-contradicts",
                form=form.name,
                field="wave_id",
                value=known.text,
                proposal=wave,
                parameters={"wave": wave, "title": form.by_name["wave_id"].title},
            )
        )


def _unreadable(
    form: Form, column: Column, text: str, read: Read, cover: CoverValue | None = None
) -> Finding:
    return Finding(
        "cover-unreadable",
        form=form.name,
        sheet=cover.sheet if cover is not None else None,
        field=column.name,
        cells=(cover.cell,) if cover is not None and cover.cell else (),
        value=text,
        proposal=read.proposal,
        parameters={
            "title": column.title,
            "example": example_of(column),
            "suggestion": suggestion(read.proposal),
        },
    )
