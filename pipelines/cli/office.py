"""What the office does: make a home, publish, look at what came in and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from pipelines.cli.handing_in import show_ingested, status_of
from pipelines.cli.output import messages, print_json, say, tell, watched
from pipelines.cli.session import Session
from pipelines.cli.verdicts import exit_code
from pipelines.errors import ExpectedFailure
from pipelines.home import Home, make_home
from pipelines.publish import Approval, Published
from pipelines.service.prefect_home import is_prefect_configured, settle_prefect
from pipelines.store.edition import find_edition
from pipelines.store.receiving import pending
from pipelines.store.status import submissions
from pipelines.store.summary import district_summary
from pipelines.walk import Ingested, inbox, ingest_files, new_uploads, publish_home
from pipelines.walk.ingesting import recall
from pipelines.walk.overview import COUNTS, aligned, district_blocks, submission_rows
from schemas.columns import Lang


def init(session: Session, folder: Path) -> int:
    """Make a home at `folder`; what stands there stays."""
    home = make_home(folder)
    tell("home-made", session.lang, path=home.root, inbox=home.inbox)
    return 0


def publish(session: Session, approve: str | None, reason: str | None, *, as_json: bool) -> int:
    """Make the edition and the published pages; approve what is closed where a name is given."""
    home = session.home()
    if is_prefect_configured():
        settle_prefect(home.root)
        from pipelines import flows  # late: Prefect takes a second to import

        published = flows.publish(str(home.root), approve, reason)
    else:
        published = publish_home(home, Approval.stated(approve, reason))
    if as_json:
        print_json(published_json(published))
    else:
        show_published(session, published)
    return 0


def published_json(published: Published) -> dict[str, Any]:
    """What `publish --json` prints."""
    return {
        "format": 1,
        "edition": published.edition,
        "page": str(published.page),
        "written": list(published.written),
        "removed": list(published.removed),
        "draft": str(published.draft) if published.draft else None,
        "approved": published.approved,
    }


def show_published(session: Session, published: Published) -> None:
    """Which page to open, and whether anything changed."""
    same = "published-held" if published.draft else "published-same"
    key = "published" if published.written or published.removed else same
    tell(key, session.lang, edition=published.edition, count=len(published.written))
    tell("page", session.lang, page=published.page)
    if published.approved:
        approved = "approved-one" if published.approved == 1 else "approved"
        tell(approved, session.lang, count=published.approved)
    if published.draft:
        tell("draft", session.lang, page=published.draft)


def refresh(session: Session) -> int:
    """What is new in the inbox, then publish."""
    home = session.home()
    if is_prefect_configured():
        settle_prefect(home.root)
        from pipelines.flows import refresh_here  # late: Prefect takes a second to import

        entries, published = refresh_here(home)
        for entry in entries:
            show_ingested(session, entry)
    else:
        entries = list(_ingested(session, home))
        published = publish_home(home)
    if not entries:
        tell("inbox-same", session.lang)
    show_published(session, published)
    return exit_code([status_of(entry) for entry in entries])


def _ingested(session: Session, home: Home) -> Iterator[Ingested | ExpectedFailure]:
    """Load what is new in the inbox, each file told of as soon as it is through.

    What an earlier run left without a verdict is settled before, and told of last.
    """
    left = [submission.id for submission in pending(home)]
    uploads = new_uploads(home, inbox(home))
    label = messages()("ingesting", session.lang)
    loaded = watched(ingest_files(home, uploads), len(uploads), label)
    for entry in chain(loaded, _caught_up(home, left)):
        show_ingested(session, entry)
        yield entry


def _caught_up(home: Home, left: Sequence[str]) -> Iterator[Ingested]:
    """Those that have a verdict now; asked for once the walk is through."""
    waiting = {submission.id for submission in pending(home)}
    yield from (recall(home, one) for one in left if one not in waiting)


def summary(session: Session, *, as_json: bool) -> int:
    """The district summary of the current edition."""
    content = district_summary(find_edition(session.home()).path)
    if as_json:
        print_json(content)
    else:
        say(summary_text(content, session.lang))
    return 0


def summary_text(content: dict[str, Any], lang: Lang) -> str:
    """The district table as text, a block for each wave and municipality."""
    right = frozenset(range(1, len(COUNTS) + 1))
    blocks = [f"{b.title}\n{aligned(b.rows, right)}" for b in district_blocks(content, lang)]
    return "\n\n".join(blocks) or messages()("summary-empty", lang)


def status(session: Session, *, as_json: bool) -> int:
    """All submissions with their verdicts."""
    rows = submissions(session.home())
    if as_json:
        print_json({"format": 1, "submissions": rows})
        return 0
    if not rows:
        tell("no-submissions", session.lang)
        return 0
    say(aligned(submission_rows(rows, session.lang)))
    return 0
