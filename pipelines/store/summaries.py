"""Summaries that an edition holds as tables, since their views look at every row of the store.

In: an open edition with its views, and the edition before.
Out: schema `summaries`, which the views of these names then read. Rows of municipalities in which
nothing has changed are taken from the edition before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from pipelines.store.portions import MANY_ROWS, Print, groups, made_with, portion, prints
from pipelines.store.schema import set_about
from pipelines.store.sqltext import listed
from schemas.ddl import literal

# No threshold bears on these, so that whoever sets another one need not compute them anew.
SUMMARIES = (
    "matched_sections", "district_summary", "section_runs", "section_figures",
    "vacancy_rate_parts", "wave_changes",
)  # fmt: skip
MADE_WITH = "summaries"
_PRINTS = "summaries.prints"


def keep_summaries(connection: duckdb.DuckDBPyConnection, before: Path | None = None) -> None:
    """Fill the summaries of an edition that has its views."""
    found = prints(connection)
    _make_tables(connection, found)
    with _attached(connection, before) as known:
        same = [key for key, one in found.items() if known.get(key) == one]
        if same:
            _take_over(connection, same)
    changed = [key for key in found if key not in set(same)]
    if sum(one.rows for one in found.values()) <= MANY_ROWS and not same:
        _fill(connection)
    else:
        for group in groups(found, changed):
            with portion(connection, group) as edition:
                _fill(connection, f"{edition}.")
    for name in SUMMARIES:
        connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM summaries.{name} ORDER BY ALL")


def known_prints(connection: duckdb.DuckDBPyConnection, edition: str = "") -> dict[str, Print]:
    """The state of every municipality as an edition keeps it."""
    rows = connection.execute(f"FROM {edition}{_PRINTS} ORDER BY ALL").fetchall()
    return {key: Print(digest, count) for key, digest, count in rows}


def _make_tables(connection: duckdb.DuckDBPyConnection, found: Mapping[str, Print]) -> None:
    rows = [(key, one.digest, one.rows) for key, one in found.items()]
    schema = {"municipality_key": pl.String, "digest": pl.String, "rows": pl.Int64}
    connection.register("incoming", pl.DataFrame(rows, schema=schema, orient="row"))
    connection.begin()
    connection.execute("CREATE SCHEMA summaries")
    connection.execute(f"CREATE TABLE {_PRINTS} AS FROM incoming")
    for name in SUMMARIES:
        connection.execute(f"CREATE TABLE summaries.{name} AS FROM {name} WITH NO DATA")
    set_about(connection, MADE_WITH, made_with())
    connection.commit()
    connection.unregister("incoming")


def _fill(connection: duckdb.DuckDBPyConnection, edition: str = "") -> None:
    connection.begin()
    for name in SUMMARIES:
        connection.execute(f"INSERT INTO {edition}summaries.{name} BY NAME FROM {name}")
    connection.commit()


def _take_over(connection: duckdb.DuckDBPyConnection, same: Sequence[str]) -> None:
    connection.begin()
    for name in SUMMARIES:
        connection.execute(
            f"INSERT INTO summaries.{name} BY NAME FROM earlier.summaries.{name} "
            f"WHERE municipality_key IN ({listed(same)})"
        )
    connection.commit()


@contextmanager
def _attached(
    connection: duckdb.DuckDBPyConnection, before: Path | None
) -> Iterator[Mapping[str, Print]]:
    """What the edition before kept, attached as `earlier`; nothing where it was made otherwise."""
    if before is None:
        yield {}
        return
    try:
        connection.execute(f"ATTACH {literal(str(before))} AS earlier (READ_ONLY)")
    except duckdb.IOException:
        # Another process has made a newer one meanwhile, and removed it.
        yield {}
        return
    try:
        made = connection.execute(
            "SELECT value FROM earlier.versions.about WHERE name = ?", [MADE_WITH]
        ).fetchone()
        yield known_prints(connection, "earlier.") if made == (made_with(),) else {}
    finally:
        connection.execute("DETACH earlier")
