"""Handing sheets in: archived, checked, loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.cli.output import messages, print_json, say, tell, watched
from pipelines.cli.session import Session
from pipelines.cli.team import Wanted
from pipelines.cli.verdicts import exit_code, finding_lines, verdict_line
from pipelines.errors import ExpectedFailure
from pipelines.intake.result import Status
from pipelines.walk.ingesting import Ingested, ingest_files
from pipelines.walk.said import Said, uploads_in


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
