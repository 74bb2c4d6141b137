"""Rows of tables: every district that is surveyed somewhere, with subtotals and signs.

In: summaries by district, the register of districts.
Out: frames in display order with `level`, labels in both languages and a sign for each value.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipelines.publish.model import sign_column
from pipelines.publish.numbers import Sign
from schemas.columns import Lang
from schemas.texts import Texts

_PLACE = ("municipality_key", "municipality", "district_id", "district_code", "district",
          "survey_area", "area")  # fmt: skip


def district_grid(data: pl.DataFrame, registers: pl.DataFrame) -> pl.DataFrame:
    """Every wave of a municipality by the districts of the survey areas it reached.

    A district without data in a wave that reached its area keeps nulls: it was not surveyed then.
    """
    surveyed = data.select("municipality_key", "district_id").unique()
    shown = registers.join(surveyed, on=["municipality_key", "district_id"], how="left").filter(
        pl.col("survey_area").is_not_null()
        | pl.col("district_id").is_in(surveyed["district_id"].implode())
    )
    unknown = _unregistered(surveyed, registers)
    waves = data.select("wave_id", "municipality_key").unique()
    grid = waves.join(pl.concat([shown.select(_PLACE), unknown]), on="municipality_key")
    values = data.drop("district_code", "district", "survey_area", strict=False)
    keys = ["wave_id", "municipality_key", "district_id"]
    joined = grid.join(
        values.with_columns(_told=pl.lit(value=True)), on=keys, how="left"
    ).with_columns(pl.col("_told").fill_null(value=False))
    in_wave = pl.col("_told").any().over("wave_id", "municipality_key", "survey_area")
    return joined.filter(in_wave & (pl.col("survey_area").is_not_null() | pl.col("_told"))).drop(
        "_told"
    )


def _unregistered(surveyed: pl.DataFrame, registers: pl.DataFrame) -> pl.DataFrame:
    """Districts that data name but no register: shown by their id."""
    return (
        surveyed.filter(pl.col("district_id").is_not_null())
        .join(registers, on=["municipality_key", "district_id"], how="anti")
        .select(
            "municipality_key",
            pl.col("municipality_key").alias("municipality"),
            "district_id",
            pl.col("district_id").alias("district_code"),
            pl.col("district_id").alias("district"),
            pl.lit(None, pl.String).alias("survey_area"),
            pl.lit(None, pl.String).alias("area"),
        )
    )


def with_subtotals(
    grid: pl.DataFrame,
    values: Sequence[str],
    *,
    extra: Sequence[str] = (),
    needs_all: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """The districts with a subtotal after each survey area and a total per municipality.

    Subtotals add what was surveyed; where nothing was, they stay null.

    Args:
        grid: the rows of `district_grid`.
        values: the columns to add.
        extra: further columns that subtotals keep.
        needs_all: wave, municipality and district of surveyed districts; a subtotal is null
            where one of them has no value.
    """
    if needs_all is not None:
        surveyed = needs_all.with_columns(_surveyed=pl.lit(value=True))
        grid = grid.join(surveyed, on=needs_all.columns, how="left")
    lacks = pl.lit(value=False) if needs_all is None else pl.col("_surveyed").fill_null(value=False)
    sums = [
        pl.when(pl.col(name).is_not_null().any() & ~(lacks & pl.col(name).is_null()).any())
        .then(pl.col(name).sum())
        .alias(name)
        for name in values
    ]
    place = ["wave_id", "municipality_key", "municipality", *extra]
    rows = grid.with_columns(pl.lit("row").alias("level"))
    areas = (
        grid.filter(pl.col("survey_area").is_not_null())
        .group_by([*place, "survey_area", "area"])
        .agg(sums)
        .with_columns(pl.lit("area").alias("level"))
    )
    totals = grid.group_by(place).agg(sums).with_columns(pl.lit("total").alias("level"))
    return in_order(pl.concat([rows, areas, totals], how="diagonal"))


def in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Latest wave first; within it by municipality, survey area, district; totals last."""
    return (
        rows.with_columns(
            _outer=pl.col("level") == "total",
            _loose=pl.col("survey_area").is_null(),
            _inner=pl.col("level") != "row",
        )
        .sort(
            "wave_id", "municipality_key", "_outer", "_loose", "area", "survey_area", "_inner",
            "district_code", "district_id",
            descending=[True, *[False] * 8], nulls_last=True,
        )
        .drop("_outer", "_loose", "_inner")
    )  # fmt: skip


def with_signs(rows: pl.DataFrame, values: Sequence[str]) -> pl.DataFrame:
    """A sign column for each value: "." where it is null, else none; keeps signs that stand."""
    return rows.with_columns(
        pl.when(pl.col(name).is_null())
        .then(pl.lit(str(Sign.UNKNOWN)))
        .otherwise(pl.lit(""))
        .alias(sign_column(name))
        for name in values
        if sign_column(name) not in rows.columns
    )


def with_labels(rows: pl.DataFrame, texts: Texts, languages: Sequence[Lang]) -> pl.DataFrame:
    """The head of each row in each language as `district`, `district_en`: name or subtotal.

    A subtotal names its survey area in its head, so that its cell of the area is empty.
    """
    columns = []
    for lang in languages:
        parts = texts.labels["area-total"][lang].split("{area}")
        total = pl.lit(texts("all-total", lang))
        area = pl.concat_str(pl.lit(parts[0]), pl.col("area"), pl.lit(parts[1]))
        columns.append(
            pl.when(pl.col("level") == "row")
            .then(pl.col("district"))
            .when(pl.col("level") == "area")
            .then(area)
            .otherwise(total)
            .alias("label" if lang == "de" else "label_en")
        )
    inner = pl.col("level") == "row"
    return rows.with_columns(columns).with_columns(pl.when(inner).then("area").alias("area"))
