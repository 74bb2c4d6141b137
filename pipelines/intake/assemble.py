"""Assembling: the recognised tables of a workbook are parsed, completed, judged and counted.

In: a `Workbook` with what was recognised in it, a mapping, options and places.
Out: a `CheckedWorkbook`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import polars as pl

from pipelines.intake.cells import Workbook
from pipelines.intake.complete import complete, move_vague, place_districts, refuse_vague
from pipelines.intake.duplicates import settle_copies, settle_duplicates, warn_alike
from pipelines.intake.findings import Finding, in_order
from pipelines.intake.given import add_from_sheet, given_values
from pipelines.intake.keys import absent_columns, judge_keys
from pipelines.intake.mapping import Mapping
from pipelines.intake.municipality import municipality_of
from pipelines.intake.notes import told_once
from pipelines.intake.options import CheckOptions
from pipelines.intake.parse import Parsed, parse_table
from pipelines.intake.positions import settle_positions
from pipelines.intake.prepare import prepare
from pipelines.intake.readers import Setting
from pipelines.intake.registers import (
    consult_streets,
    district_from_position,
    district_from_postcode,
    split_numbers,
)
from pipelines.intake.report import checked_form, coverage_of, status_of
from pipelines.intake.result import CheckedForm, CheckedWorkbook
from pipelines.intake.rows import FormRows, form_rows
from pipelines.intake.rules import apply_rules, hint_waves
from pipelines.intake.tables import Recognised, Table
from pipelines.intake.values.geography import gazetteer
from schemas import FORMS
from schemas.columns import Form
from schemas.places import Place, Places


@dataclass
class _Work:
    """What checking one workbook needs throughout."""

    workbook: Workbook
    options: CheckOptions
    places: Places
    mapping: Mapping | None
    recognised: Recognised
    findings: list[Finding]


def check_recognised(
    workbook: Workbook,
    recognised: Recognised,
    mapping: Mapping | None,
    options: CheckOptions,
    places: Places,
) -> CheckedWorkbook:
    """Parse and check the tables that were recognised."""
    findings = [*workbook.findings, *recognised.findings]
    work = _Work(workbook, options, places, mapping, recognised, findings)
    forms = []
    for name, form in FORMS.items():
        tables = [table for table in recognised.tables if table.form == name]
        if tables:
            forms.append(_check_form(work, form, tables))
    waves = sorted({wave for form in forms for wave in _waves(form)})
    ordered = in_order(work.findings)
    return CheckedWorkbook(
        file=workbook.file,
        sha256=workbook.sha256,
        status=status_of(ordered, forms),
        waves=tuple(waves),
        forms=tuple(forms),
        findings=ordered,
        coverage=coverage_of(recognised.cover, mapping),
    )


def _waves(form: CheckedForm) -> list[str]:
    if "wave_id" not in form.frame.columns:
        return []
    accepted = form.frame.filter(~pl.col("is_quarantined"))["wave_id"]
    return [str(wave) for wave in accepted.drop_nulls().unique()]


def _check_form(work: _Work, form: Form, tables: list[Table]) -> CheckedForm:
    parsed: list[Parsed] = []
    keys: list[str] = []
    for table in tables:
        cover = {**work.recognised.cover, **table.cover}
        key = municipality_of(table, cover, work.mapping, work.options, work.places)
        parsed.append(_parse(work, form, table, key))
        keys.append(key)
    rows = form_rows(form, parsed, keys)
    _judge(work, rows)
    work.findings.extend(told_once(told for one in parsed for told in one.notes.findings()))
    work.findings.extend(told for one in parsed for told in absent_columns(one))
    return checked_form(rows)


def _judge(work: _Work, rows: FormRows) -> None:
    """Everything that needs the rows of all tables."""
    apply_rules(rows, work.places)
    judge_keys(rows)
    settle_copies(rows)
    settle_duplicates(rows)
    warn_alike(rows)
    hint_waves(rows, work.places)


def _parse(work: _Work, form: Form, table: Table, key: str) -> Parsed:
    setting = _setting(work, table, key)
    ready, findings = prepare(table, form, work.mapping)
    work.findings.extend(findings)
    cover = {**work.recognised.cover, **table.cover}
    given = given_values(form, cover, work.options, work.mapping, setting)
    add_from_sheet(given, form, ready, setting)
    work.findings.extend(given.findings)
    parsed = parse_table(ready, form, replace(setting, survey_date=given.survey_date))
    complete(parsed, given, work.recognised.findings)
    _place(work, parsed, setting)
    place_districts(parsed, given, setting)
    return parsed


def _place(work: _Work, parsed: Parsed, setting: Setting) -> None:
    """Everything that says where a row lies, most certain first."""
    move_vague(parsed)
    refuse_vague(parsed)
    if "easting" in parsed.form.by_name:
        settle_positions(parsed, setting.places.place)
    split_numbers(parsed)
    consult_streets(parsed, setting.places)
    source = work.mapping.district_from if work.mapping is not None else None
    if "district_code" not in parsed.form.by_name:
        return
    if source == "postcode":
        district_from_postcode(parsed, setting.places)
    elif source == "coordinates":
        district_from_position(parsed, setting.places.place)


def _setting(work: _Work, table: Table, key: str) -> Setting:
    mapping = work.mapping
    units = {
        name: column.unit
        for column in table.columns
        for name in column.fields
        if column.unit is not None
    }
    return Setting(
        today=_today(work.options),
        places=gazetteer(_place_of(work.places, key)),
        is_1904=work.workbook.stamp.get("date1904") == "true",
        decimal=mapping.decimal if mapping is not None else None,
        units={**units, **(mapping.units if mapping is not None else {})},
        values=mapping.values if mapping is not None else {},
    )


def _today(options: CheckOptions) -> date:
    return date.fromisoformat(options.today) if options.today else datetime.now(tz=UTC).date()


_UNKNOWN: dict[str, Place] = {}


def _place_of(places: Places, key: str) -> Place:
    """The place of a key; one without registers where the house does not know it."""
    known = places.by_key.get(key)
    return known if known is not None else _UNKNOWN.setdefault(key, Place(key))
