"""Pages: templates filled with tables, sentences and the imprint.

In: `Table`s, a language and the address of the page.
Out: HTML text that needs no script and no other host.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pipelines.publish.fragment import fragment, marked_notes
from pipelines.publish.model import Imprint, Table
from pipelines.publish.numbers import day
from pipelines.publish.tables import site_texts
from schemas.columns import Lang

_TEMPLATES = Path(__file__).with_name("templates")
FOLDER: dict[Lang, str] = {"de": "", "en": "en/"}


@dataclass(frozen=True)
class Drawn:
    """A table ready to stand on a page.

    Attributes:
        notes: footnotes in the order of their marks; remarks hold for the whole table.
    """

    id: str
    title: str
    html: Markup
    notes: tuple[str, ...]
    remarks: tuple[str, ...]


@cache
def environment() -> jinja2.Environment:
    """The templates; every text is escaped unless it is our own markup."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


@cache
def _style() -> Markup:
    return Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))  # noqa: S704 - ours


def caption(table: Table, lang: Lang, when: str, on: date | None) -> tuple[str, str]:
    """Title with the wave, and the line with unit, basis and reference date."""
    texts = site_texts()
    known = day(on, lang) if on else texts("no-date", lang)
    title = f"{table.title[lang]}, {when}" if when else table.title[lang]
    return title, texts("caption", lang, unit=table.unit[lang], basis=table.basis[lang], date=known)


def drawn(table: Table, lang: Lang, table_id: str, words: tuple[str, str]) -> Drawn:
    """Draw one table."""
    markup = Markup(fragment(table, lang, table_id, words))  # noqa: S704 - great-tables escapes
    marks = marked_notes(table)
    return Drawn(
        table_id,
        words[0],
        markup,
        notes=tuple(text[lang] for key, text in table.notes if key in marks),
        remarks=tuple(text[lang] for key, text in table.notes if key not in marks),
    )


def page(template: str, lang: Lang, address: str, imprint: Imprint, **content: Any) -> bytes:
    """Fill `template`; `address` is the page's path below the folder of its language."""
    texts = site_texts()
    depth = address.count("/")
    other: Lang = "en" if lang == "de" else "de"
    to_root = "../" * (depth + FOLDER[lang].count("/"))
    html = environment().get_template(template).render(
        lang=lang,
        other_lang=other,
        other=f"{to_root}{FOLDER[other]}{address}",
        up="../" * depth,
        here=address,
        menu=[("index.html", texts("overview", lang))],
        site=texts("site", lang),
        style=_style(),
        imprint=imprint,
        date=day(imprint.reference_date, lang) if imprint.reference_date
        else texts("no-date", lang),
        t=lambda key, **parameters: texts(key, lang, **parameters),
        **content,
    )  # fmt: skip
    return html.encode()
