"""Stray cells: one forgotten cell far out, for which calamine would ask for hundreds of gigabytes.

In: a sheet of an xlsx package whose cells lie far apart.
Out: the package again in memory without the stray cells, and their names; nothing else is changed.
calamine holds every cell between the first and the last, so two cells in opposite corners of a
sheet are 17 billion.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable

from pipelines.intake.naming import column_of
from pipelines.intake.reading.package import Archive, Package, stream

MOST_CELLS = 60_000_000
_MOST_BYTES, _MOST_BYTES_AT_FIRST = 64 << 20, 1 << 20
_ROW_GAP, _COLUMN_GAP = 50_000, 500
_DIMENSION = re.compile(rb"<dimension ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_BEFORE_DIMENSION = 2_000
# Without such a reference there are at most 702 columns and 9,999 rows.
_FAR = re.compile(rb"\br=\"[A-Z]{1,2}(?:[A-Z]|\d{5})")
_REFERENCE = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,8})(\d{1,9})\"")
_CELL = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,8}\d{1,9})\"[^>]*?(?:/>|>.*?</c>)", re.DOTALL)


def without_stray_cells(
    package: Package, *, is_careful: bool
) -> tuple[io.BytesIO, dict[str, list[str]]] | None:
    """The package without stray cells and their names by sheet; None where it has none.

    At first only small sheets are looked at, and of those only such as do not say themselves how
    far they reach, since that is quick; the reader asks to be careful when calamine died of one.
    """
    most = _MOST_BYTES if is_careful else _MOST_BYTES_AT_FIRST
    changed: dict[str, tuple[bytes, list[str]]] = {}
    with Archive(package.path) as archive:
        for name, part in package.parts.items():
            if part in package.names and archive.getinfo(part).file_size <= most:
                if not is_careful and _says_it_is_small(archive, part):
                    continue
                content = b"".join(stream(archive, part, _MOST_BYTES))
                stray = _stray_cells(content)
                if stray:
                    changed[name] = (_without(content, set(stray)), stray)
        if not changed:
            return None
        parts = {package.parts[name]: content for name, (content, _) in changed.items()}
        return _rewritten(archive, parts), {name: stray for name, (_, stray) in changed.items()}


def _says_it_is_small(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether the sheet begins with the range of its cells, as most programs write it."""
    head = next(stream(archive, part, _MOST_BYTES, _BEFORE_DIMENSION), b"")
    said = _DIMENSION.search(head)
    if said is None:
        return False
    left, top, right, bottom = (text.decode() for text in said.groups())
    width = column_of(right) - column_of(left) + 1
    return width * (int(bottom) - int(top) + 1) <= MOST_CELLS


def _stray_cells(content: bytes) -> list[str]:
    found = _REFERENCE.findall(content) if _FAR.search(content) else []
    if not found:
        return []
    # A sheet has far fewer rows and columns than cells: each is read once.
    columns = {letters: column_of(letters.decode()) for letters in {one for one, _ in found}}
    rows = {digits: int(digits) for digits in {one for _, one in found}}
    width = max(columns.values()) - min(columns.values()) + 1
    height = max(rows.values()) - min(rows.values()) + 1
    is_sheet = max(rows.values()) <= 1_048_576 and max(columns.values()) <= 16_384
    if width * height <= MOST_CELLS and is_sheet:
        return []
    last_row, last_column = _end(rows.values(), _ROW_GAP), _end(columns.values(), _COLUMN_GAP)
    return [
        f"{letters.decode()}{rows[digits]}"
        for letters, digits in found
        if rows[digits] > last_row or columns[letters] > last_column
    ]


def _end(numbers: Iterable[int], gap: int) -> int:
    """The last number before the first gap."""
    ordered = sorted(numbers)
    end = ordered[0]
    for number in ordered:
        if number - end > gap:
            break
        end = number
    return end


def _without(content: bytes, names: set[str]) -> bytes:
    def kept(match: re.Match[bytes]) -> bytes:
        return b"" if match.group(1).decode() in names else match.group(0)

    return _CELL.sub(kept, content)


def _rewritten(archive: zipfile.ZipFile, parts: dict[str, bytes]) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in archive.infolist():
            copy.writestr(entry.filename, parts.get(entry.filename) or archive.read(entry))
    target.seek(0)
    return target
