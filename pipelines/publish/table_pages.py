"""A page for each table, and the list of tables.

In: `Content`.
Out: `Item`s in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl

from pipelines.publish.breakdowns import NOT_STATED
from pipelines.publish.charts import Bar, bars
from pipelines.publish.content import Content, Item, in_language, item
from pipelines.publish.model import Imprint, Table, sign_column
from pipelines.publish.numbers import count, number
from pipelines.publish.pages import Drawing, drawing, page
from pipelines.publish.start import drawn_by_wave
from pipelines.publish.tables import LANGUAGES, site_texts
from schemas.columns import Lang

MOST_ROWS, FULL_ROWS = 2500, 1000  # of the latest wave, of all waves
FORMATS = (("csv", "CSV"), ("excel.csv", "CSV (Excel)"), ("json", "JSON"), ("parquet", "Parquet"))


def table_items(content: Content) -> Iterator[Item]:
    """One page per table and the list, in both languages."""
    names = [(t.name, t.title, t.basis) for t in content.tables.values()]
    waves = content.summaries.waves.write_csv()
    for lang in LANGUAGES:
        yield item(in_language(lang, "tables/index.html"), content, [names],
                   partial(_list, content, lang))  # fmt: skip
        for table in content.tables.values():
            yield item(
                in_language(lang, f"tables/{table.name}.html"), content,
                [content.digests[table.name], waves, content.municipalities],
                partial(_page, content, table, lang),
            )  # fmt: skip


def _list(content: Content, lang: Lang, imprint: Imprint) -> bytes:
    return page(
        "tables.html.j2", lang, "tables/index.html", imprint,
        title=site_texts()("tables", lang),
        contents=[(f"tables/{t.name}.html", t.title[lang], t.basis[lang])
                  for t in content.tables.values()],
    )  # fmt: skip


def _page(content: Content, table: Table, lang: Lang, imprint: Imprint) -> bytes:
    is_long = table.rows.filter(pl.col("wave_id") == table.rows["wave_id"][0]).height > MOST_ROWS
    is_short = not is_long and table.rows.height <= FULL_ROWS
    texts = site_texts()
    note = "" if is_short else "too-long" if is_long else "latest-only"
    name = f"tables/{table.name}.html"
    return page(
        "table.html.j2", lang, name, imprint,
        title=table.title[lang],
        basis=table.basis[lang],
        charts=[] if is_long else list(charts(content, table, lang)),
        tables=[] if is_long else _drawn(content, table, lang),
        too_long=texts(note, lang, count=number(table.rows.height, lang)) if note else "",
        files=[(f"downloads/{table.name}.{ending}", label) for ending, label in FORMATS],
    )  # fmt: skip


def _drawn(content: Content, table: Table, lang: Lang) -> list[Any]:
    drawings = []
    for key, name in content.municipalities:
        prefix = f"{name}, " if len(content.municipalities) > 1 else ""
        own = table.of(municipality_key=key)
        if own.rows.height > FULL_ROWS:
            own = own.of(wave_id=own.rows["wave_id"][0])
        drawings += drawn_by_wave(content, own, lang, prefix)
    return drawings


def charts(content: Content, table: Table, lang: Lang) -> Iterator[Drawing]:
    """The charts people expect beside a table: durations, and change between waves."""
    draw = {"durations": _durations, "changes": _changes}.get(table.name)
    if draw is None:
        return
    for key, name in content.municipalities:
        rows = table.of(municipality_key=key).rows.filter(
            pl.col("level") == "total", pl.col(table.values[0].name).is_not_null()
        )
        for row in rows.head(1).iter_rows(named=True):
            yield draw(table, row, name, lang)


def _durations(table: Table, row: dict[str, Any], place: str, lang: Lang) -> Drawing:
    texts = site_texts()
    shown = [
        Bar(field.heading[lang], float(row[field.name] or 0),
            count(row[field.name], row[sign_column(field.name)], lang))
        for field in table.values
        if field.name not in {"total", "long_share", "unknown_share"}
        and not (field.name == NOT_STATED and not row[field.name])
    ]  # fmt: skip
    title = texts("chart-durations", lang, place=place)
    line = texts("chart-line", lang, wave=texts("wave-first", lang, wave=row["wave_id"]))
    return drawing(title, line, bars(f"durations-{row['municipality_key']}", title, shown))


def _changes(table: Table, row: dict[str, Any], place: str, lang: Lang) -> Drawing:
    texts = site_texts()
    # What leaves is told by its colour and by the words of its heading alike.
    leaving = {"ended", "refurbished_or_let", "unclear", "not_found", "merged", "redrawn_out"}
    shown = [
        Bar(
            ("− " if field.name in leaving else "+ " if field.spanner else "")
            + field.heading[lang].replace("\u00ad", ""),
            float(row[field.name] or 0), count(row[field.name], "", lang), field.name in leaving,
        )
        for field in table.values
        if row[field.name] or not field.spanner
    ]  # fmt: skip
    title = texts("chart-changes", lang, place=place)
    waves = f"{row['wave_before']} → {row['wave_id']}"
    line = texts("chart-line", lang, wave=texts("wave-first", lang, wave=waves))
    return drawing(title, line, bars(f"changes-{row['municipality_key']}", title, shown))
