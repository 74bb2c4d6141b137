"""Code lists: what a coded column may hold, and how people write it.

In: schemas/codes/NAME.csv with code, de, en and synonyms joined by "|".
Out: `CodeList`, looked up by folded text. Adding a code or a synonym is one line there.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from schemas.columns import Label
from schemas.folding import fold

FOLDER = Path(__file__).parent / "codes"


@dataclass(frozen=True)
class Code:
    """One value of a list."""

    code: str
    label: Label
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class CodeList:
    """One list of codes, in the order of its file.

    Attributes:
        by_code: code → Code.
        readings: folded code, label or synonym → code.
        literal: folded codes and labels; a reading that is not among them is told as a hint.
    """

    name: str
    codes: tuple[Code, ...]
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

    def _enter(self, readings: dict[str, str], text: str, code: str) -> None:
        if readings.setdefault(fold(text), code) != code:
            raise ValueError(f"codes/{self.name}.csv: {text!r} means two codes")


def read_code_list(path: Path) -> CodeList:
    """The list that a CSV file holds.

    Raises:
        ValueError: a text of the file means two codes.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        codes = tuple(
            Code(
                row["code"],
                Label(row["de"], row["en"]),
                tuple(text for text in row["synonyms"].split("|") if text),
            )
            for row in csv.DictReader(lines)
        )
    return CodeList(path.stem, codes)


@cache
def code_list(name: str) -> CodeList:
    """The packaged list of that name.

    Raises:
        FileNotFoundError: there is none.
    """
    return read_code_list(FOLDER / f"{name}.csv")


def code_list_names() -> tuple[str, ...]:
    """The names of all packaged lists, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv")))
