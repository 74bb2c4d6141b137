"""Random tables in many layouts are written, read and recognised: what went in comes out."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.intake.cells import letter_of, shown
from pipelines.intake.reader import Reader
from pipelines.intake.recognise import recognise
from pipelines.intake.tables import Table
from schemas import FORMS
from schemas.columns import Kind
from tests.intake.accounts import unaccounted

VACANCIES = FORMS["vacancies"]
NEEDED = ("street", "object_kind", "vacancy_status")
OTHERS = tuple(c.name for c in VACANCIES.columns if c.name not in (*NEEDED, "object_id"))
WORDS = st.text("abcdefghijklmnoprstuvwzäöüßÄÖÜ -./()", min_size=2, max_size=12).map(
    lambda text: "q" + text.strip() + "q"
)
"""Texts that are no heading, total or note of anybody."""


@dataclass(frozen=True)
class Layout:
    """One random workbook: a table of vacancies with what stands around it."""

    fields: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    titles: int
    gap: int
    left: int
    blank_second_row: bool
    total: bool
    note: bool
    repeat_at: int | None


def heading_of(name: str) -> st.SearchStrategy[str]:
    column = VACANCIES.by_name[name]
    texts = (column.title.de, column.title.en, *column.synonyms[:4])
    known = st.sampled_from([text for text in texts if len(text) > 1])
    decorated = st.sampled_from(["{}", "{} *", " {} ", "{}\u00a0"])
    cased = st.sampled_from([str, str.upper, str.lower])
    return st.builds(lambda text, frame, case: case(frame.format(text)), known, decorated, cased)


def cell_of(name: str) -> st.SearchStrategy[Any]:
    if VACANCIES.by_name[name].kind in {Kind.DECIMAL, Kind.INTEGER}:
        return st.one_of(WORDS, st.integers(2, 9999), st.just(80.5))
    if VACANCIES.by_name[name].kind is Kind.DATE:
        return st.one_of(WORDS, st.dates(dt.date(1990, 1, 1), dt.date(2025, 1, 1)))
    return WORDS


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    others = draw(st.lists(st.sampled_from(OTHERS), min_size=1, max_size=7, unique=True))
    fields = tuple(draw(st.permutations((*NEEDED, *others))))
    count = draw(st.integers(1, 6))
    rows = tuple(tuple(draw(cell_of(name)) for name in fields) for _ in range(count))
    return Layout(
        fields=fields,
        headings=tuple(draw(heading_of(name)) for name in fields),
        rows=rows,
        titles=draw(st.integers(0, 3)),
        gap=draw(st.integers(0, 2)),
        left=draw(st.integers(0, 2)),
        blank_second_row=draw(st.booleans()),
        total=draw(st.booleans()),
        note=draw(st.booleans()),
        repeat_at=draw(st.none() | st.integers(1, count)),
    )


def lines_of(layout: Layout) -> list[list[Any]]:
    """The sheet, line by line; an empty list is a blank row."""
    lead = [None] * layout.left
    heading = [*lead, *layout.headings]
    lines: list[list[Any]] = [[*lead, f"Titel Nummer {n}"] for n in range(layout.titles)]
    lines += [[]] * layout.gap + [heading] + [[]] * layout.blank_second_row
    for number, row in enumerate(layout.rows, start=1):
        lines.append([*lead, *row])
        if number == layout.repeat_at:
            lines.append(heading)
    if layout.total:
        lines += [[], [*lead, "Summe", str(len(layout.rows))]]
    if layout.note:
        lines += [[], [*lead, "* Diese Anmerkung steht unter der Tabelle und ist kein Objekt."]]
    return lines


def as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def write_xlsx(path: Path, lines: list[list[Any]]) -> None:
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Leerstände")
    for row, cells in enumerate(lines):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif cell is not None:
                sheet.write(row, column, cell)
    book.close()


def write_csv(path: Path, lines: list[list[Any]]) -> None:
    with path.open("w", encoding="cp1252", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows(
            [["" if cell is None else as_text(cell) for cell in cells] for cells in lines]
        )


def came_out(tables: tuple[Table, ...], layout: Layout) -> list[tuple[str, ...]]:
    """The rows of all tables, fields in the order of the layout, as text."""
    rows: list[tuple[str, ...]] = []
    for table in tables:
        letters = [letter_of(layout.left + number) for number in range(1, len(layout.fields) + 1)]
        frame = table.frame.select(shown(table.sheet, letter).alias(letter) for letter in letters)
        rows += [tuple((text or "").strip() for text in row) for row in frame.iter_rows()]
    return rows


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(layout=layouts(), is_csv=st.booleans())  # fmt: skip
def test_what_went_in_comes_out_or_is_named(reader: Reader, layout: Layout, is_csv: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("Leerstände.csv" if is_csv else "Leerstände.xlsx")
        (write_csv if is_csv else write_xlsx)(path, lines_of(layout))
        workbook = reader.read(path)
    found = recognise(workbook, None)
    assert unaccounted(workbook, found) == {}
    doubled = {
        f.field for f in found.findings if f.code in {"column-doubled", "column-second-choice"}
    }
    for table in found.tables:
        read = {column.letter: column.fields for column in table.columns}
        for number, name in enumerate(layout.fields, start=layout.left + 1):
            came = read.get(letter_of(number))
            # "Nr." right of the street is a house number, whatever was meant.
            is_number = (name, came) == ("row_label", ("house_number",))
            assert came == (name,) or name in doubled or is_number
    assert came_out(found.tables, layout) == [
        tuple(as_text(value).strip() for value in row) for row in layout.rows
    ]
