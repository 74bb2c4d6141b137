"""Corrections as data: what the office mends in a team's sheet, with reason, who and when.

In: raw/corrections/*.yml, each a list of entries such as

    - form: vacancies
      object: 25-A0001            # or where: {street: Hochstraße, house_number: "42"}
      wave: 2019-W1               # wave, team and file are optional and narrow it down
      field: gross_area_m2
      expect: "8000"              # what stands there; empty for nothing
      value: "80"                 # what is read instead; empty for nothing
      reason: Zahlendreher, beim Team erfragt
      by: MM
      on: 2019-06-01

Out: the recognised tables with the new texts in their cells, so that they are parsed and checked
like any other, and a finding for each. A correction whose expected text is no longer there
changes nothing and is an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.errors import InputFailure
from pipelines.intake.cells import ROW, Workbook, column_of, letter_of, shown
from pipelines.intake.findings import Finding
from pipelines.intake.tables import Recognised, Table, TableColumn
from pipelines.intake.text_yaml import read_text_yaml
from schemas import FORMS
from schemas.folding import fold
from schemas.vectors import folded

_NEEDED = ("form", "field", "reason", "by", "on")
_KNOWN = {*_NEEDED, "object", "where", "wave", "team", "file", "expect", "value"}


@dataclass(frozen=True)
class Correction:
    """One entry.

    Attributes:
        where: declared column → text, which together must find exactly one row.
        expect, value: texts of the cell; None means an empty cell.
        is_bound: names the file it is for, so that its row must be there.
    """

    form: str
    field: str
    expect: str | None
    value: str | None
    reason: str
    by: str
    on: str
    where: Mapping[str, str]
    team: str | None = None
    file: str | None = None

    @property
    def is_bound(self) -> bool:
        """Whether it says which file it is for."""
        return self.file is not None


def read_corrections(folders: Iterable[Path]) -> tuple[Correction, ...]:
    """All corrections in folders, in the order of file names.

    Raises:
        InputFailure: a file is no list of corrections; the sentence says which entry.
    """
    return tuple(
        correction
        for folder in folders
        for path in sorted(folder.glob("*.yml"))
        for correction in _read(path)
    )


def apply_corrections(
    recognised: Recognised, corrections: Iterable[Correction], workbook: Workbook, team: str
) -> Recognised:
    """The tables with corrected cells, and a finding for every correction that is for them."""
    tables = list(recognised.tables)
    findings = list(recognised.findings)
    for correction in corrections:
        if not _is_for(correction, workbook.file, team):
            continue
        hits = [
            (index, row)
            for index, table in enumerate(tables)
            if table.form == correction.form
            for row in _rows(table, correction, recognised)
        ]
        if len(hits) == 1:
            index, row = hits[0]
            tables[index], finding = _corrected(tables[index], row, correction)
            findings.append(finding)
        elif hits:
            findings.append(_finding("correction-ambiguous", correction, found=len(hits)))
        elif correction.is_bound:
            findings.append(_finding("correction-without-row", correction))
    return replace(recognised, tables=tuple(tables), findings=tuple(findings))


def set_cell(table: Table, letter: str, row: int, text: str | None) -> Table:
    """The table with one cell's text set, whatever was there."""
    return replace(table, frame=table.frame.with_columns(_set(table.frame, letter, row, text)))


def _set(frame: pl.DataFrame, letter: str, row: int, text: str | None) -> list[pl.Expr]:
    here = pl.col(ROW) == row
    parts = [name for name in frame.columns if name == letter or name.startswith(f"{letter}:")]
    return [
        pl.when(here)
        .then(pl.lit(text if name == letter else None, dtype=frame.schema[name]))
        .otherwise(pl.col(name))
        .alias(name)
        for name in parts
    ]


def _is_for(correction: Correction, file: str, team: str) -> bool:
    named = correction.file is None or fold(correction.file) == fold(file)
    return named and (correction.team is None or fold(correction.team) == fold(team))


