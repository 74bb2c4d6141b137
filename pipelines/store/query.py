"""Read-only queries of an edition, with nothing else within reach.

In: the file of an edition and SQL that nobody has to trust.
Out: rows, or text in one of the formats of `leerstand sql`.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import duckdb

from pipelines.errors import InputFailure, StoreFailure
from pipelines.store.schema import spill

Format = Literal["table", "csv", "json"]
NO_OTHERS: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True)
class Rows:
    """The answer to a query: the columns in its order, the rows as tuples."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def objects(self) -> list[dict[str, Any]]:
        """A dictionary per row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def open_edition(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection from which no other file, extension or address can be reached.

    Raises:
        StoreFailure: there is no edition there.
    """
    if not path.exists():
        raise StoreFailure("no-edition", path=path)
    config: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "lock_configuration": True,
        # Nothing is ever written beside the editions, not even what does not fit into memory.
        "temp_directory": str(spill(Path(tempfile.gettempdir()))),
    }
    try:
        return duckdb.connect(path, read_only=True, config=config)
    except duckdb.Error as error:
        raise StoreFailure("edition-damaged", path=path) from error


def fetch(path: Path, sql: str, parameters: Sequence[object] = ()) -> Rows:
    """The answer to a query; `parameters` take the places of its question marks.

    Raises:
        InputFailure: the query is wrong or asks for what it may not have.
        StoreFailure: there is no edition.
    """
    with open_edition(path) as connection:
        return answered(connection, sql, parameters)


def set_thresholds(connection: duckdb.DuckDBPyConnection, thresholds: Mapping[str, int]) -> None:
    """Let the views of `connection` use other thresholds than their defaults."""
    for name, value in thresholds.items():
        connection.execute(f"SET VARIABLE {name} = {int(value)}")


def answered(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> Rows:
    """The answer of an open edition.

    Raises:
        InputFailure: the query is wrong or asks for what it may not have.
    """
    try:
        answer = connection.execute(sql, list(parameters))
        columns = tuple(str(column[0]) for column in answer.description or ())
        rows = answer.fetchall() if columns else []
    except duckdb.Error as error:
        raise InputFailure("bad-query", reason=str(error)) from error
    return Rows(columns, tuple(tuple(row) for row in rows))


def objects(path: Path, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
    """The answer to a query as a dictionary per row."""
    return fetch(path, sql, parameters).objects


def run_query(path: Path, sql: str, format: Format = "table") -> str:  # noqa: A002 - its name in the command
    """The answer to a query as text; a list of objects as JSON, or CSV, or columns to look at."""
    answer = fetch(path, sql)
    if format == "json":
        objects = [dict(zip(answer.columns, map(to_json, row), strict=True)) for row in answer.rows]
        return json.dumps(objects, ensure_ascii=False, indent=2)
    if format == "csv":
        return _csv(answer)
    return _table(answer)


def to_json(value: Any) -> Any:
    """A value as JSON: DECIMAL as number, dates as ISO text."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime() | date() | time():
            return value.isoformat()
        case list() | tuple():
            return [to_json(item) for item in value]
        case dict():
            return {str(key): to_json(item) for key, item in value.items()}
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    plain = value if isinstance(value, Decimal) else to_json(value)
    return json.dumps(plain, ensure_ascii=False) if isinstance(plain, list | dict) else str(plain)


def _csv(answer: Rows) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_text(value) for value in row] for row in answer.rows)
    return stream.getvalue()


def _table(answer: Rows) -> str:
    lines = [list(answer.columns), *([_text(value) for value in row] for row in answer.rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(answer.columns))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
             for line in lines]  # fmt: skip
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([shown[0], rule, *shown[1:]]) + "\n"
