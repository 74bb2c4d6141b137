"""Mended texts: umlauts that were encoded twice before the workbook was saved, and ditto marks.

In: a sheet.
Out: the sheet with "StraÃŸe" put right to "Straße", in headings and cells, and a finding that names
every cell; text files are put right while they are decoded. A ditto mark is no street and no name:
it becomes a fault, which whoever reads the cell tells as an error.
"""

from __future__ import annotations

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
_DITTO_SIGNS = [
    '"', "″", "“", "”", "„", "‟", "〃", "''", ",,", "ito", "itto", "s.o", "s. o", "S.o", "oben",
    "esgl",
]  # fmt: skip
_LONGEST_DITTO = 16
_SIGNS = ["Ã", "â€", "Â"]


def with_mended_texts(sheet: Sheet) -> tuple[Sheet, list[Finding]]:
    """The sheet with readable umlauts; itself, where they are so already."""
    hits = sheet.frame.select(pl.col(sheet.letters).str.contains_any(_SIGNS).any())
    new: list[pl.Series] = []
    cells: list[str] = []
    for letter in sheet.letters:
        if not hits[letter][0]:
            continue
        rows = sheet.frame.filter(pl.col(letter).str.contains(MOJIBAKE))
        texts = {text: mended(text) for text in rows[letter].unique().to_list()}
        texts = {text: better for text, better in texts.items() if better != text}
        if texts:
            new.append(sheet.frame[letter].replace(texts))
            found = rows.filter(pl.col(letter).is_in(list(texts)))[ROW].to_list()
            cells += [f"{letter}{row}" for row in found]
    if not new:
        return sheet, []
    finding = Finding("cells-mended", sheet=sheet.name, cells=tuple(cells))
    return replace(sheet, frame=sheet.frame.with_columns(new)), [finding]


def with_ditto_marks(sheet: Sheet) -> Sheet:
    """The sheet, its ditto marks as faults."""
    hits = sheet.frame.select(pl.col(sheet.letters).str.contains_any(_DITTO_SIGNS).any())
    for letter in sheet.letters:
        if not hits[letter][0]:
            continue
        texts = sheet.frame[letter].unique()
        marks = texts.filter(texts.str.len_bytes() <= _LONGEST_DITTO)
        marks = marks.filter(marks.str.contains(DITTO))
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
