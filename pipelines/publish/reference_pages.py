"""Pages that explain: methods, data dictionary, downloads and the list of editions.

In: `Content`, the declared forms and methods.toml.
Out: `Item`s in both languages.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from pipelines.publish.content import Content, Item, in_language, item
from pipelines.publish.model import Imprint, Limits
from pipelines.publish.numbers import day
from pipelines.publish.pages import page
from pipelines.publish.start import told_change
from pipelines.publish.table_pages import FORMATS
from pipelines.publish.tables import LANGUAGES, plural, site_texts
from schemas import FORMS
from schemas.code_lists import code_list
from schemas.columns import Lang

_MOST_CHANGES = 12


def reference_items(content: Content, files: tuple[tuple[str, str], ...]) -> Iterator[Item]:
    """Methods, dictionary, downloads and editions; `files`: further downloads with their labels."""
    tables = [(t.name, t.title) for t in content.tables.values()]
    fields = [(t.name, [(f.name, f.heading) for f in t.fields]) for t in content.tables.values()]
    for lang in LANGUAGES:
        yield item(in_language(lang, "methods.html"), content,
                   [_methods(), content.summaries.limits],
                   partial(_methods_page, content.summaries.limits, lang))  # fmt: skip
        yield item(in_language(lang, "dictionary.html"), content, [_declared(lang), fields],
                   partial(_dictionary, content, lang))  # fmt: skip
        yield item(in_language(lang, "downloads.html"), content, [tables, files],
                   partial(_downloads, content, files, lang))  # fmt: skip
        yield item(in_language(lang, "editions.html"), content, [content.issues],
                   partial(_editions, content, lang))  # fmt: skip


@cache
def _methods() -> dict[str, Any]:
    path = Path(__file__).with_name("methods.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _methods_page(limits: Limits, lang: Lang, imprint: Imprint) -> bytes:
    return page(
        "methods.html.j2", lang, "methods.html", imprint,
        title=site_texts()("methods", lang),
        chapters=[
            (chapter["title"][lang], [text.format(**limits.words) for text in chapter[lang]])
            for chapter in _methods().values()
        ],
    )  # fmt: skip


def _declared(lang: Lang) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Title of each form with name, title, description, unit and values of its public columns."""
    return [
        (
            form.title[lang],
            [
                (
                    column.name, column.title[lang], column.description[lang], column.unit or "",
                    ", ".join(code.label[lang] for code in code_list(column.code_list).codes)
                    if column.code_list else "",
                )
                for column in form.public_columns
            ],
        )
        for form in FORMS.values()
    ]  # fmt: skip


def _dictionary(content: Content, lang: Lang, imprint: Imprint) -> bytes:
    return page(
        "dictionary.html.j2", lang, "dictionary.html", imprint,
        title=site_texts()("dictionary", lang),
        forms=_declared(lang),
        files=[
            (table.name, table.title[lang],
             [(f.name, f.heading[lang] if f.role != "key" else site_texts()(f"key-{f.name}", lang))
              for f in table.fields])
            for table in content.tables.values()
        ],
    )  # fmt: skip


def _downloads(
    content: Content, files: tuple[tuple[str, str], ...], lang: Lang, imprint: Imprint
) -> bytes:
    return page(
        "downloads.html.j2", lang, "downloads.html", imprint,
        title=site_texts()("downloads", lang),
        tables=[
            (t.title[lang], [(f"downloads/{t.name}.{ending}", label) for ending, label in FORMATS])
            for t in content.tables.values()
        ],
        files=[(name, site_texts()(key, lang)) for name, key in files],
    )  # fmt: skip


def _editions(content: Content, lang: Lang, imprint: Imprint) -> bytes:
    texts = site_texts()
    issues = []
    for issue in content.issues:
        told = [told_change(change, lang) for change in issue.changes[:_MOST_CHANGES]]
        more = len(issue.changes) - _MOST_CHANGES
        if more > 0:
            told.append(plural("edition-more", lang, more))
        if not told:
            told = [texts("edition-first" if issue.is_first else "edition-same", lang)]
        why = issue.reason or texts("edition-first" if issue.is_first else "edition-new-data", lang)
        issues.append((day(issue.on, lang), issue.edition, told, why))
    return page("editions.html.j2", lang, "editions.html", imprint,
                title=texts("editions", lang), issues=issues)  # fmt: skip
