"""All published tables of an edition, with the marks of what is preliminary or revised.

In: `Summaries` that may be shown (live or draft) and the marks of their parts.
Out: the tables in the order of the contents; a table without rows is left out.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipelines.publish.breakdown_tables import breakdown_table
from pipelines.publish.breakdowns import breakdowns
from pipelines.publish.comparison_tables import (
    change_table,
    density_table,
    interim_table,
    quality_table,
    rate_table,
)
from pipelines.publish.edition import Summaries
from pipelines.publish.model import Table
from pipelines.publish.tables import district_table, section_table, site_texts, text_field

PRELIMINARY, REVISED = "p", "r"
_ORDER = (
    "districts", "sections", "unit_types", "storeys", "previous_use", "durations", "condition",
    "causes", "location", "owners", "interim_use", "production_types", "place_types",
    "wz_divisions", "employees", "site_density", "changes", "rates", "quality",
)  # fmt: skip


def all_tables(summaries: Summaries, marks: pl.DataFrame) -> tuple[Table, ...]:
    """Every table that has rows.

    Args:
        summaries: what may be shown.
        marks: wave_id, municipality_key, district_id → mark ("p", "r" or "").
    """
    drawn = [
        district_table(summaries),
        section_table(summaries),
        interim_table(summaries),
        change_table(summaries),
        rate_table(summaries),
        density_table(summaries),
        quality_table(summaries),
        *(breakdown_table(summaries, breakdown) for breakdown in breakdowns()),
    ]
    tables = {table.name: with_marks(table, marks, summaries.registers) for table in drawn}
    return tuple(tables[name] for name in _ORDER if tables[name].rows.height)


def with_marks(table: Table, marks: pl.DataFrame, registers: pl.DataFrame) -> Table:
    """A column with p or r after the head of each row; a subtotal has the mark of its parts."""
    keys = ["wave_id", "municipality_key", "district_id"]
    areas = registers.select("district_id", "survey_area")
    known = marks.join(areas, on="district_id", how="left").with_columns(
        pl.col("survey_area").fill_null("")
    )
    worst = (
        pl.when((pl.col("mark") == PRELIMINARY).any()).then(pl.lit(PRELIMINARY))
        .when((pl.col("mark") == REVISED).any()).then(pl.lit(REVISED))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    by_area = known.group_by("wave_id", "municipality_key", "survey_area").agg(area_mark=worst)
    by_total = known.group_by("wave_id", "municipality_key").agg(total_mark=worst)
    rows = (
        table.rows.join(marks.select(*keys, "mark"), on=keys, how="left", maintain_order="left")
        .join(by_area, on=["wave_id", "municipality_key", "survey_area"], how="left",
              maintain_order="left")
        .join(by_total, on=["wave_id", "municipality_key"], how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("level") == "row").then("mark")
            .when(pl.col("level") == "area").then("area_mark")
            .otherwise("total_mark").fill_null("").alias("mark")
        )
        .drop("area_mark", "total_mark")
    )  # fmt: skip
    heading = site_texts().labels["mark"]
    position = next(i for i, field in enumerate(table.fields) if field.name == table.stub) + 1
    fields = (*table.fields[:position], text_field("mark", heading), *table.fields[position:])
    return replace(table, rows=rows, fields=fields)
