"""The Prefect flows: the walk with schedules, retries and something to look at.

In: the path of a home and of files, nothing bigger; frames never become parameters or results.
Out: the same as the commands, since `pipelines.walk` does the work; artifacts show how far a run
is, the submissions with their marked workbooks, and the district table; events tell of them.

Retries are for a locked store alone: a bad workbook is as bad the second time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect import flow, tags, task
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed

from pipelines.errors import ExpectedFailure, InputFailure, StoreLocked
from pipelines.home import Home, open_home
from pipelines.intake.result import Status
from pipelines.notices.events import failure_telling, tell
from pipelines.publish import Approval, Published
from pipelines.store import district_summary, find_edition, find_submission, receive
from pipelines.store.ledger import Ledger
from pipelines.store.submission import Mode, Submission, number_of
from pipelines.walk.checking import ahead
from pipelines.walk.ingesting import Ingested, Walk, new_uploads, recall, size_of
from pipelines.walk.keeping import purge_home
from pipelines.walk.overview import district_blocks, status_text, submission_row
from pipelines.walk.publishing import publish_home
from pipelines.walk.said import Said, check_options, home_places, inbox
from pipelines.walk.telling import published_told, submission_told, telling_texts
from schemas.columns import Lang

ACTOR = "leerstand"
"""Who stands in the ledger for what a schedule does."""

PROGRESS_SECONDS = 2.0
"""How often a run says how far it is; every time is a call of the server."""
HELD_SECONDS = 1.0
"""How long a run keeps the store from one file to the next; opening it costs more than loading."""

_WALKS: dict[str, Walk] = {}
"""The walk of each flow run in this process; tasks are handed ids and find their walk here."""


def _is_locked(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    return isinstance(state.result(raise_on_failure=False), StoreLocked)


_RETRIES: dict[str, Any] = {
    "retries": 5,
    "retry_delay_seconds": [1, 5, 15, 30, 60],
    "retry_condition_fn": _is_locked,
    "cache_policy": NO_CACHE,
    "persist_result": False,
}


def home_at(path: str | None) -> Home:
    """The home named, else LEERSTAND_HOME, else the current folder.

    Raises:
        HomeFailure: the folder is no home.
    """
    return open_home(Path(path or os.environ.get("LEERSTAND_HOME", "")))


@contextmanager
def _walking(home: Home, files: int) -> Iterator[Walk]:
    with Walk(home, files) as walk:
        _WALKS[str(home.root)] = walk
        try:
            yield walk
        finally:
            del _WALKS[str(home.root)]


@task(task_run_name="{file} ({team})", **_RETRIES)
def settle(home: str, submission: str, file: str, team: str) -> Any:
    """Check and load one submission; `file` and `team` name the run.

    Returns:
        The row of the table of submissions; where not everything was accepted, in a completed
        state whose name says so.

    Raises:
        StoreLocked: another process kept the store; worth a retry.
    """
    walk = _WALKS[home]
    entry = walk.settle([walk.find(submission)])[0]
    if isinstance(entry, ExpectedFailure):
        raise entry
    get_run_logger().info("%s (%s): %s", file, team, entry.status)
    row = row_of(entry, team)
    if entry.is_new:
        _tell_of(walk, row)
    if entry.status is Status.ACCEPTED:
        return row
    message = status_text(entry.status, walk.settings.lang)
    return Completed(name=entry.status.capitalize(), message=message, data=row)


def _tell_of(walk: Walk, row: dict[str, Any]) -> None:
    """Tell of a submission, and link its marked workbook, which the page shows the office."""
    told = submission_told(row, walk.settings)
    tell(row["status"], walk.home, told)
    if told["marked"]:
        create_link_artifact(
            told["marked"], link_text=row["file"], key=f"marked-{row['submission'].lower()}",
            description=told["subject"],
        )  # fmt: skip


def row_of(entry: Ingested, team: str) -> dict[str, Any]:
    """What the table of submissions shows of a file; never a value from its cells."""
    return {
        "submission": entry.submission,
        "team": team,
        "file": entry.file,
        "status": str(entry.status),
        "waves": list(entry.waves),
        "duplicate_of": entry.duplicate_of,
        "errors": sum(finding.severity == "error" for finding in entry.findings),
    }


@task(task_run_name="publish", **_RETRIES)
def publish_edition(home: str, approve: str | None = None, reason: str | None = None) -> Published:
    """Make the edition and the published pages.

    Raises:
        StoreLocked: another process kept the store; worth a retry.
        InputFailure: the approval lacks a name or a reason.
    """
    opened = open_home(Path(home))
    published = publish_home(opened, Approval.stated(approve, reason))
    if published.written:
        tell("published", opened, published_told(published, opened.settings()))
    return published


def _moment() -> str:
    """The name of a run by schedule: which flow, and for when by the clock of this machine."""
    due = flow_run.scheduled_start_time
    return f"{flow_run.flow_name} {due.astimezone():%Y-%m-%d %H:%M}"


def _file_and_team() -> str:
    """The name of a run of one file."""
    said = flow_run.parameters
    return f"{Path(said['path']).name} ({said['team']})"


def _received_ones() -> str:
    """The name of a run of submissions: the file and team of the first, and how many more."""
    names, home = flow_run.parameters["submissions"], flow_run.parameters["home"]
    first = find_submission(home_at(home), number_of(min(names, default="")) or 0)
    told = f"{first.file} ({first.options.team})" if first else "–"
    return told if len(names) < 2 else f"{told} + {len(names) - 1}"


_TELLING = failure_telling(home_at)


def _settle_all(walk: Walk, submissions: Iterable[Submission], expected: int) -> Any:
    """Settle submissions, one task each; show how far it is, and all of them in a table.

    Returns:
        Their rows; where not everything was accepted, in a completed state whose name says so.

    Raises:
        ExpectedFailure: one could not be settled; the others are, and the next run takes it up.
    """
    home, lang = str(walk.home.root), walk.settings.lang
    rows: list[dict[str, Any]] = []
    failures: list[BaseException] = []
    progress, held_since = Progress(expected), time.monotonic()
    for submission in ahead(submissions, size_of):
        walk.check_ahead(submission)
        team = submission.options.team
        with tags(f"team:{team}"):
            state = settle(home, submission.id, submission.file, team, return_state=True)
        result = state.result(raise_on_failure=False)
        if isinstance(result, BaseException):
            failures.append(result)
        else:
            rows.append(result)
        if time.monotonic() - held_since >= HELD_SECONDS:
            walk.let_go()
            held_since = time.monotonic()
        progress.one_more()
    walk.let_go()
    progress.end()
    if rows:
        shown = [submission_row(row, lang) for row in rows]
        create_table_artifact(shown, key="submissions", description="Einlieferungen")
    for failure in failures:
        raise failure
    return _named(rows, rows, lang)


def _named(result: Any, rows: Sequence[dict[str, Any]], lang: Lang) -> Any:
    """The result of a run; in a completed state that says so where not all was accepted."""
    partly = sum(row["status"] != Status.ACCEPTED for row in rows)
    if not partly:
        return result
    message = telling_texts()("partly", lang, partly=partly, count=len(rows))
    return Completed(name=Status.PARTIAL.capitalize(), message=message, data=result)


class Progress:
    """How far a run of several files is, as an artifact; one file needs none."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._done = 0
        self._told = time.monotonic()
        self._artifact: UUID | None = None
        if expected > 1:
            made = create_progress_artifact(0.0, key="progress", description="Fortschritt")
            # Prefect's types allow for a caller within a loop, which we are not.
            self._artifact = cast("UUID", made)

    def one_more(self) -> None:
        """A file is through."""
        self._done += 1
        if time.monotonic() - self._told >= PROGRESS_SECONDS:
            self._tell(min(99.0, 100.0 * self._done / max(self._expected, self._done)))

    def end(self) -> None:
        """All are through."""
        self._tell(100.0)

    def _tell(self, percent: float) -> None:
        self._told = time.monotonic()
        if self._artifact is not None:
            update_progress_artifact(self._artifact, percent)


def _received(walk: Walk, uploads: Sequence[tuple[Path, Said]]) -> Iterator[Submission]:
    """Receive files; one that is gone again, or cannot be read, takes no other down."""
    for path, said in uploads:
        try:
            yield walk.receive(path, said)
        except ExpectedFailure as failure:
            get_run_logger().error(failure.sentence(walk.settings.lang))


@flow(name="ingest_workbook", flow_run_name=_file_and_team, **_TELLING)
def ingest_workbook(
    path: str,
    *,
    team: str = "ohne",
    wave: str | None = None,
    municipality: str | None = None,
    mapping: str | None = None,
    mode: Mode | None = None,
    is_strict: bool = False,
    home: str | None = None,
) -> list[dict[str, Any]]:
    """Archive, check and load one workbook.

    Raises:
        ExpectedFailure: there is no such file, or the home cannot be written to.
    """
    said = Said(team, wave, municipality, Path(mapping) if mapping else None, mode, is_strict)
    with _walking(home_at(home), files=1) as walk:
        submission = walk.receive(Path(path), said)
        former = walk.unfinished_before(submission)
        rows: list[dict[str, Any]] = _settle_all(walk, [*former, submission], len(former) + 1)
        return rows


@flow(name="ingest_received", flow_run_name=_received_ones, **_TELLING)
def ingest_received(submissions: list[str], home: str | None = None) -> list[dict[str, Any]]:
    """Check and load submissions that the ledger has received, as those of the upload page.

    What came before them and has no verdict is settled first; what is loaded already stays as it
    is.

    Raises:
        InputFailure: the home has no such submission.
    """
    with _walking(home_at(home), len(submissions)) as walk:
        wanted = [walk.find(name) for name in sorted(submissions)]
        former = walk.unfinished_before(wanted[0]) if wanted else []
        both = [*former, *wanted]
        rows: list[dict[str, Any]] = _settle_all(walk, both, len(both))
        return rows


