"""Personal data: columns of names, telephone numbers and mail lose their values in the worker.

In: the frames of one sheet, from the top.
Out: the same frames; below a heading that `schemas.personal` knows every cell of its column is
empty, until another heading stands in that column. The heading itself stays, so that recognition
can say that the column was dropped.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import polars as pl

from pipelines.intake.cells import Sheet, column_of
from pipelines.intake.naming import ROW, letter_of
from pipelines.intake.recognising.blocks import is_heading, known_words, words_known
from pipelines.intake.recognising.grid import Line, lines_at
from pipelines.intake.recognising.lexicon import Lexicon
from schemas.personal import is_personal, personal_wordings

_MOST_HEADING = 120
_HEAD = 120


class PersonalFilter:
    """Drops personal columns from the frames of one sheet, which must come in order."""

    def __init__(self) -> None:
        self._lexicon = _lexicon()
        self._dropped: set[int] = set()

    def clean(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame without the values of personal columns."""
        if not self._dropped and not any(
            map(self._personal, self._headings(frame, is_sought=True))
        ):
            return frame
        headings = self._headings(frame)
        start = 0
        parts: list[pl.DataFrame] = []
        for line in headings:
            parts.append(self._emptied(frame.slice(start, line.position - start)))
            parts.append(frame.slice(line.position, 1))
            self._dropped = (self._dropped - line.texts.keys()) | self._personal(line)
            start = line.position + 1
        parts.append(self._emptied(frame.slice(start)))
        return pl.concat(parts)

    def _headings(self, frame: pl.DataFrame, *, is_sought: bool = False) -> list[Line]:
        """All headings of the frame; or, `is_sought`, those with a word that may be personal.

        Below the top only lines without numbers and dates are looked at: a heading has none, and
        most rows of data have some, so that 100,000 rows cost next to nothing.
        """
        texts = [name for name in frame.columns if ":" not in name and name != ROW]
        others = [pl.col(name).is_null() for name in frame.columns if ":" in name]
        near = (pl.col(ROW) <= _HEAD) | pl.all_horizontal(pl.lit(value=True), *others)
        rest = frame.with_row_index("position")
        rest = (rest[_rows_with_roots(frame, texts)] if is_sought else rest).filter(near)
        rest = rest.filter((rest[ROW] <= _HEAD) | (words_known(rest, texts, _words()) >= 2))
        if rest.is_empty():
            return []
        letters = tuple(sorted(texts, key=column_of))
        sheet = Sheet("", rest.drop("position"), letters)
        positions = rest["position"].to_list()
        return [
            replace(line, position=positions[line.position])
            for line in lines_at(sheet, range(rest.height))
            if is_heading(line, self._lexicon)
        ]

    def _personal(self, line: Line) -> set[int]:
        return {
            column
            for column, text in line.texts.items()
            if len(text) <= _MOST_HEADING and not self._lexicon.is_known(text) and is_personal(text)
        }

    def _emptied(self, frame: pl.DataFrame) -> pl.DataFrame:
        letters = {letter_of(column) for column in self._dropped}
        names = [name for name in frame.columns if name.partition(":")[0] in letters]
        return frame.with_columns(pl.lit(None, frame.schema[name]).alias(name) for name in names)


def _rows_with_roots(frame: pl.DataFrame, texts: list[str]) -> pl.Series:
    """Positions of rows with a word that may be personal; all columns are searched in one go."""
    if not texts or frame.is_empty():
        return pl.Series(dtype=pl.UInt32)
    cells = pl.concat([frame[name].rename("cell") for name in texts])
    found = cells.str.contains_any(_roots(), ascii_case_insensitive=True).fill_null(value=False)
    return (found.arg_true() % frame.height).unique().sort()


@cache
def _lexicon() -> Lexicon:
    return Lexicon()


@cache
def _words() -> frozenset[str]:
    return known_words(_lexicon())


@cache
def _roots() -> list[str]:
    """A run of plain letters of every wording: whatever its case and umlauts, it stands there."""
    runs = set()
    for wording in personal_wordings():
        plain = "".join(sign if sign.isascii() and sign.isalpha() else " " for sign in wording)
        runs.add(max(plain.split(), key=len)[:6].lower())
    return sorted(run for run in runs if not any(o != run and o in run for o in runs))
