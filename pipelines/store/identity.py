"""Identity: which object a row without an id means.

An object is remembered by address, unit label, storey and kind. The key is one text per row, built
from the typed columns by polars; alike rows of one file are told apart by their order.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from schemas.columns import Form
from schemas.vectors import folded, house_key, street_key

ADDRESS_KEY, IDENTITY, UNNAMED = "address_key", "identity", "is_unnamed"
# What tells objects at one address apart; a form has some of these columns.
_PARTS = ("unit_label", "storey", "object_kind", "business_name")
_SEPARATOR = "|"


def plain(column: str) -> pl.Expr:
    """A column's text folded as everywhere in the house; "" where null."""
    return folded(pl.col(column).cast(pl.String)).fill_null("")


def address_key() -> pl.Expr:
    """Street and house number, or the location note where there is no number."""
    street = street_key(pl.col("street")).fill_null("")
    number = house_key(pl.col("house_number")).fill_null("")
    place = pl.when(number == "").then(plain("location_note")).otherwise(number)
    return pl.concat_str(street, place, separator=_SEPARATOR)


def with_identity(frame: pl.DataFrame, form: Form, within: Sequence[str] = ()) -> pl.DataFrame:
    """The rows with `address_key`, `identity` and `is_unnamed`.

    A form without objects has no identity. Alike rows of one wave get #1, #2 … in the order of
    the frame, counted anew `within` each combination of these columns.
    """
    if form.object_column is None:
        empty = pl.lit(None, dtype=pl.String)
        return frame.with_columns(
            empty.alias(ADDRESS_KEY), empty.alias(IDENTITY), pl.lit(value=False).alias(UNNAMED)
        )
    parts = [plain(name) for name in _PARTS if name in form.by_name]
    base = pl.concat_str(pl.col(ADDRESS_KEY), *parts, separator=_SEPARATOR)
    place = [*within, "municipality_key", "wave_id", IDENTITY]
    return (
        frame.with_columns(
            address_key().alias(ADDRESS_KEY), pl.col(form.object_column).is_null().alias(UNNAMED)
        )
        .with_columns(base.alias(IDENTITY))
        .with_columns(
            pl.concat_str(
                IDENTITY, pl.lit("#"), (pl.int_range(pl.len()).over(place) + 1).cast(pl.String)
            )
        )
    )


def object_key(form: Form) -> pl.Expr:
    """What identifies a row within municipality and wave: its object, or its identity columns."""
    if form.object_column is not None:
        return pl.col(form.object_column)
    columns = [pl.col(name).cast(pl.String).fill_null("") for name in form.identity]
    return pl.concat_str(columns, separator=_SEPARATOR)
