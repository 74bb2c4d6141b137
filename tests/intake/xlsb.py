"""A small .xlsb made by hand, since no program here writes one (MS-XLSB 2.3)."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.'
    'binary.macroEnabled.main"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships">{}</Relationships>'
)
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_LINK = '<Relationship Id="{0}" Type="{1}{2}" Target="{3}"/>'
Cell = str | float | bool | None
ERROR, FORMULA_ERROR, UNCALCULATED = "!error", "!formula", "!uncalculated"
"""Cells that are no value: an error typed in, =1/0, and a formula without result."""


def write_xlsb(
    path: Path,
    rows: Sequence[Sequence[Cell]],
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[int] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
) -> Path:
    """One sheet; rows and columns to hide and merges (top, bottom, left, right) from 0."""
    texts = sorted({cell for row in rows for cell in row if isinstance(cell, str)})
    shared = b"".join(_record(19, b"\0" + _wide(text)) for text in texts)
    book = _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("Blatt"))
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _RELATIONS.format(
            _LINK.format("rId1", _KIND, "officeDocument", "xl/workbook.bin")
        ),
        "xl/_rels/workbook.bin.rels": _RELATIONS.format(
            _LINK.format("rId1", _KIND, "worksheet", "worksheets/sheet1.bin")
            + _LINK.format("rId2", _KIND, "sharedStrings", "sharedStrings.bin")
        ),
        "xl/workbook.bin": _record(131) + book + _record(144) + _record(132),
        "xl/sharedStrings.bin": _record(159, struct.pack("<II", len(texts), len(texts)))
        + shared + _record(160),
        "xl/worksheets/sheet1.bin": _sheet(rows, texts, hidden_rows, hidden_columns, merges),
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def _sheet(
    rows: Sequence[Sequence[Cell]],
    texts: list[str],
    hidden_rows: Sequence[int],
    hidden_columns: Sequence[int],
    merges: Sequence[tuple[int, int, int, int]],
) -> bytes:
    width = max(map(len, rows))
    content = _record(129) + _record(148, struct.pack("<4I", 0, len(rows) - 1, 0, width - 1))
    columns = (struct.pack("<4IH", n, n, 2560, 0, 1) for n in hidden_columns)
    content += _record(390) + b"".join(_record(60, body) for body in columns) + _record(391)
    content += _record(145)
    for number, row in enumerate(rows):
        flags = 0x10 if number in hidden_rows else 0
        content += _record(0, struct.pack("<IIHBBBI", number, 0, 300, 0, flags, 0, 0))
        content += b"".join(_cell(at, cell, texts) for at, cell in enumerate(row))
    content += _record(146) + _record(177, struct.pack("<I", len(merges)))
    content += b"".join(_record(176, struct.pack("<4I", *merge)) for merge in merges)
    return content + _record(178) + _record(130)


def _cell(column: int, cell: Cell, texts: list[str]) -> bytes:
    at = struct.pack("<II", column, 0)
    formula = struct.pack("<HII", 0, 0, 0)
    if cell is None:
        return _record(1, at)
    if cell == ERROR:
        return _record(3, at + b"\x17")
    if cell == FORMULA_ERROR:
        return _record(11, at + b"\x07" + formula)
    if cell == UNCALCULATED:
        return _record(8, at + _wide("") + formula)
    if isinstance(cell, bool):
        return _record(4, at + bytes([cell]))
    if isinstance(cell, str):
        return _record(7, at + struct.pack("<I", texts.index(cell)))
    if cell == int(cell):
        return _record(2, at + struct.pack("<i", int(cell) << 2 | 2))
    return _record(5, at + struct.pack("<d", cell))


def _record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(body)
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
