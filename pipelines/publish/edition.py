"""Reading an edition: the summaries in SQL that every published figure comes from.

In: the file of an edition, opened read-only by its id, and the registered places.
Out: `Summaries`, small frames; no record and no internal column leaves this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from schemas.places import Places

KEYS = ("wave_id", "municipality_key")


@dataclass(frozen=True)
class Summaries:
    """Everything published, before signs, subtotals and confidentiality.

    Attributes:
        districts: the view district_summary, grain wave × district.
        sections: the view street_sections, grain wave × district × published section.
        registers: one row per registered district: municipality_key, municipality, district_id,
            district_code, district, borough, survey_area, area (label of the survey area).
        waves: (wave, municipality, survey area) → label, reference date and status.
    """

    districts: pl.DataFrame
    sections: pl.DataFrame
    registers: pl.DataFrame
    waves: pl.DataFrame


@contextmanager
def opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the edition."""
    connection = duckdb.connect(str(path), read_only=True)
    try:
        yield connection
    finally:
        connection.close()


def read_summaries(path: Path, places: Places) -> Summaries:
    """Run every summary once over the edition at `path`."""
    with opened(path) as connection:
        return Summaries(
            districts=connection.sql("SELECT * FROM district_summary ORDER BY ALL").pl(),
            sections=connection.sql("SELECT * FROM street_sections ORDER BY ALL").pl(),
            registers=_registers(places),
            waves=_waves(places),
        )


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
            })  # fmt: skip
    names = ("municipality_key", "municipality", "district_id", "district_code",
             "district", "borough", "survey_area", "area")  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


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
