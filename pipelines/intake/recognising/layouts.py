"""Layouts that hold objects, but not one below another: what is seen there, and the way out.

In: a sheet.
Out: a sheet whose only column held the lines of a text file comes back split into its columns;
for the others a finding: headings down a column with an object in each column beside it, a form
with one object on the sheet, lines of a text file that a program has split in part. Nothing of
these is read, for nobody can say which cells of a half of a line belong together.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import polars as pl

from pipelines.intake.cells import ROW, Sheet, letter_of
from pipelines.intake.findings import Finding
from pipelines.intake.reading.text_files import SEPARATORS
from pipelines.intake.recognising.grid import HEAD, Line, lines_at
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.recognising.shapes import PLACE

_LEAST_LABELS, _LEAST_PIECES = 4, 3
_MOST_LABEL = 60
_SHARE = 0.8


def with_split_lines(sheet: Sheet, lexicon: Lexicon) -> tuple[Sheet, list[Finding]]:
    """The sheet with the lines of its only column as cells; itself where it holds no such lines."""
    letter = sheet.letters[0] if len(sheet.letters) == 1 else None
    if letter is None or sheet.frame.columns != [ROW, letter]:
        return sheet, []
    heading = next(_unsplit(sheet, lexicon), None)
    if heading is None:
        return sheet, []
    row, _, separator = heading
    texts = sheet.frame[letter].to_list()
    lines = [next(csv.reader([text or ""], delimiter=separator), []) for text in texts]
    widths = [len(cells) for cells in lines]
    if sum(width > 1 for width in widths) < _SHARE * len(widths):
        return sheet, []
    letters = tuple(letter_of(number) for number in range(1, max(widths) + 1))
    columns = {
        name: [cells[at].strip() or None if at < len(cells) else None for cells in lines]
        for at, name in enumerate(letters)
    }
    frame = pl.DataFrame([sheet.frame[ROW]]).hstack(
        pl.DataFrame(columns, schema=dict.fromkeys(letters, pl.String))
    )
    at_row = dict(zip(sheet.frame[ROW].to_list(), widths, strict=True))
    made = tuple(at_row.get(number, 0) for number in range(1, row + 1))
    told = Finding(
        "column-split",
        sheet=sheet.name,
        cells=(f"{letter}{row}",),
        value="Tab" if separator == "\t" else separator,
        parameters={"letter": letter, "lines": len(lines)},
    )
    return replace(sheet, frame=frame, letters=letters, widths=made), [told]


def other_layouts(sheets: Sequence[Sheet], lexicon: Lexicon) -> list[Finding]:
    """What to say of sheets without a table that hold objects in another layout."""
    found = []
    for sheet in sheets:
        if sheet.frame.is_empty():
            continue
        half = next(_unsplit(sheet, lexicon), None)
        if half is not None:
            row, column, separator = half
            cell = f"{letter_of(column)}{row}"
            shown = "Tab" if separator == "\t" else separator
            found.append(Finding("lines-unsplit", sheet=sheet.name, cells=(cell,), value=shown))
        else:
            found += _labelled(sheet, lexicon)
    return found


def _unsplit(sheet: Sheet, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Row, column and separator of cells that hold several headings at once."""
    for line in lines_at(sheet, range(min(HEAD, sheet.frame.height))):
        for column, text in line.texts.items():
            for separator in SEPARATORS:
                if text.count(separator) < _LEAST_PIECES:
                    continue
                pieces = next(csv.reader([text], delimiter=separator), [])
                known = {piece for piece in pieces if lexicon.is_known(piece.strip())}
                if len(known) >= max(_LEAST_PIECES, len(pieces) / 3):
                    yield line.row, column, separator


def _labelled(sheet: Sheet, lexicon: Lexicon) -> Iterator[Finding]:
    """Headings one below another, with values beside them."""
    lines = lines_at(sheet, range(min(HEAD, sheet.frame.height)))
    labels = _labels(lines, lexicon)
    form, fields = _meant(list(labels.values()), lexicon)
    if len(fields) < _LEAST_LABELS or not PLACE & fields:
        return
    meant = {at: text for at, text in labels.items() if lexicon.meaning(form, text)}
    counts = [_beside(line, at[1], labels) for line in lines for at in meant if at[0] == line.row]
    filled = [count for count in counts if count]
    if not filled:
        return
    yield Finding(
        "sheet-transposed" if median(filled) > 1 else "sheet-form",
        form=form,
        sheet=sheet.name,
        cells=tuple(f"{letter_of(column)}{row}" for row, column in meant),
        value=", ".join(f"„{text}“" for text in meant.values()),
    )


def _labels(lines: Sequence[Line], lexicon: Lexicon) -> dict[tuple[int, int], str]:
    """Row and column → label, in columns that hold little else; a value may be a heading too."""
    found: dict[int, dict[int, str]] = {}
    held: dict[int, int] = {}
    for line in lines:
        for column, text in line.texts.items():
            held[column] = held.get(column, 0) + 1
            if _is_label(text, lexicon):
                found.setdefault(column, {})[line.row] = text.rstrip(": *")
    return {
        (row, column): text
        for column, texts in found.items()
        if len(texts) >= max(_LEAST_PIECES, held[column] / 2)
        for row, text in texts.items()
    }


def _is_label(text: str, lexicon: Lexicon) -> bool:
    bare = text.rstrip(": *")
    return 1 < len(bare) <= _MOST_LABEL and lexicon.is_known(bare)


def _meant(labels: Sequence[str], lexicon: Lexicon) -> tuple[str, set[str]]:
    """The form whose fields the labels name the most, and these fields."""
    named = {
        form: {
            field
            for text in labels
            if (meaning := lexicon.meaning(form, text))
            for field in meaning.fields
        }
        for form in lexicon.forms
    }
    best = max(named, key=lambda form: len(named[form]))
    return best, named[best]


def _beside(line: Line, column: int, labels: dict[tuple[int, int], str]) -> int:
    """How many cells stand right of a label, up to the next label."""
    count = 0
    for at in (at for at in line.cells if at > column):
        if (line.row, at) in labels:
            break
        count += 1
    return count
