"""Verdicts and findings as text for people, and as exit codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.cli.output import messages
from pipelines.intake.findings import Finding
from pipelines.intake.progress import PROGRESS
from pipelines.intake.result import Status
from pipelines.walk.overview import status_text
from schemas.columns import Lang

MOST_CELLS, MOST_HINT_CELLS, MOST_HINTS = 5, 3, 12
_NOTHING = frozenset({Status.REJECTED, Status.UNREADABLE})


def exit_code(statuses: Sequence[Status]) -> int:
    """0 all accepted, 2 nothing could be loaded, else 1."""
    if all(status is Status.ACCEPTED for status in statuses):
        return 0
    return 2 if all(status in _NOTHING for status in statuses) else 1


def verdict_line(
    file: str, status: Status, waves: Sequence[str], counts: tuple[int, int], lang: Lang
) -> str:
    """One line for a file; `counts` are its rows and those in quarantine."""
    text = messages()
    parts = []
    if waves:
        parts.append(text("verdict-waves", lang, waves=", ".join(waves)))
    if counts[0]:
        parts.append(text("verdict-rows", lang, rows=counts[0], quarantined=counts[1]))
    beside = f" ({'; '.join(parts)})" if parts else ""
    return f"{file}: {status_text(status, lang)}{beside}"


def finding_lines(findings: Iterable[Finding], lang: Lang) -> list[str]:
    """What a repair has done, errors and warnings with remedies, then readings in short."""
    findings = list(findings)
    hints = [f for f in findings if f.severity == "hint" and f.code != PROGRESS]
    lines = [f"  {finding.message(lang)}" for finding in findings if finding.code == PROGRESS]
    lines += [f"  {_finding(f, lang)}" for f in findings if f.severity != "hint"]
    if hints:
        lines.append(f"  {messages()('hints', lang, count=len(hints))}")
        lines += [f"    {_hint(hint, lang)}" for hint in hints[:MOST_HINTS]]
    if len(hints) > MOST_HINTS:
        lines.append(f"    {messages()('more-hints', lang, count=len(hints) - MOST_HINTS)}")
    return lines


def sentences(findings: Iterable[Finding], lang: Lang) -> str:
    """What is wrong with a whole file, and how to mend it, on one line."""
    return " ".join(f"{finding.message(lang)} {finding.remedy(lang)}" for finding in findings)


def _finding(finding: Finding, lang: Lang) -> str:
    severity = messages()(f"severity-{finding.severity}", lang)
    place = _place(finding, MOST_CELLS)
    where = f"{severity} {place}:" if place else f"{severity}:"
    return " ".join(part for part in (where, finding.message(lang), finding.remedy(lang)) if part)


def _hint(finding: Finding, lang: Lang) -> str:
    place = _place(finding, MOST_HINT_CELLS)
    return f"{place}: {finding.message(lang)}" if place else finding.message(lang)


def _place(finding: Finding, most: int) -> str:
    shown = ", ".join(finding.cells[:most])
    more = len(finding.cells) - most
    cells = f"{shown} (+{more})" if more > 0 else shown
    return " ".join(part for part in (finding.sheet or "", cells) if part)
