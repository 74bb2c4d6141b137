"""Places: municipalities with their districts, survey areas and registers, from CSV folders.

In: folders of CSV files as DESIGN.md lists them (packaged in schemas/areas, the office's in
DIR/areas; a file of the office replaces the packaged file of the same municipality and name).
Out: `Places`, the same for every stage. Only districts.csv is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PACKAGED = Path(__file__).parent / "areas"


@dataclass(frozen=True)
class District:
    """A statistical district; `district_id` is unique over all municipalities."""

    municipality_key: str
    district_code: str
    district: str
    borough_code: str = ""
    borough: str = ""
    synonyms: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    area_km2: float | None = None
    inhabitants: int | None = None
    tile_row: int | None = None
    tile_col: int | None = None

    @property
    def district_id(self) -> str:
        """municipality_key + "-" + district_code; never split again."""
        return f"{self.municipality_key}-{self.district_code}"


@dataclass(frozen=True)
class SurveyArea:
    """One or several districts that are surveyed together."""

    municipality_key: str
    survey_area: str
    label: str
    synonyms: tuple[str, ...]
    district_codes: tuple[str, ...]


@dataclass(frozen=True)
class Wave:
    """A survey round of one survey area (empty survey_area: of the whole municipality)."""

    wave_id: str
    label: str
    municipality_key: str
    survey_area: str
    starts_on: date | None
    ends_on: date | None
    reference_date: date | None
    status: str


@dataclass(frozen=True)
class Section:
    """A street section; its limits drive counts (DOMAIN.md)."""

    section_id: str
    label: str
    municipality_key: str
    street: str
    from_street: str
    to_street: str
    side: str
    length_m: float | None
    buildings: int | None


@dataclass(frozen=True)
class StreetRange:
    """House numbers of one street side, and what follows from them."""

    municipality_key: str
    street: str
    number_from: int | None
    number_to: int | None
    side: str
    district_code: str
    postcode: str
    section_id: str


@dataclass(frozen=True)
class Place:
    """A municipality with everything its office has registered.

    Attributes:
        crs: EPSG code of easting and northing; None means no check.
        box: e_min, e_max, n_min, n_max; None means no check.
        postcode_pattern, district_code_pattern: regular expressions; empty means no check.
    """

    municipality_key: str
    municipality: str = ""
    crs: str | None = None
    box: tuple[float, float, float, float] | None = None
    postcode_pattern: str = ""
    district_code_pattern: str = ""
    districts: tuple[District, ...] = ()
    survey_areas: tuple[SurveyArea, ...] = ()
    waves: tuple[Wave, ...] = ()
    sections: tuple[Section, ...] = ()
    streets: tuple[StreetRange, ...] = ()
    outlines: Path | None = None


@dataclass(frozen=True)
class Places:
    """All places of a home.

    Attributes:
        by_key: municipality_key → Place.
        digest: sha256 over the CSV files read, part of what makes a submission the same twice.
    """

    by_key: Mapping[str, Place] = field(default_factory=dict)
    digest: str = ""
