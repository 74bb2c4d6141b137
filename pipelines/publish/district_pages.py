"""A page for each surveyed district: its waves, its street sections, its features.

In: `Content`.
Out: `Item`s in both languages; a page depends on the rows of its own district only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import polars as pl

from pipelines.publish.breakdowns import breakdowns
from pipelines.publish.content import Content, Item, in_language, item
from pipelines.publish.digests import digest
from pipelines.publish.maps import Segment, street_bands
from pipelines.publish.model import Field, Imprint, Table, sign_column
from pipelines.publish.numbers import count, day
from pipelines.publish.pages import (
    Drawing,
    Drawn,
    caption,
    district_address,
    drawing,
    drawn,
    page,
)
from pipelines.publish.start import marked, needed, with_one_mark
from pipelines.publish.tables import LANGUAGES, site_texts, text_field
from schemas.columns import Label, Lang


@dataclass(frozen=True)
class District:
    """One district with its rows of each table, by table name.

    Attributes:
        digest: of all these rows.
    """

    about: Mapping[str, Any]
    rows: Mapping[str, pl.DataFrame]
    digest: str


def district_items(content: Content) -> Iterator[Item]:
    """The pages of all surveyed districts."""
    declared = digest(*((t.name, t.fields, t.notes) for t in content.tables.values()))
    dates = content.summaries.waves.write_csv()
    for district in _districts(content):
        inputs = [declared, dates, content.has_section_map, dict(district.about), district.digest]
        for lang in LANGUAGES:
            address = district_address(district.about["district_id"])
            yield item(in_language(lang, address), content, inputs,
                       partial(_page, content, district, lang))  # fmt: skip


def _districts(content: Content) -> Iterator[District]:
    names = ["districts", "sections", *(b.name for b in breakdowns())]
    rows = {name: content.tables[name].rows.filter(pl.col("level") == "row")
            for name in names if name in content.tables}  # fmt: skip
    parts = {name: frame.partition_by("district_id", as_dict=True, maintain_order=True)
             for name, frame in rows.items()}  # fmt: skip
    said = {name: _said(frame) for name, frame in rows.items()}
    surveyed = content.summaries.districts.select("municipality_key", "district_id").unique()
    known = surveyed.join(
        content.summaries.registers.drop("municipality_key"), on="district_id", how="left"
    ).sort("district_id")
    for about in known.iter_rows(named=True):
        key = about["district_id"]
        own = {name: part[key,] for name, part in parts.items() if (key,) in part}
        yield District(about, own, digest(*((name, said[name][key]) for name in own)))


def _said(rows: pl.DataFrame) -> dict[str, str]:
    """district_id → everything its rows say, as one text."""
    cells = [pl.col(name).cast(pl.String).fill_null("\0") for name in rows.columns]
    lines = rows.select("district_id", line=pl.concat_str(cells, separator="\x1f"))
    return dict(lines.group_by("district_id").agg(pl.col("line").str.join("\n")).rows())


def _page(content: Content, district: District, lang: Lang, imprint: Imprint) -> bytes:
    about, texts = district.about, site_texts()
    lead = texts("district-lead", lang, code=about["district_code"] or about["district_id"],
                 place=about["municipality"] or about["municipality_key"])  # fmt: skip
    if about["area"]:
        lead += texts("district-area", lang, area=about["area"])
    tables = [_waves(content, district, lang), _sections(content, district, lang),
              _profile(content, district, lang)]  # fmt: skip
    return page(
        "district.html.j2", lang, district_address(about["district_id"]), imprint,
        title=about["district"] or about["district_id"],
        lead=lead,
        tables=[table for table in tables if table is not None],
        maps=list(_section_map(district, lang)) if content.has_section_map else [],
    )  # fmt: skip


def _waves(content: Content, district: District, lang: Lang) -> Drawn | None:
    table = content.tables["districts"]
    rows = district.rows.get("districts")
    if rows is None:
        return None
    labels = site_texts().labels
    fields = (
        text_field("wave_id", labels["wave-head"]),
        text_field("wave_date", labels["wave-date"]),
        *(f for f in table.fields if f.name in {"mark", "survey"} or f.role == "value"),
    )
    days = [content.date_of(wave, district.about["municipality_key"],
                            district.about["survey_area"]) for wave in rows["wave_id"]]  # fmt: skip
    dated = rows.with_columns(wave_date=pl.Series([day(d, lang) if d else "" for d in days]))
    own = needed(replace(table, rows=dated, fields=fields, stub="wave_id", title=labels["by-wave"]))
    when = labels["by-wave-date"][lang] if any(days) else None
    return drawn(own, lang, "waves", caption(own, lang, "", when))


def _sections(content: Content, district: District, lang: Lang) -> Drawn | None:
    rows = district.rows.get("sections")
    if rows is None:
        return None
    wave = rows["wave_id"][0]
    table = content.tables["sections"]
    own, mark = with_one_mark(needed(replace(
        table, rows=rows.filter(pl.col("wave_id") == wave),
        fields=tuple(f for f in table.fields if f.name != "district"),
    )))  # fmt: skip
    on = content.date_of(wave, district.about["municipality_key"], district.about["survey_area"])
    title, line = caption(own, lang, site_texts()("wave", lang, wave=wave), on)
    return drawn(own, lang, "sections", (title, marked(line, mark, lang)))


def _section_map(district: District, lang: Lang) -> Iterator[Drawing]:
    """The sections of the latest wave whose length is known, as bands of their streets."""
    rows = district.rows.get("sections")
    if rows is None:
        return
    wave, texts = rows["wave_id"][0], site_texts()
    known = rows.filter(pl.col("wave_id") == wave, pl.col("length_m").is_not_null(),
                        pl.col("section_id").is_not_null())  # fmt: skip
    segments = [
        Segment(row["street"] or row["label"], row["label"], float(row["length_m"]),
                row["vacancies"], count(row["vacancies"], "", lang))
        for row in known.sort("street", "section_id").iter_rows(named=True)
    ]  # fmt: skip
    title = texts("section-map", lang, wave=texts("wave", lang, wave=wave))
    if segments:
        yield drawing(title, texts("section-map-line", lang),
                      street_bands("sections-map", title, segments))  # fmt: skip


def _profile(content: Content, district: District, lang: Lang) -> Drawn | None:
    """The latest statement on each feature as one long table."""
    texts = site_texts().labels
    lines: list[dict[str, Any]] = []
    notes: dict[str, Label] = {}
    for name, rows in district.rows.items():
        if name in {"districts", "sections"}:
            continue
        table = content.tables[name]
        told = rows.filter(pl.col("total").is_not_null()).head(1)
        for row in told.iter_rows(named=True):
            lines += _lines(table, row)
            notes.update(table.notes)
    if not lines:
        return None
    own = Table(
        "profile", texts["profile"], Label("Anzahl", "count"),
        texts["profile-basis"],
        (text_field("value", texts["value"]), text_field("feature", texts["feature"]),
         text_field("wave_id", texts["wave-head"]), text_field("mark", texts["mark"]),
         Field("n", texts["figure-count"])),
        pl.DataFrame(lines, infer_schema_length=None), "value",
        tuple((key, text) for key, text in notes.items()
              if key not in {"note-long", "note-left-out"}),
    )  # fmt: skip
    shown, mark = with_one_mark(needed(own))
    words = (own.title[lang], marked(f"{own.basis[lang]}.", mark, lang))
    return drawn(shown, lang, "profile", words)


def _lines(table: Table, row: dict[str, Any]) -> list[dict[str, Any]]:
    """A line for each value that occurs or is confidential."""
    lines = []
    for field in table.values:
        sign = row[sign_column(field.name)]
        if field.name in {"total", "long_share", "unknown_share"}:
            continue
        if not row[field.name] and not sign:
            continue
        lines.append({
            "value": field.heading.de, "value_en": field.heading.en,
            "feature": table.title.de, "feature_en": table.title.en,
            "wave_id": row["wave_id"], "mark": row["mark"], "n": row[field.name], "n_sign": sign,
            "level": "row",
        })  # fmt: skip
    return lines