def _rows(table: Table, correction: Correction, recognised: Recognised) -> list[int]:
    """The sheet rows that `where` finds; a value of the cover stands for all rows."""
    condition = pl.lit(value=True)
    for name, text in correction.where.items():
        letters = table.letters_of(name)
        if letters:
            cells = folded(shown(table.sheet, letters[0])).fill_null("")
            condition &= cells == fold(text)
        elif name not in recognised.cover or fold(recognised.cover[name].text) != fold(text):
            return []
    return table.frame.filter(condition)[ROW].to_list()


def _corrected(table: Table, row: int, correction: Correction) -> tuple[Table, Finding]:
    """The table with the cell set, or as it was where the expected text is not there."""
    letters = table.letters_of(correction.field)
    found = None
    if letters:
        cell = table.frame.filter(pl.col(ROW) == row).select(shown(table.sheet, letters[0]))
        found = cell.item()
    if fold(found or "") != fold(correction.expect or ""):
        stale = _finding("correction-stale", correction, table, row, letters, found=found or "–")
        return table, stale
    if not letters:
        table, letter = _with_column(table, correction.field)
        letters = (letter,)
    table = set_cell(table, letters[0], row, correction.value)
    return table, _finding("correction-applied", correction, table, row, letters)


def _with_column(table: Table, name: str) -> tuple[Table, str]:
    """The table with an empty column behind its last, for a field the sheet has not."""
    letter = letter_of(1 + max(column_of(letter) for letter in table.sheet.letters))
    heading = FORMS[table.form].by_name[name].title.de
    columns = (*table.columns, TableColumn(letter, heading, (name,)))
    frame = table.frame.with_columns(pl.lit(None, dtype=pl.String).alias(letter))
    sheet = replace(table.sheet, letters=(*table.sheet.letters, letter))
    return replace(table, columns=columns, frame=frame, sheet=sheet), letter


def _finding(
    code: str,
    correction: Correction,
    table: Table | None = None,
    row: int | None = None,
    letters: tuple[str, ...] = (),
    **named: object,
) -> Finding:
    title = FORMS[correction.form].by_name[correction.field].title
    return Finding(
        code,
        form=correction.form,
        sheet=table.sheet.name if table else None,
        field=correction.field,
        rows=() if row is None else (row,),
        cells=() if row is None or not letters else (f"{letters[0]}{row}",),
        value=correction.expect or "–",
        parameters={
            "title": title, "new": correction.value or "–", "reason": correction.reason,
            "by": correction.by, "on": correction.on,
            "where": ", ".join(correction.where.values()), **named,
        },
    )  # fmt: skip


def _read(path: Path) -> list[Correction]:
    try:
        content = read_text_yaml(path.read_bytes())
    except ValueError as error:
        raise InputFailure("bad-corrections", file=path.name, reason=error) from error
    if not isinstance(content or [], list):
        raise InputFailure("bad-corrections", file=path.name, reason="no list")
    return [_correction(path, at, entry) for at, entry in enumerate(content or [], 1)]


def _correction(path: Path, at: int, entry: Any) -> Correction:
    def refuse(reason: str) -> InputFailure:
        return InputFailure("bad-corrections", file=f"{path.name}, {at}.", reason=reason)

    if not isinstance(entry, dict):
        raise refuse(str(entry))
    lacking = [name for name in _NEEDED if not entry.get(name)]
    strange = sorted(set(entry) - _KNOWN)
    if lacking or strange:
        raise refuse(", ".join([*(f"{name}: –" for name in lacking), *strange]))
    form = FORMS.get(entry["form"])
    if form is None or entry["field"] not in form.by_name:
        raise refuse(f"{entry['form']}.{entry['field']}")
    where = dict(entry.get("where") or {})
    if "object" in entry and form.object_column:
        where[form.object_column] = entry["object"]
    if not where or set(where) - set(form.by_name):
        raise refuse("object / where")
    if "wave" in entry:
        where["wave_id"] = entry["wave"]
    return Correction(
        form=form.name, field=entry["field"], expect=_text(entry.get("expect")),
        value=_text(entry.get("value")), reason=entry["reason"], by=entry["by"], on=entry["on"],
        where=where, team=entry.get("team"), file=entry.get("file"),
    )  # fmt: skip


def _text(value: str | None) -> str | None:
    return None if value in {None, "", "null", "~"} else value
