"""The container of old Excel files: a small file system in one file (MS-CFB).

In: the bytes of an .xls.
Out: the bytes of its stream with the workbook, sectors in order; None where there is none.
"""

from __future__ import annotations

import struct

_STREAMS = ("Workbook", "Book")
_ENTRY = 128
_LAST = 0xFFFFFFFA
_LEAST_STREAM = 4096
_HEADER, _SMALL = 512, 64


def workbook_stream(content: bytes) -> bytes | None:
    """The workbook's stream; None where the container is damaged or holds none."""
    try:
        return _stream(content)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None


def _stream(content: bytes) -> bytes | None:
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    table = _table(content, size)
    body = content[_HEADER:]
    directory = _chain(body, table, struct.unpack_from("<I", content, 48)[0], size)
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        entry = directory[at : at + _ENTRY]
        length = struct.unpack_from("<H", entry, 64)[0]
        if entry[: max(length - 2, 0)].decode("utf-16-le") in _STREAMS:
            start, held = struct.unpack_from("<II", entry, 116)
            if held < _LEAST_STREAM:
                body = _chain(body, table, struct.unpack_from("<I", directory, 116)[0], size)
                table, size = _small_table(content, table, size), _SMALL
            return _chain(body, table, start, size)[:held]
    return None


def _small_table(content: bytes, table: list[int], size: int) -> list[int]:
    """The same for the small sectors that share the root's stream."""
    numbers = _chain(content[_HEADER:], table, struct.unpack_from("<I", content, 60)[0], size)
    return list(struct.unpack(f"<{len(numbers) // 4}I", numbers))


def _table(content: bytes, size: int) -> list[int]:
    """Sector → the one behind it."""
    sectors = [n for n in struct.unpack_from("<109I", content, 76) if n < _LAST]
    following, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, len(content) // size)):
        if following >= _LAST:
            break
        numbers = struct.unpack_from(f"<{size // 4}I", content, _HEADER + following * size)
        sectors += [n for n in numbers[:-1] if n < _LAST]
        following = numbers[-1]
    table: list[int] = []
    for sector in sectors:
        table += struct.unpack_from(f"<{size // 4}I", content, _HEADER + sector * size)
    return table


def _chain(body: bytes, table: list[int], start: int, size: int) -> bytes:
    """The sectors of one stream; a chain that bites its tail ends where the file would."""
    sectors = []
    sector = start
    for _ in range(len(table)):
        if sector >= _LAST:
            break
        sectors.append(body[sector * size : (sector + 1) * size])
        sector = table[sector]
    return b"".join(sectors)
