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

from pipelines.intake.naming import cell_of, letter_of
from pipelines.intake.reading.package import Package, stream

MOST_CELLS = 60_000_000
_MOST_BYTES, _MOST_BYTES_AT_FIRST = 64 << 20, 1 << 20
_ROW_GAP, _COLUMN_GAP = 50_000, 500
_REFERENCE = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,8})(\d{1,9})\"")
_CELL = re.compile(rb"<c\b[^>]*?\br=\"([A-Z]{1,8}\d{1,9})\"[^>]*?(?:/>|>.*?</c>)", re.DOTALL)


def without_stray_cells(
    package: Package, *, is_careful: bool
) -> tuple[io.BytesIO, dict[str, list[str]]] | None:
    """The package without stray cells and their names by sheet; None where it has none.

    At first only small sheets are looked at, since that is quick; the reader asks to be careful
    when calamine died of a larger one.
    """
    most = _MOST_BYTES if is_careful else _MOST_BYTES_AT_FIRST
    changed: dict[str, tuple[bytes, list[str]]] = {}
    with zipfile.ZipFile(package.path) as archive:
        for name, part in package.parts.items():
            if part in package.names and archive.getinfo(part).file_size <= most:
                content = b"".join(stream(archive, part, _MOST_BYTES))
                stray = _stray_cells(content)
                if stray:
                    changed[name] = (_without(content, set(stray)), stray)
        if not changed:
            return None
        parts = {package.parts[name]: content for name, (content, _) in changed.items()}
        return _rewritten(archive, parts), {name: stray for name, (_, stray) in changed.items()}


def _stray_cells(content: bytes) -> list[str]:
    found = [(cell_of(f"{c.decode()}{r.decode()}")) for c, r in _REFERENCE.findall(content)]
    if not found:
        return []
    rows = {row for row, _ in found}
    columns = {column for _, column in found}
    area = (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1)
    if area <= MOST_CELLS and max(rows) <= 1_048_576 and max(columns) <= 16_384:
        return []
    last_row, last_column = _end(rows, _ROW_GAP), _end(columns, _COLUMN_GAP)
    return [f"{letter_of(c)}{r}" for r, c in found if r > last_row or c > last_column]


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
