"""Places: municipalities with their districts, survey areas and registers, from CSV folders.

In: folders of places (packaged in schemas/areas, the office's in DIR/areas; a file of the office
replaces the packaged file of the same municipality and name). Only districts.csv is needed.
Out: `Places`, the same for every stage; what cannot be meant is a `DeclarationFailure` that names
file, line and column.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from schemas.errors import DeclarationFailure
from schemas.folding import fold
from schemas.registers import Row, read_register

T = TypeVar("T")

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
        digest: sha256 over the files read, part of what makes a submission the same twice.
    """

    by_key: Mapping[str, Place] = field(default_factory=dict)
    digest: str = ""

    def __hash__(self) -> int:
        return hash(self.digest)

    def districts(self) -> tuple[District, ...]:
        """The districts of all places, in the order of their files."""
        return tuple(district for place in self.by_key.values() for district in place.districts)

    def find(self, text: str) -> str | None:
        """The key that a text means: key, key without the zero that Excel drops, or name.

        None where no register knows such a municipality.
        """
        text = " ".join(text.split())
        name = fold(text).removeprefix("stadt ").removeprefix("gemeinde ")
        for key, place in self.by_key.items():
            if text and text.zfill(len(key)) == key:
                return key
            if place.municipality and fold(place.municipality) == name:
                return key
        return None


REGISTERS: dict[str, tuple[str, ...]] = {
    "municipality.csv": ("municipality_key",),
    "districts.csv": ("municipality_key", "district_code", "district"),
    "survey_areas.csv": ("municipality_key", "survey_area", "district_codes"),
    "waves.csv": ("wave_id", "municipality_key"),
    "sections.csv": ("section_id", "municipality_key"),
    "streets.csv": ("municipality_key", "street"),
}
_IDENTITIES: dict[str, tuple[str, ...]] = {
    "municipality.csv": ("municipality_key",),
    "districts.csv": ("district_code",),
    "survey_areas.csv": ("survey_area",),
    "waves.csv": ("wave_id", "survey_area"),
    "sections.csv": ("section_id",),
}
OUTLINES = "outlines.geojson"


@dataclass(frozen=True)
class AreaFile:
    """One file of a place, as it is archived beside the submissions that were read with it."""

    path: Path
    content: bytes

    @property
    def name(self) -> str:
        """Place and file name, without the folder they lie in."""
        return f"{self.path.parent.name}/{self.path.name}"


