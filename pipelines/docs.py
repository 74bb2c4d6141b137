"""Documents: docs/*.md written from the declarations, catalogues, commands and settings.

In: the code itself.
Out: `documents()`, file name → Markdown in German and English together; `python -m
pipelines.docs` writes them, and a test fails where one is stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from typer.main import get_command

from pipelines.cli.app import app
from pipelines.cli.help import PANELS, help_texts, parameter_names, parameter_text
from pipelines.home import Settings
from pipelines.store.edition import dress
from pipelines.store.schema import prepare
from schemas import FORMS
from schemas.code_lists import code_list, code_list_names
from schemas.columns import Column, Form, Label, Lang
from schemas.findings import Entry, catalogue
from schemas.places import Places
from schemas.texts import Texts, read_texts
from schemas.types import duckdb_type

FOLDER = Path(__file__).parent.parent / "docs"
LANGS: tuple[Lang, ...] = ("de", "en")
_COUNTED = re.compile(r"\{\w+:[^|}]*\|([^}]*)\}")
_PARAMETER = re.compile(r"\{\w+\}")


@cache
def words() -> Texts:
    """The words of docs.toml."""
    return read_texts(Path(__file__).with_name("docs.toml"))


@cache
def setting_texts() -> Texts:
    """What each setting means."""
    return read_texts(Path(__file__).with_name("settings.toml"))


def documents() -> dict[str, str]:
    """File name in docs/ → its text."""
    return {
        "data-dictionary.md": _document("dictionary", _dictionary()),
        "findings.md": _document("findings", _findings()),
        "commands.md": _document("commands", _commands()),
        "settings.md": _document("settings", _settings()),
        "views.md": _document("views", _views()),
    }


def write(folder: Path = FOLDER) -> None:
    """Write every document into `folder`."""
    folder.mkdir(exist_ok=True)
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8")


def _document(title: str, blocks: Iterable[str]) -> str:
    about = words().labels.get(f"{title}-about")
    opening = [f"# {_both(title)}", f"<!-- {_both('generated')} -->"]
    if about:
        opening += [about.de, about.en]
    return "\n\n".join([*opening, *blocks]) + "\n"


def _both(key: str) -> str:
    """German and English of a word, once where they are the same."""
    return _joined(words().labels[key])


def _joined(label: Label) -> str:
    return label.de if label.de == label.en else f"{label.de} · {label.en}"


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [_row(heads)]
    lines.append(_row("---" for _ in lines[0].split(" | ")))
    return "\n".join([*lines, *(_row(row) for row in rows)])


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _dictionary() -> Iterator[str]:
    for form in FORMS.values():
        yield f"## {_joined(form.title)} (`{form.name}`)"
        yield f"{form.grain.de} · {form.grain.en}"
        yield _table(
            (_both("column"), _both("german"), _both("english"), _both("type"), _both("notes")),
            (_column_row(column) for column in form.columns),
        )
        if form.rules:
            yield _table(
                (_both("rules"), _both("falls-on"), _both("german"), _both("english")),
                _rule_rows(form),
            )
    yield f"## {_both('codes')}"
    for name in code_list_names():
        yield f"### `{name}`"
        yield _table(
            (_both("code"), _both("german"), _both("english"), _both("synonyms")),
            (
                (f"`{code.code}`", code.label.de, code.label.en, ", ".join(code.synonyms))
                for code in code_list(name).codes
            ),
        )


def _column_row(column: Column) -> tuple[str, ...]:
    notes = [f"{column.level}", *([_both("key")] if column.is_key else [])]
    notes.append(_both("public" if column.is_public else "internal"))
    if column.unit:
        notes.append(column.unit)
    if column.code_list:
        notes.append(f"[`{column.code_list}`](#{column.code_list})")
    names = [f"`{column.name}`"]
    if column.precision_name:
        names.append(f"`{column.precision_name}`")
    return (
        "<br>".join(names),
        f"**{column.title.de}** {column.description.de}",
        f"**{column.title.en}** {column.description.en}",
        f"{column.kind}, {duckdb_type(column)}",
        ", ".join(notes),
    )


def _rule_rows(form: Form) -> Iterator[tuple[str, ...]]:
    for rule in form.rules:
        entry = catalogue()[rule.code]
        yield (
            f"[`{rule.code}`](findings.md#{rule.code}) ({rule.severity})",
            f"`{rule.field}`",
            _readable(entry.message.de),
            _readable(entry.message.en),
        )


def _findings() -> Iterator[str]:
    stage = ""
    for entry in catalogue().values():
        if entry.stage != stage:
            stage = entry.stage
            yield f"## {_both(f'stage-{stage}')}"
        yield from _finding(entry)


def _finding(entry: Entry) -> Iterator[str]:
    yield f"### {entry.code}"
    yield f"{entry.severity}. {_both('example')}: {_readable(entry.example)}"
    texts = ((entry.message[lang], entry.remedy[lang]) for lang in LANGS)
    yield "\n".join(f"- {_readable(message)} {_readable(remedy)}" for message, remedy in texts)


def _readable(text: str) -> str:
    """A text of the catalogue with its parameters as a reader may take them."""
    return _PARAMETER.sub("…", _COUNTED.sub(r"n \1", text))


def _commands() -> Iterator[str]:
    tree: Any = get_command(app)
    commands: dict[str, Any] = tree.commands
    texts = help_texts().labels
    for panel in PANELS:
        chosen = {n: c for n, c in commands.items() if c.rich_help_panel == panel}
        if not chosen:
            continue
        yield f"## {_joined(texts[f'panel-{panel}'])}"
        for name, command in chosen.items():
            yield f"### leerstand {name}"
            yield f"{texts[name].de}\n\n{texts[name].en}"
            rows = [
                (f"`{parameter_names(parameter)}`",
                 parameter_text(name, parameter, "de"), parameter_text(name, parameter, "en"))
                for parameter in command.params
                if not getattr(parameter, "hidden", False)
            ]  # fmt: skip
            if rows:
                yield _table((_both("argument"), _both("german"), _both("english")), rows)


def _settings() -> Iterator[str]:
    texts = setting_texts().labels
    yield _table(
        (_both("setting"), _both("variable"), _both("default"), _both("german"), _both("english")),
        (
            (
                f"`{field.name}`",
                f"`LEERSTAND_{field.name.upper()}`",
                f"`{field.default}`" if field.default != "" else _both("empty"),
                texts[field.name].de,
                texts[field.name].en,
            )
            for field in fields(Settings)
        ),
    )


def _views() -> Iterator[str]:
    with duckdb.connect() as edition:
        prepare(edition)
        dress(edition, "", Places())
        views = edition.sql(
            "SELECT view_name, comment FROM duckdb_views() "
            "WHERE schema_name = 'main' AND NOT internal ORDER BY view_name"
        ).fetchall()
        columns = edition.sql(
            "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND NOT internal ORDER BY table_name, column_index"
        ).fetchall()
    for view, about in views:
        yield f"## {view}"
        yield str(about)
        yield _table(
            (_both("column"), _both("type"), _both("notes")),
            (
                (f"`{name}`", kind, str(text))
                for table, name, kind, text in columns
                if table == view
            ),
        )


if __name__ == "__main__":
    write()
