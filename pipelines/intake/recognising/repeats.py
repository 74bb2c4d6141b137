"""Repeats: Kobo and ODK put what was asked several times on sheets of their own.

In: the sheets of a workbook.
Out: the sheets, each repeat that holds objects with the columns of its parents attached by
`_parent_index`, so that a unit has the address of its building. A parent that asks for no object
itself is then no table of its own; photos and notes that repeat do not make an object of each.
Attached columns stand behind the repeat's own, under letters that its sheet does not have.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import polars as pl

from pipelines.intake.cells import ROW, Sheet, column_of, letter_of, shown
from pipelines.intake.findings import Finding
from pipelines.intake.recognising.apps import is_of_the_app, last_name
from pipelines.intake.recognising.grid import Line, lines_at
from pipelines.intake.recognising.lexicon import Lexicon
from schemas import FORMS
from schemas.shared import WHEN, WHERE

_INDEX, _PARENT = "_index", "_parent_index"
_KEY = "key of the parent"


def join_repeats(sheets: Sequence[Sheet], lexicon: Lexicon) -> tuple[list[Sheet], list[Finding]]:
    """Attach parents to their repeats; sheets of other origin come back as they are."""
    export = _Export({s.name: (s, head) for s in sheets if (head := _head(s))}, lexicon)
    joined = [export.joined(sheet) for sheet in sheets]
    return [s for s in joined if s.name not in export.consumed], export.findings


@dataclass
class _Export:
    """The sheets of one export that have the columns which join sheets.

    Attributes:
        consumed: names of parents whose every column stands in their repeats.
    """

    heads: dict[str, tuple[Sheet, Line]]
    lexicon: Lexicon
    consumed: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)
    _done: dict[str, Sheet] = field(default_factory=dict)

    def joined(self, sheet: Sheet) -> Sheet:
        """The sheet with the columns of its parents, the topmost attached first."""
        if sheet.name not in self.heads:
            return sheet
        if sheet.name not in self._done:
            self._done[sheet.name] = sheet
            self._done[sheet.name] = self._joined(sheet)
        return self._done[sheet.name]

    def _joined(self, sheet: Sheet) -> Sheet:
        _, head = self.heads.get(sheet.name, (sheet, None))
        parent = self._parent_of(sheet, head) if head and _column(head, _PARENT) else None
        if head is None or parent is None or not self._is_needed(sheet, head):
            return sheet
        above = self.joined(parent)
        above_head = lines_at(above, range(1))[0]
        made, alone = _attached(sheet, head, above, above_head)
        self.findings.append(Finding("repeat-joined", sheet=sheet.name, value=parent.name))
        if not self._asks_for_objects(self.heads[parent.name][1]):
            self._consume(parent.name, head, alone)
        return made

    def _consume(self, parent: str, head: Line, alone: tuple[int, ...]) -> None:
        """Say what of a parent stands in none of its repeats."""
        _, line = self.heads[parent]
        own = {last_name(text) for text in head.texts.values()}
        for column, text in line.texts.items():
            if parent not in self.consumed and last_name(text) in own and not is_of_the_app(text):
                cell = f"{letter_of(column)}{line.row}"
                self.findings.append(
                    Finding("column-of-parent", sheet=parent, cells=(cell,), value=text)
                )
        of_the_app = [c for c, text in line.texts.items() if is_of_the_app(text)]
        if parent not in self.consumed and of_the_app:
            self.findings.append(
                Finding(
                    "columns-of-the-app",
                    sheet=parent,
                    cells=tuple(f"{letter_of(column)}{line.row}" for column in of_the_app),
                    value=", ".join(f"„{line.texts[column]}“" for column in of_the_app),
                )
            )
        if alone:
            self.findings.append(Finding("repeat-alone", sheet=parent, rows=alone))
        self.consumed.add(parent)

    def _is_needed(self, sheet: Sheet, head: Line) -> bool:
        """Whether the repeat, or one below it, holds objects rather than photos or notes."""
        return self._asks_for_objects(head) or any(
            self._is_needed(child, below)
            for child, below in self.heads.values()
            if child.name != sheet.name
            and _column(below, _PARENT)
            and self._parent_of(child, below) is sheet
        )

    def _asks_for_objects(self, head: Line) -> bool:
        fields = {
            name
            for form in self.lexicon.forms
            if FORMS[form].object_column
            for text in head.texts.values()
            if not is_of_the_app(text) and (meaning := self.lexicon.meaning(form, text))
            for name in meaning.fields
        }
        return bool(fields & _of_objects())

    def _parent_of(self, sheet: Sheet, head: Line) -> Sheet | None:
        """The sheet that `_parent_table_name` names, else the first other one with an index."""
        at = _column(head, "_parent_table_name")
        first = lines_at(sheet, range(1, 2))
        named = first[0].cells.get(at) if at and first else None
        others = [
            other
            for name, (other, line) in self.heads.items()
            if name != sheet.name and _column(line, _INDEX)
        ]
        return next((o for o in others if o.name == named), others[0] if others else None)


@cache
def _of_objects() -> frozenset[str]:
    """Key columns that say what a thing is, not where and when it was seen."""
    shared = {column.name for column in (*WHEN, *WHERE)}
    return frozenset(
        column.name
        for form in FORMS.values()
        if form.object_column
        for column in form.key_columns
        if column.name not in shared
    )


def _head(sheet: Sheet) -> Line | None:
    """The first line of an export, where it has the columns that join sheets."""
    lines = lines_at(sheet, range(1))
    named = lines and {_INDEX, _PARENT} & set(lines[0].texts.values())
    return lines[0] if named else None


def _column(head: Line, name: str) -> int | None:
    return next((column for column, text in head.texts.items() if text == name), None)


def _attached(
    sheet: Sheet, head: Line, parent: Sheet, parent_head: Line
) -> tuple[Sheet, tuple[int, ...]]:
    """The repeat with its parent's columns, and the rows of parents that have no repeat."""
    own = {last_name(text) for text in head.texts.values()}
    taken = [
        (letter_of(column), text)
        for column, text in parent_head.texts.items()
        if not is_of_the_app(text) and last_name(text) not in own
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
