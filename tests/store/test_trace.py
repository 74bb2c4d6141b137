"""Every figure of every published table has the rows behind it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.home import Home, make_home
from pipelines.publish.breakdowns import NOT_STATED, breakdowns
from pipelines.publish.contents import all_tables
from pipelines.publish.edition import read_summaries
from pipelines.publish.model import Limits, Table
from pipelines.store import build_edition, find_edition, query
from pipelines.store.behind import BEHIND
from pipelines.store.trace import trace
from tests.store.conftest import places_of
from tests.store.surveys import PLACES, ingest, unit

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
    summaries = read_summaries(find_edition(bochum).path, places_of(bochum), folder, ALL)
    keys = ["wave_id", "municipality_key", "district_id"]
    marks = summaries.districts.select(*keys).with_columns(mark=pl.lit(""))
    return {table.name: table for table in all_tables(summaries, marks)}


@pytest.fixture(scope="module")
def path(bochum: Home) -> Iterator[Path]:
    """The edition, opened once for the thousand questions."""
    found = find_edition(bochum).path
    open_edition = query.open_edition
    with open_edition(found) as connection, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            query, "open_edition",
            lambda path: nullcontext(connection) if path == found else open_edition(path),
        )  # fmt: skip
        yield found


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
    seen = 0
    for row in tables[name].rows.iter_rows(named=True):
        for field in tables[name].values:
            if (value := row[field.name]) is None or row[f"{field.name}_sign"]:
                continue
            figure, where = asked(name, field.name, row)
            if figure in {"known_share", "rate_area"} and not row["vacant_units"]:
                continue
            found = made_of(trace(path, figure, where))
            assert found == pytest.approx(float(value), abs=0.001), (figure, where)
            seen += 1
    assert seen


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


def test_a_longest_run_is_one_side_of_one_street(path: Path) -> None:
    rows = trace(path, "longest_run", [("wave_id", "2019-W1"), ("section_id", "25-S01")])
    numbers = sorted({int(row["part"]) for row in rows})
    assert numbers == list(range(numbers[0], numbers[0] + 2 * len(numbers), 2))
