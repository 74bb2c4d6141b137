"""The start page and the committee paper: key figures in sentences, the map, the main table.

In: `Content`.
Out: `Item`s in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from pipelines.publish.charts import Tile, tile_map
from pipelines.publish.content import Content, Item, in_language, item
from pipelines.publish.maps import district_rings, outline_map
from pipelines.publish.model import Field, Imprint, Table, sign_column
from pipelines.publish.numbers import Sign, count, day, number
from pipelines.publish.pages import (
    Drawing,
    Drawn,
    caption,
    district_address,
    drawing,
    drawn,
    page,
)
from pipelines.publish.tables import LANGUAGES, plural, site_texts
from schemas.columns import Lang

_MOST_ROWS = 80
_COMMITTEE = ("label", "mark", "area", "survey", "vacancies", "units", "buildings", "brownfields",
              "interim_use", "production_sites")  # fmt: skip


def start_items(content: Content) -> Iterator[Item]:
    """Start page and committee paper in both languages."""
    table = content.tables.get("districts")
    inputs = [content.digests.get("districts"), content.digests.get("quality"),
              content.municipalities, content.issues[:1], content.differences,
              content.summaries.registers.write_csv(),
              content.summaries.waves.write_csv(),
              [path.read_text(encoding="utf-8") for path in content.outlines.values()]]  # fmt: skip
    for lang in LANGUAGES:
        for name, make in (("index.html", _index), ("committee.html", _committee)):
            yield item(in_language(lang, name), content, inputs,
                       partial(make, content, table, lang))  # fmt: skip


def _index(content: Content, table: Table | None, lang: Lang, imprint: Imprint) -> bytes:
    return page(
        "index.html.j2", lang, "index.html", imprint,
        title=site_title(content, lang),
        keys=key_sentences(content, table, lang) if table else [],
        maps=list(_maps(content, table, lang)) if table else [],
        tables=main_tables(content, table, lang) if table else [],
        unsurveyed=[*_partial(table, lang), *_unsurveyed(content, lang)],
        districts=_district_links(content),
        contents=[(f"tables/{t.name}.html", t.title[lang]) for t in content.tables.values()],
        differences=_differences(content, lang),
        issue=_issue(content, lang),
    )  # fmt: skip


def _committee(content: Content, table: Table | None, lang: Lang, imprint: Imprint) -> bytes:
    tables = []
    if table is not None:
        short = replace(table, fields=tuple(f for f in table.fields if f.role == "key"
                                            or f.name in _COMMITTEE))  # fmt: skip
        tables = main_tables(content, short, lang, most_rows=1)
    return page(
        "committee.html.j2", lang, "committee.html", imprint,
        title=site_title(content, lang),
        keys=key_sentences(content, table, lang) if table else [],
        tables=tables,
        unsurveyed=[*_partial(table, lang), *_unsurveyed(content, lang)],
    )  # fmt: skip


def site_title(content: Content, lang: Lang) -> str:
    """What the site is about, with its places."""
    names = [name for _, name in content.municipalities]
    if not names or len(names) > 3:
        return site_texts()("site", lang)
    return site_texts()("site-of", lang, places=", ".join(names))


def key_sentences(content: Content, table: Table, lang: Lang) -> list[tuple[str, str]]:
    """The headline of each survey area in its latest wave: number and sentence."""
    known = table.rows.filter(pl.col("vacancies").is_not_null())
    areas = known.filter(pl.col("level") == "area")
    rows = areas if areas.height else known.filter(pl.col("level") == "total")
    latest = rows.unique(["municipality_key", "survey_area"], keep="first", maintain_order=True)
    return [_sentence(content, row, lang) for row in latest.iter_rows(named=True)]


def _sentence(content: Content, row: dict[str, Any], lang: Lang) -> tuple[str, str]:
    texts = site_texts()
    names = dict(content.municipalities)
    area_names = dict(content.summaries.registers.select("survey_area", "area").drop_nulls().rows())
    place = names.get(row["municipality_key"], row["municipality_key"])
    sites = row["production_sites"]
    on = content.date_of(row["wave_id"], row["municipality_key"], row["survey_area"])
    mark = {"p": "key-preliminary", "r": "key-revised"}.get(row["mark"])
    told = "key-sentence-one" if row["vacancies"] == 1 else "key-sentence"
    return number(row["vacancies"], lang), texts(
        told, lang,
        area=area_names.get(row["survey_area"], place),
        sites=texts("key-no-sites", lang) if sites is None
        else texts("key-sites-one" if sites == 1 else "key-sites", lang, count=number(sites, lang)),
        wave=texts("wave-first", lang, wave=row["wave_id"]),
        date=day(on, lang) if on else texts("no-date", lang),
        mark=texts(mark, lang) if mark else "",
    )  # fmt: skip


def main_tables(
    content: Content, table: Table, lang: Lang, most_rows: int = _MOST_ROWS
) -> list[Drawn]:
    """The table of each municipality: every wave while these are few rows, else the latest."""
    drawings: list[Drawn] = []
    for key, name in content.municipalities:
        own = _with_totals(table.of(municipality_key=key))
        if own.rows.height > most_rows:
            told = own.rows.filter(pl.col("vacancies").is_not_null())["wave_id"]
            own = own.of(wave_id=_fullest(own, told.unique(maintain_order=True).to_list()))
        prefix = f"{name}, " if len(content.municipalities) > 1 else ""
        drawings += drawn_by_wave(content, own, lang, prefix)
    return drawings


def _with_totals(table: Table) -> Table:
    """Only the waves that have a figure: a partial survey stands on the page of its table."""
    told = pl.col("vacancies").is_not_null().any().over("wave_id")
    rows = table.rows.filter(told)
    return replace(table, rows=rows) if rows.height else table


def _fullest(table: Table, waves: list[str]) -> str:
    """The latest wave with a total, else the latest."""
    totals = table.rows.filter(pl.col("level") == "total", pl.col("vacancies").is_not_null())
    found = totals["wave_id"].to_list() or waves or table.rows["wave_id"].to_list()
    return str(found[0]) if found else ""


def drawn_by_wave(content: Content, table: Table, lang: Lang, prefix: str = "") -> list[Drawn]:
    """One drawing for each wave and municipality of the table, with only the notes it needs."""
    keys = table.rows.select("wave_id", "municipality_key").unique(maintain_order=True)
    drawings: list[Drawn] = []
    for wave, municipality in keys.rows():
        when = prefix + site_texts()("wave", lang, wave=wave)
        own = without_repeats(table.of(wave_id=wave, municipality_key=municipality))
        part, mark = with_one_mark(needed(own))
        number_ = len(drawings) + 1
        title, line = caption(table, lang, when, content.date_of(wave, municipality))
        words = (title, marked(line, mark, lang))
        table_id = f"{table.name}-{municipality}-{number_}".replace(" ", "-")
        drawings.append(drawn(part, lang, table_id, words))
    return drawings


def without_repeats(table: Table) -> Table:
    """Without the subtotals that only repeat the one district of their survey area.

    The files keep them, so that every survey area has its row there.
    """
    if "survey_area" not in table.rows.columns:
        return table
    alone = (pl.col("level") == "row").sum().over("wave_id", "municipality_key", "survey_area") == 1
    repeats = (pl.col("level") == "area") & alone
    return replace(table, rows=table.rows.filter(~repeats))


def with_one_mark(table: Table) -> tuple[Table, str]:
    """Where all rows carry the same mark, the table without that column, and the mark."""
    marks = table.rows["mark"].unique().to_list() if "mark" in table.rows.columns else []
    if len(marks) != 1 or not marks[0]:
        return table, ""
    fields = tuple(field for field in table.fields if field.name != "mark")
    return replace(table, fields=fields), str(marks[0])


def marked(line: str, mark: str, lang: Lang) -> str:
    """The line of a caption, with what the one mark of all rows says."""
    return f"{line} {site_texts()(f'all-{mark}', lang)}" if mark else line


def needed(table: Table) -> Table:
    """Without columns of text that are empty and footnotes that apply to none of these rows."""
    fields = tuple(
        field for field in table.fields
        if field.name == table.stub or field.role == "key" or _says(table, field)
    )  # fmt: skip
    values = [field for field in table.fields if field.role == "value"]
    silent = {field.note for field in values} - {
        field.note for field in values if field in fields and _is_told(table, field)
    }
    if len(fields) == len(table.fields):
        silent.add("note-left-out")
    if not any((table.rows[sign_column(f.name)] == Sign.UNKNOWN).any() for f in values):
        silent.add("note-confidential")
    return replace(table, fields=fields,
                   notes=tuple(note for note in table.notes if note[0] not in silent))  # fmt: skip


def _is_told(table: Table, field: Field) -> bool:
    """Whether a footnote on a value says something of these rows: a number or a sign for one."""
    signs = table.rows[sign_column(field.name)]
    return bool(table.rows[field.name].sum()) or bool(
        signs.is_in([Sign.UNRELIABLE, Sign.SENSELESS]).any()
    )


def _says(table: Table, field: Field) -> bool:
    """Whether anything stands in a column; what is confidential does."""
    values = table.rows[field.name]
    if field.role == "value":
        if field.is_change:
            return values.null_count() < len(values)
        missing = table.rows[table.values[0].name].null_count()
        return not field.is_optional or bool(values.sum()) or values.null_count() > missing
    return bool((values.fill_null("") != "").any())


def _maps(content: Content, table: Table, lang: Lang) -> Iterator[Drawing]:
    texts = site_texts()
    for key, name in content.municipalities:
        own = content.summaries.registers.filter(pl.col("municipality_key") == key)
        latest = table.rows.filter(
            pl.col("level") == "row", pl.col("vacancies").is_not_null()
        ).unique("district_id", keep="first", maintain_order=True)  # fmt: skip
        known = {row["district_id"]: row for row in latest.iter_rows(named=True)}
        tiles = {row["district_id"]: _tile(row, known.get(row["district_id"]), lang)
                 for row in own.iter_rows(named=True)}  # fmt: skip
        title = texts("map", lang, place=name, wave=texts("latest-wave", lang))
        if key in content.outlines:
            rings = district_rings(content.outlines[key], key)
            drawn_map, line = outline_map(f"map-{key}", title, rings, tiles), "outline-line"
        else:
            placed = own.filter(pl.col("tile_row").is_not_null() & pl.col("tile_col").is_not_null())
            shown = [tiles[district] for district in placed["district_id"]]
            drawn_map, line = tile_map(f"map-{key}", title, shown), "map-line"
        if drawn_map:
            yield drawing(title, texts(line, lang), drawn_map)


def _tile(row: dict[str, Any], known: dict[str, Any] | None, lang: Lang) -> Tile:
    value = known["vacancies"] if known else None
    shown = count(value, "", lang) if value is not None else str(Sign.UNKNOWN)
    return Tile(
        row["tile_row"] or 0, row["tile_col"] or 0, row["district_code"], row["district"],
        value, shown,
        district_address(row["district_id"]) if known else None,
    )  # fmt: skip


def _partial(table: Table | None, lang: Lang) -> Iterator[str]:
    """Where only some sections were walked, in words."""
    if table is None:
        return
    survey = "survey" if lang == "de" else "survey_en"
    rows = table.rows.filter(pl.col("level") == "row", pl.col(survey) != "")
    for row in rows.iter_rows(named=True):
        wave = site_texts()("wave", lang, wave=row["wave_id"])
        yield f"{row['district']}, {wave}: {row[survey]}."


def _unsurveyed(content: Content, lang: Lang) -> Iterator[str]:
    surveyed = content.summaries.districts["district_id"].unique().implode()
    for key, name in content.municipalities:
        own = content.summaries.registers.filter(pl.col("municipality_key") == key)
        missing = own.filter(~pl.col("district_id").is_in(surveyed)).height
        if missing:
            yield plural("not-surveyed", lang, missing, all=own.height, place=name)


def _district_links(content: Content) -> list[tuple[str, str]]:
    surveyed = content.summaries.districts.select("district_id").unique()
    found = content.summaries.registers.join(surveyed, on="district_id", how="semi")
    many = len(content.municipalities) > 1
    return [
        (district_address(row["district_id"]),
         f"{row['district']} ({row['municipality']})" if many else row["district"])
        for row in found.sort("municipality_key", "district_code").iter_rows(named=True)
    ]  # fmt: skip


def told_change(change: tuple[str, str, str, int | None, int | None], lang: Lang) -> str:
    """A changed main figure as a line."""
    place, wave, figure, old, new = change
    texts = site_texts()
    old_text, new_text = (count(v, "", lang) if v is not None else "." for v in (old, new))
    return texts("edition-change", lang, place=place, wave=wave,
                 figure=texts(f"figure-{figure}", lang), old=old_text, new=new_text)  # fmt: skip


def _differences(content: Content, lang: Lang) -> list[str] | None:
    if content.differences is None:
        return None
    return [told_change(change, lang) for change in content.differences]


def _issue(content: Content, lang: Lang) -> str:
    if not content.issues or not content.issues[0].changes:
        return ""
    changes = content.issues[0].changes
    told = "; ".join(told_change(change, lang) for change in changes[:3])
    more = len(changes) - 3
    return told + (" " + plural("edition-more", lang, more) if more > 0 else "")
