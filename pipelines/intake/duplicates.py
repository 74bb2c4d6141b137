"""Duplicates within a file: repeated rows, contradictions, and objects that look alike.

In: the typed rows of a form.
Out: repeated rows left out with a hint, contradicting rows quarantined, look-alikes warned of.
"""

from __future__ import annotations

import polars as pl

from pipelines.intake.rows import MUNICIPALITY, FormRows, shown
from schemas.vectors import street_key

# The team's own number is no statement about the object.
_NO_STATEMENT = {"sheet", "row_number", "is_quarantined", "row_label"}
_ALIKE = ("wave_id", "storey", "object_kind", "business_name")


def settle_duplicates(rows: FormRows) -> None:
    """Rows of one object and wave: equal ones count once, contradicting ones not at all."""
    identity = _identity(rows)
    if not identity:
        return
    frame = rows.frame.with_row_index("index")
    needed = [name for name in identity if name in {rows.form.object_column, "wave_id"}]
    several = frame.filter(
        pl.struct(identity).is_duplicated() & pl.all_horizontal(pl.col(needed).is_not_null())
    ).filter(~pl.col("index").is_in(sorted(rows.foreign)))
    if several.height == 0:
        return
    statements = [name for name in rows.frame.columns if name not in _NO_STATEMENT]
    for _, group in several.group_by(identity, maintain_order=True):
        indexes = group["index"].to_list()
        differing = [name for name in statements if group[name].n_unique() > 1]
        _settle(rows, indexes, differing)


def _identity(rows: FormRows) -> list[str]:
    if rows.form.object_column is not None:
        return [MUNICIPALITY, "wave_id", rows.form.object_column]
    return list(rows.form.identity)


def _settle(rows: FormRows, indexes: list[int], differing: list[str]) -> None:
    name = rows.form.object_column or rows.form.identity[-1]
    value = shown(rows.frame[name], indexes[:1])[0]
    if not differing:
        rows.note("object-repeated", name, indexes[1:], value)
        rows.excluded.update(indexes[1:])
        return
    titles = [rows.form.by_name[n].title.de for n in differing if n in rows.form.by_name]
    rows.note("object-contradicted", name, indexes, value, differing=", ".join(titles[:4]))
    rows.quarantined.update(indexes)


def warn_alike(rows: FormRows) -> None:
    """Several rows without id and unit label at one address are several objects, with a warning."""
    own = rows.form.object_column
    if own is None or "house_number" not in rows.form.by_name:
        return
    place = pl.coalesce("house_number", "location_note")
    bare = (
        pl.col(own).is_null()
        & pl.col("unit_label").is_null()
        & pl.col("street").is_not_null()
        & place.is_not_null()
    )
    frame = rows.frame.with_row_index("index").filter(bare)
    if frame.height < 2:
        return
    by = [name for name in (MUNICIPALITY, "district_id", *_ALIKE) if name in frame.columns]
    keyed = frame.with_columns(
        street_key(pl.col("street")).alias("street_key"),
        place.str.replace_all(" ", "", literal=True).str.to_lowercase().alias("place_key"),
    )
    alike = keyed.filter(pl.struct(*by, "street_key", "place_key").is_duplicated())
    for _, group in alike.group_by(*by, "street_key", "place_key", maintain_order=True):
        first = group.row(0, named=True)
        note = first["house_number"] or first["location_note"]
        indexes = [index for index in group["index"].to_list() if index not in rows.excluded]
        if len(indexes) > 1:
            rows.note("objects-alike", "house_number", indexes, f"{first['street']} {note}")
