"""Downloads: the same figures as the pages, for machines and spreadsheets.

In: a `Table` and the `Imprint`.
Out: the bytes of each format.
"""

from __future__ import annotations

import polars as pl

from pipelines.publish.model import Imprint, Table, sign_column


def plain_frame(table: Table, imprint: Imprint) -> pl.DataFrame:
    """The table as data: keys, texts, each value with its sign, and where it comes from.

    A value with a sign is null; `edition` and `reference_date` stand in every row.
    """
    columns: list[pl.Expr] = []
    for field in table.fields:
        columns.append(pl.col(field.name))
        if field.role == "value":
            columns.append(pl.col(sign_column(field.name)))
    return table.rows.select(columns).with_columns(
        edition=pl.lit(imprint.edition),
        reference_date=pl.lit(imprint.reference_date, pl.Date),
        notice=pl.lit(imprint.notice),
    )


def as_csv(frame: pl.DataFrame) -> bytes:
    """CSV after RFC 4180: UTF-8, comma, decimal point, one heading line.

    A text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    return guarded(frame).write_csv().encode()


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Texts that begin like a formula, made harmless; everything else as it is."""
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]"))
        .then(pl.concat_str(pl.lit("'"), pl.col(name)))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )
