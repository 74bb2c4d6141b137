"""A table as an HTML fragment, drawn by great-tables.

In: the rows of a `Table` that stand together, a language and a fixed id.
Out: `<table>` with caption, heads with scope, no merged body cell and no style sheet of its own.
great-tables draws a table's heads and one row of each level, with marks in place of texts; every
further row is that row with other texts, since drawing costs great-tables 30 ms a table and 1 ms a
cell. It writes no caption and derives the id of the stub head from its text: both are put right in
`finished`, which refuses a table it does not know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
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
_ROW = re.compile(r"  <tr>\n.*?  </tr>\n", re.DOTALL)
_LEVELS: Mapping[str, str] = {
    "row": "",
    "area": "background: var(--subtotal); font-weight: 600",
    "total": "background: var(--total); font-weight: 700",
}
_BETWEEN_WORDS = re.compile(r"(?<=\w)/(?=\w)")  # where a narrow column may break a name
_ID, _CELL = "TABLE-ID", "CELL-TEXT"


@dataclass(frozen=True)
class Head:
    """What the drawing of a column depends on."""

    name: str
    text: str
    note: str
    spanner: str | None
    is_value: bool


@dataclass(frozen=True)
class Pattern:
    """A table drawn once: all before its rows, a row of each level, all after them.

    `rows` hold %s for each cell; ids hold `_ID`, the number of the row stands as in `stub-1`.
    """

    before: str
    rows: Mapping[str, str]
    after: str


def fragment(table: Table, lang: Lang, table_id: str, caption: tuple[str, str]) -> str:
    """The table in `lang`; `caption` is its title and the line with unit, basis and date."""
    marks = marked_notes(table)
    fields = [_stub(table), *(field for field in table.shown if field.name != table.stub)]
    heads = tuple(
        Head(
            field.name, hyphenated(field.heading[lang]),
            str(marks.index(field.note) + 1) if field.note in marks else "",
            field.spanner[lang] if field.spanner else None, field.role == "value",
        )
        for field in fields
    )  # fmt: skip
    drawn = pattern(heads)
    rows = {level: row.replace(_ID, table_id) for level, row in drawn.rows.items()}
    texts = zip(*(_words(table, field, lang) for field in fields), strict=True)
    body = [
        rows[level].replace("stub-1", f"stub-{number}") % cells
        for number, (level, cells) in enumerate(zip(table.rows["level"], texts, strict=True), 1)
    ]
    before, after = (part.replace(_ID, table_id) for part in (drawn.before, drawn.after))
    return finished(before + "".join(body) + after, table_id, caption)


@lru_cache(maxsize=512)
def pattern(heads: tuple[Head, ...]) -> Pattern:
    """Let great-tables draw a table of these columns, the first of which heads the rows.

    Raises:
        ValueError: great-tables drew something else than expected.
    """
    drawn = draw(heads, [(_CELL,) * len(heads)] * len(_LEVELS), list(_LEVELS), _ID)
    found = list(_ROW.finditer(drawn, drawn.find("<tbody")))
    if len(found) != len(_LEVELS) or drawn.count(_CELL) != len(heads) * len(_LEVELS):
        raise ValueError("great-tables drew other rows than expected")
    rows = {
        level: row.group().replace("%", "%%").replace(f"stub-{number}", "stub-1")
        .replace(_CELL, "%s")
        for number, (level, row) in enumerate(zip(_LEVELS, found, strict=True), 1)
    }  # fmt: skip
    return Pattern(drawn[: found[0].start()], rows, drawn[found[-1].end() :])


def draw(
    heads: Sequence[Head], rows: Sequence[Sequence[str]], levels: Sequence[str], table_id: str
) -> str:
    """The page that great-tables makes of these rows of texts."""
    import great_tables as gt  # late: 0.6 s, and where nothing changed nothing is drawn

    stub, *others = heads
    names = [head.name for head in heads]
    frame = pl.DataFrame(list(rows), schema=dict.fromkeys(names, pl.String), orient="row")
    drawing = gt.GT(frame, id=table_id, rowname_col=stub.name, auto_align=False)
    drawing = drawing.tab_stubhead(_heading(stub))
    drawing = drawing.cols_label({head.name: _heading(head) for head in others})
    drawing = _aligned(_spanned(drawing, others), others)
    for level, css in _LEVELS.items():
        places = [index for index, found in enumerate(levels) if found == level]
        if places and css:
            where = [gt.loc.stub(rows=places), gt.loc.body(rows=places)]
            drawing = drawing.tab_style(gt.style.css(css), where)
    return drawing.as_raw_html()


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


def _heading(head: Head) -> Any:
    if not head.note:
        return head.text
    import great_tables as gt  # late: see draw

    return gt.html(f"{escape(head.text)}<sup>{head.note}</sup>")


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


def _spanned(drawing: gt.GT, heads: Sequence[Head]) -> gt.GT:
    groups: dict[str, list[str]] = {}
    for head in heads:
        if head.spanner is not None:
            groups.setdefault(head.spanner, []).append(head.name)
    for number, (label, names) in enumerate(groups.items(), start=1):
        drawing = drawing.tab_spanner(label, columns=names, id=f"group-{number}", gather=False)
    return drawing


def _aligned(drawing: gt.GT, heads: Sequence[Head]) -> gt.GT:
    values = [head.name for head in heads if head.is_value]
    texts = [head.name for head in heads if not head.is_value]
    if texts:
        drawing = drawing.cols_align("left", columns=texts)
    return drawing.cols_align("right", columns=values)


def _words(table: Table, field: Field, lang: Lang) -> list[str]:
    """The cells of a column as they stand in the page: texts escaped, numbers and signs as such."""
    if field.role == "value":
        pairs = table.rows.select(field.name, sign_column(field.name)).rows()
        return [
            count(value, sign, lang, field.digits, plus=field.is_change) for value, sign in pairs
        ]
    translated = f"{field.name}_en"
    has_own = lang == "en" and translated in table.rows.columns
    texts = table.rows[translated if has_own else field.name]
    return [_BETWEEN_WORDS.sub("/<wbr>", escape(text or "")) for text in texts]
