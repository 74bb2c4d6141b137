"""Views: pages from templates in the reader's language.

In: a request, the name of a template and its values.
Out: an HTML response; every text is escaped, and only verdicts that our own templates have made
are put in as they are.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from fastapi import Request
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from pipelines.portal.access import Visitor
from pipelines.portal.desk import BUSY
from schemas.columns import Lang
from schemas.texts import Texts, read_texts

_FOLDER = Path(__file__).parent
_DATES: dict[Lang, str] = {"de": "%d.%m.%Y", "en": "%Y-%m-%d"}


@cache
def texts() -> Texts:
    """The sentences of texts.toml."""
    return read_texts(_FOLDER / "texts.toml")


def lang_of(request: Request) -> Lang:
    """German or English, whichever the browser names first; German where it names neither."""
    for entry in request.headers.get("accept-language", "").lower().split(","):
        tag = entry.split(";")[0].strip()
        if tag.startswith("de"):
            return "de"
        if tag.startswith("en"):
            return "en"
    return "de"


def page(
    request: Request, template: str, visitor: Visitor | None, code: int = 200, **values: Any
) -> HTMLResponse:
    """Render a page."""
    lang = lang_of(request)

    def text(key: str, **named: object) -> str:
        return texts()(key, lang, **named)

    content = _environment().get_template(template).render(
        lang=lang, text=text, visitor=visitor, csrf=visitor.csrf if visitor else "",
        state=lambda upload: text(f"state-{upload.state}"),
        is_busy=lambda upload: upload.state in BUSY, day=lambda moment: _day(moment, lang),
        quote=lambda said: text("quoted", text=said),
        date=lambda day: day.strftime(_DATES[lang]),
        ours=Markup, path=request.url.path, **values,
    )  # fmt: skip
    return HTMLResponse(content, status_code=code)


def _day(moment: str, lang: Lang) -> str:
    """A moment to the minute, in the time of the office's machine."""
    here = datetime.fromisoformat(moment).astimezone()
    return here.strftime(f"{_DATES[lang]}{', ' if lang == 'de' else ' '}%H:%M")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
