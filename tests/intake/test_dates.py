"""Dates as people write them, as tables: what stands there, what it means, how exactly."""

from __future__ import annotations

from datetime import date

import pytest

from pipelines.intake.cells import NUMBER
from pipelines.intake.values.dates import read_date
from pipelines.intake.values.days import DateColumn, are_serials, order_of
from pipelines.intake.values.read import Cell

DATES = DateColumn(date(2026, 11, 22))


@pytest.mark.parametrize(
    ("text", "value", "precision", "code"),
    [
        ("25.05.2014", "2014-05-25", "day", None),
        ("5.5.2014", "2014-05-05", "day", None),
        ("2014-05-25", "2014-05-25", "day", None),
        ("25.05.14", "2014-05-25", "day", "date-two-digits"),
        ("12.05.78", "1978-05-12", "day", "date-two-digits"),
        ("05/03/2019", "2019-03-05", "day", "date-order"),
        ("25/03/2019", "2019-03-25", "day", "date-order"),
        ("Mo, 20.05.2019", "2019-05-20", "day", "date-interpreted"),
        ("3. Mai 2019", "2019-05-03", "day", "date-interpreted"),
        ("May 3, 2019", "2019-05-03", "day", "date-interpreted"),
        ("2019-05-03T10:12:00.000+02:00", "2019-05-03", "day", "date-without-time"),
        ("20190503", "2019-05-03", "day", None),
        ("20.05.2019, 14:03 Uhr", "2019-05-20", "day", "date-without-time"),
        ("Mai 20, 2019 2:30 PM", "2019-05-20", "day", "date-without-time"),
        ("20/5/2019 14:03", "2019-05-20", "day", "date-order"),
        ("Sep. 19", "2019-09-01", "month", "date-two-digits"),
        ("Mai 2019", "2019-05-01", "month", "date-interpreted"),
        ("März 2019", "2019-03-01", "month", "date-interpreted"),
        ("05/2019", "2019-05-01", "month", "date-interpreted"),
        ("5.2019", "2019-05-01", "month", "date-interpreted"),
        ("2019-05", "2019-05-01", "month", "date-interpreted"),
        ("bis April 2019", "2019-04-01", "month", "date-interpreted"),
        ("seit 05/2019", "2019-05-01", "month", "date-interpreted"),
        ("2018", "2018-01-01", "year", "date-interpreted"),
        ("seit 2018", "2018-01-01", "year", "date-interpreted"),
        ("Anfang 2018", "2018-01-01", "year", "date-interpreted"),
        ("Frühjahr 2012", "2012-01-01", "year", "date-interpreted"),
        ("2. Quartal 2012", "2012-01-01", "year", "date-interpreted"),
        ("ca. 2018", "2018-01-01", "year", "value-approximate"),
        ("ca. Mai 2018", "2018-05-01", "month", "value-approximate"),
        ("vor 2015", "2015-01-01", "before", "date-interpreted"),
        ("vor 05/2015", "2015-05-01", "before", "date-interpreted"),
        ("vor 15.03.2015", "2015-03-15", "before", "date-interpreted"),
        ("seit vor 2010", "2010-01-01", "before", "date-interpreted"),
        ("vor 2010?", "2010-01-01", "before", "value-approximate"),
        ("spätestens 2017", "2018-01-01", "before", "date-interpreted"),
        ("spätestens März 2017", "2017-04-01", "before", "date-interpreted"),
        ("04/2018 oder früher", "2018-05-01", "before", "date-interpreted"),
        ("spätestens 2026", "2027-01-01", "before", "date-interpreted"),
        ("03/18", "2018-03-01", "month", "date-two-digits"),
        ("KW 12/2019", "2019-03-01", "month", "date-interpreted"),  # Thursday is the 21st of March
        ("12. KW 2019", "2019-03-01", "month", "date-interpreted"),
        ("KW 1/2019", "2019-01-01", "month", "date-interpreted"),  # Monday is the 31st of December
        ("03.-05.05.2019", "2019-05-01", "month", "date-interpreted"),
        ("03.05.-05.05.2019", "2019-05-01", "month", "date-interpreted"),
        ("3./4. Mai 2019", "2019-05-01", "month", "date-interpreted"),
        ("2017 Q4", "2017-01-01", "year", "date-interpreted"),
        ("IV/2017", "2017-01-01", "year", "date-interpreted"),
        ("2. Hälfte 2017", "2017-01-01", "year", "date-interpreted"),
        ("seit Sommer 2018", "2018-01-01", "year", "date-interpreted"),
        ("Anf. 2018", "2018-01-01", "year", "date-interpreted"),
        ("mid-2018", "2018-01-01", "year", "date-interpreted"),
        ("ab 1.3.2018", "2018-03-01", "day", "date-interpreted"),
        ("seit dem 1.3.2018", "2018-03-01", "day", "date-interpreted"),
        ("Stand: 30.06.2019", "2019-06-30", "day", "date-interpreted"),
        ("2017?", "2017-01-01", "year", "value-approximate"),
        ("(2017)", "2017-01-01", "year", "value-approximate"),
        ("2017 ca.", "2017-01-01", "year", "value-approximate"),
        ("seit ca. 2017", "2017-01-01", "year", "value-approximate"),
        ("ca. 14.05.2018", "2018-05-01", "month", "value-approximate"),
        ("3-May-2019", "2019-05-03", "day", "date-interpreted"),
        ("03-May-19", "2019-05-03", "day", "date-interpreted"),
        ("3rd May 2019", "2019-05-03", "day", "date-interpreted"),
        ("May 3rd, 2019", "2019-05-03", "day", "date-interpreted"),
        ("3 . 5 . 2019", "2019-05-03", "day", None),
        ("03.05,2019", "2019-05-03", "day", "date-interpreted"),
        ("03052019", "2019-05-03", "day", "date-interpreted"),
        ("2018.0", "2018-01-01", "year", "date-interpreted"),
        ("2015 (laut Nachbar)", "2015-01-01", "year", "date-interpreted"),
        ("Mai 2015 lt. Nachbarn", "2015-05-01", "month", "date-interpreted"),
        ("seit 05/2018 leer", "2018-05-01", "month", "date-interpreted"),
    ],
)
def test_date(text: str, value: str, precision: str, code: str | None) -> None:
    read = read_date(Cell(text), DATES)
    assert (str(read.value), read.precision, read.code) == (value, precision, code)


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("31.06.2019", "value-unreadable", None),
        ("irgendwann", "value-unreadable", None),
        ("2018/19", "value-range", "2018"),
        ("2015-2018", "value-range", "2015"),
        ("Winter 2017/18", "value-range", "2017"),
        ("2017 oder 2018", "value-range", "2017"),
        ("30.04.-02.05.2019", "value-range", "30.04.2019"),
        ("90er Jahre", "value-range", "vor 2000"),
        ("2020er", "value-range", None),
        ("nach 2015", "value-bound", "2015"),
        ("frühestens 2015", "value-bound", "2015"),
        ("03/11", "value-unreadable", "03.2011"),
        ("030519", "value-unreadable", "03.05.2019"),
        ("05.25.2019", "value-unreadable", "25.05.2019"),
        ("KW 60/2019", "value-unreadable", None),
        ("3.5.", "value-unreadable", None),
        ("seit Jahren", "value-unreadable", None),
        ("1066", "date-implausible", None),
        ("30.12.1899", "date-implausible", None),
        ("01.01.1904", "date-implausible", None),
        ("20.05.2099", "date-in-future", None),
        ("01.01.0219", "date-implausible", None),
        ("seit ca. 2 J.", "date-relative", None),
        ("13.13.2019", "value-unreadable", None),
        ("03.05.2018 / 12.06.2018", "value-several", "03.05.2018"),
        ("Ende 2017/Anfang 2018", "value-several", "2017"),
        ("20.05.2018 (Nachbegehung 12.06.)", "value-unreadable", "20.05.2018"),
        ("20.05.2O18", "value-unreadable", "20.05.2018"),
        ("43605", "value-unreadable", "20.05.2019"),
        ("bis 2015 leer", "value-unreadable", None),
    ],
)
def test_no_date(text: str, code: str, proposal: str | None) -> None:
    read = read_date(Cell(text), DATES)
    assert (read.value, read.code, read.proposal) == (None, code, proposal)


