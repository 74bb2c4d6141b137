"""Preparing: what a table needs before its columns can be read one by one.

In: a recognised `Table` and the mapping.
Out: the table with only the rows a mapping keeps, composite cells split into columns of their
own, streets above the rows in a column, and 0/1 columns of one question joined; and findings.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as ReadOnly

import polars as pl

from pipelines.intake.cells import shown
from pipelines.intake.findings import Finding
from pipelines.intake.mapping import Mapping
from pipelines.intake.marks import with_status_from_marks
from pipelines.intake.notes import cell_letter
from pipelines.intake.recognising.lexicon import squeeze
from pipelines.intake.tables import Table, TableColumn
from pipelines.intake.values.read import missing, missing_spellings, plain
from pipelines.intake.values.split import split_address, split_position
from pipelines.intake.words import joined, quoted
from schemas.code_lists import code_list
from schemas.columns import Form, Kind
from schemas.folding import fold
from schemas.shared import COMPOSITES, HOUSE_NUMBER
from schemas.vectors import folded

PARTS = {
    "address": ("street", "house_number", "postcode"),
    "latlon": ("latitude", "longitude"),
}
_OF_NUMBERS = {
    "house_suffix": ("", re.compile(r"[a-zA-Z]?$|[-–/]")),
    "house_number_to": ("-", re.compile(r"\d")),
}
"""What is added to a house number: the sign before it, and to what that sign is put."""


def prepare(table: Table, form: Form, mapping: Mapping | None) -> tuple[Table, list[Finding]]:
    """The table ready for parsing, and what was done to it."""
    findings: list[Finding] = []
    if mapping is not None and mapping.keep:
        table = _kept(table, mapping.keep, findings)
    if any(name in COMPOSITES for column in table.columns for name in column.fields):
        table = _split(table, form, findings)
        table = _with_whole_numbers(table, findings)
    if table.streets:
        table = _with_streets(table)
    if form.name == "vacancies":
        table, told = with_status_from_marks(table, form)
        findings += told
    table, told = _joined(table, form)
    return table, [*findings, *told]


def _with_streets(table: Table) -> Table:
    """The table with the streets that stand above its rows, in a column beside the others."""
    streets = [table.streets.get(row) for row in table.frame["row"].to_list()]
    return _read_from(table, "street", TableColumn(table.columns[0].letter, "", ()), streets)


def _with_whole_numbers(table: Table, findings: list[Finding]) -> Table:
    """House numbers with what a column of its own adds to them: 12 and a, 12 and 14."""
    for composite, (joint, joints) in _OF_NUMBERS.items():
        added = next((c for c in table.columns if composite in c.fields), None)
        number = next((c for c in table.columns if "house_number" in c.fields), None)
        if added is None:
            continue
        if number is None:
            table = _with_lone_numbers(table, added, findings)
            continue
        numbers = _texts(table, number.letter)
        ends = [
            None if end is None or missing(end) or end in {"0", text} else end
            for text, end in zip(numbers, _texts(table, added.letter), strict=True)
        ]
        joined = [
            f"{text}{joint if joints.match(end) else ' '}{end}" if text and end else text or end
            for text, end in zip(numbers, ends, strict=True)
        ]
        held = [row for row, end in zip(table.frame["row"], ends, strict=True) if end]
        findings.extend(_told(table, added, "number-joined", held))
        table = _read_from(table, "house_number", number, joined)
    return table


def _with_lone_numbers(table: Table, column: TableColumn, findings: list[Finding]) -> Table:
    """A column that adds to none: "Hausnummer/Zusatz" holds the number too, where all begin so."""
    texts = _texts(table, column.letter)
    is_number = all(text[0].isdigit() for text in texts if text)
    findings.append(
        Finding(
            "column-vague" if is_number else "column-ignored",
            form=table.form,
            sheet=table.sheet.name,
            cells=(f"{column.letter}{table.header_rows[-1]}",),
            value=column.heading,
            parameters={"title": HOUSE_NUMBER.title},
        )
    )
    return _read_from(table, "house_number", column, texts) if is_number else table


def _read_from(table: Table, name: str, column: TableColumn, texts: Sequence[str | None]) -> Table:
    """The table with a field read from new texts, beside the column they were made of."""
    letter = f"{column.letter}#{name}"
    others = [
        dataclasses.replace(other, fields=tuple(field for field in other.fields if field != name))
        for other in table.columns
    ]
    frame = table.frame.with_columns(pl.Series(letter, texts, dtype=pl.String))
    read = TableColumn(letter, column.heading, (name,))
    return dataclasses.replace(table, frame=frame, columns=(*others, read))


def _kept(table: Table, keep: ReadOnly[str, tuple[str, ...]], findings: list[Finding]) -> Table:
    """Only rows whose cells under the mapping's headings hold one of the values named there."""
    wanted = pl.lit(value=True)
    for heading, values in keep.items():
        column = _under(table, heading)
        if column is None:
            findings.append(
                Finding(
                    "keep-column-missing",
                    form=table.form,
                    sheet=table.sheet.name,
                    rows=table.header_rows[-1:],
                    value=heading,
                )
            )
            return dataclasses.replace(table, frame=table.frame.clear())
        text = shown(table.sheet, column.letter).str.strip_chars().str.to_lowercase()
        text = text.str.replace_all(r"\s+", " ").fill_null("")
        wanted &= text.is_in([plain(value) for value in values])
    mask = table.frame.select(wanted.alias("kept")).to_series()
    left = table.frame.filter(~mask)["row"].to_list()
    if left:
        findings.append(
            Finding("rows-filtered", form=table.form, sheet=table.sheet.name, rows=tuple(left))
        )
    return dataclasses.replace(table, frame=table.frame.filter(mask))


