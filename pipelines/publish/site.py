"""The site: which files there are, and what stands on each.

In: summaries of one edition.
Out: file name → bytes, written where they changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl

from pipelines.home import Home
from pipelines.publish.downloads import as_csv, plain_frame
from pipelines.publish.edition import Summaries, read_summaries, reference_date
from pipelines.publish.files import remove_others, write_changed
from pipelines.publish.model import Imprint, Table
from pipelines.publish.numbers import number
from pipelines.publish.pages import FOLDER, Drawn, caption, drawn, page
from pipelines.publish.tables import LANGUAGES, district_table, section_table, site_texts
from schemas.columns import Lang
from schemas.places import Places


class EditionLike(Protocol):
    """What publication needs of an edition."""

    @property
    def id(self) -> str:
        """The digest that names the edition."""

    @property
    def path(self) -> Path:
        """The edition's DuckDB file."""


@dataclass(frozen=True)
class Published:
    """What a publication did.

    Attributes:
        edition: id of the edition that was published.
        page: the page to open.
        written: files that changed, relative to published/, sorted.
        removed: files that are gone.
    """

    edition: str
    page: Path
    written: tuple[str, ...]
    removed: tuple[str, ...] = ()


def publish(home: Home, places: Places, edition: EditionLike) -> Published:
    """Publish `edition` into home.published; only changed files are written.

    Raises:
        HomeFailure: the folder cannot be written to.
    """
    summaries = read_summaries(edition.path, places)
    settings = home.settings()
    imprint = Imprint(
        edition.id, reference_date(summaries.waves), settings.notice, settings.provider,
        settings.licence,
    )  # fmt: skip
    files = site_files(summaries, imprint)
    written = [name for name, content in files.items()
               if write_changed(home.published, name, content)]  # fmt: skip
    gone = remove_others(home.published, files)
    return Published(edition.id, home.published / "index.html", tuple(sorted(written)), gone)


def site_files(summaries: Summaries, imprint: Imprint) -> dict[str, bytes]:
    """Every file of the site by its name below published/."""
    tables = (district_table(summaries), section_table(summaries))
    files = {f"downloads/{table.name}.csv": as_csv(plain_frame(table, imprint)) for table in tables}
    for lang in LANGUAGES:
        files[f"{FOLDER[lang]}index.html"] = _index(summaries, tables, lang, imprint)
    return files


def _index(summaries: Summaries, tables: tuple[Table, ...], lang: Lang, imprint: Imprint) -> bytes:
    texts = site_texts()
    places = ", ".join(
        summaries.registers.join(summaries.districts, on="district_id", how="semi")["municipality"]
        .unique().sort().to_list()
    )  # fmt: skip
    downloads = [
        (f"{'../' if lang == 'en' else ''}downloads/{table.name}.csv", f"{table.title[lang]} (CSV)")
        for table in tables
    ]
    return page(
        "index.html.j2", lang, "index.html", imprint,
        title=texts("site-of", lang, places=places) if places else texts("site", lang),
        keys=_key_sentences(tables[0], lang),
        tables=[item for table in tables for item in drawn_by_wave(table, summaries, lang)],
        downloads=downloads,
    )  # fmt: skip


def drawn_by_wave(table: Table, summaries: Summaries, lang: Lang) -> list[Drawn]:
    """One drawing for each wave and municipality of the table."""
    keys = table.rows.select("wave_id", "municipality_key").unique(maintain_order=True)
    drawings = []
    for index, (wave, municipality) in enumerate(keys.rows(), start=1):
        when = site_texts()("wave", lang, wave=wave)
        words = caption(table, lang, when, _date_of(summaries, wave, municipality))
        part = table.of(wave_id=wave, municipality_key=municipality)
        drawings.append(drawn(part, lang, f"{table.name}-{index}", words))
    return drawings


def _date_of(summaries: Summaries, wave: str, municipality: str) -> date | None:
    return reference_date(
        summaries.waves.filter(
            pl.col("wave_id") == wave, pl.col("municipality_key") == municipality
        )
    )


def _key_sentences(table: Table, lang: Lang) -> list[str]:
    """The headline of each survey area in its latest wave, as a sentence."""
    rows = table.rows.filter(
        pl.col("level") == "area", pl.col("vacancies").is_not_null()
    ).unique(["municipality_key", "survey_area"], keep="first", maintain_order=True)  # fmt: skip
    return [
        site_texts()(
            "key-vacancies", lang,
            vacancies=number(row["vacancies"], lang),
            production_sites=number(row["production_sites"] or 0, lang),
            area=row["area"],
            wave=site_texts()("wave", lang, wave=row["wave_id"]),
        )
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
