"""Comments on marked cells, merged with the comments that are already there.

In: the comments part and the VML drawing of a sheet, or nothing; the marks.
Out: both parts with a comment for each mark. A cell that has a comment keeps it and gets ours
below; comments of an earlier check of ours go first. Ours are known by their first line, since
other programs join the parts of a text and forget its author.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.feedback.marks import Mark
from pipelines.feedback.package import insert_before, prefix_of, quoted, with_prefix
from pipelines.intake.cells import column_of

AUTHOR = "leerstand"
FIRST_LINE = "———— leerstand ————"
"""Opens what we say in a comment; what stands above it is the team's."""

EMPTY_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<authors></authors><commentList></commentList></comments>"
)
EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" '
    b'xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
)

_COMMENT = rb"<{p}comment\s[^>]*?ref=\"(?P<ref>[A-Z]+[0-9]+)\"[^>]*>.*?</{p}comment>"
_SHAPE = re.compile(rb"<(?P<p>[\w.-]+):shape\s.*?</(?P=p):shape>", re.DOTALL)
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
"""Declared on every shape, since other writers use other prefixes."""
_BOX = (
    f'<v:shapetype {_SPACES} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
"""The kind of shape that comments are; a drawing of buttons only does not know it."""


def add_comments(comments: bytes, marks: Iterable[Mark]) -> tuple[bytes, list[Mark]]:
    """Add the marks to a comments part; gives it and the marks that need a new shape."""
    comments = without_ours(comments)[0]
    prefix = prefix_of(comments, "comments")
    comments, author = _author(comments, prefix)
    present = {found.group("ref").decode(): found for found in _all(comments, prefix)}
    entries: list[str] = []
    fresh: list[Mark] = []
    pieces: list[tuple[re.Match[bytes], bytes]] = []
    for mark in marks:
        found = present.get(mark.cell)
        if found is None:
            fresh.append(mark)
            entries.append(
                f'<comment ref="{mark.cell}" authorId="{author}"><text>{_run(mark)}</text>'
                f"</comment>"
            )
        else:
            pieces.append((found, _with_run(found.group(0), mark, prefix)))
    for found, piece in sorted(pieces, key=lambda pair: pair[0].start(), reverse=True):
        comments = comments[: found.start()] + piece + comments[found.end() :]
    return insert_before(comments, "commentList", "".join(entries)), fresh


def without_ours(comments: bytes) -> tuple[bytes, set[str]]:
    """The part without comments of an earlier check; gives also the cells that lost theirs."""
    prefix = prefix_of(comments, "comments")
    gone: set[str] = set()

    def keep(found: re.Match[bytes]) -> bytes:
        kept = _without_our_run(found.group(0), prefix)
        if not kept:
            gone.add(found.group("ref").decode())
        return kept

    return re.sub(_pattern(prefix), keep, comments), gone


def add_shapes(drawing: bytes, marks: Iterable[Mark], gone: set[str]) -> bytes:
    """Add the boxes of new comments to a VML drawing and take out those of comments gone."""
    left = {(int(re.sub(r"\D", "", cell)) - 1, _column(cell)) for cell in gone}

    def keep(found: re.Match[bytes]) -> bytes:
        return b"" if _position(found.group(0)) in left else found.group(0)

    drawing = _SHAPE.sub(keep, drawing)
    numbers = [int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', drawing)]
    first = max([1024, *numbers]) + 1
    shapes = "" if b'"_x0000_t202"' in drawing else _BOX
    shapes += "".join(_shape(first + number, mark) for number, mark in enumerate(marks))
    at = drawing.rfind(b"</xml>")
    return drawing[:at] + shapes.encode() + drawing[at:]


def _pattern(prefix: str) -> re.Pattern[bytes]:
    return re.compile(_COMMENT.replace(b"{p}", prefix.encode()), re.DOTALL)


def _all(comments: bytes, prefix: str) -> Iterable[re.Match[bytes]]:
    return _pattern(prefix).finditer(comments)


def _authors(comments: bytes, prefix: str) -> list[str]:
    found = re.findall(rf"<{prefix}author(?:/>|>(.*?)</{prefix}author>)".encode(), comments)
    return [name.decode() for name in found]


def _author(comments: bytes, prefix: str) -> tuple[bytes, int]:
    authors = _authors(comments, prefix)
    if AUTHOR in authors:
        return comments, authors.index(AUTHOR)
    number = len(authors)
    return insert_before(comments, "authors", f"<author>{AUTHOR}</author>"), number


def _run(mark: Mark, before: str = "") -> str:
    note = quoted(f"{before}{FIRST_LINE}\n{mark.note}")
    return f'<r><t xml:space="preserve">{note}</t></r>'


def _with_run(comment: bytes, mark: Mark, prefix: str) -> bytes:
    """A comment of the team with ours below; a plain text becomes a run, or it would be lost."""
    plain = re.compile(rf"(<{prefix}text>)(<{prefix}t[ >].*?</{prefix}t>)".encode(), re.DOTALL)
    opened, closed = f"<{prefix}r>".encode(), f"</{prefix}r>".encode()
    comment = plain.sub(rb"\g<1>" + opened + rb"\g<2>" + closed, comment, count=1)
    at = comment.rfind(f"</{prefix}text>".encode())
    return comment[:at] + with_prefix(_run(mark, "\n"), prefix).encode() + comment[at:]


def _without_our_run(comment: bytes, prefix: str) -> bytes:
    """A comment without what we said below it; nothing if we said all of it."""
    at = comment.find(FIRST_LINE.encode())
    if at < 0:
        return comment
    head = re.sub(rb"(?:\s|&#10;|&#xA;)+\Z", b"", comment[:at])
    is_run = head.rfind(f"<{prefix}r>".encode()) > head.rfind(f"</{prefix}r>".encode())
    closing = f"</{prefix}t>" + (f"</{prefix}r>" if is_run else "")
    end = comment.rfind(f"</{prefix}text>".encode())
    kept = head + closing.encode() + comment[end:]
    look = rf"(?:<{prefix}rPr>(?:(?!</{prefix}rPr>).)*</{prefix}rPr>)?"
    empty = rf"<{prefix}r>{look}<{prefix}t[^>]*></{prefix}t></{prefix}r>"
    kept = re.sub(empty.encode(), b"", kept, flags=re.DOTALL)
    return kept if re.sub(rb"<[^>]*>", b"", kept).strip() else b""


def _column(cell: str) -> int:
    return column_of(re.sub(r"\d", "", cell)) - 1


def _position(shape: bytes) -> tuple[int, int] | None:
    row = re.search(rb"<[\w.-]+:Row>(\d+)</", shape)
    column = re.search(rb"<[\w.-]+:Column>(\d+)</", shape)
    return (int(row.group(1)), int(column.group(1))) if row and column else None


def _shape(number: int, mark: Mark) -> str:
    row, column = int(re.sub(r"\D", "", mark.cell)) - 1, _column(mark.cell)
    lines = 2 + sum(1 + len(line) // 40 for line in mark.note.split("\n"))
    return (
        f'<v:shape {_SPACES} id="_x0000_s{number}" type="#_x0000_t202" '
        f'style="position:absolute;visibility:hidden;width:240pt;height:{lines * 13}pt" '
        f'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        f'<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        f'<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
        f"<x:MoveWithCells/><x:SizeWithCells/>"
        f"<x:Anchor>{column + 1}, 15, {max(row - 1, 0)}, 10, {column + 5}, 15, "
        f"{max(row - 1, 0) + lines}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
    )
