"""CSV and TSV: bytes of unknown encoding and separator to rows of text.

In: the bytes of a text file.
Out: its rows, with what was found out on the way, so that nothing is guessed in silence.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from pipelines.intake.reading.refusal import Refusal

SEPARATORS = (";", "\t", ",", "|")
_SAMPLE = 200
_GERMAN = "äöüßÄÖÜéèêáàç„“”‚‘’–—…²³°§€½"
_MOJIBAKE = re.compile(
    "Ã[\u0080-\u00bf\u0178\u0152\u0153\u017d\u017e\u0160\u0161¼¶¤Ÿœž„–]|â€[žœ“”™–]|Â[²³°§½]"
)


@dataclass(frozen=True)
class TextTable:
    """The rows of a text file, all of one width, and how it was read.

    Attributes:
        encoding: "utf-8", "utf-16", "cp1252", "mac-roman" or "mixed".
        is_repaired: umlauts that had been encoded twice were put right.
        lost: how many characters had been destroyed before the file reached us.
        is_cut: the last quoted cell never ends.
    """

    rows: list[list[str]]
    encoding: str
    separator: str
    is_repaired: bool = False
    lost: int = 0
    is_cut: bool = False


def read_text_table(content: bytes) -> TextTable:
    """Rows of a CSV or TSV file.

    Raises:
        Refusal: the text is no table.
    """
    text, encoding = decode(content)
    if "\x00" in text:
        raise Refusal("file-no-table")
    repaired = _repair(text) if _MOJIBAKE.search(text) else text
    separator, skip = find_separator(repaired)
    body = repaired[skip:]
    rows, is_cut = _rows(body, separator)
    width = max((len(row) for row in rows), default=0)
    if width == 0:
        raise Refusal("file-empty")
    for row in rows:
        row.extend([""] * (width - len(row)))
    return TextTable(
        rows=([[""] * width] if skip else []) + rows,
        encoding=encoding,
        separator=separator,
        is_repaired=repaired is not text,
        lost=repaired.count("\ufffd"),
        is_cut=is_cut,
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


def _eight_bit(content: bytes) -> str:
    """Windows or old Macintosh, by which of them makes German letters of the bytes."""
    counts = Counter(byte for byte in content if byte > 127)

    def score(encoding: str) -> int:
        return sum(
            number * (1 if bytes([byte]).decode(encoding, "replace") in _GERMAN else -1)
            for byte, number in counts.items()
        )

    return "mac_roman" if score("mac_roman") > score("cp1252") else "cp1252"


def _repair(text: str) -> str:
    """Text whose UTF-8 had been read as Windows text and saved again, line by line."""
    return "".join(map(_repair_line, text.splitlines(keepends=True)))


def _repair_line(line: str) -> str:
    if not _MOJIBAKE.search(line):
        return line
    try:
        return line.encode("cp1252").decode("utf-8")
    except UnicodeError:
        try:
            return line.encode("latin-1").decode("utf-8")
        except UnicodeError:
            return line


def find_separator(text: str) -> tuple[str, int]:
    """The separator, and how many characters of a line `sep=;` to pass over.

    The separator is the one that gives the most lines of the same width of two or more; a text
    of one column has none, and any will do.
    """
    first = re.match(r"sep=(.)\r?\n", text)
    if first:
        return first.group(1), first.end()
    best, best_score = ";", 0.0
    for separator in SEPARATORS:
        rows, _ = _rows(text[: 1 << 16], separator, most=_SAMPLE)
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width, lines = max(widths.items(), key=lambda item: (item[1] * min(item[0], 8), item[0]))
        score = lines / max(len(rows), 1) * min(width, 8)
        if score > best_score:
            best, best_score = separator, score
    return best, 0


def _rows(text: str, separator: str, most: int | None = None) -> tuple[list[list[str]], bool]:
    csv.field_size_limit(1 << 20)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if most and len(rows) >= most:
                break
    except csv.Error as error:
        if most is None:
            raise Refusal("file-damaged") from error
    return rows, text.count('"') % 2 == 1
