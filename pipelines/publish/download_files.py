"""Downloads as items: every table in every format, the workbooks and the metadata.

In: `Content`.
Out: `Item`s below downloads/, and what the page of downloads names.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from pipelines.publish.content import Content, Item, item
from pipelines.publish.downloads import (
    as_csv,
    as_excel_csv,
    as_geojson,
    as_json,
    as_parquet,
    plain_frame,
)
from pipelines.publish.metadata import data_package, dcat
from pipelines.publish.model import Imprint, Table
from pipelines.publish.tables import LANGUAGES
from schemas.columns import Lang


def further_files(content: Content) -> tuple[tuple[str, str], ...]:
    """Files beside those of each table: path and key of the label."""
    files = [
        ("downloads/leerstand_de.xlsx", "file-workbook-de"),
        ("downloads/leerstand_en.xlsx", "file-workbook-en"),
        ("downloads/datapackage.json", "file-package"),
        ("downloads/dcat-ap-de.jsonld", "file-dcat"),
    ]
    if content.outlines and "districts" in content.tables:
        files.append(("downloads/districts.geojson", "file-geojson"))
    return tuple(files)


def download_items(content: Content) -> Iterator[Item]:
    """All files below downloads/."""
    every = [content.digests]
    for table in content.tables.values():
        for ending, make in (("csv", _csv), ("excel.csv", _excel), ("json", _as_json),
                             ("parquet", _parquet)):  # fmt: skip
            yield item(f"downloads/{table.name}.{ending}", content,
                       [content.digests[table.name]], partial(make, table))  # fmt: skip
    for lang in LANGUAGES:
        yield item(f"downloads/leerstand_{lang}.xlsx", content, every,
                   partial(_workbook, content, lang))  # fmt: skip
    yield item("downloads/datapackage.json", content, every, partial(_package, content))
    about = [*every, content.municipalities, content.imprint.site_url, content.imprint.contact]
    yield item("downloads/dcat-ap-de.jsonld", content, about, partial(_dcat, content))
    if content.outlines and "districts" in content.tables:
        outlines = [path.read_text(encoding="utf-8") for path in content.outlines.values()]
        yield item("downloads/districts.geojson", content, [*every, *outlines],
                   partial(_geojson, content))  # fmt: skip


def _csv(table: Table, imprint: Imprint) -> bytes:
    return as_csv(plain_frame(table, imprint))


def _excel(table: Table, imprint: Imprint) -> bytes:
    return as_excel_csv(table, imprint)


def _as_json(table: Table, imprint: Imprint) -> bytes:
    return as_json(table, imprint)


def _parquet(table: Table, imprint: Imprint) -> bytes:
    return as_parquet(plain_frame(table, imprint))


def _workbook(content: Content, lang: Lang, imprint: Imprint) -> bytes:
    from pipelines.publish.workbook import as_workbook  # late: openpyxl takes 0.3 s

    return as_workbook(tuple(content.tables.values()), lang, imprint)


def _package(content: Content, imprint: Imprint) -> bytes:
    return data_package(content, imprint)


def _dcat(content: Content, imprint: Imprint) -> bytes:
    kinds = (("csv", "CSV"), ("json", "JSON"), ("parquet", "PARQUET"))
    files = {
        f"downloads/{name}.{ending}": kind for name in content.tables for ending, kind in kinds
    }
    files |= {f"downloads/leerstand_{lang}.xlsx": "XLSX" for lang in LANGUAGES}
    if content.outlines:
        files["downloads/districts.geojson"] = "GEOJSON"
    return dcat(content, files, imprint)


def _geojson(content: Content, imprint: Imprint) -> bytes:
    return as_geojson(dict(content.outlines), content.tables["districts"], imprint)
