"""Properties of all readers: whatever a cell holds, none fails, and none drops it in silence."""

from __future__ import annotations

from datetime import date
from string import Formatter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.cells import FAULT, FLAG, MOMENT, NUMBER
from pipelines.intake.readers import Setting, reader_for
from pipelines.intake.result import Reading
from pipelines.intake.values.geography import gazetteer
from pipelines.intake.values.read import TEXT, Cell, cleaned
from schemas import FORMS
from schemas.columns import Column, Kind
from schemas.findings import catalogue
from schemas.places import PACKAGED, load_places

SETTING = Setting(date(2026, 11, 22), gazetteer(load_places(PACKAGED).by_key["05911000"]))
# One column of each way of reading.
COLUMNS: dict[str, Column] = {
    f"{column.kind}-{column.code_list or column.unit or column.pattern}": column
    for form in FORMS.values()
    for column in form.columns
}
# What people write into sheets, in pieces that are put together at random.
WRITTEN = """ca. seit vor bis ab über unter > < ~ - – / + , ; . : ( ) ? ' " = x ja nein k.A. n.b. EG
OG UG I II 1. 2. 0 1 2 3 12 25 80 100 1.200 80,5 1,200.5 2015 2018 18 03 31.02.2019 03.05.2019
5/13/19 2019-05-03 Mai März Sommer KW Q4 Jahre Monaten halbes J. qm m² ha € % Wattenscheid Mitte
Langendreer Bahnhof Bochum Bezirk WAT leer belegt Laden Büro gut Hochstraße Nr. a b 44866 D- C
31.01 WZ Mitarbeiter und oder früher 51° 28' 47" N O 32U 370993 5704827 ½ ß ü ٣ ８"""
PIECES = st.sampled_from([*WRITTEN.split(), " ", "\u00a0", "\u200b", "\n"])
TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("".join) | st.text(max_size=12)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(repr) | st.integers().map(str)
DAYS = st.dates(date(1899, 12, 30)).map(date.isoformat)
MOMENTS = DAYS | DAYS.map(lambda day: f"{day} 14:20:00")
CELLS = st.one_of(
    st.builds(Cell, TEXTS.map(cleaned).filter(bool), st.just(TEXT), st.sampled_from(["", "WAT"])),
    st.builds(Cell, NUMBERS, st.just(NUMBER)),
    st.builds(Cell, MOMENTS, st.just(MOMENT)),
    st.builds(Cell, st.sampled_from(["true", "false"]), st.just(FLAG)),
    st.builds(Cell, st.sampled_from(["#REF!", "uncalculated"]), st.just(FAULT)),
)

# What every finding on a cell can name, whatever the reader gives besides.
NAMED = {"value", "title", "example", "examples", "count", "cells", "proposal", "suggestion"}


def named_in(code: str) -> set[str]:
    """What the texts of a finding name."""
    entry = catalogue()[code]
    texts = [text[lang] for text in (entry.message, entry.remedy) for lang in ("de", "en")]
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize(
    "cell",
    [Cell("true", FLAG), Cell("2019-05-03", MOMENT), Cell("#REF!", FAULT), Cell("1e300", NUMBER),
     Cell("-1", NUMBER), Cell("0.5", NUMBER), Cell("25", NUMBER), Cell("Quark"), Cell("1-2/3")],
    ids=repr,
)  # fmt: skip
def test_a_cell_of_any_kind_is_told_in_whole_sentences(name: str, cell: Cell) -> None:
    column = COLUMNS[name]
    read = reader_for(column, SETTING, [cell.text])(cell)
    if read.code is not None:
        assert named_in(read.code) <= NAMED | read.parameters.keys()


@pytest.mark.parametrize("name", COLUMNS)
@settings(max_examples=60, deadline=None)
@given(cell=CELLS)
def test_every_cell_is_a_value_or_is_told(name: str, cell: Cell) -> None:
    column = COLUMNS[name]
    if column.kind is Kind.DATE and cell.context:
        cell = Cell(cell.text, cell.part, "2019-05-03")
    read = reader_for(column, SETTING, [cell.text])(cell)
    if read.code is not None:
        assert named_in(read.code) <= NAMED | read.parameters.keys()
    if read.value is None:
        assert read.code is not None
        assert read.reading is not None
    if read.reading is Reading.UNREADABLE:
        assert read.value is None
        assert catalogue()[str(read.code)].severity == "error"
    elif read.reading is not None:
        assert read.code is not None
