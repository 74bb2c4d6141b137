"""Types: which polars and DuckDB type the values of a column have.

In: a declared column or form.
Out: polars types of the typed frame that intake hands on, DuckDB types of the store's tables.
"""

from __future__ import annotations

import polars as pl

from schemas.columns import Column, Form, Kind

DECIMAL_PRECISION = 14
LEAD: dict[str, pl.DataType] = {
    "sheet": pl.String(),
    "row_number": pl.Int32(),
    "is_quarantined": pl.Boolean(),
    "municipality_key": pl.String(),
    "district_id": pl.String(),
}


def polars_type(column: Column) -> pl.DataType:
    """The type of a column's values in frames."""
    match column.kind:
        case Kind.DECIMAL | Kind.COORDINATE:
            return pl.Decimal(DECIMAL_PRECISION, column.scale)
        case Kind.INTEGER:
            return pl.Int32()
        case Kind.DATE:
            return pl.Date()
        case Kind.CODES:
            return pl.List(pl.String())
        case _:
            return pl.String()


def duckdb_type(column: Column) -> str:
    """The type of a column's values in DuckDB."""
    match column.kind:
        case Kind.DECIMAL | Kind.COORDINATE:
            return f"DECIMAL({DECIMAL_PRECISION},{column.scale})"
        case Kind.INTEGER:
            return "INTEGER"
        case Kind.DATE:
            return "DATE"
        case Kind.CODES:
            return "VARCHAR[]"
        case _:
            return "VARCHAR"


def value_columns(form: Form) -> tuple[Column, ...]:
    """The declared columns that stand after the lead; municipality_key stands in the lead."""
    return tuple(column for column in form.columns if column.name not in LEAD)


def frame_schema(form: Form) -> dict[str, pl.DataType]:
    """The full typed frame of `CheckedForm`: the lead, then the declared columns in their order.

    A date is followed by its precision column (String, a `Precision`).
    """
    schema = dict(LEAD)
    for column in value_columns(form):
        schema[column.name] = polars_type(column)
        if column.precision_name:
            schema[column.precision_name] = pl.String()
    return schema
