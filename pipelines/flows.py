"""The Prefect flows: the walk with schedules, retries and something to look at.

In: the path of a home and of files, nothing bigger; frames never become parameters or results.
Out: the same as the commands, since `pipelines.walk` does the work; artifacts show the
submissions and the district table. The only module that imports prefect.

Retries are for a locked store alone: a bad workbook is as bad the second time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.states import Completed

from pipelines.errors import ExpectedFailure, StoreLocked
from pipelines.home import Home, open_home
from pipelines.intake.result import Status
from pipelines.store import district_summary, find_edition
from pipelines.store.submission import Mode, Submission
from pipelines.walk.checking import ahead
from pipelines.walk.ingesting import Ingested, Walk, new_uploads, recall, size_of
from pipelines.walk.keeping import purge_home
from pipelines.walk.overview import district_blocks, status_text, submission_row
from pipelines.walk.publishing import publish_home
from pipelines.walk.said import Said, inbox

ACTOR = "leerstand"
"""Who stands in the ledger for what a schedule does."""

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
    tell(f"submission.{entry.status}", Path(home), row)
    if entry.status is Status.ACCEPTED:
        return row
    message = status_text(entry.status, walk.settings.lang)
    return Completed(name=entry.status.capitalize(), message=message, data=row)


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


@task(**_RETRIES)
def publish_edition(home: str) -> dict[str, Any]:
    """Make the edition and the published pages.

    Raises:
        StoreLocked: another process kept the store; worth a retry.
    """
    published = publish_home(open_home(Path(home)))
    told = {
        "edition": published.edition,
        "page": str(published.page),
        "written": len(published.written),
    }
    if published.written:
        tell("published", Path(home), told)
    return told


def tell(what: str, home: Path, facts: dict[str, Any]) -> None:
    """Emit an event that automations can act on: leerstand.submission.partial and others.

    It says which file of which team, never a value from its cells.
    """
    emit_event(
        event=f"leerstand.{what}",
        resource={"prefect.resource.id": f"leerstand.home.{home.name}"},
        payload=facts,
    )


def _settle_all(walk: Walk, submissions: Iterable[Submission]) -> list[dict[str, Any]]:
    """Settle submissions, one task each, and show them in a table."""
    home, lang = str(walk.home.root), walk.settings.lang
    rows = []
    for submission in ahead(submissions, size_of):
        walk.check_ahead(submission)
        state = settle(
            home, submission.id, submission.file, submission.options.team, return_state=True
        )
        if state.is_completed():
            rows.append(state.result())
        walk.let_go()
    if rows:
        shown = [submission_row(row, lang) for row in rows]
        create_table_artifact(shown, key="submissions", description="Einlieferungen")
    return rows


def _received(walk: Walk, uploads: Sequence[tuple[Path, Said]]) -> Iterator[Submission]:
    """Receive files; one that is gone again, or cannot be read, takes no other down."""
    for path, said in uploads:
        try:
            yield walk.receive(path, said)
        except ExpectedFailure as failure:
            get_run_logger().error(failure.sentence(walk.settings.lang))


@flow(name="ingest_workbook", flow_run_name="{path} ({team})")
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
        return _settle_all(walk, chain(walk.unfinished_before(submission), [submission]))


@flow(name="ingest_received")
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
        return _settle_all(walk, [*former, *wanted])


def ingest_here(
    home: Home, uploads: Sequence[tuple[Path, Said]]
) -> Iterator[Ingested | ExpectedFailure]:
    """Files by the flow, in this process: what became of each, as the ledger tells.

    A file that cannot be received fails its run and is a failure here.
    """
    for path, said in uploads:
        state = ingest_workbook(
            str(path.absolute()), team=said.team, wave=said.wave,
            municipality=said.municipality,
            mapping=str(said.mapping.absolute()) if said.mapping else None,
            mode=said.mode, is_strict=said.is_strict, home=str(home.root), return_state=True,
        )  # fmt: skip
        result = state.result(raise_on_failure=False)
        if isinstance(result, ExpectedFailure):
            yield result
        elif isinstance(result, BaseException):
            raise result
        else:
            yield recall(home, result[-1]["submission"])


@flow(name="ingest_inbox")
def ingest_inbox(home: str | None = None) -> list[dict[str, Any]]:
    """Archive, check and load what is new in raw/inbox/TEAM/."""
    opened = home_at(home)
    uploads = new_uploads(opened, inbox(opened))
    with _walking(opened, len(uploads)) as walk:
        return _settle_all(walk, chain(walk.unfinished(), _received(walk, uploads)))


@flow(name="publish")
def publish(home: str | None = None) -> dict[str, Any]:
    """Make the edition and the published pages, and show the district table."""
    opened = home_at(home)
    published: dict[str, Any] = publish_edition(str(opened.root))
    lang = opened.settings().lang
    content = district_summary(find_edition(opened).path)
    blocks = (block.markdown() for block in district_blocks(content, lang))
    markdown = "\n\n".join([*blocks, f"{published['edition']}: {published['page']}"])
    create_markdown_artifact(markdown, key="district-summary", description="Bezirkstabelle")
    return published


@flow(name="purge")
def purge(home: str | None = None) -> list[str]:
    """Remove what the retention rules say is due; the protocol stands in the ledger too."""
    opened = home_at(home)
    lang = opened.settings().lang
    protocol = [told.sentence(lang) for told in purge_home(opened, ACTOR, date.today())]  # noqa: DTZ011 - the day where the office is
    if protocol:
        lines = "\n".join(f"- {line}" for line in protocol)
        create_markdown_artifact(lines, key="purged", description="Löschprotokoll")
    return protocol


@flow(name="refresh")
def refresh(home: str | None = None) -> dict[str, Any]:
    """What is new in the inbox, then publish."""
    rows: list[dict[str, Any]] = ingest_inbox(home)
    published: dict[str, Any] = publish(home)
    return published | {"submissions": rows}
