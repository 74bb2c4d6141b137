"""Every figure of every published table has the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.home import Home, Settings, make_home
from pipelines.publish.breakdowns import NOT_STATED, breakdowns
from pipelines.publish.contents import all_tables
from pipelines.publish.edition import read_summaries
from pipelines.publish.model import Limits, Table
from pipelines.publish.publication import limits_of
from pipelines.publish.small_counts import without_small
from pipelines.store import build_edition, find_edition
from pipelines.store.behind import BEHIND
from pipelines.store.query import open_edition
from pipelines.store.trace import trace
from schemas.places import Places
from tests.store.conftest import places_of
from tests.store.surveys import PLACES, ingest, unit
from tests.store.uneven import TOWN, walk_town

Row = dict[str, Any]
# Nothing is suppressed, since the office answers for what it keeps confidential too.
ALL = Limits(small_cell=0, rate_units=0, rate_known=0)
TABLES = (
    "districts", "sections", "unit_types", "storeys", "previous_use", "durations", "condition",
    "interim_use", "production_types", "place_types", "site_density", "changes", "rates", "quality",
)  # fmt: skip


@pytest.fixture(scope="module")
def tables(bochum: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    """The published tables of the golden run."""
    folder = tmp_path_factory.mktemp("figures") / "kept"
    return tables_of(find_edition(bochum).path, places_of(bochum), folder, ALL)


def tables_of(path: Path, places: Places, folder: Path, limits: Limits) -> dict[str, Table]:
    summaries = without_small(read_summaries(path, places, folder, limits))
    keys = ["wave_id", "municipality_key", "district_id"]
    marks = summaries.districts.select(*keys).with_columns(mark=pl.lit(""))
    return {table.name: table for table in all_tables(summaries, marks)}


@pytest.fixture(scope="module")
def path(bochum: Home) -> Iterator[Path]:
    """The edition, opened once for the thousand questions."""
    found = find_edition(bochum).path
    with opened_once(found):
        yield found


@contextmanager
def opened_once(found: Path) -> Iterator[None]:
    with open_edition(found) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "pipelines.store.trace.open_edition",
            lambda path: nullcontext(connection) if path == found else open_edition(path),
        )
        yield


def asked(table: str, name: str, row: Row) -> tuple[str, list[tuple[str, str]]]:
    """The figure and conditions of one cell of a published table."""
    where = [("wave_id", row["wave_id"])]
    if row["level"] == "row":
        where.append(("district_id", row["district_id"] or ""))
    elif row["level"] == "area":
        where.append(("survey_area", row["survey_area"]))
    if table == "sections":
        where += [("section", row["section"])]
        where += [("section_id", row["section_id"])] if row["section_id"] else []
    if table == "changes":
        where.append(("wave_before", row["wave_before"]))
    breakdown = next((one for one in breakdowns() if one.name == table), None)
    if breakdown is None or name in BEHIND:
        return name, where
    if name != "total":
        dimension = {"wz_divisions": "wz_division"}.get(table, breakdown.dimension)
        where.append((dimension, "" if name == NOT_STATED else name))
    return breakdown.figure.name, where


def made_of(rows: list[Row]) -> float:
    """The figure that traced rows make."""
    if any("part" in row and "value" in row for row in rows):
        return _share(rows, "") - (_share(rows, "before-") if _has(rows, "before-") else 0)
    if any("value" in row for row in rows):
        return float(sum(row["value"] for row in rows))
    parts = {row["part"] for row in rows if "part" in row}
    return float(len(parts) or len(rows))


def _has(rows: list[Row], prefix: str) -> bool:
    return any(row["part"].startswith(prefix) for row in rows)


def _share(rows: list[Row], prefix: str) -> float:
    above, below = (
        sum(Decimal(row["value"] or 0) for row in rows if row["part"] == f"{prefix}{part}")
        for part in ("numerator", "denominator")
    )
    return float(100 * above / below)


def test_no_table_is_left_out(tables: dict[str, Table]) -> None:
    assert tuple(tables) == TABLES


@pytest.mark.parametrize("name", TABLES)
def test_every_figure_of_a_table_has_its_rows(
    path: Path, tables: dict[str, Table], name: str
) -> None:
    assert compared(path, tables[name], Settings())


def compared(path: Path, table: Table, settings: Settings) -> int:
    """How many figures of a table were compared with what their rows make."""
    seen = 0
    for row in table.rows.iter_rows(named=True):
        for field in table.values:
            if (value := row[field.name]) is None or row[f"{field.name}_sign"]:
                continue
            figure, where = asked(table.name, field.name, row)
            if figure in {"known_share", "rate_area"} and not row["vacant_units"]:
                continue
            found = made_of(trace(path, figure, where, settings))
            assert found == pytest.approx(float(value), abs=0.001), (table.name, figure, where)
            seen += 1
    return seen


def test_sections_compared_have_their_walks(path: Path, tables: dict[str, Table]) -> None:
    for row in tables["changes"].rows.iter_rows(named=True):
        for figure in ("sections_matched", "sections_registered"):
            _, where = asked("quality", figure, row)
            assert made_of(trace(path, figure, where)) == row[figure]


def test_a_change_in_percentage_points_has_the_rows_of_both_waves(tmp_path: Path) -> None:
    """1 of 40 shops vacant, then 2 of 50: 2.5 % to 4 %."""
    home = make_home(tmp_path / "home")
    for wave, count, total in (("2019-W1", 1, 40), ("2021-W1", 2, 50)):
        day = date(int(wave[:4]), 5, 3)
        stock = {"wave_id": wave, "district_code": "25", "unit_type": "LADENLOKAL",
                 "units_total": total, "coverage": "VOLL", "reference_date": day}  # fmt: skip
        units = [unit(str(901 + n), wave_id=wave, survey_date=day) for n in range(count)]
        ingest(home, wave, units, stock=[stock], file=f"{wave}.xlsx")
    path = build_edition(home, PLACES).path
    rows = trace(path, "points_units", [("wave_id", "2021-W1"), ("district_id", "05911000-25")])
    assert made_of(rows) == pytest.approx(1.5)
    assert {row["part"] for row in rows} == {
        "numerator", "denominator", "before-numerator", "before-denominator",
    }  # fmt: skip


def test_the_wave_before_is_the_last_with_a_rate_of_the_same_place(tmp_path: Path) -> None:
    """District 25 has a rate in 2019 and 2023; what 2021 tells of district 49 is not its past."""
    home = make_home(tmp_path / "home")
    for wave, code, total in (("2019-W1", "25", 40), ("2021-W1", "49", 50), ("2023-W1", "25", 20)):
        day = date(int(wave[:4]), 5, 3)
        stock = {"wave_id": wave, "district_code": code, "unit_type": "LADENLOKAL",
                 "units_total": total, "coverage": "VOLL", "reference_date": day}  # fmt: skip
        shop = unit("901", wave_id=wave, survey_date=day, district_code=code)
        ingest(home, wave, [shop], stock=[stock], file=f"{wave}.xlsx")
    path = build_edition(home, PLACES).path
    where = [("wave_id", "2023-W1"), ("district_id", "05911000-25")]
    assert made_of(trace(path, "points_units", where)) == pytest.approx(2.5)
    # Where a rate needs more units than there were in 2023, there is no past to compare with.
    with_more = Settings(rate_units=50)
    rows = trace(path, "points_units", where, with_more)
    assert {row["part"] for row in rows} == {"numerator", "denominator"}


def test_a_longest_run_is_one_side_of_one_street(path: Path) -> None:
    rows = trace(path, "longest_run", [("wave_id", "2019-W1"), ("section_id", "25-S01")])
    numbers = sorted({int(row["part"]) for row in rows})
    assert numbers == list(range(numbers[0], numbers[0] + 2 * len(numbers), 2))


@pytest.fixture(scope="module")
def uneven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = make_home(tmp_path_factory.mktemp("uneven") / "home")
    walk_town(home)
    return build_edition(home, TOWN).path


OTHER = Settings(headline_small_cell=3, section_buildings=5, long_months=36, rate_units=0)
FIGURES = {
    "districts": {"vacancies", "production_sites"}, "sections": {"vacancies"},
    "durations": {"long_share"}, "interim_use": {"end_open"}, "site_density": {"per_1000"},
    "changes": {"u_now"}, "rates": {"rate_units"},
}  # fmt: skip


@pytest.mark.parametrize("settings", [Settings(), OTHER], ids=["usual", "other-thresholds"])
def test_sums_leave_out_what_is_not_shown(uneven: Path, tmp_path: Path, settings: Settings) -> None:
    """Districts walked in part, or with few vacancies where the office hides those."""
    tables = tables_of(uneven, TOWN, tmp_path / "kept", limits_of(settings))
    with opened_once(uneven):
        for name, figures in FIGURES.items():
            wanted = pl.col("level") != ("total" if name == "sections" else "row")
            table = replace(
                tables[name], rows=tables[name].rows.filter(wanted),
                fields=tuple(one for one in tables[name].fields if one.name in figures),
            )  # fmt: skip
            assert compared(uneven, table, settings), name


@pytest.mark.parametrize(
    ("where", "count"),
    [
        # Mitte 5 (one of its 6 is in interim use) and Ost 2, without the 4 of Nord.
        ({"wave_id": "2019-W1"}, 7),
        ({"wave_id": "2019-W1", "survey_area": "WLAB"}, 2),
        # Named itself, a district is told whole; its table shows ".".
        ({"wave_id": "2019-W1", "district_id": "05911000-47"}, 4),
        ({"wave_id": "2019-W1", "section": "47-S1"}, 4),
        # The two sections of 6 and 4 buildings are one row of their street.
        ({"wave_id": "2019-W1", "section": "Hochstraße"}, 3),
        ({"wave_id": "2021-W1"}, 6),
    ],
)
def test_what_a_sum_counts(uneven: Path, where: dict[str, str], count: int) -> None:
    assert len(trace(uneven, "vacancies", list(where.items()))) == count
