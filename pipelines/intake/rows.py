"""The rows of one form in a workbook: its parsed tables one below another.

In: the `Parsed` tables of a form.
Out: `FormRows`: one typed frame, and notes that find their way back to table and cell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from pipelines.intake.cells import shown as seen
from pipelines.intake.notes import cell_letter
from pipelines.intake.parse import Parsed, placed
from pipelines.intake.result import QUARANTINED, ROW_NUMBER, SHEET, Reading
from pipelines.intake.values.numbers import german
from schemas.columns import Form
from schemas.types import LEAD, frame_schema

MUNICIPALITY = "municipality_key"


@dataclass
class FormRows:
    """All data rows of a form.

    Attributes:
        parsed: the tables, in the order of the workbook.
        frame: the typed frame of `CheckedForm`, of all tables.
        excluded: indexes of rows that repeat another and are left out.
        quarantined: indexes of rows that cannot be counted beside those with blank keys.
        foreign: indexes of rows that name another municipality than their sheet.
    """

    form: Form
    parsed: list[Parsed]
    frame: pl.DataFrame
    excluded: set[int] = field(default_factory=set)
    quarantined: set[int] = field(default_factory=set)
    foreign: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._starts = [0]
        for table in self.parsed:
            self._starts.append(self._starts[-1] + table.height)

    def tables(self, indexes: Sequence[int]) -> list[tuple[Parsed, list[int]]]:
        """The tables that rows stand in, with the rows' places in each of them."""
        found: dict[int, list[int]] = {}
        for index in indexes:
            table = bisect_right(self._starts, index) - 1
            found.setdefault(table, []).append(index - self._starts[table])
        return [(self.parsed[table], rows) for table, rows in found.items()]

    def starts(self) -> Sequence[int]:
        """The index of the first row of each table."""
        return self._starts

    def note(
        self,
        code: str,
        name: str,
        indexes: Sequence[int],
        value: str | None = None,
        proposal: str | None = None,
        **parameters: object,
    ) -> None:
        """Note a finding on rows, whatever tables they stand in."""
        for parsed, rows in self.tables(indexes):
            parsed.notes.add(code, name, rows, value, proposal, **parameters)

    def texts(self, name: str, indexes: Sequence[int]) -> list[str]:
        """What stands in cells, as people see them; the typed value where no cell says it."""
        texts = shown(self.frame[name], indexes)
        start = 0
        for parsed, rows in self.tables(indexes):
            for offset, text in enumerate(texts_of(parsed, name, rows)):
                texts[start + offset] = text or texts[start + offset]
            start += len(rows)
        return texts

    def clear(self, name: str, indexes: Sequence[int]) -> None:
        """Make a value null that a rule refuses, marked unreadable, its text kept."""
        texts = iter(self.texts(name, indexes))
        for parsed, rows in self.tables(indexes):
            raws = [next(texts) for _ in rows]
            parsed.notes.read(name, rows, raws, [Reading.UNREADABLE] * len(rows))
        names = [name]
        precision = self.form.by_name[name].precision_name
        if precision is not None:
            names.append(precision)
        self.frame = self.frame.with_columns(
            placed(self.frame[column], indexes, [None] * len(indexes)) for column in names
        )


def form_rows(form: Form, parsed: list[Parsed], keys: Sequence[str]) -> FormRows:
    """Put the tables of a form one below another; `keys` are their municipalities."""
    frames = [_frame(table, form, key) for table, key in zip(parsed, keys, strict=True)]
    return FormRows(form, parsed, pl.concat(frames) if len(frames) > 1 else frames[0])


def _frame(parsed: Parsed, form: Form, municipality: str) -> pl.DataFrame:
    columns: list[pl.Expr] = []
    for name, dtype in frame_schema(form).items():
        if name in parsed.values and name not in LEAD:
            columns.append(pl.lit(parsed.values[name]).cast(dtype).alias(name))
        elif name not in LEAD:
            columns.append(pl.lit(None, dtype).alias(name))
    lead = [
        pl.lit(parsed.table.sheet.name).alias(SHEET),
        pl.col("row").cast(pl.Int32).alias(ROW_NUMBER),
        pl.lit(value=False).alias(QUARANTINED),
        pl.lit(municipality).alias(MUNICIPALITY),
        _district_id(parsed, municipality).alias("district_id"),
    ]
    return parsed.table.frame.select(*lead, *columns)


def _district_id(parsed: Parsed, municipality: str) -> pl.Expr:
    district = parsed.values.get("district_code")
    if district is None:
        return pl.lit(None, pl.String)
    return pl.lit(f"{municipality}-") + pl.lit(district)


def texts_of(parsed: Parsed, name: str, rows: Sequence[int]) -> list[str]:
    """What stands in the cells of a column; empty where the sheet has no such column."""
    letter = cell_letter(parsed.notes.letters.get(name))
    if not letter:
        return [""] * len(rows)
    cells = parsed.table.frame[list(rows)].select(seen(parsed.table.sheet, letter))
    return [text or "" for text in cells.to_series().to_list()]


def shown(series: pl.Series, indexes: Sequence[int]) -> list[str]:
    """Typed values as people write them."""
    return [_text(value) for value in series.gather(list(indexes)).to_list()]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, Decimal):
        return german(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
