"""Small editions made by hand, after the columns that analysts may rely on."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from schemas.places import District, Place, Places, Section, SurveyArea, Wave

VIEWS = Path(__file__).parents[2] / "warehouse" / "views"
ORDER = (
    "district_summary",
    "street_sections",
    "matched_sections",
    "wave_moves",
    "wave_changes",
    "vacancy_durations",
    "vacancy_rates",
)

_PLACE = "wave_id VARCHAR, municipality_key VARCHAR, district_id VARCHAR, section_id VARCHAR"
_SOURCE = "submission_id VARCHAR, sheet VARCHAR, row_number INTEGER"
_HELD = "hold_reason VARCHAR, hold_date DATE"
DDL = f"""
CREATE TABLE units (
    object_id VARCHAR, {_PLACE}, survey_area VARCHAR, survey_date DATE, street VARCHAR,
    house_number VARCHAR, object_kind VARCHAR, unit_type VARCHAR, storey VARCHAR,
    vacancy_degree VARCHAR, vacancy_status VARCHAR, previous_use VARCHAR, vacant_since DATE,
    vacant_since_precision VARCHAR, duration_class VARCHAR, sales_area_m2 DECIMAL(14,2),
    gross_area_m2 DECIMAL(14,2), condition VARCHAR, location_grade VARCHAR, causes VARCHAR[],
    owner_type VARCHAR, interim_use_from DATE, interim_use_to DATE, remarks VARCHAR,
    {_HELD}, {_SOURCE});
CREATE VIEW vacancies AS SELECT * FROM units WHERE vacancy_status = 'LEER'
    AND object_kind IN ('EINHEIT', 'GEBAEUDE', 'BRACHFLAECHE');
CREATE TABLE production_sites (
    site_id VARCHAR, {_PLACE}, survey_area VARCHAR, street VARCHAR, house_number VARCHAR,
    site_status VARCHAR, production_type VARCHAR, place_type VARCHAR, wz_version VARCHAR,
    wz_code VARCHAR, employees_class VARCHAR, floor_area_m2 DECIMAL(14,2), business_name VARCHAR,
    {_HELD}, {_SOURCE});
CREATE TABLE quarantine (wave_id VARCHAR, municipality_key VARCHAR, district_id VARCHAR,
    form VARCHAR, {_SOURCE});
CREATE TABLE stock (wave_id VARCHAR, municipality_key VARCHAR, district_id VARCHAR,
    section_id VARCHAR, unit_type VARCHAR, storey VARCHAR, units_total INTEGER,
    sales_area_total_m2 DECIMAL(14,2), coverage VARCHAR, source VARCHAR, reference_date DATE,
    {_SOURCE});
CREATE TABLE coverage (wave_id VARCHAR, municipality_key VARCHAR, section_id VARCHAR,
    walked_on DATE, coverage VARCHAR, {_SOURCE});
CREATE TABLE object_links (form VARCHAR, municipality_key VARCHAR, object_id VARCHAR,
    predecessor_id VARCHAR, kind VARCHAR);
CREATE TABLE submissions (submission_id VARCHAR, team VARCHAR, status VARCHAR, coverage VARCHAR,
    municipality_key VARCHAR);
CREATE TABLE districts (municipality_key VARCHAR, municipality VARCHAR, district_id VARCHAR,
    district_code VARCHAR, district VARCHAR, borough_code VARCHAR, borough VARCHAR,
    survey_area VARCHAR);
CREATE TABLE sections (section_id VARCHAR, label VARCHAR, municipality_key VARCHAR, street VARCHAR,
    from_street VARCHAR, to_street VARCHAR, side VARCHAR, length_m DOUBLE, buildings INTEGER,
    district_id VARCHAR);
"""


@dataclass(frozen=True)
class SmallEdition:
    """An edition by id and file."""

    id: str
    path: Path


def bochum(*waves: Wave, sections: tuple[Section, ...] = ()) -> Places:
    """Bochum as far as the tests need it."""
    names = {"25": "Wattenscheid-Mitte", "47": "Werne", "49": "Langendreer-Alter Bahnhof",
             "10": "Grumme"}  # fmt: skip
    place = Place(
        "05911000",
        "Bochum",
        districts=tuple(
            District("05911000", code, name, tile_row=int(code) // 10, tile_col=int(code) % 10)
            for code, name in names.items()
        ),
        survey_areas=(
            SurveyArea("05911000", "WAT", "Wattenscheid-Mitte", (), ("25",)),
            SurveyArea("05911000", "WLAB", "Werne / Langendreer-Alter Bahnhof", (), ("47", "49")),
        ),
        waves=waves,
        sections=sections,
    )
    return Places({"05911000": place}, "digest")


def make_edition(path: Path, places: Places, **tables: list[dict[str, object]]) -> SmallEdition:
    """Write an edition file holding these rows; a column that a row does not name is null."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(DDL)
        tables["districts"] = [
            {"municipality_key": d.municipality_key, "municipality": place.municipality,
             "district_id": d.district_id, "district_code": d.district_code,
             "district": d.district, "survey_area": next(
                 (a.survey_area for a in place.survey_areas if d.district_code in a.district_codes),
                 None)}
            for place in places.by_key.values() for d in place.districts
        ]  # fmt: skip
        tables["sections"] = [
            {"section_id": s.section_id, "label": s.label, "municipality_key": s.municipality_key,
             "street": s.street, "length_m": s.length_m, "buildings": s.buildings}
            for place in places.by_key.values() for s in place.sections
        ]  # fmt: skip
        for name, rows in tables.items():
            for row in rows:
                marks = ", ".join("?" * len(row))
                connection.execute(
                    f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})",
                    list(row.values()),
                )
        for view in ORDER:
            file = VIEWS / f"{view}.sql"
            if file.exists():
                connection.execute(file.read_text(encoding="utf-8"))
    return SmallEdition(path.stem, path)


def unit(number: int, district: str, **values: object) -> dict[str, object]:
    """A vacant shop unit with the values that matter to a test."""
    return {
        "object_id": f"{district}-A{number:04}", "wave_id": "2019-W1",
        "municipality_key": "05911000", "district_id": f"05911000-{district}",
        "object_kind": "EINHEIT", "unit_type": "LADENLOKAL", "vacancy_status": "LEER",
        "street": "Hochstraße", "house_number": str(number),
        "submission_id": "s1", "sheet": "Erhebung", "row_number": number,
    } | values  # fmt: skip


def site(number: int, district: str, **values: object) -> dict[str, object]:
    """An active production site."""
    return {
        "site_id": f"{district}-P{number:04}", "wave_id": "2019-W1",
        "municipality_key": "05911000", "district_id": f"05911000-{district}",
        "site_status": "AKTIV", "production_type": "URBANE_MANUFAKTUR", "street": "Hochstraße",
        "submission_id": "s1", "sheet": "Produktion", "row_number": number,
    } | values  # fmt: skip


def legible(path: Path) -> str:
    """Everything a file says, inside its packing too."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as package:
            return "\n".join(package.read(name).decode() for name in package.namelist())
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv()
    return path.read_text(encoding="utf-8")
