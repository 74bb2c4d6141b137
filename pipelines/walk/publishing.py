"""The end of the walk: from what is loaded to the edition and the published pages."""

from __future__ import annotations

from pipelines.errors import ExpectedFailure
from pipelines.home import Home
from pipelines.publish import Approval, Published, publish
from pipelines.store.edition import build_edition
from pipelines.store.lake import write_lake
from pipelines.store.parquet import write_parquet
from pipelines.walk.ingesting import Ingested, ingest_files, new_uploads
from pipelines.walk.said import home_places, inbox


def publish_home(home: Home, approval: Approval | None = None) -> Published:
    """Make the edition of what is loaded, and from it the Parquet files and the published pages.

    Raises:
        StoreLocked: another process kept the store.
        InputFailure: the approval lacks a name or a reason.
    """
    places = home_places(home)
    edition = build_edition(home, places)
    write_parquet(home, edition)
    settings = home.settings()
    if settings.lake_url:
        write_lake(settings, edition)
    return publish(home, places, edition, approval)


def refresh_home(home: Home) -> tuple[list[Ingested | ExpectedFailure], Published]:
    """What is new in the inbox, then the published pages."""
    entries = list(ingest_files(home, new_uploads(home, inbox(home))))
    return entries, publish_home(home)
