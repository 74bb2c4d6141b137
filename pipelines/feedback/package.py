"""The structure of an xlsx package: which part is which sheet, and how a part is added.

In: an open zip.
Out: `Package`, whose methods give the new contents of the few small parts that change
(content types, relations, workbook, styles). Parts are edited as text, so that everything a
newer Excel put into them stays as it is.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from xml.sax.saxutils import escape
from zipfile import ZipFile

_TRANSITIONAL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_EMPTY_RELATIONS = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<Relationships xmlns="{_RELATIONS}"></Relationships>'
).encode()
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


@dataclass(frozen=True)
class Relation:
    """One relation of a part: its id, the last word of its type, and the part it points to."""

    id: str
    kind: str
    target: str


@dataclass
class Package:
    """An xlsx package being edited; `contents` holds the parts that are new or changed.

    Attributes:
        sheets: name of a sheet → its part.
        relation_type: namespace of relation types (Excel's strict files have another).
    """

    zip: ZipFile
    workbook: str
    sheets: dict[str, str]
    relation_type: str
    contents: dict[str, bytes] = field(default_factory=dict)

    def read(self, part: str) -> bytes:
        """The part as it will be."""
        if part in self.contents:
            return self.contents[part]
        return self.zip.read(part)

    def has(self, part: str) -> bool:
        """Whether the part exists or will."""
        return part in self.contents or part in self.zip.NameToInfo

    def relations(self, part: str) -> dict[str, Relation]:
        """The relations of a part by id; targets are full part names."""
        name = relations_part(part)
        return read_relations(self.read(name), part) if self.has(name) else {}

    def related(self, part: str, kind: str) -> str | None:
        """The first part of that kind that `part` refers to."""
        found = (r.target for r in self.relations(part).values() if r.kind == kind)
        return next((target for target in found if self.has(target)), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relation; gives its id."""
        name = relations_part(part)
        old = self.read(name) if self.has(name) else _EMPTY_RELATIONS
        number = 1
        while f'"rId{number}"'.encode() in old or f"'rId{number}'".encode() in old:
            number += 1
        entry = (
            f'<Relationship Id="rId{number}" Type="{self.relation_type}/{kind}" '
            f'Target="/{target}"/>'
        )
        self.contents[name] = insert_before(old, "Relationships", entry)
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Enter a part in the list of content types."""
        old = self.read("[Content_Types].xml")
        if f'PartName="/{part}"'.encode() not in old:
            entry = f'<Override PartName="/{part}" ContentType="{content_type}"/>'
            self.contents["[Content_Types].xml"] = insert_before(old, "Types", entry)

    def declare_extension(self, extension: str, content_type: str) -> None:
        """Enter a default content type for an extension."""
        old = self.read("[Content_Types].xml")
        if re.search(rf'Extension\s*=\s*"{extension}"'.encode(), old, re.IGNORECASE):
            return
        entry = f'<Default Extension="{extension}" ContentType="{content_type}"/>'
        head = re.search(rb"<(?:[\w.-]+:)?Types\b[^>]*>", old)
        at = head.end() if head else 0
        self.contents["[Content_Types].xml"] = old[:at] + entry.encode() + old[at:]

    def free_name(self, pattern: str) -> str:
        """The first part name of the pattern ("xl/comments{}.xml") that is free."""
        number = 1
        while self.has(pattern.format(number)):
            number += 1
        return pattern.format(number)


def open_package(package: ZipFile) -> Package:
    """Read the structure of an xlsx package.

    Raises:
        KeyError: the zip is no spreadsheet package.
    """
    main = next(
        (r.target for r in read_relations(package.read("_rels/.rels"), "").values()
         if r.kind == "officeDocument"),
        "xl/workbook.xml",
    )  # fmt: skip
    book = package.read(main)
    strict = b"purl.oclc.org/ooxml" in book
    relations = read_relations(package.read(relations_part(main)), main)
    sheets = {}
    for found in elements_of(book, "sheet"):
        relation = next((v for k, v in found.items() if k.endswith(":id")), "")
        if relation in relations and relations[relation].kind == "worksheet":
            sheets[found.get("name", "")] = relations[relation].target
    return Package(package, main, sheets, _STRICT if strict else _TRANSITIONAL)


def attributes(text: bytes) -> dict[str, str]:
    """The attributes of a tag's inner text."""
    return {
        name.decode(): unescape((double or single).decode())
        for name, double, single in _ATTRIBUTE.findall(text)
    }


def elements_of(content: bytes, element: str) -> list[dict[str, str]]:
    """The attributes of every element of a name, in their order."""
    tags = re.finditer(rf"<(?:[\w.-]+:)?{element}\s([^>]*)>".encode(), content)
    return [attributes(tag.group(1)) for tag in tags]


def read_relations(content: bytes, part: str) -> dict[str, Relation]:
    """The internal relations in a .rels part of `part`."""
    found = {}
    for entry in elements_of(content, "Relationship"):
        if entry.get("TargetMode") == "External":
            continue
        target = posixpath.normpath(
            posixpath.join("/", posixpath.dirname(part), entry.get("Target", ""))
        )
        kind = entry.get("Type", "").rpartition("/")[2]
        found[entry.get("Id", "")] = Relation(entry.get("Id", ""), kind, target.lstrip("/"))
    return found


def relations_part(part: str) -> str:
    """The name of the part that holds the relations of `part`."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def prefix_of(content: bytes, element: str) -> str:
    """The namespace prefix that a part writes its elements with, with its colon ("x:" or "")."""
    found = re.search(rf"<([\w.-]+:)?{element}[\s>/]".encode(), content)
    return (found.group(1) or b"").decode() if found else ""


def insert_before(content: bytes, element: str, entry: str) -> bytes:
    """Insert `entry` (written without prefixes) before the last closing tag of `element`."""
    prefix = prefix_of(content, element)
    added = with_prefix(entry, prefix).encode()
    empty = re.search(rf"<{prefix}{element}(\s[^>]*)?/>".encode(), content)
    closing = f"</{prefix}{element}>".encode()
    at = content.rfind(closing)
    if at < 0 and empty:
        opening = empty.group(0)[:-2].rstrip() + b">"
        return content[: empty.start()] + opening + added + closing + content[empty.end() :]
    return content[:at] + added + content[at:]


def end_of(content: bytes, prefix: str, elements: Iterable[str]) -> int:
    """The position behind the last of the elements that are there; 0 where none is."""
    at = 0
    for element in elements:
        closing = f"</{prefix}{element}>".encode()
        position = content.rfind(closing)
        at = max(at, position + len(closing)) if position >= 0 else at
        empty = rf"<{prefix}{element}(?:\s[^>]*)?/>".encode()
        at = max([at, *(found.end() for found in re.finditer(empty, content))])
    return at


def with_prefix(entry: str, prefix: str) -> str:
    """Give every element of `entry` that has no prefix this one."""
    return re.sub(r"<(/?)(?=\w[\w-]*[\s/>])", rf"<\1{prefix}", entry) if prefix else entry


def sheet_reference(name: str) -> str:
    """A sheet's name as formulas and links write it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"


def quoted(text: str) -> str:
    """Text for an XML element or attribute; characters XML cannot hold are left out."""
    return escape(_NO_XML.sub("", text), {'"': "&quot;"})
