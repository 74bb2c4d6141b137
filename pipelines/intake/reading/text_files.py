"""CSV and TSV: bytes of unknown encoding and separator to rows of text.

In: the bytes of a text file.
Out: its rows, with what was found out on the way, so that nothing is guessed in silence.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pipelines.intake.reading.mojibake import mended
from pipelines.intake.reading.refusal import Refusal

SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 200
_UMLAUTS = "äöüßÄÖÜ"
_GERMAN = "éèêáàç„“”‚‘’–—…²³°§€½\u00a0"
_LONGEST_CELL = 1 << 20
_TYPED_AS_TEXT = re.compile(r'^="([^"]*)"$')
"""What some programs write so that Excel leaves a number a text: ="01067"."""


@dataclass(frozen=True)
class TextTable:
    """The rows of a text file, all of one width, and how it was read.

    Attributes:
        encoding: "utf-8", "utf-16", "cp1252", "cp850", "mac-roman" or "mixed".
        is_repaired: umlauts that had been encoded twice were put right.
        lost: how many characters had been destroyed before the file reached us.
        widths: how many fields each of the first lines has itself.
        opened: numbers of rows in which a quotation mark is never closed; the row ends there.
    """

    rows: list[list[str]]
    encoding: str
    separator: str
    widths: tuple[int, ...] = ()
    is_repaired: bool = False
    lost: int = 0
    opened: tuple[int, ...] = ()


def read_text_table(content: bytes) -> TextTable:
    """Rows of a CSV or TSV file.

    Raises:
        Refusal: the text is no table.
    """
    text, encoding = decode(content)
    if "\x00" in text:
        raise Refusal("file-no-table")
    repaired = mended(text)
    separator, skip = find_separator(repaired)
    records = _Records(repaired[skip:], dialect(repaired[skip:], separator))
    rows = records.rows
    if '="' in repaired:
        rows = [[_TYPED_AS_TEXT.sub(r"\1", cell) for cell in row] for row in rows]
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        raise Refusal("file-empty")
    widths = tuple(map(len, [[], *rows[:_SAMPLE]] if skip else rows[:_SAMPLE]))
    for row in rows:
        row.extend([""] * (width - len(row)))
    return TextTable(
        rows=([[""] * width] if skip else []) + rows,
        encoding=encoding,
        separator=separator,
        widths=widths,
        is_repaired=repaired is not text,
        lost=repaired.count("\ufffd"),
        opened=tuple(number + bool(skip) for number in records.opened),
    )


def decode(content: bytes) -> tuple[str, str]:
    """The text and its encoding; lines of a file of mixed encodings are decoded one by one."""
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            name = "utf-8-sig" if encoding == "utf-8" else encoding
            return content.decode(name, "replace"), encoding
    bare = _bare_utf16(content)
    if bare:
        return content.decode(bare, "replace"), "utf-16"
    content = content.rstrip(b"\0\x1a")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    lines = content.splitlines(keepends=True)
    has_utf8 = any(_is_wide_utf8(line) for line in lines)
    if not has_utf8:
        encoding = _eight_bit(content)
        return content.decode(encoding, "replace"), encoding.replace("_", "-")
    rest = _eight_bit(b"".join(line for line in lines if not _is_utf8(line)))
    return "".join(
        line.decode("utf-8" if _is_utf8(line) else rest, "replace") for line in lines
    ), "mixed"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_wide_utf8(line: bytes) -> bool:
    return not line.isascii() and _is_utf8(line)


def _bare_utf16(content: bytes) -> str | None:
    """UTF-16 without its mark: Latin text has a zero in every second byte."""
    head = content[:4096]
    half = len(head) // 2
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if half and head[offset::2].count(0) > 0.8 * half and not head[1 - offset :: 2].count(0):
            return encoding
    return None


def _eight_bit(content: bytes) -> str:
    """Windows, old DOS or old Macintosh, by which of them makes German letters of the bytes."""
    counts = Counter(byte for byte in content if byte > 127)

    def score(encoding: str) -> int:
        signs = {bytes([byte]).decode(encoding, "replace"): n for byte, n in counts.items()}
        return sum(
            number * (3 if sign in _UMLAUTS else 1 if sign in _GERMAN else -1)
            for sign, number in signs.items()
        )

    return max(("cp1252", "mac_roman", "cp850"), key=score)


def find_separator(text: str) -> tuple[str, int]:
    """The separator, and how many characters of a line `sep=;` to pass over.

    The separator is the one that gives the most lines of the same width of two or more; a text
    of one column has none, and any will do.
    """
    first = re.match(r'"?sep=(.)"?(?:\r\n?|\n)', text)
    if first:
        return first.group(1), first.end()
    best, best_score = ";", 0.0
    for separator in SEPARATORS:
        rows = _sample(text, separator)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, lines = max(widths.items(), key=lambda item: (item[1] * min(item[0], 8), item[0]))
        score = lines / max(len(rows), 1) * min(width, 8)
        if score > best_score:
            best, best_score = separator, score
    return best, 0


def dialect(text: str, separator: str) -> dict[str, Any]:
    """How cells are quoted, as `csv.reader` wants to know it.

    Quotation marks are single where most lines begin and end with one; a blank behind every
    separator of the first line is none of the cell's; a backslash before a quotation mark is one
    only where such a mark does not end its cell, as in the name of a folder.
    """
    lines = [line for line in text[: 1 << 16].splitlines()[:_SAMPLE] if line.strip()]
    first = next((line for line in lines if separator in line), "")
    single = sum(line[:1] + line[-1:] == "''" and f"'{separator}'" in line for line in lines)
    chosen: dict[str, Any] = {"delimiter": separator}
    if single > len(lines) / 2:
        chosen["quotechar"] = "'"
    if first and first.count(f"{separator} ") == first.count(separator):
        chosen["skipinitialspace"] = True
    if '\\"' in text and re.search(rf'\\"(?!{re.escape(separator)}|[\r\n]|$)', text):
        chosen["escapechar"] = "\\"
    return chosen


def _sample(text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text[: 1 << 16], newline=""), delimiter=separator)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows += islice(reader, _SAMPLE)
    return rows


class _Records:
    """The records of a text, one after another; a quote that never closes costs one line only.

    Attributes:
        rows: the records.
        widths: how many fields each of the first lines has itself.
        opened: numbers of records, from 1, in which a quote was left open.
    """

    def __init__(self, text: str, dialect: dict[str, Any]) -> None:
        csv.field_size_limit(_LONGEST_CELL)
        self.rows: list[list[str]] = []
        self.opened: list[int] = []
        self._dialect = dialect
        self._separator = dialect["delimiter"]
        self._lines = list(io.StringIO(text, newline=""))
        self._first = self._next = self._width = 0
        try:
            while self._next < len(self._lines):
                self._read_on()
        except csv.Error as error:
            raise Refusal("file-damaged") from error

    def _read_on(self) -> None:
        """Records until one has swallowed others, whose first line is then read on its own."""
        for row in csv.reader(self._feed(), **self._dialect):
            first, self._first = self._first, self._next
            self._width = max(self._width, len(row)) if len(self.rows) < _SAMPLE else self._width
            is_last = self._next == len(self._lines)
            if (is_last or self._next - first > 1) and self._has_swallowed(row, first):
                self.rows.append(self._closed(self._lines[first]))
                self.opened.append(len(self.rows))
                self._next = first + 1
                return
            self.rows.append(row)

    def _feed(self) -> Iterator[str]:
        self._first = self._next
        while self._next < len(self._lines):
            self._next += 1
            yield self._lines[self._next - 1]

    def _has_swallowed(self, row: list[str], first: int) -> bool:
        """Whether lines within a cell look like records, or the last quote of all never closes."""
        least = max(self._width // 2, 1)
        inside = (line for cell in row for line in cell.splitlines()[1:])
        if any(line.count(self._separator) >= least for line in inside):
            return True
        if self._next < len(self._lines):
            return False
        try:
            list(csv.reader(self._lines[first:], **self._dialect, strict=True))
        except csv.Error as error:
            return "end of data" in str(error)
        return False

    def _closed(self, line: str) -> list[str]:
        """One line with its open quote closed at the end, or taken as a sign like any other."""
        mark = self._dialect.get("quotechar", '"')
        closed = next(csv.reader([line.rstrip("\r\n") + mark], **self._dialect), [])
        bare = next(csv.reader([line], delimiter=self._separator, quoting=csv.QUOTE_NONE), [])
        return closed if len(closed) == self._width else bare
