"""Tables that break a figure down, with small cells suppressed.

In: `Summaries` and a declaration of tables.toml.
Out: `Table`s whose rows are districts with subtotals and whose columns are categories.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from pipelines.publish.breakdowns import NOT_STATED, Breakdown
from pipelines.publish.disclosure import Cell, arcs_of, suppressed
from pipelines.publish.edition import Summaries
from pipelines.publish.model import Field, Limits, Table, sign_column
from pipelines.publish.numbers import Sign
from pipelines.publish.rows import district_grid, with_labels, with_signs, with_subtotals
from pipelines.publish.tables import (
    DISTRICT_FIELDS,
    LANGUAGES,
    known_districts,
    site_texts,
    told,
)
from schemas.columns import Label
from schemas.figures import UNKNOWN_DURATION, long_term

_KEYS = ["wave_id", "municipality_key", "district_id"]
TOTAL = "total"
PRIVATE = "PRIVATRAUM"


def breakdown_table(summaries: Summaries, breakdown: Breakdown) -> Table:
    """The table of one declaration; its total is the published figure."""
    counts = summaries.breakdowns.filter(pl.col("name") == breakdown.name)
    limits = summaries.limits
    categories = breakdown.categories(counts["category"].unique().to_list(), limits.long_months)
    names = [code for code, _ in categories]
    data = _wide(summaries, breakdown, counts, names).join(
        counts.filter(pl.col("category") != NOT_STATED), on=_KEYS[:2], how="semi"
    )  # a wave in which nobody stated anything has no rows, nor has one without totals
    data = data.filter(pl.col(TOTAL).is_not_null().any().over(_KEYS[:2]))
    rows = with_subtotals(district_grid(data, summaries.registers), [TOTAL, *names])
    if breakdown.is_confidential:
        rows = _confidential(_bounded(rows, summaries, breakdown), breakdown, names,
                             limits.small_cell)  # fmt: skip
    rows = with_labels(with_signs(rows, [TOTAL, *names]), site_texts(), LANGUAGES)
    fields = [
        Field(TOTAL, breakdown.figure.title),
        *(Field(c, label, is_optional=True) for c, label in categories),
    ]
    notes = ["note-confidential"] if breakdown.is_confidential else []
    if breakdown.name == "durations":
        rows, shares = _with_shares(rows, names, limits)
        fields += shares
        notes += ["note-durations", "note-long"]
    if breakdown.several:
        notes.append("note-several")
    notes.append("note-left-out")
    return Table(
        name=breakdown.name,
        title=breakdown.title,
        unit=Label("Anzahl", "count"),
        basis=breakdown.basis,
        fields=(*DISTRICT_FIELDS, *fields),
        rows=rows,
        stub="label",
        notes=tuple((key, told(key, limits)) for key in notes),
    )


def _wide(
    summaries: Summaries, breakdown: Breakdown, counts: pl.DataFrame, names: Sequence[str]
) -> pl.DataFrame:
    """One row per surveyed district with the figure as `total` and a column per category."""
    known = known_districts(summaries).select(*_KEYS, pl.col(breakdown.figure.name).alias(TOTAL))
    columns = [
        counts.filter(pl.col("category") == name).select(*_KEYS, pl.col("n").alias(name))
        for name in names
    ]
    for column in columns:
        known = known.join(column, on=_KEYS, how="left")
    return known.with_columns(
        pl.when(pl.col(TOTAL).is_not_null()).then(pl.col(name).fill_null(0)).alias(name)
        for name in names
    )


def _confidential(
    rows: pl.DataFrame, breakdown: Breakdown, names: Sequence[str], threshold: int
) -> pl.DataFrame:
    """Suppress small cells and those that would give them away, per wave and municipality."""
    parts = rows.partition_by("wave_id", "municipality_key", maintain_order=True)
    return (
        pl.concat([_hidden(part, breakdown, names, threshold) for part in parts]) if parts else rows
    )


def _bounded(rows: pl.DataFrame, summaries: Summaries, breakdown: Breakdown) -> pl.DataFrame:
    """`most_private`: how many sites other tables leave for private rooms, which no section shows.

    That is what the sections of a district do not hold; null in other tables.
    """
    if breakdown.name != "place_types":
        return rows.with_columns(most_private=pl.lit(None, pl.Int64))
    shown = summaries.sections.group_by(_KEYS).agg(_shown=pl.col("production_sites").sum())
    return rows.join(shown, on=_KEYS, how="left", maintain_order="left").with_columns(
        most_private=pl.when(pl.col("level") == "row").then(pl.col(TOTAL) - pl.col("_shown"))
    ).drop("_shown")  # fmt: skip


def _most(
    row: dict[str, Any], row_id: str, breakdown: Breakdown, names: Sequence[str]
) -> dict[Cell, int]:
    """What anyone can tell of the largest count of a cell: as `_bounded` says.

    Not everything is "not stated": a wave in which nobody stated anything has no rows. Where an
    object may state several, none of them is one of those that state nothing.
    """
    most: dict[Cell, int] = {}
    if breakdown.several:
        stated = [name for name in names if name != NOT_STATED]
        most |= {(row_id, name): row[TOTAL] - row[NOT_STATED] for name in stated}
        most[row_id, NOT_STATED] = row[TOTAL] - max(row[name] for name in stated)
    if row["most_private"] is not None:
        most[row_id, PRIVATE] = row["most_private"]
    if row["level"] == "total":
        most[row_id, NOT_STATED] = min(most.get((row_id, NOT_STATED), row[TOTAL]), row[TOTAL] - 1)
    return most


def _hidden(
    part: pl.DataFrame, breakdown: Breakdown, names: Sequence[str], threshold: int
) -> pl.DataFrame:
    small = ((pl.col(name) > 0) & (pl.col(name) < threshold) for name in names)
    if not part.select(pl.any_horizontal(small).any()).item():
        return with_signs(part.drop("most_private"), names)
    ids = part.select(
        pl.when(pl.col("level") == "row").then("district_id")
        .when(pl.col("level") == "area").then(pl.concat_str(pl.lit("area "), "survey_area"))
        .otherwise(pl.lit("total"))
    ).to_series().to_list()  # fmt: skip
    parent: dict[str, str | None] = {}
    counts: dict[Cell, int] = {}
    totals: dict[str, int] = {}
    most: dict[Cell, int] = {}
    for row_id, row in zip(ids, part.iter_rows(named=True), strict=True):
        if row[TOTAL] is None:
            continue
        area = f"area {row['survey_area']}" if row["survey_area"] is not None else "total"
        parent[row_id] = {"row": area, "area": "total", "total": None}[row["level"]]
        counts.update({(row_id, name): row[name] for name in names})
        totals[row_id] = row[TOTAL]
        most |= _most(row, row_id, breakdown, names)
    arcs = arcs_of(counts, parent, is_exhaustive=not breakdown.several, totals=totals, most=most)
    # Where nothing was found everyone knows that it has no features, even if all else is hidden.
    hidden = {cell for cell in suppressed(arcs, names, threshold) if totals[cell[0]]}
    columns: list[pl.Series] = []
    for name in names:
        marks = [(row_id, name) in hidden for row_id in ids]
        values = zip(part[name].to_list(), marks, strict=True)
        columns.append(pl.Series(name, [None if m else v for v, m in values], part[name].dtype))
        signs = [str(Sign.UNKNOWN) if m or v is None else ""
                 for v, m in zip(part[name].to_list(), marks, strict=True)]  # fmt: skip
        columns.append(pl.Series(sign_column(name), signs, pl.String))
    return part.with_columns(columns).drop("most_private")


def _with_shares(
    rows: pl.DataFrame, names: Sequence[str], limits: Limits
) -> tuple[pl.DataFrame, tuple[Field, ...]]:
    """Long-term share of what is known, where enough is, and the unknown share beside it."""
    months = limits.long_months
    lasting = long_term(months)
    unknown = pl.sum_horizontal(n for n in names if n in UNKNOWN_DURATION)
    long = pl.sum_horizontal(name for name in names if name in lasting)
    known = pl.col(TOTAL) - unknown
    some = pl.col(TOTAL) > 0
    enough = some & (known * 100 >= limits.long_known * pl.col(TOTAL))
    percent = Label("%", "%")
    shares = rows.with_columns(
        pl.when(enough).then((long * 100 / known).cast(pl.Decimal(9, 4))).alias("long_share"),
        pl.when(some)
        .then((unknown * 100 / pl.col(TOTAL)).cast(pl.Decimal(9, 4)))
        .alias("unknown_share"),
        pl.when(pl.col(TOTAL).is_null()).then(pl.lit(str(Sign.UNKNOWN)))
        .when(~some).then(pl.lit(str(Sign.SENSELESS)))
        .when(~enough).then(pl.lit(str(Sign.UNRELIABLE)))
        .otherwise(pl.lit("")).alias(sign_column("long_share")),
        pl.when(pl.col(TOTAL).is_null()).then(pl.lit(str(Sign.UNKNOWN)))
        .when(~some).then(pl.lit(str(Sign.SENSELESS)))
        .otherwise(pl.lit("")).alias(sign_column("unknown_share")),
    )  # fmt: skip
    fields = (
        Field("long_share", Label(f"{months} Monate und länger, Anteil in %",
              f"{months} months and longer, share in %"), digits=1, unit=percent, note="note-long"),
        Field("unknown_share", Label("Dauer unbekannt, Anteil in %",
              "duration unknown, share in %"), digits=1, unit=percent),
    )  # fmt: skip
    return shares, fields
