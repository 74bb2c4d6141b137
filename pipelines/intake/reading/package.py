"""The package around a workbook: its parts, and whether it is safe to unpack.

In: a zip file that claims to be xlsx, xlsm, xlsb or ods.
Out: sheet name → part, document properties, and what else it carries (macros, links).
No XML with a document type is read: entities are how a small file becomes a huge one.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from posixpath import join, normpath

from pipelines.intake.reading.refusal import Refusal

MOST_PARTS = 10_000
_SMALL = 16 << 20
BLOCK = 1 << 20

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*?)/?>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*?)/?>")
_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PROPERTY = re.compile(
    rb"<(?:\w+:)?property\b([^>]*)>\s*<[^>]*>([^<]*)<|"
    rb"<meta:user-defined\b([^>]*)>([^<]*)<"
)
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
           ValueError)  # fmt: skip


@dataclass(frozen=True)
class Package:
    """What a package holds.

    Attributes:
        names: every part of the package.
        parts: sheet name → part of an Excel package; empty for ods and xlsb.
        properties: custom document properties.
    """

    path: Path
    names: frozenset[str] = frozenset()
    parts: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    has_macros: bool = False
    has_links: bool = False
    is_1904: bool = False

    @property
    def is_binary(self) -> bool:
        """Whether its sheets are records rather than XML, as in .xls and .xlsb."""
        return not self.names or "xl/workbook.bin" in self.names


class Archive(zipfile.ZipFile):
    """A zip file whose parts are found under slashes, though some programs write backslashes."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        for entry in self.filelist:
            self.NameToInfo.setdefault(entry.filename.replace("\\", "/"), entry)

    def namelist(self) -> list[str]:
        """The names of all parts, with slashes."""
        return [entry.filename.replace("\\", "/") for entry in self.filelist]


def open_package(path: Path, unpacked_mb: int) -> Package:
    """Look into a package without unpacking its sheets.

    Raises:
        Refusal: encrypted, damaged, or larger unpacked than the limit.
    """
    try:
        with Archive(path) as archive:
            return _look(path, archive, unpacked_mb)
    except _DAMAGE as error:
        raise Refusal("file-damaged") from error


def stream(
    archive: zipfile.ZipFile, part: str, most: int, block_size: int = BLOCK
) -> Iterator[bytes]:
    """The unpacked bytes of a part; its checksum is compared at the end.

    Raises:
        Refusal: more than `most` bytes come out, whatever the directory said, or it is damaged.
    """
    total = 0
    try:
        with archive.open(part) as file:
            while block := file.read(block_size):
                total += len(block)
                if total > most:
                    raise Refusal("file-too-large", limit_mb=most >> 20)
                yield block
    except (KeyError, *_DAMAGE) as error:
        raise Refusal("file-damaged") from error


def attributes(tag: bytes) -> dict[str, str]:
    """The attributes of a start tag, entities of XML itself resolved."""
    return {
        name.decode("utf-8", "replace"): unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def relations(content: bytes) -> dict[str, str]:
    """Id → target, from a part that links others."""
    tags = [attributes(tag) for tag in _RELATION.findall(content)]
    return {named.get("Id", ""): named.get("Target", "") for named in tags}


def _look(path: Path, archive: zipfile.ZipFile, unpacked_mb: int) -> Package:
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("file-encrypted")
    if len(entries) > MOST_PARTS or sum(e.file_size for e in entries) > unpacked_mb << 20:
        raise Refusal("file-too-large", limit_mb=unpacked_mb)
    names = set(archive.namelist())
    if b"encryption-data" in _small(archive, "META-INF/manifest.xml"):
        raise Refusal("file-encrypted")
    workbook = _small(archive, "xl/workbook.xml")
    return Package(
        path=path,
        names=frozenset(names),
        parts=_sheet_parts(workbook, _small(archive, "xl/_rels/workbook.xml.rels")),
        properties=_properties(
            _small(archive, "docProps/custom.xml") or _small(archive, "meta.xml")
        ),
        has_macros=any(name.lower().endswith("vbaproject.bin") for name in names)
        or any(name.startswith(("Basic/", "Scripts/")) for name in names),
        has_links=any(name.startswith("xl/externalLinks/") for name in names),
        is_1904=bool(re.search(rb"date1904\s*=\s*[\"'](1|true)", workbook)),
    )


def _small(archive: zipfile.ZipFile, part: str) -> bytes:
    """A part that is small in every honest file; empty where there is none."""
    if part not in archive.namelist():
        return b""
    content = b"".join(stream(archive, part, _SMALL))
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Refusal("file-entities")
    return content


def _sheet_parts(workbook: bytes, links: bytes) -> dict[str, str]:
    targets = {
        name: target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        for name, target in relations(links).items()
    }
    parts = {}
    for tag in _SHEET.findall(workbook):
        named = attributes(tag)
        relation = next((v for k, v in named.items() if k.endswith(":id") or k == "id"), "")
        if relation in targets:
            parts[named.get("name", "")] = targets[relation]
    return parts


def _properties(content: bytes) -> dict[str, str]:
    found = {}
    for tag, text, ods_tag, ods_text in _PROPERTY.findall(content):
        named = attributes(tag or ods_tag)
        name = named.get("name") or named.get("meta:name") or ""
        found[name] = unescape((text or ods_text).decode("utf-8", "replace"))
    return found
