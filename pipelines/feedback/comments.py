"""Comments on marked cells, merged with the comments that are already there.

In: the comments part and the VML drawing of a sheet, or nothing; the marks.
Out: both parts with a comment for each mark. A cell that has a comment keeps it and gets ours
below; comments of an earlier check of ours go first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.feedback.marks import Mark
from pipelines.feedback.package import insert_before, prefix_of, quoted, with_prefix
from pipelines.intake.cells import column_of

AUTHOR = "leerstand"
SEPARATOR = "\n———— leerstand ————\n"
"""Between a comment of the team and ours."""

EMPTY_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<authors></authors><commentList></commentList></comments>"
)
EMPTY_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" '
    b'xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>'
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)

_COMMENT = rb"<{p}comment\s[^>]*?ref=\"(?P<ref>[A-Z]+[0-9]+)\"[^>]*>.*?</{p}comment>"
_SHAPE = re.compile(rb"<(?P<p>[\w.-]+):shape\s.*?</(?P=p):shape>", re.DOTALL)
_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
"""Declared on every shape, since other writers use other prefixes."""


def add_comments(comments: bytes, marks: Iterable[Mark]) -> tuple[bytes, list[Mark]]:
    """Add the marks to a comments part; gives it and the marks that need a new shape."""
    comments = without_ours(comments)[0]
    prefix = prefix_of(comments, "comments")
    comments, author = _author(comments, prefix)
    present = {found.group("ref").decode(): found for found in _all(comments, prefix)}
    entries: list[str] = []
    fresh: list[Mark] = []
    pieces: list[tuple[int, bytes]] = []
    for mark in marks:
        found = present.get(mark.cell)
        if found is None:
            fresh.append(mark)
            entries.append(
                f'<comment ref="{mark.cell}" authorId="{author}"><text>{_run(mark.note)}</text>'
                f"</comment>"
            )
        else:
            at = found.start() + found.group(0).rfind(f"</{prefix}text>".encode())
            run = with_prefix(_run(SEPARATOR + mark.note), prefix)
            pieces.append((at, run.encode()))
    for at, piece in sorted(pieces, reverse=True):
        comments = comments[:at] + piece + comments[at:]
    return insert_before(comments, "commentList", "".join(entries)), fresh


def without_ours(comments: bytes) -> tuple[bytes, set[str]]:
    """The part without comments of an earlier check; gives also the cells that lost theirs."""
    prefix = prefix_of(comments, "comments")
    ours = _number_of_author(comments, prefix)
    gone: set[str] = set()

    def keep(found: re.Match[bytes]) -> bytes:
        head = found.group(0).split(b">", 1)[0]
        if ours is not None and re.search(rf'authorId="{ours}"'.encode(), head):
            gone.add(found.group("ref").decode())
            return b""
        return _without_our_run(found.group(0), prefix)

    return re.sub(_pattern(prefix), keep, comments), gone


def add_shapes(drawing: bytes, marks: Iterable[Mark], gone: set[str]) -> bytes:
    """Add the boxes of new comments to a VML drawing and take out those of comments gone."""
    left = {(int(re.sub(r"\D", "", cell)) - 1, _column(cell)) for cell in gone}

    def keep(found: re.Match[bytes]) -> bytes:
        return b"" if _position(found.group(0)) in left else found.group(0)

    drawing = _SHAPE.sub(keep, drawing)
    numbers = [int(number) for number in re.findall(rb'id="_x0000_s(\d+)"', drawing)]
    first = max([1024, *numbers]) + 1
    shapes = "".join(_shape(first + number, mark) for number, mark in enumerate(marks))
    at = drawing.rfind(b"</xml>")
    return drawing[:at] + shapes.encode() + drawing[at:]


def _pattern(prefix: str) -> re.Pattern[bytes]:
    return re.compile(_COMMENT.replace(b"{p}", prefix.encode()), re.DOTALL)


def _all(comments: bytes, prefix: str) -> Iterable[re.Match[bytes]]:
    return _pattern(prefix).finditer(comments)


def _authors(comments: bytes, prefix: str) -> list[str]:
    found = re.findall(rf"<{prefix}author(?:/>|>(.*?)</{prefix}author>)".encode(), comments)
    return [name.decode() for name in found]


def _number_of_author(comments: bytes, prefix: str) -> int | None:
    authors = _authors(comments, prefix)
    return authors.index(AUTHOR) if AUTHOR in authors else None


def _author(comments: bytes, prefix: str) -> tuple[bytes, int]:
    number = _number_of_author(comments, prefix)
    if number is not None:
        return comments, number
    number = len(_authors(comments, prefix))
    return insert_before(comments, "authors", f"<author>{AUTHOR}</author>"), number


def _run(note: str) -> str:
    return f'<r><t xml:space="preserve">{quoted(note)}</t></r>'


def _without_our_run(comment: bytes, prefix: str) -> bytes:
    """A comment of the team without the run we added below it."""
    mark = SEPARATOR.strip().encode()
    if mark not in comment:
        return comment
    run = re.compile(rf"<{prefix}r>(?:(?!</{prefix}r>).)*?</{prefix}r>".encode(), re.DOTALL)
    return run.sub(lambda found: b"" if mark in found.group(0) else found.group(0), comment)


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
