"""What a published table is, before it takes the form of a page or a file.

In: nothing; this module only says what the stages of publication hand on.
Out: `Field`, `Table`, `Imprint`: all formats of one table are made from the same `Table`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self

import polars as pl

from schemas.columns import Label

Role = Literal["key", "text", "value"]


def sign_column(name: str) -> str:
    """The companion column that holds a value's sign ("" where the value stands)."""
    return f"{name}_sign"


@dataclass(frozen=True)
class Field:
    """One column of a published table.

    Attributes:
        name: the column's name in the files.
        heading: what stands above it.
        spanner: heading over several columns, or None.
        role: keys identify a row and stand only in files, texts are shown, values have signs.
        digits: decimal places of a value.
        unit: unit of a value where it is not that of the table.
        note: key of the footnote on the heading, or None.
        is_optional: left out of a page where nothing stands in it.
        is_change: a value above nothing is shown with a plus sign.
    """

    name: str
    heading: Label
    role: Role = "value"
    spanner: Label | None = None
    digits: int = 0
    unit: Label | None = None
    note: str | None = None
    is_optional: bool = False
    is_change: bool = False


@dataclass(frozen=True)
class Table:
    """One published table with the rows of all waves.

    Attributes:
        name: identifier in addresses and file names.
        title, unit, basis: what it says, in what it counts, of what.
        fields: its columns in their order; the keys come first.
        rows: one row per table row in display order: every field, `NAME_sign` for each value,
            `wave_id`, `municipality_key`, `survey_area`, `district_id` (null where a row sums
            over them), `level` ("row", "area", "total"), and texts in both languages as
            `NAME` (German) and `NAME_en` where they differ.
        stub: the field whose cell heads the row.
        notes: footnotes that apply to these rows, in order: key → text.
    """

    name: str
    title: Label
    unit: Label
    basis: Label
    fields: tuple[Field, ...]
    rows: pl.DataFrame
    stub: str
    notes: tuple[tuple[str, Label], ...] = ()

    @property
    def values(self) -> tuple[Field, ...]:
        """The fields that hold figures."""
        return tuple(field for field in self.fields if field.role == "value")

    @property
    def shown(self) -> tuple[Field, ...]:
        """The fields that stand on a page."""
        return tuple(field for field in self.fields if field.role != "key")

    def of(self, **where: str) -> Self:
        """The same table with only the rows in which the columns have these values."""
        return replace(self, rows=self.rows.filter(*(pl.col(k) == v for k, v in where.items())))


@dataclass(frozen=True)
class Limits:
    """Thresholds of publication; an office may set others (DOMAIN.md, Indicators and Privacy).

    Attributes:
        small_cell: counts above 0 and under this are confidential where tables.toml says so.
        rate_units: units of stock from which a rate is shown.
        rate_known: % of vacant units whose area must be known for a rate by area.
        headline_small: districts with fewer vacancies are left out; 0: none are.
        section_buildings: sections of fewer buildings are merged into their street.
        stock_months: the stock of a rate may be so far away without a footnote.
        long_months: vacancies of so many months are long; where a class of duration begins.
        long_known: % of vacancies whose duration must be known for the share of long ones.
    """

    small_cell: int = 3
    rate_units: int = 20
    rate_known: int = 80
    headline_small: int = 0
    section_buildings: int = 10
    stock_months: int = 12
    long_months: int = 12
    long_known: int = 50

    @property
    def words(self) -> dict[str, int]:
        """What texts may name of them."""
        return {
            "small": self.small_cell, "units": self.rate_units, "known": self.rate_known,
            "headline": self.headline_small, "buildings": self.section_buildings,
            "stock": self.stock_months, "long": self.long_months, "long_known": self.long_known,
        }  # fmt: skip

    @property
    def variables(self) -> dict[str, int]:
        """What the views of an edition ask for; analysts who set nothing get the same defaults."""
        return {
            "section_buildings": self.section_buildings, "stock_months": self.stock_months,
            "long_months": self.long_months,
        }  # fmt: skip


LIMITS = Limits()


@dataclass(frozen=True)
class Imprint:
    """What every file carries.

    Attributes:
        edition: id of the edition that the file was made from.
        reference_date: the latest reference date of the data; None where no wave states one.
        notice: the office's notice ("Beispieldaten, keine Erhebung"), or "".
        is_draft: whether the file lies in drafts/.
        contact: an address for questions, or "".
        site_url: where the site will stand, with a slash at its end, or "".
    """

    edition: str
    reference_date: date | None
    notice: str
    provider: str
    licence: str
    is_draft: bool = False
    contact: str = ""
    site_url: str = ""
