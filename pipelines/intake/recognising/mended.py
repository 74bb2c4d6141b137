"""Mended texts: umlauts that were encoded twice before the workbook was saved.

In: a sheet.
Out: the sheet with "StraÃŸe" put right to "Straße", in headings and cells, and a finding that names
every cell. Text files are put right while they are decoded.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from pipelines.intake.cells import Sheet
from pipelines.intake.findings import Finding
from pipelines.intake.naming import ROW
from pipelines.intake.reading.mojibake import MOJIBAKE, mended

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
