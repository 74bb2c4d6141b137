"""DDL: the declarations as DuckDB sees them: columns with types, and comments in one language.

In: a declared form, and what a table has beside the declared columns.
Out: SQL text; `definitions` is also what a store compares with its tables when it opens, so that
a newly declared column is added there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.code_lists import code_list
from schemas.columns import Column, Form, Label, Lang, Precision
from schemas.types import duckdb_type, value_columns


@dataclass(frozen=True)
class Definition:
    """One column of a table: its DuckDB type, and the comment that analysts read."""

    name: str
    type: str
    comment: Label


_PLACE = (
    Definition(
        "municipality_key",
        "VARCHAR",
        Label("Schlüssel der Gemeinde, in Deutschland der AGS.", "Key of the municipality."),
    ),
    Definition(
        "district_id",
        "VARCHAR",
        Label(
            "Gemeindeschlüssel, Bindestrich, Bezirksschlüssel; leer ohne lesbaren Bezirk.",
            "Municipality key, hyphen, district code; null without a readable district.",
        ),
    ),
)


def definitions(form: Form) -> tuple[Definition, ...]:
    """The place columns, then every declared column in its order; a date with its precision."""
    found = list(_PLACE)
    for column in value_columns(form):
        found.append(Definition(column.name, duckdb_type(column), comment(column)))
        if column.precision_name:
            found.append(Definition(column.precision_name, "VARCHAR", _precision(column)))
    return tuple(found)


def comment(column: Column) -> Label:
    """Description, unit and codes of a column, as its comment in the database."""
    return Label(_comment(column, "de"), _comment(column, "en"))


def create_table(name: str, columns: Sequence[Definition], constraints: Iterable[str] = ()) -> str:
    """CREATE TABLE IF NOT EXISTS with these columns and, after them, table constraints."""
    parts = [f"{quoted(column.name)} {column.type}" for column in columns]
    body = ",\n  ".join([*parts, *constraints])
    return f"CREATE TABLE IF NOT EXISTS {quoted(name)} (\n  {body}\n)"


def add_column(table: str, column: Definition) -> str:
    """ALTER TABLE that adds a column, null in every row that stands."""
    return f"ALTER TABLE {quoted(table)} ADD COLUMN {quoted(column.name)} {column.type}"


def comments(relation: str, columns: Iterable[Definition], lang: Lang) -> tuple[str, ...]:
    """COMMENT ON COLUMN for each column of a table or view."""
    return tuple(
        f"COMMENT ON COLUMN {quoted(relation)}.{quoted(column.name)}"
        f" IS {literal(column.comment[lang])}"
        for column in columns
    )


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def _comment(column: Column, lang: Lang) -> str:
    parts = [column.description[lang]]
    if column.unit:
        parts.append(f"[{column.unit}]")
    if column.code_list:
        parts.append("(" + ", ".join(code_list(column.code_list).by_code) + ")")
    return " ".join(parts)


def _precision(column: Column) -> Label:
    steps = ", ".join(Precision)
    return Label(
        f"Genauigkeit von „{column.title.de}“: {steps}.",
        f"Precision of “{column.title.en}”: {steps}.",
    )
