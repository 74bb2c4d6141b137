"""A sheet as lines of shown texts, for the few lines that headings and notes are looked for in.

In: a `Sheet`.
Out: lines by position in its frame; the frame itself is never turned into Python objects whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import polars as pl

from pipelines.intake.cells import ROW, Sheet, column_of, shown


@dataclass(frozen=True)
class Line:
    """One row of a sheet.

    Attributes:
        position: index in the sheet's frame.
        row: row number of the sheet.
        texts: column number → text of text cells, trimmed; cells of blanks are not there.
        others: column number → shown text of numbers, dates, booleans and faults.
    """

    position: int
    row: int
    texts: dict[int, str]
    others: dict[int, str]

    @property
    def cells(self) -> dict[int, str]:
        """Every cell that holds anything, in column order."""
        return dict(sorted((self.texts | self.others).items()))

    def within(self, columns: range) -> Line:
        """The line cut to a range of columns."""
        return Line(
            self.position,
            self.row,
            {column: text for column, text in self.texts.items() if column in columns},
            {column: text for column, text in self.others.items() if column in columns},
        )


HEAD = 120
"""Lines at the top of a sheet that are looked at closely; below, only where known words stand."""
_heads: WeakKeyDictionary[Sheet, list[Line]] = WeakKeyDictionary()


def lines_at(sheet: Sheet, positions: Iterable[int]) -> list[Line]:
    """The lines at some positions of the frame, in the order given.

    Those of the head are asked for again and again, and are made once.
    """
    chosen = [position for position in positions if 0 <= position < sheet.frame.height]
    if not chosen:
        return []
    if max(chosen) >= HEAD:
        return _lines(sheet, chosen)
    if sheet not in _heads:
        _heads[sheet] = _lines(sheet, range(min(HEAD, sheet.frame.height)))
    return [_heads[sheet][position] for position in chosen]


def _lines(sheet: Sheet, chosen: Sequence[int]) -> list[Line]:
    frame = sheet.frame[chosen]
    rows = frame[ROW].to_list()
    texts: list[dict[int, str]] = [{} for _ in rows]
    others: list[dict[int, str]] = [{} for _ in rows]
    typed = {name.partition(":")[0] for name in frame.columns if ":" in name}
    values = frame.select(
        pl.when(pl.col(letter).is_null()).then(shown(sheet, letter)).alias(letter)
        for letter in sheet.letters
        if letter in typed
    )
    for letter in sheet.letters:
        column = column_of(letter)
        own = frame[letter]
        if own.null_count() < len(own):
            for index, text in enumerate(own.to_list()):
                if text is not None and text.strip():
                    texts[index][column] = text.strip()
        if letter in typed:
            for index, text in enumerate(values[letter].to_list()):
                if text is not None:
                    others[index][column] = text
    return [
        Line(position, row, text, other)
        for position, row, text, other in zip(chosen, rows, texts, others, strict=True)
    ]