def _under(table: Table, heading: str) -> TableColumn | None:
    wanted = squeeze(heading)
    columns = (*table.columns, *table.ignored)
    return next((column for column in columns if squeeze(column.heading) == wanted), None)


def _split(table: Table, form: Form, findings: list[Finding]) -> Table:
    """Composite columns as columns of their own, named by letter and field ("D#street")."""
    explicit = {name for column in table.columns for name in column.fields}
    for column in table.columns:
        for composite in column.fields:
            if composite not in PARTS:
                continue
            fields = [
                name for name in PARTS[composite] if name in form.by_name and name not in explicit
            ]
            splitter = _split_address if composite == "address" else _split_position
            table = splitter(table, column, fields, findings)
    return table


def _split_address(
    table: Table, column: TableColumn, fields: list[str], findings: list[Finding]
) -> Table:
    texts = _texts(table, column.letter)
    parts = {text: split_address(text) for text in set(texts) if text is not None}
    rows = table.frame["row"].to_list()
    split = [row for row, t in zip(rows, texts, strict=True) if t is not None and parts[t].is_split]
    findings.extend(_told(table, column, "address-split", split))
    for text, part in sorted(parts.items()):
        if not part.is_split:
            whole = [row for row, other in zip(rows, texts, strict=True) if other == text]
            findings.extend(_told(table, column, "address-whole", whole, text))
    return _with_parts(table, column, fields, texts, lambda text, name: getattr(parts[text], name))


def _split_position(
    table: Table, column: TableColumn, fields: list[str], findings: list[Finding]
) -> Table:
    texts = _texts(table, column.letter)
    parts = {text: split_position(text) for text in set(texts) if text is not None}
    rows = table.frame["row"].to_list()
    split = [row for row, t in zip(rows, texts, strict=True) if t is not None and parts[t]]
    findings.extend(_told(table, column, "position-split", split))

    def part(text: str, name: str) -> str:
        pair = parts[text]
        return text if pair is None else pair[name == "longitude"]

    return _with_parts(table, column, fields, texts, part)


def _texts(table: Table, letter: str) -> list[str | None]:
    cells = table.frame.select(shown(table.sheet, letter).str.strip_chars().alias("text"))
    return [text or None for text in cells.to_series().to_list()]


def _told(
    table: Table, column: TableColumn, code: str, rows: list[int], value: str | None = None
) -> list[Finding]:
    if not rows:
        return []
    return [
        Finding(
            code,
            form=table.form,
            sheet=table.sheet.name,
            rows=tuple(rows),
            cells=tuple(f"{column.letter}{row}" for row in rows),
            value=value,
            parameters={"heading": column.heading},
        )
    ]


def _with_parts(
    table: Table,
    column: TableColumn,
    fields: list[str],
    texts: list[str | None],
    part: Callable[[str, str], str | None],
) -> Table:
    new = [
        pl.Series(
            f"{column.letter}#{name}",
            [None if text is None else part(text, name) for text in texts],
            dtype=pl.String,
        )
        for name in fields
    ]
    columns = [TableColumn(f"{column.letter}#{n}", column.heading, (n,)) for n in fields]
    return dataclasses.replace(
        table, frame=table.frame.with_columns(new), columns=(*table.columns, *columns)
    )


def _joined(table: Table, form: Form) -> tuple[Table, list[Finding]]:
    """One column of codes from the columns of single choices that a question was given."""
    by_field: dict[str, list[TableColumn]] = {}
    for column in table.columns:
        for name in column.fields:
            by_field.setdefault(name, []).append(column)
    findings = []
    for name, columns in by_field.items():
        if not all(column.option for column in columns):
            continue
        table = _with_options(table, form, name, columns)
        headings = joined(quoted(column.heading) for column in columns)
        findings.append(
            Finding(
                "columns-joined",
                form=table.form,
                sheet=table.sheet.name,
                field=name,
                cells=tuple(f"{column.letter}{table.header_rows[-1]}" for column in columns),
                parameters={"title": form.by_name[name].title, "headings": headings},
            )
        )
    return table, findings


def _with_options(table: Table, form: Form, name: str, options: list[TableColumn]) -> Table:
    """The table with the choices that are marked; what is no mark at all stays as it stands."""
    letter = f"{cell_letter(options[0].letter)}#{name}"
    joint = ";" if form.by_name[name].kind is Kind.CODES else " + "
    marked = [_marked(table, column) for column in options]
    chosen = pl.concat_str(marked, separator=joint, ignore_nulls=True)
    frame = table.frame.with_columns(pl.when(chosen != "").then(chosen).alias(letter))
    others = [
        dataclasses.replace(column, fields=tuple(n for n in column.fields if n != name))
        if column in options
        else column
        for column in table.columns
    ]
    parts = tuple(cell_letter(column.letter) for column in options[1:])
    read = TableColumn(letter, options[0].heading, (name,), parts=parts)
    return dataclasses.replace(table, frame=frame, columns=(*others, read))


def _marked(table: Table, column: TableColumn) -> pl.Expr:
    """The choice where it is marked, nothing where it is not, else the text behind its heading."""
    marks = code_list("yes_no").readings
    own = fold(column.heading.rpartition("/")[2])
    yes = [own, *(text for text, code in marks.items() if code == "JA")]
    no = [text for text, code in marks.items() if code == "NEIN"]
    text = shown(table.sheet, column.letter).str.strip_chars()
    return (
        pl.when(folded(text).is_in(yes)).then(pl.lit(column.option))
        .when(~folded(text).is_in(no) & ~text.str.to_lowercase().is_in([*missing_spellings()]))
        .then(pl.lit(f"{column.heading.rpartition('/')[2]} = ") + text)
    )  # fmt: skip
