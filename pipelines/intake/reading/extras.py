"""What a sheet of an xlsx package says beside its cells: comments, text boxes, colours.

In: a part of the package and its styles.
Out: cells with comments, whether text stands in drawings, and which rows are coloured how. Nobody
reads them as data; they are looked for so that nothing is passed over without a word. Colours are
looked for in the first megabyte of a sheet only, which is some thousand rows.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import islice
from posixpath import basename, dirname, join, normpath

from pipelines.intake.reading.package import attributes, relations, stream

_COMMENT = re.compile(
    rb"<(?:\w+:)?(?:comment|threadedComment)\b[^>]*?\bref=\"([A-Z]{1,3}\d{1,7})\""
)
_DRAWN_TEXT = re.compile(rb"<a:t>[^<]*\S[^<]*</a:t>")
_EACH_FILL = re.compile(rb"<fill\s*/>|<fill\b.*?</fill>", re.DOTALL)
_EACH_FONT = re.compile(rb"<font\s*/>|<font\b.*?</font>", re.DOTALL)
_COLOUR = re.compile(rb"<(fgColor|color)\b([^>]*)/?>")
_FORMAT = re.compile(rb"<xf\b([^>]*)>")
_NEUTRAL_THEMES = frozenset({"0", "1", "2", "3", "10", "11"})
_NEUTRAL_INDEXES = frozenset({"0", "1", "8", "9", "22", "23", "55", "63", "64", "65"})
_LEAST_CHROMA = 24
_MOST_EXTRA = 4 << 20


@dataclass
class Extras:
    """What stands beside the cells of one sheet.

    Attributes:
        commented: A1 names of cells with a comment, in the order of the file.
        has_drawn_text: a text box or another drawing holds text.
        colours: row → its colours, as one text that is the same for rows coloured alike.
    """

    commented: list[str] = field(default_factory=list)
    has_drawn_text: bool = False
    colours: dict[int, str] = field(default_factory=dict)


def extras_of(archive: zipfile.ZipFile, part: str, styles: dict[bytes, str]) -> Extras:
    """The extras of one sheet; `styles` are those of `coloured_styles`."""
    extras = Extras()
    names = set(archive.namelist())
    links = join(dirname(part), "_rels", basename(part) + ".rels")
    if links in names:
        for target in relations(b"".join(stream(archive, links, _MOST_EXTRA))).values():
            linked = normpath(join(dirname(part), target)).lstrip("/")
            kind = basename(linked).lower()
            if linked in names and "comment" in kind:
                content = b"".join(stream(archive, linked, _MOST_EXTRA))
                extras.commented += [name.decode() for name in _COMMENT.findall(content)]
            elif linked in names and kind.startswith("drawing"):
                content = b"".join(stream(archive, linked, _MOST_EXTRA))
                extras.has_drawn_text |= bool(_DRAWN_TEXT.search(content))
    extras.commented = list(dict.fromkeys(extras.commented))
    if styles:
        extras.colours = _coloured_rows(next(stream(archive, part, _MOST_EXTRA << 8), b""), styles)
    return extras


def _coloured_rows(head: bytes, styles: dict[bytes, str]) -> dict[int, str]:
    numbers = b"|".join(sorted(styles))
    cell = re.compile(rb'<c r="[A-Z]+(\d+)" s="(' + numbers + rb')"')
    found: dict[int, set[str]] = defaultdict(set)
    for row, style in cell.findall(head):
        found[int(row)].add(styles[style])
    return {row: " ".join(sorted(colours)) for row, colours in found.items()}


def coloured_styles(styles: bytes) -> dict[bytes, str]:
    """Number of a cell style → its colour, of those that are neither white, black nor grey."""
    fills = [_colour_of(each, b"fgColor") for each in _within(styles, b"fills", _EACH_FILL)]
    fonts = [_colour_of(each, b"color") for each in _within(styles, b"fonts", _EACH_FONT)]
    found = {}
    formats = re.search(rb"<cellXfs\b.*?</cellXfs>", styles, re.DOTALL)
    for number, tag in enumerate(_FORMAT.findall(formats.group()) if formats else ()):
        named = attributes(tag)
        colour = _at(fills, named.get("fillId")) or _at(fonts, named.get("fontId"))
        if colour:
            found[str(number).encode()] = colour
    return found


def _within(styles: bytes, name: bytes, each: re.Pattern[bytes]) -> list[bytes]:
    part = re.search(rb"<" + name + rb"\b.*?</" + name + rb">", styles, re.DOTALL)
    return each.findall(part.group()) if part else []


def _at(colours: list[str | None], number: str | None) -> str | None:
    is_there = number is not None and number.isdigit() and int(number) < len(colours)
    return colours[int(number or 0)] if is_there else None


def _colour_of(content: bytes, tag: bytes) -> str | None:
    """The colour of a fill or font; None where it is none that could mean anything."""
    if tag == b"fgColor" and b'"solid"' not in content:
        return None
    for name, text in islice(_COLOUR.findall(content), 3):
        named = attributes(text)
        if name != tag:
            continue
        if re.fullmatch(r"(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", named.get("rgb", "")):
            parts = [int(named["rgb"][-6:][at : at + 2], 16) for at in (0, 2, 4)]
            is_coloured = max(parts) - min(parts) >= _LEAST_CHROMA
            return named["rgb"][-6:].lower() if is_coloured else None
        if named.get("theme", "0") not in _NEUTRAL_THEMES:
            return f"theme {named['theme']} {named.get('tint', '')}".strip()
        if named.get("indexed", "0") not in _NEUTRAL_INDEXES:
            return f"index {named['indexed']}"
    return None
