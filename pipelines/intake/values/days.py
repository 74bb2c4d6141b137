"""Days, months and years written out, without words around them: "25.05.14", "Sep. 19", "2018".

In: one text and what its column says about its dates.
Out: a `Read` with its precision, or None where the text is something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipelines.intake.result import Reading
from pipelines.intake.values.read import Read, interpreted, literal, unreadable
from schemas.columns import Precision

Order = Literal["day", "month", "mixed"] | None

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jaenner jänner", "feb februar february feber",
            "mrz mär mar märz maerz march mär", "apr april", "mai may", "jun juni june",
            "jul juli july", "aug august", "sep sept september", "okt oct oktober october",
            "nov november", "dez dec dezember december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAY_FIRST = re.compile(r"^(\d{1,2}) ?([.,]) ?(\d{1,2}) ?([.,]) ?(\d{4}|'?\d{2})$")
_SLASHED = re.compile(r"^(\d{1,2})([/-])(\d{1,2})\2(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_COMPACT_DAY_FIRST = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})$")
_TIMED = re.compile(
    r"^(?:(\d{4}-\d\d-\d\d)[T ]\d\d:\d\d.*|(.*\d{4}),? (?:um )?\d\d?[:.]\d\d(?::\d\d(?:[.,]\d+)?)?"
    r" ?(?:[ap]\.?m\.?|uhr|h|utc|gmt|z|[+-]\d\d:?\d\d)?)$",
    re.IGNORECASE,
)
_TWELVE_HOURS = re.compile(r"\d ?[ap]\.?m\.?\s*$", re.IGNORECASE)
_MONTH_NUMBER = re.compile(r"^(\d{1,2})[./-] ?(\d{4})$")
_SHORT_MONTH = re.compile(r"^(\d{1,2})[./] ?(\d{2})$")
_YEAR_MONTH = re.compile(r"^(\d{4})[-/.](\d{1,2})$")
_MONTH_NAME = re.compile(r"^([a-zäöü]+)\.?[ /-]?'?(\d{4}|\d{2})$", re.IGNORECASE)
_DAY_NAME = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[. /-]*(?:of )?([a-zäöü]+)[., /-]*'?(\d{4}|\d{2})$", re.IGNORECASE
)
_NAME_DAY = re.compile(r"^([a-zäöü]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$", re.IGNORECASE)
_SERIAL = re.compile(r"[345]\d{4}(?:[.,]\d+)?")
_YEAR = re.compile(r"^(?:jahr |year )?(\d{4})(?:\.|[.,]0+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class DateColumn:
    """What a column says about its dates.

    Attributes:
        today: later dates are refused where `may_be_ahead` is false.
        order: what slashed dates of the column prove: "day", "month", "mixed" or nothing.
        is_1904: serial numbers count from 1904.
        may_be_ahead: the end of an interim use may lie in the future.
        first_year: earlier dates are refused.
        is_serial: texts of five digits count days, since the column holds nothing else.
    """

    today: date
    order: Order = None
    is_1904: bool = False
    may_be_ahead: bool = False
    first_year: int = 1910
    is_serial: bool = False


def are_serials(texts: Iterable[str]) -> bool:
    """Whether a column holds nothing but Excel's counts of days, as texts."""
    return all(_SERIAL.fullmatch(text) for text in texts)


def order_of(texts: Iterable[str]) -> Order:
    """Whether slashed dates of a column put the day or the month first."""
    proofs: set[Order] = set()
    is_of_twelve_hours = False
    for text in texts:
        found = _SLASHED.match(_without_time(text))
        if found is None:
            continue
        is_of_twelve_hours |= _TWELVE_HOURS.search(text) is not None
        first, second = int(found[1]), int(found[3])
        if first > 12 >= second:
            proofs.add("day")
        elif second > 12 >= first:
            proofs.add("month")
    if is_of_twelve_hours and not proofs:
        # 3/4/2019 2:03 PM was hardly written by a German program, nor surely by an American one.
        return "mixed"
    return "mixed" if len(proofs) > 1 else next(iter(proofs), None)


def are_left_over(texts: Iterable[str]) -> bool:
    """Whether slashed texts are those alone that a program took for no date: 5/13/2019.

    Opened with the other order of day and month, it made dates of all the others, swapped.
    """
    found = [match for text in texts if (match := _SLASHED.match(_without_time(text)))]
    pairs = [(int(match[1]), int(match[3])) for match in found]
    is_month_first = bool(pairs) and all(second > 12 >= first for first, second in pairs)
    return is_month_first or (bool(pairs) and all(first > 12 >= second for first, second in pairs))


def _without_time(text: str) -> str:
    """The day of a date with its hour: "5/20/2019 2:03:11 PM"."""
    timed = _TIMED.match(text.strip())
    return (timed[1] or timed[2]).strip() if timed is not None else text.strip()