def ingest_here(
    home: Home, uploads: Sequence[tuple[Path, Said]]
) -> Iterator[Ingested | ExpectedFailure]:
    """Files by one run of the flow, in this process: what became of each, as the ledger tells.

    Raises:
        ExpectedFailure: the run could not settle one of them; the next run takes it up.
    """
    places, settings = home_places(home), home.settings()
    received: list[Submission | ExpectedFailure] = []
    with Ledger(home) as ledger:
        for path, said in uploads:
            options = check_options(settings, said, home)
            try:
                received.append(
                    receive(
                        home, path.absolute(), options, places, mode=said.mode,
                        strict=said.is_strict, ledger=ledger,
                    )
                )  # fmt: skip
            except InputFailure as failure:
                received.append(failure)
    if names := [entry.id for entry in received if isinstance(entry, Submission)]:
        ingest_received(names, str(home.root))
    for entry in received:
        yield recall(home, entry.id) if isinstance(entry, Submission) else entry


@flow(name="ingest_inbox", flow_run_name=_moment, **_TELLING)
def ingest_inbox(home: str | None = None) -> list[dict[str, Any]]:
    """Archive, check and load what is new in raw/inbox/TEAM/."""
    opened = home_at(home)
    uploads = new_uploads(opened, inbox(opened))
    with _walking(opened, len(uploads)) as walk:
        former = walk.unfinished()
        rows: list[dict[str, Any]] = _settle_all(
            walk, chain(former, _received(walk, uploads)), len(former) + len(uploads)
        )
        return rows


@flow(name="publish", flow_run_name=_moment, **_TELLING)
def publish(
    home: str | None = None, approve: str | None = None, reason: str | None = None
) -> Published:
    """Make the edition and the published pages, and show the district table.

    Raises:
        InputFailure: the approval lacks a name or a reason.
    """
    opened = home_at(home)
    published = publish_edition(str(opened.root), approve, reason)
    lang = opened.settings().lang
    content = district_summary(find_edition(opened).path)
    blocks = (block.markdown() for block in district_blocks(content, lang))
    markdown = "\n\n".join([*blocks, f"{published.edition}: {published.page}"])
    create_markdown_artifact(markdown, key="district-summary", description="Bezirkstabelle")
    return published


@flow(name="purge", flow_run_name=_moment, **_TELLING)
def purge(home: str | None = None) -> list[str]:
    """Remove what the retention rules say is due; the protocol stands in the ledger too."""
    opened = home_at(home)
    lang = opened.settings().lang
    protocol = [told.sentence(lang) for told in purge_home(opened, ACTOR, date.today())]  # noqa: DTZ011 - the day where the office is
    if protocol:
        lines = "\n".join(f"- {line}" for line in protocol)
        create_markdown_artifact(lines, key="purged", description="Löschprotokoll")
    return protocol


@flow(name="refresh", flow_run_name=_moment, **_TELLING)
def refresh(home: str | None = None) -> tuple[list[dict[str, Any]], Published]:
    """What is new in the inbox, then publish."""
    rows: list[dict[str, Any]] = ingest_inbox(home)
    told: tuple[list[dict[str, Any]], Published] = _named(
        (rows, publish(home)), rows, home_at(home).settings().lang
    )
    return told


def refresh_here(home: Home) -> tuple[list[Ingested | ExpectedFailure], Published]:
    """What is new in the inbox, then the published pages, by the flow in this process."""
    rows, published = refresh(str(home.root))
    return [recall(home, row["submission"]) for row in rows], published
