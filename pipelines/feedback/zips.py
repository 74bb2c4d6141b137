"""Rewriting a zip file: parts that do not change are copied as they are, still compressed.

In: a zip, new contents of some parts, stream edits of others.
Out: a zip with the same parts in the same order, the new ones at the end. Unchanged parts keep
their compressed bytes, so that nothing in them can come out differently.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile, ZipInfo

StreamEdit = Callable[[Iterator[bytes]], Iterator[bytes]]

_CHUNK = 1 << 20
_LOCAL, _CENTRAL, _END = "<4s5H3L2H", "<4s6H3L5H2L", "<4s4H2LH"
_DEFLATED, _UTF8, _NEEDS = 8, 0x800, 20
_DATE = 0x21  # 1980-01-01, so that the same marks make the same bytes


@dataclass(frozen=True)
class _Written:
    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def rewrite_zip(
    source: Path,
    target: Path,
    contents: Mapping[str, bytes],
    edits: Mapping[str, StreamEdit] | None = None,
) -> None:
    """Copy `source` to `target` with the contents and stream edits named by part."""
    edits = edits or {}
    with ZipFile(source) as package, source.open("rb") as raw, target.open("wb") as out:
        written = []
        for info in package.infolist():
            if info.filename in contents:
                written.append(_write(out, info.filename, [contents[info.filename]], 6))
            elif info.filename in edits:
                chunks = edits[info.filename](_chunks(package, info))
                written.append(_write(out, info.filename, chunks, 1))
            else:
                written.append(_copy(out, raw, info))
        known = set(package.namelist())
        written += [
            _write(out, name, [content], 6)
            for name, content in contents.items()
            if name not in known
        ]
        _finish(out, written)


def write_zip(target: Path, contents: Mapping[str, Iterable[bytes]]) -> None:
    """Write a new zip from parts given as chunks."""
    with target.open("wb") as out:
        _finish(out, [_write(out, name, chunks, 1) for name, chunks in contents.items()])


def _chunks(package: ZipFile, info: ZipInfo) -> Iterator[bytes]:
    with package.open(info) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _write(out: BinaryIO, name: str, chunks: Iterable[bytes], level: int) -> _Written:
    """Write one part deflated; its sizes are filled in once they are known."""
    offset = out.tell()
    encoded = name.encode()
    out.write(b"\0" * (struct.calcsize(_LOCAL) + len(encoded)))
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    crc = size = 0
    for chunk in chunks:
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        out.write(packer.compress(chunk))
    out.write(packer.flush())
    end = out.tell()
    packed = end - offset - struct.calcsize(_LOCAL) - len(encoded)
    entry = _Written(encoded, _UTF8, _DEFLATED, crc, packed, size, offset)
    out.seek(offset)
    out.write(_local_header(entry))
    out.seek(end)
    return entry


def _copy(out: BinaryIO, raw: BinaryIO, info: ZipInfo) -> _Written:
    """Copy one part's compressed bytes."""
    raw.seek(info.header_offset)
    header = struct.unpack(_LOCAL, raw.read(struct.calcsize(_LOCAL)))
    raw.seek(header[-2] + header[-1], 1)
    encoded = info.filename.encode()
    entry = _Written(
        encoded, _UTF8, info.compress_type, info.CRC, info.compress_size, info.file_size, out.tell()
    )
    out.write(_local_header(entry))
    left = info.compress_size
    while left:
        chunk = raw.read(min(_CHUNK, left))
        if not chunk:
            raise EOFError(info.filename)
        out.write(chunk)
        left -= len(chunk)
    return entry


def _local_header(entry: _Written) -> bytes:
    return struct.pack(
        _LOCAL, b"PK\3\4", _NEEDS, entry.flags, entry.method, 0, _DATE,
        entry.crc, entry.packed, entry.size, len(entry.name), 0,
    ) + entry.name  # fmt: skip


def _central_header(entry: _Written) -> bytes:
    return struct.pack(
        _CENTRAL, b"PK\1\2", _NEEDS, _NEEDS, entry.flags, entry.method, 0, _DATE,
        entry.crc, entry.packed, entry.size, len(entry.name), 0, 0, 0, 0, 0, entry.offset,
    ) + entry.name  # fmt: skip


def _finish(out: BinaryIO, written: list[_Written]) -> None:
    """Write the central directory."""
    start = out.tell()
    out.writelines(map(_central_header, written))
    size = out.tell() - start
    out.write(struct.pack(_END, b"PK\5\6", 0, 0, len(written), len(written), size, start, 0))
