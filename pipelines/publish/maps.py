"""Maps from what the office gives: outlines of districts, and street sections by their length.

In: GeoJSON of the office, figures of districts and sections that also stand in a table.
Out: SVG; no map shows the position of an object.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import cos, radians
from pathlib import Path
from typing import Any

from pipelines.publish.charts import Tile, shade, svg

Ring = list[tuple[float, float]]

_WIDTH, _MARGIN = 640.0, 6.0
_BAND, _LABEL, _LINE = 26, 22, 62


@dataclass(frozen=True)
class Segment:
    """One published street section: its length in m and its figure."""

    street: str
    name: str
    length_m: float
    value: int
    shown: str


def district_rings(path: Path, municipality: str) -> dict[str, list[Ring]]:
    """district_id → the rings of its outline; a feature names district_id or district_code."""
    found: dict[str, list[Ring]] = {}
    for feature in json.loads(path.read_text(encoding="utf-8")).get("features", []):
        said = feature.get("properties") or {}
        district = said.get("district_id") or f"{municipality}-{said.get('district_code')}"
        found.setdefault(str(district), []).extend(_rings(feature.get("geometry") or {}))
    return {district: rings for district, rings in found.items() if rings}


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    points, kind = geometry.get("coordinates") or [], geometry.get("type")
    shapes = {"Polygon": [points], "MultiPolygon": points}.get(str(kind), [])
    for shape in shapes:
        for ring in shape or []:
            yield [(float(point[0]), float(point[1])) for point in ring]


def outline_map(
    map_id: str, title: str, rings: Mapping[str, list[Ring]], tiles: Mapping[str, Tile]
) -> str:
    """Every district with an outline; the darker, the more; its code and number stand in it."""
    points = [point for district in rings.values() for ring in district for point in ring]
    if not points:
        return ""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    # Degrees of longitude are shorter than those of latitude; metres are not.
    narrow = cos(radians((low + high) / 2)) if max(abs(left), abs(right)) <= 180 else 1.0
    scale = (_WIDTH - 2 * _MARGIN) / (((right - left) * narrow) or 1)

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        x, y = point
        return _MARGIN + (x - left) * narrow * scale, _MARGIN + (high - y) * scale

    most = max((tile.value or 0 for tile in tiles.values()), default=0) or 1
    drawn = [
        _district(tiles[district], [[placed(point) for point in ring] for ring in rings[district]],
                  most)
        for district in sorted(rings) if district in tiles
    ]  # fmt: skip
    told = "; ".join(f"{tile.name}: {tile.shown}" for tile in tiles.values()
                     if tile.value is not None)  # fmt: skip
    height = round((high - low) * scale + 2 * _MARGIN)
    return svg(map_id, title, told, f"0 0 {_WIDTH:.0f} {height}", "".join(drawn))


def _district(tile: Tile, rings: Sequence[Ring], most: int) -> str:
    fill, ink = shade(tile.value, most)
    path = "".join(f"M{' L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" for ring in rings)
    largest = max(rings, key=len)
    x = sum(x for x, _ in largest) / len(largest)
    y = sum(y for _, y in largest) / len(largest)
    shape = (
        f'<path d="{path}" fill-rule="evenodd" stroke="var(--paper)" style="fill: {fill}"/>'
        f'<text x="{x:.1f}" y="{y - 6:.1f}" class="c" text-anchor="middle" style="fill: {ink}">'
        f"{escape(tile.code)}</text>"
        f'<text x="{x:.1f}" y="{y + 14:.1f}" class="v" text-anchor="middle" style="fill: {ink}">'
        f"{escape(tile.shown)}</text><title>{escape(tile.name)}: {escape(tile.shown)}</title>"
    )
    if tile.address is None:
        return f"<g>{shape}</g>"
    label = escape(f"{tile.name}: {tile.shown}")
    return f'<a href="{escape(tile.address)}" aria-label="{label}">{shape}</a>'


def street_bands(map_id: str, title: str, segments: Sequence[Segment]) -> str:
    """A band for each street, its sections side by side and as long as they are."""
    if not segments:
        return ""
    streets: dict[str, list[Segment]] = {}
    for segment in segments:
        streets.setdefault(segment.street, []).append(segment)
    longest = max(sum(s.length_m for s in own) for own in streets.values())
    most = max(segment.value for segment in segments) or 1
    parts = []
    for line, (street, own) in enumerate(sorted(streets.items())):
        top, left = line * _LINE + _LABEL, 0.0
        parts.append(f'<text x="0" y="{top - 7}">{escape(street)}</text>')
        for segment in own:
            width = _WIDTH * segment.length_m / longest
            fill, ink = shade(segment.value, most)
            parts.append(
                f'<g><rect x="{left:.1f}" y="{top}" width="{max(width - 2, 1):.1f}" '
                f'height="{_BAND}" style="fill: {fill}"/>'
                f'<text x="{left + width / 2:.1f}" y="{top + 18}" class="n" text-anchor="middle" '
                f'style="fill: {ink}">{escape(segment.shown)}</text>'
                f"<title>{escape(segment.name)}: {escape(segment.shown)}</title></g>"
            )
            left += width
    told = "; ".join(f"{segment.name}: {segment.shown}" for segment in segments)
    box = f"0 0 {_WIDTH:.0f} {len(streets) * _LINE}"
    return svg(map_id, title, told, box, "".join(parts))
