"""Reading an edition: the summaries in SQL that every published figure comes from.

In: the file of an edition, opened read-only by its id, and the registered places.
Out: `Summaries`, small frames; no record and no internal column leaves this module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

import duckdb
import polars as pl

from pipelines.publish.breakdowns import count_categories
from pipelines.publish.model import LIMITS, Limits
from pipelines.publish.partial import Figures, counted
from pipelines.store.portions import opened
from pipelines.store.query import set_thresholds
from schemas.places import Places

_REGISTERED = """
    SELECT municipality_key, district_id, count(*) AS sections_registered
    FROM sections WHERE district_id IS NOT NULL GROUP BY ALL
"""
_DISTRICTS = """
    SELECT d.*, sections_walked, sections_registered
    FROM district_summary AS d
    LEFT JOIN walked_districts USING (wave_id, municipality_key, district_id)
"""
_INTERIM = """
    SELECT wave_id, municipality_key, district_id,
        count(*) AS interim_use,
        count(*) FILTER (WHERE interim_use_to >= survey_date) AS end_ahead,
        count(*) FILTER (WHERE interim_use_to < survey_date) AS end_passed,
        count(*) FILTER (WHERE interim_use_to IS NULL OR survey_date IS NULL) AS end_open
    FROM units
    WHERE vacancy_status = 'ZWISCHENNUTZUNG' AND district_id IS NOT NULL
    GROUP BY ALL
"""
_CHANGES = f"""
    WITH registered AS ({_REGISTERED})
    SELECT c.*, sections_registered
    FROM wave_changes AS c LEFT JOIN registered USING (municipality_key, district_id)
"""  # noqa: S608 - ours
_QUALITY = """
    WITH rows_of AS (
        SELECT wave_id, municipality_key, district_id, submission_id, 1 AS accepted FROM units
        UNION ALL
        SELECT wave_id, municipality_key, district_id, submission_id, 1 FROM production_sites
        UNION ALL
        SELECT wave_id, municipality_key, district_id, submission_id, 0 FROM quarantine
    )
    SELECT wave_id, municipality_key, district_id,
        count(DISTINCT submission_id) AS submissions,
        sum(accepted)::BIGINT AS accepted,
        (count(*) - sum(accepted))::BIGINT AS quarantined
    FROM rows_of WHERE wave_id IS NOT NULL
    GROUP BY ALL
"""


@dataclass(frozen=True)
class Summaries:
    """Everything published, before signs, subtotals and confidentiality.

    Every frame but the registers has wave_id, municipality_key and district_id.

    Attributes:
        districts: the view district_summary, grain wave × district, with `sections_walked` and
            `sections_registered` (null where no walk is recorded).
        sections: the view street_sections, grain wave × district × published section.
        breakdowns: counts by category: name, keys, category, n.
        interim: interim uses by what is known of their end.
        changes: the view wave_changes, with `sections_registered`.
        rates: the view vacancy_rates, grain wave × district × unit type.
        quality: submissions and rows, grain wave × district.
        registers: one row per registered district: municipality_key, municipality, district_id,
            district_code, district, borough, survey_area, area (label of the survey area),
            inhabitants, area_km2, tile_row, tile_col.
        limits: from which sizes on figures are shown.
        waves: (wave, municipality, survey area) → label, reference date and status.
    """

    districts: pl.DataFrame
    sections: pl.DataFrame
    breakdowns: pl.DataFrame
    interim: pl.DataFrame
    changes: pl.DataFrame
    rates: pl.DataFrame
    quality: pl.DataFrame
    registers: pl.DataFrame
    waves: pl.DataFrame
    limits: Limits = LIMITS

    def kept(self, blocks: Callable[[pl.DataFrame], pl.DataFrame]) -> Self:
        """The same summaries with `blocks` applied to every frame of figures."""
        frames: dict[str, Any] = {name: blocks(getattr(self, name)) for name in FRAMES}
        return replace(self, **frames)


FRAMES = ("districts", "sections", "breakdowns", "interim", "changes", "rates", "quality")


def read_summaries(
    path: Path, places: Places, remembered: Path, limits: Limits = LIMITS
) -> Summaries:
    """Every figure of the edition at `path`; the folder `remembered` saves counting anew."""
    with opened(path, remembered.parent) as connection:
        set_thresholds(connection, limits.variables)
        figures = counted(connection, count_figures, remembered, places.digest, limits.variables)
    ordered = {name: frame.sort(pl.all()) for name, frame in figures.items()}
    return Summaries(**ordered, registers=_registers(places), waves=_waves(places), limits=limits)


def count_figures(connection: duckdb.DuckDBPyConnection) -> Figures:
    """Run every summary once over the views of `connection`: the frames of `FRAMES`."""
    return {
        "districts": connection.sql(_DISTRICTS).pl(),
        "sections": connection.sql("FROM street_sections").pl(),
        "breakdowns": count_categories(connection),
        "interim": connection.sql(_INTERIM).pl(),
        "changes": connection.sql(_CHANGES).pl(),
        "rates": connection.sql("FROM vacancy_rates").pl(),
        "quality": connection.sql(_QUALITY).pl(),
    }


def _registers(places: Places) -> pl.DataFrame:
    rows = []
    for key, place in sorted(places.by_key.items()):
        area_of = {
            code: (area.survey_area, area.label)
            for area in place.survey_areas
            for code in area.district_codes
        }
        for district in place.districts:
            code, label = area_of.get(district.district_code, (None, None))
            rows.append({
                "municipality_key": key,
                "municipality": place.municipality or key,
                "district_id": district.district_id,
                "district_code": district.district_code,
                "district": district.district,
                "borough": district.borough,
                "survey_area": code,
                "area": label,
                "inhabitants": district.inhabitants,
                "area_km2": None if district.area_km2 is None else str(district.area_km2),
                "tile_row": district.tile_row,
                "tile_col": district.tile_col,
            })  # fmt: skip
    names = ("municipality_key", "municipality", "district_id", "district_code",
             "district", "borough", "survey_area", "area")  # fmt: skip
    schema: dict[str, pl.DataType] = {name: pl.String() for name in names}
    schema |= {"inhabitants": pl.Int64(), "area_km2": pl.String()}
    schema |= {"tile_row": pl.Int64(), "tile_col": pl.Int64()}
    # As precise as in the edition, where analysts and `trace` read it.
    area = pl.col("area_km2").cast(pl.Decimal(14, 2))
    return pl.DataFrame(rows, schema=schema).with_columns(area)


def _waves(places: Places) -> pl.DataFrame:
    schema = {
        "wave_id": pl.String, "municipality_key": pl.String, "survey_area": pl.String,
        "label": pl.String, "reference_date": pl.Date, "status": pl.String,
    }  # fmt: skip
    return pl.DataFrame(
        [
            {
                "wave_id": wave.wave_id,
                "municipality_key": wave.municipality_key,
                "survey_area": wave.survey_area or None,
                "label": wave.label or wave.wave_id,
                "reference_date": wave.reference_date,
                "status": wave.status,
            }
            for place in places.by_key.values()
            for wave in place.waves
        ],
        schema=schema,
    )


def reference_date(waves: pl.DataFrame) -> date | None:
    """The latest reference date of these waves, or None."""
    latest = waves["reference_date"].max()
    return latest if isinstance(latest, date) else None
