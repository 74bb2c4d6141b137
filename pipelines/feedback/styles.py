"""The styles that marks need: a pattern for cells of each severity, and the report's own cells.

In: the styles part of a package.
Out: the part with formats added at the end of its lists, so that no number in use changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.feedback.package import prefix_of, with_prefix
from schemas.columns import Severity

EMPTY_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    b"</styleSheet>"
)

_PATTERNS: dict[Severity, tuple[str, str, str]] = {
    "error": ("darkUp", "FFE08080", "FFFFC9C9"),
    "warning": ("lightUp", "FFD0A030", "FFFFEB9C"),
}
_LINES: dict[Severity, tuple[str, str]] = {"error": ("<b/>", "thin"), "warning": ("<i/>", "dashed")}
"""Severity → pattern, its colour, and the colour behind it; font and frame. Each tells them
apart alone: not every program shows patterns, and not everybody sees colours."""


@dataclass(frozen=True)
class Formats:
    """Numbers of the added formats: of marks by severity, and of cells of the report."""

    marks: dict[Severity, int]
    plain: int
    title: int
    verdict: int
    heading: int
    link: int


_LISTS = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_FONTS = {
    "title": '<b/><sz val="16"/>',
    "verdict": '<b/><sz val="12"/>',
    "heading": '<b/><sz val="11"/>',
    "link": '<u/><sz val="11"/><color rgb="FF0B4F9E"/>',
}
_ONE_LINE = frozenset({"title", "verdict"})
_HEADING_FILL = (
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE7EDF3"/></patternFill></fill>'
)
_LINE_BELOW = (
    '<border><left/><right/><top/><bottom style="hair"><color rgb="FF808080"/></bottom>'
    "<diagonal/></border>"
)


def add_formats(styles: bytes) -> tuple[bytes, Formats]:
    """Add the formats; gives the new part and their numbers."""
    marks: dict[Severity, int] = {}
    for severity, (pattern, front, back) in _PATTERNS.items():
        weight, line = _LINES[severity]
        sides = "".join(
            f'<{side} style="{line}"><color rgb="FF000000"/></{side}>'
            for side in ("left", "right", "top", "bottom")
        )
        entry = (
            f'<dxf><font>{weight}<color rgb="FF000000"/></font><fill><patternFill '
            f'patternType="{pattern}"><fgColor rgb="{front}"/><bgColor rgb="{back}"/>'
            f"</patternFill></fill><border>{sides}</border></dxf>"
        )
        styles, marks[severity] = _append(styles, "dxfs", "dxf", entry)
    styles, fill = _append(styles, "fills", "fill", _HEADING_FILL)
    styles, below = _append(styles, "borders", "border", _LINE_BELOW)
    cells = {}
    styles, cells["plain"] = _append(styles, "cellXfs", "xf", _cell(0, 0, below))
    for name, inner in _FONTS.items():
        font_entry = f'<font>{inner}<name val="Calibri"/></font>'
        styles, font = _append(styles, "fonts", "font", font_entry)
        is_line = name not in _ONE_LINE
        shade = fill if name == "heading" else 0
        cell = _cell(font, shade, below if is_line else 0, wraps=is_line)
        styles, cells[name] = _append(styles, "cellXfs", "xf", cell)
    return styles, Formats(marks, **cells)


def _cell(font: int, fill: int, border: int, *, wraps: bool = True) -> str:
    """A cell format that holds text (49 is "@")."""
    return (
        f'<xf numFmtId="49" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0" '
        f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" '
        f'applyAlignment="1">'
        f'<alignment vertical="top" wrapText="{int(wraps)}"/></xf>'
    )


def _append(styles: bytes, group: str, element: str, entry: str) -> tuple[bytes, int]:
    """Append one entry to a list of the part; gives the part and the entry's number."""
    prefix = prefix_of(styles, "styleSheet")
    found = re.search(
        rf"<{prefix}{group}(?:\s[^>]*)?(?:/>|>(.*?)</{prefix}{group}>)".encode(), styles, re.DOTALL
    )
    inner = (found.group(1) or b"") if found else b""
    number = len(re.findall(rf"<{prefix}{element}[\s/>]".encode(), inner))
    added = with_prefix(entry, prefix).encode()
    block = (
        f'<{prefix}{group} count="{number + 1}">'.encode()
        + inner + added + f"</{prefix}{group}>".encode()
    )  # fmt: skip
    if found:
        return styles[: found.start()] + block + styles[found.end() :], number
    at = _place_of(styles, group, prefix)
    return styles[:at] + block + styles[at:], number


def _place_of(styles: bytes, group: str, prefix: str) -> int:
    """Where a missing list belongs: behind the last list that comes before it."""
    for earlier in reversed(_LISTS[: _LISTS.index(group)]):
        found = re.search(
            rf"</{prefix}{earlier}>|<{prefix}{earlier}(?:\s[^>]*)?/>".encode(), styles
        )
        if found:
            return found.end()
    head = re.search(rf"<{prefix}styleSheet\b[^>]*>".encode(), styles)
    return head.end() if head else len(styles)
