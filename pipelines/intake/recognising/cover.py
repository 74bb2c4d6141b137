"""Cover: what stands once for all rows: pairs of a label and a value on cover sheets and in titles.

In: lines of a sheet that belong to no table.
Out: `CoverValue`s by field, for the few fields that a cover may give.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise

from pipelines.intake.cells import letter_of
from pipelines.intake.recognising.grid import Line
from pipelines.intake.recognising.lexicon import Lexicon, squeeze
from pipelines.intake.tables import CoverValue
from schemas import FORMS
from schemas.columns import Label

COVER_FIELDS = (
    "wave_id", "survey_area", "survey_date", "district_code", "municipality_key", "coverage",
    "surveyor_code",
)  # fmt: skip
_MOST_LABEL = 60
_PIECES = re.compile(r"\s{2,}|[;|\n]|,\s")
_STATE = frozenset({"stand", "erhebungsstand", "standdererhebung", "datenstand"})
"""What a sheet without survey dates calls the day it describes."""
_BARE_PAIR = re.compile(
    r"^\s*(?P<label>stand|datenstand|erhebungsstand|(?:erhebungs)?welle|wave)\s+"
    r"(?P<value>(?:[^\W\d_]{3,9}\.? )?\d{1,2}\.[\d. ]*\d{4}|(?:[^\W\d_]{3,9}\.? )?\d{4}\S*)\s*$",
    re.IGNORECASE,
)


def cover_texts(cover: Mapping[str, CoverValue]) -> Label:
    """What was read, under the titles of the fields, for people."""
    titles = {
        field: next(form.by_name[field].title for form in FORMS.values() if field in form.by_name)
        for field in cover
    }
    return Label(
        ", ".join(f"{titles[field].de}: {value.text}" for field, value in cover.items()) or "–",
        ", ".join(f"{titles[field].en}: {value.text}" for field, value in cover.items()) or "–",
    )


def cover_values(sheet: str, lines: Iterable[Line], lexicon: Lexicon) -> dict[str, CoverValue]:
    """Pairs "Welle | 2019-W1" in neighbouring cells, or "Welle: 2019-W1" in one; the first wins."""
    found: dict[str, CoverValue] = {}
    for line in lines:
        for field, value in _pairs(sheet, line, lexicon):
            found.setdefault(field, value)
    return found


def _pairs(sheet: str, line: Line, lexicon: Lexicon) -> Iterable[tuple[str, CoverValue]]:
    cells = list(line.cells.items())
    # Two headings side by side are those of a table that could not be read.
    are_headings = any(
        lexicon.is_known(left) and lexicon.is_known(right)
        for (_, left), (_, right) in pairwise(cells)
    )
    for index, (column, text) in enumerate(cells):
        if column not in line.texts:
            continue
        found = list(_pairs_within(text, lexicon))
        for field, value in found:
            yield field, CoverValue(value, sheet, f"{letter_of(column)}{line.row}")
        named = None if found else _field(text.rstrip(": "), lexicon)
        if named and index + 1 < len(cells) and not are_headings:
            at, value = cells[index + 1]
            yield named, CoverValue(value, sheet, f"{letter_of(at)}{line.row}")


def _pairs_within(text: str, lexicon: Lexicon) -> Iterable[tuple[str, str]]:
    """Several pairs in one cell: "Stand: 14.06.2019   Welle: 2019-W1"."""
    for piece in _PIECES.split(text):
        bare = _BARE_PAIR.match(piece)
        label, colon, value = (
            bare.expand(r"\g<label>:\g<value>").partition(":") if bare else (piece.partition(":"))
        )
        field = _field(label, lexicon) if colon and value.strip() else None
        if field:
            yield field, value.strip()


def _field(label: str, lexicon: Lexicon) -> str | None:
    if len(label) > _MOST_LABEL:
        return None
    if squeeze(label) in _STATE:
        return "survey_date"
    for form in (*lexicon.forms, *FORMS):
        meaning = lexicon.meaning(form, label)
        if meaning:
            return next((field for field in meaning.fields if field in COVER_FIELDS), None)
    return None
