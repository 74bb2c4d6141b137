"""Words that findings put into their texts, in both languages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.columns import Label
from schemas.texts import Texts, read_texts


@cache
def _words() -> Texts:
    return read_texts(Path(__file__).with_name("words.toml"))


def word(key: str, **parameters: object) -> Label:
    """The word of words.toml in both languages, its parameters filled in."""
    words = _words()
    return Label(words(key, "de", **parameters), words(key, "en", **parameters))


def suggestion(proposal: str | None) -> Label:
    """A sentence that proposes a value; empty where nobody can know."""
    return word("suggestion", proposal=proposal) if proposal else Label("", "")
