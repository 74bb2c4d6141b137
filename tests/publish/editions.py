"""Small editions made by hand, after the columns that analysts may rely on."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipelines.store.edition import dress
from pipelines.store.schema import prepare
from schemas.places import District, Place, Places, Section, SurveyArea, Wave

# Base view → the table of the store that its rows lie in.
TABLES = {"units": "vacancies", "object_links": "links"}
STANDS: dict[str, dict[str, object]] = {"quarantine": {}, "submissions": {}, "object_links": {}}


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
        prepare(connection)
        for name, rows in tables.items():
            for row in rows:
                values = row | STANDS.get(name, {"is_current": True})
                marks = ", ".join("?" * len(values))
                connection.execute(
                    f"INSERT INTO versions.{TABLES.get(name, name)} ({', '.join(values)}) "
                    f"VALUES ({marks})",
                    list(values.values()),
                )
        dress(connection, path.stem, places)
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
