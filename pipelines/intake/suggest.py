"""Suggesting: a first mapping file from the headings and values that a workbook has.

In: a workbook of any headings, options and places.
Out: the text of a mapping file that loads as it stands: what is certain is written out, what is
only likely stands in comments, and no value of a personal column is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from pipelines.errors import InputFailure
from pipelines.intake.cells import Sheet, Workbook, shown
from pipelines.intake.options import CheckOptions
from pipelines.intake.reader import Reader, UnreadableFile
from pipelines.intake.readers import Setting, reader_for
from pipelines.intake.recognise import recognise
from pipelines.intake.recognising.lexicon import CERTAIN, Lexicon
from pipelines.intake.recognising.private import is_name, redacted
from pipelines.intake.result import Reading
from pipelines.intake.tables import Table, TableColumn
from pipelines.intake.values.geography import gazetteer
from pipelines.intake.values.near import nearest
from pipelines.intake.values.read import Cell, missing
from pipelines.intake.words import word
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Column, Form, Kind, Lang
from schemas.folding import fold
from schemas.headings import headings
from schemas.personal import is_personal
from schemas.places import Place, Places
from schemas.shared import COMPOSITES

_VERY_NEAR, _NEAR = 88.0, 70.0
_SHARE, _VALUES, _TOP = 0.7, 200, 25
_TELLING = (Kind.CODE, Kind.DISTRICT, Kind.SURVEY_AREA, Kind.DATE)


@dataclass(frozen=True)
class _Heading:
    """A heading with the different texts under it, the fields it is read into, and a guess."""

    text: str
    fields: tuple[str, ...]
    values: tuple[str, ...]
    is_personal: bool = False


def suggest_file(path: Path, options: CheckOptions, places: Places, reader: Reader) -> str:
    """The suggested mapping of one file.

    Raises:
        InputFailure: the file cannot be read, or no line of it looks like headings.
    """
    try:
        workbook = reader.read(path, options.limits)
    except UnreadableFile as refusal:
        reason = refusal.findings[0].message(options.lang)
        raise InputFailure("nothing-to-map", path=path, reason=reason) from refusal
    text = suggest_mapping(workbook, options, places)
    if text is None:
        raise InputFailure("nothing-to-map", path=path, reason="–")
    return text


def suggest_mapping(workbook: Workbook, options: CheckOptions, places: Places) -> str | None:
    """The text of a first mapping file; None where no line looks like headings."""
    tables = recognise(workbook, None).tables
    table = max(tables, key=lambda one: one.frame.height, default=None) or _likely(workbook)
    if table is None:
        return None
    form = FORMS[table.form]
    place = places.by_key.get(options.municipality, Place(options.municipality))
    setting = Setting(_today(options), gazetteer(place))
    found = [_heading(table, column) for column in (*table.columns, *table.ignored)]
    lines = [
        f"# {word('suggest-title', file=workbook.file)[options.lang]}",
        f"form: {form.name}",
        f"municipality: {_quoted(options.municipality)}",
        *_columns(found, form, setting, options.lang),
        *_values(found, form, setting, options.lang),
        *_constants(found, form, options.lang),
        *_ignored(found),
    ]
    return "\n".join(lines) + "\n"


def _today(options: CheckOptions) -> date:
    return date.fromisoformat(options.today) if options.today else datetime.now(tz=UTC).date()


def _likely(workbook: Workbook) -> Table | None:
    """The line with the most texts near the top of the first sheet that has any, as a heading."""
    for sheet in workbook.sheets:
        top = sheet.frame.head(_TOP)
        counts = [
            sum(1 for letter in sheet.letters if top[letter][row]) for row in range(top.height)
        ]
        if counts and max(counts) >= 2:
            return _table(sheet, counts.index(max(counts)))
    return None


def _table(sheet: Sheet, row: int) -> Table:
    lexicon = Lexicon()
    texts = {
        letter: str(text).strip() for letter in sheet.letters if (text := sheet.frame[letter][row])
    }
    meanings = {
        form: {letter: lexicon.meaning(form, text) for letter, text in texts.items()}
        for form in FORMS
    }
    form = max(FORMS, key=lambda name: sum(m is not None for m in meanings[name].values()))
    columns = []
    taken: set[str] = set()
    for letter, text in texts.items():
        meaning = meanings[form][letter]
        fields = meaning.fields if meaning is not None and meaning.rank == CERTAIN else ()
        columns.append(TableColumn(letter, text, () if taken & set(fields) else fields))
        taken |= set(fields)
    number = int(sheet.frame["row"][row])
    return Table(form, sheet, (number,), sheet.frame.slice(row + 1), tuple(columns))


def _heading(table: Table, column: TableColumn) -> _Heading:
    if not column.fields and is_personal(column.heading):
        return _Heading(column.heading, (), (), is_personal=True)
    values: tuple[str, ...] = ()
    if column.letter in table.frame.columns:
        texts = table.frame.select(shown(table.sheet, column.letter).str.strip_chars().alias("v"))
        unique = texts.filter(pl.col("v") != "").unique(maintain_order=True)["v"]
        values = tuple(str(text) for text in unique.head(_VALUES))
    return _Heading(column.heading, column.fields, values)


def _columns(found: Sequence[_Heading], form: Form, setting: Setting, lang: Lang) -> Iterable[str]:
    yield "columns:"
    taken = {name for heading in found for name in heading.fields}
    for heading in found:
        if not heading.text or heading.is_personal:
            continue
        if heading.fields:
            names = heading.fields
            target = names[0] if len(names) == 1 else f"[{', '.join(names)}]"
            yield f"  {_quoted(heading.text)}: {target}"
            continue
        guess, why = _guess(heading, form, setting, taken)
        shown = [value for value in heading.values if not is_name(value)]
        samples = ", ".join(_quoted(value) for value in redacted(shown[:3]))
        if guess is None:
            yield f"  # {_quoted(heading.text)}: …   # {samples}"
        else:
            yield f"  # {_quoted(heading.text)}: {guess}   # {word(why)[lang]}: {samples}"


def _guess(
    heading: _Heading, form: Form, setting: Setting, taken: set[str]
) -> tuple[str | None, str]:
    """A column that the heading nearly says, or whose values these are."""
    spelled = {text: name for text, name in headings(form).certain.items() if name not in taken}
    near = nearest(fold(heading.text), spelled, _VERY_NEAR)
    if near is not None:
        return spelled[near], "guess-heading"
    for column in form.columns:
        if column.name not in taken and column.kind in _TELLING:
            readable = _readable(column, heading.values, setting)
            if readable >= _SHARE:
                return column.name, "guess-values"
    near = nearest(fold(heading.text), spelled, _NEAR)
    return (None, "") if near is None else (spelled[near], "guess-heading")


def _readable(column: Column, values: Sequence[str], setting: Setting) -> float:
    """The share of values that the column could read; 0 where too few tell."""
    told = [value for value in values if missing(value) is None]
    is_bare = all(value.isdigit() for value in told)
    if not told or (is_bare and (len(told) < 2 or column.kind is not Kind.DISTRICT)):
        return 0.0
    read = reader_for(column, setting, told)
    good = sum(1 for value in told if read(Cell(value)).reading is not Reading.UNREADABLE)
    return good / len(told)


def _values(found: Sequence[_Heading], form: Form, setting: Setting, lang: Lang) -> Iterable[str]:
    """Values that no list knows, each with a place for its code, in comments."""
    lines: list[str] = []
    for heading in found:
        for name in heading.fields:
            column = form.by_name.get(name)
            if column is None or column.kind is not Kind.CODE or not column.code_list:
                continue
            read = reader_for(column, setting, heading.values)
            strange = [v for v in heading.values if read(Cell(v)).reading is Reading.UNREADABLE]
            if strange:
                codes = ", ".join(code_list(column.code_list).by_code)
                pairs = ", ".join(f"{_quoted(value)}: …" for value in strange[:20])
                lines += [f"#   {name}: {{{pairs}}}", f"#     # {codes}, null"]
    if lines:
        yield f"# values:   # {word('suggest-values')[lang]}"
        yield from lines


def _constants(found: Sequence[_Heading], form: Form, lang: Lang) -> Iterable[str]:
    """Key columns that the sheet lacks, each with an example, in comments."""
    taken = {name for heading in found for name in heading.fields}
    for composite in taken & COMPOSITES.keys():
        taken |= {"street"} if composite == "address" else set()
    lacking = [
        column for column in form.key_columns if column.name not in taken and column.default is None
    ]
    if lacking:
        yield f"# constants:   # {word('suggest-constants')[lang]}"
        for column in lacking:
            yield f"#   {column.name}: {_quoted(column.example)}"


def _ignored(found: Sequence[_Heading]) -> Iterable[str]:
    personal = [heading.text for heading in found if heading.is_personal]
    if personal:
        yield f"ignore: [{', '.join(_quoted(text) for text in personal)}]"


def _quoted(text: str) -> str:
    """A text as YAML reads it back: JSON strings are YAML strings."""
    return json.dumps(text, ensure_ascii=False)
