"""The texts of this room."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from schemas.texts import Texts, read_texts


@cache
def texts() -> Texts:
    """The sentences of texts.toml."""
    return read_texts(Path(__file__).with_name("texts.toml"))
