"""A store of ten million units: what one more submission, an edition and its tables cost then.

In: a number of units and a folder for the home, which is made once and used again.
Out: seconds of wall clock and processor, and the peak memory, of each step as a process.

The units are one loaded survey many times over: a quarter of them in each of four waves, in a
hundred municipalities of thirty districts with twenty walked sections each, a submission for each
wave and municipality. The submission that is measured goes to a municipality that holds a
hundredth of all units.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import sys
from contextlib import closing
from itertools import count
from pathlib import Path

import duckdb

from benchmarks.measure import run_once
from benchmarks.workbooks import write_workbook

COMMAND = str(Path(sys.executable).with_name("leerstand"))
ROWS = 155
WAVES = 4
CITIES = 100
# One object has the same number in every wave; its place follows from the number. The first of the
# municipalities is the one that a survey without a stamp is of.
_CITY = "CASE WHEN {m} = 0 THEN '05911000' ELSE 'M' || lpad(({m})::VARCHAR, 3, '0') END"
_UNITS = """
INSERT INTO versions.vacancies BY NAME
SELECT r.* EXCLUDE (place) REPLACE (
    {city} AS municipality_key,
    {city} || '-' || (n % 30 + 10) AS district_id,
    (n % 30 + 10)::VARCHAR AS district_code,
    (n % 30 + 10) || '-S' || (n // 30 % 20) AS section_id,
    'X' || n AS object_id,
    'address ' || n AS address_key,
    CASE WHEN (n + w) % 10 = 0 THEN 'BELEGT' ELSE r.vacancy_status END AS vacancy_status,
    (2019 - 2 * w) || '-W1' AS wave_id,
    make_date((2019 - 2 * w)::INTEGER, 5, (1 + n % 28)::INTEGER) AS survey_date,
    'X' || w || '-' || (n // {share}) AS submission_id,
    (n % {share})::INTEGER AS row_number)
FROM range({waves}) AS waves(w), range({objects}) AS objects(n)
JOIN (SELECT row_number() OVER () - 1 AS place, * FROM versions.vacancies) AS r
    ON r.place = n % {rows}
ORDER BY w DESC, n
"""
_SUBMISSIONS = """
INSERT INTO versions.submissions BY NAME
SELECT DISTINCT submission_id, 'liste.xlsx' AS file, 'team' AS team, municipality_key,
    'accepted' AS status
FROM versions.vacancies WHERE submission_id LIKE 'X%'
"""
_COVERAGE = """
INSERT INTO versions.coverage BY NAME
SELECT (2019 - 2 * w) || '-W1' AS wave_id, {city} AS municipality_key,
    (d + 10) || '-S' || s AS section_id, make_date((2019 - 2 * w)::INTEGER, 5, 1) AS walked_on,
    'VOLL' AS coverage, 'S000001' AS submission_id, 'Begehung' AS sheet, 1 AS row_number,
    true AS is_current, TIMESTAMP '2026-01-01' AS loaded_at, TIMESTAMP '2026-01-01' AS counted_from
FROM range({waves}) AS a(w), range({cities}) AS b(m), range(30) AS c(d), range(20) AS e(s)
"""
STEPS = {
    "edition": "from pipelines.walk import home_places\nfrom pipelines.store import build_edition\n"
    "build_edition(home, home_places(home))",
    "changed Parquet": "from pipelines.store import find_edition\n"
    "from pipelines.store.parquet import write_parquet\nprint(write_parquet(home, "
    "find_edition(home)))",
    "summaries": "from pipelines.store import district_summary, find_edition\n"
    "district_summary(find_edition(home).path)",
    "changes between waves": "from pipelines.store import find_edition\n"
    "from pipelines.store.query import fetch\n"
    "print(len(fetch(find_edition(home).path, 'FROM wave_changes').rows))",
}


def make_store(home: Path, units: int) -> None:
    """A home with a store of so many units, whose ledger remembers every object."""
    leerstand(home, "init", home)
    leerstand(home, "--home", home, "ingest", workbook(home, 0))
    objects = units // WAVES
    share = objects // CITIES
    with duckdb.connect(home / "warehouse" / "store.duckdb") as store:
        city = _CITY.format(m=f"n // {share}")
        store.execute(
            _UNITS.format(city=city, share=share, waves=WAVES, objects=objects, rows=ROWS)
        )
        store.execute(_SUBMISSIONS)
        store.execute(_COVERAGE.format(city=_CITY.format(m="m"), waves=WAVES, cities=CITIES))
    with closing(sqlite3.connect(home / "raw" / "ledger.sqlite")) as ledger, ledger:
        ledger.executemany(
            "INSERT INTO numbers VALUES ('vacancies', ?, ?, ?, 1)",
            ((_city(n // share), f"address {n}|#1", f"X{n}") for n in range(objects)),
        )


def _city(number: int) -> str:
    return f"M{number:03}" if number else "05911000"


def workbook(home: Path, place: int) -> Path:
    """A survey of 155 objects that no other names, in the latest wave."""
    path = home.with_name(f"{home.name}-{place}.xlsx")
    write_workbook(path, ROWS, first=1 + place * ROWS)
    return path


def leerstand(home: Path, *words: object) -> tuple[float, float, float]:
    """Run the command; wall clock, processor seconds, peak MB."""
    return run_once([COMMAND, *map(str, words)], (0, 1), home.with_suffix(".log"))


def step(home: Path, code: str) -> tuple[float, float, float]:
    """Run a step of Python on the home as a process."""
    text = (
        "from pathlib import Path\nfrom pipelines.home import open_home\n"
        f"home = open_home(Path({str(home)!r}))\n{code}"
    )
    return run_once([sys.executable, "-c", text], (0,), home.with_suffix(".log"))


def main() -> None:
    """Make the store where it is not there yet, then measure every step twice."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_store")
    parser.add_argument("home", type=Path)
    parser.add_argument("--units", type=int, default=10_000_000)
    said = parser.parse_args()
    home = said.home.resolve()
    if not home.exists():
        make_store(home, said.units)
    small = home.with_name(f"{home.name}-empty")
    shutil.rmtree(small, ignore_errors=True)
    leerstand(home, "init", small)
    # What an earlier run handed in would be the same upload twice.
    unused = (n for n in count(1) if not home.with_name(f"{home.name}-{n}.xlsx").exists())
    for _ in range(2):
        survey = workbook(home, next(unused))
        show("155 rows into an empty store", leerstand(home, "--home", small, "ingest", survey))
        show("155 rows more", leerstand(home, "--home", home, "ingest", survey))
        for name, code in STEPS.items():
            show(name, step(home, code))


def show(name: str, taken: tuple[float, float, float]) -> None:
    """One line of the result."""
    print(
        f"{name:32} {taken[0]:7.2f} s  {taken[1]:7.2f} processor s  {taken[2]:7.0f} MB", flush=True
    )


if __name__ == "__main__":
    main()
