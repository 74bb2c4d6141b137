"""The published tables: from summaries to `Table`, one builder per shape of table.

In: `Summaries`.
Out: `Table`s with subtotals and signs, the same for every language and format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polars as pl

from pipelines.publish.edition import Summaries
from pipelines.publish.model import Field, Limits, Table
from pipelines.publish.rows import district_grid, with_labels, with_signs, with_subtotals
from schemas.columns import Label, Lang
from schemas.figures import FIGURES
from schemas.texts import Texts, read_texts

LANGUAGES: tuple[Lang, ...] = ("de", "en")


@cache
def site_texts() -> Texts:
    """The sentences of texts.toml."""
    return read_texts(Path(__file__).with_name("texts.toml"))


def told(key: str, limits: Limits) -> Label:
    """A note in both languages, with the thresholds that it names."""
    texts = site_texts()
    return Label(texts(key, "de", **limits.words), texts(key, "en", **limits.words))


def plural(key: str, lang: Lang, count: int, **parameters: object) -> str:
    """A sentence with a number in it: of one thing that of `KEY-one`."""
    return site_texts()(f"{key}-one" if count == 1 else key, lang, count=count, **parameters)


def key_field(name: str) -> Field:
    """A column that identifies rows and stands in files only."""
    return Field(name, Label(name, name), "key")


def text_field(name: str, heading: Label) -> Field:
    """A column of text."""
    return Field(name, heading, "text")


KEYS = tuple(
    key_field(name)
    for name in ("wave_id", "municipality_key", "survey_area", "district_id", "level")
)
DISTRICT_FIELDS = (
    *KEYS,
    text_field("label", site_texts().labels["district"]),
    text_field("area", site_texts().labels["survey-area"]),
)
_OF_THESE = Label("davon", "of which")
_HEADLINE_HEAD = Label("Leer\u00adstände und Brach\u00adflächen", "Vacancies and brown\u00adfields")
_BESIDE = Label("nicht in der Summe", "not in the sum")
_HEADLINE = Label(
    "Objekte, die am Erhebungstag erkennbar ungenutzt waren (Einheiten, Gebäude, Brachflächen)",
    "objects recognisably not in use on the day of the survey (units, buildings, brownfields)",
)


def district_table(summaries: Summaries) -> Table:
    """Overview: the headline, its parts and what stands beside it, by survey area and district."""
    fields = (
        Field("vacancies", _HEADLINE_HEAD),
        Field("units", Label("Einheiten", "Units"), spanner=_OF_THESE),
        Field("buildings", Label("Gebäude", "Buildings"), spanner=_OF_THESE),
        Field("brownfields", Label("Brach\u00adflächen", "Brownfields"), spanner=_OF_THESE),
        Field(
            "partly_vacant",
            Label("darunter teil\u00adweise leer", "partly vacant among them"),
            is_optional=True,
        ),
        Field("interim_use", Label("Zwischen\u00adnutzungen", "Interim uses"), spanner=_BESIDE),
        Field("infill_gaps", Label("Bau\u00adlücken", "Infill gaps"), spanner=_BESIDE),
        Field("underused", Label("minder\u00adgenutzt", "Underused"), spanner=_BESIDE),
        Field("production_sites", Label("Produk\u00adtions\u00adstandorte", "Production sites")),
        Field(
            "quarantined",
            Label("nicht aus\u00adwertbare Zeilen", "rows not countable"),
            note="not-counted",
        ),
    )
    names = [field.name for field in fields]
    grid = district_grid(known_districts(summaries), summaries.registers)
    rows = with_labels(with_signs(with_subtotals(grid, names), names), site_texts(), LANGUAGES)
    return Table(
        name="districts",
        title=Label(
            "Leerstände, Brachflächen und Produktionsstandorte nach statistischen Bezirken",
            "Vacancies, brownfields and production sites by statistical district",
        ),
        unit=Label("Anzahl", "count"),
        basis=_HEADLINE,
        fields=(*DISTRICT_FIELDS, text_field("survey", site_texts().labels["survey"]), *fields),
        rows=_partly(rows),
        stub="label",
        notes=tuple(_district_notes(summaries)),
    )


def _district_notes(summaries: Summaries) -> Iterator[tuple[str, Label]]:
    if summaries.districts["quarantined"].sum():
        yield "not-counted", site_texts().labels["not-counted"]
    if summaries.limits.headline_small:
        yield "headline", told("headline", summaries.limits)


def _partly(rows: pl.DataFrame) -> pl.DataFrame:
    """In words where only some sections of a district were walked, so that it has no totals."""
    walked, registered = pl.col("sections_walked"), pl.col("sections_registered")
    partial = (walked < registered).fill_null(value=False) & (pl.col("level") == "row")
    columns = []
    for lang, name in zip(LANGUAGES, ("survey", "survey_en"), strict=True):
        start, middle, end = re.split(r"{\w+}", site_texts().labels["partial"][lang])
        words = pl.concat_str(pl.lit(start), walked, pl.lit(middle), registered, pl.lit(end))
        columns.append(pl.when(partial).then(words).otherwise(pl.lit("")).alias(name))
    return rows.with_columns(columns)


def _sites_recorded(summaries: Summaries) -> pl.DataFrame:
    """Whether a wave recorded production sites in a municipality at all."""
    return summaries.districts.group_by("wave_id", "municipality_key").agg(
        _recorded=pl.col("production_sites").sum() > 0
    )


def known_districts(summaries: Summaries) -> pl.DataFrame:
    """The district summary with nulls for what is not known.

    Production sites are unknown, not none, where a wave recorded none in a municipality. A district
    of which only some sections were walked has no totals in that wave (DOMAIN.md, Indicators).
    """
    recorded = pl.col("production_sites").sum().over("wave_id", "municipality_key") > 0
    data = summaries.districts.with_columns(
        pl.when(recorded).then("production_sites").alias("production_sites")
    )
    partial = pl.col("sections_walked") < pl.col("sections_registered")
    return data.with_columns(
        pl.when(partial.fill_null(value=False)).then(None).otherwise(pl.col(name)).alias(name)
        for name in FIGURES
        if name != "quarantined"
    )


_SECTION_COUNTS: tuple[Field, ...] = (
    Field("vacancies", _HEADLINE_HEAD),
    Field("units", Label("Einheiten", "Units"), spanner=_OF_THESE),
    Field("vacant_shops", Label("darunter Ladenlokale", "shop units among them"),
          spanner=_OF_THESE),
    Field("buildings", Label("Gebäude", "Buildings"), spanner=_OF_THESE),
    Field("brownfields", Label("Brach\u00adflächen", "Brownfields"), spanner=_OF_THESE),
    Field("density", Label("leere Ladenlokale je 100 m", "vacant shop units per 100 m"),
          digits=1, unit=Label("je 100 m", "per 100 m"), note="density", is_optional=True),
    Field("longest_run", Label("längste Reihe", "longest run"), note="run"),
    Field("production_sites", Label("Produk\u00adtions\u00adstandorte", "Production sites")),
)  # fmt: skip


def section_table(summaries: Summaries) -> Table:
    """Street sections: counts by object kind only."""
    fields = _SECTION_COUNTS
    names = [field.name for field in fields]
    texts = site_texts().labels
    places = summaries.registers.select(
        "municipality_key", "municipality", "district_id", "district", "survey_area", "area"
    )
    rows = (
        summaries.sections.join(places, on=["municipality_key", "district_id"], how="left")
        .join(_sites_recorded(summaries), on=["wave_id", "municipality_key"], how="left")
        .with_columns(
            pl.lit("row").alias("level"),
            pl.when("_recorded").then("production_sites").alias("production_sites"),
            pl.when(pl.col("length_m") > 0)
            # Decimals divided by decimals keep two places only.
            .then((pl.col("vacant_shops") * 100 / pl.col("length_m").cast(pl.Float64))
                  .cast(pl.Decimal(12, 6)))
            .alias("density"),
            label=pl.col("section"),
            label_en=pl.col("section"),
            district=pl.col("district").fill_null(pl.col("district_id")),
        )
        .sort(
            "wave_id", "municipality_key", "area", "district_id", "section", "section_id",
            descending=[True, *[False] * 5], nulls_last=True,
        )
    )  # fmt: skip
    return Table(
        name="sections",
        title=Label("Leerstände und Brachflächen nach Straßenabschnitten",
                    "Vacancies and brownfields by street section"),
        unit=Label("Anzahl", "count"),
        basis=_HEADLINE,
        fields=(*KEYS, key_field("section_id"), text_field("label", texts["section"]),
                text_field("district", texts["district"]), *fields),
        rows=with_signs(rows, names),
        stub="label",
        notes=(("density", texts["density"]), ("run", texts["note-run"]),
               ("sections", told("note-sections", summaries.limits))),
    )  # fmt: skip
