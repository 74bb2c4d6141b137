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
from pipelines.intake.recognising.blocks import is_year
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.tables import TableColumn
from schemas.code_lists import code_list
from schemas.folding import fold

_STATUS, _VACANT = "vacancy_status", "LEER"
_MAY_BE_STATUS = re.compile(
    r"^(?!.*\b(seit|dauer|ab|grund|ursache|beginn|letzte|frueher|ehemal|vor|since|former|last"
    r"|anteil|rate))(?!.*quote)"
    r".*\b(leer|belegt|vermietet|vacan|occup|bewohnt|genutzt|in betrieb|aktuelle nutzung"
    r"|derzeitige nutzung|nutzung aktuell)"
)
_OCCUPANT = re.compile(
    r"nutzung|nutzer(in)?|mieter(in)?|betrieb|geschaeft|laden|ladenname|firma|unternehmen|branche"
    r"|name( des)?( (geschaefts?|betriebs?|ladens?))?|business( name)?|tenant|occupier|use|shop"
)
"""Headings that name whoever is in the room; where some rows do and others do not, both occur."""
_MAY_SAY_IT = frozenset({"unit_type", "condition", "remarks"})
"""Columns under whose heading some write the status."""
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
    years = [column for column in unread if _is_of_year(frame, column)]
    if len(years) == 1 and not is_year(years[0].heading):
        years = []
    if years:
        yield _finding("years-not-read", sheet, header_row, years)
    for column in (*unread, *(column for column in read if _MAY_SAY_IT & {*column.fields})):
        if column.letter not in frame.columns or column in years:
            continue
        if _asks(frame, column) or _says_it(sheet, frame, column):
            yield _finding("status-not-read", sheet, header_row, [column])


def _finding(code: str, sheet: Sheet, header_row: int, columns: Sequence[TableColumn]) -> Finding:
    return Finding(
        code,
        form="vacancies",
        sheet=sheet.name,
        field=_STATUS,
        cells=tuple(f"{column.letter}{header_row}" for column in columns),
        value=", ".join(column.heading for column in columns),
    )


def _is_of_year(frame: pl.DataFrame, column: TableColumn) -> bool:
    """Whether texts or marks stand below a year: the state of each object in that year."""
    is_there = column.letter in frame.columns
    return is_there and is_year(column.heading.split()[-1]) and _says_something(frame, column)


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
    is_named = bool(_OCCUPANT.fullmatch(heading)) and not _is_marked(frame, column)
    return is_named and 0 < frame[column.letter].null_count() < len(frame)


def _is_marked(frame: pl.DataFrame, column: TableColumn) -> bool:
    """Whether nothing but crosses stands below the heading: a choice, and no name of anybody."""
    texts = frame[column.letter].drop_nulls().unique().head(_MOST_VALUES).to_list()
    return all(code_list("yes_no").lookup(text) for text in texts)


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
    """Whether some rows call the object vacant here, and others do not.

    A remark says it only where it is another status and no word more.
    """
    texts = frame.select(shown(sheet, column.letter).alias("text")).to_series()
    values = texts.unique().head(_MOST_VALUES).to_list()
    codes = code_list(_STATUS)
    found = [codes.lookup(value) if value is not None else None for value in values]
    if "remarks" in column.fields:
        return any(code not in {None, _VACANT} for code in found)
    return _VACANT in found and any(code != _VACANT for code in found)