@pytest.mark.parametrize(
    ("text", "value", "precision"),
    [
        ("seit ca. 2 J.", "2017-01-01", "year"),
        ("vor 3 Jahren", "2016-01-01", "year"),
        ("seit 6 Monaten", "2018-11-01", "month"),
        ("2 Jahre", "2017-01-01", "year"),
        ("seit einem Jahr", "2018-01-01", "year"),
        ("for 2 years", "2017-01-01", "year"),
        ("ein halbes Jahr", "2018-11-01", "month"),
        ("1,5 Jahre", "2017-11-01", "month"),
        ("1 1/2 Jahre", "2017-11-01", "month"),
        ("3 Wochen", "2019-04-01", "month"),
        ("letztes Jahr", "2018-01-01", "year"),
        ("vorletztes Jahr", "2017-01-01", "year"),
        ("2 Jahre (ca.)", "2017-01-01", "year"),
        ("seit 6 Monaten leer", "2018-11-01", "month"),
        ("über 5 Jahre", "2014-05-03", "before"),
        ("seit > 5 Jahren", "2014-05-03", "before"),
        ("seit mehr als 5 Jahren", "2014-05-03", "before"),
        ("more than 5 years", "2014-05-03", "before"),
    ],
)
def test_counted_back_from_the_survey(text: str, value: str, precision: str) -> None:
    read = read_date(Cell(text, context="2019-05-03"), DATES)
    assert (str(read.value), read.precision) == (value, precision)


@pytest.mark.parametrize(
    ("text", "code", "proposal"),
    [
        ("2-3 Jahre", "value-range", "2016"),
        ("weniger als 2 Jahre", "value-bound", "2017"),
    ],
)
def test_lengths_of_time_that_are_no_date(text: str, code: str, proposal: str) -> None:
    read = read_date(Cell(text, context="2019-05-03"), DATES)
    assert (read.value, read.code, read.proposal) == (None, code, proposal)


@pytest.mark.parametrize(
    ("text", "is_1904", "value", "code"),
    [
        ("43597", False, "2019-05-12", "date-serial"),  # day 43466 is 2019-01-01, 131 days later
        ("42135", True, "2019-05-12", "date-serial"),  # 1,462 days between the two epochs
        ("2018", False, "2018-01-01", "date-interpreted"),
        ("20190503", False, "2019-05-03", None),
        ("7", False, "None", "value-unreadable"),
        ("43597.5", False, "2019-05-12", "date-serial"),  # noon of that day
        ("3052019", False, "2019-05-03", "date-interpreted"),  # 03.05.2019 without its points
        ("1066", False, "None", "date-implausible"),
        ("3018", False, "None", "date-implausible"),
        ("2.5", False, "None", "value-unreadable"),
    ],
)
def test_number_in_a_date_column(text: str, is_1904: bool, value: str, code: str | None) -> None:
    read = read_date(Cell(text, NUMBER), DateColumn(DATES.today, is_1904=is_1904))
    assert (str(read.value), read.code) == (value, code)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["05/03/2019", "25/03/2019"], "day"),
        (["05/03/2019", "03/25/2019"], "month"),
        (["25/03/2019", "03/25/2019"], "mixed"),
        (["05/03/2019"], None),
    ],
)
def test_the_column_proves_the_order_of_day_and_month(texts: list[str], order: str | None) -> None:
    assert order_of(texts) == order


def test_month_first_where_the_column_proves_it() -> None:
    read = read_date(Cell("05/03/2019"), DateColumn(DATES.today, order="month"))
    assert read.value == date(2019, 5, 3)


def test_the_end_of_an_interim_use_may_lie_ahead() -> None:
    ahead = DateColumn(DATES.today, may_be_ahead=True)
    assert read_date(Cell("01.01.2030"), ahead).value == date(2030, 1, 1)


def test_hours_of_twelve_leave_open_what_only_another_day_of_the_column_proves() -> None:
    """As ArcGIS Online writes them: 5/20 can only be May, and so 3/4 is the 4th of March."""
    doubtful, certain = "3/4/2019 2:03:11 PM", "5/20/2019 2:03:11 PM"
    assert order_of([doubtful]) == "mixed"
    assert order_of([doubtful, certain]) == "month"
    read = read_date(Cell(doubtful), DateColumn(date(2026, 11, 22), "month"))
    assert (str(read.value), read.code) == ("2019-03-04", "date-order")


@pytest.mark.parametrize(
    ("texts", "are_days"),
    [(["43605", "43606,5"], True), (["43605", "20.05.2019"], False), (["43605", "44"], False)],
)
def test_texts_count_days_where_the_column_holds_nothing_else(
    texts: list[str], are_days: bool
) -> None:
    assert are_serials(texts) is are_days
    read = read_date(Cell("43605"), DateColumn(DATES.today, is_serial=are_days))
    assert (read.value == date(2019, 5, 20)) is are_days
