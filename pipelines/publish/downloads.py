"""Downloads: the same figures as the pages, for machines and spreadsheets.

In: a `Table` and the `Imprint`.
Out: the bytes of each format; text that a spreadsheet would take for a formula is made harmless.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.publish.model import Field, Imprint, Table, sign_column
from pipelines.publish.tables import site_texts
from schemas.columns import Lang


def plain_frame(table: Table, imprint: Imprint) -> pl.DataFrame:
    """The table as data: keys, texts, each value with its sign, and where it comes from.

    A value with a sign is null; `edition`, `reference_date` and the office's notice stand in every
    row, since a row may travel alone.
    """
    columns: list[pl.Expr] = []
    for field in table.fields:
        if field.role != "value":
            columns.append(pl.col(field.name))
            continue
        sign = sign_column(field.name)
        value = pl.when(pl.col(sign) == "").then(rounded(field))
        columns += [value.alias(field.name), pl.col(sign)]
    return table.rows.select(columns).with_columns(
        edition=pl.lit(imprint.edition),
        reference_date=pl.lit(imprint.reference_date, pl.Date),
        notice=pl.lit(imprint.notice),
    )


def rounded(field: Field) -> pl.Expr:
    """A value in the decimal places that the pages show, half to even as in `numbers.number`."""
    exact = pl.col(field.name).round(field.digits, mode="half_to_even")
    return exact.cast(pl.Float64 if field.digits else pl.Int64)


def as_csv(frame: pl.DataFrame) -> bytes:
    """CSV after RFC 4180: UTF-8, comma, decimal point, one heading line, LF."""
    return guarded(frame).write_csv().encode()


def as_excel_csv(table: Table, imprint: Imprint, lang: Lang = "de") -> bytes:
    """CSV as a German Excel opens it: semicolons, decimal comma, BOM, headings in words.

    Cells hold what the page shows, without separators of thousands: the number, or its sign.
    """
    headings: dict[str, pl.Expr] = {}
    for field in table.fields:
        heading = f"{field.spanner[lang]}: {field.heading[lang]}" if field.spanner else (
            field.heading[lang])  # fmt: skip
        if field.role == "key":
            heading = site_texts()(f"head-{field.name}", lang)
        headings[_unique(heading.replace("\u00ad", ""), headings)] = _shown(field, lang)
    whole = table.rows.select(
        **headings,
        Ausgabe=harmless(pl.lit(imprint.edition)),
        **{"Stichtag der Daten": pl.lit(imprint.reference_date, pl.Date)},
        Hinweis=harmless(pl.lit(imprint.notice)),
    )
    return b"\xef\xbb\xbf" + whole.write_csv(separator=";", line_terminator="\r\n").encode()


def _shown(field: Field, lang: Lang) -> pl.Expr:
    """A column as text for a spreadsheet; a negative number keeps the sign that one reads."""
    if field.role != "value":
        return harmless(pl.col(field.name).fill_null(""))
    exact = pl.col(field.name).round(field.digits, mode="half_to_even")
    text = exact.cast(pl.Decimal(18, field.digits)).cast(pl.String)
    number = text.str.replace(".", ",", literal=True) if lang == "de" else text
    sign = pl.col(sign_column(field.name))
    return pl.when(sign == "").then(number.fill_null("")).otherwise(sign)


def _unique(heading: str, taken: Mapping[str, pl.Expr]) -> str:
    return heading if heading not in taken else _unique(f"{heading} (2)", taken)


def as_json(table: Table, imprint: Imprint) -> bytes:
    """The table with its title, unit, basis and columns; rows as objects with their signs."""
    frame = plain_frame(table, imprint).drop("edition", "reference_date", "notice")
    content = {
        "format": 1,
        "table": table.name,
        "edition": imprint.edition,
        "reference_date": imprint.reference_date,
        "notice": imprint.notice,
        "title": {"de": table.title.de, "en": table.title.en},
        "unit": {"de": table.unit.de, "en": table.unit.en},
        "basis": {"de": table.basis.de, "en": table.basis.en},
        "columns": [
            {"name": f.name, "de": f.heading.de.replace("\u00ad", ""),
             "en": f.heading.en.replace("\u00ad", "")}
            for f in table.fields
        ],
        "notes": [{"de": text.de, "en": text.en} for _, text in table.notes],
        "rows": [],
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain)
    # One row a line, written by polars: json takes 20 s for a million cells.
    rows = ",\n".join(f"  {line}" for line in frame.write_ndjson().strip("\n").split("\n"))
    return text.replace('"rows": []\n}', f'"rows": [\n{rows}\n ]\n}}').encode() + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value) if value % 1 else int(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


def as_parquet(frame: pl.DataFrame) -> bytes:
    """Parquet, the same columns as the CSV."""
    buffer = io.BytesIO()
    guarded(frame).write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that begin like a formula, made harmless; all else as it is."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(harmless(pl.col(name)).alias(name) for name in texts)


def harmless(text: pl.Expr) -> pl.Expr:
    """A text that begins like a formula gets an apostrophe before it."""
    is_formula = text.str.contains(r"^[=+\-@\t\r]")
    return pl.when(is_formula).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def as_geojson(outlines: dict[str, Path], table: Table, imprint: Imprint) -> bytes:
    """The districts that have outlines, with the main figures of their latest wave."""
    latest = (
        table.rows.filter(pl.col("level") == "row", pl.col("vacancies").is_not_null())
        .unique("district_id", keep="first", maintain_order=True)
        .select("district_id", "label", "wave_id", "mark", "vacancies", "interim_use",
                "production_sites")
    )  # fmt: skip
    figures = {row["district_id"]: row for row in latest.iter_rows(named=True)}
    features = []
    for key, path in sorted(outlines.items()):
        for feature in json.loads(path.read_text(encoding="utf-8")).get("features", []):
            properties = feature.get("properties") or {}
            district = properties.get("district_id") or f"{key}-{properties.get('district_code')}"
            if district in figures:
                features.append({"type": "Feature", "geometry": feature.get("geometry"),
                                 "properties": figures[district]})  # fmt: skip
    content = {
        "type": "FeatureCollection", "edition": imprint.edition,
        "reference_date": imprint.reference_date, "notice": imprint.notice, "features": features,
    }  # fmt: skip
    return json.dumps(content, ensure_ascii=False, default=_plain).encode() + b"\n"
