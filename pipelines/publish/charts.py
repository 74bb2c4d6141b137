"""Charts and the schematic map: SVG drawn when the site is built.

In: labels and numbers that also stand in a table.
Out: markup with a title and a description; every bar and tile carries its number as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _LABEL, _ROW, _BAR = 640, 220, 34, 20
_LETTER = 8.6  # width of a letter of a label in the widest font of the style
_DARK = 60  # % of the colour from which light text is read better


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its length, and the text at its end; None is drawn as text only."""

    label: str
    value: float | None
    shown: str
    is_second: bool = False


@dataclass(frozen=True)
class Tile:
    """One district of the schematic map, in rows and columns from 0."""

    row: int
    column: int
    code: str
    name: str
    value: int | None
    shown: str
    address: str | None = None


def bars(chart_id: str, title: str, bars_: Sequence[Bar]) -> str:
    """Horizontal bars from a common zero line."""
    height = _ROW * len(bars_) + 6
    longest = max((bar.value or 0 for bar in bars_), default=0) or 1
    labels = max(_LABEL, round(max((len(bar.label) for bar in bars_), default=0) * _LETTER) + 14)
    room = _WIDTH - labels - 70
    parts = []
    for index, bar in enumerate(bars_):
        top = index * _ROW + 6
        middle = top + _BAR / 2 + 5
        width = round(room * (bar.value or 0) / longest, 1)
        colour = "var(--bar-2)" if bar.is_second else "var(--bar)"
        parts.append(
            f'<text x="{labels - 10}" y="{middle}" text-anchor="end">{escape(bar.label)}</text>'
            f'<rect x="{labels}" y="{top}" width="{width}" height="{_BAR}" fill="{colour}"/>'
            f'<text x="{labels + width + 8}" y="{middle}" class="n">{escape(bar.shown)}</text>'
        )
    axis = f'<line x1="{labels}" y1="0" x2="{labels}" y2="{height}" stroke="var(--line)"/>'
    told = "; ".join(f"{bar.label}: {bar.shown}" for bar in bars_)
    return svg(chart_id, title, told, f"0 0 {_WIDTH} {height}", "".join(parts) + axis)


def tile_map(map_id: str, title: str, tiles: Sequence[Tile]) -> str:
    """One square per district; the darker, the more; every square carries code and number."""
    if not tiles:
        return ""
    size, gap = 74, 5
    first_row = min(tile.row for tile in tiles)
    first_column = min(tile.column for tile in tiles)
    rows = max(tile.row for tile in tiles) - first_row + 1
    columns = max(tile.column for tile in tiles) - first_column + 1
    most = max((tile.value or 0 for tile in tiles), default=0) or 1
    parts = [
        _tile(
            tile, (tile.column - first_column) * (size + gap),
            (tile.row - first_row) * (size + gap), size, most,
        )
        for tile in sorted(tiles, key=lambda tile: (tile.row, tile.column, tile.code))
    ]  # fmt: skip
    told = "; ".join(f"{tile.name}: {tile.shown}" for tile in tiles if tile.value is not None)
    box = f"0 0 {columns * (size + gap)} {rows * (size + gap)}"
    return svg(map_id, title, told, box, "".join(parts))


def _tile(tile: Tile, left: int, top: int, size: int, most: int) -> str:
    fill, ink = shade(tile.value, most)
    middle = left + size / 2
    square = (
        f'<rect x="{left}" y="{top}" width="{size}" height="{size}" rx="3" style="fill: {fill}"/>'
        f'<text x="{left + 7}" y="{top + 17}" class="c" '
        f'style="fill: {ink}">{escape(tile.code)}</text>'
        f'<text x="{middle}" y="{top + 48}" class="v" text-anchor="middle" '
        f'style="fill: {ink}">{escape(tile.shown)}</text>'
        f"<title>{escape(tile.name)}: {escape(tile.shown)}</title>"
    )
    if tile.address is None:
        return f"<g>{square}</g>"
    label = escape(f"{tile.name}: {tile.shown}")
    return f'<a href="{escape(tile.address)}" aria-label="{label}">{square}</a>'


def shade(value: int | None, most: int) -> tuple[str, str]:
    """The colour of a field with this value, and of the text in it; None: not surveyed."""
    if value is None:
        return "var(--empty)", "var(--ink)"
    strength = 25 + round(75 * value / most)
    ink = "var(--accent-ink)" if strength > _DARK else "var(--ink)"
    return f"color-mix(in srgb, var(--bar) {strength}%, var(--paper))", ink


def svg(svg_id: str, title: str, told: str, box: str, content: str) -> str:
    """A drawing with its title and what it says in words."""
    return (
        f'<svg id="{svg_id}" viewBox="{box}" role="group" aria-labelledby="{svg_id}-t {svg_id}-d" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{svg_id}-t">{escape(title)}</title>'
        f'<desc id="{svg_id}-d">{escape(told)}</desc>{content}</svg>'
    )
