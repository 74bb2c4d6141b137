"""What python-calamine does not say about an ods sheet: faults, merges, hidden rows and columns.

In: content.xml of the package.
Out: a `Scan` for each sheet, as for xlsx. The XML is only walked through where its bytes hold
anything of that kind, since that takes longer than reading the sheet.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from xml.parsers import expat

from pipelines.intake.naming import letter_of
from pipelines.intake.reading.package import stream
from pipelines.intake.reading.refusal import Refusal
from pipelines.intake.reading.scan import UNCALCULATED, Scan

_PART = "content.xml"
_NEEDLES = (
    b'value-type="error"',
    b"-spanned=",
    b"visibility=",
    b"table:formula=",
    b"<office:annotation",
)
_MOST_REPEATED = 1024


def scan_ods(archive: zipfile.ZipFile, most: int) -> dict[str, Scan]:
    """Scan every sheet of an ods package.

    Raises:
        Refusal: damaged, larger than `most` bytes, or with entities.
    """
    content = b"".join(stream(archive, _PART, most))
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
        raise Refusal("file-entities")
    if not any(needle in content for needle in _NEEDLES):
        return {}
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.StartElementHandler = walk.start
    parser.EndElementHandler = walk.end
    parser.CharacterDataHandler = walk.text
    is_last = True
    try:
        parser.Parse(content, is_last)
    except expat.ExpatError as error:
        raise Refusal("file-damaged") from error
    return walk.scans


@dataclass
class _Walk:
    """Where the parser stands: row and column are those of the current cell, 1-based."""

    scans: dict[str, Scan] = field(default_factory=dict)
    scan: Scan = field(default_factory=Scan)
    row: int = 0
    rows: int = 1
    column: int = 0
    columns: int = 1
    heading_column: int = 0
    is_fault: bool = False
    said: str = ""

    def start(self, tag: str, named: dict[str, str]) -> None:
        if tag == "table:table":
            self.scan = self.scans.setdefault(named.get("table:name", ""), Scan())
            self.row, self.rows, self.heading_column = 0, 1, 0
        elif tag == "table:table-column":
            self._column(named)
        elif tag == "table:table-row":
            self.row += 1
            self.rows = _number(named, "table:number-rows-repeated")
            self.column = 0
            if named.get("table:visibility") in {"collapse", "filter"}:
                last = self.row + min(self.rows, _MOST_REPEATED)
                self.scan.hidden_rows.update(range(self.row, last))
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            self._cell(named)
        elif tag == "office:annotation":
            self.scan.extras.commented.append(f"{letter_of(self.column)}{self.row}")

    def end(self, tag: str) -> None:
        if tag == "table:table-row":
            self.row += self.rows - 1
        elif tag in {"table:table-cell", "table:covered-table-cell"}:
            if self.is_fault:
                self._add_fault(self.said.strip() or UNCALCULATED)
            self.is_fault = False
            self.column += self.columns - 1

    def text(self, text: str) -> None:
        if self.is_fault:
            self.said += text

    def _add_fault(self, text: str) -> None:
        for row in range(self.row, self.row + min(self.rows, _MOST_REPEATED)):
            cells = self.scan.faults.setdefault(row, {})
            for column in range(self.column, self.column + min(self.columns, _MOST_REPEATED)):
                cells[column] = text

    def _column(self, named: dict[str, str]) -> None:
        count = _number(named, "table:number-columns-repeated")
        if named.get("table:visibility") in {"collapse", "filter"} and count <= _MOST_REPEATED:
            first = self.heading_column + 1
            self.scan.hidden_columns.update(range(first, first + count))
        self.heading_column += count

    def _cell(self, named: dict[str, str]) -> None:
        self.column += 1
        self.columns = _number(named, "table:number-columns-repeated")
        kind = named.get("calcext:value-type") or named.get("office:value-type")
        self.is_fault = kind == "error" or (kind is None and "table:formula" in named)
        self.said = ""
        down = _number(named, "table:number-rows-spanned")
        across = _number(named, "table:number-columns-spanned")
        if down > 1 or across > 1:
            bottom, right = self.row + down - 1, self.column + across - 1
            self.scan.merges.append((self.row, bottom, self.column, right))


def _number(named: dict[str, str], name: str) -> int:
    value = named.get(name, "1")
    return int(value) if value.isdigit() and len(value) < 9 else 1
