"""Texts for people, kept as data: German and English side by side in TOML files.

In: a TOML file whose tables hold `de` and `en`, either texts or tables of texts.
Out: `Texts`, which fills parameters in and fails loudly on an unknown key.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.columns import Label, Lang


@dataclass(frozen=True)
class Texts:
    """The texts of one room: key → Label."""

    labels: dict[str, Label]

    def __call__(self, key: str, lang: Lang, /, **parameters: object) -> str:
        """The text of `key` in `lang` with `{name}` filled in from `parameters`.

        Raises:
            KeyError: the key or a parameter is missing, which is a fault of ours.
        """
        return self.labels[key][lang].format(**parameters)


def read_texts(*paths: Path) -> Texts:
    """Read TOML files of the shape `[key] de = "…" en = "…"` into one set of texts.

    Raises:
        ValueError: a key stands twice or lacks a language.
    """
    labels: dict[str, Label] = {}
    for path in paths:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        for key, entry in content.items():
            if key in labels:
                raise ValueError(f"{path.name}: text {key} stands twice")
            if set(entry) != {"de", "en"}:
                raise ValueError(f"{path.name}: text {key} needs de and en")
            labels[key] = Label(entry["de"], entry["en"])
    return Texts(labels)
