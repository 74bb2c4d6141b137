"""DDL: the declarations as DuckDB sees them: columns with types and comments, and safe names.

In: a declared form.
Out: column → DuckDB type and column → comment, from which the store makes its tables, adds what
is newly declared, and explains its views; `quoted` and `literal` for every SQL that is composed.
"""

from __future__ import annotations

from schemas.code_lists import code_list
from schemas.columns import Column, Form, Label, Lang, Precision
from schemas.types import duckdb_type, value_columns

_PLACE = {
    "municipality_key": Label(
        "Schlüssel der Gemeinde, in Deutschland der AGS.",
        "Key of the municipality, in Germany the AGS.",
    ),
    "district_id": Label(
        "Gemeindeschlüssel, Bindestrich, Bezirksschlüssel; leer ohne lesbaren Bezirk.",
        "Municipality key, hyphen, district code; null without a readable district.",
    ),
}


def column_types(form: Form) -> dict[str, str]:
    """The place columns, then every declared column in its order; a date with its precision."""
    types = dict.fromkeys(_PLACE, "VARCHAR")
    for column in value_columns(form):
        types[column.name] = duckdb_type(column)
        if column.precision_name:
            types[column.precision_name] = "VARCHAR"
    return types


def column_comments(form: Form) -> dict[str, Label]:
    """Description, unit and codes of each of these columns."""
    comments = dict(_PLACE)
    for column in value_columns(form):
        comments[column.name] = Label(_comment(column, "de"), _comment(column, "en"))
        if column.precision_name:
            comments[column.precision_name] = _precision(column)
    return comments


def quoted(name: str) -> str:
    """A name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal."""
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
