"""Unread columns that change what the rows are: counts of objects, and choices without a question.

In: the columns of a table that are not read, and its rows.
Out: a finding where a row stands for several objects, which then counts nowhere, and one where
crosses stand in a column for each choice, with nothing above them that says what was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import polars as pl

from pipelines.intake.cells import NUMBER, ROW, column_of, companion
from pipelines.intake.findings import Finding
from pipelines.intake.tables import Table, TableColumn
from pipelines.intake.words import joined, quoted
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Form
from schemas.folding import fold

_COUNTS = re.compile(
    r"(an)?zahl( (der )?(leerstaende?|leerst|leerstehenden? (einheiten|laeden|ladenlokale)|objekte"
    r"|einheiten|laeden|brachflaechen))?|anz|leerstaende|menge|count|number( of (vacancies|objects"
    r"|units|shops))?|vacancies"
)
_LEAST_CHOICES = 2
_LIKE = ("object_kind", "unit_type", "previous_use", "vacancy_status", "vacancy_degree")


def without_counts(table: Table) -> tuple[Table, list[Finding]]:
    """The table, none of its rows countable where an unread column counts objects in each."""
    if FORMS[table.form].object_column is None:
        return table, []
    counting = [column for column in table.ignored if _counts(table, column)]
    if not counting:
        return table, []
    told = Finding(
        "rows-are-counts",
        form=table.form,
        sheet=table.sheet.name,
        cells=tuple(f"{column.letter}{table.header_rows[-1]}" for column in counting),
        value=counting[0].heading,
    )
    return replace(table, shifted=frozenset(table.frame[ROW].to_list())), [told]


def _counts(table: Table, column: TableColumn) -> bool:
    """Whether numbers above one stand below a heading that counts; text files have only texts."""
    if column.letter not in table.frame.columns or not _COUNTS.fullmatch(fold(column.heading)):
        return False
    number = companion(column.letter, NUMBER)
    parts = [pl.col(column.letter).cast(pl.Float64, strict=False)]
    parts += [pl.col(number)] if number in table.frame.columns else []
    return bool(table.frame.select((pl.coalesce(parts) > 1).any()).item())


def lone_choices(table: Table) -> Iterator[Finding]:
    """Neighbouring unread columns whose headings are all choices of one question."""
    form = FORMS[table.form]
    told: set[str] = set()
    for name in _LIKE:
        choices = [column for column in table.ignored if _is_choice(form, name, column)]
        for run in _runs(choices):
            letters = {column.letter for column in run}
            if len(run) < _LEAST_CHOICES or letters & told:
                continue
            told |= letters
            yield Finding(
                "choices-apart",
                form=table.form,
                sheet=table.sheet.name,
                cells=tuple(f"{column.letter}{table.header_rows[-1]}" for column in run),
                parameters={
                    "headings": joined(quoted(column.heading) for column in run),
                    "title": form.by_name[name].title,
                },
            )


def _is_choice(form: Form, name: str, column: TableColumn) -> bool:
    asked = form.by_name.get(name)
    codes = code_list(asked.code_list) if asked is not None and asked.code_list else None
    return codes is not None and codes.lookup(column.heading) is not None


def _runs(columns: Sequence[TableColumn]) -> Iterator[list[TableColumn]]:
    """Columns side by side."""
    ordered = sorted(columns, key=lambda column: column_of(column.letter))
    run = ordered[:1]
    for left, right in pairwise(ordered):
        if column_of(right.letter) - column_of(left.letter) > 1:
            yield run
            run = []
        run.append(right)
    yield run
