"""Words that findings put into their texts, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from schemas.columns import Label, Lang
from schemas.texts import Texts, read_texts

LANGS: tuple[Lang, ...] = ("de", "en")


@cache
def _words() -> Texts:
    return read_texts(Path(__file__).with_name("words.toml"))


def word(key: str, **parameters: object) -> Label:
    """The word of words.toml in both languages, its parameters filled in."""
    texts = _words()
    filled = {
        lang: {
            name: value[lang] if isinstance(value, Label) else value
            for name, value in parameters.items()
        }
        for lang in LANGS
    }
    return Label(texts(key, "de", **filled["de"]), texts(key, "en", **filled["en"]))


def suggestion(proposal: str | Label | None) -> Label:
    """A sentence that proposes a value; empty where nobody can know."""
    return word("suggestion", proposal=proposal) if proposal else Label("", "")


def quoted(text: str) -> Label:
    """A text in the quotation marks of each language."""
    return word("quoted", text=text)


def joined(labels: Iterable[Label], separator: str = ", ") -> Label:
    """Labels one after another."""
    several = list(labels)
    return Label(
        separator.join(label.de for label in several), separator.join(label.en for label in several)
    )
