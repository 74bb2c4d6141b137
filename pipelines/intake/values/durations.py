"""Lengths of time as people write them: "seit ca. 2 J.", "> 5 Jahre", "1 1/2 Jahre", "2-3 Monate".

In: one text.
Out: `Duration` in months, or None. What it means is the reader's affair: a date counted back from
the day of the survey, or a class.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_COUNTS = {
    "ein": 1, "eine": 1, "einem": 1, "einer": 1, "einen": 1, "one": 1, "a": 1, "zwei": 2, "two": 2,
    "drei": 3, "three": 3, "vier": 4, "four": 4, "fünf": 5, "five": 5, "sechs": 6, "six": 6,
    "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "ten": 10, "zwölf": 12,
}  # fmt: skip
_HALF = re.compile(r"^(?:(?:ein(?:em|er|es)?|a|1)\s)?(?:halb(?:e[mnrs]?)?|half(?: an?)?)$")
_ONE_AND_A_HALF = {"anderthalb", "eineinhalb", "einundeinhalb", "one and a half"}
_UNITS = {"j": Fraction(12), "y": Fraction(12), "m": Fraction(1), "w": Fraction(12, 52)}
_MOST_YEARS = 99

_WORDS = "|".join(sorted((*_COUNTS, *_ONE_AND_A_HALF), key=len, reverse=True))
_COUNT = (
    rf"(?:(?:ein(?:em|er|es)?|a|1)\s)?(?:halb(?:e[mnrs]?)?|half(?: an?)?)|{_WORDS}|"
    r"\d{1,2}\s1/2|\d{1,2}\s?½|1/2|½|\d{1,2}(?:[.,]\d)?"
)
_DURATION = re.compile(
    r"^(?:(?:bereits|schon|mittlerweile|vor|seit|since|for)\s*)*"
    r"(?P<about>(?:ca\.?|circa|etwa|rund|ungefähr|about|approx\.?|around|gut|knapp|fast|~)\s*)?"
    r"(?P<bound>(?:>=?|≥|\+|über|ueber|mehr als|länger als|laenger als|mind(?:\.|estens)|min\.?|"
    r"more than|over|at least|longer than)\s*)?"
    r"(?P<below><=?|≤|unter|weniger als|kürzer als|höchstens|max\.?|bis(?: zu)?|less than|under|"
    r"up to)?\s*"
    rf"(?P<first>{_COUNT})(?:\s*(?:-|–|bis|to|oder|or)\s*(?P<last>{_COUNT}))?"
    r"\s*(?P<more>\+)?\s*"
    r"(?P<unit>j\.?|jahr(?:e|en|es)?|years?|yrs?\.?|mon?\.?|mona?te?n?|mths?\.?|months?|wo\.?|"
    r"wochen?|weeks?)"
    r"(?P<after>\s+(?:und (?:länger|mehr)|oder (?:länger|mehr)|or more|and more))?(?:\s+ago)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Duration:
    """A length of time.

    Attributes:
        least, most: months; equal where one number is stated.
        is_years: stated in whole years, and so known to a year only.
        is_open: at least so long ("über 5 Jahre").
        is_below: at most so long ("unter 6 Monate").
    """

    least: Fraction
    most: Fraction
    is_years: bool
    is_open: bool
    is_below: bool

    @property
    def is_range(self) -> bool:
        """Whether two different lengths are stated."""
        return self.least != self.most


def read_duration(text: str) -> Duration | None:
    """The length of time that a text states; None where it states none."""
    found = _DURATION.match(" ".join(text.split()))
    if found is None:
        return None
    unit = _UNITS[found["unit"][0].lower()]
    first = _count(found["first"])
    last = _count(found["last"]) if found["last"] else first
    if last < first or last * unit > 12 * _MOST_YEARS:
        return None
    return Duration(
        least=first * unit,
        most=last * unit,
        is_years=unit == _UNITS["j"] and first.denominator == 1,
        is_open=bool(found["bound"] or found["more"] or found["after"]),
        is_below=bool(found["below"]),
    )


def _count(text: str) -> Fraction:
    bare = text.lower().strip()
    if bare in _ONE_AND_A_HALF:
        return Fraction(3, 2)
    if _HALF.match(bare) or bare in {"1/2", "½"}:
        return Fraction(1, 2)
    if bare in _COUNTS:
        return Fraction(_COUNTS[bare])
    if bare.endswith(("1/2", "½")):
        return Fraction(bare.removesuffix("1/2").removesuffix("½").strip()) + Fraction(1, 2)
    return Fraction(bare.replace(",", "."))
