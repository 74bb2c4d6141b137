"""What a site shows, and how a file of it is known to be the same as before.

In: tables, registers and history of one state (live or draft).
Out: `Content`, and `Item`s: name, digest of everything that goes in, and how to make it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.publish.digests import code_digest, digest
from pipelines.publish.edition import Summaries
from pipelines.publish.model import Imprint, Table
from schemas.columns import Lang


@dataclass(frozen=True)
class Item:
    """One file to publish.

    Attributes:
        name: its path below published/ or drafts/.
        digest: of everything that goes into it except the edition's id.
        make: its bytes, given the imprint.
    """

    name: str
    digest: str
    make: Callable[[Imprint], bytes]


@dataclass(frozen=True)
class Issue:
    """An edition as the list of editions tells it.

    Attributes:
        changes: (place, wave, figure, old, new) of the main figures that changed.
    """

    edition: str
    on: date
    reason: str
    changes: tuple[tuple[str, str, str, int | None, int | None], ...]
    is_first: bool = False


@dataclass(frozen=True)
class Content:
    """Everything that a site is made from.

    Attributes:
        tables: by name, in the order of the contents.
        issues: the editions published so far, latest first.
        differences: in a draft, what differs from the live edition; else None.
        outlines: municipality_key → GeoJSON file of its districts.
        has_section_map: the office wants its street sections drawn.
    """

    summaries: Summaries
    tables: Mapping[str, Table]
    imprint: Imprint
    issues: tuple[Issue, ...] = ()
    differences: tuple[tuple[str, str, str, int | None, int | None], ...] | None = None
    outlines: Mapping[str, Path] = field(default_factory=dict)
    has_section_map: bool = False

    @cached_property
    def municipalities(self) -> tuple[tuple[str, str], ...]:
        """Key and name of every municipality with figures, by key."""
        keys = self.summaries.districts.select("municipality_key").unique()
        names = self.summaries.registers.select("municipality_key", "municipality").unique()
        found = keys.join(names, on="municipality_key", how="left").sort("municipality_key")
        return tuple((key, name or key) for key, name in found.rows())

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Table name → digest of its declaration and rows."""
        return {name: table_digest(table) for name, table in self.tables.items()}

    def date_of(self, wave: str, municipality: str, area: str | None = None) -> date | None:
        """The reference date of a wave, of one survey area if it is named."""
        waves = self.summaries.waves.filter(
            pl.col("wave_id") == wave, pl.col("municipality_key") == municipality
        )
        if area is not None:
            own = waves.filter((pl.col("survey_area") == area) | pl.col("survey_area").is_null())
            waves = own if own.height else waves
        latest = waves["reference_date"].max()
        return latest if isinstance(latest, date) else None


def table_digest(table: Table) -> str:
    """The digest of a table's declaration and rows."""
    return digest(repr(table.fields), repr(table.notes), table.title.de, table.basis.de,
                  table.rows.write_csv())  # fmt: skip


def item(
    name: str, content: Content, inputs: Sequence[Any], make: Callable[[Imprint], bytes]
) -> Item:
    """An item whose digest covers `inputs`, the imprint without its edition, and our own code."""
    imprint = content.imprint
    about = (imprint.reference_date, imprint.notice, imprint.provider, imprint.licence,
             imprint.is_draft)  # fmt: skip
    return Item(name, digest(name, code_digest(), about, *inputs), make)


def in_language(lang: Lang, name: str) -> str:
    """The path of a page: German at the root, English below en/."""
    return name if lang == "de" else f"en/{name}"
