"""Dates as people write them, with their precision: "vor 2015", "seit ca. 2 J.", "KW 12/2019".

In: one cell of a date column; the day of the survey is the context of lengths of time.
Out: a `Read`. Days, months and years written out are read in `pipelines.intake.values.days`; here
are the words around them, and the numbers and date cells of Excel.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER
from pipelines.intake.result import Reading
from pipelines.intake.values.days import (
    DateColumn,
    loose,
    shown,
    shown_of,
    written_out,
    year_of,
)
from pipelines.intake.values.durations import Duration, read_duration
from pipelines.intake.values.read import Cell, Read, interpreted, literal, missing, unreadable
from schemas.columns import Precision

_PREFIX = re.compile(
    r"^(?:(?P<latest>spätestens(?: seit)?|seit spätestens|<=|by)\s*|"
    r"(?P<before>vor|before|<)\s*|"
    r"(?P<after>nach|after|frühestens|>)\s*|"
    r"(?P<since>seit(?: de[mnr])?|since|ab(?: dem)?|from|bis|until|till|ende|anfang|anf\.?|mitte|"
    r"early|mid-?|late|(?:end|beginning|start) of|im|in|am|vom|zum|stand:?|gegen|jahr)\s*|"
    r"(?P<about>ca\.?|circa|c\.|etwa|um|rund|about|around|approx\.?|~|vermutl(?:ich|\.)|wohl|"
    r"evtl\.?|eventuell|wahrscheinlich|vielleicht|probably)\s*)(?=[\dA-Za-zÄÖÜäöü'(~<>])",
    re.IGNORECASE,
)
_DOUBTFUL = re.compile(
    r"^\((?P<inner>[^()]+)\)$|^(?P<bare>.+?)\s*(?:\?+|\(\?+\)|\(?(?:ca\.?|gesch(?:ätzt|\.)|"
    r"circa|approx\.?|vermutlich)\)?)$",
    re.IGNORECASE,
)
_OR_EARLIER = re.compile(
    r"^(.+?) (?:oder|und|od\.|o\.|or|and) (?:früher|eher|davor|earlier|before)$", re.IGNORECASE
)
_WEEKDAY = re.compile(
    r"^(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|(?:mon|diens|donners|frei|sams|sonn)tag|"
    r"mittwoch|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[.,]*\s+(?=\d)",
    re.IGNORECASE,
)
_PART_OF_YEAR = (
    r"frühjahr|frühling|fruehjahr|sommer|herbst|winter|spring|summer|autumn|fall|q[1-4]|"
    r"(?:[1-4]|i{1,3}|iv)\.? ?(?:quartal|qu\.?)|(?:[12]|i{1,2}|erstes|zweites)\.? ?halbjahr|"
    r"[12]\.? ?hj\.?|h[12]|(?:1\.|2\.|erste|zweite) (?:jahres)?hälfte|i{1,3}|iv"
)
_PART_FIRST = re.compile(rf"^(?:{_PART_OF_YEAR})[ /.,-]*(\d{{4}}|'?\d{{2}})$", re.IGNORECASE)
_PART_LAST = re.compile(rf"^(\d{{4}})[ /.,-]*(?:{_PART_OF_YEAR})$", re.IGNORECASE)
_WEEK = re.compile(
    r"^(?:kw|kalenderwoche|week|cw) ?(\d{1,2})[ /.,-]*(\d{4}|'?\d{2})$|"
    r"^(\d{1,2})\. ?(?:kw|kalenderwoche)[ /.,-]*(\d{4}|'?\d{2})$",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"^(?:winter )?(\d{4})\s*(?:[-–/]|bis|oder|or|to)\s*(?:\d{2}|\d{4})$", re.IGNORECASE
)
_DAYS = re.compile(
    r"^(\d{1,2})\.? ?(?:(\d{1,2})\.? ?(?:(\d{4})(?= ?(?:[-–]|bis)))?)? ?"
    r"(?:[-–/+&]|bis|und|u\.) ?(\d{1,2}\. ?\D*\d.*)$"
)
_DECADE = re.compile(
    r"^(?:ende|anfang|mitte)?\s*(?:der|den)?\s*'?((?:19|20)?\d)0(?:er|ern|s)\s*(?:jahre|jahren)?$",
    re.IGNORECASE,
)
_LAST_YEAR = re.compile(
    r"^(?:seit |im )?(?:(?P<before>vorletzte[mns]?)|"
    r"(?P<last>letzte[mns]?|vorige[mns]?|vergangene[mns]?|last)|"
    r"diese[ms]?|this) (?:jahr|year)$",
    re.IGNORECASE,
)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


_RELATIVE = re.compile(r"jahr|monat|woche|year|month|week|\d ?[jm]\b", re.IGNORECASE)
_VACANT_LAST = re.compile(
    r"^(.+?),?\s+(?:leer(?:stehend)?|un(?:be|ge)nutzt|vacant|empty)$",
    re.IGNORECASE,
)
_VACANT_UNTIL = re.compile(r"^(?:bis|until|till)\b.*\b(?:leer|vacant|empty)", re.IGNORECASE)
_REMARK = re.compile(r"^(?P<date>.+?)(?:\s*\((?P<words>[^()]*)\)|,?\s+(?:laut|lt\.?|gem\.)\s.+)$")
_SEVERAL = re.compile(r"^(.+?)\s*(?:/|;|,|\bund\b|\bu\.|&|\+|\boder\b|\band\b|\bor\b)\s*(.+)$")
_SLIP = str.maketrans("Ool", "001")


def is_relative(text: str) -> bool:
    """Whether a text may count back from the day of the survey ("seit ca. 2 J.")."""
    return _RELATIVE.search(text) is not None


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
    first, last = column.first_year, column.today.year + 100
    if not first <= read.value.year <= last:
        return unreadable("date-implausible")
    is_before = read.precision is Precision.BEFORE
    latest = date(column.today.year + 1, 1, 1) if is_before else column.today
    if read.value > latest and not column.may_be_ahead:
        return unreadable("date-in-future")
    return read


def _moment(text: str) -> Read:
    try:
        value = date.fromisoformat(text[:10])
    except ValueError:
        return unreadable("value-unreadable")
    if len(text) > 10:
        return loose(value, Precision.DAY, "date-without-time")
    return literal(value, Precision.DAY)


def _serial(text: str, column: DateColumn) -> Read:
    """A number in a date column: a year, a day without its points, or Excel's count of days."""
    whole, _, part_of_day = text.partition(".")
    if not whole.isdigit() or (part_of_day and len(whole) != 5):
        return unreadable("value-unreadable")
    if len(whole) == 4:
        return loose(date(max(int(whole), 1), 1, 1), Precision.YEAR, "date-interpreted")
    if len(whole) in {7, 8}:
        return written_out(whole.zfill(8), column) or unreadable("value-unreadable")
    number = int(whole)
    if not 10_000 <= number <= 80_000:
        return unreadable("value-unreadable")
    value = (_EPOCH_1904 if column.is_1904 else _EPOCH) + timedelta(days=number)
    return interpreted(value, "date-serial", shown(value, Precision.DAY), precision=Precision.DAY)


def _text(text: str, context: str, column: DateColumn) -> Read:
    for reader in _READERS:
        read = reader(text, context, column)
        if read is not None:
            return read
    return unreadable("value-unreadable")


def _of_an_end(text: str, _: str, __: DateColumn) -> Read | None:
    """Vacant until a day is no day that a vacancy began."""
    return unreadable("value-unreadable") if _VACANT_UNTIL.match(text) else None


def _of_weekday(text: str, context: str, column: DateColumn) -> Read | None:
    bare = _WEEKDAY.sub("", text)
    if bare == text:
        return None
    read = _text(bare, context, column)
    if isinstance(read.value, date) and read.reading is None and read.precision is not None:
        return loose(read.value, read.precision, "date-interpreted")
    return read


def _counted_back(text: str, context: str, _: DateColumn) -> Read | None:
    duration, year = read_duration(text), _LAST_YEAR.match(text)
    if duration is None and year is None:
        return None
    if not context:
        return unreadable("date-relative")
    survey = date.fromisoformat(context)
    if duration is not None:
        return _before(survey, duration)
    back = 0
    if year is not None:
        back = 2 if year["before"] else 1 if year["last"] else 0
    return loose(date(survey.year - back, 1, 1), Precision.YEAR, "date-relative-read")


def _before(survey: date, duration: Duration) -> Read:
    """The day of the survey less a length of time, as exactly as that is stated."""
    if duration.is_years:
        value, precision = date(survey.year - int(duration.most / 12), 1, 1), Precision.YEAR
    else:
        value, precision = _months_back(survey, round(duration.most)), Precision.MONTH
    if duration.is_range:
        return unreadable("value-range", shown(value, precision))
    if duration.is_below:
        return unreadable("value-bound", shown(value, precision))
    if duration.is_open:
        value, precision = _months_back(survey, round(duration.least)), Precision.BEFORE
        day = min(survey.day, 28)
        value = value.replace(day=day)
    return loose(value, precision, "date-relative-read", Reading.APPROXIMATE)


def _months_back(survey: date, count: int) -> date:
    months = survey.year * 12 + survey.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _written_out(text: str, _: str, column: DateColumn) -> Read | None:
    return written_out(text, column)


def _of_year(text: str, _: str, column: DateColumn) -> Read | None:
    """A season, quarter or half of a year is known to the year, a week to its month."""
    if _SPAN.match(text):
        year = re.search(r"\d{4}", text)
        return unreadable("value-range", year[0] if year else None)
    decade = _DECADE.match(text)
    if decade is not None:
        start = int(f"{decade[1]}0") if len(decade[1]) > 1 else _decade(int(decade[1]), column)
        is_over = start + 10 <= column.today.year
        return unreadable("value-range", f"vor {start + 10}" if is_over else None)
    found = _PART_FIRST.match(text) or _PART_LAST.match(text)
    if found is not None:
        return loose(date(year_of(found[1], column), 1, 1), Precision.YEAR, "date-interpreted")
    week = _WEEK.match(text)
    if week is None:
        return None
    try:
        day = date.fromisocalendar(year_of(week[2] or week[4], column), int(week[1] or week[3]), 4)
    except ValueError:
        return unreadable("value-unreadable")
    return loose(day.replace(day=1), Precision.MONTH, "date-interpreted")


