"""Publication: live site and drafts, written where they changed.

In: a home, its places and an edition.
Out: published/ and drafts/; `Published` says what was written.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import polars as pl

from pipelines.home import Home, Settings
from pipelines.publish.content import Content
from pipelines.publish.contents import all_tables
from pipelines.publish.edition import Summaries, read_summaries, reference_date
from pipelines.publish.files import remove_others, write_changed
from pipelines.publish.model import Imprint
from pipelines.publish.site import site_items
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
class Published:
    """What a publication did.

    Attributes:
        edition: id of the edition that was published.
        page: the page to open.
        written: files that changed, relative to published/, sorted.
        removed: files that are gone.
    """

    edition: str
    page: Path
    written: tuple[str, ...]
    removed: tuple[str, ...] = ()


def publish(home: Home, places: Places, edition: EditionLike) -> Published:
    """Publish `edition` into home.published; only changed files are written.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    summaries = read_summaries(edition.path, places)
    marks = summaries.districts.select(
        "wave_id", "municipality_key", "district_id", mark=pl.lit("p")
    )
    imprint = make_imprint(home.settings(), edition.id, summaries)
    content = Content(
        summaries,
        {table.name: table for table in all_tables(summaries, marks)},
        replace(imprint, edition=""),
        outlines={key: place.outlines for key, place in places.by_key.items() if place.outlines},
    )
    written, names = [], []
    for item in site_items(content):
        names.append(item.name)
        if write_changed(home.published, item.name, item.make(imprint)):
            written.append(item.name)
    gone = remove_others(home.published, names)
    return Published(edition.id, home.published / "index.html", tuple(sorted(written)), gone)


def make_imprint(settings: Settings, edition: str, summaries: Summaries) -> Imprint:
    """The imprint of every file."""
    return Imprint(
        edition,
        reference_date(summaries.waves),
        settings.notice,
        settings.provider,
        settings.licence,
        contact=settings.contact,
        site_url=settings.site_url,
    )
