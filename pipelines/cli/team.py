"""What a survey team does before handing in: check a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.cli.output import messages, print_json, say, tell, watched
from pipelines.cli.session import Session
from pipelines.cli.verdicts import exit_code, finding_lines, sentences, verdict_line
from pipelines.intake.result import CheckedWorkbook, Status
from pipelines.walk.checking import check_files
from pipelines.walk.said import Said, session_settings


@dataclass(frozen=True)
class Wanted:
    """What shall come out beside the verdicts."""

    as_json: bool = False
    marked: Path | None = None
    report: Path | None = None
    is_dry: bool = False
    by_prefect: bool = False


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
    write_feedback(session, wanted, list(zip(files, checked, strict=True)))
    if wanted.as_json:
        print_json({"format": 1, "files": [entry.to_json(session.lang) for entry in checked]})
    return exit_code([entry.status for entry in checked])


def _show_checked(session: Session, result: CheckedWorkbook) -> None:
    tables = [table for form in result.forms for table in form.tables]
    counts = (sum(t.rows for t in tables), sum(t.quarantined for t in tables))
    line = verdict_line(result.file, result.status, result.waves, counts, session.lang)
    if result.status is Status.UNREADABLE:
        say(f"{line}. {sentences(result.findings, session.lang)}")
        return
    say(line)
    for line in finding_lines(result.findings, session.lang):
        say(line)


def write_feedback(
    session: Session, wanted: Wanted, pairs: list[tuple[Path, CheckedWorkbook]]
) -> None:
    """The report and the marked copies, where they are wanted."""
    if wanted.report is not None:
        from pipelines.feedback.report import write_report  # late: few want it, all would wait

        write_report(wanted.report, [checked for _, checked in pairs], session.lang)
    if wanted.marked is not None:
        from pipelines.walk.marking import write_marks  # late: few want it, all would wait

        for path in write_marks(wanted.marked, pairs, session.lang):
            if not wanted.as_json:
                tell("marked-written", session.lang, path=path)
