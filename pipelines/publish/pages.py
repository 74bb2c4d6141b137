"""Pages: templates filled with tables, sentences and the imprint.

In: `Table`s, a language and the address of the page.
Out: HTML text that needs no script and no other host.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
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
STYLE = _TEMPLATES / "style.css"
"""The style of every published page."""
_MENU = (
    ("index.html", "start"), ("tables/index.html", "tables"), ("committee.html", "committee"),
    ("methods.html", "methods"), ("downloads.html", "menu-downloads"),
    ("editions.html", "editions"),
)  # fmt: skip


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


@dataclass(frozen=True)
class Drawing:
    """A chart or map ready to stand on a page."""

    title: str
    line: str
    svg: Markup


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
    return Markup(STYLE.read_text(encoding="utf-8"))  # noqa: S704 - ours


def district_address(district_id: str) -> str:
    """The page of a district; an id that is no plain file name gets a digest instead."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}", district_id)
    name = district_id if plain else sha256(district_id.encode()).hexdigest()[:16]
    return f"districts/{name}.html"


def caption(table: Table, lang: Lang, when: str, on: date | str | None) -> tuple[str, str]:
    """Title with the wave, and the line with unit, basis and reference date (or what it is by)."""
    texts = site_texts()
    known = on if isinstance(on, str) else day(on, lang) if on else texts("no-date", lang)
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


def drawing(title: str, line: str, svg: str) -> Drawing:
    """Take our own SVG as it is."""
    return Drawing(title, line, Markup(svg))  # noqa: S704 - charts.py escapes its texts


def page(template: str, lang: Lang, address: str, imprint: Imprint, **content: Any) -> bytes:
    """Fill `template`; `address` is the page's path below the folder of its language."""
    texts = site_texts()
    up = "../" * address.count("/")
    root = up if lang == "de" else f"../{up}"
    known = imprint.reference_date
    html = environment().get_template(template).render(
        lang=lang,
        other_lang="en" if lang == "de" else "de",
        other=f"{root}en/{address}" if lang == "de" else f"{root}{address}",
        up=up,
        root=root,
        here=address,
        menu=[(name, texts(key, lang)) for name, key in _MENU],
        site=texts("site", lang),
        style=_style(),
        imprint=imprint,
        date=day(known, lang) if known else texts("no-date", lang),
        t=lambda key, **parameters: texts(key, lang, **parameters),
        **content,
    )  # fmt: skip
    return html.encode()
