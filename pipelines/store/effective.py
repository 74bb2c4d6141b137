"""What holds now according to the ledger, and the digest that names an edition.

In: the ledger, the places, our own rules and views.
Out: an edition id; two homes with the same content have the same id, whenever they were made.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

import warehouse
from pipelines.store import ledger_tables as t
from pipelines.store.acts import ACTS
from pipelines.store.context import rule_version
from pipelines.store.ledger import events
from schemas.places import Places


def edition_id(connection: Connection, places: Places) -> str:
    """The id of the edition that the ledger's content makes now: 12 hexadecimal digits."""
    content = [_loads(connection), _acts(connection), places.digest, rule_version(), _views()]
    text = json.dumps(content, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _loads(connection: Connection) -> list[list[object]]:
    query = (
        sa.select(
            t.VERDICTS.c.submission_no,
            t.VERDICTS.c.status,
            t.VERDICTS.c.waves,
            t.VERDICTS.c.body,
            t.SUBMISSIONS.c.sha256,
            t.SUBMISSIONS.c.source,
            t.SUBMISSIONS.c.options,
            t.SUBMISSIONS.c.rule_version,
        )
        .join(t.SUBMISSIONS, t.SUBMISSIONS.c.submission_no == t.VERDICTS.c.submission_no)
        .where(t.VERDICTS.c.is_loaded == 1)
        .order_by(t.VERDICTS.c.seq)
    )
    return [[*row[:3], _digest(row.body), row.sha256, row.source, _said(row.options),
             row.rule_version] for row in connection.execute(query)]  # fmt: skip


def _acts(connection: Connection) -> list[list[object]]:
    return [[row["kind"], row["submission_no"], row["body"]] for row in events(connection, *ACTS)]


def _said(options: str) -> str:
    """The options without the day; what the day changed shows in the verdict's body."""
    content = json.loads(options)
    content.pop("today")
    return json.dumps(content, sort_keys=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _views() -> str:
    folder = Path(str(warehouse.__file__)).parent
    files = sorted([*folder.glob("*.toml"), *folder.rglob("*.sql")])
    return _digest("".join(path.name + path.read_text(encoding="utf-8") for path in files))
