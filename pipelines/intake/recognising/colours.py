"""Colours: what a team says with them is read by nobody, so it is told that they are there.

In: a sheet with the colours of its rows, and the tables found in it.
Out: a finding where some rows of a table are coloured and others not, and one where a legend says
what the colours mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from pipelines.intake.cells import Sheet, column_of, letter_of
from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW
from pipelines.intake.recognising.grid import lines_at
from pipelines.intake.tables import Table

_NAMES = (
    r"grün|gruen|rot|gelb|blau|orange|grau|lila|violett|rosa|türkis|tuerkis|green|red|yellow|blue"
    r"|grey|gray|purple|pink|durchgestrichen|fett|kursiv|struck through|bold"
)
_WORDS = (
    rf"(?i)\b(?:{_NAMES})\w*(?:\s*[=:→]\s*|\s+(?:–|-|bedeutet|means)\s+)\w"
    rf"|\b(?:{_NAMES})\w* (?:markiert|hinterlegt|eingefärbt|unterlegt|gefärbt|marked|shaded)"
    r"|\b(?:farblich|farbig) \w|\bfarblegende\b|\bcolou?r code"
)
_LEGEND = re.compile(_WORDS)
_MOST_LINES = 300


def colour_findings(sheet: Sheet, tables: Sequence[Table]) -> Iterator[Finding]:
    """What to say of the colours of a sheet; nothing where all rows are alike, or every other."""
    legends = dict(_legends(sheet, tables))
    if legends:
        yield Finding(
            "colour-legend",
            sheet=sheet.name,
            cells=tuple(legends),
            value=" | ".join(legends.values()),
        )
    for table in tables:
        rows = table.frame[ROW].to_list() if sheet.colours else []
        known = [sheet.colours.get(row) for row in rows]
        coloured = tuple(row for row, colour in zip(rows, known, strict=True) if colour)
        is_striped = known[::2] == known[:1] * len(known[::2]) and (
            known[1::2] == known[1:2] * len(known[1::2])
        )
        if coloured and not is_striped:
            yield Finding("rows-coloured", form=table.form, sheet=sheet.name, rows=coloured)


def _legends(sheet: Sheet, tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    """Cells outside the tables that explain a colour: A1 name and text."""
    for position, inside in _outside(sheet, tables):
        (line,) = lines_at(sheet, [position])
        for column, text in line.texts.items():
            if column not in inside and _LEGEND.search(text):
                yield f"{letter_of(column)}{line.row}", text


def _outside(sheet: Sheet, tables: Sequence[Table]) -> list[tuple[int, set[int]]]:
    """Positions of the first lines with the word of a legend, and the columns of tables there."""
    texts = pl.col(sheet.letters)
    head = sheet.frame.head(_MOST_LINES)
    hits = head.select(pl.any_horizontal(texts.str.contains(_WORDS)).fill_null(value=False))
    found = []
    for position in hits.to_series().arg_true().to_list():
        row = head[ROW][position]
        inside = {
            column
            for table in tables
            if row in table.header_rows or row in table.frame[ROW]
            for column in (column_of(one.letter) for one in (*table.columns, *table.ignored))
        }
        found.append((position, inside))
    return found
