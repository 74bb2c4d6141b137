"""Outlines: points against districts drawn by hand, and against a count in plain Python."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from pipelines.errors import InputFailure
from pipelines.intake.outlines import located
from schemas.places import Place

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
BESIDE = [[4, 0], [8, 0], [6, 4], [4, 4], [4, 0]]
OVER = [[7, 3], [9, 3], [9, 5], [7, 5], [7, 3]]
ISLAND = [[20, 20], [21, 20], [21, 21], [20, 21], [20, 20]]


def place(folder: Path) -> Place:
    """Two districts side by side, one with a hole and an island, and a third over their corner."""
    features = [
        ("1", "MultiPolygon", [[SQUARE, HOLE], [ISLAND]]),
        ("2", "Polygon", [BESIDE]),
        ("3", "Polygon", [OVER]),
    ]
    path = folder / "outlines.geojson"
    path.write_text(
        json.dumps(
            {
                "features": [
                    {
                        "properties": {"district_code": code},
                        "geometry": {"type": kind, "coordinates": coordinates},
                    }
                    for code, kind, coordinates in features
                ]
            }
        ),
        encoding="utf-8",
    )
    return Place("1", outlines=path)


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (0.5, 0.5, "1"),
        (1.5, 1.5, None),  # in the hole
        (20.5, 20.5, "1"),
        (5, 1, "2"),
        (7.9, 3.5, "3"),
        (7.05, 3.05, "3"),
        (12, 12, None),
        (None, 1, None),
    ],
)
def test_a_point_lies_in_one_district(
    tmp_path: Path, lon: float | None, lat: float, code: str | None
) -> None:
    points = pl.DataFrame(
        {"lon": [lon], "lat": [lat]}, schema={"lon": pl.Float64, "lat": pl.Float64}
    )
    assert located(points, place(tmp_path)).to_list() == [code]


def test_many_points_agree_with_a_count_in_plain_python(tmp_path: Path) -> None:
    dice = random.Random(7)
    points = [(dice.uniform(-1, 9), dice.uniform(-1, 6)) for _ in range(2_000)]
    frame = pl.DataFrame(points, schema=["lon", "lat"], orient="row")
    rings = {"1": [SQUARE, HOLE, ISLAND], "2": [BESIDE], "3": [OVER]}
    expected = [
        next(iter(held)) if len(held) == 1 else None
        for point in points
        for held in [{code for code, parts in rings.items() if holds(parts, *point)}]
    ]
    assert located(frame, place(tmp_path)).to_list() == expected
    assert len(set(expected)) == 4


def holds(rings: list[list[list[int]]], lon: float, lat: float) -> bool:
    crossings = sum(
        (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise(ring)
    )
    return crossings % 2 == 1


def test_without_outlines_no_point_is_known() -> None:
    assert located(pl.DataFrame({"lon": [1.0], "lat": [1.0]}), Place("1")).to_list() == [None]


def test_outlines_that_are_none_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "outlines.geojson"
    path.write_text('{"features": [{"properties": {}}]}', encoding="utf-8")
    with pytest.raises(InputFailure):
        located(pl.DataFrame({"lon": [1.0], "lat": [1.0]}), Place("1", outlines=path))
