"""Publication: what goes live and what stays a draft, written where it changed.

In: a home, its places and an edition; perhaps an approval.
Out: published/ and drafts/; `Published` says what was written. The ledger keeps what was published
and approved, so that the same ledger gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Protocol

from pipelines.errors import InputFailure
from pipelines.home import Home, Settings
from pipelines.publish.content import Content, Issue, Item
from pipelines.publish.contents import all_tables
from pipelines.publish.digests import code_digest, digest
from pipelines.publish.edition import Summaries, read_summaries, reference_date
from pipelines.publish.files import Written, remove_others, write_changed
from pipelines.publish.history import (
    Past,
    changed_figures,
    main_figures,
    past,
    publication_entry,
)
from pipelines.publish.model import Imprint, Limits
from pipelines.publish.release import (
    Release,
    approval_of,
    blocks_of,
    last_approvals,
    live_and_draft,
)
from pipelines.publish.rendering import render
from pipelines.publish.site import site_items
from pipelines.publish.small_counts import without_small_changes
from pipelines.store.archive import Archive, archive_of
from pipelines.store.ledger import Ledger
from schemas.figures import LONG_MONTHS
from schemas.places import Places


class EditionLike(Protocol):
    """What publication needs of an edition."""

    @property
    def id(self) -> str:
        """The digest that names the edition."""

    @property
    def path(self) -> Path:
        """The edition's DuckDB file."""


@dataclass(frozen=True)
class Approval:
    """Who approves what stands, and why; the reason is told in the list of editions."""

    name: str
    reason: str

    @classmethod
    def stated(cls, name: str | None, reason: str | None) -> Approval | None:
        """What was said; None where nothing was. Half of it is an approval that is refused."""
        return None if name is None and reason is None else cls(name or "", reason or "")


@dataclass(frozen=True)
class Published:
    """What a publication did.

    Attributes:
        edition: id of the edition that was published.
        page: the page to open.
        written: files that changed, relative to published/, sorted.
        removed: files that are gone.
        draft: the page of the draft, where one differs from what is live.
        draft_written: files of drafts/ that changed.
        approved: number of blocks (wave in a survey area) that this call approved.
    """

    edition: str
    page: Path
    written: tuple[str, ...]
    removed: tuple[str, ...] = ()
    draft: Path | None = None
    draft_written: tuple[str, ...] = ()
    approved: int = 0


def publish(
    home: Home, places: Places, edition: EditionLike, approval: Approval | None = None
) -> Published:
    """Publish `edition`: live into home.published, what is not live yet into home.drafts.

    Raises:
        HomeFailure: a folder cannot be written to.
        InputFailure: an approval without a name or a reason.
    """
    if approval is not None and not (approval.name.strip() and approval.reason.strip()):
        raise InputFailure("approval-incomplete")
    settings = home.settings()
    with Ledger(home) as ledger:
        key = _key(edition, settings, places, ledger)
        done = None if approval else _unchanged(home, edition, key)
        if done is not None:
            return done
        return _publish(home, places, edition, approval, ledger)


def _publish(
    home: Home,
    places: Places,
    edition: EditionLike,
    approval: Approval | None,
    ledger: Ledger,
) -> Published:
    settings, archive = home.settings(), archive_of(home)
    summaries = read_summaries(
        edition.path, places, home.warehouse / "figures", limits_of(settings)
    )
    approved = _approve(summaries, edition, approval, ledger, archive) if approval else 0
    live, draft = live_and_draft(
        summaries, last_approvals(ledger.events("approval")), archive,
        needs_approval=settings.approval == "required",
    )  # fmt: skip
    known = past(ledger.events("publication"))
    items, known = _entered(live, places, edition, settings, known, ledger,
                            approval.reason if approval else "")  # fmt: skip
    memory = Written.read(home.warehouse / "published.json")
    written, memory = _write(items, home, live.summaries, settings, known, memory)
    gone = remove_others(home.published, [item.name for item in items])
    drafted = _write_draft(home, places, edition, live, draft)
    memory = replace(memory, key=_key(edition, settings, places, ledger),
                     draft=draft is not None)  # fmt: skip
    memory.save(home.warehouse / "published.json")
    return Published(
        edition.id, home.published / "index.html", written, gone,
        home.drafts / "index.html" if draft else None, drafted, approved,
    )  # fmt: skip


def _key(edition: EditionLike, settings: Settings, places: Places, ledger: Ledger) -> str:
    """The digest of everything that publication depends on."""
    times = [event.at for kind in ("approval", "publication") for event in ledger.events(kind)]
    return digest(edition.id, repr(settings), places.digest, times, code_digest())


def _unchanged(home: Home, edition: EditionLike, key: str) -> Published | None:
    """What stands already, if nothing that it depends on has changed and no file is missing."""
    memory = Written.read(home.warehouse / "published.json")
    if memory.key != key or not memory.stands(home.published):
        return None
    page = home.drafts / "index.html"
    if memory.draft != page.exists():
        return None
    return Published(
        edition.id, home.published / "index.html", (), draft=page if memory.draft else None
    )


