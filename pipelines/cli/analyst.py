"""What analysts do at the command line."""

from __future__ import annotations

from typing import Literal

from pipelines.cli.output import say
from pipelines.cli.session import Session
from pipelines.store.edition import find_edition
from pipelines.store.query import run_query


def sql(session: Session, query: str, form: Literal["table", "csv", "json"]) -> int:
    """A read-only query of the current edition."""
    say(run_query(find_edition(session.home()).path, query, form).rstrip("\n"))
    return 0
