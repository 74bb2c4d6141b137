"""What is marked: the findings of a check, by sheet and cell.

In: findings.
Out: one `Mark` per cell with the gravest severity and all its sentences; and the lines of the
sheet "Prüfbericht". Errors and warnings are marked, hints are listed only: they are readings
that went well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipelines.intake.findings import Finding, in_order
from pipelines.intake.progress import code_and_field
from schemas.columns import Lang, Severity

RANK: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}
MOST_LINES = 60_000
"""Excel takes 65,530 links a sheet."""
_MOST_CELLS: dict[Severity, int] = {"error": 20_000, "warning": 20_000, "hint": 5}


@dataclass(frozen=True)
class Mark:
    """One marked cell: the gravest severity, and what a comment says."""

    cell: str
    severity: Severity
    note: str


@dataclass(frozen=True)
class Line:
    """One line of the list: a finding at one cell; `cell` is "" where it is about more.

    `is_first` opens a finding; the other cells of the same finding follow it.
    """

    number: int
    severity: Severity
    sheet: str
    cell: str
    found: str
    message: str
    remedy: str
    proposal: str
    is_first: bool
    left_out: int
    code: str


def marks_of(findings: Iterable[Finding], lang: Lang) -> dict[str, list[Mark]]:
    """Sheet → its marks, in the order of the findings (errors first)."""
    gathered: dict[tuple[str, str], tuple[Severity, list[str]]] = {}
    for finding in in_order(findings):
        if finding.severity == "hint" or finding.sheet is None or not finding.cells:
            continue
        note = _note(finding, lang)
        for cell in finding.cells[: _MOST_CELLS[finding.severity]]:
            at = gathered.setdefault((finding.sheet, cell), (finding.severity, []))
            if note not in at[1]:
                at[1].append(note)
    marks: dict[str, list[Mark]] = {}
    for (sheet, cell), (severity, notes) in gathered.items():
        marks.setdefault(sheet, []).append(Mark(cell, severity, "\n\n".join(notes)))
    return marks


def lines_of(findings: Iterable[Finding], lang: Lang) -> Iterator[Line]:
    """The list, errors first; cells beyond what a sheet can hold are counted in `left_out`."""
    written = 0
    for number, finding in enumerate(in_order(findings), 1):
        most = min(_MOST_CELLS[finding.severity], max(1, MOST_LINES - written))
        cells = finding.cells[:most] or ("",)
        for position, cell in enumerate(cells):
            written += 1
            yield Line(
                number=number,
                severity=finding.severity,
                sheet=finding.sheet or "",
                cell=cell,
                found=finding.value or "",
                message=finding.message(lang),
                remedy=finding.remedy(lang),
                proposal=finding.proposed(lang) or "",
                is_first=position == 0,
                left_out=max(0, len(finding.cells) - len(cells)),
                code=code_and_field(finding),
            )


def _note(finding: Finding, lang: Lang) -> str:
    return f"{finding.message(lang)}\n{finding.remedy(lang)}"
