"""Store: archive, ledger, load, history, edition, trace.

In: uploaded files, and checked workbooks.
Out: raw/archive and raw/ledger.sqlite, which are the truth; warehouse/, which is made from them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.store.archive import Archive, FolderArchive, archive_of
    from pipelines.store.edition import Edition, build_edition, find_edition
    from pipelines.store.ledger import Event, Ledger
    from pipelines.store.query import run_query
    from pipelines.store.receiving import find_submission, new_files, pending, receive
    from pipelines.store.status import checked_report, outcome, submissions
    from pipelines.store.submission import Mode, Outcome, Submission
    from pipelines.store.summary import district_summary
    from pipelines.store.writer import Writer, open_writer

# Resolved when first asked for: the ledger alone must not cost the 0.7 s that pandera takes.
_HOMES = {
    "Archive": "archive",
    "Edition": "edition",
    "Event": "ledger",
    "FolderArchive": "archive",
    "Ledger": "ledger",
    "Mode": "submission",
    "Outcome": "submission",
    "Submission": "submission",
    "Writer": "writer",
    "archive_of": "archive",
    "build_edition": "edition",
    "checked_report": "status",
    "district_summary": "summary",
    "find_edition": "edition",
    "find_submission": "receiving",
    "new_files": "receiving",
    "open_writer": "writer",
    "outcome": "status",
    "pending": "receiving",
    "receive": "receiving",
    "run_query": "query",
    "submissions": "status",
    "warm_up": "writer",
}

__all__ = [
    "Archive",
    "Edition",
    "Event",
    "FolderArchive",
    "Ledger",
    "Mode",
    "Outcome",
    "Submission",
    "Writer",
    "archive_of",
    "build_edition",
    "checked_report",
    "district_summary",
    "find_edition",
    "find_submission",
    "new_files",
    "open_writer",
    "outcome",
    "pending",
    "receive",
    "run_query",
    "submissions",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"pipelines.store.{_HOMES[name]}"), name)
