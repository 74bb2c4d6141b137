"""What a load would change: the rows of a check against what the edition knows of their waves.

In: a checked workbook and the newest edition of the home.
Out: counts per form: objects that are new, known and the same, known and changed, and those that
another team has reported too. A preview: the load itself decides by the store, under its lock.
"""

from __future__ import annotations

from typing import Any

import duckdb
import polars as pl

from pipelines.errors import ExpectedFailure
from pipelines.home import Home
from pipelines.intake.result import QUARANTINED, CheckedForm, CheckedWorkbook
from pipelines.store.edition import find_edition
from pipelines.store.identity import IDENTITY, with_identity
from pipelines.store.query import open_edition
from schemas import FORMS
from schemas.columns import Form


def changes_of(home: Home, checked: CheckedWorkbook, team: str) -> list[dict[str, Any]]:
    """One entry per form with objects; empty where there is no edition yet."""
    try:
        edition = find_edition(home)
    except ExpectedFailure:
        return []
    with open_edition(edition.path) as connection:
        return [
            _changes(connection, form, FORMS[form.form], team)
            for form in checked.forms
            if FORMS[form.form].object_column and not form.frame.is_empty()
        ]


def _changes(
    connection: duckdb.DuckDBPyConnection, checked: CheckedForm, form: Form, team: str
) -> dict[str, Any]:
    new = with_identity(checked.frame.filter(~pl.col(QUARANTINED)), form)
    waves = new["wave_id"].unique().drop_nulls().to_list()
    old = with_identity(_known(connection, form, waves), form)
    own = str(form.object_column)
    by_id = new.filter(pl.col(own).is_not_null()).join(old, on=[own, "wave_id"], suffix="_old")
    rest = new.filter(pl.col(own).is_null())
    by_place = rest.join(old, on=[IDENTITY, "wave_id"], suffix="_old")
    compared = [
        column.name
        for column in form.public_columns
        if column.name in old.columns and column.name != "wave_id"
    ]
    known = by_id.height + by_place.height
    changed = sum(_differing(pairs, compared) for pairs in (by_id, by_place))
    others = sum(pairs.filter(pl.col("team_old") != team).height for pairs in (by_id, by_place))
    return {
        "form": form.name, "new": new.height - known, "same": known - changed,
        "changed": changed, "others": others,
    }  # fmt: skip


def _known(connection: duckdb.DuckDBPyConnection, form: Form, waves: list[str]) -> pl.DataFrame:
    """The edition's current rows of these waves, with the team that sent them."""
    marks = ", ".join("?" for _ in waves) or "NULL"
    return connection.execute(
        f"SELECT u.*, s.team AS team_old FROM {form.current_view} AS u "  # noqa: S608  names are ours
        f"LEFT JOIN submissions AS s USING (submission_id) WHERE u.wave_id IN ({marks}) "
        f"ORDER BY u.submission_id, u.sheet, u.row_number",
        waves,
    ).pl()


def _differing(pairs: pl.DataFrame, names: list[str]) -> int:
    if pairs.is_empty():
        return 0
    differs = [
        pl.col(name)
        .cast(pl.List(pl.String) if pairs[name].dtype == pl.List else pl.String)
        .ne_missing(
            pl.col(f"{name}_old").cast(
                pl.List(pl.String) if pairs[name].dtype == pl.List else pl.String
            )
        )
        for name in names
        if f"{name}_old" in pairs.columns
    ]
    return pairs.filter(pl.any_horizontal(differs)).height if differs else 0
