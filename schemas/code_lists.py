"""Code lists: what a coded column may hold, and how people write it.

In: schemas/codes/NAME.csv with code, de, en and synonyms joined by "|". A list of classes says
besides which numbers each class holds, as count_from and count_below (or months, or percent).
Out: `CodeList`, looked up by folded text. Adding a code or a synonym is one line there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

from schemas.columns import Column, Label
from schemas.folding import fold

FOLDER = Path(__file__).parent / "codes"
Measure = Literal["count", "months", "percent"]
_MEASURES: tuple[Measure, ...] = ("count", "months", "percent")


@dataclass(frozen=True)
class Code:
    """One value of a list.

    Attributes:
        bounds: of a class, the least number that it holds and the first above; None without end.
    """

    code: str
    label: Label
    synonyms: tuple[str, ...]
    bounds: tuple[int, int | None] | None = None


@dataclass(frozen=True)
class CodeList:
    """One list of codes, in the order of its file.

    Attributes:
        by_code: code → Code.
        readings: folded code, label or synonym → code.
        literal: folded codes and labels; a reading that is not among them is told as a hint.
        measure: of a list of classes, what their bounds count.
    """

    name: str
    codes: tuple[Code, ...]
    measure: Measure | None = None
    by_code: Mapping[str, Code] = field(init=False, repr=False, compare=False)
    readings: Mapping[str, str] = field(init=False, repr=False, compare=False)
    literal: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        own: dict[str, str] = {}
        for code in self.codes:
            for text in (code.code, code.label.de, code.label.en):
                self._enter(own, text, code.code)
        readings = dict(own)
        for code in self.codes:
            for text in code.synonyms:
                self._enter(readings, text, code.code)
        object.__setattr__(self, "by_code", {code.code: code for code in self.codes})
        object.__setattr__(self, "readings", readings)
        object.__setattr__(self, "literal", frozenset(own))

    def lookup(self, text: str) -> str | None:
        """The code that `text` means, whatever its case, umlauts or ß; None if it means none."""
        return self.readings.get(fold(text))

    def is_literal(self, text: str) -> bool:
        """Whether `text` is a code or label itself, so that reading it needs no hint."""
        return fold(text) in self.literal

    def holding(self, least: Fraction, most: Fraction | None) -> str | None:
        """The class that holds all numbers from `least` to `most` (None: without end)."""
        for code in self.codes:
            if code.bounds is None or least < code.bounds[0]:
                continue
            below = code.bounds[1]
            if below is None or (most is not None and most < below):
                return code.code
        return None

    def _enter(self, readings: dict[str, str], text: str, code: str) -> None:
        if readings.setdefault(fold(text), code) != code:
            raise ValueError(f"codes/{self.name}.csv: {text!r} means two codes")


def read_code_list(path: Path) -> CodeList:
    """The list that a CSV file holds.

    Raises:
        ValueError: a text of the file means two codes.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    measure = next((m for m in _MEASURES if rows and f"{m}_from" in rows[0]), None)
    codes = tuple(
        Code(
            row["code"],
            Label(row["de"], row["en"]),
            tuple(text for text in row["synonyms"].split("|") if text),
            _bounds(row, measure),
        )
        for row in rows
    )
    return CodeList(path.stem, codes, measure)


def _bounds(row: Mapping[str, str], measure: Measure | None) -> tuple[int, int | None] | None:
    if measure is None or not row[f"{measure}_from"]:
        return None
    below = row[f"{measure}_below"]
    return int(row[f"{measure}_from"]), int(below) if below else None


@cache
def code_list(name: str) -> CodeList:
    """The packaged list of that name.

    Raises:
        FileNotFoundError: there is none.
    """
    return read_code_list(FOLDER / f"{name}.csv")


def example_of(column: Column) -> Label:
    """A value as people write it; of a coded column by its labels in either language."""
    written = Label(column.example, column.example)
    if column.code_list is None:
        return written
    known = code_list(column.code_list)
    codes = [known.lookup(text) for text in re.split("[;,]", column.example)]
    labels = [known.by_code[code].label for code in codes if code]
    if len(labels) < len(codes):
        return written
    return Label("; ".join(one.de for one in labels), "; ".join(one.en for one in labels))


def code_list_names() -> tuple[str, ...]:
    """The names of all packaged lists, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))
