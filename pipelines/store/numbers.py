"""Office numbers for objects without an id: issued once, remembered in the ledger.

In: accepted rows with their identity, the ledger's connection.
Out: the same rows with an object id each; a rebuild gets the same ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
from sqlalchemy.engine import Connection

from pipelines.store import ledger
from pipelines.store.identity import IDENTITY, UNNAMED
from schemas import FORMS
from schemas.columns import Form

_NUMBER = re.compile(r"(?P<prefix>.+-[A-Z])(?P<number>[0-9]{4,9})\Z")
_PLACE = ("municipality_key", "wave_id")


def recall(
    remembered: ledger.Remembered, form: Form, frame: pl.DataFrame, submission_no: int
) -> pl.DataFrame:
    """Fill missing ids with those remembered for the identity.

    An id that the sheet itself brings for another row of the wave is not given a second time.
    """
    column = str(form.object_column)
    if not frame[column].null_count():
        return frame
    blank = frame.select("municipality_key", IDENTITY).filter(frame[column].is_null())
    known: list[tuple[str, str, str]] = []
    for municipality, rows in _by_municipality(blank):
        found = remembered.numbers(form.name, municipality, rows[IDENTITY].to_list())
        # An identity has an id of its own within a submission only where it has another elsewhere.
        names = {one: _own(one, submission_no) for one in found}
        own = remembered.numbers(form.name, municipality, names.values())
        known += [
            (municipality, name, own.get(names[name], object_id))
            for name, object_id in found.items()
        ]
    if not known:
        return frame
    memory = pl.DataFrame(
        known,
        schema={"municipality_key": pl.String, IDENTITY: pl.String, "_known": pl.String},
        orient="row",
    )
    return with_ids(frame, form, memory, on=("municipality_key", IDENTITY))


def _by_municipality(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of each municipality, in their order; nearly always all are of one."""
    keys = frame["municipality_key"].unique(maintain_order=True).to_list()
    for key in keys:
        yield key, frame if len(keys) == 1 else frame.filter(pl.col("municipality_key") == key)


def met_before(remembered: ledger.Remembered, keys: pl.DataFrame) -> pl.DataFrame:
    """Those of the keys (columns `correction.KEYS`) that can stand in the store already."""
    parts = []
    for (form, municipality), rows in keys.group_by("form", "municipality_key"):
        if FORMS[str(form)].object_column is None:
            parts.append(rows)
            continue
        ids = rows["key"].drop_nulls().to_list()
        known = remembered.objects(str(form), str(municipality), ids)
        if known:
            parts.append(rows.filter(pl.col("key").is_in(list(known))))
    return pl.concat([keys.clear(), *parts])


def _own(identity: str, submission_no: int) -> str:
    """The identity within one submission, where it got another id there than elsewhere."""
    return f"{identity}@{submission_no}"


def with_ids(
    frame: pl.DataFrame, form: Form, memory: pl.DataFrame, on: tuple[str, ...]
) -> pl.DataFrame:
    """Fill missing ids from `memory` (`_known` by `on`), each id once per municipality and wave."""
    column = str(form.object_column)
    filled = frame.join(memory, on=on, how="left", maintain_order="left").with_columns(
        pl.col(column).is_null().alias("_blank"), pl.coalesce(column, "_known").alias(column)
    )
    # Those that the sheet names come first; a remembered id that meets them is dropped again.
    twice = (
        pl.col("_blank")
        & pl.col(column).is_not_null()
        & (
            (pl.col("_blank").not_().any().over(*_PLACE, column))
            | (pl.int_range(pl.len()).over(*_PLACE, column) > 0)
        )
    )
    return filled.with_columns(
        pl.when(twice).then(None).otherwise(pl.col(column)).alias(column)
    ).drop("_known", "_blank")


def issue(
    connection: Connection, form: Form, frame: pl.DataFrame
) -> tuple[pl.DataFrame, list[str]]:
    """Give the rows that still have no id the next numbers; returns the rows and the numbers."""
    column = str(form.object_column)
    missing = frame[column].null_count()
    if missing < frame.height:
        _meet(connection, frame.select("municipality_key", pl.col(column).alias("object_id")))
    if not missing:
        return frame, []
    places = ["municipality_key", "district_code"]
    blank = frame.select(*places, IDENTITY).filter(frame[column].is_null())
    wanted: dict[ledger.Prefix, dict[str, None]] = {}
    for municipality, district, identity in blank.iter_rows():
        wanted.setdefault((municipality, f"{district}-{form.object_prefix}"), {})[identity] = None
    last = ledger.last_numbers(connection, wanted)
    issued = [
        (municipality, identity, f"{prefix}{last[municipality, prefix] + place:04d}")
        for (municipality, prefix), identities in wanted.items()
        for place, identity in enumerate(identities, 1)
    ]
    highest = {prefix: last[prefix] + len(identities) for prefix, identities in wanted.items()}
    ledger.raise_counters(connection, highest)
    memory = pl.DataFrame(
        issued,
        schema={"municipality_key": pl.String, IDENTITY: pl.String, "_issued": pl.String},
        orient="row",
    )
    full = (
        frame.join(memory, on=["municipality_key", IDENTITY], how="left", maintain_order="left")
        .with_columns(pl.coalesce(column, "_issued").alias(column))
        .drop("_issued")
    )
    return full, [number for _, _, number in issued]


def _meet(connection: Connection, brought: pl.DataFrame) -> None:
    """Let the counters know of ids in our own shape that the rows of a sheet bring."""
    object_id = pl.col("object_id")
    # Of ids that have all but their digits in common, and are of one length, the last is highest.
    alike = ["municipality_key", object_id.str.strip_chars_end("0123456789").alias("head"),
             object_id.str.len_bytes().alias("length")]  # fmt: skip
    last = brought.lazy().drop_nulls().group_by(alike).agg(object_id.max()).collect()
    highest: dict[ledger.Prefix, int] = {}
    for municipality, highest_id in last.select("municipality_key", "object_id").iter_rows():
        if shape := _NUMBER.match(highest_id):
            place = (municipality, shape["prefix"])
            highest[place] = max(highest.get(place, 0), int(shape["number"]))
    if highest:
        ledger.raise_counters(connection, highest)


def remember(connection: Connection, form: Form, frame: pl.DataFrame, submission_no: int) -> None:
    """Let the ledger remember every identity with its id, those that the sheet brought too."""
    column = str(form.object_column)
    # In the order of the ledger's key, in which a database takes them quickest.
    narrow = frame.select("municipality_key", IDENTITY, column, UNNAMED).sort(IDENTITY)
    for municipality, rows in _by_municipality(narrow):
        place = (form.name, municipality)
        numbers = dict(rows.select(IDENTITY, column).iter_rows())
        if ledger.remember_numbers(connection, *place, numbers, submission_no) == len(numbers):
            continue
        given = dict(rows.filter(UNNAMED).select(IDENTITY, column).iter_rows())
        kept = ledger.Remembered(connection).numbers(*place, given)
        other = {
            _own(identity, submission_no): object_id
            for identity, object_id in given.items()
            if kept.get(identity, object_id) != object_id
        }
        ledger.remember_numbers(connection, *place, other, submission_no)
