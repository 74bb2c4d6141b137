"""Dates as people write them, with their precision: "25.05.14", "Sep. 19", "vor 2015", 43597."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER
from pipelines.intake.result import Reading
from pipelines.intake.values.read import (
    Cell,
    Read,
    interpreted,
    literal,
    missing,
    unreadable,
)
from schemas.columns import Precision

Order = Literal["day", "month", "mixed"] | None

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jaenner jänner", "feb februar february",
            "mrz mär mar märz maerz march mär", "apr april", "mai may", "jun juni june",
            "jul juli july", "aug august", "sep sept september", "okt oct oktober october",
            "nov november", "dez dec dezember december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_PREFIX = re.compile(
    r"^(?P<before>vor|before|spätestens|<)\s+|^(?P<after>nach|after|frühestens|ab|>)\s+|"
    r"^(?P<since>seit|since|bis|until|ende|anfang|mitte|early|mid|late|end of|im|in)\s+|"
    r"^(?P<about>ca\.?|circa|etwa|um|rund|about|approx\.?|~|vermutl(?:ich|\.)|wohl)\s*",
    re.IGNORECASE,
)
_VAGUE = re.compile(
    r"^(?:frühjahr|frühling|fruehjahr|sommer|herbst|winter|spring|summer|autumn|fall|"
    r"q[1-4]|[1-4]\.? ?quartal|[12]\.? ?halbjahr|[12]\.? ?hj\.?|h[12])[ /.,-]*(\d{4}|'?\d{2})$",
    re.IGNORECASE,
)
_DAY_FIRST = re.compile(r"^(\d{1,2})\. ?(\d{1,2})\. ?(\d{4}|'?\d{2})$")
_SLASHED = re.compile(r"^(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_TIMED = re.compile(r"^(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*$|^(\S+\.\d{4}),? \d\d?:\d\d.*$")
_MONTH_NUMBER = re.compile(r"^(\d{1,2})[./-] ?(\d{4})$")
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_MONTH_NAME = re.compile(r"^([a-zäöü]+)\.?[ /-]?'?(\d{4}|\d{2})$", re.IGNORECASE)
_DAY_NAME = re.compile(r"^(\d{1,2})\.? ?([a-zäöü]+)\.?,? '?(\d{4}|\d{2})$", re.IGNORECASE)
_NAME_DAY = re.compile(r"^([a-zäöü]+)\.? (\d{1,2}),? (\d{4})$", re.IGNORECASE)
_YEAR = re.compile(r"^(?:jahr |year )?(\d{4})$", re.IGNORECASE)
_SPAN = re.compile(r"^(\d{4})\s*(?:[-–/]|bis)\s*(\d{2}|\d{4})$")
_AGO = re.compile(
    r"^(?:vor|seit|since|for)?\s*(?:ca\.?|circa|etwa|rund|about|gut|über)?\s*(\d{1,2}|einem|einer|"
    r"ein|eine|zwei|drei|vier|fünf|sechs|half|halbem)\s*(j\.?|jahr(?:e|en)?|year|years|"
    r"mon?\.?|monat(?:e|en)?|month|months|woche(?:n)?|wo\.?|weeks?)(?:\s+ago)?$",
    re.IGNORECASE,
)
_WORDS = {"einem": 1, "einer": 1, "ein": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4,
          "fünf": 5, "sechs": 6}  # fmt: skip
_FIRST_YEAR = 1500
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


@dataclass(frozen=True)
class DateColumn:
    """What a column says about its dates.

    Attributes:
        today: later dates are refused where `may_be_ahead` is false.
        order: what slashed dates of the column prove: "day", "month", "mixed" or nothing.
        is_1904: serial numbers count from 1904.
        may_be_ahead: the end of an interim use may lie in the future.
    """

    today: date
    order: Order = None
    is_1904: bool = False
    may_be_ahead: bool = False


def order_of(texts: Iterable[str]) -> Order:
    """Whether slashed dates of a column put the day or the month first."""
    proofs: set[Order] = set()
    for text in texts:
        found = _SLASHED.match(text.strip())
        if found is None:
            continue
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            proofs.add("day")
        elif second > 12 >= first:
            proofs.add("month")
    return "mixed" if len(proofs) > 1 else next(iter(proofs), None)


def is_relative(text: str) -> bool:
    """Whether a text counts back from the day of the survey ("seit ca. 2 J.")."""
    return _AGO.match(" ".join(text.split())) is not None


def read_date(cell: Cell, column: DateColumn) -> Read:
    """A date with its precision; a month or year is stored as its first day."""
    if cell.part == NUMBER:
        read = _serial(cell.text, column)
    elif cell.part == MOMENT:
        read = _moment(cell.text)
    elif cell.part in {FLAG, FAULT}:
        return unreadable("value-unreadable")
    else:
        read = missing(cell.text) or _text(" ".join(cell.text.split()), cell.context, column)
    return _plausible(read, column)


def _plausible(read: Read, column: DateColumn) -> Read:
    if not isinstance(read.value, date):
        return read
    if read.value.year < _FIRST_YEAR or read.value.year > column.today.year + 100:
        return unreadable("date-implausible")
    if read.value > column.today and not column.may_be_ahead:
        return unreadable("date-in-future")
    return read


def _moment(text: str) -> Read:
    try:
        value = date.fromisoformat(text[:10])
    except ValueError:
        return unreadable("value-unreadable")
    if len(text) > 10:
        return interpreted(
            value, "date-without-time", _shown(value, Precision.DAY), precision=Precision.DAY
        )
    return literal(value, Precision.DAY)


def _serial(text: str, column: DateColumn) -> Read:
    if "." in text or not text.isdigit():
        return unreadable("value-unreadable")
    number = int(text)
    if 1800 <= number <= 2200:
        return _read(number, 1, 1, Precision.YEAR)
    if len(text) == 8:
        found = _COMPACT.match(text)
        return _day(found[1], found[2], found[3]) if found else unreadable("value-unreadable")
    if not 10_000 <= number <= 80_000:
        return unreadable("value-unreadable")
    value = (_EPOCH_1904 if column.is_1904 else _EPOCH) + timedelta(days=number)
    shown = _shown(value, Precision.DAY)
    return interpreted(value, "date-serial", shown, precision=Precision.DAY)


_WEEKDAY = re.compile(
    r"^(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|(?:mon|diens|donners|frei|sams|sonn)tag|"
    r"mittwoch|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[.,]*\s+(?=\d)",
    re.IGNORECASE,
)


def _text(text: str, context: str, column: DateColumn) -> Read:
    bare = _WEEKDAY.sub("", text)
    if bare != text:
        read = _text(bare, context, column)
        if isinstance(read.value, date) and read.reading is None and read.precision is not None:
            return _loose(read.value, read.precision, "date-interpreted")
        return read
    if _AGO.match(text) and not _YEAR.match(text.rsplit(maxsplit=1)[-1]):
        return _ago(text, context)
    exact = _exact(text, column)
    if exact is not None:
        return exact
    if _SPAN.match(text):
        return unreadable("value-range", text[:4])
    vague = _VAGUE.match(text)
    if vague is not None:
        year = _year(vague[1], column)
        return _loose(date(year, 1, 1), Precision.YEAR, "date-interpreted")
    return _prefixed(text, context, column)


def _prefixed(text: str, context: str, column: DateColumn) -> Read:
    found = _PREFIX.match(text)
    if found is None:
        return unreadable("value-unreadable")
    rest = _text(text[found.end() :].strip(), context, column) if found.end() < len(text) else None
    if rest is None or not isinstance(rest.value, date) or rest.precision is None:
        return rest if rest is not None and rest.code else unreadable("value-unreadable")
    if found["before"]:
        return _loose(rest.value, Precision.BEFORE, "date-interpreted")
    if found["after"]:
        return unreadable("value-bound", _shown(rest.value, rest.precision))
    if found["about"]:
        precision = Precision.YEAR if rest.precision is Precision.YEAR else Precision.MONTH
        first = rest.value.replace(day=1)
        return _loose(first, precision, "value-approximate", Reading.APPROXIMATE)
    return _loose(rest.value, rest.precision, "date-interpreted")


def _exact(text: str, column: DateColumn) -> Read | None:
    """Days, months and years without words around them; None for anything else."""
    timed = _TIMED.match(text)
    if timed is not None:
        read = _exact(timed[1] or timed[2], column)
        if read is None or not isinstance(read.value, date):
            return read
        return _loose(read.value, Precision.DAY, "date-without-time")
    if found := _ISO.match(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_FIRST.match(text):
        return _day(found[3], found[2], found[1], column)
    if found := _SLASHED.match(text):
        return _slashed(found, column)
    if found := _COMPACT.match(text):
        return _day(found[1], found[2], found[3])
    return _months(text, column)


def _months(text: str, column: DateColumn) -> Read | None:
    if found := _YEAR.match(text):
        return _read(int(found[1]), 1, 1, Precision.YEAR)
    if found := _MONTH_NUMBER.match(text):
        return _read(int(found[2]), int(found[1]), 1, Precision.MONTH)
    if (found := _YEAR_MONTH.match(text)) and int(found[2]) <= 12:
        return _read(int(found[1]), int(found[2]), 1, Precision.MONTH)
    if (found := _MONTH_NAME.match(text)) and (month := _MONTHS.get(found[1].lower())):
        short = len(found[2]) < 4
        return _read(_year(found[2], column), month, 1, Precision.MONTH, is_short=short)
    if (found := _DAY_NAME.match(text)) and (month := _MONTHS.get(found[2].lower())):
        return _read(_year(found[3], column), month, int(found[1]), Precision.DAY, is_spelled=True)
    if (found := _NAME_DAY.match(text)) and (month := _MONTHS.get(found[1].lower())):
        return _read(int(found[3]), month, int(found[2]), Precision.DAY, is_spelled=True)
    return None


def _slashed(found: re.Match[str], column: DateColumn) -> Read:
    """05/03/2019: as the column proves; without proof day first, as is usual here."""
    first, second, year = int(found[1]), int(found[3]), str(_year(found[4], column))
    if first > 12 or second > 12:
        day, month = (first, second) if first > 12 else (second, first)
        if not first > 12 and column.order != "month":
            return unreadable("date-order-mixed", f"{day:02}.{month:02}.{year}")
    elif column.order == "mixed" and first != second:
        return unreadable("date-order-mixed")
    else:
        day, month = (second, first) if column.order == "month" else (first, second)
    read = _day(year, str(month), str(day))
    if not isinstance(read.value, date):
        return read
    code = "date-order" if len(found[4]) == 4 else "date-two-digits"
    return _loose(read.value, Precision.DAY, code)


def _day(year: str, month: str, day: str, column: DateColumn | None = None) -> Read:
    number = _year(year, column) if column is not None else int(year)
    return _read(number, int(month), int(day), Precision.DAY, is_short=len(year) < 4)


def _year(text: str, column: DateColumn) -> int:
    """Two digits are the last hundred years up to today."""
    digits = text.lstrip("'")
    if len(digits) == 4:
        return int(digits)
    year = column.today.year // 100 * 100 + int(digits)
    ahead = 20 if column.may_be_ahead else 0
    return year if year <= column.today.year + ahead else year - 100


def _read(
    year: int,
    month: int,
    day: int,
    precision: Precision,
    *,
    is_spelled: bool = False,
    is_short: bool = False,
) -> Read:
    try:
        value = date(year, month, day)
    except ValueError:
        return unreadable("value-unreadable")
    if is_short:
        return _loose(value, precision, "date-two-digits")
    if precision is Precision.DAY and not is_spelled:
        return literal(value, precision)
    return _loose(value, precision, "date-interpreted")


def _loose(
    value: date, precision: Precision, code: str, reading: Reading = Reading.INTERPRETED
) -> Read:
    return interpreted(value, code, _shown(value, precision), reading=reading, precision=precision)


def _ago(text: str, context: str) -> Read:
    found = _AGO.match(text)
    if found is None or not context:
        return unreadable("date-relative")
    survey = date.fromisoformat(context)
    word = found[1].lower()
    count = int(word) if word.isdigit() else _WORDS.get(word, 0)
    unit = found[2].lower()
    if count == 0:
        return unreadable("date-relative", _shown(survey, Precision.YEAR))
    if unit.startswith(("j", "y")):
        value, precision = date(survey.year - count, 1, 1), Precision.YEAR
    else:
        days = 7 if unit.startswith("w") else 0
        value, precision = _back(survey, count, days), Precision.MONTH
    return _loose(value, precision, "date-relative-read", Reading.APPROXIMATE)


def _back(survey: date, count: int, days: int) -> date:
    if days:
        return (survey - timedelta(days=days * count)).replace(day=1)
    months = survey.year * 12 + survey.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _shown(value: date, precision: Precision) -> str:
    """A date as the house writes it into cells, in its precision."""
    if precision is Precision.DAY:
        return f"{value:%d.%m.%Y}"
    if precision is Precision.MONTH:
        return f"{value:%m.%Y}"
    if precision is Precision.YEAR:
        return f"{value:%Y}"
    return f"vor {value:%Y}" if (value.month, value.day) == (1, 1) else f"vor {value:%m.%Y}"
