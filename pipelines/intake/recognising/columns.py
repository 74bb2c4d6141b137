"""Columns: which headings of a table are read, and what is said of the others.

In: the shape of a table and the lexicon.
Out: the `TableColumn`s that are read and that are ignored, with a finding for every heading that
is not read as it stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.intake.cells import letter_of
from pipelines.intake.findings import Finding
from pipelines.intake.recognising.lexicon import VAGUE, Lexicon
from pipelines.intake.recognising.shapes import HeadingCell, Shape
from pipelines.intake.tables import TableColumn
from pipelines.intake.values.near import nearest
from schemas import FORMS
from schemas.columns import Label
from schemas.folding import fold
from schemas.headings import headings
from schemas.personal import is_personal
from schemas.shared import COMPOSITES

_NEAR = 84
_MOST_IGNORED = 12
"""More unknown columns than these are told in one finding: an export may have two hundred."""


@dataclass
class Columns:
    """What became of the headings of one table.

    Attributes:
        personal: letters of columns with personal data; nothing of them may go on.
    """

    read: list[TableColumn] = field(default_factory=list)
    ignored: list[TableColumn] = field(default_factory=list)
    personal: list[TableColumn] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_columns(shape: Shape, sheet: str, row: int, lexicon: Lexicon) -> Columns:
    """Decide over every heading of a table; `row` is the row of its lowest heading line."""
    columns = Columns()
    losers = _doubled(shape, sheet, row, columns)
    rest: list[HeadingCell] = []
    for cell in shape.cells:
        letter = letter_of(cell.column)
        if cell.meaning is None:
            rest.append(cell)
        elif cell.column in losers:
            columns.ignored.append(TableColumn(letter, cell.text, (), cell.meaning.unit))
        else:
            meant = cell.meaning
            columns.read.append(
                TableColumn(letter, cell.text, meant.fields, meant.unit, meant.option)
            )
            if meant.rank == VAGUE and meant.option is None:
                columns.findings.append(_about(shape, sheet, row, cell, "column-vague"))
    _ignore(rest, shape, sheet, row, lexicon, columns)
    return columns


def _about(
    shape: Shape, sheet: str, row: int, cell: HeadingCell, code: str, proposal: str | None = None
) -> Finding:
    fields = cell.meaning.fields if cell.meaning else ()
    name = fields[0] if fields else None
    return Finding(
        code,
        form=shape.form,
        sheet=sheet,
        field=name,
        cells=(f"{letter_of(cell.column)}{row}",),
        value=cell.text,
        proposal=proposal,
        parameters={"title": _title(shape.form, name)},
    )


def _title(form: str, name: str | None) -> Label:
    column = FORMS[form].by_name.get(name or "")
    if column:
        return column.title
    text = COMPOSITES.get(name or "", ("",))[0]
    return Label(text, text)


def _doubled(shape: Shape, sheet: str, row: int, columns: Columns) -> set[int]:
    """Columns that lose because another means the same field; equals lose both."""
    by_field: dict[str, list[HeadingCell]] = defaultdict(list)
    for cell in shape.cells:
        for name in cell.meaning.fields if cell.meaning else ():
            by_field[name].append(cell)
    losers: set[int] = set()
    for name, cells in by_field.items():
        options = [cell for cell in cells if cell.meaning and cell.meaning.option]
        if options and len(options) < len(cells):
            losers |= {cell.column for cell in options}
            continue
        if len(cells) == 1 or options:
            continue
        best = min(cell.meaning.rank for cell in cells if cell.meaning)
        winners = [cell for cell in cells if cell.meaning and cell.meaning.rank == best]
        beaten = [cell for cell in cells if cell not in winners]
        losers |= {cell.column for cell in beaten}
        columns.findings += [
            _about(shape, sheet, row, cell, "column-second-choice") for cell in beaten
        ]
        if len(winners) > 1:
            losers |= {cell.column for cell in winners}
            columns.findings.append(
                Finding(
                    "column-doubled",
                    form=shape.form,
                    sheet=sheet,
                    field=name,
                    cells=tuple(f"{letter_of(cell.column)}{row}" for cell in winners),
                    value=", ".join(f"„{cell.text}“" for cell in winners),
                    parameters={"title": _title(shape.form, name)},
                )
            )
    return losers


def _ignore(
    rest: list[HeadingCell], shape: Shape, sheet: str, row: int, lexicon: Lexicon, columns: Columns
) -> None:
    of_the_app = [
        cell
        for cell in shape.cells
        if cell.meaning
        and cell.meaning.option
        and cell not in rest
        and letter_of(cell.column) in {c.letter for c in columns.ignored}
    ]
    by_mapping: list[HeadingCell] = []
    unknown: list[HeadingCell] = []
    present = {name for column in columns.read for name in column.fields}
    for cell in rest:
        column = TableColumn(letter_of(cell.column), cell.text, ())
        columns.ignored.append(column)
        if is_personal(cell.text):
            columns.personal.append(column)
            columns.findings.append(_about(shape, sheet, row, cell, "column-personal"))
        elif lexicon.is_ignored(cell.text) or lexicon.is_named(cell.text):
            by_mapping.append(cell)
        elif cell.is_of_the_app:
            of_the_app.append(cell)
        else:
            near = _near(shape.form, cell.text, present)
            if near is None:
                unknown.append(cell)
                continue
            columns.findings.append(_about(shape, sheet, row, cell, "column-near-miss", near))
    if len(unknown) <= _MOST_IGNORED:
        columns.findings += [_about(shape, sheet, row, c, "column-ignored") for c in unknown]
    else:
        columns.findings += _together(shape, sheet, row, "columns-ignored", unknown)
    columns.findings += _together(shape, sheet, row, "columns-of-the-app", of_the_app)
    columns.findings += _together(shape, sheet, row, "columns-by-mapping", by_mapping)


def _together(
    shape: Shape, sheet: str, row: int, code: str, cells: list[HeadingCell]
) -> Iterator[Finding]:
    """One finding on several headings; none where there are none."""
    if cells:
        yield Finding(
            code,
            form=shape.form,
            sheet=sheet,
            cells=tuple(f"{letter_of(cell.column)}{row}" for cell in cells),
            value=", ".join(f"„{cell.text}“" for cell in cells),
        )


def _near(form: str, heading: str, present: set[str]) -> str | None:
    """The title of a declared column that the heading nearly says and that the table lacks."""
    text = fold(heading)
    known = {
        words: name for words, name in headings(FORMS[form]).certain.items()
        if name not in present and len(words) > 3
    }  # fmt: skip
    if len(text) < 4 or not known:
        return None
    match = nearest(text, known, _NEAR)
    return _title(form, known[match])["de"] if match else None
