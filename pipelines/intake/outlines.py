"""Outlines: in which district a position lies.

In: outlines.geojson of a place: features with the property district_code, polygons in WGS84.
Out: a function from longitude and latitude to the code of the one district that holds the point.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipelines.errors import InputFailure
from schemas.places import Place

Ring = Sequence[Sequence[float]]
Polygon = tuple[str, tuple[float, float, float, float], Sequence[Ring]]


def outlines_of(place: Place) -> Callable[[float, float], str | None]:
    """The locator of a place; without outlines it knows no point.

    Raises:
        InputFailure: the outlines are no GeoJSON of polygons with district_code.
    """
    polygons = _polygons(place.outlines) if place.outlines is not None else ()

    def locate(lon: float, lat: float) -> str | None:
        found = {
            code
            for code, (west, south, east, north), rings in polygons
            if west <= lon <= east and south <= lat <= north and _holds(rings, lon, lat)
        }
        return next(iter(found)) if len(found) == 1 else None

    return locate


@lru_cache(maxsize=16)
def _polygons(path: Path) -> tuple[Polygon, ...]:
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return tuple(polygon for feature in features for polygon in _of_feature(feature))
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputFailure("outlines-unreadable", path=path) from error


def _of_feature(feature: dict[str, Any]) -> list[Polygon]:
    code = str(feature["properties"]["district_code"])
    geometry = feature["geometry"]
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    return [(code, _box(rings[0]), rings) for rings in parts]


def _box(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _holds(rings: Sequence[Ring], lon: float, lat: float) -> bool:
    """Even-odd rule over all rings, so that holes are outside."""
    inside = False
    for ring in rings:
        for (x1, y1, *_), (x2, y2, *_) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside
