"""Status: a column that says whether an object is vacant, under a heading that nobody declared.

In: the columns and rows of a table of vacancies.
Out: a finding for each column that seems to say it where no column is read as the status. Without
it every row would be taken as vacant, the occupied units of an inventory among them; a column
whose every value says that the object is vacant agrees with that and needs no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from pipelines.intake.cells import FLAG, MOMENT, NUMBER, Sheet, companion, shown
from pipelines.intake.findings import Finding
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.tables import TableColumn
from schemas.code_lists import code_list
from schemas.folding import fold

_STATUS, _VACANT = "vacancy_status", "LEER"
_MAY_BE_STATUS = re.compile(
    r"^(?!.*\b(seit|dauer|ab|grund|ursache|beginn|letzte|frueher|ehemal|vor|since|former|last))"
    r".*\b(leer|belegt|vermietet|vacan|occup|bewohnt|genutzt|in betrieb|aktuelle nutzung"
    r"|derzeitige nutzung|nutzung aktuell)"
)
_OCCUPANT = re.compile(
    r"nutzung|nutzer(in)?|mieter(in)?|betrieb|geschaeft|laden|ladenname|firma|unternehmen|branche"
    r"|name( des)?( (geschaefts?|betriebs?|ladens?))?|business( name)?|tenant|occupier|use|shop"
)
"""Headings that name whoever is in the room; where some rows do and others do not, both occur."""
_MOST_VALUES = 1_000
_MARKS = frozenset({0.0, 1.0})


def status_not_read(
    sheet: Sheet,
    frame: pl.DataFrame,
    header_row: int,
    read: Sequence[TableColumn],
    ignored: Sequence[TableColumn],
    lexicon: Lexicon,
) -> Iterator[Finding]:
    """Columns that seem to say whether an object is vacant, where none is read as its status.

    Args:
        sheet: the sheet.
        frame: the data rows of the table, without columns of personal data.
        header_row: the row of its lowest heading line.
        read: the columns that are read.
        ignored: the columns that are not, those of personal data among them.
        lexicon: a mapping that states the status, or names the column, has decided.
    """
    mapping = lexicon.mapping
    if any(_STATUS in column.fields for column in read) or (
        mapping is not None and _STATUS in mapping.constants
    ):
        return
    unread = [column for column in ignored if not _is_decided(column, lexicon)]
    for column in (*unread, *(column for column in read if "unit_type" in column.fields)):
        if column.letter not in frame.columns:
            continue
        if _asks(frame, column) or _says_it(sheet, frame, column):
            yield Finding(
                "status-not-read",
                form="vacancies",
                sheet=sheet.name,
                field=_STATUS,
                cells=(f"{column.letter}{header_row}",),
                value=column.heading,
            )


def _is_decided(column: TableColumn, lexicon: Lexicon) -> bool:
    heading = column.heading
    return lexicon.mapping is not None and (
        lexicon.is_ignored(heading) or lexicon.is_named(heading)
    )


def _asks(frame: pl.DataFrame, column: TableColumn) -> bool:
    """Whether a heading that nobody declared asks for the status, or for an occupant of some."""
    heading = fold(column.heading)
    if column.fields:
        return False
    if _MAY_BE_STATUS.search(heading):
        return _says_something(frame, column)
    return bool(_OCCUPANT.fullmatch(heading)) and 0 < frame[column.letter].null_count() < len(frame)


def _says_something(frame: pl.DataFrame, column: TableColumn) -> bool:
    """Whether texts or marks stand below the heading, rather than areas, counts or days."""
    number, moment = companion(column.letter, NUMBER), companion(column.letter, MOMENT)
    if frame[column.letter].null_count() < frame.height:
        return True
    if companion(column.letter, FLAG) in frame.columns:
        return True
    if moment in frame.columns and frame[moment].null_count() < frame.height:
        return False
    if number not in frame.columns:
        return True
    return set(frame[number].drop_nulls().unique().to_list()) <= _MARKS


def _says_it(sheet: Sheet, frame: pl.DataFrame, column: TableColumn) -> bool:
    """Whether some rows call the object vacant here, and others do not."""
    texts = frame.select(shown(sheet, column.letter).alias("text")).to_series()
    values = texts.unique().head(_MOST_VALUES).to_list()
    codes = code_list(_STATUS)
    is_vacant = [value is not None and codes.lookup(value) == _VACANT for value in values]
    return any(is_vacant) and not all(is_vacant)
