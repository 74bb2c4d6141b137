"""Mended texts: control characters, umlauts encoded twice, ditto marks and typed Excel errors.

In: a sheet.
Out: the sheet with "StraÃŸe" put right to "Straße" and without characters that can neither be seen
nor stored, in headings and cells, and findings that name every cell; text files are put right
while they are decoded. Neither a ditto mark nor "#BEZUG!" is a street or a name: both become
faults, which whoever reads the cell tells as an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl

from pipelines.intake.cells import Sheet
from pipelines.intake.findings import Finding
from pipelines.intake.naming import FAULT, ROW, companion
from pipelines.intake.reading.mojibake import MOJIBAKE, mended

DITTO = (
    r"(?i)^\s*(?:[-–—]*\s*(?:[\"″“”„‟〃]|''|,,)\s*[-–—]*|d[ie]to\.?|ditto|s\. ?o\."
    r"|siehe oben|wie oben|desgl\.)\s*$"
)
_ERROR = (
    r"(?i)^\s*#(?:REF!|BEZUG!|VALUE!|WERT!|NAME\?|DIV/0!|NUM!|ZAHL!|NULL!|SPILL!|ÜBERLAUF!|CALC!"
    r"|KALK!|#+)\s*$"
)
"""What a text file keeps of a cell in error, or of a number too wide for its column."""
_NOT_VALUES = rf"{DITTO}|{_ERROR.removeprefix('(?i)')}"
_DITTO_SIGNS = [
    '"', "″", "“", "”", "„", "‟", "〃", "''", ",,", "ito", "itto", "s.o", "s. o", "S.o", "oben",
    "esgl",
]  # fmt: skip
_LONGEST_DITTO = 16
_UMLAUT_SIGNS = ["Ã", "â€", "Â"]

_BREAKS = r"(?:_x000[dD]_)?\r?\n|_x000[bBcCdD]_|[\x0b\x0c]"
_CONTROLS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|_x(?:00[01][0-9A-Fa-f]|FFF[EF])_"
"""Characters that neither XML nor PostgreSQL can hold, also as Excel escapes them."""
_CONTROL_SIGNS = [chr(n) for n in (*range(32), 0x7F, 0xFFFE, 0xFFFF) if chr(n) not in "\t\n\r"]
_CONTROL_SIGNS += ["_x00", "_xFFF"]

_UNSEEN = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_ONLY_UNSEEN = rf"^[\s{_UNSEEN}]*[{_UNSEEN}][\s{_UNSEEN}]*$"
"""A cell that looks empty and is not; within a word such signs are passed over by whoever reads."""

_SIGNS = [*_DITTO_SIGNS, "#", *_UMLAUT_SIGNS, *_CONTROL_SIGNS, *_UNSEEN]


def with_mended_texts(sheet: Sheet) -> tuple[Sheet, list[Finding]]:
    """The sheet with readable texts, its ditto marks as faults; itself where all are so already."""
    # One search for all signs costs as much as one for a single sign.
    hits = sheet.frame.select(pl.col(sheet.letters).str.contains_any(_SIGNS).any())
    letters = [letter for letter in sheet.letters if hits[letter][0]]
    if not letters:
        return sheet, []
    pattern = f"{_CONTROLS}|{_ONLY_UNSEEN}"
    sheet, controls = _mended(sheet, letters, pattern, _without_controls, "cells-cleaned")
    sheet, umlauts = _mended(sheet, letters, MOJIBAKE, mended, "cells-mended")
    return _with_faults(sheet, letters), [*controls, *umlauts]


def without_controls(text: str) -> str:
    """A text without control characters; those that part lines part them still."""
    seen = re.sub(_CONTROLS, "", re.sub(_BREAKS, "\n", text))
    return "" if re.match(_ONLY_UNSEEN, seen) else seen


def _without_controls(text: str) -> str:
    return without_controls(text).strip(" ")


def _mended(
    sheet: Sheet, letters: Sequence[str], pattern: str, mend: Callable[[str], str], code: str
) -> tuple[Sheet, list[Finding]]:
    """The sheet with every text of a pattern mended, and where they stood."""
    new: list[pl.Series] = []
    cells: list[str] = []
    for letter in letters:
        rows = sheet.frame.filter(pl.col(letter).str.contains(pattern))
        texts = {text: mend(text) for text in rows[letter].unique().to_list()}
        texts = {text: better for text, better in texts.items() if better != text}
        if texts:
            better = [text or None for text in texts.values()]
            new.append(sheet.frame[letter].replace(list(texts), better))
            found = rows.filter(pl.col(letter).is_in(list(texts)))[ROW].to_list()
            cells += [f"{letter}{row}" for row in found]
    if not new:
        return sheet, []
    finding = Finding(code, sheet=sheet.name, cells=tuple(cells))
    return replace(sheet, frame=sheet.frame.with_columns(new)), [finding]


def _with_faults(sheet: Sheet, letters: Sequence[str]) -> Sheet:
    for letter in letters:
        texts = sheet.frame[letter].unique()
        marks = texts.filter(texts.str.len_bytes() <= _LONGEST_DITTO)
        marks = marks.filter(marks.str.contains(_NOT_VALUES))
        if marks.is_empty():
            continue
        name = companion(letter, FAULT)
        is_mark = pl.col(letter).is_in(marks.implode()).fill_null(value=False)
        before = pl.col(name) if name in sheet.frame.columns else pl.lit(None, pl.String)
        frame = sheet.frame.with_columns(
            pl.when(is_mark).then(pl.col(letter)).otherwise(before).alias(name),
            pl.when(~is_mark).then(pl.col(letter)).alias(letter),
        )
        sheet = replace(sheet, frame=frame)
    return sheet
