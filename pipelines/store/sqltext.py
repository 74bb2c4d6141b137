"""Small pieces of SQL that are made from declarations."""

from __future__ import annotations

from collections.abc import Iterable

from schemas.columns import Form
from schemas.ddl import literal, quoted


def table_of(form: Form) -> str:
    """The table of all versions of a form's rows."""
    return f"versions.{quoted(form.name)}"


def key_sql(form: Form, alias: str = "") -> str:
    """What identifies a row within municipality and wave, as in `identity.object_key`."""
    dot = f"{alias}." if alias else ""
    if form.object_column is not None:
        return f"{dot}{quoted(form.object_column)}"
    parts = ", ".join(
        f"coalesce(CAST({dot}{quoted(name)} AS VARCHAR), '')" for name in form.identity
    )
    return f"concat_ws('|', {parts})"


def marks(items: Iterable[object]) -> str:
    """As many question marks as there are items: "?, ?, ?"."""
    return ", ".join("?" for _ in items)


def listed(texts: Iterable[str]) -> str:
    """Texts as SQL literals, each once, in order: "'a', 'b'"."""
    return ", ".join(literal(text) for text in sorted(set(texts)))
