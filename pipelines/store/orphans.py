"""Orphans: bytes in the archive that nothing in the ledger names, left by a hand-in cut short.

In: the ledger, the archive.
Out: their digests. Nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipelines.store import ledger_tables as t
from pipelines.store.archive import Archive
from pipelines.store.context import context_parts

# What went is named by the event that says so, and is no less an orphan should it lie there again.
GONE = "orphan-purged"
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


def orphans(archive: Archive, ledger: Connection) -> list[str]:
    """The digests of what lies in the archive and is named nowhere, in their order.

    Bytes are archived a moment before they are entered, so that what is handed in right now may
    be among them.
    """
    lying = list(archive.digests())
    known = set(_named(archive, ledger))
    return [sha256 for sha256 in lying if sha256 not in known]


def _named(archive: Archive, ledger: Connection) -> Iterator[str]:
    yield from ledger.scalars(sa.select(t.SUBMISSIONS.c.sha256))
    for context in ledger.scalars(sa.select(t.SUBMISSIONS.c.context).distinct()):
        yield context
        if archive.holds(context):
            yield from (part.sha256 for part in context_parts(archive, context))
    for body in ledger.scalars(sa.select(t.EVENTS.c.body).where(t.EVENTS.c.kind != GONE)):
        yield from _DIGEST.findall(body or "")
