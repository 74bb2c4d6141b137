"""Repeats: Kobo and ODK put what was asked several times on sheets of their own.

In: the sheets of a workbook.
Out: the sheets, each repeat with the columns of its parent attached by `_parent_index`, so that a
unit has the address of its building; the parent sheet is then no table of its own. Attached
columns stand behind the repeat's own, under letters that its sheet does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from pipelines.intake.cells import ROW, Sheet, column_of, letter_of, shown
from pipelines.intake.findings import Finding
from pipelines.intake.recognising.apps import is_of_the_app
from pipelines.intake.recognising.grid import Line, lines_at
from pipelines.intake.recognising.lexicon import Lexicon

_INDEX, _PARENT = "_index", "_parent_index"
_KEY = "key of the parent"


def join_repeats(sheets: Sequence[Sheet], lexicon: Lexicon) -> tuple[list[Sheet], list[Finding]]:
    """Attach parents to their repeats; sheets of other origin come back as they are."""
    heads = {sheet.name: head for sheet in sheets if (head := _head(sheet))}
    parents = {name: head for name, head in heads.items() if _column(head, _INDEX)}
    joined: list[Sheet] = []
    findings: list[Finding] = []
    consumed: set[str] = set()
    for sheet in sheets:
        head = heads.get(sheet.name)
        key = _column(head, _PARENT) if head else None
        parent = _parent_of(sheet, sheets, parents) if key else None
        if head is None or key is None or parent is None or not _asks(head, lexicon):
            joined.append(sheet)
            continue
        made, alone = _attached(sheet, head, parent, parents[parent.name])
        joined.append(made)
        consumed.add(parent.name)
        findings.append(Finding("repeat-joined", sheet=sheet.name, value=parent.name))
        if alone:
            findings.append(Finding("repeat-alone", sheet=parent.name, rows=alone))
    return [sheet for sheet in joined if sheet.name not in consumed], findings


def _head(sheet: Sheet) -> Line | None:
    """The first line of an export, where it has the columns that join sheets."""
    lines = lines_at(sheet, range(1))
    named = lines and {_INDEX, _PARENT} & set(lines[0].texts.values())
    return lines[0] if named else None


def _column(head: Line | None, name: str) -> int | None:
    return next((c for c, text in head.texts.items() if text == name), None) if head else None


def _asks(head: Line, lexicon: Lexicon) -> bool:
    """Whether the repeat itself holds fields of ours, rather than photos or notes."""
    return any(lexicon.is_known(t) for t in head.texts.values() if not is_of_the_app(t))


def _parent_of(sheet: Sheet, sheets: Sequence[Sheet], parents: dict[str, Line]) -> Sheet | None:
    """The sheet that `_parent_table_name` names, else the first other one with an index."""
    head = lines_at(sheet, range(2))
    at = _column(head[0], "_parent_table_name")
    named = head[1].cells.get(at) if at and len(head) > 1 else None
    others = [other for other in sheets if other.name in parents and other.name != sheet.name]
    return next((other for other in others if other.name == named), others[0] if others else None)


def _attached(
    sheet: Sheet, head: Line, parent: Sheet, parent_head: Line
) -> tuple[Sheet, tuple[int, ...]]:
    """The repeat with its parent's columns, and the rows of parents that have no repeat."""
    own = {text.rpartition("/")[2] for text in head.texts.values()}
    taken = [
        (letter_of(column), text)
        for column, text in parent_head.texts.items()
        if not is_of_the_app(text) and text.rpartition("/")[2] not in own
    ]
    last = max(map(column_of, sheet.letters))
    letters = {letter: letter_of(last + n) for n, (letter, _) in enumerate(taken, start=1)}
    index = letter_of(_column(parent_head, _INDEX) or 1)
    key = letter_of(_column(head, _PARENT) or 1)
    names = {
        name: letters[name.partition(":")[0]] + name[len(name.partition(":")[0]) :]
        for name in parent.frame.columns
        if name.partition(":")[0] in letters
    }
    rows = parent.frame.slice(1).select(
        shown(parent, index).alias(_KEY), ROW, *(pl.col(n).alias(to) for n, to in names.items())
    )
    body = sheet.frame.with_columns(shown(sheet, key).alias(_KEY))
    wide = body.join(rows.drop(ROW), on=_KEY, how="left", maintain_order="left")
    is_head = pl.col(ROW) == head.row
    wide = wide.with_columns(
        pl.when(is_head)
        .then(pl.lit(text))
        .otherwise(pl.col(letters[letter]))
        .alias(letters[letter])
        for letter, text in taken
    ).drop(_KEY)
    alone = rows.join(body.select(_KEY), on=_KEY, how="anti")[ROW].sort().to_list()
    return replace(sheet, frame=wide, letters=(*sheet.letters, *letters.values())), tuple(alone)
