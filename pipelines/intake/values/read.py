"""What reading one cell yields, and what a cell is when it comes to a reader."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import schemas
from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER
from pipelines.intake.result import Reading
from schemas.columns import Precision

TEXT = "text"
_TAGS = {"\x01": NUMBER, "\x02": MOMENT, "\x03": FLAG, "\x04": FAULT}
TAG_OF = {part: tag for tag, part in _TAGS.items()}
CONTEXT = "\x05"

Value = str | int | Decimal | date | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as a reader sees it.

    Attributes:
        text: the cell as a person reads it, `cleaned`; numbers without ".0", dates in ISO.
        part: TEXT, NUMBER, MOMENT, FLAG or FAULT: what the cell was in the file.
        context: what else in its row decides its reading (a survey area, a survey date).
    """

    text: str
    part: str = TEXT
    context: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """What one cell means.

    Attributes:
        value: the typed value; None where there is none.
        reading: how it was read; None means literally.
        code: the finding to report; None says nothing.
        proposal: for an error, the text that would be accepted; for a hint, what was read.
        precision: of a date.
        parameters: what the finding's texts name besides.
    """

    value: Value = None
    reading: Reading | None = None
    code: str | None = None
    proposal: str | None = None
    precision: Precision | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def literal(value: Value, precision: Precision | None = None) -> Read:
    """A value that stands there as it is stored."""
    return Read(value, precision=precision)


def interpreted(
    value: Value,
    code: str,
    shown: str | None = None,
    *,
    reading: Reading = Reading.INTERPRETED,
    precision: Precision | None = None,
    **parameters: Any,
) -> Read:
    """A value that had to be read into the cell; `shown` is what was read, as text."""
    return Read(value, reading, code, shown, precision, parameters)


def unreadable(code: str, proposal: str | None = None, **parameters: Any) -> Read:
    """No value: the cell must be mended."""
    return Read(None, Reading.UNREADABLE, code, proposal, None, parameters)


_MISSING_CODES = {
    Reading.NOT_STATED: "value-not-stated",
    Reading.NOT_ASSESSABLE: "value-not-assessable",
    Reading.NOT_APPLICABLE: "value-not-applicable",
}


def plain(text: str) -> str:
    """The text for comparison: blanks and line breaks as one blank, without case."""
    return " ".join(text.split()).casefold()


@cache
def missing_spellings() -> dict[str, Reading]:
    """Spellings that say that there is no value, and why: schemas/missing.csv."""
    path = Path(schemas.__file__).with_name("missing.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["spelling"]: Reading(row["reading"]) for row in csv.DictReader(file)}


def missing(text: str) -> Read | None:
    """Not stated, not assessable or not applicable; None if the text is a value."""
    reading = missing_spellings().get(plain(text))
    return None if reading is None else Read(None, reading, _MISSING_CODES[reading])


_SIGNS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\u3000"), " "),
    **dict.fromkeys(
        (0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A)),
        None,
    ),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2212"), "-"),
    ord("\u33a1"): "m²",
    ord("’"): "'",
}


def cleaned(text: str) -> str:
    """The text as it was meant: one kind of blank, hyphen, apostrophe and digit, none unseen.

    An apostrophe before a number is what Excel shows of a cell that was forced to be text.
    """
    if not text.isascii():
        text = "".join(
            str(unicodedata.decimal(sign)) if sign.isdecimal() else sign
            for sign in text.translate(_SIGNS)
        )
    text = text.strip()
    return text[1:] if text[:1] == "'" and text[1:2].isdigit() else text


def mended(text: str) -> str | None:
    """What UTF-8 read as Windows-1252 once was ("GÃ¼nnigfeld"); None where it is lost."""
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None


def untag(tagged: str) -> Cell:
    """A cell from the text that `pipelines.intake.vector` makes for cells beyond the fast path."""
    body, _, context = tagged.partition(CONTEXT)
    part = _TAGS.get(body[:1])
    return Cell(cleaned(body), TEXT, context) if part is None else Cell(body[1:], part, context)


def seen(tagged: str) -> str:
    """What stands in a tagged cell, as people see it."""
    body = tagged.partition(CONTEXT)[0]
    return body[1:] if body[:1] in _TAGS else body.strip()
