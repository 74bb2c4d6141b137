"""What is told of a run to those who asked for it: a subject and a few lines, in one language.

In: the row of a settled submission, a publication, a failure.
Out: the facts of an event, with `subject` and `text` for a mail or a chat; names of files and
teams, counts and addresses, never a value from a cell.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.home import Settings
from pipelines.intake.result import Status
from pipelines.walk.overview import status_text
from schemas.texts import Texts, read_texts

if TYPE_CHECKING:
    from pipelines.publish import Published

SUBMISSION_EVENTS = tuple(str(status) for status in Status)
EVENTS = (*SUBMISSION_EVENTS, "published", "failed")
"""What can be told of."""
TRIAL = "trial"
"""The event by which an office tries whether it is told."""


@cache
def telling_texts() -> Texts:
    """The texts of telling.toml."""
    return read_texts(Path(__file__).with_name("telling.toml"))


def event_name(kind: str) -> str:
    """The name of an event, as automations of Prefect know it."""
    return f"leerstand.submission.{kind}" if kind in SUBMISSION_EVENTS else f"leerstand.{kind}"


def resource_of(home: Path) -> str:
    """Which home an event is about, as automations of Prefect know it."""
    return f"leerstand.home.{home.name}"


def marked_address(submission: str, settings: Settings) -> str | None:
    """Where the page shows the marked workbook; None where there is no page."""
    if not settings.page_url:
        return None
    return f"{settings.page_url.rstrip('/')}/amt/einlieferung/{submission}/geprueft"


def submission_told(row: dict[str, Any], settings: Settings) -> dict[str, Any]:
    """The facts of a settled submission."""
    words = {**row, "verdict": status_text(row["status"], settings.lang)}
    lines = [_text("submission-text", settings, **words)]
    marked = None
    if row["status"] in {Status.PARTIAL, Status.REJECTED}:
        marked = marked_address(row["submission"], settings)
    if row["status"] == Status.WAITING:
        lines.append(_text("waiting-text", settings))
    if marked:
        lines.append(_text("marked-text", settings, address=marked))
    return _told("submission-subject", lines, settings, words) | row | {"marked": marked}


def published_told(published: Published, settings: Settings) -> dict[str, Any]:
    """The facts of a publication."""
    page = str(published.page)
    if settings.page_url:
        page = f"{settings.page_url.rstrip('/')}/veroeffentlicht/index.html"
    draft = str(published.draft) if published.draft else None
    facts = {"edition": published.edition, "page": page, "draft": draft,
             "written": len(published.written)}  # fmt: skip
    lines = [_text("published-text", settings, **facts)]
    if draft:
        lines.append(_text("draft-text", settings, **facts))
    return _told("published-subject", lines, settings, facts) | facts


def failed_told(run: str, reason: str, settings: Settings) -> dict[str, Any]:
    """The facts of a run that ended in a failure."""
    facts = {"run": run, "reason": reason}
    lines = [_text("failed-text", settings, **facts)]
    return _told("failed-subject", lines, settings, facts) | facts


def trial_told(settings: Settings) -> dict[str, Any]:
    """The facts of a trial."""
    return _told("trial-subject", [_text("trial-text", settings)], settings, {})


def _told(
    subject: str, lines: list[str], settings: Settings, words: dict[str, Any]
) -> dict[str, Any]:
    return {"subject": _text(subject, settings, **words), "text": "\n".join(lines)}


def _text(key: str, settings: Settings, **parameters: object) -> str:
    return telling_texts()(key, settings.lang, **parameters)
