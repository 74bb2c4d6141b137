"""Vacancy rates: the cases of DOMAIN.md, worked out by hand, and when no rate is shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.publish.comparison_tables import rate_table
from pipelines.publish.edition import read_summaries
from tests.publish.editions import bochum, make_edition, unit

Shown = tuple[str, str]


def rates(tmp_path: Path, vacant: list[dict[str, Any]], stock: list[dict[str, Any]]) -> list[Shown]:
    """(rate by units, rate by area) of district 25 as shown: one decimal, or its sign."""
    places = bochum()
    edition = make_edition(tmp_path / "e.duckdb", places, units=vacant, stock=stock)
    rows = rate_table(read_summaries(edition.path, places, tmp_path / "figures")).rows
    return [
        tuple(row[f"{name}_sign"] or f"{row[name]:.1f}" for name in ("rate_units", "rate_area"))
        for row in rows.iter_rows(named=True)
        if row["level"] == "row"
    ]  # type: ignore[misc]  # two values each


def shops(count: int, area: float | None) -> list[dict[str, Any]]:
    """Vacant shops with `area` m² in all, spread evenly."""
    each = None if area is None else (Decimal(str(area)) / count).quantize(Decimal("0.01"))
    found = [unit(n, "25", sales_area_m2=each) for n in range(1, count + 1)]
    if each is not None:  # what rounding left over
        found[0]["sales_area_m2"] = Decimal(str(area)) - each * (count - 1)
    return found


def stock(units: int, area: float | None, **values: Any) -> list[dict[str, Any]]:
    return [{
        "wave_id": "2019-W1", "municipality_key": "05911000", "district_id": "05911000-25",
        "unit_type": "LADENLOKAL", "units_total": units, "sales_area_total_m2": area,
        "coverage": "VOLL",
    } | values]  # fmt: skip


@pytest.mark.parametrize(
    ("vacant", "in_stock", "expected"),
    [
        (shops(46, 11935), stock(657, 100000), [("7.0", "11.9")]),  # Bochum centre 2020
        (shops(36, 14400), stock(310, 30000), [("11.6", "48.0")]),  # Recklinghausen: 12 %, 48 %
        (shops(46, None), stock(657, 100000), [("7.0", "/")]),  # areas unknown
        (shops(46, 11935), stock(657, None), [("7.0", ".")]),  # stock of area unknown
        (shops(3, 300), stock(19, 2000), [("/", "/")]),  # fewer than 20 units
        (shops(3, 300), stock(20, 2000), [("15.0", "15.0")]),
        (shops(46, 11935), stock(657, 100000, coverage="TEIL"), []),  # not fully covered
        (shops(46, 11935), [], []),  # no stock
    ],
)
def test_rates(
    tmp_path: Path,
    vacant: list[dict[str, Any]],
    in_stock: list[dict[str, Any]],
    expected: list[Shown],
) -> None:
    assert rates(tmp_path, vacant, in_stock) == expected


def test_area_needs_four_fifths_of_the_vacant_units(tmp_path: Path) -> None:
    eight_of_ten = [*shops(8, 800), *(unit(n, "25") for n in (90, 91))]
    seven_of_ten = [*shops(7, 700), *(unit(n, "25") for n in (90, 91, 92))]
    assert rates(tmp_path, eight_of_ten, stock(100, 10000)) == [("10.0", "8.0")]
    assert rates(tmp_path, seven_of_ten, stock(100, 10000)) == [("10.0", "/")]


def test_partly_vacant_and_other_kinds_are_in_no_rate(tmp_path: Path) -> None:
    vacant = [
        *shops(10, 1000),
        unit(80, "25", vacancy_degree="TEILWEISE"),
        unit(81, "25", object_kind="BRACHFLAECHE", unit_type=None),
        unit(82, "25", unit_type="WOHNUNG"),
        unit(83, "25", vacancy_status="ZWISCHENNUTZUNG"),
    ]
    assert rates(tmp_path, vacant, stock(100, 10000)) == [("10.0", "10.0")]


@pytest.mark.parametrize(
    ("coverage", "extra", "expected"),
    [
        ("VOLL", [], [("20.0", "20.0")]),
        ("TEIL", [], []),
        ("VOLL", [unit(99, "25", vacancy_status="NICHT_ERHOBEN")], []),
    ],
)
def test_an_inventory_is_its_own_stock(
    tmp_path: Path, coverage: str, extra: list[dict[str, Any]], expected: list[Shown]
) -> None:
    occupied = [unit(n, "25", vacancy_status="BELEGT", sales_area_m2=100) for n in range(20, 44)]
    places = bochum()
    edition = make_edition(
        tmp_path / "e.duckdb", places, units=[*shops(6, 600), *occupied, *extra],
        submissions=[{"submission_id": "s1", "coverage": coverage}],
    )  # fmt: skip
    rows = rate_table(read_summaries(edition.path, places, tmp_path / "figures")).rows
    assert [
        (f"{row['rate_units']:.1f}", f"{row['rate_area']:.1f}")
        for row in rows.iter_rows(named=True)
        if row["level"] == "row"
    ] == expected


def test_changes_of_rates_are_percentage_points(tmp_path: Path) -> None:
    """10 of 100 units, then 7.5 of 100: 2.5 points fewer; the first wave has none before."""
    units = [unit(n, "25", wave_id="2019-W1") for n in range(1, 11)]
    units += [unit(n, "25", wave_id="2021-W1") for n in range(1, 16)]
    in_stock = [*stock(100, None), *stock(200, None, wave_id="2021-W1")]
    places = bochum()
    edition = make_edition(tmp_path / "e.duckdb", places, units=units, stock=in_stock)
    table = rate_table(read_summaries(edition.path, places, tmp_path / "figures"))
    rows = table.rows.filter(level="row").select("wave_id", "points_units", "points_units_sign")
    assert [(wave, points and f"{points:.1f}", sign) for wave, points, sign in rows.rows()] == [
        ("2021-W1", "-2.5", ""),
        ("2019-W1", None, "."),
    ]
