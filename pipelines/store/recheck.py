"""Checking a submission again from the archive, as it was checked when it came.

In: a submission number.
Out: its `CheckedWorkbook`, from the archived bytes or, where they are purged, from the extract.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from pipelines.errors import StoreFailure
from pipelines.home import Home
from pipelines.intake.check import check_file
from pipelines.intake.reader import Reader
from pipelines.intake.result import CheckedWorkbook
from pipelines.store import ledger_tables as t
from pipelines.store.archive import archive_of
from pipelines.store.context import laid_out
from pipelines.store.extract import from_bytes
from pipelines.store.ledger import Ledger
from pipelines.store.receiving import find_submission
from pipelines.store.submission import Submission, submission_id
from schemas.places import PACKAGED, Places, load_places


@dataclass(frozen=True)
class Again:
    """A submission with what a check of it says today."""

    submission: Submission
    checked: CheckedWorkbook


def check_again(home: Home, ledger: Ledger, number: int, reader: Reader) -> Again:
    """Check a submission again with the mappings, areas and options it came with.

    Raises:
        StoreFailure: neither original nor extract is in the archive.
    """
    submission = find_submission(home, number)
    if submission is None:
        raise StoreFailure("no-such-submission", submission=submission_id(number))
    archive = archive_of(home)
    if archive.holds(submission.sha256):
        folder = laid_out(home, submission.context)
        with archive.at_hand(submission.sha256) as path:
            checked = check_file(
                path, submission.options, _places(folder), reader, name=submission.file
            )
        return Again(submission, checked)
    extract = _extract(ledger, number)
    if extract is None:
        raise StoreFailure("archive-missing", sha256=submission.sha256)
    return Again(submission, from_bytes(archive.read(extract)))


def _extract(ledger: Ledger, number: int) -> str | None:
    with ledger.reading() as connection:
        query = sa.select(t.EVENTS.c.body).where(
            t.EVENTS.c.kind == "purged", t.EVENTS.c.submission_no == number
        )
        body = connection.scalar(query)
    return None if body is None else json.loads(body).get("extract")


@lru_cache(maxsize=8)
def _places(folder: Path) -> Places:
    return load_places(PACKAGED, folder / "areas")