@dataclass
class _Gathered:
    """Rows of one municipality by file name, the last folder winning."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    outlines: Path | None = None


def area_files(*folders: Path) -> tuple[AreaFile, ...]:
    """The files that make up the places in `folders`, in the order in which they win."""
    return tuple(
        AreaFile(path, path.read_bytes())
        for folder in folders
        for area in sorted(path for path in folder.glob("*") if path.is_dir())
        for name in (*REGISTERS, OUTLINES)
        if (path := area / name).is_file()
    )


def load_places(*folders: Path) -> Places:
    """The places in the sub-folders of `folders`, later folders winning file by file.

    A place may be packaged with its districts and get its waves from the office.

    Raises:
        DeclarationFailure: a register cannot be used as it stands.
    """
    files = area_files(*folders)
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\\0" + hashlib.sha256(file.content).digest())
    gathered = _gather(files)
    return Places({key: _place(key, found) for key, found in gathered.items()}, digest.hexdigest())


def _gather(files: Iterable[AreaFile]) -> dict[str, _Gathered]:
    gathered: dict[str, _Gathered] = {}
    keys_of: dict[Path, set[str]] = {}
    for file in files:
        area = file.path.parent
        if file.path.name == OUTLINES:
            for key in keys_of.get(area, ()):
                gathered[key].outlines = file.path
            continue
        rows: dict[str, list[Row]] = {}
        for row in read_register(file.path, file.content, REGISTERS[file.path.name]):
            rows.setdefault(row.needed("municipality_key"), []).append(row)
        for key, own in rows.items():
            gathered.setdefault(key, _Gathered()).rows[file.path.name] = own
        keys_of.setdefault(area, set()).update(rows)
    return gathered


def _place(key: str, found: _Gathered) -> Place:
    rows = found.rows
    if "districts.csv" not in rows:
        path = next(iter(rows.values()))[0].file
        raise DeclarationFailure("place-without-districts", path=path, municipality=key)
    for name, identity in _IDENTITIES.items():
        _refuse_twice(rows.get(name), *identity)
    _refuse_ambiguous(rows["districts.csv"])
    own = rows["municipality.csv"][0] if "municipality.csv" in rows else None
    districts = _each(rows["districts.csv"], lambda row: _district(key, row))
    areas = _each(rows.get("survey_areas.csv"), lambda row: _survey_area(key, row, districts))
    return Place(
        municipality_key=key,
        municipality=own.text("municipality") if own else "",
        crs=(own.text("crs") or None) if own else None,
        box=_box(own),
        postcode_pattern=_pattern(own, "postcode_pattern"),
        district_code_pattern=_pattern(own, "district_code_pattern"),
        districts=districts,
        survey_areas=areas,
        waves=_each(rows.get("waves.csv"), lambda row: _wave(key, row, areas)),
        sections=_each(rows.get("sections.csv"), lambda row: _section(key, row)),
        streets=_each(rows.get("streets.csv"), lambda row: _street(key, row)),
        outlines=found.outlines,
    )


def _each(rows: list[Row] | None, read: Callable[[Row], T]) -> tuple[T, ...]:
    return tuple(read(row) for row in rows or ())


def _district(key: str, row: Row) -> District:
    return District(
        municipality_key=key,
        district_code=row.needed("district_code"),
        district=row.needed("district"),
        borough_code=row.text("borough_code"),
        borough=row.text("borough"),
        synonyms=row.texts("synonyms"),
        postcodes=row.texts("postcodes"),
        area_km2=row.number("area_km2"),
        inhabitants=row.whole("inhabitants"),
        tile_row=row.whole("tile_row"),
        tile_col=row.whole("tile_col"),
    )


def _survey_area(key: str, row: Row, districts: tuple[District, ...]) -> SurveyArea:
    codes = row.texts("district_codes")
    known = {district.district_code for district in districts}
    for code in codes:
        if code not in known:
            raise row.unreadable("district_codes", code)
    name = row.needed("survey_area")
    return SurveyArea(key, name, row.text("label") or name, row.texts("synonyms"), codes)


def _wave(key: str, row: Row, areas: tuple[SurveyArea, ...]) -> Wave:
    area = row.text("survey_area")
    if area and area not in {known.survey_area for known in areas}:
        raise row.unreadable("survey_area", area)
    name = row.needed("wave_id")
    return Wave(
        wave_id=name,
        label=row.text("label") or name,
        municipality_key=key,
        survey_area=area,
        starts_on=row.day("starts_on"),
        ends_on=row.day("ends_on"),
        reference_date=row.day("reference_date"),
        status=row.wave_status("status"),
    )


def _section(key: str, row: Row) -> Section:
    name = row.needed("section_id")
    return Section(
        section_id=name,
        label=row.text("label") or name,
        municipality_key=key,
        street=row.text("street"),
        from_street=row.text("from_street"),
        to_street=row.text("to_street"),
        side=row.text("side"),
        length_m=row.number("length_m"),
        buildings=row.whole("buildings"),
    )


def _street(key: str, row: Row) -> StreetRange:
    return StreetRange(
        municipality_key=key,
        street=row.needed("street"),
        number_from=row.whole("number_from"),
        number_to=row.whole("number_to"),
        side=row.text("side"),
        district_code=row.text("district_code"),
        postcode=row.text("postcode"),
        section_id=row.text("section_id"),
    )


def _box(row: Row | None) -> tuple[float, float, float, float] | None:
    """The plausible box; None where any side of it is missing."""
    if row is None:
        return None
    e_min, e_max = row.number("e_min"), row.number("e_max")
    n_min, n_max = row.number("n_min"), row.number("n_max")
    if e_min is None or e_max is None or n_min is None or n_max is None:
        return None
    return e_min, e_max, n_min, n_max


def _pattern(row: Row | None, column: str) -> str:
    if row is None:
        return ""
    try:
        return re.compile(row.text(column)).pattern
    except re.error as error:
        raise row.unreadable(column, row.text(column)) from error


def _refuse_twice(rows: list[Row] | None, *columns: str) -> None:
    """Refuse a register in which two lines have the same identity."""
    seen: set[tuple[str, ...]] = set()
    for row in rows or ():
        identity = tuple(row.text(column) for column in columns)
        if identity in seen:
            raise row.unreadable(columns[0], identity[0])
        seen.add(identity)


def _refuse_ambiguous(rows: list[Row]) -> None:
    """Refuse a spelling that means two districts of one municipality."""
    meanings: dict[str, str] = {}
    for row in rows:
        code = row.needed("district_code")
        for spelling in (code, row.needed("district"), *row.texts("synonyms")):
            if meanings.setdefault(fold(spelling), code) != code:
                raise row.unreadable("synonyms", spelling)
