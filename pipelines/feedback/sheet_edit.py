"""Marking the cells of one sheet: what stands behind its rows is edited, the rows are not.

In: the sheet's XML as a stream; the marks; the relation to a drawing of comments.
Out: the same stream with a conditional format for the marks, and those of an earlier check
taken out. Cells, formats, drop-downs and everything else come through unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipelines.feedback.marks import RANK, Mark
from pipelines.feedback.package import attributes, end_of, with_prefix
from pipelines.feedback.zips import StreamEdit
from schemas.columns import Severity

_END = re.compile(rb"</(?:[\w.-]+:)?sheetData\s*>|<(?:[\w.-]+:)?sheetData\s*/>")
_DRAWING = re.compile(rb"<(?:[\w.-]+:)?legacyDrawing\s([^>]*:id[^>]*)>")
_OVERLAP, _LONGEST_TAG = 64, 1024
_OURS = "leerstand"
_FORMULA = f'N("{_OURS}")=0'
"""Always true, and known again as ours."""

_BEFORE_FORMATS = (
    "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState",
    "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr", "conditionalFormatting",
)  # fmt: skip
_AFTER_DRAWING = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems",
    "tableParts", "extLst",
)  # fmt: skip


def edit_sheet(
    marks: Iterable[Mark], formats: dict[Severity, int], drawing: str | None, relation_type: str
) -> StreamEdit:
    """The edit of one sheet; `drawing` is the id of a relation to add, or None."""
    kept = list(marks)

    def edit(chunks: Iterator[bytes]) -> Iterator[bytes]:
        rest = b""
        head = b""
        tail: list[bytes] | None = None
        for chunk in chunks:
            if tail is not None:
                tail.append(chunk)
                continue
            head = head or chunk[:4096]
            rest += chunk
            found = _END.search(rest)
            if found:
                yield rest[: found.end()]
                tail = [rest[found.end() :]]
            else:
                yield rest[:-_OVERLAP]
                rest = rest[-_OVERLAP:]
        if tail is None:
            yield rest
            return
        prefix = _prefix(head)
        yield _edit_tail(b"".join(tail), prefix, kept, formats, drawing, relation_type)

    return edit


def drawing_id(chunks: Iterable[bytes]) -> str | None:
    """The relation that a sheet's XML names for the drawing of its comments."""
    rest = b""
    for chunk in chunks:
        rest += chunk
        if found := _DRAWING.search(rest):
            return next(value for key, value in attributes(found[1]).items() if key.endswith(":id"))
        rest = rest[-_LONGEST_TAG:]
    return None


def _prefix(head: bytes) -> str:
    found = re.search(rb"<([\w.-]+:)?worksheet\b", head)
    return (found.group(1) or b"").decode() if found else ""


def _edit_tail(
    tail: bytes,
    prefix: str,
    marks: list[Mark],
    formats: dict[Severity, int],
    drawing: str | None,
    relation_type: str,
) -> bytes:
    tail = _without_ours(tail, prefix)
    groups = [(severity, [m.cell for m in marks if m.severity == severity]) for severity in RANK]
    wanted = [(severity, cells) for severity, cells in groups if cells]
    tail = _shift_priorities(tail, len(wanted))
    entries = []
    for priority, (severity, cells) in enumerate(wanted, 1):
        entries.append(
            f'<conditionalFormatting sqref="{" ".join(ranges_of(cells))}"><cfRule type="expression"'
            f' dxfId="{formats[severity]}" priority="{priority}"><formula>{_FORMULA}</formula>'
            f"</cfRule></conditionalFormatting>"
        )
    at = end_of(tail, prefix, _BEFORE_FORMATS)
    added = with_prefix("".join(entries), prefix).encode()
    tail = tail[:at] + added + tail[at:]
    if drawing is None:
        return tail
    entry = f'<legacyDrawing xmlns:rel="{relation_type}" rel:id="{drawing}"/>'
    at = _before(tail, prefix, _AFTER_DRAWING)
    return tail[:at] + with_prefix(entry, prefix).encode() + tail[at:]


def ranges_of(cells: list[str]) -> list[str]:
    """The cells as ranges: runs below each other in one column are joined ("F3:F80")."""
    split = sorted((re.sub(r"\d", "", cell), int(re.sub(r"\D", "", cell))) for cell in cells)
    ranges: list[tuple[str, int, int]] = []
    for letter, row in split:
        if ranges and ranges[-1][0] == letter and ranges[-1][2] == row - 1:
            ranges[-1] = (letter, ranges[-1][1], row)
        else:
            ranges.append((letter, row, row))
    return [f"{a}{i}" if i == j else f"{a}{i}:{a}{j}" for a, i, j in ranges]


def _without_ours(tail: bytes, prefix: str) -> bytes:
    block = re.compile(
        rf"<{prefix}conditionalFormatting\b(?:(?!</{prefix}conditionalFormatting>).)*"
        rf"</{prefix}conditionalFormatting>".encode(),
        re.DOTALL,
    )
    ours = re.compile(rb"N\((?:\"|&quot;)" + _OURS.encode() + rb"(?:\"|&quot;)\)=0")
    return block.sub(lambda found: b"" if ours.search(found.group(0)) else found.group(0), tail)


def _shift_priorities(tail: bytes, by: int) -> bytes:
    """Let other rules of the sheet keep their order behind ours."""

    def shifted(found: re.Match[bytes]) -> bytes:
        return re.sub(
            rb'priority="(\d+)"',
            lambda number: b'priority="%d"' % (int(number.group(1)) + by),
            found.group(0),
        )

    return re.sub(rb"<(?:[\w.-]+:)?cfRule\b[^>]*>", shifted, tail) if by else tail


def _before(tail: bytes, prefix: str, elements: tuple[str, ...]) -> int:
    """The position before the first of the elements, else before the end of the sheet."""
    starts = []
    for element in elements:
        found = re.search(rf"<{prefix}{element}[\s/>]".encode(), tail)
        if found:
            starts.append(found.start())
    end = tail.rfind(f"</{prefix}worksheet>".encode())
    return min([*starts, end if end >= 0 else len(tail)])
