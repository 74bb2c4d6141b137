"""Recognition: a workbook in, the tables of our forms in it out.

In: a `Workbook` as read, and the mapping chosen for it, if any.
Out: `Recognised`: tables with the fields of their columns, what the cover says, and findings that
name every line, column and sheet that was left out.
"""

from __future__ import annotations

from pipelines.intake.cells import Sheet, Workbook
from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.recognising.colours import colour_findings
from pipelines.intake.recognising.layouts import other_layouts, with_split_lines
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.recognising.mended import with_mended_texts
from pipelines.intake.recognising.repeats import join_repeats
from pipelines.intake.recognising.sheets import SheetReading, read_sheet
from pipelines.intake.recognising.shifted import without_shifted
from pipelines.intake.stamp import OWN_ROLES, TEMPLATE_VERSION
from pipelines.intake.tables import CoverValue, Recognised
from schemas import FORMS

_OWN_TITLES = frozenset({"rows-title", "heading-alone"})
_STAMPED = {"wave": "wave_id", "survey_area": "survey_area", "municipality": "municipality_key"}

_TEXTS = frozenset({"csv", "tsv"})
_TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab")


def recognise(workbook: Workbook, mapping: Mapping | None) -> Recognised:
    """Find every table of every form in a workbook.

    Without a mapping all forms are tried; a mapping names its form and sheets. A table without
    data rows is left out where another has some; no table at all is an error, as is no row.
    """
    lexicon = Lexicon(mapping)
    sheets = [sheet for sheet in workbook.sheets if sheet.stamp.get("role") not in OWN_ROLES]
    chosen = [
        sheet
        for sheet in sheets
        if not mapping or not mapping.sheets or sheet.name in mapping.sheets
    ]
    split = [with_split_lines(sheet, lexicon) for sheet in chosen]
    mended = [with_mended_texts(sheet) for sheet, _ in split]
    joined, repeats = join_repeats([sheet for sheet, _ in mended], lexicon)
    readings = [_read(sheet, lexicon) for sheet in joined]
    tables = [table for reading in readings for table in reading.tables]
    findings = [finding for _, told in (*split, *mended) for finding in told]
    findings += [*repeats, *(finding for reading in readings for finding in reading.findings)]
    for sheet, reading in zip(joined, readings, strict=True):
        findings += colour_findings(sheet, reading.tables)
    if workbook.stamp.get("template"):
        # Titles and explanations of our own template need no telling.
        findings = [finding for finding in findings if finding.code not in _OWN_TITLES]
    names = {sheet.name for sheet in chosen}
    findings += [Finding("sheet-by-mapping", sheet=s.name) for s in sheets if s.name not in names]
    if not tables:
        findings = _without_table(workbook, joined, readings, lexicon, findings)
    cover, stamp_findings = _cover(workbook, readings)
    return Recognised(tables=tuple(tables), cover=cover, findings=(*findings, *stamp_findings))


def _read(sheet: Sheet, lexicon: Lexicon) -> SheetReading:
    """One sheet; in a text file a separator too many shifts what stands behind it."""
    reading = read_sheet(sheet, lexicon)
    return without_shifted(reading) if sheet.widths else reading


def _without_table(
    workbook: Workbook,
    sheets: list[Sheet],
    readings: list[SheetReading],
    lexicon: Lexicon,
    findings: list[Finding],
) -> list[Finding]:
    """The findings with the error that says why there is no table, and what was seen instead."""
    has_headings = any(reading.empty for reading in readings)
    others = [] if has_headings else other_layouts(sheets, lexicon)
    if not others:
        return [*findings, _no_form(workbook, readings, has_headings=has_headings)]
    told = {finding.sheet for finding in others}
    passed_over = {"sheet-not-read", "sheet-cover"}
    return [f for f in findings if f.code not in passed_over or f.sheet not in told] + others


def _no_form(workbook: Workbook, readings: list[SheetReading], *, has_headings: bool) -> Finding:
    if has_headings:
        return Finding("no-rows")
    if all(sheet.frame.is_empty() for sheet in workbook.sheets):
        return Finding("no-cells")
    if workbook.format in _TEXTS and not workbook.file.lower().endswith(_TEXT_ENDINGS):
        return Finding("text-without-table", value=workbook.file)
    seen = [text for reading in readings for text in reading.seen][:12]
    return Finding("no-form", value=", ".join(f"„{text}“" for text in seen) or "–")


def _has_objects(reading: SheetReading) -> bool:
    return any(FORMS[table.form].object_column for table in reading.tables)


def _cover(
    workbook: Workbook, readings: list[SheetReading]
) -> tuple[dict[str, CoverValue], list[Finding]]:
    """What cover sheets say, before what the stamp of a template says.

    A title above the objects of one sheet among several holds for that sheet only; what stands
    beside a list of the sections walked, as on the cover of the template, holds for all.
    """
    cover: dict[str, CoverValue] = {}
    of_objects = [reading for reading in readings if _has_objects(reading)]
    for reading in readings:
        if len(of_objects) > 1 and _has_objects(reading):
            continue
        for field, value in reading.cover.items():
            cover.setdefault(field, value)
    findings = []
    for key, field in _STAMPED.items():
        stamped = workbook.stamp.get(key)
        if not stamped:
            continue
        typed = cover.setdefault(field, CoverValue(stamped, None, None))
        if key == "wave" and typed.text.strip() != stamped:
            findings.append(
                Finding(
                    "stamp-wave-differs",
                    sheet=typed.sheet,
                    field=field,
                    cells=(typed.cell,) if typed.cell else (),
                    value=typed.text,
                    parameters={"stamped": stamped},
                )
            )
    version = workbook.stamp.get("template")
    if version and version != TEMPLATE_VERSION:
        findings.append(Finding("template-old", value=version))
    return cover, findings