def written_out(text: str, column: DateColumn) -> Read | None:
    """A day, month or year; None where the text is none of them."""
    day = _without_time(text)
    if day != text:
        read = written_out(day, column)
        if read is None or not isinstance(read.value, date) or read.precision is not Precision.DAY:
            return read if read is None or read.value is None else None
        # Which of its numbers is the month is the greater doubt than the hour that is left out.
        code = "date-order" if read.code == "date-order" else "date-without-time"
        return loose(read.value, Precision.DAY, code)
    if found := _ISO.match(text):
        return _day(found[1], found[2], found[3])
    if found := _DAY_FIRST.match(text):
        return _dotted(found, column)
    if found := _SLASHED.match(text):
        return _slashed(found, column)
    return _compact(text, column) or _months(text, column)


def _dotted(found: re.Match[str], column: DateColumn) -> Read:
    """25.05.2014; a comma for one of the points is a slip, 05.25.2014 cannot be."""
    day, month, year = found[1], found[3], found[5]
    read = _day(year, month, day, column)
    if read.value is None:
        swapped = _day(year, day, month, column)
        return unreadable("value-unreadable", shown_of(swapped))
    if "," in {found[2], found[4]} and isinstance(read.value, date):
        return loose(read.value, Precision.DAY, "date-interpreted")
    return read


def _compact(text: str, column: DateColumn) -> Read | None:
    """20190503, or the day first: 03052019; without the century only proposed."""
    if found := _COMPACT.match(text):
        read = _day(found[1], found[2], found[3])
        if isinstance(read.value, date) and read.value.year >= column.first_year:
            return read
    found = _COMPACT_DAY_FIRST.match(text)
    if found is None:
        return None
    read = _day(found[3], found[2], found[1], column)
    if not isinstance(read.value, date):
        return None
    if len(found[3]) == 2:
        return unreadable("value-unreadable", shown_of(read))
    return loose(read.value, Precision.DAY, "date-interpreted")


def _months(text: str, column: DateColumn) -> Read | None:
    if found := _YEAR.match(text):
        return _read(int(found[1]), 1, 1, Precision.YEAR)
    if found := _MONTH_NUMBER.match(text):
        return _read(int(found[2]), int(found[1]), 1, Precision.MONTH)
    if found := _SHORT_MONTH.match(text):
        return _short_month(int(found[1]), found[2], column)
    if (found := _YEAR_MONTH.match(text)) and int(found[2]) <= 12:
        return _read(int(found[1]), int(found[2]), 1, Precision.MONTH)
    if (found := _MONTH_NAME.match(text)) and (month := MONTHS.get(found[1].lower())):
        short = len(found[2]) < 4
        return _read(year_of(found[2], column), month, 1, Precision.MONTH, is_short=short)
    if (found := _DAY_NAME.match(text)) and (month := MONTHS.get(found[2].lower())):
        year = year_of(found[3], column)
        return _read(year, month, int(found[1]), Precision.DAY, is_spelled=True)
    if (found := _NAME_DAY.match(text)) and (month := MONTHS.get(found[1].lower())):
        return _read(int(found[3]), month, int(found[2]), Precision.DAY, is_spelled=True)
    return None


def _short_month(month: int, year: str, column: DateColumn) -> Read:
    """03/18 can only be March 2018; 03/11 may be a day without its year, and is proposed."""
    read = _read(year_of(year, column), month, 1, Precision.MONTH, is_short=True)
    if int(year) > 12 or read.value is None:
        return read
    return unreadable("value-unreadable", shown_of(read))


def _slashed(found: re.Match[str], column: DateColumn) -> Read:
    """05/03/2019: as the column proves; without proof day first, as is usual here."""
    first, second, year = int(found[1]), int(found[3]), str(year_of(found[4], column))
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
    return loose(read.value, Precision.DAY, code)


def _day(year: str, month: str, day: str, column: DateColumn | None = None) -> Read:
    number = year_of(year, column) if column is not None else int(year)
    return _read(number, int(month), int(day), Precision.DAY, is_short=len(year) < 4)


def year_of(text: str, column: DateColumn) -> int:
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
        return loose(value, precision, "date-two-digits")
    if precision is Precision.DAY and not is_spelled:
        return literal(value, precision)
    return loose(value, precision, "date-interpreted")


def loose(
    value: date, precision: Precision, code: str, reading: Reading = Reading.INTERPRETED
) -> Read:
    """A date that had to be read into its cell."""
    return interpreted(value, code, shown(value, precision), reading=reading, precision=precision)


def shown_of(read: Read) -> str | None:
    """The date of a read as the house writes it; None where there is none."""
    if isinstance(read.value, date) and read.precision is not None:
        return shown(read.value, read.precision)
    return None


def shown(value: date, precision: Precision) -> str:
    """A date as the house writes it into cells, in its precision."""
    if precision is Precision.MONTH:
        return f"{value:%m.%Y}"
    if precision is Precision.YEAR:
        return f"{value.year}"
    if precision is Precision.DAY:
        return f"{value:%d.%m.%Y}"
    if value.day > 1:
        return f"vor {value:%d.%m.%Y}"
    return f"vor {value.year}" if value.month == 1 else f"vor {value:%m.%Y}"
