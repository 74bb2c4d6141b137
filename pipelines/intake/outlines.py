"""Outlines: in which district a position lies.

In: outlines.geojson of a place: features with the property district_code, polygons in WGS84.
Out: for points in degrees the code of the one district that holds each.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import InputFailure
from schemas.places import Place

_PAIRS_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class _Polygon:
    """One polygon of a district: its edges, one a row with x1, y1, x2, y2, and their box."""

    code: str
    edges: pl.DataFrame
    west: float
    east: float
    south: float
    north: float


def located(points: pl.DataFrame, place: Place) -> pl.Series:
    """The districts of points; null where none or several hold a point, or there are no outlines.

    Args:
        points: columns `lon` and `lat`, Float64 in degrees; null is nowhere.
        place: whose outlines are asked.

    Raises:
        InputFailure: the outlines are no GeoJSON of polygons with district_code.
    """
    polygons = _polygons(place.outlines) if place.outlines is not None else ()
    numbered = points.with_row_index("point")
    held = [pl.DataFrame(schema={"point": pl.UInt32, "code": pl.String})]
    held += [_held(numbered, polygon) for polygon in polygons]
    single = (
        pl.concat(held)
        .unique()
        .group_by("point")
        .agg(pl.col("code").first(), pl.len().alias("districts"))
        .filter(pl.col("districts") == 1)
    )
    found = numbered.join(single, on="point", how="left", maintain_order="left")
    return found["code"].alias("district_code")


def _held(points: pl.DataFrame, polygon: _Polygon) -> pl.DataFrame:
    """The points inside a polygon, by the even-odd rule over all rings: holes are outside."""
    near = points.filter(
        pl.col("lon").is_between(polygon.west, polygon.east)
        & pl.col("lat").is_between(polygon.south, polygon.north)
    )
    x1, y1, x2, y2, lon, lat = (pl.col(name) for name in ("x1", "y1", "x2", "y2", "lon", "lat"))
    crosses = ((y1 > lat) != (y2 > lat)) & (lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1)
    crossings = [
        part.join(polygon.edges, how="cross").filter(crosses).group_by("point").len()
        for part in near.iter_slices(max(1, _PAIRS_AT_ONCE // polygon.edges.height))
    ]
    schema = {"point": pl.UInt32, "len": pl.UInt32}
    inside = pl.concat([pl.DataFrame(schema=schema), *crossings]).filter(pl.col("len") % 2 == 1)
    return inside.select("point", pl.lit(polygon.code).alias("code"))


@lru_cache(maxsize=16)
def _polygons(path: Path) -> tuple[_Polygon, ...]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return tuple(polygon for feature in features for polygon in _of_feature(feature))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputFailure("outlines-unreadable", path=path) from error


def _of_feature(feature: dict[str, Any]) -> list[_Polygon]:
    code = str(feature["properties"]["district_code"])
    geometry = feature["geometry"]
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    return [_polygon(code, rings) for rings in parts]


def _polygon(code: str, rings: list[list[list[float]]]) -> _Polygon:
    edges = [
        tuple(float(number) for number in (*start[:2], *end[:2]))
        for ring in rings
        for start, end in pairwise(ring)
    ]
    xs, ys = [edge[0] for edge in edges], [edge[1] for edge in edges]
    frame = pl.DataFrame(
        edges, schema=dict.fromkeys(("x1", "y1", "x2", "y2"), pl.Float64), orient="row"
    )
    return _Polygon(code, frame, min(xs), max(xs), min(ys), max(ys))