def _approve(
    summaries: Summaries,
    edition: EditionLike,
    approval: Approval,
    ledger: Ledger,
    archive: Archive,
) -> int:
    before = last_approvals(ledger.events("approval"))
    entries = approval_of(blocks_of(summaries), summaries.waves, before, archive)
    if entries:
        payload = {"edition": edition.id, "blocks": entries}
        ledger.record("approval", payload, actor=approval.name, reason=approval.reason)
    return len(entries)


def _content(
    release: Release, places: Places, imprint: Imprint, known: Past, settings: Settings
) -> Content:
    return Content(
        release.summaries,
        {table.name: table for table in all_tables(release.summaries, release.marks)},
        imprint,
        issues=tuple(
            replace(
                issue, changes=without_small_changes(issue.changes, settings.headline_small_cell)
            )
            for issue in known.issues
        ),
        outlines={key: place.outlines for key, place in places.by_key.items() if place.outlines},
        has_section_map=settings.section_map == "on",
    )


def _entered(
    live: Release,
    places: Places,
    edition: EditionLike,
    settings: Settings,
    known: Past,
    ledger: Ledger,
    reason: str,
) -> tuple[tuple[Item, ...], Past]:
    """The files of the live site; a publication that changes one is entered in the ledger first."""
    today = datetime.now(UTC).date()
    figures = main_figures(live.summaries)
    is_first = not known.files
    changes = without_small_changes(
        changed_figures(known.figures, figures, live.summaries.registers),
        settings.headline_small_cell,
    )
    issue = Issue(edition.id, today, reason, () if is_first else changes, is_first)
    is_told = bool(issue.changes or reason or is_first)
    imprint = make_imprint(settings, "", live.summaries)
    content = _content(live, places, imprint, known, settings)
    if is_told:
        content = replace(content, issues=(issue, *content.issues))
    items = site_items(content)
    before = {name: digest_ for name, (digest_, _) in known.files.items()}
    if not is_told and before == {item.name: item.digest for item in items}:
        return items, known
    entry = publication_entry(edition.id, today, known, items, figures, issue)
    ledger.record("publication", entry, reason=reason)
    return items, past(ledger.events("publication"))


def _write(
    items: tuple[Item, ...],
    home: Home,
    summaries: Summaries,
    settings: Settings,
    known: Past,
    memory: Written,
) -> tuple[tuple[str, ...], Written]:
    """Make and write the files that are not there as they should be."""
    stale = [item for item in items if not memory.holds(home.published, item.name, item.digest)]
    written = []
    remembered = {item.name: memory.files[item.name] for item in items
                  if item.name in memory.files}  # fmt: skip
    imprints = {
        item.name: make_imprint(settings, known.files[item.name][1], summaries) for item in stale
    }
    for item, content in render(stale, imprints):
        if write_changed(home.published, item.name, content):
            written.append(item.name)
        remembered[item.name] = memory.entry(home.published, item.name, item.digest)
    return tuple(sorted(written)), replace(memory, files=remembered)


def _write_draft(
    home: Home, places: Places, edition: EditionLike, live: Release, draft: Release | None
) -> tuple[str, ...]:
    """The draft, with its difference to what is live; without one the folder is emptied."""
    if draft is None:
        remove_others(home.drafts, ())
        return ()
    imprint = replace(make_imprint(home.settings(), edition.id, draft.summaries), is_draft=True)
    differences = without_small_changes(
        changed_figures(
            main_figures(live.summaries), main_figures(draft.summaries), draft.summaries.registers
        ),
        home.settings().headline_small_cell,
    )
    content = replace(
        _content(draft, places, imprint, Past(), home.settings()), differences=differences
    )
    items = site_items(content)
    written = [
        item.name
        for item, bytes_ in render(items, dict.fromkeys((i.name for i in items), imprint))
        if write_changed(home.drafts, item.name, bytes_)
    ]
    remove_others(home.drafts, [item.name for item in items])
    return tuple(sorted(written))


def limits_of(settings: Settings) -> Limits:
    """The thresholds that the office has set.

    Raises:
        InputFailure: long_months is no month in which a class of duration begins.
    """
    if settings.long_months not in LONG_MONTHS:
        wanted = ", ".join(map(str, LONG_MONTHS))
        raise InputFailure(
            "bad-setting", name="long_months", value=settings.long_months, reason=wanted
        )
    return Limits(
        settings.small_cell, settings.rate_units, settings.rate_known_percent,
        settings.headline_small_cell, settings.section_buildings, settings.stock_months,
        settings.long_months, settings.long_known_percent,
    )  # fmt: skip


def make_imprint(settings: Settings, edition: str, summaries: Summaries) -> Imprint:
    """The imprint of every file."""
    known: date | None = reference_date(summaries.waves)
    return Imprint(
        edition,
        known,
        settings.notice,
        settings.provider,
        settings.licence,
        contact=settings.contact,
        site_url=settings.site_url,
    )
