"""Cover: what stands once for all rows: pairs of a label and a value on cover sheets and in titles.

In: lines of a sheet that belong to no table.
Out: `CoverValue`s by field, for the few fields that a cover may give.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.intake.cells import letter_of
from pipelines.intake.recognising.grid import Line
from pipelines.intake.recognising.lexicon import Lexicon
from pipelines.intake.tables import CoverValue
from schemas import FORMS

COVER_FIELDS = (
    "wave_id", "survey_area", "survey_date", "district_code", "municipality_key", "coverage",
    "surveyor_code",
)  # fmt: skip
_MOST_LABEL = 60


def cover_values(sheet: str, lines: Iterable[Line], lexicon: Lexicon) -> dict[str, CoverValue]:
    """Pairs "Welle | 2019-W1" in neighbouring cells, or "Welle: 2019-W1" in one; the first wins."""
    found: dict[str, CoverValue] = {}
    for line in lines:
        for field, value in _pairs(sheet, line, lexicon):
            found.setdefault(field, value)
    return found


def _pairs(sheet: str, line: Line, lexicon: Lexicon) -> Iterable[tuple[str, CoverValue]]:
    cells = list(line.cells.items())
    for index, (column, text) in enumerate(cells):
        if column not in line.texts:
            continue
        label, colon, rest = text.partition(":")
        if colon and rest.strip():
            field = _field(label, lexicon)
            if field:
                yield field, CoverValue(rest.strip(), sheet, f"{letter_of(column)}{line.row}")
            continue
        field = _field(text, lexicon)
        if field and index + 1 < len(cells):
            at, value = cells[index + 1]
            yield field, CoverValue(value, sheet, f"{letter_of(at)}{line.row}")


def _field(label: str, lexicon: Lexicon) -> str | None:
    if len(label) > _MOST_LABEL:
        return None
    for form in (*lexicon.forms, *FORMS):
        meaning = lexicon.meaning(form, label)
        if meaning:
            return next((field for field in meaning.fields if field in COVER_FIELDS), None)
    return None
