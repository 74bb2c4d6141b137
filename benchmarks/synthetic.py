"""An edition of any size, made in DuckDB alone: districts, sections, waves and millions of units.

In: how many units, districts and waves.
Out: a home with its registers, and an edition file as the store would have made it. Every value
follows from a row's number, so that the same numbers give the same edition. As a command it
measures what the site of such an edition costs: all of it, one changed district, nothing changed.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measure import run_once
from pipelines.home import Home, make_home, open_home
from pipelines.publish import publish

KEY = "99000000"
SECTIONS = 20  # in a district
AREA_SIZE = 20  # districts in a survey area


def district_code(number: int) -> str:
    """The code of a district by its number from 0."""
    return f"{number + 1:03}"


def write_registers(folder: Path, districts: int, waves: int) -> None:
    """The place of the benchmark: a grid of districts, `SECTIONS` streets of one section each."""
    folder.mkdir(parents=True, exist_ok=True)
    codes = [district_code(number) for number in range(districts)]
    _write(folder / "municipality.csv", "municipality_key,municipality", [(KEY, "Musterstadt")])
    _write(
        folder / "districts.csv",
        "municipality_key,borough_code,borough,district_code,district,area_km2,inhabitants,"
        "tile_row,tile_col",
        [(KEY, "1", "Mitte", code, f"Bezirk {code}", 2.5, 9000, n // 20, n % 20)
         for n, code in enumerate(codes)],
    )  # fmt: skip
    _write(
        folder / "survey_areas.csv",
        "municipality_key,survey_area,label,synonyms,district_codes",
        [(KEY, f"G{start // AREA_SIZE + 1:02}", f"Gebiet {start // AREA_SIZE + 1:02}", "",
          "|".join(codes[start : start + AREA_SIZE]))
         for start in range(0, districts, AREA_SIZE)],
    )  # fmt: skip
    _write(
        folder / "waves.csv",
        "wave_id,label,municipality_key,survey_area,starts_on,ends_on,reference_date,status",
        [(f"{2015 + w}-W1", "", KEY, "", f"{2015 + w}-05-01", f"{2015 + w}-06-30",
          f"{2015 + w}-06-15", "abgeschlossen") for w in range(waves)],
    )  # fmt: skip
    sections = [(code, s) for code in codes for s in range(SECTIONS)]
    _write(
        folder / "sections.csv",
        "section_id,label,municipality_key,street,from_street,to_street,side,length_m,buildings",
        [(f"{code}-S{s:02}", f"Straße {code}-{s:02}", KEY, f"Straße {code}-{s:02}", "", "", "",
          200 + s, 8 + s) for code, s in sections],
    )  # fmt: skip
    _write(
        folder / "streets.csv",
        "municipality_key,street,number_from,number_to,side,district_code,postcode,section_id",
        [(KEY, f"Straße {code}-{s:02}", 1, 999, "", code, "", f"{code}-S{s:02}")
         for code, s in sections],
    )  # fmt: skip


def _write(path: Path, heading: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(heading.split(","))
        writer.writerows(rows)


# Of ten objects six are occupied, three vacant and one in another state. An object stays where it
# is over all waves; every seventh changes its state from wave to wave.
_UNITS = """
    INSERT INTO versions.vacancies BY NAME
    SELECT
        $key AS municipality_key,
        $key || '-' || code AS district_id, code AS district_code,
        code || '-A' || lpad(object::VARCHAR, 7, '0') AS object_id,
        (2015 + wave)::VARCHAR || '-W1' AS wave_id,
        make_date(2015 + wave, 5, 1 + state % 28) AS survey_date, 'day' AS survey_date_precision,
        'Straße ' || code || '-' || lpad((object % 20)::VARCHAR, 2, '0') AS street,
        (object // 20 % 400)::VARCHAR AS house_number,
        code || '-S' || lpad((object % 20)::VARCHAR, 2, '0') AS section_id,
        CASE WHEN object % 97 = 0 THEN 'BRACHFLAECHE' WHEN object % 89 = 0 THEN 'GEBAEUDE'
            WHEN object % 83 = 0 THEN 'BAULUECKE' ELSE 'EINHEIT' END AS object_kind,
        CASE WHEN object % 97 = 0 OR object % 83 = 0 THEN NULL ELSE
            ['LADENLOKAL', 'LADENLOKAL', 'BUERO_PRAXIS', 'WERKSTATT', 'WOHNUNG'][1 + object % 5]
            END AS unit_type,
        ['EG', 'EG', 'OG1', 'UG'][1 + object % 4] AS storey,
        CASE WHEN state % 23 = 0 THEN 'TEILWEISE' ELSE 'VOLLSTAENDIG' END AS vacancy_degree,
        ['BELEGT', 'LEER', 'BELEGT', 'LEER', 'BELEGT', 'BELEGT', 'LEER', 'BELEGT', 'BELEGT',
            ['ZWISCHENNUTZUNG', 'UMBAU', 'UNKLAR'][1 + object % 3]][1 + state % 10]
            AS vacancy_status,
        ['EINZELHANDEL', 'GASTRONOMIE', 'HANDWERK', 'BUERO', 'UNBEKANNT'][1 + state % 5]
            AS previous_use,
        CASE WHEN state % 3 = 0 THEN make_date(2009 + state % 6, 1 + state % 12, 1) END
            AS vacant_since,
        CASE WHEN state % 3 = 0 THEN ['day', 'month', 'year'][1 + state % 3] END
            AS vacant_since_precision,
        (40 + object % 200)::DECIMAL(14, 2) AS sales_area_m2,
        (1 + state % 4)::VARCHAR AS condition,
        ['1A', '1B', '2A', '2B', 'NEBEN', 'STREU'][1 + object % 6] AS location_grade,
        CASE WHEN state % 4 = 0 THEN ['MIETE', 'ZUSTAND'] END AS causes,
        ['PRIVATPERSON', 'UNTERNEHMEN', 'KOMMUNE', 'UNBEKANNT'][1 + object % 4] AS owner_type,
        's' || code || wave AS submission_id, 'Erhebung' AS sheet, object + 2 AS row_number,
        hash(object) AS address_key, TIMESTAMP '2020-01-01' AS loaded_at, true AS is_current
    FROM (
        SELECT object, wave, lpad((1 + object % $districts)::VARCHAR, 3, '0') AS code,
            CASE WHEN object % 7 = 0 THEN object + wave ELSE object END // $districts AS state
        FROM range($objects) AS objects(object), range($waves) AS waves(wave)
    )
    ORDER BY wave, code, object
"""
_SITES = """
    INSERT INTO versions.production_sites BY NAME
    SELECT $key AS municipality_key, $key || '-' || code AS district_id, code AS district_code,
        code || '-P' || lpad(n::VARCHAR, 5, '0') AS site_id,
        (2015 + wave)::VARCHAR || '-W1' AS wave_id, 'AKTIV' AS site_status,
        ['URBANE_MANUFAKTUR', 'URBANE_INDUSTRIE', 'UNBEKANNT'][1 + n % 3] AS production_type,
        ['GEWERBEHOF', 'LADENLOKAL', 'HINTERHOF', 'PRIVATRAUM'][1 + n % 4] AS place_type,
        ['1011', '2511', '3109'][1 + n % 3] AS wz_code, '2008' AS wz_version,
        ['B1', 'B2_4', 'B5_9'][1 + n % 3] AS employees_class,
        code || '-S' || lpad((n % 20)::VARCHAR, 2, '0') AS section_id,
        's' || code || wave AS submission_id, 'Produktion' AS sheet, n + 2 AS row_number,
        TIMESTAMP '2020-01-01' AS loaded_at, true AS is_current
    FROM (
        SELECT n, wave, lpad((1 + d)::VARCHAR, 3, '0') AS code
        FROM range(25) AS sites(n), range($districts) AS places(d), range($waves) AS waves(wave)
    )
"""
_WALKED = """
    INSERT INTO versions.coverage BY NAME
    SELECT $key AS municipality_key, (2015 + wave)::VARCHAR || '-W1' AS wave_id,
        lpad((1 + d)::VARCHAR, 3, '0') || '-S' || lpad(s::VARCHAR, 2, '0') AS section_id,
        make_date(2015 + wave, 5, 2) AS walked_on, 'VOLL' AS coverage, 's' AS submission_id,
        'Begehung' AS sheet, d * 20 + s AS row_number,
        TIMESTAMP '2020-01-01' AS loaded_at, true AS is_current
    FROM range($districts) AS places(d), range(20) AS streets(s), range($waves) AS waves(wave)
"""
_SUBMITTED = """
    INSERT INTO versions.submissions BY NAME
    SELECT DISTINCT submission_id, 'liste.xlsx' AS file, 'team' AS team, $key AS municipality_key,
        'accepted' AS status, 'VOLL' AS coverage
    FROM versions.vacancies
"""


def make_synthetic(root: Path, units: int, districts: int, waves: int) -> tuple[Home, Path]:
    """A home below `root` and its edition with `units` rows of form A over all waves."""
    from pipelines.store.edition import dress  # late: what is measured writes no store
    from pipelines.store.schema import limit, prepare  # late: the same

    shutil.rmtree(root, ignore_errors=True)
    home = make_home(root)
    write_registers(home.areas / "musterstadt", districts, waves)
    path = home.editions / "first.duckdb"
    with duckdb.connect(str(path)) as connection:
        limit(connection, home.warehouse)
        connection.execute("SET preserve_insertion_order = false")
        prepare(connection)
        sizes = {"districts": districts, "waves": waves}
        connection.execute(_UNITS, {"key": KEY, "objects": units // waves, **sizes})
        connection.execute(_SITES, {"key": KEY, **sizes})
        connection.execute(_WALKED, {"key": KEY, **sizes})
        connection.execute(_SUBMITTED, {"key": KEY})
        dress(connection, "first", home.places())
    return home, path


def change_one_district(path: Path, name: str) -> Path:
    """A copy of the edition in which a correction took ten vacancies off one district."""
    changed = path.with_name(f"{name}.duckdb")
    shutil.copyfile(path, changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute("""
            UPDATE versions.vacancies SET vacancy_status = 'BELEGT', submission_id = 'correction'
            WHERE rowid IN (
                SELECT rowid FROM versions.vacancies
                WHERE district_code = '007' AND vacancy_status = 'LEER'
                    AND wave_id = (SELECT max(wave_id) FROM versions.vacancies)
                ORDER BY object_id LIMIT 10)
        """)
        connection.execute("""
            INSERT INTO versions.submissions BY NAME
            SELECT * REPLACE ('correction' AS submission_id) FROM versions.submissions LIMIT 1
        """)
    return changed


@dataclass(frozen=True)
class MadeEdition:
    """An edition by id and file, as publication needs it."""

    id: str
    path: Path


def publish_named(root: str, name: str) -> None:
    """Publish one edition of a home; says how many files it wrote."""
    home = open_home(Path(root))
    edition = MadeEdition(name, home.editions / f"{name}.duckdb")
    print(len(publish(home, home.places(), edition).written))


def main() -> None:
    """Make the editions where they are not there yet, then publish each as a process."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.synthetic")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--units", type=int, default=1_000_000)
    parser.add_argument("--districts", type=int, default=400)
    parser.add_argument("--waves", type=int, default=5)
    said = parser.parse_args()
    root = said.folder.resolve()
    if not root.exists():
        _, path = make_synthetic(root, said.units, said.districts, said.waves)
        change_one_district(path, "second")
    for made in ("warehouse/figures", "warehouse/published.json", "published"):
        shutil.rmtree(root / made, ignore_errors=True)
        (root / made).unlink(missing_ok=True)
    for step, name in (("whole site", "first"), ("one changed district", "second"),
                       ("nothing changed", "second")):  # fmt: skip
        code = f"from benchmarks.synthetic import *; publish_named({str(root)!r}, {name!r})"
        log = root.with_suffix(".log")
        seconds, busy, peak = run_once([sys.executable, "-c", code], (0,), log)
        files = log.read_text(encoding="utf-8").split()[-1]
        print(f"{step:22} {seconds:7.1f} s  {busy:7.1f} processor s  {peak:6.0f} MB"
              f"  {files:>5} files written", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
