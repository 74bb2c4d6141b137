"""The Prefect flows: the walk with schedules, retries and something to look at.

In: the path of a home and of a file, nothing bigger; frames never become parameters or results.
Out: the same as the commands, since `pipelines.walk` does the work; artifacts show the
submissions and the district table. The only module that imports prefect.

Retries are for a locked store alone: a bad workbook is as bad the second time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging import get_run_logger

from pipelines.errors import StoreLocked
from pipelines.home import Home, open_home
from pipelines.store.edition import find_edition
from pipelines.store.summary import district_summary
from pipelines.walk import Ingested, Said, Walk, inbox, new_uploads, publish_home
from pipelines.walk.overview import district_blocks

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
def _walking(home: Home) -> Iterator[Walk]:
    with Walk(home, workers=2) as walk:
        _WALKS[str(home.root)] = walk
        try:
            yield walk
        finally:
            del _WALKS[str(home.root)]


@task(task_run_name="{file}", **_RETRIES)
def settle(home: str, submission: str, file: str) -> dict[str, Any]:
    """Check and load one submission; the row of the table of submissions.

    Raises:
        StoreLocked: another process kept the store; worth a retry.
    """
    del file
    walk = _WALKS[home]
    entry = walk.settle([walk.find(submission)])[0]
    get_run_logger().info("%s: %s", entry.file, entry.status)
    return row_of(entry)


@task(**_RETRIES)
def publish_edition(home: str) -> dict[str, Any]:
    """Make the edition and the published pages.

    Raises:
        StoreLocked: another process kept the store; worth a retry.
    """
    published = publish_home(open_home(Path(home)))
    return {
        "edition": published.edition,
        "page": str(published.page),
        "written": len(published.written),
    }


def row_of(entry: Ingested) -> dict[str, Any]:
    """What the table of submissions shows of a file; never a value from its cells."""
    return {
        "submission": entry.submission,
        "file": entry.file,
        "status": str(entry.status),
        "waves": list(entry.waves),
        "duplicate_of": entry.duplicate_of,
        "findings": sum(f.severity == "error" for f in entry.findings),
    }


def _settle_all(walk: Walk, uploads: list[tuple[Path, Said]]) -> list[dict[str, Any]]:
    """Receive files and settle them, and before them what an earlier run left undone."""
    submissions = [*walk.unfinished(), *walk.receive_all(uploads)]
    for submission in submissions:
        walk.check_ahead(submission)
    home = str(walk.home.root)
    rows = [settle(home, submission.id, submission.file) for submission in submissions]
    if rows:
        create_table_artifact(rows, key="submissions", description="Einlieferungen")
    return rows


@flow(name="ingest_workbook", flow_run_name="{path}")
def ingest_workbook(
    path: str,
    team: str = "ohne",
    wave: str | None = None,
    home: str | None = None,
) -> list[dict[str, Any]]:
    """Archive, check and load one workbook."""
    with _walking(home_at(home)) as walk:
        return _settle_all(walk, [(Path(path), Said(team=team, wave=wave))])


@flow(name="ingest_inbox")
def ingest_inbox(home: str | None = None) -> list[dict[str, Any]]:
    """Archive, check and load what is new in raw/inbox/TEAM/."""
    with _walking(home_at(home)) as walk:
        return _settle_all(walk, new_uploads(home_at(home), inbox(home_at(home))))


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


@flow(name="refresh")
def refresh(home: str | None = None) -> dict[str, Any]:
    """What is new in the inbox, then publish."""
    rows: list[dict[str, Any]] = ingest_inbox(home)
    published: dict[str, Any] = publish(home)
    return published | {"submissions": rows}
