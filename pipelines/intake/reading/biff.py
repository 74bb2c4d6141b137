"""What python-calamine does not say about a binary sheet: faults, merges, hidden rows and columns.

In: the records of an .xls or .xlsb.
Out: a `Scan` for each sheet, as for xlsx. Both formats are records of a type, a length and a body
(MS-XLS, MS-XLSB); only the few that are asked about are looked into.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from posixpath import join, normpath

from pipelines.intake.reading.ole import workbook_stream
from pipelines.intake.reading.package import relations, stream
from pipelines.intake.reading.scan import UNCALCULATED, Scan

_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
XLSB_BOOK, _LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"

# MS-XLS 2.3
_BOUNDSHEET, _END, _FORMULA, _BOOLERR, _ROW, _COLUMN = 0x85, 0x0A, 0x06, 0x205, 0x208, 0x7D
_ROW_HIDDEN, _IS_TEXT_OR_ERROR, _IS_ERROR, _IS_BLANK = 0x20, 0xFFFF, 2, 3
# MS-XLSB 2.3
_BRT_ROW, _BRT_ERROR, _BRT_TEXT, _BRT_FORMULA_ERROR, _BRT_COLUMN = 0, 3, 8, 11, 60
_BRT_SHEET, _BRT_MERGE = 156, 176
_BRT_FORMULAS = frozenset({_BRT_TEXT, 9, 10, _BRT_FORMULA_ERROR})
_MOST_ROW, _MOST_COLUMN = 1_048_576, 16_384


def scan_xls(content: bytes) -> dict[str, Scan] | None:
    """Scan every sheet of an .xls; None where its records cannot be walked through."""
    book = workbook_stream(content)
    if book is None:
        return None
    scans = {}
    blanks = _Blanks()
    try:
        for kind, body in _xls_records(book, 0):
            if kind == _BOUNDSHEET:
                start, _, _, length, wide = struct.unpack_from("<IBBBB", body)
                text = body[8 : 8 + length * (2 if wide else 1)]
                name = text.decode("utf-16-le" if wide else "latin-1")
                scans[name] = _xls_sheet(book, start, blanks)
            elif kind == _END:
                break
    except (struct.error, UnicodeDecodeError):
        return None
    blanks.settle()
    return scans


class _Blanks(list[tuple[Scan, int, int]]):
    """Formulas of a book whose result is an empty text, as one never calculated has it too.

    Programs that calculate leave other results beside them, scripts that do not leave none.
    """

    is_calculated = False

    def settle(self) -> None:
        """Mark them as never calculated, unless the book shows that it was."""
        for scan, row, column in () if self.is_calculated else self:
            _add(scan, row, column, UNCALCULATED)


def _xls_sheet(book: bytes, start: int, blanks: _Blanks) -> Scan:
    scan = Scan()
    depth = 0
    for kind, body in _xls_records(book, start):
        depth += (kind == 0x809) - (kind == _END)
        if depth == 0:
            break
        if kind == _FORMULA:
            row, column, _ = struct.unpack_from("<HHH", body)
            is_text = struct.unpack_from("<H", body, 12)[0] == _IS_TEXT_OR_ERROR
            if is_text and body[6] == _IS_BLANK:
                blanks.append((scan, row, column))
                continue
            blanks.is_calculated = True
            if is_text and body[6] == _IS_ERROR:
                _add(scan, row, column, _ERRORS.get(body[8], "#FEHLER"))
        elif kind == _BOOLERR and body[7]:
            row, column, _ = struct.unpack_from("<HHH", body)
            _add(scan, row, column, _ERRORS.get(body[6], "#FEHLER"))
        elif kind == _ROW and struct.unpack_from("<H", body, 12)[0] & _ROW_HIDDEN:
            scan.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMN and body[8] & 1:
            _hide_columns(scan, *struct.unpack_from("<HH", body))
    return scan


def _xls_records(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def scan_xlsb(archive: zipfile.ZipFile, most: int) -> dict[str, Scan] | None:
    """Scan every sheet of an .xlsb; None where its records cannot be walked through.

    Raises:
        Refusal: damaged, or larger than `most` bytes.
    """
    links = relations(b"".join(stream(archive, _LINKS, most)))
    scans = {}
    blanks = _Blanks()
    try:
        for kind, body in _xlsb_records(b"".join(stream(archive, XLSB_BOOK, most))):
            if kind == _BRT_SHEET:
                link, rest = _wide(body, 8)
                name, _ = _wide(body, rest)
                part = normpath(join("xl", links.get(link, ""))).lstrip("/")
                if part in archive.namelist():
                    scans[name] = _xlsb_sheet(b"".join(stream(archive, part, most)), blanks)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    blanks.settle()
    return scans


def _xlsb_sheet(content: bytes, blanks: _Blanks) -> Scan:
    scan = Scan()
    row = 0
    for kind, body in _xlsb_records(content):
        blanks.is_calculated |= kind in _BRT_FORMULAS and not _is_blank(kind, body)
        if kind == _BRT_ROW:
            row = struct.unpack_from("<I", body)[0]
            if len(body) > 11 and body[11] & 0x10:
                scan.hidden_rows.add(row + 1)
        elif _is_blank(kind, body):
            blanks.append((scan, row, struct.unpack_from("<I", body)[0]))
        elif kind in {_BRT_ERROR, _BRT_FORMULA_ERROR}:
            column = struct.unpack_from("<I", body)[0]
            _add(scan, row, column, _ERRORS.get(body[8], "#FEHLER"))
        elif kind == _BRT_COLUMN and body[16] & 1:
            _hide_columns(scan, *struct.unpack_from("<II", body))
        elif kind == _BRT_MERGE:
            top, bottom, left, right = (n + 1 for n in struct.unpack_from("<4I", body))
            scan.merges.append((top, bottom, left, right))
    return scan


def _is_blank(kind: int, body: bytes) -> bool:
    """Whether a record is a formula with an empty text as its result."""
    return kind == _BRT_TEXT and bool(struct.unpack_from("<I", body, 8)[0] == 0)


def _xlsb_records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind = content[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (content[at] & 0x7F) << 7
            at += 1
        length = shift = 0
        while True:
            byte = content[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        yield kind, content[at : at + length]
        at += length


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where the next field begins."""
    length = struct.unpack_from("<I", body, at)[0]
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le"), end


def _add(scan: Scan, row: int, column: int, text: str) -> None:
    if row < _MOST_ROW and column < _MOST_COLUMN:
        scan.faults.setdefault(row + 1, {})[column + 1] = text


def _hide_columns(scan: Scan, first: int, last: int) -> None:
    if first <= last < _MOST_COLUMN:
        scan.hidden_columns.update(range(first + 1, last + 2))
