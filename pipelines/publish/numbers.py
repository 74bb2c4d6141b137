"""Numbers and signs as they stand in tables for people.

In: exact values (int, Decimal) and the signs of official statistics.
Out: text in German or English.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

from schemas.columns import Lang


class Sign(StrEnum):
    """The signs of official statistics (DIN 55301); DOMAIN.md, Privacy and publication."""

    NOTHING = "–"
    UNKNOWN = "."
    UNRELIABLE = "/"
    SENSELESS = "x"
    LATER = "…"


NO_BREAK = "\N{NO-BREAK SPACE}"
_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def number(value: int | Decimal, lang: Lang, digits: int = 0) -> str:
    """A number with its thousands parted: 1.234,5 in German, 1,234.5 in English.

    Rounds half to even, so that rounding twice gives the same; a value below half of the last
    place reads 0.
    """
    exact = Decimal(value).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    text = f"{exact:,.{digits}f}"
    if exact < 0:
        text = "\N{MINUS SIGN}" + text[1:]
    return text if lang == "en" else text.translate(str.maketrans(",.", ".,"))


def count(
    value: int | Decimal | None, sign: str, lang: Lang, digits: int = 0, *, plus: bool = False
) -> str:
    """A cell: its sign where it has one, a dash for nothing, else the number."""
    if sign:
        return sign
    if value is None:
        return Sign.UNKNOWN
    if not value:
        return Sign.NOTHING
    return ("+" if plus and value > 0 else "") + number(value, lang, digits)


def day(value: date | None, lang: Lang) -> str:
    """A date in words of the language; an ellipsis where none is known."""
    if value is None:
        return Sign.LATER
    if lang == "de":
        return f"{value.day:02}.{value.month:02}.{value.year}"
    return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"
