"""Where commands speak: results on stdout, progress on stderr.

On a terminal long work shows a bar; elsewhere a plain line for each thing done. With --json
stdout holds JSON and nothing else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from schemas.columns import Lang
from schemas.texts import Texts, read_texts

Item = TypeVar("Item")


@cache
def messages() -> Texts:
    """The texts of messages.toml."""
    return read_texts(Path(__file__).with_name("messages.toml"))


def say(text: str) -> None:
    """A line for people, on stdout."""
    print(text)


def tell(key: str, lang: Lang, **parameters: object) -> None:
    """A sentence of messages.toml, on stdout."""
    print(messages()(key, lang, **parameters))


def note(key: str, lang: Lang, **parameters: object) -> None:
    """A sentence of messages.toml about the work itself, on stderr."""
    print(messages()(key, lang, **parameters), file=sys.stderr)


def print_json(content: Any) -> None:
    """One JSON document on stdout; umlauts stay umlauts."""
    json.dump(content, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def watched(items: Iterable[Item], total: int, label: str) -> Iterator[Item]:
    """Pass the items on; with several of them and a terminal, under a progress bar."""
    if total < 2 or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # late: only a terminal needs it
    from rich.progress import track  # late: only a terminal needs it

    console = Console(stderr=True)
    yield from track(items, total=total, description=label, console=console, transient=True)
