"""The walk: the one composition of the stages, driven by command, page and Prefect flows.

    archive → ledger → read → recognise → parse → check → load → edition → publish

In: a home, paths of files, what was said about them.
Out: verdicts on files (`checking`), submissions brought to their end (`ingesting`), an edition and
published pages (`publishing`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.walk.checking import check_files
    from pipelines.walk.ingesting import Ingested, Walk, ingest_files, new_uploads
    from pipelines.walk.publishing import publish_home, refresh_home
    from pipelines.walk.said import Said, home_places, inbox, session_settings, uploads_in

# Resolved when first asked for: checking a sheet must not wait for what publishing needs.
_HOMES = {
    "Ingested": "ingesting",
    "Said": "said",
    "Walk": "ingesting",
    "check_files": "checking",
    "home_places": "said",
    "inbox": "said",
    "ingest_files": "ingesting",
    "new_uploads": "ingesting",
    "publish_home": "publishing",
    "refresh_home": "publishing",
    "session_settings": "said",
    "uploads_in": "said",
}

__all__ = [
    "Ingested", "Said", "Walk", "check_files", "home_places", "inbox", "ingest_files",
    "new_uploads", "publish_home", "refresh_home", "session_settings", "uploads_in",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"pipelines.walk.{_HOMES[name]}"), name)
