"""What a survey team does: take a template, check a sheet, hand it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.cli.output import messages, print_json, say, tell, watched
from pipelines.cli.session import Session
from pipelines.cli.verdicts import exit_code, finding_lines, verdict_line
from pipelines.errors import ExpectedFailure, InputFailure
from pipelines.feedback.report import write_report
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.marking import write_marks
from pipelines.store.submission import Mode
from pipelines.walk import (
    Ingested,
    Said,
    check_files,
    ingest_files,
    session_settings,
    uploads_in,
)


@dataclass(frozen=True)
class Wanted:
    """What shall come out beside the verdicts."""

    as_json: bool = False
    marked: Path | None = None
    report: Path | None = None
    is_dry: bool = False
    by_prefect: bool = False


def said(
    team: str,
    wave: str | None,
    municipality: str | None,
    mapping: Path | None,
    mode: Mode | None = None,
    *,
    is_strict: bool = False,
) -> Said:
    """The stamp of the command line.

    Raises:
        InputFailure: the mapping file named is not there.
    """
    if mapping is not None and not mapping.is_file():
        raise InputFailure("no-such-file", path=mapping)
    return Said(team, wave, municipality, mapping, mode, is_strict)


def check(session: Session, files: Sequence[Path], said: Said, wanted: Wanted) -> int:
    """Check files without loading anything."""
    home = session.home_or_none()
    settings = session_settings(home)
    results = check_files(files, said, settings, home)
    label = messages()("checking", session.lang)
    checked = []
    for result in watched(results, len(files), label):
        checked.append(result)
        if not wanted.as_json:
            _show_checked(session, result)
    _write_feedback(session, wanted, list(zip(files, checked, strict=True)))
    if wanted.as_json:
        print_json({"format": 1, "files": [entry.to_json(session.lang) for entry in checked]})
    return exit_code([entry.status for entry in checked])


def _show_checked(session: Session, result: CheckedWorkbook) -> None:
    tables = [table for form in result.forms for table in form.tables]
    counts = (sum(t.rows for t in tables), sum(t.quarantined for t in tables))
    say(verdict_line(result.file, result.status, result.waves, counts, session.lang))
    for line in finding_lines(result.findings, session.lang):
        say(line)


def _write_feedback(
    session: Session, wanted: Wanted, pairs: list[tuple[Path, CheckedWorkbook]]
) -> None:
    if wanted.report is not None:
        write_report(wanted.report, [checked for _, checked in pairs], session.lang)
    if wanted.marked is not None:
        write_marks(wanted.marked, pairs, session.lang)


def ingest(session: Session, paths: Sequence[Path], said: Said, wanted: Wanted) -> int:
    """Archive, check and load files."""
    home = session.home()
    uploads = uploads_in(paths, said)
    label = messages()("ingesting", session.lang)
    entries = []
    for entry in watched(ingest_files(home, uploads), len(uploads), label):
        entries.append(entry)
        if not wanted.as_json:
            show_ingested(session, entry)
    if wanted.as_json:
        files = [ingested_json(session, entry) for entry in entries]
        print_json({"format": 1, "files": files})
    elif not entries:
        tell("nothing-to-ingest", session.lang)
    return exit_code([status_of(entry) for entry in entries])


def status_of(entry: Ingested | ExpectedFailure) -> Status:
    """The verdict; what could not be received is unreadable."""
    return Status.UNREADABLE if isinstance(entry, ExpectedFailure) else entry.status


def ingested_json(session: Session, entry: Ingested | ExpectedFailure) -> dict[str, Any]:
    """An entry of "files"; a file that could not be received has a message in its place."""
    if isinstance(entry, Ingested):
        return entry.to_json(session.lang)
    return {
        "file": str(entry.parameters.get("path", "")),
        "sha256": None,
        "status": str(Status.UNREADABLE),
        "waves": [],
        "forms": [],
        "findings": [],
        "submission": None,
        "replaces": [],
        "duplicate_of": None,
        "message": entry.sentence(session.lang),
    }


def show_ingested(session: Session, entry: Ingested | ExpectedFailure) -> None:
    """What became of a file, as text."""
    if isinstance(entry, ExpectedFailure):
        say(entry.sentence(session.lang))
        return
    counts = (
        sum(form["rows"] for form in entry.forms),
        sum(form["quarantined"] for form in entry.forms),
    )
    line = verdict_line(entry.file, entry.status, entry.waves, counts, session.lang)
    say(f"{entry.submission}  {line}{_beside(session, entry)}")
    if entry.duplicate_of is None:
        for finding in finding_lines(entry.findings, session.lang):
            say(finding)


def _beside(session: Session, entry: Ingested) -> str:
    parts = []
    if entry.duplicate_of is not None:
        parts.append(messages()("is-duplicate", session.lang, submission=entry.duplicate_of))
    if entry.replaces:
        replaced = ", ".join(entry.replaces)
        parts.append(messages()("replaces", session.lang, submissions=replaced))
    return "".join(f", {part}" for part in parts)
