"""Recognition: a workbook in, the tables of our forms in it out.

In: a `Workbook` as read, and the mapping chosen for it, if any.
Out: `Recognised`: tables with the fields of their columns, what the cover says, and findings that
name every line, column and sheet that was left out.
"""

from __future__ import annotations

from pipelines.intake.cells import Workbook
from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.recognising.colours import colour_findings
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.recognising.mended import with_mended_texts
from pipelines.intake.recognising.repeats import join_repeats
from pipelines.intake.recognising.sheets import SheetReading, read_sheet
from pipelines.intake.recognising.shifted import without_shifted
from pipelines.intake.stamp import OWN_ROLES, TEMPLATE_VERSION
from pipelines.intake.tables import CoverValue, Recognised

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
    mended = [with_mended_texts(sheet) for sheet in chosen]
    joined, repeats = join_repeats([sheet for sheet, _ in mended], lexicon)
    readings = [read_sheet(sheet, lexicon) for sheet in joined]
    if workbook.format in _TEXTS:
        readings = [without_shifted(reading) for reading in readings]
    tables = [table for reading in readings for table in reading.tables]
    findings = [finding for _, told in mended for finding in told]
    findings += [*repeats, *(finding for reading in readings for finding in reading.findings)]
    for sheet, reading in zip(joined, readings, strict=True):
        findings += colour_findings(sheet, reading.tables)
    if workbook.stamp.get("template"):
        # Titles and explanations of our own template need no telling.
        findings = [finding for finding in findings if finding.code not in _OWN_TITLES]
    names = {sheet.name for sheet in chosen}
    findings += [Finding("sheet-by-mapping", sheet=s.name) for s in sheets if s.name not in names]
    if not tables:
        findings.append(_no_form(workbook, readings, has_headings=any(r.empty for r in readings)))
    cover, stamp_findings = _cover(workbook, readings)
    return Recognised(tables=tuple(tables), cover=cover, findings=(*findings, *stamp_findings))


def _no_form(workbook: Workbook, readings: list[SheetReading], *, has_headings: bool) -> Finding:
    if has_headings:
        return Finding("no-rows")
    if all(sheet.frame.is_empty() for sheet in workbook.sheets):
        return Finding("no-cells")
    if workbook.format in _TEXTS and not workbook.file.lower().endswith(_TEXT_ENDINGS):
        return Finding("text-without-table", value=workbook.file)
    seen = [text for reading in readings for text in reading.seen][:12]
    return Finding("no-form", value=", ".join(f"„{text}“" for text in seen) or "–")


def _cover(
    workbook: Workbook, readings: list[SheetReading]
) -> tuple[dict[str, CoverValue], list[Finding]]:
    """What cover sheets say, before what the stamp of a template says."""
    cover: dict[str, CoverValue] = {}
    for reading in readings:
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
