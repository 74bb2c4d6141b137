"""Duplicates within a file: repeated rows, contradictions, and objects that look alike.

In: the typed rows of a form.
Out: repeated rows left out with a hint, sheets that only repeat another left out with a warning,
contradicting rows and two versions of one list quarantined, look-alikes warned of.
"""

from __future__ import annotations

from itertools import combinations, permutations

import polars as pl

from pipelines.intake.parse import Parsed
from pipelines.intake.result import SHEET
from pipelines.intake.rows import MUNICIPALITY, FormRows, shown
from schemas.columns import Label
from schemas.vectors import street_key

# The team's own number is no statement about the object.
_NO_STATEMENT = {"sheet", "row_number", "is_quarantined", "row_label"}
_ALIKE = ("wave_id", "storey", "object_kind", "business_name")


_LEAST_SHARED, _LEAST_PLACES = 0.8, 5
_GIVEN = ("wave_id", "district_code", "street")
"""What the name of a sheet or its title may say of all its rows."""
_LEAST_COLUMNS = 4
_PLACES = frozenset({"street", "location_note", "easting", "longitude"})
"""Columns one of which a row must have to be known again elsewhere."""


def settle_copies(rows: FormRows) -> None:
    """Leave out tables all of whose rows stand on another sheet: filtered or forgotten copies."""
    name = rows.form.object_column
    if name is None:
        return
    read = [set(parsed.notes.letters) - _NO_STATEMENT for parsed in rows.parsed]
    left: set[int] = set()
    for original, copy in permutations(range(len(rows.parsed)), 2):
        if {original, copy} & left or not _may_copy(rows.parsed[original], rows.parsed[copy]):
            continue
        is_smaller = (len(read[copy]), rows.parsed[copy].height, -copy) < (
            len(read[original]), rows.parsed[original].height, -original,
        )  # fmt: skip
        tells = len(read[copy]) >= _LEAST_COLUMNS and read[copy] & {*_PLACES, name}
        if not is_smaller or not tells or not read[copy] <= read[original]:
            continue
        given = {*_GIVEN} & {*rows.frame.columns} - read[original]
        if _holds(rows, original, copy, sorted(read[copy] | given)):
            left.add(copy)
            start = rows.starts()[copy]
            indexes = range(start, start + rows.parsed[copy].height)
            value = rows.parsed[original].table.sheet.name
            rows.note("sheet-copied", name, indexes, value)
            rows.excluded.update(indexes)


def _may_copy(original: Parsed, copy: Parsed) -> bool:
    is_elsewhere = original.table.sheet.name != copy.table.sheet.name
    return is_elsewhere and 0 < copy.height <= original.height


def _holds(rows: FormRows, original: int, copy: int, names: list[str]) -> bool:
    """Whether every row of one table stands in another, as often as it stands there."""
    starts = rows.starts()
    counts = [
        rows.frame.slice(starts[at], rows.parsed[at].height)
        .select(pl.struct(names).hash().alias("row"))
        .group_by("row")
        .len()
        for at in (copy, original)
    ]
    both = counts[0].join(counts[1], on="row", how="left", suffix="_there")
    return bool((both["len"] <= both["len_there"].fill_null(0)).all())


def settle_duplicates(rows: FormRows) -> None:
    """Rows of one object and wave: equal ones count once, contradicting ones not at all."""
    identity = _identity(rows)
    if not identity:
        return
    frame = rows.frame.with_row_index("index")
    needed = [name for name in identity if name in {rows.form.object_column, "wave_id"}]
    several = frame.filter(
        pl.struct(identity).is_duplicated() & pl.all_horizontal(pl.col(needed).is_not_null())
    ).filter(~pl.col("index").is_in(sorted(rows.foreign | rows.excluded)))
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
    titles = [rows.form.by_name[n].title for n in differing if n in rows.form.by_name][:4]
    told = Label(", ".join(one.de for one in titles), ", ".join(one.en for one in titles))
    rows.note("object-contradicted", name, indexes, value, differing=told)
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
    versions = _warn_versions(rows, keyed, by)
    alike = keyed.filter(pl.struct(*by, "street_key", "place_key").is_duplicated())
    for _, group in alike.group_by(*by, "street_key", "place_key", maintain_order=True):
        first = group.row(0, named=True)
        note = first["house_number"] or first["location_note"]
        indexes = [index for index in group["index"].to_list() if index not in rows.excluded]
        sheets = group[SHEET].to_list()
        if len(indexes) > 1 and not (len(sheets) == 2 and frozenset(sheets) in versions):
            rows.note("objects-alike", "house_number", indexes, f"{first['street']} {note}")


def _warn_versions(rows: FormRows, keyed: pl.DataFrame, by: list[str]) -> set[frozenset[str]]:
    """Pairs of sheets that hold nearly the same objects: two versions of one list, set apart."""
    standing = keyed.filter(~pl.col("index").is_in(sorted(rows.excluded)))
    keys = [*by, "street_key", "place_key", *({"unit_type"} & set(keyed.columns))]
    places = standing.select(SHEET, pl.struct(keys).hash().alias("place"), "index")
    by_sheet = {str(name): part for (name,), part in places.group_by(SHEET, maintain_order=True)}
    found: set[frozenset[str]] = set()
    for (one, first), (other, second) in combinations(by_sheet.items(), 2):
        least = min(first["place"].n_unique(), second["place"].n_unique())
        newer, older = _shared(second, first), _shared(first, second)
        shared = newer["place"].n_unique()
        if least >= _LEAST_PLACES and shared >= _LEAST_SHARED * least:
            for sheet, held in ((one, newer), (other, older)):
                indexes = held["index"].to_list()
                rows.note("sheets-overlap", "house_number", indexes, sheet, shared=shared)
                rows.quarantined.update(indexes)
            found.add(frozenset((one, other)))
    return found


def _shared(places: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
    """The rows whose place the other sheet names too."""
    return places.filter(pl.col("place").is_in(others["place"].implode()))