def _decade(digit: int, column: DateColumn) -> int:
    start = column.today.year // 100 * 100 + digit * 10
    return start if start <= column.today.year else start - 100


def _of_days(text: str, _: str, column: DateColumn) -> Read | None:
    """Days of one month ("03.-05.05.2019") are known to the month; others ask for one day."""
    found = _DAYS.match(text)
    last = written_out(found[4], column) if found is not None else None
    if found is None or last is None or not isinstance(last.value, date):
        return None
    try:
        month, year = int(found[2] or last.value.month), int(found[3] or last.value.year)
        first = date(year, month, int(found[1]))
    except ValueError:
        return None
    if last.precision is not Precision.DAY or first >= last.value:
        return None
    if first.replace(day=1) == last.value.replace(day=1):
        return loose(first.replace(day=1), Precision.MONTH, "date-interpreted")
    return unreadable("value-range", shown(first, Precision.DAY))


def _of_earlier(text: str, context: str, column: DateColumn) -> Read | None:
    found = _OR_EARLIER.match(text)
    return None if found is None else _at_latest(_text(found[1], context, column))


def _at_latest(read: Read) -> Read:
    """Within a stated period or earlier: before the period that follows it."""
    value, precision = read.value, read.precision
    if not isinstance(value, date) or precision is None:
        return read
    if precision is Precision.YEAR:
        value = date(value.year + 1, 1, 1)
    elif precision is Precision.MONTH:
        value = (value + timedelta(days=31)).replace(day=1)
    elif precision is Precision.DAY:
        value += timedelta(days=1)
    return loose(value, Precision.BEFORE, "date-interpreted")


def _of_doubt(text: str, context: str, column: DateColumn) -> Read | None:
    found = _DOUBTFUL.match(text)
    if found is None:
        return None
    return _approximate(_text((found["inner"] or found["bare"]).strip(), context, column))


def _approximate(read: Read) -> Read:
    """About a date: known to the month at best."""
    value, precision = read.value, read.precision
    if not isinstance(value, date) or precision is None:
        return read
    if precision is Precision.DAY:
        value, precision = value.replace(day=1), Precision.MONTH
    return loose(value, precision, "value-approximate", Reading.APPROXIMATE)


def _of_prefix(text: str, context: str, column: DateColumn) -> Read | None:
    found = _PREFIX.match(text)
    if found is None:
        return None
    rest = _text(text[found.end() :].strip(), context, column)
    if not isinstance(rest.value, date) or rest.precision is None:
        return rest
    if found["after"]:
        return unreadable("value-bound", shown_of(rest))
    if found["latest"]:
        return _at_latest(rest)
    if found["about"]:
        return _approximate(rest)
    precision = Precision.BEFORE if found["before"] else rest.precision
    if rest.reading is Reading.APPROXIMATE:
        return replace(rest, precision=precision, proposal=shown(rest.value, precision))
    return loose(rest.value, precision, "date-interpreted")


def _of_remark(text: str, context: str, column: DateColumn) -> Read | None:
    """A date with where it comes from; another number in the remark may be the better one."""
    bare = _VACANT_LAST.sub(r"\1", text)
    found = _REMARK.match(bare)
    if found is None and bare == text:
        return None
    read = _text(found["date"] if found else bare, context, column)
    if not isinstance(read.value, date) or read.precision is None:
        return read
    if found is not None and re.search(r"\d", found["words"] or ""):
        return unreadable("value-unreadable", shown_of(read))
    code = read.code or "date-interpreted"
    return loose(read.value, read.precision, code, read.reading or Reading.INTERPRETED)


def _of_several(text: str, context: str, column: DateColumn) -> Read | None:
    found = _SEVERAL.match(text)
    if found is None:
        return None
    first, second = (_text(part, context, column) for part in found.groups())
    are_dates = isinstance(first.value, date) and isinstance(second.value, date)
    return unreadable("value-several", shown_of(first)) if are_dates else None


def _of_slip(text: str, _: str, column: DateColumn) -> Read | None:
    """The letter O for a zero, and Excel's count of days as a text."""
    if column.is_serial or re.fullmatch(r"[345]\d{4}", text):
        read = _serial(text.replace(",", "."), column)
        return read if column.is_serial else unreadable("value-unreadable", read.proposal)
    slip = re.sub(r"(?<=[\d.])[Ool](?=[\d.])", lambda found: found[0].translate(_SLIP), text)
    meant = written_out(slip, column) if slip != text else None
    return None if meant is None else unreadable("value-unreadable", shown_of(meant))


_READERS: tuple[Callable[[str, str, DateColumn], Read | None], ...] = (
    _of_an_end,
    _of_weekday,
    _counted_back,
    _written_out,
    _of_year,
    _of_days,
    _of_earlier,
    _of_doubt,
    _of_remark,
    _of_prefix,
    _of_several,
    _of_slip,
)
