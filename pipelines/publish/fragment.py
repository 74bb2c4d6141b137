"""A table as an HTML fragment, drawn by great-tables.

In: the rows of a `Table` that stand together, a language and a fixed id.
Out: `<table>` with caption, heads with scope, no merged body cell and no style sheet of its own.
great-tables writes no caption and derives the id of the stub head from its text: both are put
right in `finished`, which refuses a table it does not know.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipelines.publish.model import Field, Table, sign_column
from pipelines.publish.numbers import count
from schemas.columns import Lang

if TYPE_CHECKING:
    import great_tables as gt

_STUB_HEAD = re.compile(r'(<th class="[^"]*"[^>]*scope="col") id="[^"]*"')
_SUBTOTAL = {"area": "background: var(--subtotal); font-weight: 600",
             "total": "background: var(--total); font-weight: 700"}  # fmt: skip


def fragment(table: Table, lang: Lang, table_id: str, caption: tuple[str, str]) -> str:
    """The table in `lang`; `caption` is its title and the line with unit, basis and date."""
    import great_tables as gt  # late: 0.6 s, and where nothing changed nothing is drawn

    shown = _in_words(table, lang)
    drawing = gt.GT(shown, id=table_id, rowname_col=table.stub, auto_align=False)
    drawing = drawing.tab_stubhead(_heading(table, _stub(table), lang))
    others = [field for field in table.shown if field.name != table.stub]
    drawing = drawing.cols_label({f.name: _heading(table, f, lang) for f in others})
    drawing = _aligned(_spanned(drawing, others, lang), others)
    levels = table.rows["level"].to_list()
    for level, css in _SUBTOTAL.items():
        rows = [index for index, found in enumerate(levels) if found == level]
        if rows:
            where = [gt.loc.stub(rows=rows), gt.loc.body(rows=rows)]
            drawing = drawing.tab_style(gt.style.css(css), where)
    return finished(drawing.as_raw_html(), table_id, caption)


def finished(drawn: str, table_id: str, caption: tuple[str, str]) -> str:
    """The bare table of great-tables' page, with its caption and with sound ids.

    Raises:
        ValueError: great-tables drew something else than expected.
    """
    start, end = drawn.find("<table"), drawn.find("</table>")
    opening = drawn.find(">", start)
    if start < 0 or end < 0:
        raise ValueError("great-tables drew no table")
    title, line = (escape(part) for part in caption)
    words = (
        f'<caption><span class="title">{title}</span> <span class="line">{line}</span></caption>'
    )
    body = _STUB_HEAD.sub(rf'\1 id="{table_id}-head"', drawn[opening + 1 : end], count=1)
    return f'<table class="figures" id="{table_id}">\n{words}{body}</table>'


def marked_notes(table: Table) -> list[str]:
    """Keys of the notes that a heading points at, in the order of their numbers."""
    used = {field.note for field in table.fields}
    return [key for key, _ in table.notes if key in used]


def _stub(table: Table) -> Field:
    return next(field for field in table.fields if field.name == table.stub)


def _heading(table: Table, field: Field, lang: Lang) -> Any:
    text = hyphenated(field.heading[lang])
    marks = marked_notes(table)
    if field.note not in marks:
        return text
    import great_tables as gt  # late: see fragment

    return gt.html(f"{escape(text)}<sup>{marks.index(field.note) + 1}</sup>")


def hyphenated(text: str) -> str:
    """The text with soft hyphens in the long words that hyphens.txt parts, whatever their case."""
    return _long_words().sub(_parted, text)


def _parted(found: re.Match[str]) -> str:
    word = found.group()
    letters = iter(word)
    return "".join(sign if sign == "\u00ad" else next(letters) for sign in _hyphens()[word.lower()])


@cache
def _long_words() -> re.Pattern[str]:
    words = sorted(_hyphens(), key=len, reverse=True)
    return re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)


@cache
def _hyphens() -> dict[str, str]:
    lines = Path(__file__).with_name("hyphens.txt").read_text(encoding="utf-8").split()
    return {line.replace("|", "").lower(): line.replace("|", "\u00ad") for line in lines}


def _spanned(drawing: gt.GT, fields: list[Field], lang: Lang) -> gt.GT:
    groups: dict[str, list[str]] = {}
    for field in fields:
        if field.spanner is not None:
            groups.setdefault(field.spanner[lang], []).append(field.name)
    for number, (label, names) in enumerate(groups.items(), start=1):
        drawing = drawing.tab_spanner(label, columns=names, id=f"group-{number}", gather=False)
    return drawing


def _aligned(drawing: gt.GT, fields: list[Field]) -> gt.GT:
    values = [field.name for field in fields if field.role == "value"]
    texts = [field.name for field in fields if field.role != "value"]
    if texts:
        drawing = drawing.cols_align("left", columns=texts)
    return drawing.cols_align("right", columns=values)


def _in_words(table: Table, lang: Lang) -> pl.DataFrame:
    columns: dict[str, list[str]] = {}
    for field in table.shown:
        if field.role == "value":
            columns[field.name] = [
                count(value, sign, lang, field.digits)
                for value, sign in table.rows.select(field.name, sign_column(field.name)).rows()
            ]
        else:
            columns[field.name] = [text or "" for text in _texts(table, field.name, lang)]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def _texts(table: Table, name: str, lang: Lang) -> list[str | None]:
    translated = f"{name}_en"
    return table.rows[
        translated if lang == "en" and translated in table.rows.columns else name
    ].to_list()
