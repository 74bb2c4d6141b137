"""What a repair has done: the findings of the marked workbook against those of its new check.

In: a workbook that carries our sheet "Prüfbericht", and what is found now.
Out: one finding that says how many mistakes are mended, how many remain, how many are new.
Mistakes are errors and warnings, one for each cell; hints are readings and do not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import polars as pl

from pipelines.intake.cells import ROW, Sheet, Workbook, shown
from pipelines.intake.findings import Finding
from schemas.findings import catalogue

PROGRESS, REPORT_ROLE = "correction-progress", "report"
HEADING_ROW = 6
SHEET_COLUMN, CELL_COLUMN, VALUE_COLUMN, CODE_COLUMN = "C", "D", "E", "I"
"""Where the sheet "Prüfbericht" says where, what was found, and (hidden) code and field."""

Mistake = tuple[str, str, str, str]
"""Code and field, sheet, cell, value."""


def code_and_field(finding: Finding) -> str:
    """The text of the hidden column: "value-unreadable gross_area_m2"."""
    return f"{finding.code} {finding.field or ''}".strip()


def progress(workbook: Workbook, findings: Iterable[Finding]) -> Finding | None:
    """What was mended since the marked workbook was written; None for any other workbook."""
    corrects = workbook.stamp.get("corrects")
    sheet = next((s for s in workbook.sheets if s.stamp.get("role") == REPORT_ROLE), None)
    if corrects is None or sheet is None:
        return None
    before, after = list(_earlier(sheet)), list(_now(findings))
    remaining = _remaining(before, after)
    return Finding(
        PROGRESS,
        value=corrects[:12],
        parameters={
            "total": len(before), "mended": len(before) - remaining, "remaining": remaining,
            "new": len(after) - remaining,
        },
    )  # fmt: skip


def _remaining(before: list[Mistake], after: list[Mistake]) -> int:
    """How many mistakes are there still: in the same cell, or, where rows moved, alike."""
    same = Counter(mistake[:3] for mistake in before) & Counter(mistake[:3] for mistake in after)
    gone, come = _alike(before, same), _alike(after, same)
    return same.total() + (gone & come).total()


def _alike(
    mistakes: list[Mistake], taken: Counter[tuple[str, str, str]]
) -> Counter[tuple[str, str, str]]:
    """The mistakes that are not taken, by what tells them apart when rows have moved."""
    left = Counter(taken)
    rest: Counter[tuple[str, str, str]] = Counter()
    for mistake in mistakes:
        if left[mistake[:3]] > 0:
            left[mistake[:3]] -= 1
        elif mistake[3]:
            rest[(mistake[0], mistake[1], mistake[3])] += 1
    return rest


def _earlier(sheet: Sheet) -> Iterable[Mistake]:
    """The mistakes that the sheet lists."""
    wanted = (CODE_COLUMN, SHEET_COLUMN, CELL_COLUMN, VALUE_COLUMN)
    columns = [
        (shown(sheet, letter) if letter in sheet.letters else pl.lit(None, dtype=pl.String))
        .fill_null("")
        .alias(letter)
        for letter in wanted
    ]
    lines = sheet.frame.filter(pl.col(ROW) > HEADING_ROW).select(columns)
    for code, place, cell, value in lines.iter_rows():
        if _is_mistake(code.partition(" ")[0]):
            yield code, place, cell, value


def _now(findings: Iterable[Finding]) -> Iterable[Mistake]:
    for finding in findings:
        if _is_mistake(finding.code):
            for cell in finding.cells or ("",):
                yield code_and_field(finding), finding.sheet or "", cell, finding.value or ""


def _is_mistake(code: str) -> bool:
    entry = catalogue().get(code)
    return entry is not None and entry.severity != "hint"
