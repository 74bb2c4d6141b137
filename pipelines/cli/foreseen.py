"""What a load would change, as text for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.cli.output import messages
from pipelines.store.preview import KINDS, Foreseen, Preview
from schemas import FORMS
from schemas.columns import Lang

MOST = 12
"""How many objects of a kind are listed; --json lists them all."""


def foreseen_lines(told: Preview, lang: Lang) -> list[str]:
    """A heading with its count for each kind of change, and the objects below it."""
    lines = []
    for kind in KINDS:
        entries = getattr(told, kind)
        if not entries:
            continue
        lines.append(f"  {messages()(f'would-{kind}', lang, count=len(entries))}")
        # What stays as it is needs no list.
        shown = () if kind == "unchanged" else entries[:MOST]
        lines += [f"    {line}" for entry in shown for line in _lines(entry, lang)]
        if kind != "unchanged" and len(entries) > MOST:
            lines.append(f"    {messages()('would-more', lang, count=len(entries) - MOST)}")
    return lines


def _lines(entry: Foreseen, lang: Lang) -> Iterator[str]:
    yield "  ".join(part for part in (entry.object_id, entry.label, entry.wave) if part)
    declared = FORMS[entry.form].by_name
    for name, (old, new) in entry.fields.items():
        title = declared[name].title[lang] if name in declared else name
        yield f"  {title}: {_value(old, lang)} → {_value(new, lang)}"


def _value(value: Any, lang: Lang) -> str:
    match value:
        case None:
            return messages()("not-stated", lang)
        case Decimal() if lang == "de":
            return f"{value.normalize():f}".replace(".", ",")
        case Decimal():
            return f"{value.normalize():f}"
        case date() if lang == "de":
            return f"{value:%d.%m.%Y}"
        case list():
            return ", ".join(str(one) for one in value)
        case _:
            return str(value)
