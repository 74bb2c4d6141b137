"""One number of a coordinate; what the pair means is decided in `pipelines.intake.positions`."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from pipelines.intake.cells import NUMBER
from pipelines.intake.values.numbers import german
from pipelines.intake.values.read import Cell, Read, interpreted, literal, missing, unreadable

_PLAIN = re.compile(r"^-?\d+(?:[.,]\d+)?$")
_DEGREES = re.compile(
    r"^([NSEWO])?\s*(-?\d{1,3})\s*[°º]\s*(\d{1,2}(?:[.,]\d+)?)\s*['′]\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''))?\s*([NSEWO])?$",
    re.IGNORECASE,
)
_ZONE = re.compile(r"^(\d{2})\s?[A-Z]\s*(?=\d{6})")
_MARKED = re.compile(
    r"^(?:[NSEWO]\.?\s*|(?:lat|lon|lng|x|y)[:=]?\s*)?(-?\d[\d .,']*\d)\s*(?:°|º|m|Meter)?\s*"
    r"(?:[NSEWO])?$",
    re.IGNORECASE,
)


def read_coordinate(cell: Cell, scale: int = 7) -> Read:
    """Metres or degrees, whatever stands there; rounded to the column's places."""
    if cell.part == NUMBER:
        return _rounded(Decimal(cell.text), scale, None)
    if cell.part != "text":
        return unreadable("value-unreadable")
    gone = missing(cell.text)
    if gone is not None:
        return gone
    # "32U 370993" is the easting with its zone before it, as 32370993 is.
    text = _ZONE.sub(r"\1", " ".join(cell.text.split()))
    if _PLAIN.match(text):
        return _rounded(Decimal(text.replace(",", ".")), scale, None)
    degrees = _DEGREES.match(text)
    if degrees is not None:
        return _rounded(_of_degrees(degrees), scale, "value-interpreted")
    marked = _MARKED.match(text)
    if marked is not None:
        return _grouped(marked[1], scale)
    return unreadable("value-unreadable")


def _of_degrees(found: re.Match[str]) -> Decimal:
    """Degrees, minutes and seconds, or degrees and decimal minutes."""
    whole, minutes, seconds = (
        Decimal((found[part] or "0").replace(",", ".")) for part in (2, 3, 4)
    )
    sides = {(found[1] or "").upper(), (found[5] or "").upper()}
    return (whole + minutes / 60 + seconds / 3600) * (-1 if sides & {"S", "W"} else 1)


def _grouped(text: str, scale: int) -> Read:
    """Metres with thousands, never degrees: "370.993", "370 993,4" or "5.704.827"."""
    bare = text.replace(" ", "").replace("'", "")
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?", bare):
        bare = bare.replace(".", "").replace(",", ".")
    bare = bare.replace(",", ".")
    if bare.count(".") > 1:
        return unreadable("value-unreadable")
    return _rounded(Decimal(bare), scale, "value-interpreted")


def _rounded(value: Decimal, scale: int, code: str | None) -> Read:
    if abs(value) >= Decimal(10) ** 12:
        return unreadable("out-of-bounds")
    rounded = value.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP)
    if code is None:
        return literal(rounded)
    return interpreted(rounded, code, german(rounded))
