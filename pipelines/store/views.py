"""The views of an edition: SQL files of warehouse/views in the order of their needs, and comments.

In: an open edition file.
Out: views and macros in schema main, each column with a comment in both languages.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

import warehouse
from pipelines.store.schema import LINEAGE
from schemas import FORMS
from schemas.columns import Form
from schemas.ddl import column_comments, literal, quoted

FOLDER = Path(str(warehouse.__file__)).parent / "views"
_COMMENTS = FOLDER.parent / "comments.toml"
_NEEDS = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b", re.IGNORECASE)


@cache
def view_statements() -> tuple[tuple[str, str], ...]:
    """Name and SQL of every view and macro, each after those it reads."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}
    texts |= _views_of_objects()
    needs = {
        name: sorted((set(_NEEDS.findall(_code(text))) & set(texts)) - {name})
        for name, text in texts.items()
    }
    return tuple((name, texts[name]) for name in TopologicalSorter(needs).static_order())


def _views_of_objects() -> dict[str, str]:
    """Current rows, all versions, and what was known when, alike for every form of objects."""
    found = {}
    for form in FORMS.values():
        if form.object_column is None:
            continue
        for kind, name in (
            ("current", form.current_view),
            ("history", form.history_view),
            ("as_of", f"{form.current_view}_as_of"),
        ):
            text = (FOLDER / "of_forms" / f"{kind}.sql").read_text(encoding="utf-8")
            found[str(name)] = text.format(
                view=name, form=form.name, id=form.object_column, lineage=", ".join(LINEAGE)
            )
    return found


def _code(text: str) -> str:
    return re.sub(r"--.*", "", text)


def make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every view and macro."""
    for statement in _plain_views():
        connection.execute(statement)
    for _, statement in view_statements():
        connection.execute(statement)


def comment_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment on views and their columns in both languages."""
    for statement in _comment_statements(connection):
        connection.execute(statement)


def _plain_views() -> list[str]:
    """Views of forms that no SQL file words: current rows, and every version of every row."""
    lineage = ", ".join(quoted(name) for name in LINEAGE)
    source = ", ".join(quoted(name) for name in ("submission_id", "sheet", "row_number"))
    statements = []
    made = dict(view_statements())
    for form in FORMS.values():
        rows = f"FROM versions.{quoted(form.name)}"
        views = {
            form.current_view: f"SELECT * EXCLUDE ({lineage}), {source} {rows} WHERE is_current",
            form.history_view: f"SELECT * EXCLUDE ({lineage}), {lineage} {rows}",
        }
        statements += [
            f"CREATE OR REPLACE VIEW {quoted(name)} AS {query}"
            for name, query in views.items()
            if name and name not in made
        ]
    return statements


def _comment_statements(connection: duckdb.DuckDBPyConnection) -> list[str]:
    content = tomllib.loads(_COMMENTS.read_text(encoding="utf-8"))
    views: dict[str, str] = content["views"]
    shared: dict[str, str] = content["columns"]
    made = dict(view_statements())
    declared = {view: _comments(form) for form in FORMS.values() for view in _views_of(form)}
    statements = [
        f"COMMENT ON VIEW {quoted(name)} IS {literal(text)}"
        for name, text in views.items()
        if name in made
    ]
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND database_name = current_database() "
        "ORDER BY table_name, column_index"
    ).fetchall()
    for view, column in rows:
        text = declared.get(view, {}).get(column) or content.get(view, {}).get(column)
        text = text or shared.get(column)
        if text is not None:
            statements.append(
                f"COMMENT ON COLUMN {quoted(view)}.{quoted(column)} IS {literal(text)}"
            )
    return statements


def _views_of(form: Form) -> list[str]:
    names = [form.current_view, form.history_view or ""]
    return [name for name in [*names, form.name] if name]


def _comments(form: Form) -> dict[str, str]:
    """The comments of declared columns in both languages; columns of the store have none here."""
    return {name: f"{one.de} / {one.en}" for name, one in column_comments(form).items()}
