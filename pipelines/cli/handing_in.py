"""Handing sheets in: archived, checked, loaded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.cli.failures import write_log
from pipelines.cli.output import messages, note, print_json, say, tell, watched
from pipelines.cli.session import Session
from pipelines.cli.team import Wanted, write_feedback
from pipelines.cli.verdicts import exit_code, finding_lines, sentences, verdict_line
from pipelines.errors import ExpectedFailure
from pipelines.home import Home
from pipelines.intake.progress import PROGRESS
from pipelines.intake.result import Status
from pipelines.service.prefect_home import is_prefect_configured, settle_prefect
from pipelines.walk.ingesting import Ingested, ingest_files
from pipelines.walk.said import Said, uploads_in


def ingest(session: Session, paths: Sequence[Path], said: Said, wanted: Wanted) -> int:
    """Archive, check and load files."""
    home = session.home()
    uploads = uploads_in(paths, said)
    label = messages()("ingesting", session.lang)
    entries, pairs = [], []
    for (path, _), entry in zip(
        uploads, watched(_driven(home, uploads, wanted), len(uploads), label), strict=True
    ):
        if isinstance(entry, Ingested) and entry.checked and (wanted.marked or wanted.report):
            pairs.append((path, entry.checked))
        # A thousand checked workbooks need not stay in memory until the last one is loaded.
        entries.append(replace(entry, checked=None) if isinstance(entry, Ingested) else entry)
        if not wanted.as_json:
            show_ingested(session, entry)
    write_feedback(session, wanted, pairs)
    if wanted.as_json:
        files = [ingested_json(session, entry) for entry in entries]
        print_json({"format": 1, "files": files})
    elif not entries:
        tell("nothing-to-ingest", session.lang)
    elif wanted.is_dry:
        tell("dry-run", session.lang)
    return exit_code([status_of(entry) for entry in entries])


def _driven(
    home: Home, uploads: Sequence[tuple[Path, Said]], wanted: Wanted
) -> Iterator[Ingested | ExpectedFailure]:
    """The walk, driven directly, or by Prefect where that is wanted or configured."""
    if wanted.is_dry:
        from pipelines.walk.rehearsing import rehearse_files  # late: few ask for it

        yield from rehearse_files(home, uploads)
        return
    if not (wanted.by_prefect or is_prefect_configured()):
        yield from ingest_files(home, uploads)
        return
    settle_prefect(home.root)
    from pipelines.flows import ingest_here  # late: Prefect takes a second to import

    yield from ingest_here(home, uploads)


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
        "replaces": None,
        "duplicate_of": None,
        "message": entry.sentence(session.lang),
    }


def show_ingested(session: Session, entry: Ingested | ExpectedFailure) -> None:
    """What became of a file, as text."""
    if isinstance(entry, ExpectedFailure):
        say(entry.sentence(session.lang))
        if entry.__cause__ is not None and not isinstance(entry.__cause__, OSError):
            note("see-log", session.lang, log=write_log(session, entry.__cause__))
        return
    counts = (
        sum(form["rows"] for form in entry.forms),
        sum(form["quarantined"] for form in entry.forms),
    )
    line = verdict_line(entry.file, entry.status, entry.waves, counts, session.lang)
    if entry.status is Status.UNREADABLE:
        say(f"{entry.submission}  {line}. {sentences(entry.findings, session.lang)}")
        return
    say(f"{entry.submission}  {line}{_beside(session, entry)}")
    if entry.duplicate_of is not None:
        return
    told = [f for f in entry.findings if f.severity != "hint" or f.code == PROGRESS]
    for line in finding_lines(told, session.lang):
        say(line)
    if len(told) < len(entry.findings):
        tell("hints-elsewhere", session.lang, count=len(entry.findings) - len(told))
    if entry.would is not None:
        from pipelines.cli.foreseen import foreseen_lines  # late: it brings pandera

        for line in foreseen_lines(entry.would, session.lang):
            say(line)


def _beside(session: Session, entry: Ingested) -> str:
    parts = []
    if entry.duplicate_of is not None:
        parts.append(messages()("is-duplicate", session.lang, submission=entry.duplicate_of))
    if entry.replaces:
        replaced = ", ".join(entry.replaces)
        parts.append(messages()("replaces", session.lang, submissions=replaced))
    return "".join(f", {part}" for part in parts)
